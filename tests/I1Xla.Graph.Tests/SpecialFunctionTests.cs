using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph.Tests;

/// <summary>Special functions in f64 against values of arbitrary precision arithmetic (mpmath, 40 digits), and their derivatives.</summary>
public class SpecialFunctionTests
{
    private static readonly double[][] s_gamma = [[0.5, 2, 3.7, 3.7, 10, 40, 0.01, 5, 120, 0.3], [0.3, 1.5, 3.9, 0.2, 25, 30, 2, 1e-3, 110, 7]];
    private static readonly double[][] s_pairs = [[0.5, 2, -0.5, 7.5], [0.5, 3, 1.25, 0.1]];
    private static readonly double[] s_bessel = [0.25, 3, 12.5, -2, 30], s_points = [0.1, 1, 3.75, -0.5, 25];

    private static readonly (string Name, Func<Tensor[], Tensor> F, double[][] Arguments, double[] Values)[] s_cases =
    [
        ("gammainc", a => Special.GammaInc(a[0], a[1]), s_gamma,
            [0.5614219739190002, 0.4421745996289254, 0.6086048609224364, 0.00014364324823872238, 0.9997785233617512, 0.046253037645842036, 0.9995033354627815, 8.326391864211503e-18, 0.18170529367601881, 0.9999283358061504]),
        ("gammaincc", a => Special.GammaIncC(a[0], a[1]), s_gamma,
            [0.4385780260809999, 0.5578254003710745, 0.3913951390775637, 0.9998563567517613, 0.00022147663824878357, 0.953746962354158, 0.0004966645372185268, 1.0, 0.8182947063239812, 7.166419384958388e-05]),
        ("igamma_grad_a", a => Special.GammaIncGradA(a[0], a[1]), s_gamma,
            [-0.7705703513753519, -0.3134886378250793, -0.20552899358105398, -0.0004389898688849406, -0.00022661830393258108, -0.01611194766969454, -0.05043446769316511, -7.172271294017751e-17, -0.024473480870056758, -0.0003989178282438585]),
        ("random_gamma_grad", a => Special.RandomGammaGrad(a[0], a[1]), s_gamma,
            [1.0098019459488545, 0.9366390678772174, 1.0738684109498289, 0.17247904422762061, 1.5522439909006023, 0.8666398251504487, 73.59779985040797, 0.0017230673166343422, 0.9584552051313457, 5.109900807719246]),
        ("betainc", a => Special.BetaInc(a[0], a[1], a[2]), [[0.5, 2, 8.5, 1, 0.1, 30, 3, 100], [0.5, 3, 1.25, 1, 5, 40, 0.2, 3], [0.3, 0.7, 0.9, 0.4, 0.01, 0.42, 0.999, 0.95]],
            [0.36901011956554536, 0.9163, 0.5122878136744201, 0.4, 0.7690889207843463, 0.4470495308604748, 0.6685414839010846, 0.11026985672872087]),
        ("ndtri", a => Special.Ndtri(a[0]), [[0.5, 0.1, 0.975, 1e-5, 1e-20, 1e-300, 0.13533528323661270, 0.9999999, 0.3]],
            [0, -1.2815515655446004, 1.9599639845400538, -4.264890793922825, -9.262340089798407, -37.0470962993612, -1.1015196284987503, 5.199337582290661, -0.5244005127080408]),
        ("i0e", a => Special.I0e(a[0]), [s_bessel], [0.7910171621397194, 0.2430003541618254, 0.1140219294622889, 0.30850832255367105, 0.0731459464822373]),
        ("i1e", a => Special.I1e(a[0]), [s_bessel], [0.09811262869736824, 0.19682671329730086, 0.10936143099065089, -0.21526928924893765, 0.07191633059864755]),
        ("i0", a => Special.I0(a[0]), [s_bessel], [1.015686141223608, 4.8807925858650245, 30596.335155785153, 2.2795853023360673, 781672297823.9775]),
        ("i1", a => Special.I1(a[0]), [s_bessel], [0.12597910894546793, 3.9533702174026093, 29345.74964207113, -1.590636854637329, 768532038938.957]),
        ("zeta", a => Special.Zeta(a[0], a[1]), [[2, 1.5, 3.25, 10, 1.01], [1, 0.5, 7, 2.5, 3]], [1.6449340668482264, 4.776537947554833, 0.0065413355183492694, 0.00010882584206868631, 99.08139709077827]),
        ("polygamma", a => Special.Polygamma(a[0], a[1]), [[0, 1, 2, 4, 1], [1.5, 0.25, 3, 6.5, 100]], [0.03648997397857652, 17.19732915450711, -0.15411380631918858, -0.004525930280322061, 0.010050166663333571]),
        ("digamma", a => Special.Digamma(a[0]), [s_points], [-10.423754940411076, -0.5772156649015329, 1.1825373886117962, 0.03648997397857652, 3.198742512851974]),
        ("lgamma", a => Special.GammaLn(a[0]), [s_points], [2.252712651734206, 0, 1.486815578593417, 1.2655121234846454, 54.78472939811232]),
        ("gammasgn", a => Special.GammaSgn(a[0]), [[2, -0.5, -1.5, -3, 0, -0.0]], [1, -1, 1, double.NaN, 1, -1]),
        ("beta", a => Special.Beta(a[0], a[1]), s_pairs, [3.141592653589793, 0.08333333333333333, -2.6220575542921196, 7.825026978766229]),
        ("poch", a => Special.Poch(a[0], a[1]), s_pairs, [0.5641895835477563, 24, -0.34568366951814666, 1.215779539736325]),
        ("comb", a => Special.Comb(a[0], a[1]), [[5, 10, 3, -1, 52], [2, 3, 4, 1, 5]], [10, 120, 0, 0, 2598960]),
        ("comb of repeats", a => Special.Comb(a[0], a[1], true), [[5, 10, 3, 4], [2, 3, 4, 0]], [15, 220, 15, 1]),
        ("boxcox", a => Special.BoxCox(a[0], a[1]), [[0.5, 2, 3, 7.5], [0.5, -1, 0, 1e-9]], [-0.585786437626905, 0.5, 1.0986122886681098, 2.014903022572182]),
        ("boxcox1p", a => Special.BoxCox1p(a[0], a[1]), [[0.5, 2, 3, 7.5], [0.5, -1, 0, 1e-9]], [0.4494897427831781, 0.6666666666666666, 1.3862943611198906, 2.1400661657862123]),
    ];

    [Test]
    public void MatchesKnownValues([Values] Backend backend)
    {
        ArgumentSpec[] arguments = [.. s_cases.SelectMany((c, i) => c.Arguments.Select((x, j) => new ArgumentSpec($"x{i}_{j}", ElementKind.F64, [x.Length])))];
        TracedModule module = Jit.Trace("special", arguments, a =>
        {
            int at = 0;
            return [.. s_cases.Select(c =>
            {
                at += c.Arguments.Length;
                return c.F(a[(at - c.Arguments.Length)..at]);
            })];
        });
        Literal[] results = Backends.Run(backend, module, [.. s_cases.SelectMany(c => c.Arguments).Select(x => Literal.Create<double>(ElementKind.F64, [x.Length], x))]);
        Assert.Multiple(() =>
        {
            for (int i = 0; i < results.Length; i++)
            {
                double[] got = results[i].As<double>().ToArray();
                for (int k = 0; k < got.Length; k++)
                {
                    double expected = s_cases[i].Values[k];
                    Assert.That(got[k], double.IsNaN(expected) ? Is.NaN : Is.EqualTo(expected).Within(2e-12 * Math.Max(1e-3, Math.Abs(expected))), $"{s_cases[i].Name} {k}");
                }
            }
        });
    }

    [Test]
    public void EdgesAreThoseOfJax([Values(ElementKind.F32, ElementKind.F64)] ElementKind kind)
    {
        const double Inf = double.PositiveInfinity, NaN = double.NaN;
        double[] a = [0, 0, 2, 2, Inf, -1, 2, NaN, Inf], x = [0, 3, 0, Inf, 3, 2, -1, 1, Inf];
        double[] p = [0, 2, 0, Inf, 3, 2, 2, -1, 2, 2], q = [3, 0, 0, 2, Inf, 2, 2, 2, 2, 2], at = [0.5, 0.5, 0.5, 0.5, 0.5, 0, 1, 0.5, -0.1, 1.5];
        Tensor Constant(double[] values) => Jnp.Cast(Jnp.Constant(Literal.Create<double>(ElementKind.F64, [values.Length], values)), kind);
        TracedModule module = Jit.Trace("edges", [], _ => [.. new[]
        {
            Special.GammaInc(Constant(a), Constant(x)), Special.GammaIncC(Constant(a), Constant(x)), Special.BetaInc(Constant(p), Constant(q), Constant(at)), Special.Ndtri(Constant([0, 1, -0.5, 2])),
        }.Select(t => Jnp.Cast(t, ElementKind.F64))]);
        double[][] got = [.. Derivatives.Run(module).Select(l => l.As<double>().ToArray())];
        Assert.Multiple(() =>
        {
            Assert.That(got[0], Is.EqualTo(new[] { NaN, 1, 0, 1, 0, NaN, NaN, NaN, NaN }));
            Assert.That(got[1], Is.EqualTo(new[] { NaN, 0, 1, 0, 1, NaN, NaN, NaN, NaN }));
            Assert.That(got[2], Is.EqualTo(new[] { 1, 0, NaN, 0, 1, 0, 1, NaN, NaN, NaN }));
            Assert.That(got[3], Is.EqualTo(new[] { double.NegativeInfinity, Inf, NaN, NaN }));
        });
    }

    [Test]
    public void NarrowKindsGoThroughF32([Values(ElementKind.BF16, ElementKind.F16)] ElementKind kind)
    {
        TracedModule module = Jit.Trace("narrow", [], _ =>
        {
            Tensor a = Jnp.Cast(Jnp.Constant([0.5f, 2, 4]), kind), x = Jnp.Cast(Jnp.Constant([0.25f, 1.5f, 0.5f]), kind);
            Tensor[] narrow = [Special.GammaInc(a, x), Special.GammaIncC(a, 0.75), Special.BetaInc(a, x, 0.5)];
            Tensor wide = Jnp.Cast(a, ElementKind.F32), other = Jnp.Cast(x, ElementKind.F32);
            Tensor[] same = [Special.GammaInc(wide, other), Special.GammaIncC(wide, 0.75), Special.BetaInc(wide, other, 0.5)];
            Assert.That(narrow.Select(t => t.DType), Is.All.EqualTo(kind));
            return [.. narrow.Zip(same, (n, w) => Jnp.Cast(Jnp.ArrayEqual(n, Jnp.Cast(w, kind)), ElementKind.F64))];
        });
        Assert.That(Derivatives.Run(module).Select(l => l.As<double>()[0]), Is.All.EqualTo(1));
    }

    [Test]
    public void DerivativesMatchDifferences()
    {
        Assert.Multiple(() =>
        {
            // Both branches of each: series and continued fraction, at x and at 1 - x.
            foreach ((double low, double high) in new[] { (0.6, 2.0), (2.0, 6.0) })
            {
                Derivatives.Check(v => [Special.GammaInc(v[0], v[1]), Special.GammaIncC(v[0], v[1])], [[2, 3], [2, 3]], low, high, second: false, name: "incomplete gamma by both");
                Derivatives.Check(v => [Special.GammaInc(2.5, v[0]), Special.GammaIncC(2.5, v[0]), Special.GammaIncGradA(2.5, v[0])], [[4]], low, high, name: "incomplete gamma by x");
            }
            Derivatives.Check(v => [Special.BetaInc(2.5, 1.25, v[0]), Special.BetaInc(Jnp.Constant([0.5f, 4, 9]), 3, v[0][.., Slice.NewAxis])], [[4]], 0.1, 0.9, name: "betainc");
            Derivatives.Check(v => [Special.Ndtri(v[0])], [[6]], 0.01, 0.99, name: "ndtri");
            Derivatives.Check(v => [Special.Beta(v[0], v[1]), Special.Poch(v[0], v[1]), Special.BoxCox(v[0], v[1]), Special.BoxCox1p(v[0], v[1])], [[3], [3]], 0.5, 2, name: "of two");
            Derivatives.Check(v => [Special.BoxCox(v[0], v[1] * 0.0)], [[3], [3]], 0.5, 2, name: "boxcox at 0");
            Derivatives.Check(v => [Special.GammaInc(v[0], v[1]), Special.BetaInc(2, 3, v[0])], [[0], [0]], second: false, name: "empty");
        });
    }

    [TestCase("betainc has a derivative with respect to x only")]
    [TestCase("first derivatives by a only")]
    [TestCase("random_gamma_grad has no derivative")]
    public void WhatHasNoDerivativeSaysSo(string why)
    {
        var error = Assert.Throws<GraphException>(() => Jit.Trace("bad", [new("x", ElementKind.F32, [4])], a => Autodiff.Grad(b => Jnp.Sum(
            why.StartsWith("beta", StringComparison.Ordinal) ? Special.BetaInc(b, 2, 0.5) : why.StartsWith("random", StringComparison.Ordinal) ? Special.RandomGammaGrad(2, b) : Special.GammaIncGradA(b, 1.5)), a[0])));
        Assert.That(error!.Message, Does.Contain(why).And.Contain("SpecialFunctionTests.cs:"));
        error = Assert.Throws<GraphException>(() => Jit.Trace("bad", [new("x", ElementKind.F32, [4])], a => Autodiff.Jvp(b => [
            why.StartsWith("beta", StringComparison.Ordinal) ? Special.BetaInc(b[0], 2, 0.5) : why.StartsWith("random", StringComparison.Ordinal) ? Special.RandomGammaGrad(2, b[0]) : Special.GammaIncGradA(b[0], 1.5)], a, [a[0]]).Tangents));
        Assert.That(error!.Message, Does.Contain(why));
    }
}
