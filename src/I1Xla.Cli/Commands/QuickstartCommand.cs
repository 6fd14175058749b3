using System.CommandLine;
using I1Xla.Cli.Terminal;
using I1Xla.Host.Configuration;
using I1Xla.Host.Metrics;
using I1Xla.Host.Quickstart;
using I1Xla.Pjrt;

namespace I1Xla.Cli.Commands;

/// <summary><c>i1xla quickstart</c>.</summary>
internal static class QuickstartCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var output = new Option<string>("--out") { Description = "Where everything goes; a quickstart that is there already is resumed.", DefaultValueFactory = _ => "runs/quickstart" };
        var config = new Option<string>("--config") { Description = "The configuration.", DefaultValueFactory = _ => "configs/quickstart.yaml" };
        Option<string?> plugin = CommonOptions.Plugin();
        Option<bool> json = CommonOptions.Json();
        Argument<string[]> overrides = CommonOptions.Overrides();
        var command = new Command("quickstart", "Make a data set of shapes, train a small text-to-image model on it, and show what it learned.") { output, config, plugin, json, overrides };
        command.SetAction((parsed, stop) => Task.FromResult(Display.Run(parsed.GetValue(json), display =>
        {
            string path = CommonOptions.FindConfig(parsed.GetValue(config)!);
            string[] changes = parsed.GetValue(overrides) ?? [];
            RunConfig run = new ConfigBinder(ConfigTree.Load(path, changes)).Bind<RunConfig>();
            using PjrtClient client = CommonOptions.OpenClient(parsed.GetValue(plugin));
            var quickstart = new QuickstartRun(run, parsed.GetValue(output)!, client, new TrainingDisplay(display));
            string text = File.ReadAllText(path) + string.Concat(changes.Select(c => $"# override: {c}\n"));
            QuickstartResult? result = quickstart.Run(display.Data("pictures"), display.Count("drawing", 64), text, stop);
            return Report(result, parsed.GetValue(json), parsed.GetValue(output)!);
        })));
        return command.WithExamples("i1xla quickstart", "i1xla quickstart --out runs/longer total_steps=4000", "i1xla quickstart --plugin /path/to/pjrt_plugin.so");
    }

    private static int Report(QuickstartResult? result, bool json, string output)
    {
        if (result is null)
        {
            Console.WriteLine($"Stopped and saved. Run the same command to go on ({output}).");
            return 130;
        }
        if (json)
        {
            Json.Write(new { result.Matches, result.Pictures, result.Score, result.ReportPath, result.SheetPath, result.Seconds, result.Training.TrainSeconds, result.Training.ExamplesPerSecond, result.Training.Step });
            return 0;
        }
        Console.WriteLine($"{result.Score}.");
        Console.WriteLine($"Report: {result.ReportPath}   sheet: {result.SheetPath}   ({Chrono.Format(result.Seconds)} in all, training {Chrono.Format(result.Training.TrainSeconds)})");
        return 0;
    }
}
