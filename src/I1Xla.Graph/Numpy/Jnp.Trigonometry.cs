using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Jnp
{
    /// <summary>Hyperbolic sine.</summary>
    public static Tensor Sinh(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Sinh, x);
    }

    /// <summary>Hyperbolic cosine.</summary>
    public static Tensor Cosh(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Cosh, x);
    }

    /// <summary>Inverse sine, in radians; NaN outside [-1, 1].</summary>
    public static Tensor Arcsin(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Asin, x);
    }

    /// <summary>Inverse cosine, in radians; NaN outside [-1, 1].</summary>
    public static Tensor Arccos(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Acos, x);
    }

    /// <summary>Inverse tangent, in radians.</summary>
    public static Tensor Arctan(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Atan, x);
    }

    /// <summary>Inverse hyperbolic sine.</summary>
    public static Tensor Arcsinh(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Asinh, x);
    }

    /// <summary>Inverse hyperbolic cosine; NaN below 1.</summary>
    public static Tensor Arccosh(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Acosh, x);
    }

    /// <summary>Inverse hyperbolic tangent; infinite at -1 and 1.</summary>
    public static Tensor Arctanh(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Atanh, x);
    }

    /// <summary>Degrees in radians.</summary>
    public static Tensor Deg2Rad(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return ToInexact(Hlo.Materialize(x)) * (Math.PI / 180);
    }

    /// <summary>Radians in degrees.</summary>
    public static Tensor Rad2Deg(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return ToInexact(Hlo.Materialize(x)) * (180 / Math.PI);
    }

    /// <summary>sqrt(a² + b²) without overflow: the larger magnitude taken out, as JAX computes it.</summary>
    public static Tensor Hypot(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (a, b) = Promote("hypot", a, b, inexact: true);
        (a, b) = (Hlo.Unary(HloOps.Abs, a), Hlo.Unary(HloOps.Abs, b));
        Tensor least = Hlo.Binary(HloOps.Minimum, a, b), most = Hlo.Binary(HloOps.Maximum, a, b);
        Tensor zero = Hlo.ZerosLike(most), one = Hlo.Ones(most.Type);
        Tensor infinite = Hlo.Compare("EQ", most, Hlo.Splat(double.PositiveInfinity, most.DType, most.Shape));
        Tensor isZero = Hlo.Compare("EQ", most, zero);
        Tensor ratio = Hlo.Binary(HloOps.Divide, least, Hlo.Select(Hlo.Binary(HloOps.Or, isZero, infinite), one, most));
        Tensor root = Hlo.Unary(HloOps.Sqrt, Hlo.Binary(HloOps.Add, one, Hlo.Binary(HloOps.Multiply, ratio, ratio)));
        return Hlo.Select(infinite, most, Hlo.Select(isZero, zero, Hlo.Binary(HloOps.Multiply, most, root)));
    }

    /// <summary>sin(πx) / (πx), 1 at 0.</summary>
    public static Tensor Sinc(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = ToInexact(Hlo.Materialize(x));
        Tensor zero = Hlo.Compare("EQ", x, Hlo.ZerosLike(x));
        Tensor safe = Math.PI * Hlo.Select(zero, Hlo.Ones(x.Type), x);
        // Near 0 the derivative is taken of the series 1 - (πx)² / 6, whose value at 0 is 1.
        Tensor series = 1.0 - Square(Math.PI * Hlo.Select(zero, x, Hlo.ZerosLike(x))) / 6.0;
        return Hlo.Select(zero, series, Sin(safe) / safe);
    }
}
