using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Casts between vhlo types and others, which artifacts with operations of other dialects hold. Read, both sides are the same type.</summary>
internal static class Casts
{
    /// <summary>The name of casts.</summary>
    public static OpName Name { get; } = "builtin.unrealized_conversion_cast";

    /// <summary>Replaces the results of casts by their operands where types agree, and removes those casts.</summary>
    public static void Fold(Operation root)
    {
        var replaced = new Dictionary<Value, Value>();
        root.Walk(op =>
        {
            if (op.Name != Name || op.Operands.Length != op.Results.Length)
            {
                return;
            }
            for (int i = 0; i < op.Results.Length; i++)
            {
                if (!op.Operands[i].Type.Equals(op.Results[i].Type))
                {
                    return;
                }
            }
            for (int i = 0; i < op.Results.Length; i++)
            {
                replaced[op.Results[i]] = replaced.GetValueOrDefault(op.Operands[i], op.Operands[i]);
            }
        });
        if (replaced.Count == 0)
        {
            return;
        }
        root.Walk(op =>
        {
            for (int i = 0; i < op.Operands.Length; i++)
            {
                if (replaced.TryGetValue(op.Operands[i], out Value? value))
                {
                    op.SetOperand(i, value);
                }
            }
            foreach (Region region in op.Regions)
            {
                foreach (Block block in region.Blocks)
                {
                    block.Operations.RemoveAll(o => o.Name == Name && o.Results.Length > 0 && replaced.ContainsKey(o.Results[0]));
                }
            }
        });
    }
}
