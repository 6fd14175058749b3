using I1Xla.Graph;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Attention written in many ways is found, forward and backward, and computes what the interpreter computes.</summary>
public class AttentionRewriteTests
{
    /// <summary>A way to write attention.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Shapes">Shapes of q, k, v and what else it takes.</param>
    /// <param name="Kind">Element kind of q, k and v.</param>
    /// <param name="Compute">The program.</param>
    /// <param name="Fused">Whether it is to be found.</param>
    /// <param name="FusedGradient">Whether its gradient is.</param>
    public sealed record Case(string Name, long[][] Shapes, ElementKind Kind, Func<Tensor[], Tensor> Compute, bool Fused = true, bool FusedGradient = true)
    {
        public override string ToString() => Name;
    }

    private static Tensor Softmax(Tensor logits) => Nn.Softmax(logits, -1);

    // softmax as its JVP rule in JAX writes the derivative: y ∘ (dx − sum(y ∘ dx)).
    private static Tensor JaxSoftmax(Tensor logits) => Autodiff.CustomVjp(
        x => [Softmax(x[0])],
        x =>
        {
            Tensor y = Softmax(x[0]);
            return ([y], [y]);
        },
        (saved, ct) =>
        {
            Tensor product = saved[0] * ct[0]!;
            return [product + saved[0] * -Jnp.Sum(product, -1, keepDims: true)];
        },
        [logits])[0];

    public static IEnumerable<Case> Cases()
    {
        const ElementKind F32 = ElementKind.F32;
        long[] q = [2, 37, 3, 24], k = [2, 45, 3, 24];
        yield return new("scaled queries, heads inside", [q, k, k], F32, a => Jnp.Einsum("bhqk,bkhd->bqhd", Softmax(Jnp.Einsum("bqhd,bkhd->bhqk", a[0] * 0.3, a[1])), a[2]));
        yield return new("scaled scores, heads outside", [[2, 3, 19, 24], [2, 3, 33, 24], [2, 3, 33, 10]], F32,
            a => Jnp.Einsum("bhqk,bhkd->bhqd", Softmax(Jnp.Einsum("bhqd,bhkd->bhqk", a[0], a[1]) / 5.0), a[2]));
        yield return new("one batch", [[1, 37, 3, 24], [1, 45, 3, 24], [1, 45, 3, 24]], F32, a => Jnp.Einsum("bhqk,bkhd->bqhd", Softmax(Jnp.Einsum("bqhd,bkhd->bhqk", a[0] * 0.3, a[1])), a[2]));
        yield return new("no batch, no heads", [[40, 24], [50, 24], [50, 16]], F32, a => Jnp.MatMul(Softmax(Jnp.Einsum("qd,kd->qk", a[0], a[1]) * 0.2), a[2]));
        yield return new("operands of the products swapped", [q, k, k], F32, a => Jnp.Einsum("bkhd,bhqk->bqhd", a[2], Softmax(Jnp.Einsum("bkhd,bqhd->bhqk", a[1], a[0]) * 0.3)));
        yield return new("softmax over the first dimension", [q, k, k], F32,
            a => Jnp.Einsum("bhkq,bkhd->bqhd", Nn.Softmax(Jnp.Einsum("bkhd,bqhd->bhkq", a[1], a[0]) * 0.3, 2), a[2]));
        yield return new("derivative as in JAX", [q, k, k], F32, a => Jnp.Einsum("bhqk,bkhd->bqhd", JaxSoftmax(Jnp.Einsum("bqhd,bkhd->bhqk", a[0], a[1]) * 0.3), a[2]));
        yield return new("keys masked", [q, k, k, [2, 45]], F32, a =>
        {
            Tensor mask = a[3] > 0.0;
            Tensor logits = Jnp.Where(mask[Slice.All, Slice.NewAxis, Slice.NewAxis, Slice.All], Jnp.Einsum("bqhd,bkhd->bhqk", a[0] * 0.3, a[1]), float.MinValue);
            return Jnp.Einsum("bhqk,bkhd->bqhd", Softmax(logits), a[2]);
        });
        yield return new("some queries without a key", [q, k, k, [2, 37, 45]], F32, a =>
        {
            Tensor mask = a[3] > 1.2;
            Tensor logits = Jnp.Where(mask[Slice.All, Slice.NewAxis], Jnp.Einsum("bqhd,bkhd->bhqk", a[0] * 0.3, a[1]), -1e9);
            return Jnp.Einsum("bhqk,bkhd->bqhd", JaxSoftmax(logits), a[2]);
        });
        yield return new("mask the other way round, minus infinity", [q, k, k, [37, 45]], F32, a =>
        {
            Tensor mask = a[3] > 0.7;
            Tensor logits = Jnp.Where(mask[Slice.NewAxis, Slice.NewAxis], float.NegativeInfinity, Jnp.Einsum("bqhd,bkhd->bhqk", a[0] * 0.3, a[1]));
            return Jnp.Einsum("bhqk,bkhd->bqhd", Softmax(logits), a[2]);
        });
        yield return new("bias for each head", [q, k, k, [3, 37, 45]], F32,
            a => Jnp.Einsum("bhqk,bkhd->bqhd", Softmax(Jnp.Einsum("bqhd,bkhd->bhqk", a[0], a[1]) * 0.3 + a[3][Slice.NewAxis]), a[2]));
        yield return new("bias and causal mask", [[2, 45, 3, 24], k, k, [45]], F32, a =>
        {
            Tensor at = Jnp.Arange(45);
            Tensor causal = at[Slice.All, Slice.NewAxis] >= at[Slice.NewAxis];
            Tensor logits = Jnp.Einsum("bqhd,bkhd->bhqk", a[0], a[1]) * 0.3 + a[3];
            return Jnp.Einsum("bhqk,bkhd->bqhd", Softmax(Jnp.Where(causal, logits, float.NegativeInfinity)), a[2]);
        });
        yield return new("bf16 with an f32 softmax", [q, k, k], ElementKind.BF16, a =>
        {
            Tensor logits = Jnp.Cast(Jnp.Einsum("bqhd,bkhd->bhqk", a[0], a[1]), F32) * 0.3;
            return Jnp.Einsum("bhqk,bkhd->bqhd", Jnp.Cast(Softmax(logits), ElementKind.BF16), a[2]);
        });
        yield return new("q, k and v in one array", [[2, 37, 3, 3, 24]], F32, a =>
        {
            Tensor x = a[0];
            return Jnp.Einsum("bhqk,bkhd->bqhd", Softmax(Jnp.Einsum("bqhd,bkhd->bhqk", x[Slice.All, Slice.All, 0] * 0.3, x[Slice.All, Slice.All, 1])), x[Slice.All, Slice.All, 2]);
        });
        yield return new("groups of queries share keys", [[2, 37, 3, 2, 24], k, k], F32,
            a => Jnp.Einsum("bhgqk,bkhd->bqhgd", Softmax(Jnp.Einsum("bqhgd,bkhd->bhgqk", a[0], a[1]) * 0.3), a[2]), FusedGradient: false);
        yield return new("probabilities returned", [q, k, k], F32, a =>
        {
            Tensor p = Softmax(Jnp.Einsum("bqhd,bkhd->bhqk", a[0] * 0.3, a[1]));
            return Jnp.Einsum("bhqk,bkhd->bqhd", p, a[2]) + Jnp.Sum(p * p);
        }, Fused: false, FusedGradient: false);
        yield return new("probabilities changed", [q, k, k], F32, a => Jnp.Einsum("bhqk,bkhd->bqhd", Jnp.Exp(Softmax(Jnp.Einsum("bqhd,bkhd->bhqk", a[0] * 0.3, a[1]))), a[2]), Fused: false, FusedGradient: false);
        // No attention, but its derivative is one: keys ask, and the gradient of the result is what they get.
        yield return new("softmax over queries", [q, k, k], F32, a => Jnp.Einsum("bhqk,bkhd->bqhd", Nn.Softmax(Jnp.Einsum("bqhd,bkhd->bhqk", a[0] * 0.3, a[1]), 2), a[2]), Fused: false);
        yield return new("exponentials not divided", [q, k, k], F32, a =>
        {
            Tensor logits = Jnp.Einsum("bqhd,bkhd->bhqk", a[0] * 0.3, a[1]);
            return Jnp.Einsum("bhqk,bkhd->bqhd", Jnp.Exp(logits - Jnp.Max(logits, -1, keepDims: true)), a[2]);
        }, Fused: false, FusedGradient: false);
        yield return new("scores also capped", [q, k, k], F32, a => Jnp.Einsum("bhqk,bkhd->bqhd", Softmax(Jnp.Tanh(Jnp.Einsum("bqhd,bkhd->bhqk", a[0] * 0.3, a[1]))), a[2]), Fused: false, FusedGradient: false);
    }

    [TestCaseSource(nameof(Cases))]
    public void Forward(Case c) => Check(c, Jit.Trace("main", Arguments(c, []), a => c.Compute(a)), c.Fused ? "Attention" : null);

    [TestCaseSource(nameof(Cases))]
    public void GradientWithResult(Case c)
    {
        int operands = Math.Min(3, c.Shapes.Length);
        Check(c, Jit.Trace("main", Arguments(c, Result(c)), a =>
        {
            (Tensor[] results, Func<Tensor?[], Tensor[]> pullback) = Autodiff.Vjp(x => [c.Compute([.. x, .. a[operands..^1]])], a[..operands]);
            return [results[0], .. pullback([a[^1]])];
        }), c.FusedGradient ? "AttentionGradient" : null);
    }

    [TestCaseSource(nameof(Cases))]
    public void GradientAlone(Case c)
    {
        int operands = Math.Min(3, c.Shapes.Length);
        Check(c, Jit.Trace("main", Arguments(c, Result(c)), a => Autodiff.Vjp(x => [c.Compute([.. x, .. a[operands..^1]])], a[..operands]).Pullback([a[^1]])), c.FusedGradient ? "AttentionGradient" : null);
    }

    [Test]
    public void GradientByKeysIsFoundWhereTheResultIsUsed()
    {
        Case c = Cases().First();
        Check(c, Jit.Trace("main", Arguments(c, Result(c)), a =>
        {
            (Tensor[] results, Func<Tensor?[], Tensor[]> pullback) = Autodiff.Vjp(x => [c.Compute([a[0], x[0], a[2]])], [a[1]]);
            return [results[0], .. pullback([a[^1]])];
        }), "AttentionGradient");
    }

    [Test]
    public void RematerialisedAttentionIsFoundTwice()
    {
        Case c = Cases().First();
        string after = Check(c, Jit.Trace("main", Arguments(c, Result(c)), a =>
        {
            (Tensor[] results, Func<Tensor?[], Tensor[]> pullback) = Autodiff.Vjp(x => Autodiff.Checkpoint(y => [c.Compute(y)], x), a[..3]);
            return [results[0], .. pullback([a[^1]])];
        }), "AttentionGradient");
        Assert.That(after.Split(" Attention(").Length - 1, Is.EqualTo(2), after);
    }

    private static TensorType Result(Case c) => Jit.Trace("shape", Arguments(c, []), a => c.Compute(a)).Results[0].Type;

    private static ArgumentSpec[] Arguments(Case c, params TensorType[] more) =>
        [.. c.Shapes.Select((s, i) => new ArgumentSpec("a" + i, i < 3 ? c.Kind : ElementKind.F32, new Shape(s))), .. more.Select((t, i) => new ArgumentSpec("g" + i, t.Kind, t.Shape))];

    // Against the interpreter; returns the graph after the pass.
    private static string Check(Case c, TracedModule traced, string? expected)
    {
        string after = "";
        foreach (CpuCompileOptions options in ProgramCheck.BackEnds)
        {
            after = "";
            using CpuExecutable executable = CpuCompiler.Compile(traced.Module, options with { OnPass = (pass, text) => after += pass == "attention" ? text : "" });
            Assert.That(after.Contains(" Dot("), Is.EqualTo(false), after);
            Assert.That(after.Length > 0 ? after.Contains(" AttentionGradient(") ? "AttentionGradient" : "Attention" : null, Is.EqualTo(expected), after);
            var random = new Random(5);
            Literal[] arguments = [.. executable.ParameterTypes.Select(t => Random(t, random))];
            Literal[] want = Interpreter.Run(traced.Module, "main", arguments);
            CpuBuffer[] got = executable.Execute([.. arguments.Select(a => new CpuBuffer(a))]);
            for (int i = 0; i < want.Length; i++)
            {
                double[] w = Values(want[i]), g = Values(new Literal(want[i].Type, got[i].Span.ToArray()));
                double scale = w.Max(Math.Abs), worst = w.Zip(g).Max(p => Math.Abs(p.First - p.Second));
                Assert.That(worst, Is.LessThan(scale * (c.Kind == ElementKind.BF16 ? 3e-2 : 1e-5) + 1e-12), $"result {i}, {options.Isa}");
            }
        }
        return after;
    }

    private static double[] Values(Literal literal) => literal.Type.Kind == ElementKind.BF16
        ? [.. literal.As<ushort>().ToArray().Select(b => (double)BitConverter.UInt32BitsToSingle((uint)b << 16))]
        : [.. literal.As<float>().ToArray().Select(f => (double)f)];

    private static Literal Random(TensorType type, Random random)
    {
        var literal = new Literal(type);
        for (int i = 0; i < literal.Type.Shape.ElementCount; i++)
        {
            float value = (float)(random.NextDouble() * 3 - 1.5);
            if (type.Kind == ElementKind.BF16)
            {
                literal.As<ushort>()[i] = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
            }
            else
            {
                literal.As<float>()[i] = value;
            }
        }
        return literal;
    }
}
