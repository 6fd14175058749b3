namespace I1Xla.Cpu.Loops;

/// <summary>
/// Functions of f64 as loop instructions, in lanes of 64 bits: range reduction by Cody and Waite; Taylor's polynomials for the exponential; for the logarithm
/// the minimax polynomial that Sun's fdlibm publishes. All back ends run these same instructions. Errors are within 2 units in the last place for exp and log, within 4 for the
/// others (LoopDoubleMathTests). Cube roots have a step of Newton's; the powers here are accurate enough to be rounded to f32, those of f64 are in <see cref="LoopDoublePower"/>.
/// </summary>
/// <remarks>Cody and Waite, "Software manual for the elementary functions", 1980; fdlibm 5.3, e_log.c.</remarks>
internal static class LoopDoubleMath
{
    /// <summary>ln 2 in two parts, the first of which has few enough bits that whole multiples are exact.</summary>
    public const double Ln2High = 6.93147180369123816490e-01, Ln2Low = 1.90821492927058770002e-10;

    private const double Log2E = 1.44269504088896340736;
    private const double Least = -746, Most = 710;

    /// <summary>e^x.</summary>
    /// <param name="b">The body.</param>
    /// <param name="x">The exponent.</param>
    /// <param name="low">What is to be added to it, below its last place; -1 for nothing.</param>
    public static int Exp(LoopBody b, int x, int low = -1)
    {
        (int n, int r) = Reduce(b, x, low);
        int y = b.Add(Expm1Near(b, r), b.F64(1));
        // Two factors, so that neither is out of range where the result is not.
        int half = b.Op(LoopOpcode.FFloor, Lane.F64, b.Mul(n, b.F64(0.5)));
        return b.Mul(b.Mul(y, PowerOfTwo(b, half)), PowerOfTwo(b, b.Sub(n, half)));
    }

    /// <summary>e^x - 1: 2^n (e^r - 1) + (2^n - 1).</summary>
    public static int Expm1(LoopBody b, int x)
    {
        (int n, int r) = Reduce(b, x, -1);
        int half = b.Op(LoopOpcode.FFloor, Lane.F64, b.Mul(n, b.F64(0.5))), rest = b.Sub(n, half);
        int power = PowerOfTwo(b, half);
        int y = b.Mul(b.Fma(Expm1Near(b, r), power, b.Sub(power, PowerOfTwo(b, b.Neg(rest)))), PowerOfTwo(b, rest));
        // Keep the sign of zero.
        return b.Select(b.Compare(LoopCondition.EQ, x, b.F64(0)), x, y);
    }

    // n = round(x / ln 2) and r = x - n ln 2, with x held in the range where the result is neither 0 nor infinite.
    private static (int N, int R) Reduce(LoopBody b, int x, int low)
    {
        int held = b.Op(LoopOpcode.FMin, Lane.F64, b.F64(Most), b.Op(LoopOpcode.FMax, Lane.F64, b.F64(Least), x));
        int n = b.Op(LoopOpcode.FRoundEven, Lane.F64, b.Mul(held, b.F64(Log2E)));
        int r = b.Fma(n, b.F64(-Ln2High), held);
        return (n, b.Fma(n, b.F64(-Ln2Low), low < 0 ? r : b.Add(r, low)));
    }

    // e^r - 1 for r within ln 2 / 2 of 0: a Chebyshev approximation of (e^r - 1 - r) / r², good to 1.4e-18.
    private static int Expm1Near(LoopBody b, int r) => b.Fma(
        b.Mul(r, r),
        Polynomial(
            b, r, 2.0914686968086876e-09, 2.5105217004720745e-08, 2.75572736431103e-07, 2.7557255400206422e-06, 2.4801587325547743e-05, 0.00019841269874820627,
            0.0013888888888883748, 0.008333333333326136, 0.04166666666666667, 0.1666666666666667, 0.5),
        r);

    /// <summary>Natural logarithm.</summary>
    public static int Log(LoopBody b, int x)
    {
        (int m, int e) = Split(b, x);
        int f = b.Sub(m, b.F64(1)), s = b.Div(f, b.Add(f, b.F64(2))), z = b.Mul(s, s), half = b.Mul(b.Mul(f, f), b.F64(0.5));
        int p = Polynomial(
            b, z, 1.479819860511658591e-01, 1.531383769920937332e-01, 1.818357216161805012e-01, 2.222219843214978396e-01, 2.857142874366239149e-01,
            3.999999999940941908e-01, 6.666666666666735130e-01);
        int low = b.Fma(e, b.F64(Ln2Low), b.Mul(s, b.Fma(z, p, half)));
        int r = b.Fma(e, b.F64(Ln2High), b.Sub(f, b.Sub(half, low)));
        r = b.Select(b.Compare(LoopCondition.LT, x, b.F64(double.PositiveInfinity)), r, x);
        return b.Select(
            b.Compare(LoopCondition.GT, x, b.F64(0)), r,
            b.Select(b.Compare(LoopCondition.EQ, x, b.F64(0)), b.F64(double.NegativeInfinity), b.Add(x, b.F64(double.NaN))));
    }

    /// <summary>A positive number as m 2^e, with m from sqrt(1/2) to sqrt(2) and e whole.</summary>
    public static (int M, int E) Split(LoopBody b, int x)
    {
        // Subnormals are scaled into the normal range first.
        int tiny = b.Compare(LoopCondition.LT, x, b.F64(2.2250738585072014e-308));
        int bits = b.Bitcast(Lane.I64, b.Select(tiny, b.Mul(x, b.F64(18014398509481984)), x));
        int off = b.Op(LoopOpcode.ISub, Lane.I64, bits, b.Int(Lane.I64, 0x3FE6A09E667F3BCD));
        int exponent = b.Op(LoopOpcode.ShrA, Lane.I64, off, b.Int(Lane.I64, 52));
        int m = b.Bitcast(Lane.F64, b.Op(LoopOpcode.ISub, Lane.I64, bits, b.Op(LoopOpcode.Shl, Lane.I64, exponent, b.Int(Lane.I64, 52))));
        int e = b.Op(LoopOpcode.I64ToF64, Lane.F64, exponent);
        return (m, b.Select(tiny, b.Sub(e, b.F64(54)), e));
    }

    /// <summary>log(1 + x), with Kahan's correction by what the sum was rounded by.</summary>
    public static int Log1p(LoopBody b, int x)
    {
        int one = b.F64(1), sum = b.Add(x, one), log = Log(b, sum);
        int corrected = b.Add(log, b.Div(b.Sub(x, b.Sub(sum, one)), sum));
        int small = b.Mul(x, b.Sub(one, b.Mul(x, b.Sub(b.F64(0.5), b.Mul(x, b.Sub(b.F64(1.0 / 3), b.Mul(x, b.F64(0.25))))))));
        int usual = b.Compare(LoopCondition.LT, b.Abs(x), b.F64(double.MaxValue));
        int large = b.Select(b.Compare(LoopCondition.GT, b.Select(usual, sum, b.F64(0)), b.F64(0)), corrected, log);
        return b.Select(b.Compare(LoopCondition.LT, b.Abs(x), b.F64(1e-5)), small, large);
    }

    /// <summary>1 / (1 + e^-x).</summary>
    public static int Logistic(LoopBody b, int x)
    {
        int one = b.F64(1), e = Exp(b, b.Neg(b.Abs(x)));
        return b.Div(b.Select(b.Compare(LoopCondition.LT, x, b.F64(0)), e, one), b.Add(one, e));
    }

    /// <summary>Hyperbolic tangent: q / (q + 2) of q = e^2x - 1.</summary>
    public static int Tanh(LoopBody b, int x)
    {
        int a = b.Abs(x), held = b.Select(b.Compare(LoopCondition.GT, a, b.F64(22)), b.F64(22), a);
        // No more than 64 powers of two.
        (int n, int r) = Reduce(b, b.Add(held, held), -1);
        int power = PowerOfTwo(b, n), q = b.Fma(Expm1Near(b, r), power, b.Sub(power, b.F64(1)));
        return CopySign(b, b.Div(q, b.Add(q, b.F64(2))), x);
    }

    /// <summary>The cube root.</summary>
    public static int Cbrt(LoopBody b, int x)
    {
        // What is small is scaled by a cube, so that no square of the root vanishes.
        int given = b.Abs(x), tiny = b.Compare(LoopCondition.LT, given, b.F64(1e-200));
        int a = b.Select(tiny, b.Mul(given, b.F64(Math.ScaleB(1, 300))), given), y = Exp(b, b.Mul(Log(b, a), b.F64(1.0 / 3)));
        int square = b.Mul(y, y);
        // y - (y³ - a) / 3y²
        y = b.Sub(y, b.Div(b.Fma(square, y, b.Neg(a)), b.Mul(square, b.F64(3))));
        y = b.Select(tiny, b.Mul(y, b.F64(Math.ScaleB(1, -100))), y);
        int usual = b.Compare(LoopCondition.LT, b.Select(b.Compare(LoopCondition.GT, a, b.F64(0)), a, b.F64(double.PositiveInfinity)), b.F64(double.PositiveInfinity));
        return b.Select(usual, CopySign(b, y, x), x);
    }

    /// <summary>x to the power of y, with C's special values; with as many good bits as f32 has, and some.</summary>
    public static int Power(LoopBody b, int x, int y) => SignedPower(b, x, y, Exp(b, b.Mul(y, Log(b, b.Abs(x)))));

    /// <summary>The power of x whose magnitude is that of |x|: its sign, and the values that are special whatever the magnitude.</summary>
    public static int SignedPower(LoopBody b, int x, int y, int size)
    {
        int zero = b.F64(0), one = b.F64(1), a = b.Abs(x);
        int half = b.Mul(y, b.F64(0.5));
        int isWhole = b.Compare(LoopCondition.EQ, y, b.Op(LoopOpcode.FFloor, Lane.F64, y));
        int isEven = b.Compare(LoopCondition.EQ, half, b.Op(LoopOpcode.FFloor, Lane.F64, half));
        int negative = b.CompareInt(LoopCondition.LT, b.Bitcast(Lane.I64, x), b.Int(Lane.I64, 0));
        // Only odd powers keep the sign; a negative number has whole powers alone, but zero and infinity have all.
        int odd = b.Select(isWhole, b.Select(isEven, size, b.Neg(size)), size);
        int ends = b.Op(LoopOpcode.Or, Lane.Pred, b.Compare(LoopCondition.EQ, a, zero), b.Compare(LoopCondition.EQ, a, b.F64(double.PositiveInfinity)));
        int below = b.Select(b.Op(LoopOpcode.Or, Lane.Pred, isWhole, ends), odd, b.F64(double.NaN));
        int power = b.Select(negative, below, size);
        // 1 to any power, -1 to an infinite one, and anything to the power of 0.
        power = b.Select(b.Op(LoopOpcode.And, Lane.Pred, b.Compare(LoopCondition.EQ, a, one), b.Compare(LoopCondition.EQ, b.Abs(y), b.F64(double.PositiveInfinity))), one, power);
        power = b.Select(b.Compare(LoopCondition.EQ, x, one), one, power);
        // What is not a number stays so: the comparisons with it are false.
        power = b.Select(b.Compare(LoopCondition.EQ, x, x), power, b.Add(x, y));
        return b.Select(b.Compare(LoopCondition.EQ, y, zero), one, power);
    }

    /// <summary>Magnitude of one, sign of another.</summary>
    public static int CopySign(LoopBody b, int magnitude, int sign)
    {
        int s = b.Op(LoopOpcode.And, Lane.I64, b.Bitcast(Lane.I64, sign), b.Int(Lane.I64, long.MinValue));
        int m = b.Op(LoopOpcode.And, Lane.I64, b.Bitcast(Lane.I64, magnitude), b.Int(Lane.I64, long.MaxValue));
        return b.Bitcast(Lane.F64, b.Op(LoopOpcode.Or, Lane.I64, m, s));
    }

    // 2^n for a whole n from -1022 to 1023: the low bits of 2^52 + 1023 + n are the exponent.
    private static int PowerOfTwo(LoopBody b, int n) =>
        b.Bitcast(Lane.F64, b.Op(LoopOpcode.Shl, Lane.I64, b.Bitcast(Lane.I64, b.Add(n, b.F64(4503599627370496.0 + 1023))), b.Int(Lane.I64, 52)));

    /// <summary>c[0]·x^(n-1) + … + c[n-1].</summary>
    public static int Polynomial(LoopBody b, int x, params ReadOnlySpan<double> c)
    {
        int p = b.F64(c[0]);
        foreach (double next in c[1..])
        {
            p = b.Fma(p, x, b.F64(next));
        }
        return p;
    }
}
