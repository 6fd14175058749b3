using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Jnp
{
    /// <summary>Elementwise true division; integers are converted to f32.</summary>
    public static Tensor Divide(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return TrueDivide(a, b);
    }

    /// <summary>Remainder with the sign of the divisor, as <c>numpy.remainder</c>.</summary>
    public static Tensor Remainder(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return RemainderOf(a, b);
    }

    /// <summary>Whole part of a division, rounded down; integers stay integers.</summary>
    public static Tensor FloorDivide(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (a, b) = Promote("floor_divide", a, b);
        if (!a.DType.IsInteger())
        {
            return FloatFloorDivide(a, b);
        }
        Tensor quotient = Hlo.Binary(HloOps.Divide, a, b);
        if (a.DType.IsUnsignedInteger())
        {
            return quotient;
        }
        Tensor signsDiffer = Hlo.Compare("NE", Hlo.Unary(HloOps.Sign, a), Hlo.Unary(HloOps.Sign, b));
        Tensor inexact = Hlo.Compare("NE", Hlo.Binary(HloOps.Remainder, a, b), Hlo.ZerosLike(a));
        return Hlo.Select(Hlo.Binary(HloOps.And, signsDiffer, inexact), Hlo.Binary(HloOps.Subtract, quotient, Hlo.Ones(a.Type)), quotient);
    }

    /// <summary>a to the power of b. A plain whole number as b becomes repeated multiplication (negative: of the reciprocal), as JAX's integer_pow.</summary>
    public static Tensor Power(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (b.Number is long n)
        {
            return IntegerPower(Hlo.Materialize(a), n);
        }
        (a, b) = Promote("power", a, b);
        return Hlo.Binary(HloOps.Power, a, b);
    }

    /// <summary>x * x.</summary>
    public static Tensor Square(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Hlo.Materialize(x);
        return Hlo.Binary(HloOps.Multiply, x, x);
    }

    /// <summary>1 / x.</summary>
    public static Tensor Reciprocal(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return TrueDivide(1.0, x);
    }

    /// <summary>Magnitude; of a complex tensor, real.</summary>
    public static Tensor Abs(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Hlo.Materialize(x);
        return x.DType.IsUnsignedInteger() || x.DType.IsBoolean() ? x : Hlo.Unary(HloOps.Abs, x, x.DType.RealPart());
    }

    /// <summary>The angle of the point (x, y).</summary>
    public static Tensor Arctan2(Tensor y, Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (y, x) = Promote("arctan2", y, x, inexact: true);
        return Hlo.Binary(HloOps.Atan2, y, x);
    }

    /// <summary>x limited to [low, high].</summary>
    public static Tensor Clip(Tensor x, Tensor? low = null, Tensor? high = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (low is not null)
        {
            x = Binary(HloOps.Maximum, "clip", x, low);
        }
        return high is null ? x : Binary(HloOps.Minimum, "clip", x, high);
    }

    /// <summary>Elements of <paramref name="onTrue"/> where the condition holds, else of <paramref name="onFalse"/>; all three broadcast.</summary>
    public static Tensor Where(Tensor condition, Tensor onTrue, Tensor onFalse, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        condition = ToBoolean(Hlo.Materialize(condition));
        (onTrue, onFalse) = Promote("where", onTrue, onFalse);
        Shape shape = BroadcastShapes("where", onTrue.Shape, condition.Shape);
        if (condition.Rank > 0)
        {
            condition = Hlo.BroadcastTo(condition, shape);
        }
        return Hlo.Select(condition, Hlo.BroadcastTo(onTrue, shape), Hlo.BroadcastTo(onFalse, shape));
    }

    /// <summary>Whether elements are neither infinite nor NaN.</summary>
    public static Tensor IsFinite(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = ToInexact(x);
        return Hlo.Unary(HloOps.IsFinite, x, ElementKind.I1);
    }

    /// <summary>Whether elements are NaN.</summary>
    public static Tensor IsNan(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = ToInexact(x);
        return Hlo.Compare("NE", x, x);
    }

    /// <summary>Logical and.</summary>
    public static Tensor LogicalAnd(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Binary(HloOps.And, "logical_and", ToBoolean(Hlo.Materialize(a)), ToBoolean(Hlo.Materialize(b)));
    }

    /// <summary>Logical or.</summary>
    public static Tensor LogicalOr(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Binary(HloOps.Or, "logical_or", ToBoolean(Hlo.Materialize(a)), ToBoolean(Hlo.Materialize(b)));
    }

    /// <summary>Logical not.</summary>
    public static Tensor LogicalNot(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Unary(HloOps.Not, ToBoolean(Hlo.Materialize(x)));
    }

    /// <summary>Converts elements to a kind; floats to integers round toward zero, complex to real drops the imaginary part.</summary>
    public static Tensor Cast(Tensor x, ElementKind kind, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return CastTo(x, kind);
    }

    /// <summary>Rounds to fewer exponent and mantissa bits, kept in the tensor's kind.</summary>
    public static Tensor ReducePrecision(Tensor x, int exponentBits, int mantissaBits, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.One(HloOps.ReducePrecision, x.Type, x.IsWeak, x, new AttributeMap
        {
            { "exponent_bits", IntegerAttr.I32(exponentBits) },
            { "mantissa_bits", IntegerAttr.I32(mantissaBits) },
        });
    }

    /// <summary>A complex tensor of real and imaginary parts.</summary>
    public static Tensor Complex(Tensor real, Tensor imaginary, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (real, imaginary) = Promote("complex", real, imaginary, inexact: true);
        ElementKind kind = real.DType == ElementKind.F64 ? ElementKind.Complex128 : ElementKind.Complex64;
        return Hlo.One(HloOps.Complex, new TensorType(kind, real.Shape), false, real, imaginary);
    }

    /// <summary>The real part.</summary>
    public static Tensor Real(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return x.DType.IsComplex() ? Hlo.Unary(HloOps.Real, x, x.DType.RealPart()) : x;
    }

    /// <summary>The imaginary part; zeros for a real tensor.</summary>
    public static Tensor Imag(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return x.DType.IsComplex() ? Hlo.Unary(HloOps.Imag, x, x.DType.RealPart()) : Hlo.ZerosLike(x);
    }

    /// <summary>The complex conjugate.</summary>
    public static Tensor Conj(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return x.DType.IsComplex() ? Hlo.One(HloOps.Complex, x.Type, false, Real(x), Hlo.Unary(HloOps.Negate, Imag(x))) : x;
    }

    /// <summary>The bits of a tensor as another kind of the same width.</summary>
    public static Tensor Bitcast(Tensor x, ElementKind kind, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return x.DType == kind ? x : kind.BitWidth() == x.DType.BitWidth() ? Hlo.Bitcast(x, kind)
            : throw Tracer.Error("bitcast", $"{x.DType.Name()} and {kind.Name()} differ in width");
    }

    internal static Tensor CastTo(Tensor x, ElementKind kind)
    {
        x = Hlo.Materialize(x);
        if (x.DType.IsComplex() && !kind.IsComplex())
        {
            x = Hlo.Unary(HloOps.Real, x, x.DType.RealPart());
        }
        return kind.IsBoolean() ? ToBoolean(x) : Hlo.Convert(x, kind);
    }

    internal static Tensor ToBoolean(Tensor x) => x.DType.IsBoolean() ? x : Hlo.Compare("NE", x, Hlo.ZerosLike(x));

    internal static Tensor ToInexact(Tensor x) => Hlo.Convert(x, Promotion.Inexact(x.DType), x.IsWeak);

    internal static Tensor TrueDivide(Tensor a, Tensor b)
    {
        (a, b) = Promote("divide", a, b, inexact: true);
        return Hlo.Binary(HloOps.Divide, a, b);
    }

    /// <summary>Python's floor division of floats: exact multiples are taken off first, so that the quotient and the remainder fit together.</summary>
    private static Tensor FloatFloorDivide(Tensor a, Tensor b)
    {
        Tensor zero = Hlo.ZerosLike(a);
        Tensor remainder = Hlo.Binary(HloOps.Remainder, a, b);
        Tensor multiple = Hlo.Select(Hlo.Compare("EQ", b, zero), a, Hlo.Binary(HloOps.Subtract, a, remainder));
        Tensor quotient = Hlo.Binary(HloOps.Divide, multiple, b);
        Tensor below = Hlo.Binary(HloOps.And, Hlo.Compare("NE", remainder, zero), Hlo.Compare("NE", Hlo.Unary(HloOps.Sign, b), Hlo.Unary(HloOps.Sign, remainder)));
        return Hlo.Unary(HloOps.RoundNearestAfz, Hlo.Select(below, Hlo.Binary(HloOps.Subtract, quotient, Hlo.Ones(a.Type)), quotient));
    }

    internal static Tensor RemainderOf(Tensor a, Tensor b)
    {
        (a, b) = Promote("remainder", a, b);
        if (a.DType.IsInteger())
        {
            // JAX: the remainder by 0 is 0.
            b = Hlo.Select(Hlo.Compare("EQ", b, Hlo.ZerosLike(b)), Hlo.Ones(b.Type), b);
        }
        Tensor truncated = Hlo.Binary(HloOps.Remainder, a, b);
        if (a.DType.IsUnsignedInteger())
        {
            return truncated;
        }
        Tensor zero = Hlo.ZerosLike(a);
        Tensor nonzero = Hlo.Compare("NE", truncated, zero);
        Tensor signs = Hlo.Compare("NE", Hlo.Compare("LT", truncated, zero), Hlo.Compare("LT", b, zero));
        return Hlo.Select(Hlo.Binary(HloOps.And, signs, nonzero), Hlo.Binary(HloOps.Add, truncated, b), truncated);
    }

    internal static Tensor CompareOf(string direction, Tensor a, Tensor b)
    {
        (a, b) = Promote("compare", a, b);
        return Hlo.Compare(direction, a, b);
    }

    internal static Tensor Binary(OpName op, string name, Tensor a, Tensor b)
    {
        (a, b) = Promote(name, a, b);
        return Hlo.Binary(op, a, b);
    }

    /// <summary>Brings two operands to one kind and one shape.</summary>
    internal static (Tensor, Tensor) Promote(string op, Tensor a, Tensor b, bool inexact = false)
    {
        (ElementKind kind, bool weak) = Promotion.Join(a.DType, a.IsWeak, b.DType, b.IsWeak);
        if (inexact)
        {
            kind = Promotion.Inexact(kind);
        }
        Shape shape = BroadcastShapes(op, a.Shape, b.Shape);
        return (Prepare(a, kind, shape, weak), Prepare(b, kind, shape, weak));
    }

    /// <summary>The shape two shapes broadcast to: aligned at the end, sizes equal or 1.</summary>
    internal static Shape BroadcastShapes(string op, Shape a, Shape b)
    {
        if (a == b || b.Rank == 0)
        {
            return a;
        }
        if (a.Rank == 0)
        {
            return b;
        }
        long[] dims = new long[Math.Max(a.Rank, b.Rank)];
        for (int i = 1; i <= dims.Length; i++)
        {
            long m = i <= a.Rank ? a[^i] : 1, n = i <= b.Rank ? b[^i] : 1;
            dims[^i] = m == n || n == 1 ? m : m == 1 ? n : throw Tracer.Error(op, $"shapes {a} and {b} do not broadcast: sizes {m} and {n} at dimension {-i}");
        }
        return new Shape(dims);
    }

    private static Tensor Prepare(Tensor x, ElementKind kind, Shape shape, bool weak) =>
        x.IsNumber ? Hlo.Number(x, kind, shape, weak) : Hlo.BroadcastTo(Hlo.Convert(x, kind, weak), shape);

    private static Tensor Float(OpName op, Tensor x) => Hlo.Unary(op, ToInexact(x));

    private static Tensor Same(OpName op, Tensor x) => Hlo.Unary(op, Hlo.Materialize(x));

    /// <summary>x to a whole power by repeated squaring.</summary>
    private static Tensor IntegerPower(Tensor x, long n)
    {
        if (n == 0)
        {
            return Hlo.Ones(x.Type);
        }
        if (n < 0)
        {
            Tensor inverse = IntegerPower(ToInexact(x), -n);
            return Hlo.Binary(HloOps.Divide, Hlo.Ones(inverse.Type), inverse);
        }
        Tensor? result = null;
        while (true)
        {
            if ((n & 1) != 0)
            {
                result = result is null ? x : Hlo.Binary(HloOps.Multiply, result, x);
            }
            n >>= 1;
            if (n == 0)
            {
                return result!;
            }
            x = Hlo.Binary(HloOps.Multiply, x, x);
        }
    }
}
