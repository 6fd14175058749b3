using I1Xla.Generate;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.Testing;

namespace I1Xla.StableHlo.Tests.Ops;

public class OpTableTests
{
    private static string Folder => Path.Combine(SharedAssets.RepositoryRoot, "src", "I1Xla.StableHlo", "Ops");

    [Test]
    public void GeneratedFilesAreThoseTheTableGives()
    {
        SortedDictionary<string, string> files = OpGenerator.Generate(File.ReadAllText(Path.Combine(Folder, "ops.table")));
        Assert.That(Directory.GetFiles(Folder, "*.g.cs").Select(Path.GetFileName), Is.EquivalentTo(files.Keys));
        foreach ((string name, string text) in files)
        {
            Assert.That(File.ReadAllText(Path.Combine(Folder, name)), Is.EqualTo(text), $"{name} is stale: dotnet run --project tools/I1Xla.Generate -- ops");
        }
    }

    [Test]
    public void HasEveryOp()
    {
        Assert.That(OpTable.All.Count(op => op.Name.Dialect == "stablehlo"), Is.EqualTo(118));
        Assert.That(OpTable.All.Count(op => op.Name.Dialect == "chlo"), Is.EqualTo(51));
        Assert.That(OpTable.All.Where(op => op.Name.Dialect == "stablehlo").All(op => op.Since >= StableHloVersion.Minimum));
    }

    [Test]
    public void VersionsOfAnOpFollowOneAnother()
    {
        foreach (OpDef op in OpTable.All)
        {
            for (int i = 1; i < op.Versions.Length; i++)
            {
                Assert.That(op.Versions[i - 1].Max < op.Versions[i].Min, $"{op.Name} {op.Versions[i].Name}");
            }
            if (op.Versions.Length > 0)
            {
                Assert.That(op.Versions[^1].Max, Is.Null, op.Name.Full);
            }
        }
    }

    [Test]
    public void ViewsReadOperandsAndAttributes()
    {
        var type = new TensorType(ElementKind.F32, [2, 3]);
        var block = new Block(type, new TensorType(ElementKind.F32, [3, 4]));
        var dims = new DotDimensionNumbersAttr([], [], [1], [0]);
        Operation op = new OpBuilder(block).Create(DotGeneralOp.OpName, [.. block.Arguments], [new TensorType(ElementKind.F32, [2, 4])], new AttributeMap { { "dot_dimension_numbers", dims } });
        DotGeneralOp view = DotGeneralOp.From(op)!.Value;
        Assert.That(view.Lhs, Is.SameAs(block.Arguments[0]));
        Assert.That(view.Rhs, Is.SameAs(block.Arguments[1]));
        Assert.That(view.DotDimensionNumbers, Is.EqualTo(dims));
        Assert.That(view.Algorithm, Is.Null);
        Assert.That(AddOp.From(op), Is.Null);
        Assert.That(() => new CompareOp(op).ComparisonDirection, Throws.InvalidOperationException.With.Message.Contains("comparison_direction"));
    }

    [Test]
    public void VariadicGroupsSplitAsTheTraitsSay()
    {
        var scalar = new TensorType(ElementKind.F32, []);
        var block = new Block(scalar, scalar, scalar, scalar, scalar);
        Value[] values = [.. block.Arguments];
        var reduce = new Operation(ReduceOp.OpName, values.AsSpan(0, 4), []);
        Assert.That(new ReduceOp(reduce).InitValues.ToArray(), Is.EqualTo(values[2..4]));
        var scatter = new Operation(ScatterOp.OpName, values, []);
        Assert.That(new ScatterOp(scatter).ScatterIndices, Is.SameAs(values[2]));
        Assert.That(new ScatterOp(scatter).Updates.ToArray(), Is.EqualTo(values[3..5]));
        Assert.That(() => new ReduceOp(scatter).InitValues.Length, Throws.InvalidOperationException);
    }

    [Test]
    public void TypeConstraintsFollowTheSpecification()
    {
        Assert.That(TypeConstraints.Tensor.Accepts(new TensorType(ElementKind.F8E4M3FN, [1])));
        Assert.That(TypeConstraints.PredTensor.Accepts(new TensorType(ElementKind.I8, [1])), Is.False);
        Assert.That(TypeConstraints.Tensor.Accepts(new UnrankedTensorType(ScalarType.F32)), Is.False);
        Assert.That(TypeConstraints.AnyTensor.Accepts(new UnrankedTensorType(ScalarType.F32)));
        var perAxis = new QuantizedType(ElementKind.I8, ElementKind.F32, -128, 127, [0.5, 1], [0, 0], [1], []);
        Assert.That(TypeConstraints.Tensor.Accepts(new TensorType(perAxis, [3, 2])), Is.False);
        Assert.That(TypeConstraints.TensorOrPerAxisQuantizedTensor.Accepts(new TensorType(perAxis, [3, 2])));
        Assert.That(TypeConstraints.TensorOrPerAxisQuantizedTensor.Accepts(new TensorType(perAxis, [2, 3])), Is.False);
        Assert.That(TypeConstraints.StaticDimensionTensor.Accepts(new TensorType(ElementKind.Index, [2])));
        Assert.That(TypeConstraints.StaticDimensionTensor.Accepts(new TensorType(ElementKind.I64, [Shape.Dynamic])), Is.False);
        Assert.That(TypeConstraints.IntTensor.Summary, Is.EqualTo("ranked tensor of 2/4/8/16/32/64-bit integer values"));
    }
}
