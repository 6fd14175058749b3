using I1Xla.Cpu.Tests.Compiler;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Fusion;

/// <summary>Elementwise work along rows shorter than a vector runs along several at once.</summary>
public sealed class PeriodicRowsTests
{
    /// <summary>One value for each place of a row, in every lane: a sum, a choice, the place itself; and one for all.</summary>
    [Test]
    public void WhatRepeatsIsLaidOut([Values("f32", "bf16", "i32", "ui8", "f64", "i64")] string type, [Values(2, 3, 5, 7)] int row, [Values(8 * 13, 16 * 19, 16 * 512)] int rows)
    {
        string program = $$"""
            func.func @main(%x: tensor<{{rows}}x{{row}}x{{type}}>, %y: tensor<{{row}}x{{type}}>, %m: tensor<{{row}}xi1>, %s: tensor<{{type}}>) -> tensor<{{rows}}x{{row}}x{{type}}> {
              %p = stablehlo.iota dim = 1 : tensor<{{rows}}x{{row}}x{{type}}>
              %a = stablehlo.broadcast_in_dim %y, dims = [1] : (tensor<{{row}}x{{type}}>) -> tensor<{{rows}}x{{row}}x{{type}}>
              %b = stablehlo.broadcast_in_dim %m, dims = [1] : (tensor<{{row}}xi1>) -> tensor<{{rows}}x{{row}}xi1>
              %c = stablehlo.broadcast_in_dim %s, dims = [] : (tensor<{{type}}>) -> tensor<{{rows}}x{{row}}x{{type}}>
              %0 = stablehlo.add %x, %a : tensor<{{rows}}x{{row}}x{{type}}>
              %1 = stablehlo.select %b, %0, %x : tensor<{{rows}}x{{row}}xi1>, tensor<{{rows}}x{{row}}x{{type}}>
              %2 = stablehlo.multiply %1, %p : tensor<{{rows}}x{{row}}x{{type}}>
              %3 = stablehlo.maximum %2, %c : tensor<{{rows}}x{{row}}x{{type}}>
              return %3 : tensor<{{rows}}x{{row}}x{{type}}>
            }
            """;
        ProgramCheck.Check(program);
        Assert.That(Loops(program), Does.Contain("kept"));
    }

    /// <summary>Each picture of a batch may have its own values; so may each of its lines, which then are the rows' outer loops.</summary>
    [TestCase("3x1x1x3", "0, 3", "3x3")]
    [TestCase("3x5x1x3", "0, 1, 3", "3x5x3")]
    public void OuterLoopsHaveTheirOwn(string shape, string dims, string vector)
    {
        string program = $$"""
            func.func @main(%x: tensor<3x5x128x3xf32>, %y: tensor<{{vector}}xf32>) -> tensor<3x5x128x3xf32> {
              %a = stablehlo.broadcast_in_dim %y, dims = [{{dims}}] : (tensor<{{vector}}xf32>) -> tensor<3x5x128x3xf32>
              %0 = stablehlo.subtract %x, %a : tensor<3x5x128x3xf32>
              return %0 : tensor<3x5x128x3xf32>
            }
            """;
        ProgramCheck.Check(program);
        Assert.That(Loops(program), Does.Contain("kept"), shape);
    }

    /// <summary>Rows that do not come in eights, or with a value for each row, stay as they are.</summary>
    [TestCase("1001x3", "1", "3")]
    [TestCase("1024x3", "0", "1024")]
    public void OthersAreNot(string shape, string dim, string vector)
    {
        string program = $$"""
            func.func @main(%x: tensor<{{shape}}xf32>, %y: tensor<{{vector}}xf32>) -> tensor<{{shape}}xf32> {
              %a = stablehlo.broadcast_in_dim %y, dims = [{{dim}}] : (tensor<{{vector}}xf32>) -> tensor<{{shape}}xf32>
              %0 = stablehlo.subtract %x, %a : tensor<{{shape}}xf32>
              return %0 : tensor<{{shape}}xf32>
            }
            """;
        ProgramCheck.Check(program);
        Assert.That(Loops(program), Does.Not.Contain("kept"));
    }

    /// <summary>Reductions and softmax of a few elements run across the rows.</summary>
    [Test]
    public void ReductionsOfAFew([Values(2, 3, 4)] int row)
    {
        string x = $"tensor<1003x{row}xf32>";
        string program = $$"""
            func.func @main(%x: {{x}}) -> ({{x}}, tensor<1003xf32>) {
              %zero = stablehlo.constant dense<0.0> : tensor<f32>
              %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
              %m = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [1] : ({{x}}, tensor<f32>) -> tensor<1003xf32>
              %b = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<1003xf32>) -> {{x}}
              %d = stablehlo.subtract %x, %b : {{x}}
              %e = stablehlo.exponential %d : {{x}}
              %s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1] : ({{x}}, tensor<f32>) -> tensor<1003xf32>
              %t = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<1003xf32>) -> {{x}}
              %r = stablehlo.divide %e, %t : {{x}}
              %q = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : ({{x}}, tensor<f32>) -> tensor<1003xf32>
              return %r, %q : {{x}}, tensor<1003xf32>
            }
            """;
        ProgramCheck.Check(program);
        Assert.That(Loops(program), Does.Contain("lanes outside"));
    }

    /// <summary>Groups of a few neighbours that lie end to end are one long row: lanes run along all of them.</summary>
    [Test]
    public void GroupsThatLieEndToEndAreLong()
    {
        const string program = """
            func.func @main(%x: tensor<64x48x32x4xf32>) -> tensor<64x32x4xf32> {
              %zero = stablehlo.constant dense<0.0> : tensor<f32>
              %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<64x48x32x4xf32>, tensor<f32>) -> tensor<64x32x4xf32>
              return %0 : tensor<64x32x4xf32>
            }
            """;
        ProgramCheck.Check(program);
        Assert.That(Loops(program), Does.Contain("<128] lanes outside"));
    }

    private static string Loops(string program)
    {
        string loops = "";
        CpuCompiler.Compile(MlirParser.ParseModule(program), new CpuCompileOptions { OnPass = (pass, text) => loops += pass == "fuse" ? text : "" }).Dispose();
        return loops;
    }
}
