using I1Xla.StableHlo.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>
/// Reductions with bodies of their own, which are folds of rows, columns and parts of them: shapes with and without parts, ties, NaN, kinds, bodies that do not commute,
/// and operands that are computed in the loop. Against the reference interpreter, which goes from the first element to the last.
/// </summary>
public class FoldTests
{
    /// <summary>Of equals the first, by a comparison alone; NaN is never the result where there is anything else.</summary>
    private const string First = """
              %ge = stablehlo.compare GE, %a, %b : (tensor<K>, tensor<K>) -> tensor<i1>
              %nan = stablehlo.compare NE, %b, %b : (tensor<K>, tensor<K>) -> tensor<i1>
              %take = stablehlo.or %ge, %nan : tensor<i1>
        """;

    /// <summary>Of equals the last.</summary>
    private const string Last = """
              %take = stablehlo.compare LT, %a, %b : (tensor<K>, tensor<K>) -> tensor<i1>
        """;

    /// <summary>NaN before all, and of several the first.</summary>
    private const string NaNFirst = """
              %le = stablehlo.compare LE, %a, %b : (tensor<K>, tensor<K>) -> tensor<i1>
              %nan = stablehlo.compare NE, %a, %a : (tensor<K>, tensor<K>) -> tensor<i1>
              %take = stablehlo.or %le, %nan : tensor<i1>
        """;

    private static string Pairs(string shape, string dimensions, string to, string kind, string worst, string take, string places) => $$"""
        func.func @main(%raw: tensor<{{shape}}x{{kind}}>, %i: tensor<{{shape}}xi32>) -> (tensor<{{to}}{{kind}}>, tensor<{{to}}i32>) {
          %worst = stablehlo.constant dense<{{worst}}> : tensor<{{kind}}>
          %zero = stablehlo.constant dense<-1> : tensor<i32>
          %x = stablehlo.add %raw, %raw : tensor<{{shape}}x{{kind}}>
        {{places}}
          %0:2 = stablehlo.reduce(%x init: %worst), (%p init: %zero) across dimensions = {{dimensions}} : (tensor<{{shape}}x{{kind}}>, tensor<{{shape}}xi32>, tensor<{{kind}}>, tensor<i32>) -> (tensor<{{to}}{{kind}}>, tensor<{{to}}i32>)
            reducer(%a: tensor<{{kind}}>, %b: tensor<{{kind}}>) (%k: tensor<i32>, %l: tensor<i32>) {
        {{take.Replace("<K>", $"<{kind}>")}}
              %v = stablehlo.select %take, %a, %b : tensor<i1>, tensor<{{kind}}>
              %w = stablehlo.select %take, %k, %l : tensor<i1>, tensor<i32>
              stablehlo.return %v, %w : tensor<{{kind}}>, tensor<i32>
            }
          return %0#0, %0#1 : tensor<{{to}}{{kind}}>, tensor<{{to}}i32>
        }
        """;

    private static string Iota(string shape, int dimension) => $"  %p = stablehlo.iota dim = {dimension} : tensor<{shape}xi32>";

    private const string Given = "  %p = stablehlo.negate %i : tensor<SHAPExi32>";

    /// <summary>One result of many: the loop has a single lane.</summary>
    [TestCase("33x17x3", "[1]", "33x3x", 99)]
    [TestCase("8x33", "[1]", "8x", 8)]
    [TestCase("4x5x16", "[0, 2]", "5x", 5)]
    public void OneOfSeveral(string shape, string dimensions, string to, int results)
    {
        string given = $"tensor<{shape}xf32>, tensor<{shape}xi32>", folded = $"tensor<{to}f32>, tensor<{to}i32>";
        string fold = Pairs(shape, dimensions, to, "f32", "0xFF800000", First, Iota(shape, 1)).Replace("@main", "private @fold", StringComparison.Ordinal);
        foreach (int at in new[] { 0, results - 1 })
        {
            Check($$"""
                func.func @main(%raw: tensor<{{shape}}xf32>, %i: tensor<{{shape}}xi32>) -> tensor<1xi32> {
                  %0:2 = func.call @fold(%raw, %i) : ({{given}}) -> ({{folded}})
                  %1 = stablehlo.reshape %0#1 : (tensor<{{to}}i32>) -> tensor<{{results}}xi32>
                  %2 = stablehlo.slice %1 [{{at}}:{{at + 1}}] : (tensor<{{results}}xi32>) -> tensor<1xi32>
                  return %2 : tensor<1xi32>
                }
                {{fold}}
                """);
        }
    }

    /// <summary>Rows of one lane, of parts, with a rest and without; columns of parts and whole; between kept dimensions; several dimensions; all of them.</summary>
    [TestCase("70x9", "[1]", "70x")]
    [TestCase("70x61", "[1]", "70x")]
    [TestCase("70x256", "[1]", "70x")]
    [TestCase("5x257", "[1]", "5x")]
    [TestCase("3x1031", "[1]", "3x")]
    [TestCase("3x4096", "[1]", "3x")]
    [TestCase("700x3", "[0]", "3x")]
    [TestCase("40x130", "[0]", "130x")]
    [TestCase("523x17", "[0]", "17x")]
    [TestCase("3x50x4", "[1]", "3x4x")]
    [TestCase("2x5x9x33", "[1, 3]", "2x9x")]
    [TestCase("9x2x140", "[0, 2]", "2x")]
    [TestCase("6x7x41", "[1, 2]", "6x")]
    [TestCase("41x67", "[0, 1]", "")]
    [TestCase("5003", "[0]", "")]
    public void PairsOfManyShapes(string shape, string dimensions, string to)
    {
        AssertFolds(Pairs(shape, dimensions, to, "f32", "0xFF800000", First, Iota(shape, int.Parse(dimensions.Trim('[', ']').Split(',')[^1]))));
        Check(Pairs(shape, dimensions, to, "f32", "0xFF800000", First, Iota(shape, 0)));
        Check(Pairs(shape, dimensions, to, "f32", "0x7F800000", Last.Replace("LT", "GT"), Given.Replace("SHAPE", shape)));
    }

    [Test]
    public void PairsOfManyKinds([Values("f64", "bf16", "f16", "i8", "ui8", "i16", "ui16", "i32", "ui32", "i64")] string kind, [Values("37x70", "19x300", "300x21")] string shape, [Values] bool first)
    {
        string worst = kind switch { "f64" => "0xFFF0000000000000", "bf16" => "0xFF80", "f16" => "0xFC00", "i8" => "-128", "i16" => "-32768", "i32" => "-2147483648", "i64" => "-9223372036854775808", _ => "0" };
        bool columns = shape.StartsWith("300", StringComparison.Ordinal);
        string take = kind[0] == 'u' ? (first ? First : Last).Replace("%a, %b :", "%a, %b, UNSIGNED :").Replace("%b, %b :", "%b, %b, UNSIGNED :") : first ? First : Last.Replace("LT", "GT");
        AssertFolds(Pairs(shape, columns ? "[0]" : "[1]", columns ? "21x" : shape.Split('x')[0] + "x", kind, worst, take, Iota(shape, 1)));
    }

    /// <summary>Zeros become NaN: about one element of eighty, so that rows have none, one or several.</summary>
    [TestCase("90x61", "[1]", "90x", true)]
    [TestCase("90x61", "[1]", "90x", false)]
    [TestCase("7x900", "[1]", "7x", true)]
    [TestCase("7x900", "[1]", "7x", false)]
    [TestCase("130x40", "[0]", "40x", true)]
    [TestCase("130x40", "[0]", "40x", false)]
    [TestCase("1x2000", "[0, 1]", "", true)]
    public void NaNIsWhatTheBodySays(string shape, string dimensions, string to, bool wins)
    {
        string nan = $"""
              %none = stablehlo.constant dense<0.0> : tensor<{shape}xf32>
              %nans = stablehlo.constant dense<0x7FC00000> : tensor<{shape}xf32>
              %is = stablehlo.compare EQ, %raw, %none : (tensor<{shape}xf32>, tensor<{shape}xf32>) -> tensor<{shape}xi1>
              %x = stablehlo.select %is, %nans, %raw : tensor<{shape}xi1>, tensor<{shape}xf32>
            """;
        string program = Pairs(shape, dimensions, to, "f32", wins ? "0x7F800000" : "0xFF800000", wins ? NaNFirst : First, Iota(shape, shape.StartsWith("130", StringComparison.Ordinal) ? 0 : 1));
        AssertFolds(program.Replace($"  %x = stablehlo.add %raw, %raw : tensor<{shape}xf32>", nan));
    }

    /// <summary>What the last element says that is not zero, of three operands: the order of elements, lanes and parts is seen.</summary>
    [TestCase("70x61", "[1]", "70x")]
    [TestCase("9x515", "[1]", "9x")]
    [TestCase("515x20", "[0]", "20x")]
    [TestCase("3000", "[0]", "")]
    public void BodiesThatDoNotCommuteKeepTheOrder(string shape, string dimensions, string to) => AssertFolds($$"""
        func.func @main(%x: tensor<{{shape}}xi32>, %y: tensor<{{shape}}xf32>, %z: tensor<{{shape}}xi64>) -> (tensor<{{to}}i32>, tensor<{{to}}f32>, tensor<{{to}}i64>) {
          %n = stablehlo.constant dense<0> : tensor<i32>
          %f = stablehlo.constant dense<0.0> : tensor<f32>
          %l = stablehlo.constant dense<0> : tensor<i64>
          %lot = stablehlo.constant dense<36> : tensor<{{shape}}xi32>
          %none = stablehlo.constant dense<0> : tensor<{{shape}}xi32>
          %few = stablehlo.compare GT, %x, %lot : (tensor<{{shape}}xi32>, tensor<{{shape}}xi32>) -> tensor<{{shape}}xi1>
          %w = stablehlo.select %few, %x, %none : tensor<{{shape}}xi1>, tensor<{{shape}}xi32>
          %0:3 = stablehlo.reduce(%w init: %n), (%y init: %f), (%z init: %l) across dimensions = {{dimensions}} : (tensor<{{shape}}xi32>, tensor<{{shape}}xf32>, tensor<{{shape}}xi64>, tensor<i32>, tensor<f32>, tensor<i64>) -> (tensor<{{to}}i32>, tensor<{{to}}f32>, tensor<{{to}}i64>)
            reducer(%a: tensor<i32>, %b: tensor<i32>) (%c: tensor<f32>, %d: tensor<f32>) (%e: tensor<i64>, %g: tensor<i64>) {
              %o = stablehlo.constant dense<0> : tensor<i32>
              %is = stablehlo.compare EQ, %b, %o : (tensor<i32>, tensor<i32>) -> tensor<i1>
              %1 = stablehlo.select %is, %a, %b : tensor<i1>, tensor<i32>
              %2 = stablehlo.select %is, %c, %d : tensor<i1>, tensor<f32>
              %3 = stablehlo.add %e, %g : tensor<i64>
              stablehlo.return %1, %2, %3 : tensor<i32>, tensor<f32>, tensor<i64>
            }
          return %0#0, %0#1, %0#2 : tensor<{{to}}i32>, tensor<{{to}}f32>, tensor<{{to}}i64>
        }
        """);

    /// <summary>A mask is folded with a number: predicates are handed on as well.</summary>
    [TestCase("70x61", "[1]", "70x")]
    [TestCase("515x20", "[0]", "20x")]
    public void Predicates(string shape, string dimensions, string to) => AssertFolds($$"""
        func.func @main(%x: tensor<{{shape}}xi32>, %m: tensor<{{shape}}xi1>) -> (tensor<{{to}}i32>, tensor<{{to}}i1>) {
          %n = stablehlo.constant dense<0> : tensor<i32>
          %no = stablehlo.constant dense<false> : tensor<i1>
          %0:2 = stablehlo.reduce(%x init: %n), (%m init: %no) across dimensions = {{dimensions}} : (tensor<{{shape}}xi32>, tensor<{{shape}}xi1>, tensor<i32>, tensor<i1>) -> (tensor<{{to}}i32>, tensor<{{to}}i1>)
            reducer(%a: tensor<i32>, %b: tensor<i32>) (%c: tensor<i1>, %d: tensor<i1>) {
              %both = stablehlo.xor %c, %d : tensor<i1>
              %sum = stablehlo.add %a, %b : tensor<i32>
              stablehlo.return %sum, %both : tensor<i32>, tensor<i1>
            }
          return %0#0, %0#1 : tensor<{{to}}i32>, tensor<{{to}}i1>
        }
        """);

    /// <summary>What is folded is computed on the way, lies transposed, and is needed by others too, as is what comes of it.</summary>
    [Test]
    public void FoldsAreFusedWithWhatIsAroundThem() => AssertFolds("""
        func.func @main(%x: tensor<90x40xf32>) -> (tensor<40xf32>, tensor<40xi32>, tensor<40x90xf32>) {
          %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
          %zero = stablehlo.constant dense<0> : tensor<i32>
          %t = stablehlo.transpose %x, dims = [1, 0] : (tensor<90x40xf32>) -> tensor<40x90xf32>
          %y = stablehlo.abs %t : tensor<40x90xf32>
          %i = stablehlo.iota dim = 1 : tensor<40x90xi32>
          %0:2 = stablehlo.reduce(%y init: %low), (%i init: %zero) across dimensions = [1] : (tensor<40x90xf32>, tensor<40x90xi32>, tensor<f32>, tensor<i32>) -> (tensor<40xf32>, tensor<40xi32>)
            reducer(%a: tensor<f32>, %b: tensor<f32>) (%k: tensor<i32>, %l: tensor<i32>) {
              %take = stablehlo.compare GE, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
              %v = stablehlo.select %take, %a, %b : tensor<i1>, tensor<f32>
              %w = stablehlo.select %take, %k, %l : tensor<i1>, tensor<i32>
              stablehlo.return %v, %w : tensor<f32>, tensor<i32>
            }
          %double = stablehlo.add %0#1, %0#1 : tensor<40xi32>
          %spread = stablehlo.broadcast_in_dim %0#0, dims = [0] : (tensor<40xf32>) -> tensor<40x90xf32>
          %rest = stablehlo.subtract %y, %spread : tensor<40x90xf32>
          %e = stablehlo.exponential %rest : tensor<40x90xf32>
          return %0#0, %double, %e : tensor<40xf32>, tensor<40xi32>, tensor<40x90xf32>
        }
        """);

    private static void AssertFolds(string program)
    {
        string imported = "";
        CpuCompiler.Compile(MlirParser.ParseModule(program), new CpuCompileOptions { OnPass = (pass, text) => imported = pass == "import" ? text : imported }).Dispose();
        Assert.That(imported, Does.Contain(" Fold("));
        Check(program);
    }
}
