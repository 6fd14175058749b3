using I1Xla.Cpu.Hlo;

namespace I1Xla.Cpu.Loops;

/// <summary>
/// Functions of f32 as loop instructions: range reduction by Cody and Waite, polynomials with the coefficients that
/// S. Moshier's Cephes library publishes for single precision, fused multiply-adds throughout. Both back ends run these
/// same instructions. Errors are within 2 units in the last place (tested over the whole range), except sine, cosine and
/// tangent of arguments beyond about 10^5, whose reduction loses bits.
/// </summary>
internal static class LoopMath
{
    private const float Log2E = 1.44269504088896341f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>e^x.</summary>
    public static int Exp(LoopBody b, int x)
    {
        (int n, int r) = ReduceExp(b, x, -104f, 89f);
        int p = ExpPolynomial(b, r);
        int y = b.Add(b.Fma(b.Mul(r, r), p, r), b.F32(1));
        return b.Op(LoopOpcode.FScale, Lane.F32, y, n);
    }

    /// <summary>e^x - 1.</summary>
    public static int Expm1(LoopBody b, int x)
    {
        (int n, int r) = ReduceExp(b, x, -20f, 89f);
        int q = b.Fma(b.Mul(r, r), ExpPolynomial(b, r), r);
        int one = b.F32(1);
        int rest = b.Sub(one, b.Op(LoopOpcode.FScale, Lane.F32, one, b.Neg(n)));
        int y = b.Op(LoopOpcode.FScale, Lane.F32, b.Add(q, rest), n);
        // Keep the sign of zero.
        return b.Select(b.Compare(LoopCondition.EQ, x, b.F32(0)), x, y);
    }

    /// <summary>Natural logarithm.</summary>
    public static int Log(LoopBody b, int x)
    {
        // Subnormals are scaled into the normal range first.
        int tiny = b.Compare(LoopCondition.LT, x, b.F32(1.17549435e-38f));
        int scaled = b.Select(tiny, b.Mul(x, b.F32(8388608f)), x);
        int bits = b.Bitcast(Lane.I32, scaled);
        int off = b.Op(LoopOpcode.ISub, Lane.I32, bits, b.Int(Lane.I32, 0x3F3504F3));
        int exponent = b.Op(LoopOpcode.ShrA, Lane.I32, off, b.Int(Lane.I32, 23));
        int m = b.Bitcast(Lane.F32, b.Op(LoopOpcode.ISub, Lane.I32, bits, b.Op(LoopOpcode.Shl, Lane.I32, exponent, b.Int(Lane.I32, 23))));
        int e = b.Op(LoopOpcode.I32ToF32, Lane.F32, exponent);
        e = b.Select(tiny, b.Sub(e, b.F32(23)), e);
        int f = b.Sub(m, b.F32(1));
        int z = b.Mul(f, f);
        int p = b.Polynomial(
            f, 7.0376836292E-2f, -1.1514610310E-1f, 1.1676998740E-1f, -1.2420140846E-1f, 1.4249322787E-1f,
            -1.6668057665E-1f, 2.0000714765E-1f, -2.4999993993E-1f, 3.3333331174E-1f);
        int y = b.Mul(b.Mul(p, f), z);
        y = b.Fma(e, b.F32(Ln2Low), y);
        y = b.Fma(z, b.F32(-0.5f), y);
        int r = b.Fma(e, b.F32(Ln2High), b.Add(f, y));
        r = b.Select(b.Compare(LoopCondition.LT, x, b.F32(float.PositiveInfinity)), r, x);
        r = b.Select(b.Compare(LoopCondition.GT, x, b.F32(0)), r, b.Select(b.Compare(LoopCondition.EQ, x, b.F32(0)), b.F32(float.NegativeInfinity), b.Add(x, b.F32(float.NaN))));
        return r;
    }

    /// <summary>log(1 + x).</summary>
    public static int Log1p(LoopBody b, int x)
    {
        int one = b.F32(1);
        int u = b.Add(x, one);
        int log = Log(b, u);
        int correction = b.Div(b.Sub(x, b.Sub(u, one)), u);
        int y = b.Add(log, correction);
        y = b.Select(b.Compare(LoopCondition.LT, u, b.F32(float.PositiveInfinity)), y, u);
        y = b.Select(b.Compare(LoopCondition.EQ, u, b.F32(0)), b.F32(float.NegativeInfinity), y);
        return b.Select(b.Compare(LoopCondition.LT, b.Abs(x), b.F32(5e-8f)), x, y);
    }

    /// <summary>1 / (1 + e^-x).</summary>
    public static int Logistic(LoopBody b, int x) => b.Div(b.F32(1), b.Add(b.F32(1), Exp(b, b.Neg(x))));

    /// <summary>Hyperbolic tangent.</summary>
    public static int Tanh(LoopBody b, int x)
    {
        int t = Expm1(b, b.Mul(b.Abs(x), b.F32(-2)));
        int y = b.Div(t, b.Sub(b.F32(-2), t));
        return CopySign(b, y, x);
    }

    /// <summary>Sine.</summary>
    public static int Sine(LoopBody b, int x) => SineCosine(b, x, cosine: false);

    /// <summary>Cosine.</summary>
    public static int Cosine(LoopBody b, int x) => SineCosine(b, x, cosine: true);

    /// <summary>Tangent.</summary>
    public static int Tan(LoopBody b, int x) => b.Div(Sine(b, x), Cosine(b, x));

    /// <summary>Arc tangent of y/x in the quadrant of the point.</summary>
    public static int Atan2(LoopBody b, int y, int x)
    {
        int ax = b.Abs(x), ay = b.Abs(y);
        int swap = b.Compare(LoopCondition.GT, ay, ax);
        int num = b.Select(swap, ax, ay), den = b.Select(swap, ay, ax);
        int a = b.Div(num, den);
        int bothInfinite = b.Compare(LoopCondition.EQ, num, b.F32(float.PositiveInfinity));
        a = b.Select(bothInfinite, b.F32(1), a);
        a = b.Select(b.Compare(LoopCondition.EQ, den, b.F32(0)), b.F32(0), a);
        int big = b.Compare(LoopCondition.GT, a, b.F32(0.4142135623730950f));
        int t = b.Select(big, b.Div(b.Sub(a, b.F32(1)), b.Add(a, b.F32(1))), a);
        int z = b.Mul(t, t);
        int p = b.Polynomial(z, 8.05374449538e-2f, -1.38776856032E-1f, 1.99777106478E-1f, -3.33329491539E-1f);
        int r = b.Fma(b.Mul(p, z), t, t);
        r = b.Select(big, b.Add(r, b.F32(0.78539816339744830962f)), r);
        r = b.Select(swap, b.Sub(b.F32(1.57079632679489661923f), r), r);
        int negative = b.CompareInt(LoopCondition.LT, b.Bitcast(Lane.I32, x), b.Int(Lane.I32, 0));
        r = b.Select(negative, b.Sub(b.F32(3.14159265358979323846f), r), r);
        r = CopySign(b, r, y);
        int nan = b.Compare(LoopCondition.NE, b.Add(x, y), b.Add(x, y));
        int infinite = b.Op(LoopOpcode.And, Lane.Pred, b.Compare(LoopCondition.EQ, x, x), b.Compare(LoopCondition.EQ, y, y));
        return b.Select(b.Op(LoopOpcode.And, Lane.Pred, nan, b.Op(LoopOpcode.Xor, Lane.Pred, infinite, b.Pred(true))), b.Add(x, y), r);
    }

    /// <summary>Magnitude of one, sign of another.</summary>
    public static int CopySign(LoopBody b, int magnitude, int sign)
    {
        int s = b.Op(LoopOpcode.And, Lane.I32, b.Bitcast(Lane.I32, sign), b.Int(Lane.I32, int.MinValue));
        int m = b.Op(LoopOpcode.And, Lane.I32, b.Bitcast(Lane.I32, magnitude), b.Int(Lane.I32, int.MaxValue));
        return b.Bitcast(Lane.F32, b.Op(LoopOpcode.Or, Lane.I32, m, s));
    }

    // n = round(x / ln 2) and r = x - n ln 2, with x held in the range where the result is neither 0 nor infinite.
    private static (int N, int R) ReduceExp(LoopBody b, int x, float low, float high)
    {
        int held = b.Op(LoopOpcode.FMin, Lane.F32, b.F32(high), b.Op(LoopOpcode.FMax, Lane.F32, b.F32(low), x));
        int n = b.Op(LoopOpcode.FRoundEven, Lane.F32, b.Mul(held, b.F32(Log2E)));
        int r = b.Fma(n, b.F32(-Ln2High), held);
        return (n, b.Fma(n, b.F32(-Ln2Low), r));
    }

    private static int ExpPolynomial(LoopBody b, int r) => b.Polynomial(
        r, 1.9875691500E-4f, 1.3981999507E-3f, 8.3334519073E-3f, 4.1665795894E-2f, 1.6666665459E-1f, 5.0000001201E-1f);

    private static int SineCosine(LoopBody b, int x, bool cosine)
    {
        int n = b.Op(LoopOpcode.FRoundEven, Lane.F32, b.Mul(x, b.F32(0.636619772367581343f)));
        int r = b.Fma(n, b.F32(-1.57079601287841796875f), x);
        r = b.Fma(n, b.F32(-3.1391647326017846e-07f), r);
        r = b.Fma(n, b.F32(-5.390302529957764e-15f), r);
        int q = b.Op(LoopOpcode.F32ToI32, Lane.I32, n);
        if (cosine)
        {
            q = b.Op(LoopOpcode.IAdd, Lane.I32, q, b.Int(Lane.I32, 1));
        }
        int z = b.Mul(r, r);
        int s = b.Fma(b.Mul(b.Polynomial(z, -1.9515295891E-4f, 8.3321608736E-3f, -1.6666654611E-1f), z), r, r);
        int c = b.Fma(
            b.Mul(z, z), b.Polynomial(z, 2.443315711809948E-5f, -1.388731625493765E-3f, 4.166664568298827E-2f), b.Fma(z, b.F32(-0.5f), b.F32(1)));
        int odd = b.CompareInt(LoopCondition.NE, b.Op(LoopOpcode.And, Lane.I32, q, b.Int(Lane.I32, 1)), b.Int(Lane.I32, 0));
        int y = b.Select(odd, c, s);
        int sign = b.Op(LoopOpcode.Shl, Lane.I32, b.Op(LoopOpcode.And, Lane.I32, q, b.Int(Lane.I32, 2)), b.Int(Lane.I32, 30));
        return b.Bitcast(Lane.F32, b.Op(LoopOpcode.Xor, Lane.I32, b.Bitcast(Lane.I32, y), sign));
    }
}
