namespace I1Xla.Host.Configuration;

/// <summary>
/// A training run, key for key as i1's config files name things (spec 4.8), so that a configuration reads beside the
/// paper's tables. Keys are the property names in snake_case.
/// </summary>
public sealed class RunConfig
{
    /// <summary>Seed of initialisation, noise, times and caption dropout; also of the data order.</summary>
    public long Seed { get; set; }

    /// <summary>Optimizer steps in all, over every resumed part of the run.</summary>
    public long? TotalSteps { get; set; }

    /// <summary>The total in examples, instead of <see cref="TotalSteps"/>.</summary>
    public long? TotalExamples { get; set; }

    /// <summary>The total in epochs, instead of <see cref="TotalSteps"/>.</summary>
    public double? TotalEpochs { get; set; }

    /// <summary>A checkpoint to start from when the work directory has none; empty for a fresh start.</summary>
    public string Resume { get; set; } = "";

    /// <summary>Picture height and width, in pixels.</summary>
    public int ImageSize { get; set; } = 256;

    /// <summary>The autoencoder: a key of the VAE registry (<c>identity</c>, <c>flux2</c>, …).</summary>
    public string VaeType { get; set; } = "flux2";

    /// <summary>The frozen text encoder, or a list of several: keys of the text encoder registry.</summary>
    public OneOrMany<string> TextEncoderType { get; set; } = "T5Gemma";

    /// <summary>Precision of the text encoder: bf16, fp16 or f32.</summary>
    public string TextEncoderPrecision { get; set; } = "bf16";

    /// <summary>Text tokens, for one or each encoder; the encoder's own length when absent.</summary>
    public OneOrMany<int>? TokenLen { get; set; }

    /// <summary>Width of the seeded embedding encoder; ignored by encoders that have their own.</summary>
    public int? TextEmbedDim { get; set; }

    /// <summary>cross_attn, single_stream or dual_stream.</summary>
    public string Backbone { get; set; } = "dual_stream";

    /// <summary>A preset such as DiT-XL_2016 (spec 1.13); <see cref="ModelDims"/> gives the numbers instead.</summary>
    public string? ModelSize { get; set; }

    /// <summary>Depth, width and heads in numbers, for models that no preset names.</summary>
    public ModelDimsConfig? ModelDims { get; set; }

    /// <summary>Patch height and width, in latents.</summary>
    public int PatchSize { get; set; } = 2;

    /// <summary>Switches of the backbone.</summary>
    public ModelKwargsConfig ModelKwargs { get; set; } = new();

    /// <summary>RMS normalisation of queries and keys.</summary>
    public bool UseQknorm { get; set; } = true;

    /// <summary>SwiGLU feed-forward; the tanh-GELU MLP otherwise.</summary>
    public bool UseSwiglu { get; set; } = true;

    /// <summary>RMSNorm; LayerNorm otherwise.</summary>
    public bool UseRmsnorm { get; set; } = true;

    /// <summary>Rematerialise each main block.</summary>
    public bool UseGradCkpt { get; set; }

    /// <summary>Run equal blocks as a loop over their stacked weights: the same numbers, a program that compiles faster where the compiler works long on each block (no key of i1).</summary>
    public bool ScanBlocks { get; set; }

    /// <summary>float32, or bfloat16: what layers multiply in, with f32 weights, streams and accumulation (i1's JAX code has no such key, its PyTorch code always trains so).</summary>
    public string ComputeDtype { get; set; } = "float32";

    /// <summary>Shard the text encoder's parameters as the model's are.</summary>
    public bool ShardTextEncoderParams { get; set; }

    /// <summary>Rectified flow.</summary>
    public TransportConfig Transport { get; set; } = new();

    /// <summary>Size of the mesh's "model" axis.</summary>
    public int TensorParallelSize { get; set; } = 1;

    /// <summary>Size of the mesh's "fsdp" axis.</summary>
    public int FsdpAxisSize { get; set; } = 1;

    /// <summary>Data sets and batching.</summary>
    public InputConfig Input { get; set; } = new();

    /// <summary>Batches made ready ahead of the step.</summary>
    public int PrefetchToDevice { get; set; } = 4;

    /// <summary>Micro-batches per step.</summary>
    public int GradAccumSteps { get; set; } = 1;

    /// <summary>Steps between log lines.</summary>
    public long? LogTrainingSteps { get; set; } = 100;

    /// <summary>Steps between saves of <c>checkpoint.npz</c>.</summary>
    public long? CkptSteps { get; set; } = 5000;

    /// <summary>Steps between permanent copies <c>checkpoint.npz-000050000</c>.</summary>
    public long? KeepCkptSteps { get; set; }

    /// <summary>Whether checkpoints are written at all.</summary>
    public bool SaveCkpt { get; set; } = true;

    /// <summary>Seconds to wait for the previous save before giving up.</summary>
    public double CkptTimeout { get; set; } = 120;

    /// <summary>Global-norm clip; no clipping when absent or 0.</summary>
    public double? GradClipNorm { get; set; }

    /// <summary>The optimizer's core transformation, as optax names it; <c>scale_by_adam</c>.</summary>
    public string OptaxName { get; set; } = "scale_by_adam";

    /// <summary>Its arguments.</summary>
    public OptaxConfig Optax { get; set; } = new();

    /// <summary>Learning rate.</summary>
    public double Lr { get; set; } = 1e-4;

    /// <summary>Learning-rate multipliers by parameter path.</summary>
    public List<PatternValueConfig>? LrMults { get; set; }

    /// <summary>Decoupled weight decay; none when absent or 0.</summary>
    public double? Wd { get; set; }

    /// <summary>Weight-decay multipliers by parameter path; kernels only when absent.</summary>
    public List<PatternValueConfig>? WdMults { get; set; }

    /// <summary>Learning-rate schedule by parameter path, first full match wins; a null value freezes. When absent, <c>pos_embed</c> is frozen and all else has 1.</summary>
    public List<PatternValueConfig> Schedule { get; set; } = [new() { Pattern = "pos_embed" }, new() { Pattern = ".*", Value = 1 }];

    /// <summary>Warm-up and decay on top of the schedule; i1 has neither.</summary>
    public LrCurveConfig LrCurve { get; set; } = new();

    /// <summary>Keep an exponential moving average of the parameters.</summary>
    public bool UseEma { get; set; } = true;

    /// <summary>Its decay per step.</summary>
    public double EmaDecayRate { get; set; } = 0.9999;

    /// <summary>Pictures drawn while training, for the report.</summary>
    public PreviewConfig Preview { get; set; } = new();
}

/// <summary>The numbers behind a preset.</summary>
public sealed class ModelDimsConfig
{
    /// <summary>Blocks; with long skips an even number builds one more (spec 1.6).</summary>
    public int Depth { get; set; } = 29;

    /// <summary>Width.</summary>
    public int HiddenSize { get; set; } = 1152;

    /// <summary>Attention heads.</summary>
    public int NumHeads { get; set; } = 16;

    /// <summary>Feed-forward width over model width, before SwiGLU's two thirds.</summary>
    public double MlpRatio { get; set; } = 4;
}

/// <summary>Backbone switches (spec 1.1); a key that the chosen backbone does not have is an error when the model is built.</summary>
public sealed class ModelKwargsConfig
{
    /// <summary>Head dimensions of the rope axes (time, row, column); a default split when absent.</summary>
    public List<int>? RopeAxesDims { get; set; }

    /// <summary>Table lengths of the rope axes.</summary>
    public List<int>? RopeAxesLens { get; set; }

    /// <summary>Rope base.</summary>
    public double? RopeTheta { get; set; }

    /// <summary>U-ViT long skips.</summary>
    public bool UseLongSkip { get; set; } = true;

    /// <summary>mlp or transformer.</summary>
    public string TextEncoderAdapterType { get; set; } = "mlp";

    /// <summary>Blocks of the transformer adapter.</summary>
    public int TextEncoderAdapterNumBlocks { get; set; } = 1;

    /// <summary>A transformer block on image tokens before positions are added.</summary>
    public bool UseImageConnector { get; set; }

    /// <summary>AdaLN modulation.</summary>
    public bool UseAdaln { get; set; } = true;

    /// <summary>AdaLN without shifts.</summary>
    public bool WoShift { get; set; }

    /// <summary>The text sequence twice.</summary>
    public bool RepeatTextEmb { get; set; }

    /// <summary>sinusoidal_and_rope, sinusoidal_only or rope_only.</summary>
    public string PositionEmbedding { get; set; } = "sinusoidal_and_rope";

    /// <summary>Norms after attention and feed-forward.</summary>
    public bool UseSandwichNorm { get; set; }

    /// <summary>Norms of their own for text (dual_stream).</summary>
    public bool? UseSeparateNorms { get; set; }

    /// <summary>Refiner blocks before the main stack (single_stream).</summary>
    public int? RefinerLayers { get; set; }

    /// <summary>Condition on the mean text embedding (cross_attn).</summary>
    public bool? UsePooledText { get; set; }

    /// <summary>Condition on the timestep (cross_attn).</summary>
    public bool? UseTimestep { get; set; }

    /// <summary>Probability that a caption is replaced by the learned null caption, one or per encoder.</summary>
    public OneOrMany<double>? DropTextProb { get; set; }
}

/// <summary>Rectified flow (spec 4.1).</summary>
public sealed class TransportConfig
{
    /// <summary>velocity, or x for clean-data prediction.</summary>
    public string Prediction { get; set; } = "velocity";

    /// <summary>Logit-normal times; uniform otherwise.</summary>
    public bool UseLognorm { get; set; } = true;

    /// <summary>Mean of the logit.</summary>
    public double LognormMu { get; set; }

    /// <summary>Standard deviation of the logit.</summary>
    public double LognormSigma { get; set; } = 1;

    /// <summary>Shift of training times; 0 and 1 mean none.</summary>
    public double TrainTimestepShift { get; set; }

    /// <summary>Guidance acts where t is at least this.</summary>
    public double CfgIntervalStart { get; set; }

    /// <summary>Shift of the sampling grid; inert in i1's JAX sampler.</summary>
    public double InferenceTimestepShift { get; set; } = 0.3;

    /// <summary>euler.</summary>
    public string SamplingMethod { get; set; } = "euler";
}

/// <summary>Data sets and batching.</summary>
public sealed class InputConfig
{
    /// <summary>The mixture.</summary>
    public List<DataSourceConfig> Data { get; set; } = [];

    /// <summary>Global batch size, in pictures.</summary>
    public int BatchSize { get; set; } = 512;

    /// <summary>Shuffle buffer of the whole mixture, in examples; 0 reads in order.</summary>
    public int ShuffleBufferSize { get; set; } = 10_000;

    /// <summary>Operations on each example, in i1's preprocess language.</summary>
    public string Preprocess { get; set; } = "decode_png()|sample_caption(key=\"caption\")|value_range(-1, 1)|copy(\"caption\", \"labels\")|keep(\"image\", \"labels\")";

    /// <summary>What a damaged record does: stop the run, or skip it and say so.</summary>
    public string OnBadRecord { get; set; } = "stop";
}

/// <summary>One data set of the mixture.</summary>
public sealed class DataSourceConfig
{
    /// <summary>The TFDS folder.</summary>
    public string DataDir { get; set; } = "";

    /// <summary>Its split.</summary>
    public string Split { get; set; } = "train";

    /// <summary>Its share of the mixture, relative to the others'.</summary>
    public double Weight { get; set; } = 1;

    /// <summary>Use about this many examples, chosen by hash.</summary>
    public long? SubsetCount { get; set; }
}

/// <summary>Arguments of <c>scale_by_adam</c>.</summary>
public sealed class OptaxConfig
{
    /// <summary>Storage of the first moment: bfloat16 or float32.</summary>
    public string MuDtype { get; set; } = "bfloat16";

    /// <summary>Decay of the first moment.</summary>
    public double B1 { get; set; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    public double B2 { get; set; } = 0.95;

    /// <summary>Added to the root of the second moment.</summary>
    public double Eps { get; set; } = 1e-8;
}

/// <summary>How the learning rate changes over the run.</summary>
public sealed class LrCurveConfig
{
    /// <summary>Steps of linear warm-up.</summary>
    public long WarmupSteps { get; set; }

    /// <summary>constant, linear or cosine; the last two reach 0 at the last step.</summary>
    public string Decay { get; set; } = "constant";
}

/// <summary>A value for the parameters whose whole path matches a regular expression.</summary>
public sealed class PatternValueConfig
{
    /// <summary>The expression, matched against the whole path.</summary>
    public string Pattern { get; set; } = "";

    /// <summary>The value; null freezes, where that has a meaning.</summary>
    public double? Value { get; set; }
}

/// <summary>Pictures drawn from the EMA weights while training.</summary>
public sealed class PreviewConfig
{
    /// <summary>Steps between previews; none when absent.</summary>
    public long? EverySteps { get; set; }

    /// <summary>Prompts.</summary>
    public List<string> Prompts { get; set; } = [];

    /// <summary>Euler steps.</summary>
    public int SamplingSteps { get; set; } = 20;

    /// <summary>Guidance scale.</summary>
    public double CfgScale { get; set; } = 3;

    /// <summary>Guidance rescale.</summary>
    public double CfgRescale { get; set; }
}
