using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Hlo;

/// <summary>Windows of few elements with padding: those that meet it are made apart, where others are many.</summary>
public class ReduceWindowTests
{
    [Test]
    public void AlongOneDimension(
        [Values("f32", "i32", "bf16")] string type, [Values(3, 24, 61)] int extent, [Values(1, 3, 4)] int size, [Values(1, 2, 3)] int stride, [Values("0, 0", "2, 1", "1, 4", "0, 9")] string padding, [Values(1, 2)] int gap)
    {
        int[] sides = [.. padding.Split(", ").Select(int.Parse)];
        int rest = extent + sides[0] + sides[1] - (((size - 1) * gap) + 1);
        if (rest >= 0)
        {
            Check(Program(type, $"{extent}", $"{size}", $"{stride}", $"{gap}", $"[[{padding}]]", $"{(rest / stride) + 1}"));
        }
    }

    [TestCase("2x40x37x5", "1, 3, 3, 1", "1, 1, 1, 1", "[[0, 0], [1, 1], [1, 1], [0, 0]]", "2x40x37x5")]
    [TestCase("2x40x41x5", "1, 3, 3, 1", "1, 2, 2, 1", "[[0, 0], [0, 1], [1, 1], [0, 0]]", "2x20x21x5")]
    [TestCase("2x5x40x39", "1, 1, 2, 3", "1, 1, 2, 2", "[[0, 0], [0, 0], [1, 1], [0, 2]]", "2x5x21x20")]
    [TestCase("30x4", "3, 3", "1, 1", "[[2, 2], [1, 1]]", "32x4")]
    public void AlongSeveral(string x, string size, string stride, string padding, string result)
    {
        foreach (string type in new[] { "f32", "i32" })
        {
            Check(Program(type, x, size, stride, string.Join(", ", size.Split(", ").Select(_ => "1")), padding, result));
        }
    }

    // Any body, also one whose result depends on the order: from the initial value on.
    private static string Program(string type, string x, string size, string stride, string gap, string padding, string result)
    {
        string initial = type == "i32" ? "3" : "3.0";
        return $$"""
            func.func @main(%x: tensor<{{x}}x{{type}}>) -> (tensor<{{result}}x{{type}}>, tensor<{{result}}x{{type}}>) {
              %z = stablehlo.constant dense<{{initial}}> : tensor<{{type}}>
              %0 = "stablehlo.reduce_window"(%x, %z) ({
                ^bb0(%p: tensor<{{type}}>, %q: tensor<{{type}}>):
                %s = stablehlo.maximum %p, %q : tensor<{{type}}>
                stablehlo.return %s : tensor<{{type}}>
              }) {window_dimensions = array<i64: {{size}}>, window_strides = array<i64: {{stride}}>, window_dilations = array<i64: {{gap}}>, padding = dense<{{padding}}> : tensor<{{size.Split(", ").Length}}x2xi64>} : (tensor<{{x}}x{{type}}>, tensor<{{type}}>) -> tensor<{{result}}x{{type}}>
              %1 = "stablehlo.reduce_window"(%x, %z) ({
                ^bb0(%p: tensor<{{type}}>, %q: tensor<{{type}}>):
                %s = stablehlo.subtract %p, %q : tensor<{{type}}>
                stablehlo.return %s : tensor<{{type}}>
              }) {window_dimensions = array<i64: {{size}}>, window_strides = array<i64: {{stride}}>, window_dilations = array<i64: {{gap}}>, padding = dense<{{padding}}> : tensor<{{size.Split(", ").Length}}x2xi64>} : (tensor<{{x}}x{{type}}>, tensor<{{type}}>) -> tensor<{{result}}x{{type}}>
              return %0, %1 : tensor<{{result}}x{{type}}>, tensor<{{result}}x{{type}}>
            }
            """;
    }
}
