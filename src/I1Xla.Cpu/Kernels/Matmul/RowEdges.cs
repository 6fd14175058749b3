namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>Which elements of <see cref="GatheredRows"/> are in memory; the others are zero. Rows are named by their digits.</summary>
internal abstract class RowEdges
{
    /// <summary>Whether a whole row is in memory.</summary>
    public abstract bool IsInside(ReadOnlySpan<long> position);

    /// <summary>The elements of one segment of a row that are in memory, from the first to behind the last.</summary>
    public abstract (long First, long Past) Inside(ReadOnlySpan<long> position, long segment);
}
