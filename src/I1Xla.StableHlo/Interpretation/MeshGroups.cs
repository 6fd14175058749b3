using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>Replica groups that are given as axes of a mesh (<c>#stablehlo.replica_group_mesh_axes</c>): devices that differ only along those axes form a group.</summary>
internal static class MeshGroups
{
    /// <summary>The groups; null when the attribute is of another kind.</summary>
    public static long[][]? Find(OpContext c, Ir.Attribute attribute)
    {
        if (attribute is not ReplicaGroupMeshAxesAttr groups)
        {
            return null;
        }
        MeshAttr mesh = groups.Mesh as MeshAttr ?? Lookup(c, groups.Mesh);
        // Every axis as (before, taken, after) parts; a part that is taken belongs to the groups, in the order of the list.
        var parts = new List<(long Size, int Taken)>();
        var taken = groups.Axes.Items.Select(a => (AxisRefAttr)a).ToArray();
        foreach (MeshAxisAttr axis in mesh.Axes)
        {
            long rest = axis.Size, pre = 1;
            foreach ((AxisRefAttr reference, int order) in taken.Select((a, i) => (a, i)).Where(p => p.a.Name == axis.Name).OrderBy(p => p.a.SubAxis?.PreSize ?? 1))
            {
                long wantedPre = reference.SubAxis?.PreSize ?? 1, size = reference.SubAxis?.Size ?? axis.Size;
                if (wantedPre % pre != 0 || axis.Size % (wantedPre * size) != 0)
                {
                    throw c.Error($"sub-axes of '{axis.Name}' overlap or do not divide its size {axis.Size}");
                }
                parts.Add((wantedPre / pre, -1));
                parts.Add((size, order));
                pre = wantedPre * size;
                rest = axis.Size / pre;
            }
            parts.Add((rest, -1));
        }
        if (taken.Any(t => !mesh.Axes.Any(a => a.Name == t.Name)))
        {
            throw c.Error("an axis of the replica groups is not in the mesh");
        }
        long total = mesh.Axes.Aggregate(1L, (product, axis) => product * axis.Size);
        long[] devices = mesh.DeviceIds is { } ids ? Elements.Integers(Literal.FromDense(ids)) : Enumerable.Range(0, checked((int)total)).Select(i => (long)i).ToArray();
        var byKey = new Dictionary<long, List<(long Rank, long Device)>>();
        for (long i = 0; i < total; i++)
        {
            long position = i, key = 0, keyScale = 1;
            long[] coordinates = new long[taken.Length];
            for (int p = parts.Count - 1; p >= 0; p--)
            {
                long coordinate = position % parts[p].Size;
                position /= parts[p].Size;
                if (parts[p].Taken >= 0)
                {
                    coordinates[parts[p].Taken] = coordinate;
                }
                else
                {
                    key += coordinate * keyScale;
                    keyScale *= parts[p].Size;
                }
            }
            long rank = 0;
            for (int a = 0; a < taken.Length; a++)
            {
                rank = (rank * parts.First(p => p.Taken == a).Size) + coordinates[a];
            }
            if (!byKey.TryGetValue(key, out List<(long, long)>? members))
            {
                byKey[key] = members = [];
            }
            members.Add((rank, devices[i]));
        }
        return byKey.OrderBy(g => g.Key).Select(g => g.Value.OrderBy(m => m.Rank).Select(m => m.Device).ToArray()).ToArray();
    }

    private static MeshAttr Lookup(OpContext c, Ir.Attribute symbol)
    {
        string name = symbol is SymbolRefAttr reference ? reference.Root : throw c.Error("the mesh is neither a mesh nor a symbol");
        foreach (Operation op in c.Interpreter.Module.Body.Operations)
        {
            if (op.Attributes.Get<StringAttr>("sym_name")?.Value == name && (op.Attributes["mesh"] ?? op.Attributes["stablehlo.mesh"]) is MeshAttr mesh)
            {
                return mesh;
            }
        }
        throw c.Error($"the module has no mesh @{name}");
    }
}
