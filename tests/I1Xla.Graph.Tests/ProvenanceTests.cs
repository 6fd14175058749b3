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
}
