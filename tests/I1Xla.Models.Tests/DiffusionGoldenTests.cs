using System.Text.Json;
using I1Xla.Data.Npy;
using I1Xla.Graph;
using I1Xla.StableHlo.Ir;
using I1Xla.Testing;

namespace I1Xla.Models.Tests;

/// <summary>Rectified flow, samplers and whole training steps against i1's (golden <c>rectified_flow</c>, <c>sampler/*</c>, <c>train_step_*</c>).</summary>
[Category("golden")]
public class DiffusionGoldenTests
{
    private static readonly Dictionary<string, RectifiedFlow> s_flows = new()
    {
        ["default"] = new(),
        ["shift"] = new() { TrainTimestepShift = 0.3 },
        ["uniform"] = new() { UseLogNormal = false },
        ["musig"] = new() { LogNormalMu = 0.5, LogNormalSigma = 0.7, TrainTimestepShift = 3.33 },
    };

    private static IEnumerable<string> Samplers() => Names("sampler", "*.npz", "dual_10");

    private static IEnumerable<string> TrainSteps() => Names("", "train_step_*.npz", "train_step_accum1");

    [Test]
    public void NoiseTimesAndTargetsAreI1s([ValueSource(typeof(Backend), nameof(Backend.All))] Backend backend)
    {
        using var golden = new NpzReader(SharedAssets.Golden("rectified_flow.npz"));
        Literal latents = GoldenModel.Literal(golden, "latents");
        TracedModule traced = Jit.Trace("flow", [new ArgumentSpec("latents", ElementKind.F32, latents.Shape)], inputs => s_flows.SelectMany(f =>
        {
            (Tensor xt, Tensor ut, Tensor t) = f.Value.Prepare(inputs[0], JaxRandom.Key(11), JaxRandom.Key(12));
            return new NamedResult[] { new(f.Key + "/xt", xt), new(f.Key + "/ut", ut), new(f.Key + "/t", t) };
        }).ToArray());
        Literal[] results = backend.Run(traced, [latents]);
        var table = new ErrorTable();
        for (int i = 0; i < results.Length; i++)
        {
            table.OfScale(traced.Results[i].Name, results[i].As<float>(), golden.Read(traced.Results[i].Name).AsSpan<float>(), 1e-6);
        }
        Assert.That(table.Failed, Is.False, table.ToString());
    }

    [Test]
    public void SamplingIsI1s([ValueSource(nameof(Samplers))] string name, [ValueSource(typeof(Backend), nameof(Backend.All))] Backend backend)
    {
        using var golden = new NpzReader(SharedAssets.Golden("sampler", name + ".npz"));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(SharedAssets.Golden("sampler", name + ".json")));
        JsonElement root = json.RootElement, transport = root.GetProperty("transport");
        var model = new DiT(GoldenModel.Config(root.GetProperty("config"), GoldenModel.Backbone(root.GetProperty("backbone").GetString()!)));
        var flow = new RectifiedFlow
        {
            PredictsData = transport.TryGetProperty("prediction", out JsonElement p) && p.GetString() == "x",
            GuidanceIntervalStart = transport.TryGetProperty("cfg_interval_start", out JsonElement c) ? c.GetDouble() : 0,
        };
        int steps = root.GetProperty("steps").GetInt32();
        IReadOnlyList<ParameterSpec> specs = model.DiscoverParameters();
        string[] inputs = ["in/latents", "in/mask", .. GoldenModel.CaptionKeys(golden)];
        Literal[] arguments = [.. specs.Select(s => GoldenModel.Literal(golden, "params/" + s.Name)), .. inputs.Select(k => GoldenModel.Literal(golden, k))];
        double guidance = root.GetProperty("cfg_scale").GetDouble(), rescale = root.GetProperty("cfg_rescale").GetDouble();
        TracedModule traced = Jit.Trace("sample", [.. arguments.Select((a, i) => new ArgumentSpec($"a{i}", a.Type.Kind, a.Shape))], t =>
        {
            Scope scope = Scope.Bind(new ParameterSet(specs.Select(s => s.Name), t[..specs.Count]));
            Tensor[] rest = t[specs.Count..];
            var sampler = new Sampler(model, flow);
            return
            [
                new NamedResult("velocity_t0.3", sampler.GuidedVelocity(scope, rest[0], Jnp.Scalar(0.3), rest[2..], rest[1], Jnp.Scalar(guidance), Jnp.Scalar(rescale))),
                new NamedResult("latents", sampler.Integrate(scope, rest[0], Jnp.Constant(Sampler.UniformGrid(steps)), rest[2..], rest[1], Jnp.Scalar(guidance), Jnp.Scalar(rescale))),
            ];
        });
        Literal[] results = backend.Run(traced, arguments);
        var table = new ErrorTable();
        for (int i = 0; i < results.Length; i++)
        {
            // The loop multiplies rounding by the guidance scale at every step.
            table.OfScale("out/" + traced.Results[i].Name, results[i].As<float>(), golden.Read("out/" + traced.Results[i].Name).AsSpan<float>(), 2e-5 * (i == 0 ? 1 : Math.Max(1, guidance / 4)));
        }
        table.OfScale("out/time_grid", Sampler.ShiftedGrid(steps, flow.InferenceTimestepShift), golden.Read("out/time_grid").AsSpan<float>(), 2.5e-7);
        Assert.That(table.Failed, Is.False, table.ToString());
    }

    [Test]
    public void WholeStepsAreI1s([ValueSource(nameof(TrainSteps))] string name, [ValueSource(typeof(Backend), nameof(Backend.All))] Backend backend)
    {
        using var golden = new NpzReader(SharedAssets.Golden(name + ".npz"));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(SharedAssets.Golden(name + ".json")));
        JsonElement root = json.RootElement;
        DiTConfig config = GoldenModel.Config(root.GetProperty("config"), BackboneKind.DualStream);
        Literal latents = GoldenModel.Literal(golden, "in/latents"), text = GoldenModel.Literal(golden, "in/text"), mask = GoldenModel.Literal(golden, "in/mask");
        var parts = new FrozenParts(config, new GivenLatents("given", config.InChannels, 8), [new GivenFeatures("given", config.Text[0].EmbedDim, ElementKind.F32)]);
        var step = new TrainStep(new DiT(config), parts, new RectifiedFlow { TrainTimestepShift = 0.3 },
            new OptimizerConfig { LearningRate = root.GetProperty("lr").GetDouble() },
            new TrainStepOptions { BatchSize = (int)latents.Shape[0], GradientAccumulation = root.GetProperty("grad_accum").GetInt32(), EmaDecay = root.GetProperty("ema_decay").GetDouble() });
        TracedModule traced = step.Trace();
        Literal[] state = [.. step.State.Select(s => s.Key.StartsWith("params", StringComparison.Ordinal)
            ? GoldenModel.Literal(golden, "params0/" + s.Key[(s.Key.IndexOf('/') + 1)..]) : new Literal(new TensorType(s.DType, s.Shape)))];
        HostRandom key = HostRandom.Key(root.GetProperty("rng_key").GetInt64());
        Literal rng = Literal.Create<uint>(ElementKind.UI32, [2], [key.High, key.Low]);
        var table = new ErrorTable();
        for (int number = 1; number <= 3; number++)
        {
            Literal[] results = backend.Run(traced, [.. state, latents, text, mask, rng]);
            state = results[..^2];
            rng = results[^2];
            Span<float> metrics = results[^1].As<float>();
            (string Key, int Index)[] measured = [("loss", 0), ("l2_grads_all", 1), ("l2_params", 2), ("l2_ema_params", 3), ("l2_updates", 4)];
            foreach ((string metric, int index) in measured)
            {
                double expected = golden.Read($"step{number}/{metric}").ToFloat32()[0];
                if (metric == "l2_grads_all")
                {
                    // i1's l2_grads leaves out frozen parameters; this norm counts every gradient, the position table's too.
                    double table0 = golden.Read($"step{number}/grad/pos_embed").ToFloat32()[1];
                    expected = Math.Sqrt((expected * expected) - (table0 * table0));
                }
                table.Number($"step{number}/{metric}", metrics[index], expected, 1e-5);
            }
        }
        for (int i = 0; i < step.State.Count; i++)
        {
            string entry = step.State[i].Key;
            if (entry.StartsWith("params/", StringComparison.Ordinal))
            {
                table.OfNorm(entry, state[i].As<float>(), golden.Read("params3/" + entry[7..]).AsSpan<float>(), 2e-4);
            }
        }
        Assert.That(table.Failed, Is.False, table.ToString());
    }

    private static IEnumerable<string> Names(string folder, string pattern, string fallback)
    {
        string directory = Path.Combine(SharedAssets.GoldenDirectory, folder);
        return Directory.Exists(directory) ? Directory.GetFiles(directory, pattern).Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal) : [fallback];
    }
}
