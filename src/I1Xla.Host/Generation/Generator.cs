using System.Runtime.InteropServices;
using I1Xla.Data.Images;
using I1Xla.Graph;
using I1Xla.Host.Runs;
using I1Xla.Host.Runtime;
using I1Xla.Host.Training;
using I1Xla.Models;
using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Generation;

/// <summary>Where the Euler steps of sampling lie between noise and data.</summary>
public enum TimeGrid
{
    /// <summary>Equal steps, as i1's JAX sampler takes them whatever its shift (spec 7.4).</summary>
    Uniform,

    /// <summary>Steps shifted by <c>transport.inference_timestep_shift</c>, in f32.</summary>
    Shifted,

    /// <summary>The shifted steps of i1's PyTorch sampler, rounded to bfloat16 (spec 7.6).</summary>
    Torch,
}

/// <summary>How pictures are drawn (defaults of i1's generator, spec 7.1, with fewer steps).</summary>
public sealed record GenerationOptions
{
    /// <summary>Pictures at once; the executable is compiled for this many.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Euler steps.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>Where the steps lie.</summary>
    public TimeGrid Grid { get; init; } = TimeGrid.Uniform;

    /// <summary>Guidance scale.</summary>
    public double CfgScale { get; init; } = 12;

    /// <summary>Guidance rescale.</summary>
    public double CfgRescale { get; init; } = 1;

    /// <summary>Seed of the noise; every batch draws the same, as i1 does.</summary>
    public long Seed { get; init; } = 99;
}

/// <summary>Draws pictures for prompts with one executable that holds the whole sampling loop.</summary>
public sealed class Generator : IDisposable
{
    private readonly RunPlan _plan;
    private readonly PjrtClient _client;
    private readonly GenerationOptions _options;
    private readonly BatchUploader _uploader;
    private readonly DeviceProgram _program;
    private readonly FrozenBuffers _frozen;

    /// <summary>Compiles the executable.</summary>
    public Generator(RunPlan plan, PjrtClient client, GenerationOptions options)
    {
        if (options.Steps < 1 || options.BatchSize < 1)
        {
            throw new UserErrorException($"Sampling needs at least one step and one picture at once; given were {options.Steps} steps and a batch of {options.BatchSize}.");
        }
        (_plan, _client, _options) = (plan, client, options);
        _uploader = new BatchUploader(plan, client);
        _frozen = FrozenBuffers.Create(plan.Parts, client);
        Definition = new GenerationProgram(plan.Model, plan.Parts, plan.Flow);
        _program = DeviceProgram.Compile(client, Definition.Trace(options.BatchSize, options.Steps));
    }

    /// <summary>What was traced; its parameters are the weights that <see cref="Generate"/> takes.</summary>
    public GenerationProgram Definition { get; }

    /// <summary>Pictures for prompts, in order.</summary>
    /// <param name="weights">Parameters, in the order of <see cref="GenerationProgram.Parameters"/>; they stay the caller's.</param>
    /// <param name="prompts">Prompts.</param>
    /// <param name="progress">Pictures done.</param>
    /// <param name="cancel">Ends between batches.</param>
    public IReadOnlyList<RgbImage> Generate(ReadOnlySpan<PjrtBuffer> weights, IReadOnlyList<string> prompts, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        int size = _plan.Config.ImageSize;
        var pictures = new List<RgbImage>(prompts.Count);
        for (int at = 0; at < prompts.Count; at += _options.BatchSize)
        {
            cancel.ThrowIfCancellationRequested();
            // The last batch is filled up with the first prompts; what they give is dropped.
            string[] batch = [.. Enumerable.Range(at, _options.BatchSize).Select(i => prompts[i % prompts.Count])];
            byte[] pixels = Draw(weights, batch);
            int each = size * size * 3;
            for (int i = 0; i < Math.Min(_options.BatchSize, prompts.Count - at); i++)
            {
                pictures.Add(new RgbImage(size, size, 3, pixels[(i * each)..((i + 1) * each)]));
            }
            progress?.Report(pictures.Count);
        }
        return pictures;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _program.Dispose();
        _frozen.Dispose();
    }

    private byte[] Draw(ReadOnlySpan<PjrtBuffer> weights, string[] prompts)
    {
        double shift = _plan.Flow.InferenceTimestepShift;
        float[] grid = _options.Grid switch
        {
            TimeGrid.Shifted => Sampler.ShiftedGrid(_options.Steps, shift),
            TimeGrid.Torch => Sampler.TorchGrid(_options.Steps, shift),
            _ => Sampler.UniformGrid(_options.Steps),
        };
        PjrtBuffer[] inputs =
        [
            .. _uploader.UploadText(prompts),
            _uploader.UploadKey(KeyChain.SampleKey(_options.Seed, 1, 0)),
            DeviceProgram.Upload(_client, MemoryMarshal.AsBytes(grid.AsSpan()), ElementKind.F32, [grid.Length]),
            _client.CreateScalar((float)_options.CfgScale),
            _client.CreateScalar((float)_options.CfgRescale),
        ];
        PjrtBuffer[] results = _program.Execute([.. weights, .. _frozen.Buffers, .. inputs]);
        byte[] pixels = results[0].ToBytes();
        foreach (PjrtBuffer buffer in inputs.Concat(results))
        {
            buffer.Dispose();
        }
        return pixels;
    }
}
