using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Partition;

namespace I1Xla.Cpu.Spmd;

/// <summary>
/// Turns a program for several devices into one for a single device that holds everything: outside manual regions the whole arrays, whose
/// annotations say only where they would lie; inside (<c>sdy.manual_computation</c>, or between <c>SPMDFullToShardShape</c> and
/// <c>SPMDShardToFullShape</c>, or a whole program written for one process of many) one copy of each value for each device, with collectives
/// between the copies. What the copies have in common the compiler's common-subexpression elimination joins again.
/// </summary>
internal sealed class DeviceFlattening
{
    private readonly ModuleOp _source;
    private readonly ModuleOp _target;
    private readonly ProcessGroups _groups;
    private readonly int _replicas, _partitions;
    private readonly Dictionary<Value, Value>[] _map;
    private readonly HashSet<Value> _varying = [];
    private readonly HashSet<string> _copied = [];
    private readonly Dictionary<string, SdyMeshAttr> _meshes = [];
    private readonly Dictionary<string, bool> _special = [];

    private DeviceFlattening(ModuleOp source, int replicas, int partitions)
    {
        _source = source;
        _target = ModuleOp.Create(source.Name);
        (_replicas, _partitions) = (replicas, partitions);
        _groups = new ProcessGroups(replicas, partitions);
        _map = [.. Enumerable.Range(0, Devices).Select(_ => new Dictionary<Value, Value>())];
        foreach (Operation op in source.Body.Operations)
        {
            if (op.Name.Full == "sdy.mesh" && op.Attributes.Get<SdyMeshAttr>("mesh") is { } mesh) _meshes[op.Attributes.Get<StringAttr>("sym_name")!.Value] = mesh;
        }
    }

    private int Devices => _replicas * _partitions;

    /// <summary>
    /// The flat module, with the entry first. When <paramref name="manual"/>, the entry is written for one process: the result takes the arguments of
    /// device 0, then of device 1, and so on, and gives results in that order. Otherwise its types stay.
    /// </summary>
    public static ModuleOp Run(ModuleOp source, FuncOp entry, int replicas, int partitions, bool manual)
    {
        var pass = new DeviceFlattening(source, replicas, partitions);
        pass.Entry(entry, manual);
        return pass._target;
    }

    /// <summary>The meshes of a module by symbol name.</summary>
    public static SdyMeshAttr? FindMesh(ModuleOp module, StableHlo.Ir.Attribute mesh)
    {
        if (mesh is SdyMeshAttr inline) return inline;
        string name = ((SymbolRefAttr)mesh).Root;
        foreach (Operation op in module.Body.Operations)
        {
            if (op.Name.Full == "sdy.mesh" && op.Attributes.Get<StringAttr>("sym_name")?.Value == name) return op.Attributes.Get<SdyMeshAttr>("mesh");
        }
        return null;
    }

    private void Entry(FuncOp entry, bool manual)
    {
        int copies = manual ? Devices : 1;
        var inputs = new ValueArray<IrType>([.. Enumerable.Repeat(entry.Type.Inputs.ToArray(), copies).SelectMany(t => t)]);
        var results = new ValueArray<IrType>([.. Enumerable.Repeat(entry.Type.Results.ToArray(), copies).SelectMany(t => t)]);
        FuncOp main = FuncOp.Create(entry.Name, new FunctionType(inputs, results));
        _target.Body.Add(main.Op);
        int count = entry.Type.Inputs.Length;
        for (int i = 0; i < count; i++)
        {
            BlockArgument argument = entry.Body.Arguments[i];
            if (manual) _varying.Add(argument);
            for (int d = 0; d < Devices; d++) _map[d][argument] = main.Body.Arguments[manual ? (d * count) + i : i];
        }
        var builder = new OpBuilder(main.Body);
        Value[][] values = Block(entry.Body, builder, manual);
        builder.Create("func.return", manual ? [.. values.SelectMany(v => v)] : values[0], []);
    }

    // Flattens a block's operations into the builder's; returns the terminator's operands by device, then by operand.
    private Value[][] Block(Block block, OpBuilder builder, bool manual)
    {
        foreach (Operation op in block.Operations)
        {
            builder.Location = op.Location;
            if (op == block.Terminator)
            {
                Value[] operands = op.Operands.ToArray();
                return [.. _map.Select(m => operands.Select(o => m[o]).ToArray())];
            }
            Flatten(op, builder, manual);
        }
        throw new ArgumentException("A block has no terminator.");
    }

    private void Flatten(Operation op, OpBuilder builder, bool manual)
    {
        string name = op.Name.Full;
        if (CollectiveLowering.IsCollective(op))
        {
            Value[][] operands = [.. op.Operands.ToArray().Select(o => _map.Select(m => m[o]).ToArray())];
            SetVarying(op, new CollectiveLowering(builder, _groups).Lower(op, operands));
            return;
        }
        switch (name)
        {
            case "stablehlo.partition_id" or "stablehlo.replica_id":
                SetVarying(op, [.. Enumerable.Range(0, Devices).Select(d => new[] { Id(builder, op, name.EndsWith("partition_id", StringComparison.Ordinal) ? d % _partitions : d / _partitions) })]);
                return;
            case "stablehlo.send" or "stablehlo.recv" when Runtime.HostTransferStep.IsHostTransfer(op):
                HostTransfer(op, builder, manual || Varies(op) ? Devices : 1);
                return;
            case "sdy.manual_computation":
                Manual(op, builder);
                return;
            case "sdy.sharding_constraint" or "sdy.reshard" or "sdy.propagation_barrier":
                Forward(op.Results[0], op.Operands[0]);
                return;
            case "stablehlo.custom_call" when op.Attributes.Get<StringAttr>("call_target_name")?.Value is { } target && Custom(op, target, builder):
                return;
            case "func.call" or "call":
                Call(op, builder, manual);
                return;
            case "stablehlo.while" when IsSpecial(op):
                While(op, builder, manual || IsOfDevices(op));
                return;
            case "stablehlo.case" or "stablehlo.if" when IsSpecial(op):
                Branch(op, builder, manual || IsOfDevices(op));
                return;
        }
        if (IsSpecial(op)) throw new NotSupportedException($"{name} with communication between devices inside is not supported.");
        if (!Varies(op))
        {
            Copy(op, builder, 0);
            foreach (OpResult result in op.Results)
            {
                for (int d = 1; d < Devices; d++) _map[d][result] = _map[0][result];
            }
            return;
        }
        for (int d = 0; d < Devices; d++) Copy(op, builder, d);
        foreach (OpResult result in op.Results) _varying.Add(result);
    }

    // Outside manual regions the arrays are whole, and the first device speaks with the host.
    private void HostTransfer(Operation op, OpBuilder builder, int copies)
    {
        for (int d = 0; d < copies; d++)
        {
            Copy(op, builder, d);
            builder.Block.Operations[^1].Attributes.Set(Runtime.HostTransferStep.DeviceAttribute, IntegerAttr.I64(d));
        }
        foreach (OpResult result in op.Results)
        {
            for (int d = copies; d < Devices; d++) _map[d][result] = _map[0][result];
            if (copies > 1) _varying.Add(result);
        }
    }

    private void Copy(Operation op, OpBuilder builder, int device)
    {
        CopyCalled(op);
        builder.Block.Add(op.Clone(_map[device]));
    }

    private void Forward(Value result, Value operand)
    {
        foreach (Dictionary<Value, Value> map in _map) map[result] = map[operand];
        if (_varying.Contains(operand)) _varying.Add(result);
    }

    private void SetVarying(Operation op, Value[][] values)
    {
        for (int i = 0; i < op.Results.Length; i++)
        {
            for (int d = 0; d < Devices; d++) _map[d][op.Results[i]] = values[d][i];
            _varying.Add(op.Results[i]);
        }
    }

    private static Value Id(OpBuilder builder, Operation op, int id)
    {
        TensorType type = op.Results[0].TensorType;
        return builder.Constant(new DenseElementsAttr(type, BitConverter.GetBytes((uint)id), true));
    }

    private bool Custom(Operation op, string target, OpBuilder builder)
    {
        switch (target)
        {
            case "Sharding":
                Forward(op.Results[0], op.Operands[0]);
                return true;
            case "SPMDFullToShardShape":
                DeviceTiling into = TilingOf(op.Operands[0].DefiningOp, op.Operands[0].TensorType);
                SetVarying(op, [.. Enumerable.Range(0, Devices).Select(d => new[] { Cut(builder, _map[d][op.Operands[0]], into, d) })]);
                return true;
            case "SPMDShardToFullShape":
                DeviceTiling from = TilingOf(op, op.Results[0].TensorType);
                Value whole = Join(builder, [.. _map.Select(m => m[op.Operands[0]])], from, op.Results[0].TensorType.Shape);
                foreach (Dictionary<Value, Value> map in _map) map[op.Results[0]] = whole;
                return true;
            default:
                return false;
        }
    }

    private DeviceTiling TilingOf(Operation? op, TensorType type) => op?.Attributes.Get<StringAttr>("mhlo.sharding") is { } text
        ? DeviceTiling.ParseHlo(text.Value, type.Rank, Devices)
        : throw new ArgumentException("A change between whole and shard shapes has no sharding.");

    private void Manual(Operation op, OpBuilder builder)
    {
        SdyShardingPerValueAttr inputs = op.Attributes.Get<SdyShardingPerValueAttr>("in_shardings")!, outputs = op.Attributes.Get<SdyShardingPerValueAttr>("out_shardings")!;
        Block body = op.Regions[0].Entry;
        for (int i = 0; i < op.Operands.Length; i++)
        {
            DeviceTiling tiling = DeviceTiling.FromShardy(inputs.Shardings[i], Mesh(inputs.Shardings[i]), Devices);
            Value operand = op.Operands[i];
            // An operand that varies already is inside an outer manual region, cut along other axes.
            for (int d = 0; d < Devices; d++) _map[d][body.Arguments[i]] = Cut(builder, _map[d][operand], tiling, d);
            _varying.Add(body.Arguments[i]);
        }
        Value[][] values = Block(body, builder, manual: true);
        for (int i = 0; i < op.Results.Length; i++)
        {
            int index = i;
            DeviceTiling tiling = DeviceTiling.FromShardy(outputs.Shardings[i], Mesh(outputs.Shardings[i]), Devices);
            Value whole = Join(builder, [.. values.Select(v => v[index])], tiling, op.Results[i].TensorType.Shape);
            foreach (Dictionary<Value, Value> map in _map) map[op.Results[i]] = whole;
        }
    }

    private SdyMeshAttr Mesh(SdyShardingAttr sharding) => sharding.Mesh as SdyMeshAttr
        ?? (_meshes.TryGetValue(((SymbolRefAttr)sharding.Mesh).Root, out SdyMeshAttr? mesh) ? mesh : throw new ArgumentException($"There is no mesh {sharding.Mesh}."));

    private static Value Cut(OpBuilder builder, Value whole, DeviceTiling tiling, int device)
    {
        if (tiling.IsReplicated) return whole;
        Shape shape = whole.TensorType.Shape, local = tiling.LocalShape(shape);
        long[] start = tiling.Offsets(device, shape), strides = new long[shape.Rank];
        strides.AsSpan().Fill(1);
        long[] limit = [.. start.Select((s, d) => s + local[d])];
        for (int d = 0; d < limit.Length; d++)
        {
            if (limit[d] > shape[d]) throw new NotSupportedException($"A dimension of {shape[d]} does not divide into {tiling.Tiles[d]} parts for a manual computation.");
        }
        return builder.Slice(whole, new ValueArray<long>(start), new ValueArray<long>(limit), new ValueArray<long>(strides));
    }

    // Joins one holder of each tile, dimension by dimension from the last.
    private static Value Join(OpBuilder builder, Value[] parts, DeviceTiling tiling, Shape whole)
    {
        if (tiling.IsReplicated) return parts[0];
        var holders = new Dictionary<string, Value>();
        for (int d = parts.Length - 1; d >= 0; d--) holders[string.Join(',', tiling.TileOf(d))] = parts[d];
        Value Build(long[] tile, int dimension)
        {
            if (dimension == whole.Rank) return holders[string.Join(',', tile)];
            var pieces = new Value[tiling.Tiles[dimension]];
            for (int t = 0; t < pieces.Length; t++)
            {
                tile[dimension] = t;
                pieces[t] = Build(tile, dimension + 1);
            }
            return pieces.Length == 1 ? pieces[0] : builder.Concatenate(pieces, dimension);
        }
        return Build(new long[whole.Rank], 0);
    }

    private void Call(Operation op, OpBuilder builder, bool manual)
    {
        string callee = op.Attributes.Get<SymbolRefAttr>("callee")!.Root;
        FuncOp function = _source.FindFunction(callee) ?? throw new ArgumentException($"There is no function @{callee}.");
        if (!Varies(op) && !IsSpecial(op))
        {
            Copy(op, builder, 0);
            foreach (OpResult result in op.Results)
            {
                for (int d = 1; d < Devices; d++) _map[d][result] = _map[0][result];
            }
            return;
        }
        for (int i = 0; i < op.Operands.Length; i++)
        {
            _varying.Remove(function.Body.Arguments[i]);
            Forward(function.Body.Arguments[i], op.Operands[i]);
        }
        Value[][] values = Block(function.Body, builder, manual);
        Operation terminator = function.Body.Terminator!;
        for (int i = 0; i < op.Results.Length; i++)
        {
            for (int d = 0; d < Devices; d++) _map[d][op.Results[i]] = values[d][i];
            if (_varying.Contains(terminator.Operands[i])) _varying.Add(op.Results[i]);
        }
    }

    private void CopyFunction(FuncOp function)
    {
        if (!_copied.Add(function.Name)) return;
        _target.Body.Add(function.Op.Clone([]));
        CopyCalled(function.Op);
    }

    // Functions called in an operation's regions too.
    private void CopyCalled(Operation op) => op.Walk(inner =>
    {
        if (inner.HasAttributes && (inner.Attributes.Get<SymbolRefAttr>("callee") ?? inner.Attributes.Get<SymbolRefAttr>("decomposition")) is { } callee && _source.FindFunction(callee.Root) is { } next) CopyFunction(next);
    });

    // A loop that communicates: its state is that of all devices; device 0 decides when it ends, as all would.
    private void While(Operation op, OpBuilder builder, bool manual)
    {
        int copies = manual ? Devices : 1, count = op.Operands.Length;
        IrType[] types = [.. Enumerable.Repeat(op.Results.ToArray().Select(r => r.Type), copies).SelectMany(t => t)];
        Value[] initial = [.. Enumerable.Range(0, copies).SelectMany(d => op.Operands.ToArray().Select(o => _map[d][o]))];
        Region Part(Block source, bool condition)
        {
            var block = new Block(types);
            for (int i = 0; i < count; i++)
            {
                if (manual) _varying.Add(source.Arguments[i]);
                for (int d = 0; d < Devices; d++) _map[d][source.Arguments[i]] = block.Arguments[manual ? (d * count) + i : i];
            }
            var inner = new OpBuilder(block);
            Value[][] values = Block(source, inner, manual);
            inner.Create("stablehlo.return", condition || !manual ? values[0] : [.. values.SelectMany(v => v)], []);
            return new Region(block);
        }
        Region condition = Part(op.Regions[0].Entry, true), body = Part(op.Regions[1].Entry, false);
        Operation loop = builder.Create(op.Name, initial, types, op.Attributes.Clone(), [condition, body]);
        SetResults(op, loop, manual);
    }

    private void Branch(Operation op, OpBuilder builder, bool manual)
    {
        int copies = manual ? Devices : 1;
        IrType[] types = [.. Enumerable.Repeat(op.Results.ToArray().Select(r => r.Type), copies).SelectMany(t => t)];
        var regions = new Region[op.Regions.Length];
        for (int i = 0; i < regions.Length; i++)
        {
            var block = new Block();
            var inner = new OpBuilder(block);
            Value[][] values = Block(op.Regions[i].Entry, inner, manual);
            inner.Create("stablehlo.return", manual ? [.. values.SelectMany(v => v)] : values[0], []);
            regions[i] = new Region(block);
        }
        SetResults(op, builder.Create(op.Name, [_map[0][op.Operands[0]]], types, op.Attributes.Clone(), regions), manual);
    }

    private void SetResults(Operation op, Operation made, bool manual)
    {
        for (int i = 0; i < op.Results.Length; i++)
        {
            for (int d = 0; d < Devices; d++) _map[d][op.Results[i]] = made.Results[manual ? (d * op.Results.Length) + i : i];
            if (manual) _varying.Add(op.Results[i]);
        }
    }

    private bool Varies(Operation op)
    {
        bool varies = false;
        op.Walk(inner =>
        {
            foreach (Value operand in inner.Operands) varies |= _varying.Contains(operand);
        });
        return varies;
    }

    // Whether a loop or branch that communicates stands between SPMDFullToShardShape and SPMDShardToFullShape, which no block shows.
    private bool IsOfDevices(Operation op)
    {
        bool communicates = false, enters = false;
        op.Walk(inner =>
        {
            communicates |= CollectiveLowering.IsCollective(inner) || inner.Name.Full is "stablehlo.partition_id" or "stablehlo.replica_id";
            enters |= inner.Name.Full == "sdy.manual_computation" || inner.Attributes.Get<StringAttr>("call_target_name")?.Value == "SPMDFullToShardShape";
        });
        return Varies(op) || (communicates && !enters);
    }

    // Whether the operation's regions, or functions called there, communicate or hold manual computations.
    private bool IsSpecial(Operation op)
    {
        bool special = false;
        op.Walk(inner =>
        {
            if (inner != op || op.Name.Full is "func.call" or "call") special |= IsSpecialItself(inner);
        });
        return special;
    }

    private bool IsSpecialItself(Operation op)
    {
        if (CollectiveLowering.IsCollective(op) || op.Name.Full is "sdy.manual_computation" or "stablehlo.partition_id" or "stablehlo.replica_id") return true;
        if (op.Attributes.Get<StringAttr>("call_target_name")?.Value is "SPMDFullToShardShape" or "SPMDShardToFullShape") return true;
        if (op.Attributes.Get<SymbolRefAttr>("callee") is not { } callee || _source.FindFunction(callee.Root) is not { } function) return false;
        if (_special.TryGetValue(callee.Root, out bool known)) return known;
        _special[callee.Root] = false;
        bool special = false;
        function.Op.Walk(inner => special |= inner != function.Op && IsSpecialItself(inner));
        return _special[callee.Root] = special;
    }
}
