using I1Xla.Cpu.PjrtTable;
using I1Xla.Data.Npy;
using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;
using I1Xla.Testing;

namespace I1Xla.Cpu.Tests.PjrtTable;

/// <summary>Portable artifacts as JAX sends them, through the plugin.</summary>
public sealed class PluginGoldenTests
{
    private static readonly PjrtClient s_client = PjrtPlugin.FromTable(CpuPlugin.GetApi(), "cpu").CreateClient();

    private static IEnumerable<string> Programs()
    {
        string folder = Path.Combine(SharedAssets.GoldenDirectory, "programs");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*.mlir.bc").Select(f => Path.GetFileName(f)[..^8]).Order() : ["absent"];
    }

    [TestCaseSource(nameof(Programs))]
    public void PortableArtifactsCompileAndRun(string name)
    {
        using PjrtLoadedExecutable program = s_client.Compile(PjrtProgram.Mlir(File.ReadAllBytes(SharedAssets.Golden("programs", name + ".mlir.bc"))));
        FuncOp main = StableHlo.Text.MlirParser.ParseFile(SharedAssets.Golden("programs", name + ".mlir")).FindFunction("main")!.Value;
        using var archive = new NpzReader(SharedAssets.Golden("programs", name + ".npz"));
        var arguments = new PjrtBuffer[main.Type.Inputs.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            var type = (TensorType)main.Type.Inputs[i];
            arguments[i] = s_client.CreateBuffer(archive.Read($"in/{i:D4}").Data.Span, type.Kind.ToPjrt(), type.Shape.Dims);
        }
        PjrtBuffer[] results = program.Execute(arguments);
        for (int i = 0; i < results.Length; i++)
        {
            var type = (TensorType)main.Type.Results[i];
            byte[] expected = archive.Read($"out/{i:D4}").Data.ToArray();
            Assert.That(results[i].ElementType, Is.EqualTo(type.Kind.ToPjrt()));
            if (type.Kind != ElementKind.F32 || name.StartsWith("bf16", StringComparison.Ordinal)) Assert.That(results[i].ToBytes(), Has.Length.EqualTo(expected.Length));
            else
            {
                var literal = new Literal(type, expected);
                float[] want = literal.As<float>().ToArray();
                float scale = want.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max();
                Assert.That(results[i].ToArray<float>(), Is.EqualTo(want).Within(Math.Max(5e-5f * scale, 1e-30f)), $"result {i}");
            }
            results[i].Dispose();
        }
        foreach (PjrtBuffer argument in arguments) argument.Dispose();
    }
}
