using System.Text.Json;
using I1Xla.Data.Npy;
using I1Xla.Graph;
using I1Xla.StableHlo.Ir;
using I1Xla.Testing;

namespace I1Xla.Models.Tests;

/// <summary>The three backbones against i1's own (golden <c>dit/*</c>): outputs within 2e-5 of scale, gradients within 1e-4 of their norm.</summary>
[Category("golden")]
public class BackboneGoldenTests
{
    private static IEnumerable<string> Cases() => SharedAssets.GoldenCases("dit");

    [Test]
    public void OutputsLossAndGradientsAreI1s([ValueSource(nameof(Cases))] string name, [ValueSource(typeof(Backend), nameof(Backend.Compiled))] Backend backend)
    {
        using var golden = new NpzReader(SharedAssets.Golden("dit", name + ".npz"));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(SharedAssets.Golden("dit", name + ".json")));
        var model = new DiT(GoldenModel.Config(json.RootElement.GetProperty("config"), GoldenModel.Backbone(json.RootElement, golden)));
        IReadOnlyList<ParameterSpec> specs = model.DiscoverParameters();
        Assert.That(specs.Select(s => $"{s.Name} {s.Shape}").Order(StringComparer.Ordinal), Is.EqualTo(golden.Keys.Where(k => k.StartsWith("params/", StringComparison.Ordinal))
            .Select(k => $"{k[7..]} {new Shape(golden.ReadHeader(k).Shape)}").Order(StringComparer.Ordinal)), "names and shapes of the parameters");

        string[] inputs = ["in/x", "in/t", "in/mask", "in/w", "in/drop_key", .. GoldenModel.CaptionKeys(golden)];
        Literal[] arguments = [.. specs.Select(s => GoldenModel.Literal(golden, "params/" + s.Name)), .. inputs.Select(k => GoldenModel.Literal(golden, k))];
        TracedModule traced = Jit.Trace("dit", [.. arguments.Select((a, i) => new ArgumentSpec(i < specs.Count ? specs[i].Name : inputs[i - specs.Count], a.Type.Kind, a.Shape))], t =>
        {
            var parameters = new ParameterSet(specs.Select(s => s.Name), t[..specs.Count]);
            Tensor[] rest = t[specs.Count..];
            (Tensor x, Tensor time, Tensor mask, Tensor w, Tensor dropKey, Tensor[] captions) = (rest[0], rest[1], rest[2], rest[3], rest[4], rest[5..]);
            (Tensor loss, Tensor[] aux, ParameterSet gradients) = Autodiff.ValueAndGradWithAux(p =>
            {
                Tensor y = model.Apply(Scope.Bind(p), x, time, captions, mask, dropKey);
                return (Jnp.Mean(y * w), [y]);
            }, parameters);
            return
            [
                new NamedResult("y", model.Apply(Scope.Bind(parameters), x, time, captions, mask)),
                new NamedResult("y_nomask", model.Apply(Scope.Bind(parameters), x, time, captions, null)),
                new NamedResult("y_train", aux[0]),
                new NamedResult("loss", loss),
                .. gradients.Names.Select(n => new NamedResult("grad/" + n, gradients[n])),
            ];
        });
        Literal[] results = backend.Run(traced, arguments);

        var table = new ErrorTable();
        for (int i = 0; i < 3; i++)
        {
            table.OfScale("out/" + traced.Results[i].Name, results[i].As<float>(), golden.Read("out/" + traced.Results[i].Name).AsSpan<float>(), 2e-5);
        }
        float loss = results[3].As<float>()[0], expectedLoss = golden.Read("out/loss").AsSpan<float>()[0];
        table.OfScale("out/loss", [loss], [expectedLoss], 1e-4);
        bool whole = json.RootElement.GetProperty("grads").GetString() == "full";
        double smallest = 1e-3 * Math.Sqrt(specs.Select((_, i) => results[4 + i].As<float>().ToArray().Sum(v => (double)v * v)).Sum() / specs.Count);
        for (int i = 0; i < specs.Count; i++)
        {
            NpyArray expected = golden.Read("grad/" + specs[i].Name);
            float[] found = whole ? results[4 + i].As<float>().ToArray() : Digest(results[4 + i].As<float>());
            table.OfNorm("grad/" + specs[i].Name, found, expected.ToFloat32(), 1e-4, smallest);
        }
        // On a miss, where in the model this backend and the interpreter part.
        Assert.That(table.Failed, Is.False, () => $"{table}\nlayer by layer, {backend} against the interpreter:\n{LayerReplay.Compare(model.Config, specs, arguments, inputs, backend, Backend.Interpreter)}");
    }

    /// <summary>Sum, l2 norm and first eight values.</summary>
    internal static float[] Digest(ReadOnlySpan<float> values)
    {
        double sum = 0, squares = 0;
        foreach (float v in values)
        {
            sum += v;
            squares += (double)v * v;
        }
        return [(float)sum, (float)Math.Sqrt(squares), .. values[..Math.Min(8, values.Length)]];
    }
}
