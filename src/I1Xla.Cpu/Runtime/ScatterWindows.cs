using System.Runtime.CompilerServices;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// A scatter of windows whose elements lie in short runs or apart (short rows, columns), by a monoid or replacing. No element of a window comes to where another element of
/// any window does, so that each thread has some elements of all windows and applies them in order.
/// </summary>
internal sealed unsafe class ScatterWindows
{
    // Longer runs are combined by vectors.
    private const long MostRun = 32;

    private const long LeastUpdatesPerThread = 4096;

    private readonly ScatterPlaces _places;
    private readonly HloOp _combine;
    private readonly ElementKind _kind;
    private readonly long _elements;

    // Whether neighbours of a window are neighbours in the result and in the updates, so that windows are gone through one after the other.
    private readonly bool _runs;

    private ScatterWindows(ScatterPlaces places, HloOp combine, ElementKind kind, bool runs)
    {
        (_places, _combine, _kind, _runs) = (places, combine, kind, runs);
        _elements = places.Sizes.Aggregate(1L, (n, size) => n * size);
    }

    /// <summary>Such a scatter; null where windows have one element, or long runs, or may overlap.</summary>
    /// <param name="places">Its windows.</param>
    /// <param name="combine">The monoid.</param>
    /// <param name="kind">Type of the elements.</param>
    public static ScatterWindows? TryCreate(ScatterPlaces places, HloOp combine, ElementKind kind)
    {
        int last = places.Sizes.Length - 1;
        bool runs = last >= 0 && places.To[last] == 1 && places.From[last] == 1;
        return last >= 0 && places.AreApart && !(runs && places.Sizes[last] > MostRun) ? new ScatterWindows(places, combine, kind, runs) : null;
    }

    /// <summary>Applies the updates to a result that holds the operand.</summary>
    public void Run(WorkerPool pool, byte* indices, byte* updates, byte* output) => ScalarCombine.Run(_combine, _kind, new All(this, pool, indices, updates, output));

    private readonly struct All(ScatterWindows scatter, WorkerPool pool, byte* indices, byte* updates, byte* output) : IMonoidBody
    {
        public void Run<T, TMonoid>()
            where T : unmanaged
            where TMonoid : struct, IMonoid<T>
        {
            long grain = Math.Max((scatter._elements + pool.ThreadCount - 1) / pool.ThreadCount, LeastUpdatesPerThread / Math.Max(1, scatter._places.Count));
            pool.ParallelFor(scatter._elements, grain, new Some<T, TMonoid>(scatter, indices, (T*)updates, (T*)output));
        }
    }

    private readonly struct Some<T, TMonoid>(ScatterWindows scatter, byte* indices, T* updates, T* output) : IParallelBody
        where T : unmanaged
        where TMonoid : struct, IMonoid<T>
    {
        public void Run(long begin, long end) => scatter.Elements<T, TMonoid>(indices, updates, output, begin, (int)(end - begin));
    }

    // So many elements of all windows.
    private void Elements<T, TMonoid>(byte* indices, T* updates, T* output, long begin, int elements)
        where T : unmanaged
        where TMonoid : struct, IMonoid<T>
    {
        long* to = stackalloc long[ScatterElements.Block], from = stackalloc long[ScatterElements.Block];
        var toElement = new long[elements];
        var fromElement = new long[elements];
        for (int k = 0; k < elements; k++)
        {
            (toElement[k], fromElement[k]) = Element(begin + k);
        }
        fixed (long* toElements = toElement, fromElements = fromElement)
        {
            for (long first = 0; first < _places.Count; first += ScatterElements.Block)
            {
                int found = (int)Math.Min(ScatterElements.Block, _places.Count - first), kept = 0;
                _places.Find(indices, first, found, to, from);
                for (int p = 0; p < found; p++)
                {
                    (to[kept], from[kept]) = (to[p], from[p]);
                    kept += to[p] >= 0 ? 1 : 0;
                }
                if (_runs)
                {
                    Outer<T, TMonoid>(output, updates, to, from, kept, toElements, fromElements, elements);
                }
                else
                {
                    Outer<T, TMonoid>(output, updates, toElements, fromElements, elements, to, from, kept);
                }
            }
        }
    }

    // Every sum of an outer and an inner place, the inner ones in turn.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Outer<T, TMonoid>(T* output, T* updates, long* outerTo, long* outerFrom, int outer, long* innerTo, long* innerFrom, int inner)
        where T : unmanaged
        where TMonoid : struct, IMonoid<T>
    {
        for (int i = 0; i < outer; i++)
        {
            T* to = output + outerTo[i], from = updates + outerFrom[i];
            for (int j = 0; j < inner; j++)
            {
                to[innerTo[j]] = TMonoid.Combine(to[innerTo[j]], from[innerFrom[j]]);
            }
        }
    }

    // Where an element of a window lies, from its start in the result and in the updates.
    private (long To, long From) Element(long element)
    {
        long to = 0, from = 0;
        for (int d = _places.Sizes.Length - 1; d >= 0; d--)
        {
            (element, long at) = Math.DivRem(element, _places.Sizes[d]);
            to += at * _places.To[d];
            from += at * _places.From[d];
        }
        return (to, from);
    }
}
