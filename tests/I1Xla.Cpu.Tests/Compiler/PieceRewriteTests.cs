using I1Xla.StableHlo.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Elementwise operations on concatenations, done to their pieces.</summary>
public class PieceRewriteTests
{
    private const string Half = "tensor<30x36xf32>", Whole = "tensor<30x72xf32>", Narrow = "tensor<30x72xbf16>", Flat = "tensor<2160xbf16>";

    private static string Program(string result, string body, string returned = "%r") => $$"""
        func.func @main(%a: {{Half}}, %b: {{Half}}) -> ({{result}}) {
          %n = stablehlo.negate %b : {{Half}}
          %0 = stablehlo.concatenate %n, %a, dim = 1 : ({{Half}}, {{Half}}) -> {{Whole}}
          {{body}}
          return {{returned}} : {{result}}
        }
        """;

    [TestCase(Narrow, "%r = stablehlo.convert %0 : (tensor<30x72xf32>) -> tensor<30x72xbf16>")]
    [TestCase(Flat, "%1 = stablehlo.reshape %0 : (tensor<30x72xf32>) -> tensor<2160xf32> %r = stablehlo.convert %1 : (tensor<2160xf32>) -> tensor<2160xbf16>")]
    [TestCase("tensor<30x72xf64>", "%r = stablehlo.convert %0 : (tensor<30x72xf32>) -> tensor<30x72xf64>")]
    [TestCase(Narrow, "%c = stablehlo.constant dense<0.25> : tensor<30x72xf32> %1 = stablehlo.multiply %0, %c : tensor<30x72xf32> %2 = stablehlo.subtract %c, %1 : tensor<30x72xf32> %r = stablehlo.convert %2 : (tensor<30x72xf32>) -> tensor<30x72xbf16>")]
    [TestCase(Whole, "%c = stablehlo.constant dense<0.25> : tensor<30x72xf32> %1 = stablehlo.subtract %0, %c : tensor<30x72xf32> %r = stablehlo.reduce_precision %1, format = e5m3 : tensor<30x72xf32>")]
    [TestCase("tensor<30x72xi1>", "%c = stablehlo.constant dense<0.25> : tensor<30x72xf32> %r = stablehlo.compare GT, %0, %c : (tensor<30x72xf32>, tensor<30x72xf32>) -> tensor<30x72xi1>")]
    public void OfOneUse(string result, string body) => Check(Program(result, body));

    [Test]
    public void IsOneLoopThen() => Assert.That(Steps(Program(Narrow, "%r = stablehlo.convert %0 : (tensor<30x72xf32>) -> tensor<30x72xbf16>")), Has.Length.EqualTo(1));

    /// <summary>What something else reads is made once, and stays what it is.</summary>
    [Test]
    public void OfSeveralUses()
    {
        Check(Program($"{Narrow}, {Whole}", "%r = stablehlo.convert %0 : (tensor<30x72xf32>) -> tensor<30x72xbf16>", "%r, %0"));
        Check(Program($"{Narrow}, {Flat}", "%r = stablehlo.convert %0 : (tensor<30x72xf32>) -> tensor<30x72xbf16> %1 = stablehlo.reshape %0 : (tensor<30x72xf32>) -> tensor<2160xf32> %2 = stablehlo.convert %1 : (tensor<2160xf32>) -> tensor<2160xbf16>", "%r, %2"));
    }

    /// <summary>Concatenations of concatenations are written once.</summary>
    [Test]
    public void PiecesOfPieces()
    {
        string program = Program("tensor<60x72xf32>", "%1 = stablehlo.sine %a : tensor<30x36xf32> %2 = stablehlo.concatenate %1, %b, dim = 1 : (tensor<30x36xf32>, tensor<30x36xf32>) -> tensor<30x72xf32> %r = stablehlo.concatenate %0, %2, dim = 0 : (tensor<30x72xf32>, tensor<30x72xf32>) -> tensor<60x72xf32>");
        Check(program);
        Assert.That(Steps(program), Has.Length.EqualTo(1));
        Check(Program("tensor<60x72xf32>, tensor<30x72xf32>", "%r = stablehlo.concatenate %0, %0, dim = 0 : (tensor<30x72xf32>, tensor<30x72xf32>) -> tensor<60x72xf32>", "%r, %0"));
        Check(Program("tensor<60x72xf32>", "%r = stablehlo.concatenate %0, %0, dim = 0 : (tensor<30x72xf32>, tensor<30x72xf32>) -> tensor<60x72xf32>"));
    }

    /// <summary>Also of concatenations whose pieces are concatenations, and behind a reshape: rows that take turns are written once.</summary>
    [Test]
    public void OfPiecesOfPieces()
    {
        string program = Program("tensor<90x72xf32>", """
            %1 = stablehlo.reshape %a : (tensor<30x36xf32>) -> tensor<30x1x36xf32>
            %2 = stablehlo.reshape %n : (tensor<30x36xf32>) -> tensor<30x1x36xf32>
            %3 = stablehlo.concatenate %1, %2, dim = 1 : (tensor<30x1x36xf32>, tensor<30x1x36xf32>) -> tensor<30x2x36xf32>
            %4 = stablehlo.reshape %3 : (tensor<30x2x36xf32>) -> tensor<60x36xf32>
            %5 = stablehlo.concatenate %4, %4, dim = 1 : (tensor<60x36xf32>, tensor<60x36xf32>) -> tensor<60x72xf32>
            %6 = stablehlo.concatenate %0, %5, dim = 0 : (tensor<30x72xf32>, tensor<60x72xf32>) -> tensor<90x72xf32>
            %c = stablehlo.constant dense<0.25> : tensor<90x72xf32>
            %7 = stablehlo.multiply %6, %c : tensor<90x72xf32>
            %r = stablehlo.cosine %7 : tensor<90x72xf32>
            """);
        Check(program);
        string once = Program("tensor<90x36xf32>", """
            %1 = stablehlo.reshape %a : (tensor<30x36xf32>) -> tensor<30x1x36xf32>
            %2 = stablehlo.reshape %n : (tensor<30x36xf32>) -> tensor<30x1x36xf32>
            %3 = stablehlo.concatenate %1, %2, dim = 1 : (tensor<30x1x36xf32>, tensor<30x1x36xf32>) -> tensor<30x2x36xf32>
            %4 = stablehlo.reshape %3 : (tensor<30x2x36xf32>) -> tensor<60x36xf32>
            %5 = stablehlo.concatenate %b, %4, dim = 0 : (tensor<30x36xf32>, tensor<60x36xf32>) -> tensor<90x36xf32>
            %r = stablehlo.cosine %5 : tensor<90x36xf32>
            """);
        Check(once);
        Assert.That(Steps(once), Has.Length.EqualTo(1));
    }
}
