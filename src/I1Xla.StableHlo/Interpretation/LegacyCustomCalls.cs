using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>
/// Custom calls that stand for an operation of another dialect: JAX writes <c>chlo.erf</c> and <c>chlo.top_k</c> into portable artifacts
/// as <c>@mhlo.erf</c> and <c>@mhlo.topk</c> with the attributes under <c>mhlo.attributes</c>.
/// </summary>
internal static class LegacyCustomCalls
{
    private static readonly OpName s_customCall = "stablehlo.custom_call";

    /// <summary>Whether a target stands for an operation.</summary>
    public static bool IsKnown(string target) => target.StartsWith("mhlo.", StringComparison.Ordinal) && EvaluatorTable.Contains(OperationName(target));

    private static string OperationName(string target) => target == "mhlo.topk" ? "chlo.top_k" : "chlo." + target["mhlo.".Length..];

    /// <summary>The operation, in no block, that a custom call stands for; null when it stands for none.</summary>
    public static Operation? ToOperation(Operation call)
    {
        if (call.Name != s_customCall || call.Attributes["call_target_name"] is not StringAttr { Value: var target } || !target.StartsWith("mhlo.", StringComparison.Ordinal))
        {
            return null;
        }
        string name = OperationName(target);
        if (!EvaluatorTable.Contains(name))
        {
            return null;
        }
        var types = new IrType[call.Results.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = call.Results[i].Type;
        }
        var attributes = new AttributeMap(call.Attributes["mhlo.attributes"] is DictionaryAttr inner ? inner.Entries : []);
        return new Operation(name, call.Operands, types, attributes, [], call.Location);
    }
}
