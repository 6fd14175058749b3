using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Passes;

/// <summary>Which operations may be dropped, merged or moved.</summary>
/// <remarks>The effect traits of StableHLO, <c>StablehloOps.td</c>; StableHLO specification, section <c>Execution</c>.</remarks>
public static class Effects
{
    private static readonly HashSet<OpName> s_effectful =
    [
        .. new[]
        {
            "stablehlo.infeed", "stablehlo.outfeed", "stablehlo.send", "stablehlo.recv", "stablehlo.all_gather", "stablehlo.all_reduce", "stablehlo.all_to_all",
            "stablehlo.collective_broadcast", "stablehlo.collective_permute", "stablehlo.collective_reduce", "stablehlo.reduce_scatter", "stablehlo.cross-replica-sum",
            "stablehlo.async_start", "stablehlo.async_done", "stablehlo.return", "chlo.return",
        }.Select(OpName.Get),
    ];

    private static readonly OpName s_customCall = "stablehlo.custom_call", s_rng = "stablehlo.rng", s_replica = "stablehlo.replica_id", s_partition = "stablehlo.partition_id";

    /// <summary>Whether an operation, with all that its regions hold, does nothing but compute its results. Calls count as effects; inline first.</summary>
    public static bool IsPure(Operation op)
    {
        if (op.Name.Dialect is not ("stablehlo" or "chlo") && op.Name.Full is not "sdy.sharding_constraint")
        {
            return false;
        }
        if (s_effectful.Contains(op.Name) || (op.Name == s_customCall && op.Attributes["has_side_effect"] is BoolAttr { Value: true }))
        {
            return false;
        }
        foreach (Region region in op.Regions)
        {
            foreach (Block block in region.Blocks)
            {
                foreach (Operation inner in block.Operations)
                {
                    if (inner != block.Terminator && !IsPure(inner))
                    {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /// <summary>Whether an operation gives the same results whenever it has the same operands.</summary>
    public static bool IsRepeatable(Operation op) => op.Name != s_rng && op.Name != s_customCall && IsPure(op);

    /// <summary>Whether an operation's results follow from its operands alone, wherever and by whomever it is run.</summary>
    public static bool IsComputable(Operation op)
    {
        bool anywhere = true;
        op.Walk(inner => anywhere &= inner.Name != s_replica && inner.Name != s_partition && inner.Name != s_rng && inner.Name != s_customCall);
        return anywhere && IsRepeatable(op);
    }
}
