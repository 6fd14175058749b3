using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Jnp
{
    /// <summary>The same elements in another shape; one size may be -1.</summary>
    public static Tensor Reshape(Tensor x, Shape shape, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Reshape(x, InferSize(x, shape));
    }

    /// <summary>All elements in one dimension.</summary>
    public static Tensor Ravel(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Reshape(x, [x.Size]);
    }

    /// <summary>Permutes dimensions: result dimension i is dimension <paramref name="permutation"/>[i]; all reversed when not given.</summary>
    public static Tensor Transpose(Tensor x, Axes permutation = default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        long[] order = permutation.IsAll ? [.. Enumerable.Range(0, x.Rank).Reverse().Select(i => (long)i)]
            : [.. permutation.Select(a => (long)Axes.Normalize(a, x.Rank, "transpose"))];
        if (order.Length != x.Rank || order.Distinct().Count() != order.Length)
        {
            throw Tracer.Error("transpose", $"[{string.Join(", ", order)}] is not a permutation of the {x.Rank} dimensions of shape {x.Shape}");
        }
        return Hlo.Transpose(x, order);
    }

    /// <summary>Exchanges two dimensions.</summary>
    public static Tensor SwapAxes(Tensor x, int a, int b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        long[] order = [.. Enumerable.Range(0, x.Rank).Select(i => (long)i)];
        (a, b) = (Axes.Normalize(a, x.Rank, "swapaxes"), Axes.Normalize(b, x.Rank, "swapaxes"));
        (order[a], order[b]) = (order[b], order[a]);
        return Hlo.Transpose(x, order);
    }

    /// <summary>Moves one dimension to another place.</summary>
    public static Tensor MoveAxis(Tensor x, int source, int destination, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        List<long> order = [.. Enumerable.Range(0, x.Rank).Select(i => (long)i)];
        int from = Axes.Normalize(source, x.Rank, "moveaxis");
        order.RemoveAt(from);
        order.Insert(Axes.Normalize(destination, x.Rank, "moveaxis"), from);
        return Hlo.Transpose(x, [.. order]);
    }

    /// <summary>NumPy broadcasting to a shape.</summary>
    public static Tensor BroadcastTo(Tensor x, Shape shape, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Hlo.Materialize(x);
        bool fits = x.Rank <= shape.Rank;
        for (int i = 1; fits && i <= x.Rank; i++)
        {
            fits = x.Shape[^i] == 1 || x.Shape[^i] == shape[^i];
        }
        if (!fits)
        {
            throw Tracer.Error("broadcast_to", $"shape {x.Shape} does not broadcast to {shape}");
        }
        return Hlo.BroadcastTo(x, shape);
    }

    /// <summary>Adds dimensions of size 1 where the result has them.</summary>
    public static Tensor ExpandDims(Tensor x, Axes axes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Hlo.Materialize(x);
        int count = axes.Count();
        long[] at = axes.Resolve(x.Rank + count, "expand_dims");
        List<long> dims = [.. x.Shape.ToArray()];
        foreach (long a in at)
        {
            dims.Insert((int)a, 1);
        }
        return Hlo.Reshape(x, new Shape([.. dims]));
    }

    /// <summary>Removes dimensions of size 1; all of them when none is named.</summary>
    public static Tensor Squeeze(Tensor x, Axes axes = default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int[] at = axes.IsAll ? [.. Enumerable.Range(0, x.Rank).Where(i => x.Shape[i] == 1)] : [.. axes.Resolve(x.Rank, "squeeze").Select(a => (int)a)];
        foreach (int a in at)
        {
            if (x.Shape[a] != 1)
            {
                throw Tracer.Error("squeeze", $"dimension {a} of shape {x.Shape} is {x.Shape[a]}, not 1");
            }
        }
        return Hlo.Squeeze(x, at);
    }

    /// <summary>Joins tensors along a dimension; kinds are promoted.</summary>
    public static Tensor Concatenate(ReadOnlySpan<Tensor> parts, int axis = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (parts.Length == 0)
        {
            throw Tracer.Error("concatenate", "there is nothing to join");
        }
        Tensor[] same = SameKind(parts);
        int at = Axes.Normalize(axis, same[0].Rank, "concatenate");
        for (int i = 1; i < same.Length; i++)
        {
            bool fits = same[i].Rank == same[0].Rank;
            for (int d = 0; fits && d < same[0].Rank; d++)
            {
                fits = d == at || same[i].Shape[d] == same[0].Shape[d];
            }
            if (!fits)
            {
                throw Tracer.Error("concatenate", $"shapes {string.Join(", ", same.Select(p => p.Shape))} do not join along dimension {axis}");
            }
        }
        return Hlo.Concatenate(same, at);
    }

    /// <summary>Joins tensors of one shape along a new dimension.</summary>
    public static Tensor Stack(ReadOnlySpan<Tensor> parts, int axis = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor[] same = SameKind(parts);
        int at = Axes.Normalize(axis, same[0].Rank + 1, "stack");
        for (int i = 0; i < same.Length; i++)
        {
            if (parts[i].Shape != parts[0].Shape)
            {
                throw Tracer.Error("stack", $"shapes {parts[0].Shape} and {parts[i].Shape} differ");
            }
            same[i] = ExpandDims(same[i], at);
        }
        return Hlo.Concatenate(same, at);
    }

    /// <summary>Cuts a dimension into equal parts.</summary>
    public static Tensor[] Split(Tensor x, int parts, int axis = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "split");
        long size = x.Shape[at] / parts;
        if (size * parts != x.Shape[at])
        {
            throw Tracer.Error("split", $"dimension {axis} of shape {x.Shape} does not divide into {parts} equal parts");
        }
        var result = new Tensor[parts];
        for (int i = 0; i < parts; i++)
        {
            result[i] = Hlo.SliceDim(x, at, i * size, (i + 1) * size);
        }
        return result;
    }

    /// <summary>Cuts a dimension before each of the given places.</summary>
    public static Tensor[] SplitAt(Tensor x, ReadOnlySpan<long> places, int axis = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "split");
        var result = new Tensor[places.Length + 1];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Hlo.SliceDim(x, at, i == 0 ? 0 : places[i - 1], i == places.Length ? x.Shape[at] : places[i]);
        }
        return result;
    }

    /// <summary>Pads with a value: (low, high) for each dimension.</summary>
    public static Tensor Pad(Tensor x, ReadOnlySpan<(long Low, long High)> widths, Tensor? value = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (widths.Length != x.Rank)
        {
            throw Tracer.Error("pad", $"{widths.Length} pairs of widths for a tensor of {x.Rank} dimensions");
        }
        long[] low = new long[x.Rank], high = new long[x.Rank];
        for (int i = 0; i < low.Length; i++)
        {
            (low[i], high[i]) = widths[i];
        }
        Tensor fill = value is null ? Hlo.Splat(0L, x.DType, Shape.Scalar) : value.IsNumber ? Hlo.Number(value, x.DType, Shape.Scalar) : CastTo(value, x.DType);
        return Hlo.Pad(x, fill, low, high, new long[x.Rank]);
    }

    /// <summary>Reverses dimensions.</summary>
    public static Tensor Flip(Tensor x, Axes axes = default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Reverse(x, axes.Resolve(x.Rank, "flip"));
    }

    /// <summary>Rotates elements along a dimension: those that fall off the end come in at the start.</summary>
    public static Tensor Roll(Tensor x, long shift, int axis, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "roll");
        long size = x.Shape[at];
        long by = size == 0 ? 0 : (shift % size + size) % size;
        return by == 0 ? x : Hlo.Concatenate([Hlo.SliceDim(x, at, size - by, size), Hlo.SliceDim(x, at, 0, size - by)], at);
    }

    /// <summary>Repeats each element along a dimension.</summary>
    public static Tensor Repeat(Tensor x, long count, int axis, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "repeat");
        List<long> dims = [.. x.Shape.ToArray()];
        dims.Insert(at + 1, count);
        long[] map = [.. Enumerable.Range(0, x.Rank).Select(i => i <= at ? (long)i : i + 1)];
        Tensor spread = Hlo.BroadcastInDim(x, new Shape([.. dims]), map);
        dims.RemoveAt(at + 1);
        dims[at] *= count;
        return Hlo.Reshape(spread, new Shape([.. dims]));
    }

    /// <summary>Lays whole copies beside one another, so many along each dimension.</summary>
    public static Tensor Tile(Tensor x, ReadOnlySpan<long> counts, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int rank = Math.Max(x.Rank, counts.Length);
        long[] wide = new long[2 * rank], map = new long[x.Rank], final = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            int own = i - (rank - x.Rank), c = i - (rank - counts.Length);
            wide[2 * i] = c < 0 ? 1 : counts[c];
            wide[2 * i + 1] = own < 0 ? 1 : x.Shape[own];
            final[i] = wide[2 * i] * wide[2 * i + 1];
            if (own >= 0)
            {
                map[own] = 2 * i + 1;
            }
        }
        return Hlo.Reshape(Hlo.BroadcastInDim(x, new Shape(wide), map), new Shape(final));
    }

    internal static Shape InferSize(Tensor x, Shape shape)
    {
        int unknown = shape.Dims.IndexOf(-1);
        if (unknown < 0)
        {
            return shape;
        }
        long[] dims = shape.ToArray();
        dims[unknown] = 1;
        long rest = new Shape(dims).ElementCount;
        if (rest == 0 || x.Size % rest != 0)
        {
            throw Tracer.Error("reshape", $"shape {x.Shape} cannot become {shape}: {x.Size} elements do not divide by {rest}");
        }
        dims[unknown] = x.Size / rest;
        return new Shape(dims);
    }

    /// <summary>Brings several tensors to their common kind.</summary>
    internal static Tensor[] SameKind(ReadOnlySpan<Tensor> parts)
    {
        (ElementKind kind, bool weak) = (parts[0].DType, parts[0].IsWeak);
        for (int i = 1; i < parts.Length; i++)
        {
            (kind, weak) = Promotion.Join(kind, weak, parts[i].DType, parts[i].IsWeak);
        }
        var same = new Tensor[parts.Length];
        for (int i = 0; i < same.Length; i++)
        {
            same[i] = Hlo.Convert(parts[i], kind, weak);
        }
        return same;
    }
}
