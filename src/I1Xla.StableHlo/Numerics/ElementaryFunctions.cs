namespace I1Xla.StableHlo.Numerics;

/// <summary>Elementary functions in double that <see cref="Math"/> lacks or computes with cancellation.</summary>
/// <remarks>IEEE 754-2019, 9.2 and 9.6; StableHLO specification, sections <c>log_plus_one</c>, <c>exponential_minus_one</c>, <c>logistic</c>, <c>maximum</c>, <c>minimum</c>.</remarks>
public static class ElementaryFunctions
{
    /// <summary>log(1 + x), accurate near zero (Kahan's correction by the rounding of 1 + x).</summary>
    public static double Log1P(double x)
    {
        if (Math.Abs(x) < 1e-5)
        {
            return x == 0 ? x : x * (1 - (x * (0.5 - (x * (1.0 / 3 - (x * 0.25))))));
        }
        double u = 1 + x;
        if (double.IsInfinity(u) || double.IsNaN(u) || u <= 0)
        {
            return Math.Log(u);
        }
        // log(1+x) = log(u) + log((1+x)/u), and (1+x)/u - 1 = (x - (u-1))/u, where u-1 is exact.
        return Math.Log(u) + ((x - (u - 1)) / u);
    }

    /// <summary>exp(x) - 1, accurate near zero.</summary>
    public static double ExpM1(double x)
    {
        if (Math.Abs(x) >= 0.5)
        {
            return Math.Exp(x) - 1;
        }
        if (x == 0)
        {
            return x;
        }
        // 2 sinh(x/2) exp(x/2) with sinh from its series, whose terms fall quickly below 1/4.
        double h = x / 2;
        double square = h * h;
        double term = h;
        double sum = h;
        for (int n = 1; n < 12; n++)
        {
            term *= square / (2 * n * ((2 * n) + 1));
            sum += term;
        }
        return 2 * sum * Math.Exp(h);
    }

    /// <summary>sqrt(a² + b²) without overflow or underflow.</summary>
    public static double Hypot(double a, double b) => double.Hypot(a, b);

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>The larger value; NaN wins, and +0 is larger than -0 (IEEE 754 <c>maximum</c>).</summary>
    public static double Maximum(double a, double b) => Math.Max(a, b);

    /// <summary>The smaller value; NaN wins, and -0 is smaller than +0 (IEEE 754 <c>minimum</c>).</summary>
    public static double Minimum(double a, double b) => Math.Min(a, b);
}
