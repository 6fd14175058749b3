using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Graph.Tests;

/// <summary>Derivatives of shape operations, reductions, contractions, indexing and control flow.</summary>
public class StructuralDerivativeTests
{
    private static readonly (string Name, Func<Tensor[], Tensor[]> F, Shape[] Shapes)[] s_cases =
    [
        ("reshape", a => [Jnp.Reshape(a[0], [4, -1])], [[2, 3, 4]]),
        ("transpose", a => [Jnp.Transpose(a[0], [2, 0, 1])], [[2, 3, 4]]),
        ("broadcast_to", a => [Jnp.BroadcastTo(a[0], [5, 2, 3])], [[2, 1]]),
        ("slice", a => [a[0][1..3, Slice.By(.., 2)], a[0][0], a[0][Slice.Ellipsis, ^1], a[0][Slice.By(.., -2), Slice.NewAxis]], [[4, 5]]),
        ("pad", a => [Jnp.Pad(a[0], [(1, 2), (0, 3)], a[1])], [[2, 3], []]),
        ("pad_negative", a => [Jnp.Pad(a[0], [(-1, 2), (1, -1)])], [[3, 3]]),
        ("concatenate", a => [Jnp.Concatenate([a[0], a[1], a[0]], 1)], [[2, 3], [2, 1]]),
        ("stack", a => [Jnp.Stack([a[0], a[1]], 1)], [[2, 3], [2, 3]]),
        ("flip", a => [Jnp.Flip(a[0], 1)], [[2, 3]]),
        ("roll", a => [Jnp.Roll(a[0], 2, 1)], [[2, 5]]),
        ("repeat_tile", a => [Jnp.Repeat(a[0], 3, 0), Jnp.Tile(a[0], [2, 1, 3])], [[2, 3]]),
        ("sum", a => [Jnp.Sum(a[0], 1), Jnp.Sum(a[0], [0, 2], keepDims: true), Jnp.Sum(a[0])], [[2, 3, 4]]),
        ("mean_var", a => [Jnp.Mean(a[0], -1), Jnp.Var(a[0], 0), Jnp.Std(a[0])], [[3, 4]]),
        ("sum_empty", a => [Jnp.Sum(a[0], 1)], [[2, 0]]),
        ("max_min", a => [Jnp.Max(a[0], 1), Jnp.Min(a[0], 0, keepDims: true)], [[3, 4]]),
        ("prod", a => [Jnp.Prod(a[0], [0, 2]), Jnp.Prod(a[0])], [[2, 3, 2]]),
        ("cumsum", a => [Jnp.CumSum(a[0], 1), Jnp.CumSum(a[0], 0, reverse: true), Jnp.CumProd(a[0], 1)], [[2, 5]]),
        ("matmul", a => [Jnp.MatMul(a[0], a[1])], [[3, 4], [4, 2]]),
        ("matmul_batched", a => [Jnp.MatMul(a[0], a[1]), Jnp.MatMul(a[0][0], a[1]), Jnp.MatMul(a[0], a[1][0, 0]), Jnp.MatMul(a[0][0, 0], a[1])], [[2, 3, 4], [2, 1, 4, 2]]),
        ("dot_vectors", a => [Jnp.Dot(a[0], a[1]), Jnp.MatMul(a[0], a[1])], [[4], [4]]),
        ("attention", a => [Jnp.Einsum("bhqk,bkhd->bqhd", Nn.Softmax(Jnp.Einsum("bqhd,bkhd->bhqk", a[0], a[1])), a[2])], [[2, 3, 2, 4], [2, 5, 2, 4], [2, 5, 2, 4]]),
        ("einsum", a => [Jnp.Einsum("ij,kj->ki", a[0], a[1]), Jnp.Einsum("ij,ik->", a[0], a[0]), Jnp.Einsum("ij->j", a[0]), Jnp.Einsum("ij,kj,ki->k", [a[0], a[1], a[1]])], [[3, 3], [3, 3]]),
        ("einsum_ellipsis", a => [Jnp.Einsum("...ij,...jk->...ki", a[0], a[1])], [[2, 3, 4], [2, 4, 2]]),
        ("rms_layer_group_norm", a => [Nn.RmsNorm(a[0], a[1]), Nn.LayerNorm(a[0], a[1], a[2]), Nn.GroupNorm(a[0], 2, a[1], a[2])], [[2, 3, 4], [4], [4]]),
        ("take", a => [Jnp.Take(a[0], Jnp.Constant([2, 0, 2, -1], [2, 2]), 1), a[0][Jnp.Constant([1, 1], [2])]], [[2, 3]]),
        ("take_along_axis", a => [Jnp.TakeAlongAxis(a[0], Jnp.Constant([2, 0, 1, 1], [2, 2]), 1)], [[2, 3]]),
        ("scatter_add_set", a => [Jnp.ScatterAdd(a[0], Jnp.Constant([2, 0, 2, 9], [4]), a[1]), Jnp.ScatterSet(a[0], Jnp.Constant([3, 1], [2]), a[1][0..2])], [[4, 3], [4, 3]]),
        ("dynamic_slice", a => [Lax.DynamicSlice(a[0], [1, 2], [2, 2]), Lax.DynamicUpdateSlice(a[0], a[1], [1, 2])], [[4, 4], [2, 2]]),
        ("sort", a => [Jnp.Sort(a[0], 1), Jnp.Sort(a[0] * a[0], 0)], [[3, 4]]),
        ("top_k", a => [Lax.TopK(a[0], 2).Values], [[3, 5]]),
        ("conv", a => [Lax.Conv(a[0], a[1], strides: [2, 1], padding: Padding.Same)], [[2, 5, 4, 3], [3, 2, 3, 4]]),
        ("conv_dilated", a => [Lax.Conv(a[0], a[1], padding: Padding.Explicit((1, 2), (0, 1)), kernelDilation: [2, 1], inputDilation: [1, 2])], [[1, 5, 3, 2], [2, 2, 2, 3]]),
        ("conv_groups", a => [Lax.Conv(a[0], a[1], strides: [2], padding: Padding.Valid, featureGroups: 2)], [[2, 7, 4], [3, 2, 6]]),
        ("conv_batch_groups", a => [Lax.Conv(a[0], a[1], padding: Padding.Same, batchGroups: 2)], [[4, 5, 3], [2, 3, 4]]),
        ("conv_nchw", a => [Lax.Conv(a[0], a[1], padding: Padding.Same, layout: "NCHW,OIHW->NCHW")], [[2, 3, 4, 4], [2, 3, 3, 3]]),
        ("pool", a => [Nn.AvgPool(a[0], [2, 2], [1, 2], Padding.Same)], [[1, 5, 4, 2]]),
        ("resize", a => [Jnp.Resize(a[0], [1, 6, 5, 2], ResizeMethod.Bilinear), Jnp.Resize(a[0], [1, 6, 8, 2], ResizeMethod.Nearest)], [[1, 3, 4, 2]]),
        ("fft", a => [Jnp.Real(Signal.Fft(Jnp.Complex(a[0], a[1]))), Jnp.Imag(Signal.Ifft(Jnp.Complex(a[0], a[1]))), Signal.Irfft(Signal.Rfft(a[0]) * Jnp.Complex(a[1][.., ..4], a[0][.., ..4]), 6)], [[2, 6], [2, 6]]),
        ("complex", a => [Jnp.Abs(Jnp.Complex(a[0], a[1]) * Jnp.Complex(a[1], a[0])), Jnp.Real(Jnp.Exp(Jnp.Complex(a[0], a[1]) / Jnp.Complex(2.0, a[0])))], [[3], [3]]),
        ("jit_call", a => [Jit.Call(Twice, Jit.Call(Twice, a[0])), Jit.Call(b => [b[0] * Jnp.Sin(a[0])], [a[1]])[0]], [[3], [3]]),
        ("checkpoint", a => [Autodiff.Checkpoint(b => [Jnp.Sin(Jnp.MatMul(Jnp.Tanh(b[0]), b[1]))], a)[0]], [[2, 3], [3, 2]]),
        ("checkpoint_dots", a => [Autodiff.Checkpoint(b => [Jnp.Sin(Jnp.MatMul(Jnp.Tanh(b[0]), b[1])) * b[0]], a, CheckpointPolicy.DotsSaveable)[0]], [[3, 3], [3, 3]]),
        ("checkpoint_nested", a => [Autodiff.Checkpoint(b => [Jit.Call(Twice, Jnp.Sin(Jit.Call(Twice, b[0])))], a)[0]], [[3]]),
        ("scan", a => Flat(Lax.Scan((c, x) => ([Jnp.Tanh(c[0] * a[2] + x[0])], [c[0] * x[0], x[0] * x[0]]), [a[0]], [a[1]])), [[3], [5, 3], [3]]),
        ("scan_reverse", a => Flat(Lax.Scan((c, x) => ([Jnp.Sin(c[0]) * x[0], c[1] + 1.0], [Jit.Call(Twice, c[0])]), [a[0], Jnp.Scalar(0, a[0].DType)], [a[1]], reverse: true)), [[3], [4, 3]]),
        ("scan_nested", a => Flat(Lax.Scan((c, x) => (Lax.Scan((d, y) => ([d[0] * y[0] + a[0]], []), c, [x[0]]).Carries, [c[0]]), [a[0]], [a[1]])), [[2], [3, 2, 2]]),
        ("scan_checkpointed", a => Flat(Lax.Scan((c, x) => ([Autodiff.Checkpoint(b => [Jnp.Tanh(b[0] * b[1]) + b[2]], [c[0], x[0], a[2]])[0]], []), [a[0]], [a[1]])), [[3], [5, 3], [3]]),
        ("fori_loop", a => Lax.ForiLoop(0, 4, (i, c) => [Jnp.Sin(c[0]) * a[0] + Jnp.Cast(i, a[0].DType)], [a[0]]), [[2]]),
        ("map", a => [Lax.Map(x => Jnp.Sum(x * x) * x, a[0])], [[3, 2]]),
        ("cond", a => [Lax.Cond(Jnp.Sum(a[0]) > 0.0, () => Jnp.Sin(a[0]) * a[1], () => Jnp.Exp(a[0])), Lax.Cond(Jnp.Sum(a[0]) < 0.0, () => Jnp.Sin(a[0]) * a[1], () => Jit.Call(Twice, a[1]))], [[3], [3]]),
        ("switch", a => [Lax.Switch(7, [() => [a[0]], () => [a[0] * a[1]], () => [Jnp.Sin(a[0]) * a[1]]])[0]], [[3], [3]]),
        ("cond_in_scan", a => Flat(Lax.Scan((c, x) => ([Lax.Cond(x[0][0] > 0.0, () => c[0] * x[0], () => Jnp.Sin(c[0] + a[0]))], []), [a[0]], [a[1]])), [[2], [5, 2]]),
    ];

    private static IEnumerable<TestCaseData> Cases() => s_cases.Select(c => new TestCaseData(c.F, c.Shapes).SetArgDisplayNames(c.Name));

    [TestCaseSource(nameof(Cases))]
    public void MatchesDifferences(Func<Tensor[], Tensor[]> f, Shape[] shapes) => Derivatives.Check(f, shapes);

    /// <summary>All the programs above and their gradients in one module.</summary>
    private static (TracedModule Module, Literal[] Arguments) All()
    {
        var random = new Random(5);
        ArgumentSpec[] arguments = [.. s_cases.SelectMany(c => c.Shapes.Select((s, i) => new ArgumentSpec($"{c.Name}/{i}", ElementKind.F32, s)))];
        TracedModule module = Jit.Trace("all", arguments, a =>
        {
            var results = new List<NamedResult>();
            int at = 0;
            foreach ((string name, Func<Tensor[], Tensor[]> f, Shape[] shapes) in s_cases)
            {
                Tensor[] inputs = a[at..(at += shapes.Length)];
                Tensor[] values = [];
                Tensor[] gradients = Autodiff.Grad(b =>
                {
                    values = f(b);
                    return values.Select(v => Jnp.Sum(Jnp.Sin(v))).Aggregate((p, q) => p + q);
                }, inputs);
                results.AddRange(values.Select((v, i) => new NamedResult($"{name}/value{i}", v)));
                results.AddRange(gradients.Select((g, i) => new NamedResult($"{name}/gradient{i}", g)));
            }
            return results;
        });
        Literal[] literals = [.. arguments.Select(a =>
        {
            double[] values = [.. Enumerable.Range(0, (int)a.Shape.ElementCount).Select(_ => random.NextDouble() * 2 - 1)];
            return Literal.Create<float>(ElementKind.F32, a.Shape, [.. values.Select(v => (float)v)]);
        })];
        return (module, literals);
    }

    [Test]
    public void EveryProgramAndGradientIsTheSameOnXlaCpu()
    {
        (TracedModule module, Literal[] arguments) = All();
        Literal[] expected = Derivatives.Run(module, arguments), results = XlaCpu.Run(module, arguments);
        Assert.Multiple(() =>
        {
            for (int i = 0; i < expected.Length; i++)
            {
                float[] want = expected[i].As<float>().ToArray();
                float scale = Math.Max(1, want.Select(MathF.Abs).DefaultIfEmpty(0).Max());
                Assert.That(results[i].As<float>().ToArray(), Is.EqualTo(want).Within(2e-5f * scale), module.Results[i].Name);
            }
        });
    }

    [Test]
    public void LibtpuCompilesEveryProgramAndGradient()
    {
        OfflineCompileReport report = OfflineCompiler.Compile(LibTpu.Plugin, new OfflineCompileRequest(MlirPrinter.Print(All().Module.Module), "v6e:1x1"));
        Assert.That(report.Fits, Is.True);
    }

    /// <summary>Gradients in bf16 are those of f32 to bf16's precision, wherever the program has a bf16 form.</summary>
    [Test]
    public void Bf16GradientsAreCloseToF32()
    {
        (string, Func<Tensor[], Tensor[]>, Shape[])[] cases = [.. s_cases.Where(c => c.Name is "reshape" or "transpose" or "concatenate" or "sum" or "mean_var" or "max_min"
            or "matmul" or "matmul_batched" or "attention" or "rms_layer_group_norm" or "take" or "scatter_add_set" or "conv" or "pool" or "checkpoint" or "scan" or "cond" or "sort")];
        foreach ((string name, Func<Tensor[], Tensor[]> f, Shape[] shapes) in cases)
        {
            Literal[][] gradients = [.. new[] { ElementKind.F32, ElementKind.BF16 }.Select(kind =>
            {
                var random = new Random(11);
                TracedModule module = Jit.Trace(name, [.. shapes.Select((s, i) => new ArgumentSpec($"x{i}", ElementKind.F32, s))],
                    a => [.. Autodiff.Grad(b => f([.. b.Select(x => Jnp.Cast(x, kind))]).Select(v => Jnp.Sum(Jnp.Cast(v, ElementKind.F32) * 0.5)).Aggregate((p, q) => p + q), a)]);
                return Derivatives.Run(module, [.. shapes.Select(s => Literal.Create<float>(ElementKind.F32, s, [.. Enumerable.Range(0, (int)s.ElementCount).Select(_ => BitConverter.Int32BitsToSingle(Scalars.ToBFloat16(random.NextDouble() * 2 - 1) << 16))]))]);
            })];
            for (int i = 0; i < shapes.Length; i++)
            {
                float[] want = gradients[0][i].As<float>().ToArray();
                float scale = Math.Max(1, want.Select(MathF.Abs).DefaultIfEmpty(0).Max());
                Assert.That(gradients[1][i].As<float>().ToArray(), Is.EqualTo(want).Within(4e-2f * scale), $"{name} gradient {i}");
            }
        }
    }

    [Test]
    public void MaxPoolMatchesDifferences() =>
        Derivatives.Check(a => [Nn.MaxPool(a[0], [2, 3], [1, 2], Padding.Same)], [[1, 5, 6, 2]], forward: false, second: false);

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

    private static Tensor Twice(Tensor x) => x * Jnp.Exp(-x * x) + Jnp.Sin(x);

    private static Tensor[] Flat((Tensor[] Carries, Tensor[] Stacked) result) => [.. result.Carries, .. result.Stacked];
}
