using System.Numerics;
using System.Runtime.InteropServices;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Passes.Chlo;

/// <summary>A value being computed on, so that formulas in StableHLO ops read as formulas. Numbers become constants of the value's type.</summary>
internal readonly struct Expr(OpBuilder builder, Value value)
{
    public OpBuilder Builder => builder;

    public Value Value => value;

    public TensorType Type => value.TensorType;

    public ElementKind Kind => Type.Kind;

    public static Expr operator +(Expr a, Expr b) => a.Wrap(a.Builder.Add(a.Value, b.Value));

    public static Expr operator -(Expr a, Expr b) => a.Wrap(a.Builder.Subtract(a.Value, b.Value));

    public static Expr operator *(Expr a, Expr b) => a.Wrap(a.Builder.Multiply(a.Value, b.Value));

    public static Expr operator /(Expr a, Expr b) => a.Wrap(a.Builder.Divide(a.Value, b.Value));

    public static Expr operator %(Expr a, Expr b) => a.Wrap(a.Builder.Remainder(a.Value, b.Value));

    public static Expr operator -(Expr a) => a.Wrap(a.Builder.Negate(a.Value));

    public static Expr operator +(Expr a, double b) => a + a.Like(b);

    public static Expr operator -(Expr a, double b) => a - a.Like(b);

    public static Expr operator *(Expr a, double b) => a * a.Like(b);

    public static Expr operator /(Expr a, double b) => a / a.Like(b);

    public static Expr operator +(double a, Expr b) => b.Like(a) + b;

    public static Expr operator -(double a, Expr b) => b.Like(a) - b;

    public static Expr operator *(double a, Expr b) => b.Like(a) * b;

    public static Expr operator /(double a, Expr b) => b.Like(a) / b;

    public static Expr operator &(Expr a, Expr b) => a.Wrap(a.Builder.And(a.Value, b.Value));

    public static Expr operator |(Expr a, Expr b) => a.Wrap(a.Builder.Or(a.Value, b.Value));

    public Expr Wrap(Value v) => new(builder, v);

    public Expr Abs() => Wrap(builder.Abs(value));

    public Expr Sqrt() => Wrap(builder.Sqrt(value));

    public Expr Exp() => Wrap(builder.Exponential(value));

    public Expr ExpM1() => Wrap(builder.ExponentialMinusOne(value));

    public Expr Log() => Wrap(builder.Log(value));

    public Expr Log1P() => Wrap(builder.LogPlusOne(value));

    public Expr Sin() => Wrap(builder.Sine(value));

    public Expr Cos() => Wrap(builder.Cosine(value));

    public Expr Floor() => Wrap(builder.Floor(value));

    public Expr Sign() => Wrap(builder.Sign(value));

    public Expr Real() => Wrap(builder.Real(value));

    public Expr Imag() => Wrap(builder.Imag(value));

    public Expr IsFinite() => Wrap(builder.IsFinite(value));

    public Expr Max(Expr b) => Wrap(builder.Maximum(value, b.Value));

    public Expr Min(Expr b) => Wrap(builder.Minimum(value, b.Value));

    public Expr Pow(Expr exponent) => Wrap(builder.Power(value, exponent.Value));

    public Expr Atan2(Expr x) => Wrap(builder.Atan2(value, x.Value));

    public Expr WithImaginary(Expr imaginary) => Wrap(builder.Complex(value, imaginary.Value));

    public Expr Clamp(double low, double high) => Wrap(builder.Clamp(Like(low).Value, value, Like(high).Value));

    /// <summary>As a predicate: one value or the other.</summary>
    public Expr Choose(Expr yes, Expr no) => Wrap(builder.Select(value, yes.Value, no.Value));

    public Expr Less(Expr b) => Compare(b, ComparisonDirection.LT);

    public Expr Less(double b) => Compare(Like(b), ComparisonDirection.LT);

    public Expr AtMost(double b) => Compare(Like(b), ComparisonDirection.LE);

    public Expr Equal(Expr b) => Compare(b, ComparisonDirection.EQ);

    public Expr Equal(double b) => Compare(Like(b), ComparisonDirection.EQ);

    public Expr NotEqual(Expr b) => Compare(b, ComparisonDirection.NE);

    public Expr Compare(Expr b, ComparisonDirection direction) =>
        Wrap(builder.Compare(value, b.Value, direction, Kind.IsFloat() || Kind.IsComplex() ? ComparisonType.FLOAT : IntegerKind.IsUnsigned(Kind) ? ComparisonType.UNSIGNED : ComparisonType.SIGNED));

    public Expr To(ElementKind kind) => Kind == kind ? this : Wrap(builder.Convert(value, Type with { Element = ScalarType.Of(kind) }));

    public Expr Bits(ElementKind kind) => Kind == kind ? this : Wrap(builder.BitcastConvert(value, Type with { Element = ScalarType.Of(kind) }));

    /// <summary>c[0] xⁿ + … + c[n], by Horner's rule.</summary>
    public Expr Polynomial(params ReadOnlySpan<double> coefficients)
    {
        Expr sum = Like(coefficients[0]);
        foreach (double c in coefficients[1..])
        {
            sum = (sum * this) + c;
        }
        return sum;
    }

    /// <summary>A constant of this value's type and shape.</summary>
    public Expr Like(double number)
    {
        TensorType type = Type;
        Value scalarOrSplat = builder.Constant(Splat(type.Shape.IsStatic ? type with { Encoding = null } : new TensorType(type.Element, Shape.Scalar), number));
        if (type.Shape.IsStatic)
        {
            return Wrap(scalarOrSplat);
        }
        // The shape is only known when the program runs.
        var sizes = new Value[type.Rank];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = builder.Reshape(builder.GetDimensionSize(value, i), new TensorType(ElementKind.I32, [1]));
        }
        Value shape = sizes.Length == 1 ? sizes[0] : builder.Concatenate(sizes, 0);
        return Wrap(builder.DynamicBroadcastInDim(scalarOrSplat, shape, type, default));
    }

    /// <summary>A dense attribute that repeats one number.</summary>
    public static DenseElementsAttr Splat(TensorType type, double number)
    {
        ElementKind kind = type.Kind;
        byte[] bytes = new byte[kind.StorageBytes()];
        if (kind.IsFloat())
        {
            FloatKind.Write(kind, [number], bytes);
        }
        else if (kind == ElementKind.Complex64)
        {
            BitConverter.TryWriteBytes(bytes, (float)number);
        }
        else if (kind == ElementKind.Complex128)
        {
            BitConverter.TryWriteBytes(bytes, number);
        }
        else
        {
            IntegerKind.Write(kind, [(long)number], bytes);
        }
        return new DenseElementsAttr(type, bytes, type.Shape.ElementCount > 0);
    }
}
