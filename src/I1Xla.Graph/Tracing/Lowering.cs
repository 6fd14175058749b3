using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Writes operations that only exist while tracing in terms of StableHLO.</summary>
internal static class Lowering
{
    /// <summary>Lowers every such operation in a block and its regions.</summary>
    public static void Lower(FunctionTracer function, Block block)
    {
    }
}
