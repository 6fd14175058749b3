using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Passes;
using I1Xla.StableHlo.Text;
using I1Xla.StableHlo.Verify;

namespace I1Xla.StableHlo.Tests.Passes;

public class PassTests
{
    private static string Run(string passes, string text)
    {
        ModuleOp module = MlirParser.ParseModule(text);
        PassPipeline.Parse(passes).Run(module);
        Assert.That(Verifier.Verify(module), Is.Empty);
        return MlirPrinter.Print(module);
    }

    private static int Count(string text, string what) => text.Split(what).Length - 1;

    [Test]
    public void InlinePutsBodiesInPlaceAndDropsThem()
    {
        string text = Run("inline", """
            func.func @main(%x: tensor<f32>) -> tensor<f32> {
              %0 = call @twice(%x) : (tensor<f32>) -> tensor<f32>
              %1 = call @twice(%0) : (tensor<f32>) -> tensor<f32>
              return %1 : tensor<f32>
            }
            func.func private @twice(%x: tensor<f32>) -> tensor<f32> {
              %0 = call @next(%x) : (tensor<f32>) -> tensor<f32>
              %1 = call @next(%0) : (tensor<f32>) -> tensor<f32>
              return %1 : tensor<f32>
            }
            func.func private @next(%x: tensor<f32>) -> tensor<f32> {
              %0 = stablehlo.add %x, %x : tensor<f32>
              return %0 : tensor<f32>
            }
            """);
        Assert.That(Count(text, "stablehlo.add"), Is.EqualTo(4));
        Assert.That(text, Does.Not.Contain("call").And.Not.Contain("private"));
    }

    [Test]
    public void InlineRefusesRecursion()
    {
        ModuleOp module = MlirParser.ParseModule("func.func @f(%x: tensor<f32>) -> tensor<f32> {\n  %0 = call @f(%x) : (tensor<f32>) -> tensor<f32>\n  return %0 : tensor<f32>\n}");
        Assert.That(() => new InlinePass().Run(module), Throws.TypeOf<PassException>().With.Message.Contains("@f calls itself"));
    }

    [Test]
    public void DceKeepsEffects()
    {
        string text = Run("dce", """
            func.func @main(%x: tensor<f32>) -> tensor<f32> {
              %0 = stablehlo.add %x, %x : tensor<f32>
              %1 = stablehlo.multiply %0, %0 : tensor<f32>
              %2 = stablehlo.custom_call @log(%x) {has_side_effect = true} : (tensor<f32>) -> tensor<f32>
              return %x : tensor<f32>
            }
            """);
        Assert.That(text, Does.Not.Contain("stablehlo.add").And.Not.Contain("multiply"));
        Assert.That(text, Does.Contain("@log"));
    }

    [Test]
    public void CseMergesAcrossRegionsButNotOutOfThem()
    {
        string text = Run("cse", """
            func.func @main(%p: tensor<i1>, %x: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
              %0 = stablehlo.sine %x : tensor<f32>
              %1 = "stablehlo.if"(%p) ({
                %a = stablehlo.sine %x : tensor<f32>
                %b = stablehlo.cosine %a : tensor<f32>
                stablehlo.return %b : tensor<f32>
              }, {
                %a = stablehlo.cosine %x : tensor<f32>
                stablehlo.return %a : tensor<f32>
              }) : (tensor<i1>) -> tensor<f32>
              %2 = stablehlo.cosine %x : tensor<f32>
              %3 = stablehlo.add %1, %2 : tensor<f32>
              return %0, %3 : tensor<f32>, tensor<f32>
            }
            """);
        Assert.That(Count(text, "stablehlo.sine"), Is.EqualTo(1));
        Assert.That(Count(text, "stablehlo.cosine"), Is.EqualTo(3));
    }

    [Test]
    public void ConstantsFoldUpToTheBound()
    {
        const string Text = """
            func.func @main() -> tensor<4xi32> {
              %0 = stablehlo.iota dim = 0 : tensor<4xi32>
              %1 = stablehlo.constant dense<3> : tensor<4xi32>
              %2 = stablehlo.multiply %0, %1 : tensor<4xi32>
              return %2 : tensor<4xi32>
            }
            """;
        Assert.That(Run("constant-fold,dce", Text), Does.Contain("dense<[0, 3, 6, 9]>").And.Not.Contain("iota"));
        ModuleOp module = MlirParser.ParseModule(Text);
        new ConstantFoldPass(maxElements: 3).Run(module);
        Assert.That(MlirPrinter.Print(module), Does.Contain("stablehlo.iota"));
    }

    [Test]
    public void IdentitiesRespectSignedZeros()
    {
        string text = Run("canonicalize", """
            func.func @main(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
              %p = stablehlo.constant dense<0.0> : tensor<2xf32>
              %n = stablehlo.constant dense<-0.0> : tensor<2xf32>
              %one = stablehlo.constant dense<1.0> : tensor<2xf32>
              %0 = stablehlo.add %x, %p : tensor<2xf32>
              %1 = stablehlo.add %x, %n : tensor<2xf32>
              %2 = stablehlo.multiply %x, %p : tensor<2xf32>
              %3 = stablehlo.multiply %one, %x : tensor<2xf32>
              return %0, %1, %2, %3 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
            }
            """);
        // -0 + 0 is 0 and NaN · 0 is NaN, so two operations stay.
        Assert.That(Count(text, "stablehlo.add"), Is.EqualTo(1));
        Assert.That(Count(text, "stablehlo.multiply"), Is.EqualTo(1));
    }

    [Test]
    public void MovementsThatMoveNothingGo()
    {
        string text = Run("canonicalize", """
            func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
              %0 = stablehlo.transpose %x, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32>
              %1 = stablehlo.transpose %0, dims = [1, 0] : (tensor<3x2xf32>) -> tensor<2x3xf32>
              %2 = stablehlo.reshape %1 : (tensor<2x3xf32>) -> tensor<6xf32>
              %3 = stablehlo.reshape %2 : (tensor<6xf32>) -> tensor<2x3xf32>
              %4 = stablehlo.slice %3 [0:2, 0:3] : (tensor<2x3xf32>) -> tensor<2x3xf32>
              %t = stablehlo.constant dense<true> : tensor<i1>
              %5 = "stablehlo.if"(%t) ({
                stablehlo.return %4 : tensor<2x3xf32>
              }, {
                %n = stablehlo.negate %x : tensor<2x3xf32>
                stablehlo.return %n : tensor<2x3xf32>
              }) : (tensor<i1>) -> tensor<2x3xf32>
              return %5 : tensor<2x3xf32>
            }
            """);
        Assert.That(Count(text, "stablehlo."), Is.EqualTo(0), text);
    }

    [Test]
    public void ChloBecomesStableHloWithTheSameValues()
    {
        const string Text = """
            func.func @main(%x: tensor<5xf32>, %y: tensor<2x5xf32>) -> (tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<2x5xf32>, tensor<2x2xf32>, tensor<2x2xi32>) {
              %0 = chlo.erf %x : tensor<5xf32> -> tensor<5xf32>
              %1 = chlo.lgamma %x : tensor<5xf32> -> tensor<5xf32>
              %2 = chlo.asinh %x : tensor<5xf32> -> tensor<5xf32>
              %3 = chlo.broadcast_add %x, %y : (tensor<5xf32>, tensor<2x5xf32>) -> tensor<2x5xf32>
              %values, %indices = chlo.top_k(%y, k = 2) : tensor<2x5xf32> -> (tensor<2x2xf32>, tensor<2x2xi32>)
              return %0, %1, %2, %3, %values, %indices : tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<2x5xf32>, tensor<2x2xf32>, tensor<2x2xi32>
            }
            """;
        Literal[] arguments =
        [
            Literal.Create(ElementKind.F32, [5], (ReadOnlySpan<float>)[-2.5f, -0.3f, 0.1f, 1.7f, 40]),
            Literal.Create(ElementKind.F32, [2, 5], (ReadOnlySpan<float>)[1, 9, 3, 9, 5, -1, BitConverter.UInt32BitsToSingle(0x7FC00000), 0, 2, 1]),
        ];
        ModuleOp module = MlirParser.ParseModule(Text);
        Literal[] expected = Interpreter.Run(module, "main", arguments);
        new ChloLegalizePass().Run(module);
        Assert.That(Verifier.Verify(module), Is.Empty);
        Assert.That(MlirPrinter.Print(module), Does.Not.Contain("chlo."));
        Literal[] actual = Interpreter.Run(module, "main", arguments);
        for (int i = 0; i < 5; i++)
        {
            Assert.That(actual[i].As<float>().ToArray(), Is.EqualTo(expected[i].As<float>().ToArray()).Within(2e-6f).Percent.Or.EqualTo(expected[i].As<float>().ToArray()).Within(2e-5f), $"result {i}");
        }
        Assert.That(actual[5].As<int>().ToArray(), Is.EqualTo(expected[5].As<int>().ToArray()));
        Assert.That(expected[5].As<int>().ToArray(), Is.EqualTo(new[] { 1, 3, 1, 3 }));
    }

    [Test]
    public void ShapesRefineFromTheArguments()
    {
        ModuleOp module = MlirParser.ParseModule("""
            func.func @main(%x: tensor<?x4xf32>) -> tensor<?xf32> {
              %d = stablehlo.get_dimension_size %x, dim = 0 : (tensor<?x4xf32>) -> tensor<i32>
              %four = stablehlo.constant dense<4> : tensor<i32>
              %n = stablehlo.multiply %d, %four : tensor<i32>
              %s = stablehlo.reshape %n : (tensor<i32>) -> tensor<1xi32>
              %0 = stablehlo.dynamic_reshape %x, %s : (tensor<?x4xf32>, tensor<1xi32>) -> tensor<?xf32>
              %1 = stablehlo.sine %0 : tensor<?xf32>
              return %1 : tensor<?xf32>
            }
            """);
        new RefineShapesPass([new TensorType(ElementKind.F32, [3, 4])]).Run(module);
        Assert.That(Verifier.Verify(module), Is.Empty);
        string text = MlirPrinter.Print(module);
        Assert.That(text, Does.Contain("-> tensor<12xf32>").And.Not.Contain("?").And.Not.Contain("dynamic"));
    }

    [Test]
    public void UnknownPassesAreNamed() =>
        Assert.That(() => PassPipeline.Parse("cse,fold"), Throws.TypeOf<PassException>().With.Message.Contains("'fold'").And.Message.Contains("constant-fold"));
}
