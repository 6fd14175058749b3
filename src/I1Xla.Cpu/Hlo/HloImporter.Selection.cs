using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>The gradient of pooling, <c>select_and_scatter</c>, written out as elementwise work over whole tensors.</summary>
public sealed partial class HloImporter
{
    /// <summary>
    /// Windows without padding, of few places, whose values are added where their windows' choices lie: the choice is made place by place, as the
    /// windows' elements come, and each place has its values spread out and added. Null for any other.
    /// </summary>
    private HloNode[]? SelectAndScatter(Operation op, HloNode[] x, Dictionary<Value, HloNode> map)
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
}
