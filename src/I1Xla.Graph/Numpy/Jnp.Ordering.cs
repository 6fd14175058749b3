using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Jnp
{
    /// <summary>Elements along a dimension in rising order (or falling), stable; NaN last (first when falling), and both zeros equal, as JAX sorts.</summary>
    public static Tensor Sort(Tensor x, int axis = -1, bool descending = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Sort([x], Axes.Normalize(axis, x.Rank, "sort"), a => descending ? Before(a[1], a[0]) : Before(a[0], a[1]))[0];
    }

    /// <summary>Places of the elements along a dimension in rising order, stable.</summary>
    public static Tensor ArgSort(Tensor x, int axis = -1, bool descending = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "argsort");
        return Hlo.Sort([x, Hlo.Iota(ElementKind.I32, x.Shape, at)], at, a => descending ? Before(a[1], a[0]) : Before(a[0], a[1]))[1];
    }

    /// <summary>The place of the largest element along a dimension; the first of equals, NaN before all.</summary>
    public static Tensor ArgMax(Tensor x, int axis = -1, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return ArgExtreme(x, axis, keepDims, "GT", "argmax");
    }

    /// <summary>The place of the smallest element along a dimension; the first of equals, NaN before all.</summary>
    public static Tensor ArgMin(Tensor x, int axis = -1, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return ArgExtreme(x, axis, keepDims, "LT", "argmin");
    }

    /// <summary>Running sum along a dimension, or of all elements in row-major order when none is named; booleans are counted in i32.</summary>
    public static Tensor CumSum(Tensor x, int? axis = null, bool reverse = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (x, int at) = Flattened(x, axis, "cumsum");
        return Lax.CumSum(x.DType.IsBoolean() ? Hlo.Convert(x, ElementKind.I32) : x, at, reverse);
    }

    /// <summary>Running product along a dimension, or of all elements in row-major order when none is named.</summary>
    public static Tensor CumProd(Tensor x, int? axis = null, bool reverse = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (x, int at) = Flattened(x, axis, "cumprod");
        return Lax.CumProd(x.DType.IsBoolean() ? Hlo.Convert(x, ElementKind.I32) : x, at, reverse);
    }

    /// <summary>Running maximum along a dimension, or of all elements in row-major order when none is named.</summary>
    public static Tensor CumMax(Tensor x, int? axis = null, bool reverse = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (x, int at) = Flattened(x, axis, "cummax");
        return Lax.CumMax(x, at, reverse);
    }

    /// <summary>Running minimum along a dimension, or of all elements in row-major order when none is named.</summary>
    public static Tensor CumMin(Tensor x, int? axis = null, bool reverse = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (x, int at) = Flattened(x, axis, "cummin");
        return Lax.CumMin(x, at, reverse);
    }

    /// <summary>The order that sorts by several keys, the last one first to decide (<c>numpy.lexsort</c>).</summary>
    public static Tensor LexSort(ReadOnlySpan<Tensor> keys, int axis = -1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (keys.Length == 0)
        {
            throw Tracer.Error("lexsort", "there are no keys");
        }
        Tensor[] all = [.. keys.ToArray().Select(Hlo.Materialize).Reverse()];
        int at = Axes.Normalize(axis, all[0].Rank, "lexsort");
        return Lax.Sort([.. all, Hlo.Iota(ElementKind.I32, all[0].Shape, at)], at, all.Length)[^1];
    }

    private static (Tensor X, int Axis) Flattened(Tensor x, int? axis, string op)
    {
        x = Hlo.Materialize(x);
        return axis is { } given ? (x, Axes.Normalize(given, x.Rank, op)) : (Hlo.Reshape(x, [x.Size]), 0);
    }

    /// <summary>The total order in which JAX sorts: zeros equal, NaN last.</summary>
    internal static Tensor Before(Tensor a, Tensor b)
    {
        if (!a.DType.IsFloat())
        {
            return Hlo.Compare("LT", a, b);
        }
        static Tensor Canonical(Tensor x)
        {
            Tensor zero = Hlo.ZerosLike(x);
            Tensor positive = Hlo.Select(Hlo.Compare("EQ", x, zero), zero, x);
            return Hlo.Select(Hlo.Compare("NE", x, x), Hlo.Splat(double.NaN, x.DType, x.Shape), positive);
        }
        return Hlo.Compare("LT", Canonical(a), Canonical(b), total: true);
    }

    private static Tensor ArgExtreme(Tensor x, int axis, bool keepDims, string wins, string op)
    {
        int at = Axes.Normalize(axis, x.Rank, op);
        if (x.Shape[at] == 0)
        {
            throw Tracer.Error(op, $"dimension {axis} of shape {x.Shape} is empty");
        }
        Tensor worst = wins == "GT"
            ? (x.DType.IsFloat() ? Hlo.Splat(double.NegativeInfinity, x.DType, Shape.Scalar) : Hlo.Splat(Scalars.IntegerMin(x.DType), x.DType, Shape.Scalar))
            : (x.DType.IsFloat() ? Hlo.Splat(double.PositiveInfinity, x.DType, Shape.Scalar) : Hlo.Splat(Scalars.IntegerMax(x.DType), x.DType, Shape.Scalar));
        Tensor[] reduced = Hlo.Reduce([x, Hlo.Iota(ElementKind.I32, x.Shape, at)], [worst, Hlo.Splat(0L, ElementKind.I32, Shape.Scalar)], [at], a =>
        {
            (Tensor value, Tensor place, Tensor other, Tensor otherPlace) = (a[0], a[1], a[2], a[3]);
            Tensor better = Hlo.Compare(wins, value, other);
            if (value.DType.IsFloat())
            {
                better = Hlo.Binary(HloOps.Or, better, Hlo.Compare("NE", value, value));
            }
            Tensor earlier = Hlo.Binary(HloOps.And, Hlo.Compare("EQ", value, other), Hlo.Compare("LT", place, otherPlace));
            return [Hlo.Select(better, value, other), Hlo.Select(Hlo.Binary(HloOps.Or, better, earlier), place, otherPlace)];
        });
        return keepDims ? Hlo.Reshape(reduced[1], Kept(x.Shape, [at])) : reduced[1];
    }
}
