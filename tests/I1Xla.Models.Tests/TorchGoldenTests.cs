using System.Text.Json;
using I1Xla.Data.Npy;
using I1Xla.Data.Torch;
using I1Xla.Graph;
using I1Xla.Host.Checkpoints;
using I1Xla.StableHlo.Ir;
using I1Xla.Testing;

namespace I1Xla.Models.Tests;

/// <summary>
/// i1's PyTorch side (golden <c>torch/*</c>): its model, sampler and trainer, and its release files. A case is what its files
/// hold: a sampler has <c>out/time_grid</c>, a trainer <c>in/0/latents</c>, a release a <c>.pt</c> beside it.
/// </summary>
[Category("golden")]
public class TorchGoldenTests
{
    // PyTorch decays the bf16 moment in f32, where optax (and this project) rounds the product to bf16: up to a unit of bf16 a step.
    private const double MomentTolerance = 2.0 / 256;

    private static IEnumerable<string> Models() => Cases("out/y", n => true);

    private static IEnumerable<string> Samplers() => Cases("out/time_grid", n => true);

    private static IEnumerable<string> Trainers() => Cases("in/0/latents", n => true);

    private static IEnumerable<string> Releases() => Cases(null, n => File.Exists(Path.ChangeExtension(n, ".pt")));

    [Test]
    public void OutputsAndGradientsAreI1s([ValueSource(nameof(Models))] string name, [ValueSource(typeof(Backend), nameof(Backend.All))] Backend backend)
    {
        using var golden = new NpzReader(SharedAssets.Golden("torch", name + ".npz"));
        using JsonDocument json = Json(name);
        if (!golden.Keys.Any(k => k.StartsWith("params/", StringComparison.Ordinal)))
        {
            using var file = new TorchFile(SharedAssets.Golden("torch", name + ".pt"));
            Forward(golden, "", Weights(file, "model", out DiTConfig model), model, backend);
            return;
        }
        DiTConfig config = Config(json.RootElement);
        Forward(golden, "", new DiT(config).DiscoverParameters().ToDictionary(p => p.Name, p => Parameter(golden, "params/", p, config)), config, backend);
    }

    [Test]
    public void SamplingIsI1s([ValueSource(nameof(Samplers))] string name, [ValueSource(typeof(Backend), nameof(Backend.Compiled))] Backend backend)
    {
        using var golden = new NpzReader(SharedAssets.Golden("torch", name + ".npz"));
        using JsonDocument json = Json(name);
        JsonElement root = json.RootElement;
        DiTConfig config = Config(root);
        var model = new DiT(config);
        int steps = root.GetProperty("steps").GetInt32();
        double shift = root.GetProperty("inference_timestep_shift").GetDouble(), guidance = root.GetProperty("cfg_scale").GetDouble(), rescale = root.GetProperty("cfg_rescale").GetDouble();
        IReadOnlyList<ParameterSpec> specs = model.DiscoverParameters();
        string[] inputs = ["in/latents", "in/mask", "in/caption"];
        Literal[] arguments = [.. specs.Select(p => Parameter(golden, "params/", p, config)), .. inputs.Select(k => GoldenModel.Literal(golden, k))];
        TracedModule traced = Jit.Trace("sample", [.. arguments.Select((a, i) => new ArgumentSpec($"a{i}", a.Type.Kind, a.Shape))], t =>
        {
            Scope scope = Scope.Bind(new ParameterSet(specs.Select(s => s.Name), t[..specs.Count]));
            (Tensor latents, Tensor mask, Tensor caption) = (Jnp.Cast(t[^3], ElementKind.F32), t[^2], Jnp.Cast(t[^1], ElementKind.F32));
            var sampler = new Sampler(model, new RectifiedFlow());
            return
            [
                new NamedResult("velocity", sampler.GuidedVelocity(scope, latents, Jnp.Scalar(0.0), [caption], mask, Jnp.Scalar(guidance), Jnp.Scalar(rescale))),
                new NamedResult("latents", sampler.Integrate(scope, latents, Jnp.Constant(Sampler.ShiftedGrid(steps, shift)), [caption], mask, Jnp.Scalar(guidance), Jnp.Scalar(rescale))),
                new NamedResult("latents_grid16", sampler.Integrate(scope, latents, Jnp.Constant(Sampler.TorchGrid(steps, shift)), [caption], mask, Jnp.Scalar(guidance), Jnp.Scalar(rescale))),
            ];
        });
        Literal[] results = backend.Run(traced, arguments);
        var table = new ErrorTable();
        for (int i = 0; i < results.Length; i++)
        {
            // The loop multiplies rounding by the guidance scale at every step.
            table.OfScale("out/" + traced.Results[i].Name, results[i].As<float>(), golden.Read("out/" + traced.Results[i].Name).ToFloat32(), 2e-5 * (i == 0 ? 1 : Math.Max(1, guidance / 2)));
        }
        table.OfScale("out/time_grid_f32", Sampler.ShiftedGrid(steps, shift), golden.Read("out/time_grid_f32").ToFloat32(), 2.5e-7);
        table.OfScale("out/time_grid", Sampler.TorchGrid(steps, shift), golden.Read("out/time_grid").ToFloat32(), 0);
        table.OfScale("out/time_grid_250", Sampler.TorchGrid(250, shift), golden.Read("out/time_grid_250").ToFloat32(), 0);
        Assert.That(table.Failed, Is.False, table.ToString());
    }

    [Test]
    public void AReleaseFileImportsAndComputesTheSame([ValueSource(nameof(Releases))] string name, [ValueSource(typeof(Backend), nameof(Backend.Compiled))] Backend backend)
    {
        string folder = Directory.CreateTempSubdirectory("i1xla-import").FullName;
        try
        {
            string source = SharedAssets.Golden("torch", name + ".pt"), target = Path.Combine(folder, "checkpoint.npz");
            TorchImportReport report = TorchImport.Import(source, target);
            using var file = new TorchFile(source);
            Weights(file, "model", out DiTConfig config);
            using var imported = new NpzReader(target);
            Dictionary<string, Literal> weights = new DiT(config).DiscoverParameters().ToDictionary(p => p.Name, p => GoldenModel.Literal(imported, "params_ema/" + p.Name));
            Assert.That(report.RopeTables, Is.EqualTo(report.Step is null ? 6 : 12));
            using var golden = new NpzReader(SharedAssets.Golden("torch", name + ".npz"));
            Forward(golden, golden.Contains("out/y") ? "" : "release/", weights, config, backend);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    // Two of i1's PyTorch training steps with the draws given, then the file it saved, then a step at another resolution from it.
    [Test]
    public void TrainingStepsAreI1s([ValueSource(nameof(Trainers))] string name, [ValueSource(typeof(Backend), nameof(Backend.Compiled))] Backend backend)
    {
        using var golden = new NpzReader(SharedAssets.Golden("torch", name + ".npz"));
        using JsonDocument json = Json(name);
        DiTConfig config = Config(json.RootElement);
        var trainer = new TorchTrainer(json.RootElement, config);
        var table = new ErrorTable();
        Dictionary<string, Literal> state = trainer.Start(p => Parameter(golden, "params/", p, config));
        int count = json.RootElement.GetProperty("grad_accum").GetInt32(), steps = 0;
        long ropePairs = Enumerable.Range(0, 3).Sum(axis => (long)MultimodalRope.Table(config, axis).Cos.Length);
        for (; golden.Contains($"in/{steps}/latents"); steps++)
        {
            int s = steps;
            Literal[] results = trainer.Step(backend, golden, $"in/{s}/", count, state);
            (string Key, int Index)[] metrics = [("training_loss", 0), ("l2_grads", 1), ("l2_params", 2), ("l2_ema_params", 3), ("l2_updates", 4)];
            foreach ((string key, int index) in metrics)
            {
                double found = results[^1].As<float>()[index];
                if (key is "l2_params" or "l2_ema_params")
                {
                    // PyTorch's norms count its rotary tables too: a cosine and a sine for each pair, whose squares make one.
                    found = Math.Sqrt((found * found) + ropePairs);
                }
                table.Number($"out/{s}/{key}", found, golden.Read($"out/{s}/{key}").ToFloat32()[0], index == 4 ? MomentTolerance : 2e-5);
            }
            for (int i = 0; i < trainer.Parameters.Count; i++)
            {
                string key = $"grad/{s}/{TorchNames.Of(trainer.Parameters[i].Name, config)}";
                if (golden.Contains(key))
                {
                    float[] expected = golden.Read(key).ToFloat32();
                    NpyArray found = TorchNames.Convert(trainer.Parameters[i].Name, NpyArray.From<float>(results[i].As<float>(), trainer.Parameters[i].Shape.ToArray()), toTorch: true);
                    table.OfNorm(key, BackboneGoldenTests.Digest(found.AsSpan<float>()), expected, 1e-4, 1e-4);
                }
            }
        }
        Assert.That(steps, Is.GreaterThan(0));

        string pt = SharedAssets.Golden("torch", name + ".pt"), npz = Path.Combine(Path.GetTempPath(), $"i1xla-{Guid.NewGuid():N}.npz");
        try
        {
            TorchImportReport report = TorchImport.Import(pt, npz);
            Assert.That(report.Step, Is.EqualTo(steps));
            using var saved = new NpzReader(npz);
            foreach (string key in saved.Keys.Where(k => !k.StartsWith("chrono/", StringComparison.Ordinal)))
            {
                table.OfNorm("file/" + key, ToFloat(state[key]), saved.Read(key).ToFloat32(), key.StartsWith("opt/1/0/1", StringComparison.Ordinal) ? MomentTolerance : 2e-4, 1e-6);
            }
            if (golden.Contains("resume512/in/latents"))
            {
                Resume512(golden, json.RootElement, config, saved, backend, table);
            }
        }
        finally
        {
            File.Delete(npz);
        }
        Assert.That(table.Failed, Is.False, table.ToString());
    }

    private static void Resume512(NpzReader golden, JsonElement root, DiTConfig config, NpzReader saved, Backend backend, ErrorTable table)
    {
        int side = (int)golden.ReadHeader("resume512/in/latents").Shape[^1];
        DiTConfig wider = config with { InputSize = side, ImageResolution = 512 };
        var trainer = new TorchTrainer(root, wider);
        Dictionary<string, Literal> state = trainer.Start(p =>
        {
            if (p.Name != "pos_embed")
            {
                return Backend.ToLiteral(saved.Read("params/" + p.Name));
            }
            var positions = new float[p.ElementCount];
            PositionTable.Fill(positions, wider.HiddenSize, wider.GridSize, wider.ImageResolution);
            return Literal.Create<float>(ElementKind.F32, p.Shape, positions);
        });
        foreach (string key in saved.Keys.Where(k => state.ContainsKey(k) && !k.EndsWith("/pos_embed", StringComparison.Ordinal)))
        {
            state[key] = Backend.ToLiteral(saved.Read(key));
        }
        Literal[] results = trainer.Step(backend, golden, "resume512/in/", 1, state);
        table.Number("resume512/out/loss", results[^1].As<float>()[0], golden.Read("resume512/out/loss").ToFloat32()[0], 2e-5);
        table.Number("resume512/out/l2_grads", results[^1].As<float>()[1], golden.Read("resume512/out/l2_grads").ToFloat32()[0], 1e-4);
        table.Number("resume512/out/l2_updates", results[^1].As<float>()[4], golden.Read("resume512/out/l2_updates").ToFloat32()[0], MomentTolerance);
        foreach (ParameterSpec p in trainer.Parameters)
        {
            foreach ((string group, string prefix) in new[] { ("params_after", "params/"), ("ema_after", "params_ema/") })
            {
                string key = $"resume512/{group}/{TorchNames.Of(p.Name, wider)}";
                if (golden.Contains(key))
                {
                    NpyArray found = TorchNames.Convert(p.Name, NpyArray.From<float>(state[prefix + p.Name].As<float>(), p.Shape.ToArray()), toTorch: true);
                    table.OfNorm(key, BackboneGoldenTests.Digest(found.AsSpan<float>()), golden.Read(key).ToFloat32(), 1e-4, 1e-6);
                }
            }
        }
    }

    private static void Forward(NpzReader golden, string prefix, Dictionary<string, Literal> weights, DiTConfig config, Backend backend)
    {
        var model = new DiT(config);
        IReadOnlyList<ParameterSpec> specs = model.DiscoverParameters();
        bool masked = golden.Contains(prefix + "out/y_nomask"), graded = golden.Contains(prefix + "in/w");
        string[] inputs = [.. new[] { "in/x", "in/t", "in/caption", "in/mask" }.Concat(graded ? ["in/w"] : []).Select(k => prefix + k)];
        Literal[] arguments = [.. specs.Select(s => weights[s.Name]), .. inputs.Select(k => GoldenModel.Literal(golden, k))];
        TracedModule traced = Jit.Trace("dit", [.. arguments.Select((a, i) => new ArgumentSpec($"a{i}", a.Type.Kind, a.Shape))], t =>
        {
            var parameters = new ParameterSet(specs.Select(s => s.Name), t[..specs.Count]);
            Tensor[] rest = t[specs.Count..];
            Tensor Run(ParameterSet p, Tensor? mask) => model.Apply(Scope.Bind(p), rest[0], rest[1], [rest[2]], mask);
            var results = new List<NamedResult> { new("y", Run(parameters, rest[3])) };
            if (masked)
            {
                results.Add(new("y_nomask", Run(parameters, null)));
            }
            if (graded)
            {
                (Tensor loss, ParameterSet gradients) = Autodiff.ValueAndGrad(p => Jnp.Mean(Run(p, rest[3]) * rest[4]), parameters);
                results.Add(new("loss", loss));
                results.AddRange(gradients.Names.Select(n => new NamedResult("grad/" + n, gradients[n])));
            }
            return [.. results];
        });
        Literal[] found = backend.Run(traced, arguments);
        var table = new ErrorTable();
        for (int i = 0; i < found.Length; i++)
        {
            string name = traced.Results[i].Name;
            if (!name.StartsWith("grad/", StringComparison.Ordinal))
            {
                table.OfScale("out/" + name, found[i].As<float>(), golden.Read($"{prefix}out/{name}").ToFloat32(), 2e-5);
                continue;
            }
            string key = "grad/" + TorchNames.Of(name[5..], config);
            if (golden.Contains(key))
            {
                NpyArray gradient = TorchNames.Convert(name[5..], NpyArray.From<float>(found[i].As<float>(), found[i].Shape.ToArray()), toTorch: true);
                table.OfNorm(key, BackboneGoldenTests.Digest(gradient.AsSpan<float>()), golden.Read(key).ToFloat32(), 1e-4, 1e-4);
            }
        }
        Assert.That(table.Failed, Is.False, table.ToString());
    }

    private static JsonDocument Json(string name) => JsonDocument.Parse(File.ReadAllText(SharedAssets.Golden("torch", name + ".json")));

    // What the inference class fixes (the i1 recipe), under what a file says.
    private static DiTConfig Config(JsonElement root)
    {
        JsonElement given = root.GetProperty("config");
        DiTConfig config = GoldenModel.Config(given, BackboneKind.DualStream) with { UseAdaLN = false };
        return given.TryGetProperty("use_sandwich_norm", out _) ? config
            : config with { UseQkNorm = true, UseSandwichNorm = true, TextAdapter = TextAdapterKind.Transformer, TextAdapterBlocks = 2 };
    }

    private static Literal Parameter(NpzReader golden, string prefix, ParameterSpec p, DiTConfig config) =>
        Backend.ToLiteral(TorchNames.Convert(p.Name, golden.Read(prefix + TorchNames.Of(p.Name, config))));

    // The weights of a file by JAX's names, without the importer.
    private static Dictionary<string, Literal> Weights(TorchFile file, string group, out DiTConfig config)
    {
        var root = (PickleDict)file.Root!;
        var settings = (PickleDict)root["config"]!;
        double Number(string key) => Convert.ToDouble(settings[key], System.Globalization.CultureInfo.InvariantCulture);
        DiTConfig model = config = new DiTConfig
        {
            InputSize = (int)Number("input_size"),
            ImageResolution = (int)Number("image_resolution"),
            PatchSize = (int)Number("patch_size"),
            InChannels = (int)Number("in_channels"),
            HiddenSize = (int)Number("hidden_size"),
            Depth = (int)Number("depth"),
            NumHeads = (int)Number("num_heads"),
            MlpRatio = Number("mlp_ratio"),
            Text = [new((int)Number("text_embed_dim"), (int)Number("text_num_tokens"))],
            RopeTheta = Number("rope_theta"),
            UseQkNorm = true,
            UseAdaLN = false,
            UseSandwichNorm = true,
            TextAdapter = TextAdapterKind.Transformer,
            TextAdapterBlocks = 2,
        };
        var tensors = (PickleDict)root[group]!;
        return new DiT(config).DiscoverParameters().ToDictionary(p => p.Name, p =>
            Backend.ToLiteral(TorchNames.Convert(p.Name, file.Read((TorchTensor)tensors[TorchNames.Of(p.Name, model)]!))));
    }

    private static float[] ToFloat(Literal literal) => literal.Type.Kind switch
    {
        ElementKind.BF16 => new NpyArray("<V2", literal.Shape.ToArray(), literal.Data).ToFloat32(),
        ElementKind.I32 => [literal.As<int>()[0]],
        _ => literal.As<float>().ToArray(),
    };

    private static IEnumerable<string> Cases(string? member, Func<string, bool> has)
    {
        string folder = Path.Combine(SharedAssets.GoldenDirectory, "torch");
        if (!Directory.Exists(folder))
        {
            return ["absent"];
        }
        return Directory.GetFiles(folder, "*.npz").Order(StringComparer.Ordinal).Where(has).Where(file =>
        {
            using var reader = new NpzReader(file);
            return member is null || reader.Contains(member);
        }).Select(f => Path.GetFileNameWithoutExtension(f)!);
    }
}
