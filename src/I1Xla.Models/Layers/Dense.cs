using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>Flax's Dense: <c>y = x · kernel + bias</c>, kernel (in, out).</summary>
internal static class Dense
{
    /// <summary>Applies it to the last axis.</summary>
    public static Tensor Apply(Scope scope, Tensor x, long features, Initializer? kernelInit = null)
    {
        using var _ = scope.Enter();
        Tensor kernel = scope.Param("kernel", [x.Shape[^1], features], kernelInit ?? Initializers.LecunNormal());
        Tensor bias = scope.Param("bias", [features], Initializers.Zeros);
        return scope.Policy.MatMul(x, kernel) + bias;
    }
}
