using System.Diagnostics;
using I1Xla.Cpu;
using I1Xla.Cpu.Kernels;

namespace I1Xla.Host.Benchmarking;

/// <summary>One program of the built-in CPU compiler on several instruction sets.</summary>
/// <param name="Name">The program.</param>
/// <param name="Times">A line for each instruction set, as they were asked for.</param>
public sealed record InstructionSetTimes(string Name, IReadOnlyList<InstructionSetTime> Times);

/// <summary>How a program does on one instruction set.</summary>
/// <param name="Isa">The instruction set.</param>
/// <param name="Seconds">Median time of an execution.</param>
/// <param name="CompileSeconds">Time to compile, warm.</param>
/// <param name="WithoutCode">Loops and operations without machine code.</param>
public sealed record InstructionSetTime(IsaLevel Isa, double Seconds, double CompileSeconds, int WithoutCode);

/// <summary>Times programs of the built-in CPU compiler on each of the instruction sets this machine has, in turns in one process.</summary>
public static class InstructionSetComparison
{
    private const int FewestRepeats = 3, MostRepeats = 200;

    /// <summary>Times a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="levels">The instruction sets.</param>
    /// <param name="seconds">Seconds of timed executions on all of them together; each runs at least three times.</param>
    public static InstructionSetTimes Run(BenchmarkProgram program, IReadOnlyList<IsaLevel> levels, double seconds)
    {
        LoadedProgram loaded = program.Make();
        CpuBuffer[] arguments = [.. loaded.Arguments(1).Select(a => new CpuBuffer(a))];
        var keep = Enumerable.Range(0, arguments.Length).ToHashSet();
        var executables = new List<CpuExecutable>();
        double[] compile = new double[levels.Count];
        List<double>[] times = [.. levels.Select(_ => new List<double>())];
        try
        {
            for (int i = 0; i < levels.Count; i++)
            {
                var options = new CpuCompileOptions { Isa = levels[i] };
                CpuCompiler.Compile(loaded.Module, options).Dispose();
                var clock = Stopwatch.StartNew();
                executables.Add(CpuCompiler.Compile(loaded.Module, options));
                compile[i] = clock.Elapsed.TotalSeconds;
                Execute(executables[i], arguments, keep);
            }
            double spent = 0;
            while (times[0].Count < FewestRepeats || (spent < seconds && times[0].Count < MostRepeats))
            {
                for (int i = 0; i < levels.Count; i++)
                {
                    times[i].Add(Execute(executables[i], arguments, keep));
                    spent += times[i][^1];
                }
            }
        }
        finally
        {
            executables.ForEach(e => e.Dispose());
            Array.ForEach(arguments, a => a.Dispose());
        }
        return new InstructionSetTimes(program.Name, [.. levels.Select((level, i) => new InstructionSetTime(level, times[i].Order().ElementAt(times[i].Count / 2), compile[i], executables[i].Explain().Count))]);
    }

    private static double Execute(CpuExecutable executable, CpuBuffer[] arguments, HashSet<int> keep)
    {
        var clock = Stopwatch.StartNew();
        CpuBuffer[] results = executable.Execute(arguments, keep);
        double seconds = clock.Elapsed.TotalSeconds;
        Array.ForEach(results, r => r.Dispose());
        return seconds;
    }
}
