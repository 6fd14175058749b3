using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models.Tests;

/// <summary>Switches that change the program and not the model: blocks as a loop, and what layers multiply in.</summary>
public class ProgramSwitchTests
{
    [Test]
    public void BlocksInALoopGiveTheNumbersOfBlocksInARow([Values] BackboneKind backbone, [Values] bool skips, [Values] bool checkpoint)
    {
        DiTConfig config = SmallModel.Config with { Backbone = backbone, UseLongSkip = skips, UseGradientCheckpoint = checkpoint, Depth = 5, RefinerLayers = 1 };
        Compare(config, config with { ScanBlocks = true }, 2e-5);
    }

    [Test]
    public void ALoopsStackedUpdateGivesTheStateOfSingleUpdates([Values] bool skips)
    {
        DiTConfig config = SmallModel.Config with { UseLongSkip = skips, Depth = 5 };
        // What is treated differently, or frozen, in one block may not be stacked with the others.
        var optimizer = new OptimizerConfig
        {
            LearningRate = 0.01,
            LearningRateMultipliers = [new("blocks_1/mlp_image/.*", 0.5), new(".*", 1)],
            Schedule = [new("pos_embed", null), new("blocks_3/norm1/scale", null), new(".*", 1)],
            WeightDecay = 0.1,
        };
        TrainStep Step(bool loop) => new(new DiT(config with { ScanBlocks = loop }), new FrozenParts(config, new GivenLatents("latents", 2, 4), [new GivenFeatures("features", 6, ElementKind.F32)]),
            new RectifiedFlow(), optimizer, new TrainStepOptions { BatchSize = 2 });
        TracedModule row = Step(false).Trace(), stacked = Step(true).Trace();
        Assert.That(stacked.Arguments.Select(a => (a.Name, a.DType, a.Shape)), Is.EqualTo(row.Arguments.Select(a => (a.Name, a.DType, a.Shape))));
        Assert.That(stacked.Donations, Is.EquivalentTo(row.Donations));

        var random = new Random(11);
        Literal[] arguments = [.. row.Arguments.Select(a => a.DType switch
        {
            ElementKind.F32 => Literal.Create<float>(a.DType, a.Shape, [.. Enumerable.Range(0, (int)a.Shape.ElementCount).Select(_ => (float)(random.NextDouble() - (a.Name.StartsWith("opt/1/0/2/", StringComparison.Ordinal) ? 0 : 0.5)))]),
            ElementKind.I32 => Literal.Create<int>(a.DType, a.Shape, [3]),
            ElementKind.UI32 => Literal.Create<uint>(a.DType, a.Shape, [1, 2]),
            _ => new Literal(new TensorType(a.DType, a.Shape)),
        })];
        Literal[] want = Backend.Embedded.Run(row, arguments), got = Backend.Embedded.Run(stacked, arguments);
        var table = new ErrorTable();
        for (int i = 0; i < want.Length; i++)
        {
            if (want[i].Type.Kind == ElementKind.F32)
            {
                table.OfNorm(row.Results[i].Name, got[i].As<float>(), want[i].As<float>(), 2e-5);
            }
            else
            {
                Assert.That(got[i].Type, Is.EqualTo(want[i].Type), row.Results[i].Name);
            }
        }
        Assert.That(table.Failed, Is.False, table.ToString());
        Assert.That(Count(stacked, "stablehlo.sqrt"), Is.LessThan(Count(row, "stablehlo.sqrt") * 3 / 5));
    }

    [Test]
    public void ProductsInBFloat16AccumulateInF32AndStayNearTheF32Numbers([Values] BackboneKind backbone, [Values] TextAdapterKind adapter)
    {
        DiTConfig config = SmallModel.Config with { Backbone = backbone, RefinerLayers = 1, UseQkNorm = true, UseAdaLN = true, TextAdapter = adapter };
        DiTConfig rounded = config with { ComputeType = ElementKind.BF16 };
        // bf16 keeps 8 bits: sums of a few dozen roundings of 2⁻⁹.
        Compare(config, rounded, 0.05);

        (IReadOnlyList<ParameterSpec> specs, Literal[] arguments) = SmallModel.Make(rounded);
        int products = 0;
        SmallModel.TraceGradients(rounded, specs, arguments).Module.Op.Walk(op =>
        {
            TensorType[] operands = [.. op.Operands.ToArray().Select(o => o.Type).OfType<TensorType>()];
            // The mean over text tokens, a product with the (B, L) mask, is no layer: it stays f32.
            if (op.Name.Full is "stablehlo.dot_general" or "stablehlo.convolution" && !operands.Any(o => o.Shape.Rank == 2 && o.Shape[1] == 3))
            {
                products++;
                Assert.That(operands.Select(o => o.Kind), Is.All.EqualTo(ElementKind.BF16));
                Assert.That(((TensorType)op.Result.Type).Kind, Is.EqualTo(ElementKind.F32));
            }
        });
        Assert.That(products, Is.GreaterThan(50));
    }

    private static int Count(TracedModule traced, string name)
    {
        int count = 0;
        traced.Module.Op.Walk(op => count += op.Name.Full == name ? 1 : 0);
        return count;
    }

    private static void Compare(DiTConfig expected, DiTConfig actual, double tolerance)
    {
        (IReadOnlyList<ParameterSpec> specs, Literal[] arguments) = SmallModel.Make(expected);
        Assert.That(new DiT(actual).DiscoverParameters().Select(p => (p.Name, p.DType, p.Shape, p.CreationIndex)), Is.EqualTo(specs.Select(p => (p.Name, p.DType, p.Shape, p.CreationIndex))));
        Literal[] want = Backend.Embedded.Run(SmallModel.TraceGradients(expected, specs, arguments), arguments);
        Literal[] got = Backend.Embedded.Run(SmallModel.TraceGradients(actual, specs, arguments), arguments);
        var table = new ErrorTable();
        // Where a gradient nearly cancels, rounding is that of the others.
        double typical = Math.Sqrt(want.Skip(1).Sum(g => g.As<float>().ToArray().Sum(v => (double)v * v)) / specs.Count);
        for (int i = 0; i < want.Length; i++)
        {
            table.OfNorm(i == 0 ? "loss" : specs[i - 1].Name, got[i].As<float>(), want[i].As<float>(), tolerance, typical);
        }
        Assert.That(table.Failed, Is.False, table.ToString());
    }
}
