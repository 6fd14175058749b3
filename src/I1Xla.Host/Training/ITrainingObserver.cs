using I1Xla.Data.Images;

namespace I1Xla.Host.Training;

/// <summary>How far training is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="TotalSteps">Steps in all.</param>
/// <param name="Loss">The latest loss that was read back.</param>
/// <param name="ExamplesPerSecond">Rate; null while warming up.</param>
/// <param name="SecondsLeft">Time left; null while warming up.</param>
public readonly record struct TrainingProgress(long Step, long TotalSteps, double Loss, double? ExamplesPerSecond, double? SecondsLeft);

/// <summary>Receives what a training run has to say. Calls come from the thread that trains.</summary>
public interface ITrainingObserver
{
    /// <summary>A phase begins (compiling, resuming, …).</summary>
    void Phase(string what);

    /// <summary>Something the user should know.</summary>
    void Note(string what);

    /// <summary>A step is done.</summary>
    void Progress(TrainingProgress progress);

    /// <summary>Pictures were drawn.</summary>
    void Preview(long step, RgbImage sheet);
}
