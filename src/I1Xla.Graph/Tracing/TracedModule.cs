using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>A finished module and what its main function takes and gives.</summary>
/// <param name="Module">The module; the main function is <c>main</c>.</param>
/// <param name="Arguments">Arguments, in order.</param>
/// <param name="Results">Results, in order.</param>
/// <param name="Donations">Argument index to the index of the result that takes over its memory. A donated argument not listed may still be reused inside.</param>
public sealed record TracedModule(
    ModuleOp Module, IReadOnlyList<ArgumentSpec> Arguments, IReadOnlyList<ResultSpec> Results, IReadOnlyDictionary<int, int> Donations)
{
    /// <summary>The number of operations, nested ones included.</summary>
    public int OperationCount
    {
        get
        {
            int count = 0;
            Module.Op.Walk(_ => count++);
            return count;
        }
    }
}
