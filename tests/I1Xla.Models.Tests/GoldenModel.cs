using System.Text.Json;
using I1Xla.Data.Npy;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models.Tests;

/// <summary>Reads the model configurations that stand beside golden arrays.</summary>
internal static class GoldenModel
{
    /// <summary>A configuration from a golden file's <c>config</c> object; fields that are absent keep i1's defaults.</summary>
    public static DiTConfig Config(JsonElement config, BackboneKind backbone)
    {
        int Int(string name, int other) => Find(name) is { } e ? e.GetInt32() : other;
        bool Bool(string name, bool other) => Find(name) is { } e ? e.GetBoolean() : other;
        string Text(string name, string other) => Find(name) is { } e ? e.GetString()! : other;
        int[] Ints(JsonElement e) => e.ValueKind == JsonValueKind.Array ? [.. e.EnumerateArray().Select(v => v.GetInt32())] : [e.GetInt32()];
        JsonElement? Find(string name) => config.TryGetProperty(name, out JsonElement e) && e.ValueKind != JsonValueKind.Null ? e : null;
        int[] dims = Find("text_embed_dim") is { } d ? Ints(d) : [1024], tokens = Find("text_num_tokens") is { } n ? Ints(n) : [77];
        JsonElement? drop = Find("drop_text_prob");
        return new DiTConfig
        {
            Backbone = backbone,
            InputSize = Int("input_size", 16),
            PatchSize = Int("patch_size", 1),
            InChannels = Int("in_channels", 32),
            HiddenSize = Int("hidden_size", 1152),
            Depth = Int("depth", 28),
            NumHeads = Int("num_heads", 16),
            MlpRatio = Find("mlp_ratio")?.GetDouble() ?? 4,
            UseQkNorm = Bool("use_qknorm", false),
            UseSwiGlu = Bool("use_swiglu", true),
            UseRmsNorm = Bool("use_rmsnorm", true),
            WithoutShift = Bool("wo_shift", false),
            ImageResolution = Int("image_resolution", 256),
            Text = [.. dims.Select((dim, i) => new TextFeatures(dim, tokens[i]))],
            TextIsList = Find("text_embed_dim")?.ValueKind == JsonValueKind.Array,
            DropTextProb = drop is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(v => v.GetDouble())] : [drop?.GetDouble() ?? 0.1],
            DropTextIsList = drop?.ValueKind == JsonValueKind.Array,
            UseGradientCheckpoint = Bool("use_grad_ckpt", false),
            UseLongSkip = Bool("use_long_skip", true),
            TextAdapter = Text("text_encoder_adapter_type", "mlp") == "mlp" ? TextAdapterKind.Mlp : TextAdapterKind.Transformer,
            TextAdapterBlocks = Int("text_encoder_adapter_num_blocks", 1),
            UseImageConnector = Bool("use_image_connector", false),
            UseAdaLN = Bool("use_adaln", true),
            RepeatText = Bool("repeat_text_emb", false),
            PositionEmbedding = Text("position_embedding", "sinusoidal_and_rope") switch
            {
                "sinusoidal_only" => PositionEmbeddingKind.SinusoidalOnly,
                "rope_only" => PositionEmbeddingKind.RopeOnly,
                _ => PositionEmbeddingKind.SinusoidalAndRope,
            },
            UseSandwichNorm = Bool("use_sandwich_norm", false),
            RopeAxesDims = Find("rope_axes_dims") is { } axes ? Ints(axes) : null,
            RopeAxesLens = Find("rope_axes_lens") is { } lens ? Ints(lens) : null,
            RopeTheta = Find("rope_theta")?.GetDouble() ?? 10000,
            UseSeparateNorms = Bool("use_separate_norms", false),
            RefinerLayers = Int("refiner_layers", 2),
            UsePooledText = Bool("use_pooled_text", true),
            UseTimestep = Bool("use_timestep", true),
        };
    }

    /// <summary>The backbone of a golden file.</summary>
    public static BackboneKind Backbone(string name) => name switch
    {
        "dual_stream" or "DualStreamDiT" => BackboneKind.DualStream,
        "single_stream" or "SingleStreamDiT" => BackboneKind.SingleStream,
        "cross_attn" or "CrossAttnDiT" => BackboneKind.CrossAttention,
        _ => throw new ArgumentException($"no backbone '{name}'"),
    };

    /// <summary>The backbone that the settings name, or the one whose parameters the file holds.</summary>
    public static BackboneKind Backbone(JsonElement root, NpzReader golden) =>
        root.TryGetProperty("backbone", out JsonElement name) ? Backbone(name.GetString()!)
            : golden.Keys.Any(k => k.EndsWith("/attn/qkv_image/kernel", StringComparison.Ordinal)) ? BackboneKind.DualStream
            : golden.Keys.Any(k => k.EndsWith("/cross_attn/q/kernel", StringComparison.Ordinal)) ? BackboneKind.CrossAttention
            : BackboneKind.SingleStream;

    /// <summary>The captions of a golden file: <c>in/caption</c>, or <c>in/caption_0</c>, ….</summary>
    public static IReadOnlyList<string> CaptionKeys(NpzReader golden) =>
        golden.Contains("in/caption") ? ["in/caption"] : [.. Enumerable.Range(0, 8).Select(i => $"in/caption_{i}").TakeWhile(golden.Contains)];

    /// <summary>A member as a literal.</summary>
    public static Literal Literal(NpzReader golden, string key) => Backend.ToLiteral(golden.Read(key));
}
