using System.Diagnostics;

namespace I1Xla.Benchmarks;

/// <summary>Measures how many bytes a second some work gets through, by the clock and by the processor time of the whole process (which a busy machine disturbs less).</summary>
internal static class Throughput
{
    /// <summary>Runs the work until it is warm, then for about two seconds, and prints the best and the median rate in MB/s (10⁶ bytes).</summary>
    public static double Measure(string name, long bytes, Action work)
    {
        for (int i = 0; i < 3; i++)
        {
            work();
        }
        var rates = new List<double>();
        GC.Collect();
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var total = Stopwatch.StartNew();
        while (rates.Count < 5 || total.ElapsedMilliseconds < 2000 && rates.Count < 1000)
        {
            var watch = Stopwatch.StartNew();
            work();
            rates.Add(bytes / 1e6 / watch.Elapsed.TotalSeconds);
        }
        double perCpuSecond = bytes / 1e6 * rates.Count / Math.Max(1e-3, (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds);
        rates.Sort();
        double median = rates[rates.Count / 2];
        Console.WriteLine($"{name,-36} {bytes / 1e6,9:F2} MB   median {median,8:F1} MB/s   best {rates[^1],8:F1} MB/s   by processor time {perCpuSecond,8:F1} MB/s   {rates.Count,4} runs");
        return median;
    }
}
