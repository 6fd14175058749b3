using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Verify;

namespace I1Xla.Graph.Tests;

/// <summary>Checks derivatives against central differences in f64, through the reference interpreter.</summary>
internal static class Derivatives
{
    /// <summary>
    /// For random arguments and weights w, compares along random directions v: (f(x + h v) - f(x - h v)) · w / 2h, the
    /// reverse gradient of f · w dotted with v, and, when <paramref name="forward"/>, the forward tangent dotted with w.
    /// With <paramref name="second"/>, also the same for the gradient of a function of f.
    /// </summary>
    public static void Check(Func<Tensor[], Tensor[]> f, Shape[] shapes, double low = -2, double high = 2, bool forward = true, bool second = true, double tolerance = 2e-6, int seed = 1, string name = "")
    {
        var random = new Random(seed);
        ArgumentSpec[] arguments = [.. shapes.Select((s, i) => new ArgumentSpec($"x{i}", ElementKind.F64, s))];
        Literal[] x = [.. shapes.Select(s => Uniform(random, s, low, high))];
        Literal[] v = [.. shapes.Select(s => Uniform(random, s, -1, 1))];

        TracedModule values = Jit.Trace("f", arguments, f);
        Literal[] w = [.. values.Results.Select(r => Uniform(random, r.Type.Shape, -1, 1))];
        Tensor Weighted(Tensor[] results, Literal[] weights) => results.Select((r, i) => Jnp.Sum(r * Jnp.Constant(weights[i]))).Aggregate((a, b) => a + b);

        double h = 1e-5;
        double expected = (Dot(Run(values, Shift(x, v, h)), w) - Dot(Run(values, Shift(x, v, -h)), w)) / (2 * h);
        TracedModule gradient = Jit.Trace("grad", arguments, a => Autodiff.Grad(b => Weighted(f(b), w), a));
        Literal[] g = Run(gradient, x);
        double scale = Math.Max(1, Math.Abs(expected));
        Assert.That(Dot(g, v), Is.EqualTo(expected).Within(tolerance * scale), $"reverse mode {name}");
        if (forward)
        {
            TracedModule tangent = Jit.Trace("jvp", arguments, a => Autodiff.Jvp(f, a, [.. v.Select(t => Jnp.Constant(t))]).Tangents);
            Assert.That(Dot(Run(tangent, x), w), Is.EqualTo(expected).Within(tolerance * scale), $"forward mode {name}");
        }
        if (second)
        {
            Func<Tensor[], Tensor[]> df = a => Autodiff.Grad(b => f(b).Select(r => Jnp.Sum(r * r)).Aggregate((p, q) => p + q), a);
            Literal[] u = [.. shapes.Select(s => Uniform(random, s, -1, 1))];
            TracedModule first = Jit.Trace("df", arguments, df);
            double difference = (Dot(Run(first, Shift(x, v, h)), u) - Dot(Run(first, Shift(x, v, -h)), u)) / (2 * h);
            TracedModule twice = Jit.Trace("ddf", arguments, a => Autodiff.Grad(b => Weighted(df(b), u), a));
            Assert.That(Dot(Run(twice, x), v), Is.EqualTo(difference).Within(10 * tolerance * Math.Max(1, Math.Abs(difference))), $"gradient of gradient {name}");
        }
    }

    /// <summary>Checks a case in both modes and twice.</summary>
    public static void Check(DerivativeCase c) => Check(c.F, c.Shapes, c.Low, c.High, name: c.Name);

    /// <summary>Runs a traced module on the interpreter.</summary>
    public static Literal[] Run(TracedModule module, params Literal[] arguments)
    {
        Assert.That(Verifier.Verify(module.Module).Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()), Is.Empty, "the verifier");
        return Interpreter.Run(module.Module, "main", arguments);
    }

    /// <summary>Uniform f64 draws.</summary>
    public static Literal Uniform(Random random, Shape shape, double low, double high)
    {
        var literal = new Literal(new TensorType(ElementKind.F64, shape));
        foreach (ref double d in literal.As<double>())
        {
            d = low + (high - low) * random.NextDouble();
        }
        return literal;
    }

    /// <summary>The sum of products of all elements.</summary>
    public static double Dot(Literal[] a, Literal[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            Span<double> x = a[i].As<double>(), y = b[i].As<double>();
            for (int j = 0; j < x.Length; j++)
            {
                sum += x[j] * y[j];
            }
        }
        return sum;
    }

    private static Literal[] Shift(Literal[] x, Literal[] v, double h)
    {
        var result = new Literal[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            result[i] = new Literal(x[i].Type, x[i].Data.ToArray());
            Span<double> to = result[i].As<double>(), by = v[i].As<double>();
            for (int j = 0; j < to.Length; j++)
            {
                to[j] += h * by[j];
            }
        }
        return result;
    }
}
