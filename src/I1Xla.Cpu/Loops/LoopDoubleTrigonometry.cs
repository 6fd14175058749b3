namespace I1Xla.Cpu.Loops;

/// <summary>
/// Sine, cosine, tangent and arc tangent of f64. Below 2^27 the quadrant is taken off with π/2 in three parts (Cody and Waite); above, the argument is multiplied
/// by the 192 bits of 2/π that matter for its exponent (Payne and Hanek), in doubles whose rounding errors are carried along. Both are computed, since lanes do not
/// branch. Polynomials are those that Sun's fdlibm publishes. Errors are within 2 units in the last place for sine and cosine, within 4 for the others (LoopDoubleMathTests).
/// </summary>
/// <remarks>Payne and Hanek, "Radian reduction for trigonometric functions", 1983; fdlibm 5.3, k_sin.c, k_cos.c, s_atan.c.</remarks>
internal static class LoopDoubleTrigonometry
{
    private const double LeastLarge = 134217728, TwoOverPi = 0.63661977236758134;
    private const double HalfPi = 1.5707963267948966, HalfPiLow = 6.123233995736766e-17, HalfPiLast = -1.4973849048591698e-33;
    private const int TopWord = 16;

    /// <summary>Sixty-four zero bits, then 2/π.</summary>
    private static readonly ulong[] s_twoOverPi =
    [
        0x0000000000000000, 0xA2F9836E4E441529, 0xFC2757D1F534DDC0, 0xDB6295993C439041, 0xFE5163ABDEBBC561, 0xB7246E3A424DD2E0, 0x06492EEA09D1921C,
        0xFE1DEB1CB129A73E, 0xE88235F52EBB4484, 0xE99C7026B45F7E41, 0x3991D639835339F4, 0x9C845F8BBDF9283B, 0x1FF897FFDE05980F, 0xEF2F118B5A0A6D1F,
        0x6D367ECF27CB09B7, 0x4F463F669E5FEA2D, 0x7527BAC7EBE5F17B, 0x3D0739F78A5292EA, 0x6BFB5FB11F8D5D08, 0x56033046FC7B6BAB,
    ];

    /// <summary>Sine.</summary>
    public static int Sine(LoopBody b, int x)
    {
        (int s, int c, int q) = Quadrant(b, x);
        int y = b.Op(LoopOpcode.Xor, Lane.I64, b.Bitcast(Lane.I64, b.Select(IsOdd(b, q), c, s)), Turned(b, q));
        return b.Bitcast(Lane.F64, b.Op(LoopOpcode.Xor, Lane.I64, y, Sign(b, x)));
    }

    /// <summary>Cosine.</summary>
    public static int Cosine(LoopBody b, int x)
    {
        (int s, int c, int q) = Quadrant(b, x);
        int next = b.Op(LoopOpcode.IAdd, Lane.I64, q, b.Int(Lane.I64, 1));
        return b.Bitcast(Lane.F64, b.Op(LoopOpcode.Xor, Lane.I64, b.Bitcast(Lane.I64, b.Select(IsOdd(b, q), s, c)), Turned(b, next)));
    }

    /// <summary>Tangent.</summary>
    public static int Tan(LoopBody b, int x)
    {
        (int s, int c, int q) = Quadrant(b, x);
        int odd = IsOdd(b, q);
        int t = b.Div(b.Select(odd, c, s), b.Select(odd, b.Neg(s), c));
        return b.Bitcast(Lane.F64, b.Op(LoopOpcode.Xor, Lane.I64, b.Bitcast(Lane.I64, t), Sign(b, x)));
    }

    /// <summary>Arc tangent of y/x in the quadrant of the point.</summary>
    public static int Atan2(LoopBody b, int y, int x)
    {
        int one = b.F64(1), zero = b.F64(0), infinity = b.F64(double.PositiveInfinity), ax = b.Abs(x), ay = b.Abs(y);
        int swap = b.Compare(LoopCondition.GT, ay, ax);
        int over = b.Select(swap, ax, ay), under = b.Select(swap, ay, ax);
        int a = b.Div(over, under);
        a = b.Select(b.Compare(LoopCondition.EQ, over, infinity), one, a);
        a = b.Select(b.Compare(LoopCondition.EQ, under, zero), zero, a);
        int big = b.Compare(LoopCondition.GT, a, b.F64(0.41421356237309503));
        int t = b.Select(big, b.Div(b.Sub(a, one), b.Add(a, one)), a), z = b.Mul(t, t);
        int p = LoopDoubleMath.Polynomial(
            b, z, 1.62858201153657823623e-02, -3.65315727442169155270e-02, 4.97687799461593236017e-02, -5.83357013379057348645e-02, 6.66107313738753120669e-02,
            -7.69187620504482999495e-02, 9.09088713343650656196e-02, -1.11111104054623557880e-01, 1.42857142725034663711e-01, -1.99999999998764832476e-01,
            3.33333333333329318027e-01);
        int r = b.Fma(b.Neg(b.Mul(z, p)), t, t);
        // The parts of π that a double does not hold count.
        r = b.Select(big, b.Add(b.F64(HalfPi / 2), b.Add(r, b.F64(HalfPiLow / 2))), r);
        r = b.Select(swap, b.Sub(b.F64(HalfPi), b.Sub(r, b.F64(HalfPiLow))), r);
        int left = b.CompareInt(LoopCondition.LT, b.Bitcast(Lane.I64, x), b.Int(Lane.I64, 0));
        r = LoopDoubleMath.CopySign(b, b.Select(left, b.Sub(b.F64(2 * HalfPi), b.Sub(r, b.F64(2 * HalfPiLow))), r), y);
        int number = b.Op(LoopOpcode.And, Lane.Pred, b.Compare(LoopCondition.EQ, x, x), b.Compare(LoopCondition.EQ, y, y));
        return b.Select(number, r, b.Add(x, y));
    }

    private static int IsOdd(LoopBody b, int q) => b.CompareInt(LoopCondition.NE, b.Op(LoopOpcode.And, Lane.I64, q, b.Int(Lane.I64, 1)), b.Int(Lane.I64, 0));

    // The sign bit where the second bit of a quadrant is set.
    private static int Turned(LoopBody b, int q) => b.Op(LoopOpcode.Shl, Lane.I64, b.Op(LoopOpcode.And, Lane.I64, q, b.Int(Lane.I64, 2)), b.Int(Lane.I64, 62));

    private static int Sign(LoopBody b, int x) => b.Op(LoopOpcode.And, Lane.I64, b.Bitcast(Lane.I64, x), b.Int(Lane.I64, long.MinValue));

    // Sine and cosine of what is left of |x| when q quarters of a turn are taken off.
    private static (int Sine, int Cosine, int Q) Quadrant(LoopBody b, int x)
    {
        int a = b.Abs(x);
        int n = b.Op(LoopOpcode.FRoundEven, Lane.F64, b.Mul(a, b.F64(TwoOverPi)));
        // The first difference is exact; what the second rounds off goes on, and so does what its product lost.
        int product = b.Mul(n, b.F64(-HalfPiLow)), lost = b.Fma(n, b.F64(-HalfPiLow), b.Neg(product));
        (int h, int l) = PayneHanek.TwoSum(b, b.Fma(n, b.F64(-HalfPi), a), product);
        l = b.Add(l, b.Fma(n, b.F64(-HalfPiLast), lost));
        (int largeN, int largeHigh, int largeLow) = ReduceLarge(b, a);
        int isLarge = b.Compare(LoopCondition.GE, a, b.F64(LeastLarge));
        n = b.Select(isLarge, largeN, n);
        h = b.Select(isLarge, largeHigh, h);
        l = b.Select(isLarge, largeLow, l);
        h = b.Select(b.Compare(LoopCondition.LT, a, b.F64(double.PositiveInfinity)), h, b.F64(double.NaN));
        // Added to 1.5 · 2^52, a whole number is the low bits.
        int q = b.Bitcast(Lane.I64, b.Add(n, b.F64(6755399441055744)));
        int z = b.Mul(h, h), one = b.F64(1);
        int sine = LoopDoubleMath.Polynomial(
            b, z, 1.58969099521155010221e-10, -2.50507602534068634195e-08, 2.75573137070700676789e-06, -1.98412698298579493134e-04, 8.33333333332248946124e-03,
            -1.66666666666666324348e-01);
        int s = b.Add(h, b.Fma(b.Mul(z, h), sine, l));
        int cosine = LoopDoubleMath.Polynomial(
            b, z, -1.13596475577881948265e-11, 2.08757232129817482790e-09, -2.75573143513906633035e-07, 2.48015872894767294178e-05, -1.38888888888741095749e-03,
            4.16666666666666019037e-02);
        int half = b.Mul(z, b.F64(0.5)), w = b.Sub(one, half);
        int rest = b.Fma(b.Mul(z, z), cosine, b.Fma(b.Neg(h), l, b.Sub(b.Sub(one, w), half)));
        return (s, b.Add(w, rest), q);
    }

    // a = n π/2 + high + low modulo 2π, for a of at least 2^27.
    private static (int N, int High, int Low) ReduceLarge(LoopBody b, int a)
    {
        int bits = b.Bitcast(Lane.I64, a), exponent = Right(bits, Int(52));
        int m = Number(b.Op(LoopOpcode.Or, Lane.I64, Low(bits, 0xFFFFFFFFFFFFF), Int(0x10000000000000)), 0);
        // With a = m 2^e, the first bit of 2/π that counts modulo 4 is at e + 62 behind the zeros.
        int position = b.Op(LoopOpcode.ISub, Lane.I64, exponent, Int(1013)), word = Right(position, Int(6)), shift = Low(position, 63);
        int back = b.Op(LoopOpcode.ISub, Lane.I64, Int(64), shift);
        int[] from = [.. s_twoOverPi.Take(TopWord + 3).Select(w => Int((long)w))];
        for (int apart = TopWord / 2; apart >= 1; apart /= 2)
        {
            int set = b.CompareInt(LoopCondition.NE, Low(word, apart), Int(0));
            from = [.. Enumerable.Range(0, apart + 3).Select(k => b.Select(set, from[k + apart], from[k]))];
        }
        int last = b.CompareInt(LoopCondition.EQ, word, Int(TopWord));
        for (int k = 0; k < from.Length; k++)
        {
            from[k] = b.Select(last, Int((long)s_twoOverPi[TopWord + k]), from[k]);
        }
        int[] w = [.. Enumerable.Range(0, 3).Select(k => b.Op(LoopOpcode.Or, Lane.I64, Left(from[k], shift), Right(from[k + 1], back)))];
        int t1 = Number(Right(w[0], Int(11)), -51);
        int t2 = Number(b.Op(LoopOpcode.Or, Lane.I64, Left(Low(w[0], 0x7FF), Int(42)), Right(w[1], Int(22))), -104);
        int t3 = Number(b.Op(LoopOpcode.Or, Lane.I64, Left(Low(w[1], 0x3FFFFF), Int(31)), Right(w[2], Int(33))), -157);
        int t4 = Number(Low(w[2], 0x1FFFFFFFF), -190);
        return PayneHanek.Reduce(b, m, (t1, t2, t3, t4), b.F64, (HalfPi, HalfPiLow));

        int Int(long i) => b.Int(Lane.I64, i);
        int Left(int x, int count) => b.Op(LoopOpcode.Shl, Lane.I64, x, count);
        int Right(int x, int count) => b.Op(LoopOpcode.ShrL, Lane.I64, x, count);
        int Low(int x, long mask) => b.Op(LoopOpcode.And, Lane.I64, x, Int(mask));
        int Number(int x, int scale) => b.Op(LoopOpcode.I64ToF64, Lane.F64, x) is var v && scale == 0 ? v : b.Mul(v, b.F64(Math.ScaleB(1, scale)));
    }
}
