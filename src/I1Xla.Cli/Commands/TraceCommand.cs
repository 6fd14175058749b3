using System.CommandLine;
using System.Globalization;
using I1Xla.Cli.Terminal;
using I1Xla.Graph;
using I1Xla.Host;
using I1Xla.Host.Configuration;
using I1Xla.Host.Programs;
using I1Xla.Host.Tracing;

namespace I1Xla.Cli.Commands;

/// <summary><c>i1xla trace</c>.</summary>
internal static class TraceCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        Option<string> config = CommonOptions.Config();
        var topology = new Option<string?>("--topology") { Description = "Shard the step over these devices, such as v6e:8x16; one device when not given." };
        var repeat = new Option<int>("--repeat") { Description = "How often to trace, each time from nothing.", DefaultValueFactory = _ => 1 };
        var emit = new Option<ProgramForm>("--emit") { Description = "The module's form.", DefaultValueFactory = _ => ProgramForm.Text };
        var output = new Option<string?>("--out") { Description = "Write the module to this file." };
        Option<ShardingStyle> partitioner = CommonOptions.Partitioner();
        Option<bool> json = CommonOptions.Json();
        Argument<string[]> overrides = CommonOptions.Overrides();
        var command = new Command("trace", "Write the training step of a configuration as a StableHLO module, without compiling it: no weights and no device are needed.") { config, topology, partitioner, repeat, emit, output, json, overrides };
        command.SetAction(parsed =>
        {
            int times = parsed.GetValue(repeat);
            if (times < 1)
            {
                throw new UserErrorException($"--repeat {times}: the step is traced once at least.");
            }
            string path = CommonOptions.FindConfig(parsed.GetValue(config)!);
            RunConfig run = new ConfigBinder(ConfigTree.Load(path, parsed.GetValue(overrides))).Bind<RunConfig>();
            int devices = parsed.GetValue(topology) is { } name ? TopologyName.Parse(name).Chips : 1;
            (TraceReport report, byte[] module) = TrainStepTracer.Measure(run, devices, times, parsed.GetValue(emit), parsed.GetValue(partitioner));
            if (parsed.GetValue(output) is { } file)
            {
                ProgramOutput.Write(module, file);
            }
            if (parsed.GetValue(json))
            {
                Json.Write(new { Config = path, Topology = parsed.GetValue(topology), report.Devices, report.Mesh, report.Parameters, report.Operations, report.ModuleBytes, report.TraceSeconds, report.PeakMemoryBytes });
                return 0;
            }
            string mesh = report.Mesh.Count == 0 ? "" : $" ({string.Join(", ", report.Mesh.Select(a => $"{a.Key}={a.Value}"))})";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"parameters    {report.Parameters:N0}"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"operations    {report.Operations:N0}"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"module        {report.ModuleBytes:N0} bytes{(parsed.GetValue(output) is { } o ? $", in {o}" : "")}"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"devices       {report.Devices}{mesh}"));
            Console.WriteLine($"traced in     {string.Join(", ", report.TraceSeconds.Select(s => s.ToString("0.000", CultureInfo.InvariantCulture)))} s");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak memory   {report.PeakMemoryBytes / 1e6:N0} MB"));
            return 0;
        });
        return command.WithExamples(
            "i1xla trace --config configs/i1-3b-256.yaml --repeat 5 --json",
            "i1xla trace --config configs/i1-3b-256.yaml --topology v6e:8x16 --out step.mlir fsdp_axis_size=8");
    }
}
