using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Tests.Compiler;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Fusion;

/// <summary>Loops that read nothing but constants run when a program is compiled.</summary>
public sealed class ConstantStepsTests
{
    private const string Tables = """
              %i = stablehlo.iota dim = 0 : tensor<100x36xf32>
              %j = stablehlo.iota dim = 0 : tensor<36xf32>
              %c = stablehlo.constant dense<-0.25> : tensor<36xf32>
              %k = stablehlo.multiply %j, %c : tensor<36xf32>
              %f = stablehlo.exponential %k : tensor<36xf32>
              %b = stablehlo.broadcast_in_dim %f, dims = [1] : (tensor<36xf32>) -> tensor<100x36xf32>
              %a = stablehlo.multiply %i, %b : tensor<100x36xf32>
              %sine = stablehlo.sine %a : tensor<100x36xf32>
              %cosine = stablehlo.cosine %a : tensor<100x36xf32>

        """;

    private const string Rotation = Tables + """
              %s = stablehlo.broadcast_in_dim %sine, dims = [0, 2] : (tensor<100x36xf32>) -> tensor<100x8x36xf32>
              %t = stablehlo.broadcast_in_dim %cosine, dims = [0, 2] : (tensor<100x36xf32>) -> tensor<100x8x36xf32>
              %p = stablehlo.multiply %x, %s : tensor<100x8x36xf32>
              %q = stablehlo.multiply %y, %t : tensor<100x8x36xf32>
              %r = stablehlo.add %p, %q : tensor<100x8x36xf32>

        """;

    [Test]
    public void TablesOfAnglesAreConstants()
    {
        string program = $$"""
            func.func @main(%x: tensor<100x8x36xf32>, %y: tensor<100x8x36xf32>) -> tensor<100x8x36xf32> {
            {{Rotation}}      return %r : tensor<100x8x36xf32>
            }
            """;
        Compiled compiled = Compile(program);
        Assert.That(compiled.Constants, Does.Contain("Sine").And.Contain("Cosine").And.Not.Contain("Exp"));
        Assert.That(compiled.Steps, Has.Length.EqualTo(1));
        Assert.That(compiled.TemporaryBytes, Is.Zero);
        Assert.That(compiled.ConstantBytes, Is.EqualTo(2 * 100 * 36 * 4));
        ProgramCheck.Check(program);
    }

    [Test]
    public void SoAreThoseOfALoopsBody()
    {
        string program = $$"""
            func.func @main(%x0: tensor<100x8x36xf32>, %y: tensor<100x8x36xf32>) -> tensor<100x8x36xf32> {
              %n0 = stablehlo.constant dense<0> : tensor<i32>
              %w:2 = stablehlo.while(%n = %n0, %x = %x0) : tensor<i32>, tensor<100x8x36xf32>
              cond {
                %end = stablehlo.constant dense<9> : tensor<i32>
                %more = stablehlo.compare LT, %n, %end : (tensor<i32>, tensor<i32>) -> tensor<i1>
                stablehlo.return %more : tensor<i1>
              } do {
            {{Rotation}}
                %one = stablehlo.constant dense<1> : tensor<i32>
                %next = stablehlo.add %n, %one : tensor<i32>
                stablehlo.return %next, %r : tensor<i32>, tensor<100x8x36xf32>
              }
              return %w#1 : tensor<100x8x36xf32>
            }
            """;
        Compiled compiled = Compile(program);
        Assert.That(compiled.Constants, Does.Contain("Sine").And.Contain("Cosine"));
        Assert.That(compiled.ConstantBytes, Is.GreaterThanOrEqualTo(2 * 100 * 36 * 4));
        ProgramCheck.Check(program);
    }

    [Test]
    public void ResultsAreNot()
    {
        string program = $$"""
            func.func @main(%x: tensor<100x8x36xf32>, %y: tensor<100x8x36xf32>) -> (tensor<100x8x36xf32>, tensor<100x36xf32>) {
            {{Rotation}}      return %r, %sine : tensor<100x8x36xf32>, tensor<100x36xf32>
            }
            """;
        Compiled compiled = Compile(program);
        Assert.That(compiled.Constants, Does.Not.Contain("Sine"));
        ProgramCheck.Check(program);
    }

    [Test]
    public void NorIsWhatIsWrittenOver()
    {
        string program = $$"""
            func.func @main(%x: tensor<1x36xf32>, %at: tensor<i32>) -> tensor<100x36xf32> {
            {{Tables}}
              %zero = stablehlo.constant dense<0> : tensor<i32>
              %r = stablehlo.dynamic_update_slice %sine, %x, %at, %zero : (tensor<100x36xf32>, tensor<1x36xf32>, tensor<i32>, tensor<i32>) -> tensor<100x36xf32>
              return %r : tensor<100x36xf32>
            }
            """;
        Compiled compiled = Compile(program);
        Assert.That(compiled.Constants, Does.Not.Contain("Sine"));
        Assert.That(compiled.TemporaryBytes, Is.LessThan(1024));
        ProgramCheck.Check(program);
    }

    [Test]
    public void NorAreLargeOnes()
    {
        long rows = (ConstantSteps.MostBytes / (36 * 4)) + 1;
        string program = $$"""
            func.func @main(%x: tensor<100x8x36xf32>, %y: tensor<100x8x36xf32>) -> tensor<100x8x36xf32> {
            {{Rotation}}      return %r : tensor<100x8x36xf32>
            }
            """.Replace("100x", $"{rows}x");
        Compiled compiled = Compile(program);
        Assert.That(compiled.Constants, Does.Not.Contain("Sine"));
        Assert.That(compiled.ConstantBytes, Is.LessThan(1024));
    }

    private sealed record Compiled(string Constants, string[] Steps, long TemporaryBytes, long ConstantBytes);

    private static Compiled Compile(string program)
    {
        string constants = "", steps = "";
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(program), new CpuCompileOptions
        {
            OnPass = (pass, text) =>
            {
                constants += pass == "constants" ? text + "\n" : "";
                steps += pass == "steps" ? text + "\n" : "";
            },
        });
        return new Compiled(constants, steps.Split('\n', StringSplitOptions.RemoveEmptyEntries), executable.TemporaryBytes, executable.ConstantBytes);
    }
}
