using System.Diagnostics;
using System.Globalization;
using I1Xla.Data;
using I1Xla.Data.Images;
using I1Xla.Data.Shapes;
using I1Xla.Host.Configuration;
using I1Xla.Host.Generation;
using I1Xla.Host.Metrics;
using I1Xla.Host.Reports;
using I1Xla.Host.Runs;
using I1Xla.Host.Training;
using I1Xla.Pjrt;

namespace I1Xla.Host.Quickstart;

/// <summary>What the quickstart leaves behind.</summary>
/// <param name="Training">The training run.</param>
/// <param name="Matches">Pictures in which the classifier found the prompted colour and shape.</param>
/// <param name="Pictures">Pictures judged.</param>
/// <param name="ReportPath">The report.</param>
/// <param name="SheetPath">The contact sheet.</param>
/// <param name="Seconds">Wall time in all.</param>
public sealed record QuickstartResult(TrainingResult Training, int Matches, int Pictures, string ReportPath, string SheetPath, double Seconds)
{
    /// <summary>The honest score.</summary>
    public string Score => $"{Matches} of {Pictures} pictures match their prompt";
}

/// <summary>
/// The main job end to end: make a data set of shapes, train on it, draw the held-out combinations, judge them, and write a
/// report. Each part is resumable: what is already there is not made again.
/// </summary>
public sealed class QuickstartRun(RunConfig config, string directory, PjrtClient client, ITrainingObserver observer)
{
    private const int PromptCount = 64;
    private const int SheetColumns = 8;

    // Few enough to be told apart after minutes of training; `i1xla data shapes` makes more kinds.
    private static readonly string[] s_shapes = ["circle", "square", "triangle", "cross", "diamond"];

    /// <summary>Where the data set goes; the configuration's data sets point here.</summary>
    public string DataDirectory { get; } = Path.Combine(directory, "data");

    /// <summary>The training run's work directory.</summary>
    public string Workdir { get; } = Path.Combine(directory, "train");

    /// <summary>Runs all parts.</summary>
    /// <param name="dataProgress">Pictures made.</param>
    /// <param name="drawProgress">Final pictures drawn.</param>
    /// <param name="configuration">The configuration as text, for the report.</param>
    /// <param name="stop">Ctrl-C: training is saved and the result is null.</param>
    public QuickstartResult? Run(IProgress<DataProgress> dataProgress, IProgress<int> drawProgress, string configuration, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        MakeData(dataProgress, stop);
        config.Input.Data = [new DataSourceConfig { DataDir = DataDirectory }];
        RunPlan plan = RunPlan.Resolve(config, DataDirectory);
        TrainingResult training = new TrainingRun(plan, new TrainingOptions { Workdir = Workdir, Client = client }, observer).Run(stop);
        if (training.Interrupted)
        {
            return null;
        }

        observer.Phase($"drawing {PromptCount} combinations that were never trained on");
        IReadOnlyList<ShapeCombination> wanted = ShapesVocabulary.Load(DataDirectory).EvaluationPrompts(PromptCount);
        IReadOnlyList<JudgedPicture> pictures = Judge(plan, wanted, drawProgress, stop);
        string sheet = Path.Combine(directory, "sheet.png"), report = Path.Combine(directory, "report.html");
        ImageFile.SavePng(sheet, ContactSheet.Build([.. pictures.Select(p => p.Picture)], SheetColumns, scale: 2));
        var result = new QuickstartResult(training, pictures.Count(p => p.Matches), pictures.Count, report, sheet, clock.Elapsed.TotalSeconds);
        HtmlReport.Save(report, Report(result, pictures, configuration));
        return result;
    }

    private void MakeData(IProgress<DataProgress> progress, CancellationToken stop)
    {
        if (File.Exists(Path.Combine(DataDirectory, ShapesVocabulary.FileName)) && File.Exists(Path.Combine(DataDirectory, "dataset_info.json")))
        {
            return;
        }
        observer.Phase("making the data set");
        ShapesDataset.Generate(new ShapesOptions { Directory = DataDirectory, Size = config.ImageSize, Shapes = s_shapes }, progress, stop);
    }

    private List<JudgedPicture> Judge(RunPlan plan, IReadOnlyList<ShapeCombination> wanted, IProgress<int> progress, CancellationToken stop)
    {
        using var generator = new Generator(plan, client, new GenerationOptions
        {
            BatchSize = 16,
            Steps = config.Preview.SamplingSteps,
            CfgScale = config.Preview.CfgScale,
            CfgRescale = config.Preview.CfgRescale,
        });
        using CheckpointWeights weights = CheckpointWeights.Load(Path.Combine(Workdir, "checkpoint.npz"), generator.Definition.Parameters, client, averaged: config.UseEma);
        IReadOnlyList<RgbImage> pictures = generator.Generate(weights.Buffers, [.. wanted.Select(w => w.Prompt)], progress, stop);
        var classifier = new ShapeClassifier(s_shapes);
        var judged = new List<JudgedPicture>();
        for (int i = 0; i < wanted.Count; i++)
        {
            ShapeVerdict seen = classifier.Classify(pictures[i]);
            judged.Add(new JudgedPicture(wanted[i].Prompt, pictures[i], seen.Matches(wanted[i]), seen.Shape is null ? "no clear shape" : $"{seen.Colour} {seen.Shape}"));
        }
        return judged;
    }

    private RunReport Report(QuickstartResult result, IReadOnlyList<JudgedPicture> pictures, string configuration)
    {
        TrainingResult t = result.Training;
        IReadOnlyList<LossPoint> logged = [.. MetricWriter.ReadLosses(Workdir).Select(p => new LossPoint(p.Step, p.Loss))];
        return new RunReport
        {
            Title = "Text to shapes: a small diffusion transformer trained here",
            Score = result.Score,
            Losses = t.FirstStep == 1 && t.Losses.Count > logged.Count ? t.Losses : logged,
            Previews = PreviewDrawer.Load(Workdir),
            PreviewPrompts = config.Preview.Prompts,
            Pictures = pictures,
            Configuration = configuration,
            Facts =
            [
                ("parameters", t.Parameters.ToString("N0", CultureInfo.InvariantCulture)),
                ("steps", t.Step.ToString("N0", CultureInfo.InvariantCulture)),
                ("batch", config.Input.BatchSize.ToString(CultureInfo.InvariantCulture)),
                ("device", $"{client.Devices[0].Description.Kind} through {client.Plugin}"),
                ("compilation", Chrono.Format(t.CompileSeconds)),
                ("training", t.FirstStep == 1 ? Chrono.Format(t.TrainSeconds) : $"{Chrono.Format(t.TrainSeconds)} since it was resumed at step {t.FirstStep}"),
                ("throughput", t.ExamplesPerSecond is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{rate:0} pictures a second") : "too short to tell"),
                ("in all", Chrono.Format(result.Seconds)),
                ("sampling", string.Create(CultureInfo.InvariantCulture, $"{config.Preview.SamplingSteps} Euler steps, guidance {config.Preview.CfgScale}, EMA weights")),
            ],
        };
    }
}
