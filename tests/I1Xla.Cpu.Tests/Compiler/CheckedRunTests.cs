using I1Xla.Cpu.Kernels;
using I1Xla.StableHlo.Conformance.RandomPrograms;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Programs of every kind against the reference interpreter, and runs that stop at the first bad value.</summary>
public class CheckedRunTests
{
    private static readonly CpuCompileOptions s_checked = new() { Fuse = false, CheckNaN = true, CheckBounds = true };

    /// <summary>How many random programs to run: 400, or <c>I1XLA_RANDOM_PROGRAMS</c>.</summary>
    private static int ProgramCount => int.TryParse(Environment.GetEnvironmentVariable("I1XLA_RANDOM_PROGRAMS"), out int n) ? n : 400;

    [Test]
    public void RandomProgramsOfEveryKindAgreeWithTheInterpreter()
    {
        var problems = new List<string>();
        for (int seed = 0; seed < ProgramCount && problems.Count < 3; seed++)
        {
            if (RandomComparison.Run(seed, (module, arguments) => Run(module, arguments, new CpuCompileOptions())) is { } problem)
            {
                problems.Add(problem);
            }
        }
        Assert.That(problems, Is.Empty);
    }

    [Test]
    public void RandomProgramsAgreeWithoutFusionAndWithoutGeneratedCode()
    {
        for (int seed = 0; seed < ProgramCount / 8; seed++)
        {
            Assert.That(RandomComparison.Run(seed, (module, arguments) => Run(module, arguments, new CpuCompileOptions { Fuse = false })), Is.Null);
            Assert.That(RandomComparison.Run(seed, (module, arguments) => Run(module, arguments, new CpuCompileOptions { Isa = IsaLevel.Portable })), Is.Null);
        }
    }

    [Test]
    public void RandomProgramsAgreeOnEveryInstructionSet()
    {
        foreach (CpuCompileOptions options in ProgramCheck.BackEnds.Skip(1).Where(o => o.Isa > IsaLevel.Portable))
        {
            for (int seed = 0; seed < ProgramCount / 2; seed++)
            {
                Assert.That(RandomComparison.Run(seed, (module, arguments) => Run(module, arguments, options)), Is.Null);
            }
        }
    }

    [Test]
    public void TheSameSeedGivesTheSameProgram()
    {
        Assert.That(RandomProgram.Create(7).Text, Is.EqualTo(RandomProgram.Create(7).Text));
        Assert.That(RandomProgram.Create(7).Text, Is.Not.EqualTo(RandomProgram.Create(8).Text));
    }

    [Test]
    public void AnIndexOutsideIsNamedWithItsPlace()
    {
        ModuleOp module = MlirParser.ParseModule("""
            func.func @main(%x: tensor<10x4xf32>, %i: tensor<i32>) -> tensor<2x4xf32> {
              %z = stablehlo.constant dense<0> : tensor<i32>
              %0 = stablehlo.dynamic_slice %x, %i, %z, sizes = [2, 4] : (tensor<10x4xf32>, tensor<i32>, tensor<i32>) -> tensor<2x4xf32> loc("model.cs":41:9)
              return %0 : tensor<2x4xf32>
            }
            """);
        var x = new Literal(new TensorType(ElementKind.F32, new Shape([10, 4])));
        Assert.That(Run(module, [x, Scalar(8)], s_checked), Has.Length.EqualTo(1));
        string message = Assert.Throws<CpuBoundsException>(() => Run(module, [x, Scalar(9)], s_checked))!.Message;
        Assert.That(message, Does.Contain("model.cs:41").And.Contain("index 9").And.Contain("0 to 8"));
    }

    [Test]
    public void GatheredPositionsAreChecked()
    {
        ModuleOp module = MlirParser.ParseModule("""
            func.func @main(%x: tensor<5x4xf32>, %i: tensor<3x1xi32>) -> tensor<3x4xf32> {
              %0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 4>}> : (tensor<5x4xf32>, tensor<3x1xi32>) -> tensor<3x4xf32> loc("rows.cs":7:1)
              return %0 : tensor<3x4xf32>
            }
            """);
        var x = new Literal(new TensorType(ElementKind.F32, new Shape([5, 4])));
        var inside = new Literal(new TensorType(ElementKind.I32, new Shape([3, 1])));
        Assert.That(() => Run(module, [x, inside], s_checked), Throws.Nothing);
        BitConverter.TryWriteBytes(inside.Data.Span[8..], -1);
        Assert.That(() => Run(module, [x, inside], s_checked), Throws.TypeOf<CpuBoundsException>().With.Message.Contains("rows.cs:7").And.Message.Contains("index -1"));
    }

    private static Literal Scalar(int value)
    {
        var literal = new Literal(new TensorType(ElementKind.I32, Shape.Scalar));
        BitConverter.TryWriteBytes(literal.Data.Span, value);
        return literal;
    }

    private static Literal[] Run(ModuleOp module, IReadOnlyList<Literal> arguments, CpuCompileOptions options)
    {
        using CpuExecutable executable = CpuCompiler.Compile(module, options);
        return [.. executable.Execute([.. arguments.Select(a => new CpuBuffer(a))]).Select(r => r.ToLiteral())];
    }
}
