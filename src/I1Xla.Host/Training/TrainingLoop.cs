using I1Xla.Data.Pipeline;
using I1Xla.Host.Checkpoints;
using I1Xla.Host.Configuration;
using I1Xla.Host.Metrics;
using I1Xla.Host.Reports;
using I1Xla.Host.Runtime;
using I1Xla.Models;
using I1Xla.Pjrt;

namespace I1Xla.Host.Training;

/// <summary>
/// The loop of a run: a batch, a step, and what is due after it. A step's metrics are read while the next one runs, except
/// where something is due.
/// </summary>
internal sealed class TrainingLoop(
    RunConfig config, TrainStep step, DeviceProgram program, FrozenBuffers frozen, BatchUploader uploader,
    CheckpointStore store, MetricWriter metrics, PreviewDrawer? preview, Chrono chrono, ITrainingObserver observer, long total)
{
    private (long Step, PjrtBuffer Metrics)? _unread;
    private double _loss;

    /// <summary>The loss of each step done.</summary>
    public List<LossPoint> Losses { get; } = [];

    /// <summary>Trains from step <paramref name="done"/> to <paramref name="end"/>, or until told to stop; the last state is always saved.</summary>
    /// <returns>The last step done.</returns>
    public long Run(TrainingState state, InputPipeline input, long done, long end, CancellationToken stop)
    {
        long last = done, saved = done;
        PjrtBuffer key = uploader.UploadKey(KeyChain.TrainKey(config.Seed, done));
        if (done < end)
        {
            using IEnumerator<Batch> batches = input.Batches(done, CancellationToken.None).GetEnumerator();
            while (last < end && !stop.IsCancellationRequested && batches.MoveNext())
            {
                key = Step(state, batches.Current, key, ++last);
                saved = AfterStep(state, last) ? last : saved;
            }
        }
        ReadMetrics();
        key.Dispose();
        if (config.SaveCkpt && saved != last)
        {
            Save(state, last, false);
        }
        return last;
    }

    private PjrtBuffer Step(TrainingState state, Batch batch, PjrtBuffer key, long number)
    {
        PjrtBuffer[] inputs = uploader.Upload(batch);
        PjrtBuffer[] results = program.Execute([.. state.Buffers, .. frozen.Buffers, .. inputs, key]);
        foreach (PjrtBuffer buffer in inputs)
        {
            buffer.Dispose();
        }
        key.Dispose();
        ReadMetrics();
        state.Replace(results[..^2]);
        _unread = (number, results[^1]);
        return results[^2];
    }

    // What is due after a step: a save, a preview. Returns whether the state was saved.
    private bool AfterStep(TrainingState state, long number)
    {
        bool keep = StepsRule.ItsTime(number, config.KeepCkptSteps, total);
        bool save = config.SaveCkpt && (keep || StepsRule.ItsTime(number, config.CkptSteps, total));
        bool draw = preview is not null && StepsRule.ItsTime(number, config.Preview.EverySteps, total, first: false);
        if (save || draw)
        {
            ReadMetrics();
            chrono.Pause();
            if (save)
            {
                Save(state, number, keep);
            }
            if (draw)
            {
                preview!.Draw(state.Parameters(config.UseEma), number);
            }
            chrono.Resume();
        }
        return save;
    }

    private void Save(TrainingState state, long number, bool keep)
    {
        RefuseDivergence(number);
        store.BeginSave(state.Snapshot(chrono), number, keep, TimeSpan.FromSeconds(config.CkptTimeout));
    }

    private void ReadMetrics()
    {
        if (_unread is not { } unread)
        {
            return;
        }
        _unread = null;
        float[] values = unread.Metrics.ToArray<float>();
        unread.Metrics.Dispose();
        _loss = values[0];
        Losses.Add(new LossPoint(unread.Step, _loss));
        bool log = StepsRule.ItsTime(unread.Step, config.LogTrainingSteps, total) || chrono.WarmingUp;
        if (log)
        {
            metrics.Start(unread.Step);
        }
        chrono.Tick(unread.Step, metrics.Measure);
        if (log)
        {
            metrics.Measure("global_lr_schedule", step.Optimizer.LoggedLearningRate(unread.Step - 1));
            metrics.Measure("training_loss", _loss);
            for (int i = 0; i < values.Length; i++)
            {
                metrics.Measure(TrainStep.Metrics[i], values[i]);
            }
            metrics.End();
            RefuseDivergence(unread.Step);
        }
        observer.Progress(new TrainingProgress(unread.Step, total, _loss, chrono.ExamplesPerSecond, chrono.SecondsLeft));
    }

    private void RefuseDivergence(long number)
    {
        if (!double.IsFinite(_loss))
        {
            throw new UserErrorException($"The loss is {_loss} at step {number}: training has diverged. The last checkpoint in {store.Workdir} is kept; lower lr or grad_clip_norm and run again, or start from an older copy (checkpoint.npz-NNNNNNNNN).");
        }
    }
}
