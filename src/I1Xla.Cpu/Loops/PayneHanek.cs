namespace I1Xla.Cpu.Loops;

/// <summary>The end of a reduction of large angles, for lanes of f32 and of f64 alike: the argument's integer times the bits of 2/π that matter for its exponent.</summary>
/// <remarks>Payne and Hanek, "Radian reduction for trigonometric functions", 1983.</remarks>
internal static class PayneHanek
{
    /// <summary>m (t1 + t2 + t3 + t4) quarters of a turn as n quarters and high + low radians, modulo a turn; the rounding error of each product is carried along.</summary>
    /// <param name="b">The body.</param>
    /// <param name="m">The integer.</param>
    /// <param name="parts">The four parts, each of fewer bits than a product with <paramref name="m"/> loses.</param>
    /// <param name="constant">A number in the lane of <paramref name="m"/>.</param>
    /// <param name="halfPi">π/2 in that lane, and what it lacks.</param>
    public static (int N, int High, int Low) Reduce(LoopBody b, int m, (int T1, int T2, int T3, int T4) parts, Func<double, int> constant, (double High, double Low) halfPi)
    {
        int h1 = b.Mul(m, parts.T1), l1 = b.Fma(m, parts.T1, b.Neg(h1));
        h1 = b.Fma(RoundEven(b, b.Mul(h1, constant(0.25))), constant(-4), h1);
        int h2 = b.Mul(m, parts.T2), l2 = b.Fma(m, parts.T2, b.Neg(h2));
        int h3 = b.Mul(m, parts.T3), l3 = b.Fma(m, parts.T3, b.Neg(h3));
        (int s1, int e1) = TwoSum(b, h1, l1);
        (int s2, int e2) = TwoSum(b, s1, h2);
        (int u1, int f1) = TwoSum(b, e1, e2);
        (int u2, int f2) = TwoSum(b, u1, l2);
        (int u3, int f3) = TwoSum(b, u2, h3);
        int tail = b.Add(b.Add(b.Add(b.Add(f1, f2), f3), l3), b.Mul(m, parts.T4));
        int n = RoundEven(b, s2);
        (int high, int rest) = TwoSum(b, b.Sub(s2, n), u3);
        int low = b.Add(rest, tail);
        // From quarters of a turn to radians.
        int radians = b.Mul(high, constant(halfPi.High));
        int lost = b.Fma(high, constant(halfPi.Low), b.Fma(high, constant(halfPi.High), b.Neg(radians)));
        return (n, radians, b.Fma(low, constant(halfPi.High), lost));
    }

    /// <summary>A sum and its rounding error (Knuth).</summary>
    public static (int Sum, int Error) TwoSum(LoopBody b, int x, int y)
    {
        int sum = b.Add(x, y), part = b.Sub(sum, x);
        return (sum, b.Add(b.Sub(x, b.Sub(sum, part)), b.Sub(y, part)));
    }

    private static int RoundEven(LoopBody b, int x) => b.Op(LoopOpcode.FRoundEven, b.LaneOf(x), x);
}
