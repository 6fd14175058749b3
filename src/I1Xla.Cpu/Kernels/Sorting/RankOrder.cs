using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace I1Xla.Cpu.Kernels.Sorting;

/// <summary>
/// The stable order of a few keys that compare as unsigned integers: a key's place is the number of keys below it (Knuth, The Art of Computer Programming 3, 5.2, algorithm C),
/// and behind those equal to it that come before. All pairs are compared, but many in one instruction, and nothing is guessed wrong.
/// </summary>
internal static unsafe class RankOrder
{
    private const int MostInWideVectors = 256, MostInVectors = 128, AtOnce = 32;

    /// <summary>Up to how many keys this takes less time than sorting.</summary>
    public static int Most => Vector512.IsHardwareAccelerated ? MostInWideVectors : Vector256.IsHardwareAccelerated ? MostInVectors : 0;

    /// <summary>Finds the order.</summary>
    /// <param name="keys">The keys; behind them must be room for <see cref="Room"/> in all, which changes.</param>
    /// <param name="count">How many, at most <see cref="Most"/>.</param>
    /// <param name="order">The places of the keys, the lowest first.</param>
    public static void Order(ulong* keys, int count, int* order) => Order(keys, count, order, Vector512.IsHardwareAccelerated);

    /// <summary>As the other, in vectors of 512 bits or of 256.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Order(ulong* keys, int count, int* order, bool wide)
    {
        ulong* ranks = stackalloc ulong[MostInWideVectors];
        int room = Room(count);
        new Span<ulong>(keys + count, room - count).Fill(ulong.MaxValue);
        if (wide)
        {
            for (int i = 0; i < room; i += AtOnce)
            {
                Wide(keys, count, keys + i, ranks + i);
            }
        }
        else
        {
            for (int i = 0; i < room; i += AtOnce / 2)
            {
                Narrow(keys, count, keys + i, ranks + i);
            }
        }
        byte* equal = stackalloc byte[MostInWideVectors];
        new Span<byte>(equal, count).Clear();
        for (int i = 0; i < count; i++)
        {
            int rank = (int)ranks[i];
            order[rank + equal[rank]++] = i;
        }
    }

    /// <summary>Keys to whose number <see cref="Order"/> fills up.</summary>
    public static int Room(int count) => (count + AtOnce - 1) / AtOnce * AtOnce;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Wide(ulong* keys, int count, ulong* own, ulong* ranks)
    {
        Vector512<ulong> a = Vector512.Load(own), b = Vector512.Load(own + 8), c = Vector512.Load(own + 16), d = Vector512.Load(own + 24);
        Vector512<ulong> belowA = default, belowB = default, belowC = default, belowD = default;
        for (int j = 0; j < count; j++)
        {
            Vector512<ulong> key = Vector512.Create(keys[j]);
            belowA -= Vector512.LessThan(key, a);
            belowB -= Vector512.LessThan(key, b);
            belowC -= Vector512.LessThan(key, c);
            belowD -= Vector512.LessThan(key, d);
        }
        belowA.Store(ranks);
        belowB.Store(ranks + 8);
        belowC.Store(ranks + 16);
        belowD.Store(ranks + 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Narrow(ulong* keys, int count, ulong* own, ulong* ranks)
    {
        // Signed comparisons of keys with their first bit turned are the instructions there are.
        Vector256<long> first = Vector256.Create(long.MinValue);
        Vector256<long> a = Vector256.Load((long*)own) ^ first, b = Vector256.Load((long*)own + 4) ^ first, c = Vector256.Load((long*)own + 8) ^ first, d = Vector256.Load((long*)own + 12) ^ first;
        Vector256<long> belowA = default, belowB = default, belowC = default, belowD = default;
        for (int j = 0; j < count; j++)
        {
            Vector256<long> key = Vector256.Create((long)(keys[j] ^ (1ul << 63)));
            belowA -= Vector256.LessThan(key, a);
            belowB -= Vector256.LessThan(key, b);
            belowC -= Vector256.LessThan(key, c);
            belowD -= Vector256.LessThan(key, d);
        }
        belowA.Store((long*)ranks);
        belowB.Store((long*)ranks + 4);
        belowC.Store((long*)ranks + 8);
        belowD.Store((long*)ranks + 12);
    }
}
