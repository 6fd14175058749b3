using I1Xla.StableHlo.Bytecode;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.StableHlo.Tests.Bytecode;

public class ArtifactReadTests
{
    [TestCaseSource(typeof(ArtifactFiles), nameof(ArtifactFiles.Compatibility))]
    [TestCaseSource(typeof(ArtifactFiles), nameof(ArtifactFiles.Golden))]
    public void ReadsToTheModuleOfTheText(string path)
    {
        ModuleOp read = PortableArtifact.Read(File.ReadAllBytes(path));
        Compare(MlirPrinter.Print(MlirParser.ParseFile(ArtifactFiles.TextOf(path))), MlirPrinter.Print(read));
    }

    [TestCaseSource(typeof(ArtifactFiles), nameof(ArtifactFiles.Golden))]
    public void ReadsLocations(string path)
    {
        var options = new PrintOptions { Locations = true };
        ModuleOp read = PortableArtifact.Read(File.ReadAllBytes(path));
        Compare(MlirPrinter.Print(MlirParser.ParseFile(ArtifactFiles.TextOf(path)), options), MlirPrinter.Print(read, options));
    }

    [Test]
    public void ReadsShardysOwnEncoding()
    {
        ModuleOp read = PortableArtifact.Read(ArtifactFiles.WithShardy);
        Assert.That(I1Xla.StableHlo.Verify.Verifier.Verify(read), Is.Empty);
        string text = MlirPrinter.Print(read);
        Assert.That(text, Does.Contain("sdy.mesh @mesh = <[\"a\"=1]>").And.Contain("sdy.sharding = #sdy.sharding<@mesh, [{\"a\"}]>"));
        Assert.That(MlirPrinter.Print(MlirParser.ParseModule(text)), Is.EqualTo(text));
    }

    /// <summary>Artifacts in the folder that <c>I1XLA_ARTIFACTS</c> names.</summary>
    private static IEnumerable<string> More() => Environment.GetEnvironmentVariable("I1XLA_ARTIFACTS") is { Length: > 0 } folder ? Directory.GetFiles(folder, "*.bc").Order(StringComparer.Ordinal) : [];

    [TestCaseSource(nameof(More))]
    public void ReadsAndPrintsWhatIsGiven(string path)
    {
        string text = MlirPrinter.Print(PortableArtifact.Read(File.ReadAllBytes(path)));
        Assert.That(MlirPrinter.Print(MlirParser.ParseModule(text)), Is.EqualTo(text));
    }

    internal static void Compare(string expected, string actual)
    {
        if (expected == actual)
        {
            return;
        }
        string[] a = expected.Split('\n');
        string[] b = actual.Split('\n');
        var differences = new List<string>();
        for (int i = 0; i < Math.Max(a.Length, b.Length) && differences.Count < 10; i++)
        {
            string x = i < a.Length ? a[i] : "<end>";
            string y = i < b.Length ? b[i] : "<end>";
            if (x != y)
            {
                differences.Add($"line {i + 1}:\n  expected {x}\n  actual   {y}");
            }
        }
        Assert.Fail(string.Join("\n", differences));
    }
}
