using I1Xla.Cpu.PjrtTable;
using I1Xla.Data.Npy;
using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Partition;
using I1Xla.Testing;

namespace I1Xla.Cpu.Tests.Spmd;

/// <summary>Programs that JAX wrote for eight devices give the numbers it computed without sharding.</summary>
public sealed class ShardedGoldenTests
{
    private static IEnumerable<string> Programs => Directory.Exists(Folder) ? Directory.GetFiles(Folder, "*.mlir").Select(f => Path.GetFileNameWithoutExtension(f)).Order() : ["missing"];

    private static string Folder => Path.Combine(SharedAssets.GoldenDirectory, "sharded");

    [Test]
    public void EightDevicesGiveTheUnshardedResult([ValueSource(nameof(Programs))] string name, [Values("whole", "partition")] string mode)
    {
        SharedAssets.Golden("sharded");
        PjrtPlugin plugin = PjrtPlugin.FromTable(CpuPlugin.GetApi(), "cpu");
        using PjrtClient client = plugin.CreateClient(new Dictionary<string, PjrtValue> { ["cpu_device_count"] = 8L });
        byte[] code = File.ReadAllBytes(Path.Combine(Folder, name + ".mlir"));
        using PjrtLoadedExecutable program = client.Compile(PjrtProgram.Mlir(code), PjrtCompileOptions.Partitioned(8, shardy: name.StartsWith("shardy", StringComparison.Ordinal))
            .With(new Dictionary<string, PjrtFlag> { [CompileRequest.SpmdOption] = mode }));
        ModuleOp module = StableHlo.Text.MlirParser.ParseModule(code);
        (DeviceTiling[] parameters, DeviceTiling[] results) = PartitionedModule.Tilings(module, module.FindFunction("main")!.Value, 8);
        using var archive = new NpzReader(Path.Combine(Folder, name + ".npz"));
        var arguments = new List<List<PjrtBuffer>>();
        for (int d = 0; d < 8; d++) arguments.Add([]);
        for (int i = 0; i < parameters.Length; i++)
        {
            NpyArray whole = archive.Read($"in/{i:D4}");
            for (int d = 0; d < 8; d++)
            {
                float[] part = Cut(parameters[i], whole, d, out long[] shape);
                arguments[d].Add(client.CreateBuffer<float>(part, shape, client.Devices[d]));
            }
        }
        using PjrtExecution run = program.ExecuteAsync(arguments);
        run.Wait();
        for (int i = 0; i < results.Length; i++)
        {
            NpyArray whole = archive.Read($"out/{i:D4}");
            for (int d = 0; d < 8; d++)
            {
                float[] expected = Cut(results[i], whole, d, out long[] shape);
                PjrtBuffer result = run.Outputs[d][i];
                Assert.That(result.Dimensions.ToArray(), Is.EqualTo(shape));
                Assert.That(result.ToArray<float>(), Is.EqualTo(expected).Within(1e-5), $"result {i} on device {d}");
                Assert.That(result.Device.Id, Is.EqualTo(d));
            }
        }
    }

    private static float[] Cut(DeviceTiling tiling, NpyArray whole, int device, out long[] shape)
    {
        var full = new Shape(whole.Shape);
        shape = tiling.LocalShape(full).ToArray();
        long[] offsets = tiling.Offsets(device, full), strides = full.Strides();
        float[] values = whole.ToFloat32();
        var part = new float[shape.Aggregate(1L, (x, y) => x * y)];
        for (int i = 0; i < part.Length; i++)
        {
            long rest = i, at = 0;
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                (rest, long digit) = Math.DivRem(rest, shape[d]);
                at += (offsets[d] + digit) * strides[d];
            }
            part[i] = values[at];
        }
        return part;
    }
}
