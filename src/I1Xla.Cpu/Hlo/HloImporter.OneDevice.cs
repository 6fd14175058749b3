using I1Xla.Cpu.Spmd;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>
/// What speaks of several devices. In the program of one of them it becomes <see cref="HloOp.Collective"/>; in a program of one device alone, such as
/// <c>pmap</c>, <c>shard_map</c> and explicit meshes of one device leave, a collective hands on what it is given, and the one shard is the whole array.
/// </summary>
public sealed partial class HloImporter
{
    /// <summary>The devices of which the program is that of one; null when it has one alone.</summary>
    internal ProcessGroups? Devices { get; init; }

    /// <summary>A collective; null when it is one among one process that names others.</summary>
    /// <exception cref="CpuUnsupportedException">It combines values as loops cannot.</exception>
    private HloNode[]? Collective(Operation op, HloNode[] x)
    {
        if (Devices is not null)
        {
            HloCollective collective = Between(op, Devices);
            return [.. x.Select((v, i) => builder.Node(HloOp.Collective, v.Kind, ((TensorType)Held(op.Results[i].Type)).Shape.ToArray(), [v], payload: collective))];
        }
        string groups = op.Name.Short == "collective_permute" ? "source_target_pairs" : "replica_groups";
        if (op.Attributes[groups] is not DenseElementsAttr { Type.Shape: var shape } || Longs(op, groups).Any(id => id > 0) || !SameTypes(op))
        {
            return null;
        }
        // Who is sent nothing has zeros.
        return op.Name.Short is "collective_permute" or "collective_broadcast" && shape.ElementCount == 0
            ? [.. x.Select(v => builder.Constant(v.Kind, v.Dims, new byte[v.Kind.StorageBytes()], true))]
            : x;
    }

    private static HloCollective Between(Operation op, ProcessGroups devices)
    {
        HloOp Combine() => Monoid(op.Regions[0]) is { } monoid && op.Operands.ToArray().All(o => IsComputable(o.TensorType.Kind) || (IsComplex(o) && monoid == HloOp.Add))
            ? monoid : throw new CpuUnsupportedException($"a {op.Name} that is no sum or extreme of elements with code of their own");
        switch (op.Name.Short)
        {
            case "all_reduce":
                return new HloCollective(CollectiveKind.AllReduce, devices.OfReduction(op), Combine: Combine());
            case "all_gather":
                return new HloCollective(CollectiveKind.AllGather, devices.OfReduction(op), Integer(op, "all_gather_dim"));
            case "reduce_scatter":
                return new HloCollective(CollectiveKind.ReduceScatter, devices.OfReduction(op), Integer(op, "scatter_dimension"), Combine: Combine());
            case "all_to_all":
                return new HloCollective(CollectiveKind.AllToAll, devices.OfExchange(op), Integer(op, "concat_dimension"), Integer(op, "split_dimension"));
            case "collective_permute":
                return new HloCollective(CollectiveKind.Permute, []) { Sources = devices.Sources(op) };
        }
        int[] sources = new int[devices.Count];
        Array.Fill(sources, -1);
        foreach (int[] group in devices.OfExchange(op))
        {
            foreach (int device in group)
            {
                sources[device] = group[0];
            }
        }
        return new HloCollective(CollectiveKind.Permute, []) { Sources = sources };
    }

    // A number that each device has of its own.
    private HloNode Number(Func<int, int> of, params long[] dims) => builder.Node(
        HloOp.Collective, ElementKind.UI32, dims, [],
        payload: new HloCollective(CollectiveKind.PerDevice, s_noGroups) { Numbers = new ValueArray<uint>([.. Enumerable.Range(0, Devices!.Count).Select(d => (uint)of(d))]) });

    // An element of a table that each device picks by its number is again such a number.
    private HloNode? PerDevice(HloNode[] x, long[] dims)
    {
        if (x is not [{ Op: HloOp.Constant, Kind: ElementKind.UI32 } table, { Payload: HloCollective { Kind: CollectiveKind.PerDevice } index }] || dims is not [1])
        {
            return null;
        }
        ReadOnlyMemory<byte> data = table.Constant!.Data;
        int last = table.IsSplat ? 0 : data.Length / sizeof(uint) - 1;
        return Number(d => (int)BitConverter.ToUInt32(data.Span[(sizeof(uint) * (int)Math.Min(index.Numbers[d], last))..]), 1);
    }

    private static readonly int[][] s_noGroups = [];

    /// <summary>The body of a <c>sdy.manual_computation</c> over one device, or of a <c>sdy.named_computation</c>.</summary>
    private HloNode[] Computation(Operation op, HloNode[] x, Dictionary<Value, HloNode> map)
    {
        Block body = op.Regions[0].Entry;
        for (int i = 0; i < x.Length; i++)
        {
            if (!body.Arguments[i].Type.Equals(op.Operands[i].Type))
            {
                throw new CpuUnsupportedException($"a {op.Name} over several devices");
            }
        }
        return Inline(body, x, map);
    }

    private static bool SameTypes(Operation op)
    {
        bool same = op.Operands.Length == op.Results.Length;
        for (int i = 0; same && i < op.Results.Length; i++)
        {
            same = op.Operands[i].Type.Equals(op.Results[i].Type);
        }
        return same;
    }
}
