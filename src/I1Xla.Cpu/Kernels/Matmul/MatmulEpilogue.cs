namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>
/// Work fused behind a matmul (bias, activation, residual): called once for every tile when its sums are complete, while the tile is in cache,
/// from several threads on disjoint tiles. Tiles cover each matrix exactly.
/// </summary>
public abstract unsafe class MatmulEpilogue
{
    /// <summary>
    /// Whether the sums lie in C, which is of their type and has adjacent columns; the epilogue then leaves there what it likes. Otherwise C is not touched:
    /// tiles lie in scratch memory, <see cref="TileColumns"/> elements from row to row, and the epilogue stores what it makes of them.
    /// </summary>
    public abstract bool InPlace { get; }

    /// <summary>Columns of a tile: each starts at a multiple of this and is so wide, or ends with the matrix. At least the columns of a block of registers, or all of C's.</summary>
    public abstract long TileColumns { get; }

    /// <summary>Takes a finished tile.</summary>
    public abstract void Apply(in MatmulTile tile);
}

/// <summary>A finished tile of sums: f32, f64 where the operands are, i32 where they are integers.</summary>
public unsafe readonly struct MatmulTile(void* data, bool isF64, long stride, long batch, long row, long column, int rows, int columns)
{
    /// <summary>Whether the sums are f64.</summary>
    public bool IsF64 => isF64;

    /// <summary>The first element.</summary>
    public float* Data => (float*)data;

    /// <summary>The first element of an f64 tile.</summary>
    public double* DataF64 => (double*)data;

    /// <summary>Elements between rows of the tile; its columns are adjacent.</summary>
    public long Stride => stride;

    /// <summary>Which matrix of the batch (outer · inner size + inner).</summary>
    public long Batch => batch;

    /// <summary>The row of C of the tile's first row.</summary>
    public long Row => row;

    /// <summary>The column of C of the tile's first column.</summary>
    public long Column => column;

    /// <summary>Rows of the tile.</summary>
    public int Rows => rows;

    /// <summary>Columns of the tile.</summary>
    public int Columns => columns;
}
