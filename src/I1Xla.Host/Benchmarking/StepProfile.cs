using System.Diagnostics;
using I1Xla.Cpu;

namespace I1Xla.Host.Benchmarking;

/// <summary>Where the time of a program on the built-in CPU compiler goes.</summary>
/// <param name="Name">The program.</param>
/// <param name="CompileSeconds">Seconds to compile, warm.</param>
/// <param name="Seconds">Seconds of the fastest execution.</param>
/// <param name="Steps">Each step: the mean time of one run, slowest first.</param>
/// <param name="Slow">What has no fast code, a line each.</param>
public sealed record ProgramProfile(string Name, double CompileSeconds, double Seconds, IReadOnlyList<StepStatistics> Steps, IReadOnlyList<string> Slow);

/// <summary>Compiles a program with the built-in CPU compiler and times each step of it.</summary>
public static class StepProfile
{
    /// <summary>Profiles a program on random arguments.</summary>
    /// <param name="program">The program.</param>
    /// <param name="repeats">Executions that are timed.</param>
    /// <param name="onPass">Receives the text of compiler passes; null for none.</param>
    public static ProgramProfile Run(BenchmarkProgram program, int repeats, Action<string, string>? onPass = null)
    {
        LoadedProgram loaded = program.Make();
        using (CpuExecutable first = CpuCompiler.Compile(loaded.Module))
        {
            // Only to have the compiler itself compiled.
        }
        var clock = Stopwatch.StartNew();
        using CpuExecutable executable = CpuCompiler.Compile(loaded.Module, new CpuCompileOptions { OnPass = onPass });
        double compile = clock.Elapsed.TotalSeconds;
        CpuBuffer[] arguments = [.. loaded.Arguments(1).Select(a => new CpuBuffer(a))];
        var all = Enumerable.Range(0, arguments.Length).ToHashSet();
        double best = double.PositiveInfinity;
        CpuBuffer[]? results = null;
        for (int i = 0; i <= repeats; i++)
        {
            clock.Restart();
            // Into the same memory every time: pages fresh from the system cost as much as a pass over the data.
            results = executable.Execute(arguments, keep: all, statistics: i > 0, into: results);
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }
        Array.ForEach([.. arguments, .. results!], b => b.Dispose());
        return new ProgramProfile(program.Name, compile, best, executable.Statistics(), executable.Explain());
    }
}
