using System.Globalization;
using System.Text.Json;
using I1Xla.Data.Npy;
using I1Xla.Graph;
using I1Xla.StableHlo.Ir;
using I1Xla.Testing;

namespace I1Xla.Models.Tests;

/// <summary>
/// Rectified flow, samplers and whole training steps against i1's (golden <c>rectified_flow*</c>, <c>sampler/*</c>,
/// <c>train_step_*</c>), whatever the cases are called: settings come from the JSON beside the arrays.
/// </summary>
[Category("golden")]
public class DiffusionGoldenTests
{
    // The settings of the golden folder's README; a case that the JSON describes itself wins.
    private static readonly Dictionary<string, RectifiedFlow> s_flows = new()
    {
        ["default"] = new(),
        ["shift"] = new() { TrainTimestepShift = 0.3 },
        ["uniform"] = new() { UseLogNormal = false },
        ["musig"] = new() { LogNormalMu = 0.5, LogNormalSigma = 0.7, TrainTimestepShift = 3.33 },
    };

    private static IEnumerable<string> Flows() => SharedAssets.GoldenCases("", "rectified_flow");

    private static IEnumerable<string> Samplers() => SharedAssets.GoldenCases("sampler");

    private static IEnumerable<string> TrainSteps() => SharedAssets.GoldenCases("", "train_step_");

    [Test]
    public void NoiseTimesAndTargetsAreI1s([ValueSource(nameof(Flows))] string file, [ValueSource(typeof(Backend), nameof(Backend.All))] Backend backend)
    {
        using var golden = new NpzReader(SharedAssets.Golden(file + ".npz"));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(SharedAssets.Golden(file + ".json")));
        JsonElement root = json.RootElement;
        long noise = Settings.Integer(root, "noise_key") ?? 11, time = Settings.Integer(root, "time_key") ?? 12;
        string[] cases = [.. golden.Keys.Where(k => k.EndsWith("/xt", StringComparison.Ordinal)).Select(k => k[..^3])];
        Assert.That(cases, Is.Not.Empty);
        RectifiedFlow Flow(string name) => (Settings.Object(root, name) ?? Settings.Object(root, "cases", name)) is { } given ? Settings.Flow(given)
            : s_flows.GetValueOrDefault(name) ?? throw new IgnoreException($"{file}.json does not say what the settings of '{name}' are");
        Literal latents = GoldenModel.Literal(golden, "latents");
        TracedModule traced = Jit.Trace("flow", [new ArgumentSpec("latents", ElementKind.F32, latents.Shape)], inputs => cases.SelectMany(name =>
        {
            (Tensor xt, Tensor ut, Tensor t) = Flow(name).Prepare(inputs[0], JaxRandom.Key(noise), JaxRandom.Key(time));
            return new NamedResult[] { new(name + "/xt", xt), new(name + "/ut", ut), new(name + "/t", t) };
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
    public void SamplingIsI1s([ValueSource(nameof(Samplers))] string name, [ValueSource(typeof(Backend), nameof(Backend.Compiled))] Backend backend)
    {
        using var golden = new NpzReader(SharedAssets.Golden("sampler", name + ".npz"));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(SharedAssets.Golden("sampler", name + ".json")));
        JsonElement root = json.RootElement;
        var model = new DiT(GoldenModel.Config(root.GetProperty("config"), GoldenModel.Backbone(root, golden)));
        RectifiedFlow flow = Settings.Flow(Settings.Object(root, "transport") ?? root);
        int steps = root.GetProperty("steps").GetInt32();
        IReadOnlyList<ParameterSpec> specs = model.DiscoverParameters();
        bool masked = golden.Contains("in/mask");
        string[] inputs = ["in/latents", .. masked ? ["in/mask"] : Array.Empty<string>(), .. GoldenModel.CaptionKeys(golden)];
        Literal[] arguments = [.. specs.Select(s => GoldenModel.Literal(golden, "params/" + s.Name)), .. inputs.Select(k => GoldenModel.Literal(golden, k))];
        float[] guidance = Settings.Numbers(root, "cfg_scale", 1), rescale = Settings.Numbers(root, "cfg_rescale", 0);
        string[] velocities = [.. golden.Keys.Where(k => k.StartsWith("out/velocity_t", StringComparison.Ordinal))];
        TracedModule traced = Jit.Trace("sample", [.. arguments.Select((a, i) => new ArgumentSpec($"a{i}", a.Type.Kind, a.Shape))], t =>
        {
            Scope scope = Scope.Bind(new ParameterSet(specs.Select(s => s.Name), t[..specs.Count]));
            Tensor[] rest = t[specs.Count..], captions = rest[(masked ? 2 : 1)..];
            Tensor? mask = masked ? rest[1] : null;
            var sampler = new Sampler(model, flow);
            Tensor w = Jnp.Constant(guidance), phi = Jnp.Constant(rescale);
            return
            [
                .. velocities.Select(v => new NamedResult(v, sampler.GuidedVelocity(scope, rest[0], Jnp.Scalar(double.Parse(v[14..], CultureInfo.InvariantCulture)), captions, mask, w, phi))),
                new NamedResult("out/latents", sampler.Integrate(scope, rest[0], Jnp.Constant(Sampler.UniformGrid(steps)), captions, mask, w, phi)),
            ];
        });
        Literal[] results = backend.Run(traced, arguments);
        var table = new ErrorTable();
        for (int i = 0; i < results.Length; i++)
        {
            table.OfScale(traced.Results[i].Name, results[i].As<float>(), golden.Read(traced.Results[i].Name).AsSpan<float>(), 2e-5);
        }
        if (golden.Contains("out/time_grid"))
        {
            table.OfScale("out/time_grid", Sampler.ShiftedGrid(steps, flow.InferenceTimestepShift), golden.Read("out/time_grid").AsSpan<float>(), 2.5e-7);
        }
        Assert.That(table.Failed, Is.False, table.ToString());
    }

    [Test]
    public void WholeStepsAreI1s([ValueSource(nameof(TrainSteps))] string name, [ValueSource(typeof(Backend), nameof(Backend.Compiled))] Backend backend)
    {
        using var golden = new NpzReader(SharedAssets.Golden(name + ".npz"));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(SharedAssets.Golden(name + ".json")));
        JsonElement root = json.RootElement;
        DiTConfig config = GoldenModel.Config(root.GetProperty("config"), GoldenModel.Backbone(root, golden));
        TrainStep step = Step(root, config, golden);
        string[] texts = golden.Contains("in/text") ? ["in/text"] : [.. Enumerable.Range(0, config.Text.Count).Select(i => $"in/text_{i}")];
        string[] masks = golden.Contains("in/mask") ? ["in/mask"] : [.. Enumerable.Range(0, config.Text.Count).Select(i => $"in/mask_{i}")];
        TracedModule traced = step.Trace();
        Literal[] batch = Batch(step, golden, texts, masks);
        Literal[] state = [.. step.State.Select(s => s.Key.StartsWith("params", StringComparison.Ordinal)
            ? GoldenModel.Literal(golden, "params0/" + s.Key[(s.Key.IndexOf('/') + 1)..]) : new Literal(new TensorType(s.DType, s.Shape)))];
        HostRandom key = HostRandom.Key(root.GetProperty("rng_key").GetInt64());
        Literal rng = Literal.Create<uint>(ElementKind.UI32, [2], [key.High, key.Low]);
        var table = new ErrorTable();
        int number = 0;
        while (golden.Contains($"step{number + 1}/loss"))
        {
            number++;
            Literal[] results = backend.Run(traced, [.. state, .. batch, rng]);
            int count = state.Length;
            (state, rng) = (results[..count], results[count]);
            Span<float> metrics = results[count + 1].As<float>();
            Literal[] gradients = results[(count + 2)..];
            double all = Math.Sqrt(gradients.Sum(g => g.As<float>().ToArray().Sum(v => (double)v * v)));
            (string Key, double Found)[] measured = [("loss", metrics[0]), ("l2_grads", metrics[1]), ("l2_grads_all", all), ("l2_params", metrics[2]), ("l2_ema_params", metrics[3]), ("l2_updates", metrics[4])];
            foreach ((string metric, double found) in measured.Where(m => golden.Contains($"step{number}/{m.Key}")))
            {
                table.Number($"step{number}/{metric}", found, golden.Read($"step{number}/{metric}").ToFloat32()[0], 2e-5);
            }
            for (int i = 0; i < gradients.Length; i++)
            {
                string entry = $"step{number}/{traced.Results[count + 2 + i].Name}";
                if (golden.Contains(entry))
                {
                    float[] expected = golden.Read(entry).ToFloat32(), found = gradients[i].As<float>().ToArray();
                    // A gradient that is rounding alone is compared on the scale of the others. From the second step on parameters differ by what Adam makes of such.
                    table.OfNorm(entry, expected.Length == found.Length ? found : BackboneGoldenTests.Digest(found), expected, number == 1 ? 1e-4 : 1e-3, 1e-3 * all / Math.Sqrt(gradients.Length));
                }
            }
        }
        Assert.That(number, Is.GreaterThan(0), "a training step has a loss");
        for (int i = 0; i < step.State.Count; i++)
        {
            string entry = step.State[i].Key;
            if (entry.StartsWith("params/", StringComparison.Ordinal) && golden.Contains($"params{number}/{entry[7..]}"))
            {
                table.OfNorm(entry, state[i].As<float>(), golden.Read($"params{number}/{entry[7..]}").AsSpan<float>(), 2e-4);
            }
        }
        Assert.That(table.Failed, Is.False, table.ToString());
    }

    private static TrainStep Step(JsonElement root, DiTConfig config, NpzReader golden)
    {
        var parts = new FrozenParts(config, new GivenLatents("given", config.InChannels, 8), [.. config.Text.Select((t, i) => new GivenFeatures($"given{i}", t.EmbedDim, ElementKind.F32))]);
        RectifiedFlow flow = Settings.Flow(Settings.Object(root, "transport") ?? root, shift: 0.3);
        return new TrainStep(new DiT(config), parts, flow, Settings.Optimizer(root), new TrainStepOptions
        {
            BatchSize = (int)golden.ReadHeader("in/latents").Shape[0],
            GradientAccumulation = (int)(Settings.Integer(root, "grad_accum") ?? 1),
            EmaDecay = Settings.Number(root, "ema_decay") ?? 0.9999,
            ReturnGradients = true,
        });
    }

    // What a batch brings, in the step's order: latents, then features and mask of each encoder. One mask for all is cut at their lengths.
    private static Literal[] Batch(TrainStep step, NpzReader golden, string[] texts, string[] masks)
    {
        int batch = (int)golden.ReadHeader("in/latents").Shape[0], text = 0, mask = 0, at = 0;
        var literals = new List<Literal>();
        foreach (ArgumentSpec input in step.Parts.BatchInputs(batch))
        {
            if (literals.Count == 0)
            {
                literals.Add(GoldenModel.Literal(golden, "in/latents"));
            }
            else if (input.Shape.Rank == 3)
            {
                literals.Add(GoldenModel.Literal(golden, texts[text++]));
            }
            else if (masks.Length == texts.Length)
            {
                literals.Add(GoldenModel.Literal(golden, masks[mask++]));
            }
            else
            {
                Literal whole = GoldenModel.Literal(golden, masks[0]);
                int total = (int)whole.Shape[1], length = (int)input.Shape[1];
                float[] values = whole.As<float>().ToArray();
                literals.Add(Literal.Create<float>(ElementKind.F32, input.Shape, [.. Enumerable.Range(0, batch).SelectMany(b => values.AsSpan((b * total) + at, length).ToArray())]));
                at += length;
            }
        }
        return [.. literals];
    }
}
