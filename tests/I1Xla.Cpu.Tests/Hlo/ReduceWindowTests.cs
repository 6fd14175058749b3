using I1Xla.StableHlo.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Hlo;

/// <summary>Windows of few elements: those that meet padding, or what a base dilation puts between elements, at the same offsets are made together.</summary>
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

    /// <summary>Along an outer dimension with whole rows inside: every padding, also what cuts elements off, with strides and both dilations.</summary>
    [Test]
    public void OfRows(
        [Values(2, 7)] int extent, [Values(1, 2, 3)] int size, [Values(1, 2)] int stride, [Values("0, 0", "2, 1", "-1, 2", "-2, -1", "5, 6")] string padding, [Values(1, 2)] int gap, [Values(1, 2, 3)] int spread)
    {
        int[] sides = [.. padding.Split(", ").Select(int.Parse)];
        int places = Places(extent, size, stride, sides[0], sides[1], gap, spread);
        if (places > 0)
        {
            Check(Program("f32", $"{extent}x17", $"{size}, 1", $"{stride}, 1", $"{gap}, 1", $"[[{padding}], [0, 0]]", $"{places}x17", $"{spread}, 1"));
        }
    }

    [TestCase("1x9x20", "2, 2, 1", "1, 2, 1", "3, 1, 1", "2, 2, 1", "[[0, 3], [1, 1], [0, 0]]")]
    [TestCase("6x9x16", "2, 2, 1", "1, 1, 1", "1, 1, 1", "2, 2, 1", "[[1, 1], [1, 1], [0, 0]]")]
    [TestCase("6x9x16", "3, 3, 1", "1, 1, 1", "1, 1, 1", "2, 2, 1", "[[2, 1], [2, 1], [0, 0]]")]
    [TestCase("5x30x3", "1, 3, 1", "1, 1, 2", "1, 2, 1", "1, 3, 1", "[[2, 1], [2, 1], [1, 2]]")]
    [TestCase("4x6x40", "2, 2, 2", "1, 1, 1", "2, 1, 1", "3, 1, 2", "[[1, 2], [-1, 1], [1, 1]]")]
    [TestCase("40x1x1", "1, 2, 3", "2, 1, 1", "1, 1, 1", "1, 1, 1", "[[1, 2], [0, 1], [1, 1]]")]
    [TestCase("30x100x1", "1, 9, 1", "1, 1, 1", "1, 1, 1", "1, 1, 1", "[[0, 0], [4, 4], [0, 0]]")]
    [TestCase("30x100x3", "1, 9, 1", "1, 2, 1", "1, 1, 1", "1, 1, 1", "[[3, 0], [5, 3], [0, 0]]")]
    [TestCase("5x8x20", "2, 3, 1", "1, 1, 1", "1, 1, 1", "3, 2, 4", "[[0, 0], [-3, 5], [-2, -3]]")]
    [TestCase("12x14x18", "3, 3, 3", "1, 2, 1", "1, 1, 2", "2, 1, 1", "[[1, 1], [1, 0], [2, -1]]")]
    public void OfEveryKind(string x, string size, string stride, string gap, string spread, string padding)
    {
        int[][] all = [.. new[] { x.Replace("x", ", "), size, stride, gap, spread, padding.Replace("[", "").Replace("]", "") }.Select(list => list.Split(", ").Select(int.Parse).ToArray())];
        string result = string.Join("x", all[0].Select((e, d) => Places(e, all[1][d], all[2][d], all[5][2 * d], all[5][(2 * d) + 1], all[3][d], all[4][d])));
        foreach (string type in new[] { "f32", "f64", "ui64", "i8", "bf16" })
        {
            // Sums of long windows are of an associative body alone.
            Check(Program(type, x, size, stride, gap, padding, result, spread, all[1].Aggregate(1, (n, w) => n * w) > 9 ? "minimum" : "subtract"));
        }
    }

    /// <summary>Windows that meet no padding, or all the same, need no copy of the operand.</summary>
    [TestCase("64x65x1", "1, 3, 2", "2, 1, 1", "[[1, 2], [0, 2], [0, 1]]", "1, 1, 1", "34x65x1")]
    [TestCase("3x60x64", "3, 1, 1", "1, 1, 1", "[[2, 0], [0, 0], [0, 0]]", "1, 1, 1", "3x60x64")]
    [TestCase("20x21x64", "2, 2, 1", "1, 1, 1", "[[1, 1], [1, 1], [0, 0]]", "2, 2, 1", "40x42x64")]
    [TestCase("20x21x64", "3, 1, 1", "1, 1, 1", "[[2, 1], [0, 0], [0, 0]]", "2, 1, 1", "40x21x64")]
    public void NeedNoCopy(string x, string size, string stride, string padding, string spread, string result)
    {
        string program = Program("f32", x, size, stride, "1, 1, 1", padding, result, spread);
        Check(program);
        string imported = "";
        CpuCompiler.Compile(MlirParser.ParseModule(program), new CpuCompileOptions { OnPass = (pass, text) => imported = pass == "import" ? text : imported }).Dispose();
        Assert.That(imported, Does.Not.Contain("Pad("));
    }

    /// <summary>An initial value that an argument gives, and sums from zero on, which keep the sign of no zero.</summary>
    [Test]
    public void FromAnyStart([Values("add", "maximum", "and")] string body, [Values("1, 1", "-1, 3")] string padding, [Values(1, 2)] int spread)
    {
        string type = body == "and" ? "i32" : "f32";
        int[] sides = [.. padding.Split(", ").Select(int.Parse)];
        string result = $"tensor<{Places(9, 3, 1, sides[0], sides[1], 1, spread)}x20x{type}>";
        string Of(string start) => $$"""
            "stablehlo.reduce_window"(%x, {{start}}) ({
                ^bb0(%p: tensor<{{type}}>, %q: tensor<{{type}}>):
                %s = stablehlo.{{body}} %p, %q : tensor<{{type}}>
                stablehlo.return %s : tensor<{{type}}>
              }) {window_dimensions = array<i64: 3, 1>, base_dilations = array<i64: {{spread}}, 1>, padding = dense<[[{{padding}}], [0, 0]]> : tensor<2x2xi64>} : (tensor<9x20x{{type}}>, tensor<{{type}}>) -> {{result}}
            """;
        Check($$"""
            func.func @main(%x: tensor<9x20x{{type}}>, %start: tensor<{{type}}>) -> ({{result}}, {{result}}) {
              %z = stablehlo.constant dense<{{(type == "i32" ? "0" : "0.0")}}> : tensor<{{type}}>
              %0 = {{Of("%start")}}
              %1 = {{Of("%z")}}
              return %0, %1 : {{result}}, {{result}}
            }
            """);
    }

    private static int Places(int extent, int size, int stride, int low, int high, int gap, int spread) =>
        ((extent - 1) * spread) + 1 + low + high - (((size - 1) * gap) + 1) is >= 0 and var rest ? (rest / stride) + 1 : 0;

    // Any body, also one whose result depends on the order: from the initial value on.
    private static string Program(string type, string x, string size, string stride, string gap, string padding, string result, string? spread = null, string body = "subtract")
    {
        string bases = spread is null ? "" : $"base_dilations = array<i64: {spread}>, ";
        string initial = type[0] is 'i' or 'u' ? "3" : "3.0";
        return $$"""
            func.func @main(%x: tensor<{{x}}x{{type}}>) -> (tensor<{{result}}x{{type}}>, tensor<{{result}}x{{type}}>) {
              %z = stablehlo.constant dense<{{initial}}> : tensor<{{type}}>
              %0 = "stablehlo.reduce_window"(%x, %z) ({
                ^bb0(%p: tensor<{{type}}>, %q: tensor<{{type}}>):
                %s = stablehlo.maximum %p, %q : tensor<{{type}}>
                stablehlo.return %s : tensor<{{type}}>
              }) {window_dimensions = array<i64: {{size}}>, window_strides = array<i64: {{stride}}>, window_dilations = array<i64: {{gap}}>, {{bases}}padding = dense<{{padding}}> : tensor<{{size.Split(", ").Length}}x2xi64>} : (tensor<{{x}}x{{type}}>, tensor<{{type}}>) -> tensor<{{result}}x{{type}}>
              %1 = "stablehlo.reduce_window"(%x, %z) ({
                ^bb0(%p: tensor<{{type}}>, %q: tensor<{{type}}>):
                %s = stablehlo.{{body}} %p, %q : tensor<{{type}}>
                stablehlo.return %s : tensor<{{type}}>
              }) {window_dimensions = array<i64: {{size}}>, window_strides = array<i64: {{stride}}>, window_dilations = array<i64: {{gap}}>, {{bases}}padding = dense<{{padding}}> : tensor<{{size.Split(", ").Length}}x2xi64>} : (tensor<{{x}}x{{type}}>, tensor<{{type}}>) -> tensor<{{result}}x{{type}}>
              return %0, %1 : tensor<{{result}}x{{type}}>, tensor<{{result}}x{{type}}>
            }
            """;
    }
}
