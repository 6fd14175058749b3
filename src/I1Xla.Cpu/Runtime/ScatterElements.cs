using System.Runtime.CompilerServices;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>A scatter of single elements by a monoid, or replacing. Each thread owns a range of the result: it looks at all indices and applies those of its range in order.</summary>
internal sealed unsafe class ScatterElements
{
    /// <summary>How many windows are found at once.</summary>
    public const int Block = 512;

    private const long LeastWindows = 8192;

    private readonly ScatterPlaces _places;
    private readonly long _elements;
    private readonly HloOp _combine;
    private readonly ElementKind _kind;

    private ScatterElements(ScatterPlaces places, long elements, HloOp combine, ElementKind kind) => (_places, _elements, _combine, _kind) = (places, elements, combine, kind);

    /// <summary>The elements of such a scatter; null where windows have several.</summary>
    /// <param name="places">Its windows.</param>
    /// <param name="elements">Elements of the result.</param>
    /// <param name="combine">The monoid.</param>
    /// <param name="kind">Type of the elements.</param>
    public static ScatterElements? TryCreate(ScatterPlaces places, long elements, HloOp combine, ElementKind kind) =>
        Array.TrueForAll(places.Sizes, size => size == 1) ? new ScatterElements(places, elements, combine, kind) : null;

    /// <summary>Into how many ranges a result is cut, for so many windows or elements of windows.</summary>
    public static long Ranges(WorkerPool pool, long elements, long windows) => windows < LeastWindows ? 1 : Math.Min(elements, pool.ThreadCount);

    /// <summary>Keeps those of <paramref name="count"/> places that are in a range, with where their updates are. Returns how many.</summary>
    public static int Keep(long* to, long* from, int count, long begin, long end)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            (long place, long update) = (to[i], from[i]);
            (to[kept], from[kept]) = (place, update);
            kept += (ulong)(place - begin) < (ulong)(end - begin) ? 1 : 0;
        }
        return kept;
    }

    /// <summary>Applies the updates to a result that holds the operand.</summary>
    public void Run(WorkerPool pool, byte* indices, byte* updates, byte* output)
    {
        long ranges = Ranges(pool, _elements, _places.Count);
        pool.ParallelFor(ranges, 1, new Body(this, indices, updates, output, ranges));
    }

    private readonly struct Body(ScatterElements scatter, byte* indices, byte* updates, byte* output, long ranges) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            for (long range = begin; range < end; range++)
            {
                scatter.Range(indices, updates, output, scatter._elements * range / ranges, scatter._elements * (range + 1) / ranges);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Range(byte* indices, byte* updates, byte* output, long begin, long end)
    {
        long* to = stackalloc long[Block], from = stackalloc long[Block];
        for (long first = 0; first < _places.Count; first += Block)
        {
            int count = (int)Math.Min(Block, _places.Count - first);
            _places.Find(indices, first, count, to, from);
            ScalarCombine.ApplyAt(_combine, _kind, output, to, updates, from, Keep(to, from, count, begin, end));
        }
    }
}
