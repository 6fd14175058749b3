using System.CommandLine;
using System.Globalization;
using I1Xla.Cli.Terminal;
using I1Xla.Host.Checkpoints;
using Spectre.Console;

namespace I1Xla.Cli.Commands;

/// <summary><c>i1xla checkpoint inspect|diff</c>.</summary>
internal static class CheckpointCommands
{
    private static readonly Option<bool> s_json = new("--json") { Description = "Write JSON for scripts." };

    /// <summary>The command.</summary>
    public static Command Build() => new("checkpoint", "Look into checkpoints.") { Inspect(), Diff() };

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
}
