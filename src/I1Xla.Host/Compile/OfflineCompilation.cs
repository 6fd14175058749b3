using System.Globalization;
using I1Xla.Graph;
using I1Xla.Host.Configuration;
using I1Xla.Host.Programs;
using I1Xla.Host.Runs;
using I1Xla.Host.Tracing;
using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Compile;

/// <summary>Settings of a compilation for devices that are not here.</summary>
/// <param name="Topology">Such as <c>v6e:8x16</c>.</param>
public sealed record OfflineSettings(string Topology)
{
    /// <summary>Whether the executable is kept.</summary>
    public bool KeepExecutable { get; init; }

    /// <summary>Compiler flags, <c>name=value</c>; they win over the generation's profile.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Whether the flags that suit training on the generation are set.</summary>
    public bool UseProfile { get; init; } = true;

    /// <summary>How a configuration's step writes its shardings.</summary>
    public ShardingStyle Partitioner { get; init; } = ShardingStyle.Shardy;

    /// <summary>How hard the compiler tries for speed: <c>O0</c> to <c>O3</c>, or a number from -1 to 1; null leaves it to the plugin.</summary>
    public string? Effort { get; init; }

    /// <summary>The same for fitting the program into memory.</summary>
    public string? MemoryEffort { get; init; }
}

/// <summary>Compiles a program, or a configuration's training step, for a topology through a plugin's offline compiler.</summary>
public static class OfflineCompilation
{
    /// <summary>Compiles a program from a file. It is partitioned over as many devices as it says (<c>mhlo.num_partitions</c>).</summary>
    /// <exception cref="UserErrorException">The program is for more devices than the topology has, or a flag is wrong.</exception>
    /// <exception cref="PjrtException">The compiler refuses the program.</exception>
    public static OfflineCompileReport Compile(PjrtPlugin plugin, ProgramFile program, OfflineSettings settings, IProgress<string>? progress = null)
    {
        int partitions = ShardedRunner.PartitionsOf(program.Module);
        int chips = TopologyName.Parse(settings.Topology).Chips;
        if (partitions > chips)
        {
            throw new UserErrorException($"{program.Path} is partitioned over {partitions} devices, {settings.Topology} has {chips}.");
        }
        return Run(plugin, program.ToPjrt(), partitions, TensorSharding.IsShardy(program.Module), settings, progress);
    }

    /// <summary>Traces a configuration's training step over the whole topology and compiles it.</summary>
    /// <exception cref="UserErrorException">The configuration does not hold together, or a flag is wrong.</exception>
    /// <exception cref="PjrtException">The compiler refuses the program.</exception>
    public static OfflineCompileReport Compile(PjrtPlugin plugin, RunConfig config, OfflineSettings settings, IProgress<string>? progress = null)
    {
        int chips = TopologyName.Parse(settings.Topology).Chips;
        progress?.Report($"tracing the training step for {chips} devices");
        ModuleOp module = TrainStepTracer.Trace(RunPlan.Resolve(config, TrainStepTracer.VocabularyOf(config)), chips, settings.Partitioner).Traced.Module;
        return Run(plugin, PjrtProgram.Mlir(ProgramOutput.Emit(module, ProgramForm.Text)), chips, settings.Partitioner == ShardingStyle.Shardy, settings, progress);
    }

    /// <summary>Reads <c>name=value</c>: true and false are booleans, numbers are numbers, anything else is a string.</summary>
    /// <exception cref="UserErrorException">There is no <c>=</c>.</exception>
    public static KeyValuePair<string, PjrtFlag> ParseFlag(string flag)
    {
        int equals = flag.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw new UserErrorException($"'{flag}' is no compiler flag: give name=value, such as xla_tpu_scoped_vmem_limit_kib=65536.");
        }
        string text = flag[(equals + 1)..];
        PjrtFlag value = bool.TryParse(text, out bool b) ? b
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long l) ? l
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double d) ? d
            : text;
        return KeyValuePair.Create(flag[..equals].TrimStart('-'), value);
    }

    /// <summary>Reads an effort: a level <c>O0</c> to <c>O3</c>, or a number from -1 to 1.</summary>
    /// <exception cref="UserErrorException">It is neither.</exception>
    public static (PjrtEffort Level, float Effort) ParseEffort(string? text)
    {
        if (text is null)
        {
            return (PjrtEffort.Default, 0);
        }
        if (text.Length == 2 && char.ToUpperInvariant(text[0]) == 'O' && text[1] is >= '0' and <= '3')
        {
            return (PjrtEffort.O0 + (text[1] - '0'), 0);
        }
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float effort) && effort is >= -1 and <= 1
            ? (PjrtEffort.Default, effort)
            : throw new UserErrorException($"'{text}' is no effort: give O0, O1, O2 or O3, or a number from -1 (compile fast) to 1 (run fast).");
    }

    private static OfflineCompileReport Run(PjrtPlugin plugin, PjrtProgram program, int partitions, bool shardy, OfflineSettings settings, IProgress<string>? progress)
    {
        PjrtCompileOptions options = (partitions == 1 ? new PjrtCompileOptions() : PjrtCompileOptions.Partitioned(partitions, shardy))
            with
        { Flags = new Dictionary<string, PjrtFlag>(settings.Flags.Select(ParseFlag)) };
        (PjrtEffort level, float effort) = ParseEffort(settings.Effort);
        (PjrtEffort memoryLevel, float memoryEffort) = ParseEffort(settings.MemoryEffort);
        options = options with { OptimizationLevel = level, OptimizationEffort = effort, MemoryFittingLevel = memoryLevel, MemoryFittingEffort = memoryEffort };
        if (settings.UseProfile && TpuGeneration.OfTopology(settings.Topology) is { } generation)
        {
            options = options.With(generation.Flags);
        }
        return OfflineCompiler.Compile(plugin, new OfflineCompileRequest(program, settings.Topology, options) { KeepExecutable = settings.KeepExecutable }, progress);
    }
}
