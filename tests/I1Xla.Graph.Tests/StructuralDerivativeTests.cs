using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph.Tests;

/// <summary>Derivatives of shape operations, reductions, contractions, indexing and control flow.</summary>
public class StructuralDerivativeTests
{
    private static IEnumerable<TestCaseData> Cases() => DerivativeCases.Structural.Select(c => new TestCaseData(c).SetArgDisplayNames(c.Name));

    [TestCaseSource(nameof(Cases))]
    public void MatchesDifferences(object program) => Derivatives.Check((DerivativeCase)program);

    [Test]
    public void WhileLoopHasAForwardDerivative()
    {
        TracedModule m = Jit.Trace("while", [new("x", ElementKind.F64, [])], a =>
            Autodiff.Jvp(b => [Lax.WhileLoop(v => v[1] < 5, v => [v[0] * b[0], v[1] + 1], [b[0], Jnp.Scalar(0, ElementKind.I32)])[0]], a, [1.0]).Tangents);
        Assert.That(Derivatives.Run(m, Literal.Create<double>(ElementKind.F64, [], [1.5]))[0].As<double>()[0], Is.EqualTo(6 * Math.Pow(1.5, 5)).Within(1e-12));
    }

    [Test]
    public void ACustomDerivativeIsUsed()
    {
        static Tensor[] Clipped(Tensor[] x) => Autodiff.CustomVjp(
            b => [Jnp.Sin(b[0])], b => ([Jnp.Sin(b[0])], [b[0]]), (residuals, cts) => [Jnp.Clip(cts[0], -0.1, 0.1) * residuals[0]], x);
        TracedModule m = Jit.Trace("custom", [new("x", ElementKind.F64, [2])], a => Autodiff.Grad(b => Jnp.Sum(Clipped([b])[0] * Jnp.Constant<double>([0.05, 3], [2], ElementKind.F64)), a[0]));
        Assert.That(Derivatives.Run(m, Literal.Create<double>(ElementKind.F64, [2], [2, 3]))[0].As<double>().ToArray(), Is.EqualTo(new[] { 0.1, 0.3 }).Within(1e-12));
    }
}
