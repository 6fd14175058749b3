using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>Self-attention of one sequence: connectors, adapters, cross-attention blocks, single-stream blocks (spec 1.2, 1.8).</summary>
internal static class SelfAttention
{
    /// <summary>(B, n, H) to (B, n, H).</summary>
    /// <param name="scope">Holds <c>qkv</c>, <c>q_norm</c>, <c>k_norm</c>, <c>proj</c>.</param>
    /// <param name="x">Tokens.</param>
    /// <param name="config">Switches.</param>
    /// <param name="rotate">Rotary embedding of queries and keys (B, n, nh, hd), or null.</param>
    /// <param name="mask">(B, n) of booleans: masks keys, and zeroes masked rows before the projection; null for none.</param>
    public static Tensor Apply(Scope scope, Tensor x, DiTConfig config, Func<Tensor, Tensor>? rotate = null, Tensor? mask = null)
    {
        using var _ = scope.Enter();
        (Tensor q, Tensor k, Tensor v) = AttentionCore.SplitHeads(Dense.Apply(scope.Child("qkv"), x, 3L * config.HiddenSize), config);
        if (config.UseQkNorm)
        {
            q = Norm.Apply(scope.Child("q_norm"), q, config);
            k = Norm.Apply(scope.Child("k_norm"), k, config);
        }
        if (rotate is not null)
        {
            (q, k) = (rotate(q), rotate(k));
        }
        Tensor output = AttentionCore.Attend(q, k, v, mask, scope.Policy);
        if (mask is not null)
        {
            output *= Jnp.Cast(mask, output.DType)[Slice.All, Slice.All, Slice.NewAxis];
        }
        return Dense.Apply(scope.Child("proj"), output, config.HiddenSize);
    }
}
