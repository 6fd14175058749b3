using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Partition;

/// <summary>Writes an operation on parts: the same one with the attributes that name sizes of the parts.</summary>
internal static class LocalOperation
{
    /// <summary>A copy of an operation for local operands and result types.</summary>
    /// <param name="builder">Where it is written.</param>
    /// <param name="op">The operation on whole tensors.</param>
    /// <param name="operands">Its operands' parts.</param>
    /// <param name="types">Its results' parts.</param>
    /// <param name="map">What stands for values from outside that its regions use.</param>
    public static Operation Write(OpBuilder builder, Operation op, Value[] operands, IrType[] types, Dictionary<Value, Value> map)
    {
        var inside = new Dictionary<Value, Value>(map);
        Region[] regions = [.. op.Regions.ToArray().Select(r => r.Clone(inside))];
        var attributes = new AttributeMap(op.HasAttributes ? op.Attributes.Where(a => a.Name is not ("sdy.sharding" or "mhlo.sharding" or "sdy.sharding_rule")) : []);
        switch (op.Name.Full)
        {
            case "stablehlo.slice":
                Sizes(attributes, "limit_indices", op.Operands[0], operands[0]);
                break;
            case "stablehlo.dynamic_slice":
            case "stablehlo.gather":
                Sizes(attributes, "slice_sizes", op.Operands[0], operands[0]);
                break;
        }
        return builder.Create(op.Name, operands, types, attributes, regions);
    }

    // Where a dimension is cut it is taken whole.
    private static void Sizes(AttributeMap attributes, string name, Value whole, Value part)
    {
        var sizes = (DenseArrayAttr)attributes[name]!;
        Shape full = whole.TensorType.Shape, local = part.TensorType.Shape;
        attributes.Set(name, sizes with { Values = sizes.Values.Select((n, d) => full[d] == local[d] || n != full[d] ? n : local[d]).ToValueArray() });
    }

    /// <summary>The part of an iota, counted as integers where the dimension that counts is cut, so that every element is rounded once.</summary>
    public static Value Iota(OpBuilder builder, Operation op, TensorType local, DeviceGrid grid, TensorSharding sharding, Resharding resharding)
    {
        int dimension = (int)new IotaOp(op).IotaDimension;
        int[] axes = sharding[dimension];
        if (axes.Length == 0)
        {
            return builder.Iota(local, dimension);
        }
        Value start = resharding.PerDevice(device => grid.Index(device, axes) * local.Shape[dimension]);
        TensorType counting = new(ElementKind.UI32, local.Shape);
        Value all = builder.Add(builder.Iota(counting, dimension), builder.BroadcastInDim(start, counting, ValueArray<long>.Empty));
        return local.Kind == ElementKind.UI32 ? all : builder.Convert(all, local);
    }
}
