using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>Communication within groups of processes (specification, "Collective ops").</summary>
internal static class Collectives
{
    public static void Register(Registrar add)
    {
        void Add(string name, Func<OpContext, Literal[]> f) => add("stablehlo." + name, c => OpContext.Many(f(c)), Quantization.Structural);
        Add("all_gather", AllGather);
        Add("all_reduce", AllReduce);
        Add("all_to_all", AllToAll);
        Add("collective_broadcast", Broadcast);
        Add("collective_permute", Permute);
        Add("collective_reduce", CollectiveReduce);
        Add("cross-replica-sum", c => Exchange(c, Group(c, c.Process!.Grid.CrossReplica(Groups(c)))).Select((parts, i) => Sum(c, parts)).ToArray());
        Add("reduce_scatter", ReduceScatter);
        Add("partition_id", c => [Scalars.Splat(c, ScalarType.Of(ElementKind.UI32), Shape.Scalar, c.Process?.Id.Partition ?? 0)]);
        Add("replica_id", c => [Scalars.Splat(c, ScalarType.Of(ElementKind.UI32), Shape.Scalar, c.Process?.Id.Replica ?? 0)]);
    }

    private static Literal[] AllGather(OpContext c)
    {
        int dimension = (int)c.Int("all_gather_dim");
        return Exchange(c, ReducingGroup(c)).Select(parts => DataMovement.Concatenate(c, parts, dimension)).ToArray();
    }

    private static Literal[] AllReduce(OpContext c) => Exchange(c, ReducingGroup(c)).Select(parts => Fold(c, parts)).ToArray();

    private static Literal[] AllToAll(OpContext c)
    {
        ProcessId[] group = Group(c, Channel(c) > 0 ? Process(c).Grid.CrossPartition(Groups(c)) : Process(c).Grid.CrossReplica(Groups(c)));
        int split = (int)c.Int("split_dimension"), concat = (int)c.Int("concat_dimension"), count = (int)c.Int("split_count");
        int self = Array.IndexOf(group, Process(c).Id);
        return Exchange(c, group).Select(parts => DataMovement.Concatenate(c, parts.Select(p => Part(c, p, split, count, self)).ToArray(), concat)).ToArray();
    }

    private static Literal[] Broadcast(OpContext c)
    {
        ProcessId[][] groups = Channel(c) > 0 ? Process(c).Grid.CrossPartition(Groups(c)) : Process(c).Grid.CrossReplica(Groups(c));
        bool dynamicRoot = c.Bool("has_dynamic_root");
        int data = dynamicRoot ? c.Count - 1 : c.Count;
        if (FindGroup(c, groups) is not { } group)
        {
            return Zeros(c);
        }
        Literal[][] exchanged = Exchange(c, group);
        return exchanged.Take(data).Select((parts, i) => parts[Root(c, dynamicRoot, i)]).ToArray();
    }

    private static Literal[] Permute(OpContext c)
    {
        Process process = Process(c);
        long[][] pairs = Rows(c.Attribute<Ir.Attribute>("source_target_pairs"), c);
        ProcessId[][] groups = Channel(c) > 0 ? process.Grid.CrossPartition(pairs) : process.Grid.CrossReplica(pairs);
        Literal[]? result = null;
        foreach (ProcessId[] pair in groups)
        {
            (ProcessId from, ProcessId to) = (pair[0], pair[1]);
            if (from != process.Id && to != process.Id)
            {
                continue;
            }
            Literal[] brought = from == to ? c.Tensors() : process.Grid.Rendezvous(c, pair, Channel(c), process.Id, c.Tensors())[from];
            result = to == process.Id ? brought : result;
        }
        return result ?? Zeros(c);
    }

    private static Literal[] CollectiveReduce(OpContext c)
    {
        if (FindGroup(c, ReducingGroups(c)) is not { } group)
        {
            return Zeros(c);
        }
        bool dynamicRoot = c.Bool("has_dynamic_root");
        Literal[][] exchanged = Exchange(c, group);
        Literal[] results = Zeros(c);
        int self = Array.IndexOf(group, Process(c).Id);
        for (int i = 0; i < results.Length; i++)
        {
            if (Root(c, dynamicRoot, i) == self)
            {
                results[i] = Fold(c, exchanged[i]);
            }
        }
        return results;
    }

    private static Literal[] ReduceScatter(OpContext c)
    {
        ProcessId[] group = ReducingGroup(c);
        int dimension = (int)c.Int("scatter_dimension"), self = Array.IndexOf(group, Process(c).Id);
        return Exchange(c, group).Select(parts => Part(c, Fold(c, parts), dimension, group.Length, self)).ToArray();
    }

    /// <summary>For each operand, what each member of the group brought, in the group's order.</summary>
    private static Literal[][] Exchange(OpContext c, ProcessId[] group)
    {
        Process process = Process(c);
        Dictionary<ProcessId, Literal[]> brought = process.Grid.Rendezvous(c, group, Channel(c), process.Id, c.Tensors());
        if (brought.Values.Any(v => v.Length != c.Count))
        {
            throw c.Error("the processes bring different numbers of operands");
        }
        return Enumerable.Range(0, c.Count).Select(i => group.Select(id => brought[id][i]).ToArray()).ToArray();
    }

    private static Literal Fold(OpContext c, Literal[] parts)
    {
        var region = new ScalarRegions(c, c.Op.Regions[0]);
        Literal[] vectors = parts.Select(p => DataMovement.Reshape(c, p, [p.Shape.ElementCount])).ToArray();
        Literal sum = vectors[0];
        foreach (Literal vector in vectors.Skip(1))
        {
            sum = region.Lanes([sum, vector])[0];
        }
        return DataMovement.Reshape(c, sum, parts[0].Shape);
    }

    private static Literal Sum(OpContext c, Literal[] parts) => parts.Aggregate((a, b) => Elementwise.Binary(c, "add", a, b));

    private static Literal Part(OpContext c, Literal x, int dimension, int count, int index)
    {
        long[] sizes = x.Shape.ToArray(), start = new long[sizes.Length];
        if (count <= 0 || sizes[dimension] % count != 0)
        {
            throw c.Error($"dimension {dimension} of size {sizes[dimension]} does not divide into {count} parts");
        }
        sizes[dimension] /= count;
        start[dimension] = sizes[dimension] * index;
        return DataMovement.SliceAt(c, x, start, sizes);
    }

    private static int Root(OpContext c, bool isDynamic, int operand)
    {
        if (!isDynamic)
        {
            return 0;
        }
        long[] roots = Elements.Integers(c.Tensor(c.Count - 1));
        return (int)roots[Math.Min(operand, roots.Length - 1)];
    }

    private static Literal[] Zeros(OpContext c)
    {
        var results = new Literal[c.Op.Results.Length];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = c.Make(c.Tensor(i).Type.Element, c.Tensor(i).Shape);
        }
        return results;
    }

    private static Process Process(OpContext c) => c.Process ?? throw c.Error("a collective runs only inside interpreter.run_parallel");

    private static long Channel(OpContext c) => c.Op.Attributes["channel_handle"] switch
    {
        ChannelHandleAttr handle => handle.Handle,
        IntegerAttr id => id.Value,
        _ => c.Int("channel_id", 0),
    };

    private static ProcessId[] ReducingGroup(OpContext c) => Group(c, ReducingGroups(c));

    private static ProcessId[][] ReducingGroups(OpContext c)
    {
        ProcessGrid grid = Process(c).Grid;
        long[][] groups = Groups(c);
        bool global = c.Bool("use_global_device_ids");
        long channel = Channel(c);
        return channel <= 0 && !global ? grid.CrossReplica(groups)
            : channel > 0 && !global ? grid.CrossReplicaAndPartition(groups)
            : channel > 0 ? grid.FlattenedIds(groups)
            : throw c.Error("use_global_device_ids needs a channel");
    }

    private static ProcessId[] Group(OpContext c, ProcessId[][] groups) =>
        FindGroup(c, groups) ?? throw c.Error($"process ({Process(c).Id.Replica}, {Process(c).Id.Partition}) is in no group");

    private static ProcessId[]? FindGroup(OpContext c, ProcessId[][] groups) => Array.Find(groups, g => g.Contains(Process(c).Id));

    private static long[][] Groups(OpContext c)
    {
        long[][] groups = c.Op.Attributes["replica_groups"] is { } attribute ? MeshGroups.Find(c, attribute) ?? Rows(attribute, c) : [];
        return groups.Length == 0 ? [Process(c).Grid.AllReplicas] : groups;
    }

    /// <summary>The rows of a two-dimensional list; -1 pads shorter rows.</summary>
    private static long[][] Rows(Ir.Attribute attribute, OpContext c)
    {
        if (attribute is not DenseElementsAttr { Type.Rank: 2 } dense)
        {
            throw c.Error("the groups are not a two-dimensional dense attribute");
        }
        long[] values = Elements.Integers(Literal.FromDense(dense));
        int width = (int)dense.Type.Shape[1];
        return Enumerable.Range(0, (int)dense.Type.Shape[0]).Select(r => values.Skip(r * width).Take(width).Where(v => v != -1).ToArray()).ToArray();
    }
}
