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
                    (HloNode re, HloNode im) = part == ElementKind.F32 ? Quotient(a, b) : SmithQuotient(a, b);
                    return [Join(re, im)];
                }
            case "negate":
                return [Join(builder.Unary(HloOp.Negate, a.Re), builder.Unary(HloOp.Negate, a.Im))];
            case "abs":
                return [Modulus(new RealNode(builder, a.Re), new RealNode(builder, a.Im), narrow: false).Node];
            case "exponential":
                {
                    (HloNode re, HloNode im) = Exponential(a);
                    return [Join(re, im)];
                }
            case "sign":
                {
                    // A quotient of two zeros, or with a NaN, is NaN in both parts.
                    (HloNode Re, HloNode Im) w = Wide(a);
                    HloNode modulus = Modulus(new RealNode(builder, w.Re), new RealNode(builder, w.Im), part == ElementKind.F32).Node, zero = Same(modulus, 0), isZero = Compare("EQ", modulus, zero);
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
                    return ComplexFunction(name, Wide(a), two ? Wide(b) : default, part == ElementKind.F32) is var (re, im) ? [Join(To(re, part), To(im, part))] : null;
                }
        }
    }

    private HloNode Same(HloNode like, double value) => builder.Splat(like.Kind, like.Dims, value);

    private HloNode Compare(string direction, HloNode x, HloNode y) => builder.Compare(new HloCompare(direction, false), x, y);

    private (HloNode Re, HloNode Im) Wide((HloNode Re, HloNode Im) x) => (To(x.Re, ElementKind.F64), To(x.Im, ElementKind.F64));

    private (HloNode Re, HloNode Im) Product((HloNode Re, HloNode Im) a, (HloNode Re, HloNode Im) b) =>
        (builder.Binary(HloOp.Subtract, builder.Binary(HloOp.Multiply, a.Re, b.Re), builder.Binary(HloOp.Multiply, a.Im, b.Im)),
         builder.Binary(HloOp.Add, builder.Binary(HloOp.Multiply, a.Re, b.Im), builder.Binary(HloOp.Multiply, a.Im, b.Re)));

    // a conj(b) / |b|², b scaled so that its square is in range, and a so that it may be multiplied by what that leaves.
    private (HloNode Re, HloNode Im) Quotient((HloNode Re, HloNode Im) a, (HloNode Re, HloNode Im) b)
    {
        const double Down = 1.0 / 32;
        ((RealNode aRe, RealNode aIm), (RealNode bRe, RealNode bIm)) = (Real(a), Real(b));
        (RealNode scale, _) = bRe.Scales(bIm);
        (RealNode p, RealNode q, RealNode r, RealNode s) = (Down * aRe, Down * aIm, bRe * scale, bIm * scale);
        RealNode norm = r.Fma(r, s * s), inverse = (1 / Down) / norm;
        // An infinite a wants no part of b to have become zero.
        HloNode infinite = builder.Binary(HloOp.Or, aRe.IsInfinite, aIm.IsInfinite);
        RealNode Within(RealNode x, RealNode scaled) => RealNode.Where(infinite, x with { Node = builder.Clamp(x.Number(-1).Node, x.Node, x.Number(1).Node) }, scaled);
        (r, s) = (Within(bRe, r), Within(bIm, s));
        // Sums of two products, with the rounding of the second added: what cancels leaves nothing of it.
        RealNode Sum(RealNode x, RealNode y, RealNode z, RealNode w)
        {
            RealNode product = z * w;
            return x.Fma(y, product) + RealNode.Where(infinite, 0, z.Fma(w, -product));
        }
        return SpecialQuotients(a, b, norm, Sum(p, r, q, s) * scale * inverse, Sum(q, r, -p, s) * scale * inverse);
    }

    // By the larger part of b.
    private (HloNode Re, HloNode Im) SmithQuotient((HloNode Re, HloNode Im) a, (HloNode Re, HloNode Im) b)
    {
        ((RealNode aRe, RealNode aIm), (RealNode bRe, RealNode bIm)) = (Real(a), Real(b));
        HloNode real = bRe.Abs >= bIm.Abs;
        RealNode big = RealNode.Where(real, bRe, bIm), small = RealNode.Where(real, bIm, bRe), ratio = small / big, below = small.Fma(ratio, big);
        // (a.Re + a.Im r, a.Im - a.Re r) by the real part; (a.Re r + a.Im, a.Im r - a.Re) by the imaginary one.
        RealNode re = RealNode.Where(real, aIm, aRe).Fma(ratio, RealNode.Where(real, aRe, aIm));
        RealNode im = RealNode.Where(real, aRe, aIm).Fma(RealNode.Where(real, -ratio, ratio), RealNode.Where(real, aIm, -aRe));
        return SpecialQuotients(a, b, bRe.Abs + bIm.Abs, re / below, im / below);
    }

    // Zeros and infinities that made NaN of both parts: dividing by zero is infinite, by infinity zero, infinity by anything finite infinite. The norm is zero, finite or infinite as b is.
    private (HloNode Re, HloNode Im) SpecialQuotients((HloNode Re, HloNode Im) a, (HloNode Re, HloNode Im) b, RealNode norm, RealNode re, RealNode im)
    {
        ((RealNode aRe, RealNode aIm), (RealNode bRe, RealNode bIm)) = (Real(a), Real(b));
        HloNode Op(HloOp op, HloNode p, HloNode q) => builder.Binary(op, p, q);
        RealNode zero = norm.Number(0), one = norm.Number(1), infinity = norm.Number(double.PositiveInfinity);
        RealNode Box(RealNode p) => RealNode.Where(p.IsInfinite, one, zero).WithSign(p, isPositive: true);

        HloNode byZero = norm.Is(0), infinite = Op(HloOp.Or, aRe.IsInfinite, aIm.IsInfinite);
        HloNode infiniteA = Op(HloOp.And, infinite, norm < double.PositiveInfinity), infiniteB = Op(HloOp.And, norm.Is(double.PositiveInfinity), Op(HloOp.And, aRe.IsFinite, aIm.IsFinite));
        HloNode special = Op(HloOp.And, Op(HloOp.And, re.IsNaN, im.IsNaN), Op(HloOp.Or, byZero, Op(HloOp.Or, infiniteA, infiniteB)));
        // At most one of them is boxed: u of (u v) and of (u conj v), which is what has infinite parts.
        (RealNode uRe, RealNode uIm, RealNode vRe, RealNode vIm) = (RealNode.Where(infiniteA, aRe, bRe), RealNode.Where(infiniteA, aIm, bIm), RealNode.Where(infiniteA, bRe, aRe), RealNode.Where(infiniteA, bIm, aIm));
        (uRe, uIm) = (Box(uRe), Box(uIm));
        RealNode size = RealNode.Where(infiniteA, infinity, zero), large = infinity.WithSign(bRe, isPositive: true), turned = uIm.Fma(vRe, -(uRe * vIm));
        RealNode specialRe = RealNode.Where(byZero, large * aRe, size * uRe.Fma(vRe, uIm * vIm)), specialIm = RealNode.Where(byZero, large * aIm, size * RealNode.Where(infiniteA, turned, -turned));
        return (RealNode.Where(special, specialRe, re).Node, RealNode.Where(special, specialIm, im).Node);
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
