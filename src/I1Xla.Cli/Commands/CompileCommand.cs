using System.CommandLine;
using I1Xla.Cli.Terminal;
using I1Xla.Graph;
using I1Xla.Host;
using I1Xla.Host.Compile;
using I1Xla.Host.Configuration;
using I1Xla.Host.Programs;
using I1Xla.Host.Runtime;
using I1Xla.Pjrt;

namespace I1Xla.Cli.Commands;

/// <summary><c>i1xla compile</c>.</summary>
internal static class CompileCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var program = new Argument<string[]>("file") { Description = "A StableHLO program (text or portable artifact); with --config, key=value pairs that change the configuration.", Arity = ArgumentArity.ZeroOrMore };
        var config = new Option<string?>("--config") { Description = "Compile the training step of this configuration instead of a program." };
        var topology = new Option<string>("--topology") { Description = "The devices to compile for, such as v6e:2x2 or v6e:8x16; none of them need be here.", Required = true };
        var plugin = new Option<string>("--plugin") { Description = "The plugin whose compiler is asked, by name or path.", DefaultValueFactory = _ => "tpu" };
        var output = new Option<string?>("--out") { Description = "Write the compiled executable to this file." };
        var flags = new Option<string[]>("--flag") { Description = "A compiler flag, name=value; may be given several times." };
        var noProfile = new Option<bool>("--no-profile") { Description = "Leave out the flags that suit training on the TPU generation." };
        var effort = new Option<string?>("--effort") { Description = "How hard the compiler tries for speed: O0 to O3, or a number from -1 (compile fast) to 1; the plugin's default when not given." };
        var memoryEffort = new Option<string?>("--memory-effort") { Description = "The same for fitting the program into memory." };
        Option<ShardingStyle> partitioner = CommonOptions.Partitioner();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("compile", "Compile for devices that are not here, and tell what the program needs of each chip: memory, operations, time.") { program, config, topology, plugin, output, flags, noProfile, partitioner, effort, memoryEffort, json };
        command.SetAction(parsed => Display.Run(parsed.GetValue(json), display =>
        {
            var settings = new OfflineSettings(parsed.GetValue(topology)!)
            {
                KeepExecutable = parsed.GetValue(output) is not null,
                Flags = parsed.GetValue(flags) ?? [],
                UseProfile = !parsed.GetValue(noProfile),
                Partitioner = parsed.GetValue(partitioner),
                Effort = parsed.GetValue(effort),
                MemoryEffort = parsed.GetValue(memoryEffort),
            };
            string[] words = parsed.GetValue(program) ?? [];
            OfflineCompileReport report = parsed.GetValue(config) is { } file
                ? OfflineCompilation.Compile(PluginOpener.Open(parsed.GetValue(plugin)), new ConfigBinder(ConfigTree.Load(CommonOptions.FindConfig(file), words)).Bind<RunConfig>(), settings, new Phases(display))
                : words.Length == 1
                ? OfflineCompilation.Compile(PluginOpener.Open(parsed.GetValue(plugin)), ProgramFile.Load(words[0]), settings, new Phases(display))
                : throw new UserErrorException("Give one program to compile, or --config with a configuration.");
            if (parsed.GetValue(output) is { } target && report.Executable is { } executable)
            {
                ProgramOutput.Write(executable, target);
            }
            if (parsed.GetValue(json))
            {
                Json.Write(JsonReport.Of(report, parsed.GetValue(output)));
            }
            else
            {
                Console.Write(report.ToString());
            }
            return report.Fits ? 0 : 1;
        }));
        return command.WithExamples(
            "i1xla compile step.mlir --topology v6e:2x2",
            "i1xla compile --config configs/i1-3b-256.yaml --topology v6e:8x16 fsdp_axis_size=16 --json",
            "i1xla compile --config configs/quickstart.yaml --topology v6e:1x1 --out quickstart.pjrt");
    }

    private sealed class Phases(Display display) : IProgress<string>
    {
        public void Report(string value) => display.Phase(value);
    }

    /// <summary>The report for scripts; sizes and counts are for one chip.</summary>
    private sealed record JsonReport
    {
        public required string Topology { get; init; }
        public required string DeviceKind { get; init; }
        public required int Devices { get; init; }
        public required bool Fits { get; init; }
        public required double CompileSeconds { get; init; }
        public string? Program { get; init; }
        public long? CapacityBytes { get; init; }
        public long? ArgumentBytes { get; init; }
        public long? OutputBytes { get; init; }
        public long? AliasBytes { get; init; }
        public long? TemporaryBytes { get; init; }
        public long? CodeBytes { get; init; }
        public long? PeakBytes { get; init; }
        public double? Flops { get; init; }
        public double? BytesAccessed { get; init; }
        public double? ArithmeticIntensity { get; init; }
        public double? EstimatedSeconds { get; init; }
        public double? PeakShare { get; init; }
        public required RooflineBound BoundBy { get; init; }
        public int? LoopsOfUnknownLength { get; init; }
        public HbmReport? OutOfMemory { get; init; }
        public string? Executable { get; init; }

        public static JsonReport Of(OfflineCompileReport r, string? executable) => new()
        {
            Topology = r.Topology,
            DeviceKind = r.DeviceKind,
            Devices = r.Devices,
            Fits = r.Fits,
            CompileSeconds = r.CompileSeconds,
            Program = r.ProgramName,
            CapacityBytes = r.CapacityBytes,
            ArgumentBytes = r.Memory?.ArgumentBytes,
            OutputBytes = r.Memory?.OutputBytes,
            AliasBytes = r.Memory?.AliasBytes,
            TemporaryBytes = r.Memory?.TemporaryBytes,
            CodeBytes = r.Memory?.CodeBytes,
            PeakBytes = r.Memory?.PeakEstimate,
            Flops = r.Flops,
            BytesAccessed = r.BytesAccessed,
            ArithmeticIntensity = r.ArithmeticIntensity,
            EstimatedSeconds = r.EstimatedSeconds,
            PeakShare = r.PeakShare,
            BoundBy = r.Bound,
            LoopsOfUnknownLength = r.Cycles?.UnknownLoops,
            OutOfMemory = r.OutOfMemory,
            Executable = r.Executable is null ? null : executable,
        };
    }
}
