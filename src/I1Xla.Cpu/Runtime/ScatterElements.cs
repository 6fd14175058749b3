using System.Runtime.CompilerServices;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// A scatter of single elements by a monoid, or replacing. Where the order of updates does not matter and the result is small, each thread combines a part of the updates in
/// copies of its own, several so that updates of one element need not wait for each other, and these are merged. Else each thread owns a range of a large result: it looks at
/// all indices and applies those of its range in order; a small one is left to one thread.
/// </summary>
internal sealed unsafe class ScatterElements
{
    /// <summary>How many windows are found at once.</summary>
    public const int Block = 512;

    private const long LeastWindows = 8192;

    // Copies of one thread take turns; with several they stay in half of a first-level cache, one alone in that of the second level.
    private const int Copies = 4;
    private const long MostBytesOfSeveral = 1 << 14, MostBytesOfOne = 1 << 18, LeastUpdatesPerElement = 2, MergeGrain = 1 << 14;

    // Looking at all indices takes each thread as long as applying all updates takes one that has the result in its caches.
    private const long LeastBytesOfRanges = 1 << 23;

    [ThreadStatic]
    private static ScratchBuffer? t_copies;

    private readonly ScatterPlaces _places;
    private readonly HloOp _combine;
    private readonly ElementKind _kind;
    private readonly bool _repeats;

    // Elements that updates may come to.
    private readonly long _elements;

    private ScatterElements(ScatterPlaces places, long elements, HloOp combine, ElementKind kind, bool repeats)
    {
        (_places, _combine, _kind, _repeats) = (places, combine, kind, repeats);
        _elements = places.LineElements > 0 ? places.LineElements : elements;
    }

    /// <summary>The elements of such a scatter; null where windows have several.</summary>
    /// <param name="places">Its windows.</param>
    /// <param name="elements">Elements of the result.</param>
    /// <param name="combine">The monoid.</param>
    /// <param name="kind">Type of the elements.</param>
    /// <param name="repeats">Whether there is but one update, for all windows.</param>
    public static ScatterElements? TryCreate(ScatterPlaces places, long elements, HloOp combine, ElementKind kind, bool repeats) =>
        places.Sizes.Length == 0 ? new ScatterElements(places, elements, combine, kind, repeats) : null;

    /// <summary>Into how many ranges a result is cut, for so many windows or elements of windows.</summary>
    public static long Ranges(WorkerPool pool, long elements, long windows) => windows < LeastWindows ? 1 : Math.Min(elements, pool.ThreadCount);

    /// <summary>Applies the updates to a result that holds the operand.</summary>
    public void Run(WorkerPool pool, byte* indices, byte* updates, byte* output)
    {
        long bytes = _elements * _kind.StorageBytes(), parts = Ranges(pool, _elements, _places.Count);
        if (CopiesPerPart(parts) is > 0 and var copies)
        {
            // One copy ends at least a cache line before the next starts.
            long pitch = (bytes + 127) / 64 * 64;
            var all = (byte*)(t_copies ??= new()).Ensure(parts * copies * pitch);
            ScalarCombine.Run(_combine, _kind, new Merged(this, pool, indices, updates, output, all, pitch, parts, copies));
            return;
        }
        ScalarCombine.Run(_combine, _kind, new Owned(this, pool, indices, updates, output, bytes < LeastBytesOfRanges ? 1 : parts));
    }

    // How many copies each part of the updates has; 0 where the updates come straight to the result.
    private int CopiesPerPart(long parts)
    {
        long bytes = _elements * _kind.StorageBytes(), updates = _places.Count / parts;
        if (_places.Count < LeastWindows || !ScalarCombine.IsExact(_combine, _kind) || bytes > MostBytesOfOne || updates < LeastUpdatesPerElement * _elements)
        {
            return 0;
        }
        return Copies * bytes <= MostBytesOfSeveral && updates >= LeastUpdatesPerElement * Copies * _elements ? Copies : parts > 1 ? 1 : 0;
    }

    /// <summary>Gives windows one after the other: where in the result, and where in the updates.</summary>
    private interface IWindows
    {
        long Next(out long update);
    }

    // Along one dimension of the result.
    private struct Line(int* index, long indexStep, long wrap, long update, long updateStep) : IWindows
    {
        private int* _index = index;
        private long _update = update;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public long Next(out long update)
        {
            long start = *_index;
            _index += indexStep;
            update = _update;
            _update += updateStep;
            return start + (wrap & (start >> 63));
        }
    }

    private struct Found(long* to, long* from, long updateScale) : IWindows
    {
        private long* _to = to, _from = from;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public long Next(out long update)
        {
            update = *_from++ * updateScale;
            return *_to++;
        }
    }

    private readonly struct Merged(ScatterElements scatter, WorkerPool pool, byte* indices, byte* updates, byte* output, byte* copies, long pitch, long parts, int copiesPerPart) : IMonoidBody
    {
        public void Run<T, TMonoid>()
            where T : unmanaged
            where TMonoid : struct, IMonoid<T>
        {
            pool.ParallelFor(parts, 1, new Part<T, TMonoid>(scatter, indices, (T*)updates, copies, pitch, parts, copiesPerPart));
            pool.ParallelFor(scatter._elements, MergeGrain, new Merge<T, TMonoid>((T*)output, copies, pitch, parts * copiesPerPart));
        }
    }

    private readonly struct Part<T, TMonoid>(ScatterElements scatter, byte* indices, T* updates, byte* copies, long pitch, long parts, int copiesPerPart) : IParallelBody
        where T : unmanaged
        where TMonoid : struct, IMonoid<T>
    {
        public void Run(long begin, long end)
        {
            for (long part = begin; part < end; part++)
            {
                byte* own = copies + (part * copiesPerPart * pitch);
                for (int i = 0; i < copiesPerPart; i++)
                {
                    new Span<T>(own + (i * pitch), (int)scatter._elements).Fill(TMonoid.Identity);
                }
                long count = scatter._places.Count;
                scatter.Windows(indices, count * part / parts, count * (part + 1) / parts, new InTurn<T, TMonoid>(updates, own, pitch, copiesPerPart, scatter._elements));
            }
        }
    }

    private readonly struct Merge<T, TMonoid>(T* output, byte* copies, long pitch, long count) : IParallelBody
        where T : unmanaged
        where TMonoid : struct, IMonoid<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(long begin, long end)
        {
            for (long c = 0; c < count; c++)
            {
                var copy = (T*)(copies + (c * pitch));
                for (long i = begin; i < end; i++)
                {
                    output[i] = TMonoid.Combine(output[i], copy[i]);
                }
            }
        }
    }

    private readonly struct Owned(ScatterElements scatter, WorkerPool pool, byte* indices, byte* updates, byte* output, long ranges) : IMonoidBody
    {
        public void Run<T, TMonoid>()
            where T : unmanaged
            where TMonoid : struct, IMonoid<T> => pool.ParallelFor(ranges, 1, new Range<T, TMonoid>(scatter, indices, (T*)updates, (T*)output, ranges));
    }

    private readonly struct Range<T, TMonoid>(ScatterElements scatter, byte* indices, T* updates, T* output, long ranges) : IParallelBody
        where T : unmanaged
        where TMonoid : struct, IMonoid<T>
    {
        public void Run(long begin, long end)
        {
            long elements = scatter._elements, count = scatter._places.Count;
            if (ranges == 1)
            {
                scatter.Windows(indices, 0, count, new InTurn<T, TMonoid>(updates, (byte*)output, 0, 1, elements));
                return;
            }
            for (long range = begin; range < end; range++)
            {
                scatter.Windows(indices, 0, count, new InRange<T, TMonoid>(updates, output, elements * range / ranges, elements * (range + 1) / ranges));
            }
        }
    }

    // Gives windows to a target, some at a time.
    private void Windows<TTarget>(byte* indices, long first, long end, TTarget target)
        where TTarget : struct, ITarget
    {
        if (_places.LineElements > 0)
        {
            (long indexStep, long updateStep) = (_places.LineIndexStep, _repeats ? 0 : _places.LineUpdateStep);
            target.Take(new Line((int*)indices + (first * indexStep), indexStep, _places.Wrap, first * updateStep, updateStep), end - first);
            return;
        }
        long* to = stackalloc long[Block], from = stackalloc long[Block];
        for (; first < end; first += Block)
        {
            int count = (int)Math.Min(Block, end - first);
            _places.Find(indices, first, count, to, from);
            target.Take(new Found(to, from, _repeats ? 0 : 1), count);
        }
    }

    /// <summary>What updates come to.</summary>
    private interface ITarget
    {
        void Take<TWindows>(TWindows windows, long count)
            where TWindows : struct, IWindows;
    }

    // Copies of the result in turn; windows outside are left out.
    private readonly struct InTurn<T, TMonoid>(T* updates, byte* copies, long pitch, int copyCount, long elements) : ITarget
        where T : unmanaged
        where TMonoid : struct, IMonoid<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Take<TWindows>(TWindows windows, long count)
            where TWindows : struct, IWindows
        {
            T* first = (T*)copies, from = updates;
            ulong most = (ulong)elements;
            if (copyCount == Copies)
            {
                T* second = (T*)(copies + pitch), third = (T*)(copies + (2 * pitch)), fourth = (T*)(copies + (3 * pitch));
                for (; count >= Copies; count -= Copies)
                {
                    One(ref windows, from, first, most);
                    One(ref windows, from, second, most);
                    One(ref windows, from, third, most);
                    One(ref windows, from, fourth, most);
                }
            }
            for (; count > 0; count--)
            {
                One(ref windows, from, first, most);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void One<TWindows>(ref TWindows windows, T* updates, T* to, ulong elements)
            where TWindows : struct, IWindows
        {
            long place = windows.Next(out long update);
            if ((ulong)place < elements)
            {
                to[place] = TMonoid.Combine(to[place], updates[update]);
            }
        }
    }

    // A range of the result. Which windows lie in it is no pattern to the processor, so that they are picked out first.
    private readonly struct InRange<T, TMonoid>(T* updates, T* output, long begin, long end) : ITarget
        where T : unmanaged
        where TMonoid : struct, IMonoid<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Take<TWindows>(TWindows windows, long count)
            where TWindows : struct, IWindows
        {
            long* places = stackalloc long[Block], froms = stackalloc long[Block];
            T* to = output, from = updates;
            long first = begin;
            ulong length = (ulong)(end - begin);
            while (count > 0)
            {
                long kept = 0, some = Math.Min(count, Block);
                for (long i = 0; i < some; i++)
                {
                    long place = windows.Next(out long update);
                    (places[kept], froms[kept]) = (place, update);
                    kept += (ulong)(place - first) < length ? 1 : 0;
                }
                for (long i = 0; i < kept; i++)
                {
                    to[places[i]] = TMonoid.Combine(to[places[i]], from[froms[i]]);
                }
                count -= some;
            }
        }
    }
}
