using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace I1Xla.Cpu.Kernels.Copies;

/// <summary>
/// Transposes one tile: <c>target[j, i] = source[i, j]</c>, where the source's columns and the target's columns are adjacent elements.
/// </summary>
internal static unsafe class TransposeTile
{
    /// <summary>Moves a tile of <paramref name="rows"/> × <paramref name="columns"/> elements (of the source). Strides in bytes.</summary>
    public static void Run(byte* source, long sourceRow, byte* target, long targetRow, long rows, long columns, int elementBytes, IsaLevel isa)
    {
        switch (elementBytes)
        {
            case 1: Blocks<byte>(source, sourceRow, target, targetRow, rows, columns, isa); break;
            case 2: Blocks<ushort>(source, sourceRow, target, targetRow, rows, columns, isa); break;
            case 4: Blocks<uint>(source, sourceRow, target, targetRow, rows, columns, isa); break;
            case 8: Blocks<ulong>(source, sourceRow, target, targetRow, rows, columns, isa); break;
            default: Blocks<UInt128>(source, sourceRow, target, targetRow, rows, columns, isa); break;
        }
    }

    /// <summary>As <see cref="Run"/>, with whole cache lines past the caches, for results much larger than these; the target and its rows start at cache lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Stream(byte* source, long sourceRow, byte* target, long targetRow, long rows, long columns, int elementBytes, IsaLevel isa)
    {
        // Squares as wide as a cache line are transposed in a buffer that stays in the first-level cache; its rows leave as whole lines.
        byte* buffer = stackalloc byte[CacheLine.Bytes * CacheLine.Bytes + CacheLine.Bytes];
        buffer += -(nint)buffer & (CacheLine.Bytes - 1);
        int side = CacheLine.Bytes / elementBytes;
        for (long i = 0; i < rows; i += side)
        {
            long height = Math.Min(side, rows - i);
            for (long j = 0; j < columns; j += side)
            {
                long width = Math.Min(side, columns - j);
                byte* from = source + i * sourceRow + j * elementBytes, to = target + j * targetRow + i * elementBytes;
                if (height < side || width < side)
                {
                    Run(from, sourceRow, to, targetRow, height, width, elementBytes, isa);
                    continue;
                }
                Run(from, sourceRow, buffer, CacheLine.Bytes, side, side, elementBytes, isa);
                for (int line = 0; line < side; line++) CacheLine.Stream(buffer + line * CacheLine.Bytes, to + line * targetRow);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks<T>(byte* source, long sourceRow, byte* target, long targetRow, long rows, long columns, IsaLevel isa)
        where T : unmanaged
    {
        int block = sizeof(T) switch { 1 => 16, 2 => 8, 4 => isa >= IsaLevel.Avx2 ? 16 : 8, 8 => isa >= IsaLevel.Avx512 ? 8 : 4, _ => 4 };
        bool fast = sizeof(T) switch { 1 or 2 => Sse2.IsSupported, 4 => isa >= IsaLevel.Avx2, 8 => isa >= IsaLevel.Avx2, _ => false };
        for (long i = 0; i < rows; i += block)
        {
            int height = (int)Math.Min(block, rows - i);
            for (long j = 0; j < columns; j += block)
            {
                int width = (int)Math.Min(block, columns - j);
                byte* from = source + i * sourceRow + j * sizeof(T), to = target + j * targetRow + i * sizeof(T);
                if (!fast || width < block || height < block) Scalar<T>(from, sourceRow, to, targetRow, height, width);
                else if (sizeof(T) == 4 && Avx512F.IsSupported) Matmul.Transpose16.Block<Matmul.Lanes32>(from, sourceRow, 16, (float*)to, targetRow / 4);
                else if (sizeof(T) == 4) Sixteen32(from, sourceRow, to, targetRow);
                else if (sizeof(T) == 8 && block == 8) Eight64(from, sourceRow, to, targetRow);
                else if (sizeof(T) == 8) Four64(from, sourceRow, to, targetRow);
                else if (sizeof(T) == 2) Eight16(from, sourceRow, to, targetRow);
                else Sixteen8(from, sourceRow, to, targetRow);
            }
        }
    }

    private static void Scalar<T>(byte* source, long sourceRow, byte* target, long targetRow, int rows, int columns)
        where T : unmanaged
    {
        for (int j = 0; j < columns; j++)
        {
            T* to = (T*)(target + j * targetRow);
            byte* from = source + j * sizeof(T);
            for (int i = 0; i < rows; i++) to[i] = *(T*)(from + i * sourceRow);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight16(byte* source, long row, byte* target, long targetRow)
    {
        Vector128<ushort> a0 = Load(source, row, 0), a1 = Load(source, row, 1), a2 = Load(source, row, 2), a3 = Load(source, row, 3);
        Vector128<ushort> a4 = Load(source, row, 4), a5 = Load(source, row, 5), a6 = Load(source, row, 6), a7 = Load(source, row, 7);
        Vector128<uint> b0 = Sse2.UnpackLow(a0, a1).AsUInt32(), b1 = Sse2.UnpackHigh(a0, a1).AsUInt32();
        Vector128<uint> b2 = Sse2.UnpackLow(a2, a3).AsUInt32(), b3 = Sse2.UnpackHigh(a2, a3).AsUInt32();
        Vector128<uint> b4 = Sse2.UnpackLow(a4, a5).AsUInt32(), b5 = Sse2.UnpackHigh(a4, a5).AsUInt32();
        Vector128<uint> b6 = Sse2.UnpackLow(a6, a7).AsUInt32(), b7 = Sse2.UnpackHigh(a6, a7).AsUInt32();
        Halves(Sse2.UnpackLow(b0, b2), Sse2.UnpackLow(b4, b6), target, targetRow, 0);
        Halves(Sse2.UnpackHigh(b0, b2), Sse2.UnpackHigh(b4, b6), target, targetRow, 2);
        Halves(Sse2.UnpackLow(b1, b3), Sse2.UnpackLow(b5, b7), target, targetRow, 4);
        Halves(Sse2.UnpackHigh(b1, b3), Sse2.UnpackHigh(b5, b7), target, targetRow, 6);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Load(byte* source, long row, int index) => Vector128.Load((ushort*)(source + index * row));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Halves(Vector128<uint> upper, Vector128<uint> lower, byte* target, long targetRow, int index)
    {
        Sse2.UnpackLow(upper.AsUInt64(), lower.AsUInt64()).Store((ulong*)(target + index * targetRow));
        Sse2.UnpackHigh(upper.AsUInt64(), lower.AsUInt64()).Store((ulong*)(target + (index + 1) * targetRow));
    }

    private static void Sixteen8(byte* source, long row, byte* target, long targetRow)
    {
        // Pairs of rows interleave into 16-bit elements; two 8 × 8 transposes of those finish the job.
        byte* pairs = stackalloc byte[16 * 16];
        for (int i = 0; i < 16; i += 2)
        {
            Vector128<byte> a = Vector128.Load(source + i * row), b = Vector128.Load(source + (i + 1) * row);
            Sse2.UnpackLow(a, b).Store(pairs + i / 2 * 32);
            Sse2.UnpackHigh(a, b).Store(pairs + i / 2 * 32 + 16);
        }
        Eight16(pairs, 32, target, targetRow);
        Eight16(pairs + 16, 32, target + 8 * targetRow, targetRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sixteen32(byte* source, long row, byte* target, long targetRow)
    {
        for (int i = 0; i < 16; i += 8)
        {
            for (int j = 0; j < 16; j += 8)
            {
                byte* from = source + (i * row) + (j * 4), to = target + (j * targetRow) + (i * 4);
                Four32(from, row, to, targetRow);
                Four32(from + 16, row, to + (4 * targetRow), targetRow);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four32(byte* source, long row, byte* target, long targetRow)
    {
        Columns32(source, source + row, source + (2 * row), source + (3 * row), 4 * row, out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3);
        c0.Store((float*)target);
        c1.Store((float*)(target + targetRow));
        c2.Store((float*)(target + (2 * targetRow)));
        c3.Store((float*)(target + (3 * targetRow)));
    }

    /// <summary>Four columns of eight rows of 32-bit elements, in registers of AVX2: rows 0 to 3, and each one's fourth after it, <paramref name="below"/> bytes behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Columns32(byte* row0, byte* row1, byte* row2, byte* row3, long below, out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3)
    {
        Vector256<float> a0 = Pair32(row0, below), a1 = Pair32(row1, below), a2 = Pair32(row2, below), a3 = Pair32(row3, below);
        Vector256<float> b0 = Avx.UnpackLow(a0, a1), b1 = Avx.UnpackHigh(a0, a1), b2 = Avx.UnpackLow(a2, a3), b3 = Avx.UnpackHigh(a2, a3);
        (c0, c1) = (Avx.Shuffle(b0, b2, 0x44), Avx.Shuffle(b0, b2, 0xEE));
        (c2, c3) = (Avx.Shuffle(b1, b3, 0x44), Avx.Shuffle(b1, b3, 0xEE));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Pair32(byte* row, long below) => Vector256.Create(Vector128.Load((float*)row), Vector128.Load((float*)(row + below)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four64(byte* source, long row, byte* target, long targetRow)
    {
        Vector256<double> a = Vector256.Load((double*)source), b = Vector256.Load((double*)(source + row)), c = Vector256.Load((double*)(source + (2 * row))), d = Vector256.Load((double*)(source + (3 * row)));
        Vector256<double> even = Avx.UnpackLow(a, b), odd = Avx.UnpackHigh(a, b), evenBelow = Avx.UnpackLow(c, d), oddBelow = Avx.UnpackHigh(c, d);
        Avx.Permute2x128(even, evenBelow, 0x20).Store((double*)target);
        Avx.Permute2x128(odd, oddBelow, 0x20).Store((double*)(target + targetRow));
        Avx.Permute2x128(even, evenBelow, 0x31).Store((double*)(target + (2 * targetRow)));
        Avx.Permute2x128(odd, oddBelow, 0x31).Store((double*)(target + (3 * targetRow)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight64(byte* source, long row, byte* target, long targetRow)
    {
        Pair64(source, row, 0, out Vector512<double> a0, out Vector512<double> a1);
        Pair64(source, row, 2, out Vector512<double> a2, out Vector512<double> a3);
        Pair64(source, row, 4, out Vector512<double> a4, out Vector512<double> a5);
        Pair64(source, row, 6, out Vector512<double> a6, out Vector512<double> a7);
        Spread64(a0, a2, a4, a6, target, targetRow, 0);
        Spread64(a1, a3, a5, a7, target, targetRow, 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair64(byte* source, long row, int index, out Vector512<double> even, out Vector512<double> odd)
    {
        Vector512<double> a = Vector512.Load((double*)(source + index * row)), b = Vector512.Load((double*)(source + (index + 1) * row));
        even = Avx512F.UnpackLow(a, b);
        odd = Avx512F.UnpackHigh(a, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread64(Vector512<double> a, Vector512<double> b, Vector512<double> c, Vector512<double> d, byte* target, long targetRow, int first)
    {
        Vector512<double> ab = Avx512F.Shuffle4x128(a, b, 0b10_00_10_00), abOdd = Avx512F.Shuffle4x128(a, b, 0b11_01_11_01);
        Vector512<double> cd = Avx512F.Shuffle4x128(c, d, 0b10_00_10_00), cdOdd = Avx512F.Shuffle4x128(c, d, 0b11_01_11_01);
        Avx512F.Shuffle4x128(ab, cd, 0b10_00_10_00).Store((double*)(target + first * targetRow));
        Avx512F.Shuffle4x128(abOdd, cdOdd, 0b10_00_10_00).Store((double*)(target + (first + 2) * targetRow));
        Avx512F.Shuffle4x128(ab, cd, 0b11_01_11_01).Store((double*)(target + (first + 4) * targetRow));
        Avx512F.Shuffle4x128(abOdd, cdOdd, 0b11_01_11_01).Store((double*)(target + (first + 6) * targetRow));
    }
}
