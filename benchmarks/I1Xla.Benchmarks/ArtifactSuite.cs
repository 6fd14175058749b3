using I1Xla.StableHlo.Bytecode;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Text;

namespace I1Xla.Benchmarks;

/// <summary>Rates of reading and writing portable artifacts: many operations, and few operations with large constants (which are not copied when read); or of the files given.</summary>
internal static class ArtifactSuite
{
    /// <summary>Runs the suite; arguments are artifacts or texts to measure instead of the generated programs.</summary>
    public static void Run(string[] files)
    {
        if (files.Length > 0)
        {
            foreach (string file in files)
            {
                byte[] bytes = File.ReadAllBytes(file);
                Measure(Path.GetFileName(file), PortableArtifact.TryGetVersion(bytes, out _) ? PortableArtifact.Read(bytes) : MlirParser.ParseModule(bytes, file));
            }
            return;
        }
        Measure("operations", MlirParser.ParseModule(TextSuite.Operations(60_000)));
        Measure("constants", Constants(64, 1 << 20));
    }

    private static void Measure(string name, ModuleOp module)
    {
        byte[] artifact = PortableArtifact.Write(module, StableHloVersion.Current);
        Throughput.Measure($"read {name}", artifact.Length, () => PortableArtifact.Read(artifact));
        Throughput.Measure($"write {name}", artifact.Length, () => PortableArtifact.Write(module, StableHloVersion.Current));
    }

    /// <summary>A function of constants of that many bytes each.</summary>
    private static ModuleOp Constants(int constants, int bytes)
    {
        var random = new Random(1);
        ModuleOp module = MlirParser.ParseModule("func.func @main() {\n  return\n}\n");
        Block body = module.Functions.First().Op.Regions[0].Entry;
        for (int i = 0; i < constants; i++)
        {
            byte[] data = new byte[bytes];
            random.NextBytes(data);
            var type = new TensorType(ElementKind.F32, [bytes / 4]);
            body.Operations.Insert(0, new Operation(ConstantOp.OpName, [], [type], new AttributeMap { { "value", new DenseElementsAttr(type, data, false) } }));
        }
        return module;
    }
}
