using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>Where the rows of a 16 × 16 transpose come from: 16 adjacent source elements as 32-bit lanes.</summary>
internal unsafe interface ILaneSource
{
    static abstract int ElementBytes { get; }

    static abstract Vector512<float> Load16(byte* source);

    static abstract Vector256<float> Load8(byte* source);

    static abstract float Load(byte* source);
}

/// <summary>Elements in memory as 32-bit lanes.</summary>
internal static unsafe class Widened
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> FromWords(ushort* source)
    {
        if (Avx2.IsSupported) return Avx2.ConvertToVector256Int32(source).AsUInt32();
        (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(Vector128.Load(source));
        return Vector256.Create(lower, upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> From16Words(ushort* source)
    {
        if (Avx512F.IsSupported) return Avx512F.ConvertToVector512UInt32(Vector256.Load(source));
        (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(Vector256.Load(source));
        return Vector512.Create(lower, upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> From16Bytes(byte* source)
    {
        if (Avx512F.IsSupported) return Avx512F.ConvertToVector512Int32(Vector128.Load(source));
        (Vector128<ushort> lower, Vector128<ushort> upper) = Vector128.Widen(Vector128.Load(source));
        (Vector256<uint> first, Vector256<uint> second) = Vector256.Widen(Vector256.Create(lower, upper));
        return Vector512.Create(first, second).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> FromBytes(byte* source)
    {
        if (Avx2.IsSupported) return Avx2.ConvertToVector256Int32(source);
        (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)source).AsByte()));
        return Vector256.Create(lower, upper).AsInt32();
    }
}

/// <summary>Any 32-bit elements, copied as they are (f32, or pairs of bf16).</summary>
internal readonly unsafe struct Lanes32 : ILaneSource
{
    public static int ElementBytes => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load16(byte* source) => Vector512.Load((float*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8(byte* source) => Vector256.Load((float*)source);

    public static float Load(byte* source) => *(float*)source;
}

/// <summary>bf16 widened to f32.</summary>
internal readonly unsafe struct LanesBf16 : ILaneSource
{
    public static int ElementBytes => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load16(byte* source) => (Widened.From16Words((ushort*)source) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8(byte* source) => (Widened.FromWords((ushort*)source) << 16).AsSingle();

    public static float Load(byte* source) => BitConverter.UInt32BitsToSingle((uint)*(ushort*)source << 16);
}

/// <summary>IEEE half widened to f32.</summary>
internal readonly unsafe struct LanesF16 : ILaneSource
{
    public static int ElementBytes => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load16(byte* source)
    {
        Vector512<uint> bits = Widened.From16Words((ushort*)source), magnitude = (bits & Vector512.Create(0x7fffu)) << 13;
        // The product moves the exponent bias from 15 to 127 and normalises subnormals; infinities and NaNs get the f32 exponent by hand.
        Vector512<uint> value = (magnitude.AsSingle() * BitConverter.UInt32BitsToSingle(0x77800000u)).AsUInt32();
        Vector512<uint> special = Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(0x7c00u << 13)) & Vector512.Create(0x7f800000u);
        return (value | special | ((bits & Vector512.Create(0x8000u)) << 16)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8(byte* source)
    {
        // As sixteen at a time.
        Vector256<uint> bits = Widened.FromWords((ushort*)source), magnitude = (bits & Vector256.Create(0x7fffu)) << 13;
        Vector256<uint> value = (magnitude.AsSingle() * BitConverter.UInt32BitsToSingle(0x77800000u)).AsUInt32();
        Vector256<uint> special = Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(0x7c00u << 13)) & Vector256.Create(0x7f800000u);
        return (value | special | ((bits & Vector256.Create(0x8000u)) << 16)).AsSingle();
    }

    public static float Load(byte* source) => (float)*(Half*)source;
}

/// <summary>Unsigned bytes widened to f32.</summary>
internal readonly unsafe struct LanesByte : ILaneSource
{
    public static int ElementBytes => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load16(byte* source) => Vector512.ConvertToSingle(Widened.From16Bytes(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8(byte* source) => Vector256.ConvertToSingle(Widened.FromBytes(source));

    public static float Load(byte* source) => *source;
}

/// <summary>Transposes blocks of 16 rows by 16 columns in registers of AVX-512, or in two halves in those of AVX2.</summary>
internal static unsafe class Transpose16
{
    /// <summary>
    /// Writes the 16 columns of 16 rows of <paramref name="source"/> as 16 vectors, <paramref name="targetStride"/> elements apart; rows from
    /// <paramref name="rows"/> on count as zeros. The stores run in order, so that a vector may reach into the place of the next.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block<TSource>(byte* source, long rowBytes, int rows, float* target, long targetStride)
        where TSource : struct, ILaneSource => Block<TSource, StridedRows>(new StridedRows(source, rowBytes), rows, target, targetStride);

    /// <summary>As the other overload, with an address for each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block<TSource>(byte** source, int rows, float* target, long targetStride)
        where TSource : struct, ILaneSource => Block<TSource, ListedRows>(new ListedRows(source), rows, target, targetStride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block<TSource, TRows>(TRows s, int rows, float* target, long stride)
        where TSource : struct, ILaneSource
        where TRows : struct, IRowAddresses
    {
        if (!Avx512F.IsSupported)
        {
            Half<TSource, TRows>(s, 0, rows, target, stride);
            Half<TSource, TRows>(s, 8 * TSource.ElementBytes, rows, target + 8 * stride, stride);
            return;
        }
        Vector512<float> r0 = Row<TSource, TRows>(s, 0, rows), r1 = Row<TSource, TRows>(s, 1, rows), r2 = Row<TSource, TRows>(s, 2, rows), r3 = Row<TSource, TRows>(s, 3, rows);
        Vector512<float> r4 = Row<TSource, TRows>(s, 4, rows), r5 = Row<TSource, TRows>(s, 5, rows), r6 = Row<TSource, TRows>(s, 6, rows), r7 = Row<TSource, TRows>(s, 7, rows);
        Vector512<float> r8 = Row<TSource, TRows>(s, 8, rows), r9 = Row<TSource, TRows>(s, 9, rows), r10 = Row<TSource, TRows>(s, 10, rows), r11 = Row<TSource, TRows>(s, 11, rows);
        Vector512<float> r12 = Row<TSource, TRows>(s, 12, rows), r13 = Row<TSource, TRows>(s, 13, rows), r14 = Row<TSource, TRows>(s, 14, rows), r15 = Row<TSource, TRows>(s, 15, rows);
        Quad(ref r0, ref r1, ref r2, ref r3);
        Quad(ref r4, ref r5, ref r6, ref r7);
        Quad(ref r8, ref r9, ref r10, ref r11);
        Quad(ref r12, ref r13, ref r14, ref r15);
        Spread(ref r0, ref r4, ref r8, ref r12);
        Spread(ref r1, ref r5, ref r9, ref r13);
        Spread(ref r2, ref r6, ref r10, ref r14);
        Spread(ref r3, ref r7, ref r11, ref r15);
        r0.Store(target);
        r1.Store(target + stride);
        r2.Store(target + 2 * stride);
        r3.Store(target + 3 * stride);
        target += 4 * stride;
        r4.Store(target);
        r5.Store(target + stride);
        r6.Store(target + 2 * stride);
        r7.Store(target + 3 * stride);
        target += 4 * stride;
        r8.Store(target);
        r9.Store(target + stride);
        r10.Store(target + 2 * stride);
        r11.Store(target + 3 * stride);
        target += 4 * stride;
        r12.Store(target);
        r13.Store(target + stride);
        r14.Store(target + 2 * stride);
        r15.Store(target + 3 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Row<TSource, TRows>(TRows source, int row, int rows)
        where TSource : struct, ILaneSource
        where TRows : struct, IRowAddresses => row < rows ? TSource.Load16(source.Row(row)) : Vector512<float>.Zero;

    /// <summary>As <see cref="Block{TSource}(byte*, long, int, float*, long)"/>, with AVX2 alone.</summary>
    public static void InHalves<TSource>(byte* source, long rowBytes, int rows, float* target, long targetStride)
        where TSource : struct, ILaneSource
    {
        var s = new StridedRows(source, rowBytes);
        Half<TSource, StridedRows>(s, 0, rows, target, targetStride);
        Half<TSource, StridedRows>(s, 8 * TSource.ElementBytes, rows, target + 8 * targetStride, targetStride);
    }

    /// <summary>The first eight columns of up to eight rows, as eight vectors of AVX2; rows that are missing count as zeros. The stores run in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Octet<TSource>(byte* source, long rowBytes, int rows, float* target, long targetStride)
        where TSource : struct, ILaneSource => Octet<TSource, StridedRows>(new StridedRows(source, rowBytes), 0, 0, rows, target, targetStride);

    /// <summary>As the other overload, with an address for each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Octet<TSource>(byte** source, int rows, float* target, long targetStride)
        where TSource : struct, ILaneSource => Octet<TSource, ListedRows>(new ListedRows(source), 0, 0, rows, target, targetStride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Octet<TSource, TRows>(TRows s, int first, int offset, int rows, float* target, long stride)
        where TSource : struct, ILaneSource
        where TRows : struct, IRowAddresses
    {
        Pair<TSource, TRows>(s, first, offset, rows, out Vector256<float> a0, out Vector256<float> a1);
        Pair<TSource, TRows>(s, first + 2, offset, rows, out Vector256<float> a2, out Vector256<float> a3);
        Pair<TSource, TRows>(s, first + 4, offset, rows, out Vector256<float> a4, out Vector256<float> a5);
        Pair<TSource, TRows>(s, first + 6, offset, rows, out Vector256<float> a6, out Vector256<float> a7);
        Vector256<float> u0 = Avx.Shuffle(a0, a2, 0x44), l0 = Avx.Shuffle(a4, a6, 0x44), u1 = Avx.Shuffle(a0, a2, 0xEE), l1 = Avx.Shuffle(a4, a6, 0xEE);
        Vector256<float> u2 = Avx.Shuffle(a1, a3, 0x44), l2 = Avx.Shuffle(a5, a7, 0x44), u3 = Avx.Shuffle(a1, a3, 0xEE), l3 = Avx.Shuffle(a5, a7, 0xEE);
        Avx.Permute2x128(u0, l0, 0x20).Store(target);
        Avx.Permute2x128(u1, l1, 0x20).Store(target + stride);
        Avx.Permute2x128(u2, l2, 0x20).Store(target + 2 * stride);
        Avx.Permute2x128(u3, l3, 0x20).Store(target + 3 * stride);
        target += 4 * stride;
        Avx.Permute2x128(u0, l0, 0x31).Store(target);
        Avx.Permute2x128(u1, l1, 0x31).Store(target + stride);
        Avx.Permute2x128(u2, l2, 0x31).Store(target + 2 * stride);
        Avx.Permute2x128(u3, l3, 0x31).Store(target + 3 * stride);
    }

    // Eight columns: rows 0 to 7 and 8 to 15 are transposed apart, and stored by turns.
    private static void Half<TSource, TRows>(TRows s, int offset, int rows, float* target, long stride)
        where TSource : struct, ILaneSource
        where TRows : struct, IRowAddresses
    {
        Vector256<float>* columns = stackalloc Vector256<float>[16];
        Octet<TSource, TRows>(s, 0, offset, rows, (float*)columns, 8);
        if (rows > 8) Octet<TSource, TRows>(s, 8, offset, rows, (float*)(columns + 8), 8);
        else new Span<Vector256<float>>(columns + 8, 8).Clear();
        for (int i = 0; i < 8; i++, target += stride)
        {
            columns[i].Store(target);
            columns[8 + i].Store(target + 8);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair<TSource, TRows>(TRows s, int row, int offset, int rows, out Vector256<float> low, out Vector256<float> high)
        where TSource : struct, ILaneSource
        where TRows : struct, IRowAddresses
    {
        Vector256<float> a = row < rows ? TSource.Load8(s.Row(row) + offset) : default, b = row + 1 < rows ? TSource.Load8(s.Row(row + 1) + offset) : default;
        (low, high) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
    }

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

    // Transposes the 4 × 4 grid of 128-bit lanes: afterwards a, b, c, d hold lanes 0, 1, 2, 3 of all four.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread(ref Vector512<float> a, ref Vector512<float> b, ref Vector512<float> c, ref Vector512<float> d)
    {
        Vector512<float> ab = Avx512F.Shuffle4x128(a, b, 0b10_00_10_00), abOdd = Avx512F.Shuffle4x128(a, b, 0b11_01_11_01);
        Vector512<float> cd = Avx512F.Shuffle4x128(c, d, 0b10_00_10_00), cdOdd = Avx512F.Shuffle4x128(c, d, 0b11_01_11_01);
        a = Avx512F.Shuffle4x128(ab, cd, 0b10_00_10_00);
        b = Avx512F.Shuffle4x128(abOdd, cdOdd, 0b10_00_10_00);
        c = Avx512F.Shuffle4x128(ab, cd, 0b11_01_11_01);
        d = Avx512F.Shuffle4x128(abOdd, cdOdd, 0b11_01_11_01);
    }
}
