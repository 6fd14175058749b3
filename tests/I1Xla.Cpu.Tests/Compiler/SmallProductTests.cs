using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Products that are loops, and those that are not.</summary>
public class SmallProductTests
{
    private static string Program(string x, string y, string result, string numbers) =>
        $"func.func @main(%x: tensor<{x}>, %y: tensor<{y}>) -> tensor<{result}> {{\n%0 = stablehlo.dot_general %x, %y, {numbers} : (tensor<{x}>, tensor<{y}>) -> tensor<{result}>\nreturn %0 : tensor<{result}>\n}}";

    /// <summary>Vectors and matrices, as they lie and transposed, of several batches and contracted dimensions, in every type.</summary>
    [TestCase("4xf32", "4x4xf32", "4xf32", "contracting_dims = [0] x [0]", true)]
    [TestCase("3x5xf32", "5x21xf32", "3x21xf32", "contracting_dims = [1] x [0]", true)]
    [TestCase("5x3xf32", "21x5xf32", "3x21xf32", "contracting_dims = [0] x [1]", true)]
    [TestCase("7xf32", "7xf32", "f32", "contracting_dims = [0] x [0]", true)]
    [TestCase("2x3x4xf32", "2x4x9xf32", "2x3x9xf32", "batching_dims = [0] x [0], contracting_dims = [2] x [1]", true)]
    [TestCase("3x2x4xf32", "4x9x2xf32", "2x3x9xf32", "batching_dims = [1] x [2], contracting_dims = [2] x [0]", true)]
    [TestCase("3x2x4xf32", "4x2x17xf32", "3x17xf32", "contracting_dims = [1, 2] x [1, 0]", true)]
    [TestCase("4x1xf32", "1x40xf32", "4x40xf32", "contracting_dims = [1] x [0]", false)]
    [TestCase("5x6xbf16", "6x18xbf16", "5x18xf32", "contracting_dims = [1] x [0]", true)]
    [TestCase("5x6xf64", "6x18xf64", "5x18xf64", "contracting_dims = [1] x [0]", true)]
    [TestCase("64x64xf32", "64x64xf32", "64x64xf32", "contracting_dims = [1] x [0]", false)]
    [TestCase("400x4xf32", "4x4xf32", "400x4xf32", "contracting_dims = [1] x [0]", false)]
    public void AreLoopsWhereTheyAreSmall(string x, string y, string result, string numbers, bool isLoop)
    {
        string text = Program(x, y, result, numbers);
        Check(text);
        Assert.That(Steps(text).Any(s => s.StartsWith("Dot", StringComparison.Ordinal)), Is.Not.EqualTo(isLoop));
    }

    /// <summary>What is done with the sums is done in the same loop.</summary>
    [Test]
    public void TakeInWhatFollows()
    {
        const string text = "func.func @main(%x: tensor<8xf32>, %y: tensor<8x8xf32>) -> tensor<8xf32> {\n%0 = stablehlo.dot_general %x, %y, contracting_dims = [0] x [0] : (tensor<8xf32>, tensor<8x8xf32>) -> tensor<8xf32>\n%1 = stablehlo.tanh %0 : tensor<8xf32>\n%2 = stablehlo.add %1, %x : tensor<8xf32>\nreturn %2 : tensor<8xf32>\n}";
        Check(text);
        Assert.That(Steps(text), Has.Length.EqualTo(1));
    }
}
