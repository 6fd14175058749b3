using I1Xla.StableHlo.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Products and convolutions of types without kernels of their own do not go to the interpreter; conversions saturate.</summary>
public class ContractionTests
{
    [TestCase("i8", "i8", "i32")]
    [TestCase("i32", "i32", "i32")]
    [TestCase("i64", "i64", "i64")]
    [TestCase("ui32", "ui32", "ui32")]
    [TestCase("i8", "i8", "i8")]
    [TestCase("bf16", "f32", "f32")]
    [TestCase("f64", "f32", "f32")]
    public void DotProductsOfManyTypes(string left, string right, string result) => Check($$"""
        func.func @main(%a: tensor<3x2x4x5x{{left}}>, %b: tensor<5x4x2x6x{{right}}>) -> tensor<2x3x6x{{result}}> {
          %0 = stablehlo.dot_general %a, %b, batching_dims = [1] x [2], contracting_dims = [3, 2] x [0, 1] : (tensor<3x2x4x5x{{left}}>, tensor<5x4x2x6x{{right}}>) -> tensor<2x3x6x{{result}}>
          return %0 : tensor<2x3x6x{{result}}>
        }
        """);

    [Test]
    public void OuterProductsOfIntegers() => Check("""
        func.func @main(%a: tensor<3xi32>, %b: tensor<4xi32>) -> tensor<3x4xi32> {
          %0 = stablehlo.dot_general %a, %b, contracting_dims = [] x [] : (tensor<3xi32>, tensor<4xi32>) -> tensor<3x4xi32>
          return %0 : tensor<3x4xi32>
        }
        """);

    [Test]
    public void ConvolutionsOfNarrowFloats() => Check("""
        func.func @main(%a: tensor<2x7x6x4xbf16>, %b: tensor<3x2x4x5xbf16>) -> tensor<2x7x5x5xf32> {
          %0 = stablehlo.convolution(%a, %b) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [0, 0]}
            {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x7x6x4xbf16>, tensor<3x2x4x5xbf16>) -> tensor<2x7x5x5xf32>
          return %0 : tensor<2x7x5x5xf32>
        }
        """);

    /// <summary>Features innermost on both sides make a product; another order, or steps between the windows, do not.</summary>
    [TestCase("[0, 1, i, o]", "1x1x4x5", "1, 1", "2x7x6x5", "")]
    [TestCase("[0, 1, o, i]", "1x1x5x4", "1, 1", "2x7x6x5", "")]
    [TestCase("[i, 0, 1, o]", "4x1x1x5", "1, 1", "2x7x6x5", "")]
    [TestCase("[0, 1, i, o]", "1x1x4x5", "2, 1", "2x4x6x5", "Convolution")]
    public void ConvolutionsOfSingleElements(string kernelOrder, string kernel, string strides, string result, string expected)
    {
        string text = $$"""
            func.func @main(%a: tensor<2x7x6x4xf32>, %b: tensor<{{kernel}}xf32>) -> tensor<{{result}}xf32> {
              %0 = stablehlo.convolution(%a, %b) dim_numbers = [b, 0, 1, f]x{{kernelOrder}}->[b, 0, 1, f], window = {stride = [{{strides}}]}
                {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x7x6x4xf32>, tensor<{{kernel}}xf32>) -> tensor<{{result}}xf32>
              return %0 : tensor<{{result}}xf32>
            }
            """;
        Check(text);
        string graph = "";
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(text), new CpuCompileOptions { OnPass = (name, dump) => graph = name == "import" ? dump : graph });
        Assert.That(graph, expected.Length > 0 ? Does.Contain(expected) : Does.Not.Contain("Convolution").And.Contain("Dot"));
    }

    [TestCase("i32")]
    [TestCase("ui32")]
    [TestCase("i64")]
    public void ConversionsFromDoubleSaturate(string kind) => Check($$"""
        func.func @main(%a: tensor<40xf64>) -> tensor<40x{{kind}}> {
          %c = stablehlo.constant dense<1.0e10> : tensor<40xf64>
          %0 = stablehlo.multiply %a, %c : tensor<40xf64>
          %1 = stablehlo.convert %0 : (tensor<40xf64>) -> tensor<40x{{kind}}>
          return %1 : tensor<40x{{kind}}>
        }
        """);

    // A value that is kept alive and not used.
    [Test]
    public void DeadCodeSinksDoNothing() => Check("""
        func.func @main(%a: tensor<4xf32>) -> tensor<4xf32> {
          %0 = stablehlo.add %a, %a : tensor<4xf32>
          stablehlo.custom_call @dce_sink(%0) {has_side_effect = true, api_version = 4 : i32, backend_config = {}} : (tensor<4xf32>) -> ()
          return %a : tensor<4xf32>
        }
        """);
}
