using System.Globalization;
using I1Xla.Data.Images;
using I1Xla.Host.Metrics;
using I1Xla.Host.Training;

namespace I1Xla.Cli.Terminal;

/// <summary>Shows a training run.</summary>
internal sealed class TrainingDisplay(Display display) : ITrainingObserver
{
    private long _nextLine;

    /// <inheritdoc/>
    public void Phase(string what) => display.Phase(what);

    /// <inheritdoc/>
    public void Note(string what) => display.Line(what);

    /// <inheritdoc/>
    public void Progress(TrainingProgress p)
    {
        string rate = p.ExamplesPerSecond is { } r ? string.Create(CultureInfo.InvariantCulture, $", {r:0} pictures/s") : "";
        string left = p.SecondsLeft is { } s ? $", {Chrono.Format(s)} left" : "";
        string detail = string.Create(CultureInfo.InvariantCulture, $"loss {p.Loss:0.0000}") + rate + left;
        display.Bar("training", p.Step, p.TotalSteps, detail);
        // Where there is no bar, a line at every tenth of the run.
        if (Console.IsErrorRedirected && p.Step >= _nextLine)
        {
            display.Line($"step {p.Step}/{p.TotalSteps}: {detail}");
            _nextLine = p.Step + Math.Max(1, p.TotalSteps / 10);
        }
    }

    /// <inheritdoc/>
    public void Preview(long step, RgbImage sheet)
    {
    }
}
