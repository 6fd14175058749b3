using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Selections from sorts, negative indices, updates of whole rows, and temporaries in the memory of results.</summary>
public class LookupTests
{
    [TestCase("f32", "3x900", 1, "GT", "FLOAT", "3x7")]
    [TestCase("f32", "3x900", 1, "LT", "TOTALORDER", "3x450")]
    [TestCase("f32", "5x41", 1, "GT", "TOTALORDER", "5x1")]
    [TestCase("f32", "60x4", 0, "GT", "FLOAT", "9x4")]
    [TestCase("i32", "4x300", 1, "LT", "SIGNED", "4x20")]
    [TestCase("bf16", "300", 0, "GT", "FLOAT", "20")]
    public void TheFirstOfASortAreSelected(string kind, string shape, int dimension, string direction, string how, string cut)
    {
        string slice = string.Join(", ", cut.Split('x').Select(n => $"0:{n}"));
        Check($$"""
            func.func @main(%x: tensor<{{shape}}x{{kind}}>) -> (tensor<{{cut}}x{{kind}}>, tensor<{{cut}}xi32>) {
              %i = stablehlo.iota dim = {{dimension}} : tensor<{{shape}}xi32>
              %0:2 = "stablehlo.sort"(%x, %i) ({
                ^bb0(%a: tensor<{{kind}}>, %b: tensor<{{kind}}>, %k: tensor<i32>, %l: tensor<i32>):
                  %c = stablehlo.compare {{direction}}, %a, %b, {{how}} : (tensor<{{kind}}>, tensor<{{kind}}>) -> tensor<i1>
                  stablehlo.return %c : tensor<i1>
              }) {dimension = {{dimension}} : i64, is_stable = true} : (tensor<{{shape}}x{{kind}}>, tensor<{{shape}}xi32>) -> (tensor<{{shape}}x{{kind}}>, tensor<{{shape}}xi32>)
              %1 = stablehlo.slice %0#0 [{{slice}}] : (tensor<{{shape}}x{{kind}}>) -> tensor<{{cut}}x{{kind}}>
              %2 = stablehlo.slice %0#1 [{{slice}}] : (tensor<{{shape}}xi32>) -> tensor<{{cut}}xi32>
              return %1, %2 : tensor<{{cut}}x{{kind}}>, tensor<{{cut}}xi32>
            }
            """);
    }

    /// <summary>jax.lax.approx_max_k and approx_min_k, which JAX sends as a custom call also where nothing is approximated.</summary>
    [TestCase("GT", "0xFF800000", 7)]
    [TestCase("LT", "0x7F800000", 16)]
    public void ApproximateSelectionsAreExact(string direction, string worst, int count)
    {
        string Program(string select) => $$"""
            module {
              func.func private @better(%a: tensor<f32>, %b: tensor<f32>, %k: tensor<i32>, %l: tensor<i32>) -> tensor<i1> {
                %c = stablehlo.compare {{direction}}, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
                return %c : tensor<i1>
              }
              func.func @main(%x: tensor<3x50xf32>) -> (tensor<3x{{count}}xf32>, tensor<3x{{count}}xi32>) {
                %i = stablehlo.iota dim = 1 : tensor<3x50xi32>
                %none = stablehlo.constant dense<-1> : tensor<i32>
                %worst = stablehlo.constant dense<{{worst}}> : tensor<f32>
                {{select}}
              }
            }
            """;
        CpuBuffer[] approximate = Run(Program($$"""
            %0:2 = stablehlo.custom_call @ApproxTopK(%x, %i, %worst, %none) {called_computations = [@better], mhlo.backend_config = {aggregate_to_topk = true, is_fallback = true, recall_target = 0.949999988 : f32, reduction_dim = 1 : i64, reduction_input_size_override = -1 : i64, top_k = {{count}} : i64} } : (tensor<3x50xf32>, tensor<3x50xi32>, tensor<f32>, tensor<i32>) -> (tensor<3x{{count}}xf32>, tensor<3x{{count}}xi32>)
            return %0#0, %0#1 : tensor<3x{{count}}xf32>, tensor<3x{{count}}xi32>
            """));
        CpuBuffer[] exact = Run(Program($$"""
            %0:2 = "stablehlo.sort"(%x, %i) ({
              ^bb0(%a: tensor<f32>, %b: tensor<f32>, %k: tensor<i32>, %l: tensor<i32>):
                %c = stablehlo.compare {{direction}}, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
                stablehlo.return %c : tensor<i1>
            }) {dimension = 1 : i64, is_stable = true} : (tensor<3x50xf32>, tensor<3x50xi32>) -> (tensor<3x50xf32>, tensor<3x50xi32>)
            %1 = stablehlo.slice %0#0 [0:3, 0:{{count}}] : (tensor<3x50xf32>) -> tensor<3x{{count}}xf32>
            %2 = stablehlo.slice %0#1 [0:3, 0:{{count}}] : (tensor<3x50xi32>) -> tensor<3x{{count}}xi32>
            return %1, %2 : tensor<3x{{count}}xf32>, tensor<3x{{count}}xi32>
            """));
        Assert.Multiple(() =>
        {
            Assert.That(approximate[0].Span.ToArray(), Is.EqualTo(exact[0].Span.ToArray()));
            Assert.That(approximate[1].Span.ToArray(), Is.EqualTo(exact[1].Span.ToArray()));
        });

        static CpuBuffer[] Run(string text)
        {
            using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(text));
            var random = new Random(5);
            var x = new CpuBuffer(executable.ParameterTypes[0]);
            foreach (ref float value in x.As<float>())
            {
                value = random.Next(-30, 30);
            }
            Assert.That(executable.Explain().Where(l => l.Contains("interpreter")), Is.Empty);
            return executable.Execute([x]);
        }
    }

    [TestCase(1)]
    [TestCase(0)]
    public void OrdersComeWithoutAnOperandThatCounts(int dimension) => Check($$"""
        func.func @main(%x: tensor<30x40xf32>) -> tensor<30x40xi32> {
          %i = stablehlo.iota dim = {{dimension}} : tensor<30x40xi32>
          %0:2 = "stablehlo.sort"(%x, %i) ({
            ^bb0(%a: tensor<f32>, %b: tensor<f32>, %k: tensor<i32>, %l: tensor<i32>):
              %c = stablehlo.compare LT, %a, %b, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
              stablehlo.return %c : tensor<i1>
          }) {dimension = {{dimension}} : i64, is_stable = true} : (tensor<30x40xf32>, tensor<30x40xi32>) -> (tensor<30x40xf32>, tensor<30x40xi32>)
          return %0#1 : tensor<30x40xi32>
        }
        """);

    // Indices run from -40 to 40.
    [TestCase("offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1", "1, 24", "50x24")]
    [TestCase("offset_dims = [0], collapsed_slice_dims = [1], start_index_map = [1], index_vector_dim = 1", "40, 1", "40x50")]
    [TestCase("offset_dims = [0], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1", "1, 24", "24x50")]
    public void NegativeIndicesOfAGatherCountFromTheEnd(string numbers, string sizes, string result) => Check($$"""
        func.func @main(%x: tensor<40x24xf32>, %i: tensor<50xi32>) -> tensor<{{result}}xf32> {
          %zero = stablehlo.constant dense<0> : tensor<50xi32>
          %size = stablehlo.constant dense<40> : tensor<50xi32>
          %negative = stablehlo.compare LT, %i, %zero : (tensor<50xi32>, tensor<50xi32>) -> tensor<50xi1>
          %more = stablehlo.add %i, %size : tensor<50xi32>
          %at = stablehlo.select %negative, %more, %i : tensor<50xi1>, tensor<50xi32>
          %column = stablehlo.reshape %at : (tensor<50xi32>) -> tensor<50x1xi32>
          %0 = "stablehlo.gather"(%x, %column) {dimension_numbers = #stablehlo.gather<{{numbers}}>, slice_sizes = array<i64: {{sizes}}>}
            : (tensor<40x24xf32>, tensor<50x1xi32>) -> tensor<{{result}}xf32>
          return %0 : tensor<{{result}}xf32>
        }
        """);

    [Test]
    public void NegativeIndicesAlongRows() => Check("""
        func.func @main(%x: tensor<6x35xf32>, %i: tensor<6x50xi32>) -> tensor<6x50xf32> {
          %zero = stablehlo.constant dense<0> : tensor<6x50xi32>
          %size = stablehlo.constant dense<35> : tensor<6x50xi32>
          %negative = stablehlo.compare LT, %i, %zero : (tensor<6x50xi32>, tensor<6x50xi32>) -> tensor<6x50xi1>
          %more = stablehlo.add %i, %size : tensor<6x50xi32>
          %at = stablehlo.select %negative, %more, %i : tensor<6x50xi1>, tensor<6x50xi32>
          %column = stablehlo.reshape %at : (tensor<6x50xi32>) -> tensor<6x50x1xi32>
          %0 = "stablehlo.gather"(%x, %column) {dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 2>, slice_sizes = array<i64: 1, 1>}
            : (tensor<6x35xf32>, tensor<6x50x1xi32>) -> tensor<6x50xf32>
          return %0 : tensor<6x50xf32>
        }
        """);

    [TestCase("add", "f32", false)]
    [TestCase("add", "f32", true)]
    [TestCase("maximum", "f32", true)]
    [TestCase("add", "i32", true)]
    public void RowsAreUpdatedInOrder(string combine, string kind, bool wraps)
    {
        string index = wraps ? "%at" : "%i";
        Check($$"""
            func.func @main(%x: tensor<37x50xf32>, %i: tensor<900xi32>, %u: tensor<900x50x{{kind}}>, %y: tensor<37x50x{{kind}}>) -> tensor<37x50x{{kind}}> {
              %zero = stablehlo.constant dense<0> : tensor<900xi32>
              %size = stablehlo.constant dense<37> : tensor<900xi32>
              %negative = stablehlo.compare LT, %i, %zero : (tensor<900xi32>, tensor<900xi32>) -> tensor<900xi1>
              %more = stablehlo.add %i, %size : tensor<900xi32>
              %at = stablehlo.select %negative, %more, %i : tensor<900xi1>, tensor<900xi32>
              %column = stablehlo.reshape {{index}} : (tensor<900xi32>) -> tensor<900x1xi32>
              %0 = "stablehlo.scatter"(%y, %column, %u) ({
                ^bb0(%a: tensor<{{kind}}>, %b: tensor<{{kind}}>):
                  %c = stablehlo.{{combine}} %a, %b : tensor<{{kind}}>
                  stablehlo.return %c : tensor<{{kind}}>
              }) {scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}
                : (tensor<37x50x{{kind}}>, tensor<900x1xi32>, tensor<900x50x{{kind}}>) -> tensor<37x50x{{kind}}>
              return %0 : tensor<37x50x{{kind}}>
            }
            """);
    }

    [Test]
    public void OneNumberEverywhereIsWrittenWhenNeeded()
    {
        const string Text = """
            func.func @main(%i: tensor<1000xi32>) -> tensor<1000x512xf32> {
              %zeros = stablehlo.constant dense<0.0> : tensor<1000x512xf32>
              %ones = stablehlo.constant dense<1.0> : tensor<1000x512xf32>
              %column = stablehlo.reshape %i : (tensor<1000xi32>) -> tensor<1000x1xi32>
              %0 = "stablehlo.scatter"(%zeros, %column, %ones) ({
                ^bb0(%a: tensor<f32>, %b: tensor<f32>):
                  %c = stablehlo.add %a, %b : tensor<f32>
                  stablehlo.return %c : tensor<f32>
              }) {scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}
                : (tensor<1000x512xf32>, tensor<1000x1xi32>, tensor<1000x512xf32>) -> tensor<1000x512xf32>
              return %0 : tensor<1000x512xf32>
            }
            """;
        Check(Text);
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(Text));
        Assert.That(executable.ConstantBytes, Is.LessThan(1024));
        // The zeros are in the result's memory.
        Assert.That(executable.TemporaryBytes, Is.LessThan(1000 * 512 * 4 + 4096));
    }

    [Test]
    public void TemporariesLieInResultsThatAreNotYetWritten()
    {
        const string Text = """
            func.func @main(%x: tensor<64x96xf32>, %w: tensor<96x96xf32>) -> (tensor<64x96xf32>, tensor<64x96xf32>) {
              %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<64x96xf32>, tensor<96x96xf32>) -> tensor<64x96xf32>
              %1 = stablehlo.tanh %0 : tensor<64x96xf32>
              %2 = stablehlo.dot_general %1, %w, contracting_dims = [1] x [0] : (tensor<64x96xf32>, tensor<96x96xf32>) -> tensor<64x96xf32>
              %3 = stablehlo.tanh %2 : tensor<64x96xf32>
              %4 = stablehlo.dot_general %3, %w, contracting_dims = [1] x [0] : (tensor<64x96xf32>, tensor<96x96xf32>) -> tensor<64x96xf32>
              %5 = stablehlo.tanh %4 : tensor<64x96xf32>
              %6 = stablehlo.dot_general %5, %w, contracting_dims = [1] x [0] : (tensor<64x96xf32>, tensor<96x96xf32>) -> tensor<64x96xf32>
              %7 = stablehlo.exponential %6 : tensor<64x96xf32>
              return %3, %7 : tensor<64x96xf32>, tensor<64x96xf32>
            }
            """;
        Check(Text, 1e-3);
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(Text));
        // One product is read while the last is written into its result.
        Assert.That(executable.TemporaryBytes, Is.LessThan(2 * 64 * 96 * 4));
    }

    [Test]
    public void SortsPutKeysAndResultsInOnePlace()
    {
        const string Text = """
            func.func @main(%x: tensor<16x600xf32>) -> tensor<16x600xf32> {
              %0 = "stablehlo.sort"(%x) ({
                ^bb0(%a: tensor<f32>, %b: tensor<f32>):
                  %m = stablehlo.abs %a : tensor<f32>
                  %n = stablehlo.abs %b : tensor<f32>
                  %c = stablehlo.compare LT, %m, %n, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
                  stablehlo.return %c : tensor<i1>
              }) {dimension = 1 : i64, is_stable = true} : (tensor<16x600xf32>) -> tensor<16x600xf32>
              return %0 : tensor<16x600xf32>
            }
            """;
        Check(Text);
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(Text));
        Assert.That(executable.TemporaryBytes, Is.LessThan(4096));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void KeysWithOneNaNAndOneZeroAreNotStored(bool descending)
    {
        string direction = descending ? "GT" : "LT";
        string text = $$"""
            func.func @main(%x: tensor<16x600xf32>) -> tensor<16x600xf32> {
              %0 = "stablehlo.sort"(%x) ({
                ^bb0(%a: tensor<f32>, %b: tensor<f32>):
                  %zero = stablehlo.constant dense<0.0> : tensor<f32>
                  %nan = stablehlo.constant dense<0x7FC00000> : tensor<f32>
                  %a0 = stablehlo.compare EQ, %a, %zero, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
                  %a1 = stablehlo.select %a0, %zero, %a : tensor<i1>, tensor<f32>
                  %a2 = stablehlo.compare NE, %a, %a, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
                  %a3 = stablehlo.select %a2, %nan, %a1 : tensor<i1>, tensor<f32>
                  %b0 = stablehlo.compare EQ, %b, %zero, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
                  %b1 = stablehlo.select %b0, %zero, %b : tensor<i1>, tensor<f32>
                  %b2 = stablehlo.compare NE, %b, %b, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
                  %b3 = stablehlo.select %b2, %nan, %b1 : tensor<i1>, tensor<f32>
                  %c = stablehlo.compare {{direction}}, %a3, %b3, TOTALORDER : (tensor<f32>, tensor<f32>) -> tensor<i1>
                  stablehlo.return %c : tensor<i1>
              }) {dimension = 1 : i64, is_stable = true} : (tensor<16x600xf32>) -> tensor<16x600xf32>
              return %0 : tensor<16x600xf32>
            }
            """;
        Check(text);
        var steps = new List<string>();
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(text), new CpuCompileOptions { OnPass = (pass, dump) => { if (pass == "fuse") { steps.Add(dump); } } });
        Assert.That(steps.Single(), Does.Not.Contain("fusion"));
    }

    [Test]
    public void PiecesOfOneShapeAreComputedTogether()
    {
        const string Text = """
            func.func @main(%x: tensor<64x96xf32>, %g: tensor<64x48xf32>) -> tensor<64x96xf32> {
              %a = stablehlo.slice %x [0:64, 0:48] : (tensor<64x96xf32>) -> tensor<64x48xf32>
              %b = stablehlo.slice %x [0:64, 48:96] : (tensor<64x96xf32>) -> tensor<64x48xf32>
              %s = stablehlo.logistic %a : tensor<64x48xf32>
              %n = stablehlo.negate %s : tensor<64x48xf32>
              %as = stablehlo.multiply %a, %s : tensor<64x48xf32>
              %bg = stablehlo.multiply %b, %g : tensor<64x48xf32>
              %an = stablehlo.multiply %as, %n : tensor<64x48xf32>
              %d = stablehlo.add %an, %as : tensor<64x48xf32>
              %e = stablehlo.add %d, %s : tensor<64x48xf32>
              %f = stablehlo.multiply %e, %bg : tensor<64x48xf32>
              %h = stablehlo.multiply %as, %g : tensor<64x48xf32>
              %0 = stablehlo.concatenate %f, %h, dim = 1 : (tensor<64x48xf32>, tensor<64x48xf32>) -> tensor<64x96xf32>
              return %0 : tensor<64x96xf32>
            }
            """;
        Check(Text);
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(Text));
        Assert.That(executable.TemporaryBytes, Is.Zero);
    }

    [Test]
    public void WhatALoopDoesNotChangeIsNotCopied()
    {
        const string Text = """
            func.func @main(%x: tensor<32x32xf32>, %w: tensor<32x32xf32>) -> (tensor<32x32xf32>, tensor<32x32xf32>) {
              %zero = stablehlo.constant dense<0> : tensor<i32>
              %0:3 = stablehlo.while(%i = %zero, %m = %w, %v = %x) : tensor<i32>, tensor<32x32xf32>, tensor<32x32xf32>
               cond {
                %n = stablehlo.constant dense<40> : tensor<i32>
                %c = stablehlo.compare LT, %i, %n, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
                stablehlo.return %c : tensor<i1>
              } do {
                %one = stablehlo.constant dense<1> : tensor<i32>
                %next = stablehlo.add %i, %one : tensor<i32>
                %y = stablehlo.dot_general %v, %m, contracting_dims = [1] x [0] : (tensor<32x32xf32>, tensor<32x32xf32>) -> tensor<32x32xf32>
                %small = stablehlo.constant dense<0.001> : tensor<32x32xf32>
                %s = stablehlo.multiply %y, %small : tensor<32x32xf32>
                %z = stablehlo.add %s, %x : tensor<32x32xf32>
                stablehlo.return %next, %m, %z : tensor<i32>, tensor<32x32xf32>, tensor<32x32xf32>
              }
              return %0#2, %0#1 : tensor<32x32xf32>, tensor<32x32xf32>
            }
            """;
        Check(Text);
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(Text));
        // One product besides the state, which is in the result; counters and verdicts are small.
        Assert.That(executable.TemporaryBytes, Is.LessThan(2 * 32 * 32 * 4));
    }
}
