using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>RMSNorm or LayerNorm over the last axis, eps 1e-6, statistics in f32 (spec 1.2).</summary>
internal static class Norm
{
    /// <summary>Applies whichever the configuration names.</summary>
    public static Tensor Apply(Scope scope, Tensor x, DiTConfig config)
    {
        using var _ = scope.Enter();
        long dim = x.Shape[^1];
        Tensor scale = scope.Param("scale", [dim], Initializers.Ones);
        return config.UseRmsNorm
            ? Nn.RmsNorm(x, scale, 1e-6)
            : Nn.LayerNorm(x, scale, scope.Param("bias", [dim], Initializers.Zeros), 1e-6);
    }
}
