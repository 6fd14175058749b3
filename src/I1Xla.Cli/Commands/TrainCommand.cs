using System.CommandLine;
using System.Globalization;
using I1Xla.Cli.Terminal;
using I1Xla.Host.Configuration;
using I1Xla.Host.Metrics;
using I1Xla.Host.Runs;
using I1Xla.Host.Training;
using I1Xla.Pjrt;

namespace I1Xla.Cli.Commands;

/// <summary><c>i1xla train</c>.</summary>
internal static class TrainCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        Option<string> config = CommonOptions.Config();
        var workdir = new Option<string>("--workdir") { Description = "Where checkpoints, metrics and previews go; a run that is there already is resumed.", Required = true };
        var stopAfter = new Option<long?>("--stop-after") { Description = "Save and stop after this step, although the run is longer." };
        Option<string?> plugin = CommonOptions.Plugin();
        Option<bool> json = CommonOptions.Json();
        Argument<string[]> overrides = CommonOptions.Overrides();
        var command = new Command("train", "Train a model; Ctrl-C saves, and the same command resumes.") { config, workdir, plugin, stopAfter, json, overrides };
        command.SetAction((parsed, stop) => Task.FromResult(Display.Run(parsed.GetValue(json), display =>
        {
            RunConfig run = new ConfigBinder(ConfigTree.Load(CommonOptions.FindConfig(parsed.GetValue(config)!), parsed.GetValue(overrides))).Bind<RunConfig>();
            RunPlan plan = RunPlan.Resolve(run, Vocabulary.Keep(run, parsed.GetValue(workdir)!));
            using PjrtClient client = CommonOptions.OpenClient(parsed.GetValue(plugin));
            var options = new TrainingOptions { Workdir = parsed.GetValue(workdir)!, Client = client, StopAfter = parsed.GetValue(stopAfter) };
            return Report(new TrainingRun(plan, options, new TrainingDisplay(display)).Run(stop), parsed.GetValue(json), options, stop);
        })));
        return command.WithExamples(
            "i1xla data shapes --out data/shapes",
            "i1xla train --config configs/quickstart.yaml --workdir runs/mine 'input.data=[{data_dir: data/shapes}]'",
            "i1xla train --config configs/quickstart.yaml --workdir runs/mine --plugin /path/to/pjrt_plugin.so lr=1e-3");
    }

    private static int Report(TrainingResult result, bool json, TrainingOptions options, CancellationToken stop)
    {
        if (json)
        {
            Json.Write(new { result.Step, result.TotalSteps, result.Interrupted, result.FirstStep, Losses = result.Losses.Select(l => l.Loss), result.CompileSeconds, result.TrainSeconds, result.ExamplesPerSecond, result.Parameters });
        }
        else
        {
            string rate = result.ExamplesPerSecond is { } r ? string.Create(CultureInfo.InvariantCulture, $" at {r:0} pictures a second") : "";
            Console.WriteLine(result.Losses.Count == 0
                ? $"The run in {options.Workdir} is complete at step {result.Step}; nothing was left to do."
                : $"Step {result.Step} of {result.TotalSteps} in {Chrono.Format(result.TrainSeconds)}{rate}; loss {result.Losses[^1].Loss.ToString("0.0000", CultureInfo.InvariantCulture)}; saved in {options.Workdir}.");
            if (result.Interrupted)
            {
                Console.WriteLine("Run the same command to go on.");
            }
        }
        return stop.IsCancellationRequested ? 130 : 0;
    }
}
