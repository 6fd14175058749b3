using I1Xla.StableHlo.Conformance;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Passes;
using I1Xla.StableHlo.Text;
using I1Xla.StableHlo.Verify;
using I1Xla.Testing;

namespace I1Xla.StableHlo.Tests.Passes;

/// <summary>Passes over the dialect's own programs: what comes out is valid, and gives the results that the programs check.</summary>
public class PassConformanceTests
{
    /// <summary>Every how many programs one is run; <c>I1XLA_PASSES_EVERY=1</c> runs all.</summary>
    private static readonly int s_every = int.TryParse(Environment.GetEnvironmentVariable("I1XLA_PASSES_EVERY"), out int every) ? every : 12;

    [TestCase("inline,canonicalize,cse,dce")]
    [TestCase("constant-fold,dce")]
    [TestCase("chlo-legalize-to-stablehlo,canonicalize,constant-fold,cse,symbol-dce,dce")]
    [TestCase("refine-shapes")]
    public void ResultsStay(string passes)
    {
        var options = new InterpreterOptions { CheckSlack = ConformanceSuite.DisabledSlack, Output = TextWriter.Null };
        int run = 0;
        string[] files = [.. Directory.GetFiles(SharedAssets.Shared("conformance", "stablehlo", "testdata"), "*.mlir").Order(StringComparer.Ordinal).Where((_, i) => i % s_every == 0)];
        foreach (string file in files)
        {
            ModuleOp module = MlirParser.ParseFile(file);
            Apply(passes, module, file);
            Assert.DoesNotThrow(() => new InterpreterBackend().Run(module, "main", [], options), file);
            run++;
        }
        Assert.That(run, Is.GreaterThan(20));
    }

    [TestCase("canonicalize,constant-fold,cse,dce")]
    [TestCase("refine-shapes,canonicalize")]
    public void ProgramsStayValid(string passes)
    {
        int run = 0;
        foreach (string folder in (string[])["verify", "interpret"])
        {
            foreach (string file in Directory.GetFiles(SharedAssets.Shared("conformance", "stablehlo", folder), "*.mlir").Order(StringComparer.Ordinal))
            {
                foreach (SplitPart part in MlirParser.ParseSplit(File.ReadAllBytes(file), file))
                {
                    if (part.Module is { } module && Verifier.Verify(module).Count == 0)
                    {
                        Apply(passes, module, $"{file}:{part.FirstLine}");
                        run++;
                    }
                }
            }
        }
        Assert.That(run, Is.GreaterThan(300));
    }

    private static void Apply(string passes, ModuleOp module, string what)
    {
        foreach (IModulePass pass in PassPipeline.Parse(passes).Passes)
        {
            try
            {
                pass.Run(module);
            }
            catch (PassException)
            {
                // One error that says why; recursion cannot be inlined, for one.
            }
            Assert.That(Verifier.Verify(module).Where(d => d.Severity == DiagnosticSeverity.Error), Is.Empty, $"{what} after {pass.Name}");
        }
        string text = MlirPrinter.Print(module);
        Assert.That(MlirPrinter.Print(MlirParser.ParseModule(text)), Is.EqualTo(text), what);
    }
}
