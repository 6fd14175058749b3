using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>Functions of complex numbers in f64, as formulas over their parts; those of <c>complex&lt;f32&gt;</c> are rounded at the end.</summary>
/// <remarks>ISO C99, Annex G, for special values; Kahan, "Branch cuts for complex elementary functions", 1987, for the hyperbolic tangent.</remarks>
public sealed partial class HloImporter
{
    // Beyond it the exponential itself may be too large where its product with a sine is not.
    private const double Large = 709;

    private (RealNode Re, RealNode Im) Real((HloNode Re, HloNode Im) z) => (new(builder, z.Re), new(builder, z.Im));

    private static (HloNode Re, HloNode Im) Nodes((RealNode Re, RealNode Im) z) => (z.Re.Node, z.Im.Node);

    /// <summary>A function of one or two complex numbers of f64; null for others.</summary>
    /// <param name="name">StableHLO's name.</param>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second.</param>
    /// <param name="narrow">Whether parts were f32, whose squares f64 holds.</param>
    private (HloNode Re, HloNode Im)? ComplexFunction(string name, (HloNode Re, HloNode Im) a, (HloNode Re, HloNode Im) b, bool narrow)
    {
        (RealNode x, RealNode y) = Real(a);
        (RealNode Re, RealNode Im)? value = name switch
        {
            "sine" => Sinh(-y, x, narrow) is var s ? (s.Im, -s.Re) : default,
            "cosine" => Cosh(-y, x, narrow),
            "tan" => Tan(x, y),
            "tanh" => Tanh(x, y),
            "exponential_minus_one" => Expm1(x, y),
            "log" => (LogModulus(x, y, narrow), Angle(x, y)),
            "log_plus_one" => (LogModulusPlusOne(x, y, narrow), Angle(x + 1, y)),
            "logistic" => Reciprocal(Real(Exponential(Nodes((-x, -y)))) is var e ? (e.Re + 1, e.Im) : default),
            "sqrt" => Root(x, y, narrow),
            "rsqrt" => ReciprocalRoot(x, y, narrow),
            "cbrt" => FromPolar(Modulus(x, y, narrow).Unary(HloOp.Cbrt), 1.0 / 3 * Angle(x, y)),
            "power" => Power((x, y), Real(b)),
            "atan2" => Angle((x, y), Real(b)),
            _ => null,
        };
        return value is { } z ? Nodes(z) : null;
    }

    // A comparison that holds for numbers beyond f32 alone.
    private static HloNode Beyond(HloNode comparison, RealNode like, bool narrow) => narrow ? like.Builder.SplatInteger(ElementKind.I1, like.Node.Dims, 0) : comparison;

    // sqrt(x² + y²), within a unit: scaled so that the squares are in range.
    private static RealNode Modulus(RealNode x, RealNode y, bool narrow)
    {
        RealNode root;
        if (narrow)
        {
            root = x.Fma(x, y * y).Sqrt;
        }
        else
        {
            (RealNode scale, RealNode back) = x.Scales(y);
            (RealNode a, RealNode b) = (x * scale, y * scale);
            root = a.Fma(a, b * b).Sqrt * back;
        }
        return RealNode.Where(x.Builder.Binary(HloOp.Or, x.IsInfinite, y.IsInfinite), double.PositiveInfinity, root);
    }

    private static RealNode Angle(RealNode x, RealNode y) => y.Binary(HloOp.Atan2, x);

    private static (RealNode Re, RealNode Im) FromPolar(RealNode modulus, RealNode angle) => (modulus * angle.Cos, modulus * angle.Sin);

    // Of a magnitude: both hyperbolic functions, and the root of the exponential, which is in range where they are not.
    private static (RealNode Sinh, RealNode Cosh, RealNode Half) Hyperbolic(RealNode size, HloNode large)
    {
        RealNode less = size.Expm1, e = less + 1, half = (0.5 * size).Exp, most = 0.5 * half * half;
        return (RealNode.Where(large, most, 0.5 * RealNode.Where(size > 40, less, less + (less / e))), RealNode.Where(large, most, 0.5 * (e + (1 / e))), half);
    }

    private static (RealNode Re, RealNode Im) Sinh(RealNode x, RealNode y, bool narrow)
    {
        RealNode size = x.Abs, sin = y.Sin, cos = y.Cos;
        HloNode large = Beyond(size > Large, size, narrow), real = y.Is(0);
        (RealNode sinh, RealNode cosh, RealNode half) = Hyperbolic(size, large);
        RealNode re = RealNode.Where(large, 0.5 * half * cos * half, sinh * cos);
        // An infinite x takes the sign of the cosine alone.
        re = RealNode.Where(real, sinh, re);
        re = RealNode.Where(x.Is(0), x, RealNode.Where(x.IsNegative, -re, re));
        return (re, RealNode.Where(real, y, RealNode.Where(large, 0.5 * half * sin * half, cosh * sin)));
    }

    private static (RealNode Re, RealNode Im) Cosh(RealNode x, RealNode y, bool narrow)
    {
        RealNode size = x.Abs, sin = y.Sin, cos = y.Cos;
        HloNode large = Beyond(size > Large, size, narrow), real = y.Is(0);
        (RealNode sinh, RealNode cosh, RealNode half) = Hyperbolic(size, large);
        RealNode re = RealNode.Where(real, cosh, RealNode.Where(large, 0.5 * half * cos * half, cosh * cos));
        RealNode im = RealNode.Where(real, y, RealNode.Where(large, 0.5 * half * sin * half, RealNode.Where(x.Is(0), size * sin, sinh * sin)));
        return (re, RealNode.Where(x.IsNegative, -im, im));
    }

    private static (RealNode Re, RealNode Im) Tan(RealNode x, RealNode y)
    {
        (RealNode re, RealNode im) = Tanh(-y, x);
        HloNode far = x.Builder.Binary(HloOp.And, x.IsInfinite, y.IsFinite);
        return (RealNode.Where(far, double.NaN, im), RealNode.Where(far, double.NaN, -re));
    }

    private static (RealNode Re, RealNode Im) Tanh(RealNode x, RealNode y)
    {
        RealNode size = x.Abs, one = x.Number(1).WithSign(x), t = y.Unary(HloOp.Tan), beta = 1 + (t * t), less = size.Expm1, e = less + 1;
        RealNode sinh = (0.5 * (less + (less / e))).WithSign(x), rho = (1 + (sinh * sinh)).Sqrt, below = 1 + (beta * sinh * sinh), decay = 1 / e;
        HloNode far = size > 20, infinite = x.IsInfinite;
        RealNode im = RealNode.Where(far, 4 * decay * decay * t, t) / RealNode.Where(far, beta, below);
        RealNode none = RealNode.Where(y.IsFinite, y.Number(0).WithSign(t), 0);
        return (RealNode.Where(far, one, beta * rho * sinh / below), RealNode.Where(infinite, none, im));
    }

    private static (RealNode Re, RealNode Im) Expm1(RealNode x, RealNode y)
    {
        RealNode half = (0.5 * y).Sin;
        return ((x.Expm1 * y.Cos) - (2 * half * half), RealNode.Where(y.Is(0), y, x.Exp * y.Sin));
    }

    // log |z|: near 1 from what |z|² is more than 1, with the rounding errors of its products; elsewhere from |z|², scaled where that would not be in range.
    private static RealNode LogModulus(RealNode x, RealNode y, bool narrow)
    {
        (RealNode re, RealNode im) = (x.Abs, y.Abs);
        RealNode big = re.Binary(HloOp.Maximum, im), small = re.Binary(HloOp.Minimum, im), less = big - 1, more = big + 1;
        HloNode near = x.Builder.Binary(HloOp.And, big > 0.5, big < 2), huge = Beyond(big > Math.ScaleB(1, 500), big, narrow), tiny = Beyond(big < Math.ScaleB(1, -450), big, narrow);
        RealNode p = less * more, q = small * small, low = less.Fma(more, -p) + (less * (big - (more - 1))) + small.Fma(small, -q);
        (RealNode sum, RealNode error) = p.TwoSum(q);
        RealNode excess = sum + (low + error), one = excess + 1, lost = (excess - (one - 1)) / one;
        RealNode scale = RealNode.Where(huge, big.Number(Math.ScaleB(1, -520)), RealNode.Where(tiny, Math.ScaleB(1, 600), big.Number(1)));
        RealNode offset = RealNode.Where(huge, big.Number(520 * Math.Log(2)), RealNode.Where(tiny, -600 * Math.Log(2), big.Number(0)));
        (RealNode a, RealNode b) = (big * scale, small * scale);
        RealNode log = (0.5 * (RealNode.Where(near, one, (a * a) + (b * b)).Log + RealNode.Where(near, lost, 0))) + offset;
        return RealNode.Where(x.Builder.Binary(HloOp.Or, re.IsInfinite, im.IsInfinite), double.PositiveInfinity, log);
    }

    // log |1 + z|, of a small z from |1 + z|² - 1 = 2x + x² + y², where the sum may cancel: with the rounding errors of the squares.
    private static RealNode LogModulusPlusOne(RealNode x, RealNode y, bool narrow)
    {
        RealNode p = x * x, q = y * y, low = x.Fma(x, -p) + y.Fma(y, -q);
        (RealNode first, RealNode e1) = (2 * x).TwoSum(p);
        (RealNode sum, RealNode e2) = first.TwoSum(q);
        RealNode excess = sum + (low + e1 + e2);
        HloNode small = x.Builder.Binary(HloOp.And, x.Abs < 3, y.Abs < 3);
        HloNode near = x.Builder.Binary(HloOp.And, small, excess >= excess.Number(-0.5));
        return RealNode.Where(near, 0.5 * excess.Log1p, LogModulus(x + 1, y, narrow));
    }

    private (RealNode Re, RealNode Im) Reciprocal((RealNode Re, RealNode Im) z) => Real(SmithQuotient((z.Re.Number(1).Node, z.Re.Number(0).Node), Nodes(z)));

    // The principal square root: of the larger part (|x| + |z|) / 2, whose modulus is scaled where it would not be in range; the other by division.
    private (RealNode Re, RealNode Im) Root(RealNode x, RealNode y, bool narrow)
    {
        RealNode size = x.Abs, other = y.Abs, big = size.Binary(HloOp.Maximum, other);
        HloNode huge = Beyond(big > Math.ScaleB(1, 1000), big, narrow), tiny = Beyond(big < Math.ScaleB(1, -900), big, narrow);
        RealNode Power(int of) => RealNode.Where(huge, big.Number(Math.ScaleB(1, -of)), RealNode.Where(tiny, Math.ScaleB(1, of), big.Number(1)));
        RealNode scale = Power(600), a = size * scale;
        RealNode t = (0.5 * (a + Modulus(a, other * scale, narrow))).Sqrt / Power(300), rest = 0.5 * (other / t);
        HloNode right = x >= x.Number(0), nothing = builder.Binary(HloOp.And, x.Is(0), y.Is(0));
        HloNode tall = other.Is(double.PositiveInfinity), wide = size.Is(double.PositiveInfinity), unknown = x.IsNaN, unknownIm = y.IsNaN;
        RealNode infinity = x.Number(double.PositiveInfinity), zero = x.Number(0), nan = x.Number(double.NaN);
        RealNode re = RealNode.Where(right, t, rest), im = RealNode.Where(right, rest, t).WithSign(y);
        RealNode wideRe = RealNode.Where(right, infinity, RealNode.Where(unknownIm, y, zero));
        RealNode wideIm = RealNode.Where(right, RealNode.Where(unknownIm, y, zero.WithSign(y)), infinity.WithSign(y));
        return (
            RealNode.Where(nothing, zero, RealNode.Where(tall, infinity, RealNode.Where(unknown, nan, RealNode.Where(wide, wideRe, re)))),
            RealNode.Where(nothing, y, RealNode.Where(tall, y, RealNode.Where(unknown, nan, RealNode.Where(wide, wideIm, im)))));
    }

    private (RealNode Re, RealNode Im) ReciprocalRoot(RealNode x, RealNode y, bool narrow)
    {
        (RealNode re, RealNode im) = Reciprocal(Root(x, y, narrow));
        HloNode infinite = builder.Binary(HloOp.Or, x.IsInfinite, y.IsInfinite), unknown = builder.Binary(HloOp.Or, x.IsNaN, y.IsNaN);
        HloNode nothing = builder.Binary(HloOp.And, x.Is(0), y.Is(0));
        RealNode none = RealNode.Where(unknown, double.NaN, x.Number(0)), noneIm = RealNode.Where(unknown, double.NaN, x.Number(0).WithSign(-y));
        return (
            RealNode.Where(nothing, double.PositiveInfinity, RealNode.Where(infinite, none, re)),
            RealNode.Where(nothing, double.NaN, RealNode.Where(infinite, noneIm, im)));
    }

    // exp(b log a); 0 to the 0 is 1.
    private (RealNode Re, RealNode Im) Power((RealNode Re, RealNode Im) a, (RealNode Re, RealNode Im) b)
    {
        (HloNode Re, HloNode Im) log = Nodes((LogModulus(a.Re, a.Im, narrow: false), Angle(a.Re, a.Im)));
        (RealNode re, RealNode im) = Real(Exponential(Product(Nodes(b), log)));
        HloNode nothing = builder.Binary(HloOp.And, builder.Binary(HloOp.And, a.Re.Is(0), a.Im.Is(0)), b.Re > 0);
        HloNode toNothing = builder.Binary(HloOp.And, b.Re.Is(0), b.Im.Is(0));
        return (RealNode.Where(toNothing, 1, RealNode.Where(nothing, 0, re)), RealNode.Where(toNothing, 0, RealNode.Where(nothing, 0, im)));
    }

    // -i log((x + i y) / sqrt(x² + y²)).
    private (RealNode Re, RealNode Im) Angle((RealNode Re, RealNode Im) y, (RealNode Re, RealNode Im) x)
    {
        ((RealNode xRe, RealNode xIm), (RealNode yRe, RealNode yIm)) = (Real(Product(Nodes(x), Nodes(x))), Real(Product(Nodes(y), Nodes(y))));
        (RealNode re, RealNode im) = Real(SmithQuotient(Nodes((x.Re - y.Im, x.Im + y.Re)), Nodes(Root(xRe + yRe, xIm + yIm, narrow: false))));
        return (Angle(re, im), -LogModulus(re, im, narrow: false));
    }

    // By the real part, and by the imaginary one where those are equal; the first of two without an order is the larger one, the second the smaller one.
    private (HloNode Re, HloNode Im) Extreme((HloNode Re, HloNode Im) a, (HloNode Re, HloNode Im) b, bool largest)
    {
        HloNode second = ComplexCompare("LE", a, b), first = ComplexCompare("LT", a, b);
        return largest ? (builder.Select(second, b.Re, a.Re), builder.Select(second, b.Im, a.Im)) : (builder.Select(first, a.Re, b.Re), builder.Select(first, a.Im, b.Im));
    }
}
