using I1Xla.StableHlo.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>
/// Operations with regions or indices that have kernels or rewrites of their own, against the reference interpreter: reductions of
/// several operands, windows, sorts, lookups, cutting pads, grouped reductions, transposes. None may fall back to the interpreter.
/// </summary>
public class RegionTests
{
    private const string ArgMaxBody = """
          reducer(%a: tensor<f32>, %b: tensor<f32>) (%k: tensor<i32>, %l: tensor<i32>) {
            %gt = stablehlo.compare GT, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
            %nan = stablehlo.compare NE, %a, %a : (tensor<f32>, tensor<f32>) -> tensor<i1>
            %better = stablehlo.or %gt, %nan : tensor<i1>
            %eq = stablehlo.compare EQ, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
            %lt = stablehlo.compare LT, %k, %l : (tensor<i32>, tensor<i32>) -> tensor<i1>
            %early = stablehlo.and %eq, %lt : tensor<i1>
            %first = stablehlo.or %better, %early : tensor<i1>
            %v = stablehlo.select %better, %a, %b : tensor<i1>, tensor<f32>
            %p = stablehlo.select %first, %k, %l : tensor<i1>, tensor<i32>
            stablehlo.return %v, %p : tensor<f32>, tensor<i32>
          }
        """;

    [TestCase("5x37", "[1]", "5")]
    [TestCase("37x5", "[0]", "5")]
    [TestCase("4x3x7", "[0, 2]", "3")]
    [TestCase("4x16x7", "[1]", "4x7")]
    [TestCase("1x9", "[0, 1]", "")]
    public void ReductionsOfSeveralOperands(string shape, string dimensions, string result)
    {
        string to = result.Length == 0 ? "" : result + "x";
        Check($$"""
            func.func @main(%x: tensor<{{shape}}xf32>, %i: tensor<{{shape}}xi32>) -> (tensor<{{to}}f32>, tensor<{{to}}i32>) {
              %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
              %zero = stablehlo.constant dense<2147483647> : tensor<i32>
              %0:2 = stablehlo.reduce(%x init: %low), (%i init: %zero) across dimensions = {{dimensions}} : (tensor<{{shape}}xf32>, tensor<{{shape}}xi32>, tensor<f32>, tensor<i32>) -> (tensor<{{to}}f32>, tensor<{{to}}i32>)
            {{ArgMaxBody}}
              return %0#0, %0#1 : tensor<{{to}}f32>, tensor<{{to}}i32>
            }
            """);
    }

    /// <summary>As JAX writes argmax and argmin: of equals the first, NaN before all; rows and columns, of vectors and of a few elements more.</summary>
    [Test]
    public void ExtremesAndTheirPlaces(
        [Values("f32", "bf16", "f16", "i8", "ui8", "i16", "ui16", "i32", "ui32")] string kind, [Values("7x2", "7x40", "7x301", "3x70x5")] string dims, [Values] bool largest)
    {
        string[] sizes = dims.Split('x');
        string x = $"tensor<{dims}x{kind}>", places = $"tensor<{dims}xi32>", lines = string.Join('x', sizes.Where((_, d) => d != 1)), pred = largest ? "GT" : "LT", way = kind[0] == 'u' ? "UNSIGNED" : kind[0] == 'i' ? "SIGNED" : "FLOAT";
        bool isFloat = way == "FLOAT";
        long bits = long.Parse(kind.TrimStart('u', 'i', 'b', 'f'));
        string worst = (isFloat, way, largest) switch
        {
            (true, _, _) => kind == "f32" ? (largest ? "0xFF800000" : "0x7F800000") : kind == "bf16" ? (largest ? "0xFF80" : "0x7F80") : largest ? "0xFC00" : "0x7C00",
            (_, "SIGNED", true) => $"{-(1L << (int)(bits - 1))}",
            (_, "SIGNED", false) => $"{(1L << (int)(bits - 1)) - 1}",
            (_, _, true) => "0",
            _ => $"{(1L << (int)bits) - 1}",
        };
        string program = $$"""
            func.func @main(%x: {{x}}) -> (tensor<{{lines}}x{{kind}}>, tensor<{{lines}}xi32>) {
              %worst = stablehlo.constant dense<{{worst}}> : tensor<{{kind}}>
              %zero = stablehlo.constant dense<0> : tensor<i32>
              %i = stablehlo.iota dim = 1 : {{places}}
              %0:2 = stablehlo.reduce(%x init: %worst), (%i init: %zero) across dimensions = [1] : ({{x}}, {{places}}, tensor<{{kind}}>, tensor<i32>) -> (tensor<{{lines}}x{{kind}}>, tensor<{{lines}}xi32>)
                reducer(%a: tensor<{{kind}}>, %c: tensor<{{kind}}>) (%b: tensor<i32>, %d: tensor<i32>) {
                  %1 = stablehlo.compare {{pred}}, %a, %c, {{way}} : (tensor<{{kind}}>, tensor<{{kind}}>) -> tensor<i1>
                  %2 = stablehlo.compare NE, %a, %a, {{way}} : (tensor<{{kind}}>, tensor<{{kind}}>) -> tensor<i1>
                  %3 = stablehlo.or %1, %2 : tensor<i1>
                  %4 = stablehlo.compare EQ, %a, %c, {{way}} : (tensor<{{kind}}>, tensor<{{kind}}>) -> tensor<i1>
                  %5 = stablehlo.compare LT, %b, %d, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
                  %6 = stablehlo.and %4, %5 : tensor<i1>
                  %7 = stablehlo.or %3, %6 : tensor<i1>
                  %8 = stablehlo.select %3, %a, %c : tensor<i1>, tensor<{{kind}}>
                  %9 = stablehlo.select %7, %b, %d : tensor<i1>, tensor<i32>
                  stablehlo.return %8, %9 : tensor<{{kind}}>, tensor<i32>
                }
              return %0#0, %0#1 : tensor<{{lines}}x{{kind}}>, tensor<{{lines}}xi32>
            }
            """;
        string imported = "";
        CpuCompiler.Compile(MlirParser.ParseModule(program), new CpuCompileOptions { OnPass = (pass, text) => imported = pass == "import" ? text : imported }).Dispose();
        Assert.That(imported.Contains("ArgReduce", StringComparison.Ordinal), Is.EqualTo(bits < 32 || isFloat), imported);
        Check(program);
    }

    /// <summary>As JAX writes jnp.where in a reducer.</summary>
    [Test]
    public void ReducersMayCallFunctions() => Check("""
        module {
          func.func @main(%x: tensor<3x11xf32>, %y: tensor<3x11xf32>) -> (tensor<3x8xf32>, tensor<3xf32>) {
            %none = stablehlo.constant dense<0.0> : tensor<f32>
            %0 = "stablehlo.reduce_window"(%x, %none) <{window_dimensions = array<i64: 1, 4>, window_strides = array<i64: 1, 1>}> ({
            ^bb0(%a: tensor<f32>, %b: tensor<f32>):
              %w = func.call @larger(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
              stablehlo.return %w : tensor<f32>
            }) : (tensor<3x11xf32>, tensor<f32>) -> tensor<3x8xf32>
            %1 = stablehlo.reduce(%y init: %none) across dimensions = [1] : (tensor<3x11xf32>, tensor<f32>) -> tensor<3xf32>
              reducer(%a: tensor<f32>, %b: tensor<f32>) {
                %w = func.call @larger(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
                stablehlo.return %w : tensor<f32>
              }
            return %0, %1 : tensor<3x8xf32>, tensor<3xf32>
          }
          func.func private @larger(%a: tensor<f32>, %b: tensor<f32>) -> tensor<f32> {
            %p = stablehlo.compare GT, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
            %w = stablehlo.select %p, %a, %b : tensor<i1>, tensor<f32>
            return %w : tensor<f32>
          }
        }
        """);

    [Test]
    public void BodiesThatDoNotCommuteKeepTheOrder() => Check("""
        func.func @main(%x: tensor<3x11xi32>) -> tensor<3xi32> {
          %none = stablehlo.constant dense<0> : tensor<i32>
          %0 = stablehlo.reduce(%x init: %none) across dimensions = [1] : (tensor<3x11xi32>, tensor<i32>) -> tensor<3xi32>
            reducer(%a: tensor<i32>, %b: tensor<i32>) {
              %z = stablehlo.constant dense<0> : tensor<i32>
              %is = stablehlo.compare EQ, %b, %z : (tensor<i32>, tensor<i32>) -> tensor<i1>
              %last = stablehlo.select %is, %a, %b : tensor<i1>, tensor<i32>
              stablehlo.return %last : tensor<i32>
            }
          return %0 : tensor<3xi32>
        }
        """);

    [TestCase("2x8x8x3", "1, 2, 2, 1", "1, 2, 2, 1", "1, 1, 1, 1", "[0, 0], [0, 0], [0, 0], [0, 0]", "2x4x4x3", "maximum", "0xFF800000")]
    [TestCase("2x9x8x3", "1, 3, 3, 1", "1, 2, 1, 1", "1, 1, 2, 1", "[0, 0], [1, 1], [2, 2], [0, 0]", "2x5x8x3", "add", "0.0")]
    [TestCase("4x33", "1, 33", "1, 1", "1, 1", "[0, 0], [32, 0]", "4x33", "add", "0.0")]
    [TestCase("4x40", "1, 21", "1, 3", "1, 1", "[0, 0], [0, 0]", "4x7", "add", "0.0")]
    [TestCase("40x5", "13, 2", "1, 2", "2, 1", "[3, 4], [1, 0]", "23x3", "minimum", "0x7F800000")]
    [TestCase("64x4", "64, 1", "1, 1", "1, 1", "[0, 0], [0, 0]", "1x4", "multiply", "1.0")]
    [TestCase("12x4", "11, 1", "2, 1", "1, 1", "[1, 0], [0, 0]", "2x4", "add", "1.5")]
    [TestCase("3x600", "1, 600", "1, 1", "1, 1", "[0, 0], [0, 599]", "3x600", "add", "0.0")]
    [TestCase("3x900", "1, 413", "1, 2", "1, 1", "[0, 0], [5, 0]", "3x247", "maximum", "0xFF800000")]
    public void WindowsAreSlices(string shape, string window, string strides, string dilations, string padding, string result, string monoid, string init) => Check($$"""
        func.func @main(%x: tensor<{{shape}}xf32>) -> tensor<{{result}}xf32> {
          %init = stablehlo.constant dense<{{init}}> : tensor<f32>
          %0 = "stablehlo.reduce_window"(%x, %init) ({
            ^bb0(%a: tensor<f32>, %b: tensor<f32>):
              %c = stablehlo.{{monoid}} %a, %b : tensor<f32>
              stablehlo.return %c : tensor<f32>
          }) {window_dimensions = array<i64: {{window}}>, window_strides = array<i64: {{strides}}>, window_dilations = array<i64: {{dilations}}>,
              padding = dense<[{{padding}}]> : tensor<{{window.Split(',').Length}}x2xi64>} : (tensor<{{shape}}xf32>, tensor<f32>) -> tensor<{{result}}xf32>
          return %0 : tensor<{{result}}xf32>
        }
        """);

    [TestCase("2x4x6", "1, 2, 1", "1, 1, 1", "1, 1, 1", "[0, 0], [0, 0], [0, 0]", "2x3x6", "subtract", "0.5")]
    [TestCase("4x6", "2, 2", "1, 2", "2, 1", "[1, 0], [0, 1]", "3x3", "subtract", "0.0")]
    [TestCase("4x6", "1, 3", "1, 1", "1, 2", "[0, 0], [2, 0]", "4x4", "divide", "1.0")]
    public void SmallWindowsTakeTheirElementsInOrder(string shape, string window, string strides, string dilations, string padding, string result, string body, string init) =>
        WindowsAreSlices(shape, window, strides, dilations, padding, result, body, init);

    [TestCase("f32", "5x700", 1, "LT", "TOTALORDER", 0, 1)]
    [TestCase("f32", "300x3", 0, "GT", "FLOAT", 0, 1)]
    [TestCase("f32", "4x20", 1, "LT", "FLOAT", 1, 0)]
    [TestCase("i32", "2x2000", 1, "LT", "SIGNED", 0, 1)]
    [TestCase("ui32", "2x600", 1, "GT", "UNSIGNED", 0, 1)]
    [TestCase("i64", "600", 0, "LT", "SIGNED", 0, 1)]
    [TestCase("f64", "2x300x2", 1, "GT", "TOTALORDER", 0, 1)]
    [TestCase("bf16", "900", 0, "LT", "TOTALORDER", 0, 1)]
    [TestCase("i8", "3x500", 1, "LT", "SIGNED", 0, 1)]
    public void SortsAreStableAndCarryOtherOperands(string kind, string shape, int dimension, string direction, string how, int left, int right) => Check($$"""
        func.func @main(%x: tensor<{{shape}}x{{kind}}>, %i: tensor<{{shape}}xi32>) -> (tensor<{{shape}}x{{kind}}>, tensor<{{shape}}xi32>) {
          %0:2 = "stablehlo.sort"(%x, %i) ({
            ^bb0(%a0: tensor<{{kind}}>, %a1: tensor<{{kind}}>, %b0: tensor<i32>, %b1: tensor<i32>):
              %c = stablehlo.compare {{direction}}, %a{{left}}, %a{{right}}, {{how}} : (tensor<{{kind}}>, tensor<{{kind}}>) -> tensor<i1>
              stablehlo.return %c : tensor<i1>
          }) {dimension = {{dimension}} : i64, is_stable = true} : (tensor<{{shape}}x{{kind}}>, tensor<{{shape}}xi32>) -> (tensor<{{shape}}x{{kind}}>, tensor<{{shape}}xi32>)
          return %0#0, %0#1 : tensor<{{shape}}x{{kind}}>, tensor<{{shape}}xi32>
        }
        """);

    [TestCase("f32", "2x8x9x3", "1, 2, 2, 1", "1, 2, 2, 1", "2x4x4x3", "GE")]
    [TestCase("f32", "6x11", "3, 3", "1, 2", "4x5", "GE")]
    [TestCase("i32", "7x5", "2, 2", "2, 1", "3x4", "LE")]
    [TestCase("f64", "4x9", "1, 4", "1, 5", "4x2", "GT")]
    [TestCase("bf16", "16", "1", "2", "8", "GE")]
    public void GradientsOfPoolingGoToTheChosen(string kind, string shape, string window, string strides, string result, string direction) => Check($$"""
        func.func @main(%x: tensor<{{shape}}x{{kind}}>, %s: tensor<{{result}}x{{kind}}>) -> tensor<{{shape}}x{{kind}}> {
          %init = stablehlo.constant dense<{{(kind == "i32" ? "1" : "1.0")}}> : tensor<{{kind}}>
          %0 = "stablehlo.select_and_scatter"(%x, %s, %init) ({
            ^bb0(%a: tensor<{{kind}}>, %b: tensor<{{kind}}>):
              %c = stablehlo.compare {{direction}}, %a, %b : (tensor<{{kind}}>, tensor<{{kind}}>) -> tensor<i1>
              stablehlo.return %c : tensor<i1>
          }, {
            ^bb0(%a: tensor<{{kind}}>, %b: tensor<{{kind}}>):
              %c = stablehlo.add %a, %b : tensor<{{kind}}>
              stablehlo.return %c : tensor<{{kind}}>
          }) {window_dimensions = array<i64: {{window}}>, window_strides = array<i64: {{strides}}>} : (tensor<{{shape}}x{{kind}}>, tensor<{{result}}x{{kind}}>, tensor<{{kind}}>) -> tensor<{{shape}}x{{kind}}>
          return %0 : tensor<{{shape}}x{{kind}}>
        }
        """);

    // As jnp.lexsort and sorts of several keys are written: less by the first key, or equal there and less by the next.
    [TestCase("f32", "i32", "7x50", 1)]
    [TestCase("bf16", "f64", "60", 0)]
    [TestCase("i8", "f32", "30x4", 0)]
    [TestCase("ui32", "i64", "3x5x20", 2)]
    public void SortsOfSeveralKeysAreSortsOneAfterTheOther(string first, string second, string shape, int dimension)
    {
        string x = $"tensor<{shape}x{first}>", y = $"tensor<{shape}x{second}>", i = $"tensor<{shape}xi32>";
        Check($$"""
            func.func @main(%x: {{x}}, %y: {{y}}, %i: {{i}}) -> ({{x}}, {{y}}, {{i}}) {
              %0:3 = "stablehlo.sort"(%x, %y, %i) ({
                ^bb0(%a0: tensor<{{first}}>, %a1: tensor<{{first}}>, %b0: tensor<{{second}}>, %b1: tensor<{{second}}>, %c0: tensor<i32>, %c1: tensor<i32>):
            {{Key(first, "a")}}
            {{Key(second, "b")}}
                  %and = stablehlo.and %equala, %lessb : tensor<i1>
                  %or = stablehlo.or %lessa, %and : tensor<i1>
                  stablehlo.return %or : tensor<i1>
              }) {dimension = {{dimension}} : i64, is_stable = true} : ({{x}}, {{y}}, {{i}}) -> ({{x}}, {{y}}, {{i}})
              return %0#0, %0#1, %0#2 : {{x}}, {{y}}, {{i}}
            }
            """);
    }

    private static string Key(string kind, string name)
    {
        string t = $"tensor<{kind}>", how = kind[0] is 'i' ? "SIGNED" : kind[0] is 'u' ? "UNSIGNED" : "TOTALORDER", left = $"%{name}0", right = $"%{name}1", text = "";
        if (how == "TOTALORDER")
        {
            text = $"%z{name} = stablehlo.constant dense<0.0> : {t}\n %n{name} = stablehlo.constant dense<{(kind == "f64" ? "0x7FF8000000000000" : kind == "bf16" ? "0x7FC0" : "0x7FC00000")}> : {t}\n";
            foreach (string side in new[] { "0", "1" })
            {
                text += $"%i{name}{side} = stablehlo.compare EQ, %{name}{side}, %z{name}, FLOAT : ({t}, {t}) -> tensor<i1>\n %v{name}{side} = stablehlo.select %i{name}{side}, %z{name}, %{name}{side} : tensor<i1>, {t}\n"
                    + $"%j{name}{side} = stablehlo.compare NE, %v{name}{side}, %v{name}{side}, FLOAT : ({t}, {t}) -> tensor<i1>\n %w{name}{side} = stablehlo.select %j{name}{side}, %n{name}, %v{name}{side} : tensor<i1>, {t}\n";
            }
            (left, right) = ($"%w{name}0", $"%w{name}1");
        }
        return text + $"%less{name} = stablehlo.compare LT, {left}, {right}, {how} : ({t}, {t}) -> tensor<i1>\n %equal{name} = stablehlo.compare EQ, {left}, {right}, {how} : ({t}, {t}) -> tensor<i1>";
    }

    [Test]
    public void ASortByAFunctionOfItsOperand() => Check("""
        func.func @main(%x: tensor<2x500xf32>) -> tensor<2x500xf32> {
          %0 = "stablehlo.sort"(%x) ({
            ^bb0(%a: tensor<f32>, %b: tensor<f32>):
              %m = stablehlo.abs %a : tensor<f32>
              %n = stablehlo.abs %b : tensor<f32>
              %c = stablehlo.compare LT, %m, %n, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
              stablehlo.return %c : tensor<i1>
          }) {dimension = 1 : i64, is_stable = true} : (tensor<2x500xf32>) -> tensor<2x500xf32>
          return %0 : tensor<2x500xf32>
        }
        """);

    [TestCase("-1, 2", "3, -2", "0, 0", "7x4")]
    [TestCase("-2, -1", "-2, 0", "1, 2", "5x9")]
    [TestCase("0, -4", "0, 3", "0, 0", "5x3")]
    [TestCase("-5, 0", "2, 0", "0, 0", "2x4")]
    public void NegativePaddingCuts(string low, string high, string interior, string result) => Check($$"""
        func.func @main(%x: tensor<5x4xf32>, %v: tensor<f32>) -> tensor<{{result}}xf32> {
          %0 = stablehlo.pad %x, %v, low = [{{low}}], high = [{{high}}], interior = [{{interior}}] : (tensor<5x4xf32>, tensor<f32>) -> tensor<{{result}}xf32>
          return %0 : tensor<{{result}}xf32>
        }
        """);

    [TestCase("offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1", "1, 24", "50x24", "50")]
    [TestCase("offset_dims = [0], collapsed_slice_dims = [1], start_index_map = [1], index_vector_dim = 1", "40, 1", "40x50", "50")]
    [TestCase("offset_dims = [0, 2], start_index_map = [1], index_vector_dim = 1", "40, 2", "40x50x2", "50")]
    [TestCase("offset_dims = [2], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 2", "1, 7", "5x3x7", "5x3")]
    [TestCase("offset_dims = [2, 3], start_index_map = [0, 1], index_vector_dim = 2", "2, 3", "5x3x2x3", "5x3x2")]
    [TestCase("collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 2", "1, 1", "40x6", "40x6")]
    public void GathersOfAnyWindow(string numbers, string sizes, string result, string indices) => Check($$"""
        func.func @main(%x: tensor<40x24xf32>, %i: tensor<{{indices}}xi32>) -> tensor<{{result}}xf32> {
          %0 = "stablehlo.gather"(%x, %i) {dimension_numbers = #stablehlo.gather<{{numbers}}>, slice_sizes = array<i64: {{sizes}}>}
            : (tensor<40x24xf32>, tensor<{{indices}}xi32>) -> tensor<{{result}}xf32>
          return %0 : tensor<{{result}}xf32>
        }
        """);

    [TestCase("2x64x64x8x4", "[1, 2, 4]", "2x8")]
    [TestCase("1x4096x64", "[0, 1]", "64")]
    [TestCase("2x1024x40", "[1]", "2x40")]
    [TestCase("2112x1024", "[0]", "1024")]
    public void LongReductionsInStages(string shape, string dimensions, string result) => Check($$"""
        func.func @main(%x: tensor<{{shape}}xf32>) -> tensor<{{result}}xf32> {
          %zero = stablehlo.constant dense<0.0> : tensor<f32>
          %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = {{dimensions}} : (tensor<{{shape}}xf32>, tensor<f32>) -> tensor<{{result}}xf32>
          return %0 : tensor<{{result}}xf32>
        }
        """, 2e-3);

    [Test]
    public void AValueForEachGroupOfNeighbours() => Check("""
        func.func @main(%x: tensor<2x4096x8x4xf32>, %s: tensor<2x8xf32>) -> tensor<2x4096x32xf32> {
          %b = stablehlo.broadcast_in_dim %s, dims = [0, 2] : (tensor<2x8xf32>) -> tensor<2x4096x8x4xf32>
          %e = stablehlo.exponential %b : tensor<2x4096x8x4xf32>
          %y = stablehlo.multiply %x, %e : tensor<2x4096x8x4xf32>
          %0 = stablehlo.reshape %y : (tensor<2x4096x8x4xf32>) -> tensor<2x4096x32xf32>
          return %0 : tensor<2x4096x32xf32>
        }
        """);

    [TestCase("70x90", "[1, 0]", "f32")]
    [TestCase("3x33x65", "[2, 0, 1]", "bf16")]
    [TestCase("2x5x64x8", "[0, 2, 1, 3]", "f32")]
    [TestCase("4x17x130", "[0, 2, 1]", "i64")]
    public void Transposes(string shape, string permutation, string kind)
    {
        string[] dims = shape.Split('x');
        string result = string.Join('x', permutation.Trim('[', ']').Split(',').Select(p => dims[int.Parse(p)]));
        Check($$"""
            func.func @main(%x: tensor<{{shape}}x{{kind}}>) -> tensor<{{result}}x{{kind}}> {
              %0 = stablehlo.transpose %x, dims = {{permutation}} : (tensor<{{shape}}x{{kind}}>) -> tensor<{{result}}x{{kind}}>
              return %0 : tensor<{{result}}x{{kind}}>
            }
            """);
    }
}
