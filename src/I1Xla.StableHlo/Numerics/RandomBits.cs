using System.Numerics;

namespace I1Xla.StableHlo.Numerics;

/// <summary>
/// The counter-based generators of <c>rng_bit_generator</c> (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as
/// 1, 2, 3"), with the counter layout that XLA uses.
/// </summary>
public static class RandomBits
{
    /// <summary>What the third word of Threefry's key schedule is added from, besides the key.</summary>
    public const uint ThreefryParity = 0x1BD11BDA;

    /// <summary>Philox's factors of the first and the third word.</summary>
    public const uint PhiloxFactor0 = 0xD2511F53, PhiloxFactor1 = 0xCD9E8D57;

    /// <summary>What Philox adds to each word of the key after a round.</summary>
    public const uint PhiloxStep0 = 0x9E3779B9, PhiloxStep1 = 0xBB67AE85;

    /// <summary>Threefry's rotations, of the even and of the odd groups of four rounds.</summary>
    public static ReadOnlySpan<int> ThreefryRotations => [13, 15, 26, 6, 17, 29, 16, 24];

    /// <summary>One Threefry-2x32 block of 20 rounds: the output of key (key0, key1) at counter (x0, x1).</summary>
    public static (uint X0, uint X1) Threefry2x32(uint key0, uint key1, uint x0, uint x1)
    {
        uint key2 = key0 ^ key1 ^ ThreefryParity;
        ReadOnlySpan<uint> keys = [key0, key1, key2];
        x0 += key0;
        x1 += key1;
        for (int group = 0; group < 5; group++)
        {
            for (int round = 0; round < 4; round++)
            {
                x0 += x1;
                x1 = BitOperations.RotateLeft(x1, ThreefryRotations[((group & 1) * 4) + round]) ^ x0;
            }
            x0 += keys[(group + 1) % 3];
            x1 += keys[(group + 2) % 3] + (uint)(group + 1);
        }
        return (x0, x1);
    }

    /// <summary>One Philox-4x32 block of 10 rounds; the counter, four words, is replaced by the output.</summary>
    public static void Philox4x32(uint key0, uint key1, Span<uint> counter)
    {
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = (ulong)PhiloxFactor0 * counter[0];
            ulong p1 = (ulong)PhiloxFactor1 * counter[2];
            (counter[0], counter[1], counter[2], counter[3]) =
                ((uint)(p1 >> 32) ^ counter[1] ^ key0, (uint)p1, (uint)(p0 >> 32) ^ counter[3] ^ key1, (uint)p0);
            key0 += PhiloxStep0;
            key1 += PhiloxStep1;
        }
    }

    /// <summary>
    /// Threefry words for a tensor of 64-bit elements: element i is the block of counter <c>state[1] + i</c>, under the key <c>state[0]</c>.
    /// <c>state[1]</c> moves on by the number of elements.
    /// </summary>
    public static void FillThreefry64(Span<ulong> state, Span<ulong> output)
    {
        for (int i = 0; i < output.Length; i++)
        {
            ulong counter = state[1] + (ulong)i;
            (uint low, uint high) = Threefry2x32((uint)state[0], (uint)(state[0] >> 32), (uint)counter, (uint)(counter >> 32));
            output[i] = low | ((ulong)high << 32);
        }
        state[1] += (ulong)output.Length;
    }

    /// <summary>
    /// How Threefry's blocks lie in a tensor of elements of at most 32 bits: XLA halves the first even dimension (or, when none is even, the largest, rounded up),
    /// and each block gives two neighbours along it. The product of the dimensions before it, that dimension, and the product of those behind.
    /// </summary>
    public static (long Outer, long Middle, long Inner) ThreefrySplit(ReadOnlySpan<long> shape)
    {
        int split = -1;
        for (int i = 0; i < shape.Length && split < 0; i++)
        {
            split = shape[i] % 2 == 0 ? i : -1;
        }
        for (int i = 0; i < shape.Length && (split < 0 || shape[split] % 2 != 0); i++)
        {
            split = split < 0 || shape[i] > shape[split] ? i : split;
        }
        long outer = 1, middle = 1, inner = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            if (i < split)
            {
                outer *= shape[i];
            }
            else if (i == split)
            {
                middle = shape[i];
            }
            else
            {
                inner *= shape[i];
            }
        }
        return (outer, middle, inner);
    }

    /// <summary>Threefry words for a tensor of elements of at most 32 bits, where <see cref="ThreefrySplit"/> puts them.</summary>
    public static void FillThreefry32(Span<ulong> state, ReadOnlySpan<long> shape, Span<uint> output)
    {
        uint key0 = (uint)state[0], key1 = (uint)(state[0] >> 32);
        (long outer, long middle, long inner) = ThreefrySplit(shape);
        long half = (middle + 1) / 2;
        ulong counter = state[1];
        for (long o = 0; o < outer; o++)
        {
            for (long h = 0; h < half; h++)
            {
                for (long i = 0; i < inner; i++, counter++)
                {
                    (uint first, uint second) = Threefry2x32(key0, key1, (uint)counter, (uint)(counter >> 32));
                    long at = (((o * middle) + (2 * h)) * inner) + i;
                    output[(int)at] = first;
                    if ((2 * h) + 1 < middle)
                    {
                        output[(int)(at + inner)] = second;
                    }
                }
            }
        }
        state[1] += (ulong)(outer * half * inner);
    }

    /// <summary>
    /// Philox words in order, four a block; the 128-bit counter in <c>state[1..]</c> moves on by the number of blocks. A state of two words keeps no
    /// upper half: that is the key then, as in XLA.
    /// </summary>
    public static void FillPhilox(Span<ulong> state, Span<uint> output)
    {
        UInt128 counter = new(state.Length > 2 ? state[2] : state[0], state[1]);
        Span<uint> block = stackalloc uint[4];
        for (int i = 0; i < output.Length; i += 4, counter++)
        {
            ulong low = (ulong)counter, high = (ulong)(counter >> 64);
            block[0] = (uint)low;
            block[1] = (uint)(low >> 32);
            block[2] = (uint)high;
            block[3] = (uint)(high >> 32);
            Philox4x32((uint)state[0], (uint)(state[0] >> 32), block);
            for (int k = 0; k < 4 && i + k < output.Length; k++)
            {
                output[i + k] = block[k];
            }
        }
        state[1] = (ulong)counter;
        if (state.Length > 2)
        {
            state[2] = (ulong)(counter >> 64);
        }
    }
}
