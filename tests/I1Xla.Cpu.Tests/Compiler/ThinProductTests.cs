using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Products with one long dimension and otherwise short ones are sums of products, one for each pair of a row and a column; others stay products.</summary>
public class ThinProductTests
{
    [TestCase("600x3xf32", "3x3xf32", "600x3xf32", "contracting_dims = [1] x [0]", true)]
    [TestCase("3x600xf32", "5x3xf32", "600x5xf32", "contracting_dims = [0] x [1]", true)]
    [TestCase("4x3xf32", "3x1000xf32", "4x1000xf32", "contracting_dims = [1] x [0]", true)]
    [TestCase("2x20x20x3xf32", "3x4xf32", "2x20x20x4xf32", "contracting_dims = [3] x [0]", true)]
    [TestCase("600x3x2xf32", "600x2x4xf32", "600x3x4xf32", "batching_dims = [0] x [0], contracting_dims = [2] x [1]", true)]
    [TestCase("2x600x3xf32", "2x3x4xf32", "2x600x4xf32", "batching_dims = [0] x [0], contracting_dims = [2] x [1]", true)]
    [TestCase("600x2x3xf32", "3x2x2xf32", "600x2xf32", "contracting_dims = [1, 2] x [1, 0]", true)]
    [TestCase("600x4xbf16", "4x3xbf16", "600x3xbf16", "contracting_dims = [1] x [0]", true)]
    [TestCase("600x4xf64", "4x2xf64", "600x2xf64", "contracting_dims = [1] x [0]", true)]
    [TestCase("600x4xf32", "4xf32", "600xf32", "contracting_dims = [1] x [0]", true)]
    [TestCase("500x4xf32", "4x3xf32", "500x3xf32", "contracting_dims = [1] x [0]", false)]
    [TestCase("600x1xf32", "1x3xf32", "600x3xf32", "contracting_dims = [1] x [0]", true)]
    [TestCase("600x4xf32", "4x9xf32", "600x9xf32", "contracting_dims = [1] x [0]", false)]
    [TestCase("600x8xf32", "8x8xf32", "600x8xf32", "contracting_dims = [1] x [0]", false)]
    [TestCase("8x8xf32", "8x600xf32", "8x600xf32", "contracting_dims = [1] x [0]", true)]
    [TestCase("600x16xf32", "16x5xf32", "600x5xf32", "contracting_dims = [1] x [0]", false)]
    public void AreSumsWhereTheyAreThin(string x, string y, string result, string numbers, bool isThin)
    {
        string text = $"func.func @main(%x: tensor<{x}>, %y: tensor<{y}>) -> tensor<{result}> {{\n%0 = stablehlo.dot_general %x, %y, {numbers} : (tensor<{x}>, tensor<{y}>) -> tensor<{result}>\nreturn %0 : tensor<{result}>\n}}";
        Check(text);
        Assert.That(Steps(text).Any(s => s.StartsWith("Dot", StringComparison.Ordinal)), Is.Not.EqualTo(isThin));
    }

    /// <summary>A sum starts at zero, whether it has one term or more.</summary>
    [TestCase(1)]
    [TestCase(3)]
    public void NegativeZerosAreAddedToZero(int terms)
    {
        string text = $"func.func @main(%x: tensor<600x{terms}xf32>) -> tensor<600x2xi1> {{\n%zero = stablehlo.constant dense<-0.0> : tensor<{terms}x2xf32>\n%a = stablehlo.abs %x : tensor<600x{terms}xf32>\n%0 = stablehlo.dot_general %a, %zero, contracting_dims = [1] x [0] : (tensor<600x{terms}xf32>, tensor<{terms}x2xf32>) -> tensor<600x2xf32>\n%bits = stablehlo.bitcast_convert %0 : (tensor<600x2xf32>) -> tensor<600x2xi32>\n%none = stablehlo.constant dense<0> : tensor<600x2xi32>\n%s = stablehlo.compare LT, %bits, %none, SIGNED : (tensor<600x2xi32>, tensor<600x2xi32>) -> tensor<600x2xi1>\nreturn %s : tensor<600x2xi1>\n}}";
        Check(text);
    }

    /// <summary>The sums of a row share what they read, and what follows is done in the same loop.</summary>
    [Test]
    public void ColoursAreOneLoop()
    {
        const string text = "func.func @main(%x: tensor<2000x3xf32>, %y: tensor<3x3xf32>) -> tensor<2000x3xf32> {\n%0 = stablehlo.dot_general %x, %y, contracting_dims = [1] x [0] : (tensor<2000x3xf32>, tensor<3x3xf32>) -> tensor<2000x3xf32>\n%1 = stablehlo.tanh %0 : tensor<2000x3xf32>\nreturn %1 : tensor<2000x3xf32>\n}";
        Check(text);
        Assert.That(Steps(text), Has.Length.EqualTo(1));
    }
}
