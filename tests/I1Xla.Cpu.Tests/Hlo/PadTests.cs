using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Hlo;

/// <summary>Pads: padding beside, between and instead of elements, of results large enough that their blocks are written apart.</summary>
public class PadTests
{
    [Test]
    public void OfRows(
        [Values(2, 40)] int extent, [Values(-3, 0, 1)] int low, [Values(-4, 0, 2)] int high, [Values(0, 1, 5)] int interior, [Values("[0, 0, 0]", "[0, 1, 1]")] string inside)
    {
        int[] columns = [.. inside.Trim('[', ']').Split(", ").Select(int.Parse)];
        int rows = extent + ((extent - 1) * interior) + low + high, row = 130 + (129 * columns[2]) + columns[0] + columns[1];
        if (rows > 0)
        {
            Check(Program("f32", $"{extent}x130", $"{low}, {columns[0]}", $"{high}, {columns[1]}", $"{interior}, {columns[2]}", $"{rows}x{row}"));
        }
    }

    [TestCase("6x5x70x9", "1, 0, 2, 0", "0, 3, 1, 0", "1, 2, 0, 0", "12x16x73x9")]
    [TestCase("6x5x70x9", "1, -1, 0, 1", "0, -2, 1, 1", "1, 2, 0, 0", "12x10x71x11")]
    [TestCase("6x5x70x9", "0, 1, 0, 0", "1, 1, 0, 0", "1, 1, 1, 0", "12x11x139x9")]
    [TestCase("6x5x70x9", "-3, 0, 0, 0", "-3, 0, 0, 0", "2, 0, 0, 1", "10x5x70x17")]
    [TestCase("9000", "3", "4", "0", "9007")]
    [TestCase("9000", "-3", "1", "1", "17997")]
    [TestCase("2x3", "-2, 0", "0, 0", "3, 0", "3x3")]
    [TestCase("2x3", "-1, 0", "-1, 0", "3, 0", "3x3")]
    public void OfSeveralDimensions(string x, string low, string high, string interior, string result)
    {
        foreach (string type in new[] { "f32", "ui64", "i8", "bf16" })
        {
            Check(Program(type, x, low, high, interior, result));
        }
    }

    /// <summary>Padded with one value along a dimension, and with the same or another along the next.</summary>
    [TestCase("%v")]
    [TestCase("%w")]
    public void OfPadded(string second) => Check($$"""
        func.func @main(%x: tensor<20x300xf32>, %v: tensor<f32>, %w: tensor<f32>) -> tensor<44x303xf32> {
          %0 = stablehlo.pad %x, %v, low = [0, 1], high = [0, 2], interior = [0, 0] : (tensor<20x300xf32>, tensor<f32>) -> tensor<20x303xf32>
          %1 = stablehlo.pad %0, {{second}}, low = [2, 0], high = [3, 0], interior = [1, 0] : (tensor<20x303xf32>, tensor<f32>) -> tensor<44x303xf32>
          return %1 : tensor<44x303xf32>
        }
        """);

    // The value an argument, the operand computed.
    private static string Program(string type, string x, string low, string high, string interior, string result) => $$"""
        func.func @main(%x: tensor<{{x}}x{{type}}>, %v: tensor<{{type}}>) -> tensor<{{result}}x{{type}}> {
          %0 = stablehlo.add %x, %x : tensor<{{x}}x{{type}}>
          %1 = stablehlo.pad %0, %v, low = [{{low}}], high = [{{high}}], interior = [{{interior}}] : (tensor<{{x}}x{{type}}>, tensor<{{type}}>) -> tensor<{{result}}x{{type}}>
          return %1 : tensor<{{result}}x{{type}}>
        }
        """;
}
