using System.Runtime.CompilerServices;
using I1Xla.Cpu.Kernels.Copies;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>
/// A left operand that exists only as addresses: row i starts at an offset with several digits (image, row, column of a convolution's output), and
/// k runs through segments of adjacent elements (the window's taps): <c>A[i, k] = data[row(i) + segment(k / run) + k % run]</c>. Packing reads it
/// in place of an unfolded matrix. Rows that reach past the edges of what is in memory are unfolded as they are packed.
/// </summary>
internal sealed unsafe class GatheredRows
{
    [ThreadStatic]
    private static ScratchBuffer? t_unfolded;

    private readonly CopyDimension[] _digits;
    private readonly long[] _segments;
    private readonly long _run;
    private readonly RowEdges? _edges;

    /// <summary>Describes the operand; <paramref name="digits"/> of rows from outside in, offsets in bytes, <paramref name="run"/> in elements.</summary>
    public GatheredRows(CopyDimension[] digits, long[] segments, long run, RowEdges? edges = null)
    {
        _digits = digits;
        _segments = segments;
        _run = run;
        _edges = edges;
    }

    /// <summary>Packs <paramref name="count"/> rows (at most 16, or 32 for tiles) and <paramref name="kc"/> elements from <paramref name="pc"/> on, as <see cref="PanelPacker"/> or <see cref="TilePacker"/> would.</summary>
    public void Pack(byte* data, MatmulType type, long row, int count, long pc, long kc, float* target, MicroOperation operation, IsaLevel isa)
    {
        byte** starts = stackalloc byte*[TileKernels.MaxRows];
        long unfolded = Locate(data, row, count, pc, kc, type == MatmulType.F32 ? 4 : 2, starts);
        var rows = new PanelRows(starts, unfolded);
        if (operation == MicroOperation.Bf16Tiles) Tiles(rows, count, pc, kc, (byte*)target);
        else if (operation == MicroOperation.Bf16Pairs) Segments<Lanes32>(rows, count, pc / 2, (kc + 1) / 2, _run / 2, target, isa);
        else if (type == MatmulType.F32) Segments<Lanes32>(rows, count, pc, kc, _run, target, isa);
        else if (type == MatmulType.BF16) Segments<LanesBf16>(rows, count, pc, kc, _run, target, isa);
        else Segments<LanesF16>(rows, count, pc, kc, _run, target, isa);
    }

    // Where rows start; those that leave memory are unfolded, and have a bit in the result.
    private long Locate(byte* data, long row, int count, long pc, long kc, int bytes, byte** starts)
    {
        Span<long> position = stackalloc long[_digits.Length];
        long unfolded = 0;
        for (int d = position.Length - 1; d >= 0; d--)
        {
            (row, position[d]) = Math.DivRem(row, _digits[d].Size);
            data += position[d] * _digits[d].Source;
        }
        for (int i = 0; i < count; i++)
        {
            starts[i] = data;
            if (_edges is { } edges && !edges.IsInside(position))
            {
                // Rows do not all fall into the same sets of the cache.
                long stride = kc * bytes + CacheLine.Bytes;
                starts[i] = (byte*)(t_unfolded ??= new()).Ensure(count * stride) + i * stride;
                Unfold(edges, position, data, pc, kc, bytes, starts[i]);
                unfolded |= 1L << i;
            }
            for (int d = position.Length - 1; d >= 0; d--)
            {
                data += _digits[d].Source;
                if (++position[d] < _digits[d].Size) break;
                data -= position[d] * _digits[d].Source;
                position[d] = 0;
            }
        }
        return unfolded;
    }

    private void Unfold(RowEdges edges, ReadOnlySpan<long> position, byte* start, long pc, long kc, int bytes, byte* to)
    {
        for (long at = 0; at < kc;)
        {
            (long segment, long inside) = Math.DivRem(pc + at, _run);
            long length = Math.Min(_run - inside, kc - at);
            (long first, long past) = edges.Inside(position, segment);
            (first, past) = (Math.Clamp(first - inside, 0, length), Math.Clamp(past - inside, 0, length));
            Span<byte> part = new(to + at * bytes, (int)length * bytes);
            part.Clear();
            if (past > first) new Span<byte>(start + _segments[segment] + (inside + first) * bytes, (int)(past - first) * bytes).CopyTo(part[((int)first * bytes)..]);
            at += length;
        }
    }

    private void Tiles(PanelRows rows, int count, long first, long k, byte* target)
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
            for (int i = 0; i < count; i++, to += TilePacker.RowBytes) new ReadOnlySpan<byte>(rows.At(i, offset, (at - first) * 2), (int)length * 2).CopyTo(new Span<byte>(to, (int)length * 2));
            at += length;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Segments<TSource>(PanelRows rows, int count, long first, long steps, long run, float* target, IsaLevel isa)
        where TSource : struct, ILaneSource
    {
        byte** at = stackalloc byte*[16];
        long end = first + steps;
        for (long k = first; k < end;)
        {
            (long segment, long inside) = Math.DivRem(k, run);
            long length = Math.Min(run - inside, end - k);
            long offset = _segments[segment] + inside * TSource.ElementBytes, along = (k - first) * TSource.ElementBytes;
            float* to = target + (k - first) * count;
            int block = count <= 8 ? 8 : 16;
            if (isa >= IsaLevel.Avx2 && length >= block)
            {
                for (long done = 0; done < length; done += block)
                {
                    // The last block starts early, and writes some steps again.
                    long start = Math.Min(done, length - block), bytes = start * TSource.ElementBytes;
                    for (int i = 0; i < count; i++) at[i] = rows.At(i, offset + bytes, along + bytes);
                    // Panels of AVX2.
                    if (count == 6) Transpose16.Octet<TSource>(at, 6, to + start * 6, 6);
                    else if (count <= 8) Transpose16.Octet<TSource>(at, count, to + start * count, count);
                    else Transpose16.Block<TSource>(at, count, to + start * count, count);
                }
            }
            else
            {
                for (int i = 0; i < count; i++)
                {
                    byte* from = rows.At(i, offset, along);
                    for (long s = 0; s < length; s++) to[s * count + i] = TSource.Load(from + s * TSource.ElementBytes);
                }
            }
            k += length;
        }
    }

    // Where the rows of a panel lie, and which of them are unfolded.
    private readonly struct PanelRows(byte** starts, long unfolded)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public byte* At(int row, long gathered, long along) => starts[row] + ((unfolded >> row & 1) != 0 ? along : gathered);
    }
}
