using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Derivatives of gathers, scatters and computed slices.</summary>
internal static class IndexingRules
{
    /// <summary>Adds the rules to the table.</summary>
    public static void Register()
    {
        Rules.Linear(HloOps.Gather, GatherVjp, 0);
        Rules.Add(HloOps.Scatter, ScatterVjp, c =>
        {
            if (c.Op.Operands.Length != 3 || (CombinerOf(c.Op) is { } combiner && combiner != HloOps.Add))
            {
                throw c.NoRule("only scatters that add or replace have a rule");
            }
            c.ApplyToTangents(0, 2);
        });
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
        Tensor indices = ClampIndices(c.In(1), shape, n.StartIndexMap.Span, c.Longs("slice_sizes"), n.IndexVectorDim);
        c.Give(0, Hlo.Scatter(Hlo.Zeros(c.TypeOf(0)), indices, c.Ct!, new ScatterDimensionNumbersAttr(
            n.OffsetDims, n.CollapsedSliceDims, n.OperandBatchingDims, n.StartIndicesBatchingDims, n.StartIndexMap, n.IndexVectorDim), HloOps.Add));
    }

    private static Tensor ClampIndices(Tensor indices, Shape shape, ReadOnlySpan<long> map, ReadOnlySpan<long> sizes, long vectorDim)
    {
        Tensor limits = Limits(indices, shape, map, sizes, vectorDim);
        return Hlo.Binary(HloOps.Minimum, Hlo.Binary(HloOps.Maximum, indices, Hlo.ZerosLike(indices)), limits);
    }

    /// <summary>The largest start of each component, in the indices' shape.</summary>
    private static Tensor Limits(Tensor indices, Shape shape, ReadOnlySpan<long> map, ReadOnlySpan<long> sizes, long vectorDim)
    {
        long[] limits = new long[map.Length];
        for (int i = 0; i < limits.Length; i++)
        {
            limits[i] = shape[(int)map[i]] - sizes[(int)map[i]];
        }
        if (limits.Distinct().Count() == 1)
        {
            return Hlo.Splat(limits[0], indices.DType, indices.Shape);
        }
        Tensor row = Hlo.Convert(Hlo.Dense(Literal.Create<long>(ElementKind.I64, [limits.Length], limits).ToDense()), indices.DType);
        return Hlo.BroadcastInDim(row, indices.Shape, [vectorDim]);
    }

    /// <summary>Null when the scatter replaces.</summary>
    private static OpName? CombinerOf(Operation op) =>
        op.Regions[0].Entry is { Operations: [var end], Arguments: [_, var update] } && ReferenceEquals(end.Operands[0], update)
            ? null : ReductionRules.CombinerOf(op) ?? HloOps.Scatter;

    private static void ScatterVjp(VjpContext c)
    {
        if (c.Op.Operands.Length != 3)
        {
            throw c.NoRule("a scatter of several tensors has no rule");
        }
        OpName? combiner = CombinerOf(c.Op);
        if (combiner is not null && combiner != HloOps.Add)
        {
            throw c.NoRule("only scatters that add or replace have a rule");
        }
        var n = c.Op.Attributes.Get<ScatterDimensionNumbersAttr>("scatter_dimension_numbers")!;
        Tensor indices = c.In(1);
        if (c.Needs(0))
        {
            c.Give(0, combiner is null
                ? Hlo.Scatter(c.Ct!, indices, Hlo.Zeros(c.TypeOf(2)), n, null)
                : c.Ct);
        }
        if (c.Needs(2))
        {
            Shape shape = c.TypeOf(0).Shape, updates = c.TypeOf(2).Shape;
            long[] sizes = new long[shape.Rank];
            int window = 0;
            for (int d = 0; d < sizes.Length; d++)
            {
                bool inserted = n.InsertedWindowDims.Span.Contains(d) || n.InputBatchingDims.Span.Contains(d);
                sizes[d] = inserted ? 1 : updates[(int)n.UpdateWindowDims[window++]];
            }
            Tensor taken = Hlo.Gather(c.Ct!, indices, new GatherDimensionNumbersAttr(
                n.UpdateWindowDims, n.InsertedWindowDims, n.InputBatchingDims, n.ScatterIndicesBatchingDims, n.ScatterDimsToOperandDims, n.IndexVectorDim), sizes);
            // Updates outside were dropped.
            Tensor limits = Limits(indices, shape, n.ScatterDimsToOperandDims.Span, sizes, n.IndexVectorDim);
            Tensor inside = Hlo.Binary(HloOps.And, Hlo.Compare("GE", indices, Hlo.ZerosLike(indices)), Hlo.Compare("LE", indices, limits));
            if (n.IndexVectorDim < indices.Rank)
            {
                inside = Hlo.Reduce(HloOps.And, inside, Hlo.Splat(1L, ElementKind.I1, Shape.Scalar), [n.IndexVectorDim]);
            }
            long[] map = [.. Enumerable.Range(0, updates.Rank).Select(d => (long)d).Where(d => !n.UpdateWindowDims.Contains(d))];
            c.Give(2, Hlo.Select(Hlo.BroadcastInDim(inside, updates, map), taken, Hlo.ZerosLike(taken)));
        }
    }
}
