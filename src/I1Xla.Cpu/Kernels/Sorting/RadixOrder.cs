using System.Runtime.CompilerServices;

namespace I1Xla.Cpu.Kernels.Sorting;

/// <summary>
/// The stable order of keys that compare as unsigned integers: a radix sort from the least significant digit (Knuth, The Art of
/// Computer Programming 3, 5.2.5), with digits of 11 bits; a digit in which all keys agree is passed over.
/// </summary>
internal static unsafe class RadixOrder
{
    private const int DigitBits = 11;
    private const int Buckets = 1 << DigitBits;
    private const int SmallCount = 256;

    [ThreadStatic]
    private static ScratchBuffer? t_counts;

    /// <summary>Sorts words that hold a 32-bit key above the place of their element.</summary>
    /// <param name="words">The words; sorted on return.</param>
    /// <param name="spare">Room for as many.</param>
    /// <param name="count">How many.</param>
    /// <param name="keyBits">Bits of the key that may be set, from bit 32 on.</param>
    /// <returns>Where the sorted words are: <paramref name="words"/> or <paramref name="spare"/>.</returns>
    public static ulong* Sort(ulong* words, ulong* spare, int count, int keyBits)
    {
        if (count <= SmallCount)
        {
            // Places make all words different, so that any sort is stable.
            new Span<ulong>(words, count).Sort();
            return words;
        }
        for (int shift = 32; shift < 32 + keyBits; shift += DigitBits)
        {
            if (Scatter(words, spare, count, shift))
            {
                ulong* sorted = spare;
                spare = words;
                words = sorted;
            }
        }
        return words;
    }

    /// <summary>Sorts 64-bit keys with the places of their elements.</summary>
    /// <returns>Where the sorted places are: <paramref name="places"/> or <paramref name="sparePlaces"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int* Sort(ulong* keys, int* places, ulong* spareKeys, int* sparePlaces, int count)
    {
        int* counts = Counts();
        for (int shift = 0; shift < 64; shift += DigitBits)
        {
            new Span<int>(counts, Buckets).Clear();
            for (int i = 0; i < count; i++)
            {
                counts[(keys[i] >> shift) & (Buckets - 1)]++;
            }
            if (count > 0 && counts[(keys[0] >> shift) & (Buckets - 1)] == count)
            {
                continue;
            }
            Starts(counts);
            for (int i = 0; i < count; i++)
            {
                int at = counts[(keys[i] >> shift) & (Buckets - 1)]++;
                spareKeys[at] = keys[i];
                sparePlaces[at] = places[i];
            }
            ulong* sortedKeys = spareKeys;
            spareKeys = keys;
            keys = sortedKeys;
            int* sortedPlaces = sparePlaces;
            sparePlaces = places;
            places = sortedPlaces;
        }
        return places;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Scatter(ulong* from, ulong* to, int count, int shift)
    {
        int* counts = Counts();
        new Span<int>(counts, Buckets).Clear();
        for (int i = 0; i < count; i++)
        {
            counts[(from[i] >> shift) & (Buckets - 1)]++;
        }
        if (counts[(from[0] >> shift) & (Buckets - 1)] == count)
        {
            return false;
        }
        Starts(counts);
        for (int i = 0; i < count; i++)
        {
            ulong word = from[i];
            to[counts[(word >> shift) & (Buckets - 1)]++] = word;
        }
        return true;
    }

    private static int* Counts() => (int*)(t_counts ??= new()).Ensure(Buckets * sizeof(int));

    private static void Starts(int* counts)
    {
        int sum = 0;
        for (int i = 0; i < Buckets; i++)
        {
            (counts[i], sum) = (sum, sum + counts[i]);
        }
    }
}
