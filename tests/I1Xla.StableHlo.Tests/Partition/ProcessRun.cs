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
            parts.AddRange(arguments.Select((a, i) => Cut(a, annotations.Boundary(main.ArgAttributes(i), a.Type), device)));
        }
        Literal[] made = Interpret(local, [parts], partitions);
        int count = main.Type.Results.Length;
        return [.. main.Type.Results.Select((t, i) => Join(
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

    /// <summary>A device's part of a tensor; what pads a short one is a number that must never be seen.</summary>
    public static Literal Cut(Literal whole, DeviceTiling tiling, int device)
    {
        var part = new Literal(whole.Type with { Shape = tiling.LocalShape(whole.Shape) });
        part.Data.Span.Fill(0x55);
        Move(whole, part, tiling.Offsets(device, whole.Shape), (all, one, bytes) => whole.Data.Span.Slice(all, bytes).CopyTo(part.Data.Span[one..]));
        return part;
    }

    /// <summary>The tensor of which the devices hold parts.</summary>
    public static Literal Join(IReadOnlyList<Literal> parts, DeviceTiling tiling, TensorType type)
    {
        var whole = new Literal(type);
        var written = new bool[whole.Data.Length];
        for (int d = 0; d < parts.Count; d++)
        {
            Literal part = parts[d];
            Assert.That(part.Shape, Is.EqualTo(tiling.LocalShape(type.Shape)));
            Move(whole, part, tiling.Offsets(d, type.Shape), (all, one, bytes) =>
            {
                Span<byte> to = whole.Data.Span.Slice(all, bytes), from = part.Data.Span.Slice(one, bytes);
                Assert.That(!written[all] || to.SequenceEqual(from), "devices hold different values of the same part");
                from.CopyTo(to);
                written[all] = true;
            });
        }
        Assert.That(written.Where((_, i) => i % type.Kind.StorageBytes() == 0), Is.All.True);
        return whole;
    }

    private static void Move(Literal whole, Literal part, long[] offsets, Action<int, int, int> copy)
    {
        int bytes = part.Type.Kind.StorageBytes();
        long[] partDims = part.Shape.ToArray(), strides = whole.Shape.Strides();
        for (long i = 0; i < part.Shape.ElementCount; i++)
        {
            long rest = i, at = 0;
            bool inside = true;
            for (int d = partDims.Length - 1; d >= 0; d--)
            {
                (rest, long digit) = Math.DivRem(rest, partDims[d]);
                at += (offsets[d] + digit) * strides[d];
                inside &= offsets[d] + digit < whole.Shape[d];
            }
            if (inside)
            {
                copy((int)at * bytes, (int)i * bytes, bytes);
            }
        }
    }
}
