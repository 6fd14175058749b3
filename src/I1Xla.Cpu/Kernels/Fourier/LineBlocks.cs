using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Kernels.Copies;

namespace I1Xla.Cpu.Kernels.Fourier;

/// <summary>Lines of complex f32, eight at a time, between memory and vectors of real and imaginary parts by turns, in registers of AVX2. Each gives how many elements of a line it has moved.</summary>
internal static unsafe class LineBlocks
{
    /// <summary>Lines.</summary>
    public const int Lanes = 8;

    /// <summary>Lines that lie <paramref name="apart"/> numbers apart, each of neighbours.</summary>
    /// <param name="from">The first line.</param>
    /// <param name="apart">Numbers from one line to the next.</param>
    /// <param name="to">The vectors.</param>
    /// <param name="elements">Elements of a line.</param>
    /// <param name="swapped">Whether the parts change places.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int LoadLines(float* from, long apart, float* to, int elements, bool swapped)
    {
        int turn = swapped ? 1 : 0, done = 0;
        for (; done + 4 <= elements; done += 4, from += 8, to += 8 * Lanes)
        {
            Transpose(from, apart, 0, to, Lanes, turn, Vector256<float>.One);
        }
        return done;
    }

    /// <summary>The other way round, multiplied by a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int StoreLines(float* from, float* to, long apart, int elements, bool swapped, float scale)
    {
        int turn = swapped ? 1 : 0, done = 0;
        for (; done + 4 <= elements; done += 4, from += 8 * Lanes, to += 8)
        {
            Transpose(from, Lanes, turn, to, apart, 0, Vector256.Create(scale));
        }
        return done;
    }

    /// <summary>Lines that are neighbours, element by element, <paramref name="step"/> numbers from one element of a line to the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int LoadColumns(float* from, long step, float* to, int elements, bool swapped)
    {
        int re = swapped ? Lanes : 0, im = Lanes - re;
        for (int k = 0; k < elements; k++, from += step, to += 2 * Lanes)
        {
            Vector256<float> a = Vector256.Load(from), b = Vector256.Load(from + Lanes);
            Avx2.Permute4x64(Avx.Shuffle(a, b, 0b10_00_10_00).AsDouble(), 0b11_01_10_00).AsSingle().Store(to + re);
            Avx2.Permute4x64(Avx.Shuffle(a, b, 0b11_01_11_01).AsDouble(), 0b11_01_10_00).AsSingle().Store(to + im);
        }
        return elements;
    }

    /// <summary>The other way round, multiplied by a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int StoreColumns(float* from, float* to, long step, int elements, bool swapped, float scale)
    {
        int re = swapped ? Lanes : 0, im = Lanes - re;
        Vector256<float> by = Vector256.Create(scale);
        for (int k = 0; k < elements; k++, from += 2 * Lanes, to += step)
        {
            Vector256<float> a = Vector256.Load(from + re) * by, b = Vector256.Load(from + im) * by;
            Vector256<float> low = Avx.UnpackLow(a, b), high = Avx.UnpackHigh(a, b);
            Avx.Permute2x128(low, high, 0x20).Store(to);
            Avx.Permute2x128(low, high, 0x31).Store(to + Lanes);
        }
        return elements;
    }

    // Eight rows of eight; rows of pairs change places where `fromTurn` or `toTurn` is 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(float* from, long fromRow, int fromTurn, float* to, long toRow, int toTurn, Vector256<float> scale)
    {
        for (int half = 0; half < 8; half += 4)
        {
            float* at = from + half;
            TransposeTile.Columns32(
                (byte*)(at + (fromTurn * fromRow)), (byte*)(at + ((1 ^ fromTurn) * fromRow)), (byte*)(at + ((2 ^ fromTurn) * fromRow)), (byte*)(at + ((3 ^ fromTurn) * fromRow)),
                4 * fromRow * sizeof(float), out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3);
            float* row = to + (half * toRow);
            (c0 * scale).Store(row + (toTurn * toRow));
            (c1 * scale).Store(row + ((1 ^ toTurn) * toRow));
            (c2 * scale).Store(row + ((2 ^ toTurn) * toRow));
            (c3 * scale).Store(row + ((3 ^ toTurn) * toRow));
        }
    }
}
