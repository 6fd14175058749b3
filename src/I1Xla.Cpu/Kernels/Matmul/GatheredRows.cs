using System.Runtime.CompilerServices;
using I1Xla.Cpu.Kernels.Copies;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>
/// A left operand that exists only as addresses: row i starts at an offset with several digits (image, row, column of a convolution's output), and
/// k runs through segments of adjacent elements (the window's taps): <c>A[i, k] = data[row(i) + segment(k / run) + k % run]</c>. Packing reads it
/// in place of an unfolded matrix.
/// </summary>
internal sealed unsafe class GatheredRows
{
    private readonly PackedDimensions _rows;
    private readonly long[] _segments;
    private readonly long _run;

    /// <summary>Describes the operand; offsets in bytes, <paramref name="run"/> in elements.</summary>
    public GatheredRows(PackedDimensions rows, long[] segments, long run)
    {
        _rows = rows;
        _segments = segments;
        _run = run;
    }

    /// <summary>Packs <paramref name="count"/> rows (at most 16, or 32 for tiles) and <paramref name="kc"/> elements from <paramref name="pc"/> on, as <see cref="PanelPacker"/> or <see cref="TilePacker"/> would.</summary>
    public void Pack(byte* data, MatmulType type, long row, int count, long pc, long kc, float* target, MicroOperation operation, IsaLevel isa)
    {
        byte** rows = stackalloc byte*[TileKernels.MaxRows];
        for (int i = 0; i < count; i++)
        {
            _rows.Offsets(row + i, out long offset, out _);
            rows[i] = data + offset;
        }
        if (operation == MicroOperation.Bf16Tiles) Tiles(rows, count, pc, kc, (byte*)target);
        else if (operation == MicroOperation.Bf16Pairs) Segments<Lanes32>(rows, count, pc / 2, (kc + 1) / 2, _run / 2, target, isa);
        else if (type == MatmulType.F32) Segments<Lanes32>(rows, count, pc, kc, _run, target, isa);
        else if (type == MatmulType.BF16) Segments<LanesBf16>(rows, count, pc, kc, _run, target, isa);
        else Segments<LanesF16>(rows, count, pc, kc, _run, target, isa);
    }

    private void Tiles(byte** rows, int count, long first, long k, byte* target)
    {
        if (k % TilePacker.RowElements != 0) TilePacker.ClearLast(count, k, target);
        long end = first + k;
        for (long at = first; at < end;)
        {
            (long segment, long inside) = Math.DivRem(at, _run);
            (long tile, long column) = Math.DivRem(at - first, TilePacker.RowElements);
            long length = Math.Min(Math.Min(_run - inside, end - at), TilePacker.RowElements - column);
            long offset = _segments[segment] + inside * 2;
            byte* to = target + tile * count * TilePacker.RowBytes + column * 2;
            for (int i = 0; i < count; i++, to += TilePacker.RowBytes) new ReadOnlySpan<byte>(rows[i] + offset, (int)length * 2).CopyTo(new Span<byte>(to, (int)length * 2));
            at += length;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Segments<TSource>(byte** rows, int count, long first, long steps, long run, float* target, IsaLevel isa)
        where TSource : struct, ILaneSource
    {
        byte** at = stackalloc byte*[16];
        long end = first + steps;
        for (long k = first; k < end;)
        {
            (long segment, long inside) = Math.DivRem(k, run);
            long length = Math.Min(run - inside, end - k);
            long offset = _segments[segment] + inside * TSource.ElementBytes;
            float* to = target + (k - first) * count;
            int block = count <= 8 ? 8 : 16;
            if (isa >= IsaLevel.Avx2 && length >= block)
            {
                for (long done = 0; done < length; done += block)
                {
                    // The last block starts early, and writes some steps again.
                    long start = Math.Min(done, length - block);
                    for (int i = 0; i < count; i++) at[i] = rows[i] + offset + start * TSource.ElementBytes;
                    if (count <= 8) Transpose16.Octet<TSource>(at, count, to + start * count, count);
                    else Transpose16.Block<TSource>(at, count, to + start * count, count);
                }
            }
            else
            {
                for (int i = 0; i < count; i++)
                {
                    byte* from = rows[i] + offset;
                    for (long s = 0; s < length; s++) to[s * count + i] = TSource.Load(from + s * TSource.ElementBytes);
                }
            }
            k += length;
        }
    }
}
