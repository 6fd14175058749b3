using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>
/// What speaks of several devices, in a program of one, such as <c>pmap</c>, <c>shard_map</c> and explicit meshes of one device leave: a collective
/// hands on what it is given, and the one shard is the whole array.
/// </summary>
public sealed partial class HloImporter
{
    /// <summary>A collective among one process; null when it names others.</summary>
    private HloNode[]? Collective(Operation op, HloNode[] x)
    {
        string groups = op.Name.Short == "collective_permute" ? "source_target_pairs" : "replica_groups";
        if (op.Attributes[groups] is not DenseElementsAttr { Type.Shape: var shape } || Longs(op, groups).Any(id => id > 0) || !SameTypes(op))
        {
            return null;
        }
        // Who is sent nothing has zeros.
        return op.Name.Short is "collective_permute" or "collective_broadcast" && shape.ElementCount == 0
            ? [.. x.Select(v => builder.Constant(v.Kind, v.Dims, new byte[v.Kind.StorageBytes()], true))]
            : x;
    }

    /// <summary>The body of a <c>sdy.manual_computation</c> over one device, or of a <c>sdy.named_computation</c>.</summary>
    private HloNode[] Computation(Operation op, HloNode[] x, Dictionary<Value, HloNode> map)
    {
        Block body = op.Regions[0].Entry;
        for (int i = 0; i < x.Length; i++)
        {
            if (!body.Arguments[i].Type.Equals(op.Operands[i].Type))
            {
                throw new CpuUnsupportedException($"a {op.Name} over several devices");
            }
        }
        return Inline(body, x, map);
    }

    private static bool SameTypes(Operation op)
    {
        bool same = op.Operands.Length == op.Results.Length;
        for (int i = 0; same && i < op.Results.Length; i++)
        {
            same = op.Operands[i].Type.Equals(op.Results[i].Type);
        }
        return same;
    }
}
