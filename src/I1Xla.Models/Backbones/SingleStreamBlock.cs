using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>
/// One block over a single sequence (spec 1.8), of the main stack and of the refiners. Sandwich norms exist only where the
/// block is modulated.
/// </summary>
internal sealed class SingleStreamBlock(DiTConfig config, bool modulated, bool[] present)
{
    /// <summary>Inputs: tokens, cond, cos, sin, mask, skip.</summary>
    public Tensor[] Apply(Scope scope, Tensor[] inputs)
    {
        TensorBag bag = TensorBag.Unpack(present, inputs);
        (Tensor x, Tensor? cond, Tensor? cos, Tensor? sin, Tensor? mask, Tensor? skip) = (bag.Take(), bag.Next(), bag.Next(), bag.Next(), bag.Next(), bag.Next());
        if (skip is not null)
        {
            x = BlockStack.Join(scope.Child("skip_linear"), x, skip, config);
        }
        Func<Tensor, Tensor>? rotate = cos is null ? null : MultimodalRope.From(cos, sin!).Rotate;
        AdaLN? ada = modulated && config.UseAdaLN ? AdaLN.Of(scope.Child("adaLN_modulation"), cond!, config) : null;
        x += After(scope, "norm3", SelfAttention.Apply(scope.Child("attn"), Before(scope, "norm1", x, ada?.ShiftMsa, ada?.ScaleMsa), config, rotate, mask), ada?.GateMsa);
        x += After(scope, "norm4", FeedForward.Apply(scope.Child("mlp"), Before(scope, "norm2", x, ada?.ShiftMlp, ada?.ScaleMlp), config), ada?.GateMlp);
        if (mask is not null)
        {
            x *= Jnp.Cast(mask, x.DType)[Slice.All, Slice.All, Slice.NewAxis];
        }
        return [x];
    }

    private Tensor Before(Scope scope, string norm, Tensor x, Tensor? shift, Tensor? scale)
    {
        x = Norm.Apply(scope.Child(norm), x, config);
        return scale is null ? x : AdaLN.Modulate(x, shift, scale);
    }

    private Tensor After(Scope scope, string norm, Tensor x, Tensor? gate)
    {
        if (gate is null)
        {
            return x;
        }
        return gate * (config.UseSandwichNorm ? Norm.Apply(scope.Child(norm), x, config) : x);
    }
}
