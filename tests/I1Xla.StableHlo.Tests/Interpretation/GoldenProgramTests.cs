using I1Xla.Data.Npy;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using I1Xla.StableHlo.Passes;
using I1Xla.StableHlo.Text;
using I1Xla.Testing;

namespace I1Xla.StableHlo.Tests.Interpretation;

/// <summary>Programs as JAX writes them, with arguments and results that XLA computed.</summary>
public class GoldenProgramTests
{
    private static IEnumerable<string> Programs()
    {
        string folder = Path.Combine(SharedAssets.GoldenDirectory, "programs");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*.mlir").Order(StringComparer.Ordinal).Select(f => Path.GetFileNameWithoutExtension(f)!) : [];
    }

    [TestCaseSource(nameof(Programs))]
    public void ComputesWhatXlaComputes(string name) => Check(name, passes: null);

    private static IEnumerable<string> WholePrograms()
    {
        string folder = Path.Combine(SharedAssets.GoldenDirectory, "sharded");
        // Programs of per-device shapes need devices; the others mean the same on one.
        return Directory.Exists(folder)
            ? Directory.GetFiles(folder, "*.mlir").Where(f => !f.Contains("_shmap_", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(f => Path.GetFileNameWithoutExtension(f)!)
            : [];
    }

    [TestCaseSource(nameof(WholePrograms))]
    public void ShardedProgramsMeanTheSameOnOneDevice(string name) => Check(name, passes: null, folder: "sharded");

    [TestCaseSource(nameof(Programs))]
    public void ComputesTheSameAfterThePasses(string name) =>
        Check(name, "chlo-legalize-to-stablehlo,inline,canonicalize,constant-fold,cse,canonicalize,dce,symbol-dce");

    private static void Check(string name, string? passes, string folder = "programs")
    {
        string path = SharedAssets.Golden(folder, name + ".mlir");
        ModuleOp module = MlirParser.ParseFile(path);
        // XLA may keep more precision than a program's bf16 asks for.
        bool narrow = File.ReadAllText(path).Contains("xbf16>", StringComparison.Ordinal);
        using var npz = new NpzReader(Path.ChangeExtension(path, ".npz"));
        FunctionType type = module.FindFunction("main")!.Value.Type;
        Literal[] arguments = type.Inputs.Select((t, i) => Load(npz, $"in/{i:0000}", (TensorType)t)).ToArray();
        if (passes is not null)
        {
            PassPipeline.Parse(passes).Run(module);
            Assert.That(I1Xla.StableHlo.Verify.Verifier.Verify(module), Is.Empty);
        }
        Literal[] results = Interpreter.Run(module, "main", arguments);
        Assert.That(results, Has.Length.EqualTo(type.Results.Length));
        for (int i = 0; i < results.Length; i++)
        {
            AssertClose(Load(npz, $"out/{i:0000}", (TensorType)type.Results[i]), results[i], narrow, $"{name} result {i}");
        }
    }

    private static Literal Load(NpzReader npz, string key, TensorType type) => new(type, npz.Read(key).Data.ToArray());

    private static void AssertClose(Literal expected, Literal actual, bool narrow, string what)
    {
        Assert.That(actual.Shape, Is.EqualTo(expected.Shape), what);
        ElementKind kind = expected.Type.Kind;
        if (!kind.IsFloat() && !kind.IsComplex())
        {
            Assert.That(actual.Data.Span.SequenceEqual(expected.Data.Span), what);
            return;
        }
        double[] x = Parts(expected), y = Parts(actual);
        double largest = x.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        // Sums in another order differ by some roundings of the largest term.
        double tolerance = Math.ScaleB(1, -FloatKind.MantissaBits(narrow ? ElementKind.BF16 : kind.RealPart())) * (narrow ? 2 : 64) * Math.Max(largest, 1e-30);
        for (int i = 0; i < x.Length; i++)
        {
            bool close = x[i] == y[i] || (double.IsNaN(x[i]) && double.IsNaN(y[i])) || Math.Abs(x[i] - y[i]) <= tolerance;
            Assert.That(close, $"{what}, element {i}: expected {x[i]:R}, found {y[i]:R}, tolerance {tolerance:R}");
        }
    }

    private static double[] Parts(Literal x) => x.Type.Kind switch
    {
        ElementKind.Complex64 => Array.ConvertAll(x.As<float>().ToArray(), v => (double)v),
        ElementKind.Complex128 => x.As<double>().ToArray(),
        _ => Elements.Reals(x),
    };
}
