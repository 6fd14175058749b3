using System.Numerics;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>
/// Operations that compute each element of the result from the elements at the same index of the operands. The result has the
/// shape of the operands' values, not of the declared type; so a scalar region can be run over a whole vector at once.
/// </summary>
internal static class Elementwise
{
    private static readonly Dictionary<string, Func<double, double>> s_realUnary = new()
    {
        ["abs"] = Math.Abs,
        ["cbrt"] = Math.Cbrt,
        ["ceil"] = Math.Ceiling,
        ["cosine"] = Math.Cos,
        ["exponential"] = Math.Exp,
        ["exponential_minus_one"] = ElementaryFunctions.ExpM1,
        ["floor"] = Math.Floor,
        ["log"] = Math.Log,
        ["log_plus_one"] = ElementaryFunctions.Log1P,
        ["logistic"] = ElementaryFunctions.Logistic,
        ["negate"] = x => -x,
        ["round_nearest_afz"] = x => Math.Round(x, MidpointRounding.AwayFromZero),
        ["round_nearest_even"] = x => Math.Round(x, MidpointRounding.ToEven),
        ["rsqrt"] = x => 1 / Math.Sqrt(x),
        ["sign"] = x => double.IsNaN(x) || x == 0 ? x : x < 0 ? -1 : 1,
        ["sine"] = Math.Sin,
        ["sqrt"] = Math.Sqrt,
        ["tan"] = Math.Tan,
        ["tanh"] = Math.Tanh,
        ["chlo.acos"] = Math.Acos,
        ["chlo.acosh"] = Math.Acosh,
        ["chlo.asin"] = Math.Asin,
        ["chlo.asinh"] = Math.Asinh,
        ["chlo.atan"] = Math.Atan,
        ["chlo.atanh"] = Math.Atanh,
        ["chlo.bessel_i1e"] = SpecialFunctions.BesselI1e,
        ["chlo.conj"] = x => x,
        ["chlo.digamma"] = SpecialFunctions.Digamma,
        ["chlo.erf"] = SpecialFunctions.Erf,
        ["chlo.erf_inv"] = SpecialFunctions.ErfInv,
        ["chlo.erfc"] = SpecialFunctions.Erfc,
        ["chlo.lgamma"] = SpecialFunctions.LogGamma,
        ["chlo.square"] = x => x * x,
        ["chlo.tan"] = Math.Tan,
    };

    private static readonly Dictionary<string, Func<Complex, Complex>> s_complexUnary = new()
    {
        ["cbrt"] = ComplexFunctions.Cbrt,
        ["cosine"] = ComplexFunctions.Cos,
        ["exponential"] = ComplexFunctions.Exp,
        ["exponential_minus_one"] = ComplexFunctions.ExpM1,
        ["log"] = ComplexFunctions.Log,
        ["log_plus_one"] = ComplexFunctions.Log1P,
        ["logistic"] = z => ComplexFunctions.Divide(Complex.One, Complex.One + ComplexFunctions.Exp(-z)),
        ["negate"] = z => -z,
        ["rsqrt"] = ComplexFunctions.Rsqrt,
        ["sign"] = ComplexSign,
        ["sine"] = ComplexFunctions.Sin,
        ["sqrt"] = ComplexFunctions.Sqrt,
        ["tan"] = ComplexFunctions.Tan,
        ["tanh"] = ComplexFunctions.Tanh,
        ["chlo.acos"] = ComplexFunctions.Acos,
        ["chlo.acosh"] = ComplexFunctions.Acosh,
        ["chlo.asin"] = ComplexFunctions.Asin,
        ["chlo.asinh"] = ComplexFunctions.Asinh,
        ["chlo.atan"] = ComplexFunctions.Atan,
        ["chlo.atanh"] = ComplexFunctions.Atanh,
        ["chlo.conj"] = Complex.Conjugate,
        ["chlo.square"] = ComplexFunctions.Square,
        ["chlo.tan"] = ComplexFunctions.Tan,
    };

    private static readonly Dictionary<string, Func<ElementKind, long, long>> s_integerUnary = new()
    {
        ["abs"] = (k, x) => IntegerKind.IsUnsigned(k) || x >= 0 ? x : unchecked(-x),
        ["count_leading_zeros"] = (k, x) => BitOperations.LeadingZeroCount(LowBits(k, x)) - (64 - k.BitWidth()),
        ["negate"] = (_, x) => unchecked(-x),
        ["not"] = (_, x) => ~x,
        ["popcnt"] = (k, x) => BitOperations.PopCount(LowBits(k, x)),
        ["sign"] = (k, x) => x == 0 ? 0 : IntegerKind.IsUnsigned(k) || x > 0 ? 1 : -1,
        ["chlo.conj"] = (_, x) => x,
        ["chlo.square"] = (_, x) => unchecked(x * x),
    };

    private static readonly Dictionary<string, Func<double, double, double>> s_realBinary = new()
    {
        ["add"] = (a, b) => a + b,
        ["atan2"] = Math.Atan2,
        ["divide"] = (a, b) => a / b,
        ["maximum"] = Math.Max,
        ["minimum"] = Math.Min,
        ["multiply"] = (a, b) => a * b,
        ["power"] = Math.Pow,
        ["remainder"] = (a, b) => a % b,
        ["subtract"] = (a, b) => a - b,
        ["chlo.polygamma"] = SpecialFunctions.Polygamma,
        ["chlo.zeta"] = SpecialFunctions.Zeta,
    };

    private static readonly Dictionary<string, Func<Complex, Complex, Complex>> s_complexBinary = new()
    {
        ["add"] = (a, b) => a + b,
        ["atan2"] = ComplexAtan2,
        ["divide"] = ComplexFunctions.Divide,
        ["maximum"] = (a, b) => ComplexCompare(a, b) > 0 ? a : b,
        ["minimum"] = (a, b) => ComplexCompare(a, b) < 0 ? a : b,
        ["multiply"] = ComplexFunctions.Multiply,
        ["power"] = ComplexFunctions.Pow,
        ["subtract"] = (a, b) => a - b,
    };

    private static readonly Dictionary<string, Func<ElementKind, long, long, long>> s_integerBinary = new()
    {
        ["add"] = (k, a, b) => k.IsBoolean() ? a | b : unchecked(a + b),
        ["and"] = (_, a, b) => a & b,
        ["divide"] = IntegerDivide,
        ["maximum"] = (k, a, b) => IntegerCompare(k, a, b) >= 0 ? a : b,
        ["minimum"] = (k, a, b) => IntegerCompare(k, a, b) <= 0 ? a : b,
        ["multiply"] = (_, a, b) => unchecked(a * b),
        ["or"] = (_, a, b) => a | b,
        ["power"] = IntegerPower,
        ["remainder"] = IntegerRemainder,
        ["shift_left"] = (k, a, b) => LowBits(k, b) >= (ulong)k.BitWidth() ? 0 : a << (int)b,
        ["shift_right_arithmetic"] = (k, a, b) => SignExtend(k, a) >> (int)Math.Min(LowBits(k, b), 63),
        ["shift_right_logical"] = (k, a, b) => LowBits(k, b) >= (ulong)k.BitWidth() ? 0 : (long)(LowBits(k, a) >> (int)b),
        ["subtract"] = (k, a, b) => k.IsBoolean() ? a ^ b : unchecked(a - b),
        ["xor"] = (_, a, b) => a ^ b,
        ["chlo.mulhi"] = MultiplyHigh,
    };

    public static void Register(Registrar add)
    {
        foreach (string name in s_realUnary.Keys.Union(s_complexUnary.Keys).Union(s_integerUnary.Keys))
        {
            add(FullName(name), name == "abs" ? Absolute : c => OpContext.One(Unary(c, name, c.Tensor(0))), Quantization.Dequantize);
        }
        foreach (string name in s_realBinary.Keys.Union(s_complexBinary.Keys).Union(s_integerBinary.Keys))
        {
            add(FullName(name), c => OpContext.One(Binary(c, name, c.Tensor(0), c.Tensor(1))), Quantization.Dequantize);
        }
        add("chlo.next_after", c => OpContext.One(NextAfter(c, c.Tensor(0), c.Tensor(1))), Quantization.Dequantize);
        add("chlo.is_inf", c => OpContext.One(Test(c, c.Tensor(0), double.IsInfinity)), Quantization.Dequantize);
        add("chlo.is_pos_inf", c => OpContext.One(Test(c, c.Tensor(0), double.IsPositiveInfinity)), Quantization.Dequantize);
        add("chlo.is_neg_inf", c => OpContext.One(Test(c, c.Tensor(0), double.IsNegativeInfinity)), Quantization.Dequantize);
        add("stablehlo.is_finite", c => OpContext.One(Test(c, c.Tensor(0), double.IsFinite)), Quantization.Dequantize);
        add("stablehlo.real", c => OpContext.One(Part(c, imaginary: false)), Quantization.Structural);
        add("stablehlo.imag", c => OpContext.One(Part(c, imaginary: true)), Quantization.Structural);
        add("stablehlo.complex", c => OpContext.One(MakeComplex(c, c.Tensor(0), c.Tensor(1))), Quantization.Structural);
        add("stablehlo.compare", c => OpContext.One(Compare(c, c.Tensor(0), c.Tensor(1))), Quantization.Dequantize);
        add("stablehlo.select", c => OpContext.One(Select(c, c.Tensor(0), c.Tensor(1), c.Tensor(2))), Quantization.Structural);
        add("stablehlo.clamp", c => OpContext.One(Clamp(c)), Quantization.Dequantize);
    }

    /// <summary>The operation name of a short name: StableHLO's unless it says otherwise.</summary>
    private static string FullName(string name) => name.Contains('.') ? name : "stablehlo." + name;

    /// <summary>Whether an operation computes elements independently of each other and takes its shape from its operands.</summary>
    public static bool Is(OpName name)
    {
        string key = name.Dialect == "stablehlo" ? name.Short : name.Full;
        return s_realUnary.ContainsKey(key) || s_integerUnary.ContainsKey(key) || s_realBinary.ContainsKey(key) || s_integerBinary.ContainsKey(key)
            || key is "is_finite" or "real" or "imag" or "complex" or "compare" or "select" or "clamp" or "convert" or "reduce_precision"
                or "chlo.next_after" or "chlo.is_inf" or "chlo.is_pos_inf" or "chlo.is_neg_inf";
    }

    /// <summary>A scalar function of two reals by short name; null when the operation has none.</summary>
    public static Func<double, double, double>? Real(string name) => s_realBinary.GetValueOrDefault(name);

    /// <summary>A scalar function of two integers by short name; null when the operation has none.</summary>
    public static Func<ElementKind, long, long, long>? Integer(string name) => s_integerBinary.GetValueOrDefault(name);

    public static Literal Unary(OpContext c, string name, Literal x)
    {
        ElementKind kind = x.Type.Kind;
        Literal result = c.Make(x.Type.Element, x.Shape);
        if (kind.IsFloat())
        {
            Func<double, double> f = s_realUnary.GetValueOrDefault(name) ?? throw Unsupported(c, name, kind);
            double[] values = Elements.Reals(x);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = f(values[i]);
            }
            Elements.Write(result, values);
        }
        else if (kind.IsComplex())
        {
            Func<Complex, Complex> f = s_complexUnary.GetValueOrDefault(name) ?? throw Unsupported(c, name, kind);
            Complex[] values = Elements.Complexes(x);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = f(values[i]);
            }
            Elements.Write(result, values);
        }
        else
        {
            Func<ElementKind, long, long> f = s_integerUnary.GetValueOrDefault(name) ?? throw Unsupported(c, name, kind);
            long[] values = Elements.Integers(x);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = f(kind, values[i]);
            }
            Elements.Write(result, values);
        }
        return result;
    }

    public static Literal Binary(OpContext c, string name, Literal a, Literal b)
    {
        ElementKind kind = a.Type.Kind;
        CheckSame(c, a, b);
        Literal result = c.Make(a.Type.Element, a.Shape);
        if (kind.IsFloat())
        {
            Func<double, double, double> f = s_realBinary.GetValueOrDefault(name) ?? throw Unsupported(c, name, kind);
            double[] x = Elements.Reals(a), y = Elements.Reals(b);
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = f(x[i], y[i]);
            }
            Elements.Write(result, x);
        }
        else if (kind.IsComplex())
        {
            Func<Complex, Complex, Complex> f = s_complexBinary.GetValueOrDefault(name) ?? throw Unsupported(c, name, kind);
            Complex[] x = Elements.Complexes(a), y = Elements.Complexes(b);
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = f(x[i], y[i]);
            }
            Elements.Write(result, x);
        }
        else
        {
            Func<ElementKind, long, long, long> f = s_integerBinary.GetValueOrDefault(name) ?? throw Unsupported(c, name, kind);
            long[] x = Elements.Integers(a), y = Elements.Integers(b);
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = f(kind, x[i], y[i]);
            }
            Elements.Write(result, x);
        }
        return result;
    }

    public static int IntegerCompare(ElementKind kind, long a, long b) => kind == ElementKind.UI64 ? ((ulong)a).CompareTo((ulong)b) : a.CompareTo(b);

    private static RuntimeValue[] Absolute(OpContext c)
    {
        Literal x = c.Tensor(0);
        if (!x.Type.Kind.IsComplex())
        {
            return OpContext.One(Unary(c, "abs", x));
        }
        Literal result = c.Make(ScalarType.Of(x.Type.Kind.RealPart()), x.Shape);
        Elements.Write(result, Array.ConvertAll(Elements.Complexes(x), z => ElementaryFunctions.Hypot(z.Real, z.Imaginary)));
        return OpContext.One(result);
    }

    private static Literal Test(OpContext c, Literal x, Func<double, bool> test)
    {
        Literal result = c.Make(ScalarType.I1, x.Shape);
        double[] values = Elements.Reals(x);
        Span<byte> to = result.Data.Span;
        for (int i = 0; i < values.Length; i++)
        {
            to[i] = test(values[i]) ? (byte)1 : (byte)0;
        }
        return result;
    }

    private static Literal Part(OpContext c, bool imaginary)
    {
        Literal x = c.Tensor(0);
        ElementKind kind = x.Type.Kind;
        Literal result = c.Make(ScalarType.Of(kind.RealPart()), x.Shape);
        if (kind.IsComplex())
        {
            Elements.Write(result, Array.ConvertAll(Elements.Complexes(x), z => imaginary ? z.Imaginary : z.Real));
        }
        else if (!imaginary)
        {
            x.Data.CopyTo(result.Data);
        }
        return result;
    }

    public static Literal MakeComplex(OpContext c, Literal real, Literal imaginary)
    {
        CheckSame(c, real, imaginary);
        Literal result = c.Make(ScalarType.Of(real.Type.Kind == ElementKind.F64 ? ElementKind.Complex128 : ElementKind.Complex64), real.Shape);
        double[] x = Elements.Reals(real), y = Elements.Reals(imaginary);
        Complex[] values = new Complex[x.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = new Complex(x[i], y[i]);
        }
        Elements.Write(result, values);
        return result;
    }

    public static Literal Compare(OpContext c, Literal a, Literal b)
    {
        CheckSame(c, a, b);
        string direction = c.Text("comparison_direction") ?? throw c.Error("attribute comparison_direction is missing");
        Func<int, bool> holds = direction switch
        {
            "EQ" => o => o == 0,
            "NE" => o => o != 0,
            "LT" => o => o == -1,
            "LE" => o => o is -1 or 0,
            "GT" => o => o == 1,
            "GE" => o => o is 0 or 1,
            _ => throw c.Error($"comparison_direction {direction} is not one of EQ, NE, LT, LE, GT, GE"),
        };
        Literal result = c.Make(ScalarType.I1, a.Shape);
        Span<byte> to = result.Data.Span;
        ElementKind kind = a.Type.Kind;
        if (kind.IsFloat())
        {
            bool total = c.Text("compare_type") == "TOTALORDER";
            double[] x = Elements.Reals(a), y = Elements.Reals(b);
            for (int i = 0; i < x.Length; i++)
            {
                to[i] = holds(total ? TotalKey(x[i]).CompareTo(TotalKey(y[i])) : RealCompare(x[i], y[i])) ? (byte)1 : (byte)0;
            }
        }
        else if (kind.IsComplex())
        {
            Complex[] x = Elements.Complexes(a), y = Elements.Complexes(b);
            for (int i = 0; i < x.Length; i++)
            {
                to[i] = holds(ComplexCompare(x[i], y[i])) ? (byte)1 : (byte)0;
            }
        }
        else
        {
            long[] x = Elements.Integers(a), y = Elements.Integers(b);
            for (int i = 0; i < x.Length; i++)
            {
                to[i] = holds(IntegerCompare(kind, x[i], y[i])) ? (byte)1 : (byte)0;
            }
        }
        return result;
    }

    public static Literal Select(OpContext c, Literal predicate, Literal onTrue, Literal onFalse)
    {
        CheckSame(c, onTrue, onFalse);
        bool scalar = predicate.Type.Rank == 0;
        if (!scalar && predicate.Shape != onTrue.Shape)
        {
            throw c.Error($"the predicate has shape {predicate.Shape}, the branches {onTrue.Shape}");
        }
        Literal result = c.Make(onTrue.Type.Element, onTrue.Shape);
        ReadOnlySpan<byte> p = predicate.Data.Span;
        if (scalar)
        {
            (p[0] != 0 ? onTrue : onFalse).Data.CopyTo(result.Data);
            return result;
        }
        int size = onTrue.Type.Kind.StorageBytes();
        for (int i = 0; i < p.Length; i++)
        {
            (p[i] != 0 ? onTrue : onFalse).Data.Span.Slice(i * size, size).CopyTo(result.Data.Span[(i * size)..]);
        }
        return result;
    }

    private static Literal Clamp(OpContext c)
    {
        Literal x = c.Tensor(1);
        Literal low = Spread(c, c.Tensor(0), x), high = Spread(c, c.Tensor(2), x);
        return Binary(c, "minimum", Binary(c, "maximum", x, low), high);
    }

    private static Literal Spread(OpContext c, Literal bound, Literal like)
    {
        if (bound.Type.Rank != 0 || like.Type.Rank == 0)
        {
            return bound;
        }
        Literal result = c.Make(bound.Type.Element, like.Shape);
        Strided.Fill(result, bound.Data.Span);
        return result;
    }

    public static Literal NextAfter(OpContext c, Literal a, Literal b)
    {
        CheckSame(c, a, b);
        ElementKind kind = a.Type.Kind;
        Literal result = c.Make(a.Type.Element, a.Shape);
        double[] x = Elements.Reals(a), y = Elements.Reals(b);
        int width = kind.BitWidth();
        for (int i = 0; i < x.Length; i++)
        {
            if (double.IsNaN(x[i]) || double.IsNaN(y[i]))
            {
                x[i] = double.NaN;
            }
            else if (x[i] == y[i])
            {
                x[i] = y[i];
            }
            else if (x[i] == 0)
            {
                x[i] = FloatKind.FromBits(kind, 1 | (double.IsNegative(y[i]) ? 1UL << (width - 1) : 0));
            }
            else
            {
                ulong bits = FloatKind.ToBits(kind, x[i]);
                bool away = x[i] < y[i] == x[i] > 0;
                x[i] = FloatKind.FromBits(kind, away ? bits + 1 : bits - 1);
            }
        }
        Elements.Write(result, x);
        return result;
    }

    private static void CheckSame(OpContext c, Literal a, Literal b)
    {
        if (a.Type.Kind != b.Type.Kind || a.Shape != b.Shape)
        {
            throw c.Error($"operands of different types: {Interpreter.Describe(a.Type)} and {Interpreter.Describe(b.Type)}");
        }
    }

    private static InterpreterException Unsupported(OpContext c, string name, ElementKind kind) => c.Error($"{name} is not defined for {kind.Name()}");

    private static ulong LowBits(ElementKind kind, long value) => (ulong)value & (ulong.MaxValue >> (64 - kind.BitWidth()));

    private static long SignExtend(ElementKind kind, long value) => value << (64 - kind.BitWidth()) >> (64 - kind.BitWidth());

    /// <summary>Division truncates; by zero it gives all bits set, and overflow wraps, as XLA does where the specification leaves it open.</summary>
    private static long IntegerDivide(ElementKind kind, long a, long b) =>
        b == 0 ? -1
        : kind == ElementKind.UI64 ? (long)((ulong)a / (ulong)b)
        : b == -1 && !IntegerKind.IsUnsigned(kind) ? unchecked(-a) : a / b;

    /// <summary>The remainder has the dividend's sign; by zero it is the dividend.</summary>
    private static long IntegerRemainder(ElementKind kind, long a, long b) =>
        b == 0 ? a
        : kind == ElementKind.UI64 ? (long)((ulong)a % (ulong)b)
        : b == -1 && !IntegerKind.IsUnsigned(kind) ? 0 : a % b;

    private static long IntegerPower(ElementKind kind, long x, long y)
    {
        if (!IntegerKind.IsUnsigned(kind) && y < 0)
        {
            return x is 1 or -1 ? (y % 2 == 0 ? 1 : x) : 0;
        }
        long result = 1;
        for (ulong exponent = LowBits(kind, y); exponent != 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
            {
                result = unchecked(result * x);
            }
            x = unchecked(x * x);
        }
        return result;
    }

    private static long MultiplyHigh(ElementKind kind, long a, long b) => kind.BitWidth() == 64
        ? kind == ElementKind.UI64 ? (long)Math.BigMul((ulong)a, (ulong)b, out _) : Math.BigMul(a, b, out _)
        : (a * b) >> kind.BitWidth();

    /// <summary>-1, 0, 1; 2 when unordered, so that only NE holds.</summary>
    private static int RealCompare(double a, double b) => a < b ? -1 : a > b ? 1 : a == b ? 0 : 2;

    private static int ComplexCompare(Complex a, Complex b)
    {
        int real = RealCompare(a.Real, b.Real);
        return real != 0 ? real : RealCompare(a.Imaginary, b.Imaginary);
    }

    /// <summary>A key whose order is the total order of IEEE 754.</summary>
    public static long TotalKey(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        return bits < 0 ? bits ^ long.MaxValue : bits;
    }

    private static Complex ComplexSign(Complex z)
    {
        if (double.IsNaN(z.Real) || double.IsNaN(z.Imaginary))
        {
            return new Complex(double.NaN, double.NaN);
        }
        double modulus = ElementaryFunctions.Hypot(z.Real, z.Imaginary);
        return modulus == 0 ? Complex.Zero : new Complex(z.Real / modulus, z.Imaginary / modulus);
    }

    /// <summary>-i log((x + i y) / sqrt(x² + y²)).</summary>
    private static Complex ComplexAtan2(Complex y, Complex x)
    {
        Complex numerator = x + new Complex(-y.Imaginary, y.Real);
        Complex denominator = ComplexFunctions.Sqrt(ComplexFunctions.Multiply(x, x) + ComplexFunctions.Multiply(y, y));
        Complex log = ComplexFunctions.Log(ComplexFunctions.Divide(numerator, denominator));
        return new Complex(log.Imaginary, -log.Real);
    }
}
