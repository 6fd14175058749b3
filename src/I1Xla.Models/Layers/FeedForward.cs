using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>SwiGLU (<c>w12</c>, <c>w3</c>) or the tanh-GELU MLP (<c>fc1</c>, <c>fc2</c>) (spec 1.2).</summary>
internal static class FeedForward
{
    /// <summary>(…, H) to (…, H).</summary>
    public static Tensor Apply(Scope scope, Tensor x, DiTConfig config)
    {
        using var _ = scope.Enter();
        int width = config.FeedForwardSize;
        if (!config.UseSwiGlu)
        {
            return Dense.Apply(scope.Child("fc2"), Nn.Gelu(Dense.Apply(scope.Child("fc1"), x, width), approximate: true), config.HiddenSize);
        }
        Tensor[] halves = Jnp.Split(Dense.Apply(scope.Child("w12"), x, 2L * width), 2, -1);
        return Dense.Apply(scope.Child("w3"), Nn.Silu(halves[0]) * halves[1], config.HiddenSize);
    }
}
