using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Jnp
{
    /// <summary>2 to the power of each element.</summary>
    public static Tensor Exp2(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Exp(ToInexact(Hlo.Materialize(x)) * Math.Log(2));
    }

    /// <summary>Logarithm to base 2.</summary>
    public static Tensor Log2(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Log(x) / Math.Log(2);
    }

    /// <summary>Logarithm to base 10.</summary>
    public static Tensor Log10(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Log(x) / Math.Log(10);
    }

    /// <summary>log(exp(a) + exp(b)), computed without overflow.</summary>
    public static Tensor LogAddExp(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (a, b) = Promote("logaddexp", a, b, inexact: true);
        Tensor difference = Hlo.Binary(HloOps.Subtract, a, b);
        // Two infinities of one sign have no difference; their sum is the answer.
        Tensor undefined = Hlo.Compare("NE", difference, difference);
        Tensor safe = Hlo.Select(undefined, Hlo.ZerosLike(a), difference);
        Tensor most = Hlo.Binary(HloOps.Maximum, a, b);
        Tensor sum = Hlo.Binary(HloOps.Add, most, Hlo.Unary(HloOps.LogPlusOne, Hlo.Unary(HloOps.Exponential, Hlo.Unary(HloOps.Negate, Hlo.Unary(HloOps.Abs, safe)))));
        return Hlo.Select(undefined, Hlo.Binary(HloOps.Add, a, b), sum);
    }

    /// <summary>log2(2^a + 2^b), computed without overflow.</summary>
    public static Tensor LogAddExp2(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return LogAddExp(a * Math.Log(2), b * Math.Log(2)) / Math.Log(2);
    }

    /// <summary>The whole part, rounded toward 0.</summary>
    public static Tensor Trunc(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = ToInexact(Hlo.Materialize(x));
        return Hlo.Select(Hlo.Compare("LT", x, Hlo.ZerosLike(x)), Hlo.Unary(HloOps.Ceil, x), Hlo.Unary(HloOps.Floor, x));
    }

    /// <summary>Rounded to decimals, halves to even.</summary>
    public static Tensor Round(Tensor x, int decimals, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        double scale = Math.Pow(10, decimals);
        return Round(x * scale) / scale;
    }

    /// <summary>Nearest whole number, halves to even.</summary>
    public static Tensor Rint(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Round(x);
    }

    /// <summary>Magnitude; another name of <see cref="Abs"/>.</summary>
    public static Tensor Absolute(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Abs(x);
    }

    /// <summary>The tensor itself.</summary>
    public static Tensor Positive(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Materialize(x);
    }

    /// <summary>Elementwise maximum; a NaN gives way to a number.</summary>
    public static Tensor FMax(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (a, b) = Promote("fmax", a, b);
        return Hlo.Select(Ordered(a, b, "GT"), a, b);
    }

    /// <summary>Elementwise minimum; a NaN gives way to a number.</summary>
    public static Tensor FMin(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (a, b) = Promote("fmin", a, b);
        return Hlo.Select(Ordered(a, b, "LT"), a, b);
    }

    /// <summary>Remainder with the sign of the dividend, as C has it.</summary>
    public static Tensor FMod(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Lax.Rem(a, b);
    }

    /// <summary>Floor division and remainder.</summary>
    public static (Tensor Quotient, Tensor Remainder) DivMod(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return (FloorDivide(a, b), RemainderOf(a, b));
    }

    /// <summary>Fractional and whole parts, both with the sign of x.</summary>
    public static (Tensor Fraction, Tensor Whole) Modf(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = ToInexact(Hlo.Materialize(x));
        Tensor whole = Trunc(x);
        return (x - whole, whole);
    }

    /// <summary>Whether elements are infinite.</summary>
    public static Tensor IsInf(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Hlo.Materialize(x);
        return x.DType.IsFloat() ? Hlo.Compare("EQ", Hlo.Unary(HloOps.Abs, x), Hlo.Splat(double.PositiveInfinity, x.DType, x.Shape)) : Hlo.Zeros(new TensorType(ElementKind.I1, x.Shape));
    }

    /// <summary>Whether elements are plus infinity.</summary>
    public static Tensor IsPosInf(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Infinite(x, double.PositiveInfinity);
    }

    /// <summary>Whether elements are minus infinity.</summary>
    public static Tensor IsNegInf(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Infinite(x, double.NegativeInfinity);
    }

    /// <summary>NaN replaced by a number, infinities by the largest finite numbers or those given; of a complex tensor, in both parts.</summary>
    public static Tensor NanToNum(Tensor x, double nan = 0, double? posinf = null, double? neginf = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Hlo.Materialize(x);
        if (x.DType.IsComplex())
        {
            return Complex(NanToNum(Real(x), nan, posinf, neginf), NanToNum(Imag(x), nan, posinf, neginf));
        }
        if (!x.DType.IsFloat())
        {
            return x;
        }
        Tensor Value(double v) => Hlo.Splat(v, x.DType, x.Shape);
        Tensor Is(double v) => Hlo.Compare("EQ", x, Value(v));
        double most = Scalars.MaxFinite(x.DType);
        Tensor number = Hlo.Select(Hlo.Compare("NE", x, x), Value(nan), x);
        number = Hlo.Select(Is(double.PositiveInfinity), Value(posinf ?? most), number);
        return Hlo.Select(Is(double.NegativeInfinity), Value(neginf ?? -most), number);
    }

    /// <summary>Whether the sign is negative, of zeros and NaN too.</summary>
    public static Tensor SignBit(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = ToInexact(Hlo.Materialize(x));
        ElementKind kind = UnsignedOf(x.DType, "signbit");
        Tensor bits = Hlo.Bitcast(x, kind);
        return Hlo.Compare("NE", Hlo.Binary(HloOps.ShiftRightLogical, bits, Hlo.Splat((long)kind.BitWidth() - 1, kind, x.Shape)), Hlo.ZerosLike(bits));
    }

    /// <summary>The magnitude of a with the sign of b.</summary>
    public static Tensor CopySign(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (a, b) = Promote("copysign", a, b, inexact: true);
        Tensor magnitude = Hlo.Unary(HloOps.Abs, a);
        return Hlo.Select(SignBit(b), Hlo.Unary(HloOps.Negate, magnitude), magnitude);
    }

    /// <summary>The next representable number from a towards b.</summary>
    public static Tensor NextAfter(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (a, b) = Promote("nextafter", a, b, inexact: true);
        return Hlo.Binary(HloOps.NextAfter, a, b);
    }

    /// <summary>x * 2^exponent.</summary>
    public static Tensor Ldexp(Tensor x, Tensor exponent, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return x * Exp2(exponent);
    }

    /// <summary>0 below 0, 1 above, and a given value at 0.</summary>
    public static Tensor Heaviside(Tensor x, Tensor at0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (x, at0) = Promote("heaviside", x, at0, inexact: true);
        Tensor zero = Hlo.ZerosLike(x), one = Hlo.Ones(x.Type);
        Tensor known = Hlo.Select(Hlo.Compare("LT", x, zero), zero, Hlo.Select(Hlo.Compare("GT", x, zero), one, at0));
        return Hlo.Select(Hlo.Compare("NE", x, x), x, known);
    }

    /// <summary>a to the power of b in a floating kind.</summary>
    public static Tensor FloatPower(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (a, b) = Promote("float_power", a, b, inexact: true);
        return Hlo.Binary(HloOps.Power, a, b);
    }

    /// <summary>The angle of complex numbers in radians; of reals 0 or π.</summary>
    public static Tensor Angle(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = ToInexact(Hlo.Materialize(x));
        return x.DType.IsComplex() ? Hlo.Binary(HloOps.Atan2, Imag(x), Real(x)) : Hlo.Binary(HloOps.Atan2, Hlo.ZerosLike(x), x);
    }

    /// <summary>Whether a stands before b in a direction, or b is NaN.</summary>
    private static Tensor Ordered(Tensor a, Tensor b, string direction)
    {
        Tensor wins = Hlo.Compare(direction, a, b);
        return b.DType.IsFloat() ? Hlo.Binary(HloOps.Or, wins, Hlo.Compare("NE", b, b)) : wins;
    }

    private static Tensor Infinite(Tensor x, double sign)
    {
        x = Hlo.Materialize(x);
        return x.DType.IsFloat() ? Hlo.Compare("EQ", x, Hlo.Splat(sign, x.DType, x.Shape)) : Hlo.Zeros(new TensorType(ElementKind.I1, x.Shape));
    }

    private static ElementKind UnsignedOf(ElementKind kind, string op) => kind.BitWidth() switch
    {
        8 => ElementKind.UI8,
        16 => ElementKind.UI16,
        32 => ElementKind.UI32,
        64 => ElementKind.UI64,
        _ => throw Tracer.Error(op, $"{kind.Name()} has no unsigned integer of its width"),
    };
}
