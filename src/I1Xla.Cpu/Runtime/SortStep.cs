using System.Runtime.CompilerServices;
using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Sorting;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// A stable sort, or the first few of one: each line's order is found from its keys, and every operand is put in it. An operand that
/// counts along the line is never read: it is the order. Lines are split among the threads.
/// </summary>
/// <param name="node">The sort.</param>
/// <param name="inputs">Slots of the key and of the operands.</param>
/// <param name="outputs">Slots of the results that are wanted, with the operand each is of.</param>
internal sealed unsafe class SortStep(HloNode node, int[] inputs, (int Slot, int Operand)[] outputs) : Step
{
    [ThreadStatic]
    private static ScratchBuffer? t_words, t_places, t_best;

    private readonly HloSort _sort = (HloSort)node.Payload!;
    private readonly int _count = checked((int)node.Inputs[0].Dims[((HloSort)node.Payload!).Dimension]);
    private readonly long _stride = FusionRoot.DenseStrides(node.Inputs[0].Dims)[((HloSort)node.Payload!).Dimension];

    private readonly struct Body(SortStep step, byte** slots) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            for (long line = begin; line < end; line++)
            {
                step.Line(slots, line);
            }
        }
    }

    /// <summary>Whether an input is the place of each element along its line, so that it needs no memory.</summary>
    public static bool CountsAlong(HloNode sort, int input)
    {
        HloNode node = sort.Inputs[input];
        long dimension = ((HloSort)sort.Payload!).Dimension;
        while (node.Op == HloOp.Broadcast && Array.IndexOf(node.A, dimension) is >= 0 and int at && node.Inputs[0].Dims[at] == node.Dims[dimension])
        {
            (node, dimension) = (node.Inputs[0], at);
        }
        return input > 0 && node is { Op: HloOp.Iota, Kind: ElementKind.I32 or ElementKind.UI32 or ElementKind.I64 or ElementKind.UI64 } && node.A[0] == dimension;
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        HloNode key = node.Inputs[0];
        if (key.Count > 0)
        {
            context.Pool.ParallelFor(key.Count / _count, 1, new Body(this, slots));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Line(byte** slots, long line)
    {
        HloNode key = node.Inputs[0];
        int count = _count, wanted = _sort.Limit > 0 ? (int)_sort.Limit : count;
        long stride = _stride;
        long first = (line / stride * stride * count) + (line % stride), firstTo = (line / stride * stride * wanted) + (line % stride);
        int keyBytes = key.Kind.StorageBytes(), bits = SortKeys.Bits(key.Kind);
        byte* at = slots[inputs[0]] + (first * keyBytes);
        ulong flip = !_sort.Descending ? 0 : bits == 64 ? ulong.MaxValue : (1ul << bits) - 1;
        var words = (ulong*)(t_words ??= new()).Ensure(Math.Max(2L * count, RankOrder.Room(count)) * sizeof(ulong));
        var places = (int*)(t_places ??= new()).Ensure(2L * count * sizeof(int));
        int* order;
        if (count <= RankOrder.Most)
        {
            Keys(at, count, stride * keyBytes, flip, words);
            RankOrder.Order(words, count, order = places);
        }
        else if (wanted < count && key.Kind == ElementKind.F32 && stride == 1)
        {
            ulong* best = (ulong*)(t_best ??= new()).Ensure((long)SelectionOrder.Room(wanted) * sizeof(ulong));
            SelectionOrder.Select((uint*)at, count, wanted, _sort.Descending, _sort.TotalOrder, best);
            order = places;
            for (int i = 0; i < wanted; i++)
            {
                order[i] = (int)(uint)best[i];
            }
        }
        else if (bits <= 32)
        {
            Keys(at, count, stride * keyBytes, flip, words);
            for (int i = 0; i < count; i++)
            {
                words[i] = (words[i] << 32) | (uint)i;
            }
            ulong* sorted;
            if (wanted < count)
            {
                sorted = (ulong*)(t_best ??= new()).Ensure((long)SelectionOrder.Room(wanted) * sizeof(ulong));
                SelectionOrder.Select(words, count, wanted, sorted);
            }
            else
            {
                sorted = RadixOrder.Sort(words, words + count, count, bits);
            }
            order = places;
            for (int i = 0; i < wanted; i++)
            {
                order[i] = (int)(uint)sorted[i];
            }
        }
        else
        {
            Keys(at, count, stride * keyBytes, flip, words);
            for (int i = 0; i < count; i++)
            {
                places[i] = i;
            }
            order = RadixOrder.Sort(words, places, words + count, places + count, count);
        }
        foreach ((int slot, int operand) in outputs)
        {
            ElementKind kind = node.Inputs[1 + operand].Kind;
            byte* from = slots[inputs[1 + operand]], to = slots[slot];
            if (CountsAlong(node, 1 + operand))
            {
                for (int i = 0; i < wanted; i++)
                {
                    if (kind.StorageBytes() == 4)
                    {
                        ((int*)to)[firstTo + (i * stride)] = order[i];
                    }
                    else
                    {
                        ((long*)to)[firstTo + (i * stride)] = order[i];
                    }
                }
                continue;
            }
            switch (kind.StorageBytes())
            {
                case 1: Put(from + first, to + firstTo, order, wanted, stride); break;
                case 2: Put((ushort*)from + first, (ushort*)to + firstTo, order, wanted, stride); break;
                case 4: Put((uint*)from + first, (uint*)to + firstTo, order, wanted, stride); break;
                default: Put((ulong*)from + first, (ulong*)to + firstTo, order, wanted, stride); break;
            }
        }
    }

    // The keys of a line.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Keys(byte* at, int count, long step, ulong flip, ulong* keys)
    {
        ElementKind kind = node.Inputs[0].Kind;
        bool total = _sort.TotalOrder;
        if (kind == ElementKind.F32)
        {
            for (int i = 0; i < count; i++, at += step)
            {
                keys[i] = SortKeys.Float(*(uint*)at, 31, SortKeys.InfinityF32, total) ^ flip;
            }
            return;
        }
        for (int i = 0; i < count; i++, at += step)
        {
            keys[i] = SortKeys.Of(at, kind, total) ^ flip;
        }
    }

    /// <summary>Puts the elements of a line, <paramref name="stride"/> apart, in an order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Put<T>(T* from, T* to, int* order, int count, long stride)
        where T : unmanaged
    {
        for (int i = 0; i < count; i++)
        {
            to[i * stride] = from[order[i] * stride];
        }
    }
}
