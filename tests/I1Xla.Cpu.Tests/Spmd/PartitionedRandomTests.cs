using System.Globalization;
using I1Xla.Cpu.PjrtTable;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Xla;
using I1Xla.StableHlo.Conformance.RandomPrograms;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Partition;
using I1Xla.StableHlo.Tests.Partition;

namespace I1Xla.Cpu.Tests.Spmd;

/// <summary>Random programs with random shardings, partitioned and run on the plugin's devices, give what the reference interpreter gives unsharded.</summary>
public sealed class PartitionedRandomTests
{
    private static readonly long[][] s_meshes = [[2], [4], [2, 2], [2, 4]];

    // I1XLA_PARTITION_SWEEP: how many programs.
    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("I1XLA_PARTITION_SWEEP"), CultureInfo.InvariantCulture, out int count) ? count : 25;

    // Donated, all arguments are given up to the results of their type; free, arguments and results lie as the partitioner chooses where nothing is written.
    [TestCase("whole", false, false)]
    [TestCase("partition", false, false)]
    [TestCase("partition", true, false)]
    [TestCase("partition", true, true)]
    public void GiveTheUnshardedResult(string mode, bool donated, bool free)
    {
        int chosen = 0;
        using PjrtClient client = PjrtPlugin.FromTable(CpuPlugin.GetApi(), "cpu").CreateClient(new Dictionary<string, PjrtValue> { ["cpu_device_count"] = 8L });
        var wrong = new List<string>();
        for (int seed = 0; seed < Count && wrong.Count < 4; seed++)
        {
            int at = seed;
            string? problem = RandomComparison.Run(seed, (module, arguments) =>
            {
                var random = new Random(at);
                long[] mesh = s_meshes[random.Next(s_meshes.Length)];
                return Run(client, RandomShardings.Annotate(module, mesh, random), arguments, (int)mesh.Aggregate(1L, (x, y) => x * y), mode, donated, free, ref chosen);
            });
            if (problem is not null) wrong.Add(problem);
        }
        Assert.That(wrong, Is.Empty, string.Join("\n\n", wrong));
        Assert.That(chosen, free ? Is.GreaterThan(Count / 4) : Is.Zero, "arguments and results that lie as the partitioner chose");
    }

    private static Literal[] Run(PjrtClient client, ModuleOp module, IReadOnlyList<Literal> arguments, int devices, string mode, bool donated, bool free, ref int chosen)
    {
        FuncOp main = module.FindFunction("main")!.Value;
        for (int i = 0; donated && i < arguments.Count; i++) main.SetArgAttribute(i, "jax.buffer_donor", new BoolAttr(true));
        byte[] code = StableHlo.Text.MlirPrinter.PrintUtf8(module);
        var flags = new Dictionary<string, PjrtFlag> { [CompileRequest.SpmdOption] = mode };
        using PjrtLoadedExecutable program = client.Compile(PjrtProgram.Mlir(code),
            PjrtCompileOptions.Partitioned(devices, shardy: true).With(flags) with { AllowShardingPropagationToParameters = [free], AllowShardingPropagationToOutput = [free] });
        (IReadOnlyList<DeviceTiling> parameters, IReadOnlyList<DeviceTiling> results) = PartitionedModule.Tilings(module, main, devices);
        using PjrtExecutable described = program.GetExecutable();
        if (free && HloModuleProtoWithConfig.Parser.ParseFrom(described.OptimizedProgram().Code).HloModule is { } made)
        {
            // As JAX learns it.
            IEnumerable<OpSharding> outputs = made.SpmdOutputSharding.Type == OpSharding.Types.Type.Tuple ? made.SpmdOutputSharding.TupleShardings : [made.SpmdOutputSharding];
            DeviceTiling[] cut = [.. made.SpmdParametersShardings.Select((s, i) => Tiling(s, parameters[i].Tiles.Count, devices))], left = [.. outputs.Select((s, i) => Tiling(s, results[i].Tiles.Count, devices))];
            chosen += cut.Zip(parameters).Concat(left.Zip(results)).Count(t => !t.First.Tiles.SequenceEqual(t.Second.Tiles));
            (parameters, results) = (cut, left);
        }
        var buffers = new List<List<PjrtBuffer>>();
        for (int d = 0; d < devices; d++)
        {
            buffers.Add([.. arguments.Select((a, i) =>
            {
                Literal part = ShardedTensors.Cut(a, parameters[i], d);
                return client.CreateBuffer(part.Data.Span, part.Type.Kind.ToPjrt(), part.Shape.Dims, client.Devices[d]);
            })]);
        }
        using PjrtExecution run = program.ExecuteAsync(buffers);
        run.Wait();
        return [.. main.Type.Results.Select((t, i) =>
        {
            var type = (TensorType)t;
            TensorType local = type with { Shape = results[i].LocalShape(type.Shape) };
            return ShardedTensors.Join([.. Enumerable.Range(0, devices).Select(d => new Literal(local, run.Outputs[d][i].ToBytes()))], results[i], type);
        })];
    }

    private static DeviceTiling Tiling(OpSharding sharding, int rank, int devices) => sharding.Type == OpSharding.Types.Type.Replicated ? DeviceTiling.Replicated(rank, devices)
        : DeviceTiling.ParseHlo($"{{devices=[{string.Join(',', sharding.TileAssignmentDimensions)}]{string.Join(',', sharding.TileAssignmentDevices)}}}", rank, devices);
}
