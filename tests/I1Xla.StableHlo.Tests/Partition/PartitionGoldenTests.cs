using I1Xla.Data.Npy;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using I1Xla.Testing;

namespace I1Xla.StableHlo.Tests.Partition;

/// <summary>Programs that JAX wrote for eight devices, partitioned and run by eight processes, give the numbers it computed without sharding.</summary>
public sealed class PartitionGoldenTests
{
    private static IEnumerable<string> Programs()
    {
        string folder = Path.Combine(SharedAssets.GoldenDirectory, "sharded");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*.mlir").Order(StringComparer.Ordinal).Select(f => Path.GetFileNameWithoutExtension(f)!) : [];
    }

    [TestCaseSource(nameof(Programs))]
    public void EightProcessesGiveTheUnshardedResult(string name)
    {
        string path = SharedAssets.Golden("sharded", name + ".mlir");
        ModuleOp module = MlirParser.ParseFile(path);
        FunctionType type = module.FindFunction("main")!.Value.Type;
        using var npz = new NpzReader(Path.ChangeExtension(path, ".npz"));
        Literal[] arguments = [.. type.Inputs.Select((t, i) => Literal.Create<float>(ElementKind.F32, ((TensorType)t).Shape, npz.Read($"in/{i:0000}").ToFloat32()))];
        Literal[] results = ProcessRun.Run(module, arguments, 8);
        for (int i = 0; i < results.Length; i++)
        {
            Assert.That(results[i].As<float>().ToArray(), Is.EqualTo(npz.Read($"out/{i:0000}").ToFloat32()).Within(1e-5), $"result {i}");
        }
    }
}
