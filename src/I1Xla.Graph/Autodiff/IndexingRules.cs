using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Derivatives of gathers and computed slices.</summary>
internal static class IndexingRules
{
    /// <summary>Adds the rules to the table.</summary>
    public static void Register()
    {
        Rules.Linear(HloOps.Gather, GatherVjp, 0);
        Rules.Linear(HloOps.DynamicSlice, c => c.Give(0, Hlo.DynamicUpdateSlice(Hlo.Zeros(c.TypeOf(0)), c.Ct!, Starts(c, 1))), 0);
        Rules.Linear(HloOps.DynamicUpdateSlice, c =>
        {
            Tensor[] starts = Starts(c, 2);
            if (c.Needs(0))
            {
                c.Give(0, Hlo.DynamicUpdateSlice(c.Ct!, Hlo.Zeros(c.TypeOf(1)), starts));
            }
            if (c.Needs(1))
            {
                c.Give(1, Hlo.DynamicSlice(c.Ct!, starts, c.TypeOf(1).Shape.Dims));
            }
        }, 0, 1);
    }

    /// <summary>Adds updates at places along the last dimension, row by row.</summary>
    public static Tensor AddAlongLast(Tensor x, Tensor indices, Tensor updates)
    {
        if (updates.Size == 0)
        {
            return x;
        }
        int last = x.Rank - 1;
        long[] batch = [.. Enumerable.Range(0, last).Select(d => (long)d)];
        return Hlo.Scatter(x, indices, updates, new ScatterDimensionNumbersAttr([], [last], [.. batch], [.. batch], [last], x.Rank), HloOps.Add);
    }

    private static Tensor[] Starts(VjpContext c, int from)
    {
        var starts = new Tensor[c.Op.Operands.Length - from];
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = c.In(from + i);
        }
        return starts;
    }

    private static void GatherVjp(VjpContext c)
    {
        var n = c.Op.Attributes.Get<GatherDimensionNumbersAttr>("dimension_numbers")!;
        Shape shape = c.TypeOf(0).Shape;
        // A gather clamps its indices and a scatter drops what is outside: clamp first.
        Tensor indices = IndexBounds.Clamp(c.In(1), shape, n.StartIndexMap.Span, c.Longs("slice_sizes"), n.IndexVectorDim);
        c.Give(0, Hlo.Scatter(Hlo.Zeros(c.TypeOf(0)), indices, c.Ct!, new ScatterDimensionNumbersAttr(
            n.OffsetDims, n.CollapsedSliceDims, n.OperandBatchingDims, n.StartIndicesBatchingDims, n.StartIndexMap, n.IndexVectorDim), HloOps.Add));
    }
}
