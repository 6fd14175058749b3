using I1Xla.Testing;

namespace I1Xla.StableHlo.Tests.Verify;

/// <summary>The dialect's own negative tests. <c>I1XLA_STABLEHLO_TESTS</c> may name a folder with more of them.</summary>
public class ReferenceVerifierTests
{
    private static IEnumerable<string> Files()
    {
        string folder = Path.Combine(SharedAssets.SharedDirectory, "conformance", "stablehlo", "verify");
        IEnumerable<string> files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.mlir") : [];
        if (Environment.GetEnvironmentVariable("I1XLA_STABLEHLO_TESTS") is { Length: > 0 } more)
        {
            files = files.Concat(Directory.GetFiles(more, "*.mlir").Where(f => File.ReadAllText(f).Contains("verify-diagnostics")));
        }
        return files.Order(StringComparer.Ordinal);
    }

    [TestCaseSource(nameof(Files))]
    public void SaysWhatTheReferenceSays(string path)
    {
        List<string> problems = ExpectedDiagnostics.Check(path, out int expected);
        TestContext.Out.WriteLine($"{path}: {expected} expected errors, {problems.Count} problems");
        Assert.That(problems, Is.Empty, string.Join("\n", problems));
    }
}
