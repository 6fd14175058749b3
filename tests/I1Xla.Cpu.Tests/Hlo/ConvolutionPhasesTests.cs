using I1Xla.Cpu.Tests.Compiler;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Hlo;

/// <summary>Convolutions over a dilated base are convolutions of its elements alone.</summary>
public sealed class ConvolutionPhasesTests
{
    // Kernel sizes, padding (low, high), base dilation, and the size of the result of 9 × 10 elements.
    [TestCase("5x4", "[[2, 2], [1, 3]]", "[2, 2]", "17x20")]
    [TestCase("3x3", "[[0, 4], [5, 0]]", "[3, 2]", "27x22")]
    [TestCase("2x5", "[[1, 1], [-2, 3]]", "[3, 1]", "26x7")] // Of three phases, two have places.
    [TestCase("4x4", "[[-3, 2], [1, -5]]", "[2, 2]", "13x12")]
    [TestCase("6x1", "[[5, 5], [0, 0]]", "[1, 2]", "14x19")]
    public void PhasesTogetherAreTheConvolution(string window, string padding, string dilation, string size)
    {
        string program = $$"""
            func.func @main(%x: tensor<2x9x10x16xf32>, %k: tensor<{{window}}x16x32xf32>) -> tensor<2x{{size}}x32xf32> {
              %0 = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {pad = {{padding}}, lhs_dilate = {{dilation}}}
                {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x9x10x16xf32>, tensor<{{window}}x16x32xf32>) -> tensor<2x{{size}}x32xf32>
              return %0 : tensor<2x{{size}}x32xf32>
            }
            """;
        // The kernel writes each phase into its places.
        string imported = Imported(program);
        Assert.That(Count(imported, " Convolution("), Is.EqualTo(1), imported);
        ProgramCheck.Check(program);
    }

    [TestCase("f64")]
    [TestCase("i32")]
    public void GroupsAndOtherOrdersOfDimensions(string type)
    {
        string program = $$"""
            func.func @main(%x: tensor<2x16x9x10x{{type}}>, %k: tensor<32x8x3x4x{{type}}>) -> tensor<2x32x19x19x{{type}}> {
              %0 = stablehlo.convolution(%x, %k) dim_numbers = [b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1], window = {stride = [1, 1], pad = [[2, 2], [1, 2]], lhs_dilate = [2, 2], rhs_dilate = [1, 1], reverse = [0, 0]}
                {batch_group_count = 1 : i64, feature_group_count = 2 : i64} : (tensor<2x16x9x10x{{type}}>, tensor<32x8x3x4x{{type}}>) -> tensor<2x32x19x19x{{type}}>
              return %0 : tensor<2x32x19x19x{{type}}>
            }
            """;
        Assert.That(Count(Imported(program), type == "f64" ? " Dot(" : " Reduce("), Is.EqualTo(4));
        ProgramCheck.Check(program);
    }

    private static string Imported(string program)
    {
        string imported = "";
        CpuCompiler.Compile(MlirParser.ParseModule(program), new CpuCompileOptions { OnPass = (pass, text) => imported = pass == "import" ? text : imported }).Dispose();
        return imported;
    }

    private static int Count(string text, string operation) => text.Split(operation).Length - 1;
}
