using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// NumPy's functions over traced tensors, with <c>jax.numpy</c>'s names and semantics (broadcasting, type promotion, f32 for
/// functions of integers). Every operation notes the caller's file and line.
/// </summary>
public static partial class Jnp
{
    /// <summary>e to the power of each element; integers become f32.</summary>
    public static Tensor Exp(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Exponential, x);
    }

    /// <summary>exp(x) - 1, exact near 0.</summary>
    public static Tensor Expm1(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.ExponentialMinusOne, x);
    }

    /// <summary>Natural logarithm.</summary>
    public static Tensor Log(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Log, x);
    }

    /// <summary>log(1 + x), exact near 0.</summary>
    public static Tensor Log1p(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.LogPlusOne, x);
    }

    /// <summary>Square root.</summary>
    public static Tensor Sqrt(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Sqrt, x);
    }

    /// <summary>1 / sqrt(x).</summary>
    public static Tensor Rsqrt(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Rsqrt, x);
    }

    /// <summary>Cube root.</summary>
    public static Tensor Cbrt(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Cbrt, x);
    }

    /// <summary>Sine of radians.</summary>
    public static Tensor Sin(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Sine, x);
    }

    /// <summary>Cosine of radians.</summary>
    public static Tensor Cos(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Cosine, x);
    }

    /// <summary>Tangent of radians.</summary>
    public static Tensor Tan(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Tan, x);
    }

    /// <summary>Hyperbolic tangent.</summary>
    public static Tensor Tanh(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Tanh, x);
    }

    /// <summary>Largest whole number at most x.</summary>
    public static Tensor Floor(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Floor, x);
    }

    /// <summary>Smallest whole number at least x.</summary>
    public static Tensor Ceil(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.Ceil, x);
    }

    /// <summary>Nearest whole number, halves to even.</summary>
    public static Tensor Round(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Float(HloOps.RoundNearestEven, x);
    }

    /// <summary>-x.</summary>
    public static Tensor Negative(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Same(HloOps.Negate, x);
    }

    /// <summary>-1, 0 or 1 (NaN stays NaN).</summary>
    public static Tensor Sign(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Same(HloOps.Sign, x);
    }

    /// <summary>Not of booleans or bits.</summary>
    public static Tensor BitwiseNot(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Same(HloOps.Not, x);
    }

    /// <summary>Elementwise sum.</summary>
    public static Tensor Add(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Binary(HloOps.Add, "add", a, b);
    }

    /// <summary>Elementwise difference.</summary>
    public static Tensor Subtract(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Binary(HloOps.Subtract, "subtract", a, b);
    }

    /// <summary>Elementwise product.</summary>
    public static Tensor Multiply(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Binary(HloOps.Multiply, "multiply", a, b);
    }

    /// <summary>Elementwise maximum; NaN wins.</summary>
    public static Tensor Maximum(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Binary(HloOps.Maximum, "maximum", a, b);
    }

    /// <summary>Elementwise minimum; NaN wins.</summary>
    public static Tensor Minimum(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Binary(HloOps.Minimum, "minimum", a, b);
    }

    /// <summary>And of booleans or bits.</summary>
    public static Tensor BitwiseAnd(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Binary(HloOps.And, "bitwise_and", a, b);
    }

    /// <summary>Or of booleans or bits.</summary>
    public static Tensor BitwiseOr(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Binary(HloOps.Or, "bitwise_or", a, b);
    }

    /// <summary>Exclusive or of booleans or bits.</summary>
    public static Tensor BitwiseXor(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Binary(HloOps.Xor, "bitwise_xor", a, b);
    }

    /// <summary>Bits of integers moved up.</summary>
    public static Tensor LeftShift(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Binary(HloOps.ShiftLeft, "left_shift", a, b);
    }

    /// <summary>Bits of integers moved down, zeros coming in.</summary>
    public static Tensor RightShiftLogical(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Binary(HloOps.ShiftRightLogical, "right_shift", a, b);
    }

    /// <summary>Bits of integers moved down, copies of the sign coming in.</summary>
    public static Tensor RightShift(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Binary(HloOps.ShiftRightArithmetic, "right_shift", a, b);
    }

    /// <summary>Whether elements are equal.</summary>
    public static Tensor Equal(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return CompareOf("EQ", a, b);
    }

    /// <summary>Whether elements differ.</summary>
    public static Tensor NotEqual(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return CompareOf("NE", a, b);
    }

    /// <summary>Whether a is less than b.</summary>
    public static Tensor Less(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return CompareOf("LT", a, b);
    }

    /// <summary>Whether a is at most b.</summary>
    public static Tensor LessEqual(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return CompareOf("LE", a, b);
    }

    /// <summary>Whether a is greater than b.</summary>
    public static Tensor Greater(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return CompareOf("GT", a, b);
    }

    /// <summary>Whether a is at least b.</summary>
    public static Tensor GreaterEqual(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return CompareOf("GE", a, b);
    }
}
