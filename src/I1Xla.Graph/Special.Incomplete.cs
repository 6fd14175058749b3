using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Incomplete gamma and beta functions.</summary>
public static partial class Special
{
    /// <summary>What is wanted of an incomplete gamma function: its value, its derivative by a, or the derivative of a gamma draw x by a.</summary>
    private enum Wanted
    {
        Value,
        Derivative,
        SampleDerivative,
    }

    /// <summary>
    /// The lower incomplete gamma function over Γ(a) (<c>lax.igamma</c>): a power series where x is small, a continued
    /// fraction elsewhere (DLMF 8.7.1, 8.9.2). 0 or negative a or x are as in JAX; derivatives by a are of first order.
    /// </summary>
    public static Tensor GammaInc(Tensor a, Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Wide("gammainc", [a, x], static t => Autodiff.CustomJvp(LowerGamma, LowerGammaRule, t)[0]);
    }

    /// <summary>The upper incomplete gamma function over Γ(a) (<c>lax.igammac</c>), without the cancellation of 1 - <see cref="GammaInc"/>.</summary>
    public static Tensor GammaIncC(Tensor a, Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Wide("gammaincc", [a, x], static t => Autodiff.CustomJvp(UpperGamma, UpperGammaRule, t)[0]);
    }

    /// <summary>The derivative of <see cref="GammaInc"/> by a (<c>lax.igamma_grad_a</c>). As in JAX it has no derivative by a.</summary>
    public static Tensor GammaIncGradA(Tensor a, Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Wide("igamma_grad_a", [a, x], static t => GradA(t[0], t[1]));
    }

    /// <summary>The derivative by a of a draw x of the gamma distribution of shape a (<c>lax.random_gamma_grad</c>); it has no derivative.</summary>
    public static Tensor RandomGammaGrad(Tensor a, Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Wide("random_gamma_grad", [a, x], static t => Autodiff.CustomJvp(
            static v => [GammaSlope(v[0], v[1], Wanted.SampleDerivative)], static (v, d) => ([], [d[0] + d[1]]), [.. t.Select(v => Autodiff.NoDerivative(v, "random_gamma_grad has no derivative"))])[0]);
    }

    /// <summary>
    /// The regularized incomplete beta function (<c>lax.betainc</c>): the continued fraction of DLMF 8.17.22, at 1 - x where
    /// it converges slowly at x. As in JAX there is a derivative by x only.
    /// </summary>
    public static Tensor BetaInc(Tensor a, Tensor b, Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        const string Why = "betainc has a derivative with respect to x only";
        return Wide("betainc", [a, b, x], static t => Autodiff.CustomJvp(IncompleteBeta, static (v, d) =>
        {
            (Tensor p, Tensor q, Tensor at) = (v[0], v[1], v[2]);
            Tensor density = Jnp.Exp((q - 1.0) * Jnp.Log1p(-at) + (p - 1.0) * Jnp.Log(at) - BetaLn(p, q));
            return (IncompleteBeta(v), [d[2] * density]);
        }, [Autodiff.NoDerivative(t[0], Why), Autodiff.NoDerivative(t[1], Why), t[2]])[0]);
    }

    /// <summary>Promotes, broadcasts, and computes in f32 what is narrower.</summary>
    private static Tensor Wide(string op, Tensor[] inputs, Func<Tensor[], Tensor> function)
    {
        Tensor first = inputs[0];
        foreach (Tensor other in inputs.AsSpan(1))
        {
            first = Jnp.Promote(op, first, other, inexact: true).Item1;
        }
        if (first.DType.IsComplex())
        {
            throw Tracer.Error(op, $"{first.DType.Name()} operands; it is for real numbers");
        }
        ElementKind kind = first.DType, compute = kind == ElementKind.F64 ? kind : ElementKind.F32;
        Tensor[] ready = [.. inputs.Select(t => Jnp.BroadcastTo(Hlo.Convert(t.IsNumber ? Hlo.Number(t, kind, first.Shape) : Hlo.Materialize(t), compute), first.Shape))];
        return Hlo.Convert(function(ready), kind);
    }

    private static double Epsilon(ElementKind kind) => kind == ElementKind.F64 ? Math.Pow(2, -52) : Math.Pow(2, -23);

    private static Tensor[] LowerGamma(Tensor[] v) => [Gammas(v[0], v[1], false)];

    private static Tensor[] UpperGamma(Tensor[] v) => [Gammas(v[0], v[1], true)];

    private static (Tensor[] Results, Tensor[] Tangents) LowerGammaRule(Tensor[] v, Tensor[] d) => (LowerGamma(v), [GammaTangent(v, d)]);

    private static (Tensor[] Results, Tensor[] Tangents) UpperGammaRule(Tensor[] v, Tensor[] d) => (UpperGamma(v), [-GammaTangent(v, d)]);

    private static Tensor GammaTangent(Tensor[] v, Tensor[] d) => d[0] * GradA(v[0], v[1]) + d[1] * GammaDensity(v[0], v[1]);

    private static Tensor GammaDensity(Tensor a, Tensor x) => Jnp.Exp((a - 1.0) * Jnp.Log(x) - x - GammaLn(a));

    private static Tensor GradA(Tensor a, Tensor x) => Autodiff.CustomJvp(static v => [GammaSlope(v[0], v[1], Wanted.Derivative)], static (v, d) =>
        ([GradA(v[0], v[1])], [d[1] * GammaDensity(v[0], v[1]) * (Jnp.Log(v[1]) - Digamma(v[0]))]),
        [Autodiff.NoDerivative(a, "the incomplete gamma functions have first derivatives by a only"), x])[0];

    /// <summary>Either incomplete gamma function, each by the form that does not cancel.</summary>
    private static Tensor Gammas(Tensor a, Tensor x, bool upper)
    {
        double infinity = double.PositiveInfinity;
        Tensor wrong = (x < 0.0) | (a < 0.0) | Equal(a, 0) & Equal(x, 0) | Equal(a, infinity) & Equal(x, infinity) | Jnp.IsNan(a) | Jnp.IsNan(x);
        Tensor fraction = (x >= 1.0) & (x > a);
        (Tensor factor, Tensor underflow) = GammaFactor(a, x);
        Tensor enabled = ~(wrong | underflow | Equal(x, 0) | Equal(x, infinity) | Equal(a, 0) | Equal(a, infinity));
        Tensor low = GammaSeries(factor, a, x, enabled & ~fraction, Wanted.Value), high = GammaFraction(factor, a, x, enabled & fraction, Wanted.Value);
        Tensor result = upper ? Jnp.Where(fraction, high, 1.0 - low) : Jnp.Where(fraction, 1.0 - high, low);
        Tensor nothing = Equal(a, infinity) | Equal(x, 0), everything = Equal(x, infinity) | Equal(a, 0);
        result = Jnp.Where(nothing, upper ? 1.0 : 0.0, Jnp.Where(everything, upper ? 0.0 : 1.0, result));
        return Jnp.Where(wrong, double.NaN, result);
    }

    /// <summary>A derivative by a.</summary>
    private static Tensor GammaSlope(Tensor a, Tensor x, Wanted wanted)
    {
        Tensor wrong = (x < 0.0) | (a <= 0.0) | Jnp.IsNan(a) | Jnp.IsNan(x);
        Tensor fraction = (x > 1.0) & (x > a);
        (Tensor factor, Tensor underflow) = GammaFactor(a, x);
        Tensor enabled = ~(wrong | underflow | Equal(x, 0));
        Tensor result = Jnp.Where(fraction, -GammaFraction(factor, a, x, enabled & fraction, wanted), GammaSeries(factor, a, x, enabled & ~fraction, wanted));
        return Jnp.Where(wrong, double.NaN, Jnp.Where(Equal(x, 0), 0.0, result));
    }

    /// <summary>x^a e^-x / Γ(a), and where it is less than the smallest number.</summary>
    private static (Tensor Factor, Tensor Underflow) GammaFactor(Tensor a, Tensor x)
    {
        Tensor log = a * Jnp.Log(x) - x - GammaLn(a);
        return (Jnp.Exp(log), log < -Math.Log(a.DType == ElementKind.F64 ? double.MaxValue : float.MaxValue));
    }

    /// <summary>Σ x^n / ((a + 1) … (a + n)), and the sum's derivative by a, until terms no longer count.</summary>
    private static Tensor GammaSeries(Tensor factor, Tensor a, Tensor x, Tensor enabled, Wanted wanted)
    {
        double epsilon = Epsilon(a.DType);
        bool slope = wanted != Wanted.Value;
        Tensor one = Hlo.Ones(a.Type), zero = Hlo.ZerosLike(a);
        Tensor[] last = Lax.WhileLoop(v => Jnp.Any(v[0]), v =>
        {
            (Tensor on, Tensor r, Tensor term, Tensor sum) = (v[0], v[1] + 1.0, v[2], v[3]);
            Tensor ratio = x / r, next = term * ratio, total = sum + next;
            if (!slope)
            {
                return [on & (next / total > epsilon), Jnp.Where(on, r, v[1]), Jnp.Where(on, next, term), Jnp.Where(on, total, sum)];
            }
            Tensor termSlope = v[4] * ratio - next / r, sumSlope = v[5] + termSlope;
            return [on & (Jnp.Abs(termSlope / sumSlope) > epsilon), Jnp.Where(on, r, v[1]), Jnp.Where(on, next, term), Jnp.Where(on, total, sum), Jnp.Where(on, termSlope, v[4]), Jnp.Where(on, sumSlope, v[5])];
        }, slope ? [enabled, a, one, one, zero, zero] : [enabled, a, one, one]);
        if (!slope)
        {
            return last[3] * factor / a;
        }
        Tensor change = last[3] * (Jnp.Log(x) - Digamma(a + 1.0)) + last[5];
        return wanted == Wanted.Derivative ? factor * change / a : -(x / a) * change;
    }

    /// <summary>The continued fraction of the upper function by its recurrence of numerators and denominators, scaled back where they grow.</summary>
    private static Tensor GammaFraction(Tensor factor, Tensor a, Tensor x, Tensor enabled, Wanted wanted)
    {
        double epsilon = Epsilon(a.DType);
        bool slope = wanted != Wanted.Value;
        Tensor one = Hlo.Ones(a.Type), zero = Hlo.ZerosLike(a);
        // Rows: the last two numerators, the last two denominators, then the derivatives of the four.
        Tensor z = x - a + 2.0;
        Tensor[] start = [x + 1.0, one, z * x, x];
        Tensor answer = start[0] / start[2];
        Tensor[] init = [Hlo.Splat(0.0, a.DType, Shape.Scalar), enabled, 1.0 - a, z, answer, .. start];
        if (slope)
        {
            init = [.. init, zero, zero, -x, zero, answer * x / start[2]];
        }
        Tensor[] last = Lax.WhileLoop(v => (v[0] < 2000.0) & Jnp.Any(v[1]), v =>
        {
            (Tensor on, Tensor y, Tensor w, Tensor old) = (v[1], v[2] + 1.0, v[3] + 2.0, v[4]);
            Tensor count = v[0] + 1.0, yc = y * count;
            Tensor p = v[5] * w - v[6] * yc, q = v[7] * w - v[8] * yc;
            Tensor some = Jnp.NotEqual(q, 0.0), quotient = p / q;
            Tensor now = Jnp.Where(some, quotient, old);
            Tensor scale = Jnp.Where(Jnp.Abs(p) > 1 / epsilon, Hlo.Splat(epsilon, a.DType, a.Shape), one);
            Tensor[] rows = [p * scale, v[5] * scale, q * scale, v[7] * scale];
            Tensor more;
            if (slope)
            {
                Tensor dp = v[9] * w - v[5] - v[10] * yc + v[6] * count, dq = v[11] * w - v[7] - v[12] * yc + v[8] * count;
                Tensor change = Jnp.Where(some, (dp - now * dq) / q, v[13]);
                more = Jnp.Where(some, Jnp.Abs(change - v[13]), one) > epsilon;
                rows = [.. rows, dp * scale, v[9] * scale, dq * scale, v[11] * scale, change];
            }
            else
            {
                more = Jnp.Where(some, Jnp.Abs((old - quotient) / quotient), one) > epsilon;
            }
            Tensor[] next = [count, on & more, y, w, now, .. rows];
            return [.. next.Select((t, i) => i < 2 ? t : Jnp.Where(on, t, v[i]))];
        }, init);
        if (!slope)
        {
            return last[4] * factor;
        }
        Tensor total = last[4] * (Jnp.Log(x) - Digamma(a)) + last[13];
        return wanted == Wanted.Derivative ? factor * total : -(total * x);
    }

    private static Tensor[] IncompleteBeta(Tensor[] v)
    {
        (Tensor a, Tensor b, Tensor x) = (v[0], v[1], v[2]);
        double infinity = double.PositiveInfinity;
        Tensor noA = Equal(a, 0) | Equal(b, infinity), noB = Equal(b, 0) | Equal(a, infinity), atZero = Equal(x, 0), atOne = Equal(x, 1);
        Tensor wrong = (a < 0.0) | (b < 0.0) | (x < 0.0) | (x > 1.0) | noA & noB | Jnp.IsNan(a) | Jnp.IsNan(b) | Jnp.IsNan(x);
        Tensor straight = x < (a + 1.0) / (a + b + 2.0);
        (Tensor p, Tensor q, Tensor at) = (Jnp.Where(straight, a, b), Jnp.Where(straight, b, a), Jnp.Where(straight, x, 1.0 - x));
        Tensor fraction = BetaFraction(p, q, at);
        double tiny = 2 * (a.DType == ElementKind.F64 ? 2.2250738585072014e-308 : 1.17549435e-38);
        Tensor rest = GammaLn(q) - GammaLn(p + q);
        // p Γ(p) goes to 1 with p to 0.
        Tensor factor = Jnp.Where(p < tiny, Jnp.Exp(Jnp.Log1p(-at) * q - rest), Jnp.Exp(Jnp.Log(at) * p + Jnp.Log1p(-at) * q - (GammaLn(p) + rest)) / p);
        Tensor result = fraction * factor;
        result = Jnp.Where(straight, result, 1.0 - result);
        result = Jnp.Where(noB & ~atOne | noA & atZero, 0.0, result);
        result = Jnp.Where(noA & ~atZero | noB & atOne, 1.0, result);
        return [Jnp.Where(wrong, double.NaN, result)];
    }

    /// <summary>1 / (1 + d1 / (1 + d2 / …)) with the coefficients of DLMF 8.17.23, by the modified Lentz method.</summary>
    private static Tensor BetaFraction(Tensor a, Tensor b, Tensor x)
    {
        double small = Epsilon(a.DType), steps = a.DType == ElementKind.F64 ? 600 : 200;
        Tensor Away(Tensor t) => Jnp.Where(Jnp.Abs(t) < small, small, t);
        Tensor one = Hlo.Ones(a.Type);
        Tensor[] last = Lax.WhileLoop(v => (v[0] < steps) & v[1], v =>
        {
            // Two coefficients of equal m: the even one of the step, then the odd one of the next.
            Tensor m = v[0], c = v[2], d = v[3], h = v[4], delta = one;
            Tensor even = Jnp.Where(Equal(m, 0), -(a + b) * x / (a + 1.0), -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)));
            Tensor k = m + 1.0;
            Tensor odd = k * (b - k) * x / ((a + 2.0 * k - 1.0) * (a + 2.0 * k));
            foreach (Tensor numerator in new[] { even, odd })
            {
                c = Away(1.0 + numerator / c);
                d = 1.0 / Away(1.0 + numerator * d);
                delta = c * d;
                h = h * delta;
            }
            return [k, Jnp.Any(Jnp.Abs(delta - 1.0) > small), c, d, h];
        }, [Hlo.Splat(0.0, a.DType, Shape.Scalar), Hlo.Splat(1L, ElementKind.I1, Shape.Scalar), one, Hlo.ZerosLike(a), one]);
        return 1.0 / last[4];
    }

    private static Tensor Equal(Tensor x, double number) => Hlo.Compare("EQ", x, Hlo.Splat(number, x.DType, x.Shape));
}
