using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Kernels.Attention;

/// <summary>
/// Scaled dot-product attention, <c>O = softmax(scale · Q Kᵀ + bias) V</c>, for a batch of heads. Rows of Q and O are query tokens, rows of K and V
/// key tokens; columns are features. Operands are f32, bf16 or f16 in any strides; sums are f32.
/// </summary>
public unsafe struct AttentionProblem
{
    /// <summary>Rows of Q and O.</summary>
    public long QueryTokens;

    /// <summary>Rows of K and V.</summary>
    public long KeyTokens;

    /// <summary>Columns of Q and K.</summary>
    public int HeadDim;

    /// <summary>Columns of V and O.</summary>
    public int ValueDim;

    /// <summary>Queries.</summary>
    public MatrixOperand Q;

    /// <summary>Keys.</summary>
    public MatrixOperand K;

    /// <summary>Values.</summary>
    public MatrixOperand V;

    /// <summary>The result.</summary>
    public MatrixOperand O;

    /// <summary>Added to the scaled scores when its pointer is not null; rows are queries, columns keys, strides may be zero.</summary>
    public MatrixOperand Bias;

    /// <summary>Factor of the scores.</summary>
    public float Scale;

    /// <summary>Where each head's Q starts, in elements; all offset arrays have one length, the number of heads over the whole batch.</summary>
    public long[] QOffsets;

    /// <summary>Where each head's K starts.</summary>
    public long[] KOffsets;

    /// <summary>Where each head's V starts.</summary>
    public long[] VOffsets;

    /// <summary>Where each head's O starts.</summary>
    public long[] OOffsets;

    /// <summary>Where each head's bias starts; null when there is no bias.</summary>
    public long[]? BiasOffsets;

    /// <summary>When not null: receives, for each head and query, the logarithm of the sum of the exponentials of the scores (what the gradient needs).</summary>
    public float* LogSumExp;

    /// <summary>Multiplies bf16 in f32 instead of with the CPU's bf16 dot product.</summary>
    public bool WidenBf16;
}
