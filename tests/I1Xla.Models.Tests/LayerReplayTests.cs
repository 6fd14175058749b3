using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models.Tests;

/// <summary>A comparison that fails says where: array by array with max, mean and p99, and the first bad layer.</summary>
public class LayerReplayTests
{
    private static readonly DiTConfig s_config = new()
    {
        InputSize = 4,
        PatchSize = 2,
        InChannels = 2,
        HiddenSize = 16,
        Depth = 3,
        NumHeads = 2,
        Text = [new(6, 3)],
    };

    private static readonly string[] s_inputs = ["in/x", "in/t", "in/mask", "in/caption"];

    private static (IReadOnlyList<ParameterSpec> Specs, Literal[] Arguments) Make(DiTConfig config)
    {
        var random = new Random(5);
        IReadOnlyList<ParameterSpec> specs = new DiT(config).DiscoverParameters();
        Literal Fill(params long[] shape)
        {
            var literal = new Literal(new TensorType(ElementKind.F32, new Shape(shape)));
            foreach (ref float v in literal.As<float>())
            {
                v = (float)(random.NextDouble() - 0.5);
            }
            return literal;
        }
        Literal mask = Literal.Create<float>(ElementKind.F32, [2, 3], [1, 1, 0, 1, 1, 1]);
        return (specs, [.. specs.Select(s => Fill(s.Shape.ToArray())), Fill(2, 2, 4, 4), Fill(2), mask, Fill(2, 3, 6)]);
    }

    [Test]
    public void TheFirstBadLayerIsNamed([Values] BackboneKind backbone)
    {
        DiTConfig config = s_config with { Backbone = backbone, RefinerLayers = 1 };
        (IReadOnlyList<ParameterSpec> specs, Literal[] arguments) = Make(config);
        ErrorTable same = LayerReplay.Compare(config, specs, arguments, s_inputs, Backend.Embedded, Backend.Interpreter);
        Assert.That(same.Failed, Is.False, same.ToString());

        // One weight of the second block is off on one side.
        Literal[] off = [.. arguments];
        int weight = Enumerable.Range(0, specs.Count).First(i => specs[i].Name.StartsWith("blocks_1/mlp", StringComparison.Ordinal) && specs[i].Shape.Rank == 2);
        off[weight] = Literal.Create<float>(ElementKind.F32, specs[weight].Shape, arguments[weight].As<float>());
        off[weight].As<float>()[3] += 0.5f;
        ErrorTable table = LayerReplay.Compare(config, specs, arguments, s_inputs, Backend.Embedded, Backend.Interpreter, off);
        string text = table.ToString();
        Assert.That(table.Failed, Is.True);
        Assert.That(text.Split('\n')[0], Does.Contain("the first is blocks_1"));
        Assert.That(text, Does.Contain("max").And.Contain("mean").And.Contain("p99").And.Contain("final_layer"));
        Assert.That(text, Does.Not.Contain("blocks_0").And.Not.Contain("x_embedder"));
    }

    [Test]
    public void AnArrayOfAnotherLengthAndANotANumberAreBad()
    {
        var table = new ErrorTable();
        table.OfScale("short", [1f], [1f, 2f], 1);
        table.OfNorm("nan", [float.NaN], [1f], 1);
        table.OfScale("good", [1f, 2f], [1f, 2f], 0);
        Assert.That(table.Failed, Is.True);
        Assert.That(table.ToString(), Does.StartWith("2 of 3 arrays are out of tolerance; the first is short (1 values, 2 expected)").And.Contain("nan").And.Not.Contain("good"));
    }

    [Test]
    public void BlocksInALoopGiveTheNumbersOfBlocksInARow([Values] BackboneKind backbone, [Values] bool skips, [Values] bool checkpoint)
    {
        DiTConfig config = s_config with { Backbone = backbone, UseLongSkip = skips, UseGradientCheckpoint = checkpoint, Depth = 5, RefinerLayers = 1 };
        (IReadOnlyList<ParameterSpec> specs, Literal[] arguments) = Make(config);
        Assert.That(new DiT(config with { ScanBlocks = true }).DiscoverParameters().Select(p => (p.Name, p.Shape, p.CreationIndex)), Is.EqualTo(specs.Select(p => (p.Name, p.Shape, p.CreationIndex))));
        Literal[] Run(DiTConfig c)
        {
            var model = new DiT(c);
            return Backend.Embedded.Run(Jit.Trace("step", [.. arguments.Select((a, i) => new ArgumentSpec($"a{i}", a.Type.Kind, a.Shape))], t =>
            {
                (Tensor loss, ParameterSet gradients) = Autodiff.ValueAndGrad(
                    p => Jnp.Mean(Jnp.Square(model.Apply(Scope.Bind(p), t[^4], t[^3], [t[^1]], t[^2]))), new ParameterSet(specs.Select(s => s.Name), t[..specs.Count]));
                return [new NamedResult("loss", loss), .. gradients.Names.Select(n => new NamedResult(n, gradients[n]))];
            }), arguments);
        }
        Literal[] row = Run(config), loop = Run(config with { ScanBlocks = true });
        var table = new ErrorTable();
        // Where a gradient nearly cancels, rounding is that of the others.
        double typical = Math.Sqrt(row.Skip(1).Sum(g => g.As<float>().ToArray().Sum(v => (double)v * v)) / specs.Count);
        for (int i = 0; i < row.Length; i++)
        {
            table.OfNorm(i == 0 ? "loss" : specs[i - 1].Name, loop[i].As<float>(), row[i].As<float>(), 2e-5, typical);
        }
        Assert.That(table.Failed, Is.False, table.ToString());
    }
}
