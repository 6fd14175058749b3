using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Copies;

/// <summary>
/// Rows that change places (heads and tokens of an attention), past the caches. A few that lie end to end in the target, whole cache lines of it where that is possible, are put into a buffer
/// and leave it in lines; then come those that lie behind them in the source. So the source is read as it lies, a few rows side by side.
/// </summary>
internal readonly unsafe struct StreamedRows : IParallelBody
{
    private const long LeastRow = 32, MostRow = 2048, LeastBlock = 512, LeastBroken = 4096;

    [ThreadStatic]
    private static ScratchBuffer? t_buffer;

    private readonly byte* _source, _target;
    private readonly long _rowBytes, _blockRows;
    private readonly CopyDimension _along, _next;
    private readonly PackedDimensions _outer;

    private long BlocksAlong => (_along.Size + _blockRows - 1) / _blockRows;

    private StreamedRows(byte* source, byte* target, long rowBytes, long blockRows, CopyDimension along, CopyDimension next, PackedDimensions outer)
    {
        _source = source;
        _target = target;
        (_rowBytes, _blockRows, _along, _next, _outer) = (rowBytes, blockRows, along, next, outer);
    }

    /// <summary>Blocks that may be copied at the same time.</summary>
    public long Count => _outer.Count * BlocksAlong;

    /// <summary>Bytes of one.</summary>
    public long Bytes => _next.Size * _blockRows * _rowBytes;

    /// <summary>Plans a copy; false where rows are short, long, or do not lie end to end in the target.</summary>
    /// <param name="source">The source's first byte.</param>
    /// <param name="target">The target's first byte.</param>
    /// <param name="elementBytes">Bytes of an element.</param>
    /// <param name="dimensions">The dimensions, merged.</param>
    /// <param name="rows">The copy.</param>
    public static bool TryCreate(byte* source, byte* target, int elementBytes, ReadOnlySpan<CopyDimension> dimensions, out StreamedRows rows)
    {
        rows = default;
        if (dimensions.Length < 2 || !CopyDimension.Streams(dimensions, elementBytes)) return false;
        CopyDimension row = dimensions[^1], along = dimensions[^2];
        long rowBytes = row.Size * elementBytes;
        if (row.Source != elementBytes || row.Target != elementBytes || along.Target != rowBytes || rowBytes is < LeastRow or > MostRow) return false;
        bool lines = (nint)target % CacheLine.Bytes == 0;
        foreach (CopyDimension d in dimensions[..^2]) lines &= d.Target % CacheLine.Bytes == 0;
        // Where blocks begin and end inside lines, these are not streamed: there should be few.
        long unit = lines ? CacheLine.Bytes / Math.Min(rowBytes & -rowBytes, CacheLine.Bytes) : 1, least = lines ? LeastBlock : LeastBroken;
        long blockRows = (least + (unit * rowBytes) - 1) / (unit * rowBytes) * unit;
        if (along.Size < blockRows) return false;
        // Of the other dimensions, the one whose neighbours are nearest in the source.
        int next = -1;
        for (int i = 0; i < dimensions.Length - 2; i++)
        {
            if (next < 0 || Math.Abs(dimensions[i].Source) < Math.Abs(dimensions[next].Source)) next = i;
        }
        Span<CopyDimension> outer = stackalloc CopyDimension[dimensions.Length];
        int count = 0;
        for (int i = 0; i < dimensions.Length - 2; i++)
        {
            if (i != next) outer[count++] = dimensions[i];
        }
        rows = new StreamedRows(source, target, rowBytes, blockRows, along, next < 0 ? new CopyDimension(1, 0, 0) : dimensions[next], CopyDimension.Pack(outer[..count]));
        return true;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(long begin, long end)
    {
        byte* buffer = (byte*)(t_buffer ??= new()).Ensure(_blockRows * _rowBytes);
        for (long index = begin; index < end; index++)
        {
            (long place, long block) = Math.DivRem(index, BlocksAlong);
            _outer.Offsets(place, out long from, out long to);
            long first = block * _blockRows, count = Math.Min(_blockRows, _along.Size - first);
            byte* source = _source + from + (first * _along.Source), target = _target + to + (first * _along.Target);
            for (long i = 0; i < _next.Size; i++, source += _next.Source, target += _next.Target)
            {
                for (long r = 0; r < count; r++) CopyRow(source + (r * _along.Source), buffer + (r * _rowBytes), _rowBytes);
                StreamedCopy.Run(buffer, target, count * _rowBytes, stream: true);
            }
        }
        StreamedCopy.Finish();
    }

    // At least a vector of bytes; the last one may overlap the one before.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRow(byte* from, byte* to, long bytes)
    {
        for (long at = 0; at < bytes - 32; at += 32) Vector256.Load(from + at).Store(to + at);
        Vector256.Load(from + bytes - 32).Store(to + bytes - 32);
    }
}
