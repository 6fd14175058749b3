using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>The gradient of pooling, <c>select_and_scatter</c>, written out as elementwise work over whole tensors, with a scatter where need be.</summary>
public sealed partial class HloImporter
{
    private const long MostChosenWindow = 64;

    private HloNode[]? SelectAndScatter(Operation op, HloNode[] x, Dictionary<Value, HloNode> map) =>
        x[1].Count == 0 && x[0].Count > 0 ? [builder.Broadcast(x[2], x[0].Dims, [])] : SpreadChoices(op, x, map) ?? ScatterChoices(op, x, map);

    /// <summary>
    /// Windows without padding, of few places, whose values are added where their windows' choices lie: the choice is made place by place, as the
    /// windows' elements come, and each place has its values spread out and added. Null for any other.
    /// </summary>
    private HloNode[]? SpreadChoices(Operation op, HloNode[] x, Dictionary<Value, HloNode> map)
    {
        (HloNode operand, HloNode source, HloNode initial) = (x[0], x[1], x[2]);
        int rank = operand.Dims.Length;
        long[] ones = Enumerable.Repeat(1L, rank).ToArray();
        long[] window = op.Attributes.Contains("window_dimensions") ? Longs(op, "window_dimensions") : ones, stride = op.Attributes.Contains("window_strides") ? Longs(op, "window_strides") : ones;
        if (!AllComputable(x) || !IsComputable(operand.Kind) || operand.Kind == ElementKind.I1 || window.Aggregate(1L, (p, w) => p * w) > MostDirectWindow
            || (op.Attributes.Contains("padding") && Longs(op, "padding").Any(p => p != 0)) || Monoid(op.Regions[1]) != HloOp.Add)
        {
            return null;
        }
        long[] places = source.Dims;
        HloNode? best = null, choice = null;
        long[] at = new long[rank];
        for (long k = 0; k == 0 || Next(at, window); k++)
        {
            HloNode place = Place(k);
            HloNode element = builder.Slice(operand, (long[])at.Clone(), at.Select((a, d) => a + ((places[d] - 1) * stride[d]) + 1).ToArray(), stride);
            if (best is null)
            {
                (best, choice) = (element, place);
                continue;
            }
            if (Lift(op.Regions[0].Entry, [best, element], places, map) is not [{ Kind: ElementKind.I1 } keep])
            {
                return null;
            }
            (best, choice) = (builder.Select(keep, best, element), builder.Select(keep, choice!, place));
        }
        HloNode zero = builder.Constant(operand.Kind, [], new byte[operand.Kind.StorageBytes()], true), zeros = builder.Broadcast(zero, places, []);
        HloNode sum = builder.Broadcast(initial, operand.Dims, []);
        // From the last place on: an element then gets its values in the order of the windows.
        at = [.. window.Select(w => w - 1)];
        for (long k = window.Aggregate(1L, (p, w) => p * w) - 1; k >= 0; k--)
        {
            HloNode chosen = builder.Select(builder.Compare(new HloCompare("EQ", false), choice!, Place(k)), source, zeros);
            long[] high = at.Select((a, d) => operand.Dims[d] - a - ((places[d] - 1) * stride[d]) - 1).ToArray();
            sum = builder.Binary(HloOp.Add, sum, builder.Pad(chosen, zero, (long[])at.Clone(), high, stride.Select(s => s - 1).ToArray()));
            for (int d = rank - 1; d >= 0 && --at[d] < 0; d--)
            {
                at[d] = window[d] - 1;
            }
        }
        return [sum];

        HloNode Place(long k) => builder.Broadcast(builder.SplatInteger(ElementKind.I32, [], k), places, []);
    }

    /// <summary>
    /// Any windows and bodies: the place of each window's choice, element by element in small windows and dimension by dimension in others, then a scatter of
    /// the values to these places. A window that has nothing but padding chooses place -1, which is outside.
    /// </summary>
    private HloNode[]? ScatterChoices(Operation op, HloNode[] x, Dictionary<Value, HloNode> map)
    {
        (HloNode operand, HloNode source, HloNode initial) = (x[0], x[1], x[2]);
        int rank = operand.Dims.Length;
        long[] ones = Enumerable.Repeat(1L, rank).ToArray(), places = source.Dims;
        long[] window = op.Attributes.Contains("window_dimensions") ? Longs(op, "window_dimensions") : ones, stride = op.Attributes.Contains("window_strides") ? Longs(op, "window_strides") : ones;
        long[] padding = op.Attributes.Contains("padding") ? Longs(op, "padding") : new long[2 * rank];
        if (!AllComputable(x) || operand.Count > int.MaxValue)
        {
            return null;
        }
        long[] low = [.. padding.Where((_, i) => i % 2 == 0)], high = [.. padding.Where((_, i) => i % 2 == 1)], none = new long[rank];
        HloNode nothing = builder.Constant(operand.Kind, [], new byte[operand.Kind.StorageBytes()], true), outside = builder.SplatInteger(ElementKind.I32, [], -1);
        HloNode counted = builder.Reshape(builder.Iota(ElementKind.I32, [operand.Count], 0), operand.Dims);
        HloNode[]? best = [builder.Pad(operand, nothing, low, high, none), builder.Pad(counted, outside, low, high, none)];
        if (window.Aggregate(1L, (p, w) => p * w) <= MostChosenWindow)
        {
            HloNode[] all = best;
            best = null;
            long[] at = new long[rank];
            do
            {
                long[] limit = [.. at.Select((a, d) => a + ((places[d] - 1) * stride[d]) + 1)];
                HloNode[] here = [.. all.Select(v => builder.Slice(v, (long[])at.Clone(), limit, stride))];
                best = best is null ? here : Better(best, here);
            }
            while (best is not null && Next(at, window));
        }
        else
        {
            for (int d = rank - 1; d >= 0 && best is not null; d--)
            {
                best = WindowsAlong(best, d, window[d], 1, stride[d], places[d], Better);
            }
        }
        if (best is null)
        {
            return null;
        }
        HloNode indices = builder.Reshape(best[1], [source.Count, 1]), updates = builder.Reshape(source, [source.Count]), to = builder.Broadcast(initial, [operand.Count], []);
        var numbers = new ScatterDimensionNumbersAttr([], [0], [], [], [0], 1);
        HloNode[]? scattered = Scatter(to, indices, updates, numbers, op.Regions[1], [1]) ?? ScatterWithBody([to], indices, [updates], numbers, op.Regions[1], map, [1]);
        return scattered is [var result] ? [builder.Reshape(result, operand.Dims)] : null;

        // The first, where it is no padding and the second is, or the region prefers it.
        HloNode[]? Better(HloNode[] a, HloNode[] b)
        {
            if (Lift(op.Regions[0].Entry, [a[0], b[0]], a[0].Dims, map) is not [{ Kind: ElementKind.I1 } preferred])
            {
                return null;
            }
            HloNode zero = builder.SplatInteger(ElementKind.I32, a[0].Dims, 0);
            HloNode keep = builder.Binary(HloOp.And, Compare("GE", a[1], zero), builder.Binary(HloOp.Or, Compare("LT", b[1], zero), preferred));
            return [builder.Select(keep, a[0], b[0]), builder.Select(keep, a[1], b[1])];
        }
    }
}
