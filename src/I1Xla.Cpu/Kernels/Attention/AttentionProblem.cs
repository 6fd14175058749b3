using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Kernels.Attention;

/// <summary>
/// Scaled dot-product attention, <c>O = softmax(mask ? scale · Q Kᵀ + bias : masked) V</c>, for a batch of heads. Rows of Q and O are query tokens, rows of K and V
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

    /// <summary>Booleans of one byte when not null: where false, the score is <see cref="MaskedScore"/>. Its type is not read; strides as for the bias, in bytes.</summary>
    public MatrixOperand Mask;

    /// <summary>Where each head's mask starts; null when there is no mask.</summary>
    public long[]? MaskOffsets;

    /// <summary>The score where the mask is false; any number, minus infinity included.</summary>
    public float MaskedScore;

    /// <summary>Keeps the scores where the mask is false, and not where it is true.</summary>
    public bool MaskInverted;

    /// <summary>When not null: the largest score of each head and query. The forward pass writes it, the gradient reads it.</summary>
    public float* Maximum;

    /// <summary>Goes with <see cref="Maximum"/>: the sum of the exponentials of the scores less the largest.</summary>
    public float* Sum;

    /// <summary>Multiplies bf16 in f32 instead of with the CPU's bf16 dot product.</summary>
    public bool WidenBf16;
}
