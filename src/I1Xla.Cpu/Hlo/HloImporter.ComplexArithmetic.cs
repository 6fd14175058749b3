using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>Arithmetic and functions of complex numbers, written out over their parts.</summary>
/// <remarks>ISO C99, Annex G, for special values; Smith, "Algorithm 116: Complex division", 1962.</remarks>
public sealed partial class HloImporter
{
    // What does not fit into f32 halfway is computed in f64, and rounded at the end; complex<f64> has only itself.
    private HloNode[]? ComplexArithmetic(Operation op, HloNode[] x, ElementKind kind)
    {
        string name = op.Name.Short;
        if (!op.Operands.ToArray().All(IsComplex))
        {
            return null;
        }
        (HloNode Re, HloNode Im) a = Parts(x[0]);
        (HloNode Re, HloNode Im) b = x.Length == 2 ? Parts(x[1]) : default;
        ElementKind part = a.Re.Kind;
        switch (name)
        {
            case "add" or "subtract":
                {
                    HloOp each = name == "add" ? HloOp.Add : HloOp.Subtract;
                    return [Join(builder.Binary(each, a.Re, b.Re), builder.Binary(each, a.Im, b.Im))];
                }
            case "multiply":
                {
                    (HloNode re, HloNode im) = Product(a, b);
                    return [Join(re, im)];
                }
            case "divide":
                {
                    (HloNode re, HloNode im) = part == ElementKind.F32 ? Quotient(Wide(a), Wide(b)) : SmithQuotient(a, b);
                    return [Join(To(re, part), To(im, part))];
                }
            case "negate":
                return [Join(builder.Unary(HloOp.Negate, a.Re), builder.Unary(HloOp.Negate, a.Im))];
            case "abs":
                return [To(Modulus(part == ElementKind.F32 ? Wide(a) : a, part == ElementKind.F32), kind)];
            case "exponential":
                {
                    (HloNode re, HloNode im) = Exponential(a);
                    return [Join(re, im)];
                }
            case "sign":
                {
                    // A quotient of two zeros, or with a NaN, is NaN in both parts.
                    (HloNode Re, HloNode Im) w = Wide(a);
                    HloNode modulus = Modulus(w, fits: part == ElementKind.F32), zero = Same(modulus, 0), isZero = Compare("EQ", modulus, zero);
                    HloNode nan = builder.Binary(HloOp.Or, Compare("NE", w.Re, w.Re), Compare("NE", w.Im, w.Im)), none = Same(modulus, double.NaN);
                    HloNode Part(HloNode p) => To(builder.Select(nan, none, builder.Select(isZero, zero, builder.Binary(HloOp.Divide, p, modulus))), part);
                    return [Join(Part(w.Re), Part(w.Im))];
                }
            case "maximum" or "minimum":
                {
                    (HloNode re, HloNode im) = Extreme(a, b, name == "maximum");
                    return [Join(re, im)];
                }
            default:
                {
                    bool two = x.Length == 2;
                    return ComplexFunction(name, Wide(a), two ? Wide(b) : default) is var (re, im) ? [Join(To(re, part), To(im, part))] : null;
                }
        }
    }

    private HloNode Same(HloNode like, double value) => builder.Splat(like.Kind, like.Dims, value);

    private HloNode Compare(string direction, HloNode x, HloNode y) => builder.Compare(new HloCompare(direction, false), x, y);

    private (HloNode Re, HloNode Im) Wide((HloNode Re, HloNode Im) x) => (To(x.Re, ElementKind.F64), To(x.Im, ElementKind.F64));

    private (HloNode Re, HloNode Im) Product((HloNode Re, HloNode Im) a, (HloNode Re, HloNode Im) b) =>
        (builder.Binary(HloOp.Subtract, builder.Binary(HloOp.Multiply, a.Re, b.Re), builder.Binary(HloOp.Multiply, a.Im, b.Im)),
         builder.Binary(HloOp.Add, builder.Binary(HloOp.Multiply, a.Re, b.Im), builder.Binary(HloOp.Multiply, a.Im, b.Re)));

    // a conj(b) / |b|², where the square neither overflows nor underflows.
    private (HloNode Re, HloNode Im) Quotient((HloNode Re, HloNode Im) a, (HloNode Re, HloNode Im) b)
    {
        HloNode norm = builder.Binary(HloOp.Add, builder.Binary(HloOp.Multiply, b.Re, b.Re), builder.Binary(HloOp.Multiply, b.Im, b.Im));
        (HloNode re, HloNode im) = Product(a, (b.Re, builder.Unary(HloOp.Negate, b.Im)));
        return SpecialQuotients(a, b, norm, builder.Binary(HloOp.Divide, re, norm), builder.Binary(HloOp.Divide, im, norm));
    }

    // By the larger part of b.
    private (HloNode Re, HloNode Im) SmithQuotient((HloNode Re, HloNode Im) a, (HloNode Re, HloNode Im) b)
    {
        HloNode Op(HloOp op, HloNode p, HloNode q) => builder.Binary(op, p, q);
        HloNode real = Compare("GE", builder.Unary(HloOp.Abs, b.Re), builder.Unary(HloOp.Abs, b.Im));
        HloNode big = builder.Select(real, b.Re, b.Im), small = builder.Select(real, b.Im, b.Re);
        HloNode ratio = Op(HloOp.Divide, small, big), below = Op(HloOp.Add, big, Op(HloOp.Multiply, small, ratio));
        // (a.Re + a.Im r, a.Im - a.Re r) by the real part; (a.Re r + a.Im, a.Im r - a.Re) by the imaginary one.
        HloNode re = Op(HloOp.Add, builder.Select(real, a.Re, a.Im), Op(HloOp.Multiply, builder.Select(real, a.Im, a.Re), ratio));
        HloNode im = builder.Select(real, Op(HloOp.Subtract, a.Im, Op(HloOp.Multiply, a.Re, ratio)), Op(HloOp.Subtract, Op(HloOp.Multiply, a.Im, ratio), a.Re));
        return SpecialQuotients(a, b, Op(HloOp.Add, builder.Unary(HloOp.Abs, b.Re), builder.Unary(HloOp.Abs, b.Im)), Op(HloOp.Divide, re, below), Op(HloOp.Divide, im, below));
    }

    // Zeros and infinities that made NaN of both parts: dividing by zero is infinite, by infinity zero, infinity by anything finite infinite.
    private (HloNode Re, HloNode Im) SpecialQuotients((HloNode Re, HloNode Im) a, (HloNode Re, HloNode Im) b, HloNode norm, HloNode re, HloNode im)
    {
        HloNode Op(HloOp op, HloNode p, HloNode q) => builder.Binary(op, p, q);
        HloNode zero = Same(norm, 0), one = Same(norm, 1), infinity = Same(norm, double.PositiveInfinity);
        HloNode IsInfinite(HloNode p) => Compare("EQ", builder.Unary(HloOp.Abs, p), infinity);
        HloNode IsFinite(HloNode p) => builder.Unary(HloOp.IsFinite, p, ElementKind.I1);
        HloNode IsNumber(HloNode p) => Compare("EQ", p, p);
        HloNode Signed(HloNode magnitude, HloNode like) => builder.Select(IsNegative(like), builder.Unary(HloOp.Negate, magnitude), magnitude);
        HloNode Box(HloNode p) => Signed(builder.Select(IsInfinite(p), one, zero), p);

        HloNode bothNaN = Op(HloOp.And, Compare("NE", re, re), Compare("NE", im, im));
        HloNode byZero = Op(HloOp.And, Compare("EQ", norm, zero), Op(HloOp.Or, IsNumber(a.Re), IsNumber(a.Im)));
        HloNode large = Signed(infinity, b.Re);
        HloNode infiniteA = Op(HloOp.And, Op(HloOp.Or, IsInfinite(a.Re), IsInfinite(a.Im)), Op(HloOp.And, IsFinite(b.Re), IsFinite(b.Im)));
        HloNode infiniteB = Op(HloOp.And, Op(HloOp.Or, IsInfinite(b.Re), IsInfinite(b.Im)), Op(HloOp.And, Op(HloOp.And, IsNumber(b.Re), IsNumber(b.Im)), Op(HloOp.And, IsFinite(a.Re), IsFinite(a.Im))));
        (HloNode Re, HloNode Im) boxedA = Product((Box(a.Re), Box(a.Im)), (b.Re, builder.Unary(HloOp.Negate, b.Im)));
        (HloNode Re, HloNode Im) boxedB = Product(a, (Box(b.Re), builder.Unary(HloOp.Negate, Box(b.Im))));
        return (Choose(re, a.Re, boxedA.Re, boxedB.Re), Choose(im, a.Im, boxedA.Im, boxedB.Im));

        HloNode Choose(HloNode value, HloNode own, HloNode ofA, HloNode ofB) => builder.Select(
            bothNaN,
            builder.Select(byZero, Op(HloOp.Multiply, large, own), builder.Select(infiniteA, Op(HloOp.Multiply, infinity, ofA), builder.Select(infiniteB, Op(HloOp.Multiply, zero, ofB), value))),
            value);
    }

    // Also of -0.
    private HloNode IsNegative(HloNode x)
    {
        ElementKind whole = x.Kind == ElementKind.F32 ? ElementKind.I32 : ElementKind.I64;
        return Compare("LT", builder.Unary(HloOp.Bitcast, x, whole), builder.SplatInteger(whole, x.Dims, 0));
    }

    private HloNode Modulus((HloNode Re, HloNode Im) x, bool fits)
    {
        HloNode re = builder.Unary(HloOp.Abs, x.Re), im = builder.Unary(HloOp.Abs, x.Im), value;
        HloNode infinity = Same(re, double.PositiveInfinity), zero = Same(re, 0);
        if (fits)
        {
            value = builder.Unary(HloOp.Sqrt, builder.Binary(HloOp.Add, builder.Binary(HloOp.Multiply, re, re), builder.Binary(HloOp.Multiply, im, im)));
        }
        else
        {
            HloNode big = builder.Binary(HloOp.Maximum, re, im), small = builder.Binary(HloOp.Minimum, re, im), ratio = builder.Binary(HloOp.Divide, small, big);
            HloNode root = builder.Unary(HloOp.Sqrt, builder.Binary(HloOp.Add, Same(re, 1), builder.Binary(HloOp.Multiply, ratio, ratio)));
            value = builder.Select(Compare("EQ", big, zero), big, builder.Binary(HloOp.Multiply, big, root));
        }
        HloNode infinite = builder.Binary(HloOp.Or, Compare("EQ", re, infinity), Compare("EQ", im, infinity));
        return builder.Select(infinite, infinity, value);
    }

    // exp(x) (cos y + i sin y); where exp(x) is too large, its factors may still give a number.
    private (HloNode Re, HloNode Im) Exponential((HloNode Re, HloNode Im) x)
    {
        HloNode cos = builder.Unary(HloOp.Cosine, x.Im), sin = builder.Unary(HloOp.Sine, x.Im);
        HloNode e = builder.Unary(HloOp.Exp, x.Re), half = builder.Unary(HloOp.Exp, builder.Binary(HloOp.Multiply, x.Re, Same(x.Re, 0.5)));
        HloNode large = Compare("GT", x.Re, Same(x.Re, x.Re.Kind == ElementKind.F32 ? 88 : 709)), real = Compare("EQ", x.Im, Same(x.Im, 0));
        HloNode Times(HloNode f) => builder.Select(large, builder.Binary(HloOp.Multiply, builder.Binary(HloOp.Multiply, half, f), half), builder.Binary(HloOp.Multiply, e, f));
        return (builder.Select(real, e, Times(cos)), builder.Select(real, x.Im, Times(sin)));
    }
}
