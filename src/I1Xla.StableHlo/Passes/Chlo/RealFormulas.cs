using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Passes.Chlo;

/// <summary>Special functions of reals in StableHLO ops: f64 in itself, f32 and narrower in f32. Coefficients are Cephes' and those XLA uses.</summary>
internal static class RealFormulas
{
    public static Expr Erf(Expr x)
    {
        if (x.Kind == ElementKind.F64)
        {
            return x.Abs().Less(1).Choose(ErfSmall64(x), 1 - ErfcLarge64(x));
        }
        Expr c = x.Clamp(-4, 4);
        Expr s = c * c;
        Expr numerator = c * s.Polynomial(-2.72614225801306e-10, 2.77068142495902e-08, -2.10102402082508e-06, -5.69250639462346e-05, -7.34990630326855e-04, -2.95459980854025e-03, -1.60960333262415e-02);
        Expr denominator = s.Polynomial(-1.45660718464996e-05, -2.13374055278905e-04, -1.68282697438203e-03, -7.37332916720468e-03, -1.42647390514189e-02);
        return (numerator / denominator).Clamp(-1, 1);
    }

    public static Expr Erfc(Expr x)
    {
        if (x.Kind == ElementKind.F64)
        {
            return x.Abs().Less(1).Choose(1 - ErfSmall64(x), ErfcLarge64(x));
        }
        Expr s = x * x, a = x.Abs(), q = 1 / s;
        Expr polynomial = a.Less(2).Choose(
            q.Polynomial(2.326819970068386E-2, -1.387039388740657E-1, 3.687424674597105E-1, -5.824733027278666E-1, 6.210004621745983E-1, -4.944515323274145E-1, 3.404879937665872E-1, -2.741127028184656E-1, 5.638259427386472E-1),
            q.Polynomial(-1.047766399936249E+1, 1.297719955372516E+1, -7.495518717768503E+0, 2.921019019210786E+0, -1.015265279202700E+0, 4.218463358204948E-1, -2.820767439740514E-1, 5.641895067754075E-1));
        Expr tail = (-s).Exp() * (1 / a) * polynomial;
        Expr clamped = (-s).Less(-88.72283905206835).Choose(x.Like(0), tail);
        Expr large = x.Less(0).Choose(2 - clamped, clamped);
        Expr small = 1 - (x * s.Polynomial(7.853861353153693E-5, -8.010193625184903E-4, 5.188327685732524E-3, -2.685381193529856E-2, 1.128358514861418E-1, -3.761262582423300E-1, 1.128379165726710E+0));
        return a.Less(1).Choose(small, large);
    }

    /// <summary>Giles' approximation in w = -log(1 - x²).</summary>
    public static Expr ErfInv(Expr x)
    {
        Expr w = -(x * -x).Log1P(), p;
        if (x.Kind == ElementKind.F64)
        {
            Expr below6 = w.Less(6.25), below16 = w.Less(16);
            Expr root = w.Sqrt();
            Expr p6 = (w - 3.125).Polynomial(s_erfInvBelow6);
            Expr p16 = (root - 3.25).Polynomial(s_erfInvBelow16);
            Expr rest = (root - 5).Polynomial(s_erfInvAbove16);
            p = below6.Choose(p6, below16.Choose(p16, rest));
        }
        else
        {
            Expr below5 = w.Less(5);
            p = below5.Choose(
                (w - 2.5).Polynomial(2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941),
                (w.Sqrt() - 3).Polynomial(-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682));
        }
        return x.Abs().Equal(1).Choose(x * double.PositiveInfinity, p * x);
    }

    public static Expr LogGamma(Expr x)
    {
        Expr reflect = x.Less(0.5);
        Expr z = reflect.Choose(-x, x - 1);
        Expr sum = x.Like(SpecialFunctions.LanczosBase);
        for (int k = 0; k < SpecialFunctions.LanczosCoefficients.Length; k++)
        {
            sum += SpecialFunctions.LanczosCoefficients[k] / (z + (k + 1));
        }
        const double T0 = SpecialFunctions.LanczosG + 0.5;
        Expr t = T0 + z;
        Expr logT = Math.Log(T0) + (z / T0).Log1P();
        // (z + ½) log t - t without overflow where t is large.
        Expr result = ((Math.Log(2) + Math.Log(Math.PI)) / 2) + ((z + 0.5 - (t / logT)) * logT) + sum.Log();
        Expr a = x.Abs(), fraction = a - a.Floor();
        fraction = x.Like(0.5).Less(fraction).Choose(1 - fraction, fraction);
        Expr logSine = (Math.PI * fraction).Sin().Log();
        Expr reflected = logSine.IsFinite().Choose(Math.Log(Math.PI) - logSine - result, -logSine);
        return IsInfinite(x).Choose(x.Like(double.PositiveInfinity), reflect.Choose(reflected, result));
    }

    public static Expr Digamma(Expr x)
    {
        Expr reflect = x.Less(0.5);
        Expr z = reflect.Choose(-x, x - 1);
        Expr sum = x.Like(SpecialFunctions.LanczosBase), derivative = x.Like(0);
        for (int k = 0; k < SpecialFunctions.LanczosCoefficients.Length; k++)
        {
            Expr term = z + (k + 1);
            derivative -= SpecialFunctions.LanczosCoefficients[k] / (term * term);
            sum += SpecialFunctions.LanczosCoefficients[k] / term;
        }
        const double T0 = SpecialFunctions.LanczosG + 0.5;
        Expr t = T0 + z;
        Expr logT = Math.Log(T0) + (z / T0).Log1P();
        Expr result = logT + (derivative / sum) - (SpecialFunctions.LanczosG / t);
        Expr angle = Math.PI * (x + (x + 0.5).Floor().Abs());
        Expr reflected = result - (Math.PI * angle.Cos() / angle.Sin());
        Expr pole = x.AtMost(0) & x.Equal(x.Floor());
        return pole.Choose(x.Like(double.NaN), reflect.Choose(reflected, result));
    }

    public static Expr Zeta(Expr x, Expr q)
    {
        ReadOnlySpan<double> coefficients =
        [
            -7.1661652561756670113e18, 1.8152105401943546773e17, -4.5979787224074726105e15, 1.1646782814350067249e14, -2.950130727918164224e12, 7.47242496e10,
            -1.8924375803183791606e9, 47900160.0, -1209600.0, 30240.0, -720.0, 12.0,
        ];
        Expr a = q, negative = -x, sum = q.Pow(negative), power = sum;
        for (int i = 0; i < 9; i++)
        {
            a += 1;
            power = a.Pow(negative);
            sum += power;
        }
        a += 1;
        power = a.Pow(negative);
        Expr correction = power * a / (x - 1);
        Expr inverseSquare = 1 / (a * a);
        Expr horner = x.Like(0);
        for (int i = 0; i < coefficients.Length - 1; i++)
        {
            int n = (2 * coefficients.Length) - 2 - (2 * i);
            horner = (x + n) * (x + (n - 1)) * (inverseSquare * (horner + (1 / coefficients[i])));
        }
        Expr tail = power * (0.5 + ((x / a) * ((1 / coefficients[^1]) + horner)));
        Expr result = sum + correction + tail;
        Expr smallest = x.Like(x.Kind == ElementKind.F64 ? 2.2250738585072014e-308 : 1.17549435e-38f);
        result = power.Abs().Less(sum.Abs() * smallest).Choose(sum, result);
        Expr nan = x.Like(double.NaN);
        result = x.Less(1).Choose(nan, result);
        Expr notPositive = q.AtMost(0);
        result = (notPositive & x.NotEqual(x.Floor())).Choose(nan, result);
        Expr even = x.Equal(x.Floor()) & (x % x.Like(2)).Equal(0);
        Expr infinity = x.Like(double.PositiveInfinity);
        result = (notPositive & q.Equal(q.Floor())).Choose(even.Choose(infinity, nan), result);
        return x.Equal(1).Choose(infinity, result);
    }

    public static Expr Polygamma(Expr n, Expr x)
    {
        Expr sign = ((n % n.Like(2)) * 2) - 1;
        Expr derivative = sign * LogGamma(n + 1).Exp() * Zeta(n + 1, x);
        Expr result = n.Equal(0).Choose(Digamma(x), derivative);
        return (n.NotEqual(n.Floor()) | n.Less(0)).Choose(x.Like(double.NaN), result);
    }

    public static Expr BesselI1e(Expr x)
    {
        Expr z = x.Abs();
        bool wide = x.Kind == ElementKind.F64;
        // f32 needs only the larger terms of the series.
        ReadOnlySpan<double> small = wide ? SpecialFunctions.BesselI1eSmall : SpecialFunctions.BesselI1eSmall[12..];
        ReadOnlySpan<double> large = wide ? SpecialFunctions.BesselI1eLarge : SpecialFunctions.BesselI1eLarge[18..];
        Expr below8 = z * Chebyshev((0.5 * z) - 2, small);
        Expr above8 = Chebyshev((32 / z) - 2, large) / z.Sqrt();
        return x.Sign() * z.AtMost(8).Choose(below8, above8);
    }

    public static Expr Acos(Expr x) => ((1 - x) * (1 + x)).Sqrt().Atan2(x);

    public static Expr Asin(Expr x) => 2 * x.Atan2(1 + ((1 - x) * (1 + x)).Sqrt());

    public static Expr Atan(Expr x) => x.Atan2(x.Like(1));

    public static Expr Acosh(Expr x)
    {
        Expr root = (x - 1).Sqrt();
        Expr near = (root * ((x + 1).Sqrt() + root)).Log1P();
        return x.Less(Huge(x)).Choose(near, x.Log() + Math.Log(2));
    }

    public static Expr Asinh(Expr x)
    {
        Expr a = x.Abs(), s = a * a;
        Expr near = (a + (s / (1 + (s + 1).Sqrt()))).Log1P();
        return x.Sign() * a.Less(Huge(x)).Choose(near, a.Log() + Math.Log(2));
    }

    public static Expr Atanh(Expr x) => 0.5 * (x.Log1P() - (-x).Log1P());

    public static Expr Cosh(Expr x) => (x + Math.Log(0.5)).Exp() + (Math.Log(0.5) - x).Exp();

    public static Expr Sinh(Expr x)
    {
        Expr large = (x + Math.Log(0.5)).Exp() - (Math.Log(0.5) - x).Exp();
        if (x.Kind.IsComplex())
        {
            return large;
        }
        Expr u = x.ExpM1();
        return x.Abs().Less(1).Choose(0.5 * (u + (u / (u + 1))), large);
    }

    public static Expr IsInfinite(Expr x) => x.Abs().Equal(double.PositiveInfinity);

    /// <summary>Where x + 1 is x, and x² does not overflow yet.</summary>
    private static double Huge(Expr x) => x.Kind == ElementKind.F64 ? 1e150 : 1e18;

    private static Expr Chebyshev(Expr x, ReadOnlySpan<double> coefficients)
    {
        Expr b0 = x.Like(0), b1 = b0, b2 = b0;
        foreach (double c in coefficients)
        {
            (b2, b1) = (b1, b0);
            b0 = (x * b1) - b2 + c;
        }
        return 0.5 * (b0 - b2);
    }

    private static Expr ErfSmall64(Expr x)
    {
        Expr s = x * x;
        return x * s.Polynomial(9.60497373987051638749E0, 9.00260197203842689217E1, 2.23200534594684319226E3, 7.00332514112805075473E3, 5.55923013010394962768E4)
            / s.Polynomial(1, 3.35617141647503099647E1, 5.21357949780152679795E2, 4.59432382970980127987E3, 2.26290000613890934246E4, 4.92673942608635921086E4);
    }

    private static Expr ErfcLarge64(Expr x)
    {
        Expr a = x.Abs(), z = -(x * x), e = z.Exp();
        Expr below8 = e * a.Polynomial(2.46196981473530512524E-10, 5.64189564831068821977E-1, 7.46321056442269912687E0, 4.86371970985681366614E1, 1.96520832956077098242E2, 5.26445194995477358631E2, 9.34528527171957607540E2, 1.02755188689515710272E3, 5.57535335369399327526E2)
            / a.Polynomial(1, 1.32281951154744992508E1, 8.67072140885989742329E1, 3.54937778887819891062E2, 9.75708501743205489753E2, 1.82390916687909736289E3, 2.24633760818710981792E3, 1.65666309194161350182E3, 5.57535340817727675546E2);
        Expr above8 = e * a.Polynomial(5.64189583547755073984E-1, 1.27536670759978104416E0, 5.01905042251180477414E0, 6.16021097993053585195E0, 7.40974269950448939160E0, 2.97886665372100240670E0)
            / a.Polynomial(1, 2.26052863220117276590E0, 9.39603524938001434673E0, 1.20489539808096656605E1, 1.70814450747565897222E1, 9.60896809063285878198E0, 3.36907645100081516050E0);
        Expr tail = z.Less(-7.09782712893383996843E2).Choose(x.Like(0), a.Less(8).Choose(below8, above8));
        return x.Less(0).Choose(2 - tail, tail);
    }

    private static readonly double[] s_erfInvBelow6 =
    [
        -3.6444120640178196996e-21, -1.685059138182016589e-19, 1.2858480715256400167e-18, 1.115787767802518096e-17, -1.333171662854620906e-16, 2.0972767875968561637e-17,
        6.6376381343583238325e-15, -4.0545662729752068639e-14, -8.1519341976054721522e-14, 2.6335093153082322977e-12, -1.2975133253453532498e-11, -5.4154120542946279317e-11,
        1.051212273321532285e-09, -4.1126339803469836976e-09, -2.9070369957882005086e-08, 4.2347877827932403518e-07, -1.3654692000834678645e-06, -1.3882523362786468719e-05,
        0.0001867342080340571352, -0.00074070253416626697512, -0.0060336708714301490533, 0.24015818242558961693, 1.6536545626831027356,
    ];

    private static readonly double[] s_erfInvBelow16 =
    [
        2.2137376921775787049e-09, 9.0756561938885390979e-08, -2.7517406297064545428e-07, 1.8239629214389227755e-08, 1.5027403968909827627e-06, -4.013867526981545969e-06,
        2.9234449089955446044e-06, 1.2475304481671778723e-05, -4.7318229009055733981e-05, 6.8284851459573175448e-05, 2.4031110387097893999e-05, -0.0003550375203628474796,
        0.00095328937973738049703, -0.0016882755560235047313, 0.0024914420961078508066, -0.0037512085075692412107, 0.005370914553590063617, 1.0052589676941592334, 3.0838856104922207635,
    ];

    private static readonly double[] s_erfInvAbove16 =
    [
        -2.7109920616438573243e-11, -2.5556418169965252055e-10, 1.5076572693500548083e-09, -3.7894654401267369937e-09, 7.6157012080783393804e-09, -1.4960026627149240478e-08,
        2.9147953450901080826e-08, -6.7711997758452339498e-08, 2.2900482228026654717e-07, -9.9298272942317002539e-07, 4.5260625972231537039e-06, -1.9681778105531670567e-05,
        7.5995277030017761139e-05, -0.00021503011930044477347, -0.00013871931833623122026, 1.0103004648645343977, 4.8499064014085844221,
    ];
}
