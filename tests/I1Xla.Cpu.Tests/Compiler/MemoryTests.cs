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

    /// <summary>Each product is read twice. Results asked for in an order that reads all of them once, then all again, keep all in memory unless the compiler orders the steps. Without fusion: groups of small steps would put them in order, too.</summary>
    [Test]
    public void StepsAreOrderedToNeedLessMemory()
    {
        int[] one = [.. Enumerable.Range(0, 2 * Products)];
        int[] other = [.. one.Where(r => r % 2 == 0), .. one.Where(r => r % 2 == 1)];
        (long apart, byte[][] expected) = Run(one);
        (long ordered, byte[][] results) = Run(other);
        Assert.Multiple(() =>
        {
            Assert.That(apart, Is.LessThan(2 * Matrix));
            Assert.That(ordered, Is.LessThan(2 * Matrix));
            Assert.That(results, Is.EqualTo(other.Select(r => expected[r])));
        });
    }

    private static (long TemporaryBytes, byte[][] Results) Run(int[] order)
    {
        string matrix = $"tensor<{Size}x{Size}xf32>", narrow = $"tensor<{Size}x3xf32>", types = string.Join(", ", order.Select(_ => narrow));
        var text = new StringBuilder($"func.func @main(%x: {matrix}, %v0: {narrow}, %v1: {narrow}");
        text.Append(string.Concat(Enumerable.Range(0, Products).Select(i => $", %w{i}: {matrix}"))).Append($") -> ({types}) {{\n");
        for (int i = 0; i < Products; i++)
        {
            text.Append($"%b{i} = stablehlo.dot_general %x, %w{i}, contracting_dims = [1] x [0] : ({matrix}, {matrix}) -> {matrix}\n");
            for (int k = 0; k < 2; k++)
            {
                text.Append($"%s{(2 * i) + k} = stablehlo.dot_general %b{i}, %v{k}, contracting_dims = [1] x [0] : ({matrix}, {narrow}) -> {narrow}\n");
            }
        }
        text.Append($"return {string.Join(", ", order.Select(r => $"%s{r}"))} : {types}\n}}");
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(text.ToString()), new CpuCompileOptions { Fuse = false });
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

    /// <summary>A constant right operand is packed when the program is compiled, and only so kept; one that something else reads, too, stays as it is besides.</summary>
    [TestCase(60, 96, "", 1)]
    [TestCase(60, 90, "", 1)]
    [TestCase(60, 96, "%w2 = stablehlo.abs %w : tensor<64x96xf32>", 2)]
    [TestCase(20, 96, "", 1)]
    [TestCase(1, 96, "", 1)]
    [TestCase(60, 5, "", 1)]
    public void ConstantWeightsArePacked(int rows, int columns, string other, int copies)
    {
        var random = new Random(5);
        float[] weights = [.. Enumerable.Range(0, 64 * columns).Select(_ => random.NextSingle() - 0.5f)];
        string hex = Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(weights));
        string result = other.Length == 0 ? "%y" : "%w2";
        string type = other.Length == 0 ? $"tensor<{rows}x{columns}xf32>" : $"tensor<64x{columns}xf32>";
        string text = $$"""
            func.func @main(%x: tensor<{{rows}}x64xf32>) -> (tensor<{{rows}}x{{columns}}xf32>, {{type}}) {
              %w = stablehlo.constant dense<"0x{{hex}}"> : tensor<64x{{columns}}xf32>
              {{other}}
              %y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<{{rows}}x64xf32>, tensor<64x{{columns}}xf32>) -> tensor<{{rows}}x{{columns}}xf32>
              return %y, {{result}} : tensor<{{rows}}x{{columns}}xf32>, {{type}}
            }
            """;
        Check(text);
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(text), new CpuCompileOptions());
        // Packing rounds columns up to whole vectors.
        Assert.That(executable.ConstantBytes, Is.InRange(copies * 4L * 64 * columns, copies * 4L * 64 * ((columns + 15) / 16 * 16)));
    }
}
