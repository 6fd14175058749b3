using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>The normal quantile, and functions made of gamma functions.</summary>
public static partial class Special
{
    // The rational approximations of Cephes' ndtri: around a half, and in the tails up to and beyond sqrt(-2 log p) = 8.
    private static readonly double[] s_quantile0P = [-5.99633501014107895267E1, 9.80010754185999661536E1, -5.66762857469070293439E1, 1.39312609387279679503E1, -1.23916583867381258016E0];
    private static readonly double[] s_quantile0Q = [1, 1.95448858338141759834E0, 4.67627912898881538453E0, 8.63602421390890590575E1, -2.25462687854119370527E2, 2.00260212380060660359E2, -8.20372256168333339912E1, 1.59056225126211695515E1, -1.18331621121330003142E0];
    private static readonly double[] s_quantile1P = [4.05544892305962419923E0, 3.15251094599893866154E1, 5.71628192246421288162E1, 4.40805073893200834700E1, 1.46849561928858024014E1, 2.18663306850790267539E0, -1.40256079171354495875E-1, -3.50424626827848203418E-2, -8.57456785154685413611E-4];
    private static readonly double[] s_quantile1Q = [1, 1.57799883256466749731E1, 4.53907635128879210584E1, 4.13172038254672030440E1, 1.50425385692907503408E1, 2.50464946208309415979E0, -1.42182922854787788574E-1, -3.80806407691578277194E-2, -9.33259480895457427372E-4];
    private static readonly double[] s_quantile2P = [3.23774891776946035970E0, 6.91522889068984211695E0, 3.93881025292474443415E0, 1.33303460815807542389E0, 2.01485389549179081538E-1, 1.23716634817820021358E-2, 3.01581553508235416007E-4, 2.65806974686737550832E-6, 6.23974539184983293730E-9];
    private static readonly double[] s_quantile2Q = [1, 6.02427039364742014255E0, 3.67983563856160859403E0, 1.37702099489081330271E0, 2.16236993594496635890E-1, 1.34204006088543189037E-2, 3.28014464682127739104E-4, 2.89247864745380683936E-6, 6.79019408009981274425E-9];

    /// <summary>The quantile of the normal distribution, the inverse of <see cref="Ndtr"/>; infinite at 0 and 1, NaN outside.</summary>
    public static Tensor Ndtri(Tensor p, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        p = Jnp.ToInexact(Hlo.Materialize(p));
        if (p.DType is not (ElementKind.F32 or ElementKind.F64))
        {
            throw Tracer.Error("ndtri", $"{p.DType.Name()} operand; it is for f32 and f64");
        }
        return Autodiff.CustomJvp(NormalQuantile, static (v, d) =>
        {
            Tensor x = Ndtri(v[0]);
            return ([x], [d[0] * (Math.Sqrt(2 * Math.PI) * Jnp.Exp(0.5 * Jnp.Square(x)))]);
        }, [p])[0];
    }

    /// <summary>The sign of Γ(x): NaN at the negative whole numbers and at minus infinity, that of the zero at a zero.</summary>
    public static Tensor GammaSgn(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Autodiff.StopGradient(Jnp.ToInexact(Hlo.Materialize(x)));
        Tensor floor = Jnp.Floor(x), one = Hlo.Ones(x.Type);
        Tensor below = Hlo.Select(Equal(Jnp.RemainderOf(floor, 2.0), 0), one, -one);
        Tensor pole = (x < 0.0) & Hlo.Compare("EQ", x, floor);
        return Jnp.Where(Equal(x, 0), Jnp.CopySign(one, x), Jnp.Where(pole | Jnp.IsNan(x), double.NaN, Jnp.Where(x < 0.0, below, one)));
    }

    /// <summary>The beta function Γ(a) Γ(b) / Γ(a + b).</summary>
    public static Tensor Beta(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (a, b) = Jnp.Promote("beta", a, b, inexact: true);
        return GammaSgn(a) * GammaSgn(b) * GammaSgn(a + b) * Jnp.Exp(BetaLn(a, b));
    }

    /// <summary>How many ways there are to take k of n things, or with <paramref name="repetition"/> with repeats; 0 outside 0 ≤ k ≤ n.</summary>
    public static Tensor Comb(Tensor n, Tensor k, bool repetition = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (n, k) = Jnp.Promote("comb", n, k, inexact: true);
        if (repetition)
        {
            return Jnp.Where(Equal(k, 0) & (n >= 0.0), 1.0, Comb(n + k - 1.0, k));
        }
        Tensor inside = (k <= n) & (n >= 0.0) & (k >= 0.0);
        (Tensor safeN, Tensor safeK) = (Jnp.Where(inside, n, 0.0), Jnp.Where(inside, k, 0.0));
        return Jnp.Where(inside, Jnp.Exp(GammaLn(safeN + 1.0) - GammaLn(safeK + 1.0) - GammaLn(safeN + 1.0 - safeK)), 0.0);
    }

    /// <summary>The Pochhammer symbol Γ(z + m) / Γ(z).</summary>
    public static Tensor Poch(Tensor z, Tensor m, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (z, m) = Jnp.Promote("poch", z, m, inexact: true);
        return Autodiff.CustomJvp(static v => [Jnp.Where(Equal(v[1], 0), 1.0, Gamma(v[0] + v[1]) / Gamma(v[0]))], static (v, d) =>
        {
            Tensor value = Poch(v[0], v[1]), upper = Digamma(v[0] + v[1]);
            return ([value], [d[0] * value * (upper - Digamma(v[0])) + d[1] * value * upper]);
        }, [z, m])[0];
    }

    /// <summary>The Box-Cox transform (x^λ - 1) / λ, log x at λ = 0.</summary>
    public static Tensor BoxCox(Tensor x, Tensor lambda, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (x, lambda) = Jnp.Promote("boxcox", x, lambda, inexact: true);
        return BoxCoxOf(Jnp.Log(x), lambda);
    }

    /// <summary>The Box-Cox transform of 1 + x.</summary>
    public static Tensor BoxCox1p(Tensor x, Tensor lambda, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (x, lambda) = Jnp.Promote("boxcox1p", x, lambda, inexact: true);
        return BoxCoxOf(Jnp.Log1p(x), lambda);
    }

    private static Tensor BoxCoxOf(Tensor log, Tensor lambda)
    {
        Tensor zero = Equal(lambda, 0), safe = Hlo.Select(zero, Hlo.Ones(lambda.Type), lambda);
        // Near λ = 0 the value is log + λ log² / 2, of which the second term has a derivative there.
        return Jnp.Where(zero, log * (1.0 + 0.5 * lambda * log), Jnp.Expm1(safe * log) / safe);
    }

    private static Tensor[] NormalQuantile(Tensor[] v)
    {
        Tensor p = v[0], one = Hlo.Ones(p.Type);
        Tensor upper = p > -Math.Exp(-2) + 1, tail = Jnp.Where(upper, one - p, p);
        Tensor safe = Jnp.Where(Equal(tail, 0), 0.5, tail);
        Tensor w = safe - 0.5, square = w * w;
        Tensor middle = (w + w * square * (Polynomial(square, s_quantile0P) / Polynomial(square, s_quantile0Q))) * -Math.Sqrt(2 * Math.PI);
        Tensor z = Jnp.Sqrt(-2.0 * Jnp.Log(safe)), inverse = 1.0 / z, first = z - Jnp.Log(z) / z;
        Tensor far = first - Polynomial(inverse, s_quantile2P) / Polynomial(inverse, s_quantile2Q) / z;
        Tensor near = first - Polynomial(inverse, s_quantile1P) / Polynomial(inverse, s_quantile1Q) / z;
        Tensor x = Jnp.Where(safe > Math.Exp(-2), middle, Jnp.Where(z >= 8.0, far, near));
        x = Hlo.Select(upper, x, -x);
        return [Jnp.Where(Equal(p, 0), double.NegativeInfinity, Jnp.Where(Equal(p, 1), double.PositiveInfinity, x))];
    }

    /// <summary>A polynomial, highest power first, by Horner's rule.</summary>
    private static Tensor Polynomial(Tensor x, double[] coefficients)
    {
        Tensor sum = Hlo.Splat(coefficients[0], x.DType, x.Shape);
        foreach (double c in coefficients.AsSpan(1))
        {
            sum = sum * x + c;
        }
        return sum;
    }
}
