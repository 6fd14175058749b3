using I1Xla.StableHlo.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Runtime;

/// <summary>Lines whose elements stand several times in the result, against the interpreter.</summary>
public class RepeatStepTests
{
    [Test]
    public void ElementsAgain([Values("f32", "i32", "bf16", "f16", "ui8", "i1", "f64")] string type, [Values("3x1021", "40x16", "5x7", "4100")] string shape, [Values(2, 3, 4, 8, 12, 64, 65)] int times) =>
        Check(Program(type, shape, times));

    // Rows again as well, as a picture grows.
    [Test]
    public void PicturesOfTwiceTheSize([Values("f32", "bf16", "ui8")] string type) => Check($$"""
        func.func @main(%x: tensor<3x20x33x{{type}}>) -> tensor<3x40x66x{{type}}> {
          %0 = stablehlo.broadcast_in_dim %x, dims = [0, 1, 3] : (tensor<3x20x33x{{type}}>) -> tensor<3x20x2x33x2x{{type}}>
          %1 = stablehlo.reshape %0 : (tensor<3x20x2x33x2x{{type}}>) -> tensor<3x40x66x{{type}}>
          return %1 : tensor<3x40x66x{{type}}>
        }
        """);

    // Sixteen megabytes and more, which go past the caches.
    [TestCase("f32", "2063x517", 4)]
    [TestCase("bf16", "1024x512", 16)]
    public void LargeResults(string type, string shape, int times)
    {
        string program = Program(type, shape, times), steps = "";
        CpuCompiler.Compile(MlirParser.ParseModule(program), new CpuCompileOptions { OnPass = (pass, text) => steps = pass == "steps" ? text : steps }).Dispose();
        Assert.That(steps, Does.Not.Contain("machine code"));
        Check(program);
    }

    private static string Program(string type, string shape, int times)
    {
        string x = $"tensor<{shape}x{type}>", y = $"tensor<{shape}x{times}x{type}>";
        return $"func.func @main(%x: {x}) -> {y} {{ %0 = stablehlo.broadcast_in_dim %x, dims = [{string.Join(", ", Enumerable.Range(0, shape.Split('x').Length))}] : ({x}) -> {y} return %0 : {y} }}";
    }
}
