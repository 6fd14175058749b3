namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>
/// An operand that is computed block by block as it is packed (an activation, a conversion, a gate), instead of being read from memory. Its rows are those of the
/// matrix as it would lie in memory: rows of A, rows of B where the columns of B are adjacent, columns of B where its rows are. Called from several threads.
/// </summary>
public abstract unsafe class MatmulPrologue
{
    /// <summary>Computes rows <c>[row, row + rows)</c> and columns <c>[column, column + columns)</c> of a matrix of the batch.</summary>
    /// <param name="batch">Which matrix.</param>
    /// <param name="row">The first row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="column">The first column (along the memory): a multiple of <see cref="BlockColumns"/>.</param>
    /// <param name="columns">Columns: <see cref="BlockColumns"/>, or as many as there are left.</param>
    /// <param name="to">Where they go: elements of the operand's type, <see cref="BlockColumns"/> from row to row.</param>
    public abstract void Compute(long batch, long row, int rows, long column, long columns, void* to);

    /// <summary>Columns of a block: the block of k that <see cref="MatmulKernel.BlockOf"/> gives, or the columns of B that are computed together: all, or whole tiles of registers, of which an epilogue's tiles consist.</summary>
    public abstract long BlockColumns { get; }
}
