using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>
/// Where arrays lie on the mesh ("data", "fsdp", "model") (spec 4.7). Optimizer moments follow their parameters, where i1
/// replicates them; the numbers are the same.
/// </summary>
/// <param name="Separate">Whether kernels are cut ("model", "fsdp"); otherwise (("model", "fsdp"), None), as i1 does when both axes are larger than 1.</param>
/// <param name="IsSharded">Whether there is a mesh at all.</param>
public sealed record ShardingRules(bool Separate, bool IsSharded)
{
    /// <summary>No mesh.</summary>
    public static ShardingRules None { get; } = new(true, false);

    /// <summary>The rules on a mesh.</summary>
    public static ShardingRules For(Mesh mesh) => new(mesh.SizeOf("fsdp") == 1 || mesh.SizeOf("model") == 1, true);

    /// <summary>The leading axis over data and fsdp.</summary>
    public PartitionSpec? Batch => IsSharded ? PartitionSpec.Of("data+fsdp") : null;

    /// <summary>Whole everywhere.</summary>
    public PartitionSpec? Replicated => IsSharded ? PartitionSpec.Replicated : null;

    /// <summary>Parameters, moments and averages, by rank.</summary>
    public PartitionSpec? Parameter(Shape shape) => !IsSharded ? null : (shape.Rank, Separate) switch
    {
        (2, true) => PartitionSpec.Of("model", "fsdp"),
        (2, false) => PartitionSpec.Of("model+fsdp", null),
        (4, true) => PartitionSpec.Of(null, null, "model", "fsdp"),
        (4, false) => PartitionSpec.Of(null, null, "model+fsdp", null),
        _ => PartitionSpec.Replicated,
    };
}
