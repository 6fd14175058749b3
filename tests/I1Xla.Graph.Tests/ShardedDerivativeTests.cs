using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Graph.Tests;

/// <summary>
/// Derivatives of programs over devices in f64 against central differences and against those of the same program without
/// devices, on eight virtual devices of XLA CPU and of the embedded plugin, and the table of rules between devices.
/// </summary>
public class ShardedDerivativeTests
{
    private static readonly Mesh s_mesh = Mesh.Of(("data", 4), ("model", 2));
    private static readonly Dictionary<Backend, PjrtClient> s_clients = [];

    /// <summary>Programs over devices, and the same without: whole tensors in and out.</summary>
    private static readonly (string Name, Func<Tensor[], Tensor[]> F, Func<Tensor[], Tensor[]> Whole, Shape[] Shapes)[] s_cases =
    [
        ("constraint", a => [Lax.WithShardingConstraint(Jnp.Sin(a[0]), P("data"))], a => [Jnp.Sin(a[0])], [[8, 2]]),
        ("psum", a => Lax.ShardMap(s => [Lax.PSum(Jnp.Sin(s[0]) * s[0], "data"), Lax.PMean(s[0] * s[0], ["data", "model"])], [a[0]], [P("data", "model")], [P(null, "model"), P()]),
            a => [Jnp.Sum(Jnp.Reshape(Jnp.Sin(a[0]) * a[0], [4, 2, 4]), 0), Jnp.Mean(Jnp.Reshape(a[0] * a[0], [4, 2, 2, 2]), [0, 2])], [[8, 4]]),
        ("all_gather", a => Lax.ShardMap(s => [Jnp.Sin(Lax.AllGather(s[0], "data")) * s[1]], a, [P("data"), P()], [P()]), a => [Jnp.Sin(a[0]) * a[1]], [[4, 3], [4, 3]]),
        ("all_gather_last", a => Lax.ShardMap(s => [Jnp.MatMul(Lax.AllGather(s[0], "model", 1), s[1])], a, [P("data", "model"), P()], [P("data")]), a => [Jnp.MatMul(a[0], a[1])], [[4, 6], [6, 2]]),
        ("psum_scatter", a => Lax.ShardMap(s => [Lax.ReduceScatter(Jnp.Sin(s[0]), "data"), Lax.PSumScatter(s[0] * s[0], "data")], a, [P(null, "model")], [P("data", "model"), P("data+model")]),
            a => [4 * Jnp.Sin(a[0]), Jnp.Reshape(4 * a[0] * a[0], [8])], [[4, 2]]),
        ("psum_scatter_parts", a => Lax.ShardMap(s => [Lax.PSumScatter(Jnp.MatMul(s[0], s[1]), "model", 1, tiled: true)], a, [P("data", "model"), P("model")], [P("data", "model")]), a => [Jnp.MatMul(a[0], a[1])], [[4, 6], [6, 4]]),
        ("all_to_all", a => Lax.ShardMap(s => [Lax.AllToAll(Jnp.Sin(s[0]), "data", 1, 0)], a, [P("data")], [P(null, "data")]), a => [Jnp.Sin(a[0])], [[4, 8]]),
        ("all_to_all_twice", a => Lax.ShardMap(s => [Lax.AllToAll(Nn.Softmax(Lax.AllToAll(s[0], "model", 2, 0), 0), "model", 0, 2)], a, [P("model", "data")], [P("model", "data")]), a => [Nn.Softmax(a[0], 0)], [[4, 4, 6]]),
        ("ppermute", a => Lax.ShardMap(s => [Lax.PPermute(Jnp.Sin(s[0]), "data", [(0, 1), (1, 2), (3, 0)]) * Jnp.Cast(Lax.AxisIndex("data") + 1, ElementKind.F64)], a, [P("data")], [P("data")]),
            a => [Jnp.Concatenate([Jnp.Sin(a[0][6..]), 2 * Jnp.Sin(a[0][..2]), 3 * Jnp.Sin(a[0][2..4]), Jnp.Zeros([2, 2], ElementKind.F64)])], [[8, 2]]),
        ("ring", a => Lax.ShardMap(s => Lax.ForiLoop(0, 4, (i, c) => [c[0] + Jnp.Sin(c[1]) * s[0], Lax.PPermute(c[1], "data", [(0, 1), (1, 2), (2, 3), (3, 0)])], [s[0] * 0.0, s[0]]), a, [P("data")], [P("data"), P("data")]),
            a => [Jnp.Tile(Jnp.Sin(a[0][..2]) + Jnp.Sin(a[0][2..4]) + Jnp.Sin(a[0][4..6]) + Jnp.Sin(a[0][6..]), [4, 1]) * a[0], a[0]], [[8, 2]]),
        ("softmax", a => Lax.ShardMap(s =>
        {
            Tensor e = Jnp.Exp(s[0] - Lax.PMax(Autodiff.StopGradient(Jnp.Max(s[0], 0, true)), "data"));
            return [e / Lax.PSum(Jnp.Sum(e, 0, true), "data")];
        }, a, [P("data", "model")], [P("data", "model")]), a => [Nn.Softmax(a[0], 0)], [[8, 2]]),
        ("empty", a => Lax.ShardMap(s => [Lax.PSum(s[0], "data"), Lax.AllGather(s[0], "data")], a, [P("data")], [P(), P()]), a => [Jnp.Sum(a[0], 0, true), a[0]], [[4, 0]]),
        ("matmul", a => Lax.ShardMap(s => [Lax.PSum(Jnp.MatMul(s[0], s[1]), "model")], a, [P("data", "model"), P("model")], [P("data")]), a => [Jnp.MatMul(a[0], a[1])], [[8, 4], [4, 3]]),
    ];

    [OneTimeTearDown]
    public void Close()
    {
        foreach (PjrtClient client in s_clients.Values)
        {
            client.Dispose();
        }
        s_clients.Clear();
    }

    private static PartitionSpec P(params string?[] dims) => PartitionSpec.Of(dims);

    private static PjrtClient Eight(Backend backend) => s_clients.TryGetValue(backend, out PjrtClient? client) ? client : s_clients[backend] = Backends.NewClient(backend, 8);

    private static IEnumerable<TestCaseData> Cases() => s_cases.SelectMany(c => Enum.GetValues<ShardingStyle>().SelectMany(style => new[] { Backend.XlaCpu, Backend.Embedded }
        // XLA CPU ends the process at a reduction between GSPMD's conversions to and from shards.
        .Where(backend => style == ShardingStyle.Shardy || backend == Backend.Embedded || c.Name is not ("softmax" or "all_to_all_twice")).Select(backend =>
        new TestCaseData(c.F, c.Whole, c.Shapes, style, backend).SetArgDisplayNames(c.Name, style.ToString(), backend.ToString()))));

    [TestCaseSource(nameof(Cases))]
    public void MatchesDifferencesAndTheUnsharded(Func<Tensor[], Tensor[]> f, Func<Tensor[], Tensor[]> whole, Shape[] shapes, ShardingStyle style, Backend backend)
    {
        var random = new Random(3);
        Literal[] x = [.. shapes.Select(s => Derivatives.Uniform(random, s, -2, 2))], v = [.. shapes.Select(s => Derivatives.Uniform(random, s, -1, 1))];
        ArgumentSpec[] arguments = [.. shapes.Select((s, i) => new ArgumentSpec($"x{i}", ElementKind.F64, s, PartitionSpec.Replicated))];
        static Tensor Weighted(Tensor[] r) => r.Select((t, i) => Jnp.Sum(t * Jnp.Reshape(Jnp.Cos(Jnp.Arange(t.Size, ElementKind.F64) + (double)i), t.Shape))).Aggregate((p, q) => p + q);
        Tensor[] All(Func<Tensor[], Tensor[]> function, Tensor[] a)
        {
            (Tensor[] results, Tensor[] tangents) = Autodiff.Jvp(function, a, [.. v.Select(t => Jnp.Constant(t))]);
            // XLA's propagation of GSPMD shardings ends the process at a program that returns an empty tensor.
            return [.. results.Concat(tangents).Concat(Autodiff.Grad(b => Weighted(function(b)), a)).Where(t => t.Size > 0), Weighted(results)];
        }
        Literal[] expected = Derivatives.Run(Jit.Trace("whole", [.. arguments.Select(a => a with { Sharding = null })], a => All(whole, a)), x);
        // Everything whole on every device outside: value, differences, gradient and tangent in one program.
        const double h = 1e-5;
        TracedModule module = Jit.Trace("derivatives", arguments, a =>
        {
            Tensor[] Shifted(double by) => [.. a.Select((t, i) => t + by * Jnp.Constant(v[i]))];
            Tensor difference = (Weighted(f(Shifted(h))) - Weighted(f(Shifted(-h)))) / (2 * h);
            Tensor reverse = Autodiff.Grad(b => Weighted(f(b)), a).Select((g, i) => Jnp.Sum(g * Jnp.Constant(v[i]))).Aggregate((p, q) => p + q);
            Tensor forward = Weighted(Autodiff.Jvp(f, a, [.. v.Select(t => Jnp.Constant(t))]).Tangents);
            Tensor[] Gradient(Tensor[] b) => Autodiff.Grad(c => f(c).Select(t => Jnp.Sum(t * t * t)).Aggregate((p, q) => p + q), b);
            Tensor Along(Tensor[] g) => g.Select((t, i) => Jnp.Sum(t * Jnp.Constant(v[i]))).Aggregate((p, q) => p + q);
            Tensor secondDifference = (Along(Gradient(Shifted(h))) - Along(Gradient(Shifted(-h)))) / (2 * h);
            Tensor second = Autodiff.Grad(b => Along(Gradient(b)), a).Select((g, i) => Jnp.Sum(g * Jnp.Constant(v[i]))).Aggregate((p, q) => p + q);
            return [.. new[] { difference, reverse, forward, secondDifference, second }.Concat(All(f, a)).Select((t, i) => new NamedResult($"r{i}", t, PartitionSpec.Replicated))];
        }, new TraceOptions { Mesh = s_mesh, ShardingStyle = style });
        PjrtClient client = Eight(backend);
        using PjrtLoadedExecutable program = client.Compile(MlirPrinter.Print(module.Module), PjrtCompileOptions.Partitioned(8, style == ShardingStyle.Shardy));
        PjrtBuffer[][] inputs = [.. Enumerable.Range(0, 8).Select(d => x.Select(l => client.CreateBuffer<double>(l.As<double>(), l.Shape.Dims, program.Devices[d])).ToArray())];
        using PjrtExecution run = program.ExecuteAsync(inputs);
        run.Wait();
        for (int d = 0; d < 8; d++)
        {
            double[] r = [.. run.Outputs[d].Take(5).Select(b => b.ToArray<double>()[0])];
            Assert.That(r[1], Is.EqualTo(r[0]).Within(2e-6 * Math.Max(1, Math.Abs(r[0]))), $"reverse mode on device {d}");
            Assert.That(r[2], Is.EqualTo(r[0]).Within(2e-6 * Math.Max(1, Math.Abs(r[0]))), $"forward mode on device {d}");
            Assert.That(r[4], Is.EqualTo(r[3]).Within(2e-5 * Math.Max(1, Math.Abs(r[3]))), $"gradient of gradient on device {d}");
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.That(run.Outputs[d][5 + i].ToArray<double>(), Is.EqualTo(expected[i].As<double>().ToArray()).Within(1e-12), $"result, tangent or gradient {i} of the unsharded program on device {d}");
            }
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
        foreach ((string name, Func<Tensor[], Tensor[]> f, _, Shape[] shapes) in s_cases)
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
    public void ExtremesOverDevices([Values] ShardingStyle style, [Values(Backend.XlaCpu, Backend.Embedded)] Backend backend)
    {
        TracedModule module = Jit.Trace("extremes", [new("x", ElementKind.F64, [8, 2], PartitionSpec.Replicated)],
            a => [.. Lax.ShardMap(s => [Lax.PMax(s[0], "data"), Lax.PMin(s[0], "data"), Lax.PMax(s[0], ["data", "model"])], [a[0]], [P("data", "model")], [P(null, "model"), P(null, "model"), P()])
                .Select((t, i) => new NamedResult($"r{i}", t, PartitionSpec.Replicated))],
            new TraceOptions { Mesh = s_mesh, ShardingStyle = style });
        PjrtClient client = Eight(backend);
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
