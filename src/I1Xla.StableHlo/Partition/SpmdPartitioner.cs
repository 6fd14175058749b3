using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Passes;

namespace I1Xla.StableHlo.Partition;

/// <summary>
/// Turns a program over whole tensors with shardings into the program of one device of many: local shapes, and collectives where devices need what
/// others have. Shardings are propagated first (<see cref="ShardingPropagation"/>); then each operation runs on parts as its rule allows, on operands
/// brought into the sharding that it needs, and what has no rule runs whole on every device.
/// </summary>
/// <remarks>Xu et al., "GSPMD: General and Scalable Parallelization for ML Computation Graphs", 2021; Shardy, <c>docs/overview.md</c>.</remarks>
public sealed partial class SpmdPartitioner
{
    private readonly FuncOp _entry;
    private readonly DeviceGrid _grid;
    private readonly ShardingAnnotations _annotations;
    private readonly ShardingPropagation _propagation;
    private readonly Resharding _resharding;
    private readonly Dictionary<Value, (Value Value, TensorSharding Sharding)> _local = [];
    private readonly List<Dictionary<(Value, TensorSharding), Value>> _resharded = [];
    private readonly HashSet<Value> _manual = [];
    private IReadOnlyDictionary<Operation, ShardingRule> _rules = new Dictionary<Operation, ShardingRule>();
    private readonly SpmdFreedom _freedom;
    private DeviceTiling[] _inputs = [], _outputs = [];

    private SpmdPartitioner(ModuleOp module, FuncOp entry, int replicas, int partitions, SpmdFreedom freedom)
    {
        _entry = entry;
        _freedom = freedom;
        _annotations = new ShardingAnnotations(module, entry, partitions);
        _grid = _annotations.Grid;
        _propagation = new ShardingPropagation(_grid);
        long channel = 0;
        entry.Op.Walk(op => channel = Math.Max(channel, op.HasAttributes && op.Attributes.Get<ChannelHandleAttr>("channel_handle") is { } handle ? handle.Handle : 0));
        _resharding = new Resharding(_grid, replicas, channel + 1);
    }

    /// <summary>The program of one device. Calls are inlined; arguments and results have the shapes of the parts that their shardings say, rounded up.</summary>
    /// <param name="source">A module whose <paramref name="entry"/> has whole shapes; it stays as it is.</param>
    /// <param name="entry">The function's name.</param>
    /// <param name="replicas">Replicas, each with all partitions.</param>
    /// <param name="partitions">Devices that share the tensors.</param>
    /// <exception cref="PartitionException">The program cannot be partitioned.</exception>
    public static ModuleOp Run(ModuleOp source, string entry, int replicas, int partitions) => Run(source, entry, replicas, partitions, SpmdFreedom.None).Module;

    /// <summary>As the other, where the partitioner may choose how some arguments and results lie.</summary>
    /// <exception cref="PartitionException">The program cannot be partitioned.</exception>
    public static SpmdProgram Run(ModuleOp source, string entry, int replicas, int partitions, SpmdFreedom freedom)
    {
        try
        {
            var module = new ModuleOp(source.Op.Clone([]));
            if (ShardyImportPass.Applies(module))
            {
                new ShardyImportPass().Run(module);
            }
            CallDecompositions(module);
            new InlinePass().Run(module);
            FuncOp main = module.FindFunction(entry) ?? throw new PartitionException($"there is no function @{entry}");
            var partitioner = new SpmdPartitioner(module, main, replicas, partitions, freedom);
            FuncOp local = partitioner.Partition();
            module.Body.Replace([.. module.Body.Operations.Where(op => op.Name.Full != "sdy.mesh").Select(op => op == main.Op ? local.Op : op)]);
            new DcePass().Run(module);
            return new SpmdProgram(module, partitioner._inputs, partitioner._outputs);
        }
        catch (Exception e) when (e is PassException or ArgumentException or InvalidOperationException or InvalidCastException or KeyNotFoundException)
        {
            throw new PartitionException(e.Message);
        }
    }

    // A composite is its decomposition, whose parts have rules.
    private static void CallDecompositions(ModuleOp module) => new Rewriter((op, rewriter) =>
    {
        if (op.Name.Full != "stablehlo.composite" || op.Attributes.Get<SymbolRefAttr>("decomposition") is not { } callee)
        {
            return null;
        }
        Operation call = rewriter.Insert(new Operation("func.call", op.Operands, [.. op.Results.ToArray().Select(r => r.Type)], new AttributeMap { { "callee", callee } }, default, op.Location));
        return [.. call.Results];
    }).Run(module.Op);

    private FuncOp Partition()
    {
        Collect(_entry.Body);
        for (int i = 0; i < _entry.Type.Inputs.Length; i++)
        {
            if (_entry.Type.Inputs[i] is not TensorType { Shape.IsStatic: true } type)
            {
                throw new PartitionException($"argument {i} is no tensor of static shape");
            }
            State(_entry.Body.Arguments[i], _entry.ArgAttributes(i), _freedom.MayCutParameter(i));
        }
        Value[] results = _entry.Body.Terminator!.Operands.ToArray();
        var ends = new ShardingPropagation.State[results.Length];
        for (int i = 0; i < results.Length; i++)
        {
            TensorType type = results[i].TensorType;
            bool[]? closed = _freedom.MayCutResult(i) ? ShardingAnnotations.Closed(_entry.ResultAttributes(i), type.Rank) : null;
            TensorSharding sharding = _annotations.Even(_grid.Express(_annotations.Boundary(_entry.ResultAttributes(i), type)), type.Shape);
            ends[i] = new ShardingPropagation.State(type.Shape, sharding, closed ?? [.. Enumerable.Repeat(true, type.Rank)]);
            _propagation.Link(_propagation.StateOf(results[i]), ends[i]);
        }
        Connect(_entry.Body);
        _propagation.Run();
        _rules = _propagation.Rules;
        _inputs = [.. _entry.Type.Inputs.Select((t, i) => _freedom.MayCutParameter(i) ? Chosen(_propagation.Of(_entry.Body.Arguments[i]), _entry.ArgAttributes(i), t) : _annotations.Boundary(_entry.ArgAttributes(i), t))];
        _outputs = [.. _entry.Type.Results.Select((t, i) => _freedom.MayCutResult(i) ? Chosen(ends[i].Sharding, _entry.ResultAttributes(i), t) : _annotations.Boundary(_entry.ResultAttributes(i), t))];
        return Write();
    }

    private void State(Value argument, DictionaryAttr attributes, bool isFree)
    {
        TensorType type = argument.TensorType;
        TensorSharding sharding = _annotations.Even(_grid.Express(_annotations.Boundary(attributes, type)), type.Shape);
        _propagation.Set(argument, sharding, isFree ? ShardingAnnotations.Closed(attributes, type.Rank) : [.. Enumerable.Repeat(true, type.Rank)]);
    }

    // What was written where nothing came to it: that may be cut unevenly, or in an order that no axes tell.
    private DeviceTiling Chosen(TensorSharding sharding, DictionaryAttr attributes, IrType type)
    {
        DeviceTiling written = _annotations.Boundary(attributes, type);
        return sharding.Equals(_annotations.Even(_grid.Express(written), ((TensorType)type).Shape)) ? written : _grid.Tiling(sharding);
    }

    private FuncOp Write()
    {
        (DeviceTiling[] inputs, DeviceTiling[] outputs) = (_inputs, _outputs);
        static IrType Part(IrType type, DeviceTiling tiling) => type is TensorType t ? t with { Shape = tiling.LocalShape(t.Shape) } : type;
        var type = new FunctionType(_entry.Type.Inputs.Select((t, i) => Part(t, inputs[i])).ToValueArray(), _entry.Type.Results.Select((t, i) => Part(t, outputs[i])).ToValueArray());
        FuncOp main = FuncOp.Create(_entry.Name, type, location: _entry.Op.Location);
        foreach (NamedAttribute attribute in _entry.Op.Attributes)
        {
            if (attribute.Name is not "function_type")
            {
                main.Op.Attributes.Set(attribute.Name, attribute.Name is "arg_attrs" or "res_attrs" ? WithoutShardings((ArrayAttr)attribute.Value) : attribute.Value);
            }
        }
        var builder = new OpBuilder(main.Body);
        _resharded.Add([]);
        for (int i = 0; i < inputs.Length; i++)
        {
            main.Body.Arguments[i].NameHint = _entry.Body.Arguments[i].NameHint;
            _local[_entry.Body.Arguments[i]] = Enter(builder, main.Body.Arguments[i], inputs[i], _entry.Type.Inputs[i]);
        }
        WriteBlock(_entry.Body, builder);
        Value[] results = _entry.Body.Terminator!.Operands.ToArray();
        builder.Location = _entry.Body.Terminator.Location;
        Value[] parts = [.. results.Select((v, i) => Leave(builder, v, outputs[i]))];
        builder.Create("func.return", parts, []);
        main.Body.Replace([.. _resharding.Prologue, .. main.Body.Operations]);
        return main;
    }

    private static ArrayAttr WithoutShardings(ArrayAttr entries) => new(entries.Items.Select(e => e is DictionaryAttr d
        ? new DictionaryAttr(d.Entries.Where(a => a.Name is not ("sdy.sharding" or "mhlo.sharding")).ToValueArray()) : e).ToValueArray());

    // What an argument's part stands for: dimensions that do not divide are put together and what pads them is cut off.
    private (Value, TensorSharding) Enter(OpBuilder builder, Value part, DeviceTiling tiling, IrType type)
    {
        Shape whole = ((TensorType)type).Shape;
        if (tiling.IsReplicated)
        {
            return (part, TensorSharding.Replicated(whole.Rank));
        }
        if (whole.ElementCount == 0)
        {
            return (builder.Constant(new Literal((TensorType)type).ToDense()), TensorSharding.Replicated(whole.Rank));
        }
        if (_grid.Express(tiling) is not { } sharding)
        {
            return (Assemble(builder, part, tiling, whole), TensorSharding.Replicated(whole.Rank));
        }
        TensorSharding even = _annotations.Even(sharding, whole);
        for (int d = 0; d < whole.Rank; d++)
        {
            if (even[d].Length < sharding[d].Length)
            {
                part = _resharding.Gather(builder, part, d, sharding[d]);
                long[] limit = part.TensorType.Shape.ToArray();
                limit[d] = whole[d];
                part = builder.Slice(part, new long[whole.Rank].ToValueArray(), limit.ToValueArray(), Enumerable.Repeat(1L, whole.Rank).ToValueArray());
            }
        }
        return (part, even);
    }

    // Tiles in an order that no axes tell: all devices' parts, and of each tile one.
    private Value Assemble(OpBuilder builder, Value part, DeviceTiling tiling, Shape whole)
    {
        Value all = _resharding.GatherAll(builder, part);
        Shape local = part.TensorType.Shape;
        var holders = new Dictionary<string, int>();
        for (int device = tiling.Devices - 1; device >= 0; device--)
        {
            holders[string.Join(',', tiling.TileOf(device))] = device;
        }
        Value Build(long[] tile, int dimension)
        {
            if (dimension == whole.Rank)
            {
                int device = holders[string.Join(',', tile)];
                Value one = builder.Slice(all, new long[] { device }.Concat(new long[whole.Rank]).ToValueArray(), new long[] { device + 1 }.Concat(local.ToArray()).ToValueArray(), Enumerable.Repeat(1L, whole.Rank + 1).ToValueArray());
                return builder.Reshape(one, part.Type);
            }
            var pieces = new Value[tiling.Tiles[dimension]];
            for (int t = 0; t < pieces.Length; t++)
            {
                tile[dimension] = t;
                pieces[t] = Build(tile, dimension + 1);
            }
            return pieces.Length == 1 ? pieces[0] : builder.Concatenate(pieces, dimension);
        }
        Value padded = Build(new long[whole.Rank], 0);
        return padded.TensorType.Shape == whole ? padded
            : builder.Slice(padded, new long[whole.Rank].ToValueArray(), whole.ToArray().ToValueArray(), Enumerable.Repeat(1L, whole.Rank).ToValueArray());
    }

    // A result's part: dimensions that do not divide are padded with zeros and cut.
    private Value Leave(OpBuilder builder, Value value, DeviceTiling tiling)
    {
        Shape whole = value.TensorType.Shape;
        if (tiling.IsReplicated)
        {
            return Get(builder, value, TensorSharding.Replicated(whole.Rank));
        }
        if (whole.ElementCount == 0)
        {
            return builder.Constant(new Literal(value.TensorType with { Shape = tiling.LocalShape(whole) }).ToDense());
        }
        TensorSharding? sharding = _grid.Express(tiling);
        TensorSharding even = _annotations.Even(sharding, whole);
        Value part = Get(builder, value, even);
        Shape local = tiling.LocalShape(whole);
        long[] high = [.. local.ToArray().Select((n, d) => even[d].Length > 0 ? 0 : (n * tiling.Tiles[d]) - whole[d])];
        if (high.Any(h => h > 0))
        {
            TensorType scalar = part.TensorType with { Shape = Shape.Scalar };
            Value zero = builder.Constant(new DenseElementsAttr(scalar, new byte[scalar.StorageBytes], true));
            part = builder.Pad(part, zero, new long[whole.Rank].ToValueArray(), high.ToValueArray(), new long[whole.Rank].ToValueArray());
        }
        return part.TensorType.Shape == local ? part : _resharding.Cut(builder, part, local, (device, d) => tiling.TileOf(device)[d] * local[d]);
    }
}
