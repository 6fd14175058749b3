namespace I1Xla.Cpu.Loops;

/// <summary>
/// x to the power of y in f64, within 2 units in the last place: the logarithm as a sum of two doubles, from the series of the inverse hyperbolic tangent whose
/// first terms are carried in two as well, times y, and the exponential of both (LoopDoubleMathTests).
/// </summary>
/// <remarks>Dekker, "A floating-point technique for extending the available precision", 1971.</remarks>
internal static class LoopDoublePower
{
    private const double Third = 1.0 / 3, ThirdLow = 1.850371707708594e-17;

    /// <summary>The power, with C's special values.</summary>
    public static int Power(LoopBody b, int x, int y)
    {
        int a = b.Abs(x), zero = b.F64(0), infinity = b.F64(double.PositiveInfinity);
        (int high, int low) = Log(b, a);
        int product = b.Mul(y, high), rest = b.Fma(y, low, b.Fma(y, high, b.Neg(product)));
        // Far out of range the rest does not count, and it may be no number.
        rest = b.Select(b.Compare(LoopCondition.LT, b.Abs(product), b.F64(1000)), rest, zero);
        int size = LoopDoubleMath.Exp(b, product, rest);
        int grows = b.Compare(LoopCondition.GT, y, zero);
        size = b.Select(b.Compare(LoopCondition.EQ, a, zero), b.Select(grows, zero, infinity), size);
        size = b.Select(b.Compare(LoopCondition.EQ, a, infinity), b.Select(grows, infinity, zero), size);
        size = b.Select(b.Compare(LoopCondition.EQ, y, y), size, y);
        return LoopDoubleMath.SignedPower(b, x, y, size);
    }

    // The logarithm of a positive number as two doubles.
    private static (int High, int Low) Log(LoopBody b, int x)
    {
        (int m, int e) = LoopDoubleMath.Split(b, x);
        int f = b.Sub(m, b.F64(1)), d = b.Add(f, b.F64(2)), lost = b.Add(b.Sub(b.F64(2), d), f);
        // s = f / (2 + f), and what its division leaves.
        int s = b.Div(f, d), sLow = b.Div(b.Fma(b.Neg(s), lost, b.Fma(b.Neg(s), d, f)), d);
        int z = b.Mul(s, s), zLow = b.Fma(b.Add(s, s), sLow, b.Fma(s, s, b.Neg(z)));
        // log m = 2 (s + s z (1/3 + z (1/5 + …))).
        int q = b.Mul(z, LoopDoubleMath.Polynomial(
            b, z, 0.05861541735342276, 0.058531227193470314, 0.06667402177031725, 0.07692297484382873, 0.09090909167667167, 0.11111111110828072, 0.14285714285714682, 0.2));
        int t = b.Add(b.F64(Third), q), tLow = b.Add(b.Add(b.Sub(b.F64(Third), t), q), b.F64(ThirdLow));
        int p = b.Mul(z, t), pLow = b.Fma(z, tLow, b.Fma(zLow, t, b.Fma(z, t, b.Neg(p))));
        int u = b.Mul(s, p), uLow = b.Fma(s, pLow, b.Fma(sLow, p, b.Fma(s, p, b.Neg(u))));
        int l = b.Add(s, u), lLow = b.Add(b.Add(b.Sub(s, l), u), b.Add(sLow, uLow));
        int twice = b.Add(l, l), whole = b.Mul(e, b.F64(LoopDoubleMath.Ln2High)), sum = b.Add(whole, twice);
        int low = b.Add(b.Add(b.Sub(whole, sum), twice), b.Fma(e, b.F64(LoopDoubleMath.Ln2Low), b.Add(lLow, lLow)));
        int high = b.Add(sum, low);
        return (high, b.Add(b.Sub(sum, high), low));
    }
}
