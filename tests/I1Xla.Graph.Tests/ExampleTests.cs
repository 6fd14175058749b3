using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph.Tests;

/// <summary>What a model looks like: layers as functions of a scope, blocks called as shared functions.</summary>
public class ExampleTests
{
    private static Tensor Dense(Scope scope, Tensor x, long features)
    {
        using var _ = scope.Enter();
        Tensor kernel = scope.Param("kernel", [x.Shape[^1], features], Initializers.LecunNormal());
        Tensor bias = scope.Param("bias", [features], Initializers.Zeros);
        return Jnp.MatMul(x, kernel) + bias;
    }

    private static Tensor Norm(Scope scope, Tensor x) => Nn.RmsNorm(x, scope.Param("scale", [x.Shape[^1]], Initializers.Ones));

    private static Tensor Block(Scope scope, Tensor x)
    {
        Tensor h = Dense(scope.Child("fc1"), Norm(scope.Child("norm"), x), 4 * x.Shape[^1]);
        return x + Dense(scope.Child("fc2"), Nn.Gelu(h), x.Shape[^1]);
    }

    private static Tensor Model(Scope scope, Tensor x)
    {
        for (int i = 0; i < 6; i++)
        {
            x = scope.Child($"blocks_{i}").Call(Block, x);
        }
        return Dense(scope.Child("head"), Norm(scope.Child("norm_final"), x), 3);
    }

    [Test]
    public void AModelOfSharedBlocks()
    {
        IReadOnlyList<ParameterSpec> parameters = Parameters.Discover(scope => Model(scope, Jnp.Zeros([2, 8])));
        Assert.That(parameters, Has.Count.EqualTo(6 * 5 + 3));
        Assert.That(parameters[0].Name, Is.EqualTo("blocks_0/norm/scale"));
        Assert.That(parameters[7], Has.Property("Name").EqualTo("blocks_1/fc1/bias").And.Property("CreationIndex").EqualTo(2));

        TracedModule traced = Jit.Trace("example", [new("x", ElementKind.F32, [2, 8]), .. parameters.Select(p => new ArgumentSpec(p.Name, p.DType, p.Shape))],
            arguments => Model(Scope.Bind(new ParameterSet(parameters.Select(p => p.Name), arguments[1..])), arguments[0]));
        Assert.That(traced.Results[0].Type.Shape, Is.EqualTo(new Shape(2, 3)));
        Assert.That(traced.Module.Functions.Select(f => f.Name), Is.EqualTo(new[] { "main", "Block" }));
        Assert.That(traced.Module.FindFunction("main")!.Value.Body.Operations.Count(op => op.Name.Full == "func.call"), Is.EqualTo(6));
    }

    [Test]
    public void AMistakeNamesTheOperationTheShapesAndTheLine()
    {
        var error = Assert.Throws<GraphException>(() => Jit.Trace("bad", [new("x", ElementKind.F32, [2, 3]), new("y", ElementKind.F32, [4])], a => a[0] + a[1]));
        Assert.That(error!.Message, Does.StartWith("add: shapes (2, 3) and (4) do not broadcast").And.Contain("ExampleTests.cs:"));
    }
}
