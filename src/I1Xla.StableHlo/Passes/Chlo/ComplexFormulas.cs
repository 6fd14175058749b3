namespace I1Xla.StableHlo.Passes.Chlo;

/// <summary>Inverse functions and the square of complex numbers in StableHLO ops, after Kahan ("Branch cuts for complex elementary functions").</summary>
internal static class ComplexFormulas
{
    public static Expr Asin(Expr z)
    {
        (Expr a, Expr b) = Roots(z);
        return z.Real().Atan2((a * b).Real()).WithImaginary(RealFormulas.Asinh((Conjugate(a) * b).Imag()));
    }

    public static Expr Acos(Expr z)
    {
        (Expr a, Expr b) = Roots(z);
        return (2 * a.Real().Atan2(b.Real())).WithImaginary(RealFormulas.Asinh((Conjugate(b) * a).Imag()));
    }

    public static Expr Asinh(Expr z)
    {
        Expr s = Asin(z.Imag().WithImaginary(-z.Real()));
        return (-s.Imag()).WithImaginary(s.Real());
    }

    public static Expr Acosh(Expr z)
    {
        Expr a = (z - 1).Sqrt(), b = (z + 1).Sqrt();
        return RealFormulas.Asinh((Conjugate(a) * b).Real()).WithImaginary(2 * a.Imag().Atan2(b.Real()));
    }

    public static Expr Atan(Expr z)
    {
        Expr t = Atanh((-z.Imag()).WithImaginary(z.Real()));
        return t.Imag().WithImaginary(-t.Real());
    }

    public static Expr Atanh(Expr z)
    {
        Expr x = z.Real(), y = z.Imag(), gap = 1 - x;
        Expr re = 0.25 * (4 * x / ((gap * gap) + (y * y))).Log1P();
        Expr im = 0.5 * (2 * y).Atan2((gap * (1 + x)) - (y * y));
        return re.WithImaginary(im);
    }

    /// <summary>(x - y)(x + y) + 2xy i, whose real part is infinite, not NaN, where one part is.</summary>
    public static Expr Square(Expr z)
    {
        Expr x = z.Real(), y = z.Imag();
        Expr equal = x.Abs().Equal(y.Abs()) & x.IsFinite();
        return equal.Choose(x.Like(0), (x - y) * (x + y)).WithImaginary(2 * (x * y));
    }

    public static Expr Conjugate(Expr z) => z.Real().WithImaginary(-z.Imag());

    private static (Expr OneMinus, Expr OnePlus) Roots(Expr z) => ((1 - z).Sqrt(), (1 + z).Sqrt());
}
