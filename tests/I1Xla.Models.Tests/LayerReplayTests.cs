using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models.Tests;

/// <summary>A comparison that fails says where: array by array with max, mean and p99, and the first bad layer.</summary>
public class LayerReplayTests
{
    private static readonly string[] s_inputs = ["in/x", "in/t", "in/mask", "in/caption"];

    [Test]
    public void TheFirstBadLayerIsNamed([Values] BackboneKind backbone)
    {
        DiTConfig config = SmallModel.Config with { Backbone = backbone, RefinerLayers = 1 };
        (IReadOnlyList<ParameterSpec> specs, Literal[] arguments) = SmallModel.Make(config);
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
}
