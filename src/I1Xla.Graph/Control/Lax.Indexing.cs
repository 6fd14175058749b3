using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Lax
{
    /// <summary>Slices of an operand at computed places, in StableHLO's full form (specification, "gather").</summary>
    public static Tensor Gather(Tensor operand, Tensor indices, GatherDimensionNumbersAttr numbers, ReadOnlySpan<long> sliceSizes, GatherScatterMode mode = GatherScatterMode.FillOrDrop, Tensor? fillValue = null, bool indicesAreSorted = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        indices = Integral("gather", indices);
        if (sliceSizes.Length != operand.Rank || mode == GatherScatterMode.Wrap)
        {
            throw Tracer.Error("gather", mode == GatherScatterMode.Wrap ? "indices cannot be wrapped in this form" : $"{sliceSizes.Length} slice sizes for shape {operand.Shape}");
        }
        for (int d = 0; d < operand.Rank; d++)
        {
            if (sliceSizes[d] < 0 || sliceSizes[d] > operand.Shape[d])
            {
                throw Tracer.Error("gather", $"slices of {sliceSizes[d]} along dimension {d} of shape {operand.Shape}");
            }
        }
        return Jnp.Gathered(Hlo.Materialize(operand), indices, numbers, sliceSizes, mode, fillValue, indicesAreSorted);
    }

    /// <summary>Replaces slices of an operand at computed places, in StableHLO's full form (specification, "scatter"); of updates to one place any may win.</summary>
    public static Tensor Scatter(Tensor operand, Tensor indices, Tensor updates, ScatterDimensionNumbersAttr numbers, GatherScatterMode mode = GatherScatterMode.FillOrDrop, bool indicesAreSorted = false, bool uniqueIndices = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Scattered("scatter", operand, indices, updates, numbers, null, mode, indicesAreSorted, uniqueIndices);
    }

    /// <summary>Adds updates to slices of an operand at computed places.</summary>
    public static Tensor ScatterAdd(Tensor operand, Tensor indices, Tensor updates, ScatterDimensionNumbersAttr numbers, GatherScatterMode mode = GatherScatterMode.FillOrDrop, bool indicesAreSorted = false, bool uniqueIndices = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Scattered("scatter_add", operand, indices, updates, numbers, HloOps.Add, mode, indicesAreSorted, uniqueIndices);
    }

    /// <summary>Multiplies slices of an operand at computed places.</summary>
    public static Tensor ScatterMul(Tensor operand, Tensor indices, Tensor updates, ScatterDimensionNumbersAttr numbers, GatherScatterMode mode = GatherScatterMode.FillOrDrop, bool indicesAreSorted = false, bool uniqueIndices = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Scattered("scatter_mul", operand, indices, updates, numbers, HloOps.Multiply, mode, indicesAreSorted, uniqueIndices);
    }

    /// <summary>Keeps the smaller of what is there and the updates at computed places.</summary>
    public static Tensor ScatterMin(Tensor operand, Tensor indices, Tensor updates, ScatterDimensionNumbersAttr numbers, GatherScatterMode mode = GatherScatterMode.FillOrDrop, bool indicesAreSorted = false, bool uniqueIndices = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Scattered("scatter_min", operand, indices, updates, numbers, HloOps.Minimum, mode, indicesAreSorted, uniqueIndices);
    }

    /// <summary>Keeps the larger of what is there and the updates at computed places.</summary>
    public static Tensor ScatterMax(Tensor operand, Tensor indices, Tensor updates, ScatterDimensionNumbersAttr numbers, GatherScatterMode mode = GatherScatterMode.FillOrDrop, bool indicesAreSorted = false, bool uniqueIndices = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Scattered("scatter_max", operand, indices, updates, numbers, HloOps.Maximum, mode, indicesAreSorted, uniqueIndices);
    }

    /// <summary>A slice of one dimension whose start is computed, whole in the others.</summary>
    public static Tensor DynamicSliceInDim(Tensor x, Tensor start, long size, int axis = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "dynamic_slice_in_dim");
        long[] sizes = x.Shape.ToArray();
        sizes[at] = size <= sizes[at] ? size : throw Tracer.Error("dynamic_slice_in_dim", $"{size} elements along dimension {axis} of shape {x.Shape}");
        Tensor[] starts = [.. Enumerable.Range(0, x.Rank).Select(d => d == at ? start : (Tensor)0)];
        return DynamicSlice(x, starts, sizes);
    }

    /// <summary>One slice of a dimension at a computed place.</summary>
    public static Tensor DynamicIndexInDim(Tensor x, Tensor index, int axis = 0, bool keepDims = true, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "dynamic_index_in_dim");
        Tensor slice = DynamicSliceInDim(x, index, 1, at);
        return keepDims ? slice : Hlo.Squeeze(slice, [at]);
    }

    /// <summary>Replaces a slice of one dimension whose start is computed.</summary>
    public static Tensor DynamicUpdateSliceInDim(Tensor x, Tensor update, Tensor start, int axis = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "dynamic_update_slice_in_dim");
        return DynamicUpdateSlice(x, update, [.. Enumerable.Range(0, x.Rank).Select(d => d == at ? start : (Tensor)0)]);
    }

    /// <summary>A strided slice of one dimension, whole in the others.</summary>
    public static Tensor SliceInDim(Tensor x, long start, long limit, long stride = 1, int axis = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "slice_in_dim");
        return start >= 0 && start <= limit && limit <= x.Shape[at] && stride > 0 ? Hlo.SliceDim(x, at, start, limit, stride)
            : throw Tracer.Error("slice_in_dim", $"[{start}:{limit}:{stride}] along dimension {axis} of shape {x.Shape}");
    }

    private static Tensor Scattered(
        string op, Tensor operand, Tensor indices, Tensor updates, ScatterDimensionNumbersAttr n, OpName? combiner, GatherScatterMode mode, bool sorted, bool unique)
    {
        indices = Integral(op, indices);
        (operand, updates) = (Hlo.Materialize(operand), Jnp.CastTo(updates, operand.DType));
        if (updates.Rank - n.UpdateWindowDims.Length != indices.Rank - (n.IndexVectorDim < indices.Rank ? 1 : 0) || mode == GatherScatterMode.Wrap)
        {
            throw Tracer.Error(op, mode == GatherScatterMode.Wrap ? "indices cannot be wrapped in this form" : $"updates {updates} at indices {indices} of {operand}");
        }
        if (mode == GatherScatterMode.Clip)
        {
            long[] sizes = new long[operand.Rank];
            int window = 0;
            for (int d = 0; d < sizes.Length; d++)
            {
                sizes[d] = n.InsertedWindowDims.Span.Contains(d) || n.InputBatchingDims.Span.Contains(d) ? 1 : updates.Shape[(int)n.UpdateWindowDims[window++]];
            }
            indices = IndexBounds.Clamp(indices, operand.Shape, n.ScatterDimsToOperandDims.Span, sizes, n.IndexVectorDim);
        }
        return Hlo.Scatter(operand, indices, updates, n, combiner, sorted, unique);
    }
}
