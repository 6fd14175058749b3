using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace I1Xla.Cpu.Kernels.Sorting;

/// <summary>
/// The first few of a stable order: words that pass the last of the best found so far are collected, and sorted whenever twice as many
/// as wanted have come together. Few words pass once the best are found, whatever the order of the rest.
/// </summary>
internal static unsafe class SelectionOrder
{
    /// <summary>Words that a selection needs room for.</summary>
    public static int Room(int wanted) => (2 * wanted) + 16;

    /// <summary>Takes words one by one.</summary>
    /// <param name="words">The words, a key above the place of its element.</param>
    /// <param name="count">How many.</param>
    /// <param name="wanted">How many are wanted, at most <paramref name="count"/>.</param>
    /// <param name="best">Receives the wanted ones in order; room for <see cref="Room"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Select(ulong* words, int count, int wanted, ulong* best)
    {
        int held = 0;
        ulong last = ulong.MaxValue;
        for (int i = 0; i < count; i++)
        {
            if (words[i] <= last)
            {
                best[held++] = words[i];
                if (held == 2 * wanted)
                {
                    last = Shrink(best, ref held, wanted);
                }
            }
        }
        Shrink(best, ref held, wanted);
    }

    /// <summary>Takes adjacent f32 elements.</summary>
    /// <param name="elements">The elements.</param>
    /// <param name="count">How many.</param>
    /// <param name="wanted">How many are wanted, at most <paramref name="count"/>.</param>
    /// <param name="descending">Whether the largest comes first.</param>
    /// <param name="totalOrder">Whether -0 comes before +0, and negative NaN first.</param>
    /// <param name="best">Receives the words of the wanted ones in order; room for <see cref="Room"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Select(uint* elements, int count, int wanted, bool descending, bool totalOrder, ulong* best)
    {
        int held = 0;
        ulong last = ulong.MaxValue;
        uint flip = descending ? uint.MaxValue : 0;
        Vector512<uint> sign = Vector512.Create(0x80000000u), infinity = Vector512.Create((uint)SortKeys.InfinityF32), flips = Vector512.Create(flip);
        int i = 0;
        uint* keys = stackalloc uint[16];
        for (; i + 16 <= count; i += 16)
        {
            Vector512<uint> bits = Vector512.Load(elements + i);
            if (!totalOrder)
            {
                Vector512<uint> magnitude = bits & ~sign;
                bits = Vector512.ConditionalSelect(Vector512.GreaterThan(magnitude, infinity), ~sign, bits);
                bits = Vector512.ConditionalSelect(Vector512.Equals(magnitude, Vector512<uint>.Zero), Vector512<uint>.Zero, bits);
            }
            Vector512<uint> negative = (bits.AsInt32() >> 31).AsUInt32();
            Vector512<uint> key = (bits ^ (negative | sign)) ^ flips;
            ulong passing = Vector512.LessThanOrEqual(key, Vector512.Create((uint)(last >> 32))).ExtractMostSignificantBits();
            if (passing == 0)
            {
                continue;
            }
            key.Store(keys);
            for (; passing != 0; passing &= passing - 1)
            {
                int lane = System.Numerics.BitOperations.TrailingZeroCount(passing);
                ulong word = ((ulong)keys[lane] << 32) | (uint)(i + lane);
                if (word <= last)
                {
                    best[held++] = word;
                    if (held == 2 * wanted)
                    {
                        last = Shrink(best, ref held, wanted);
                    }
                }
            }
        }
        for (; i < count; i++)
        {
            ulong word = ((SortKeys.Float(elements[i], 31, SortKeys.InfinityF32, totalOrder) ^ flip) << 32) | (uint)i;
            if (word <= last)
            {
                best[held++] = word;
                if (held == 2 * wanted)
                {
                    last = Shrink(best, ref held, wanted);
                }
            }
        }
        Shrink(best, ref held, wanted);
    }

    private static ulong Shrink(ulong* best, ref int held, int wanted)
    {
        new Span<ulong>(best, held).Sort();
        held = Math.Min(held, wanted);
        return held < wanted ? ulong.MaxValue : best[wanted - 1];
    }
}
