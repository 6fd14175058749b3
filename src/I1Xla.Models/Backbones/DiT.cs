using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>
/// A diffusion transformer of i1: the part that every backbone shares (patches, positions, text adapter, conditioning,
/// final layer) around one of three stacks. Parameter names are i1's checkpoint keys (spec 1.12).
/// </summary>
public sealed class DiT(DiTConfig config)
{
    private readonly Dictionary<string, Delegate> _blocks = [];
    private IReadOnlyList<ParameterSpec>? _specs;

    /// <summary>The switches.</summary>
    public DiTConfig Config { get; } = config.Validate();

    /// <summary>Called while tracing with the name and the value of each stage's result, in order, for comparing layer by layer; blocks that run as a loop are not seen.</summary>
    public Action<string, Tensor>? Observer { get; init; }

    /// <summary>The parameters, found by tracing on dummy inputs; no weights are allocated.</summary>
    public IReadOnlyList<ParameterSpec> DiscoverParameters() => _specs ??= Config.ScanBlocks
        ? new DiT(Config with { ScanBlocks = false }).DiscoverParameters()
        : Parameters.Discover(scope =>
            Apply(scope, Jnp.Zeros([2, Config.InChannels, Config.InputSize, Config.InputSize]), Jnp.Zeros([2]),
                [.. Config.Text.Select(t => Jnp.Zeros([2, t.NumTokens, t.EmbedDim]))], Jnp.Ones([2, Config.TextTokens])));

    /// <summary>The forward pass.</summary>
    /// <param name="scope">Root scope.</param>
    /// <param name="x">Noisy latents (B, C, S, S).</param>
    /// <param name="t">Times in [0, 1], (B,).</param>
    /// <param name="captions">Text features (B, Lᵢ, Dᵢ), one tensor per encoder.</param>
    /// <param name="mask">(B, Σ Lᵢ), nonzero where a token counts; null for all.</param>
    /// <param name="dropKey">Key (2,) u32 of the <c>drop_text</c> stream when training; null at inference.</param>
    /// <param name="sharding">The mesh that the streams between blocks are cut over; none when null.</param>
    /// <returns>(B, C, S, S).</returns>
    /// <exception cref="ArgumentException">The captions do not fit the configuration.</exception>
    public Tensor Apply(Scope scope, Tensor x, Tensor t, IReadOnlyList<Tensor> captions, Tensor? mask, Tensor? dropKey = null, ShardingRules? sharding = null)
    {
        var stack = new BlockStack(Config, DiscoverParameters, sharding ?? ShardingRules.None, Observer);
        if (captions.Count != Config.Text.Count || captions.Where((c, i) => c.Shape[^1] != Config.Text[i].EmbedDim).Any())
        {
            throw new ArgumentException($"The model takes text features of width {string.Join(", ", Config.Text.Select(f => f.EmbedDim))}; given were {string.Join(", ", captions.Select(c => c.Shape[^1]))}.", nameof(captions));
        }
        scope = scope.WithPolicy(Policy.Float32 with { Compute = Config.ComputeType });
        Tensor tokens = scope.Policy.ToOutput(PatchEmbed.Apply(scope.Child("x_embedder"), Jnp.Transpose(x, [0, 2, 3, 1]), Config));
        Observer?.Invoke("x_embedder", tokens);
        if (Config.UseImageConnector)
        {
            tokens = Connector.Apply(scope.Child("image_connector"), tokens, Config, 0, "");
        }
        if (Config.PositionEmbedding != PositionEmbeddingKind.RopeOnly)
        {
            tokens += scope.Param("pos_embed", [1, Config.ImageTokens, Config.HiddenSize], PositionTable.Initializer(Config));
        }
        Tensor text = scope.Policy.ToOutput(TextAdapter.Apply(scope.Child("text_encoder_adapter"), captions, Config, dropKey));
        Observer?.Invoke("text_encoder_adapter", text);
        if (Config.RepeatText)
        {
            text = Jnp.Concatenate([text, text], 1);
            mask = mask is null ? null : Jnp.Concatenate([mask, mask], 1);
        }
        Tensor? valid = mask is null ? null : Jnp.NotEqual(mask, 0);
        Tensor cond = Condition(scope, t, text, valid);
        Observer?.Invoke("condition", cond);
        tokens = Config.Backbone switch
        {
            BackboneKind.DualStream => DualStream(stack, scope, tokens, text, cond, valid),
            BackboneKind.SingleStream => SingleStream(stack, scope, tokens, text, cond, valid),
            _ => CrossAttention(stack, scope, tokens, text, cond, valid),
        };
        Tensor output = scope.Policy.ToOutput(FinalLayer.Apply(scope.Child("final_layer"), tokens, cond, Config));
        Observer?.Invoke("final_layer", output);
        return PatchEmbed.Unpatchify(output, Config);
    }

    // Timestep and mean text token (spec 1.5); the cross-attention backbone may leave out either.
    private Tensor Condition(Scope scope, Tensor t, Tensor text, Tensor? valid)
    {
        bool cross = Config.Backbone == BackboneKind.CrossAttention;
        Tensor? time = cross && !Config.UseTimestep ? null : TimestepEmbedder.Apply(scope.Child("t_embedder"), t, Config);
        if (cross && !Config.UsePooledText)
        {
            return time!;
        }
        Tensor pooled;
        if (valid is null)
        {
            pooled = Jnp.Mean(text, 1);
        }
        else
        {
            Tensor weights = Jnp.Cast(valid, ElementKind.F32);
            pooled = Jnp.Einsum("bth,bt->bh", text, weights) / Jnp.Maximum(Jnp.Sum(weights, 1, keepDims: true), 1);
        }
        return time is null ? pooled : time + pooled;
    }

    private Tensor DualStream(BlockStack stack, Scope scope, Tensor image, Tensor text, Tensor cond, Tensor? valid)
    {
        (MultimodalRope? imageRope, MultimodalRope? textRope) = Ropes(text, valid);
        return stack.Run(scope, [image, text], (child, streams, skip) =>
        {
            TensorBag bag = TensorBag.Pack(streams[0], streams[1], cond, imageRope?.Cos, imageRope?.Sin, textRope?.Cos, textRope?.Sin, valid, skip?[0], skip?[1]);
            return Call(child, skip is null ? "dual_stream_block" : "dual_stream_skip_block", bag, present => new DualStreamBlock(Config, present).Apply);
        })[0];
    }

    private Tensor SingleStream(BlockStack stack, Scope scope, Tensor image, Tensor text, Tensor cond, Tensor? valid)
    {
        (MultimodalRope? imageRope, MultimodalRope? textRope) = Ropes(text, valid);
        for (int i = 0; i < Config.RefinerLayers; i++)
        {
            TensorBag bag = TensorBag.Pack(text, null, textRope?.Cos, textRope?.Sin, valid, null);
            text = Call(scope.Child($"context_refiner_{i}"), "context_refiner", bag, present => new SingleStreamBlock(Config, false, present).Apply, rematerialise: false)[0];
            Observer?.Invoke($"context_refiner_{i}", text);
        }
        for (int i = 0; i < Config.RefinerLayers; i++)
        {
            TensorBag bag = TensorBag.Pack(image, cond, imageRope?.Cos, imageRope?.Sin, null, null);
            image = Call(scope.Child($"noise_refiner_{i}"), "noise_refiner", bag, present => new SingleStreamBlock(Config, true, present).Apply, rematerialise: false)[0];
            Observer?.Invoke($"noise_refiner_{i}", image);
        }
        int n = (int)image.Shape[1];
        Tensor? cos = imageRope is null ? null : Jnp.Concatenate([imageRope.Cos, textRope!.Cos], 1);
        Tensor? sin = imageRope is null ? null : Jnp.Concatenate([imageRope.Sin, textRope!.Sin], 1);
        Tensor? mask = valid is null ? null : Jnp.Concatenate([Jnp.Ones([image.Shape[0], n], ElementKind.I1), valid], 1);
        Tensor tokens = stack.Run(scope, [Jnp.Concatenate([image, text], 1)], (child, streams, skip) =>
        {
            TensorBag bag = TensorBag.Pack(streams[0], cond, cos, sin, mask, skip?[0]);
            return Call(child, skip is null ? "single_stream_block" : "single_stream_skip_block", bag, present => new SingleStreamBlock(Config, true, present).Apply);
        })[0];
        return tokens[Slice.All, ..n];
    }

    private Tensor CrossAttention(BlockStack stack, Scope scope, Tensor image, Tensor text, Tensor cond, Tensor? valid) =>
        stack.Run(scope, [image], (child, streams, skip) =>
        {
            TensorBag bag = TensorBag.Pack(streams[0], text, cond, valid, skip?[0]);
            return Call(child, skip is null ? "cross_attn_block" : "cross_attn_skip_block", bag, present => new CrossAttentionBlock(Config, present).Apply);
        })[0];

    // The same delegate for every block of a kind, so that it is traced once.
    private Tensor[] Call(Scope scope, string name, TensorBag bag, Func<bool[], Func<Scope, Tensor[], Tensor[]>> make, bool rematerialise = true)
    {
        string key = name + string.Concat(bag.Present.Select(p => p ? '1' : '0'));
        if (!_blocks.TryGetValue(key, out Delegate? block))
        {
            _blocks[key] = block = make(bag.Present);
        }
        return scope.Call((Func<Scope, Tensor[], Tensor[]>)block, bag.Tensors, Config.UseGradientCheckpoint && rematerialise ? CheckpointPolicy.NothingSaveable : null, name);
    }

    private (MultimodalRope? Image, MultimodalRope? Text) Ropes(Tensor text, Tensor? valid)
    {
        if (Config.PositionEmbedding == PositionEmbeddingKind.SinusoidalOnly)
        {
            return (null, null);
        }
        return MultimodalRope.Build(Config, valid ?? Jnp.Ones([text.Shape[0], text.Shape[1]], ElementKind.I1));
    }
}
