using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>
/// Copies a panel of a matrix into the order the micro-kernel reads it in: for each step along k, the <c>padded</c> elements across the panel.
/// The panel has <c>width</c> elements across (rows of A or columns of B); the rest up to <c>padded</c> is zero. Packing writes up to 64 bytes behind
/// the panel.
/// </summary>
internal static unsafe class PanelPacker
{
    // Rows lie on pages of their own, which the hardware does not fetch ahead.
    private const int RowsAhead = 8;

    /// <summary>Packs f32, or elements widened to f32.</summary>
    /// <param name="source">The first element.</param>
    /// <param name="type">Its type.</param>
    /// <param name="acrossBytes">Bytes between neighbours across the panel.</param>
    /// <param name="alongBytes">Bytes between steps.</param>
    /// <param name="width">Elements across that exist.</param>
    /// <param name="padded">Elements across that are written.</param>
    /// <param name="steps">Steps along k.</param>
    /// <param name="target">The packed panel.</param>
    /// <param name="isa">The instruction set to use.</param>
    public static void PackSingle(byte* source, MatmulType type, long acrossBytes, long alongBytes, int width, int padded, long steps, float* target, IsaLevel isa)
    {
        switch (type)
        {
            case MatmulType.F32:
                Pack<Lanes32>(source, acrossBytes, alongBytes, width, padded, steps, target, isa);
                break;
            case MatmulType.BF16:
                Pack<LanesBf16>(source, acrossBytes, alongBytes, width, padded, steps, target, isa);
                break;
            default:
                Pack<LanesF16>(source, acrossBytes, alongBytes, width, padded, steps, target, isa);
                break;
        }
    }

    /// <summary>Lays rows of a matrix down as f32, elements adjacent and rows <paramref name="stride"/> elements apart; nothing is written between them.</summary>
    public static void LayRows(in MatrixOperand a, long rows, long columns, float* target, long stride)
    {
        for (long row = 0; row < rows; row++)
        {
            MatrixOperand from = a.Advanced(row * a.RowStride);
            PackSingle((byte*)from.Data, a.Type, a.ElementBytes, a.ColumnStride * a.ElementBytes, 1, 1, columns, target + row * stride, IsaLevel.Portable);
        }
    }

    /// <summary>Packs bytes as f32, as <see cref="PackSingle"/> does.</summary>
    public static void PackBytes(byte* source, long acrossBytes, long alongBytes, int width, int padded, long steps, float* target, IsaLevel isa) =>
        Pack<LanesByte>(source, acrossBytes, alongBytes, width, padded, steps, target, isa);

    /// <summary>Packs bf16 as pairs of neighbours along k, the later one in the high half; a missing last one is zero. <paramref name="k"/> counts single elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackPairs(byte* source, long acrossBytes, long alongBytes, int width, int padded, long k, float* target, IsaLevel isa)
    {
        long pairs = k / 2;
        if (alongBytes == 2)
        {
            Pack<Lanes32>(source, acrossBytes, 4, width, padded, pairs, target, isa);
        }
        else
        {
            uint* words = (uint*)target;
            int whole = acrossBytes == 2 ? width & ~15 : 0, rest = width - whole;
            // A vector that starts in one row may read on into the next, and write on into the next row of the panel, which comes later.
            bool spill = acrossBytes == 2 && isa >= IsaLevel.Avx512 && rest > 0 && alongBytes >= 32;
            Vector512<uint> keep = Vector512.LessThan(Vector512<uint>.Indices, Vector512.Create((uint)rest));
            for (long p = 0; p < pairs; p++, words += padded)
            {
                byte* even = source + 2 * p * alongBytes, odd = even + alongBytes;
                int w = 0;
                if (acrossBytes == 2)
                {
                    FetchAhead(even + RowsAhead * alongBytes, 2 * width);
                    FetchAhead(odd + RowsAhead * alongBytes, 2 * width);
                }
                for (; w < whole; w += 16) Interleave((ushort*)even + w, (ushort*)odd + w).Store(words + w);
                if (spill && p + 1 < pairs)
                {
                    (Interleave((ushort*)even + w, (ushort*)odd + w) & keep).Store(words + w);
                    if (padded > whole + 16) new Span<uint>(words + whole + 16, padded - whole - 16).Clear();
                    continue;
                }
                for (; w < width; w++) words[w] = *(ushort*)(even + w * acrossBytes) | ((uint)*(ushort*)(odd + w * acrossBytes) << 16);
                for (; w < padded; w++) words[w] = 0;
            }
        }
        if ((k & 1) != 0)
        {
            uint* words = (uint*)target + pairs * padded;
            byte* last = source + (k - 1) * alongBytes;
            for (int w = 0; w < width; w++) words[w] = *(ushort*)(last + w * acrossBytes);
            for (int w = width; w < padded; w++) words[w] = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void FetchAhead(byte* row, int bytes)
    {
        if (!Sse.IsSupported) return;
        for (int at = 0; at < bytes; at += 64) Sse.Prefetch0(row + at);
    }

    // Sixteen of the even row in the low halves, of the odd row in the high ones.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Interleave(ushort* even, ushort* odd)
    {
        Vector256<ushort> low = Vector256.Load(even), high = Vector256.Load(odd);
        return Avx512F.IsSupported
            ? Avx512F.ConvertToVector512UInt32(low) | (Avx512F.ConvertToVector512UInt32(high) << 16)
            : Wide(low) | (Wide(high) << 16);

        static Vector512<uint> Wide(Vector256<ushort> words) => Vector512.Create(Vector256.WidenLower(words), Vector256.WidenUpper(words));
    }

    /// <summary>Packs f64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackDouble(byte* source, long acrossBytes, long alongBytes, int width, int padded, long steps, double* target)
    {
        for (long k = 0; k < steps; k++, target += padded)
        {
            byte* row = source + k * alongBytes;
            if (acrossBytes == 8) new ReadOnlySpan<double>(row, width).CopyTo(new Span<double>(target, width));
            else
            {
                for (int w = 0; w < width; w++) target[w] = *(double*)(row + w * acrossBytes);
            }
            for (int w = width; w < padded; w++) target[w] = 0;
        }
    }

    private static void Pack<TSource>(byte* source, long acrossBytes, long alongBytes, int width, int padded, long steps, float* target, IsaLevel isa)
        where TSource : struct, ILaneSource
    {
        if (acrossBytes == TSource.ElementBytes && width > 1)
        {
            if (isa >= IsaLevel.Avx2 && !Avx512F.IsSupported) PackRowsByEight<TSource>(source, alongBytes, width, padded, steps, target);
            else PackRows<TSource>(source, alongBytes, width, padded, steps, target, isa);
        }
        else if (alongBytes == TSource.ElementBytes && isa >= IsaLevel.Avx2 && steps >= 16) PackColumns<TSource>(source, acrossBytes, width, padded, steps, target);
        else PackAny<TSource>(source, acrossBytes, alongBytes, width, padded, steps, target);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackRows<TSource>(byte* source, long alongBytes, int width, int padded, long steps, float* target, IsaLevel isa)
        where TSource : struct, ILaneSource
    {
        int whole = width & ~15, rest = width - whole;
        bool vector = isa >= IsaLevel.Avx2;
        // A vector that starts in one row may read on into the next, and write on into the next row of the panel, which comes later.
        bool spill = vector && rest > 0 && alongBytes + (long)width * TSource.ElementBytes >= (whole + 16L) * TSource.ElementBytes;
        bool clear = padded > width;
        Vector512<int> keep = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(rest));
        for (long k = 0; k < steps; k++, source += alongBytes, target += padded)
        {
            int w = 0;
            if (vector)
            {
                FetchAhead(source + RowsAhead * alongBytes, width * TSource.ElementBytes);
                for (; w < whole; w += 16) TSource.Load16(source + w * TSource.ElementBytes).Store(target + w);
                if (spill && k + 1 < steps)
                {
                    (TSource.Load16(source + w * TSource.ElementBytes).AsInt32() & keep).AsSingle().Store(target + w);
                    w = width;
                    if (clear && padded > whole + 16) new Span<float>(target + whole + 16, padded - whole - 16).Clear();
                    continue;
                }
            }
            else if (typeof(TSource) == typeof(Lanes32))
            {
                for (; w + 8 <= width; w += 8) Vector256.Load((float*)source + w).Store(target + w);
            }
            for (; w < width; w++) target[w] = TSource.Load(source + w * TSource.ElementBytes);
            for (; w < padded; w++) target[w] = 0;
        }
    }

    // As PackRows, in vectors of AVX2.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackRowsByEight<TSource>(byte* source, long alongBytes, int width, int padded, long steps, float* target)
        where TSource : struct, ILaneSource
    {
        int whole = width & ~7, rest = width - whole;
        bool spill = rest > 0 && alongBytes + (long)width * TSource.ElementBytes >= (whole + 8L) * TSource.ElementBytes;
        bool clear = padded > whole + 8;
        Vector256<int> keep = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(rest));
        for (long k = 0; k < steps; k++, source += alongBytes, target += padded)
        {
            int w = 0;
            FetchAhead(source + RowsAhead * alongBytes, width * TSource.ElementBytes);
            for (; w < whole; w += 8) TSource.Load8(source + w * TSource.ElementBytes).Store(target + w);
            if (spill && k + 1 < steps)
            {
                (TSource.Load8(source + w * TSource.ElementBytes).AsInt32() & keep).AsSingle().Store(target + w);
                if (clear) new Span<float>(target + whole + 8, padded - whole - 8).Clear();
                continue;
            }
            for (; w < width; w++) target[w] = TSource.Load(source + w * TSource.ElementBytes);
            for (; w < padded; w++) target[w] = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackColumns<TSource>(byte* source, long acrossBytes, int width, int padded, long steps, float* target)
        where TSource : struct, ILaneSource
    {
        if (padded <= 8 || (!Avx512F.IsSupported && padded % 8 == 0))
        {
            for (int group = 0; group < padded; group += 8) Octets<TSource>(source + group * acrossBytes, acrossBytes, Math.Clamp(width - group, 0, 8), steps, target + group, padded);
            return;
        }
        for (int group = 0; group < padded; group += 16)
        {
            int rows = Math.Clamp(width - group, 0, 16);
            byte* first = source + group * acrossBytes;
            long k = 0;
            for (; k + 16 <= steps; k += 16) Columns16<TSource>(first, acrossBytes, rows, k, target + group, padded);
            if (k < steps) Columns16<TSource>(first, acrossBytes, rows, steps - 16, target + group, padded);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Octets<TSource>(byte* first, long acrossBytes, int rows, long steps, float* target, int padded)
        where TSource : struct, ILaneSource
    {
        for (long at = 0; at < steps; at += 8)
        {
            // The last steps end with the last one.
            long k = Math.Min(at, steps - 8);
            byte* source = first + k * TSource.ElementBytes;
            // Panels of A and of B in tiles of AVX2.
            if (rows == 6) Transpose16.Octet<TSource>(source, acrossBytes, 6, target + k * padded, padded);
            else if (rows == 8) Transpose16.Octet<TSource>(source, acrossBytes, 8, target + k * padded, padded);
            else Transpose16.Octet<TSource>(source, acrossBytes, rows, target + k * padded, padded);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns16<TSource>(byte* first, long acrossBytes, int rows, long k, float* target, int padded)
        where TSource : struct, ILaneSource
    {
        byte* source = first + k * TSource.ElementBytes;
        if (rows == 16) Transpose16.Block<TSource>(source, acrossBytes, 16, target + k * padded, padded);
        else Transpose16.Block<TSource>(source, acrossBytes, rows, target + k * padded, padded);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackAny<TSource>(byte* source, long acrossBytes, long alongBytes, int width, int padded, long steps, float* target)
        where TSource : struct, ILaneSource
    {
        // Blocks of 16 steps keep both the source lines and the target lines in the first-level cache whichever way the source runs.
        for (long block = 0; block < steps; block += 16)
        {
            long end = Math.Min(steps, block + 16);
            for (int w = 0; w < width; w++)
            {
                byte* s = source + w * acrossBytes;
                for (long k = block; k < end; k++) target[k * padded + w] = TSource.Load(s + k * alongBytes);
            }
            if (padded > width)
            {
                for (long k = block; k < end; k++) new Span<float>(target + k * padded + width, padded - width).Clear();
            }
        }
    }
}
