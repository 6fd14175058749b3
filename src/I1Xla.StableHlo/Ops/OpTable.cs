using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Ops;

/// <summary>Every operation of the stablehlo and chlo dialects, generated from <c>ops.table</c> (StableHLO specification, "Ops"; for the CHLO operations, which it lacks, <c>ChloOps.td</c>).</summary>
public static partial class OpTable
{
    private static readonly OpDef?[] s_byId = Index();

    /// <summary>All rows, in the table's order.</summary>
    public static IReadOnlyList<OpDef> All => Rows.All;

    /// <summary>The row of an operation; null when the table has none.</summary>
    public static OpDef? Find(OpName name) => name.Id < s_byId.Length ? s_byId[name.Id] : null;

    /// <summary>The row of an operation.</summary>
    /// <exception cref="ArgumentException">The table has none.</exception>
    public static OpDef Get(OpName name) => Find(name) ?? throw new ArgumentException($"{name} is not in the op table");

    private static OpDef?[] Index()
    {
        int size = 0;
        foreach (OpDef def in Rows.All)
        {
            size = Math.Max(size, def.Name.Id + 1);
        }
        var table = new OpDef?[size];
        foreach (OpDef def in Rows.All)
        {
            table[def.Name.Id] = def;
        }
        return table;
    }
}
