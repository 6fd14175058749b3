using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

internal static partial class Hlo
{
    /// <summary>Gather; the result has the batch shape of the indices and the offset dimensions.</summary>
    public static Tensor Gather(Tensor x, Tensor indices, GatherDimensionNumbersAttr numbers, ReadOnlySpan<long> sliceSizes, bool sorted = false)
    {
        var batch = new List<long>();
        for (int i = 0; i < indices.Rank; i++)
        {
            if (i != numbers.IndexVectorDim)
            {
                batch.Add(indices.Shape[i]);
            }
        }
        var offsets = new List<long>();
        for (int i = 0; i < x.Rank; i++)
        {
            if (!numbers.CollapsedSliceDims.Span.Contains(i) && !numbers.OperandBatchingDims.Span.Contains(i))
            {
                offsets.Add(sliceSizes[i]);
            }
        }
        long[] dims = new long[batch.Count + offsets.Count];
        int nextBatch = 0, nextOffset = 0;
        for (int i = 0; i < dims.Length; i++)
        {
            dims[i] = numbers.OffsetDims.Span.Contains(i) ? offsets[nextOffset++] : batch[nextBatch++];
        }
        return One(HloOps.Gather, new TensorType(x.Type.Element, new Shape(dims)), x.IsWeak, x, indices, new AttributeMap
        {
            { "dimension_numbers", numbers },
            { "slice_sizes", DenseArrayAttr.I64(sliceSizes) },
            { "indices_are_sorted", new BoolAttr(sorted) },
        });
    }

    /// <summary>Scatter by one binary operation; null replaces.</summary>
    public static Tensor Scatter(Tensor x, Tensor indices, Tensor updates, ScatterDimensionNumbersAttr numbers, OpName? combiner, bool sorted = false, bool unique = false)
    {
        Region region;
        if (combiner is null)
        {
            var scalar = new TensorType(x.DType, Shape.Scalar);
            var block = new Block(scalar, scalar);
            block.Add(new Operation(HloOps.Return, [block.Arguments[1]], [], null, default, F.LocationOf(HloOps.Scatter)));
            region = new Region(block);
        }
        else
        {
            region = Combiner(combiner, x.DType);
        }
        return Many(HloOps.Scatter, x.Type, false, [x, indices, updates], new AttributeMap
        {
            { "scatter_dimension_numbers", numbers },
            { "indices_are_sorted", new BoolAttr(sorted) },
            { "unique_indices", new BoolAttr(unique) },
        }, [region]);
    }

    /// <summary>A slice whose start is computed; starts are clamped so that it fits.</summary>
    public static Tensor DynamicSlice(Tensor x, ReadOnlySpan<Tensor> starts, ReadOnlySpan<long> sizes) =>
        Many(HloOps.DynamicSlice, new TensorType(x.Type.Element, Shape.Create(sizes)), x.IsWeak, [x, .. starts],
            new AttributeMap { { "slice_sizes", DenseArrayAttr.I64(sizes) } });

    /// <summary>Replaces a slice whose start is computed; starts are clamped so that it fits.</summary>
    public static Tensor DynamicUpdateSlice(Tensor x, Tensor update, ReadOnlySpan<Tensor> starts) =>
        Many(HloOps.DynamicUpdateSlice, x.Type, false, [x, update, .. starts]);

    /// <summary>One slice along the leading dimension, that dimension dropped.</summary>
    public static Tensor DynamicIndex(Tensor x, Tensor index)
    {
        var starts = new Tensor[x.Rank];
        long[] sizes = x.Shape.ToArray();
        starts[0] = index;
        sizes[0] = 1;
        for (int i = 1; i < starts.Length; i++)
        {
            starts[i] = Splat(0L, index.DType, Shape.Scalar);
        }
        return Reshape(DynamicSlice(x, starts, sizes), new Shape(sizes[1..]));
    }

    /// <summary>Replaces one slice along the leading dimension.</summary>
    public static Tensor DynamicUpdateIndex(Tensor x, Tensor update, Tensor index)
    {
        var starts = new Tensor[x.Rank];
        starts[0] = index;
        for (int i = 1; i < starts.Length; i++)
        {
            starts[i] = Splat(0L, index.DType, Shape.Scalar);
        }
        return DynamicUpdateSlice(x, Reshape(update, [1, .. update.Shape.Dims]), starts);
    }
}
