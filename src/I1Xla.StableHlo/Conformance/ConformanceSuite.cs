using System.Text;
using System.Text.RegularExpressions;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Passes;
using I1Xla.StableHlo.Text;
using I1Xla.StableHlo.Verify;

namespace I1Xla.StableHlo.Conformance;

/// <summary>How a case ended.</summary>
/// <remarks>LLVM documentation, "lit", test status results.</remarks>
public enum ConformanceOutcome
{
    /// <summary>As expected.</summary>
    Passed,

    /// <summary>Not as expected.</summary>
    Failed,

    /// <summary>Not run, because something it needs is not there.</summary>
    Skipped,
}

/// <summary>One case.</summary>
/// <remarks>LLVM documentation, "lit".</remarks>
/// <param name="Case">The file's path under the suite, for split files with the part's first line.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why, unless it passed.</param>
public sealed record ConformanceResult(string Case, ConformanceOutcome Outcome, string Reason = "");

/// <summary>
/// The public StableHLO tests: <c>testdata/</c> and <c>interpret/</c> are run on a backend, <c>vhlo/</c> holds texts with their
/// artifacts, downgrades and damaged artifacts, <c>verify/</c> texts with the errors or the print that they should give. What each
/// file asks for is in its RUN lines; files about other dialects than StableHLO's family (<c>allow-other-dialects</c>) are no cases.
/// </summary>
/// <remarks>StableHLO, <c>stablehlo/tests</c> and <c>stablehlo/testdata</c>; RUN lines as in the LLVM documentation, "lit".</remarks>
/// <param name="backend">What runs programs.</param>
/// <param name="codec">Artifacts; null skips <c>vhlo/</c>.</param>
public sealed partial class ConformanceSuite(IConformanceBackend backend, IBytecodeCodec? codec = null)
{
    /// <summary>
    /// Roundings of the largest magnitude that results may be off where upstream does not run a test because its own interpreter
    /// is not close enough to the recorded values (RUN-DISABLED).
    /// </summary>
    public const double DisabledSlack = 64;

    private const string SkipMark = "skip:";

    private static readonly InterpreterOptions s_options = new() { MaxSteps = 4_000_000_000 };

    /// <summary>Runs every file under a directory that has some of the four folders.</summary>
    /// <exception cref="DirectoryNotFoundException">It has none of them.</exception>
    public IEnumerable<ConformanceResult> Run(string directory)
    {
        string[] folders = ["testdata", "interpret", "vhlo", "verify"];
        if (!folders.Any(f => Directory.Exists(Path.Combine(directory, f))))
        {
            throw new DirectoryNotFoundException($"{directory} has none of the folders {string.Join(", ", folders)}");
        }
        foreach (string folder in folders.Where(f => Directory.Exists(Path.Combine(directory, f))))
        {
            foreach (string path in Directory.EnumerateFiles(Path.Combine(directory, folder), "*.mlir", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                if (folder == "vhlo" && RunLines(File.ReadAllText(path)).Any(r => r.Contains("allow-other-dialects", StringComparison.Ordinal)))
                {
                    // About operations of dialects that have no portable form.
                    continue;
                }
                string name = Path.GetRelativePath(directory, path).Replace('\\', '/');
                IEnumerable<ConformanceResult> results = folder switch
                {
                    "vhlo" => [Guard(name, () => RunArtifact(path))],
                    "verify" => RunVerify(path, name),
                    _ => [Guard(name, () => RunProgram(path))],
                };
                foreach (ConformanceResult result in results)
                {
                    yield return result;
                }
            }
        }
    }

    /// <summary>The closing line of a report.</summary>
    public static string Summary(IReadOnlyCollection<ConformanceResult> results) =>
        $"{results.Count(r => r.Outcome == ConformanceOutcome.Passed)} passed, {results.Count(r => r.Outcome == ConformanceOutcome.Failed)} failed, {results.Count(r => r.Outcome == ConformanceOutcome.Skipped)} skipped";

    private static ConformanceResult Guard(string name, Func<string?> run)
    {
        try
        {
            string? reason = run();
            return reason is null ? new ConformanceResult(name, ConformanceOutcome.Passed)
                : reason.StartsWith(SkipMark, StringComparison.Ordinal) ? new ConformanceResult(name, ConformanceOutcome.Skipped, reason[SkipMark.Length..])
                : new ConformanceResult(name, ConformanceOutcome.Failed, reason);
        }
        catch (Exception e) when (e is InterpreterException or PassException or ParseException)
        {
            return new ConformanceResult(name, ConformanceOutcome.Failed, e.Message);
        }
        catch (Exception e)
        {
            return new ConformanceResult(name, ConformanceOutcome.Failed, $"{e.GetType().Name}: {e.Message}");
        }
    }

    /// <summary>Runs each part's <c>main</c>, or every public function without arguments, then checks what was printed.</summary>
    private string? RunProgram(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        string text = Encoding.UTF8.GetString(bytes);
        string[] runs = RunLines(text);
        bool disabled = runs.Any(l => l.StartsWith("// RUN-DISABLED", StringComparison.Ordinal));
        bool interpreted = runs.Length == 0 || disabled || runs.Any(l => l.Contains("--interpret", StringComparison.Ordinal));
        var output = new StringWriter { NewLine = "\n" };
        InterpreterOptions options = s_options with { CheckSlack = disabled ? DisabledSlack : 0, Output = output };
        Literal[] arguments = ArgumentsOf(runs);
        foreach (SplitPart part in MlirParser.ParseSplit(bytes, path))
        {
            ModuleOp module = part.Module ?? throw part.Error!;
            if (RoundTrip(module, path) is { } difference)
            {
                return $"line {part.FirstLine}: {difference}";
            }
            if (!interpreted)
            {
                continue;
            }
            foreach (string function in Entries(module, arguments.Length))
            {
                // Backends may rewrite what they are given.
                var copy = new ModuleOp(module.Op.Clone([]));
                foreach (Literal result in backend.Run(copy, function, arguments, options))
                {
                    output.WriteLine(LiteralText.Print(result));
                }
            }
        }
        bool checksOutput = backend is InterpreterBackend
            && runs.Any(l => l.Contains("--interpret", StringComparison.Ordinal) && l.TrimEnd().EndsWith("| FileCheck %s", StringComparison.Ordinal) && !l.Contains("RUN: not", StringComparison.Ordinal));
        return checksOutput ? FileCheck.Verify(text, output.ToString()) : null;
    }

    private static string[] RunLines(string text) => text.Split('\n').Where(l => l.StartsWith("// RUN", StringComparison.Ordinal)).ToArray();

    private static IEnumerable<string> Entries(ModuleOp module, int arguments)
    {
        FuncOp[] candidates = module.Functions.Where(f => !f.IsPrivate && !f.IsDeclaration && f.Type.Inputs.Length == arguments).ToArray();
        FuncOp[] main = candidates.Where(f => f.Name == "main").ToArray();
        return (main.Length > 0 ? main : candidates).Select(f => f.Name);
    }

    /// <summary>The tensors that <c>--args="[…]"</c> of a RUN line gives.</summary>
    private static Literal[] ArgumentsOf(string[] runs)
    {
        foreach (string run in runs.Where(r => !r.Contains("RUN: not", StringComparison.Ordinal)))
        {
            Match match = ArgumentsOption().Match(run);
            if (match.Success && MlirParser.ParseAttribute(match.Groups[1].Value) is ArrayAttr list)
            {
                return list.Items.Select(i => Literal.FromDense((DenseElementsAttr)i)).ToArray();
            }
        }
        return [];
    }

    /// <summary>Print, parse, print again: both forms must come back to the same text.</summary>
    private static string? RoundTrip(ModuleOp module, string name)
    {
        string pretty = MlirPrinter.Print(module);
        string again = MlirPrinter.Print(MlirParser.ParseModule(pretty, name + " (printed)"));
        if (pretty != again)
        {
            return "print, parse, print changes the text: " + FirstDifference(pretty, again);
        }
        string generic = MlirPrinter.Print(module, new PrintOptions { Generic = true });
        string back = MlirPrinter.Print(MlirParser.ParseModule(generic, name + " (printed generic)"));
        return pretty == back ? null : "the generic form reads back differently: " + FirstDifference(pretty, back);
    }

    private static IEnumerable<ConformanceResult> RunVerify(string path, string name)
    {
        byte[] bytes = File.ReadAllBytes(path);
        string[] runs = RunLines(Encoding.UTF8.GetString(bytes));
        bool splits = runs.Any(l => l.Contains("split-input-file", StringComparison.Ordinal));
        // Where a file is run through a pass of the reference's own test tools, its annotations are about what that pass does.
        bool plain = runs.Length == 0 || runs.Any(l => PlainOpt().IsMatch(l));
        bool checks = runs.Any(l => PlainOpt().IsMatch(l) && l.TrimEnd().EndsWith("| FileCheck %s", StringComparison.Ordinal));
        foreach (SplitPart part in MlirParser.ParseSplit(bytes, path))
        {
            string own = Encoding.UTF8.GetString(part.Text.Span);
            yield return Guard(splits ? $"{name}:{part.FirstLine}" : name, () =>
            {
                IReadOnlyList<Diagnostic> diagnostics = part.Error is { } error ? error.Diagnostics : Verifier.Verify(part.Module!.Value);
                IReadOnlyList<string> problems = ExpectedDiagnostics.Compare(own, part.FirstLine, diagnostics);
                if (problems.Count > 0 && plain)
                {
                    return string.Join("; ", problems);
                }
                if (part.Error is not null || diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error))
                {
                    return null;
                }
                return RoundTrip(part.Module!.Value, path) ?? (checks ? FileCheck.Verify(own, MlirPrinter.Print(part.Module!.Value)) : null);
            });
        }
    }

    private static string FirstDifference(string a, string b)
    {
        int at = a.AsSpan().CommonPrefixLength(b);
        int from = Math.Max(0, at - 40);
        string Near(string s) => s[Math.Min(from, s.Length)..Math.Min(s.Length, at + 80)].Replace("\n", "\\n");
        return $"'{Near(a)}' against '{Near(b)}'";
    }

    [GeneratedRegex(@"^// RUN: stablehlo-opt(?=[^|]*%s)(?: (?:%s|--?verify-diagnostics|--?split-input-file|--?allow-unregistered-dialect))+\s*(?:$|\|)")]
    private static partial Regex PlainOpt();

    [GeneratedRegex("--args=\"(.*)\"")]
    private static partial Regex ArgumentsOption();
}
