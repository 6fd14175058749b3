using System.CommandLine;
using I1Xla.Cli.Terminal;
using I1Xla.Host.Programs;
using I1Xla.StableHlo.Conformance;
using I1Xla.StableHlo.Conformance.RandomPrograms;

namespace I1Xla.Cli.Commands;

/// <summary><c>i1xla conform stablehlo</c>.</summary>
internal static class ConformCommands
{
    private const int MaxReason = 400;
    private const int ProgressEvery = 1000;

    /// <summary>The command.</summary>
    public static Command Build() => new("conform", "Check this program, or a plugin, against public test suites.") { StableHlo(), Random() };

    private static Command StableHlo()
    {
        var folder = new Argument<string>("folder") { Description = "A folder with testdata/, interpret/, vhlo/ and verify/ (some of them)." };
        var plugin = new Option<string?>("--plugin") { Description = "What runs the programs: 'interpreter' (the default), or a PJRT plugin by name or path; 'cpu' is built in." };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("stablehlo", "StableHLO's own tests: programs are run and their checks made, artifacts read and written back, wrong programs must give their errors. Ends with code 1 when one failed.") { folder, plugin, json };
        command.SetAction((parsed, stop) => Task.FromResult(Display.Run(parsed.GetValue(json), display =>
        {
            bool silent = parsed.GetValue(json);
            IReadOnlyList<ConformanceResult> results = ConformanceRun.Run(parsed.GetValue(folder)!, parsed.GetValue(plugin), silent ? null : new Failures(), stop);
            int failed = results.Count(r => r.Outcome == ConformanceOutcome.Failed);
            if (silent)
            {
                Json.Write(new
                {
                    Passed = results.Count(r => r.Outcome == ConformanceOutcome.Passed),
                    Failed = failed,
                    Skipped = results.Count(r => r.Outcome == ConformanceOutcome.Skipped),
                    Cases = results,
                });
            }
            else
            {
                Console.WriteLine(ConformanceSuite.Summary(results));
            }
            return failed == 0 ? 0 : 1;
        })));
        return command.WithExamples("i1xla conform stablehlo ../shared/conformance/stablehlo", "i1xla conform stablehlo tests/stablehlo --plugin cpu --json");
    }

    private static Command Random()
    {
        var count = new Option<int>("--count") { Description = "How many programs.", DefaultValueFactory = _ => 1000 };
        var seed = new Option<int>("--seed") { Description = "The first seed; program i has seed + i.", DefaultValueFactory = _ => 0 };
        var shapes = new Option<RandomShapes>("--shapes")
        {
            Description = "How large tensors are: 'small', 'odd' (up to 64 Ki elements, odd and prime sizes) or 'large' (millions of elements). With 'odd' and 'large' the built-in plugin runs each program on 2, 3 and 5 threads, with 'odd' divided and stored as if it were large.",
            DefaultValueFactory = _ => RandomShapes.Small,
        };
        var plugin = new Option<string>("--plugin") { Description = "What is compared with the reference interpreter: a PJRT plugin by name or path.", DefaultValueFactory = _ => "cpu" };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("random", "Random StableHLO programs (every kind of operation, shape and type, control flow) on a plugin and on the reference interpreter. Ends with code 1 when they differ on one.") { count, seed, shapes, plugin, json };
        command.SetAction((parsed, stop) => Task.FromResult(Display.Run(parsed.GetValue(json), display =>
        {
            bool silent = parsed.GetValue(json);
            var problems = new List<string>();
            int total = parsed.GetValue(count);
            var clock = System.Diagnostics.Stopwatch.StartNew();
            (int passed, int failed) = ConformanceRun.RunRandom(
                parsed.GetValue(seed), total, parsed.GetValue(shapes), parsed.GetValue(plugin)!,
                problem =>
                {
                    problems.Add(problem);
                    if (!silent)
                    {
                        Console.WriteLine($"FAILED {problem}");
                    }
                },
                done =>
                {
                    if (!silent && done % ProgressEvery == 0 && done < total)
                    {
                        Console.Error.WriteLine($"{done} of {total} programs, {problems.Count} failed, {clock.Elapsed.TotalSeconds:0} s");
                    }
                },
                stop);
            if (silent)
            {
                Json.Write(new { Passed = passed, Failed = failed, Problems = problems });
            }
            else
            {
                Console.WriteLine($"{passed} passed, {failed} failed");
            }
            return failed == 0 ? 0 : 1;
        })));
        return command.WithExamples("i1xla conform random --count 100000 --seed 1", "i1xla conform random --shapes odd --count 5000", "i1xla conform random --plugin /path/to/pjrt_plugin.so --json");
    }

    private sealed class Failures : IProgress<ConformanceResult>
    {
        public void Report(ConformanceResult value)
        {
            if (value.Outcome != ConformanceOutcome.Passed)
            {
                string reason = value.Reason.ReplaceLineEndings(" ");
                Console.WriteLine($"{value.Outcome.ToString().ToUpperInvariant()} {value.Case}: {(reason.Length > MaxReason ? reason[..MaxReason] + "…" : reason)}");
            }
        }
    }
}
