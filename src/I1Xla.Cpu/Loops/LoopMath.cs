using I1Xla.Cpu.Hlo;

namespace I1Xla.Cpu.Loops;

/// <summary>
/// Functions of f32 as loop instructions: range reduction by Cody and Waite, polynomials with the coefficients that
/// S. Moshier's Cephes library publishes for single precision (those of exp, tanh, cbrt and erf are this project's own),
/// fused multiply-adds throughout. All back ends run these same instructions. Errors of exp, expm1, log, tanh, erf, sine
/// and cosine are within 2 units in the last place over the whole range, that of cbrt within 0.501, of log1p within 2.53, those of logistic and tangent within 4 (LoopMathTests).
/// </summary>
internal static class LoopMath
{
    private const float Log2E = 1.44269504088896341f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>e^x.</summary>
    public static int Exp(LoopBody b, int x)
    {
        (int marked, _, int r) = ReduceExp(b, x, -104f, 89f, 0);
        return b.Emit(new LoopInstruction(LoopOpcode.FScaleSum, Lane.F32, Expm1Near(b, r), marked));
    }

    /// <summary>e^x - 1.</summary>
    public static int Expm1(LoopBody b, int x)
    {
        (_, int n, int r) = ReduceExp(b, x, -20f, 89f, 0);
        int q = Expm1Near(b, r);
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
        // Three cubics in the cube, in the order in which XLA's CPU backend evaluates them, so that draws have its bits.
        int f = b.Sub(m, b.F32(1)), z = b.Mul(f, f), cube = b.Mul(z, f);
        int y = b.Polynomial(f, 7.0376836292E-2f, -1.1514610310E-1f, 1.1676998740E-1f);
        y = b.Fma(y, cube, b.Polynomial(f, -1.2420140846E-1f, 1.4249322787E-1f, -1.6668057665E-1f));
        y = b.Fma(y, cube, b.Polynomial(f, 2.0000714765E-1f, -2.4999993993E-1f, 3.3333331174E-1f));
        y = b.Fma(y, cube, b.Mul(e, b.F32(Ln2Low)));
        int r = b.Fma(e, b.F32(Ln2High), b.Add(b.Fma(z, b.F32(-0.5f), f), y));
        r = b.Select(b.Compare(LoopCondition.LT, x, b.F32(float.PositiveInfinity)), r, x);
        r = b.Select(b.Compare(LoopCondition.GT, x, b.F32(0)), r, b.Select(b.Compare(LoopCondition.EQ, x, b.F32(0)), b.F32(float.NegativeInfinity), b.Add(x, b.F32(float.NaN))));
        return r;
    }

    /// <summary>
    /// log(1 + x): Cephes' rational approximation below sqrt(2) - 1 in magnitude, the logarithm of the sum above, as XLA's CPU
    /// backend evaluates it.
    /// </summary>
    public static int Log1p(LoopBody b, int x)
    {
        int square = b.Mul(x, x);
        int numerator = b.Polynomial(
            x, 4.5270000862445199635215E-5f, 4.9854102823193375972212E-1f, 6.5787325942061044846969E0f, 2.9911919328553073277375E1f,
            6.0949667980987787057556E1f, 5.7112963590585538103336E1f, 2.0039553499201281259648E1f);
        int denominator = b.Polynomial(
            x, 1f, 1.5062909083469192043167E1f, 8.3047565967967209469434E1f, 2.2176239823732856465394E2f,
            3.0909872225312059774938E2f, 2.1642788614495947685003E2f, 6.0118660497603843919306E1f);
        int rest = b.Mul(b.Mul(x, square), b.Div(numerator, denominator));
        int small = b.Add(x, b.Fma(square, b.F32(-0.5f), rest));
        return b.Select(b.Compare(LoopCondition.LT, b.Abs(x), b.F32(0.41421356237309504880f)), small, Log(b, b.Add(x, b.F32(1))));
    }

    /// <summary>1 / (1 + e^-x), as e^x / (1 + e^x) below zero, which neither overflows nor vanishes early.</summary>
    public static int Logistic(LoopBody b, int x)
    {
        int below = b.Bitcast(Lane.F32, b.Op(LoopOpcode.Or, Lane.I32, b.Bitcast(Lane.I32, x), b.Int(Lane.I32, int.MinValue)));
        int one = b.F32(1), e = ExpOfNegative(b, below);
        int negative = b.CompareInt(LoopCondition.LT, b.Bitcast(Lane.I32, x), b.Int(Lane.I32, 0));
        return b.Div(b.Select(negative, e, one), b.Add(one, e));
    }

    /// <summary>
    /// Hyperbolic tangent by its addition theorem: of n ln 4 + r it is 1 - 2 (1 - t) / (p + 1 + (p - 1) t), for p = 16^n and t the tangent of r, a polynomial, which it is itself where n is 0.
    /// </summary>
    public static int Tanh(LoopBody b, int x)
    {
        // From 9.02 on it rounds to 1; NaN stays. A number whose last bit counts one rounds to n, which with a bias becomes the exponent of 2p.
        int a = b.Op(LoopOpcode.FMin, Lane.F32, b.F32(9.5f), b.Abs(x)), marker = b.F32(12582912 + 32);
        int marked = b.Fma(a, b.F32(Log2E / 2), marker), r = b.Fma(b.Sub(marked, marker), b.F32(-2 / Log2E), a), s = b.Mul(r, r);
        int q = b.Polynomial(s, 0.001909398f, -0.0079022199f, 0.021580737f, -0.0539232008f, 0.133330062f, -0.333333254f), t = b.Fma(b.Mul(r, s), q, r);
        int p = b.Bitcast(Lane.F32, b.Op(LoopOpcode.Shl, Lane.I32, b.Bitcast(Lane.I32, marked), b.Int(Lane.I32, 25))), two = b.F32(2);
        int below = b.Div(b.Fma(b.F32(-4), t, b.F32(4)), b.Fma(b.Sub(p, two), t, b.Add(p, two)));
        return WithSign(b, b.Select(b.Compare(LoopCondition.EQ, marked, marker), t, b.Sub(b.F32(1), below)), x);
    }

    /// <summary>
    /// The cube root, nearly always rounded to nearest: the reciprocal root z by way of the exponent, a third of whose negative the bits as a number give; a polynomial of what
    /// x z³ is off by; and of the root y = x z² a step of Newton's, whose y³ - x is exact enough.
    /// </summary>
    public static int Cbrt(LoopBody b, int x)
    {
        // What is small is scaled by a cube, so that nothing that the step subtracts vanishes; zero goes the usual way.
        int given = b.Abs(x), tiny = b.Compare(LoopCondition.LT, given, b.F32(MathF.ScaleB(1, -60))), one = b.F32(1);
        int a = b.Mul(given, b.Select(tiny, b.F32(MathF.ScaleB(1, 72)), one)), back = WithSign(b, b.Select(tiny, b.F32(MathF.ScaleB(1, -24)), one), x);
        // The number of least error of a z³, which is within 0.103 of 1.
        int bits = b.Fma(b.Op(LoopOpcode.I32ToF32, Lane.F32, b.Bitcast(Lane.I32, a)), b.F32(-1 / 3f), b.F32(0x54A1F000));
        int z = b.Bitcast(Lane.F32, b.Op(LoopOpcode.F32ToI32, Lane.I32, bits)), off = b.Fma(b.Mul(a, z), b.Mul(z, z), b.F32(-1));
        // ((1 + off)^(-1/3) - 1) / off to 2^-23, in the least maximum.
        z = b.Fma(b.Mul(z, off), b.Polynomial(off, -0.126325479f, 0.145490685f, -0.172834674f, 0.222218417f, -0.333333335f), z);
        int inverse = b.Mul(z, z), y = b.Mul(a, inverse), square = b.Mul(y, y), below = b.Neg(square);
        int rest = b.Sub(b.Fma(below, y, a), b.Mul(b.Fma(y, y, below), y));
        y = b.Mul(b.Fma(rest, b.Mul(inverse, b.F32(1 / 3f)), y), back);
        return b.Select(b.Compare(LoopCondition.LT, given, b.F32(float.PositiveInfinity)), y, x);
    }

    /// <summary>Error function: polynomials of degree 9 in four segments from 0 to 4, their coefficients out of <see cref="LoopTables"/>.</summary>
    public static int Erf(LoopBody b, int x)
    {
        // Not more than 4; NaN stays.
        int a = b.Op(LoopOpcode.FMin, Lane.F32, b.F32(4), b.Abs(x));
        // The segment, rounded to the last bits of a float by a number whose last bit counts one.
        int whole = b.F32(12582912);
        int marked = b.Fma(a, b.F32(1 / LoopTables.ErfSegment), whole), segment = b.Bitcast(Lane.I32, marked);
        int t = b.Fma(b.Sub(marked, whole), b.F32(-LoopTables.ErfSegment), a);
        int p = b.Lookup(LoopTables.Erf + LoopTables.ErfTerms - 1, segment);
        for (int row = LoopTables.ErfTerms - 2; row > 0; row--)
        {
            p = b.Fma(p, t, b.Lookup(LoopTables.Erf + row, segment));
        }
        // The first segment adds to the argument itself, which is exact; the others to a number of their table.
        int isFirst = b.Compare(LoopCondition.EQ, marked, whole);
        return WithSign(b, b.Fma(p, t, b.Select(isFirst, t, b.Lookup(LoopTables.Erf, segment))), x);
    }

    /// <summary>Sine.</summary>
    public static int Sine(LoopBody b, int x) => LoopTrigonometry.SineCosine(b, x, cosine: false);

    /// <summary>Cosine.</summary>
    public static int Cosine(LoopBody b, int x) => LoopTrigonometry.SineCosine(b, x, cosine: true);

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

    // A magnitude with the sign of another number.
    private static int WithSign(LoopBody b, int magnitude, int sign) => b.Bitcast(Lane.F32, b.Op(
        LoopOpcode.Or, Lane.I32, b.Bitcast(Lane.I32, magnitude), b.Op(LoopOpcode.And, Lane.I32, b.Bitcast(Lane.I32, sign), b.Int(Lane.I32, int.MinValue))));

    // e^x for x up to zero.
    private static int ExpOfNegative(LoopBody b, int x)
    {
        (int marked, _, int r) = ReduceExp(b, x, -104f, null, LoopInstruction.ScalesDown);
        return b.Emit(new LoopInstruction(LoopOpcode.FScaleSum, Lane.F32, Expm1Near(b, r), marked, Bits: LoopInstruction.ScalesDown));
    }

    // n = round(x / ln 2), marked and plain, and r = x - n ln 2, with x held in the range where the result is neither 0 nor infinite.
    private static (int Marked, int N, int R) ReduceExp(LoopBody b, int x, float low, float? high, long scaling)
    {
        int held = b.Op(LoopOpcode.FMax, Lane.F32, b.F32(low), x);
        held = high is { } most ? b.Op(LoopOpcode.FMin, Lane.F32, b.F32(most), held) : held;
        int marker = b.F32(LoopInstruction.Marker(scaling));
        int marked = b.Fma(held, b.F32(Log2E), marker), n = b.Sub(marked, marker);
        int r = b.Fma(n, b.F32(-Ln2High), held);
        return (marked, n, b.Fma(n, b.F32(-Ln2Low), r));
    }

    // e^r - 1 for r within ln 2 / 2 of 0: (e^r - 1 - r) / r² to 2^-28 of e^r, in the least maximum.
    private static int Expm1Near(LoopBody b, int r) => b.Fma(
        b.Mul(r, r), b.Polynomial(r, 0.0013814599f, 0.008368717f, 0.04166839f, 0.16666521f, 0.49999994f), r);
}
