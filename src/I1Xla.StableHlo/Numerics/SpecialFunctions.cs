namespace I1Xla.StableHlo.Numerics;

/// <summary>
/// The special functions of CHLO in double. Formulas: fdlibm's rational approximations of erf, Lanczos' approximation of the
/// gamma function with g = 7 and nine terms, Cephes' Chebyshev series for Bessel functions and its Euler–Maclaurin sum for
/// the Hurwitz zeta function.
/// </summary>
public static class SpecialFunctions
{
    /// <summary>Lanczos' g.</summary>
    public const double LanczosG = 7;

    /// <summary>Lanczos' constant term for g = 7, n = 9.</summary>
    public const double LanczosBase = 0.99999999999980993227684700473478;

    private static readonly double[] s_lanczos =
    [
        676.520368121885098567009190444019, -1259.13921672240287047156078755283, 771.3234287776530788486528258894, -176.61502916214059906584551354,
        12.507343278686904814458936853, -0.13857109526572011689554707, 9.984369578019570859563e-6, 1.50563273514931155834e-7,
    ];

    private static readonly double[] s_besselI1eSmall =
    [
        2.77791411276104639959E-18, -2.11142121435816608115E-17, 1.55363195773620046921E-16, -1.10559694773538630805E-15, 7.60068429473540693410E-15,
        -5.04218550472791168711E-14, 3.22379336594557470981E-13, -1.98397439776494371520E-12, 1.17361862988909016308E-11, -6.66348972350202774223E-11,
        3.62559028155211703701E-10, -1.88724975172282928790E-9, 9.38153738649577178388E-9, -4.44505912879632808065E-8, 2.00329475355213526229E-7,
        -8.56872026469545474066E-7, 3.47025130813767847674E-6, -1.32731636560394358279E-5, 4.78156510755005422638E-5, -1.61760815825896745588E-4,
        5.12285956168575772895E-4, -1.51357245063125314899E-3, 4.15642294431288815669E-3, -1.05640848946261981558E-2, 2.47264490306265168283E-2,
        -5.29459812080949914269E-2, 1.02643658689847095384E-1, -1.76416518357834055153E-1, 2.52587186443633654823E-1,
    ];

    private static readonly double[] s_besselI1eLarge =
    [
        7.51729631084210481353E-18, 4.41434832307170791151E-18, -4.65030536848935832153E-17, -3.20952592199342395980E-17, 2.96262899764595013876E-16,
        3.30820231092092828324E-16, -1.88035477551078244854E-15, -3.81440307243700780478E-15, 1.04202769841288027642E-14, 4.27244001671195135429E-14,
        -2.10154184277266431302E-14, -4.08355111109219731823E-13, -7.19855177624590851209E-13, 2.03562854414708950722E-12, 1.41258074366137813316E-11,
        3.25260358301548823856E-11, -1.89749581235054123450E-11, -5.58974346219658380687E-10, -3.83538038596423702205E-9, -2.63146884688951950684E-8,
        -2.51223623787020892529E-7, -3.88256480887769039346E-6, -1.10588938762623716291E-4, -9.76109749136146840777E-3, 7.78576235018280120474E-1,
    ];

    /// <summary>Coefficients (2k)! / B_2k of the Euler–Maclaurin expansion of zeta.</summary>
    private static readonly double[] s_zeta =
    [
        12.0, -720.0, 30240.0, -1209600.0, 47900160.0, -1.8924375803183791606e9, 7.47242496e10, -2.950130727918164224e12,
        1.1646782814350067249e14, -4.5979787224074726105e15, 1.8152105401943546773e17, -7.1661652561756670113e18,
    ];

    // fdlibm's rational approximations, lowest degree first.
    private static readonly double[] s_erfNearNumerator = [1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02, -5.77027029648944159157e-03, -2.37630166566501626084e-05];
    private static readonly double[] s_erfNearDenominator = [1, 3.97917223959155352819e-01, 6.50222499887672944485e-02, 5.08130628187576562776e-03, 1.32494738004321644526e-04, -3.96022827877536812320e-06];
    private static readonly double[] s_erfOneNumerator = [-2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01, 3.18346619901161753674e-01, -1.10894694282396677476e-01, 3.54783043256182359371e-02, -2.16637559486879084300e-03];
    private static readonly double[] s_erfOneDenominator = [1, 1.06420880400844228286e-01, 5.40397917702171048937e-01, 7.18286544141962662868e-02, 1.26171219808761642112e-01, 1.36370839120290507362e-02, 1.19844998467991074170e-02];
    private static readonly double[] s_erfcMidNumerator = [-9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e+01, -6.23753324503260060396e+01, -1.62396669462573470355e+02, -1.84605092906711035994e+02, -8.12874355063065934246e+01, -9.81432934416914548592e+00];
    private static readonly double[] s_erfcMidDenominator = [1, 1.96512716674392571292e+01, 1.37657754143519042600e+02, 4.34565877475229228821e+02, 6.45387271733267880336e+02, 4.29008140027567833386e+02, 1.08635005541779435134e+02, 6.57024977031928170135e+00, -6.04244152148580987438e-02];
    private static readonly double[] s_erfcFarNumerator = [-9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e+01, -1.60636384855821916062e+02, -6.37566443368389627722e+02, -1.02509513161107724954e+03, -4.83519191608651397019e+02];
    private static readonly double[] s_erfcFarDenominator = [1, 3.03380607434824582924e+01, 3.25792512996573918826e+02, 1.53672958608443695994e+03, 3.19985821950859553908e+03, 2.55305040643316442583e+03, 4.74528541206955367215e+02, -2.24409524465858183362e+01];

    /// <summary>Chebyshev coefficients of I₁(x) exp(-x) / x on [0, 8], highest order first.</summary>
    public static ReadOnlySpan<double> BesselI1eSmall => s_besselI1eSmall;

    /// <summary>Chebyshev coefficients of I₁(x) exp(-x) √x above 8, highest order first.</summary>
    public static ReadOnlySpan<double> BesselI1eLarge => s_besselI1eLarge;

    /// <summary>Lanczos' coefficients of 1/(z + k), k from 1.</summary>
    public static ReadOnlySpan<double> LanczosCoefficients => s_lanczos;

    /// <summary>The error function.</summary>
    public static double Erf(double x)
    {
        double a = Math.Abs(x);
        if (double.IsNaN(x))
        {
            return x;
        }
        if (a < 0.84375)
        {
            return a < 1e-300 ? x * 1.1283791670955126 : x + (x * Polynomial(s_erfNearNumerator, x * x) / Polynomial(s_erfNearDenominator, x * x));
        }
        double upper = a < 1.25
            ? 0.845062911510467529297 + (Polynomial(s_erfOneNumerator, a - 1) / Polynomial(s_erfOneDenominator, a - 1))
            : a >= 6 ? 1 : 1 - ErfcTail(a);
        return Math.CopySign(upper, x);
    }

    /// <summary>The complementary error function.</summary>
    public static double Erfc(double x)
    {
        double a = Math.Abs(x);
        if (double.IsNaN(x))
        {
            return x;
        }
        if (a < 0.84375)
        {
            double y = Polynomial(s_erfNearNumerator, x * x) / Polynomial(s_erfNearDenominator, x * x);
            return x < 0.25 ? 1 - (x + (x * y)) : 0.5 - (x - 0.5 + (x * y));
        }
        if (a < 1.25)
        {
            double tail = Polynomial(s_erfOneNumerator, a - 1) / Polynomial(s_erfOneDenominator, a - 1);
            return x > 0 ? 1 - 0.845062911510467529297 - tail : 1 + 0.845062911510467529297 + tail;
        }
        if (a >= 28)
        {
            return x > 0 ? 0 : 2;
        }
        return x > 0 ? ErfcTail(a) : 2 - ErfcTail(a);
    }

    /// <summary>The inverse error function; ±1 give ±infinity, beyond is NaN. Giles' single-precision approximation, then Halley steps.</summary>
    public static double ErfInv(double y)
    {
        double a = Math.Abs(y);
        if (!(a < 1))
        {
            return a == 1 ? y * double.PositiveInfinity : double.NaN;
        }
        if (a < 1e-8)
        {
            return y * 0.88622692545275801365;
        }
        double w = -Math.Log((1 - a) * (1 + a));
        double x;
        if (w < 5)
        {
            w -= 2.5;
            x = 2.81022636e-08;
            foreach (double c in (ReadOnlySpan<double>)[3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941])
            {
                x = c + (x * w);
            }
        }
        else
        {
            w = Math.Sqrt(w) - 3;
            x = -0.000200214257;
            foreach (double c in (ReadOnlySpan<double>)[0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682])
            {
                x = c + (x * w);
            }
        }
        x *= a;
        for (int step = 0; step < 3; step++)
        {
            double error = a > 0.5 ? (1 - a) - Erfc(x) : Erf(x) - a;
            double slope = 1.1283791670955126 * Math.Exp(-x * x);
            if (slope == 0)
            {
                break;
            }
            double newton = error / slope;
            x -= newton / (1 + (x * newton));
        }
        return Math.CopySign(x, y);
    }

    /// <summary>log |gamma(x)|; +infinity at poles and infinities.</summary>
    public static double LogGamma(double x)
    {
        if (double.IsInfinity(x))
        {
            return double.PositiveInfinity;
        }
        bool reflect = x < 0.5;
        double z = reflect ? -x : x - 1;
        double sum = LanczosBase;
        for (int k = 0; k < s_lanczos.Length; k++)
        {
            sum += s_lanczos[k] / (z + k + 1);
        }
        double t = LanczosG + 0.5 + z;
        double logT = Math.Log(LanczosG + 0.5) + ElementaryFunctions.Log1P(z / (LanczosG + 0.5));
        double result = ((Math.Log(2) + Math.Log(Math.PI)) / 2) + ((z + 0.5 - (t / logT)) * logT) + Math.Log(sum);
        if (!reflect)
        {
            return result;
        }
        double fraction = Math.Abs(x) - Math.Floor(Math.Abs(x));
        double logSine = Math.Log(Math.Sin(Math.PI * (fraction > 0.5 ? 1 - fraction : fraction)));
        return double.IsInfinity(logSine) ? -logSine : Math.Log(Math.PI) - logSine - result;
    }

    /// <summary>The derivative of <see cref="LogGamma"/>; NaN at 0 and negative integers.</summary>
    public static double Digamma(double x)
    {
        bool reflect = x < 0.5;
        double z = reflect ? -x : x - 1;
        double sum = LanczosBase;
        double derivative = 0;
        for (int k = 0; k < s_lanczos.Length; k++)
        {
            double term = z + k + 1;
            derivative -= s_lanczos[k] / (term * term);
            sum += s_lanczos[k] / term;
        }
        double t = LanczosG + 0.5 + z;
        double logT = Math.Log(LanczosG + 0.5) + ElementaryFunctions.Log1P(z / (LanczosG + 0.5));
        double result = logT + (derivative / sum) - (LanczosG / t);
        if (!reflect)
        {
            return result;
        }
        if (x <= 0 && x == Math.Floor(x))
        {
            return double.NaN;
        }
        // cot has period pi, so only the distance to the nearest integer counts.
        double angle = Math.PI * (x + Math.Abs(Math.Floor(x + 0.5)));
        return result - (Math.PI * Math.Cos(angle) / Math.Sin(angle));
    }

    /// <summary>The Hurwitz zeta function, sum over n of (n + q)^-x.</summary>
    public static double Zeta(double x, double q)
    {
        if (x == 1)
        {
            return double.PositiveInfinity;
        }
        if (x < 1 || double.IsNaN(x) || double.IsNaN(q))
        {
            return double.NaN;
        }
        if (q <= 0)
        {
            if (q == Math.Floor(q))
            {
                return x == Math.Floor(x) && x % 2 == 0 ? double.PositiveInfinity : double.NaN;
            }
            if (x != Math.Floor(x))
            {
                return double.NaN;
            }
        }
        double a = q;
        double power = Math.Pow(q, -x);
        double sum = power;
        for (int i = 0; i < 9 || a <= 9; i++)
        {
            a += 1;
            power = Math.Pow(a, -x);
            sum += power;
            if (i >= 9 && Math.Abs(power) < Math.Abs(sum) * double.Epsilon)
            {
                return sum;
            }
        }
        sum += (power * a / (x - 1)) - (0.5 * power);
        double factor = 1;
        double k = 0;
        foreach (double coefficient in s_zeta)
        {
            factor *= x + k;
            power /= a;
            double term = factor * power / coefficient;
            sum += term;
            if (Math.Abs(term) < Math.Abs(sum) * 1.1102230246251565e-16)
            {
                break;
            }
            k += 1;
            factor *= x + k;
            power /= a;
            k += 1;
        }
        return sum;
    }

    /// <summary>The n-th derivative of <see cref="Digamma"/>; NaN unless n is a whole number from 0.</summary>
    public static double Polygamma(double n, double x)
    {
        if (n == 0)
        {
            return Digamma(x);
        }
        if (n < 0 || n != Math.Floor(n))
        {
            return double.NaN;
        }
        double sign = n % 2 == 0 ? -1 : 1;
        return sign * Math.Exp(LogGamma(n + 1)) * Zeta(n + 1, x);
    }

    /// <summary>exp(-|x|) I₁(x), the exponentially scaled modified Bessel function of order 1.</summary>
    public static double BesselI1e(double x)
    {
        double a = Math.Abs(x);
        double y = a <= 8 ? a * Chebyshev(s_besselI1eSmall, (a / 2) - 2) : Chebyshev(s_besselI1eLarge, (32 / a) - 2) / Math.Sqrt(a);
        return x < 0 ? -y : y;
    }

    private static double ErfcTail(double a)
    {
        // exp(-a²) in two factors, so that the rounding of a² does not count: the first square is exact.
        double s = 1 / (a * a);
        double ratio = a < 1 / 0.35
            ? Polynomial(s_erfcMidNumerator, s) / Polynomial(s_erfcMidDenominator, s)
            : Polynomial(s_erfcFarNumerator, s) / Polynomial(s_erfcFarDenominator, s);
        double high = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a) & unchecked((long)0xFFFFFFFF00000000));
        return Math.Exp((-high * high) - 0.5625) * Math.Exp(((high - a) * (high + a)) + ratio) / a;
    }

    private static double Polynomial(double[] coefficients, double x)
    {
        double sum = 0;
        for (int i = coefficients.Length - 1; i >= 0; i--)
        {
            sum = (sum * x) + coefficients[i];
        }
        return sum;
    }

    private static double Chebyshev(double[] coefficients, double x)
    {
        double b0 = 0, b1 = 0, b2 = 0;
        foreach (double c in coefficients)
        {
            b2 = b1;
            b1 = b0;
            b0 = (x * b1) - b2 + c;
        }
        return 0.5 * (b0 - b2);
    }
}
