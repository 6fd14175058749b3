using System.Diagnostics;
using I1Xla.Data.Images;
using I1Xla.Data.Pipeline;
using I1Xla.Data.Records;
using I1Xla.Graph;
using I1Xla.Host.Checkpoints;
using I1Xla.Host.Configuration;
using I1Xla.Host.Generation;
using I1Xla.Host.Metrics;
using I1Xla.Host.Reports;
using I1Xla.Host.Runs;
using I1Xla.Host.Runtime;
using I1Xla.Models;
using I1Xla.Pjrt;

namespace I1Xla.Host.Training;

/// <summary>What a training run needs beside its configuration.</summary>
public sealed record TrainingOptions
{
    /// <summary>Where checkpoints, metrics and previews go.</summary>
    public required string Workdir { get; init; }

    /// <summary>The client to train on.</summary>
    public required PjrtClient Client { get; init; }

    /// <summary>Stop (and save) after this step, although the run is longer; for rehearsals.</summary>
    public long? StopAfter { get; init; }
}

/// <summary>How a training run ended.</summary>
/// <param name="Step">Steps done in all.</param>
/// <param name="TotalSteps">Steps that were asked for.</param>
/// <param name="Interrupted">Whether it was stopped before the end; it was saved.</param>
/// <param name="FirstStep">The first step of this part of the run.</param>
/// <param name="Losses">Loss of each step of this part.</param>
/// <param name="CompileSeconds">Compilation of the step.</param>
/// <param name="TrainSeconds">Wall time of this part's loop, previews and saving included.</param>
/// <param name="ExamplesPerSecond">Throughput without pauses; null when too short to tell.</param>
/// <param name="Parameters">Number of parameters.</param>
public sealed record TrainingResult(
    long Step, long TotalSteps, bool Interrupted, long FirstStep, IReadOnlyList<LossPoint> Losses,
    double CompileSeconds, double TrainSeconds, double? ExamplesPerSecond, long Parameters);

/// <summary>
/// One training run in one process: resumes where its work directory stands, trains, logs, saves, draws previews, and saves
/// again when it is told to stop.
/// </summary>
public sealed class TrainingRun(RunPlan plan, TrainingOptions options, ITrainingObserver observer)
{
    private readonly RunConfig _config = plan.Config;

    /// <summary>Runs to the end, or until <paramref name="stop"/> is cancelled; then the step in progress is finished and saved.</summary>
    /// <exception cref="UserErrorException">Anything the user can mend.</exception>
    public TrainingResult Run(CancellationToken stop)
    {
        PjrtClient client = options.Client;
        using var input = OpenInput();
        long examples = input.ExampleCount;
        long total = StepsRule.Resolve("total", _config.TotalSteps, _config.TotalExamples, _config.TotalEpochs, null, _config.Input.BatchSize, examples, 0)
            ?? throw new UserErrorException("The configuration says nothing of its length: give total_steps, total_examples or total_epochs.");
        var chrono = new Chrono(total, _config.Input.BatchSize, (double)examples / _config.Input.BatchSize, 1, client.Devices[0].Description.Kind);
        TrainStep step = plan.TrainStep(totalSteps: total);
        long parameters = step.Parameters.Sum(p => p.ElementCount);

        observer.Phase($"tracing and compiling a step of {parameters:N0} parameters");
        using DeviceProgram program = DeviceProgram.Compile(client, step.Trace());
        using FrozenBuffers frozen = FrozenBuffers.Create(plan.Parts, client);
        var batches = new BatchUploader(plan, client);

        using var store = new CheckpointStore(options.Workdir);
        (TrainingState state, long done) = Start(step, store, chrono);
        using (state)
        {
            using var metrics = new MetricWriter(options.Workdir, done);
            using PreviewDrawer? preview = PreviewDrawer.Create(plan, client, observer, options.Workdir);
            var clock = Stopwatch.StartNew();
            var loop = new TrainingLoop(_config, step, program, frozen, batches, store, metrics, preview, chrono, observer, total);
            long last = loop.Run(state, input, done, Math.Min(total, options.StopAfter ?? total), stop);
            store.Wait(TimeSpan.FromSeconds(_config.CkptTimeout));
            return new TrainingResult(last, total, last < total, done + 1, loop.Losses, program.CompileTime.TotalSeconds, clock.Elapsed.TotalSeconds, chrono.ExamplesPerSecond, parameters);
        }
    }

    private InputPipeline OpenInput()
    {
        DamagedRecords damaged = ModelFactory.Choose<DamagedRecords>("input.on_bad_record", _config.Input.OnBadRecord, new() { ["stop"] = DamagedRecords.Stop, ["skip"] = DamagedRecords.Skip });
        try
        {
            var input = new InputPipeline(new InputOptions
            {
                Sources = [.. _config.Input.Data.Select(d => new DataSource(d.DataDir, d.Weight, d.Split, d.SubsetCount))],
                BatchSize = _config.Input.BatchSize,
                Seed = (int)_config.Seed,
                ShuffleBuffer = _config.Input.ShuffleBufferSize,
                Preprocess = _config.Input.Preprocess,
                Damaged = damaged,
                Prefetch = _config.PrefetchToDevice,
            });
            input.RecordSkipped += e => observer.Note($"left out: {e.Message}");
            return input;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new UserErrorException($"The input cannot be read as configured: {e.Message}", e);
        }
    }

    // The work directory's checkpoint wins, then the configured one, then a fresh start (spec 5.4). A configured checkpoint of
    // weights alone, such as an imported release file, starts a run of its own.
    private (TrainingState State, long Done) Start(TrainStep step, CheckpointStore store, Chrono chrono)
    {
        foreach (string leftover in store.RemoveLeftovers())
        {
            observer.Note($"removed {Path.GetFileName(leftover)}, which an interrupted save left behind");
        }
        bool own = File.Exists(store.MainPath);
        if (!own && _config.Resume.Length == 0)
        {
            return (TrainingState.Create(step, options.Client, _config.Seed), 0);
        }
        string path = own ? store.MainPath : _config.Resume;
        if (!own && TrainingState.HasWeightsOnly(path))
        {
            observer.Note($"starting at step 0 from the weights of {path}, which has no training state");
            return (TrainingState.FromWeights(step, options.Client, path), 0);
        }
        (TrainingState state, long done) = TrainingState.Restore(step, options.Client, path, chrono);
        observer.Note($"resuming from {path} at step {done}");
        if (own && _config.KeepCkptSteps is > 0 && done > 0 && done % _config.KeepCkptSteps == 0 && !File.Exists(store.CopyPath(done)))
        {
            store.Copy(done);
        }
        return (state, done);
    }
}
