using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>Sinusoids of t, not multiplied by 1000, through two dense layers (spec 1.2).</summary>
internal static class TimestepEmbedder
{
    private const int Half = 128;

    /// <summary>(B,) in [0, 1] to (B, H).</summary>
    public static Tensor Apply(Scope scope, Tensor t, DiTConfig config)
    {
        using var _ = scope.Enter();
        var frequencies = new float[Half];
        for (int i = 0; i < Half; i++)
        {
            frequencies[i] = MathF.Exp(-MathF.Log(10000) * i / Half);
        }
        Tensor args = t[Slice.All, Slice.NewAxis] * Jnp.Constant(frequencies)[Slice.NewAxis, Slice.All];
        Tensor x = Jnp.Concatenate([Jnp.Cos(args), Jnp.Sin(args)], -1);
        x = Nn.Silu(Dense.Apply(scope.Child("linear1"), x, config.HiddenSize));
        return Dense.Apply(scope.Child("linear2"), x, config.HiddenSize);
    }
}
