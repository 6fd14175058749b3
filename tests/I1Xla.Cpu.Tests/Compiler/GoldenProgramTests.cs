using System.Runtime.InteropServices;
using I1Xla.Cpu.Kernels;
using I1Xla.Data.Npy;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using I1Xla.Testing;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Programs as JAX writes them, with the results JAX computed, in every mode of the compiler.</summary>
public class GoldenProgramTests
{
    private static IEnumerable<string> Programs()
    {
        string folder = Path.Combine(SharedAssets.GoldenDirectory, "programs");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*.mlir").Select(f => Path.GetFileNameWithoutExtension(f)!).Order() : ["absent"];
    }

    [Test]
    public void RunsWithGeneratedCode([ValueSource(nameof(Programs))] string name) => Check(name, new CpuCompileOptions());

    [Test]
    public void RunsInPortableCode([ValueSource(nameof(Programs))] string name) => Check(name, new CpuCompileOptions { Isa = IsaLevel.Portable });

    [Test]
    public void RunsInAvx2Code([ValueSource(nameof(Programs))] string name)
    {
        if (CpuIsa.Detected >= IsaLevel.Avx2)
        {
            Check(name, new CpuCompileOptions { Isa = IsaLevel.Avx2 });
        }
    }

    [Test]
    public void RunsWithoutFusion([ValueSource(nameof(Programs))] string name) => Check(name, new CpuCompileOptions { Fuse = false });

    [Test]
    public void GivesTheSameBitsAgain()
    {
        (CpuExecutable executable, CpuBuffer[] arguments, _) = Load("dit_tiny_train", new CpuCompileOptions());
        using (executable)
        {
            HashSet<int> keep = Enumerable.Range(0, arguments.Length).ToHashSet();
            byte[][] first = executable.Execute(arguments, keep).Select(b => b.ToArray<byte>()).ToArray();
            byte[][] second = executable.Execute(arguments, keep).Select(b => b.ToArray<byte>()).ToArray();
            Assert.That(second, Is.EqualTo(first));
        }
    }

    private static (CpuExecutable Executable, CpuBuffer[] Arguments, Literal[] Expected) Load(string name, CpuCompileOptions options)
    {
        ModuleOp module = MlirParser.ParseFile(SharedAssets.Golden("programs", name + ".mlir"));
        CpuExecutable executable = CpuCompiler.Compile(module, options);
        using var npz = new NpzReader(SharedAssets.Golden("programs", name + ".npz"));
        CpuBuffer[] arguments = Read(npz, "in/", executable.ParameterTypes).Select(l => new CpuBuffer(l)).ToArray();
        return (executable, arguments, Read(npz, "out/", executable.ResultTypes));
    }

    private static Literal[] Read(NpzReader npz, string prefix, IReadOnlyList<TensorType> types) =>
        npz.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select((k, i) => new Literal(types[i], npz.Read(k).Data.ToArray())).ToArray();

    private static void Check(string name, CpuCompileOptions options)
    {
        (CpuExecutable executable, CpuBuffer[] arguments, Literal[] expected) = Load(name, options);
        using (executable)
        {
            CpuBuffer[] results = executable.Execute(arguments);
            Assert.That(results, Has.Length.EqualTo(expected.Length));
            for (int i = 0; i < results.Length; i++)
            {
                Assert.That(Distance(expected[i], results[i]), Is.LessThan(Tolerance(name, expected[i].Type.Kind)), $"result {i}");
            }
        }
    }

    // bf16 programs: XLA keeps f32 between operations, this compiler rounds after each, as the specification says.
    private static double Tolerance(string name, ElementKind kind) => kind == ElementKind.BF16 || name.StartsWith("bf16", StringComparison.Ordinal) ? 2e-2 : kind.IsFloat() || kind.IsComplex() ? 5e-5 : 1e-9;

    // The largest difference, relative to the largest magnitude of the tensor for floats; the count of unequal bytes otherwise.
    private static double Distance(Literal want, CpuBuffer got)
    {
        if (want.Data.Span.SequenceEqual(got.Span))
        {
            return 0;
        }
        double[] a = Numbers(want.Data.Span, want.Type.Kind), b = Numbers(got.Span, want.Type.Kind);
        double scale = a.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        double worst = 0;
        for (int i = 0; i < a.Length; i++)
        {
            bool same = a[i] == b[i] || (double.IsNaN(a[i]) && double.IsNaN(b[i]));
            double error = same ? 0 : Math.Abs(a[i] - b[i]) / Math.Max(scale, 1e-30);
            worst = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(worst, error);
        }
        return worst;
    }

    private static double[] Numbers(ReadOnlySpan<byte> data, ElementKind kind)
    {
        switch (kind)
        {
            case ElementKind.F32 or ElementKind.Complex64:
                return Array.ConvertAll(MemoryMarshal.Cast<byte, float>(data).ToArray(), x => (double)x);
            case ElementKind.F64:
                return MemoryMarshal.Cast<byte, double>(data).ToArray();
            case ElementKind.BF16:
                return Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(data).ToArray(), x => (double)BitConverter.Int32BitsToSingle(x << 16));
            default:
                return Array.ConvertAll(data.ToArray(), x => (double)x);
        }
    }
}
