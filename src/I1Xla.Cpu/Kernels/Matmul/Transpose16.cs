using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>Where the rows of a 16 × 16 transpose come from: 16 adjacent source elements as 32-bit lanes.</summary>
internal unsafe interface ILaneSource
{
    static abstract int ElementBytes { get; }

    static abstract Vector512<float> Load16(byte* source);

    static abstract float Load(byte* source);
}

/// <summary>Any 32-bit elements, copied as they are (f32, or pairs of bf16).</summary>
internal readonly unsafe struct Lanes32 : ILaneSource
{
    public static int ElementBytes => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load16(byte* source) => Vector512.Load((float*)source);

    public static float Load(byte* source) => *(float*)source;
}

/// <summary>bf16 widened to f32.</summary>
internal readonly unsafe struct LanesBf16 : ILaneSource
{
    public static int ElementBytes => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load16(byte* source)
    {
        Vector256<ushort> halves = Vector256.Load((ushort*)source);
        (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(halves);
        return (Vector512.Create(lower, upper) << 16).AsSingle();
    }

    public static float Load(byte* source) => BitConverter.UInt32BitsToSingle((uint)*(ushort*)source << 16);
}

/// <summary>IEEE half widened to f32.</summary>
internal readonly unsafe struct LanesF16 : ILaneSource
{
    public static int ElementBytes => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load16(byte* source)
    {
        (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(Vector256.Load((ushort*)source));
        Vector512<uint> bits = Vector512.Create(lower, upper);
        Vector512<uint> magnitude = (bits & Vector512.Create(0x7fffu)) << 13;
        // The product moves the exponent bias from 15 to 127 and normalises subnormals; infinities and NaNs get the f32 exponent by hand.
        Vector512<uint> value = (magnitude.AsSingle() * BitConverter.UInt32BitsToSingle(0x77800000u)).AsUInt32();
        Vector512<uint> special = Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(0x7c00u << 13)) & Vector512.Create(0x7f800000u);
        return (value | special | ((bits & Vector512.Create(0x8000u)) << 16)).AsSingle();
    }

    public static float Load(byte* source) => (float)*(Half*)source;
}

/// <summary>Transposes blocks of 16 rows by 16 columns in AVX-512 registers.</summary>
internal static unsafe class Transpose16
{
    /// <summary>
    /// Writes the 16 columns of 16 rows of <paramref name="source"/> as 16 vectors, <paramref name="targetStride"/> elements apart; rows from
    /// <paramref name="rows"/> on count as zeros.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block<TSource>(byte* source, long rowBytes, int rows, float* target, long targetStride)
        where TSource : struct, ILaneSource => Block<TSource, StridedRows>(new StridedRows(source, rowBytes), rows, target, targetStride);

    /// <summary>As <see cref="Block{TSource}(byte*, long, int, float*, long)"/>, storing in the order of the columns, so that a vector may run into the place of the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void BlockInOrder<TSource>(byte* source, long rowBytes, int rows, float* target, long targetStride)
        where TSource : struct, ILaneSource => InOrder<TSource, StridedRows>(new StridedRows(source, rowBytes), rows, target, targetStride);

    /// <summary>As the other overload, with an address for each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void BlockInOrder<TSource>(byte** source, int rows, float* target, long targetStride)
        where TSource : struct, ILaneSource => InOrder<TSource, ListedRows>(new ListedRows(source), rows, target, targetStride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InOrder<TSource, TRows>(TRows source, int rows, float* target, long targetStride)
        where TSource : struct, ILaneSource
        where TRows : struct, IRowAddresses
    {
        float* block = stackalloc float[256];
        Block<TSource, TRows>(source, rows, block, 16);
        for (int i = 0; i < 16; i++) Vector512.Load(block + i * 16).Store(target + i * targetStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block<TSource, TRows>(TRows s, int rows, float* target, long targetStride)
        where TSource : struct, ILaneSource
        where TRows : struct, IRowAddresses
    {
        Vector512<float> r0 = Row<TSource, TRows>(s, 0, rows), r1 = Row<TSource, TRows>(s, 1, rows), r2 = Row<TSource, TRows>(s, 2, rows), r3 = Row<TSource, TRows>(s, 3, rows);
        Vector512<float> r4 = Row<TSource, TRows>(s, 4, rows), r5 = Row<TSource, TRows>(s, 5, rows), r6 = Row<TSource, TRows>(s, 6, rows), r7 = Row<TSource, TRows>(s, 7, rows);
        Vector512<float> r8 = Row<TSource, TRows>(s, 8, rows), r9 = Row<TSource, TRows>(s, 9, rows), r10 = Row<TSource, TRows>(s, 10, rows), r11 = Row<TSource, TRows>(s, 11, rows);
        Vector512<float> r12 = Row<TSource, TRows>(s, 12, rows), r13 = Row<TSource, TRows>(s, 13, rows), r14 = Row<TSource, TRows>(s, 14, rows), r15 = Row<TSource, TRows>(s, 15, rows);
        Quad(ref r0, ref r1, ref r2, ref r3);
        Quad(ref r4, ref r5, ref r6, ref r7);
        Quad(ref r8, ref r9, ref r10, ref r11);
        Quad(ref r12, ref r13, ref r14, ref r15);
        Spread(r0, r4, r8, r12, target, targetStride, 0);
        Spread(r1, r5, r9, r13, target, targetStride, 1);
        Spread(r2, r6, r10, r14, target, targetStride, 2);
        Spread(r3, r7, r11, r15, target, targetStride, 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Row<TSource, TRows>(TRows source, int row, int rows)
        where TSource : struct, ILaneSource
        where TRows : struct, IRowAddresses => row < rows ? TSource.Load16(source.Row(row)) : Vector512<float>.Zero;

    private interface IRowAddresses
    {
        byte* Row(int index);
    }

    private readonly struct StridedRows(byte* first, long rowBytes) : IRowAddresses
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public byte* Row(int index) => first + index * rowBytes;
    }

    private readonly struct ListedRows(byte** rows) : IRowAddresses
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public byte* Row(int index) => rows[index];
    }

    // Transposes 4 × 4 blocks inside each 128-bit lane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quad(ref Vector512<float> a, ref Vector512<float> b, ref Vector512<float> c, ref Vector512<float> d)
    {
        Vector512<float> ab = Avx512F.UnpackLow(a, b), abHigh = Avx512F.UnpackHigh(a, b);
        Vector512<float> cd = Avx512F.UnpackLow(c, d), cdHigh = Avx512F.UnpackHigh(c, d);
        a = Avx512F.UnpackLow(ab.AsDouble(), cd.AsDouble()).AsSingle();
        b = Avx512F.UnpackHigh(ab.AsDouble(), cd.AsDouble()).AsSingle();
        c = Avx512F.UnpackLow(abHigh.AsDouble(), cdHigh.AsDouble()).AsSingle();
        d = Avx512F.UnpackHigh(abHigh.AsDouble(), cdHigh.AsDouble()).AsSingle();
    }

    // Transposes the 4 × 4 grid of 128-bit lanes; lane j of the inputs is column first + 4 j.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* target, long stride, int first)
    {
        Vector512<float> ab = Avx512F.Shuffle4x128(a, b, 0b10_00_10_00), abOdd = Avx512F.Shuffle4x128(a, b, 0b11_01_11_01);
        Vector512<float> cd = Avx512F.Shuffle4x128(c, d, 0b10_00_10_00), cdOdd = Avx512F.Shuffle4x128(c, d, 0b11_01_11_01);
        Avx512F.Shuffle4x128(ab, cd, 0b10_00_10_00).Store(target + first * stride);
        Avx512F.Shuffle4x128(abOdd, cdOdd, 0b10_00_10_00).Store(target + (first + 4) * stride);
        Avx512F.Shuffle4x128(ab, cd, 0b11_01_11_01).Store(target + (first + 8) * stride);
        Avx512F.Shuffle4x128(abOdd, cdOdd, 0b11_01_11_01).Store(target + (first + 12) * stride);
    }
}
