using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Jnp
{
    /// <summary>Joins tensors side by side: along the second dimension, vectors along the first.</summary>
    public static Tensor HStack(ReadOnlySpan<Tensor> parts, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor[] wide = AtLeast(parts, 1);
        return Concatenate(wide, wide.Length > 0 && wide[0].Rank == 1 ? 0 : 1);
    }

    /// <summary>Joins tensors as rows along the first dimension.</summary>
    public static Tensor VStack(ReadOnlySpan<Tensor> parts, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Concatenate(AtLeast(parts, 2), 0);
    }

    /// <summary>Joins tensors along the third dimension.</summary>
    public static Tensor DStack(ReadOnlySpan<Tensor> parts, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor[] cubes = new Tensor[parts.Length];
        for (int i = 0; i < cubes.Length; i++)
        {
            Tensor p = Hlo.Materialize(parts[i]);
            cubes[i] = p.Rank >= 3 ? p : p.Rank == 2 ? ExpandDims(p, 2) : Hlo.Reshape(p, [1, p.Size, 1]);
        }
        return Concatenate(cubes, 2);
    }

    /// <summary>Joins vectors as the columns of a matrix; matrices side by side.</summary>
    public static Tensor ColumnStack(ReadOnlySpan<Tensor> parts, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor[] columns = new Tensor[parts.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            Tensor p = Hlo.Materialize(parts[i]);
            columns[i] = p.Rank < 2 ? Hlo.Reshape(p, [p.Size, 1]) : p;
        }
        return Concatenate(columns, 1);
    }

    /// <summary>Values joined after a tensor along a dimension; both flattened when none is named.</summary>
    public static Tensor Append(Tensor x, Tensor values, int? axis = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return axis is { } at ? Concatenate([x, values], at) : Concatenate([Ravel(Hlo.Materialize(x)), Ravel(Hlo.Materialize(values))], 0);
    }

    /// <summary>Cuts a dimension into parts whose sizes differ by at most 1, the longer ones first.</summary>
    public static Tensor[] ArraySplit(Tensor x, int parts, int axis = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "array_split");
        if (parts < 1)
        {
            throw Tracer.Error("array_split", $"{parts} parts");
        }
        long size = x.Shape[at] / parts, longer = x.Shape[at] % parts, from = 0;
        var result = new Tensor[parts];
        for (int i = 0; i < parts; i++)
        {
            long to = from + size + (i < longer ? 1 : 0);
            result[i] = Hlo.SliceDim(x, at, from, to);
            from = to;
        }
        return result;
    }

    /// <summary>The slices along a dimension, that dimension dropped.</summary>
    public static Tensor[] Unstack(Tensor x, int axis = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "unstack");
        var result = new Tensor[x.Shape[at]];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Hlo.Squeeze(Hlo.SliceDim(x, at, i, i + 1), [at]);
        }
        return result;
    }

    /// <summary>Moves dimensions to other places; the others keep their order.</summary>
    public static Tensor MoveAxis(Tensor x, ReadOnlySpan<int> sources, ReadOnlySpan<int> destinations, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (sources.Length != destinations.Length)
        {
            throw Tracer.Error("moveaxis", $"{sources.Length} dimensions and {destinations.Length} places");
        }
        int[] from = new int[sources.Length], to = new int[sources.Length];
        for (int i = 0; i < from.Length; i++)
        {
            (from[i], to[i]) = (Axes.Normalize(sources[i], x.Rank, "moveaxis"), Axes.Normalize(destinations[i], x.Rank, "moveaxis"));
        }
        if (from.Distinct().Count() != from.Length || to.Distinct().Count() != to.Length)
        {
            throw Tracer.Error("moveaxis", "a dimension or a place is named twice");
        }
        List<long> order = [.. Enumerable.Range(0, x.Rank).Where(d => !from.Contains(d)).Select(d => (long)d)];
        foreach (int i in Enumerable.Range(0, to.Length).OrderBy(i => to[i]))
        {
            order.Insert(to[i], from[i]);
        }
        return Hlo.Transpose(x, [.. order]);
    }

    /// <summary>Reverses the second dimension.</summary>
    public static Tensor FlipLr(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Flip(x, 1);
    }

    /// <summary>Reverses the first dimension.</summary>
    public static Tensor FlipUd(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Flip(x, 0);
    }

    /// <summary>Turns the plane of two dimensions by k quarters, from the first towards the second.</summary>
    public static Tensor Rot90(Tensor x, int k = 1, int axis1 = 0, int axis2 = 1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return ((k % 4 + 4) % 4) switch
        {
            0 => x,
            1 => SwapAxes(Flip(x, axis2), axis1, axis2),
            2 => Flip(Flip(x, axis1), axis2),
            _ => Flip(SwapAxes(x, axis1, axis2), axis2),
        };
    }

    /// <summary>Rotates all elements in row-major order.</summary>
    public static Tensor Roll(Tensor x, long shift, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Reshape(Roll(Ravel(x), shift, 0), x.Shape);
    }

    /// <summary>Repeats each slice along a dimension its own number of times.</summary>
    public static Tensor Repeat(Tensor x, ReadOnlySpan<long> counts, int axis, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "repeat");
        if (counts.Length != x.Shape[at])
        {
            throw Tracer.Error("repeat", $"{counts.Length} counts for dimension {axis} of shape {x.Shape}");
        }
        var places = new List<int>();
        for (int i = 0; i < counts.Length; i++)
        {
            places.AddRange(Enumerable.Repeat(i, checked((int)counts[i])));
        }
        return Take(x, Constant<int>([.. places], [places.Count], ElementKind.I32), at, GatherScatterMode.PromiseInBounds);
    }

    /// <summary>The tensor with at least one dimension.</summary>
    public static Tensor AtLeast1D(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return AtLeast([x], 1)[0];
    }

    /// <summary>The tensor with at least two dimensions, new ones in front.</summary>
    public static Tensor AtLeast2D(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return AtLeast([x], 2)[0];
    }

    /// <summary>Coordinate tensors of a grid; x varies along the second dimension (<c>indexing="xy"</c>) unless matrix indexing (<c>"ij"</c>) is asked for.</summary>
    public static Tensor[] MeshGrid(ReadOnlySpan<Tensor> vectors, bool matrixIndexing = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int rank = vectors.Length;
        var result = new Tensor[rank];
        int[] place = [.. Enumerable.Range(0, rank)];
        if (!matrixIndexing && rank >= 2)
        {
            (place[0], place[1]) = (1, 0);
        }
        long[] dims = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            dims[place[i]] = Hlo.Materialize(vectors[i]).Size;
        }
        for (int i = 0; i < rank; i++)
        {
            Tensor v = Hlo.Materialize(vectors[i]);
            result[i] = Hlo.BroadcastInDim(Hlo.Reshape(v, [v.Size]), new Shape((long[])dims.Clone()), [place[i]]);
        }
        return result;
    }

    /// <summary>Ones at and below diagonal k, zeros above.</summary>
    public static Tensor Tri(long rows, long? columns = null, int k = 0, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Shape shape = [rows, columns ?? rows];
        Tensor row = Binary(HloOps.Add, "tri", Hlo.Iota(ElementKind.I32, shape, 0), k);
        return CastTo(Hlo.Compare("GE", row, Hlo.Iota(ElementKind.I32, shape, 1)), kind);
    }

    /// <summary>One value everywhere in a tensor's shape and kind.</summary>
    public static Tensor FullLike(Tensor x, Tensor value, ElementKind? kind = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Full(x.Shape, value, kind ?? x.DType);
    }

    /// <summary>Zeros, as JAX gives.</summary>
    public static Tensor Empty(Shape shape, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Zeros(new TensorType(kind, shape));
    }

    /// <summary>The identity matrix.</summary>
    public static Tensor Identity(long n, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Eye(n, null, 0, kind);
    }

    /// <summary>Numbers evenly spaced on a logarithmic scale, from base^start to base^stop.</summary>
    public static Tensor Logspace(double start, double stop, long count, bool endpoint = true, double numberBase = 10, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Exp(Linspace(start, stop, count, endpoint, kind) * Math.Log(numberBase));
    }

    /// <summary>Numbers in geometric progression between two positive ends.</summary>
    public static Tensor Geomspace(double start, double stop, long count, bool endpoint = true, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (start <= 0 || stop <= 0)
        {
            throw Tracer.Error("geomspace", $"the ends {start} and {stop} must be positive");
        }
        Tensor inner = Exp(Linspace(Math.Log(start), Math.Log(stop), count, endpoint, kind));
        // The ends are exact.
        Tensor i = Hlo.Iota(ElementKind.I32, [count], 0);
        inner = Where(Equal(i, 0), start, inner);
        return endpoint && count > 1 ? Where(Equal(i, (int)count - 1), stop, inner) : inner;
    }

    /// <summary>The coordinates of every place of a shape, one slice for each dimension.</summary>
    public static Tensor Indices(Shape shape, ElementKind kind = ElementKind.I32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        var slices = new Tensor[shape.Rank];
        for (int d = 0; d < slices.Length; d++)
        {
            slices[d] = Hlo.Iota(kind, shape, d);
        }
        return Stack(slices, 0);
    }

    private static Tensor[] AtLeast(ReadOnlySpan<Tensor> parts, int rank)
    {
        var result = new Tensor[parts.Length];
        for (int i = 0; i < result.Length; i++)
        {
            Tensor p = Hlo.Materialize(parts[i]);
            result[i] = p.Rank >= rank ? p : Hlo.Reshape(p, [.. Enumerable.Repeat(1L, rank - p.Rank), .. p.Shape.Dims]);
        }
        return result;
    }
}
