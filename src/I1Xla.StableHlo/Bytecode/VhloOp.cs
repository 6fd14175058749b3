using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>An operation of the vhlo dialect: a version of an operation of the table, or of a function, a call or a return.</summary>
internal sealed record VhloOp(OpName Name, OpName Target, OpDef? Def, VhloOpVersion Version)
{
    private static readonly OpName s_call = "func.call";
    private static readonly OpName s_funcReturn = "func.return";
    private static readonly OpName s_return = "stablehlo.return";
    private static readonly Dictionary<OpName, VhloOp> s_byName = All().ToDictionary(v => v.Name);
    private static readonly ILookup<OpName, VhloOp> s_byTarget = s_byName.Values.ToLookup(v => v.Target);

    /// <summary>The operation of a name such as <c>vhlo.add_v1</c>; null when there is none.</summary>
    public static VhloOp? Find(OpName name) => s_byName.GetValueOrDefault(name);

    /// <summary>What an operation of StableHLO, or a function, call or return, is in a version; null when it is nothing there.</summary>
    public static VhloOp? Find(OpName target, StableHloVersion version)
    {
        foreach (VhloOp op in s_byTarget[target == s_funcReturn ? s_return : target])
        {
            if (op.Version.Min <= version && (op.Version.Max is not { } max || version <= max))
            {
                return op;
            }
        }
        return null;
    }

    /// <summary>Whether any version has the operation.</summary>
    public static bool Exists(OpName target) => s_byTarget.Contains(target == s_funcReturn ? s_return : target);

    private static IEnumerable<VhloOp> All()
    {
        StableHloVersion first = StableHloVersion.Minimum;
        yield return Make(FuncOp.OpName, null, new VhloOpVersion("func_v1", first, null, ["sym_name", "function_type", "sym_visibility", "arg_attrs", "res_attrs"]));
        yield return Make(s_call, null, new VhloOpVersion("call_v1", first, null, ["callee"]));
        foreach (OpDef def in OpTable.All)
        {
            foreach (VhloOpVersion version in def.Versions)
            {
                yield return Make(def.Name, def, version);
            }
        }
    }

    private static VhloOp Make(OpName target, OpDef? def, VhloOpVersion version) =>
        new("vhlo." + version.Name, target, def, version with { Attributes = Sorted(version.Attributes) });

    /// <summary>The properties encoding goes by name, not by the order of declaration.</summary>
    private static string[] Sorted(string[] names)
    {
        string[] sorted = [.. names];
        Array.Sort(sorted, StringComparer.Ordinal);
        return sorted;
    }
}
