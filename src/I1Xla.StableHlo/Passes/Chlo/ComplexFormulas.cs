using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Passes.Chlo;

/// <summary>
/// Inverse functions and the square of complex numbers in StableHLO ops. The inverse sine and cosine are those of Hull, Fairgrieve
/// and Tang ("Implementing the complex arcsine and arccosine functions using exception handling", 1997): accurate to a few units of
/// the last place up to the largest number and next to the branch points. Signs of zeros choose the side of a branch cut.
/// </summary>
internal static class ComplexFormulas
{
    public static Expr Asin(Expr z)
    {
        Expr x = z.Real();
        (Expr root, Expr log) = ArcParts(x.Abs(), z.Imag().Abs());
        return x.Atan2(root).WithImaginary(CopySign(log, z.Imag()));
    }

    public static Expr Acos(Expr z)
    {
        Expr x = z.Real();
        (Expr root, Expr log) = ArcParts(x.Abs(), z.Imag().Abs());
        return root.Atan2(x).WithImaginary(CopySign(log, -z.Imag()));
    }

    /// <summary>-i asin(iz), written so that only signs change.</summary>
    public static Expr Asinh(Expr z)
    {
        Expr y = z.Imag();
        (Expr root, Expr log) = ArcParts(y.Abs(), z.Real().Abs());
        return CopySign(log, z.Real()).WithImaginary(y.Atan2(root));
    }

    public static Expr Acosh(Expr z)
    {
        Expr x = z.Real();
        (Expr root, Expr log) = ArcParts(x.Abs(), z.Imag().Abs());
        return log.WithImaginary(CopySign(root.Atan2(x), z.Imag()));
    }

    public static Expr Atan(Expr z)
    {
        Expr t = Atanh((-z.Imag()).WithImaginary(z.Real()));
        return t.Imag().WithImaginary(-t.Real());
    }

    /// <summary>Real part log1p(4x / ((1 - x)² + y²)) / 4, imaginary part atan2(2y, (1 - x)(1 + x) - y²) / 2; where squares leave the type's range, what is left of them.</summary>
    public static Expr Atanh(Expr z)
    {
        Expr x = z.Real().Abs(), y = z.Imag().Abs();
        Expr gap = 1 - x, ySquared = y * y;
        Expr near = 0.25 * (4 * x / ((gap * gap) + ySquared)).Log1P();
        // 1 + iy, where y² is lost beside nothing at all.
        Expr pole = x.Equal(1) & y.Less(SafeSmall(x));
        near = pole.Choose(0.5 * (Math.Log(2) - y.Log()), near);
        Expr large = x.Max(y), small = x.Min(y);
        // 1 / z, to which atanh comes close, has the real part x / (x² + y²).
        Expr ratio = large.Equal(double.PositiveInfinity).Choose(x.Like(0), small / large);
        Expr far = x.Less(y).Choose(ratio, x.Like(1)) / (1 + (ratio * ratio)) / large;
        Expr isNear = large.Less(SafeLarge(x));
        Expr angle = 0.5 * (2 * y).Atan2((gap * (1 + x)) - ySquared);
        Expr re = isNear.Choose(near, far), im = isNear.Choose(angle, x.Like(Math.PI / 2));
        Expr unknown = x.NotEqual(x) | y.NotEqual(y);
        return CopySign(re, z.Real()).WithImaginary(CopySign(unknown.Choose(x + y, im), z.Imag()));
    }

    /// <summary>(x - y)(x + y) + 2xy i, whose real part is infinite, not NaN, where one part is.</summary>
    public static Expr Square(Expr z)
    {
        Expr x = z.Real(), y = z.Imag();
        Expr equal = x.Abs().Equal(y.Abs()) & x.IsFinite();
        return equal.Choose(x.Like(0), (x - y) * (x + y)).WithImaginary(2 * (x * y));
    }

    /// <summary>CHLO's kernel of the inverse sine and cosine: what their real parts are the angle of, and the magnitude of their imaginary parts.</summary>
    public static Expr AsinAcosKernel(Expr z)
    {
        (Expr root, Expr log) = ArcParts(z.Real().Abs(), z.Imag().Abs());
        return root.WithImaginary(log);
    }

    public static Expr Conjugate(Expr z) => z.Real().WithImaginary(-z.Imag());

    /// <summary>
    /// For x, y ≥ 0, with r and s the distances of x + iy from -1 and 1 and a = (r + s) / 2: the square root of a² - x² (asin is the
    /// angle of x over it, acos the angle of it over x) and log(a + sqrt(a² - 1)).
    /// </summary>
    private static (Expr Root, Expr Log) ArcParts(Expr x, Expr y)
    {
        Expr plus = x + 1, minus = x - 1, ySquared = y * y;
        Expr r = Hypot(plus, y), s = Hypot(minus.Abs(), y);
        Expr a = 0.5 * (r + s), halfSum = 0.5 * (a + x);
        Expr inside = x.AtMost(1);
        // r - (x + 1) and s - |x - 1| cancel; they are y² over the sums.
        Expr root = inside.Choose(
            (halfSum * ((ySquared / (r + plus)) + (s - minus))).Sqrt(),
            y * ((halfSum / (r + plus)) + (halfSum / (s + minus))).Sqrt());
        Expr large = x.Max(y), small = x.Min(y);
        Expr isFar = large.Compare(x.Like(SafeLarge(x)), ComparisonDirection.GE);
        root = isFar.Choose(y, root);

        // a - 1 in the same way.
        Expr excess = 0.5 * ((ySquared / (r + plus)) + x.Less(1).Choose(ySquared / (s - minus), s + minus));
        Expr log = (excess + (excess * (a + 1)).Sqrt()).Log1P();
        // y² is lost, and a is 1.
        Expr isThin = x.Less(1) & y.Less(SafeSmall(x));
        log = isThin.Choose(y / ((1 - x) * plus).Sqrt(), log);
        // log(2|z|)
        Expr ratio = small / large;
        Expr distant = large.Equal(double.PositiveInfinity).Choose(large, Math.Log(2) + large.Log() + (0.5 * (ratio * ratio).Log1P()));
        return (root, isFar.Choose(distant, log));
    }

    /// <summary>sqrt(a² + b²) of numbers that are not negative, without leaving the range on the way.</summary>
    private static Expr Hypot(Expr a, Expr b)
    {
        Expr large = a.Max(b), small = a.Min(b);
        Expr ratio = small / large, squared = ratio * ratio;
        Expr root = (1 + squared).Sqrt();
        // Beside 1 a small square is lost: half of it is added to the root instead.
        Expr thin = large + (large * squared * 0.5);
        Expr result = root.Equal(1).Choose(thin, large * root);
        return a.Equal(b).Choose(large * Math.Sqrt(2), large.Equal(0).Choose(large, result));
    }

    /// <summary>The magnitude of one number with the sign of another, that of a zero too.</summary>
    private static Expr CopySign(Expr magnitude, Expr sign)
    {
        ElementKind bits = sign.Kind == ElementKind.F64 ? ElementKind.I64 : ElementKind.I32;
        return sign.Bits(bits).Less(0).Choose(-magnitude, magnitude);
    }

    /// <summary>Below it, twice the square of a number is finite.</summary>
    private static double SafeLarge(Expr x) => Math.Sqrt(x.Kind == ElementKind.F64 ? double.MaxValue : float.MaxValue) / 8;

    /// <summary>Above it, the square of a number has all its bits.</summary>
    private static double SafeSmall(Expr x) => x.Kind == ElementKind.F64 ? 4 * Math.Sqrt(2.2250738585072014e-308) : 4 * Math.Sqrt(1.17549435e-38);
}
