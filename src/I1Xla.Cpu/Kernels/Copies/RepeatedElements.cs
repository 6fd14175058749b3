using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace I1Xla.Cpu.Kernels.Copies;

/// <summary>Lines each of whose elements stands several times in the target, one beside the other: pictures that grow, heads that share keys.</summary>
internal static unsafe class RepeatedElements
{
    private const int Lanes = 8, MostWords = 64, Word = 4;

    /// <summary>Whether such lines are made of whole vectors: elements that fill words together, of which so many vectors follow from one.</summary>
    /// <param name="element">Size of an element in bytes.</param>
    /// <param name="times">How often each stands in the target.</param>
    public static bool Suits(int element, long times) => element is 1 or 2 or Word && times > 1 && times * element % Word == 0 && times * element / Word <= MostWords;

    /// <summary>Which of eight elements stands in each place of the target's vectors for them.</summary>
    /// <param name="element">Size of an element in bytes.</param>
    /// <param name="times">How often each stands there; what <see cref="Suits"/>.</param>
    public static int[] Places(int element, long times)
    {
        // Elements shorter than a word are words of themselves, which stand there so many times less.
        int words = (int)(times * element / Word);
        return [.. Enumerable.Range(0, words * Lanes).Select(i => i / words)];
    }

    /// <summary>Writes a line; needs AVX2.</summary>
    /// <param name="from">Its elements, adjacent.</param>
    /// <param name="to">The target.</param>
    /// <param name="count">How many elements.</param>
    /// <param name="element">Size of one in bytes.</param>
    /// <param name="places">The result of <see cref="Places"/>.</param>
    /// <param name="stream">Whether the target goes past the caches, where its vectors do not start within another line.</param>
    public static void Run(byte* from, byte* to, long count, int element, int[] places, bool stream)
    {
        bool streams = stream && ((nint)to & (Vector256<byte>.Count - 1)) == 0;
        int words = places.Length / Lanes;
        fixed (int* at = places)
        {
            switch (element)
            {
                case 1: Line(from, (uint*)to, count, words, at, streams); break;
                case 2: Line((ushort*)from, (uint*)to, count, words, at, streams); break;
                default: Line((uint*)from, (uint*)to, count, words, at, streams); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Line<T>(T* from, uint* to, long count, int words, int* places, bool stream)
        where T : unmanaged
    {
        long i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            Vector256<uint> eight = Eight(from + i);
            for (int v = 0; v < words; v++, to += Lanes)
            {
                Vector256<uint> made = Avx2.PermuteVar8x32(eight, Vector256.Load(places + (v * Lanes)).AsUInt32());
                if (stream)
                {
                    made.StoreAlignedNonTemporal(to);
                }
                else
                {
                    made.Store(to);
                }
            }
        }
        for (; i < count; i++)
        {
            uint one = sizeof(T) == 1 ? *(byte*)(from + i) * 0x01010101u : sizeof(T) == 2 ? *(ushort*)(from + i) * 0x00010001u : *(uint*)(from + i);
            for (int v = 0; v < words; v++)
            {
                *to++ = one;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Eight<T>(T* from)
        where T : unmanaged => sizeof(T) switch
        {
            1 => Avx2.ConvertToVector256Int32((byte*)from).AsUInt32() * 0x01010101u,
            2 => Avx2.ConvertToVector256Int32((ushort*)from).AsUInt32() * 0x00010001u,
            _ => Vector256.Load((uint*)from),
        };
}
