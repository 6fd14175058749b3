using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Partition;

/// <summary>
/// Of which arguments and results the partitioner may choose how they lie, where nothing is written (or where Shardy's annotation leaves dimensions open):
/// XLA's <c>allow_spmd_sharding_propagation_to_parameters</c> and <c>_to_output</c>.
/// </summary>
/// <param name="Parameters">For each argument; one value is for all, none is no.</param>
/// <param name="Results">For each result, in the same way.</param>
public sealed record SpmdFreedom(IReadOnlyList<bool> Parameters, IReadOnlyList<bool> Results)
{
    /// <summary>Everything lies as it is written, and whole where nothing is.</summary>
    public static SpmdFreedom None { get; } = new([], []);

    /// <summary>Whether an argument may be cut.</summary>
    public bool MayCutParameter(int index) => May(Parameters, index);

    /// <summary>Whether a result may be cut.</summary>
    public bool MayCutResult(int index) => May(Results, index);

    private static bool May(IReadOnlyList<bool> list, int index) => list.Count == 1 ? list[0] : index < list.Count && list[index];
}

/// <summary>The program of one device of many.</summary>
/// <param name="Module">The module, with local shapes.</param>
/// <param name="Parameters">How the whole arguments lie.</param>
/// <param name="Results">How the whole results lie.</param>
public sealed record SpmdProgram(ModuleOp Module, IReadOnlyList<DeviceTiling> Parameters, IReadOnlyList<DeviceTiling> Results);
