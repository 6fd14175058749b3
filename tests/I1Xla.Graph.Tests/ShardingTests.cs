using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Graph.Tests;

/// <summary>Sharded programs on eight virtual devices of XLA CPU give what they give on one.</summary>
public class ShardingTests
{
    private static readonly Mesh s_mesh = Mesh.Of(("data", 2), ("fsdp", 2), ("model", 2));
    private static readonly Lazy<PjrtClient> s_eight = new(() => XlaCpu.NewClient(8));

    [OneTimeTearDown]
    public void Close()
    {
        if (s_eight.IsValueCreated)
        {
            s_eight.Value.Dispose();
        }
    }

    private static PartitionSpec P(params string?[] dims) => PartitionSpec.Of(dims);

    private static IEnumerable<TestCaseData> Programs()
    {
        static ArgumentSpec Arg(string name, Shape shape, PartitionSpec spec) => new(name, ElementKind.F32, shape, spec);
        (string, ArgumentSpec[], PartitionSpec[], Func<Tensor[], Tensor[]>)[] cases =
        [
            ("constraint", [Arg("x", [8, 16], P("data")), Arg("w", [16, 12], P())], [P("data")],
                a => [Lax.WithShardingConstraint(Jnp.MatMul(a[0], a[1]), P("data", "model")) * 2.0]),
            ("fsdp_grad", [Arg("x", [8, 16], P("data+fsdp")), Arg("w", [16, 12], P("fsdp", "model"))], [P("fsdp", "model"), P()],
                a =>
                {
                    (Tensor loss, Tensor[] g) = Autodiff.ValueAndGrad(b => Jnp.Mean(Jnp.Square(Lax.WithShardingConstraint(Jnp.Tanh(Jnp.MatMul(a[0], b[0])), P("data")))), [a[1]]);
                    return [g[0], loss];
                }),
            ("psum", [Arg("x", [4, 6], P("data", "model"))], [P()],
                a => Lax.ShardMap(s => [Lax.PSum(s[0], ["data", "model"])], a, [P("data", "model")], [P()])),
            ("gather_scatter", [Arg("x", [8, 4], P("fsdp"))], [P("fsdp")],
                a => Lax.ShardMap(s => [Lax.ReduceScatter(Jnp.Sin(Lax.AllGather(s[0], "fsdp")), "fsdp")], a, [P("fsdp")], [P("fsdp")])),
            ("all_to_all_permute", [Arg("x", [8, 4], P("model"))], [P(null, "model")],
                a => Lax.ShardMap(s => [Lax.AllToAll(Lax.PPermute(s[0], "model", [(0, 1), (1, 0)]) * Jnp.Cast(Lax.AxisIndex("model") + 1, ElementKind.F32), "model", 1, 0)], a, [P("model")], [P(null, "model")])),
            ("map_grad", [Arg("x", [8, 4], P("data")), Arg("w", [4, 6], P(null, "model"))], [P("data"), P(null, "model")],
                a => Autodiff.Grad(b => Jnp.Sum(Jnp.Sin(Lax.ShardMap(s => [Lax.PMean(Jnp.Tanh(Jnp.MatMul(s[0], s[1])), ["model"]) * 3.0], b, [P("data"), P(null, "model")], [P("data")])[0])), a)),
            ("called_block", [Arg("x", [8, 16], P("data")), Arg("w", [16, 16], P("fsdp", "model"))], [P("fsdp", "model")],
                a => [Autodiff.Grad(w => Jnp.Sum(Autodiff.Checkpoint(Layer, Autodiff.Checkpoint(Layer, [a[0], w]) is [var h] ? [h, w] : [])[0]), a[1])]),
        ];
        foreach ((string name, ArgumentSpec[] arguments, PartitionSpec[] results, Func<Tensor[], Tensor[]> f) in cases)
        {
            foreach (ShardingStyle style in Enum.GetValues<ShardingStyle>())
            {
                yield return new TestCaseData(arguments, results, f, style).SetArgDisplayNames(name, style.ToString());
            }
        }
    }

    private static Tensor[] Layer(Tensor[] a) => [Lax.WithShardingConstraint(Jnp.Tanh(Jnp.MatMul(a[0], a[1])), P("data", "model"))];

    [TestCaseSource(nameof(Programs))]
    public void EightDevicesGiveWhatOneGives(ArgumentSpec[] arguments, PartitionSpec[] resultSpecs, Func<Tensor[], Tensor[]> f, ShardingStyle style)
    {
        IReadOnlyList<NamedResult> Named(Tensor[] a) => [.. f(a).Select((t, i) => new NamedResult($"r{i}", t, resultSpecs[i]))];
        TracedModule sharded = Jit.Trace("sharded", arguments, Named, new TraceOptions { Mesh = s_mesh, ShardingStyle = style });
        var random = new Random(7);
        Literal[] values = [.. arguments.Select(a => Literal.Create<float>(ElementKind.F32, a.Shape, [.. Enumerable.Range(0, (int)a.Shape.ElementCount).Select(_ => (float)(random.NextDouble() - 0.5))]))];
        bool collective = MlirPrinter.Print(sharded.Module).Contains("manual");
        Literal[] expected = collective ? Simulated(values, arguments)
            : XlaCpu.Run(Jit.Trace("whole", [.. arguments.Select(a => a with { Sharding = null })], f, new TraceOptions { Mesh = Mesh.Of(("data", 1), ("fsdp", 1), ("model", 1)), ShardingStyle = style }), values);
        PjrtClient client = s_eight.Value;
        using PjrtLoadedExecutable program = client.Compile(MlirPrinter.Print(sharded.Module), PjrtCompileOptions.Partitioned(8, style == ShardingStyle.Shardy));
        PjrtBuffer[][] inputs = [.. Enumerable.Range(0, 8).Select(d => arguments.Select((a, i) =>
        {
            (float[] data, Shape shape) = Shard(values[i].As<float>(), a.Shape, a.Sharding!, d);
            return client.CreateBuffer<float>(data, shape.Dims, program.Devices[d]);
        }).ToArray())];
        using PjrtExecution run = program.ExecuteAsync(inputs);
        run.Wait();
        for (int r = 0; r < expected.Length; r++)
        {
            for (int d = 0; d < 8; d++)
            {
                (float[] part, _) = Shard(expected[r].As<float>(), expected[r].Shape, resultSpecs[r], d);
                Assert.That(run.Outputs[d][r].ToArray<float>(), Is.EqualTo(part).Within(2e-6f), $"result {r} on device {d}");
            }
        }
        Array.ForEach([.. inputs.SelectMany(i => i)], b => b.Dispose());
    }

    /// <summary>What the programs with collectives mean, written without them.</summary>
    private static Literal[] Simulated(Literal[] values, ArgumentSpec[] arguments)
    {
        string name = TestContext.CurrentContext.Test.Name;
        Func<Tensor[], Tensor[]> meaning =
            name.Contains("(psum") ? a => [Jnp.Sum(Jnp.Reshape(a[0], [2, 2, 2, 3]), [0, 2])]
            : name.Contains("gather_scatter") ? a => [Jnp.Sin(a[0]) * 2.0]
            : name.Contains("all_to_all") ? a => [Jnp.Concatenate([a[0][4..8] * 1.0, a[0][0..4] * 2.0], 0)]
            : a => Autodiff.Grad(b => Jnp.Sum(Jnp.Sin(3.0 * Jnp.Mean(Jnp.Reshape(Jnp.Tanh(Jnp.MatMul(b[0], b[1])), [8, 2, 3]), 1))), a);
        return XlaCpu.Run(Jit.Trace("meaning", [.. arguments.Select(a => a with { Sharding = null })], meaning), values);
    }

    private static (float[] Data, Shape Shape) Shard(ReadOnlySpan<float> whole, Shape shape, PartitionSpec spec, int device)
    {
        long[] start = new long[shape.Rank], size = shape.ToArray(), place = [device / 4, device / 2 % 2, device % 2];
        for (int d = 0; d < spec.Dimensions.Length; d++)
        {
            long index = 0, parts = 1;
            foreach (string axis in spec.Dimensions[d])
            {
                index = index * s_mesh.SizeOf(axis) + place[s_mesh.IndexOf(axis)];
                parts *= s_mesh.SizeOf(axis);
            }
            size[d] /= parts;
            start[d] = index * size[d];
        }
        var part = new Shape(size);
        float[] data = new float[part.ElementCount];
        long[] from = shape.Strides(), to = part.Strides();
        for (int i = 0; i < data.Length; i++)
        {
            long at = 0;
            for (int d = 0; d < size.Length; d++)
            {
                at += (start[d] + i / to[d] % size[d]) * from[d];
            }
            data[i] = whole[(int)at];
        }
        return (data, part);
    }

    [Test]
    public void TextIsWhatJaxWrites()
    {
        TracedModule Traced(ShardingStyle style) => Jit.Trace("m", [new("x", ElementKind.F32, [8, 16, 4], P("data", null, "fsdp+model"), Donate: true), new("y", ElementKind.F32, [8], P("model"), Donate: true)],
            a => [new NamedResult("x", a[0] * 2.0, P("data", null, "fsdp+model")), new NamedResult("z", Lax.WithShardingConstraint(a[1][..4], P("fsdp")), null)],
            new TraceOptions { Mesh = s_mesh, ShardingStyle = style });
        string shardy = MlirPrinter.Print(Traced(ShardingStyle.Shardy).Module), gspmd = MlirPrinter.Print(Traced(ShardingStyle.Gspmd).Module);
        Assert.Multiple(() =>
        {
            Assert.That(shardy, Does.Contain("sdy.mesh @mesh = <[\"data\"=2, \"fsdp\"=2, \"model\"=2]>"));
            Assert.That(shardy, Does.Contain("%arg0: tensor<8x16x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{\"data\"}, {}, {\"fsdp\", \"model\"}]>, tf.aliasing_output = 0 : i32}"));
            Assert.That(shardy, Does.Contain("jax.buffer_donor = true"));
            Assert.That(shardy, Does.Contain("sdy.sharding_constraint").And.Contain("<@mesh, [{\"fsdp\"}]>"));
            Assert.That(gspmd, Does.Contain("mhlo.sharding = \"{devices=[2,1,4]<=[8]}\""));
            Assert.That(gspmd, Does.Contain("mhlo.sharding = \"{devices=[2,4]<=[4,2]T(1,0) last_tile_dim_replicate}\""));
            Assert.That(gspmd, Does.Contain("mhlo.sharding = \"{devices=[2,4]<=[2,2,2]T(1,0,2) last_tile_dim_replicate}\""));
            Assert.That(gspmd, Does.Contain("mhlo.num_partitions = 8 : i32"));
        });
    }

    [Test]
    public void MistakesAreNamed()
    {
        GraphException Fails(Func<Tensor[], Tensor[]> f, PartitionSpec? spec = null) => Assert.Throws<GraphException>(() =>
            Jit.Trace("bad", [new("x", ElementKind.F32, [6, 4], spec)], f, new TraceOptions { Mesh = Mesh.Of(("a", 4), ("b", 2)) }))!;
        Assert.Multiple(() =>
        {
            Assert.That(Fails(a => a, P("c")).Message, Does.Contain("has no axis \"c\"; its axes are a=4, b=2"));
            Assert.That(Fails(a => a, P("a", "a")).Message, Does.Contain("uses axis \"a\" twice"));
            Assert.That(Fails(a => Lax.ShardMap(s => s, a, [P("a")], [P("a")])).Message, Does.Contain("does not divide"));
            Assert.That(Assert.Throws<GraphException>(() => Jit.Trace("bad", [new("x", ElementKind.F32, [6, 4])], a => Lax.WithShardingConstraint(a[0], P("a"))))!.Message, Does.Contain("no mesh").And.Contain("ShardingTests.cs:"));
        });
    }
}
