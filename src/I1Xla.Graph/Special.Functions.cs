using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Special
{
    // Chebyshev coefficients of exp(-x) I0(x) below 8 and of sqrt(x) exp(-x) I0(x) above (Cephes, i0.c); f32 needs the last of them.
    private static readonly double[] s_bessel0Small =
    [
        -4.41534164647933937950E-18, 3.33079451882223809783E-17, -2.43127984654795469359E-16, 1.71539128555513303061E-15, -1.16853328779934516808E-14, 7.67618549860493561688E-14,
        -4.85644678311192946090E-13, 2.95505266312963983461E-12, -1.72682629144155570723E-11, 9.67580903537323691224E-11, -5.18979560163526290666E-10, 2.65982372468238665035E-9,
        -1.30002500998624804212E-8, 6.04699502254191894932E-8, -2.67079385394061173391E-7, 1.11738753912010371815E-6, -4.41673835845875056359E-6, 1.64484480707288970893E-5,
        -5.75419501008210370398E-5, 1.88502885095841655729E-4, -5.76375574538582365885E-4, 1.63947561694133579842E-3, -4.32430999505057594430E-3, 1.05464603945949983183E-2,
        -2.37374148058994688156E-2, 4.93052842396707084878E-2, -9.49010970480476444210E-2, 1.71620901522208775349E-1, -3.04682672343198398683E-1, 6.76795274409476084995E-1,
    ];

    private static readonly double[] s_bessel0Large =
    [
        -7.23318048787475395456E-18, -4.83050448594418207126E-18, 4.46562142029675999901E-17, 3.46122286769746109310E-17, -2.82762398051658348494E-16, -3.42548561967721913462E-16,
        1.77256013305652638360E-15, 3.81168066935262242075E-15, -9.55484669882830764870E-15, -4.15056934728722208663E-14, 1.54008621752140982691E-14, 3.85277838274214270114E-13,
        7.18012445138366623367E-13, -1.79417853150680611778E-12, -1.32158118404477131188E-11, -3.14991652796324136454E-11, 1.18891471078464383424E-11, 4.94060238822496958910E-10,
        3.39623202570838634515E-9, 2.26666899049817806459E-8, 2.04891858946906374183E-7, 2.89137052083475648297E-6, 6.88975834691682398426E-5, 3.36911647825569408990E-3,
        8.04490411014108831608E-1,
    ];

    /// <summary>1 - erf(x), without cancellation.</summary>
    public static Tensor Erfc(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Unary(HloOps.Erfc, Jnp.ToInexact(Hlo.Materialize(x)));
    }

    /// <summary>log |Γ(x)| (<c>lax.lgamma</c>).</summary>
    public static Tensor GammaLn(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Unary(HloOps.LogGamma, Jnp.ToInexact(Hlo.Materialize(x)));
    }

    /// <summary>Γ(x), with its sign below 0; NaN at the negative whole numbers.</summary>
    public static Tensor Gamma(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Jnp.ToInexact(Hlo.Materialize(x));
        // Between -2k - 1 and -2k the function is negative.
        Tensor odd = Hlo.Compare("NE", Jnp.RemainderOf(Autodiff.StopGradient(Jnp.Floor(x)), 2.0), Hlo.ZerosLike(x));
        Tensor negative = Hlo.Compare("LT", x, Hlo.ZerosLike(x));
        Tensor magnitude = Jnp.Exp(GammaLn(x));
        Tensor pole = Hlo.Binary(HloOps.And, negative, Hlo.Compare("EQ", x, Jnp.Floor(x)));
        return Jnp.Where(pole, double.NaN, Hlo.Select(Hlo.Binary(HloOps.And, negative, odd), -magnitude, magnitude));
    }

    /// <summary>n!, as a floating number.</summary>
    public static Tensor Factorial(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Jnp.Exp(GammaLn(Jnp.ToInexact(Hlo.Materialize(x)) + 1.0));
    }

    /// <summary>log of the beta function.</summary>
    public static Tensor BetaLn(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return GammaLn(a) + GammaLn(b) - GammaLn(Jnp.ToInexact(Hlo.Materialize(a)) + b);
    }

    /// <summary>The derivative of log Γ.</summary>
    public static Tensor Digamma(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Unary(HloOps.Digamma, Jnp.ToInexact(Hlo.Materialize(x)));
    }

    /// <summary>The derivative of <see cref="Digamma"/> of order n, a whole number; it has no derivative with respect to n.</summary>
    public static Tensor Polygamma(Tensor n, Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (n, x) = Jnp.Promote("polygamma", n, x, inexact: true);
        return Hlo.Binary(HloOps.Polygamma, Autodiff.StopGradient(n), x);
    }

    /// <summary>The Hurwitz zeta function Σ 1 / (k + q)^s; it has no derivative with respect to s.</summary>
    public static Tensor Zeta(Tensor s, Tensor q, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (s, q) = Jnp.Promote("zeta", s, q, inexact: true);
        return Hlo.Binary(HloOps.Zeta, s, q);
    }

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static Tensor Expit(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Nn.Sigmoid(x);
    }

    /// <summary>log(x / (1 - x)).</summary>
    public static Tensor Logit(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Jnp.ToInexact(Hlo.Materialize(x));
        return Jnp.Log(x) - Jnp.Log1p(-x);
    }

    /// <summary>x log y, 0 where x is 0.</summary>
    public static Tensor XLogY(Tensor x, Tensor y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (x, y) = Jnp.Promote("xlogy", x, y, inexact: true);
        Tensor zero = Hlo.Compare("EQ", x, Hlo.ZerosLike(x));
        return Hlo.Select(zero, Hlo.ZerosLike(x), x * Jnp.Log(Hlo.Select(zero, Hlo.Ones(y.Type), y)));
    }

    /// <summary>x log(1 + y), 0 where x is 0.</summary>
    public static Tensor XLog1pY(Tensor x, Tensor y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (x, y) = Jnp.Promote("xlog1py", x, y, inexact: true);
        Tensor zero = Hlo.Compare("EQ", x, Hlo.ZerosLike(x));
        return Hlo.Select(zero, Hlo.ZerosLike(x), x * Jnp.Log1p(Hlo.Select(zero, Hlo.ZerosLike(y), y)));
    }

    /// <summary>-x log x, 0 at 0, minus infinity below.</summary>
    public static Tensor Entr(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Jnp.Where(x < 0.0, double.NegativeInfinity, -XLogY(x, x));
    }

    /// <summary>The normal distribution function.</summary>
    public static Tensor Ndtr(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return 0.5 * Erfc(Jnp.ToInexact(Hlo.Materialize(x)) * -Math.Sqrt(0.5));
    }

    /// <summary>The logarithm of the normal distribution function; far below 0 by an asymptotic series of three terms, as JAX has it.</summary>
    public static Tensor LogNdtr(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Jnp.ToInexact(Hlo.Materialize(x));
        (double lower, double upper) = x.DType == ElementKind.F64 ? (-20.0, 8.0) : (-10.0, 5.0);
        Tensor high = -Ndtr(-Jnp.Maximum(x, upper));
        Tensor middle = Jnp.Log(Ndtr(Jnp.Clip(x, lower, upper)));
        Tensor low = Jnp.Minimum(x, lower), inverse = 1.0 / Jnp.Square(low);
        Tensor series = 1.0 - inverse * (1.0 - inverse * (3.0 - inverse * 15.0));
        Tensor tail = -0.5 * Jnp.Square(low) - Jnp.Log(-low) - 0.5 * Math.Log(2 * Math.PI) + Jnp.Log(series);
        return Jnp.Where(x > upper, high, Jnp.Where(x > lower, middle, tail));
    }

    /// <summary>exp(-|x|) I₁(x), I₁ the modified Bessel function of order 1.</summary>
    public static Tensor I1e(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Unary(HloOps.BesselI1e, Jnp.ToInexact(Hlo.Materialize(x)));
    }

    /// <summary>The modified Bessel function of the first kind of order 1.</summary>
    public static Tensor I1(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Jnp.Exp(Jnp.Abs(x)) * I1e(x);
    }

    /// <summary>exp(-|x|) I₀(x), I₀ the modified Bessel function of order 0.</summary>
    public static Tensor I0e(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Jnp.ToInexact(Hlo.Materialize(x));
        return x.DType is ElementKind.F32 or ElementKind.F64
            ? Autodiff.CustomJvp(BesselI0e, static (a, t) => ([I0e(a[0])], [t[0] * (I1e(a[0]) - Hlo.Unary(HloOps.Sign, a[0]) * I0e(a[0]))]), [x])[0]
            : Hlo.Convert(I0e(Hlo.Convert(x, ElementKind.F32)), x.DType);
    }

    /// <summary>The modified Bessel function of the first kind of order 0.</summary>
    public static Tensor I0(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Jnp.Exp(Jnp.Abs(x)) * I0e(x);
    }

    /// <summary>log(sum(exp(x))) along dimensions.</summary>
    public static Tensor LogSumExp(Tensor x, Axes axes = default, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Nn.LogSumExp(x, axes, keepDims);
    }

    /// <summary>The logarithm of the multivariate gamma function.</summary>
    public static Tensor MultiGammaLn(Tensor x, int dimension, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Jnp.ToInexact(Hlo.Materialize(x));
        Tensor sum = x * 0.0 + dimension * (dimension - 1) / 4.0 * Math.Log(Math.PI);
        for (int i = 0; i < dimension; i++)
        {
            sum = sum + GammaLn(x - 0.5 * i);
        }
        return sum;
    }

    /// <summary>p log(p / q) - p + q, the pointwise Kullback-Leibler divergence.</summary>
    public static Tensor KlDiv(Tensor p, Tensor q, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (p, q) = Jnp.Promote("kl_div", p, q, inexact: true);
        return RelEntr(p, q) - p + q;
    }

    /// <summary>p log(p / q), 0 where p is 0, infinite where p or q is negative or only q is 0.</summary>
    public static Tensor RelEntr(Tensor p, Tensor q, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (p, q) = Jnp.Promote("rel_entr", p, q, inexact: true);
        Tensor zero = Hlo.ZerosLike(p), one = Hlo.Ones(p.Type);
        Tensor both = Hlo.Binary(HloOps.And, Hlo.Compare("GT", p, zero), Hlo.Compare("GT", q, zero));
        Tensor nothing = Hlo.Binary(HloOps.And, Hlo.Compare("EQ", p, zero), Hlo.Compare("GE", q, zero));
        (Tensor safeP, Tensor safeQ) = (Hlo.Select(both, p, one), Hlo.Select(both, q, one));
        Tensor value = safeP * (Jnp.Log(safeP) - Jnp.Log(safeQ));
        return Hlo.Select(both, value, Hlo.Select(nothing, zero, Hlo.Splat(double.PositiveInfinity, p.DType, p.Shape)));
    }

    private static Tensor[] BesselI0e(Tensor[] inputs)
    {
        Tensor x = Hlo.Unary(HloOps.Abs, inputs[0]);
        bool wide = x.DType == ElementKind.F64;
        Tensor large = Hlo.Compare("GT", x, Hlo.Splat(8.0, x.DType, x.Shape));
        Tensor safe = Hlo.Select(large, x, Hlo.Splat(8.0, x.DType, x.Shape));
        Tensor below = Chebyshev(x / 2.0 - 2.0, wide ? s_bessel0Small : s_bessel0Small[^18..]);
        Tensor above = Chebyshev(32.0 / safe - 2.0, wide ? s_bessel0Large : s_bessel0Large[^7..]) / Jnp.Sqrt(safe);
        return [Hlo.Select(large, above, below)];
    }

    /// <summary>Half of the difference of the last two sums of Clenshaw's recurrence.</summary>
    private static Tensor Chebyshev(Tensor x, double[] coefficients)
    {
        Tensor b0 = Hlo.Splat(coefficients[0], x.DType, x.Shape), b1 = Hlo.ZerosLike(x), b2 = b1;
        foreach (double c in coefficients.AsSpan(1))
        {
            (b2, b1) = (b1, b0);
            b0 = x * b1 - b2 + c;
        }
        return 0.5 * (b0 - b2);
    }
}
