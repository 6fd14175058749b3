using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>CHLO operations in terms of StableHLO.</summary>
internal static class ChloDecomposition
{
    /// <summary>Emits an operation's expansion and notes what replaces its results.</summary>
    public static void Expand(Operation op, OpBuilder builder, Dictionary<Value, Value> replaced)
    {
        builder.Block.Add(op);
    }
}
