using I1Xla.Host.Configuration;
using I1Xla.Models;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Runs;

/// <summary>Turns a run configuration into the settings of a model, of rectified flow and of the optimizer.</summary>
public static class ModelFactory
{
    private static readonly string[] s_dualOnly = ["use_separate_norms"];
    private static readonly string[] s_singleOnly = ["refiner_layers"];
    private static readonly string[] s_crossOnly = ["use_pooled_text", "use_timestep"];
    private static readonly string[] s_rope = ["rope_axes_dims", "rope_axes_lens", "rope_theta"];

    /// <summary>The backbone's configuration.</summary>
    /// <param name="run">The run.</param>
    /// <param name="vae">The autoencoder.</param>
    /// <param name="text">The text encoders' features.</param>
    /// <exception cref="UserErrorException">Switches that do not go together, an unknown name, or a switch that the backbone does not have.</exception>
    public static DiTConfig Model(RunConfig run, Vae vae, IReadOnlyList<TextFeatures> text)
    {
        ModelKwargsConfig k = run.ModelKwargs;
        BackboneKind backbone = Choose<BackboneKind>("backbone", run.Backbone, new()
        {
            ["cross_attn"] = BackboneKind.CrossAttention,
            ["single_stream"] = BackboneKind.SingleStream,
            ["dual_stream"] = BackboneKind.DualStream,
        });
        RejectForeign(backbone, k);
        if (run.ImageSize % vae.Compression != 0)
        {
            throw new UserErrorException($"image_size {run.ImageSize} must be a multiple of {vae.Compression}, the compression of the autoencoder '{vae.Name}'.");
        }
        var config = new DiTConfig
        {
            Backbone = backbone,
            InputSize = run.ImageSize / vae.Compression,
            PatchSize = run.PatchSize,
            InChannels = vae.Channels,
            UseQkNorm = run.UseQknorm,
            UseSwiGlu = run.UseSwiglu,
            UseRmsNorm = run.UseRmsnorm,
            WithoutShift = k.WoShift,
            ImageResolution = run.ImageSize,
            Text = text,
            TextIsList = run.TextEncoderType.IsList,
            DropTextProb = k.DropTextProb?.Items ?? [0.1],
            DropTextIsList = k.DropTextProb?.IsList ?? false,
            UseGradientCheckpoint = run.UseGradCkpt,
            ScanBlocks = run.ScanBlocks,
            ComputeType = Choose<ElementKind>("compute_dtype", run.ComputeDtype, new() { ["float32"] = ElementKind.F32, ["bfloat16"] = ElementKind.BF16 }),
            UseLongSkip = k.UseLongSkip,
            TextAdapter = Choose<TextAdapterKind>("model_kwargs.text_encoder_adapter_type", k.TextEncoderAdapterType, new()
            {
                ["mlp"] = TextAdapterKind.Mlp,
                ["transformer"] = TextAdapterKind.Transformer,
            }),
            TextAdapterBlocks = k.TextEncoderAdapterNumBlocks,
            UseImageConnector = k.UseImageConnector,
            UseAdaLN = k.UseAdaln,
            RepeatText = k.RepeatTextEmb,
            PositionEmbedding = Choose<PositionEmbeddingKind>("model_kwargs.position_embedding", k.PositionEmbedding, new()
            {
                ["sinusoidal_and_rope"] = PositionEmbeddingKind.SinusoidalAndRope,
                ["sinusoidal_only"] = PositionEmbeddingKind.SinusoidalOnly,
                ["rope_only"] = PositionEmbeddingKind.RopeOnly,
            }),
            UseSandwichNorm = k.UseSandwichNorm,
            RopeAxesDims = k.RopeAxesDims,
            RopeAxesLens = k.RopeAxesLens,
            RopeTheta = k.RopeTheta ?? 10000,
            UseSeparateNorms = k.UseSeparateNorms ?? false,
            RefinerLayers = k.RefinerLayers ?? 2,
            UsePooledText = k.UsePooledText ?? true,
            UseTimestep = k.UseTimestep ?? true,
        };
        try
        {
            return Sized(config, run).Validate();
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException(e.Message, e);
        }
    }

    /// <summary>Rectified flow.</summary>
    public static RectifiedFlow Flow(TransportConfig t)
    {
        if (!t.SamplingMethod.Equals("euler", StringComparison.OrdinalIgnoreCase))
        {
            throw new UserErrorException($"transport.sampling_method '{t.SamplingMethod}' is not known; known: euler.");
        }
        return new RectifiedFlow
        {
            PredictsData = t.Prediction.ToLowerInvariant() is "x" or "sample" or "data",
            UseLogNormal = t.UseLognorm,
            LogNormalMu = t.LognormMu,
            LogNormalSigma = t.LognormSigma,
            TrainTimestepShift = t.TrainTimestepShift,
            GuidanceIntervalStart = t.CfgIntervalStart,
            InferenceTimestepShift = t.InferenceTimestepShift,
        };
    }

    /// <summary>The optimizer chain.</summary>
    /// <param name="run">The configuration.</param>
    /// <param name="totalSteps">Steps of the run, for a learning rate that decays; the configuration's own count when null.</param>
    public static OptimizerConfig Optimizer(RunConfig run, long? totalSteps = null)
    {
        if (run.OptaxName != "scale_by_adam")
        {
            throw new UserErrorException($"optax_name '{run.OptaxName}' is not known; known: scale_by_adam.");
        }
        static List<PatternValue> Patterns(IEnumerable<PatternValueConfig> entries) => [.. entries.Select(p => new PatternValue(p.Pattern, p.Value))];
        var config = new OptimizerConfig
        {
            GradientClipNorm = run.GradClipNorm,
            MomentDType = Choose<ElementKind>("optax.mu_dtype", run.Optax.MuDtype, new() { ["bfloat16"] = ElementKind.BF16, ["float32"] = ElementKind.F32 }),
            Beta1 = run.Optax.B1,
            Beta2 = run.Optax.B2,
            Epsilon = run.Optax.Eps,
            LearningRate = run.Lr,
            LearningRateMultipliers = Patterns(run.LrMults ?? []),
            WeightDecay = run.Wd,
            Schedule = Patterns(run.Schedule),
            LearningRateCurve = Curve(run.LrCurve, totalSteps ?? run.TotalSteps ?? run.TotalExamples / run.Input.BatchSize),
        };
        return run.WdMults is { } mults ? config with { WeightDecayMultipliers = Patterns(mults) } : config;
    }

    private static LearningRateCurve Curve(LrCurveConfig curve, long? totalSteps)
    {
        LearningRateDecay decay = Choose<LearningRateDecay>("lr_curve.decay", curve.Decay, new()
        {
            ["constant"] = LearningRateDecay.Constant,
            ["linear"] = LearningRateDecay.Linear,
            ["cosine"] = LearningRateDecay.Cosine,
        });
        if (decay != LearningRateDecay.Constant && totalSteps is null)
        {
            throw new UserErrorException($"lr_curve.decay '{curve.Decay}' needs to know where the run ends: set total_steps or total_examples.");
        }
        return new LearningRateCurve(decay, curve.WarmupSteps, totalSteps ?? 0);
    }

    private static DiTConfig Sized(DiTConfig config, RunConfig run)
    {
        if (run.ModelDims is { } dims)
        {
            return config with { Depth = dims.Depth, HiddenSize = dims.HiddenSize, NumHeads = dims.NumHeads, MlpRatio = dims.MlpRatio };
        }
        if (run.ModelSize is null)
        {
            throw new UserErrorException($"The configuration names no model: give model_size ({string.Join(", ", Presets.Names)}) or model_dims.");
        }
        return Presets.Apply(config, run.ModelSize) ?? throw new UserErrorException($"model_size '{run.ModelSize}' is not known; {Nearest.Hint(run.ModelSize, Presets.Names)}");
    }

    // i1 refuses a switch that the backbone does not have; so does this.
    private static void RejectForeign(BackboneKind backbone, ModelKwargsConfig k)
    {
        var given = new Dictionary<string, bool>
        {
            ["use_separate_norms"] = k.UseSeparateNorms is not null,
            ["refiner_layers"] = k.RefinerLayers is not null,
            ["use_pooled_text"] = k.UsePooledText is not null,
            ["use_timestep"] = k.UseTimestep is not null,
            ["rope_axes_dims"] = k.RopeAxesDims is not null,
            ["rope_axes_lens"] = k.RopeAxesLens is not null,
            ["rope_theta"] = k.RopeTheta is not null,
        };
        string[] foreign = backbone switch
        {
            BackboneKind.DualStream => [.. s_singleOnly, .. s_crossOnly],
            BackboneKind.SingleStream => [.. s_dualOnly, .. s_crossOnly],
            _ => [.. s_dualOnly, .. s_singleOnly, .. s_rope],
        };
        if (foreign.FirstOrDefault(f => given[f]) is { } name)
        {
            throw new UserErrorException($"model_kwargs.{name} is no switch of this backbone ({backbone}); remove it, or set it to null.");
        }
    }

    internal static T Choose<T>(string key, string value, Dictionary<string, T> choices) =>
        choices.TryGetValue(value, out T? chosen) ? chosen : throw new UserErrorException($"{key} '{value}' is not known; {Nearest.Hint(value, choices.Keys)}");
}
