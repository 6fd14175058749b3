using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Jnp
{
    /// <summary>Zeros.</summary>
    public static Tensor Zeros(Shape shape, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Zeros(new TensorType(kind, shape));
    }

    /// <summary>Ones.</summary>
    public static Tensor Ones(Shape shape, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Ones(new TensorType(kind, shape));
    }

    /// <summary>One value everywhere.</summary>
    public static Tensor Full(Shape shape, Tensor value, ElementKind? kind = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return value.IsNumber ? Hlo.Number(value, kind ?? value.DType, shape) : Hlo.BroadcastTo(CastTo(value, kind ?? value.DType), shape);
    }

    /// <summary>Zeros of a tensor's kind and shape.</summary>
    public static Tensor ZerosLike(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.ZerosLike(x);
    }

    /// <summary>Ones of a tensor's kind and shape.</summary>
    public static Tensor OnesLike(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Ones(x.Type);
    }

    /// <summary>A constant of host numbers, kept in the program. <typeparamref name="T"/> has the size of the kind's element.</summary>
    public static Tensor Constant<T>(ReadOnlySpan<T> values, Shape shape, ElementKind kind, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) where T : unmanaged
    {
        Tracer.At(file, line);
        return Hlo.Dense(Literal.Create(kind, shape, values).ToDense());
    }

    /// <summary>An f32 constant.</summary>
    public static Tensor Constant(ReadOnlySpan<float> values, Shape shape, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => Constant(values, shape, ElementKind.F32, file, line);

    /// <summary>A vector of f32 constants.</summary>
    public static Tensor Constant(float[] values, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => Constant<float>(values, [values.Length], ElementKind.F32, file, line);

    /// <summary>An i32 constant.</summary>
    public static Tensor Constant(ReadOnlySpan<int> values, Shape shape, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => Constant(values, shape, ElementKind.I32, file, line);

    /// <summary>A constant of a host literal; its bytes are shared, so they must not change.</summary>
    public static Tensor Constant(Literal literal, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Dense(literal.ToDense());
    }

    /// <summary>A scalar of a kind that is not weak.</summary>
    public static Tensor Scalar(double value, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Splat(value, kind, Shape.Scalar);
    }

    /// <summary>0, 1, …, n - 1.</summary>
    public static Tensor Arange(long n, ElementKind kind = ElementKind.I32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Iota(kind, [n], 0);
    }

    /// <summary>start, start + step, … below stop. Floats are computed as start + i * step in the kind, as JAX does.</summary>
    public static Tensor Arange(double start, double stop, double step = 1, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        long n = Math.Max(0, (long)Math.Ceiling((stop - start) / step));
        Tensor i = Hlo.Iota(kind, [n], 0);
        return Binary(HloOps.Add, "arange", Binary(HloOps.Multiply, "arange", i, step), start);
    }

    /// <summary>Evenly spaced numbers, both ends included unless told: the ends weighted, as JAX computes it.</summary>
    public static Tensor Linspace(double start, double stop, long count, bool endpoint = true, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        long div = endpoint ? count - 1 : count;
        if (count <= 1 || div <= 0)
        {
            return Hlo.Splat(start, kind, [count]);
        }
        // step = i / div; out = start * (1 - step) + stop * step; the last one exactly stop.
        long inner = endpoint ? count - 1 : count;
        Tensor step = Binary(HloOps.Divide, "linspace", Hlo.Iota(kind, [inner], 0), Hlo.Splat((double)div, kind, Shape.Scalar));
        Tensor result = Binary(HloOps.Add, "linspace",
            Binary(HloOps.Multiply, "linspace", Binary(HloOps.Subtract, "linspace", 1.0, step), start),
            Binary(HloOps.Multiply, "linspace", step, stop));
        return endpoint ? Hlo.Concatenate([result, Hlo.Splat(stop, kind, [1])], 0) : result;
    }

    /// <summary>0, 1, 2, … along one dimension of a shape.</summary>
    public static Tensor Iota(Shape shape, int dimension, ElementKind kind = ElementKind.I32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Iota(kind, shape, Axes.Normalize(dimension, shape.Rank, "iota"));
    }

    /// <summary>The identity matrix, or ones on the diagonal <paramref name="k"/>.</summary>
    public static Tensor Eye(long rows, long? columns = null, int k = 0, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Shape shape = [rows, columns ?? rows];
        Tensor row = Binary(HloOps.Add, "eye", Hlo.Iota(ElementKind.I32, shape, 0), k);
        return CastTo(Hlo.Compare("EQ", row, Hlo.Iota(ElementKind.I32, shape, 1)), kind);
    }

    /// <summary>The matrices in the last two dimensions with what is above the diagonal <paramref name="k"/> set to 0.</summary>
    public static Tensor Tril(Tensor x, int k = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor keep = TriangleMask(x, k, "GE");
        return Hlo.Select(keep, x, Hlo.ZerosLike(x));
    }

    /// <summary>The matrices in the last two dimensions with what is below the diagonal <paramref name="k"/> set to 0.</summary>
    public static Tensor Triu(Tensor x, int k = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor keep = TriangleMask(x, k, "LE");
        return Hlo.Select(keep, x, Hlo.ZerosLike(x));
    }

    private static Tensor TriangleMask(Tensor x, int k, string direction)
    {
        Tensor row = Binary(HloOps.Add, "tril", Hlo.Iota(ElementKind.I32, x.Shape, x.Rank - 2), k);
        return Hlo.Compare(direction, row, Hlo.Iota(ElementKind.I32, x.Shape, x.Rank - 1));
    }
}
