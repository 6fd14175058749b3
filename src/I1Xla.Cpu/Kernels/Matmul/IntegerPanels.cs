using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>Packs panels of integers, as <see cref="PanelPacker"/> does floats: pairs of 16 bits, or four bytes, that are neighbours along k, the first in the low bits.</summary>
internal static unsafe class IntegerPanels
{
    // So many elements along k are widened at a time: they stay in the first-level cache.
    private const int WidenedSteps = 256;
    private const int RowsAhead = 16;
    private const uint SignBits = 0x80808080;

    [ThreadStatic]
    private static ScratchBuffer? t_words;

    /// <summary>Packs bytes as pairs of 16-bit integers.</summary>
    /// <param name="source">The first element.</param>
    /// <param name="signed">Whether the bytes are signed.</param>
    /// <param name="across">Bytes between neighbours across the panel.</param>
    /// <param name="along">Bytes between steps along k.</param>
    /// <param name="width">Elements across that exist.</param>
    /// <param name="padded">Elements across that are written, zeros behind those that exist.</param>
    /// <param name="k">Elements along k.</param>
    /// <param name="target">The packed panel.</param>
    /// <param name="isa">The instruction set to use.</param>
    public static void PackWords(byte* source, bool signed, long across, long along, int width, int padded, long k, float* target, IsaLevel isa)
    {
        var words = (short*)(t_words ??= new()).Ensure(WidenedSteps * (long)width * 2 + 64);
        for (long at = 0; at < k; at += WidenedSteps, source += WidenedSteps * along, target += WidenedSteps / 2 * padded)
        {
            int steps = (int)Math.Min(WidenedSteps, k - at);
            if (across == 1)
            {
                for (int step = 0; step < steps; step++) Widen(source + step * along, signed, 1, width, words + step * width);
                PanelPacker.PackPairs((byte*)words, 2, width * 2, width, padded, steps, target, isa);
            }
            else
            {
                for (int w = 0; w < width; w++) Widen(source + w * across, signed, along, steps, words + w * WidenedSteps);
                PanelPacker.PackPairs((byte*)words, WidenedSteps * 2, 2, width, padded, steps, target, isa);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(byte* from, bool signed, long stride, int count, short* to)
    {
        int i = 0;
        for (; stride == 1 && i + 16 <= count; i += 16)
        {
            Vector128<byte> bytes = Vector128.Load(from + i);
            (Vector128<short> low, Vector128<short> high) = Vector128.Widen(bytes.AsSByte());
            if (!signed)
            {
                Vector128<short> mask = Vector128.Create((short)0xff);
                (low, high) = (low & mask, high & mask);
            }
            low.Store(to + i);
            high.Store(to + i + 8);
        }
        for (; i < count; i++) to[i] = signed ? (sbyte)from[i * stride] : from[i * stride];
    }

    /// <summary>Packs bytes by fours as they are; only with AVX-512. Parameters as <see cref="PackWords"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackQuads(byte* source, long across, long along, int width, int padded, long k, uint* target, IsaLevel isa)
    {
        long quads = k / 4;
        if (along == 1)
        {
            PanelPacker.PackSingle(source, MatmulType.F32, across, 4, width, padded, quads, (float*)target, isa);
        }
        else
        {
            for (long quad = 0; quad < quads; quad++) PackStep(source + quad * 4 * along, across, along, width, padded, 4, target + quad * padded);
        }
        if (k % 4 == 0) return;
        PackStep(source + quads * 4 * along, across, along, width, padded, (int)(k % 4), target + quads * padded);
    }

    /// <summary>Packs several panels of B at once, whose rows lie along memory: a long part of each row is read before the next. Only with AVX-512.</summary>
    /// <param name="source">The first element.</param>
    /// <param name="along">Bytes between rows.</param>
    /// <param name="columns">Columns of all the panels.</param>
    /// <param name="panel">Columns of a panel.</param>
    /// <param name="lanes">What the last panel's columns are filled up to a multiple of.</param>
    /// <param name="k">Rows.</param>
    /// <param name="target">The first panel.</param>
    /// <param name="panelRows">Rows of a packed panel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackRows(byte* source, long along, int columns, int panel, int lanes, long k, uint* target, long panelRows)
    {
        for (long step = 0; step < k; step += 4)
        {
            byte* first = source + step * along;
            for (int row = 0; row < 4; row++) PanelPacker.FetchAhead(first + (RowsAhead + row) * along, columns);
            for (int j = 0; j < columns; j += panel)
            {
                int width = Math.Min(panel, columns - j), padded = (width + lanes - 1) / lanes * lanes;
                PackStep(first + j, 1, along, width, padded, (int)Math.Min(4, k - step), target + panelRows * j + step / 4 * padded);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PackStep(byte* first, long across, long along, int width, int padded, int count, uint* row)
    {
        int w = 0;
        for (; across == 1 && count == 4 && w + 16 <= width; w += 16) Interleave(first + w, along, row + w);
        for (; w < width; w++) row[w] = Quad(first + w * across, along, count);
        for (; w < padded; w++) row[w] = 0;
    }

    private static uint Quad(byte* first, long along, int count)
    {
        uint quad = 0;
        for (int i = 0; i < count; i++) quad |= (uint)first[i * along] << (8 * i);
        return quad;
    }

    // Sixteen elements of each of four rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave(byte* row, long along, uint* to)
    {
        Vector128<byte> a = Vector128.Load(row), b = Vector128.Load(row + along), c = Vector128.Load(row + 2 * along), d = Vector128.Load(row + 3 * along);
        Vector128<short> low = Sse2.UnpackLow(a, b).AsInt16(), high = Sse2.UnpackHigh(a, b).AsInt16();
        Vector128<short> lowNext = Sse2.UnpackLow(c, d).AsInt16(), highNext = Sse2.UnpackHigh(c, d).AsInt16();
        Sse2.UnpackLow(low, lowNext).AsUInt32().Store(to);
        Sse2.UnpackHigh(low, lowNext).AsUInt32().Store(to + 4);
        Sse2.UnpackLow(high, highNext).AsUInt32().Store(to + 8);
        Sse2.UnpackHigh(high, highNext).AsUInt32().Store(to + 12);
    }

    /// <summary>Makes signed bytes unsigned ones, 128 more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FlipSigns(byte* panel, long quads)
    {
        long i = 0;
        for (; i + 16 <= quads; i += 16) (Vector512.Load((uint*)panel + i) ^ Vector512.Create(SignBits)).Store((uint*)panel + i);
        for (; i < quads; i++) ((uint*)panel)[i] ^= SignBits;
    }

    /// <summary>
    /// Writes the row behind the steps of a panel of B that balances what <see cref="FlipSigns"/> added to A: −128 times the sum of each column, or zeros where
    /// nothing was added. Only with AVX-512.
    /// </summary>
    /// <param name="panel">The panel, of whole vectors.</param>
    /// <param name="padded">Its columns.</param>
    /// <param name="steps">Its steps.</param>
    /// <param name="flipped">Whether the signs of A are flipped.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Balance(byte* panel, int padded, long steps, bool flipped)
    {
        int* behind = (int*)panel + steps * padded;
        Vector512<byte> ones = Vector512.Create((byte)1);
        for (int w = 0; w < padded; w += Vector512<int>.Count)
        {
            Vector512<int> sum = default;
            int* column = (int*)panel + w;
            for (long step = 0; flipped && step < steps; step++, column += padded)
            {
                sum += Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(ones, Vector512.Load((sbyte*)column)), Vector512.Create((short)1));
            }
            (sum * -128).Store(behind + w);
        }
    }
}
