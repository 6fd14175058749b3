using System.Diagnostics;
using I1Xla.Host.Programs;
using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Host.Benchmarking;

/// <summary>How one program does on the two plugins. "Other" is the one compared against.</summary>
/// <param name="Name">The program.</param>
/// <param name="Speedup">The other's median time over ours; above 1 we are faster.</param>
/// <param name="CompileRatio">Our compile time over the other's; below 1 we are faster.</param>
/// <param name="Seconds">Our median time of an execution.</param>
/// <param name="OtherSeconds">The other's.</param>
/// <param name="CompileSeconds">Our time to compile: the better of two.</param>
/// <param name="OtherCompileSeconds">The other's.</param>
/// <param name="PeakBytes">Arguments, results and temporaries, as our compiler states them; null when it does not.</param>
/// <param name="OtherPeakBytes">As the other's compiler states them.</param>
/// <param name="CpuSeconds">Our mean processor time of an execution, of all threads together: it depends less on what else the machine does.</param>
/// <param name="OtherCpuSeconds">The other's.</param>
/// <param name="Repeats">Timed executions on each.</param>
/// <param name="Agrees">Whether the results agree within the tolerance of the program's types.</param>
/// <param name="MaxRelative">The largest difference over a result's largest magnitude.</param>
/// <param name="Problem">Why there are no figures; null when there are.</param>
public sealed record ProgramComparison(
    string Name, double? Speedup, double? CompileRatio, double? Seconds, double? OtherSeconds, double? CompileSeconds, double? OtherCompileSeconds,
    long? PeakBytes, long? OtherPeakBytes, double? CpuSeconds, double? OtherCpuSeconds, int Repeats, bool Agrees, double? MaxRelative, string? Problem);

/// <summary>How all programs do.</summary>
/// <param name="Against">The other plugin.</param>
/// <param name="Programs">A line for each program.</param>
public sealed record PluginComparisonReport(string Against, IReadOnlyList<ProgramComparison> Programs)
{
    /// <summary>Geometric mean of the speedups.</summary>
    public double? GeometricMeanSpeedup => GeometricMean([.. Programs.Select(p => p.Speedup)]);

    /// <summary>Geometric mean of the compile-time ratios.</summary>
    public double? GeometricMeanCompileRatio => GeometricMean([.. Programs.Select(p => p.CompileRatio)]);

    /// <summary>Geometric mean of our peak memory over the other's.</summary>
    public double? GeometricMeanPeakRatio => GeometricMean([.. Programs.Select(p => PeakRatio(p))]);

    /// <summary>Whether every program ran on both and agreed.</summary>
    public bool Passed => Programs.All(p => p is { Problem: null, Agrees: true });

    private static double? PeakRatio(ProgramComparison p) => p is { PeakBytes: > 0 and long own, OtherPeakBytes: > 0 and long other } ? (double)own / other : null;

    private static double? GeometricMean(double?[] ratios)
    {
        double[] logs = [.. ratios.OfType<double>().Where(r => r > 0).Select(r => Math.Log(r))];
        return logs.Length == 0 ? null : Math.Exp(logs.Average());
    }
}

/// <summary>
/// Compiles and runs the same programs with the same arguments on two plugins in one process: executions take turns (A, B, A, B, …)
/// so that what else the machine does falls on both, and medians are compared. Donated arguments are fed back from the results.
/// </summary>
/// <param name="own">Our plugin's client.</param>
/// <param name="other">The other plugin's client.</param>
public sealed class PluginComparison(PjrtClient own, PjrtClient other)
{
    private const int FewestRepeats = 3;
    private const int MostRepeats = 200;
    private const double TurnSeconds = 0.02;
    private const double SettlingSeconds = 0.2;
    private const double FirstSettlingSeconds = 3;
    private double _settled;

    /// <summary>Seconds that the timed executions of one program take on both plugins together, at least three on each.</summary>
    public double SecondsPerProgram { get; init; } = 2;

    /// <summary>The seed of random arguments.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Compares one program. What either plugin refuses is told in the result.</summary>
    public ProgramComparison Compare(BenchmarkProgram program)
    {
        try
        {
            return Run(program);
        }
        catch (Exception e) when (e is PjrtException or UserErrorException or ParseException)
        {
            return new ProgramComparison(program.Name, null, null, null, null, null, null, null, null, null, null, 0, false, null, e.Message);
        }
    }

    private ProgramComparison Run(BenchmarkProgram program)
    {
        LoadedProgram loaded = program.Make();
        FuncOp main = loaded.Module.FindFunction("main") ?? throw new UserErrorException($"{program.Name} has no function @main, which is the one a plugin runs.");
        PjrtProgram code = loaded.ToPjrt();
        IReadOnlyList<Literal> arguments = loaded.Arguments(Seed);
        // The second of two compilations finds code and caches of the compilers themselves warm.
        using (var a = new Side(own, code, main, []))
        using (var b = new Side(other, code, main, []))
        {
            (double ownFirst, double otherFirst) = (a.CompileSeconds, b.CompileSeconds);
            using var ours = new Side(own, code, main, arguments);
            using var theirs = new Side(other, code, main, arguments);
            double ownCompile = Math.Min(ownFirst, ours.CompileSeconds), otherCompile = Math.Min(otherFirst, theirs.CompileSeconds);
            a.Dispose();
            b.Dispose();
            arguments = [];
            ours.Execute(timed: false);
            theirs.Execute(timed: false);
            (bool agrees, double difference) = CompareResults(ours, theirs, ResultComparison.DefaultTolerance(loaded.Module));
            var ownTimes = new List<double>();
            var otherTimes = new List<double>();
            // The runtime compiles again, in a thread of its own, what has run some dozens of times: most of it while the first program runs.
            for (double settling = 0; settling < SettlingSeconds || _settled < FirstSettlingSeconds;)
            {
                double turns = Turn(ours, []) + Turn(theirs, []);
                settling += turns;
                _settled += turns;
            }
            ours.Forget();
            theirs.Forget();
            double spent = 0;
            while (Math.Min(ownTimes.Count, otherTimes.Count) < FewestRepeats || (spent < SecondsPerProgram && ownTimes.Count < MostRepeats))
            {
                spent += Turn(ours, ownTimes) + Turn(theirs, otherTimes);
            }
            (double mine, double yours) = (Median(ownTimes), Median(otherTimes));
            return new ProgramComparison(
                program.Name, yours / mine, ownCompile / otherCompile, mine, yours, ownCompile, otherCompile, ours.PeakBytes, theirs.PeakBytes, ours.MeanCpuSeconds, theirs.MeanCpuSeconds, ownTimes.Count, agrees, difference, null);
        }
    }

    // Executions of one plugin one after the other. The first is not timed: the other plugin's threads still look for work then, and its data fills the caches.
    private static double Turn(Side side, List<double> times)
    {
        double spent = side.Execute(timed: false), timed = 0;
        do
        {
            times.Add(side.Execute());
            timed += times[^1];
        }
        while (timed < TurnSeconds);
        return spent + timed;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }

    private static (bool Agrees, double Difference) CompareResults(Side ours, Side theirs, double tolerance)
    {
        bool agrees = true;
        double difference = 0;
        for (int i = 0; i < ours.ResultTypes.Count; i++)
        {
            ResultComparison c = ResultComparison.Of(i, ours.Download(i), theirs.Download(i), tolerance);
            agrees &= c.Passed;
            difference = Math.Max(difference, c.MaxRelative);
        }
        return (agrees, difference);
    }

    /// <summary>The program on one plugin, with its arguments there.</summary>
    private sealed class Side : IDisposable
    {
        private readonly PjrtLoadedExecutable _executable;
        private readonly PjrtBuffer[] _arguments;
        private readonly int[] _donors;
        private PjrtBuffer[] _results = [];
        private TimeSpan _cpu;
        private int _executions;

        public Side(PjrtClient client, PjrtProgram code, FuncOp main, IReadOnlyList<Literal> arguments)
        {
            long begun = Stopwatch.GetTimestamp();
            _executable = client.Compile(code);
            CompileSeconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            ResultTypes = [.. main.Type.Results.OfType<TensorType>()];
            _donors = [.. arguments.Select((_, i) => main.ArgAttributes(i).Find("tf.aliasing_output") is IntegerAttr alias ? (int)alias.Value : -1)];
            _arguments = [.. arguments.Select(a => client.CreateBuffer(a.Data.Span, a.Type.Kind.ToPjrt(), a.Shape.Dims))];
            using PjrtExecutable executable = _executable.GetExecutable();
            try
            {
                PeakBytes = executable.CompiledMemory().PeakEstimate;
            }
            catch (PjrtException)
            {
                PeakBytes = null;
            }
        }

        public double CompileSeconds { get; }

        public IReadOnlyList<TensorType> ResultTypes { get; }

        public long? PeakBytes { get; }

        public double MeanCpuSeconds => _cpu.TotalSeconds / Math.Max(1, _executions);

        public double Execute(bool timed = true)
        {
            // What the last execution gave in place of a donated argument is this one's argument.
            for (int i = 0; i < _donors.Length && _results.Length > 0; i++)
            {
                if (_donors[i] >= 0)
                {
                    _arguments[i].Dispose();
                    _arguments[i] = _results[_donors[i]];
                    _results[_donors[i]] = null!;
                }
            }
            foreach (PjrtBuffer? result in _results)
            {
                result?.Dispose();
            }
            TimeSpan worked = Environment.CpuUsage.TotalTime;
            long begun = Stopwatch.GetTimestamp();
            _results = _executable.Execute(_arguments);
            foreach (PjrtBuffer result in _results)
            {
                result.WaitReady();
            }
            double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            if (timed)
            {
                _cpu += Environment.CpuUsage.TotalTime - worked;
                _executions++;
            }
            return seconds;
        }

        /// <summary>Drops the processor time counted so far.</summary>
        public void Forget() => (_cpu, _executions) = (TimeSpan.Zero, 0);

        public Literal Download(int index) => new(ResultTypes[index], _results[index].ToBytes());

        public void Dispose()
        {
            foreach (PjrtBuffer? buffer in _results.Concat(_arguments))
            {
                buffer?.Dispose();
            }
            _executable.Dispose();
        }
    }
}
