using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>What every attention of the model shares. Heads stay where the projection leaves them: (B, n, nh, hd).</summary>
internal static class AttentionCore
{
    /// <summary>Splits (B, n, 3·H), columns ordered [q|k|v][head][dim], into q, k and v of (B, n, nh, hd).</summary>
    public static (Tensor Q, Tensor K, Tensor V) SplitHeads(Tensor qkv, DiTConfig config)
    {
        Tensor x = Jnp.Reshape(qkv, [qkv.Shape[0], qkv.Shape[1], 3, config.NumHeads, config.HeadDim]);
        return (x[Slice.All, Slice.All, 0], x[Slice.All, Slice.All, 1], x[Slice.All, Slice.All, 2]);
    }

    /// <summary>
    /// softmax(q·hd^-½ · kᵀ) · v with the softmax in f32; where <paramref name="keyMask"/> is false the logit is replaced by the
    /// smallest finite f32, so that a row without any valid key is uniform (spec 1.2).
    /// </summary>
    /// <param name="q">(B, n, nh, hd).</param>
    /// <param name="k">(B, m, nh, hd).</param>
    /// <param name="v">(B, m, nh, hd).</param>
    /// <param name="keyMask">(B, m) of booleans, or null.</param>
    /// <param name="policy">Precision of the two products.</param>
    /// <returns>(B, n, nh·hd).</returns>
    public static Tensor Attend(Tensor q, Tensor k, Tensor v, Tensor? keyMask, Policy policy)
    {
        double scale = Math.Pow(q.Shape[3], -0.5);
        Tensor logits = Jnp.Cast(policy.Einsum("bqhd,bkhd->bhqk", q * scale, k), ElementKind.F32);
        if (keyMask is not null)
        {
            logits = Jnp.Where(keyMask[Slice.All, Slice.NewAxis, Slice.NewAxis, Slice.All], logits, float.MinValue);
        }
        Tensor weights = Jnp.Cast(Nn.Softmax(logits, -1), q.DType);
        Tensor output = policy.Einsum("bhqk,bkhd->bqhd", weights, v);
        return Jnp.Reshape(output, [q.Shape[0], q.Shape[1], q.Shape[2] * q.Shape[3]]);
    }
}
