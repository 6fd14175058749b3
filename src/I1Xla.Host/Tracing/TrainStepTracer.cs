using System.Diagnostics;
using I1Xla.Graph;
using I1Xla.Host.Configuration;
using I1Xla.Host.Programs;
using I1Xla.Host.Runs;
using I1Xla.Models;

namespace I1Xla.Host.Tracing;

/// <summary>What tracing a training step told.</summary>
/// <param name="Devices">Devices that the step is for.</param>
/// <param name="Mesh">Axes of the mesh; empty for one device.</param>
/// <param name="Parameters">Numbers in the model's parameters.</param>
/// <param name="Operations">Operations in the module, nested ones included.</param>
/// <param name="ModuleBytes">Bytes of the module as emitted.</param>
/// <param name="TraceSeconds">For each repeat, from nothing: seconds to trace, differentiate, shard and emit in memory.</param>
/// <param name="PeakMemoryBytes">The most memory that this process held.</param>
public sealed record TraceReport(
    int Devices, IReadOnlyDictionary<string, long> Mesh, long Parameters, int Operations, long ModuleBytes, IReadOnlyList<double> TraceSeconds, long PeakMemoryBytes);

/// <summary>Writes the training step of a configuration as a module, without a device and without compiling it.</summary>
public static class TrainStepTracer
{
    /// <summary>Traces a plan's training step over a mesh "data" × "fsdp" × "model".</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="devices">Devices; with one there is no mesh.</param>
    /// <exception cref="UserErrorException">The batch or the mesh does not divide.</exception>
    /// <param name="style">How shardings are written.</param>
    public static (TrainStep Step, TracedModule Traced) Trace(RunPlan plan, int devices, ShardingStyle style = ShardingStyle.Shardy)
    {
        TrainStep step = plan.TrainStep(devices);
        if (devices == 1)
        {
            return (step, step.Trace());
        }
        Mesh mesh = MeshOf(plan.Config, devices);
        ShardingRules rules = ShardingRules.For(mesh.SizeOf("data"), mesh.SizeOf("fsdp"), mesh.SizeOf("model"), step.Parameters.Select(p => p.Shape));
        return (step, step.Trace(new Graph.TraceOptions { Mesh = rules.Mesh, ShardingStyle = style }, rules));
    }

    /// <summary>Traces a configuration several times, each from nothing, and keeps the last module.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="devices">Devices.</param>
    /// <param name="repeat">How often, at least once.</param>
    /// <param name="form">How the module is emitted.</param>
    /// <param name="style">How shardings are written.</param>
    public static (TraceReport Report, byte[] Module) Measure(RunConfig config, int devices, int repeat, ProgramForm form, ShardingStyle style = ShardingStyle.Shardy)
    {
        string? vocabulary = VocabularyOf(config);
        var seconds = new List<double>();
        while (true)
        {
            var clock = Stopwatch.StartNew();
            (TrainStep step, TracedModule traced) = Trace(RunPlan.Resolve(config, vocabulary), devices, style);
            byte[] module = ProgramOutput.Emit(traced.Module, form);
            seconds.Add(clock.Elapsed.TotalSeconds);
            if (seconds.Count >= repeat)
            {
                using var process = Process.GetCurrentProcess();
                IReadOnlyDictionary<string, long> mesh = devices == 1 ? new Dictionary<string, long>() : MeshOf(config, devices).Axes.ToDictionary(a => a.Name, a => a.Size);
                var report = new TraceReport(devices, mesh, step.Parameters.Sum(p => p.Shape.ElementCount), traced.OperationCount, module.Length, seconds, process.PeakWorkingSet64);
                return (report, module);
            }
        }
    }

    /// <summary>
    /// Where the word tokenizer of a configuration finds its words: the data set, or, where none is named, the words of the
    /// quickstart's pictures, which also stand in for a folder that is not made yet: a trace needs some words, not those of a
    /// run. Null when there is no word tokenizer.
    /// </summary>
    public static string? VocabularyOf(RunConfig config)
    {
        if (!config.TextEncoderType.Items.Contains(SeededEmbedding.Key))
        {
            return null;
        }
        return config.Input.Data.Count > 0 && Directory.Exists(config.Input.Data[0].DataDir) ? config.Input.Data[0].DataDir : QuickstartWords.Write();
    }

    private static Mesh MeshOf(RunConfig config, int devices)
    {
        int fsdp = config.FsdpAxisSize, model = config.TensorParallelSize;
        return Mesh.Of(("data", devices / (fsdp * model)), ("fsdp", fsdp), ("model", model));
    }
}
