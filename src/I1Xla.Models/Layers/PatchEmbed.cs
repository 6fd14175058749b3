using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>Patches to tokens: a convolution whose stride is its size (spec 1.2), as a product over flattened patches.</summary>
internal static class PatchEmbed
{
    /// <summary>(B, S, S, C) to (B, N, H), tokens in row-major order of patches.</summary>
    public static Tensor Apply(Scope scope, Tensor x, DiTConfig config)
    {
        Scope proj = scope.Child("proj");
        using var _ = proj.Enter();
        long p = config.PatchSize, hw = config.GridSize, c = x.Shape[3];
        Tensor kernel = proj.Param("kernel", [p, p, c, config.HiddenSize], Initializers.LecunNormal());
        Tensor bias = proj.Param("bias", [config.HiddenSize], Initializers.Zeros);
        Tensor patches = Jnp.Transpose(Jnp.Reshape(x, [x.Shape[0], hw, p, hw, p, c]), [0, 1, 3, 2, 4, 5]);
        patches = Jnp.Reshape(patches, [x.Shape[0], hw * hw, p * p * c]);
        return proj.Policy.MatMul(patches, Jnp.Reshape(kernel, [p * p * c, config.HiddenSize])) + bias;
    }

    /// <summary>
    /// (B, N, p·p·C) of the final layer to (B, C, S, S). The channel is the fastest axis of the final layer's output (spec 1.10).
    /// </summary>
    public static Tensor Unpatchify(Tensor tokens, DiTConfig config)
    {
        long b = tokens.Shape[0], p = config.PatchSize, hw = config.GridSize, c = config.InChannels;
        Tensor x = Jnp.Reshape(tokens, [b, hw, hw, p, p, c]);
        x = Jnp.Transpose(x, [0, 5, 1, 3, 2, 4]);
        return Jnp.Reshape(x, [b, c, hw * p, hw * p]);
    }
}
