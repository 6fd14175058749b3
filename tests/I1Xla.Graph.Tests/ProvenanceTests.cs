using I1Xla.Models;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Graph.Tests;

/// <summary>Every operation knows the module path and the line it came from, through private functions and derivatives.</summary>
public class ProvenanceTests
{
    private static Tensor Attention(Scope scope, Tensor x)
    {
        using var _ = scope.Enter();
        Tensor kernel = scope.Param("kernel", [x.Shape[^1], x.Shape[^1]], Initializers.LecunNormal());
        return Jnp.Tanh(Jnp.MatMul(x, kernel));
    }

    private static Tensor Block(Scope scope, Tensor x) => x + scope.Child("attn").Apply("qkv", s => Attention(s, x));

    private static TracedModule Model() => Jit.Trace("m", [new("x", ElementKind.F32, [2, 4]), new("k0", ElementKind.F32, [4, 4]), new("k1", ElementKind.F32, [4, 4])], a =>
    {
        var parameters = new ParameterSet(["blocks_0/attn/qkv/kernel", "blocks_1/attn/qkv/kernel"], [a[1], a[2]]);
        return [.. Autodiff.ValueAndGrad(p =>
        {
            Scope scope = Scope.Bind(p);
            Tensor h = scope.Child("blocks_1").Call(Block, scope.Child("blocks_0").Call(Block, a[0]));
            return scope.Apply("loss", _ => Jnp.Sum(h * h));
        }, parameters) is var (value, gradients) ? gradients.Values.Prepend(value) : []];
    });

    [Test]
    public void OperationsCarryPathFileAndLine()
    {
        TracedModule module = Model();
        var operations = new List<Operation>();
        module.Module.Op.Walk(op =>
        {
            if (op.Name.Dialect == "stablehlo" && op.Name.Short != "return")
            {
                operations.Add(op);
            }
        });
        Assert.That(operations, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            foreach (Operation op in operations.Where(o => o.Parent!.Parent!.Parent!.Name == FuncOp.OpName))
            {
                var name = op.Location as NameLocation;
                var line = name?.Child as FileLineLocation;
                Assert.That(line?.File, Does.EndWith("ProvenanceTests.cs"), $"{op.Name} at {op.Location}");
                Assert.That(line?.Line, Is.GreaterThan(10));
            }
        });
        string[] names = [.. operations.Select(o => (o.Location as NameLocation)?.Name ?? "")];
        Assert.That(names, Does.Contain("attn/qkv/dot_general").And.Contain("attn/qkv/tanh").And.Contain("loss/reduce").And.Contain("transpose(attn/qkv/dot_general)"));
    }

    [Test]
    public void CallsCarryTheScopeOfTheCall()
    {
        TracedModule module = Model();
        string[] calls = [.. module.Module.FindFunction("main")!.Value.Body.Operations.Where(o => o.Name.Full == "func.call").Select(o => ((NameLocation)o.Location).Name)];
        Assert.That(calls, Does.Contain("blocks_0/call").And.Contain("blocks_1/call").And.Contain("transpose(blocks_0/call)"));
        Assert.That(module.Module.Functions.Count(), Is.EqualTo(5), "main, and forward and backward of each block: the first block's input needs no gradient");
    }

    [Test]
    public void AnOperatorAfterACallHasTheCallersLine()
    {
        TracedModule module = Model();
        Operation sum = module.Module.Functions.Skip(1).SelectMany(f => f.Body.Operations).First(o => o.Name.Full == "stablehlo.add");
        Operation tanh = module.Module.Functions.Skip(1).SelectMany(f => f.Body.Operations).First(o => o.Name.Full == "stablehlo.tanh");
        static int Line(Operation op) => ((FileLineLocation)((NameLocation)op.Location).Child!).Line;
        // The block's sum stands outside Attention; it has the line of the last call before Attention was entered.
        Assert.That(Line(sum), Is.Not.EqualTo(Line(tanh)));
        Assert.That(((NameLocation)sum.Location).Name, Is.EqualTo("add"));
    }

    [Test]
    public void TextHasTheLocations() =>
        Assert.That(MlirPrinter.Print(Model().Module, new PrintOptions { Locations = true }), Does.Contain("attn/qkv/dot_general").And.Contain("ProvenanceTests.cs\":"));

    /// <summary>A training step of the i1 recipe, small: gradient, rematerialisation, optimizer and averages.</summary>
    private static TracedModule ModelStep()
    {
        var config = new DiTConfig
        {
            HiddenSize = 32,
            NumHeads = 2,
            Depth = 2,
            InChannels = 4,
            InputSize = 4,
            PatchSize = 2,
            UseQkNorm = true,
            UseSandwichNorm = true,
            UseGradientCheckpoint = true,
            Text = [new TextFeatures(8, 6)],
        };
        var parts = new FrozenParts(config, new GivenLatents("latents", 4, 4), [new GivenFeatures("features", 8, ElementKind.F32)]);
        return new TrainStep(new DiT(config), parts, new RectifiedFlow(), new OptimizerConfig(), new TrainStepOptions { BatchSize = 2 }).Trace();
    }

    [Test]
    public void NoOperationOfAModelStepIsWithoutFileLineAndPath()
    {
        TracedModule module = ModelStep();
        var without = new List<string>();
        int count = 0, inModules = 0;
        foreach (FuncOp function in module.Module.Functions)
        {
            foreach (Operation op in function.Body.Operations)
            {
                Check(op, function.Name);
            }
        }
        void Check(Operation op, string where)
        {
            count++;
            var name = op.Location as NameLocation;
            if (name?.Child is not FileLineLocation { Line: > 0 } line || !line.File.EndsWith(".cs", StringComparison.Ordinal) || name.Name.Length == 0)
            {
                without.Add($"{op.Name} in {where}: {op.Location}");
            }
            inModules += name?.Name.Contains('/') == true ? 1 : 0;
            foreach (Operation nested in op.Regions.ToArray().SelectMany(r => r.Blocks).SelectMany(b => b.Operations))
            {
                Check(nested, where);
            }
        }
        Assert.Multiple(() =>
        {
            Assert.That(without, Is.Empty);
            Assert.That(count, Is.GreaterThan(1000));
            Assert.That(inModules, Is.GreaterThan(count / 4), "operations of layers name the layer");
        });
    }

    [Test]
    public void ACompilersErrorNamesTheLine()
    {
        int line = 0;
        static int Here([System.Runtime.CompilerServices.CallerLineNumber] int line = 0) => line;
        TracedModule module = Jit.Trace("m", [new("x", ElementKind.F32, [4])], a =>
        {
            line = Here() + 1;
            return Autodiff.CheckpointName(Jnp.Sin(a[0]), "here");
        });
        // An operation that no compiler can take in the sine's place.
        string broken = MlirPrinter.Print(module.Module, new PrintOptions { Locations = true })
            .Replace("stablehlo.sine %arg0 : tensor<4xf32>", "\"stablehlo.concatenate\"(%arg0) {dimension = 3 : i64} : (tensor<4xf32>) -> tensor<4xf32>");
        using I1Xla.Pjrt.PjrtClient cpu = XlaCpu.NewClient(1);
        var error = Assert.Catch(() => cpu.Compile(broken));
        Assert.That(error!.Message, Does.Contain($"ProvenanceTests.cs:{line}").Or.Contain($"ProvenanceTests.cs\":{line}"), broken);
    }
}
