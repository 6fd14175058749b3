using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>The three families of i1 (spec 1).</summary>
public enum BackboneKind
{
    /// <summary>Image tokens that cross-attend to text.</summary>
    CrossAttention,

    /// <summary>One sequence of image and text tokens with shared weights.</summary>
    SingleStream,

    /// <summary>Two streams with weights of their own and joint attention.</summary>
    DualStream,
}

/// <summary>How text features become tokens of the model's width (spec 1.3).</summary>
public enum TextAdapterKind
{
    /// <summary>Two dense layers.</summary>
    Mlp,

    /// <summary>A dense layer and transformer blocks.</summary>
    Transformer,
}

/// <summary>How image tokens know their place (spec 1.2).</summary>
public enum PositionEmbeddingKind
{
    /// <summary>The fixed table and rotary embedding.</summary>
    SinusoidalAndRope,

    /// <summary>The fixed table alone.</summary>
    SinusoidalOnly,

    /// <summary>Rotary embedding alone.</summary>
    RopeOnly,
}

/// <summary>Width and length of one text encoder's features.</summary>
/// <param name="EmbedDim">D.</param>
/// <param name="NumTokens">L.</param>
public readonly record struct TextFeatures(int EmbedDim, int NumTokens);

/// <summary>Every switch of a backbone (spec 1.1). Names are i1's in C# spelling.</summary>
public sealed record DiTConfig
{
    /// <summary>The family.</summary>
    public BackboneKind Backbone { get; init; } = BackboneKind.DualStream;

    /// <summary>Latent height and width, S.</summary>
    public int InputSize { get; init; } = 16;

    /// <summary>Patch size, p.</summary>
    public int PatchSize { get; init; } = 1;

    /// <summary>Latent channels, C.</summary>
    public int InChannels { get; init; } = 32;

    /// <summary>Width, H.</summary>
    public int HiddenSize { get; init; } = 1152;

    /// <summary>Blocks; with long skips an even depth builds one more.</summary>
    public int Depth { get; init; } = 28;

    /// <summary>Heads, nh.</summary>
    public int NumHeads { get; init; } = 16;

    /// <summary>Feed-forward width over H before SwiGLU's two thirds.</summary>
    public double MlpRatio { get; init; } = 4;

    /// <summary>Normalise queries and keys per head.</summary>
    public bool UseQkNorm { get; init; }

    /// <summary>SwiGLU feed-forward; tanh-GELU MLP otherwise.</summary>
    public bool UseSwiGlu { get; init; } = true;

    /// <summary>RMSNorm; LayerNorm otherwise.</summary>
    public bool UseRmsNorm { get; init; } = true;

    /// <summary>AdaLN of four chunks, without shifts.</summary>
    public bool WithoutShift { get; init; }

    /// <summary>Picture size in pixels, R; scales positions.</summary>
    public int ImageResolution { get; init; } = 256;

    /// <summary>The text encoders' features.</summary>
    public IReadOnlyList<TextFeatures> Text { get; init; } = [new(1024, 77)];

    /// <summary>Whether the encoders were given as a list: parameter names then carry <c>_0</c>, <c>_1</c>, even for a list of one.</summary>
    public bool TextIsList { get; init; }

    /// <summary>Probability that a caption is dropped: one for all encoders, or one each (<see cref="DropTextIsList"/>).</summary>
    public IReadOnlyList<double> DropTextProb { get; init; } = [0.1];

    /// <summary>Whether each encoder draws on its own.</summary>
    public bool DropTextIsList { get; init; }

    /// <summary>Rematerialise each main block in the backward pass.</summary>
    public bool UseGradientCheckpoint { get; init; }

    /// <summary>
    /// Run equal blocks as a loop over their stacked weights: the same numbers and parameters, a program whose size does not
    /// grow with the depth (no switch of i1).
    /// </summary>
    public bool ScanBlocks { get; init; }

    /// <summary>
    /// The kind that dense layers, convolutions and attention multiply in: f32, or bf16 with f32 accumulation, f32 streams between
    /// blocks and f32 norms, as i1's PyTorch code trains (spec 8.8).
    /// </summary>
    public ElementKind ComputeType { get; init; } = ElementKind.F32;

    /// <summary>U-ViT long skips.</summary>
    public bool UseLongSkip { get; init; } = true;

    /// <summary>Text adapter.</summary>
    public TextAdapterKind TextAdapter { get; init; } = TextAdapterKind.Mlp;

    /// <summary>Blocks of the transformer adapter.</summary>
    public int TextAdapterBlocks { get; init; } = 1;

    /// <summary>A transformer block on image tokens before positions are added.</summary>
    public bool UseImageConnector { get; init; }

    /// <summary>AdaLN modulation in blocks and final layer.</summary>
    public bool UseAdaLN { get; init; } = true;

    /// <summary>The adapted text sequence twice.</summary>
    public bool RepeatText { get; init; }

    /// <summary>Positions.</summary>
    public PositionEmbeddingKind PositionEmbedding { get; init; } = PositionEmbeddingKind.SinusoidalAndRope;

    /// <summary>Norms after attention and feed-forward.</summary>
    public bool UseSandwichNorm { get; init; }

    /// <summary>Head dimensions of the rope axes (time, row, column); the default split when null. Dual- and single-stream.</summary>
    public IReadOnlyList<int>? RopeAxesDims { get; init; }

    /// <summary>Table lengths of the rope axes; (text + 1, hw, hw) when null.</summary>
    public IReadOnlyList<int>? RopeAxesLens { get; init; }

    /// <summary>Rope base.</summary>
    public double RopeTheta { get; init; } = 10000;

    /// <summary>Norms of its own for each stream. Dual-stream.</summary>
    public bool UseSeparateNorms { get; init; }

    /// <summary>Refiner blocks on each stream before the main stack. Single-stream.</summary>
    public int RefinerLayers { get; init; } = 2;

    /// <summary>Condition on the mean text token. Cross-attention.</summary>
    public bool UsePooledText { get; init; } = true;

    /// <summary>Condition on the timestep. Cross-attention.</summary>
    public bool UseTimestep { get; init; } = true;

    /// <summary>Patches along one side, hw.</summary>
    public int GridSize => InputSize / PatchSize;

    /// <summary>Image tokens, N.</summary>
    public int ImageTokens => GridSize * GridSize;

    /// <summary>Text tokens over all encoders, before repetition.</summary>
    public int TextTokens => Text.Sum(t => t.NumTokens);

    /// <summary>hd = H / nh.</summary>
    public int HeadDim => HiddenSize / NumHeads;

    /// <summary>Feed-forward width: trunc(H · ratio), of SwiGLU trunc(2/3 of it).</summary>
    public int FeedForwardSize
    {
        get
        {
            int mlp = (int)(HiddenSize * MlpRatio);
            return UseSwiGlu ? (int)(2.0 / 3.0 * mlp) : mlp;
        }
    }

    /// <summary>Blocks before the middle one when long skips are on (spec 1.6).</summary>
    public int InBlocks => Depth / 2;

    /// <summary>Blocks of the main stack: with long skips an even depth builds one more.</summary>
    public int Blocks => UseLongSkip ? (2 * InBlocks) + 1 : Depth;

    /// <summary>Checks that the switches go together.</summary>
    /// <exception cref="ArgumentException">They do not; the message says which and why.</exception>
    public DiTConfig Validate()
    {
        Require(PatchSize > 0 && InputSize > 0 && InputSize % PatchSize == 0, $"the latent size {InputSize} must be a multiple of patch_size {PatchSize}");
        Require(HiddenSize > 0 && NumHeads > 0 && HiddenSize % NumHeads == 0, $"hidden_size {HiddenSize} must be divisible by num_heads {NumHeads}");
        Require(HiddenSize % 4 == 0, $"hidden_size {HiddenSize} must be a multiple of 4 for the position table");
        Require(Depth > 0, "depth must be at least 1");
        Require(Text.Count > 0, "a model needs at least one text encoder");
        Require(!DropTextIsList || DropTextProb.Count == Text.Count, $"drop_text_prob lists {DropTextProb.Count} probabilities for {Text.Count} text encoders");
        Require(DropTextProb.All(p => p is >= 0 and <= 1), "drop_text_prob is a probability between 0 and 1");
        Require(Backbone != BackboneKind.CrossAttention || UsePooledText || UseTimestep, "cross_attn needs use_pooled_text or use_timestep");
        if (Backbone != BackboneKind.CrossAttention && PositionEmbedding != PositionEmbeddingKind.SinusoidalOnly)
        {
            IReadOnlyList<int> dims = MultimodalRope.AxesDims(this);
            Require(dims.Sum() == HeadDim, $"rope_axes_dims ({string.Join(", ", dims)}) must sum to the head dimension {HeadDim}");
            Require(dims.All(d => d > 0 && d % 2 == 0), $"rope_axes_dims ({string.Join(", ", dims)}) must be positive and even");
            Require(RopeAxesLens is null || RopeAxesLens.Count == dims.Count, "rope_axes_lens must name as many axes as rope_axes_dims");
        }
        return this;

        static void Require(bool condition, string message)
        {
            if (!condition)
            {
                throw new ArgumentException($"The model cannot be built: {message}.");
            }
        }
    }
}
