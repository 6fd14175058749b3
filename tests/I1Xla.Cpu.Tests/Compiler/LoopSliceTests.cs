using I1Xla.StableHlo.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Loops that take a slice of what they are given in each round, and write one of what they return.</summary>
public class LoopSliceTests
{
    private const string Number = "tensor<i32>", Row = "tensor<24xf32>", Layer = "tensor<24x24xf32>", Layers = "tensor<9x24x24xf32>", Rows = "tensor<9x24xf32>";
    private const long LayerBytes = 4 * 24 * 24;

    // How often the loop runs is not known before, so that it is not unrolled. Indices run from -2 to 10 or 11, past both ends of nine layers.
    private const string Rounds = $"%given = stablehlo.abs %rounds : {Number}\n%two = stablehlo.constant dense<2> : {Number}\n%odd = stablehlo.remainder %given, %two : {Number}\n%least = stablehlo.constant dense<11> : {Number}\n%end = stablehlo.add %least, %odd : {Number}\n";

    private static string Scan(string layers, string slice, string next = "%cl", string parameters = $"%x: {Row}, %l: {Layers}", string before = "") => $$"""
        func.func @main({{parameters}}, %rounds: {{Number}}) -> ({{Row}}, {{Layers}}, {{Rows}}) {
          %first = stablehlo.constant dense<-2> : {{Number}}
          %none = stablehlo.constant dense<0.0> : {{Rows}}
          {{Rounds}}{{before}}
          %0:4 = stablehlo.while(%i = %first, %c = %x, %cl = {{layers}}, %ys = %none) : {{Number}}, {{Row}}, {{Layers}}, {{Rows}}
          cond {
            %more = stablehlo.compare LT, %i, %end : ({{Number}}, {{Number}}) -> tensor<i1>
            stablehlo.return %more : tensor<i1>
          } do {
            %zero = stablehlo.constant dense<0> : {{Number}}
            %one = stablehlo.constant dense<1> : {{Number}}
            %eighth = stablehlo.constant dense<0.125> : {{Row}}
            {{slice}}
            %3 = stablehlo.dot_general %c, %w, contracting_dims = [0] x [0] : ({{Row}}, {{Layer}}) -> {{Row}}
            %4 = stablehlo.multiply %3, %eighth : {{Row}}
            %5 = stablehlo.sine %4 : {{Row}}
            %6 = stablehlo.reshape %5 : ({{Row}}) -> tensor<1x24xf32>
            %7 = stablehlo.dynamic_update_slice %ys, %6, %i, %zero : ({{Rows}}, tensor<1x24xf32>, {{Number}}, {{Number}}) -> {{Rows}}
            %j = stablehlo.add %i, %one : {{Number}}
            stablehlo.return %j, %5, {{next}}, %7 : {{Number}}, {{Row}}, {{Layers}}, {{Rows}}
          }
          return %0#1, %0#2, %0#3 : {{Row}}, {{Layers}}, {{Rows}}
        }
        """;

    private const string Slice = $"%1 = stablehlo.dynamic_slice %cl, %i, %zero, %zero, sizes = [1, 24, 24] : ({Layers}, {Number}, {Number}, {Number}) -> tensor<1x24x24xf32>\n%w = stablehlo.reshape %1 : (tensor<1x24x24xf32>) -> {Layer}";

    // The layer of the round becomes another, after or before it is used.
    private const string Update = $"%u = stablehlo.negate %1 : tensor<1x24x24xf32>\n%nl = stablehlo.dynamic_update_slice %cl, %u, %i, %zero, %zero : ({Layers}, tensor<1x24x24xf32>, {Number}, {Number}, {Number}) -> {Layers}";

    /// <summary>What the loop hands on unchanged is read where it lies; what it changes is not.</summary>
    [TestCase(Slice, "%cl")]
    [TestCase($"{Slice}\n{Update}", "%nl")]
    [TestCase($"%1 = stablehlo.dynamic_slice %cl, %i, %zero, %zero, sizes = [1, 24, 24] : ({Layers}, {Number}, {Number}, {Number}) -> tensor<1x24x24xf32>\n{Update}\n%2 = stablehlo.dynamic_slice %nl, %i, %zero, %zero, sizes = [1, 24, 24] : ({Layers}, {Number}, {Number}, {Number}) -> tensor<1x24x24xf32>\n%w = stablehlo.reshape %2 : (tensor<1x24x24xf32>) -> {Layer}", "%nl")]
    public void OfCarriedLayers(string slice, string next) => Check(Scan("%l", slice, next));

    /// <summary>Layers from outside the loop, and constant ones.</summary>
    [Test]
    public void OfOtherLayers()
    {
        Check(Scan("%l", Slice.Replace("%cl", "%outer", StringComparison.Ordinal), "%cl", $"%x: {Row}, %l: {Layers}, %outer: {Layers}"));
        Check(Scan("%l", Slice.Replace("%cl", "%outer", StringComparison.Ordinal), "%cl", before: $"%k = stablehlo.iota dim = 1 : {Layers}\n%small = stablehlo.constant dense<0.01> : {Layers}\n%outer = stablehlo.multiply %k, %small : {Layers}"));
    }

    /// <summary>A slice that lies in several pieces is copied.</summary>
    [Test]
    public void InPieces() => Check(Scan("%l", $"%1 = stablehlo.transpose %cl, dims = [1, 0, 2] : ({Layers}) -> tensor<24x9x24xf32>\n%2 = stablehlo.dynamic_slice %1, %zero, %i, %zero, sizes = [24, 1, 24] : (tensor<24x9x24xf32>, {Number}, {Number}, {Number}) -> tensor<24x1x24xf32>\n%w = stablehlo.reshape %2 : (tensor<24x1x24xf32>) -> {Layer}"));

    /// <summary>A slice that is read where it lies takes no memory, and one that is a result has its own.</summary>
    [Test]
    public void NeedsNoMemory()
    {
        long within = Temporaries(Scan("%l", Slice)), changed = Temporaries(Scan("%l", $"{Slice}\n{Update}", "%nl"));
        Assert.That(within, Is.LessThan(LayerBytes));
        Assert.That(changed, Is.GreaterThanOrEqualTo(LayerBytes));
        Check($"func.func @main(%l: {Layers}, %i: {Number}) -> (tensor<1x24x24xf32>, tensor<1x24x24xf32>) {{\n%1 = stablehlo.dynamic_slice %l, %i, %i, %i, sizes = [1, 24, 24] : ({Layers}, {Number}, {Number}, {Number}) -> tensor<1x24x24xf32>\n%2 = stablehlo.cosine %1 : tensor<1x24x24xf32>\nreturn %1, %2 : tensor<1x24x24xf32>, tensor<1x24x24xf32>\n}}");

        static long Temporaries(string text)
        {
            using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(text));
            return executable.TemporaryBytes;
        }
    }

    /// <summary>A donated argument is written over by what takes its place only where its slices are read before.</summary>
    [Test]
    public void OfDonatedArguments() => Check($$"""
        func.func @main(%l: {{Layers}} {tf.aliasing_output = 0 : i32}, %i: {{Number}}) -> ({{Layers}}, {{Layer}}) {
          %1 = stablehlo.dynamic_slice %l, %i, %i, %i, sizes = [1, 24, 24] : ({{Layers}}, {{Number}}, {{Number}}, {{Number}}) -> tensor<1x24x24xf32>
          %2 = stablehlo.cosine %l : {{Layers}}
          %3 = stablehlo.reshape %1 : (tensor<1x24x24xf32>) -> {{Layer}}
          %4 = stablehlo.dot_general %3, %3, contracting_dims = [1] x [0] : ({{Layer}}, {{Layer}}) -> {{Layer}}
          return %2, %4 : {{Layers}}, {{Layer}}
        }
        """);

    /// <summary>A loop of more steps than are looked up beforehand.</summary>
    [TestCase(3)]
    [TestCase(600)]
    public void OfManySteps(int steps)
    {
        string chain = string.Concat(Enumerable.Range(0, steps).Select(i => $"%s{i} = stablehlo.reduce({(i == 0 ? "%c" : $"%d{i - 1}")} init: %f) applies stablehlo.add across dimensions = [0] : ({Row}, tensor<f32>) -> tensor<f32>\n%m{i} = stablehlo.multiply %s{i}, %small : tensor<f32>\n%t{i} = stablehlo.cosine %m{i} : tensor<f32>\n%d{i} = stablehlo.broadcast_in_dim %t{i}, dims = [] : (tensor<f32>) -> {Row}\n%o{i} = stablehlo.optimization_barrier %d{i} : {Row}\n"));
        Check($$"""
            func.func @main(%x: {{Row}}, %rounds: {{Number}}) -> {{Row}} {
              {{Rounds}}              %zero = stablehlo.constant dense<0> : {{Number}}
              %0:2 = stablehlo.while(%i = %zero, %c = %x) : {{Number}}, {{Row}}
              cond {
                %more = stablehlo.compare LT, %i, %end : ({{Number}}, {{Number}}) -> tensor<i1>
                stablehlo.return %more : tensor<i1>
              } do {
                %one = stablehlo.constant dense<1> : {{Number}}
                %f = stablehlo.constant dense<0.0> : tensor<f32>
                %small = stablehlo.constant dense<0.02> : tensor<f32>
                {{chain}}
                %j = stablehlo.add %i, %one : {{Number}}
                stablehlo.return %j, %o{{steps - 1}} : {{Number}}, {{Row}}
              }
              return %0#1 : {{Row}}
            }
            """);
    }
}
