using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Loops;

namespace I1Xla.Cpu.Runtime;

/// <summary>A fused loop on the finished tiles of a product.</summary>
/// <param name="tiles">The loop.</param>
/// <param name="problem">The product.</param>
/// <param name="inPlace">Whether the sums lie in the memory of a result.</param>
/// <param name="tileColumns">Columns of a tile.</param>
/// <param name="buffers">The loop's buffers; null until the step runs.</param>
internal sealed unsafe class LoopEpilogue(TileLoop tiles, MatmulProblem problem, bool inPlace, long tileColumns, byte** buffers) : MatmulEpilogue
{
    public override bool InPlace => inPlace;

    public override long TileColumns => tileColumns;

    /// <summary>The same with the buffers of a run.</summary>
    public LoopEpilogue On(byte** placed) => new(tiles, problem, inPlace, tileColumns, placed);

    public override void Apply(in MatmulTile tile)
    {
        long start = (problem.COffsets?[tile.Batch] ?? 0) + tile.Row * problem.C.RowStride;
        tiles.Over(buffers, start, tile.Rows, tile.Column, tile.Columns, inPlace ? null : (byte*)tile.Data);
    }
}

/// <summary>A fused loop that makes an operand of a product.</summary>
/// <param name="tiles">The loop.</param>
/// <param name="offsets">Where each matrix of the batch starts, in elements; null for one.</param>
/// <param name="rowStride">Elements from row to row.</param>
/// <param name="buffers">The loop's buffers; null until the step runs.</param>
internal sealed unsafe class LoopPrologue(TileLoop tiles, long[]? offsets, long rowStride, byte** buffers) : MatmulPrologue
{
    public override long BlockColumns => tiles.TileStride;

    /// <summary>The same with the buffers of a run.</summary>
    public LoopPrologue On(byte** placed) => new(tiles, offsets, rowStride, placed);

    public override void Compute(long batch, long row, int rows, long column, long columns, void* to)
    {
        long start = (offsets?[batch] ?? 0) + row * rowStride;
        tiles.Over(buffers, start, rows, column, columns, (byte*)to);
    }
}
