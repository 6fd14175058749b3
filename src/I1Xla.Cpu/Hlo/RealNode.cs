using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>A real value in the graph with C#'s operators, so that formulas over nodes read as such; numbers stand for tensors of them.</summary>
/// <param name="Builder">What makes the nodes.</param>
/// <param name="Node">The value, of f32 or f64.</param>
internal readonly record struct RealNode(HloBuilder Builder, HloNode Node)
{
    public static RealNode operator +(RealNode x, RealNode y) => x.Binary(HloOp.Add, y);

    public static RealNode operator +(double x, RealNode y) => y.Number(x) + y;

    public static RealNode operator +(RealNode x, double y) => x + x.Number(y);

    public static RealNode operator -(RealNode x, RealNode y) => x.Binary(HloOp.Subtract, y);

    public static RealNode operator -(RealNode x, double y) => x - x.Number(y);

    public static RealNode operator *(RealNode x, RealNode y) => x.Binary(HloOp.Multiply, y);

    public static RealNode operator *(double x, RealNode y) => y.Number(x) * y;

    public static RealNode operator /(RealNode x, RealNode y) => x.Binary(HloOp.Divide, y);

    public static RealNode operator /(double x, RealNode y) => y.Number(x) / y;

    public static RealNode operator -(RealNode x) => x.Unary(HloOp.Negate);

    public static HloNode operator <(RealNode x, double y) => x.Compare("LT", x.Number(y));

    public static HloNode operator >(RealNode x, double y) => x.Compare("GT", x.Number(y));

    public static HloNode operator >=(RealNode x, RealNode y) => x.Compare("GE", y);

    public static HloNode operator <=(RealNode x, RealNode y) => x.Compare("LE", y);

    /// <summary>The number everywhere.</summary>
    public RealNode Number(double value) => this with { Node = Builder.Splat(Node.Kind, Node.Dims, value) };

    public RealNode Unary(HloOp op) => this with { Node = Builder.Unary(op, Node) };

    public RealNode Binary(HloOp op, RealNode y) => this with { Node = Builder.Binary(op, Node, y.Node) };

    public HloNode Compare(string direction, RealNode y) => Builder.Compare(new HloCompare(direction, false), Node, y.Node);

    public HloNode Is(double value) => Compare("EQ", Number(value));

    public HloNode IsNaN => Compare("NE", this);

    public HloNode IsInfinite => Abs.Is(double.PositiveInfinity);

    public HloNode IsFinite => Builder.Unary(HloOp.IsFinite, Node, ElementKind.I1);

    /// <summary>The sign bit, also of -0.</summary>
    public HloNode IsNegative
    {
        get
        {
            ElementKind whole = Node.Kind == ElementKind.F32 ? ElementKind.I32 : ElementKind.I64;
            return Builder.Compare(new HloCompare("LT", false), Builder.Unary(HloOp.Bitcast, Node, whole), Builder.SplatInteger(whole, Node.Dims, 0));
        }
    }

    public RealNode Abs => Unary(HloOp.Abs);

    public RealNode Sqrt => Unary(HloOp.Sqrt);

    public RealNode Exp => Unary(HloOp.Exp);

    public RealNode Expm1 => Unary(HloOp.Expm1);

    public RealNode Log => Unary(HloOp.Log);

    public RealNode Log1p => Unary(HloOp.Log1p);

    public RealNode Sin => Unary(HloOp.Sine);

    public RealNode Cos => Unary(HloOp.Cosine);

    /// <summary>The same magnitude with another value's sign.</summary>
    /// <param name="sign">The other value.</param>
    /// <param name="isPositive">Whether this value has no sign.</param>
    public RealNode WithSign(RealNode sign, bool isPositive = false)
    {
        (ElementKind whole, long bit) = Node.Kind == ElementKind.F32 ? (ElementKind.I32, int.MinValue) : (ElementKind.I64, long.MinValue);
        HloNode mask = Builder.SplatInteger(whole, Node.Dims, bit), taken = Builder.Binary(HloOp.And, Builder.Unary(HloOp.Bitcast, sign.Node, whole), mask);
        return this with { Node = Builder.Unary(HloOp.Bitcast, Builder.Binary(HloOp.Or, taken, Builder.Unary(HloOp.Bitcast, (isPositive ? this : Abs).Node, whole)), Node.Kind) };
    }

    /// <summary>
    /// A power of two that brings the larger of this and another magnitude to [1, 2), at the ends of the range to [0, 4), and its reciprocal: both are normal
    /// numbers, of infinities and NaN too.
    /// </summary>
    public (RealNode Scale, RealNode Back) Scales(RealNode y)
    {
        (ElementKind whole, long mask, long least) = Node.Kind == ElementKind.F32 ? (ElementKind.I32, 0x7F800000L, 1L << 23) : (ElementKind.I64, 0x7FF0000000000000, 1L << 52);
        HloBuilder builder = Builder;
        long[] dims = Node.Dims;
        HloNode Bits(RealNode x) => builder.Unary(HloOp.Bitcast, x.Abs.Node, whole);
        HloNode Whole(long value) => builder.SplatInteger(whole, dims, value);
        HloNode larger = builder.Binary(HloOp.Maximum, Bits(this), Bits(y)), exponent = builder.Binary(HloOp.And, larger, Whole(mask));
        exponent = builder.Binary(HloOp.Minimum, builder.Binary(HloOp.Maximum, exponent, Whole(least)), Whole(mask - (2 * least)));
        RealNode Of(HloNode bits) => new(builder, builder.Unary(HloOp.Bitcast, bits, whole == ElementKind.I32 ? ElementKind.F32 : ElementKind.F64));
        return (Of(builder.Binary(HloOp.Subtract, Whole(mask - least), exponent)), Of(exponent));
    }

    /// <summary>this · y + z with one rounding.</summary>
    public RealNode Fma(RealNode y, RealNode z) => this with { Node = Builder.Fma(Node, y.Node, z.Node) };

    /// <summary>The sum, and what it was rounded by.</summary>
    public (RealNode Sum, RealNode Error) TwoSum(RealNode y)
    {
        RealNode sum = this + y, part = sum - this;
        return (sum, this - (sum - part) + (y - part));
    }

    public static RealNode Where(HloNode predicate, RealNode onTrue, RealNode onFalse) => onTrue with { Node = onTrue.Builder.Select(predicate, onTrue.Node, onFalse.Node) };

    public static RealNode Where(HloNode predicate, RealNode onTrue, double onFalse) => Where(predicate, onTrue, onTrue.Number(onFalse));

    public static RealNode Where(HloNode predicate, double onTrue, RealNode onFalse) => Where(predicate, onFalse.Number(onTrue), onFalse);
}
