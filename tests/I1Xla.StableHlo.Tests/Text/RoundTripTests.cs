using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using I1Xla.Testing;

namespace I1Xla.StableHlo.Tests.Text;

/// <summary>Print → parse → print is a fixed point on every program of the conformance suite and the golden programs, in every form.</summary>
public class RoundTripTests
{
    private static readonly PrintOptions s_generic = new() { Generic = true };
    private static readonly PrintOptions s_located = new() { Locations = true };

    [TestCase("conformance/stablehlo/testdata", 100)]
    [TestCase("conformance/stablehlo/interpret", 20)]
    [TestCase("conformance/stablehlo/vhlo", 5)]
    [TestCase("conformance/stablehlo/verify", 400)]
    [TestCase("golden/programs", 10)]
    [TestCase("golden/sharded", 10)]
    public void EveryProgramPrintsToAFixedPoint(string folder, int atLeast)
    {
        int modules = 0;
        Assert.Multiple(() =>
        {
            foreach (string file in Directory.GetFiles(SharedAssets.Shared(folder.Split('/')), "*.mlir").Order())
            {
                foreach (SplitPart part in MlirParser.ParseSplit(File.ReadAllBytes(file), file))
                {
                    if (part.Module is { } module)
                    {
                        modules++;
                        CheckFixedPoint(file, module);
                    }
                    else if (!folder.EndsWith("verify", StringComparison.Ordinal))
                    {
                        Assert.Fail(part.Error!.Message);
                    }
                }
            }
        });
        Assert.That(modules, Is.GreaterThanOrEqualTo(atLeast));
    }

    private static void CheckFixedPoint(string file, ModuleOp module)
    {
        string pretty = MlirPrinter.Print(module);
        string generic = MlirPrinter.Print(module, s_generic);
        string located = MlirPrinter.Print(module, s_located);
        Assert.That(MlirPrinter.Print(MlirParser.ParseModule(pretty)), Is.EqualTo(pretty), file);
        ModuleOp fromGeneric = MlirParser.ParseModule(generic);
        Assert.That(MlirPrinter.Print(fromGeneric, s_generic), Is.EqualTo(generic), file);
        Assert.That(MlirPrinter.Print(fromGeneric), Is.EqualTo(pretty), $"{file}: the generic form reads as the same module");
        Assert.That(MlirPrinter.Print(MlirParser.ParseModule(located), s_located), Is.EqualTo(located), file);
    }

    [Test]
    public void ShardedProgramsPrintAsXlaWroteThem()
    {
        foreach (string file in Directory.GetFiles(SharedAssets.Golden("sharded"), "*.mlir").Order())
        {
            string text = File.ReadAllText(file);
            Assert.That(text, Does.Not.Contain("loc("), "these have no locations, so that they compare as they are");
            Assert.That(MlirPrinter.Print(MlirParser.ParseModule(text)).Trim(), Is.EqualTo(text.Trim()), file);
        }
    }

    [Test]
    public void ExpectedOutputOfThePrinterTests()
    {
        string file = SharedAssets.Shared("conformance", "stablehlo", "verify", "print_stablehlo.mlir");
        string printed = Squeeze(MlirPrinter.Print(MlirParser.ParseFile(file)));
        int checks = 0;
        foreach (string line in File.ReadLines(file))
        {
            int at = line.IndexOf("CHECK", StringComparison.Ordinal);
            int colon = at < 0 ? -1 : line.IndexOf(": ", at, StringComparison.Ordinal);
            if (colon < 0 || line.Contains("{{") || line.Contains("[[") || line.Contains("LABEL"))
            {
                continue;
            }
            checks++;
            Assert.That(printed, Does.Contain(Squeeze(line[(colon + 2)..].Trim())));
        }
        Assert.That(checks, Is.GreaterThan(80));
    }

    /// <summary>FileCheck takes any run of blanks for one.</summary>
    private static string Squeeze(string text) => System.Text.RegularExpressions.Regex.Replace(text, "[ \t]+", " ");
}
