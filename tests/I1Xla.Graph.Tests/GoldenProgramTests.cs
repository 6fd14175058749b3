using I1Xla.Data.Npy;
using I1Xla.StableHlo.Ir;
using I1Xla.Testing;

namespace I1Xla.Graph.Tests;

/// <summary>Programs that JAX was given, written here: their results, and the gradients among them, are JAX's on every backend.</summary>
public class GoldenProgramTests
{
    private static readonly Dictionary<string, Func<Tensor[], Tensor[]>> s_programs = new()
    {
        ["matmul_bias_gelu"] = a => [Nn.Gelu(Jnp.MatMul(a[0], a[1]) + a[2])],
        ["softmax_attention"] = a => [Jnp.Einsum("bhqk,bhkd->bhqd", Nn.Softmax(Jnp.Einsum("bhqd,bhkd->bhqk", a[0], a[1]) / 4.0), a[2])],
        ["conv_grad"] = a => Autodiff.Grad(b => Jnp.Sum(Jnp.Tanh(Lax.Conv(b[1], b[0], [2, 2], Padding.Explicit((0, 1), (0, 1))))), a),
        ["layernorm_grad"] = a => [Autodiff.Grad(x => Jnp.Sum(Jnp.Sin(Nn.LayerNorm(x, null, null))), a[0])],
        ["groupnorm_conv"] = a => [Lax.Conv(Nn.GroupNorm(a[0], 4, null, null), a[1], padding: Padding.Same)],
        ["remat_grad"] = a => [Autodiff.Grad(w => Jnp.Sum(Autodiff.Checkpoint(b => [Jnp.MatMul(Jnp.Tanh(Jnp.MatMul(b[1], b[0])), b[0])], [w, a[1]])[0]), a[0])],
        ["scan_cumulative"] = a =>
        {
            (Tensor[] carry, Tensor[] stacked) = Lax.Scan((c, x) => ([Jnp.Tanh(c[0] + x[0])], [c[0] * x[0]]), [Jnp.Zeros([4])], [a[0]]);
            return [carry[0], stacked[0]];
        },
        ["cond_switch"] = a => Lax.Switch(a[0], [() => [Jnp.Sin(a[1])], () => [Jnp.Cos(a[1])], () => [Jnp.Tanh(a[1])]]),
        ["while_fixpoint"] = a => Lax.WhileLoop(v => Jnp.LogicalAnd(v[0] < 20, Jnp.Max(Jnp.Abs(v[1])) > 0.1), v => [v[0] + 1, v[1] * 0.8], [Jnp.Scalar(0, ElementKind.I32), a[0]]),
        ["gather_scatter"] = a =>
        [
            Jnp.Take(a[0], a[1]), Jnp.ScatterAdd(a[0], a[1], 1.0), Jnp.ScatterSet(a[0], a[1], 2.0),
            Jnp.TakeAlongAxis(a[0], Jnp.ExpandDims(a[1], 1) % 5, 1),
        ],
        ["dynamic_slices"] = a => [Lax.DynamicSlice(a[0], [a[1], 0], [3, 4]), Lax.DynamicUpdateSlice(a[0], Jnp.Ones([2, 2]), [a[1], a[1]])],
        ["complex_rope"] = a => [Jnp.Real(Jnp.Complex(a[0][Slice.Ellipsis, 0], a[0][Slice.Ellipsis, 1]) * Jnp.Complex(Jnp.Cos(a[1]), Jnp.Sin(a[1])))],
        ["sort_topk_argmax"] = a => [Jnp.Sort(a[0], 1), Jnp.ArgSort(a[0], 1), Lax.TopK(a[0], 3).Values, Lax.TopK(a[0], 3).Indices, Jnp.ArgMax(a[0], 1)],
        ["image_resize_nearest"] = a => [Jnp.Resize(a[0], [2, 16, 16, 3], ResizeMethod.Nearest)],
        ["random_normal"] = a => [JaxRandom.Normal(JaxRandom.FoldIn(JaxRandom.Key(7), a[0]), [3, 5])],
        ["cumsum_window"] = a => [Jnp.CumSum(a[0], 1), Nn.MaxPool(Jnp.Reshape(a[0], [5, 9, 1]), [3], [2])[Slice.Ellipsis, 0], Jnp.CumProd(a[0], 0)],
        ["erf_special"] = a => [Special.Erf(a[0]), Special.ErfInv(Jnp.Tanh(a[0])), Jnp.Expm1(a[0]), Jnp.Log1p(Jnp.Abs(a[0])), Special.GammaLn(Jnp.Abs(a[0]) + 1.0)],
        ["int_ops"] = a => [Jnp.FloorDivide(a[0], a[1]), a[0] % a[1], a[0] ^ a[1], Jnp.LeftShift(a[0], 2), Jnp.RightShift(a[0], 1), Jnp.BitwiseCount(a[0])],
        ["dit_tiny_forward"] = a => [TinyDiT.Velocity(a[..18], a[18], a[19], a[20], a[21])],
        ["dit_tiny_train"] = TinyDiT.Train,
        ["bf16_mlp"] = a =>
        {
            Tensor Half(Tensor x) => Jnp.Cast(x, ElementKind.BF16);
            return [Jnp.Cast(Jnp.MatMul(Nn.Silu(Jnp.MatMul(Half(a[0]), Half(a[1]))), Half(a[2])), ElementKind.F32)];
        },
    };

    private static IEnumerable<string> Names => s_programs.Keys;

    [Test]
    public void EveryProgramIsWritten() =>
        Assert.That(s_programs.Keys, Is.EquivalentTo(Directory.GetFiles(SharedAssets.Golden("programs"), "*.npz").Select(Path.GetFileNameWithoutExtension)));

    [Test]
    public void GivesWhatJaxGave([ValueSource(nameof(Names))] string name, [Values] Backend backend)
    {
        using var npz = new NpzReader(SharedAssets.Golden("programs", name + ".npz"));
        NpyArray[] inputs = [.. npz.Keys.Where(k => k.StartsWith("in/", StringComparison.Ordinal)).Order().Select(npz.Read)];
        NpyArray[] outputs = [.. npz.Keys.Where(k => k.StartsWith("out/", StringComparison.Ordinal)).Order().Select(npz.Read)];
        static ElementKind Kind(NpyArray a) => a.Descr[1..] switch { "f4" => ElementKind.F32, "u4" => ElementKind.UI32, "u1" => ElementKind.UI8, _ => ElementKind.I32 };
        TracedModule module = Jit.Trace(name, [.. inputs.Select((a, i) => new ArgumentSpec($"x{i}", Kind(a), new Shape(a.Shape)))], s_programs[name]);
        Literal[] arguments = [.. inputs.Select(a => new Literal(new TensorType(Kind(a), new Shape(a.Shape)), a.Data.ToArray()))];
        Literal[] results = Backends.Run(backend, module, arguments);
        Assert.That(results, Has.Length.EqualTo(outputs.Length));
        for (int i = 0; i < results.Length; i++)
        {
            Assert.That(results[i].Shape.ToArray(), Is.EqualTo(outputs[i].Shape));
            if (results[i].Type.Kind != ElementKind.F32)
            {
                Assert.That(results[i].Data.ToArray(), Is.EqualTo(outputs[i].Data.ToArray()), $"result {i}");
                continue;
            }
            float[] want = outputs[i].AsSpan<float>().ToArray();
            float scale = want.Select(MathF.Abs).Max();
            Assert.That(results[i].As<float>().ToArray(), Is.EqualTo(want).Within((name.StartsWith("bf16", StringComparison.Ordinal) ? 1e-2f : 2e-6f) * scale), $"result {i}");
        }
    }
}
