using System.Globalization;
using I1Xla.Data.Images;
using I1Xla.Host.Configuration;
using I1Xla.Host.Generation;
using I1Xla.Host.Reports;
using I1Xla.Host.Runs;
using I1Xla.Pjrt;

namespace I1Xla.Host.Training;

/// <summary>Draws the configured prompts while training goes on, and keeps the sheets as <c>previews/step-000000200.png</c>.</summary>
public sealed class PreviewDrawer : IDisposable
{
    private const string Folder = "previews";
    private const string Prefix = "step-";
    private readonly IReadOnlyList<string> _prompts;
    private readonly Generator _generator;
    private readonly ITrainingObserver _observer;
    private readonly string _directory;

    private PreviewDrawer(IReadOnlyList<string> prompts, Generator generator, ITrainingObserver observer, string directory) =>
        (_prompts, _generator, _observer, _directory) = (prompts, generator, observer, directory);

    /// <summary>Compiles the sampler; null when the configuration asks for no previews.</summary>
    public static PreviewDrawer? Create(RunPlan plan, PjrtClient client, ITrainingObserver observer, string workdir)
    {
        PreviewConfig preview = plan.Config.Preview;
        if (preview.EverySteps is null || preview.Prompts.Count == 0)
        {
            return null;
        }
        observer.Phase("compiling the sampler of previews");
        var generator = new Generator(plan, client, new GenerationOptions
        {
            BatchSize = preview.Prompts.Count,
            Steps = preview.SamplingSteps,
            CfgScale = preview.CfgScale,
            CfgRescale = preview.CfgRescale,
        });
        string directory = Path.Combine(workdir, Folder);
        Directory.CreateDirectory(directory);
        return new PreviewDrawer(preview.Prompts, generator, observer, directory);
    }

    /// <summary>Draws from the given weights.</summary>
    public void Draw(ReadOnlySpan<PjrtBuffer> weights, long step)
    {
        RgbImage sheet = ContactSheet.Build(_generator.Generate(weights, _prompts), Columns(_prompts.Count), scale: 2);
        ImageFile.SavePng(Path.Combine(_directory, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D9}.png")), sheet);
        _observer.Preview(step, sheet);
    }

    /// <summary>The sheets of a work directory, by step.</summary>
    public static IReadOnlyList<PreviewSheet> Load(string workdir)
    {
        string directory = Path.Combine(workdir, Folder);
        return !Directory.Exists(directory) ? [] :
        [
            .. Directory.GetFiles(directory, Prefix + "*.png").Order(StringComparer.Ordinal)
                .Select(f => new PreviewSheet(long.Parse(Path.GetFileNameWithoutExtension(f)[Prefix.Length..], CultureInfo.InvariantCulture), ImageFile.Load(f))),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => _generator.Dispose();

    private static int Columns(int count) => (int)Math.Ceiling(Math.Sqrt(count));
}
