using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Jnp
{
    /// <summary>
    /// Slices at computed places along a dimension: the result has the indices' shape in that dimension's place. Negative
    /// indices count from the end; out-of-range indices are clamped.
    /// </summary>
    public static Tensor Take(Tensor x, Tensor indices, int axis = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "take");
        indices = WrapIndices(indices, x.Shape[at], "take");
        int rank = indices.Rank;
        long[] sizes = x.Shape.ToArray();
        sizes[at] = 1;
        long[] offsets = [.. Enumerable.Range(0, x.Rank - 1).Select(i => (long)(i < at ? i : i + rank))];
        var numbers = new GatherDimensionNumbersAttr([.. offsets], [at], [], [], [at], rank);
        return Hlo.Gather(x, indices, numbers, sizes);
    }

    /// <summary>Elements at computed places along a dimension, each row of indices for its own row of elements (<c>numpy.take_along_axis</c>); other dimensions of both are equal.</summary>
    public static Tensor TakeAlongAxis(Tensor x, Tensor indices, int axis, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "take_along_axis");
        for (int d = 0; d < x.Rank; d++)
        {
            if (indices.Rank != x.Rank || (d != at && indices.Shape[d] != x.Shape[d]))
            {
                throw Trace.Error("take_along_axis", $"indices of shape {indices.Shape} for a tensor of shape {x.Shape} along dimension {axis}");
            }
        }
        indices = WrapIndices(indices, x.Shape[at], "take_along_axis");
        long[] batch = [.. Enumerable.Range(0, x.Rank).Where(d => d != at).Select(d => (long)d)];
        long[] sizes = new long[x.Rank];
        Array.Fill(sizes, 1);
        var numbers = new GatherDimensionNumbersAttr([], [at], [.. batch], [.. batch], [at], x.Rank);
        return Hlo.Gather(x, indices, numbers, sizes);
    }

    /// <summary>
    /// Adds updates to slices of the leading dimension at computed places (<c>x.at[indices].add(updates)</c>); updates have
    /// the indices' shape and then the rest of x's. Repeated places add up, places out of range are dropped.
    /// </summary>
    public static Tensor ScatterAdd(Tensor x, Tensor indices, Tensor updates, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        return ScatterLeading(x, indices, updates, HloOps.Add, "scatter_add");
    }

    /// <summary>Replaces slices of the leading dimension at computed places (<c>x.at[indices].set(updates)</c>); places must differ, those out of range are dropped.</summary>
    public static Tensor ScatterSet(Tensor x, Tensor indices, Tensor updates, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        return ScatterLeading(x, indices, updates, null, "scatter_set");
    }

    private static Tensor ScatterLeading(Tensor x, Tensor indices, Tensor updates, OpName? combiner, string op)
    {
        indices = WrapIndices(indices, x.Shape[0], op);
        Shape shape = [.. indices.Shape.Dims, .. x.Shape.Dims[1..]];
        updates = updates.IsNumber ? Hlo.Number(updates, x.DType, shape) : Hlo.BroadcastTo(CastTo(updates, x.DType), BroadcastShapes(op, updates.Shape, shape));
        long[] window = [.. Enumerable.Range(indices.Rank, x.Rank - 1).Select(d => (long)d)];
        return Hlo.Scatter(x, indices, updates, new ScatterDimensionNumbersAttr([.. window], [0], [], [], [0], indices.Rank), combiner);
    }

    private static Tensor WrapIndices(Tensor indices, long size, string op)
    {
        indices = Hlo.Materialize(indices);
        if (!indices.DType.IsInteger())
        {
            throw Trace.Error(op, $"indices are {indices.DType.Name()}, not integers");
        }
        if (indices.DType.IsUnsignedInteger())
        {
            return indices;
        }
        return Hlo.Select(Hlo.Compare("LT", indices, Hlo.ZerosLike(indices)), Hlo.Binary(HloOps.Add, indices, Hlo.Splat(size, indices.DType, indices.Shape)), indices);
    }
}
