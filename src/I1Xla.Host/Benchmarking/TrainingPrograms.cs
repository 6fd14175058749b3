using I1Xla.Graph;
using I1Xla.Host.Configuration;
using I1Xla.Host.Runs;
using I1Xla.Host.Tracing;
using I1Xla.Models;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Benchmarking;

/// <summary>Whole training steps, and sampling loops inside one program.</summary>
internal static class TrainingPrograms
{
    private const string Quickstart = "configs/quickstart.yaml";

    public static IReadOnlyList<BenchmarkProgram> All { get; } =
    [
        BenchmarkProgram.Traced("quickstart_step", () => QuickstartPlan().TrainStep().Trace(), StateRange),
        BenchmarkProgram.Traced("tiny_i1_step", () => TinyStep().Trace(), StateRange),
        BenchmarkPrograms.Function(
            "adam_ema_8m", [.. new[] { "g", "mu", "nu", "p", "ema" }.Select(n => new ArgumentSpec(n, ElementKind.F32, [8, 1024, 1024], Donate: n is not "g"))], a => AdamEma(a),
            argument => argument.Name == "nu" ? ArgumentRange.Uniform(1e-4, 1e-2) : null),
        BenchmarkProgram.Traced("sampler_50_steps", Sampling),
        BenchmarkPrograms.Function(
            "scan_50_mlp_steps", [new("x", ElementKind.F32, [256, 256]), new("w1", ElementKind.F32, [256, 1024]), new("w2", ElementKind.F32, [1024, 256])],
            a => Lax.ForiLoop(0, 50, (k, carry) => [carry[0] + (0.02 * Jnp.Tanh(Jnp.MatMul(Nn.Silu(Jnp.MatMul(carry[0], a[1])), a[2])))], [a[0]]),
            argument => argument.Name == "x" ? null : ArgumentRange.Normal(0.05)),
    ];

    private static RunPlan QuickstartPlan()
    {
        string file = Path.Combine(AppContext.BaseDirectory, Quickstart);
        RunConfig config = new ConfigBinder(ConfigTree.Load(file, [])).Bind<RunConfig>();
        return RunPlan.Resolve(config, TrainStepTracer.VocabularyOf(config));
    }

    // The recipe's model at a width of 384: latents of 32 channels, text features given.
    private static TrainStep TinyStep()
    {
        var vae = new GivenLatents("latents", 32, 16);
        var text = new GivenFeatures("features", 256, ElementKind.F32);
        var config = new DiTConfig
        {
            HiddenSize = 384,
            NumHeads = 6,
            Depth = 3,
            InChannels = 32,
            InputSize = 16,
            PatchSize = 2,
            UseQkNorm = true,
            UseSandwichNorm = true,
            Text = [new TextFeatures(256, 32)],
        };
        return new TrainStep(new DiT(config), new FrozenParts(config, vae, [text]), new RectifiedFlow(), new OptimizerConfig(), new TrainStepOptions { BatchSize = 8 });
    }

    private static TracedModule Sampling()
    {
        RunPlan plan = QuickstartPlan();
        return new GenerationProgram(plan.Model, plan.Parts, plan.Flow).Trace(4, 50);
    }

    // Adam with bias correction left out, and an average of the parameters (Kingma and Ba 2015).
    private static Tensor[] AdamEma(Tensor[] a)
    {
        (Tensor g, Tensor mu, Tensor nu, Tensor p, Tensor ema) = (a[0], a[1], a[2], a[3], a[4]);
        mu = (0.9 * mu) + (0.1 * g);
        nu = (0.95 * nu) + (0.05 * Jnp.Square(g));
        p -= 1e-3 * mu / (Jnp.Sqrt(nu) + 1e-8);
        return [mu, nu, p, (0.999 * ema) + (0.001 * p)];
    }

    // Second moments are not negative; counters start at 0; words and masks are 0 or 1.
    private static ArgumentRange? StateRange(ArgumentSpec argument) =>
        argument.Name.StartsWith("opt/1/0/2/", StringComparison.Ordinal) ? ArgumentRange.Uniform(1e-5, 1e-3)
        : argument.Name.StartsWith("opt/", StringComparison.Ordinal) && argument.DType.IsFloat() ? ArgumentRange.Normal(1e-3)
        : argument.Name.StartsWith("params", StringComparison.Ordinal) ? ArgumentRange.Normal(0.05)
        : argument.Name.StartsWith("labels", StringComparison.Ordinal) || argument.Name.StartsWith("mask", StringComparison.Ordinal) ? ArgumentRange.Uniform(0, 2)
        : null;
}
