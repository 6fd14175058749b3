using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Lowering;

/// <summary>
/// One matrix product, or a batch of them, over strided operands: C[b,m,n] = Σ_k A[b,m,k]·B[b,k,n]. This is what the
/// compiler asks of the matmul kernels: every <c>dot_general</c> becomes one, with transposes and slices of its operands
/// folded into the strides. All strides and offsets are in elements.
/// </summary>
/// <param name="AKind">Element kind of A.</param>
/// <param name="BKind">Element kind of B.</param>
/// <param name="CKind">Element kind of C; products of bf16, f16 and f8 accumulate in f32 and are rounded once.</param>
/// <param name="M">Rows of A and C.</param>
/// <param name="N">Columns of B and C.</param>
/// <param name="K">Columns of A, rows of B.</param>
/// <param name="ARow">Elements from one row of A to the next.</param>
/// <param name="ACol">Elements from one column of A to the next.</param>
/// <param name="BRow">Elements from one row of B (one k) to the next.</param>
/// <param name="BCol">Elements from one column of B (one n) to the next.</param>
/// <param name="CRow">Elements from one row of C to the next.</param>
/// <param name="CCol">Elements from one column of C to the next; 1 unless the caller wants C transposed.</param>
/// <param name="AOffsets">Where each batch's A starts; one entry per batch.</param>
/// <param name="BOffsets">Where each batch's B starts.</param>
/// <param name="COffsets">Where each batch's C starts.</param>
public sealed record MatMulProblem(
    ElementKind AKind, ElementKind BKind, ElementKind CKind,
    long M, long N, long K,
    long ARow, long ACol, long BRow, long BCol, long CRow, long CCol,
    long[] AOffsets, long[] BOffsets, long[] COffsets)
{
    /// <summary>The number of products.</summary>
    public int Batch => AOffsets.Length;
}

/// <summary>
/// Called by a matmul kernel with each finished tile of C (all of K summed) while it is still in cache, on the thread that
/// computed it: rows [row, row+rows) and columns [col, col+cols) of batch <paramref name="batch"/>. The tile has been
/// stored to C when this is called; the callee may read it there and overwrite it.
/// </summary>
/// <param name="state">What the caller passed.</param>
/// <param name="thread">The number of the pool's thread, from 0.</param>
/// <param name="batch">Which product.</param>
/// <param name="row">First row.</param>
/// <param name="rows">Number of rows.</param>
/// <param name="col">First column.</param>
/// <param name="cols">Number of columns.</param>
public unsafe delegate void MatMulEpilogue(void* state, int thread, int batch, long row, long rows, long col, long cols);
