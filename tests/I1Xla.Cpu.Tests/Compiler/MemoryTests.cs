using System.Text;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>What memory programs need.</summary>
public class MemoryTests
{
    private const int Size = 640;
    private const int Products = 6;
    private const long Matrix = 4L * Size * Size;

    /// <summary>Products that are all written before any is read need memory for all of them, unless the compiler orders them.</summary>
    [Test]
    public void StepsAreOrderedToNeedLessMemory()
    {
        var make = new List<string>();
        var use = new List<string>();
        for (int i = 0; i < Products; i++)
        {
            make.Add($"%b{i} = stablehlo.dot_general %x, %w{i}, contracting_dims = [1] x [0] : (tensor<{Size}x{Size}xf32>, tensor<{Size}x{Size}xf32>) -> tensor<{Size}x{Size}xf32>\n");
            use.Add($"%s{i} = stablehlo.dot_general %b{i}, %v, contracting_dims = [1] x [0] : (tensor<{Size}x{Size}xf32>, tensor<{Size}x3xf32>) -> tensor<{Size}x3xf32>\n");
        }
        (long apart, byte[][] expected) = Run([.. make.Zip(use, (m, u) => m + u)]);
        (long ordered, byte[][] results) = Run([.. make, .. use]);
        Assert.Multiple(() =>
        {
            Assert.That(apart, Is.LessThan(2 * Matrix));
            Assert.That(ordered, Is.EqualTo(apart));
            Assert.That(results, Is.EqualTo(expected));
        });
    }

    private static (long TemporaryBytes, byte[][] Results) Run(string[] lines)
    {
        var text = new StringBuilder($"func.func @main(%x: tensor<{Size}x{Size}xf32>, %v: tensor<{Size}x3xf32>");
        text.Append(string.Concat(Enumerable.Range(0, Products).Select(i => $", %w{i}: tensor<{Size}x{Size}xf32>")));
        text.Append($") -> ({string.Join(", ", Enumerable.Repeat($"tensor<{Size}x3xf32>", Products))}) {{\n").AppendJoin("", lines);
        text.Append($"return {string.Join(", ", Enumerable.Range(0, Products).Select(i => $"%s{i}"))} : {string.Join(", ", Enumerable.Repeat($"tensor<{Size}x3xf32>", Products))}\n}}");
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(text.ToString()), new CpuCompileOptions());
        var random = new Random(3);
        CpuBuffer[] arguments = [.. executable.ParameterTypes.Select(t => new CpuBuffer(t))];
        foreach (CpuBuffer argument in arguments)
        {
            foreach (ref float value in argument.As<float>())
            {
                value = random.NextSingle() - 0.5f;
            }
        }
        CpuBuffer[] results = executable.Execute(arguments);
        try
        {
            return (executable.TemporaryBytes, [.. results.Select(r => r.Span.ToArray())]);
        }
        finally
        {
            foreach (CpuBuffer buffer in arguments.Concat(results))
            {
                buffer.Dispose();
            }
        }
    }

    /// <summary>A constant that is a result is written into the result's memory; a second result that is the same is copied from it.</summary>
    [TestCase("%zero", "%x")]
    [TestCase("%zero", "%zero")]
    [TestCase("%sum", "%zero")]
    public void ConstantResultsNeedNoTemporary(string first, string second)
    {
        string text = $$"""
            func.func @main(%x: tensor<300x200xf32>) -> (tensor<300x200xf32>, tensor<300x200xf32>) {
              %zero = stablehlo.constant dense<0.5> : tensor<300x200xf32>
              %sum = stablehlo.add %x, %zero : tensor<300x200xf32>
              return {{first}}, {{second}} : tensor<300x200xf32>, tensor<300x200xf32>
            }
            """;
        Check(text);
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(text), new CpuCompileOptions());
        Assert.That(executable.TemporaryBytes, Is.LessThan(300 * 200 * 4));
    }
}
