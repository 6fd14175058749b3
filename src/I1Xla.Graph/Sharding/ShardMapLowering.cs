using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>The partition specs of a shard map's inputs and results.</summary>
internal sealed record ShardMapSpecsAttr(ValueArray<PartitionSpec> Inputs, ValueArray<PartitionSpec> Results) : Attribute;

/// <summary>Writes a shard map as Shardy's manual computation, or between GSPMD's conversions to and from shards.</summary>
internal static class ShardMapLowering
{
    /// <summary>Emits a shard map and notes what replaces its results.</summary>
    public static void Lower(ModuleTracer module, Operation op, OpBuilder builder, Dictionary<Value, Value> replaced)
    {
        var specs = op.Attributes.Get<ShardMapSpecsAttr>("specs")!;
        Mesh mesh = Shardings.MeshOf(module, "shard_map", specs);
        if (module.Options.ShardingStyle == ShardingStyle.Shardy)
        {
            Manual(mesh, op, specs, builder, replaced);
        }
        else
        {
            Converted(mesh, op, specs, builder, replaced);
        }
    }

    private static void Manual(Mesh mesh, Operation op, ShardMapSpecsAttr specs, OpBuilder builder, Dictionary<Value, Value> replaced)
    {
        Block body = op.Regions[0].Entry;
        var inner = new Block([.. body.Arguments.Select(a => a.Type)]);
        var map = new Dictionary<Value, Value>();
        for (int i = 0; i < body.Arguments.Count; i++)
        {
            map[body.Arguments[i]] = inner.Arguments[i];
        }
        CopyInto(op, inner, map, HloOps.SdyReturn);
        SdyShardingPerValueAttr Shardings(ValueArray<PartitionSpec> list, ReadOnlySpan<Value> values)
        {
            var attributes = new SdyShardingAttr[values.Length];
            for (int i = 0; i < attributes.Length; i++)
            {
                attributes[i] = Graph.Shardings.Shardy(mesh, list[i], values[i].TensorType.Rank);
            }
            return new SdyShardingPerValueAttr(new ValueArray<SdyShardingAttr>(attributes));
        }
        Operation manual = builder.Create(HloOps.ManualComputation, op.Operands, [.. op.Results.ToArray().Select(r => r.Type)], new AttributeMap
        {
            { "in_shardings", Shardings(specs.Inputs, op.Operands) },
            { "out_shardings", Shardings(specs.Results, [.. op.Results]) },
            { "manual_axes", new SdyManualAxesAttr(mesh.Axes.Select(a => a.Name).ToValueArray()) },
        }, [new Region(inner)]);
        for (int i = 0; i < op.Results.Length; i++)
        {
            replaced[op.Results[i]] = manual.Results[i];
        }
    }

    private static void Converted(Mesh mesh, Operation op, ShardMapSpecsAttr specs, OpBuilder builder, Dictionary<Value, Value> replaced)
    {
        Value Call(string target, Value operand, IrType type, string sharding) => builder.Create(HloOps.CustomCall, [operand], [type], new AttributeMap
        {
            { "call_target_name", new StringAttr(target) },
            { "backend_config", new StringAttr("") },
            { "mhlo.sharding", new StringAttr(sharding) },
        }).Result;
        Block body = op.Regions[0].Entry;
        var map = new Dictionary<Value, Value>();
        for (int i = 0; i < body.Arguments.Count; i++)
        {
            Value operand = op.Operands[i];
            Value placed = Call("Sharding", operand, operand.Type, Shardings.Gspmd(mesh, specs.Inputs[i], operand.TensorType.Rank));
            map[body.Arguments[i]] = Call("SPMDFullToShardShape", placed, body.Arguments[i].Type, "{manual}");
        }
        Value[] results = CopyInto(op, builder.Block, map, null);
        for (int i = 0; i < results.Length; i++)
        {
            Value manual = Call("Sharding", results[i], results[i].Type, "{manual}");
            replaced[op.Results[i]] = Call("SPMDShardToFullShape", manual, op.Results[i].Type, Shardings.Gspmd(mesh, specs.Results[i], op.Results[i].TensorType.Rank));
        }
    }

    /// <summary>Copies the body's operations, and the outer constants it uses; gives what it returns.</summary>
    private static Value[] CopyInto(Operation op, Block to, Dictionary<Value, Value> map, OpName? terminator)
    {
        Block body = op.Regions[0].Entry;
        foreach (Value constant in Backward.Captures(op.Regions))
        {
            map[constant] = to.Add(constant.DefiningOp!.Clone([])).Result;
        }
        foreach (Operation inner in body.Operations.SkipLast(1))
        {
            to.Add(inner.Clone(map));
        }
        Value[] returned = [.. body.Terminator!.Operands.ToArray().Select(v => map.GetValueOrDefault(v, v))];
        if (terminator is not null)
        {
            to.Add(new Operation(terminator, returned, [], null, default, op.Location));
        }
        return returned;
    }
}
