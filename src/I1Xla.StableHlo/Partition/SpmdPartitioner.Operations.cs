using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Partition;

/// <summary>Each operation on parts.</summary>
public sealed partial class SpmdPartitioner
{
    private void WriteBlock(Block block, OpBuilder builder)
    {
        foreach (Operation op in block.Operations)
        {
            builder.Location = op.Location;
            if (op != block.Terminator)
            {
                WriteOperation(op, builder);
            }
        }
    }

    private void WriteOperation(Operation op, OpBuilder builder)
    {
        switch (op.Name.Full)
        {
            case "sdy.sharding_constraint" or "sdy.reshard" or "sdy.propagation_barrier":
                Constrain(op, builder);
                return;
            case "stablehlo.custom_call" when Target(op) is "Sharding":
                Constrain(op, builder);
                return;
            case "stablehlo.custom_call" when Target(op) is "SPMDFullToShardShape":
                EnterManual(op, builder);
                return;
            case "stablehlo.custom_call" when Target(op) is "SPMDShardToFullShape":
                LeaveManual(op);
                return;
            case "sdy.manual_computation":
                WriteManual(op, builder);
                return;
            case "sdy.sharding_group":
                return;
            case "stablehlo.while" when !UsesManual(op):
                WriteWhile(op, builder);
                return;
            case "stablehlo.if" or "stablehlo.case" when !UsesManual(op):
                WriteBranch(op, builder);
                return;
        }
        if (!_rules.TryGetValue(op, out ShardingRule? rule))
        {
            WriteWhole(op, builder);
            return;
        }
        Value[] operands = op.Operands.ToArray();
        TensorSharding[] shardings = [.. operands.Select(o => _local[o].Sharding), .. op.Results.ToArray().Select(_propagation.Of)];
        // What a constant's parts cost depends on nobody.
        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i].DefiningOp?.Name.Full == "stablehlo.constant")
            {
                shardings[i] = Follow(rule, i, shardings);
            }
        }
        long[] bytes = [.. operands.Concat(op.Results.ToArray()).Select(v => (long)v.TensorType.Kind.StorageBytes())];
        int[][] factors = new FactorChoice(_grid, rule, shardings, bytes).Choose();
        Value[] parts = [.. operands.Select((o, i) => Get(builder, o, rule.Imply(_grid, i, factors)))];
        TensorSharding[] made = [.. Enumerable.Range(operands.Length, op.Results.Length).Select(t => rule.Imply(_grid, t, factors))];
        TensorType[] types = [.. op.Results.ToArray().Select((r, i) => r.TensorType with { Shape = _grid.LocalShape(r.TensorType.Shape, made[i]) })];
        if (op.Name.Full == "stablehlo.iota")
        {
            _local[op.Results[0]] = (LocalOperation.Iota(builder, op, types[0], _grid, made[0], _resharding), made[0]);
            return;
        }
        Operation local = LocalOperation.Write(builder, op, parts, types, Outside(op, builder));
        int[] partial = [.. Enumerable.Range(0, factors.Length).Where(f => rule.Factors[f].IsReduction).SelectMany(f => factors[f])];
        for (int i = 0; i < made.Length; i++)
        {
            local.Results[i].NameHint = op.Results[i].NameHint;
            _local[op.Results[i]] = partial.Length == 0 ? (local.Results[i], made[i])
                : _resharding.Reduce(builder, local.Results[i], made[i], partial, _propagation.Of(op.Results[i]), rule.Combiner);
        }
    }

    // A constant as the other tensors of the operation are cut, where a dimension belongs to them.
    private TensorSharding Follow(ShardingRule rule, int tensor, TensorSharding[] shardings)
    {
        var byFactor = new int[rule.Factors.Count][];
        byFactor.AsSpan().Fill([]);
        for (int t = 0; t < shardings.Length; t++)
        {
            int[][] projected = rule.Project(_grid, t, shardings[t]);
            for (int f = 0; f < byFactor.Length; f++)
            {
                if (byFactor[f].Length == 0 && !projected[f].Any(a => byFactor.Any(b => b.Contains(a))))
                {
                    byFactor[f] = projected[f];
                }
            }
        }
        rule.Normalize(_grid, byFactor);
        return rule.Imply(_grid, tensor, byFactor);
    }

    // On whole operands, by every device.
    private void WriteWhole(Operation op, OpBuilder builder)
    {
        Dictionary<Value, Value> map = Outside(op, builder);
        Value[] operands = [.. op.Operands.ToArray().Select(o => Whole(builder, o))];
        Operation copy = LocalOperation.Write(builder, op, operands, [.. op.Results.ToArray().Select(r => r.Type)], map);
        for (int i = 0; i < op.Results.Length; i++)
        {
            copy.Results[i].NameHint = op.Results[i].NameHint;
            _local[op.Results[i]] = (copy.Results[i], TensorSharding.Replicated((op.Results[i].Type as TensorType)?.Rank ?? 0));
        }
    }

    // Values from outside that the operation's regions use, whole.
    private Dictionary<Value, Value> Outside(Operation op, OpBuilder builder)
    {
        var map = new Dictionary<Value, Value>();
        if (op.Regions.Length > 0)
        {
            op.Walk(inner =>
            {
                foreach (Value operand in inner == op ? [] : inner.Operands)
                {
                    if (_local.ContainsKey(operand))
                    {
                        map[operand] = Whole(builder, operand);
                    }
                }
            });
        }
        return map;
    }

    private void Constrain(Operation op, OpBuilder builder)
    {
        if (op.Results[0].Type is not TensorType { Shape.IsStatic: true } || _manual.Contains(op.Operands[0]))
        {
            _local[op.Results[0]] = _local[op.Operands[0]];
            return;
        }
        TensorSharding sharding = _propagation.Of(op.Results[0]);
        _local[op.Results[0]] = (Get(builder, op.Operands[0], sharding), sharding);
    }

    // Loops.

    private void WriteWhile(Operation op, OpBuilder builder)
    {
        TensorSharding[] shardings = [.. op.Results.ToArray().Select(_propagation.Of)];
        Value[] initial = [.. op.Operands.ToArray().Select((o, i) => Get(builder, o, shardings[i]))];
        IrType[] types = [.. initial.Select(v => v.Type)];
        var regions = new Region[2];
        for (int r = 0; r < 2; r++)
        {
            Block source = op.Regions[r].Entry;
            var block = new Block(types);
            var inner = new OpBuilder(block);
            _resharded.Add([]);
            for (int i = 0; i < types.Length; i++)
            {
                _local[source.Arguments[i]] = (block.Arguments[i], shardings[i]);
            }
            WriteBlock(source, inner);
            Value[] ends = source.Terminator!.Operands.ToArray();
            inner.Create("stablehlo.return", [.. ends.Select((v, i) => r == 0 ? Whole(inner, v) : Get(inner, v, shardings[i]))], []);
            _resharded.RemoveAt(_resharded.Count - 1);
            regions[r] = new Region(block);
        }
        Operation loop = builder.Create(op.Name, initial, types, Plain(op), regions);
        for (int i = 0; i < types.Length; i++)
        {
            _local[op.Results[i]] = (loop.Results[i], shardings[i]);
        }
    }

    private void WriteBranch(Operation op, OpBuilder builder)
    {
        TensorSharding[] shardings = [.. op.Results.ToArray().Select(_propagation.Of)];
        IrType[] types = [.. op.Results.ToArray().Select((r, i) => Local(r.Type, shardings[i]))];
        Value index = Whole(builder, op.Operands[0]);
        var regions = new Region[op.Regions.Length];
        for (int r = 0; r < regions.Length; r++)
        {
            Block source = op.Regions[r].Entry;
            var block = new Block();
            var inner = new OpBuilder(block);
            _resharded.Add([]);
            WriteBlock(source, inner);
            inner.Create("stablehlo.return", [.. source.Terminator!.Operands.ToArray().Select((v, i) => Get(inner, v, shardings[i]))], []);
            _resharded.RemoveAt(_resharded.Count - 1);
            regions[r] = new Region(block);
        }
        Operation branch = builder.Create(op.Name, [index], types, Plain(op), regions);
        for (int i = 0; i < types.Length; i++)
        {
            _local[op.Results[i]] = (branch.Results[i], shardings[i]);
        }
    }

    // Manual computations.

    private void WriteManual(Operation op, OpBuilder builder)
    {
        SdyManualAxesAttr axes = op.Attributes.Get<SdyManualAxesAttr>("manual_axes") ?? new SdyManualAxesAttr([]);
        var inputs = (SdyShardingPerValueAttr)op.Attributes["in_shardings"]!;
        var outputs = (SdyShardingPerValueAttr)op.Attributes["out_shardings"]!;
        Block body = op.Regions[0].Entry;
        for (int i = 0; i < op.Operands.Length; i++)
        {
            (TensorSharding manual, _) = _annotations.Split(inputs.Shardings[i], axes, op.Operands[i].TensorType.Shape);
            TensorSharding free = _propagation.Of(body.Arguments[i]);
            _local[body.Arguments[i]] = (Get(builder, op.Operands[i], Join(manual, free)), free);
        }
        WriteBlock(body, builder);
        for (int i = 0; i < op.Results.Length; i++)
        {
            (TensorSharding manual, TensorSharding free) = _annotations.Split(outputs.Shardings[i], axes, op.Results[i].TensorType.Shape);
            _local[op.Results[i]] = (Get(builder, body.Terminator!.Operands[i], free), Join(manual, free));
        }
    }

    private void EnterManual(Operation op, OpBuilder builder)
    {
        TensorType whole = op.Operands[0].TensorType, part = op.Results[0].TensorType;
        TensorSharding sharding = ManualSharding(op.Operands[0].DefiningOp, whole);
        if (_grid.LocalShape(whole.Shape, sharding) != part.Shape)
        {
            throw new PartitionException($"a part of {whole} is {part}, which its sharding does not say");
        }
        _local[op.Results[0]] = (Get(builder, op.Operands[0], sharding), TensorSharding.Replicated(part.Rank));
    }

    private void LeaveManual(Operation op)
    {
        TensorType whole = op.Results[0].TensorType, part = op.Operands[0].TensorType;
        TensorSharding sharding = ManualSharding(op, whole);
        if (_grid.LocalShape(whole.Shape, sharding) != part.Shape)
        {
            throw new PartitionException($"a part of {whole} is {part}, which its sharding does not say");
        }
        _local[op.Results[0]] = (_local[op.Operands[0]].Value, sharding);
    }

    private TensorSharding ManualSharding(Operation? op, TensorType type)
    {
        if (op?.Attributes.Get<StringAttr>("mhlo.sharding") is not { } text)
        {
            throw new PartitionException("a change between whole and shard shapes has no sharding");
        }
        TensorSharding sharding = _grid.Express(DeviceTiling.ParseHlo(text.Value, type.Rank, _grid.Devices)) ?? throw new PartitionException($"the sharding {text.Value} cannot be told in the axes of the other ones");
        return _annotations.Even(sharding, type.Shape);
    }

    // Values.

    private Value Whole(OpBuilder builder, Value value) => Get(builder, value, TensorSharding.Replicated((value.Type as TensorType)?.Rank ?? 0));

    // A value in a sharding; what was brought there before is used again where it can be seen.
    private Value Get(OpBuilder builder, Value value, TensorSharding sharding)
    {
        (Value local, TensorSharding now) = _local[value];
        if (now.Equals(sharding))
        {
            return local;
        }
        foreach (Dictionary<(Value, TensorSharding), Value> scope in _resharded)
        {
            if (scope.TryGetValue((local, sharding), out Value? known))
            {
                return known;
            }
        }
        Value made;
        if (value.DefiningOp is { Name.Full: "stablehlo.constant" } constant && constant.Attributes["value"] is DenseElementsAttr { IsSplat: true } splat)
        {
            made = builder.Constant(splat with { Type = splat.Type with { Shape = _grid.LocalShape(splat.Type.Shape, sharding) } });
        }
        else
        {
            made = _resharding.Run(builder, local, now, sharding);
        }
        return _resharded[^1][(local, sharding)] = made;
    }

    private IrType Local(IrType type, TensorSharding sharding) => type is TensorType tensor ? tensor with { Shape = _grid.LocalShape(tensor.Shape, sharding) } : type;

    private static AttributeMap Plain(Operation op) => new(op.HasAttributes ? op.Attributes.Where(a => a.Name is not ("sdy.sharding" or "mhlo.sharding")) : []);
}
