using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>Reductions whose body is no monoid, of any number of operands: the body is taken to be associative, and the order of elements is kept.</summary>
public sealed partial class HloImporter
{
    // Results of so few elements each, or of so few in all, are combined two by two, as elementwise work.
    private const long MostPaired = 6, LeastFolded = 256;

    // From so many adjacent results on, these are the lanes.
    private const long LeastAdjacent = 16;

    // Lanes that make work for all threads, with parts of at least so many elements each; fewer lanes than FewLanes are not worth a fold.
    private const long EnoughLanes = 1024, FewLanes = 8, LeastPart = 8;

    // Lanes that are not adjacent take rows of up to MostWhole elements each; of longer ones they take parts, so that what they read lies near in memory.
    private const long MostWhole = 128, ShortPart = 16, LongPart = 32, LeastLong = 1024;

    /// <summary>A reduction with any associative body: dimension by dimension from the innermost, all operands at once.</summary>
    private HloNode[]? ReduceByBody(Operation op, HloNode[] x, Dictionary<Value, HloNode> map)
    {
        if (!AllComputable(x))
        {
            return null;
        }
        int n = x.Length / 2;
        long[] reduced = Longs(op, "dimensions").Order().ToArray();
        if (ArgReduce(op, x, reduced, map) is { } extreme)
        {
            return extreme;
        }
        Block block = op.Regions[0].Entry;
        var body = new ReductionBody(FoldBody(block, x[..n], map), (a, b) => Lift(block, [.. a, .. b], a[0].Dims, map));
        HloNode[]? values = x[..n];
        for (int i = reduced.Length - 1; i >= 0 && values is not null; i--)
        {
            values = ReduceAlong(values, (int)reduced[i], body);
        }
        return values is null ? null : body.Combine([.. x[n..].Select(i => builder.Broadcast(i, values[0].Dims, []))], values);
    }

    // What a reduction's region does: for loops, where these can run it, and over whole tensors.
    private sealed record ReductionBody(HloFold? Fold, Func<HloNode[], HloNode[], HloNode[]?> Combine);

    // The body of a fold; null where it takes what loops do not compute with, or values from outside.
    private HloFold? FoldBody(Block block, HloNode[] operands, Dictionary<Value, HloNode> map)
    {
        if (operands.Any(o => Loops.LoopKernel.MemoryKind(o.Kind) != o.Kind))
        {
            return null;
        }
        HloNode[] parameters = [.. operands.Concat(operands).Select((o, i) => builder.Parameter(new TensorType(o.Kind, Shape.Scalar), i))];
        return Lift(block, parameters, [], map) is { } results && Captured(parameters, results).Length == 0 ? new HloFold(parameters, results) : null;
    }

    // One dimension less: elements are folded in their order, first parts of them where there are few lanes otherwise, or where lanes would be far apart.
    private HloNode[]? ReduceAlong(HloNode[] x, int d, ReductionBody body)
    {
        long[] dims = x[0].Dims, rest = [.. dims[..d], .. dims[(d + 1)..]];
        long extent = dims[d], lanes = x[0].Count / extent, part = PartOf(extent, lanes, rest[d..].Aggregate(1L, (p, e) => p * e));
        if (body.Fold is null || extent <= MostPaired || x[0].Count < LeastFolded || part == 0)
        {
            return ReducePairs(x, d, body);
        }
        if (part == extent)
        {
            return [.. x.Select((v, i) => builder.Node(HloOp.Fold, v.Kind, rest, x, [d, i], body.Fold))];
        }
        long parts = extent / part, whole = parts * part;
        long[] split = [.. dims[..d], parts, part, .. dims[(d + 1)..]], partial = [.. dims[..d], parts, .. dims[(d + 1)..]];
        HloNode[] cut = [.. x.Select(v => builder.Reshape(Along(v, d, 0, whole, 1), split))];
        HloNode[]? first = ReduceAlong([.. cut.Select((v, i) => builder.Node(HloOp.Fold, v.Kind, partial, cut, [d + 1, i], body.Fold))], d, body);
        if (whole == extent || first is null)
        {
            return first;
        }
        return ReduceAlong([.. x.Select(v => Along(v, d, whole, extent - whole, 1))], d, body) is { } last ? body.Combine(first, last) : null;
    }

    // How many elements each lane takes at once; 0 where there are too few lanes for a fold.
    private static long PartOf(long extent, long lanes, long adjacent)
    {
        if (adjacent < LeastAdjacent && extent > MostWhole)
        {
            return Near(extent, extent < LeastLong ? ShortPart : LongPart);
        }
        if (adjacent < LeastAdjacent)
        {
            return lanes < FewLanes ? 0 : extent;
        }
        long parts = Math.Min(extent / LeastPart, (EnoughLanes + lanes - 1) / lanes);
        return parts <= 1 ? extent : Near(extent, extent / parts);
    }

    // A divisor of an extent near to a number, where there is one.
    private static long Near(long extent, long wanted)
    {
        for (long off = 0; off <= wanted / 4; off++)
        {
            if (extent % (wanted + off) == 0)
            {
                return wanted + off;
            }
            if (extent % (wanted - off) == 0)
            {
                return wanted - off;
            }
        }
        return wanted;
    }

    // Neighbours are combined two by two until one is left.
    private HloNode[]? ReducePairs(HloNode[] values, int along, ReductionBody body)
    {
        long[] rest = [.. values[0].Dims[..along], .. values[0].Dims[(along + 1)..]];
        var left = new Stack<HloNode[]>();
        while (values[0].Dims[along] > 1)
        {
            long extent = values[0].Dims[along], half = extent / 2;
            if (extent % 2 != 0)
            {
                left.Push([.. values.Select(v => Along(v, along, extent - 1, 1, 1))]);
            }
            if (body.Combine([.. values.Select(v => Along(v, along, 0, half, 2))], [.. values.Select(v => Along(v, along, 1, half, 2))]) is not { } combined)
            {
                return null;
            }
            values = combined;
        }
        while (left.TryPop(out HloNode[]? last))
        {
            if (body.Combine(values, last) is not { } combined)
            {
                return null;
            }
            values = combined;
        }
        return [.. values.Select(v => builder.Reshape(v, rest))];
    }

    // argmax and argmin as JAX writes them: a value and its place, the first of equals, NaN before all.
    private HloNode[]? ArgReduce(Operation op, HloNode[] x, long[] reduced, Dictionary<Value, HloNode> map)
    {
        if (reduced.Length != 1 || x is not [var value, { Op: HloOp.Broadcast or HloOp.Iota, Kind: ElementKind.I32 } place, { IsSplat: true } worst, { IsSplat: true } zero])
        {
            return null;
        }
        HloNode counter = place.Op == HloOp.Iota ? place : place.Inputs[0];
        long along = place.Op == HloOp.Iota ? place.A[0] : counter.Op == HloOp.Iota && counter.Dims.Length == 1 ? place.A[0] : -1;
        if (along == value.Dims.Length - 1 && value.Dims[along] <= MostWhole && value.Count >= LeastFolded * value.Dims[along])
        {
            // Short rows are not searched one after the other: each lane takes one.
            return null;
        }
        HloNode[] s = [.. Enumerable.Range(0, 4).Select(i => builder.Parameter(new TensorType(i % 2 == 0 ? value.Kind : ElementKind.I32, Shape.Scalar), i))];
        if (!HloArgReduce.Handles(value.Kind) || along != reduced[0] || value.Dims[along] > int.MaxValue || ScalarFolding.ToLong(ElementKind.I32, zero.Constant!.Data.Span) != 0
            || Lift(op.Regions[0].Entry, s, [], map) is not [{ Op: HloOp.Select } best, { Op: HloOp.Select } where])
        {
            return null;
        }
        foreach (bool largest in new[] { true, false })
        {
            HloNode wins = builder.Compare(new HloCompare(largest ? "GT" : "LT", false), s[0], s[2]), nan = builder.Compare(new HloCompare("NE", false), s[0], s[0]);
            HloNode better = builder.Binary(HloOp.Or, wins, nan);
            HloNode earlier = builder.Binary(HloOp.And, builder.Compare(new HloCompare("EQ", false), s[0], s[2]), builder.Compare(new HloCompare("LT", false), s[1], s[3]));
            // Equal nodes are made once, so that the body is this one when its results are these nodes.
            if (ReferenceEquals(best, builder.Select(better, s[0], s[2])) && ReferenceEquals(where, builder.Select(builder.Binary(HloOp.Or, better, earlier), s[1], s[3]))
                && HloBuilder.IsIdentity(largest ? HloOp.Maximum : HloOp.Minimum, worst))
            {
                HloNode node = builder.Node(HloOp.ArgReduce, ElementKind.I1, [0], [value], payload: new HloArgReduce(reduced[0], largest), resultTypes: [.. op.Results.ToArray().Select(r => r.Type)]);
                return [builder.GetResult(node, 0), builder.GetResult(node, 1)];
            }
        }
        return null;
    }
}
