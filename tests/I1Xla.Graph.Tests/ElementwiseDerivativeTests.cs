using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph.Tests;

/// <summary>Derivatives of elementwise operations, with broadcasting and empty shapes.</summary>
public class ElementwiseDerivativeTests
{
    private static IEnumerable<TestCaseData> Cases() => DerivativeCases.Unary.Concat(DerivativeCases.Binary).GroupBy(c => c.Name[..c.Name.IndexOf("_(", StringComparison.Ordinal)])
        .Select(g => new TestCaseData((object)g.Select(c => (object)c).ToArray()).SetArgDisplayNames(g.Key));

    [TestCaseSource(nameof(Cases))]
    public void MatchesDifferences(object[] cases) => Assert.Multiple(() =>
    {
        foreach (DerivativeCase c in cases.Cast<DerivativeCase>())
        {
            Derivatives.Check(c);
        }
    });

    [Test]
    public void ClampSharesNothingOutside()
    {
        Derivatives.Check(a => [Jnp.Clip(a[0], -0.5, 0.5)], [[20]]);
        Derivatives.Check(a => [Jnp.Clip(a[0], a[1], a[2])], [[20], [], [20]]);
    }

    [Test]
    public void EqualElementsShareAMaximumsGradient()
    {
        TracedModule m = Jit.Trace("max", [new("x", ElementKind.F64, [3])], a => Autodiff.Grad(b => Jnp.Max(b[0]) + Jnp.Sum(Jnp.Maximum(b[0], 1.0)), a));
        Literal g = Derivatives.Run(m, Literal.Create<double>(ElementKind.F64, [3], [1, 2, 2]))[0];
        Assert.That(g.As<double>().ToArray(), Is.EqualTo(new[] { 0.5, 1.5, 1.5 }));
    }

    [Test]
    public void StopGradientAndCapturedTensorsAreConstants()
    {
        TracedModule m = Jit.Trace("stop", [new("x", ElementKind.F64, [])], a =>
        {
            Tensor x = a[0];
            Tensor stopped = Autodiff.Grad(b => b * Autodiff.StopGradient(b), x);
            Tensor captured = Autodiff.Grad(b => b * x, x);
            Tensor called = Autodiff.Grad(b => Autodiff.Grad(c => Jit.Call(d => d * Autodiff.StopGradient(d), c), b) + b, x);
            Tensor third = Autodiff.Grad(b => Autodiff.Grad(c => Autodiff.Grad(d => Jnp.Power(d, 4), c), b), x);
            return [stopped, captured, third, called];
        });
        Literal[] r = Derivatives.Run(m, Literal.Create<double>(ElementKind.F64, [], [3]));
        Assert.That(r.Select(l => l.As<double>()[0]), Is.EqualTo(new[] { 3.0, 3.0, 72.0, 1.0 }));
    }

    [Test]
    public void AMissingRuleNamesTheOperationAndTheLine()
    {
        var error = Assert.Throws<GraphException>(() => Jit.Trace("bad", [new("x", ElementKind.F32, [4])],
            a => Autodiff.Grad(b => Lax.WhileLoop(v => v[0] < 3.0, v => [v[0] * 2.0], [Jnp.Sum(b)])[0], a[0])));
        Assert.That(error!.Message, Does.StartWith("gradient of stablehlo.while").And.Contain("ElementwiseDerivativeTests.cs:"));
    }
}
