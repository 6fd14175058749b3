using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Jnp
{
    /// <summary>Mean with weights; without them the plain mean.</summary>
    public static Tensor Average(Tensor x, Tensor? weights = null, Axes axes = default, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (weights is null)
        {
            return Mean(x, axes, keepDims);
        }
        Tensor wide = Hlo.BroadcastTo(Hlo.Materialize(weights), BroadcastShapes("average", x.Shape, weights.Shape));
        return Sum(x * wide, axes, keepDims) / Sum(wide, axes, keepDims);
    }

    /// <summary>The largest less the smallest element.</summary>
    public static Tensor Ptp(Tensor x, Axes axes = default, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Max(x, axes, keepDims) - Min(x, axes, keepDims);
    }

    /// <summary>How many elements are not 0, as i32.</summary>
    public static Tensor CountNonzero(Tensor x, Axes axes = default, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Sum(ToBoolean(Hlo.Materialize(x)), axes, keepDims);
    }

    /// <summary>Sum of what is not NaN.</summary>
    public static Tensor NanSum(Tensor x, Axes axes = default, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Sum(Where(IsNan(x), 0, x), axes, keepDims);
    }

    /// <summary>Product of what is not NaN.</summary>
    public static Tensor NanProd(Tensor x, Axes axes = default, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Prod(Where(IsNan(x), 1, x), axes, keepDims);
    }

    /// <summary>Mean of what is not NaN.</summary>
    public static Tensor NanMean(Tensor x, Axes axes = default, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = ToInexact(Hlo.Materialize(x));
        return NanSum(x, axes, keepDims) / CastTo(Sum(LogicalNot(IsNan(x)), axes, keepDims), x.DType);
    }

    /// <summary>Variance of what is not NaN.</summary>
    public static Tensor NanVar(Tensor x, Axes axes = default, bool keepDims = false, long ddof = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = ToInexact(Hlo.Materialize(x));
        Tensor there = LogicalNot(IsNan(x));
        Tensor centered = Where(there, x - NanMean(x, axes, keepDims: true), 0);
        return Sum(Square(centered), axes, keepDims) / CastTo(Sum(there, axes, keepDims) - (int)ddof, x.DType);
    }

    /// <summary>Standard deviation of what is not NaN.</summary>
    public static Tensor NanStd(Tensor x, Axes axes = default, bool keepDims = false, long ddof = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Sqrt(NanVar(x, axes, keepDims, ddof));
    }

    /// <summary>Largest of what is not NaN; NaN where there is nothing else.</summary>
    public static Tensor NanMax(Tensor x, Axes axes = default, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return NanExtreme(x, Max(Where(IsNan(x), double.NegativeInfinity, x), axes, keepDims), axes, keepDims);
    }

    /// <summary>Smallest of what is not NaN; NaN where there is nothing else.</summary>
    public static Tensor NanMin(Tensor x, Axes axes = default, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return NanExtreme(x, Min(Where(IsNan(x), double.PositiveInfinity, x), axes, keepDims), axes, keepDims);
    }

    /// <summary>The value below which a share q of the elements lies, between neighbours by linear interpolation; over all elements when no dimension is named. NaN where any element is NaN.</summary>
    public static Tensor Quantile(Tensor x, double q, int? axis = null, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (q is < 0 or > 1)
        {
            throw Tracer.Error("quantile", $"q = {q} is not in [0, 1]");
        }
        x = ToInexact(Hlo.Materialize(x));
        Shape shape = x.Shape;
        int at = axis is { } given ? Axes.Normalize(given, x.Rank, "quantile") : 0;
        x = axis is null ? Hlo.Reshape(x, [x.Size]) : x;
        long count = x.Shape[at];
        if (count == 0)
        {
            throw Tracer.Error("quantile", $"dimension {at} of shape {shape} is empty");
        }
        Tensor sorted = Sort(x, at);
        double place = q * (count - 1);
        long low = (long)Math.Floor(place), high = (long)Math.Ceiling(place);
        Tensor result = Hlo.SliceDim(sorted, at, low, low + 1) * (1 - (place - low)) + Hlo.SliceDim(sorted, at, high, high + 1) * (place - low);
        result = Where(Any(IsNan(x), at, keepDims: true), double.NaN, result);
        return keepDims ? Hlo.Reshape(result, axis is null ? Kept(shape, Axes.All.Resolve(shape.Rank, "quantile")) : Kept(shape, [at])) : Hlo.Squeeze(result, [at]);
    }

    /// <see cref="Quantile"/> with q in percent.
    public static Tensor Percentile(Tensor x, double q, int? axis = null, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Quantile(x, q / 100, axis, keepDims);
    }

    /// <summary>The middle element in order, or the mean of the two in the middle.</summary>
    public static Tensor Median(Tensor x, int? axis = null, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Quantile(x, 0.5, axis, keepDims);
    }

    /// <summary>Covariance of variables, one a row (or a column) of a matrix of observations.</summary>
    public static Tensor Cov(Tensor x, bool rowVariables = true, long ddof = 1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = ToInexact(Hlo.Materialize(x));
        x = x.Rank == 1 ? Hlo.Reshape(x, [1, x.Size]) : rowVariables ? x : Transpose(x);
        if (x.Rank != 2)
        {
            throw Tracer.Error("cov", $"shape {x.Shape} is not a matrix's");
        }
        Tensor centered = x - Mean(x, 1, keepDims: true);
        return Squeeze(MatMul(centered, Conj(Transpose(centered))) / (double)(x.Shape[1] - ddof));
    }

    /// <summary>Differences of neighbours along a dimension, n times.</summary>
    public static Tensor Diff(Tensor x, int n = 1, int axis = -1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(axis, x.Rank, "diff");
        for (; n > 0; n--)
        {
            long size = x.Shape[at];
            if (size == 0)
            {
                throw Tracer.Error("diff", $"dimension {axis} of shape {x.Shape} is empty");
            }
            Tensor next = Hlo.SliceDim(x, at, 1, size), here = Hlo.SliceDim(x, at, 0, size - 1);
            x = x.DType.IsBoolean() ? Hlo.Binary(HloOps.Xor, next, here) : Hlo.Binary(HloOps.Subtract, next, here);
        }
        return x;
    }

    /// <summary>Where values would be inserted into a sorted vector: before equal elements, or after them. NaN counts as the largest.</summary>
    public static Tensor SearchSorted(Tensor sorted, Tensor values, bool right = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (sorted.Rank != 1)
        {
            throw Tracer.Error("searchsorted", $"shape {sorted.Shape} is not a vector's");
        }
        (ElementKind kind, _) = Promotion.Join(sorted.DType, sorted.IsWeak, values.DType, values.IsWeak);
        (sorted, values) = (CastTo(sorted, kind), CastTo(values, kind));
        // Every element is compared with every value: sorted, it has that many places before it.
        Shape wide = [.. values.Shape.Dims, sorted.Shape[0]];
        Tensor a = Hlo.BroadcastTo(sorted, wide), v = Hlo.BroadcastTo(ExpandDims(values, -1), wide);
        Tensor before = right ? Hlo.Unary(HloOps.Not, Before(v, a)) : Before(a, v);
        return Sum(before, -1);
    }

    /// <summary>Which of the rising bins elements fall into.</summary>
    public static Tensor Digitize(Tensor x, Tensor bins, bool right = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return SearchSorted(bins, x, !right);
    }

    /// <summary>Piecewise linear interpolation through the points (xp, fp), xp rising; the first and last value outside.</summary>
    public static Tensor Interp(Tensor x, Tensor xp, Tensor fp, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (xp, fp) = (ToInexact(xp), ToInexact(fp));
        if (xp.Rank != 1 || fp.Shape != xp.Shape || xp.Shape[0] < 2)
        {
            throw Tracer.Error("interp", $"points of shapes {xp.Shape} and {fp.Shape}; two vectors of one size, at least 2, are needed");
        }
        long n = xp.Shape[0];
        x = CastTo(x, xp.DType);
        Tensor i = Clip(SearchSorted(xp, x, right: true), 1, (int)n - 1);
        Tensor x0 = Take(xp, i - 1), x1 = Take(xp, i), f0 = Take(fp, i - 1), f1 = Take(fp, i);
        Tensor width = x1 - x0;
        Tensor inside = f0 + Where(Equal(width, 0), 0, (x - x0) / Where(Equal(width, 0), 1, width)) * (f1 - f0);
        return Where(x < xp[0], fp[0], Where(x > xp[^1], fp[^1], inside));
    }

    /// <summary>How often each of 0 … length - 1 stands in a vector of integers (or the sum of the weights); other numbers are dropped, negative ones count as 0.</summary>
    public static Tensor BinCount(Tensor x, long length, Tensor? weights = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Integers("bincount", x);
        Tensor ones = weights ?? Hlo.Splat(1L, ElementKind.I32, x.Shape);
        return ScatterAdd(Hlo.Zeros(new TensorType(ones.DType, [length])), Maximum(Hlo.Reshape(x, [x.Size]), 0), Hlo.Reshape(ones, [x.Size]));
    }

    private static Tensor NanExtreme(Tensor x, Tensor found, Axes axes, bool keepDims) => Where(All(IsNan(x), axes, keepDims), double.NaN, found);
}
