using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using static I1Xla.StableHlo.Verify.Checks;

namespace I1Xla.StableHlo.Verify;

/// <summary>Result types and constraints of gather and dynamic_gather.</summary>
internal static class GatherRules
{
    public static IrType[] Gather(Operation op)
    {
        var view = new GatherOp(op);
        TensorType operand = Tensor(view.Operand);
        TensorType indices = Tensor(view.StartIndices);
        long[] sizes = view.SliceSizes.ToArray();
        Common(n => "C" + n, operand, indices, sizes.Length, view.DimensionNumbers);
        Sizes(n => "C" + n, operand, view.DimensionNumbers, sizes);
        return [Result(n => "C" + n, operand, indices, view.DimensionNumbers, sizes)];
    }

    public static IrType[] DynamicGather(Operation op)
    {
        var view = new DynamicGatherOp(op);
        TensorType operand = Tensor(view.Operand);
        TensorType indices = Tensor(view.StartIndices);
        Common(DynamicName, operand, indices, (int)Tensor(view.SliceSizes).Shape[0], view.DimensionNumbers);
        if (TryConstant(view.SliceSizes, out long[] sizes))
        {
            Sizes(DynamicName, operand, view.DimensionNumbers, sizes);
        }
        else
        {
            sizes = new long[operand.Rank];
            sizes.AsSpan().Fill(Shape.Dynamic);
        }
        return [Result(DynamicName, operand, indices, view.DimensionNumbers, sizes)];
    }

    /// <summary>The specification's numbers for dynamic_gather, which lacks those of batching dimensions.</summary>
    private static string? DynamicName(int gather) => gather switch
    {
        <= 6 => "C" + gather,
        7 => "C6",
        8 => "C7",
        9 => "C8",
        18 => "C9",
        19 => "C10",
        20 => "C11",
        21 => "C12",
        22 => "C13",
        _ => null,
    };

    private static void Common(Func<int, string?> c, TensorType operand, TensorType indices, int sliceSizes, GatherDimensionNumbersAttr d)
    {
        ReadOnlySpan<long> offset = d.OffsetDims.Span;
        ReadOnlySpan<long> collapsed = d.CollapsedSliceDims.Span;
        ReadOnlySpan<long> batching = d.OperandBatchingDims.Span;
        ReadOnlySpan<long> indexBatching = d.StartIndicesBatchingDims.Span;
        ReadOnlySpan<long> map = d.StartIndexMap.Span;
        if (operand.Rank != offset.Length + collapsed.Length + batching.Length)
        {
            throw Violation(c(1), $"offset_dims size ({offset.Length}) plus collapse_slice_dims size ({collapsed.Length}) plus operand_batching_dims size ({batching.Length}) is not equal to operand rank ({operand.Rank})");
        }
        InBounds(c(2), d.IndexVectorDim, indices.Rank, "index_vector_dim", "rank-of('start_indices')", inclusive: true);
        long indexSize = d.IndexVectorDim == indices.Rank ? 1 : indices.Shape[(int)d.IndexVectorDim];
        if (indexSize != Shape.Dynamic && indexSize != map.Length)
        {
            throw Violation(c(3), $"start_index_map size ({map.Length}) is not equal to size of index dimension ({d.IndexVectorDim}) of start_indices ({indexSize})");
        }
        if (!IsSorted(offset))
        {
            throw Violation(c(4), $"expects offset_dims to be sorted, got: [{List(offset)}]");
        }
        if (!IsUnique(offset))
        {
            throw Violation(c(4), $"expects offset_dims to not repeat, got: [{List(offset)}]");
        }
        Distinct(c(6), collapsed, batching, "collapsed_slice_dims", "operand_batching_dims");
        if (!IsSorted(collapsed))
        {
            throw Violation(c(7), $"expects collapsed_slice_dims to be sorted, got: [{List(collapsed)}]");
        }
        EachInBounds(c(8), collapsed, operand.Rank, "collapsed_slice_dims", "rank-of('operand')");
        if (!IsSorted(batching))
        {
            throw Violation(c(10), $"expects operand_batching_dims to be sorted, got: [{List(batching)}]");
        }
        EachInBounds(c(11), batching, operand.Rank, "operand_batching_dims", "rank-of('operand')");
        if (!IsUnique(indexBatching))
        {
            throw Violation(c(13), $"expects start_indices_batching_dims to not repeat, got: [{List(indexBatching)}]");
        }
        EachInBounds(c(14), indexBatching, indices.Rank, "start_indices_batching_dims", "rank-of('start_indices')");
        if (indexBatching.Contains(d.IndexVectorDim))
        {
            throw Violation(c(15), $"expects start_indices_batching_dims not to include index_vector_dim {d.IndexVectorDim}");
        }
        if (batching.Length != indexBatching.Length)
        {
            throw Violation(c(16), "operand_batching_dims and start_indices_batching_dims should have the same size");
        }
        for (int i = 0; i < batching.Length; i++)
        {
            long a = operand.Shape[(int)batching[i]];
            long b = indices.Shape[(int)indexBatching[i]];
            if (!CompatibleDims(a, b))
            {
                throw Violation(c(17), $"operand_batching_dims[{i}] and start_indices_batching_dims[{i}] must have compatible sizes, but got {a} and {b}");
            }
        }
        Distinct(c(18), map, batching, "start_index_map", "operand_batching_dims");
        EachInBounds(c(19), map, operand.Rank, "start_index_map", "rank-of('operand')");
        if (sliceSizes != operand.Rank)
        {
            throw Violation(c(20), $"slice_sizes size ({sliceSizes}) not equal to operand rank ({operand.Rank})");
        }
    }

    private static void Sizes(Func<int, string?> c, TensorType operand, GatherDimensionNumbersAttr d, long[] sizes)
    {
        AtMostOne(c(9), d.CollapsedSliceDims.Span, sizes, "collapsed_slice_dims");
        AtMostOne(c(12), d.OperandBatchingDims.Span, sizes, "operand_batching_dims");
        for (int i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] < 0 || (operand.Shape[i] != Shape.Dynamic && sizes[i] > operand.Shape[i]))
            {
                throw Violation(c(21), $"slice size ({sizes[i]}) is out of bounds for operand dimension ({operand.Shape[i]}) at index {i}");
            }
        }
    }

    private static void AtMostOne(string? constraint, ReadOnlySpan<long> dims, long[] sizes, string name)
    {
        foreach (long d in dims)
        {
            if (sizes[d] > 1)
            {
                throw Violation(constraint, $"Expects that for each dim in {name}, slice_sizes[dim] should be <= 1, but got {sizes[d]}");
            }
        }
    }

    private static TensorType Result(Func<int, string?> c, TensorType operand, TensorType indices, GatherDimensionNumbersAttr d, long[] sizes)
    {
        int indexRank = indices.Rank + (d.IndexVectorDim == indices.Rank ? 1 : 0);
        int rank = d.OffsetDims.Length + indexRank - 1;
        EachInBounds(c(5), d.OffsetDims.Span, rank, "offset_dims", "implied-result-rank");
        var window = new Queue<long>();
        for (int i = 0; i < sizes.Length; i++)
        {
            if (!d.CollapsedSliceDims.Span.Contains(i) && !d.OperandBatchingDims.Span.Contains(i))
            {
                window.Enqueue(sizes[i]);
            }
        }
        long[] shape = new long[rank];
        long[] bounds = new long[rank];
        int at = 0;
        for (int i = 0; i < rank; i++)
        {
            bounds[i] = Shape.Dynamic;
            if (d.OffsetDims.Span.Contains(i))
            {
                shape[i] = window.Dequeue();
                continue;
            }
            at += at == d.IndexVectorDim ? 1 : 0;
            shape[i] = indices.Shape[at];
            bounds[i] = Bounds.Of(indices, at);
            at++;
        }
        return new TensorType(operand.Element, new Shape(shape), Bounds.Encode(indices.Encoding, bounds));
    }
}
