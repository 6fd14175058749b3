using I1Xla.StableHlo.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Runtime;

/// <summary>Programs that only move elements, alone and several at once, against the interpreter.</summary>
public class MoveStepTests
{
    // More than sixteen megabytes, which go past the caches.
    [TestCase("2x2063x16x72xf32", "2x16x2063x72xf32")]
    [TestCase("1x2049x33x130xbf16", "1x33x2049x130xbf16")]
    public void RowsThatChangePlaces(string from, string to)
    {
        string program = $"func.func @main(%x: tensor<{from}>) -> tensor<{to}> {{ %0 = stablehlo.transpose %x, dims = [0, 2, 1, 3] : (tensor<{from}>) -> tensor<{to}> return %0 : tensor<{to}> }}";
        string steps = "";
        CpuCompiler.Compile(MlirParser.ParseModule(program), new CpuCompileOptions { OnPass = (pass, text) => steps = pass == "steps" ? text : steps }).Dispose();
        Assert.That(steps, Does.Not.Contain("machine code"));
        Check(program);
    }

    // The colours of a picture move as one.
    [Test]
    public void MovesOfPixels([Values("ui8", "bf16", "f32", "f64")] string type, [Values(2, 3, 4)] int colours, [Values("flipped", "turned", "upside down", "padded", "beside each other")] string movement)
    {
        string x = $"tensor<41x33x{colours}x{type}>", t = $"tensor<33x41x{colours}x{type}>", wide = $"tensor<41x66x{colours}x{type}>", large = $"tensor<45x40x{colours}x{type}>";
        (string result, string body) = movement switch
        {
            "flipped" => (x, $"%0 = stablehlo.reverse %x, dims = [1] : {x}"),
            "turned" => (t, $"%0 = stablehlo.transpose %x, dims = [1, 0, 2] : ({x}) -> {t}"),
            "upside down" => (x, $"%0 = stablehlo.reverse %x, dims = [0, 1] : {x}"),
            "padded" => (large, $"%z = stablehlo.constant dense<{(type == "ui8" ? "7" : "7.0")}> : tensor<{type}> %0 = stablehlo.pad %x, %z, low = [1, 5, 0], high = [3, 2, 0], interior = [0, 0, 0] : ({x}, tensor<{type}>) -> {large}"),
            _ => (wide, $"%f = stablehlo.reverse %x, dims = [1] : {x} %0 = stablehlo.concatenate %f, %x, dim = 1 : ({x}, {x}) -> {wide}"),
        };
        string program = $"func.func @main(%x: {x}) -> {result} {{ {body} return %0 : {result} }}";
        Check(program);
        if (movement == "flipped" && colours == 3)
        {
            string steps = "";
            CpuCompiler.Compile(MlirParser.ParseModule(program), new CpuCompileOptions { OnPass = (pass, text) => steps = pass == "steps" ? text : steps }).Dispose();
            Assert.That(steps, Does.Not.Contain("machine code"));
        }
    }

    // 301 rows of 517 elements: more than a thread's share, in rows that are no whole vectors.
    [Test]
    public void MovesOfBytes([Values("i8", "ui8", "i1")] string type, [Values("slice", "every other", "reversed rows", "reversed", "rows", "columns", "concatenated rows", "concatenated columns", "permuted")] string movement)
    {
        string x = $"tensor<301x517x{type}>", line = $"tensor<517x{type}>", column = $"tensor<301x{type}>", cube = $"tensor<7x43x517x{type}>";
        (string result, string body) = movement switch
        {
            "slice" => ($"tensor<299x511x{type}>", $"%0 = stablehlo.slice %x [1:300, 3:514] : ({x}) -> tensor<299x511x{type}>"),
            "every other" => ($"tensor<301x258x{type}>", $"%0 = stablehlo.slice %x [0:301, 1:517:2] : ({x}) -> tensor<301x258x{type}>"),
            "reversed rows" => (x, $"%0 = stablehlo.reverse %x, dims = [0] : {x}"),
            "reversed" => (x, $"%0 = stablehlo.reverse %x, dims = [0, 1] : {x}"),
            "rows" => (x, $"%0 = stablehlo.broadcast_in_dim %r, dims = [1] : ({line}) -> {x}"),
            "columns" => (x, $"%0 = stablehlo.broadcast_in_dim %c, dims = [0] : ({column}) -> {x}"),
            "concatenated rows" => ($"tensor<602x517x{type}>", $"%0 = stablehlo.concatenate %x, %y, dim = 0 : ({x}, {x}) -> tensor<602x517x{type}>"),
            "concatenated columns" => ($"tensor<301x1034x{type}>", $"%0 = stablehlo.concatenate %x, %y, dim = 1 : ({x}, {x}) -> tensor<301x1034x{type}>"),
            _ => ($"tensor<43x7x517x{type}>", $"%s = stablehlo.reshape %x : ({x}) -> {cube} %0 = stablehlo.transpose %s, dims = [1, 0, 2] : ({cube}) -> tensor<43x7x517x{type}>"),
        };
        Check($"func.func @main(%x: {x}, %y: {x}, %r: {line}, %c: {column}) -> {result} {{ {body} return %0 : {result} }}");
    }
}
