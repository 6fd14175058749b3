using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>Text features to tokens of the model's width, with caption dropout (spec 1.3).</summary>
internal static class TextAdapter
{
    /// <summary>
    /// h of the adapter's <c>drop_text</c> stream: flax folds the first four bytes of SHA-1 over the scope's name and the call
    /// counter into the stream's key (spec A.3).
    /// </summary>
    private const uint DropTextFold = 0xF33FCECF;

    /// <summary>Captions (B, Lᵢ, Dᵢ), one per encoder, to (B, Σ Lᵢ, H).</summary>
    /// <param name="scope"><c>text_encoder_adapter</c>.</param>
    /// <param name="captions">Features, one tensor per encoder.</param>
    /// <param name="config">Switches.</param>
    /// <param name="dropKey">Key of the <c>drop_text</c> stream, (2,) u32; null at inference.</param>
    public static Tensor Apply(Scope scope, IReadOnlyList<Tensor> captions, DiTConfig config, Tensor? dropKey)
    {
        using var _ = scope.Enter();
        Tensor?[] dropped = Draw(captions, config, dropKey);
        var outputs = new Tensor[captions.Count];
        for (int i = 0; i < outputs.Length; i++)
        {
            string suffix = config.TextIsList ? $"_{i}" : "";
            Tensor caption = captions[i];
            Tensor nullCaption = NullCaption(scope, config, i);
            if (dropped[i] is { } drop)
            {
                if (caption.Shape[1] < nullCaption.Shape[1])
                {
                    nullCaption = nullCaption[Slice.All, ..(int)caption.Shape[1]];
                }
                caption = Jnp.Where(drop[Slice.All, Slice.NewAxis, Slice.NewAxis], nullCaption, caption);
            }
            outputs[i] = Adapt(scope, caption, config, suffix);
        }
        return outputs.Length == 1 ? outputs[0] : Jnp.Concatenate(outputs, 1);
    }

    /// <summary>The learned null caption of encoder <paramref name="index"/>, (1, L, D).</summary>
    public static Tensor NullCaption(Scope scope, DiTConfig config, int index)
    {
        TextFeatures text = config.Text[index];
        return scope.Param(NullCaptionName(config, index), [1, text.NumTokens, text.EmbedDim], Initializers.Normal(Math.Pow(text.EmbedDim, -0.5)));
    }

    /// <summary>Its name in the adapter's scope.</summary>
    public static string NullCaptionName(DiTConfig config, int index) => config.TextIsList ? $"learnable_null_caption_{index}" : "learnable_null_caption";

    private static Tensor Adapt(Scope scope, Tensor x, DiTConfig config, string suffix)
    {
        if (config.TextAdapter == TextAdapterKind.Mlp)
        {
            x = Dense.Apply(scope.Child($"mlp_dense_0{suffix}"), x, config.HiddenSize, Initializers.XavierUniform());
            return Dense.Apply(scope.Child($"mlp_dense_1{suffix}"), Nn.Gelu(x, approximate: false), config.HiddenSize, Initializers.XavierUniform());
        }
        x = Dense.Apply(scope.Child($"connector_in{suffix}"), x, config.HiddenSize, Initializers.XavierUniform());
        for (int block = 0; block < config.TextAdapterBlocks; block++)
        {
            x = Connector.Apply(scope, x, config, block, suffix);
        }
        return x;
    }

    // Which samples lose their caption, by encoder: one shared draw, or one each with keys of their own.
    private static Tensor?[] Draw(IReadOnlyList<Tensor> captions, DiTConfig config, Tensor? dropKey)
    {
        var dropped = new Tensor?[captions.Count];
        if (dropKey is null || config.DropTextProb.All(p => p <= 0))
        {
            return dropped;
        }
        Tensor key = JaxRandom.FoldIn(dropKey, DropTextFold);
        long batch = captions[0].Shape[0];
        if (!config.DropTextIsList)
        {
            Array.Fill(dropped, JaxRandom.Bernoulli(key, config.DropTextProb[0], [batch]));
            return dropped;
        }
        Tensor keys = JaxRandom.Split(key, captions.Count);
        for (int i = 0; i < dropped.Length; i++)
        {
            if (config.DropTextProb[i] > 0)
            {
                dropped[i] = JaxRandom.Bernoulli(keys[i], config.DropTextProb[i], [batch]);
            }
        }
        return dropped;
    }
}
