using I1Xla.StableHlo.Conformance;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.Testing;

namespace I1Xla.StableHlo.Tests.Conformance;

public class ConformanceTests
{
    /// <summary>The public tests of the dialect; <c>I1XLA_CONFORMANCE</c> may name another folder laid out the same way.</summary>
    private static string Folder() => Environment.GetEnvironmentVariable("I1XLA_CONFORMANCE") is { Length: > 0 } other ? other : SharedAssets.Shared("conformance", "stablehlo");

    [TestCase("testdata/")]
    [TestCase("interpret/")]
    [TestCase("verify/")]
    public void TheInterpreterConforms(string part)
    {
        List<ConformanceResult> results = new ConformanceSuite(new InterpreterBackend()).Run(Folder()).Where(r => r.Case.StartsWith(part, StringComparison.Ordinal)).ToList();
        string[] problems = results.Where(r => r.Outcome != ConformanceOutcome.Passed).Select(r => $"{r.Outcome} {r.Case}: {r.Reason}").ToArray();
        TestContext.Out.WriteLine(ConformanceSuite.Summary(results));
        Assert.That(results, Is.Not.Empty);
        Assert.That(problems, Is.Empty, string.Join("\n", problems));
    }

    [Test]
    public void CompiledBackendsAreCheckedOnTheirResults()
    {
        var honest = new CompiledBackend("honest", (module, arguments) => Interpreter.Run(module, "main", arguments));
        var wrong = new CompiledBackend("wrong", (module, arguments) =>
        {
            Literal[] results = Interpreter.Run(module, "main", arguments);
            results[0].Data.Span[^1] ^= 0x40;
            return results;
        });
        ModuleOp Module() => I1Xla.StableHlo.Text.MlirParser.ParseModule("""
            func.func public @main() -> tensor<2xf32> {
              %0 = call @inputs() : () -> tensor<2xf32>
              %1 = stablehlo.add %0, %0 : tensor<2xf32>
              %2 = stablehlo.constant dense<[2.0, 4.0]> : tensor<2xf32>
              stablehlo.custom_call @check.expect_close(%1, %2) {has_side_effect = true} : (tensor<2xf32>, tensor<2xf32>) -> ()
              return %1 : tensor<2xf32>
            }
            func.func private @inputs() -> tensor<2xf32> {
              %0 = stablehlo.constant dense<[1.0, 2.0]> : tensor<2xf32>
              return %0 : tensor<2xf32>
            }
            """);
        Assert.That(honest.Run(Module(), "main", [], new InterpreterOptions()), Has.Count.EqualTo(1));
        Assert.That(() => wrong.Run(Module(), "main", [], new InterpreterOptions()), Throws.TypeOf<CheckFailedException>());
    }

    [Test]
    public void FailedChecksFail()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "testdata"));
        File.WriteAllText(Path.Combine(folder.Path, "testdata", "wrong.mlir"), """
            // RUN: stablehlo-translate --interpret %s
            func.func @main() {
              %0 = stablehlo.constant dense<[1, 2]> : tensor<2xi32>
              check.expect_eq_const %0, dense<[1, 3]> : tensor<2xi32>
              return
            }
            """);
        ConformanceResult result = new ConformanceSuite(new InterpreterBackend()).Run(folder.Path).Single();
        Assert.That(result.Outcome, Is.EqualTo(ConformanceOutcome.Failed));
        Assert.That(result.Reason, Does.Contain("[1]").And.Contain("2, expected 3"));
    }

    [Test]
    public void AnnotationsMustBeMetAndNothingElseSaid()
    {
        const string Text = "a\n// expected-error@+1 {{bad thing}}\nb\n";
        static Diagnostic At(int line, string message) => new(DiagnosticSeverity.Error, new FileLineLocation("x", line, 1), message);
        Assert.That(ExpectedDiagnostics.Compare(Text, 1, [At(3, "a bad thing happened")]), Is.Empty);
        Assert.That(ExpectedDiagnostics.Compare(Text, 1, []), Has.Count.EqualTo(1));
        Assert.That(ExpectedDiagnostics.Compare(Text, 1, [At(1, "a bad thing happened")]), Has.Count.EqualTo(2));
    }

    [Test]
    public void FileCheckFindsNamesInOrder()
    {
        const string Test = "// CHECK-LABEL: func @f\n// CHECK: %[[X:.*]] = add\n// CHECK-NEXT: use %[[X]], {{[0-9]+}}\n// CHECK-NOT: gone\n";
        Assert.That(FileCheck.Verify(Test, "func @f\n%3 = add\n  use %3, 42\n"), Is.Null);
        Assert.That(FileCheck.Verify(Test, "func @f\n%3 = add\n  use %4, 42\n"), Does.Contain("line 3"));
        Assert.That(FileCheck.Verify(Test, "func @g\n"), Does.Contain("label"));
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("i1xla").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
