using System.CommandLine;
using I1Xla.Cli.Terminal;
using I1Xla.Host.Programs;
using I1Xla.StableHlo.Conformance;

namespace I1Xla.Cli.Commands;

/// <summary><c>i1xla conform stablehlo</c>.</summary>
internal static class ConformCommands
{
    private const int MaxReason = 400;

    /// <summary>The command.</summary>
    public static Command Build() => new("conform", "Check this program, or a plugin, against public test suites.") { StableHlo() };

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
