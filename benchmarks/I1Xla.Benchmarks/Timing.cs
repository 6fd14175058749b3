using System.Diagnostics;

namespace I1Xla.Benchmarks;

/// <summary>What suites whose programs take turns need.</summary>
internal static class Timing
{
    /// <summary>Seconds that some work takes by the clock.</summary>
    public static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The median; of an even number of values the higher of the two in the middle.</summary>
    public static double Median(IReadOnlyCollection<double> values) => values.Order().ElementAt(values.Count / 2);
}
