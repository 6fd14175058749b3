namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>The element types that the packed matmul reads and writes.</summary>
public enum MatmulType
{
    /// <summary>32-bit float.</summary>
    F32,

    /// <summary>bfloat16, accumulated in f32.</summary>
    BF16,

    /// <summary>IEEE half, accumulated in f32.</summary>
    F16,

    /// <summary>64-bit float.</summary>
    F64,

    /// <summary>Signed byte, summed in i32 modulo 2³².</summary>
    I8,

    /// <summary>Unsigned byte, summed in i32 modulo 2³².</summary>
    UI8,

    /// <summary>Signed 16-bit integer, summed in i32 modulo 2³².</summary>
    I16,

    /// <summary>32-bit integer: the result of products of integers, and no operand.</summary>
    I32,
}

internal static class MatmulTypes
{
    public static bool IsInteger(this MatmulType type) => type >= MatmulType.I8;

    /// <summary>The type that products of a type are summed in.</summary>
    public static MatmulType Sums(this MatmulType type) => type == MatmulType.F64 ? MatmulType.F64 : type.IsInteger() ? MatmulType.I32 : MatmulType.F32;
}

/// <summary>A matrix (or a batch of them) in memory. Strides are in elements and may be any non-negative numbers, zero included for inputs.</summary>
public unsafe struct MatrixOperand
{
    /// <summary>The element at row 0, column 0 of the first matrix.</summary>
    public void* Data;

    /// <summary>The element type.</summary>
    public MatmulType Type;

    /// <summary>Elements from one row to the next.</summary>
    public long RowStride;

    /// <summary>Elements from one column to the next.</summary>
    public long ColumnStride;

    /// <summary>Elements from one matrix to the next along the outer batch dimension.</summary>
    public long OuterStride;

    /// <summary>Elements from one matrix to the next along the inner batch dimension.</summary>
    public long InnerStride;

    /// <summary>A matrix with the given strides.</summary>
    public MatrixOperand(void* data, MatmulType type, long rowStride, long columnStride = 1)
    {
        Data = data;
        Type = type;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    internal readonly int ElementBytes => Type switch { MatmulType.F64 => 8, MatmulType.F32 or MatmulType.I32 => 4, MatmulType.I8 or MatmulType.UI8 => 1, _ => 2 };

    internal readonly MatrixOperand Transposed => this with { RowStride = ColumnStride, ColumnStride = RowStride };

    internal readonly MatrixOperand Advanced(long elements) => this with { Data = (byte*)Data + elements * ElementBytes };
}

/// <summary>
/// <c>C = A · B</c>, or <c>C += A · B</c>, for one matrix or a two-level batch of them: A is <see cref="M"/> × <see cref="K"/>, B is
/// <see cref="K"/> × <see cref="N"/>, C is <see cref="M"/> × <see cref="N"/>. Sums run over k in blocks of a size that depends only on the shapes
/// and the instruction set, in increasing order, so that the result does not depend on how the work was split.
/// </summary>
public struct MatmulProblem
{
    /// <summary>Rows of A and C.</summary>
    public long M;

    /// <summary>Columns of B and C.</summary>
    public long N;

    /// <summary>The contracted dimension; 0 gives zeros (or leaves C when accumulating).</summary>
    public long K;

    /// <summary>Size of the outer batch dimension; 0 counts as 1.</summary>
    public long OuterBatch;

    /// <summary>Size of the inner batch dimension; 0 counts as 1.</summary>
    public long InnerBatch;

    /// <summary>The left operand.</summary>
    public MatrixOperand A;

    /// <summary>The right operand.</summary>
    public MatrixOperand B;

    /// <summary>The result. F64 goes with F64 operands, I32 with integers; the others mix freely.</summary>
    public MatrixOperand C;

    /// <summary>
    /// Where each matrix of the batch starts, in elements from <see cref="MatrixOperand.Data"/>, for batches that two strides cannot describe;
    /// replaces both batch sizes and all batch strides. All three arrays, of one length, or none.
    /// </summary>
    public long[]? AOffsets;

    /// <summary>As <see cref="AOffsets"/>, for B.</summary>
    public long[]? BOffsets;

    /// <summary>As <see cref="AOffsets"/>, for C.</summary>
    public long[]? COffsets;

    /// <summary>Adds to what C holds. Only with a C of the accumulator's type (F32, F64 with F64 operands, I32 with integers).</summary>
    public bool Accumulate;

    /// <summary>Multiplies bf16 in f32 instead of with the CPU's bf16 dot product (which flushes denormals and rounds pair sums once).</summary>
    public bool WidenBf16;

    /// <summary>What is made of finished tiles, or null. Adding to C goes only with one that works in place.</summary>
    public MatmulEpilogue? Epilogue;

    /// <summary>A computed in blocks, or null; then the pointer of <see cref="A"/> is not read.</summary>
    public MatmulPrologue? ComputedA;

    /// <summary>B computed in blocks, or null; then the pointer of <see cref="B"/> is not read. One of B's strides is 1, and the problem is not turned around.</summary>
    public MatmulPrologue? ComputedB;

    /// <summary>B packed ahead of time by <see cref="PackedMatrix.Pack"/>; then the pointer of <see cref="B"/> is not read. Unbatched B only.</summary>
    public PackedMatrix? PackedB;

    internal GatheredRows? GatheredA;

    internal readonly long Batch => AOffsets?.Length ?? Math.Max(OuterBatch, 1) * Math.Max(InnerBatch, 1);

    internal readonly MatrixOperand AOf(long batch) => Of(A, AOffsets, batch);

    internal readonly MatrixOperand BOf(long batch) => Of(B, BOffsets, batch);

    internal readonly MatrixOperand COf(long batch) => Of(C, COffsets, batch);

    private readonly MatrixOperand Of(in MatrixOperand operand, long[]? offsets, long batch)
    {
        if (offsets is not null) return operand.Advanced(offsets[batch]);
        (long outer, long inner) = Math.DivRem(batch, Math.Max(InnerBatch, 1));
        return operand.Advanced(outer * operand.OuterStride + inner * operand.InnerStride);
    }
}
