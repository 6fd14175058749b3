using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Tests.Partition;

/// <summary>Writes random shardings at the arguments and results of a program and between its operations.</summary>
internal static class RandomShardings
{
    public static ModuleOp Annotate(ModuleOp source, long[] mesh, Random random)
    {
        var module = new ModuleOp(source.Op.Clone([]));
        var axes = mesh.Select((n, i) => new SdyMeshAxis($"x{i}", n)).ToValueArray();
        var attributes = new AttributeMap { { "sym_name", new StringAttr("mesh") }, { "mesh", new SdyMeshAttr(axes) } };
        module.Body.Replace([new Operation("sdy.mesh", [], [], attributes, default, Location.Unknown), .. module.Body.Operations]);
        FuncOp main = module.FindFunction("main")!.Value;
        for (int i = 0; i < main.Type.Inputs.Length; i++)
        {
            if (random.Next(4) > 0)
            {
                main.SetArgAttribute(i, "sdy.sharding", Sharding((TensorType)main.Type.Inputs[i], axes, random));
            }
        }
        for (int i = 0; i < main.Type.Results.Length; i++)
        {
            if (random.Next(2) > 0)
            {
                main.SetResultAttribute(i, "sdy.sharding", Sharding((TensorType)main.Type.Results[i], axes, random));
            }
        }
        Constrain(main.Body, axes, random);
        return module;
    }

    public static bool HasSharding(ModuleOp module)
    {
        bool any = false;
        module.Op.Walk(op =>
        {
            any |= op.Attributes["sharding"] is SdyShardingAttr s && IsCut(s);
            if (op.Name == FuncOp.OpName)
            {
                var function = new FuncOp(op);
                any |= Enumerable.Range(0, function.Type.Inputs.Length).Any(i => function.ArgAttributes(i).Find("sdy.sharding") is SdyShardingAttr s && IsCut(s));
            }
        });
        return any;
    }

    private static bool IsCut(SdyShardingAttr sharding) => sharding.Dimensions.Any(d => d.Axes.Length > 0);

    // After some operations, also inside of loops and branches.
    private static void Constrain(Block block, ValueArray<SdyMeshAxis> axes, Random random)
    {
        var operations = new OperationList();
        var map = new Dictionary<Value, Value>();
        foreach (Operation op in block.Operations)
        {
            for (int i = 0; i < op.Operands.Length; i++)
            {
                if (map.TryGetValue(op.Operands[i], out Value? other))
                {
                    op.SetOperand(i, other);
                }
            }
            operations.Add(op);
            if (op.Name.Full is "stablehlo.while" or "stablehlo.if" or "stablehlo.case")
            {
                foreach (Region region in op.Regions)
                {
                    Constrain(region.Entry, axes, random);
                }
            }
            if (op.Results.Length == 1 && op.Results[0].Type is TensorType { IsQuantized: false } type && random.Next(6) == 0)
            {
                var constraint = new Operation("sdy.sharding_constraint", [op.Results[0]], [type], new AttributeMap { { "sharding", Sharding(type, axes, random) } }, default, op.Location);
                operations.Add(constraint);
                map[op.Results[0]] = constraint.Results[0];
            }
        }
        block.Replace(operations);
    }

    // Axes or halves of axes on random dimensions, which they need not divide.
    private static SdyShardingAttr Sharding(TensorType type, ValueArray<SdyMeshAxis> axes, Random random)
    {
        var dimensions = Enumerable.Range(0, type.Rank).Select(_ => new List<SdyAxisRef>()).ToArray();
        foreach (SdyMeshAxis axis in axes.OrderBy(_ => random.Next()))
        {
            if (type.Rank == 0 || random.Next(4) == 0)
            {
                continue;
            }
            if (axis.Size % 2 == 0 && axis.Size > 2 && random.Next(2) == 0)
            {
                var parts = new[] { new SdyAxisRef(axis.Name, 1, 2), new SdyAxisRef(axis.Name, 2, axis.Size / 2) };
                int first = random.Next(type.Rank), second = random.Next(type.Rank);
                if (first != second)
                {
                    dimensions[first].Add(parts[0]);
                    dimensions[second].Add(parts[1]);
                    continue;
                }
            }
            dimensions[random.Next(type.Rank)].Add(new SdyAxisRef(axis.Name));
        }
        return new SdyShardingAttr(new SymbolRefAttr("mesh"), dimensions.Select(d => new SdyDimensionSharding(d.ToValueArray(), random.Next(2) == 0)).ToValueArray());
    }
}
