using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Passes;

/// <summary>A rewrite of a module in place that keeps what the module means.</summary>
/// <remarks>MLIR documentation, "Pass Infrastructure".</remarks>
public interface IModulePass
{
    /// <summary>The name in a pipeline, such as <c>cse</c>.</summary>
    string Name { get; }

    /// <summary>Rewrites.</summary>
    /// <exception cref="PassException">The module cannot be rewritten; it may have been changed in part.</exception>
    void Run(ModuleOp module);
}

/// <summary>A pass could not do its work.</summary>
/// <remarks>MLIR documentation, "Pass Infrastructure", pass failure.</remarks>
public sealed class PassException(string message, Operation? operation = null) : Exception(message)
{
    /// <summary>Where; null for the whole module.</summary>
    public Operation? Operation { get; } = operation;
}
