using System.CommandLine;
using System.Globalization;
using I1Xla.Cli.Terminal;
using I1Xla.Cpu.Kernels;
using I1Xla.Host;
using I1Xla.Host.Benchmarking;
using I1Xla.Host.Programs;
using I1Xla.Host.Runtime;
using I1Xla.Pjrt;
using Spectre.Console;

namespace I1Xla.Cli.Commands;

/// <summary><c>i1xla bench compare</c>.</summary>
internal static class BenchCommands
{
    private const int MostRandom = 100_000;

    /// <summary>The command.</summary>
    public static Command Build() => new("bench", "Measure plugins, and the built-in CPU compiler.") { Compare(), Profile(), InstructionSets() };

    private static Command Compare()
    {
        var against = new Option<string>("--against") { Description = "The plugin to compare with, by name or path.", Required = true };
        var plugin = new Option<string>("--plugin") { Description = "The plugin that is compared, by name or path; the built-in one when not given.", DefaultValueFactory = _ => PluginOpener.Embedded };
        var folder = new Option<string?>("--programs") { Description = "A folder of StableHLO programs (*.mlir, *.mlir.bc) to compare on as well; arguments are read from the .npz beside each (in/0000, …), or random." };
        var random = new Option<int?>("--random") { Description = "Compare on so many random programs of large tensors instead of the usual ones: those of 'conform random --shapes large', each with its arguments." };
        var first = new Option<int>("--random-seed") { Description = "The seed of the first random program; the others have the seeds after it.", DefaultValueFactory = _ => 0 };
        var filter = new Option<string[]>("--filter") { Description = "Compare only programs whose name contains this; may be given several times." };
        var seconds = new Option<double>("--seconds") { Description = "Seconds of timed executions for each program; each runs at least three times.", DefaultValueFactory = _ => 2 };
        var seed = new Option<int>("--seed") { Description = "The seed of random arguments.", DefaultValueFactory = _ => 1 };
        var list = new Option<bool>("--list") { Description = "Show the names of the programs and compare nothing." };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("compare", "Time the same programs with the same arguments on two CPU plugins, in turns in one run; ends with code 1 when results differ or a program fails.")
        {
            against, plugin, folder, random, first, filter, seconds, seed, list, json,
        };
        command.SetAction((parsed, stop) => Task.FromResult(Display.Run(parsed.GetValue(json), display =>
        {
            IReadOnlyList<BenchmarkProgram> usual = parsed.GetValue(random) is { } count ? RandomPrograms(parsed.GetValue(first), count) : BenchmarkPrograms.All;
            IReadOnlyList<BenchmarkProgram> programs = Choose(usual, parsed.GetValue(folder), parsed.GetValue(filter) ?? []);
            if (parsed.GetValue(list))
            {
                if (parsed.GetValue(json))
                {
                    Json.Write(programs.Select(p => p.Name));
                }
                else
                {
                    programs.ToList().ForEach(p => Console.WriteLine(p.Name));
                }
                return 0;
            }
            using PjrtClient other = PluginOpener.OpenClient(parsed.GetValue(against)), own = PluginOpener.OpenClient(parsed.GetValue(plugin));
            var comparison = new PluginComparison(own, other) { SecondsPerProgram = parsed.GetValue(seconds), Seed = parsed.GetValue(seed) };
            var results = new List<ProgramComparison>();
            foreach (BenchmarkProgram program in programs)
            {
                stop.ThrowIfCancellationRequested();
                display.Bar("comparing", results.Count, programs.Count, program.Name);
                results.Add(comparison.Compare(program));
                display.Line(Line(results[^1]));
                display.Bar("comparing", results.Count, programs.Count, program.Name);
            }
            var report = new PluginComparisonReport(other.Plugin.ToString()!, results);
            if (parsed.GetValue(json))
            {
                Json.Write(report);
            }
            else
            {
                Show(report);
            }
            return report.Passed ? 0 : 1;
        })));
        return command.WithExamples(
            "i1xla bench compare --against /path/to/pjrt_c_api_cpu_plugin.so",
            "i1xla bench compare --against /path/to/plugin.so --filter attention --filter matmul --json",
            "i1xla bench compare --against /path/to/plugin.so --programs my-programs --filter my",
            "i1xla bench compare --against /path/to/plugin.so --random 50 --random-seed 100 --seconds 0.3");
    }

    private static IReadOnlyList<BenchmarkProgram> RandomPrograms(int first, int count)
    {
        if (count is < 1 or > MostRandom)
        {
            throw new UserErrorException($"--random {count} is no number of programs; it takes 1 to {MostRandom}.");
        }
        if (first is < 0 or > int.MaxValue - MostRandom)
        {
            throw new UserErrorException($"--random-seed {first} is no seed; it takes 0 to {int.MaxValue - MostRandom}.");
        }
        return RandomBenchmarks.Of(first, count);
    }

    private static Command Profile()
    {
        var name = new Argument<string>("program") { Description = "A program of 'bench compare --list', random_ and a seed for one of 'bench compare --random', or a file of StableHLO text (*.mlir)." };
        var repeats = new Option<int>("--repeats") { Description = "Executions to time.", DefaultValueFactory = _ => 10 };
        var most = new Option<int>("--top") { Description = "How many steps to show.", DefaultValueFactory = _ => 40 };
        var pass = new Option<string?>("--after") { Description = $"Also write the program to standard error as it is after this pass: {string.Join(", ", CpuInspection.Passes)}." };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("profile", "Show where the time of a program goes on the built-in CPU compiler: each step's time, bytes and operations, and what has no fast code.") { name, repeats, most, pass, json };
        command.SetAction(parsed =>
        {
            string wanted = parsed.GetValue(name)!;
            BenchmarkProgram program = File.Exists(wanted) ? ProgramFolder.Program(wanted)
                : BenchmarkPrograms.All.FirstOrDefault(p => p.Name == wanted) ?? RandomBenchmarks.Find(wanted)
                ?? throw new UserErrorException($"There is neither a file nor a program {wanted}; 'i1xla bench compare --list --against cpu' shows the programs.");
            Action<string, string>? dump = parsed.GetValue(pass) is { } after ? CpuInspection.Dumping(after, text => Console.Error.WriteLine(text)) : null;
            ProgramProfile profile = StepProfile.Run(program, parsed.GetValue(repeats), dump);
            if (parsed.GetValue(json))
            {
                Json.Write(profile);
            }
            else
            {
                Show(profile, parsed.GetValue(most));
            }
            return 0;
        });
        return command.WithExamples("i1xla bench profile quickstart_step", "i1xla bench profile step.mlir --top 10 --json", "i1xla bench profile softmax_4096 --after fuse");
    }

    private static Command InstructionSets()
    {
        var filter = new Option<string[]>("--filter") { Description = "Time only programs whose name contains this; may be given several times." };
        var isa = new Option<IsaLevel[]>("--isa") { Description = "An instruction set; may be given several times. When not given, those of this machine that the compiler writes different code for." };
        var seconds = new Option<double>("--seconds") { Description = "Seconds of timed executions for each program; it runs at least three times on each instruction set.", DefaultValueFactory = _ => 1 };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("isa", "Time programs of the built-in CPU compiler on each instruction set it writes code for, in turns in one run.") { filter, isa, seconds, json };
        command.SetAction((parsed, stop) => Task.FromResult(Display.Run(parsed.GetValue(json), display =>
        {
            IsaLevel[] levels = parsed.GetValue(isa) is { Length: > 0 } given ? given : [.. CpuIsa.BackEnds];
            if (levels.FirstOrDefault(l => l > CpuIsa.Detected) is not IsaLevel.Portable and var missing)
            {
                throw new UserErrorException($"This machine has {CpuIsa.Detected}, not {missing}.");
            }
            var results = new List<InstructionSetTimes>();
            foreach (BenchmarkProgram program in Choose(BenchmarkPrograms.All, null, parsed.GetValue(filter) ?? []))
            {
                stop.ThrowIfCancellationRequested();
                results.Add(InstructionSetComparison.Run(program, levels, parsed.GetValue(seconds)));
                display.Line($"{program.Name}: {string.Join(", ", results[^1].Times.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Isa} {t.Seconds * 1e3:0.00} ms{(t.WithoutCode > 0 ? $" ({t.WithoutCode} without code)" : "")}")))}");
            }
            if (parsed.GetValue(json))
            {
                Json.Write(results);
            }
            return 0;
        })));
        return command.WithExamples("i1xla bench isa --filter softmax --filter matmul_f32", "i1xla bench isa --isa avx512 --isa avx2 --json");
    }

    private static void Show(ProgramProfile profile, int most)
    {
        double total = profile.Steps.Sum(s => s.LeastSeconds);
        Console.WriteLine("   share  least us   mean us     GB/s  GFLOP/s  step");
        foreach (I1Xla.Cpu.StepStatistics s in profile.Steps.OrderByDescending(s => s.LeastSeconds).Take(most))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{s.LeastSeconds / total,8:0.0%}{s.LeastSeconds * 1e6,10:0.0}{s.Seconds / Math.Max(1, s.Runs) * 1e6,10:0.0}{s.Bytes / s.LeastSeconds * 1e-9,9:0.0}{s.Flops / s.LeastSeconds * 1e-9,9:0.0}  {s.Name}"));
        }
        foreach (string line in profile.Slow)
        {
            Console.WriteLine(line);
        }
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{profile.Name}: {profile.Steps.Count} steps, compiled in {profile.CompileSeconds:0.000} s, ran in {profile.Seconds * 1e3:0.000} ms at best; the steps at their best take {total * 1e3:0.000} ms."));
    }

    private static IReadOnlyList<BenchmarkProgram> Choose(IReadOnlyList<BenchmarkProgram> usual, string? folder, string[] filters)
    {
        IReadOnlyList<BenchmarkProgram> all = [.. usual, .. folder is null ? [] : ProgramFolder.Load(folder)];
        IReadOnlyList<BenchmarkProgram> chosen = [.. all.Where(p => filters.Length == 0 || filters.Any(f => p.Name.Contains(f, StringComparison.OrdinalIgnoreCase)))];
        return chosen.Count > 0 ? chosen : throw new UserErrorException($"No program's name contains {string.Join(" or ", filters.Select(f => $"'{f}'"))}; --list shows them all.");
    }

    private static string Line(ProgramComparison p) => p.Problem is { } problem
        ? $"{p.Name}: {problem.Split('\n')[0]}"
        : string.Create(CultureInfo.InvariantCulture, $"{p.Name}: {p.Speedup:0.00}x ({p.Seconds * 1e3:0.00} ms, theirs {p.OtherSeconds * 1e3:0.00} ms), compile {p.CompileRatio:0.00}x{(p.Agrees ? "" : ", RESULTS DIFFER")}");

    private static void Show(PluginComparisonReport report)
    {
        var table = new Table().AddColumn(new TableColumn("program").NoWrap()).AddColumns("speedup", "ours ms", "theirs ms", "compile ratio", "peak MB", "theirs MB", "").Border(TableBorder.Simple);
        foreach (ProgramComparison p in report.Programs)
        {
            table.AddRow(
                p.Name, Number(p.Speedup, "0.00"), Number(p.Seconds * 1e3, "0.00"), Number(p.OtherSeconds * 1e3, "0.00"), Number(p.CompileRatio, "0.00"),
                Number(p.PeakBytes / 1e6, "0.0"), Number(p.OtherPeakBytes / 1e6, "0.0"), Markup.Escape(p.Problem?.Split('\n')[0] ?? (p.Agrees ? "" : $"results differ by {Number(p.MaxRelative, "0.0e0")}")));
        }
        AnsiConsole.Write(table);
        Console.WriteLine(
            $"{report.Programs.Count} programs against {report.Against}: geometric means {Number(report.GeometricMeanSpeedup, "0.00")} times as fast, " +
            $"{Number(report.GeometricMeanCompileRatio, "0.00")} of the time to compile, {Number(report.GeometricMeanPeakRatio, "0.00")} of the memory.");
    }

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
