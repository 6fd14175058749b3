using I1Xla.Cpu.Tests.Compiler;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Fusion;

/// <summary>Lanes that each read or write a short row of their own: the rows are transposed through kept rows.</summary>
public sealed class ShortRowsTests
{
    /// <summary>Rows of less than a piece, of whole pieces, and of pieces and a rest, of elements of every size; numbers of lanes with and without a rest.</summary>
    [Test]
    public void Extremes([Values("f64", "f32", "bf16", "f16", "i64", "i32", "i16", "ui8")] string type, [Values(7, 8, 12, 16, 21, 37)] int row, [Values(64, 100, 1003)] int rows)
    {
        string x = $"tensor<{rows}x{row}x{type}>", least = type[0] is 'f' or 'b' ? "-8.0" : "0";
        ProgramCheck.Check($$"""
            func.func @main(%x: {{x}}) -> tensor<{{rows}}x{{type}}> {
              %least = stablehlo.constant dense<{{least}}> : tensor<{{type}}>
              %m = stablehlo.reduce(%x init: %least) applies stablehlo.maximum across dimensions = [1] : ({{x}}, tensor<{{type}}>) -> tensor<{{rows}}x{{type}}>
              return %m : tensor<{{rows}}x{{type}}>
            }
            """);
    }

    /// <summary>A softmax reads its rows twice and writes them, of elements of 32 and of 64 bits in one loop too.</summary>
    [Test]
    public void RowsAreReadAndWritten([Values("f64", "f32", "bf16")] string type, [Values("f64", "f32")] string computed, [Values(5, 7, 20)] int row)
    {
        string x = $"tensor<67x{row}x{type}>", y = $"tensor<67x{row}x{computed}>", z = $"tensor<67x{row}xf32>";
        string program = $$"""
            func.func @main(%x: {{x}}, %w: tensor<{{row}}x{{computed}}>) -> {{z}} {
              %zero = stablehlo.constant dense<0.0> : tensor<{{computed}}>
              %low = stablehlo.constant dense<-1.0e30> : tensor<{{computed}}>
              %c = stablehlo.convert %x : ({{x}}) -> {{y}}
              %m = stablehlo.reduce(%c init: %low) applies stablehlo.maximum across dimensions = [1] : ({{y}}, tensor<{{computed}}>) -> tensor<67x{{computed}}>
              %b = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<67x{{computed}}>) -> {{y}}
              %d = stablehlo.subtract %c, %b : {{y}}
              %e = stablehlo.exponential %d : {{y}}
              %s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1] : ({{y}}, tensor<{{computed}}>) -> tensor<67x{{computed}}>
              %t = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<67x{{computed}}>) -> {{y}}
              %q = stablehlo.divide %e, %t : {{y}}
              %v = stablehlo.broadcast_in_dim %w, dims = [1] : (tensor<{{row}}x{{computed}}>) -> {{y}}
              %p = stablehlo.multiply %q, %v : {{y}}
              %r = stablehlo.convert %p : ({{y}}) -> {{z}}
              return %r : {{z}}
            }
            """;
        ProgramCheck.Check(program);
        Assert.That(Loops(program), Does.Contain("lanes outside"));
    }

    /// <summary>Windows that do not overlap, their rows apart in memory; backwards; one of two rows of a picture.</summary>
    [TestCase("reversed")]
    [TestCase("windows")]
    [TestCase("every other")]
    public void RowsThatLieApart(string how)
    {
        (string rows, string text) = how switch
        {
            "reversed" => ("70x24", "stablehlo.reverse %x, dims = [0] : tensor<70x24xf32>"),
            "windows" => ("70x3x8", "stablehlo.reshape %x : (tensor<70x24xf32>) -> tensor<70x3x8xf32>"),
            _ => ("35x11", "stablehlo.slice %x [0:70:2, 3:14] : (tensor<70x24xf32>) -> tensor<35x11xf32>"),
        };
        string of = rows[..rows.LastIndexOf('x')];
        ProgramCheck.Check($$"""
            func.func @main(%x: tensor<70x24xf32>) -> (tensor<{{of}}xf32>, tensor<70x24xf32>) {
              %zero = stablehlo.constant dense<0.0> : tensor<f32>
              %r = {{text}}
              %a = stablehlo.abs %r : tensor<{{rows}}xf32>
              %s = stablehlo.reduce(%a init: %zero) applies stablehlo.add across dimensions = [{{rows.Count(c => c == 'x')}}] : (tensor<{{rows}}xf32>, tensor<f32>) -> tensor<{{of}}xf32>
              %n = stablehlo.negate %x : tensor<70x24xf32>
              return %s, %n : tensor<{{of}}xf32>, tensor<70x24xf32>
            }
            """);
    }

    /// <summary>What several accesses of a lane store side by side goes to memory as one row.</summary>
    [Test]
    public void PiecesOfARow([Values("f32", "i64")] string type)
    {
        string zero = type == "f32" ? "0.0" : "0", half = $"tensor<131x4x{type}>", sum = $"tensor<131x{type}>", piece = $"tensor<131x1x{type}>";
        string program = $$"""
            func.func @main(%x: tensor<131x8x{{type}}>) -> tensor<131x2x{{type}}> {
              %zero = stablehlo.constant dense<{{zero}}> : tensor<{{type}}>
              %a = stablehlo.slice %x [0:131, 0:8:2] : (tensor<131x8x{{type}}>) -> {{half}}
              %b = stablehlo.slice %x [0:131, 1:8:2] : (tensor<131x8x{{type}}>) -> {{half}}
              %s = stablehlo.reduce(%a init: %zero) applies stablehlo.add across dimensions = [1] : ({{half}}, tensor<{{type}}>) -> {{sum}}
              %t = stablehlo.reduce(%b init: %zero) applies stablehlo.add across dimensions = [1] : ({{half}}, tensor<{{type}}>) -> {{sum}}
              %p = stablehlo.reshape %s : ({{sum}}) -> {{piece}}
              %q = stablehlo.reshape %t : ({{sum}}) -> {{piece}}
              %r = stablehlo.concatenate %p, %q, dim = 1 : ({{piece}}, {{piece}}) -> tensor<131x2x{{type}}>
              return %r : tensor<131x2x{{type}}>
            }
            """;
        ProgramCheck.Check(program);
    }

    /// <summary>A loop without a reduction whose lanes read several neighbours each.</summary>
    [Test]
    public void NeighboursOfALane([Values("f32", "bf16", "f64")] string type, [Values(7, 8)] int window)
    {
        string x = $"tensor<3x101x{window}x{type}>";
        string program = $$"""
            func.func @main(%x: {{x}}) -> tensor<3x101x1x{{type}}> {
              %zero = stablehlo.constant dense<0.0> : tensor<{{type}}>
              %s = "stablehlo.reduce_window"(%x, %zero) <{window_dimensions = array<i64: 1, 1, {{window}}>, window_strides = array<i64: 1, 1, {{window}}>}> ({
              ^bb0(%a: tensor<{{type}}>, %b: tensor<{{type}}>):
                %c = stablehlo.add %a, %b : tensor<{{type}}>
                stablehlo.return %c : tensor<{{type}}>
              }) : ({{x}}, tensor<{{type}}>) -> tensor<3x101x1x{{type}}>
              return %s : tensor<3x101x1x{{type}}>
            }
            """;
        ProgramCheck.Check(program);
        Assert.That(Loops(program), Does.Contain("lanes outside"));
    }

    /// <summary>The place of the largest of a short row: lanes take a row each, which they begin with its first element.</summary>
    [Test]
    public void PlacesOfExtremes([Values("f32", "bf16", "i32", "i8")] string type, [Values(7, 12, 40)] int row)
    {
        string x = $"tensor<500x{row}x{type}>", low = type switch { "f32" => "0xFF800000", "bf16" => "0xFF80", "i32" => "-2147483648", _ => "-128" };
        string kind = type[0] == 'i' ? "SIGNED" : "FLOAT";
        string program = $$"""
            func.func @main(%x: {{x}}) -> tensor<500xi32> {
              %i = stablehlo.iota dim = 1 : tensor<500x{{row}}xi32>
              %low = stablehlo.constant dense<{{low}}> : tensor<{{type}}>
              %zero = stablehlo.constant dense<0> : tensor<i32>
              %r:2 = stablehlo.reduce(%x init: %low), (%i init: %zero) across dimensions = [1] : ({{x}}, tensor<500x{{row}}xi32>, tensor<{{type}}>, tensor<i32>) -> (tensor<500x{{type}}>, tensor<500xi32>)
               reducer(%a: tensor<{{type}}>, %b: tensor<{{type}}>) (%p: tensor<i32>, %q: tensor<i32>) {
                %gt = stablehlo.compare GT, %a, %b, {{kind}} : (tensor<{{type}}>, tensor<{{type}}>) -> tensor<i1>
                %ne = stablehlo.compare NE, %a, %a, {{kind}} : (tensor<{{type}}>, tensor<{{type}}>) -> tensor<i1>
                %o = stablehlo.or %gt, %ne : tensor<i1>
                %eq = stablehlo.compare EQ, %a, %b, {{kind}} : (tensor<{{type}}>, tensor<{{type}}>) -> tensor<i1>
                %lt = stablehlo.compare LT, %p, %q, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
                %an = stablehlo.and %eq, %lt : tensor<i1>
                %or = stablehlo.or %o, %an : tensor<i1>
                %v = stablehlo.select %o, %a, %b : tensor<i1>, tensor<{{type}}>
                %w = stablehlo.select %or, %p, %q : tensor<i1>, tensor<i32>
                stablehlo.return %v, %w : tensor<{{type}}>, tensor<i32>
              }
              return %r#1 : tensor<500xi32>
            }
            """;
        ProgramCheck.Check(program);
        Assert.That(Loops(program), Does.Contain("lanes outside"));
    }

    /// <summary>Rows that fill vectors themselves, and fewer rows than lanes, are read along the rows.</summary>
    [TestCase("tensor<100x128xf32>")]
    [TestCase("tensor<10x100xf32>")]
    public void LongRowsAndFewAreNot(string x)
    {
        string y = x[..x.LastIndexOf('x')][..x.IndexOf('x', StringComparison.Ordinal)] + "xf32>";
        string program = $$"""
            func.func @main(%x: {{x}}) -> {{y}} {
              %zero = stablehlo.constant dense<0.0> : tensor<f32>
              %s = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : ({{x}}, tensor<f32>) -> {{y}}
              return %s : {{y}}
            }
            """;
        ProgramCheck.Check(program);
        Assert.That(Loops(program), Does.Not.Contain("lanes outside"));
    }

    /// <summary>Rows of whole lines are stored past the caches, as they lie, where the result is larger than these.</summary>
    [TestCase(1000, true)]
    [TestCase(200_000, false)]
    public void LargeResultsAreStoredAsTheyLie(int rows, bool moved)
    {
        string x = $"tensor<{rows}x32xf32>", y = $"tensor<{rows}xf32>";
        string loops = Loops($$"""
            func.func @main(%x: {{x}}) -> {{x}} {
              %zero = stablehlo.constant dense<0.0> : tensor<f32>
              %m = stablehlo.reduce(%x init: %zero) applies stablehlo.maximum across dimensions = [1] : ({{x}}, tensor<f32>) -> {{y}}
              %mb = stablehlo.broadcast_in_dim %m, dims = [0] : ({{y}}) -> {{x}}
              %d = stablehlo.subtract %x, %mb : {{x}}
              %e = stablehlo.exponential %d : {{x}}
              %s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1] : ({{x}}, tensor<f32>) -> {{y}}
              %b = stablehlo.broadcast_in_dim %s, dims = [0] : ({{y}}) -> {{x}}
              %r = stablehlo.divide %e, %b : {{x}}
              return %r : {{x}}
            }
            """);
        Assert.That(loops.Contains("lanes outside"), Is.EqualTo(moved));
    }

    private static string Loops(string program)
    {
        string loops = "";
        CpuCompiler.Compile(MlirParser.ParseModule(program), new CpuCompileOptions { OnPass = (pass, text) => loops += pass == "fuse" ? text : "" }).Dispose();
        return loops;
    }
}
