using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Partition;
using I1Xla.StableHlo.Text;
using I1Xla.StableHlo.Verify;

namespace I1Xla.StableHlo.Tests.Partition;

/// <summary>A partitioned program on the reference interpreter, one process for each device, with whole tensors cut before and joined after.</summary>
internal static class ProcessRun
{
    /// <summary>The partitioned program, which must be valid where the source is.</summary>
    public static ModuleOp Partition(ModuleOp module, int partitions, int replicas = 1)
    {
        ModuleOp local = SpmdPartitioner.Run(module, "main", replicas, partitions);
        // Some random programs keep a rule less than they should.
        if (!Verifier.Verify(module).Any())
        {
            Assert.That(Verifier.Verify(local), Is.Empty, () => MlirPrinter.Print(local));
        }
        return local;
    }

    /// <summary>Whole results of a run by <paramref name="partitions"/> processes; parts that several devices hold must be equal.</summary>
    public static Literal[] Run(ModuleOp module, IReadOnlyList<Literal> arguments, int partitions)
    {
        ModuleOp local = Partition(module, partitions);
        FuncOp main = module.FindFunction("main")!.Value;
        var annotations = new ShardingAnnotations(module, main, partitions);
        var parts = new List<Literal>();
        for (int device = 0; device < partitions; device++)
        {
            parts.AddRange(arguments.Select((a, i) => ShardedTensors.Cut(a, annotations.Boundary(main.ArgAttributes(i), a.Type), device)));
        }
        Literal[] made = Interpret(local, [parts], partitions);
        int count = main.Type.Results.Length;
        return [.. main.Type.Results.Select((t, i) => ShardedTensors.Join(
            [.. Enumerable.Range(0, partitions).Select(d => made[(d * count) + i])], annotations.Boundary(main.ResultAttributes(i), t), (TensorType)t))];
    }

    /// <summary>Results of all processes, replica by replica.</summary>
    public static Literal[] Interpret(ModuleOp local, IReadOnlyList<IReadOnlyList<Literal>> argumentsByReplica, int partitions)
    {
        FunctionType type = local.FindFunction("main")!.Value.Type;
        int processes = argumentsByReplica.Count * partitions;
        var inputs = Enumerable.Repeat(type.Inputs.ToArray(), processes).SelectMany(t => t).ToValueArray();
        var results = Enumerable.Repeat(type.Results.ToArray(), processes).SelectMany(t => t).ToValueArray();
        FuncOp driver = FuncOp.Create("driver", new FunctionType(inputs, results));
        var builder = new OpBuilder(driver.Body);
        var row = new ArrayAttr(Enumerable.Repeat<Ir.Attribute>(new SymbolRefAttr("main"), partitions).ToValueArray());
        var programs = new ArrayAttr(Enumerable.Repeat<Ir.Attribute>(row, argumentsByReplica.Count).ToValueArray());
        Operation run = builder.Create("interpreter.run_parallel", [.. driver.Body.Arguments], results.Span, new AttributeMap { { "programs", programs } });
        builder.Create("func.return", [.. run.Results], []);
        var module = new ModuleOp(local.Op.Clone([]));
        module.Body.Add(driver.Op);
        return Interpreter.Run(module, "driver", [.. argumentsByReplica.SelectMany(a => a)]);
    }
}
