using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph.Tests;

/// <summary>Derivatives of elementwise operations, with broadcasting and empty shapes.</summary>
public class ElementwiseDerivativeTests
{
    private static readonly (string Name, Func<Tensor, Tensor> F, double Low, double High)[] s_unary =
    [
        ("exp", x => Jnp.Exp(x), -2, 2), ("expm1", x => Jnp.Expm1(x), -2, 2), ("log", x => Jnp.Log(x), 0.3, 3), ("log1p", x => Jnp.Log1p(x), -0.5, 2),
        ("sqrt", x => Jnp.Sqrt(x), 0.3, 3), ("rsqrt", x => Jnp.Rsqrt(x), 0.3, 3), ("cbrt", x => Jnp.Cbrt(x), 0.3, 3), ("sin", x => Jnp.Sin(x), -3, 3),
        ("cos", x => Jnp.Cos(x), -3, 3), ("tan", x => Jnp.Tan(x), -1, 1), ("tanh", x => Jnp.Tanh(x), -2, 2), ("sigmoid", x => Nn.Sigmoid(x), -2, 2),
        ("erf", x => Special.Erf(x), -2, 2), ("erf_inv", x => Special.ErfInv(x), -0.9, 0.9), ("abs", x => Jnp.Abs(x), 0.2, 2), ("negative", x => -x, -2, 2),
        ("floor", x => x * Jnp.Floor(x), 0.1, 0.9), ("sign", x => x * Jnp.Sign(x), 0.1, 0.9), ("square", x => Jnp.Square(x), -2, 2), ("cube", x => Jnp.Power(x, 3), -2, 2),
        ("inverse_square", x => Jnp.Power(x, -2), 0.5, 2), ("gelu", x => Nn.Gelu(x), -2, 2), ("gelu_exact", x => Nn.Gelu(x, false), -2, 2), ("silu", x => Nn.Silu(x), -2, 2),
        ("softplus", x => Nn.Softplus(x), 0.1, 2), ("softmax", x => Nn.Softmax(x), -2, 2), ("log_softmax", x => Nn.LogSoftmax(x), -2, 2),
        ("logsumexp", x => Nn.LogSumExp(x, 0), -2, 2), ("reciprocal", x => Jnp.Reciprocal(x), 0.5, 2), ("clip", x => Jnp.Clip(x, -3.0, 3.0) * x, -2, 2),
    ];

    private static readonly (string Name, Func<Tensor, Tensor, Tensor> F, double Low, double High)[] s_binary =
    [
        ("add", (a, b) => a + b, -2, 2), ("subtract", (a, b) => a - b, -2, 2), ("multiply", (a, b) => a * b, -2, 2), ("divide", (a, b) => a / b, 0.5, 2),
        ("power", (a, b) => Jnp.Power(a, b), 0.5, 2), ("arctan2", (a, b) => Jnp.Arctan2(a, b), 0.3, 2), ("maximum", (a, b) => Jnp.Maximum(a, b), -2, 2),
        ("minimum", (a, b) => Jnp.Minimum(a, b), -2, 2), ("remainder", (a, b) => Jnp.Remainder(a * 7, b), 1.5, 2), ("where", (a, b) => Jnp.Where(a > b, a * a, b), -2, 2),
    ];

    private static IEnumerable<TestCaseData> Unary() => s_unary.Select(c => new TestCaseData(c.F, c.Low, c.High).SetArgDisplayNames(c.Name));

    private static IEnumerable<TestCaseData> Binary() => s_binary.Select(c => new TestCaseData(c.F, c.Low, c.High).SetArgDisplayNames(c.Name));

    [TestCaseSource(nameof(Unary))]
    public void UnaryMatchesDifferences(Func<Tensor, Tensor> f, double low, double high)
    {
        foreach (Shape shape in new Shape[] { [3, 4], [1], [2, 0] })
        {
            Derivatives.Check(a => [f(a[0])], [shape], low, high);
        }
    }

    [TestCaseSource(nameof(Binary))]
    public void BinaryMatchesDifferencesWithBroadcasting(Func<Tensor, Tensor, Tensor> f, double low, double high)
    {
        foreach ((Shape a, Shape b) in new (Shape, Shape)[] { ([3, 4], [3, 4]), ([3, 1], [4]), ([], [2, 3]), ([1, 4], [3, 1]), ([0, 4], [1, 4]) })
        {
            Derivatives.Check(x => [f(x[0], x[1])], [a, b], low, high);
        }
    }

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
