using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Rows that are looked up are read where they lie by the loop that computes with them; a gather has a step of its own where it is none of long rows, or nothing computes with them.</summary>
public class RowGatherTests
{
    private const string Rows = "offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1";

    [TestCase("50x40xf32", "60x1xi32", "60x40xf32", Rows, "1, 40", true)]
    [TestCase("50x67xf32", "60x1xi16", "60x67xf32", Rows, "1, 67", true)]
    [TestCase("50x40xbf16", "60x1xui8", "60x40xbf16", Rows, "1, 40", true)]
    [TestCase("50x40xf64", "60x1xi32", "60x40xf64", Rows, "1, 40", true)]
    [TestCase("50x40xf16", "3x20x1xi8", "3x20x40xf16", "offset_dims = [2], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 2", "1, 40", true)]
    [TestCase("50x8x40xf32", "60x1xi32", "60x8x40xf32", "offset_dims = [1, 2], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1", "1, 8, 40", true)]
    [TestCase("9x10x33xf32", "60x2xi32", "60x33xf32", "offset_dims = [1], collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 1", "1, 1, 33", true)]
    [TestCase("50x90xf32", "2x60xi32", "60x40xf32", "offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0, 1], index_vector_dim = 0", "1, 40", true)]
    [TestCase("30x50x40xf32", "30x6x1xi32", "30x6x40xf32", "offset_dims = [2], collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 2", "1, 1, 40", true)]
    [TestCase("50x40xf32", "60x1xi64", "60x40xf32", Rows, "1, 40", false)]
    [TestCase("50x9xf32", "60x1xi32", "60x9xf32", Rows, "1, 9", false)]
    [TestCase("50x40xf32", "3x1xi32", "3x40xf32", Rows, "1, 40", false)]
    [TestCase("40x50xf32", "60x1xi32", "40x60xf32", "offset_dims = [0], collapsed_slice_dims = [1], start_index_map = [1], index_vector_dim = 1", "40, 1", false)]
    public void AreReadWhereTheyLie(string operand, string indices, string result, string numbers, string sizes, bool fused)
    {
        string text = $$"""
            func.func @main(%x: tensor<{{operand}}>, %i: tensor<{{indices}}>, %y: tensor<{{result}}>) -> tensor<{{result}}> {
              %0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<{{numbers}}>, slice_sizes = array<i64: {{sizes}}>, indices_are_sorted = false}> : (tensor<{{operand}}>, tensor<{{indices}}>) -> tensor<{{result}}>
              %1 = stablehlo.multiply %0, %y : tensor<{{result}}>
              return %1 : tensor<{{result}}>
            }
            """;
        Check(text);
        Assert.That(Steps(text), Has.Length.EqualTo(fused ? 1 : 2));
    }

    /// <summary>As JAX writes x[y, x]: the components of an index are joined, and negative ones count from the end. A weighted sum of neighbours is one loop.</summary>
    [Test]
    public void NeighboursOfASampledPixelAreOneLoop()
    {
        const string text = """
            func.func @main(%x: tensor<9x50x32xf32>, %r: tensor<40xi32>, %c: tensor<40xi32>, %w: tensor<40xf32>) -> tensor<40x32xf32> {
              %one = stablehlo.constant dense<1> : tensor<40xi32>
              %zero = stablehlo.constant dense<0> : tensor<40xi32>
              %most = stablehlo.constant dense<8> : tensor<40xi32>
              %r1 = stablehlo.add %r, %one : tensor<40xi32>
              %r2 = stablehlo.clamp %zero, %r1, %most : tensor<40xi32>
              %a = stablehlo.reshape %r : (tensor<40xi32>) -> tensor<40x1xi32>
              %b = stablehlo.reshape %r2 : (tensor<40xi32>) -> tensor<40x1xi32>
              %d = stablehlo.reshape %c : (tensor<40xi32>) -> tensor<40x1xi32>
              %i = stablehlo.concatenate %a, %d, dim = 1 : (tensor<40x1xi32>, tensor<40x1xi32>) -> tensor<40x2xi32>
              %j = stablehlo.concatenate %b, %d, dim = 1 : (tensor<40x1xi32>, tensor<40x1xi32>) -> tensor<40x2xi32>
              %g = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1, 32>, indices_are_sorted = false}> : (tensor<9x50x32xf32>, tensor<40x2xi32>) -> tensor<40x32xf32>
              %h = "stablehlo.gather"(%x, %j) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1, 32>, indices_are_sorted = false}> : (tensor<9x50x32xf32>, tensor<40x2xi32>) -> tensor<40x32xf32>
              %v = stablehlo.broadcast_in_dim %w, dims = [0] : (tensor<40xf32>) -> tensor<40x32xf32>
              %m = stablehlo.multiply %g, %v : tensor<40x32xf32>
              %s = stablehlo.add %m, %h : tensor<40x32xf32>
              return %s : tensor<40x32xf32>
            }
            """;
        Check(text);
        Assert.That(Steps(text), Has.Length.EqualTo(1));
    }

    /// <summary>A reduction of each row reads them too; one over rows has the gather before it.</summary>
    [TestCase(1, "60", 1)]
    [TestCase(0, "40", 2)]
    public void RowsAreReduced(int dimension, string result, int steps)
    {
        string text = $$"""
            func.func @main(%x: tensor<50x40xf32>, %i: tensor<60x1xi32>, %j: tensor<60x1xi32>) -> tensor<{{result}}xf32> {
              %zero = stablehlo.constant dense<0.0> : tensor<f32>
              %0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<{{Rows}}>, slice_sizes = array<i64: 1, 40>, indices_are_sorted = false}> : (tensor<50x40xf32>, tensor<60x1xi32>) -> tensor<60x40xf32>
              %1 = stablehlo.multiply %0, %0 : tensor<60x40xf32>
              %2 = stablehlo.reduce(%1 init: %zero) applies stablehlo.add across dimensions = [{{dimension}}] : (tensor<60x40xf32>, tensor<f32>) -> tensor<{{result}}xf32>
              return %2 : tensor<{{result}}xf32>
            }
            """;
        Check(text);
        Assert.That(Steps(text), Has.Length.EqualTo(steps));
    }

    /// <summary>A loop's state of which all rows change places is not updated where it lies.</summary>
    [Test]
    public void RowsThatAreReadLaterAreNotOverwritten()
    {
        Check($$"""
            func.func @main(%x: tensor<64x64xf32>, %i: tensor<64x1xi32>, %n: tensor<i32>) -> tensor<64x64xf32> {
              %zero = stablehlo.constant dense<0> : tensor<i32>
              %one = stablehlo.constant dense<1> : tensor<i32>
              %seven = stablehlo.constant dense<7> : tensor<i32>
              %bound = stablehlo.clamp %one, %n, %seven : tensor<i32>
              %half = stablehlo.constant dense<0.5> : tensor<64x64xf32>
              %last = stablehlo.constant dense<63> : tensor<64x1xi32>
              %p = stablehlo.iota dim = 0 : tensor<64x1xi32>
              %q = stablehlo.subtract %last, %p : tensor<64x1xi32>
              %r:2 = stablehlo.while(%k = %zero, %s = %x) : tensor<i32>, tensor<64x64xf32>
                cond {
                  %c = stablehlo.compare LT, %k, %bound : (tensor<i32>, tensor<i32>) -> tensor<i1>
                  stablehlo.return %c : tensor<i1>
                } do {
                  %k1 = stablehlo.add %k, %one : tensor<i32>
                  %g = "stablehlo.gather"(%s, %q) <{dimension_numbers = #stablehlo.gather<{{Rows}}>, slice_sizes = array<i64: 1, 64>, indices_are_sorted = false}> : (tensor<64x64xf32>, tensor<64x1xi32>) -> tensor<64x64xf32>
                  %m = stablehlo.multiply %g, %half : tensor<64x64xf32>
                  stablehlo.return %k1, %m : tensor<i32>, tensor<64x64xf32>
                }
              return %r#1 : tensor<64x64xf32>
            }
            """);
    }

    /// <summary>A fold, whose lanes run along results, and rows that are looked up, with lanes along them, are not in one loop.</summary>
    [Test]
    public void FoldsHaveLoopsWithoutRows()
    {
        Check($$"""
            func.func @main(%x: tensor<50x40xf32>, %i: tensor<60x1xi32>, %y: tensor<60x40xf32>) -> tensor<60xf32> {
              %least = stablehlo.constant dense<0xFF800000> : tensor<f32>
              %zero = stablehlo.constant dense<0> : tensor<i32>
              %p = stablehlo.iota dim = 1 : tensor<60x40xi32>
              %0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<{{Rows}}>, slice_sizes = array<i64: 1, 40>, indices_are_sorted = false}> : (tensor<50x40xf32>, tensor<60x1xi32>) -> tensor<60x40xf32>
              %2:2 = stablehlo.reduce(%y init: %least), (%p init: %zero) across dimensions = [1] : (tensor<60x40xf32>, tensor<60x40xi32>, tensor<f32>, tensor<i32>) -> (tensor<60xf32>, tensor<60xi32>)
                reducer(%a: tensor<f32>, %b: tensor<f32>) (%c: tensor<i32>, %d: tensor<i32>) {
                  %g = stablehlo.compare GE, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
                  %m = stablehlo.select %g, %a, %b : tensor<i1>, tensor<f32>
                  %n = stablehlo.select %g, %c, %d : tensor<i1>, tensor<i32>
                  stablehlo.return %m, %n : tensor<f32>, tensor<i32>
                }
              %v = stablehlo.convert %2#1 : (tensor<60xi32>) -> tensor<60xf32>
              %w = stablehlo.multiply %2#0, %v : tensor<60xf32>
              %z = stablehlo.constant dense<0.0> : tensor<f32>
              %s = stablehlo.reduce(%0 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<60x40xf32>, tensor<f32>) -> tensor<60xf32>
              %r = stablehlo.add %s, %w : tensor<60xf32>
              return %r : tensor<60xf32>
            }
            """);
    }
}
