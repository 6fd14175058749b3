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

    // Sums of many magnitudes, to those that leave i32 behind; operands of the largest magnitude, and mixed ones.
    [Test]
    public void ProductsOfMatricesOfNarrowIntegers([Values("i8 i8 i32 1025", "i8 i8 i8 100", "i8 ui8 i32 514", "ui8 i8 i32 77", "ui8 ui8 ui32 258", "i16 i16 i32 67", "i16 i8 i16 31", "i8 i8 i64 67", "i16 i16 i64 5")] string form, [Values] bool largest)
    {
        (string left, string right, string result, int k) = form.Split(' ') is [var a, var b, var c, var d] ? (a, b, c, int.Parse(d, System.Globalization.CultureInfo.InvariantCulture)) : default;
        string Extreme(string name, string value, string shape, string type) => $"%{name}c = stablehlo.constant dense<{type switch { "i8" => -128, "i16" => -32768, _ => 255 }}> : tensor<{shape}x{type}> "
            + $"%{name} = stablehlo.{(!largest ? "xor" : type == "ui8" ? "maximum" : "minimum")} %{value}, %{name}c : tensor<{shape}x{type}>";
        Check($$"""
            func.func @main(%a: tensor<3x37x{{k}}x{{left}}>, %b: tensor<3x{{k}}x21x{{right}}>) -> tensor<3x37x21x{{result}}> {
              {{Extreme("x", "a", $"3x37x{k}", left)}}
              {{Extreme("y", "b", $"3x{k}x21", right)}}
              %0 = stablehlo.dot_general %x, %y, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<3x37x{{k}}x{{left}}>, tensor<3x{{k}}x21x{{right}}>) -> tensor<3x37x21x{{result}}>
              return %0 : tensor<3x37x21x{{result}}>
            }
            """);
    }

    /// <summary>Inner products are reductions, of any floats: of two vectors, of rows, and of operands with dimensions of one.</summary>
    [Test]
    public void InnerProductsAreReductions([Values("f32 f32 f32", "bf16 bf16 f32", "f16 f16 f16", "f64 f64 f64", "bf16 f32 f64")] string kinds, [Values(0, 1, 2)] int form)
    {
        (string left, string right, string result) = kinds.Split(' ') is [var a, var b, var c] ? (a, b, c) : default;
        (string shape, string other, string numbers, string made) = form switch
        {
            0 => ("70001x", "70001x", "contracting_dims = [0] x [0]", ""),
            1 => ("37x3x20x", "37x3x20x", "batching_dims = [0] x [0], contracting_dims = [1, 2] x [1, 2]", "37x"),
            _ => ("1x5x129x", "5x129x1x", "batching_dims = [1] x [0], contracting_dims = [2] x [1]", "5x1x1x"),
        };
        string program = $$"""
            func.func @main(%a: tensor<{{shape}}{{left}}>, %b: tensor<{{other}}{{right}}>) -> tensor<{{made}}{{result}}> {
              %0 = stablehlo.dot_general %a, %b, {{numbers}} : (tensor<{{shape}}{{left}}>, tensor<{{other}}{{right}}>) -> tensor<{{made}}{{result}}>
              return %0 : tensor<{{made}}{{result}}>
            }
            """;
        Check(program, form == 0 ? 1e-3 : 1e-4);
        string imported = "";
        CpuCompiler.Compile(MlirParser.ParseModule(program), new CpuCompileOptions { OnPass = (pass, text) => imported += pass == "import" ? text : "" }).Dispose();
        Assert.That(imported, Does.Contain("Reduce").And.Not.Contain("Dot"));
    }

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

    /// <summary>Kinds without a convolution kernel: every attribute of a convolution, in two orders of dimensions.</summary>
    [Test]
    public void ConvolutionsOfOtherKindsAreProductsOfWindows([Values("f64 f64 f64", "i32 i32 i32", "i8 i8 i32", "i64 i64 i8", "bf16 f64 f32")] string kinds, [Values(0, 1, 2, 3)] int form)
    {
        string[] kind = kinds.Split(' ');
        (string numbers, string input, string kernel, string result, string window, int features, int batches) = form switch
        {
            0 => ("[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]", "2x7x6x4", "3x2x4x5", "2x5x6x5", "stride = [2, 1], pad = [[2, 2], [0, 1]], reverse = [true, false]", 1, 1),
            1 => ("[b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1]", "2x6x7x5", "9x2x2x3", "2x9x4x6", "stride = [2, 2], pad = [[1, 1], [-1, 5]], lhs_dilate = [1, 2], rhs_dilate = [2, 1], reverse = [false, true]", 3, 1),
            2 => ("[f, 0, b, 1]x[i, 1, o, 0]->[0, f, 1, b]", "3x7x4x6", "3x2x6x3", "5x6x5x2", "", 1, 2),
            _ => ("[b, 0, f]x[0, i, o]->[b, 0, f]", "2x4x3", "1x3x5", "2x4x5", "", 1, 1),
        };
        string given = kind[0] == "bf16" ? "f64" : kind[0];
        Check($$"""
            func.func @main(%a: tensor<{{input}}x{{given}}>, %b: tensor<{{kernel}}x{{kind[1]}}>) -> tensor<{{result}}x{{kind[2]}}> {
              %x = stablehlo.convert %a : (tensor<{{input}}x{{given}}>) -> tensor<{{input}}x{{kind[0]}}>
              %0 = stablehlo.convolution(%x, %b) dim_numbers = {{numbers}}, window = { {{window}} }
                {batch_group_count = {{batches}} : i64, feature_group_count = {{features}} : i64} : (tensor<{{input}}x{{kind[0]}}>, tensor<{{kernel}}x{{kind[1]}}>) -> tensor<{{result}}x{{kind[2]}}>
              return %0 : tensor<{{result}}x{{kind[2]}}>
            }
            """);
    }

    [TestCase("f32")]
    [TestCase("f64")]
    public void ComplexConvolutionsAreFourOfTheirParts(string part) => Check($$"""
        func.func @main(%a: tensor<2x7x6x4x{{part}}>, %b: tensor<3x2x4x5x{{part}}>) -> (tensor<2x7x5x5x{{part}}>, tensor<2x7x5x5x{{part}}>) {
          %c = stablehlo.cosine %a : tensor<2x7x6x4x{{part}}>
          %d = stablehlo.negate %b : tensor<3x2x4x5x{{part}}>
          %r = stablehlo.round_nearest_even %c : tensor<2x7x6x4x{{part}}>
          %x = stablehlo.complex %a, %r : tensor<2x7x6x4xcomplex<{{part}}>>
          %y = stablehlo.complex %b, %d : tensor<3x2x4x5xcomplex<{{part}}>>
          %0 = stablehlo.convolution(%x, %y) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [0, 0]]}
            {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x7x6x4xcomplex<{{part}}>>, tensor<3x2x4x5xcomplex<{{part}}>>) -> tensor<2x7x5x5xcomplex<{{part}}>>
          %1 = stablehlo.real %0 : (tensor<2x7x5x5xcomplex<{{part}}>>) -> tensor<2x7x5x5x{{part}}>
          %2 = stablehlo.imag %0 : (tensor<2x7x5x5xcomplex<{{part}}>>) -> tensor<2x7x5x5x{{part}}>
          return %1, %2 : tensor<2x7x5x5x{{part}}>, tensor<2x7x5x5x{{part}}>
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
