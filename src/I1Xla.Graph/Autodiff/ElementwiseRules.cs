using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Derivatives of elementwise operations.</summary>
internal static class ElementwiseRules
{
    /// <summary>Adds the rules to the table.</summary>
    public static void Register()
    {
        Rules.Linear(HloOps.Negate, c => c.Give(0, Neg(c.Ct!)), 0);
        Rules.LinearInAll(HloOps.Add, c =>
        {
            c.Give(0, c.Ct);
            c.Give(1, c.Ct);
        });
        Rules.LinearInAll(HloOps.Subtract, c =>
        {
            c.Give(0, c.Ct);
            if (c.Needs(1))
            {
                c.Give(1, Neg(c.Ct!));
            }
        });
        Rules.Bilinear(HloOps.Multiply, c =>
        {
            if (c.Needs(0))
            {
                c.Give(0, Mul(c.Ct!, c.In(1)));
            }
            if (c.Needs(1))
            {
                c.Give(1, Mul(c.Ct!, c.In(0)));
            }
        });
        Rules.Binary(HloOps.Divide, (g, a, b, y) => Div(g, b), (g, a, b, y) => Neg(Div(Mul(g, y), b)));
        Rules.Unary(HloOps.Exponential, (g, x, y) => Mul(g, y));
        Rules.Unary(HloOps.ExponentialMinusOne, (g, x, y) => Mul(g, Add(y, One(y))));
        Rules.Unary(HloOps.Log, (g, x, y) => Div(g, x));
        Rules.Unary(HloOps.LogPlusOne, (g, x, y) => Div(g, Add(x, One(x))));
        Rules.Unary(HloOps.Sqrt, (g, x, y) => Mul(g, Div(Const(0.5, x), y)));
        Rules.Unary(HloOps.Rsqrt, (g, x, y) => Mul(g, Mul(Const(-0.5, x), Div(y, x))));
        Rules.Unary(HloOps.Cbrt, (g, x, y) => Mul(g, Div(y, Mul(Const(3, x), x))));
        Rules.Unary(HloOps.Sine, (g, x, y) => Mul(g, Hlo.Unary(HloOps.Cosine, x)));
        Rules.Unary(HloOps.Cosine, (g, x, y) => Neg(Mul(g, Hlo.Unary(HloOps.Sine, x))));
        Rules.Unary(HloOps.Tan, (g, x, y) => Mul(g, Add(One(y), Mul(y, y))));
        Rules.Unary(HloOps.Tanh, (g, x, y) => Mul(g, Sub(One(y), Mul(y, y))));
        Rules.Unary(HloOps.Logistic, (g, x, y) => Mul(g, Mul(y, Sub(One(y), y))));
        Rules.Unary(HloOps.Erf, (g, x, y) => Mul(g, Mul(Const(2 / Math.Sqrt(Math.PI), x), Hlo.Unary(HloOps.Exponential, Neg(Mul(x, x))))));
        Rules.Unary(HloOps.ErfInv, (g, x, y) => Mul(g, Mul(Const(Math.Sqrt(Math.PI) / 2, x), Hlo.Unary(HloOps.Exponential, Mul(y, y)))));
        Rules.Add(HloOps.Abs, c => c.Give(0, AbsVjp(c.Ct!, c.In(0), c.Out(0))), c => c.Give(AbsJvp(c.Tangent(0)!, c.In(0), c.Out(0))));
        Rules.Binary(HloOps.Power, (g, a, b, y) =>
        {
            // Where b is 0 the derivative is 0, also at a = 0.
            Tensor isZero = Hlo.Compare("EQ", b, Hlo.ZerosLike(b));
            Tensor exponent = Hlo.Select(isZero, One(b), Sub(b, One(b)));
            return Mul(g, Mul(b, Hlo.Binary(HloOps.Power, a, exponent)));
        }, (g, a, b, y) =>
        {
            Tensor safe = Hlo.Select(Hlo.Compare("EQ", a, Hlo.ZerosLike(a)), One(a), a);
            return Mul(g, Mul(Hlo.Unary(HloOps.Log, safe), y));
        });
        Rules.Binary(HloOps.Atan2, (g, a, b, y) => Mul(g, Div(b, Add(Mul(a, a), Mul(b, b)))), (g, a, b, y) => Mul(g, Div(Neg(a), Add(Mul(a, a), Mul(b, b)))));
        Rules.Binary(HloOps.Maximum, (g, a, b, y) => Mul(g, Share(a, b, "GT")), (g, a, b, y) => Mul(g, Share(b, a, "GT")));
        Rules.Binary(HloOps.Minimum, (g, a, b, y) => Mul(g, Share(a, b, "LT")), (g, a, b, y) => Mul(g, Share(b, a, "LT")));
        Rules.Binary(HloOps.Remainder, (g, a, b, y) => g, (g, a, b, y) =>
        {
            Tensor quotient = Div(a, b);
            return Mul(Neg(g), Mul(Hlo.Unary(HloOps.Sign, quotient), Hlo.Unary(HloOps.Floor, Hlo.Unary(HloOps.Abs, quotient))));
        });
        Rules.Linear(HloOps.Select, c =>
        {
            Tensor zero = Hlo.ZerosLike(c.Ct!);
            if (c.Needs(1))
            {
                c.Give(1, Hlo.Select(c.In(0), c.Ct!, zero));
            }
            if (c.Needs(2))
            {
                c.Give(2, Hlo.Select(c.In(0), zero, c.Ct!));
            }
        }, 1, 2);
        Rules.Add(HloOps.Clamp, c =>
        {
            (Tensor low, Tensor x, Tensor high) = (c.In(0), c.In(1), c.In(2));
            (Tensor inside, Tensor below, Tensor above) = Clamped(low, x, high);
            Tensor zero = Hlo.ZerosLike(c.Ct!);
            void Bound(int operand, Tensor where)
            {
                if (c.Needs(operand))
                {
                    Tensor part = Hlo.Select(where, c.Ct!, zero);
                    c.Give(operand, c.TypeOf(operand).Rank == 0 && part.Rank > 0 ? Hlo.ReduceSum(part, Axes.All.Resolve(part.Rank, "clamp")) : part);
                }
            }
            if (c.Needs(1))
            {
                c.Give(1, Hlo.Select(inside, c.Ct!, zero));
            }
            Bound(0, below);
            Bound(2, above);
        }, c =>
        {
            (Tensor inside, Tensor below, Tensor above) = Clamped(c.In(0), c.In(1), c.In(2));
            Tensor result = Hlo.ZerosLike(c.In(1));
            Tensor Wide(int i) => Hlo.BroadcastTo(c.TangentOrZero(i), result.Shape);
            c.Give(Hlo.Select(inside, Wide(1), Hlo.Select(below, Wide(0), Hlo.Select(above, Wide(2), result))));
        });
        Rules.Linear(HloOps.Convert, c => c.Give(0, ConvertBack(c.Ct!, c.TypeOf(0).Kind)), 0);
        Rules.Linear(HloOps.ReducePrecision, c => c.Give(0, Hlo.One(HloOps.ReducePrecision, c.Ct!.Type, false, c.Ct!, c.Op.Attributes.Clone())), 0);
        Rules.Linear(HloOps.Real, c => c.Give(0, Hlo.One(HloOps.Complex, c.TypeOf(0), false, c.Ct!, Hlo.ZerosLike(c.Ct!))), 0);
        Rules.Linear(HloOps.Imag, c => c.Give(0, Hlo.One(HloOps.Complex, c.TypeOf(0), false, Hlo.ZerosLike(c.Ct!), Neg(c.Ct!))), 0);
        Rules.LinearInAll(HloOps.Complex, c =>
        {
            ElementKind kind = c.TypeOf(0).Kind;
            if (c.Needs(0))
            {
                c.Give(0, Hlo.Unary(HloOps.Real, c.Ct!, kind));
            }
            if (c.Needs(1))
            {
                c.Give(1, Neg(Hlo.Unary(HloOps.Imag, c.Ct!, kind)));
            }
        });
        Rules.Flat(HloOps.Floor, HloOps.Ceil, HloOps.RoundNearestEven, HloOps.RoundNearestAfz, HloOps.Sign, HloOps.StopGradient);
        Rules.Linear(HloOps.Alias, c => c.Give(0, c.Ct), 0);
        Rules.Linear(HloOps.Saved, c => c.Give(0, c.Ct), 0);
        Rules.Add(HloOps.NoDerivative, c => throw c.NoRule(c.Op.Attributes.Get<StringAttr>("why")!.Value), c => throw c.NoRule(c.Op.Attributes.Get<StringAttr>("why")!.Value));
        Rules.Linear(HloOps.CheckpointName, c => c.Give(0, c.Ct), 0);
    }

    /// <summary>A cotangent as the kind it is wanted in: a conversion from complex keeps the real part.</summary>
    internal static Tensor ConvertBack(Tensor g, ElementKind kind) =>
        Hlo.Convert(g.DType.IsComplex() && !kind.IsComplex() ? Hlo.Unary(HloOps.Real, g, g.DType.RealPart()) : g, kind);

    private static (Tensor Inside, Tensor Below, Tensor Above) Clamped(Tensor low, Tensor x, Tensor high)
    {
        low = Hlo.BroadcastTo(low, x.Shape);
        high = Hlo.BroadcastTo(high, x.Shape);
        // Where the limits are crossed the result is the high one.
        Tensor above = Hlo.Compare("LT", high, Hlo.Binary(HloOps.Maximum, x, low));
        Tensor below = Hlo.Binary(HloOps.And, Hlo.Compare("GT", low, x), Hlo.Unary(HloOps.Not, above));
        return (Hlo.Binary(HloOps.And, Hlo.Compare("GT", x, low), Hlo.Compare("LT", x, high)), below, above);
    }

    /// <summary>1 where a wins, a half where both are equal, else 0.</summary>
    private static Tensor Share(Tensor a, Tensor b, string wins) =>
        Hlo.Select(Hlo.Compare(wins, a, b), One(a), Hlo.Select(Hlo.Compare("EQ", a, b), Const(0.5, a), Hlo.ZerosLike(a)));

    /// <summary>Of a complex number, the cotangent g * conj(x) / |x| (0 at 0); of a real one, g * sign(x).</summary>
    private static Tensor AbsVjp(Tensor g, Tensor x, Tensor y)
    {
        if (!x.DType.IsComplex())
        {
            return Mul(g, Hlo.Unary(HloOps.Sign, x));
        }
        Tensor scale = Div(g, Hlo.Select(Hlo.Compare("EQ", y, Hlo.ZerosLike(y)), One(y), y));
        Tensor real = Hlo.Unary(HloOps.Real, x, y.DType), imaginary = Hlo.Unary(HloOps.Imag, x, y.DType);
        return Hlo.One(HloOps.Complex, x.Type, false, Mul(scale, real), Neg(Mul(scale, imaginary)));
    }

    private static Tensor AbsJvp(Tensor t, Tensor x, Tensor y)
    {
        if (!x.DType.IsComplex())
        {
            return Mul(t, Hlo.Unary(HloOps.Sign, x));
        }
        Tensor safe = Hlo.Select(Hlo.Compare("EQ", y, Hlo.ZerosLike(y)), One(y), y);
        Tensor dot = Add(
            Mul(Hlo.Unary(HloOps.Real, x, y.DType), Hlo.Unary(HloOps.Real, t, y.DType)),
            Mul(Hlo.Unary(HloOps.Imag, x, y.DType), Hlo.Unary(HloOps.Imag, t, y.DType)));
        return Div(dot, safe);
    }

    private static Tensor Add(Tensor a, Tensor b) => Hlo.Binary(HloOps.Add, a, b);

    private static Tensor Sub(Tensor a, Tensor b) => Hlo.Binary(HloOps.Subtract, a, b);

    private static Tensor Mul(Tensor a, Tensor b) => Hlo.Binary(HloOps.Multiply, a, b);

    private static Tensor Div(Tensor a, Tensor b) => Hlo.Binary(HloOps.Divide, a, b);

    private static Tensor Neg(Tensor a) => Hlo.Unary(HloOps.Negate, a);

    private static Tensor Const(double value, Tensor like) => Hlo.Splat(value, like.DType, like.Shape);

    private static Tensor One(Tensor like) => Const(1, like);
}
