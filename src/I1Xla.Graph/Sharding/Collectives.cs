using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Collective operations over groups of devices of a mesh.</summary>
internal static class Collectives
{
    /// <summary>The devices that differ only along the given axes, group by group, in row-major order.</summary>
    public static long[][] Groups(Mesh mesh, ReadOnlySpan<string> axes)
    {
        bool[] within = new bool[mesh.Axes.Length];
        foreach (string axis in axes)
        {
            within[mesh.IndexOf(axis)] = true;
        }
        var groups = new SortedDictionary<long, List<long>>();
        for (long id = 0; id < mesh.DeviceCount; id++)
        {
            long rest = id, key = 0, stride = 1;
            for (int a = mesh.Axes.Length - 1; a >= 0; a--)
            {
                long place = rest % mesh.Axes[a].Size;
                rest /= mesh.Axes[a].Size;
                key += within[a] ? 0 : place * stride;
                stride *= mesh.Axes[a].Size;
            }
            (groups.TryGetValue(key, out List<long>? group) ? group : groups[key] = []).Add(id);
        }
        return [.. groups.Values.Select(g => g.ToArray())];
    }

    /// <summary>Reduction over devices; each gets the result.</summary>
    public static Tensor AllReduce(Tensor x, OpName combiner, Mesh mesh, ReadOnlySpan<string> axes) => axes.Length == 0 ? x
        : Hlo.Many(HloOps.AllReduce, x.Type, false, [x], Attributes(mesh, axes), [Hlo.Combiner(combiner, x.DType)]);

    /// <summary>Joins shards along a dimension.</summary>
    public static Tensor AllGather(Tensor x, Mesh mesh, ReadOnlySpan<string> axes, int dimension)
    {
        AttributeMap attributes = Attributes(mesh, axes);
        attributes.Set("all_gather_dim", IntegerAttr.I64(dimension));
        return Hlo.Many(HloOps.AllGather, Resized(x.Type, dimension, GroupSize(mesh, axes), 1), false, [x], attributes);
    }

    /// <summary>Sums over devices and leaves each its part of a dimension.</summary>
    public static Tensor ReduceScatter(Tensor x, Mesh mesh, ReadOnlySpan<string> axes, int dimension)
    {
        long size = GroupSize(mesh, axes);
        if (x.Shape[dimension] % size != 0)
        {
            throw Tracer.Error("reduce_scatter", $"dimension {dimension} of shape {x.Shape} does not divide by {size}");
        }
        AttributeMap attributes = Attributes(mesh, axes);
        attributes.Set("scatter_dimension", IntegerAttr.I64(dimension));
        return Hlo.Many(HloOps.ReduceScatter, Resized(x.Type, dimension, 1, size), false, [x], attributes, [Hlo.Combiner(HloOps.Add, x.DType)]);
    }

    /// <summary>Exchanges parts of one dimension for parts of another.</summary>
    public static Tensor AllToAll(Tensor x, Mesh mesh, string axis, int split, int concat)
    {
        long size = mesh.SizeOf(axis);
        if (x.Shape[split] % size != 0)
        {
            throw Tracer.Error("all_to_all", $"dimension {split} of shape {x.Shape} does not divide by {size}");
        }
        AttributeMap attributes = Attributes(mesh, [axis], globalIds: false);
        attributes.Set("split_dimension", IntegerAttr.I64(split));
        attributes.Set("concat_dimension", IntegerAttr.I64(concat));
        attributes.Set("split_count", IntegerAttr.I64(size));
        return Hlo.Many(HloOps.AllToAll, Resized(Resized(x.Type, split, 1, size), concat, size, 1), false, [x], attributes);
    }

    /// <summary>Sends shards between devices: source and target ids in turn.</summary>
    public static Tensor Permute(Tensor x, ReadOnlySpan<long> pairs) => Hlo.Many(HloOps.CollectivePermute, x.Type, false, [x], new AttributeMap
    {
        { "source_target_pairs", Hlo.PairsAttr(pairs) },
        { "channel_handle", NextChannel() },
    });

    /// <summary>The attributes of a collective with a channel of its own.</summary>
    public static AttributeMap WithNewChannel(AttributeMap attributes)
    {
        AttributeMap copy = attributes.Clone();
        copy.Set("channel_handle", NextChannel());
        return copy;
    }

    /// <summary>A copy of an operation in which every collective has a channel of its own.</summary>
    public static Operation Again(Operation op, Dictionary<Value, Value> map)
    {
        Operation copy = op.Clone(map);
        Renumber(copy);
        return copy;
    }

    private static void Renumber(Operation op)
    {
        if (op.Attributes["channel_handle"] is not null)
        {
            op.Attributes.Set("channel_handle", NextChannel());
        }
        foreach (Region region in op.Regions)
        {
            foreach (Block block in region.Blocks)
            {
                foreach (Operation inner in block.Operations)
                {
                    Renumber(inner);
                }
            }
        }
    }

    private static AttributeMap Attributes(Mesh mesh, ReadOnlySpan<string> axes, bool globalIds = true)
    {
        long[][] groups = Groups(mesh, axes);
        var attributes = new AttributeMap
        {
            { "replica_groups", Hlo.MatrixAttr([.. groups.SelectMany(g => g)], groups[0].Length) },
            { "channel_handle", NextChannel() },
        };
        if (globalIds)
        {
            attributes.Set("use_global_device_ids", UnitAttr.Instance);
        }
        return attributes;
    }

    private static ChannelHandleAttr NextChannel() => new(Tracer.Current.Module.NextChannel++, 1);

    private static long GroupSize(Mesh mesh, ReadOnlySpan<string> axes)
    {
        long size = 1;
        foreach (string axis in axes)
        {
            size *= mesh.SizeOf(axis);
        }
        return size;
    }

    private static TensorType Resized(TensorType type, int dimension, long times, long over)
    {
        long[] dims = type.Shape.ToArray();
        dims[dimension] = dims[dimension] * times / over;
        return new TensorType(type.Element, new Shape(dims));
    }
}
