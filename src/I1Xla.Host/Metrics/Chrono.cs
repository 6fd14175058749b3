using System.Diagnostics;
using System.Globalization;

namespace I1Xla.Host.Metrics;

/// <summary>
/// Keeps time over a run and its resumed parts, as i1's Chrono does (spec 8.5): two warm-up steps are left out of rates;
/// pauses (saving, previews) are left out of training time.
/// </summary>
public sealed class Chrono(long totalSteps, long batchSize, double stepsPerEpoch, int devices, string deviceKind)
{
    private readonly long _programStart = Stopwatch.GetTimestamp();
    private long _trainStart;
    private long _trainStartStep;
    private long _previousTime;
    private long _previousStep;
    private long _pauseStart;
    private double _paused;
    private int _warmup = 2;

    /// <summary>Seconds of training, without warm-up and pauses, over all parts of the run.</summary>
    public double TrainTime { get; private set; }

    /// <summary>Seconds in pauses.</summary>
    public double PauseTime { get; private set; }

    /// <summary>Seconds since the program's first warm step, pauses in.</summary>
    public double ProgramTime { get; private set; }

    /// <summary>Examples trained on.</summary>
    public long ExamplesSeen { get; private set; }

    /// <summary>Whether rates are not known yet; such steps are always logged.</summary>
    public bool WarmingUp => _warmup > 0;

    /// <summary>Examples a second since warm-up; null while warming up.</summary>
    public double? ExamplesPerSecond { get; private set; }

    /// <summary>Seconds left at the present rate; null while warming up.</summary>
    public double? SecondsLeft { get; private set; }

    /// <summary>Starts from the accumulators of a checkpoint and the step it was saved at.</summary>
    public void Restore(long step, long examplesSeen, double pauseTime, double programTime, double trainTime) =>
        (_previousStep, ExamplesSeen, PauseTime, ProgramTime, TrainTime) = (step, examplesSeen, pauseTime, programTime, trainTime);

    /// <summary>Notes that <paramref name="step"/> is done, and reports what i1 measures.</summary>
    public void Tick(long step, Action<string, double> measure)
    {
        if (step == _previousStep)
        {
            return;
        }
        long now = Stopwatch.GetTimestamp();
        long steps = step - _previousStep;
        measure("uptime", Seconds(_programStart, now));
        ExamplesSeen += steps * batchSize;
        measure("examples_seen", ExamplesSeen);
        measure("progress", (double)step / totalSteps);
        if (stepsPerEpoch > 0)
        {
            measure("epoch", step / stepsPerEpoch);
        }
        _previousStep = step;
        if (_warmup > 0)
        {
            _warmup--;
            if (_warmup == 0)
            {
                (_trainStart, _trainStartStep, _previousTime, _paused) = (now, step, now, 0);
                ProgramTime += Seconds(_programStart, now);
            }
            return;
        }
        double training = Seconds(_previousTime, now) - _paused;
        TrainTime += training;
        PauseTime += _paused;
        ProgramTime += training + _paused;
        measure("img/sec/core", batchSize * steps / training / devices);
        double coreHours = TrainTime * devices / 3600;
        measure("core_hours", coreHours);
        measure($"core_hours_{deviceKind}", coreHours);
        ExamplesPerSecond = batchSize * steps / training;
        SecondsLeft = Seconds(_trainStart, now) / (step - _trainStartStep) * (totalSteps - step);
        (_previousTime, _paused) = (now, 0);
    }

    /// <summary>Stops the training clock until <see cref="Resume"/>.</summary>
    public void Pause() => _pauseStart = Stopwatch.GetTimestamp();

    /// <summary>Starts it again.</summary>
    public void Resume() => _paused += Seconds(_pauseStart, Stopwatch.GetTimestamp());

    /// <summary>A duration as i1 writes it: <c>42s</c>, <c>3m7s</c>, <c>5h12m</c>.</summary>
    public static string Format(double seconds) =>
        seconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0}s")
        : seconds < 3600 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60):0}m{seconds % 60:0}s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 3600):0}h{Math.Floor(seconds / 60 % 60):0}m");

    private static double Seconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalSeconds;
}
