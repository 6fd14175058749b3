using System.Numerics;

namespace I1Xla.StableHlo.Numerics;

/// <summary>Complex functions in double precision, with the special values that C99 Annex G gives.</summary>
/// <remarks>ISO C99, Annex G; Kahan, "Branch cuts for complex elementary functions", 1987; Hull, Fairgrieve, Tang, "Implementing the complex arcsine and arccosine functions using exception handling", 1997.</remarks>
public static class ComplexFunctions
{
    private const double Ln2 = 0.69314718055994530942;

    /// <summary>The product as the sum of four real products.</summary>
    public static Complex Multiply(Complex a, Complex b) =>
        new((a.Real * b.Real) - (a.Imaginary * b.Imaginary), (a.Real * b.Imaginary) + (a.Imaginary * b.Real));

    /// <summary>z², with a real part that is infinite, not NaN, where one part of z is.</summary>
    public static Complex Square(Complex z)
    {
        double x = z.Real, y = z.Imaginary;
        return new Complex(Math.Abs(x) == Math.Abs(y) && double.IsFinite(x) ? 0 : (x - y) * (x + y), 2 * (x * y));
    }

    /// <summary>exp(z).</summary>
    public static Complex Exp(Complex z)
    {
        if (z.Imaginary == 0)
        {
            return new Complex(Math.Exp(z.Real), z.Imaginary);
        }
        (double sin, double cos) = Math.SinCos(z.Imaginary);
        if (z.Real > 709)
        {
            // The factors may be finite where exp alone is not.
            double half = Math.Exp(z.Real / 2);
            return new Complex(half * cos * half, half * sin * half);
        }
        double e = Math.Exp(z.Real);
        return new Complex(e * cos, e * sin);
    }

    /// <summary>exp(z) - 1.</summary>
    public static Complex ExpM1(Complex z)
    {
        (double sin, double cos) = Math.SinCos(z.Imaginary);
        double halfSin = Math.Sin(z.Imaginary / 2);
        double real = (ElementaryFunctions.ExpM1(z.Real) * cos) - (2 * halfSin * halfSin);
        return new Complex(real, z.Imaginary == 0 ? z.Imaginary : Math.Exp(z.Real) * sin);
    }

    /// <summary>log(z), principal branch; the real part is accurate near |z| = 1.</summary>
    public static Complex Log(Complex z) => new(LogAbs(z.Real, z.Imaginary), Math.Atan2(z.Imaginary, z.Real));

    /// <summary>log(1 + z), accurate near zero.</summary>
    public static Complex Log1P(Complex z)
    {
        double x = z.Real;
        double y = z.Imaginary;
        double angle = Math.Atan2(y, 1 + x);
        if (Math.Abs(x) < 3 && Math.Abs(y) < 3)
        {
            // |1+z|² - 1 = 2x + x² + y², where the sum may cancel: keep the rounding errors of the squares.
            double xx = x * x, yy = y * y;
            double low = Math.FusedMultiplyAdd(x, x, -xx) + Math.FusedMultiplyAdd(y, y, -yy);
            double sum = TwoSum(2 * x, xx, out double e1);
            sum = TwoSum(sum, yy, out double e2);
            double excess = sum + (low + e1 + e2);
            if (excess < -0.5)
            {
                // Near -1 it is 1 + x, exact there, that counts.
                return new Complex(LogAbs(1 + x, y), angle);
            }
            return new Complex(0.5 * ElementaryFunctions.Log1P(excess), angle);
        }
        return new Complex(LogAbs(1 + x, y), angle);
    }

    /// <summary>The principal square root.</summary>
    public static Complex Sqrt(Complex z)
    {
        double a = z.Real, b = z.Imaginary;
        if (a == 0 && b == 0)
        {
            return new Complex(0, b);
        }
        if (double.IsInfinity(b))
        {
            return new Complex(double.PositiveInfinity, b);
        }
        if (double.IsNaN(a))
        {
            return new Complex(double.NaN, double.NaN);
        }
        if (double.IsInfinity(a))
        {
            return a > 0
                ? new Complex(a, double.IsNaN(b) ? b : Math.CopySign(0, b))
                : new Complex(double.IsNaN(b) ? b : 0, Math.CopySign(a, b));
        }
        // Scale by an even power of two so that neither overflow nor underflow harms the modulus.
        double largest = Math.Max(Math.Abs(a), Math.Abs(b));
        int exponent = (Math.ILogB(largest) / 2) * 2;
        a = Math.ScaleB(a, -exponent);
        b = Math.ScaleB(b, -exponent);
        double t = Math.Sqrt((Math.Abs(a) + ElementaryFunctions.Hypot(a, b)) / 2);
        t = Math.ScaleB(t, exponent / 2);
        // From the unscaled part: scaled, it may have lost bits to underflow.
        double other = Math.Abs(z.Imaginary) / t / 2;
        return a >= 0 ? new Complex(t, Math.CopySign(other, b)) : new Complex(other, Math.CopySign(t, b));
    }

    /// <summary>1 / sqrt(z).</summary>
    public static Complex Rsqrt(Complex z)
    {
        if (z == Complex.Zero)
        {
            return new Complex(double.PositiveInfinity, double.NaN);
        }
        if (double.IsInfinity(z.Real) || double.IsInfinity(z.Imaginary))
        {
            return double.IsNaN(z.Real) || double.IsNaN(z.Imaginary) ? new Complex(double.NaN, double.NaN) : new Complex(0, Math.CopySign(0, -z.Imaginary));
        }
        Complex root = Sqrt(z);
        return Divide(Complex.One, root);
    }

    /// <summary>The cube root of the principal branch.</summary>
    public static Complex Cbrt(Complex z)
    {
        double modulus = Math.Cbrt(ElementaryFunctions.Hypot(z.Real, z.Imaginary));
        (double sin, double cos) = Math.SinCos(Math.Atan2(z.Imaginary, z.Real) / 3);
        return new Complex(modulus * cos, modulus * sin);
    }

    /// <summary>The quotient, scaled so that the divisor's modulus neither overflows nor underflows.</summary>
    public static Complex Divide(Complex a, Complex b)
    {
        double largest = Math.Max(Math.Abs(b.Real), Math.Abs(b.Imaginary));
        int scale = 0;
        double c = b.Real, d = b.Imaginary;
        if (double.IsFinite(largest) && largest != 0)
        {
            scale = -Math.ILogB(largest);
            c = Math.ScaleB(c, scale);
            d = Math.ScaleB(d, scale);
        }
        double denominator = (c * c) + (d * d);
        double x = Math.ScaleB(((a.Real * c) + (a.Imaginary * d)) / denominator, scale);
        double y = Math.ScaleB(((a.Imaginary * c) - (a.Real * d)) / denominator, scale);
        if (double.IsNaN(x) && double.IsNaN(y))
        {
            // Infinities and zeros that made NaNs (C99 Annex G.5.1).
            if (denominator == 0 && (!double.IsNaN(a.Real) || !double.IsNaN(a.Imaginary)))
            {
                return new Complex(Math.CopySign(double.PositiveInfinity, b.Real) * a.Real, Math.CopySign(double.PositiveInfinity, b.Real) * a.Imaginary);
            }
            if ((double.IsInfinity(a.Real) || double.IsInfinity(a.Imaginary)) && double.IsFinite(b.Real) && double.IsFinite(b.Imaginary))
            {
                double p = Math.CopySign(double.IsInfinity(a.Real) ? 1 : 0, a.Real);
                double q = Math.CopySign(double.IsInfinity(a.Imaginary) ? 1 : 0, a.Imaginary);
                return new Complex(double.PositiveInfinity * ((p * b.Real) + (q * b.Imaginary)), double.PositiveInfinity * ((q * b.Real) - (p * b.Imaginary)));
            }
            if (double.IsInfinity(largest) && double.IsFinite(a.Real) && double.IsFinite(a.Imaginary))
            {
                double p = Math.CopySign(double.IsInfinity(b.Real) ? 1 : 0, b.Real);
                double q = Math.CopySign(double.IsInfinity(b.Imaginary) ? 1 : 0, b.Imaginary);
                return new Complex(0 * ((a.Real * p) + (a.Imaginary * q)), 0 * ((a.Imaginary * p) - (a.Real * q)));
            }
        }
        return new Complex(x, y);
    }

    /// <summary>a to the power of b, as exp(b log a); 0 to the 0 is 1.</summary>
    public static Complex Pow(Complex a, Complex b)
    {
        if (b == Complex.Zero)
        {
            return Complex.One;
        }
        if (a == Complex.Zero)
        {
            return b.Real > 0 ? Complex.Zero : Exp(Multiply(b, Log(a)));
        }
        return Exp(Multiply(b, Log(a)));
    }

    /// <summary>sin(z).</summary>
    public static Complex Sin(Complex z)
    {
        Complex s = Sinh(new Complex(-z.Imaginary, z.Real));
        return new Complex(s.Imaginary, -s.Real);
    }

    /// <summary>cos(z).</summary>
    public static Complex Cos(Complex z) => Cosh(new Complex(-z.Imaginary, z.Real));

    /// <summary>tan(z); far along the real axis it is not a number.</summary>
    public static Complex Tan(Complex z)
    {
        if (double.IsInfinity(z.Real) && double.IsFinite(z.Imaginary))
        {
            return new Complex(double.NaN, double.NaN);
        }
        Complex t = Tanh(new Complex(-z.Imaginary, z.Real));
        return new Complex(t.Imaginary, -t.Real);
    }

    /// <summary>sinh(z).</summary>
    public static Complex Sinh(Complex z)
    {
        double x = z.Real, y = z.Imaginary;
        (double sin, double cos) = Math.SinCos(y);
        if (Math.Abs(x) > 709 && double.IsFinite(x) && y != 0)
        {
            double half = Math.Exp(Math.Abs(x) / 2);
            return new Complex(Math.CopySign(0.5 * half * cos * half, x * cos), 0.5 * half * sin * half);
        }
        return new Complex(x == 0 ? x : y == 0 ? Math.Sinh(x) : Math.Sinh(x) * cos, y == 0 ? y : Math.Cosh(x) * sin);
    }

    /// <summary>cosh(z).</summary>
    public static Complex Cosh(Complex z)
    {
        double x = z.Real, y = z.Imaginary;
        (double sin, double cos) = Math.SinCos(y);
        if (Math.Abs(x) > 709 && double.IsFinite(x) && y != 0)
        {
            double half = Math.Exp(Math.Abs(x) / 2);
            double im = 0.5 * half * sin * half;
            return new Complex(0.5 * half * cos * half, x < 0 ? -im : im);
        }
        return new Complex(y == 0 ? Math.Cosh(x) : Math.Cosh(x) * cos, y == 0 ? y * Math.CopySign(1, x) : x == 0 ? x * sin : Math.Sinh(x) * sin);
    }

    /// <summary>tanh(z), by Kahan's formula.</summary>
    public static Complex Tanh(Complex z)
    {
        double x = z.Real, y = z.Imaginary;
        if (double.IsInfinity(x))
        {
            return new Complex(Math.CopySign(1, x), double.IsFinite(y) ? Math.CopySign(0, Math.Sin(2 * y)) : 0);
        }
        if (Math.Abs(x) > 20)
        {
            (double s, double c) = Math.SinCos(y);
            double decay = Math.Exp(-Math.Abs(x));
            return new Complex(Math.CopySign(1, x), 4 * s * c * decay * decay);
        }
        double t = Math.Tan(y);
        double beta = 1 + (t * t);
        double sinh = Math.Sinh(x);
        double rho = Math.Sqrt(1 + (sinh * sinh));
        if (double.IsInfinity(t))
        {
            return new Complex(rho / sinh, 1 / t);
        }
        double d = 1 + (beta * sinh * sinh);
        return new Complex(beta * rho * sinh / d, t / d);
    }

    /// <summary>asin(z), after Hull, Fairgrieve and Tang, with cut outside [-1, 1] on the real axis.</summary>
    public static Complex Asin(Complex z)
    {
        (double real, double log) = AsinParts(Math.Abs(z.Real), Math.Abs(z.Imaginary), cosine: false);
        return new Complex(Math.CopySign(real, z.Real), Math.CopySign(log, z.Imaginary));
    }

    /// <summary>acos(z).</summary>
    public static Complex Acos(Complex z)
    {
        (double real, double log) = AsinParts(Math.Abs(z.Real), Math.Abs(z.Imaginary), cosine: true);
        return new Complex(double.IsNegative(z.Real) ? Math.PI - real : real, Math.CopySign(log, double.IsNegative(z.Imaginary) ? 1 : -1));
    }

    /// <summary>asinh(z) = i asin(-i z).</summary>
    public static Complex Asinh(Complex z)
    {
        Complex s = Asin(new Complex(z.Imaginary, -z.Real));
        return new Complex(-s.Imaginary, s.Real);
    }

    /// <summary>acosh(z), with a real part that is not negative.</summary>
    public static Complex Acosh(Complex z)
    {
        Complex c = Acos(z);
        return double.IsNegative(c.Imaginary) ? new Complex(-c.Imaginary, c.Real) : new Complex(c.Imaginary, -c.Real);
    }

    /// <summary>atan(z) = -i atanh(i z).</summary>
    public static Complex Atan(Complex z)
    {
        Complex t = Atanh(new Complex(-z.Imaginary, z.Real));
        return new Complex(t.Imaginary, -t.Real);
    }

    /// <summary>atanh(z).</summary>
    public static Complex Atanh(Complex z)
    {
        double x = Math.Abs(z.Real), y = z.Imaginary;
        double re, im;
        if (double.IsInfinity(x) || double.IsInfinity(y) || x > 1e150 || Math.Abs(y) > 1e150)
        {
            // 1/z to first order, scaled.
            double scaled = ElementaryFunctions.Hypot(x / 2, y / 2);
            re = double.IsInfinity(scaled) ? 0 : x / scaled / 4 / scaled;
            im = Math.CopySign(Math.PI / 2, y);
        }
        else
        {
            // re = log1p(4x / ((1-x)² + y²)) / 4
            double gap = 1 - x;
            double denominator = (gap * gap) + (y * y);
            if (denominator < 1e-290 && (gap != 0 || y != 0))
            {
                double distance = ElementaryFunctions.Hypot(gap, y);
                re = 0.5 * (Math.Log(ElementaryFunctions.Hypot(1 + x, y)) - Math.Log(distance));
            }
            else
            {
                re = 0.25 * ElementaryFunctions.Log1P(4 * x / denominator);
            }
            im = 0.5 * Math.Atan2(2 * y, (gap * (1 + x)) - (y * y));
        }
        return new Complex(Math.CopySign(re, z.Real), im);
    }

    /// <summary>log sqrt(x² + y²), accurate near 1.</summary>
    public static double LogAbs(double x, double y)
    {
        x = Math.Abs(x);
        y = Math.Abs(y);
        (double big, double small) = x >= y ? (x, y) : (y, x);
        if (double.IsInfinity(x) || double.IsInfinity(y))
        {
            return double.PositiveInfinity;
        }
        if (double.IsNaN(x) || double.IsNaN(y))
        {
            return double.NaN;
        }
        if (big > 0.5 && big < 2)
        {
            // big² + small² - 1 = (big-1)(big+1) + small², with the rounding errors of the products.
            double p = (big - 1) * (big + 1);
            double pLow = Math.FusedMultiplyAdd(big - 1, big + 1, -p) + ((big - 1) * (big - (big + 1 - 1)));
            double q = small * small;
            double qLow = Math.FusedMultiplyAdd(small, small, -q);
            double sum = TwoSum(p, q, out double error);
            return 0.5 * ElementaryFunctions.Log1P(sum + (pLow + qLow + error));
        }
        if (big == 0)
        {
            return double.NegativeInfinity;
        }
        int exponent = Math.ILogB(big);
        big = Math.ScaleB(big, -exponent);
        small = Math.ScaleB(small, -exponent);
        return (exponent * Ln2) + (0.5 * Math.Log((big * big) + (small * small)));
    }

    private static (double Angle, double Log) AsinParts(double x, double y, bool cosine)
    {
        if (double.IsNaN(x) || double.IsNaN(y))
        {
            bool infinite = double.IsInfinity(x) || double.IsInfinity(y);
            return (!double.IsNaN(x) && x == 0 ? (cosine ? Math.PI / 2 : 0) : double.NaN, infinite ? double.PositiveInfinity : double.NaN);
        }
        if (double.IsInfinity(x) || double.IsInfinity(y) || x > 1e150 || y > 1e150)
        {
            double angle = cosine ? Math.Atan2(y, x) : Math.Atan2(x, y);
            return (angle, Ln2 + LogAbs(x, y));
        }
        double r = ElementaryFunctions.Hypot(x + 1, y);
        double s = ElementaryFunctions.Hypot(x - 1, y);
        double a = 0.5 * (r + s);
        double b = x / a;
        double real;
        if (b <= 0.6417)
        {
            real = cosine ? Math.Acos(b) : Math.Asin(b);
        }
        else
        {
            double ax = a + x;
            double root = x <= 1
                ? Math.Sqrt(0.5 * ax * ((y * y / (r + x + 1)) + (s + (1 - x))))
                : y * Math.Sqrt(0.5 * ((ax / (r + x + 1)) + (ax / (s + (x - 1)))));
            real = cosine ? Math.Atan2(root, x) : Math.Atan2(x, root);
        }
        double log;
        if (a <= 1.5)
        {
            double excess = x < 1
                ? 0.5 * ((y * y / (r + x + 1)) + (y * y / (s + (1 - x))))
                : 0.5 * ((y * y / (r + x + 1)) + (s + (x - 1)));
            if (x == 1 && y == 0)
            {
                excess = 0;
            }
            log = y == 0 && x <= 1 ? 0
                : x < 1 && excess < 1e-280 ? y / Math.Sqrt((1 - x) * (1 + x))
                : ElementaryFunctions.Log1P(excess + Math.Sqrt(excess * (a + 1)));
        }
        else
        {
            log = Math.Log(a + Math.Sqrt((a * a) - 1));
        }
        return (real, log);
    }

    private static double TwoSum(double a, double b, out double error)
    {
        double sum = a + b;
        double t = sum - a;
        error = (a - (sum - t)) + (b - t);
        return sum;
    }
}
