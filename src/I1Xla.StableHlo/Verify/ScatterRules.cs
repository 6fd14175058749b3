using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using static I1Xla.StableHlo.Verify.Checks;

namespace I1Xla.StableHlo.Verify;

/// <summary>Result types and constraints of scatter.</summary>
internal static class ScatterRules
{
    public static IrType[] Scatter(Operation op)
    {
        var view = new ScatterOp(op);
        ReadOnlySpan<Value> inputs = view.Inputs;
        if (inputs.Length == 0)
        {
            throw Violation("C5", "requires at least 1 input value");
        }
        IrType[] accumulators = ReductionRules.AccumulatorTypes(view.UpdateComputation, ReductionRules.TypesOf(inputs));
        var results = new IrType[inputs.Length];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = Tensor(inputs[i]) with { Element = ReductionRules.Accumulator(accumulators, i, "C23", inputs.Length) };
        }
        return results;
    }

    public static void VerifyScatter(Operation op)
    {
        var view = new ScatterOp(op);
        IrType[] inputs = ReductionRules.TypesOf(view.Inputs);
        IrType[] updates = ReductionRules.TypesOf(view.Updates);
        TensorType indices = Tensor(view.ScatterIndices);
        ScatterDimensionNumbersAttr d = view.ScatterDimensionNumbers;
        if (inputs.Length == 0)
        {
            throw Violation("C5", "requires at least 1 input value");
        }
        if (inputs.Any(t => !Types.CompatibleShapes(inputs[0], t)))
        {
            throw Violation("C1", "Not all inputs have compatible shapes.");
        }
        if (updates.Any(t => !Types.CompatibleShapes(updates[0], t)))
        {
            throw Violation("C3", "Not all updates have compatible shapes.");
        }
        InBounds("C22", d.IndexVectorDim, indices.Rank, "index_vector_dim", "rank-of('scatter_indices')", inclusive: true);
        ReductionRules.Reducer(new("C23", "C6"), view.UpdateComputation.Entry, inputs, [.. updates.Select(ReductionRules.Scalar)], default);
        long[] indexShape = d.IndexVectorDim == indices.Rank ? [.. indices.Shape.Dims, 1] : indices.Shape.ToArray();
        foreach (TensorType update in updates.Cast<TensorType>())
        {
            int rank = indexShape.Length - 1 + d.UpdateWindowDims.Length;
            if (update.Rank != rank)
            {
                throw Violation("C4", $"expects updates tensor must be of rank {rank} ( == rank-of('scatter_indices') - 1 + size-of('update_window_dims'), where 'scatter_indices' is expanded by a trailing 1 dimension if 'index_vector_dim' == rank-of('scatter_indices')), but got {update.Rank}.");
            }
        }
        for (int i = 0; i < inputs.Length; i++)
        {
            DimensionNumbers((TensorType)inputs[i], indexShape, indices.Rank, (TensorType)updates[i], d);
            Updates((TensorType)inputs[i], indexShape, (TensorType)updates[i], d);
        }
    }

    private static void DimensionNumbers(TensorType input, long[] indexShape, int indicesRank, TensorType update, ScatterDimensionNumbersAttr d)
    {
        ReadOnlySpan<long> window = d.UpdateWindowDims.Span;
        ReadOnlySpan<long> inserted = d.InsertedWindowDims.Span;
        ReadOnlySpan<long> batching = d.InputBatchingDims.Span;
        ReadOnlySpan<long> indexBatching = d.ScatterIndicesBatchingDims.Span;
        ReadOnlySpan<long> map = d.ScatterDimsToOperandDims.Span;
        int count = window.Length + inserted.Length + batching.Length;
        if (input.Rank != count)
        {
            throw Violation("C2", $"Expects rank-of operand to match size-of('update_window_dims') + size-of('inserted_window_dims') + size-of('input_batching_dims') i.e. {count} but got {input.Rank}.");
        }
        if (!IsSorted(window))
        {
            throw Violation("C7", $"Expects update_window_dims to be sorted; got: [{List(window)}].");
        }
        if (!IsUnique(window))
        {
            throw Violation("C7", $"Expects update_window_dims to not repeat; got: [{List(window)}].");
        }
        EachInBounds("C8", window, update.Rank, "update_window_dims", "rank-of('updates')");
        Distinct("C9", inserted, batching, "inserted_window_dims", "input_batching_dims");
        if (!IsSorted(inserted))
        {
            throw Violation("C10", $"Expects inserted_window_dims to be sorted; got: [{List(inserted)}].");
        }
        EachInBounds("C11", inserted, input.Rank, "inserted_window_dims", "rank-of('operand')");
        if (!IsSorted(batching))
        {
            throw Violation("C12", $"Expects input_batching_dims to be sorted; got: [{List(batching)}].");
        }
        EachInBounds("C13", batching, input.Rank, "input_batching_dims", "rank-of('operand')");
        if (!IsUnique(indexBatching))
        {
            throw Violation("C14", $"Expects scatter_indices_batching_dims to not repeat; got: [{List(indexBatching)}].");
        }
        EachInBounds("C15", indexBatching, indexShape.Length, "scatter_indices_batching_dims", "rank-of('scatter_indices')");
        if (indexBatching.Contains(d.IndexVectorDim))
        {
            throw Violation("C16", $"expects scatter_indices_batching_dims not to include index_vector_dim {d.IndexVectorDim}.");
        }
        if (batching.Length != indexBatching.Length)
        {
            throw Violation("C17", "input_batching_dims and scatter_indices_batching_dims should have the same size.");
        }
        for (int i = 0; i < batching.Length; i++)
        {
            long a = input.Shape[(int)batching[i]];
            long b = indexShape[indexBatching[i]];
            if (!CompatibleDims(a, b))
            {
                throw Violation("C18", $"input_batching_dims[{i}] and scatter_indices_batching_dims[{i}] must have compatible sizes, but got {a} and {b}.");
            }
        }
        long bound = d.IndexVectorDim == indicesRank ? 1 : indexShape[d.IndexVectorDim];
        if (bound != Shape.Dynamic && map.Length != bound)
        {
            throw Violation("C19", $"Scatter op has {map.Length} elements in scatter_dims_to_operand_dims and the bound of dimension index_vector_dim={d.IndexVectorDim} of scatter_indices is {bound}. These two numbers must be equal.");
        }
        Distinct("C20", map, batching, "scatter_dims_to_operand_dims", "input_batching_dims");
        EachInBounds("C21", map, input.Rank, "scatter_dims_to_operand_dims", "rank-of('operand')");
    }

    private static void Updates(TensorType input, long[] indexShape, TensorType update, ScatterDimensionNumbersAttr d)
    {
        var maximum = new List<long>();
        for (int i = 0; i < input.Rank; i++)
        {
            if (!d.InsertedWindowDims.Span.Contains(i) && !d.InputBatchingDims.Span.Contains(i))
            {
                maximum.Add(input.Shape[i]);
            }
        }
        for (int i = 0; i < d.UpdateWindowDims.Length; i++)
        {
            long size = update.Shape[(int)d.UpdateWindowDims[i]];
            if (size != Shape.Dynamic && maximum[i] != Shape.Dynamic && size > maximum[i])
            {
                throw Violation("C4", $"expects bounds of the window dimensions of updates to not exceed the bounds of the corresponding dimensions of operand. For dimension {d.UpdateWindowDims[i]}, updates bound is {size}, operand bound is {maximum[i]}.");
            }
        }
        int at = 0;
        for (int i = 0; i < update.Rank; i++)
        {
            if (d.UpdateWindowDims.Span.Contains(i))
            {
                continue;
            }
            at += at == d.IndexVectorDim ? 1 : 0;
            if (!CompatibleDims(update.Shape[i], indexShape[at]))
            {
                throw Violation("C4", $"expects bounds of the scatter dimensions of updates to be same as the bounds of the corresponding dimensions of scatter indices. For scatter dimension {i}, updates bound is {update.Shape[i]} , scatter_indices bound is {indexShape[at]}.");
            }
            at++;
        }
    }
}
