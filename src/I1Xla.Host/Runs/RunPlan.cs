using I1Xla.Host.Configuration;
using I1Xla.Models;

namespace I1Xla.Host.Runs;

/// <summary>A run configuration resolved into its parts: what training, sampling and tracing all start from.</summary>
public sealed class RunPlan
{
    private RunPlan(RunConfig config, IReadOnlyList<TextEncoderEntry> text, Vae vae, DiT model, FrozenParts parts)
    {
        Config = config;
        Text = text;
        Model = model;
        Parts = parts;
        Vae = vae;
        Flow = ModelFactory.Flow(config.Transport);
    }

    /// <summary>The configuration.</summary>
    public RunConfig Config { get; }

    /// <summary>The text encoders with their tokenizers.</summary>
    public IReadOnlyList<TextEncoderEntry> Text { get; }

    /// <summary>The autoencoder.</summary>
    public Vae Vae { get; }

    /// <summary>The model.</summary>
    public DiT Model { get; }

    /// <summary>The frozen parts.</summary>
    public FrozenParts Parts { get; }

    /// <summary>Rectified flow.</summary>
    public RectifiedFlow Flow { get; }

    /// <summary>Resolves a configuration.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="vocabulary">Where a word tokenizer finds its vocabulary; null when there is no word tokenizer.</param>
    /// <exception cref="UserErrorException">The configuration does not hold together.</exception>
    public static RunPlan Resolve(RunConfig config, string? vocabulary = null)
    {
        Vae vae = VaeRegistry.Create(config.VaeType);
        IReadOnlyList<TextEncoderEntry> text = TextEncoderRegistry.Create(config, vocabulary);
        var model = new DiT(ModelFactory.Model(config, vae, [.. text.Select(t => new TextFeatures(t.Encoder.EmbedDim, t.Tokens))]));
        return new RunPlan(config, text, vae, model, new FrozenParts(model.Config, vae, [.. text.Select(t => t.Encoder)]));
    }

    /// <summary>The training step, on a mesh whose "data" axis takes what the other two leave of the devices.</summary>
    /// <param name="devices">Devices of the job.</param>
    /// <param name="totalSteps">Steps of the run, for a learning rate that decays; the configuration's own count when null.</param>
    /// <exception cref="UserErrorException">The batch or the mesh does not divide.</exception>
    public TrainStep TrainStep(int devices = 1, long? totalSteps = null)
    {
        int others = Config.FsdpAxisSize * Config.TensorParallelSize;
        if (devices % others != 0)
        {
            throw new UserErrorException($"{devices} devices do not divide into fsdp_axis_size {Config.FsdpAxisSize} × tensor_parallel_size {Config.TensorParallelSize}.");
        }
        try
        {
            return new TrainStep(Model, Parts, Flow, ModelFactory.Optimizer(Config, totalSteps), new TrainStepOptions
            {
                BatchSize = Config.Input.BatchSize,
                GradientAccumulation = Config.GradAccumSteps,
                BatchShards = devices / Config.TensorParallelSize,
                UseEma = Config.UseEma,
                EmaDecay = Config.EmaDecayRate,
            });
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException(e.Message, e);
        }
    }
}
