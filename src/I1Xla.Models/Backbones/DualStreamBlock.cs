using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>
/// One dual-stream block (spec 1.7): image and text have weights of their own and attend jointly. Norms are shared unless
/// separate; <c>norm3</c> and <c>norm4</c> always are.
/// </summary>
internal sealed class DualStreamBlock(DiTConfig config, bool[] present)
{
    /// <summary>Inputs: image, text, cond, image cos, image sin, text cos, text sin, text mask, skip image, skip text.</summary>
    public Tensor[] Apply(Scope scope, Tensor[] inputs)
    {
        TensorBag bag = TensorBag.Unpack(present, inputs);
        (Tensor image, Tensor text, Tensor cond) = (bag.Take(), bag.Take(), bag.Take());
        (Tensor? imageCos, Tensor? imageSin, Tensor? textCos, Tensor? textSin) = (bag.Next(), bag.Next(), bag.Next(), bag.Next());
        (Tensor? mask, Tensor? skipImage, Tensor? skipText) = (bag.Next(), bag.Next(), bag.Next());
        MultimodalRope? imageRope = imageCos is null ? null : MultimodalRope.From(imageCos, imageSin!);
        MultimodalRope? textRope = textCos is null ? null : MultimodalRope.From(textCos, textSin!);
        if (skipImage is not null)
        {
            image = BlockStack.Join(scope.Child("skip_linear_image"), image, skipImage, config);
            text = BlockStack.Join(scope.Child("skip_linear_text"), text, skipText!, config);
        }
        AdaLN? ada = config.UseAdaLN ? AdaLN.Of(scope.Child("adaLN_modulation"), cond, config) : null;

        (Tensor imageOut, Tensor textOut) = Attend(scope.Child("attn"),
            Before(PreNorm(scope, "norm1", "image", image), ada?.ShiftMsa, ada?.ScaleMsa),
            Before(PreNorm(scope, "norm1", "text", text), ada?.ShiftMsa, ada?.ScaleMsa), imageRope, textRope, mask);
        image += After(scope, "norm3", imageOut, ada?.GateMsa);
        text += After(scope, "norm3", textOut, ada?.GateMsa);

        imageOut = FeedForward.Apply(scope.Child("mlp_image"), Before(PreNorm(scope, "norm2", "image", image), ada?.ShiftMlp, ada?.ScaleMlp), config);
        textOut = FeedForward.Apply(scope.Child("mlp_text"), Before(PreNorm(scope, "norm2", "text", text), ada?.ShiftMlp, ada?.ScaleMlp), config);
        image += After(scope, "norm4", imageOut, ada?.GateMlp);
        text += After(scope, "norm4", textOut, ada?.GateMlp);
        if (mask is not null)
        {
            text *= Jnp.Cast(mask, text.DType)[Slice.All, Slice.All, Slice.NewAxis];
        }
        return [image, text];
    }

    private static Tensor Before(Tensor x, Tensor? shift, Tensor? scale) => scale is null ? x : AdaLN.Modulate(x, shift, scale);

    private Tensor PreNorm(Scope scope, string name, string stream, Tensor x) =>
        Norm.Apply(scope.Child(config.UseSeparateNorms ? $"{name}_{stream}" : name), x, config);

    private Tensor After(Scope scope, string norm, Tensor x, Tensor? gate)
    {
        if (config.UseSandwichNorm)
        {
            x = Norm.Apply(scope.Child(norm), x, config);
        }
        return gate is null ? x : gate * x;
    }

    // Joint attention over [image, text]; masked text queries become zero before the projection.
    private (Tensor Image, Tensor Text) Attend(Scope scope, Tensor image, Tensor text, MultimodalRope? imageRope, MultimodalRope? textRope, Tensor? mask)
    {
        using var _ = scope.Enter();
        (Tensor qi, Tensor ki, Tensor vi) = Heads(scope, "image", image, imageRope);
        (Tensor qt, Tensor kt, Tensor vt) = Heads(scope, "text", text, textRope);
        int n = (int)image.Shape[1];
        Tensor? keyMask = mask is null ? null : Jnp.Concatenate([Jnp.Ones([image.Shape[0], n], ElementKind.I1), mask], 1);
        Tensor output = AttentionCore.Attend(
            Jnp.Concatenate([qi, qt], 1), Jnp.Concatenate([ki, kt], 1), Jnp.Concatenate([vi, vt], 1), keyMask, scope.Policy);
        Tensor textOut = output[Slice.All, n..];
        if (mask is not null)
        {
            textOut *= Jnp.Cast(mask, textOut.DType)[Slice.All, Slice.All, Slice.NewAxis];
        }
        return (Dense.Apply(scope.Child("proj_image"), output[Slice.All, ..n], config.HiddenSize), Dense.Apply(scope.Child("proj_text"), textOut, config.HiddenSize));
    }

    private (Tensor Q, Tensor K, Tensor V) Heads(Scope scope, string stream, Tensor x, MultimodalRope? rope)
    {
        (Tensor q, Tensor k, Tensor v) = AttentionCore.SplitHeads(Dense.Apply(scope.Child($"qkv_{stream}"), x, 3L * config.HiddenSize), config);
        if (config.UseQkNorm)
        {
            string suffix = config.UseSeparateNorms ? $"_{stream}" : "";
            q = Norm.Apply(scope.Child($"q_norm{suffix}"), q, config);
            k = Norm.Apply(scope.Child($"k_norm{suffix}"), k, config);
        }
        return rope is null ? (q, k, v) : (rope.Rotate(q), rope.Rotate(k), v);
    }
}
