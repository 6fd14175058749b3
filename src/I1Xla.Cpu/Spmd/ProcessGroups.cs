using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Spmd;

/// <summary>Which logical devices (replica · partitions + partition) a collective joins (StableHLO specification, "Grouping of processes").</summary>
internal sealed class ProcessGroups(int replicas, int partitions)
{
    public int Count => replicas * partitions;

    /// <summary>The partition that a device is.</summary>
    public int Partition(int device) => device % partitions;

    /// <summary>The replica that a device belongs to.</summary>
    public int Replica(int device) => device / partitions;

    /// <summary>The groups of <c>all_reduce</c>, <c>all_gather</c>, <c>reduce_scatter</c>, in their order.</summary>
    public int[][] OfReduction(Operation op)
    {
        bool channel = Channel(op) > 0, global = op.Attributes.Contains("use_global_device_ids");
        long[][] rows = Rows(op);
        if (channel && global) return [.. (rows.Length == 0 ? [All(Count)] : rows).Select(r => Known(op, r, Count, "devices").Select(id => (int)id).ToArray())];
        if (rows.Length == 0) rows = [All(replicas)];
        if (channel) return [.. rows.Select(r => Known(op, r, replicas, "replicas").SelectMany(id => Enumerable.Range(0, partitions).Select(p => ((int)id * partitions) + p)).ToArray())];
        return CrossReplica(op, rows);
    }

    /// <summary>The groups of <c>all_to_all</c> and <c>collective_broadcast</c>.</summary>
    public int[][] OfExchange(Operation op)
    {
        long[][] rows = Rows(op);
        if (Channel(op) > 0) return CrossPartition(op, rows.Length == 0 ? [All(partitions)] : rows);
        return CrossReplica(op, rows.Length == 0 ? [All(replicas)] : rows);
    }

    /// <summary>The source of each target of <c>collective_permute</c>, -1 where nothing is sent.</summary>
    public int[] Sources(Operation op)
    {
        var sources = new int[Count];
        sources.AsSpan().Fill(-1);
        foreach (long[] pair in Matrix(op, "source_target_pairs"))
        {
            foreach (int[] both in Channel(op) > 0 ? CrossPartition(op, [pair]) : CrossReplica(op, [pair])) sources[both[1]] = both[0];
        }
        return sources;
    }

    private int[][] CrossReplica(Operation op, long[][] rows) =>
        [.. rows.SelectMany(r => Enumerable.Range(0, partitions).Select(p => Known(op, r, replicas, "replicas").Select(id => ((int)id * partitions) + p).ToArray()))];

    private int[][] CrossPartition(Operation op, long[][] rows) =>
        [.. rows.SelectMany(r => Enumerable.Range(0, replicas).Select(replica => Known(op, r, partitions, "partitions").Select(id => (replica * partitions) + (int)id).ToArray()))];

    private static long[] Known(Operation op, long[] ids, int count, string of)
    {
        int unknown = Array.FindIndex(ids, id => id < 0 || id >= count);
        return unknown < 0 ? ids : throw new ArgumentException($"{op.Name} at {op.Location} names {ids[unknown]} of the program's {count} {of}.");
    }

    private static long Channel(Operation op) => op.Attributes.Get<ChannelHandleAttr>("channel_handle")?.Handle ?? 0;

    private static long[] All(int count) => [.. Enumerable.Range(0, count).Select(i => (long)i)];

    // Rows of unequal length are padded with -1.
    private static long[][] Rows(Operation op) => [.. Matrix(op, "replica_groups").Select(r => r.Where(id => id >= 0).ToArray()).Where(r => r.Length > 0)];

    private static IEnumerable<long[]> Matrix(Operation op, string attribute)
    {
        if (op.Attributes.Get<DenseElementsAttr>(attribute) is not { } dense || dense.Type.Shape.ElementCount == 0) yield break;
        Literal literal = Literal.FromDense(dense);
        int columns = (int)dense.Type.Shape[1];
        for (int row = 0; row < dense.Type.Shape[0]; row++) yield return literal.As<long>().Slice(row * columns, columns).ToArray();
    }
}
