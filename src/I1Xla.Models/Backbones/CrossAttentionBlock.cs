using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>One block of the cross-attention backbone (spec 1.9): self-attention, raw cross-attention to the text, feed-forward.</summary>
internal sealed class CrossAttentionBlock(DiTConfig config, bool[] present)
{
    private readonly VisionRope? _rope = config.PositionEmbedding == PositionEmbeddingKind.SinusoidalOnly ? null : new VisionRope(config);

    /// <summary>Inputs: tokens, caption tokens, cond, text mask, skip.</summary>
    public Tensor[] Apply(Scope scope, Tensor[] inputs)
    {
        TensorBag bag = TensorBag.Unpack(present, inputs);
        (Tensor x, Tensor caption, Tensor cond, Tensor? mask, Tensor? skip) = (bag.Take(), bag.Take(), bag.Take(), bag.Next(), bag.Next());
        if (skip is not null)
        {
            x = BlockStack.Join(scope.Child("skip_linear"), x, skip, config);
        }
        AdaLN? ada = config.UseAdaLN ? AdaLN.Of(scope.Child("adaLN_modulation"), cond, config) : null;
        x += After(scope, "norm3", SelfAttention.Apply(scope.Child("attn"), Before(scope, "norm1", x, ada?.ShiftMsa, ada?.ScaleMsa), config, _rope is null ? null : _rope.Rotate), ada?.GateMsa);
        x += Cross(scope.Child("cross_attn"), x, caption, mask);
        x += After(scope, "norm4", FeedForward.Apply(scope.Child("mlp"), Before(scope, "norm2", x, ada?.ShiftMlp, ada?.ScaleMlp), config), ada?.GateMlp);
        return [x];
    }

    private Tensor Cross(Scope scope, Tensor x, Tensor caption, Tensor? mask)
    {
        using var _ = scope.Enter();
        Tensor q = Heads(Dense.Apply(scope.Child("q"), x, config.HiddenSize));
        Tensor k = Heads(Dense.Apply(scope.Child("k"), caption, config.HiddenSize));
        Tensor v = Heads(Dense.Apply(scope.Child("v"), caption, config.HiddenSize));
        if (config.UseQkNorm)
        {
            q = Norm.Apply(scope.Child("q_norm"), q, config);
            k = Norm.Apply(scope.Child("k_norm"), k, config);
        }
        return Dense.Apply(scope.Child("proj"), AttentionCore.Attend(q, k, v, mask, scope.Policy), config.HiddenSize);
    }

    private Tensor Heads(Tensor x) => Jnp.Reshape(x, [x.Shape[0], x.Shape[1], config.NumHeads, config.HeadDim]);

    private Tensor Before(Scope scope, string norm, Tensor x, Tensor? shift, Tensor? scale)
    {
        x = Norm.Apply(scope.Child(norm), x, config);
        return scale is null ? x : AdaLN.Modulate(x, shift, scale);
    }

    private Tensor After(Scope scope, string norm, Tensor x, Tensor? gate)
    {
        if (config.UseSandwichNorm)
        {
            x = Norm.Apply(scope.Child(norm), x, config);
        }
        return gate is null ? x : gate * x;
    }
}
