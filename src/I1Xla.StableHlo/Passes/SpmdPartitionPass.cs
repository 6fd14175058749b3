using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Partition;

namespace I1Xla.StableHlo.Passes;

/// <summary>
/// Makes the program of one device from a program with shardings (Shardy's, or GSPMD's texts): local shapes, and collectives where devices need what
/// others have. The module says for how many (<c>mhlo.num_partitions</c>), or its first mesh does.
/// </summary>
/// <remarks>See <see cref="SpmdPartitioner"/>.</remarks>
public sealed class SpmdPartitionPass : IModulePass
{
    /// <inheritdoc/>
    public string Name => "spmd-partition";

    /// <inheritdoc/>
    /// <exception cref="PassException">Nothing says how many partitions there are, or the program cannot be partitioned.</exception>
    public void Run(ModuleOp module)
    {
        int partitions = Count(module, "mhlo.num_partitions") ?? MeshSize(module)
            ?? throw new PassException("nothing says how many partitions there are: give the module an attribute mhlo.num_partitions, or a mesh");
        try
        {
            ModuleOp local = SpmdPartitioner.Run(module, "main", Count(module, "mhlo.num_replicas") ?? 1, partitions);
            module.Body.Replace(local.Body.Operations);
            module.Op.Attributes.Set("mhlo.num_partitions", IntegerAttr.I32(partitions));
        }
        catch (PartitionException e)
        {
            throw new PassException(e.Message, module.Op);
        }
    }

    private static int? Count(ModuleOp module, string name) => module.Op.HasAttributes && module.Op.Attributes.Get<IntegerAttr>(name) is { } number ? (int)number.Value : null;

    private static int? MeshSize(ModuleOp module)
    {
        if (ShardyImportPass.Applies(module))
        {
            new ShardyImportPass().Run(module);
        }
        foreach (Operation op in module.Body.Operations)
        {
            if (op.Name.Full == "sdy.mesh" && op.Attributes.Get<SdyMeshAttr>("mesh") is { Axes.Length: > 0 } mesh)
            {
                return (int)mesh.Axes.Aggregate(1L, (x, a) => x * a.Size);
            }
        }
        return null;
    }
}
