using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Graph.Tests;

/// <summary>Every program and its gradients, on every backend and in bf16.</summary>
public class ProgramTests
{
    private static readonly Lazy<(TracedModule Module, Literal[] Arguments)> s_all = new(() => Together([.. DerivativeCases.All]));

    /// <summary>Programs and the gradients of a function of their results, in one module.</summary>
    private static (TracedModule Module, Literal[] Arguments) Together(IReadOnlyList<DerivativeCase> cases)
    {
        var random = new Random(5);
        ArgumentSpec[] arguments = [.. cases.SelectMany(c => c.Shapes.Select((s, i) => new ArgumentSpec($"{c.Name}/{i}", ElementKind.F32, s)))];
        TracedModule module = Jit.Trace("all", arguments, a =>
        {
            var results = new List<NamedResult>();
            int at = 0;
            foreach (DerivativeCase c in cases)
            {
                Tensor[] inputs = a[at..(at += c.Shapes.Length)];
                Tensor[] values = [];
                Tensor[] gradients = Autodiff.Grad(b =>
                {
                    values = c.F(b);
                    return values.Select(v => Jnp.Sum(Jnp.Sin(v))).Aggregate((p, q) => p + q);
                }, inputs);
                results.AddRange(values.Select((v, i) => new NamedResult($"{c.Name}/value{i}", v)));
                results.AddRange(gradients.Select((g, i) => new NamedResult($"{c.Name}/gradient{i}", g)));
            }
            return results;
        });
        Literal[] literals = [.. cases.SelectMany(c => c.Shapes.Select(s => Literal.Create<float>(ElementKind.F32, s,
            [.. Enumerable.Range(0, (int)s.ElementCount).Select(_ => (float)(c.Low + random.NextDouble() * (c.High - c.Low)))])))];
        return (module, literals);
    }

    [TestCase(Backend.XlaCpu)]
    [TestCase(Backend.Embedded)]
    public void EveryProgramAndGradientIsTheSame(Backend backend)
    {
        // XLA CPU takes minutes for one program of everything: one for each tenth.
        Assert.Multiple(() =>
        {
            foreach (DerivativeCase[] part in DerivativeCases.All.Chunk(60))
            {
                (TracedModule module, Literal[] arguments) = Together(part);
                Literal[] expected = Derivatives.Run(module, arguments), results = Backends.Run(backend, module, arguments);
                for (int i = 0; i < expected.Length; i++)
                {
                    float[] want = expected[i].As<float>().ToArray();
                    float scale = Math.Max(1, want.Where(float.IsFinite).Select(MathF.Abs).DefaultIfEmpty(0).Max());
                    Assert.That(results[i].As<float>().ToArray(), Is.EqualTo(want).Within(5e-5f * scale), module.Results[i].Name);
                }
            }
        });
    }

    [Test]
    public void LibtpuCompilesEveryProgramAndGradient()
    {
        OfflineCompileReport report = OfflineCompiler.Compile(LibTpu.Plugin, new OfflineCompileRequest(MlirPrinter.Print(s_all.Value.Module.Module), "v6e:1x1"));
        Assert.That(report.Fits, Is.True);
    }

    private static IEnumerable<DerivativeCase> Narrow => DerivativeCases.All.Where(c => c.Bf16);

    /// <summary>Gradients in bf16 are those of f32 to bf16's precision.</summary>
    [Test]
    public void Bf16GradientsAreCloseToF32() => Assert.Multiple(() =>
    {
        foreach (DerivativeCase c in Narrow)
        {
            Literal[][] gradients = [.. new[] { ElementKind.F32, ElementKind.BF16 }.Select(kind =>
            {
                var random = new Random(11);
                TracedModule module = Jit.Trace(c.Name, [.. c.Shapes.Select((s, i) => new ArgumentSpec($"x{i}", ElementKind.F32, s))],
                    a => [.. Autodiff.Grad(b => c.F([.. b.Select(x => Jnp.Cast(x, kind))]).Select(v => Jnp.Sum(Jnp.Cast(v, ElementKind.F32) * 0.5)).Aggregate((p, q) => p + q), a)]);
                return Derivatives.Run(module, [.. c.Shapes.Select(s => Literal.Create<float>(ElementKind.F32, s,
                    [.. Enumerable.Range(0, (int)s.ElementCount).Select(_ => BitConverter.Int32BitsToSingle(Scalars.ToBFloat16(c.Low + random.NextDouble() * (c.High - c.Low)) << 16))]))]);
            })];
            for (int i = 0; i < c.Shapes.Length; i++)
            {
                float[] want = gradients[0][i].As<float>().ToArray();
                Assert.That(want, Has.All.Matches<float>(float.IsFinite), $"{c.Name} gradient {i}");
                float scale = Math.Max(1, want.Where(float.IsFinite).Select(MathF.Abs).DefaultIfEmpty(0).Max());
                Assert.That(gradients[1][i].As<float>().ToArray(), Is.EqualTo(want).Within(6e-2f * scale), $"{c.Name} gradient {i}");
            }
        }
    });
}
