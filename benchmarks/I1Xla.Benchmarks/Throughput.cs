using System.Diagnostics;

namespace I1Xla.Benchmarks;

/// <summary>Measures how many bytes a second some work gets through, by the clock and by the processor time of the whole process (which a busy machine disturbs less).</summary>
internal static class Throughput
{
    private static readonly TimeSpan s_warm = TimeSpan.FromSeconds(1);

    /// <summary>Runs the work until it is warm (a second of processor time, so that its code is compiled for good), then for about two seconds, and prints the best and the median rate in MB/s (10⁶ bytes).</summary>
    public static double Measure(string name, long bytes, Action work)
    {
        TimeSpan start = Process.GetCurrentProcess().TotalProcessorTime;
        for (int i = 0; i < 3 || (i < 1000 && Process.GetCurrentProcess().TotalProcessorTime - start < s_warm); i++)
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
