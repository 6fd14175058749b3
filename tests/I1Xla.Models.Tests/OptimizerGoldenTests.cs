using System.Text.Json;
using I1Xla.Data.Npy;
using I1Xla.Graph;
using I1Xla.StableHlo.Ir;
using I1Xla.Testing;

namespace I1Xla.Models.Tests;

/// <summary>i1's optimizer chain on given gradients (golden <c>optimizer_*</c>): steps to the last bit or two, bf16 moments exact.</summary>
[Category("golden")]
public class OptimizerGoldenTests
{
    // The decay that the folder's cases were made with; their settings may name another.
    private const double DefaultEmaDecay = 0.99;

    private static IEnumerable<string> Cases() => SharedAssets.GoldenCases("", "optimizer_");

    [Test]
    public void StepsAreI1s([ValueSource(nameof(Cases))] string name, [ValueSource(typeof(Backend), nameof(Backend.All))] Backend backend)
    {
        using var golden = new NpzReader(SharedAssets.Golden(name + ".npz"));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(SharedAssets.Golden(name + ".json")));
        ParameterSpec[] specs = [.. golden.Keys.Where(k => k.StartsWith("params0/", StringComparison.Ordinal))
            .Select(k => new ParameterSpec(k[8..], new Shape(golden.ReadHeader(k).Shape), ElementKind.F32, Initializers.Zeros, 1)).OrderBy(s => s.Name, ParameterSpec.SortedOrder)];
        JsonElement config = json.RootElement.GetProperty("config");
        var optimizer = new Optimizer(Settings.Optimizer(config), specs);
        double decay = Settings.Number(json.RootElement, "ema_decay") ?? Settings.Number(config, "ema_decay_rate") ?? DefaultEmaDecay;

        // The keys of a checkpoint are those that i1 writes, in its order.
        string[] keys = [.. optimizer.State.Select(s => s.Key), .. specs.Select(s => "params/" + s.Name), .. specs.Select(s => "params_ema/" + s.Name)];
        Assert.That(keys, Is.EqualTo(json.RootElement.GetProperty("checkpoint_keys").EnumerateArray().Select(k => k.GetString()!).Where(k => !k.StartsWith("chrono", StringComparison.Ordinal))));

        ArgumentSpec[] arguments =
        [
            .. optimizer.State.Select(s => new ArgumentSpec(s.Key, s.DType, s.Shape)),
            .. new[] { "params", "ema", "grads" }.SelectMany(group => specs.Select(s => new ArgumentSpec($"{group}/{s.Name}", s.DType, s.Shape))),
        ];
        TracedModule traced = Jit.Trace("optimizer", arguments, inputs =>
        {
            int states = optimizer.State.Count, n = specs.Length;
            Dictionary<string, Tensor> state = optimizer.State.Select((s, i) => (s.Key, inputs[i])).ToDictionary(p => p.Key, p => p.Item2);
            Tensor[] parameters = inputs[states..(states + n)], ema = inputs[(states + n)..(states + (2 * n))], gradients = inputs[(states + (2 * n))..];
            (Tensor[] updates, _) = optimizer.Step(gradients, parameters, state);
            Tensor[] fresh = [.. parameters.Select((p, i) => p + updates[i])];
            return
            [
                .. optimizer.State.Select(s => new NamedResult(s.Key, state[s.Key])),
                .. specs.Select((s, i) => new NamedResult("params/" + s.Name, fresh[i])),
                .. specs.Select((s, i) => new NamedResult("ema/" + s.Name, Ema.Update(ema[i], fresh[i], decay))),
                .. specs.Select((s, i) => new NamedResult("updates/" + s.Name, updates[i])),
            ];
        });

        Literal[] carried =
        [
            .. optimizer.State.Select(s => new Literal(new TensorType(s.DType, s.Shape))),
            .. specs.Select(s => GoldenModel.Literal(golden, "params0/" + s.Name)), .. specs.Select(s => GoldenModel.Literal(golden, "params0/" + s.Name)),
        ];
        var table = new ErrorTable();
        int step = 1;
        for (; golden.Contains($"step{step}/grads/{specs[0].Name}"); step++)
        {
            Literal[] results = backend.Run(traced, [.. carried, .. specs.Select(s => GoldenModel.Literal(golden, $"step{step}/grads/{s.Name}"))]);
            for (int i = optimizer.State.Count; i < results.Length; i++)
            {
                string key = $"step{step}/{traced.Results[i].Name}";
                if (golden.Contains(key))
                {
                    // Two units in the last place of the largest value.
                    table.OfScale(key, results[i].As<float>(), golden.Read(key).AsSpan<float>(), 2.4e-7);
                }
            }
            carried = results[..carried.Length];
        }
        Assert.That(step, Is.GreaterThan(1), "there are gradients");
        for (int i = 0; i < optimizer.State.Count; i++)
        {
            string key = "ckpt/" + optimizer.State[i].Key;
            NpyArray expected = golden.Read(key);
            if (optimizer.State[i].DType == ElementKind.F32)
            {
                table.OfScale(key, carried[i].As<float>(), expected.AsSpan<float>(), 2.4e-7);
            }
            else
            {
                Assert.That(carried[i].Data.ToArray(), Is.EqualTo(expected.Data.ToArray()), key + ": moments and counts are exact");
            }
        }
        Assert.That(table.Failed, Is.False, table.ToString());
    }

    [Test]
    public void AnUncoveredParameterAndAZeroMultiplierAreRefused()
    {
        ParameterSpec[] specs = [new("a/kernel", [2, 2], ElementKind.F32, Initializers.Zeros, 1), new("b", [2], ElementKind.F32, Initializers.Zeros, 1)];
        Assert.That(Assert.Throws<ArgumentException>(() => _ = new Optimizer(new OptimizerConfig { Schedule = [new("a/.*", 1)] }, specs))!.Message, Does.Contain("'b'"));
        Assert.That(Assert.Throws<ArgumentException>(() => _ = new Optimizer(new OptimizerConfig { LearningRateMultipliers = [new(".*", 0)] }, specs))!.Message, Does.Contain("positive"));
        Assert.That(Assert.Throws<ArgumentException>(() => _ = new Optimizer(new OptimizerConfig { Schedule = [new("(", 1)] }, specs))!.Message, Does.Contain("regular expression"));
        Assert.That(OptimizerConfig.Match([new("b", null), new(".*", 1)], ["a/b", "b"]), Is.EqualTo(new[] { 1, 0 }), "patterns match whole paths");
        var counts = new Optimizer(new OptimizerConfig { WeightDecay = 0.1, LearningRateMultipliers = [new("b", 2)], Schedule = [new("a.*", 1), new("b", 0.5)] }, specs);
        Assert.That(counts.ScheduleKeys, Is.EqualTo(new[] { "opt/5/0/0", "opt/6/0/0" }), "behind one weight decay and one multiplier");
    }
}
