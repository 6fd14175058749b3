using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Partition;

/// <summary>
/// Writes what takes a device's part of a tensor from one sharding to another: a cut, which is free, before anything that talks; an
/// <c>all_to_all</c> where axes move between dimensions; a <c>collective_permute</c> where only the places of equal parts change; an
/// <c>all_gather</c> for the rest.
/// </summary>
/// <remarks>Shardy, <c>sdy-reshard-to-collectives</c> in <c>docs/sdy_export_passes.md</c>; StableHLO specification, "Collective ops".</remarks>
internal sealed class Resharding(DeviceGrid grid, int replicas, long firstChannel)
{
    private readonly OpBuilder _prologue = new(new Block());
    private readonly Dictionary<string, Value> _perDevice = [];
    private Value? _partition;
    private long _channel = firstChannel;

    /// <summary>What must stand at the start of the entry: numbers that depend on the device alone.</summary>
    public OperationList Prologue => _prologue.Block.Operations;

    /// <summary>A scalar of <c>ui32</c> that has a value of its own on each partition.</summary>
    public Value PerDevice(Func<int, long> number)
    {
        uint[] table = [.. Enumerable.Range(0, grid.Devices).Select(d => checked((uint)number(d)))];
        string key = string.Join(',', table);
        if (_perDevice.TryGetValue(key, out Value? known))
        {
            return known;
        }
        if (Array.TrueForAll(table, n => n == table[0]))
        {
            return _perDevice[key] = _prologue.Constant(Literal.Create<uint>(ElementKind.UI32, Shape.Scalar, [table[0]]).ToDense());
        }
        _partition ??= _prologue.PartitionId();
        Value all = _prologue.Constant(Literal.Create<uint>(ElementKind.UI32, [grid.Devices], table).ToDense());
        Value mine = _prologue.DynamicSlice(all, [_partition], [1]);
        return _perDevice[key] = _prologue.Reshape(mine, new TensorType(ElementKind.UI32, Shape.Scalar));
    }

    /// <summary>The part of a tensor that starts where each device's numbers say.</summary>
    public Value Cut(OpBuilder builder, Value value, Shape local, Func<int, int, long> offset)
    {
        Shape shape = value.TensorType.Shape;
        var starts = new Value[shape.Rank];
        for (int d = 0; d < starts.Length; d++)
        {
            int dimension = d;
            starts[d] = PerDevice(device => local[dimension] == shape[dimension] ? 0 : offset(device, dimension));
        }
        return builder.DynamicSlice(value, starts, local.ToArray().ToValueArray());
    }

    /// <summary>Cuts a dimension by axes in which the value was whole.</summary>
    public Value Cut(OpBuilder builder, Value value, int dimension, int[] axes)
    {
        long[] local = value.TensorType.Shape.ToArray();
        local[dimension] /= grid.Size(axes);
        return Cut(builder, value, new Shape(local), (device, _) => grid.Index(device, axes) * local[dimension]);
    }

    /// <summary>Puts the parts along a dimension together.</summary>
    public Value Gather(OpBuilder builder, Value value, int dimension, int[] axes)
    {
        long[] dims = value.TensorType.Shape.ToArray();
        dims[dimension] *= grid.Size(axes);
        return builder.AllGather([value], [value.TensorType with { Shape = new Shape(dims) }], dimension, Groups(axes), Channel(), useGlobalDeviceIds: true).Result;
    }

    /// <summary>All devices' parts behind each other along a new first dimension.</summary>
    public Value GatherAll(OpBuilder builder, Value value)
    {
        TensorType type = value.TensorType;
        Value one = builder.Reshape(value, type with { Shape = new Shape([1, .. type.Shape.ToArray()]) });
        var rows = new long[replicas * grid.Devices];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
        }
        DenseElementsAttr groups = Literal.Create<long>(ElementKind.I64, [replicas, grid.Devices], rows).ToDense();
        return builder.AllGather([one], [type with { Shape = new Shape([grid.Devices, .. type.Shape.ToArray()]) }], 0, groups, Channel(), useGlobalDeviceIds: true).Result;
    }

    /// <summary>Puts partial results together: cut on the way where the target is cut so, else whole on every device.</summary>
    public (Value Value, TensorSharding Sharding) Reduce(OpBuilder builder, Value value, TensorSharding sharding, int[] partial, TensorSharding target, OpName combiner)
    {
        var left = new List<int>(partial);
        for (int d = 0; d < sharding.Rank; d++)
        {
            if (!TensorSharding.IsPrefix(sharding[d], target[d]))
            {
                continue;
            }
            int[] next = [.. target[d].Skip(sharding[d].Length).TakeWhile(left.Contains)];
            long size = value.TensorType.Shape[d];
            if (next.Length == 0 || size % grid.Size(next) != 0)
            {
                continue;
            }
            long[] dims = value.TensorType.Shape.ToArray();
            dims[d] /= grid.Size(next);
            value = builder.ReduceScatter(value, value.TensorType with { Shape = new Shape(dims) }, d, Groups(next), Combine(combiner, value.TensorType), Channel(), useGlobalDeviceIds: true);
            sharding = sharding.With(d, [.. sharding[d], .. next]);
            left.RemoveAll(next.Contains);
        }
        if (left.Count > 0)
        {
            value = builder.AllReduce([value], Groups([.. left.Order()]), Combine(combiner, value.TensorType), Channel(), useGlobalDeviceIds: true).Results[0];
        }
        return (value, sharding);
    }

    /// <summary>Takes a value from one sharding to another.</summary>
    public Value Run(OpBuilder builder, Value value, TensorSharding from, TensorSharding to)
    {
        while (!from.Equals(to))
        {
            (value, from) = CutNext(builder, value, from, to) ?? Exchange(builder, value, from, to) ?? Permute(builder, value, from, to) ?? GatherNext(builder, value, from, to);
        }
        return value;
    }

    private (Value, TensorSharding)? CutNext(OpBuilder builder, Value value, TensorSharding from, TensorSharding to)
    {
        for (int d = 0; d < from.Rank; d++)
        {
            if (from[d].Length < to[d].Length && TensorSharding.IsPrefix(from[d], to[d]))
            {
                int[] next = [.. to[d].Skip(from[d].Length).TakeWhile(a => !from.Uses(a))];
                if (next.Length > 0)
                {
                    return (Cut(builder, value, d, next), from.With(d, [.. from[d], .. next]));
                }
            }
        }
        return null;
    }

    // Minor axes of one dimension that come next in another.
    private (Value, TensorSharding)? Exchange(OpBuilder builder, Value value, TensorSharding from, TensorSharding to)
    {
        for (int concat = 0; concat < from.Rank; concat++)
        {
            int common = TensorSharding.CommonPrefix(from[concat], to[concat]);
            for (int split = 0; split < from.Rank; split++)
            {
                if (split == concat || !TensorSharding.IsPrefix(from[split], to[split]))
                {
                    continue;
                }
                for (int start = common; start < from[concat].Length; start++)
                {
                    int[] axes = from[concat][start..];
                    if (!TensorSharding.IsPrefix(axes, to[split][from[split].Length..]))
                    {
                        continue;
                    }
                    Value moved = builder.AllToAll([value], split, concat, grid.Size(axes), PartitionGroups(axes), Channel()).Results[0];
                    return (moved, from.With(concat, from[concat][..start]).With(split, [.. from[split], .. axes]));
                }
            }
        }
        return null;
    }

    // The same parts elsewhere.
    private (Value, TensorSharding)? Permute(OpBuilder builder, Value value, TensorSharding from, TensorSharding to)
    {
        var here = new List<int>();
        var there = new List<int>();
        for (int d = 0; d < from.Rank; d++)
        {
            if (grid.Size(from[d]) != grid.Size(to[d]))
            {
                return null;
            }
            here.AddRange(from[d]);
            there.AddRange(to[d]);
        }
        int[] free = [.. there.Except(here)], gone = [.. here.Except(there)];
        if (!free.Select(grid.Size).Order().SequenceEqual(gone.Select(grid.Size).Order()))
        {
            return null;
        }
        free = [.. free.OrderBy(grid.Size)];
        gone = [.. gone.OrderBy(grid.Size)];
        var pairs = new List<long>();
        for (int target = 0; target < grid.Devices; target++)
        {
            int[] coordinates = grid.Coordinates(target), source = (int[])coordinates.Clone();
            for (int d = 0; d < from.Rank; d++)
            {
                int part = grid.Index(target, to[d]);
                foreach (int axis in Enumerable.Reverse(from[d]))
                {
                    (part, source[axis]) = Math.DivRem(part, grid.Size(axis));
                }
            }
            for (int i = 0; i < free.Length; i++)
            {
                source[free[i]] = coordinates[gone[i]];
            }
            pairs.AddRange([grid.DeviceAt(source), target]);
        }
        DenseElementsAttr attribute = Literal.Create<long>(ElementKind.I64, [pairs.Count / 2, 2], [.. pairs]).ToDense();
        return (builder.CollectivePermute(value, attribute, Channel()), to);
    }

    private (Value, TensorSharding) GatherNext(OpBuilder builder, Value value, TensorSharding from, TensorSharding to)
    {
        for (int d = 0; d < from.Rank; d++)
        {
            int common = TensorSharding.CommonPrefix(from[d], to[d]);
            if (common < from[d].Length)
            {
                return (Gather(builder, value, d, from[d][common..]), from.With(d, from[d][..common]));
            }
        }
        throw new InvalidOperationException($"no step leads from {from} to {to}");
    }

    private ChannelHandleAttr Channel() => new(_channel++, 1);

    // Groups of replica · partitions + partition.
    private DenseElementsAttr Groups(int[] axes)
    {
        int[][] groups = grid.Groups(axes);
        long[] ids = [.. Enumerable.Range(0, replicas).SelectMany(r => groups.SelectMany(g => g.Select(d => ((long)r * grid.Devices) + d)))];
        return Literal.Create<long>(ElementKind.I64, [replicas * groups.Length, groups[0].Length], ids).ToDense();
    }

    // Groups of partitions, the same in every replica.
    private DenseElementsAttr PartitionGroups(int[] axes)
    {
        int[][] groups = grid.Groups(axes);
        return Literal.Create<long>(ElementKind.I64, [groups.Length, groups[0].Length], [.. groups.SelectMany(g => g.Select(d => (long)d))]).ToDense();
    }

    private static Region Combine(OpName name, TensorType type)
    {
        TensorType scalar = type with { Shape = Shape.Scalar };
        var block = new Block(scalar, scalar);
        var builder = new OpBuilder(block);
        Operation op = builder.Create(name, [block.Arguments[0], block.Arguments[1]], [scalar]);
        builder.Create("stablehlo.return", [op.Result], []);
        return new Region(block);
    }
}
