using System.CommandLine;
using System.Globalization;
using I1Xla.Cli.Terminal;
using I1Xla.Host;
using I1Xla.Host.Checkpoints;
using I1Xla.Host.Configuration;
using Spectre.Console;

namespace I1Xla.Cli.Commands;

/// <summary><c>i1xla checkpoint inspect|diff|import|export</c>.</summary>
internal static class CheckpointCommands
{
    private static readonly Option<bool> s_json = new("--json") { Description = "Write JSON for scripts." };

    /// <summary>The command.</summary>
    public static Command Build() => new("checkpoint", "Look into checkpoints, and exchange them with PyTorch.") { Inspect(), Diff(), Import(), Export() };

    private static Command Inspect()
    {
        var path = new Argument<string>("file") { Description = "A checkpoint.npz or a permanent copy." };
        var statistics = new Option<bool>("--stats") { Description = "Read every array and give mean, deviation and range." };
        var command = new Command("inspect", "List what a checkpoint holds: step, parameter count, every entry with type and shape.") { path, statistics, s_json };
        command.SetAction(parsed =>
        {
            CheckpointReport report = CheckpointReport.Read(parsed.GetValue(path)!, parsed.GetValue(statistics));
            if (parsed.GetValue(s_json))
            {
                Json.Write(report);
                return 0;
            }
            foreach (CheckpointEntryReport entry in report.Entries)
            {
                Console.WriteLine($"{entry.Key,-64} {entry.Type,-28}{(entry.Statistics is { } s ? string.Create(CultureInfo.InvariantCulture, $"mean {s.Mean:g5}  std {s.StandardDeviation:g5}  min {s.Min:g5}  max {s.Max:g5}{(s.NotFinite > 0 ? $"  NOT FINITE: {s.NotFinite}" : "")}") : "")}".TrimEnd());
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Entries.Count} entries, {report.Parameters:N0} parameters, {report.Bytes / 1e6:N1} MB, step {report.Step?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}"));
            return 0;
        });
        return command.WithExamples("i1xla checkpoint inspect runs/mine/checkpoint.npz", "i1xla checkpoint inspect runs/mine/checkpoint.npz --stats --json");
    }

    private static Command Diff()
    {
        var left = new Argument<string>("first") { Description = "A checkpoint." };
        var right = new Argument<string>("second") { Description = "Another." };
        var command = new Command("diff", "Compare two checkpoints entry by entry; ends with code 1 when they differ.") { left, right, s_json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<CheckpointDifference> differences = CheckpointReport.Diff(parsed.GetValue(left)!, parsed.GetValue(right)!);
            if (parsed.GetValue(s_json))
            {
                Json.Write(differences);
                return differences.Count == 0 ? 0 : 1;
            }
            if (differences.Count == 0)
            {
                Console.WriteLine("The same, to the bit.");
                return 0;
            }
            var table = new Table().AddColumns("entry", "what differs", "largest difference", "over scale").Border(TableBorder.Simple);
            foreach (CheckpointDifference d in differences)
            {
                table.AddRow(Markup.Escape(d.Key), Markup.Escape(d.What), d.MaxAbsolute?.ToString("g4", CultureInfo.InvariantCulture) ?? "", d.MaxRelativeToScale?.ToString("g3", CultureInfo.InvariantCulture) ?? "");
            }
            AnsiConsole.Write(table);
            Console.WriteLine($"{differences.Count} entries differ.");
            return 1;
        });
        return command.WithExamples("i1xla checkpoint diff runs/a/checkpoint.npz runs/b/checkpoint.npz");
    }

    private static Command Import()
    {
        var path = new Argument<string>("file") { Description = "A release file or training checkpoint of i1's PyTorch code (.pt)." };
        var output = new Option<string>("--out") { Description = "The checkpoint to write (.npz).", Required = true };
        var config = new Option<string?>("--config") { Description = "The run configuration it belongs to; the model is taken from the file's own settings when not given." };
        Argument<string[]> overrides = CommonOptions.Overrides();
        var command = new Command("import", "Turn a PyTorch file into a checkpoint. Nothing in the file is run: one that holds anything but weights is refused.") { path, output, config, overrides, s_json };
        command.SetAction(parsed => Display.Run(parsed.GetValue(s_json), display =>
        {
            TorchImportReport report = TorchImport.Import(parsed.GetValue(path)!, parsed.GetValue(output)!, Bind(parsed.GetValue(config), parsed.GetValue(overrides)),
                new Progress((done, total) => display.Bar("writing", done, total)));
            if (parsed.GetValue(s_json))
            {
                Json.Write(report);
                return 0;
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Target}: {report.Parameters:N0} parameters from {report.Tensors} uses of tensors, {report.Entries} entries, {report.Bytes / 1e6:N1} MB; {report.RopeTables} rotary tables checked; {(report.Step is { } step ? $"training state of step {step}" : "weights only")}."));
            return 0;
        }));
        return command.WithExamples(
            "i1xla checkpoint import 256_resolution_checkpoint_torch.pt --out i1-3b-256.npz --config configs/i1-3b-256.yaml",
            "i1xla checkpoint import checkpoint.pt --out checkpoint.npz --json");
    }

    private static Command Export()
    {
        var path = new Argument<string>("file") { Description = "A checkpoint.npz or a permanent copy." };
        var output = new Option<string>("--out") { Description = "The PyTorch file to write (.pt).", Required = true };
        Option<string> config = CommonOptions.Config();
        var weightsOnly = new Option<bool>("--weights-only") { Description = "Leave out the training state, as release files do." };
        Argument<string[]> overrides = CommonOptions.Overrides();
        var command = new Command("export", "Write a checkpoint as i1's PyTorch code reads it (dual-stream models in the i1 recipe).") { path, output, config, weightsOnly, overrides, s_json };
        command.SetAction(parsed => Display.Run(parsed.GetValue(s_json), display =>
        {
            TorchExportReport report = TorchExport.Export(parsed.GetValue(path)!, parsed.GetValue(output)!, Bind(parsed.GetValue(config), parsed.GetValue(overrides))!, parsed.GetValue(weightsOnly),
                new Progress((done, total) => display.Bar("writing", done, total)));
            if (parsed.GetValue(s_json))
            {
                Json.Write(report);
                return 0;
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Target}: {report.Tensors} tensors, {report.Bytes / 1e6:N1} MB; {(report.Step is { } step ? $"training state of step {step}" : "weights only")}."));
            return 0;
        }));
        return command.WithExamples("i1xla checkpoint export runs/mine/checkpoint.npz --config configs/i1-3b-256.yaml --out 256_resolution_checkpoint_torch.pt --weights-only");
    }

    private static RunConfig? Bind(string? file, string[]? overrides) =>
        file is not null ? new ConfigBinder(ConfigTree.Load(CommonOptions.FindConfig(file), overrides)).Bind<RunConfig>()
        : overrides is { Length: > 0 } ? throw new UserErrorException($"'{overrides[0]}' changes a configuration, but none was given: add --config.")
        : null;

    private sealed class Progress(Action<int, int> report) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => report(value.Done, value.Total);
    }
}
