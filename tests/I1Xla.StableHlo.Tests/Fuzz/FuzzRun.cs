using System.Diagnostics;
using System.Runtime.InteropServices;

namespace I1Xla.StableHlo.Tests.Fuzz;

/// <summary>
/// How many inputs the fuzz tests change (<c>I1XLA_FUZZ_COUNT</c>; <c>./build.sh fuzz</c> sets it to a million), from which seed on
/// (<c>I1XLA_FUZZ_SEED</c>), and what no input may do: raise an exception that is no diagnosis, take a second of processor time, or allocate out of proportion.
/// </summary>
internal static partial class FuzzRun
{
    private const int Retries = 3;

    /// <summary>How many inputs there are.</summary>
    public static int Count { get; } = Number("I1XLA_FUZZ_COUNT", 3000);

    /// <summary>The seed of the first input; each has the next one.</summary>
    public static int FirstSeed { get; } = Number("I1XLA_FUZZ_SEED", 0);

    /// <summary>Runs a step on an input, and fails with what it takes to repeat it.</summary>
    public static void Guard(int seed, int length, Func<string> what, Action step)
    {
        long bound = 1_000_000 + 1000L * length;
        for (int attempt = 1; ; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            double started = ThreadSeconds();
            try
            {
                step();
            }
            catch (Exception e) when (e is not AssertionException)
            {
                Assert.Fail($"seed {seed}: {e}\n{what()}");
            }
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            double seconds = ThreadSeconds() - started;
            if (seconds < 1 && allocated < bound)
            {
                return;
            }
            // Once more: code may just have been compiled, and tables that grow once for the whole process may have grown.
            if (attempt == Retries)
            {
                Assert.Fail($"seed {seed}: {length} bytes took {seconds} s and {allocated} bytes\n{what()}");
            }
        }
    }

    /// <summary>Processor time of this thread where the system tells (which a busy machine does not disturb), else the time.</summary>
    private static double ThreadSeconds() =>
        OperatingSystem.IsLinux() && ClockGetTime(ThreadClock, out Timespec time) == 0 ? time.Seconds + (time.Nanoseconds * 1e-9) : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    private const int ThreadClock = 3;

    private readonly record struct Timespec(long Seconds, long Nanoseconds);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out Timespec time);

    private static int Number(string variable, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(variable), out int number) ? number : otherwise;
}
