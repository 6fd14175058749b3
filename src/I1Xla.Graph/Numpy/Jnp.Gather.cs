using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Jnp
{
    /// <summary>
    /// Slices at computed places along a dimension: the result has the indices' shape in that dimension's place. Negative
    /// indices count from the end.
    /// </summary>
    /// <param name="x">Where to take from.</param>
    /// <param name="indices">Integers of any shape.</param>
    /// <param name="axis">Along which dimension.</param>
    /// <param name="mode">What indices out of range give; NaN (or the kind's own fill value) unless told.</param>
    /// <param name="fillValue">What <see cref="GatherScatterMode.FillOrDrop"/> gives there.</param>
    /// <param name="file">The caller's file.</param>
    /// <param name="line">The caller's line.</param>
    public static Tensor Take(
        Tensor x, Tensor indices, int axis = 0, GatherScatterMode mode = GatherScatterMode.FillOrDrop, Tensor? fillValue = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "take");
        indices = WrapIndices(indices, x.Shape[at], mode, "take");
        int rank = indices.Rank;
        long[] sizes = x.Shape.ToArray();
        sizes[at] = 1;
        if (x.Shape[at] == 0 && indices.Size > 0)
        {
            throw Tracer.Error("take", $"dimension {axis} of shape {x.Shape} is empty");
        }
        long[] offsets = [.. Enumerable.Range(0, x.Rank - 1).Select(i => (long)(i < at ? i : i + rank))];
        return Gathered(x, indices, new GatherDimensionNumbersAttr([.. offsets], [at], [], [], [at], rank), sizes, mode, fillValue);
    }

    /// <summary>
    /// Elements at computed places along a dimension, each row of indices for its own row of elements
    /// (<c>numpy.take_along_axis</c>); other dimensions of both are equal or 1.
    /// </summary>
    public static Tensor TakeAlongAxis(
        Tensor x, Tensor indices, int axis, GatherScatterMode mode = GatherScatterMode.FillOrDrop, Tensor? fillValue = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "take_along_axis");
        if (indices.Rank != x.Rank)
        {
            throw Tracer.Error("take_along_axis", $"indices of shape {indices.Shape} for a tensor of shape {x.Shape} along dimension {axis}");
        }
        long[] common = indices.Shape.ToArray();
        for (int d = 0; d < x.Rank; d++)
        {
            if (d != at && common[d] != x.Shape[d])
            {
                common[d] = common[d] == 1 ? x.Shape[d] : x.Shape[d] == 1 ? common[d]
                    : throw Tracer.Error("take_along_axis", $"indices of shape {indices.Shape} for a tensor of shape {x.Shape} along dimension {axis}");
            }
        }
        indices = Hlo.BroadcastTo(WrapIndices(indices, x.Shape[at], mode, "take_along_axis"), new Shape((long[])common.Clone()));
        if (indices.Size == 0)
        {
            return Hlo.Zeros(new TensorType(x.DType, indices.Shape));
        }
        if (x.Shape[at] == 0)
        {
            throw Tracer.Error("take_along_axis", $"dimension {axis} of shape {x.Shape} is empty");
        }
        common[at] = x.Shape[at];
        x = Hlo.BroadcastTo(x, new Shape(common));
        long[] batch = [.. Enumerable.Range(0, x.Rank).Where(d => d != at).Select(d => (long)d)];
        long[] sizes = new long[x.Rank];
        Array.Fill(sizes, 1);
        return Gathered(x, indices, new GatherDimensionNumbersAttr([], [at], [.. batch], [.. batch], [at], x.Rank), sizes, mode, fillValue);
    }

    /// <summary>
    /// Adds updates to slices of the leading dimension at computed places (<c>x.at[indices].add(updates)</c>); updates have
    /// the indices' shape and then the rest of x's. Repeated places add up, places out of range are dropped unless told.
    /// </summary>
    public static Tensor ScatterAdd(Tensor x, Tensor indices, Tensor updates, GatherScatterMode mode = GatherScatterMode.FillOrDrop, bool uniqueIndices = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return ScatterLeading(x, indices, updates, HloOps.Add, "scatter_add", mode, uniqueIndices);
    }

    /// <summary>Replaces slices of the leading dimension at computed places (<c>x.at[indices].set(updates)</c>); of updates to one place any may win, those out of range are dropped unless told.</summary>
    public static Tensor ScatterSet(Tensor x, Tensor indices, Tensor updates, GatherScatterMode mode = GatherScatterMode.FillOrDrop, bool uniqueIndices = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return ScatterLeading(x, indices, updates, null, "scatter_set", mode, uniqueIndices);
    }

    /// <summary>Multiplies slices of the leading dimension at computed places (<c>x.at[indices].multiply(updates)</c>).</summary>
    public static Tensor ScatterMultiply(Tensor x, Tensor indices, Tensor updates, GatherScatterMode mode = GatherScatterMode.FillOrDrop, bool uniqueIndices = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return ScatterLeading(x, indices, updates, HloOps.Multiply, "scatter_mul", mode, uniqueIndices);
    }

    /// <summary>The larger of what is there and the updates at computed places of the leading dimension (<c>x.at[indices].max(updates)</c>).</summary>
    public static Tensor ScatterMax(Tensor x, Tensor indices, Tensor updates, GatherScatterMode mode = GatherScatterMode.FillOrDrop, bool uniqueIndices = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return ScatterLeading(x, indices, updates, HloOps.Maximum, "scatter_max", mode, uniqueIndices);
    }

    /// <summary>The smaller of what is there and the updates at computed places of the leading dimension (<c>x.at[indices].min(updates)</c>).</summary>
    public static Tensor ScatterMin(Tensor x, Tensor indices, Tensor updates, GatherScatterMode mode = GatherScatterMode.FillOrDrop, bool uniqueIndices = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return ScatterLeading(x, indices, updates, HloOps.Minimum, "scatter_min", mode, uniqueIndices);
    }

    /// <summary>A gather whose indices are treated as the mode says.</summary>
    internal static Tensor Gathered(Tensor x, Tensor indices, GatherDimensionNumbersAttr n, ReadOnlySpan<long> sizes, GatherScatterMode mode, Tensor? fillValue, bool sorted = false)
    {
        if (mode == GatherScatterMode.Clip)
        {
            indices = IndexBounds.Clamp(indices, x.Shape, n.StartIndexMap.Span, sizes, n.IndexVectorDim);
        }
        Tensor taken = Hlo.Gather(x, indices, n, sizes, sorted);
        if (mode != GatherScatterMode.FillOrDrop)
        {
            return taken;
        }
        Tensor inside = IndexBounds.Inside(indices, x.Shape, n.StartIndexMap.Span, sizes, n.IndexVectorDim);
        long[] map = [.. Enumerable.Range(0, taken.Rank).Select(d => (long)d).Where(d => !n.OffsetDims.Contains(d))];
        Tensor fill = fillValue is null ? IndexBounds.Fill(x.DType) : fillValue.IsNumber ? Hlo.Number(fillValue, x.DType, Shape.Scalar) : CastTo(fillValue, x.DType);
        return Hlo.Select(Hlo.BroadcastInDim(inside, taken.Shape, map), taken, Hlo.BroadcastTo(fill, taken.Shape));
    }

    private static Tensor ScatterLeading(Tensor x, Tensor indices, Tensor updates, OpName? combiner, string op, GatherScatterMode mode, bool unique)
    {
        if (x.Rank == 0)
        {
            throw Tracer.Error(op, $"a scalar has no leading dimension");
        }
        indices = WrapIndices(indices, x.Shape[0], mode, op);
        Shape shape = [.. indices.Shape.Dims, .. x.Shape.Dims[1..]];
        if (updates.Rank > shape.Rank || BroadcastShapes(op, updates.Shape, shape) != shape)
        {
            throw Tracer.Error(op, $"updates of shape {updates.Shape} do not broadcast to {shape}");
        }
        updates = updates.IsNumber ? Hlo.Number(updates, x.DType, shape) : Hlo.BroadcastTo(CastTo(updates, x.DType), shape);
        long[] window = [.. Enumerable.Range(indices.Rank, x.Rank - 1).Select(d => (long)d)];
        var numbers = new ScatterDimensionNumbersAttr([.. window], [0], [], [], [0], indices.Rank);
        if (mode == GatherScatterMode.Clip)
        {
            long[] sizes = x.Shape.ToArray();
            sizes[0] = 1;
            indices = IndexBounds.Clamp(indices, x.Shape, [0], sizes, indices.Rank);
        }
        return Hlo.Scatter(x, indices, updates, numbers, combiner, unique: unique);
    }

    /// <summary>Indices counted from the start: negative ones from the end, or all modulo the size.</summary>
    private static Tensor WrapIndices(Tensor indices, long size, GatherScatterMode mode, string op)
    {
        indices = Hlo.Materialize(indices);
        if (!indices.DType.IsInteger())
        {
            throw Tracer.Error(op, $"indices are {indices.DType.Name()}, not integers");
        }
        if (mode == GatherScatterMode.Wrap)
        {
            return Hlo.Convert(RemainderOf(indices, Hlo.Splat(Math.Max(size, 1), indices.DType, Shape.Scalar)), indices.DType);
        }
        if (indices.DType.IsUnsignedInteger())
        {
            return indices;
        }
        return Hlo.Select(Hlo.Compare("LT", indices, Hlo.ZerosLike(indices)), Hlo.Binary(HloOps.Add, indices, Hlo.Splat(size, indices.DType, indices.Shape)), indices);
    }
}
