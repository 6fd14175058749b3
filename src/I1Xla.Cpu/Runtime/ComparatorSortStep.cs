using System.Runtime.CompilerServices;
using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Loops;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// A stable sort by any comparator, which is compiled as a loop over pairs: lines are merged from runs of one element up, and many merges go on at once, each of which
/// has one pair in every pass of the loop. The merges of a level are split among threads. They are those of the reference interpreter, so that a comparator that
/// orders nothing gives the same permutation.
/// </summary>
internal sealed unsafe class ComparatorSortStep : Step
{
    private const int MergesAtOnce = 256;
    private const long Grain = 4096;

    [ThreadStatic]
    private static ScratchBuffer? t_orders;

    private readonly HloComparator _sort;
    private readonly LoopCode _comparator;
    private readonly int[] _inputs;
    private readonly (int Slot, int Operand)[] _outputs;
    private readonly int[] _sizes;
    private readonly int _length;
    private readonly long _lines, _stride;

    /// <param name="node">The sort.</param>
    /// <param name="comparator">The loop of <see cref="Comparator"/>.</param>
    /// <param name="inputs">Slots of the operands, then of what the comparator captures.</param>
    /// <param name="outputs">Slots of the results that are wanted, with the operand each is of.</param>
    public ComparatorSortStep(HloNode node, LoopCode comparator, int[] inputs, (int Slot, int Operand)[] outputs)
    {
        (_comparator, _inputs, _outputs) = (comparator, inputs, outputs);
        _sort = (HloComparator)node.Payload!;
        HloNode first = node.Inputs[0];
        _length = checked((int)first.Dims[_sort.Dimension]);
        _lines = first.Count / _length;
        _stride = FusionRoot.DenseStrides(first.Dims)[_sort.Dimension];
        _sizes = [.. node.Inputs.Take(Operands).Select(i => i.Kind.StorageBytes())];
    }

    private int Operands => _sort.Parameters.Length / 2;

    /// <summary>The loop over pairs: buffers are those of both elements of each operand, of the captured values, and of the result.</summary>
    public static LoopKernel Comparator(HloComparator sort) => RegionLoop.Make(sort.Parameters, sort.Captured, [sort.ComesBefore], sort.Parameters.Length + sort.Captured.Length);

    // Two neighbouring runs, and where they go.
    private struct Merge
    {
        public long Line;
        public int* Left, Middle, Right, End, To;
    }

    private readonly struct Level(ComparatorSortStep step, byte** slots, int* from, int* to, long width) : IParallelBody
    {
        public void Run(long begin, long end) => step.Merges(slots, from, to, width, begin, end);
    }

    private readonly struct Results(ComparatorSortStep step, byte** slots, int* order) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            for (long line = begin; line < end; line++) step.Put(slots, order + (line * step._length), line);
        }
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        long count = _lines * _length;
        int* order = (int*)(t_orders ??= new()).Ensure(2 * count * sizeof(int)), other = order + count;
        for (long i = 0; i < count; i++) order[i] = (int)(i % _length);
        for (long width = 1; width < _length; width *= 2)
        {
            context.Pool.ParallelFor(_lines * PerLine(width), Math.Max(1, Grain / width), new Level(this, slots, order, other, width));
            int* merged = other;
            other = order;
            order = merged;
        }
        context.Pool.ParallelFor(_lines, Math.Max(1, Grain / _length), new Results(this, slots, order));
    }

    // Where a line starts in the operands.
    private long First(long line) => (line / _stride * _stride * _length) + (line % _stride);

    private long PerLine(long width) => (_length + (2 * width) - 1) / (2 * width);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Merges(byte** slots, int* from, int* to, long width, long begin, long end)
    {
        int n = Operands, all = (2 * n) + _sort.Captured.Length;
        byte** buffers = stackalloc byte*[all + 1];
        byte* scratch = stackalloc byte[(((2 * n) + 1) * MergesAtOnce * 8) + 64];
        scratch = (byte*)(((nint)scratch + 63) & ~63);
        for (int i = 0; i < 2 * n; i++) buffers[i] = scratch + (i * MergesAtOnce * 8);
        for (int i = 0; i < _sort.Captured.Length; i++) buffers[(2 * n) + i] = slots[_inputs[n + i]];
        byte* rightFirst = buffers[all] = scratch + (2 * n * MergesAtOnce * 8);
        Merge* merges = stackalloc Merge[MergesAtOnce];
        long perLine = PerLine(width), next = begin;
        int active = 0;
        while (true)
        {
            for (; active < MergesAtOnce && next < end; next++)
            {
                (long line, long place) = Math.DivRem(next, perLine);
                long start = place * 2 * width, middle = Math.Min(start + width, _length), stop = Math.Min(start + (2 * width), _length), at = line * _length;
                var merge = new Merge { Line = First(line), Left = from + at + start, Middle = from + at + middle, Right = from + at + middle, End = from + at + stop, To = to + at + start };
                if (middle < stop) merges[active++] = merge;
                else Rest(merge);
            }
            if (active == 0) return;
            for (int i = 0; i < n; i++)
            {
                switch (_sizes[i])
                {
                    case 1: Pairs(slots[_inputs[i]], buffers[2 * i], buffers[(2 * i) + 1], merges, active); break;
                    case 2: Pairs((ushort*)slots[_inputs[i]], (ushort*)buffers[2 * i], (ushort*)buffers[(2 * i) + 1], merges, active); break;
                    case 4: Pairs((uint*)slots[_inputs[i]], (uint*)buffers[2 * i], (uint*)buffers[(2 * i) + 1], merges, active); break;
                    default: Pairs((ulong*)slots[_inputs[i]], (ulong*)buffers[2 * i], (ulong*)buffers[(2 * i) + 1], merges, active); break;
                }
            }
            _comparator.Run(buffers, 0, active);
            // From the last, so that what takes the place of a finished merge has had its turn.
            for (int k = active - 1; k >= 0; k--)
            {
                ref Merge m = ref merges[k];
                *m.To++ = rightFirst[k] != 0 ? *m.Right++ : *m.Left++;
                if (m.Left < m.Middle && m.Right < m.End) continue;
                Rest(m);
                m = merges[--active];
            }
        }
    }

    // The elements of a line at both runs' places, the right run's first.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pairs<T>(T* from, T* right, T* left, Merge* merges, int count)
        where T : unmanaged
    {
        for (int k = 0; k < count; k++)
        {
            T* line = from + merges[k].Line;
            (right[k], left[k]) = (line[*merges[k].Right * _stride], line[*merges[k].Left * _stride]);
        }
    }

    private static void Rest(in Merge m)
    {
        long left = m.Middle - m.Left;
        new ReadOnlySpan<int>(m.Left, (int)left).CopyTo(new Span<int>(m.To, (int)left));
        new ReadOnlySpan<int>(m.Right, (int)(m.End - m.Right)).CopyTo(new Span<int>(m.To + left, (int)(m.End - m.Right)));
    }

    private void Put(byte** slots, int* order, long line)
    {
        long first = First(line);
        foreach ((int slot, int operand) in _outputs)
        {
            byte* from = slots[_inputs[operand]], to = slots[slot];
            switch (_sizes[operand])
            {
                case 1: SortStep.Put(from + first, to + first, order, _length, _stride); break;
                case 2: SortStep.Put((ushort*)from + first, (ushort*)to + first, order, _length, _stride); break;
                case 4: SortStep.Put((uint*)from + first, (uint*)to + first, order, _length, _stride); break;
                default: SortStep.Put((ulong*)from + first, (ulong*)to + first, order, _length, _stride); break;
            }
        }
    }
}
