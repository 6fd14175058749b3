using System.Text.RegularExpressions;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using I1Xla.Testing;

namespace I1Xla.Graph.Tests;

/// <summary>The examples of docs/graph.md, compiled and run; a test keeps the two texts equal.</summary>
public partial class DocumentationTests
{
    private static Tensor Dense(Scope scope, Tensor x, long features)
    {
        using var _ = scope.Enter();               // operations carry "…/fc1" in dumps, profiles and compiler errors
        Tensor kernel = scope.Param("kernel", [x.Shape[^1], features], Initializers.LecunNormal());
        Tensor bias = scope.Param("bias", [features], Initializers.Zeros);
        return Jnp.MatMul(x, kernel) + bias;
    }

    private static Tensor Block(Scope scope, Tensor x)
    {
        Tensor scale = scope.Child("norm").Param("scale", [x.Shape[^1]], Initializers.Ones);
        Tensor h = Dense(scope.Child("fc1"), Nn.RmsNorm(x, scale), 4 * x.Shape[^1]);
        return x + Dense(scope.Child("fc2"), Nn.Gelu(h), x.Shape[^1]);
    }

    private static Tensor Model(Scope scope, Tensor x)
    {
        for (int i = 0; i < 6; i++)
        {
            x = scope.Child($"blocks_{i}").Call(Block, x, CheckpointPolicy.NothingSaveable);
        }
        return Dense(scope.Child("head"), x, 3);
    }

    private static Tensor LogOnePlusExp(Tensor x) => Autodiff.CustomJvp(
        a => [Jnp.Log(1.0 + Jnp.Exp(a[0]))],
        (a, tangents) => ([Jnp.Log(1.0 + Jnp.Exp(a[0]))], [tangents[0] * Nn.Sigmoid(a[0])]),
        [x])[0];

    [Test]
    public void OwnDerivatives()
    {
        TracedModule traced = Jit.Trace("own", [new("x", ElementKind.F32, [])], a => [Autodiff.Grad(LogOnePlusExp, a[0]), Autodiff.Jvp(b => [LogOnePlusExp(b[0])], a, [1.0]).Tangents[0]]);
        Literal[] r = Derivatives.Run(traced, Literal.Create<float>(ElementKind.F32, [], [100]));
        // exp(100) has no f32; the derivative given does not need it.
        Assert.That(r.Select(l => l.As<float>()[0]), Is.EqualTo(new[] { 1f, 1f }));
    }

    [Test]
    public void Tracing()
    {
        TracedModule traced = Jit.Trace("attention",
            [new("q", ElementKind.F32, [2, 5, 4, 8]), new("k", ElementKind.F32, [2, 7, 4, 8]), new("v", ElementKind.F32, [2, 7, 4, 8])],
            a =>
            {
                Tensor scores = Jnp.Einsum("bqhd,bkhd->bhqk", a[0] / Math.Sqrt(8), a[1]);
                return Jnp.Einsum("bhqk,bkhd->bqhd", Nn.Softmax(scores), a[2]);
            });
        string mlir = MlirPrinter.Print(traced.Module);
        Assert.That(mlir, Does.Contain("batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3]").And.Not.Contain("stablehlo.convert"));
        Assert.That(traced.Results[0].Type.Shape, Is.EqualTo(new Shape(2, 5, 4, 8)));
    }

    [Test]
    public void Indexing()
    {
        TracedModule traced = Jit.Trace("indexing", [new("x", ElementKind.F32, [4, 6]), new("i", ElementKind.I32, [3])], a =>
        {
            (Tensor x, Tensor indices) = (a[0], a[1]);
            Tensor last = x[Slice.Ellipsis, ^1];           // x[..., -1]
            Tensor middle = x[1..^1, Slice.By(.., 2)];     // x[1:-1, ::2]
            Tensor row = x[0][Slice.NewAxis];              // x[0][None]
            Tensor picked = Jnp.Take(x, indices, axis: 1); // jnp.take(x, indices, axis=1)
            return [last, middle, row, picked];
        });
        Literal x = Literal.Create<float>(ElementKind.F32, [4, 6], [.. Enumerable.Range(0, 24).Select(i => (float)i)]);
        Literal[] r = Derivatives.Run(traced, x, Literal.Create<int>(ElementKind.I32, [3], [5, 0, -1]));
        Assert.That(r.Select(l => string.Join(" ", l.As<float>().ToArray())), Is.EqualTo(new[]
        {
            "5 11 17 23", "6 8 10 12 14 16", "0 1 2 3 4 5", "5 0 5 11 6 11 17 12 17 23 18 23",
        }));
        Assert.That(r.Select(l => l.Shape.ToString()), Is.EqualTo(new[] { "(4)", "(2, 3)", "(1, 6)", "(4, 3)" }));
    }

    [Test]
    public void Training()
    {
        IReadOnlyList<ParameterSpec> specs = Parameters.Discover(scope => Model(scope, Jnp.Zeros([2, 8])));
        HostRandom key = HostRandom.Key(0);
        float[] firstKernel = new float[specs[1].ElementCount];
        specs[1].Initializer.Fill(key, specs[1].Shape, firstKernel);   // JAX's bits

        TracedModule step = Jit.Trace("step",
            [.. specs.Select(p => new ArgumentSpec(p.Name, p.DType, p.Shape, Donate: true)), new("x", ElementKind.F32, [2, 8]), new("y", ElementKind.F32, [2, 3])],
            a =>
            {
                var parameters = new ParameterSet(specs.Select(p => p.Name), a[..^2]);
                (Tensor loss, ParameterSet gradients) = Autodiff.ValueAndGrad(
                    p => Jnp.Mean(Jnp.Square(Model(Scope.Bind(p), a[^2]) - a[^1])), parameters);
                ParameterSet updated = parameters.Map((name, p) => p - 0.01 * gradients[name]);
                return [.. updated.Names.Select(n => new NamedResult(n, updated[n])), new NamedResult("loss", loss)];
            });

        Assert.That(firstKernel.Distinct().Count(), Is.GreaterThan(200));
        Assert.That(step.Donations, Has.Count.EqualTo(specs.Count).And.ContainKey(0).WithValue(0));
        Literal[] state = [.. specs.Select((p, i) =>
        {
            var literal = new Literal(new TensorType(p.DType, p.Shape));
            p.Initializer.Fill(key.FoldIn((uint)i), p.Shape, literal.As<float>());
            return literal;
        })];
        Literal x = Literal.Create<float>(ElementKind.F32, [2, 8], [.. Enumerable.Range(0, 16).Select(i => i / 8f - 1)]);
        Literal y = Literal.Create<float>(ElementKind.F32, [2, 3], [1, 2, 3, 3, 2, 1]);
        var losses = new List<float>();
        for (int i = 0; i < 5; i++)
        {
            Literal[] results = Derivatives.Run(step, [.. state, x, y]);
            losses.Add(results[^1].As<float>()[0]);
            state = results[..^1];
        }
        Assert.That(losses[^1], Is.LessThan(losses[0] / 2), string.Join(", ", losses));
    }

    [Test]
    public void Loops()
    {
        TracedModule traced = Jit.Trace("loops", [new("sequence", ElementKind.F32, [4, 3]), new("weight", ElementKind.F32, [3])], a =>
        {
            (Tensor sequence, Tensor weight) = (a[0], a[1]);
            (Tensor[] final, Tensor[] partial) = Lax.Scan((carry, slice) =>
            {
                Tensor total = carry[0] + slice[0] * weight;
                return ([total], [total]);
            }, [Jnp.Zeros([3])], [sequence]);
            Tensor clipped = Lax.Cond(Jnp.Max(final[0]) > 10.0, () => final[0] / Jnp.Max(final[0]), () => final[0]);
            return [clipped, partial[0]];
        });
        Literal sequence = Literal.Create<float>(ElementKind.F32, [4, 3], [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]);
        Literal[] r = Derivatives.Run(traced, sequence, Literal.Create<float>(ElementKind.F32, [3], [1, 2, 1]));
        Assert.That(r[0].As<float>().ToArray(), Is.EqualTo(new[] { 0.25f, 1f, 0.75f }));
        Assert.That(r[1].As<float>().ToArray()[..6], Is.EqualTo(new[] { 1f, 4f, 3f, 2f, 8f, 6f }));
    }

    [Test]
    public void Randomness()
    {
        TracedModule traced = Jit.Trace("random", [new("step", ElementKind.I32, [])], a =>
        {
            Tensor step = a[0];
            Tensor[] keys = JaxRandom.SplitKeys(JaxRandom.Key(42));
            Tensor noise = JaxRandom.Normal(keys[0], [4, 16]);
            Tensor keep = JaxRandom.Bernoulli(JaxRandom.FoldIn(keys[1], step), 0.9, [4, 1]);
            Tensor dropped = Jnp.Where(keep, noise, 0);
            return [noise, keep, dropped];
        });
        Literal[] r = Derivatives.Run(traced, Literal.Create<int>(ElementKind.I32, [], [3]));
        float[] noise = new float[64];
        bool[] keep = new bool[4];
        HostRandom[] keys = HostRandom.Key(42).Split();
        keys[0].Normal(noise);
        keys[1].FoldIn(3).Bernoulli(0.9f, keep);
        Assert.That(r[0].As<float>().ToArray(), Is.EqualTo(noise).Within(1e-6f));
        Assert.That(r[1].As<bool>().ToArray(), Is.EqualTo(keep));
        Assert.That(r[2].As<float>()[0], Is.EqualTo(keep[0] ? r[0].As<float>()[0] : 0));
    }

    [Test]
    public void Sharding()
    {
        Mesh mesh = Mesh.Of(("data", 2), ("model", 4));
        PartitionSpec rows = PartitionSpec.Of("data"), columns = PartitionSpec.Of(null, "model");
        TracedModule sharded = Jit.Trace("sharded",
            [new("x", ElementKind.F32, [8, 16], rows), new("w", ElementKind.F32, [16, 32], columns)],
            a =>
            {
                Tensor y = Lax.WithShardingConstraint(Jnp.MatMul(a[0], a[1]), PartitionSpec.Of("data", "model"));
                Tensor[] total = Lax.ShardMap(s => [Lax.PSum(Jnp.Sum(s[0]), ["data", "model"])], [y], [PartitionSpec.Of("data", "model")], [PartitionSpec.Replicated]);
                return [new NamedResult("y", y, rows), new NamedResult("total", total[0], PartitionSpec.Replicated)];
            },
            new TraceOptions { Mesh = mesh, ShardingStyle = ShardingStyle.Shardy });
        string mlir = MlirPrinter.Print(sharded.Module);
        Assert.That(mlir, Does.Contain("sdy.mesh @mesh = <[\"data\"=2, \"model\"=4]>").And.Contain("sdy.manual_computation").And.Contain("sdy.sharding_constraint"));
    }

    [Test]
    public void TheTextHasTheseExamples()
    {
        string text = File.ReadAllText(Path.Combine(SharedAssets.RepositoryRoot, "docs", "graph.md"));
        string source = Flat(File.ReadAllText(Path.Combine(SharedAssets.RepositoryRoot, "tests", "I1Xla.Graph.Tests", "DocumentationTests.cs")));
        MatchCollection blocks = CodeBlock().Matches(text);
        Assert.That(blocks, Has.Count.EqualTo(9));
        Assert.Multiple(() =>
        {
            foreach (Match block in blocks)
            {
                Assert.That(source, Does.Contain(Flat(block.Groups[1].Value)), block.Value);
            }
        });
    }

    /// <summary>Without indentation and accessibility.</summary>
    private static string Flat(string code) => string.Join('\n', code.Trim().Split('\n').Select(l => l.Trim().Replace("private static", "static")));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
