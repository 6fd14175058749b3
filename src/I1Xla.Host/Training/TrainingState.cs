using System.Runtime.InteropServices;
using I1Xla.Data.Npy;
using I1Xla.Graph;
using I1Xla.Host.Checkpoints;
using I1Xla.Host.Metrics;
using I1Xla.Host.Runtime;
using I1Xla.Models;
using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Training;

/// <summary>The arrays of a run on the device, in checkpoint order: made new, read from a checkpoint, or taken from a step's results.</summary>
public sealed class TrainingState : IDisposable
{
    private static readonly CheckpointSpec[] s_chrono =
    [
        new("chrono/accum_examples_seen", "<i8", []), new("chrono/accum_pause_time", "<f8", []),
        new("chrono/accum_program_time", "<f8", []), new("chrono/accum_train_time", "<f8", []),
    ];

    private readonly TrainStep _step;

    private TrainingState(TrainStep step, PjrtBuffer[] buffers)
    {
        _step = step;
        Buffers = buffers;
    }

    /// <summary>The arrays, in the order of <see cref="TrainStep.State"/>.</summary>
    public PjrtBuffer[] Buffers { get; private set; }

    /// <summary>The members of a checkpoint of this run.</summary>
    public static IReadOnlyList<CheckpointSpec> Specs(TrainStep step) => [.. s_chrono, .. step.State.Select(SpecOf)];

    /// <summary>A fresh start: parameters by their initialisers and flax's keys, averages equal to them, moments zero.</summary>
    public static TrainingState Create(TrainStep step, PjrtClient client, long seed)
    {
        HostRandom key = KeyChain.Init(seed);
        var parameters = new Dictionary<string, byte[]>();
        foreach (ParameterSpec spec in step.Parameters)
        {
            byte[] bytes = new byte[spec.ElementCount * sizeof(float)];
            spec.Initializer.Fill(FlaxKeys.ParameterKey(key, spec), spec.Shape, MemoryMarshal.Cast<byte, float>(bytes.AsSpan()));
            parameters[spec.Name] = bytes;
        }
        return new TrainingState(step, [.. step.State.Select(entry =>
        {
            byte[] data = entry.Key.StartsWith("params", StringComparison.Ordinal)
                ? parameters[entry.Key[(entry.Key.IndexOf('/') + 1)..]]
                : new byte[entry.Shape.ElementCount * entry.DType.StorageBytes()];
            return DeviceProgram.Upload(client, data, entry.DType, entry.Shape);
        })]);
    }

    /// <summary>
    /// Reads a checkpoint. Position tables are made anew for the run's resolution, as i1 does (spec 5.4), so a checkpoint of
    /// another resolution continues.
    /// </summary>
    /// <returns>The state, the global step it was saved at, and the chrono's accumulators.</returns>
    /// <exception cref="UserErrorException">The file is damaged or of another model.</exception>
    public static (TrainingState State, long Step) Restore(TrainStep step, PjrtClient client, string path, Chrono? chrono)
    {
        Dictionary<string, ReadOnlyMemory<byte>> members = CheckpointLoader.Load(path, Specs(step), IsPositionTable);
        PjrtBuffer[] buffers = [.. step.State.Select(entry => DeviceProgram.Upload(client, IsPositionTable(entry.Key) ? FreshTable(step, entry) : members[entry.Key].Span, entry.DType, entry.Shape))];
        long done = BitConverter.ToInt32(members[step.Optimizer.StepKey].Span);
        chrono?.Restore(done, BitConverter.ToInt64(members[s_chrono[0].Key].Span), BitConverter.ToDouble(members[s_chrono[1].Key].Span),
            BitConverter.ToDouble(members[s_chrono[2].Key].Span), BitConverter.ToDouble(members[s_chrono[3].Key].Span));
        return (new TrainingState(step, buffers), done);
    }

    /// <summary>Whether a checkpoint holds weights without a training state, as an imported release file does.</summary>
    /// <exception cref="UserErrorException">The file is missing or damaged.</exception>
    public static bool HasWeightsOnly(string path)
    {
        using NpzReader reader = CheckpointLoader.Open(path);
        return reader.Keys.Any(k => k.StartsWith("params", StringComparison.Ordinal)) && !reader.Keys.Any(k => k.StartsWith("opt/", StringComparison.Ordinal));
    }

    /// <summary>
    /// Starts at step 0 from the weights of a checkpoint: parameters and averages are read (either stands for the other where
    /// it is absent), moments and counts are zero, position tables are made anew for the run's resolution.
    /// </summary>
    /// <exception cref="UserErrorException">The file is damaged or of another model.</exception>
    public static TrainingState FromWeights(TrainStep step, PjrtClient client, string path)
    {
        string[] groups;
        using (NpzReader reader = CheckpointLoader.Open(path))
        {
            groups = [.. new[] { "params/", "params_ema/" }.Where(g => reader.Keys.Any(k => k.StartsWith(g, StringComparison.Ordinal)))];
        }
        Dictionary<string, ReadOnlyMemory<byte>> members = CheckpointLoader.Load(path,
            [.. groups.SelectMany(g => step.Parameters.Select(p => new CheckpointSpec(g + p.Name, "<f4", p.Shape.ToArray())))], IsPositionTable);
        return new TrainingState(step, [.. step.State.Select(entry =>
        {
            int slash = entry.Key.IndexOf('/');
            string? group = entry.Key.StartsWith("params", StringComparison.Ordinal) ? Array.Find(groups, g => g == entry.Key[..(slash + 1)]) ?? groups[0] : null;
            ReadOnlySpan<byte> data = group is null ? new byte[entry.Shape.ElementCount * entry.DType.StorageBytes()]
                : IsPositionTable(entry.Key) ? FreshTable(step, entry)
                : members[group + entry.Key[(slash + 1)..]].Span;
            return DeviceProgram.Upload(client, data, entry.DType, entry.Shape);
        })]);
    }

    /// <summary>Takes over the results of a step; the arrays before were donated to it.</summary>
    public void Replace(PjrtBuffer[] results)
    {
        foreach (PjrtBuffer old in Buffers)
        {
            old.Dispose();
        }
        Buffers = results;
    }

    /// <summary>Copies everything to the host, as the members of a checkpoint in i1's order.</summary>
    public IReadOnlyList<CheckpointEntry> Snapshot(Chrono chrono)
    {
        var entries = new List<CheckpointEntry>(s_chrono.Length + Buffers.Length)
        {
            new(s_chrono[0], NpyArray.Scalar(chrono.ExamplesSeen).Data),
            new(s_chrono[1], NpyArray.Scalar(chrono.PauseTime).Data),
            new(s_chrono[2], NpyArray.Scalar(chrono.ProgramTime).Data),
            new(s_chrono[3], NpyArray.Scalar(chrono.TrainTime).Data),
        };
        for (int i = 0; i < Buffers.Length; i++)
        {
            entries.Add(new CheckpointEntry(SpecOf(_step.State[i]), Buffers[i].ToBytes()));
        }
        return entries;
    }

    /// <summary>The parameters, or their averages, in the order of <see cref="TrainStep.Parameters"/>.</summary>
    public ReadOnlySpan<PjrtBuffer> Parameters(bool averaged)
    {
        int count = _step.Parameters.Count;
        return averaged ? Buffers.AsSpan()[^count..] : Buffers.AsSpan()[^(2 * count)..^count];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PjrtBuffer buffer in Buffers)
        {
            buffer.Dispose();
        }
    }

    // A position table of the run's resolution; zeros for its moments, where it has any.
    private static byte[] FreshTable(TrainStep step, StateEntry entry)
    {
        byte[] table = new byte[entry.Shape.ElementCount * entry.DType.StorageBytes()];
        if (entry.Key.StartsWith("params", StringComparison.Ordinal))
        {
            PositionTable.Initializer(step.Model.Config).Fill(default, entry.Shape, MemoryMarshal.Cast<byte, float>(table.AsSpan()));
        }
        return table;
    }

    private static bool IsPositionTable(string key) => key.Contains("pos_embed", StringComparison.Ordinal);

    private static CheckpointSpec SpecOf(StateEntry entry) => new(entry.Key, entry.DType switch
    {
        ElementKind.F32 => "<f4",
        ElementKind.BF16 => "<V2",
        ElementKind.I32 => "<i4",
        _ => throw new InvalidOperationException($"{entry.Key}: no checkpoint type for {entry.DType.Name()}"),
    }, entry.Shape.ToArray());
}
