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

    /// <summary>Sums of operands that fill the gaps between each other's elements (steps of a cumulative sum), of as many elements or one less; of others that do not.</summary>
    [TestCase("f32", 4, 4, "0, 1", "1, 0", 1)]
    [TestCase("f32", 5, 4, "0, 0", "1, 1", 1)]
    [TestCase("bf16", 5, 4, "2, 3", "3, 4", 1)]
    [TestCase("i32", 1, 1, "0, 2", "1, 1", 1)]
    [TestCase("i32", 4, 4, "3, 0", "2, 1", 1)]
    [TestCase("f32", 4, 4, "0, 3", "3, 0", 1)]
    [TestCase("f32", 4, 2, "0, 1", "1, 4", 1)]
    [TestCase("f32", 4, 4, "0, 1", "1, 0", 2)]
    public void ThatTakeTurns(string type, int first, int second, string padding, string other, int gap)
    {
        int[] x = [.. padding.Split(", ").Select(int.Parse)], y = [.. other.Split(", ").Select(int.Parse)];
        int length = first + ((first - 1) * gap) + x[0] + x[1];
        Assert.That(second + ((second - 1) * gap) + y[0] + y[1], Is.EqualTo(length));
        foreach (bool rows in new[] { true, false })
        {
            string a = Shape(first), b = Shape(second), r = Shape(length);
            Check($$"""
                func.func @main(%x: {{a}}, %y: {{b}}) -> {{r}} {
                  %z = stablehlo.constant dense<{{(type == "i32" ? "0" : "0.0")}}> : tensor<{{type}}>
                  %0 = stablehlo.pad %x, %z, low = {{Along(x[0])}}, high = {{Along(x[1])}}, interior = {{Along(gap)}} : ({{a}}, tensor<{{type}}>) -> {{r}}
                  %1 = stablehlo.pad %y, %z, low = {{Along(y[0])}}, high = {{Along(y[1])}}, interior = {{Along(gap)}} : ({{b}}, tensor<{{type}}>) -> {{r}}
                  %2 = stablehlo.add %0, %1 : {{r}}
                  return %2 : {{r}}
                }
                """);

            string Shape(int size) => rows ? $"tensor<3x{size}x37x{type}>" : $"tensor<3x37x{size}x{type}>";
            string Along(int size) => rows ? $"[0, {size}, 0]" : $"[0, 0, {size}]";
        }
    }

    // The value an argument, the operand computed.
    private static string Program(string type, string x, string low, string high, string interior, string result) => $$"""
        func.func @main(%x: tensor<{{x}}x{{type}}>, %v: tensor<{{type}}>) -> tensor<{{result}}x{{type}}> {
          %0 = stablehlo.add %x, %x : tensor<{{x}}x{{type}}>
          %1 = stablehlo.pad %0, %v, low = [{{low}}], high = [{{high}}], interior = [{{interior}}] : (tensor<{{x}}x{{type}}>, tensor<{{type}}>) -> tensor<{{result}}x{{type}}>
          return %1 : tensor<{{result}}x{{type}}>
        }
        """;
}
