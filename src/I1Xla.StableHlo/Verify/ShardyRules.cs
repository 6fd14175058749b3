using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Verify;

/// <summary>The shape of Shardy's operations: how many operands, results and regions they have, and of what kind their attributes are (Shardy, ops.td). What shardings say of each other is not looked into.</summary>
internal static class ShardyRules
{
    /// <summary>What is wrong with an operation of the sdy dialect; null when nothing is.</summary>
    public static string? Problem(Operation op) => op.Name.Short switch
    {
        "mesh" => Counts(op, 0, 0) ?? Has<StringAttr>(op, "sym_name") ?? Has<SdyMeshAttr>(op, "mesh"),
        "sharding_constraint" or "reshard" => Counts(op, 1, 1) ?? SameType(op) ?? Has<SdyShardingAttr>(op, "sharding"),
        "sharding_group" => Counts(op, 1, 0) ?? Has<IntegerAttr>(op, "group_id"),
        "propagation_barrier" => Counts(op, 1, 1) ?? SameType(op) ?? Has<IntegerAttr>(op, "allowed_direction"),
        "data_flow_edge" or "func_data_flow_edge" => Counts(op, 1, 1) ?? SameType(op),
        "constant" => Counts(op, 0, 1) ?? (op.Attributes["value"] is DenseElementsAttr or DenseResourceAttr ? null : "requires attribute 'value' of elements"),
        "manual_computation" => Has<SdyManualAxesAttr>(op, "manual_axes") ?? Body(op) ?? Shardings(op, "in_shardings", op.Operands.Length) ?? Shardings(op, "out_shardings", op.Results.Length),
        "named_computation" => Has<StringAttr>(op, "name") ?? Body(op)
            ?? (op.Attributes.Contains("in_shardings") ? Shardings(op, "in_shardings", op.Operands.Length) : null)
            ?? (op.Attributes.Contains("out_shardings") ? Shardings(op, "out_shardings", op.Results.Length) : null),
        "return" => op.Results.Length > 0 || op.Regions.Length > 0 ? "has neither results nor regions" : null,
        "all_gather" or "all_slice" or "all_reduce" or "all_to_all" or "collective_permute" or "reduce_scatter" or "replicated_to_unreduced" or "sharded_to_unreduced" =>
            Counts(op, 1, 1) ?? SameType(op) ?? Has<SdyShardingAttr>(op, "out_sharding"),
        _ => null,
    };

    private static string? Counts(Operation op, int operands, int results) =>
        op.Operands.Length != operands ? $"requires {operands} operands, found {op.Operands.Length}"
        : op.Results.Length != results ? $"requires {results} results, found {op.Results.Length}"
        : op.Regions.Length > 0 ? "requires zero regions" : null;

    private static string? SameType(Operation op) => op.Operands[0].Type.Equals(op.Results[0].Type) ? null : "requires the same type for all operands and results";

    private static string? Has<T>(Operation op, string name) where T : Attribute => op.Attributes[name] is T ? null : $"requires attribute '{name}'";

    private static string? Shardings(Operation op, string name, int count) => op.Attributes[name] is not SdyShardingPerValueAttr list ? $"requires attribute '{name}'"
        : list.Shardings.Length != count ? $"has {list.Shardings.Length} '{name}' for {count} values" : null;

    private static string? Body(Operation op)
    {
        if (op.Regions.Length != 1 || op.Regions[0].Blocks.Count != 1)
        {
            return "requires one region with one block";
        }
        Block block = op.Regions[0].Entry;
        return block.Arguments.Count != op.Operands.Length ? $"has a body of {block.Arguments.Count} arguments for {op.Operands.Length} operands"
            : block.Terminator is not { Name.Full: "sdy.return" } end ? "requires a body that ends with 'sdy.return'"
            : end.Operands.Length != op.Results.Length ? $"has a body that returns {end.Operands.Length} values for {op.Results.Length} results" : null;
    }
}
