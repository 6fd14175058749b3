using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Passes.Chlo;

/// <summary>CHLO's ops with implicit broadcasting, on static shapes.</summary>
internal static class Broadcasts
{
    public static Value Expand(Operation op, OpBuilder builder, Func<string, Value, Value, Value?> chloBinary)
    {
        string target = op.Name.Short["broadcast_".Length..];
        var operands = new Value[op.Operands.Length];
        int rank = 0;
        foreach (Value operand in op.Operands)
        {
            if (!operand.TensorType.Shape.IsStatic)
            {
                throw new PassException($"{op.Name} broadcasts shapes that are not known; run refine-shapes first", op);
            }
            rank = Math.Max(rank, operand.TensorType.Rank);
        }
        long[] shape = new long[rank];
        Array.Fill(shape, 1);
        long[][] maps = new long[operands.Length][];
        for (int i = 0; i < operands.Length; i++)
        {
            TensorType type = op.Operands[i].TensorType;
            maps[i] = type.Rank < rank && op.Attributes.Get<DenseArrayAttr>("broadcast_dimensions") is { } given
                ? given.Values.ToArray()
                : Enumerable.Range(rank - type.Rank, type.Rank).Select(d => (long)d).ToArray();
            for (int d = 0; d < type.Rank; d++)
            {
                ref long size = ref shape[maps[i][d]];
                size = type.Shape[d] == 1 ? size : type.Shape[d];
            }
        }
        for (int i = 0; i < operands.Length; i++)
        {
            TensorType type = op.Operands[i].TensorType;
            operands[i] = type.Shape == new Shape(shape) ? op.Operands[i] : builder.BroadcastInDim(op.Operands[i], type with { Shape = new Shape([.. shape]) }, new ValueArray<long>(maps[i]));
        }
        if (operands.Length == 2 && chloBinary(target, operands[0], operands[1]) is { } special)
        {
            return special;
        }
        if (target == "select")
        {
            return builder.Select(operands[0], operands[1], operands[2]);
        }
        var attributes = new AttributeMap(op.Attributes.Where(a => a.Name != "broadcast_dimensions"));
        foreach (NamedAttribute entry in attributes.Entries.ToArray())
        {
            if (entry.Value is EnumAttr { Dialect: "chlo" } e)
            {
                attributes.Set(entry.Name, e with { Dialect = "stablehlo" });
            }
        }
        return Verify.TypeInference.Create(builder, "stablehlo." + target, operands, attributes).Result;
    }
}
