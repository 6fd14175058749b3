using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// Mixed precision as one decision: the kind parameters are stored in, the kind layers compute in, the kind matrix products
/// accumulate in, and the kind the model returns. Layers ask their scope for it, and models hold no casts.
/// </summary>
/// <param name="Parameters">Storage of parameters.</param>
/// <param name="Compute">What <see cref="Scope.Param"/> hands out and what <see cref="ToCompute"/> gives.</param>
/// <param name="Accumulation">Accumulation of matrix products and convolutions.</param>
/// <param name="Output">What <see cref="ToOutput"/> gives.</param>
public sealed record Policy(ElementKind Parameters, ElementKind Compute, ElementKind Accumulation, ElementKind Output)
{
    /// <summary>f32 throughout.</summary>
    public static Policy Float32 { get; } = new(ElementKind.F32, ElementKind.F32, ElementKind.F32, ElementKind.F32);

    /// <summary>f32 parameters and results, bf16 in between, f32 accumulation.</summary>
    public static Policy MixedBFloat16 { get; } = new(ElementKind.F32, ElementKind.BF16, ElementKind.F32, ElementKind.F32);

    /// <summary>A floating tensor in the compute kind; integers stay.</summary>
    public Tensor ToCompute(Tensor x) => x.DType.IsFloat() ? Hlo.Convert(x, Compute) : x;

    /// <summary>A floating tensor in the output kind; integers stay.</summary>
    public Tensor ToOutput(Tensor x) => x.DType.IsFloat() ? Hlo.Convert(x, Output) : x;

    /// <summary>Matrix product in the compute kind with the accumulation kind, given back in the compute kind.</summary>
    public Tensor MatMul(Tensor a, Tensor b) =>
        Hlo.Convert(Jnp.MatMul(ToCompute(a), ToCompute(b), preferredType: Accumulation), Compute);

    /// <summary>Einstein summation in the compute kind with the accumulation kind, given back in the compute kind.</summary>
    public Tensor Einsum(string equation, Tensor a, Tensor b) =>
        Hlo.Convert(Jnp.Einsum(equation, ToCompute(a), ToCompute(b), preferredType: Accumulation), Compute);
}
