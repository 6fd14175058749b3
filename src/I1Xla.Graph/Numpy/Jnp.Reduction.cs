using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Jnp
{
    /// <summary>Sum. bf16 and f16 are summed in f32 and rounded once; booleans are counted in i32.</summary>
    public static Tensor Sum(Tensor x, Axes axes = default, bool keepDims = false, ElementKind? dtype = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Accumulable(x, dtype, out ElementKind result);
        return CastTo(Reduced(HloOps.Add, 0, x, axes, keepDims, "sum"), result);
    }

    /// <summary>Product.</summary>
    public static Tensor Prod(Tensor x, Axes axes = default, bool keepDims = false, ElementKind? dtype = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Accumulable(x, dtype, out ElementKind result);
        return CastTo(Reduced(HloOps.Multiply, 1, x, axes, keepDims, "prod"), result);
    }

    /// <summary>Mean: the sum divided by the count; bf16 and f16 in f32, integers as f32.</summary>
    public static Tensor Mean(Tensor x, Axes axes = default, bool keepDims = false, ElementKind? dtype = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = ToInexact(Hlo.Materialize(x));
        long count = 1;
        foreach (long a in axes.Resolve(x.Rank, "mean"))
        {
            count *= x.Shape[(int)a];
        }
        x = Accumulable(x, dtype, out ElementKind result);
        Tensor sum = Reduced(HloOps.Add, 0, x, axes, keepDims, "mean");
        return CastTo(Hlo.Binary(HloOps.Divide, sum, Hlo.Splat((double)count, sum.DType, sum.Shape)), result);
    }

    /// <summary>Variance, computed in two passes: mean of the squared distance from the mean, divided by count - <paramref name="ddof"/>.</summary>
    public static Tensor Var(Tensor x, Axes axes = default, bool keepDims = false, long ddof = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = ToInexact(Hlo.Materialize(x));
        x = Accumulable(x, null, out ElementKind result);
        long count = 1;
        foreach (long a in axes.Resolve(x.Rank, "var"))
        {
            count *= x.Shape[(int)a];
        }
        Tensor centered = Binary(HloOps.Subtract, "var", x, Mean(x, axes, true));
        Tensor sum = Reduced(HloOps.Add, 0, Hlo.Binary(HloOps.Multiply, centered, centered), axes, keepDims, "var");
        return CastTo(Hlo.Binary(HloOps.Divide, sum, Hlo.Splat((double)(count - ddof), sum.DType, sum.Shape)), result);
    }

    /// <summary>Standard deviation.</summary>
    public static Tensor Std(Tensor x, Axes axes = default, bool keepDims = false, long ddof = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Sqrt(Var(x, axes, keepDims, ddof, file, line), file, line);

    /// <summary>Largest element; NaN wins.</summary>
    public static Tensor Max(Tensor x, Axes axes = default, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Extreme(HloOps.Maximum, x, axes, keepDims, "max");
    }

    /// <summary>Smallest element; NaN wins.</summary>
    public static Tensor Min(Tensor x, Axes axes = default, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Extreme(HloOps.Minimum, x, axes, keepDims, "min");
    }

    /// <summary>Whether any element is true.</summary>
    public static Tensor Any(Tensor x, Axes axes = default, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Reduced(HloOps.Or, 0, ToBoolean(Hlo.Materialize(x)), axes, keepDims, "any");
    }

    /// <summary>Whether every element is true.</summary>
    public static Tensor All(Tensor x, Axes axes = default, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Reduced(HloOps.And, 1, ToBoolean(Hlo.Materialize(x)), axes, keepDims, "all");
    }

    internal static Tensor Reduced(OpName combiner, double identity, Tensor x, Axes axes, bool keepDims, string op)
    {
        long[] dims = axes.Resolve(x.Rank, op);
        Tensor result = Hlo.Reduce(combiner, x, Hlo.Splat(identity, x.DType, Shape.Scalar), dims);
        return keepDims ? Hlo.Reshape(result, Kept(x.Shape, dims)) : result;
    }

    /// <summary>A shape with some sizes set to 1.</summary>
    internal static Shape Kept(Shape shape, ReadOnlySpan<long> dimensions)
    {
        long[] dims = shape.ToArray();
        foreach (long d in dimensions)
        {
            dims[d] = 1;
        }
        return new Shape(dims);
    }

    /// <summary>The largest element with dimensions kept; minus infinity of none.</summary>
    internal static Tensor Largest(Tensor x, Axes axes) => Reduced(HloOps.Maximum, Scalars.Lowest(x.DType), Hlo.Materialize(x), axes, true, "max");

    private static Tensor Extreme(OpName combiner, Tensor x, Axes axes, bool keepDims, string op)
    {
        x = Hlo.Materialize(x);
        long[] dims = axes.Resolve(x.Rank, op);
        Tensor init = combiner == HloOps.Maximum
            ? (x.DType.IsFloat() ? Hlo.Splat(double.NegativeInfinity, x.DType, Shape.Scalar) : Hlo.Splat(Scalars.IntegerMin(x.DType), x.DType, Shape.Scalar))
            : (x.DType.IsFloat() ? Hlo.Splat(double.PositiveInfinity, x.DType, Shape.Scalar) : Hlo.Splat(Scalars.IntegerMax(x.DType), x.DType, Shape.Scalar));
        foreach (long d in dims)
        {
            if (x.Shape[(int)d] == 0)
            {
                throw Tracer.Error(op, $"dimension {d} of shape {x.Shape} is empty, so there is no {op}");
            }
        }
        Tensor result = Hlo.Reduce(combiner, x, init, dims);
        return keepDims ? Hlo.Reshape(result, Kept(x.Shape, dims)) : result;
    }

    private static Tensor Accumulable(Tensor x, ElementKind? dtype, out ElementKind result)
    {
        x = Hlo.Materialize(x);
        result = dtype ?? (x.DType.IsBoolean() ? ElementKind.I32 : x.DType);
        ElementKind compute = result is ElementKind.BF16 or ElementKind.F16 ? ElementKind.F32 : result;
        return Hlo.Convert(x, compute);
    }
}
