using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Graph.Tests;

/// <summary>
/// Derivatives of programs over devices against central differences in f64, on eight virtual devices of XLA CPU, and the
/// table of rules between devices.
/// </summary>
public class ShardedDerivativeTests
{
    private static readonly Mesh s_mesh = Mesh.Of(("data", 4), ("model", 2));
    private static readonly Lazy<PjrtClient> s_eight = new(() => XlaCpu.NewClient(8));

    private static readonly (string Name, Func<Tensor[], Tensor[]> F, Shape[] Shapes)[] s_cases =
    [
        ("constraint", a => [Lax.WithShardingConstraint(Jnp.Sin(a[0]), P("data"))], [[8, 2]]),
        ("psum", a => Lax.ShardMap(s => [Lax.PSum(Jnp.Sin(s[0]) * s[0], "data"), Lax.PMean(s[0] * s[0], ["data", "model"])], [a[0]], [P("data", "model")], [P(null, "model"), P()]), [[8, 4]]),
        ("all_gather", a => Lax.ShardMap(s => [Jnp.Sin(Lax.AllGather(s[0], "data")) * s[1]], a, [P("data"), P()], [P()]), [[4, 3], [4, 3]]),
        ("psum_scatter", a => Lax.ShardMap(s => [Lax.ReduceScatter(Jnp.Sin(s[0]), "data"), Lax.PSumScatter(s[0] * s[0], "data")], a, [P(null, "model")], [P("data", "model"), P("data+model")]), [[4, 2]]),
        ("all_to_all", a => Lax.ShardMap(s => [Lax.AllToAll(Jnp.Sin(s[0]), "data", 1, 0)], a, [P("data")], [P(null, "data")]), [[4, 8]]),
        ("ppermute", a => Lax.ShardMap(s => [Lax.PPermute(Jnp.Sin(s[0]), "data", [(0, 1), (1, 2), (3, 0)]) * Jnp.Cast(Lax.AxisIndex("data") + 1, ElementKind.F64)], a, [P("data")], [P("data")]), [[8, 2]]),
        ("empty", a => Lax.ShardMap(s => [Lax.PSum(s[0], "data"), Lax.AllGather(s[0], "data")], a, [P("data")], [P(), P()]), [[4, 0]]),
        ("matmul", a => Lax.ShardMap(s => [Lax.PSum(Jnp.MatMul(s[0], s[1]), "model")], a, [P("data", "model"), P("model")], [P("data")]), [[8, 4], [4, 3]]),
    ];

    [OneTimeTearDown]
    public void Close()
    {
        if (s_eight.IsValueCreated)
        {
            s_eight.Value.Dispose();
        }
    }

    private static PartitionSpec P(params string?[] dims) => PartitionSpec.Of(dims);

    private static IEnumerable<TestCaseData> Cases() => s_cases.SelectMany(c => Enum.GetValues<ShardingStyle>().Select(style => new TestCaseData(c.F, c.Shapes, style).SetArgDisplayNames(c.Name, style.ToString())));

    [TestCaseSource(nameof(Cases))]
    public void MatchesDifferences(Func<Tensor[], Tensor[]> f, Shape[] shapes, ShardingStyle style)
    {
        var random = new Random(3);
        Literal[] x = [.. shapes.Select(s => Derivatives.Uniform(random, s, -2, 2))], v = [.. shapes.Select(s => Derivatives.Uniform(random, s, -1, 1))];
        ArgumentSpec[] arguments = [.. shapes.Select((s, i) => new ArgumentSpec($"x{i}", ElementKind.F64, s, PartitionSpec.Replicated))];
        // Everything whole on every device outside: value, differences, gradient and tangent in one program.
        const double h = 1e-5;
        TracedModule module = Jit.Trace("derivatives", arguments, a =>
        {
            Tensor[] Shifted(double by) => [.. a.Select((t, i) => t + by * Jnp.Constant(v[i]))];
            static Tensor Weighted(Tensor[] r) => r.Select((t, i) => Jnp.Sum(t * Jnp.Reshape(Jnp.Cos(Jnp.Arange(t.Size, ElementKind.F64) + (double)i), t.Shape))).Aggregate((p, q) => p + q);
            Tensor difference = (Weighted(f(Shifted(h))) - Weighted(f(Shifted(-h)))) / (2 * h);
            Tensor reverse = Autodiff.Grad(b => Weighted(f(b)), a).Select((g, i) => Jnp.Sum(g * Jnp.Constant(v[i]))).Aggregate((p, q) => p + q);
            Tensor forward = Weighted(Autodiff.Jvp(f, a, [.. v.Select(t => Jnp.Constant(t))]).Tangents);
            Tensor[] Gradient(Tensor[] b) => Autodiff.Grad(c => f(c).Select(t => Jnp.Sum(t * t * t)).Aggregate((p, q) => p + q), b);
            Tensor Along(Tensor[] g) => g.Select((t, i) => Jnp.Sum(t * Jnp.Constant(v[i]))).Aggregate((p, q) => p + q);
            Tensor secondDifference = (Along(Gradient(Shifted(h))) - Along(Gradient(Shifted(-h)))) / (2 * h);
            Tensor second = Autodiff.Grad(b => Along(Gradient(b)), a).Select((g, i) => Jnp.Sum(g * Jnp.Constant(v[i]))).Aggregate((p, q) => p + q);
            return [.. new[] { difference, reverse, forward, secondDifference, second }.Select((t, i) => new NamedResult($"r{i}", t, PartitionSpec.Replicated))];
        }, new TraceOptions { Mesh = s_mesh, ShardingStyle = style });
        PjrtClient client = s_eight.Value;
        using PjrtLoadedExecutable program = client.Compile(MlirPrinter.Print(module.Module), PjrtCompileOptions.Partitioned(8, style == ShardingStyle.Shardy));
        PjrtBuffer[][] inputs = [.. Enumerable.Range(0, 8).Select(d => x.Select(l => client.CreateBuffer<double>(l.As<double>(), l.Shape.Dims, program.Devices[d])).ToArray())];
        using PjrtExecution run = program.ExecuteAsync(inputs);
        run.Wait();
        for (int d = 0; d < 8; d++)
        {
            double[] r = [.. run.Outputs[d].Select(b => b.ToArray<double>()[0])];
            Assert.That(r[1], Is.EqualTo(r[0]).Within(2e-6 * Math.Max(1, Math.Abs(r[0]))), $"reverse mode on device {d}");
            Assert.That(r[2], Is.EqualTo(r[0]).Within(2e-6 * Math.Max(1, Math.Abs(r[0]))), $"forward mode on device {d}");
            Assert.That(r[4], Is.EqualTo(r[3]).Within(2e-5 * Math.Max(1, Math.Abs(r[3]))), $"gradient of gradient on device {d}");
        }
        Array.ForEach([.. inputs.SelectMany(i => i)], b => b.Dispose());
    }

    [Test]
    public void EveryRuleBetweenDevicesIsChecked()
    {
        var seen = new HashSet<OpName>();
        void Collect(Block block)
        {
            foreach (Operation op in block.Operations)
            {
                seen.Add(op.Name);
                op.Regions.ToArray().SelectMany(r => r.Blocks).ToList().ForEach(Collect);
            }
        }
        foreach ((string name, Func<Tensor[], Tensor[]> f, Shape[] shapes) in s_cases)
        {
            foreach (ShardingStyle style in Enum.GetValues<ShardingStyle>())
            {
                Jit.Trace(name, [.. shapes.Select((s, i) => new ArgumentSpec($"x{i}", ElementKind.F64, s))], a =>
                {
                    FunctionTracer t = Tracer.Current;
                    Tensor[] results = f(a);
                    Collect(t.Frame.Block);
                    return results;
                }, new TraceOptions { Mesh = s_mesh, ShardingStyle = style });
            }
        }
        Assert.That(RuleTableTests.Sharded.Except(seen).Select(op => op.Full), Is.Empty);
    }

    [Test]
    public void ExtremesOverDevices([Values] ShardingStyle style)
    {
        TracedModule module = Jit.Trace("extremes", [new("x", ElementKind.F64, [8, 2], PartitionSpec.Replicated)],
            a => [.. Lax.ShardMap(s => [Lax.PMax(s[0], "data"), Lax.PMin(s[0], "data"), Lax.PMax(s[0], ["data", "model"])], [a[0]], [P("data", "model")], [P(null, "model"), P(null, "model"), P()])
                .Select((t, i) => new NamedResult($"r{i}", t, PartitionSpec.Replicated))],
            new TraceOptions { Mesh = s_mesh, ShardingStyle = style });
        PjrtClient client = s_eight.Value;
        using PjrtLoadedExecutable program = client.Compile(MlirPrinter.Print(module.Module), PjrtCompileOptions.Partitioned(8, style == ShardingStyle.Shardy));
        double[] x = [.. Enumerable.Range(0, 16).Select(i => Math.Sin(i * 1.7))];
        PjrtBuffer[][] inputs = [.. Enumerable.Range(0, 8).Select(d => new[] { client.CreateBuffer<double>(x, [8, 2], program.Devices[d]) })];
        using PjrtExecution run = program.ExecuteAsync(inputs);
        run.Wait();
        // A shard has two rows: rows r, r + 2, r + 4, r + 6 meet.
        double[] Over(Func<IEnumerable<double>, double> f) => [.. Enumerable.Range(0, 4).Select(i => f(Enumerable.Range(0, 4).Select(k => x[4 * k + i])))];
        Assert.That(run.Outputs[5][0].ToArray<double>(), Is.EqualTo(Over(Enumerable.Max)));
        Assert.That(run.Outputs[2][1].ToArray<double>(), Is.EqualTo(Over(Enumerable.Min)));
        Assert.That(run.Outputs[7][2].ToArray<double>(), Is.EqualTo(new[] { Over(Enumerable.Max)[..2].Max(), Over(Enumerable.Max)[2..].Max() }));
        Array.ForEach([.. inputs.SelectMany(i => i)], b => b.Dispose());
    }
}
