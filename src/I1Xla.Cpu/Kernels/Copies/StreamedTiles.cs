using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace I1Xla.Cpu.Kernels.Copies;

/// <summary>
/// Transposes whole tiles one after the other, past the caches. A tile goes into one of two buffers in strips of rows, as many as a cache line holds elements; meanwhile the
/// strip after it is fetched, and the tile before it leaves in whole lines, so that reads, shuffles and writes overlap. No more than a strip is fetched ahead: where rows
/// are a power of two apart, the lines of one column share few places in the caches.
/// </summary>
internal unsafe ref struct StreamedTiles
{
    /// <summary>Width and height of a tile in bytes of the source and of the target.</summary>
    public const int TileBytes = Parts * CacheLine.Bytes;

    private const int Parts = 4;

    [ThreadStatic]
    private static ScratchBuffer? t_buffers;

    private readonly long _sourceRow, _targetRow;
    private readonly int _elementBytes, _side;
    private readonly IsaLevel _isa;
    private byte* _buffer, _full, _target;

    /// <param name="sourceRow">Bytes between rows of the source.</param>
    /// <param name="targetRow">Bytes between rows of the target; a multiple of a cache line.</param>
    /// <param name="elementBytes">1, 2, 4 or 8.</param>
    /// <param name="isa">The instructions it may use.</param>
    public StreamedTiles(long sourceRow, long targetRow, int elementBytes, IsaLevel isa)
    {
        (_sourceRow, _targetRow, _elementBytes, _side, _isa) = (sourceRow, targetRow, elementBytes, CacheLine.Bytes / elementBytes, isa);
        _buffer = (byte*)(t_buffers ??= new()).Ensure(2L * Parts * _side * TileBytes);
        _full = _buffer + (Parts * _side * TileBytes);
    }

    /// <summary>Whether tiles of such a target may go this way.</summary>
    public static bool Handles(byte* target, long targetRow, int elementBytes, IsaLevel isa) =>
        elementBytes < 16 && isa >= IsaLevel.Avx2 && (nint)target % CacheLine.Bytes == 0 && targetRow % CacheLine.Bytes == 0;

    /// <summary>Reads a tile, and writes the one before it.</summary>
    /// <param name="source">Its first element.</param>
    /// <param name="target">Where it goes; at a cache line.</param>
    /// <param name="next">The first element of the tile that comes next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(byte* source, byte* target, byte* next)
    {
        byte* strip = source;
        for (int i = 0; i < Parts; i++)
        {
            byte* ahead = i < Parts - 1 ? strip + (_side * _sourceRow) : next;
            for (int j = 0; j < Parts; j++)
            {
                byte* fetched = ahead + (j * CacheLine.Bytes);
                for (int line = 0; line < _side; line++, fetched += _sourceRow) Sse.Prefetch0(fetched);
                TransposeTile.Run(strip + (j * CacheLine.Bytes), _sourceRow, _buffer + (j * _side * TileBytes) + (i * CacheLine.Bytes), TileBytes, _side, _side, _elementBytes, _isa);
                if (_target != null) Leave((i * Parts) + j);
            }
            strip = ahead;
        }
        byte* buffer = _buffer;
        _buffer = _full;
        _full = buffer;
        _target = target;
    }

    /// <summary>Writes the last tile.</summary>
    public void Flush()
    {
        for (int part = 0; part < Parts * Parts && _target != null; part++) Leave(part);
        _target = null;
    }

    // A sixteenth of the full buffer.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Leave(int part)
    {
        int rows = _side / Parts;
        byte* from = _full + (part * rows * TileBytes), to = _target + (part * rows * _targetRow);
        for (int row = 0; row < rows; row++, from += TileBytes, to += _targetRow)
        {
            for (int line = 0; line < TileBytes; line += CacheLine.Bytes) CacheLine.Stream(from + line, to + line);
        }
    }
}
