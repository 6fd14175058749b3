using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Kernels.Attention;

/// <summary>
/// The gradient of attention by its three operands. With P the probabilities, dP = dO Vᵀ and dS = P ∘ (dP − rowsum(P ∘ dP)):
/// <c>dQ = scaleQ · dS K</c>, <c>dK = scaleK · dSᵀ Q</c>, <c>dV = scaleV · Pᵀ dO</c> (Dao et al., "FlashAttention", appendix B.2).
/// </summary>
public unsafe struct AttentionGradientProblem
{
    /// <summary>
    /// The forward problem: operands, bias and mask; O is what it computed, and <see cref="AttentionProblem.Maximum"/> and
    /// <see cref="AttentionProblem.Sum"/> are read.
    /// </summary>
    public AttentionProblem Forward;

    /// <summary>The gradient by O.</summary>
    public MatrixOperand GradientO;

    /// <summary>Receives the gradient by Q; null to skip.</summary>
    public MatrixOperand GradientQ;

    /// <summary>Receives the gradient by K; null to skip.</summary>
    public MatrixOperand GradientK;

    /// <summary>Receives the gradient by V; null to skip.</summary>
    public MatrixOperand GradientV;

    /// <summary>Where each head's gradient by O starts.</summary>
    public long[] GradientOOffsets;

    /// <summary>Where each head's gradient by Q starts; no two heads share one.</summary>
    public long[] GradientQOffsets;

    /// <summary>Where each head's gradient by K starts.</summary>
    public long[] GradientKOffsets;

    /// <summary>Where each head's gradient by V starts.</summary>
    public long[] GradientVOffsets;

    /// <summary>Factor of the gradient by Q.</summary>
    public float ScaleQ;

    /// <summary>Factor of the gradient by K.</summary>
    public float ScaleK;

    /// <summary>Factor of the gradient by V.</summary>
    public float ScaleV;

    /// <summary>Whether scores under the mask have no gradient (they have none but where a query's keys are all masked).</summary>
    public bool MaskGradient;
}
