using System.Globalization;
using System.Text;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Writes partition specs as Shardy attributes or GSPMD strings.</summary>
internal static class Shardings
{
    /// <summary>A dictionary of the entries and, when there is a spec, the sharding.</summary>
    public static DictionaryAttr WithSharding(ModuleTracer module, List<NamedAttribute> entries, PartitionSpec? spec, TensorType type, string what)
    {
        if (spec is not null)
        {
            Mesh mesh = MeshOf(module, what, spec);
            Check(mesh, spec, type.Shape, what);
            entries.Add(module.Options.ShardingStyle == ShardingStyle.Shardy
                ? new NamedAttribute("sdy.sharding", Shardy(mesh, spec, type.Rank))
                : new NamedAttribute("mhlo.sharding", new StringAttr(Gspmd(mesh, spec, type.Rank))));
        }
        return new DictionaryAttr(entries.OrderBy(e => e.Name, StringComparer.Ordinal).ToValueArray());
    }

    /// <summary>The number of partitions, and the mesh symbol of Shardy.</summary>
    public static void FinishModule(ModuleTracer module)
    {
        long partitions = module.Options.Mesh?.DeviceCount ?? 1;
        AttributeMap attributes = module.Module.Op.Attributes;
        attributes.Set("mhlo.num_partitions", IntegerAttr.I32((int)partitions));
        attributes.Set("mhlo.num_replicas", IntegerAttr.I32(1));
        if (module.Options is { Mesh: { } mesh, ShardingStyle: ShardingStyle.Shardy })
        {
            var op = new Operation(HloOps.SdyMesh, [], [], new AttributeMap
            {
                { "sym_name", new StringAttr(mesh.Name) },
                { "mesh", new SdyMeshAttr(mesh.Axes.Select(a => new SdyMeshAxis(a.Name, a.Size)).ToValueArray()) },
            });
            module.Module.Body.Add(op);
            OperationList operations = module.Module.Body.Operations;
            operations.RemoveAt(operations.Count - 1);
            operations.Insert(0, op);
        }
    }

    /// <summary>Refuses axes the mesh lacks, an axis used twice, and more entries than dimensions.</summary>
    public static void Check(Mesh mesh, PartitionSpec spec, Shape shape, string what)
    {
        if (spec.Dimensions.Length > shape.Rank)
        {
            throw Tracer.Error(what, $"{spec} has {spec.Dimensions.Length} entries for shape {shape}");
        }
        var seen = new HashSet<string>();
        foreach (ValueArray<string> axes in spec.Dimensions)
        {
            foreach (string axis in axes)
            {
                CheckAxis(mesh, axis, what);
                if (!seen.Add(axis))
                {
                    throw Tracer.Error(what, $"{spec} uses axis \"{axis}\" twice");
                }
            }
        }
    }

    /// <summary>Refuses an axis the mesh lacks.</summary>
    public static void CheckAxis(Mesh mesh, string axis, string what)
    {
        if (!mesh.Axes.Any(a => a.Name == axis))
        {
            throw Tracer.Error(what, $"mesh {mesh.Name} has no axis \"{axis}\"; its axes are {string.Join(", ", mesh.Axes.Select(a => $"{a.Name}={a.Size}"))}");
        }
    }

    /// <summary>The mesh of the trace.</summary>
    public static Mesh MeshOf(ModuleTracer module, string what, object spec) =>
        module.Options.Mesh ?? throw Tracer.Error(what, $"there is the sharding {spec}, but the trace options name no mesh");

    /// <summary>Shardy's attribute for a tensor of a rank; dimensions past the spec's end are whole.</summary>
    public static SdyShardingAttr Shardy(Mesh mesh, PartitionSpec spec, int rank)
    {
        var dims = new SdyDimensionSharding[rank];
        for (int i = 0; i < rank; i++)
        {
            dims[i] = new SdyDimensionSharding(i < spec.Dimensions.Length ? spec.Dimensions[i].Select(a => new SdyAxisRef(a)).ToValueArray() : default);
        }
        return new SdyShardingAttr(new SymbolRefAttr(mesh.Name), new ValueArray<SdyDimensionSharding>(dims));
    }

    /// <summary>
    /// GSPMD's tile assignment: tile counts per dimension (and one for devices that hold the same tile), then the device
    /// order as an iota over the mesh transposed so that the axes stand in the order of the dimensions they cut.
    /// </summary>
    public static string Gspmd(Mesh mesh, PartitionSpec spec, int rank)
    {
        long[] tiles = new long[rank];
        Array.Fill(tiles, 1);
        var order = new List<int>();
        for (int d = 0; d < spec.Dimensions.Length; d++)
        {
            foreach (string axis in spec.Dimensions[d])
            {
                tiles[d] *= mesh.SizeOf(axis);
                order.Add(mesh.IndexOf(axis));
            }
        }
        long used = tiles.Aggregate(1L, (a, b) => a * b);
        if (used == 1)
        {
            return "{replicated}";
        }
        long copies = mesh.DeviceCount / used;
        for (int i = 0; i < mesh.Axes.Length; i++)
        {
            if (!order.Contains(i))
            {
                order.Add(i);
            }
        }
        var text = new StringBuilder("{devices=[").AppendJoin(',', tiles);
        if (copies > 1)
        {
            text.Append(CultureInfo.InvariantCulture, $",{copies}");
        }
        text.Append("]<=[").Append(IotaOf(mesh, order)).Append(copies > 1 ? " last_tile_dim_replicate}" : "}");
        return text.ToString();
    }

    /// <summary>The iota's sizes and permutation, axes of size 1 left out and neighbours that stay together merged.</summary>
    private static string IotaOf(Mesh mesh, List<int> order)
    {
        // Groups of consecutive mesh axes that stay consecutive in the order.
        var groups = new List<List<int>>();
        foreach (int axis in order.Where(a => mesh.Axes[a].Size > 1))
        {
            if (groups.Count > 0 && NextBig(mesh, groups[^1][^1]) == axis)
            {
                groups[^1].Add(axis);
            }
            else
            {
                groups.Add([axis]);
            }
        }
        List<List<int>> byPlace = [.. groups.OrderBy(g => g[0])];
        string sizes = string.Join(',', byPlace.Select(g => g.Aggregate(1L, (n, a) => n * mesh.Axes[a].Size)));
        if (groups.Count <= 1)
        {
            return $"{mesh.DeviceCount}]";
        }
        return $"{sizes}]T({string.Join(',', groups.Select(g => byPlace.IndexOf(g)))})";
    }

    private static int NextBig(Mesh mesh, int axis)
    {
        for (axis++; axis < mesh.Axes.Length && mesh.Axes[axis].Size == 1; axis++)
        {
        }
        return axis;
    }
}
