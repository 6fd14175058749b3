using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>Norm, with AdaLN always shift and scale, and projection to patches (spec 1.2).</summary>
internal static class FinalLayer
{
    /// <summary>(B, N, H) to (B, N, p·p·C).</summary>
    public static Tensor Apply(Scope scope, Tensor x, Tensor cond, DiTConfig config)
    {
        using var _ = scope.Enter();
        x = Norm.Apply(scope.Child("norm_final"), x, config);
        if (config.UseAdaLN)
        {
            Tensor[] c = AdaLN.Chunks(scope.Child("adaLN_modulation"), cond, config, 2);
            x = AdaLN.Modulate(x, c[0], c[1]);
        }
        return Dense.Apply(scope.Child("linear"), x, (long)config.PatchSize * config.PatchSize * config.InChannels);
    }
}
