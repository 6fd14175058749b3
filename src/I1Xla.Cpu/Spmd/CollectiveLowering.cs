using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.Cpu.Spmd;

/// <summary>Collectives as ordinary operations on the values of all devices: a reduction adds them up, a gather joins them, a permutation picks.</summary>
internal sealed class CollectiveLowering(OpBuilder builder, ProcessGroups groups)
{
    /// <summary>Whether an operation talks between devices.</summary>
    public static bool IsCollective(Operation op) => op.Name.Full is "stablehlo.all_reduce" or "stablehlo.all_gather" or "stablehlo.reduce_scatter"
        or "stablehlo.all_to_all" or "stablehlo.collective_permute" or "stablehlo.collective_broadcast";

    /// <summary>Results by device, then by result; operands by operand, then by device.</summary>
    public Value[][] Lower(Operation op, Value[][] operands)
    {
        var results = new Value[groups.Count][];
        for (int d = 0; d < results.Length; d++) results[d] = new Value[op.Results.Length];
        for (int i = 0; i < op.Results.Length; i++)
        {
            Value[] values = operands[i];
            switch (op.Name.Full)
            {
                case "stablehlo.all_reduce":
                    foreach (int[] group in groups.OfReduction(op))
                    {
                        Value sum = Fold(op, group, values);
                        foreach (int d in group) results[d][i] = sum;
                    }
                    break;
                case "stablehlo.all_gather":
                    foreach (int[] group in groups.OfReduction(op))
                    {
                        Value all = builder.Concatenate([.. group.Select(d => values[d])], Number(op, "all_gather_dim"));
                        foreach (int d in group) results[d][i] = all;
                    }
                    break;
                case "stablehlo.reduce_scatter":
                    foreach (int[] group in groups.OfReduction(op))
                    {
                        Value sum = Fold(op, group, values);
                        for (int g = 0; g < group.Length; g++) results[group[g]][i] = Part(sum, (int)Number(op, "scatter_dimension"), g, group.Length);
                    }
                    break;
                case "stablehlo.all_to_all":
                    int split = (int)Number(op, "split_dimension"), concat = (int)Number(op, "concat_dimension");
                    foreach (int[] group in groups.OfExchange(op))
                    {
                        for (int g = 0; g < group.Length; g++)
                        {
                            int part = g;
                            results[group[g]][i] = builder.Concatenate([.. group.Select(d => Part(values[d], split, part, group.Length))], concat);
                        }
                    }
                    break;
                case "stablehlo.collective_broadcast":
                    foreach (int[] group in groups.OfExchange(op))
                    {
                        foreach (int d in group) results[d][i] = values[group[0]];
                    }
                    break;
                default:
                    int[] sources = groups.Sources(op);
                    for (int d = 0; d < sources.Length; d++) results[d][i] = sources[d] < 0 ? Zero(op.Results[i].TensorType) : values[sources[d]];
                    break;
            }
            for (int d = 0; d < results.Length; d++) results[d][i] ??= Zero(op.Results[i].TensorType);
        }
        return results;
    }

    /// <summary>A slice: the given part of so many equal ones.</summary>
    public Value Part(Value value, int dimension, long index, long parts)
    {
        Shape shape = value.TensorType.Shape;
        long size = shape[dimension] / parts;
        var start = new long[shape.Rank];
        long[] limit = shape.ToArray(), strides = new long[shape.Rank];
        strides.AsSpan().Fill(1);
        start[dimension] = index * size;
        limit[dimension] = (index + 1) * size;
        return builder.Slice(value, new ValueArray<long>(start), new ValueArray<long>(limit), new ValueArray<long>(strides));
    }

    private Value Zero(TensorType type) => builder.Constant(new DenseElementsAttr(type, new byte[type.Kind.StorageBytes()], true));

    private Value Fold(Operation op, int[] group, Value[] values)
    {
        Value sum = values[group[0]];
        foreach (int d in group.AsSpan(1)) sum = Combine(op.Regions[0].Entry, sum, values[d]);
        return sum;
    }

    // The scalar computation of the region, on whole arrays.
    private Value Combine(Block body, Value left, Value right)
    {
        Shape shape = left.TensorType.Shape;
        var map = new Dictionary<Value, Value> { [body.Arguments[0]] = left, [body.Arguments[1]] = right };
        foreach (Operation op in body.Operations)
        {
            if (op == body.Terminator) return map.GetValueOrDefault(op.Operands[0], op.Operands[0]);
            var operands = new Value[op.Operands.Length];
            for (int i = 0; i < operands.Length; i++)
            {
                operands[i] = map.GetValueOrDefault(op.Operands[i], op.Operands[i]);
                if (operands[i].TensorType.Shape != shape) operands[i] = builder.BroadcastInDim(operands[i], operands[i].TensorType with { Shape = shape }, ValueArray<long>.Empty);
            }
            if (op.Regions.Length > 0) throw new NotSupportedException($"A collective whose computation holds {op.Name} is not supported.");
            bool constant = op.Operands.Length == 0;
            var types = new IrType[op.Results.Length];
            for (int i = 0; i < types.Length; i++) types[i] = constant ? op.Results[i].Type : op.Results[i].TensorType with { Shape = shape };
            Operation copy = builder.Create(op.Name, operands, types, op.Attributes.Clone());
            for (int i = 0; i < types.Length; i++) map[op.Results[i]] = copy.Results[i];
        }
        throw new ArgumentException("The computation of a collective has no terminator.");
    }

    private static long Number(Operation op, string name) => op.Attributes.Get<IntegerAttr>(name)?.Value ?? throw new ArgumentException($"{op.Name} has no {name}.");
}
