using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Sorts whose comparator is no order of keys: compiled comparators and a merge sort, with the permutation of the reference interpreter.</summary>
public class ComparatorSortTests
{
    // By the distance from a number from outside; then, among those nearer than 2, by the second operand, and else as they stand.
    private const string Distance = """
          ^bb0(%a: tensor<f32>, %b: tensor<f32>, %c: tensor<i32>, %d: tensor<i32>):
            %p = stablehlo.subtract %a, %from : tensor<f32>
            %q = stablehlo.subtract %b, %from : tensor<f32>
            %e = stablehlo.abs %p : tensor<f32>
            %f = stablehlo.abs %q : tensor<f32>
            %two = stablehlo.constant dense<2.0> : tensor<f32>
            %u = stablehlo.maximum %e, %two : tensor<f32>
            %v = stablehlo.maximum %f, %two : tensor<f32>
            %nearer = stablehlo.compare LT, %u, %v : (tensor<f32>, tensor<f32>) -> tensor<i1>
            %same = stablehlo.compare EQ, %u, %v : (tensor<f32>, tensor<f32>) -> tensor<i1>
            %close = stablehlo.compare LE, %e, %two : (tensor<f32>, tensor<f32>) -> tensor<i1>
            %less = stablehlo.compare GT, %c, %d : (tensor<i32>, tensor<i32>) -> tensor<i1>
            %both = stablehlo.and %same, %close : tensor<i1>
            %second = stablehlo.and %both, %less : tensor<i1>
            %before = stablehlo.or %nearer, %second : tensor<i1>
            stablehlo.return %before : tensor<i1>
        """;

    [TestCase("1", 0)]
    [TestCase("2", 0)]
    [TestCase("3x1000", 1)]
    [TestCase("3x100x5", 1)]
    [TestCase("37x40", 0)]
    [TestCase("5001", 0)]
    public void AnyComparatorOrdersLines(string shape, int dimension) => Check($$"""
        func.func @main(%x: tensor<{{shape}}xf32>, %i: tensor<{{shape}}xi32>, %from: tensor<f32>) -> (tensor<{{shape}}xf32>, tensor<{{shape}}xi32>) {
          %0:2 = "stablehlo.sort"(%x, %i) <{dimension = {{dimension}} : i64, is_stable = true}> ({
        {{Distance}}
          }) : (tensor<{{shape}}xf32>, tensor<{{shape}}xi32>) -> (tensor<{{shape}}xf32>, tensor<{{shape}}xi32>)
          return %0#0, %0#1 : tensor<{{shape}}xf32>, tensor<{{shape}}xi32>
        }
        """);

    [TestCase("LE")]
    [TestCase("GE")]
    [TestCase("EQ")]
    [TestCase("NE")]
    public void ComparatorsThatAreNoOrderGiveTheInterpretersPermutation(string direction) => Check($$"""
        func.func @main(%x: tensor<4x300xi32>, %y: tensor<4x300xi8>) -> (tensor<4x300xi32>, tensor<4x300xi8>) {
          %0:2 = "stablehlo.sort"(%x, %y) <{dimension = 1 : i64, is_stable = true}> ({
          ^bb0(%a: tensor<i32>, %b: tensor<i32>, %c: tensor<i8>, %d: tensor<i8>):
            %0 = stablehlo.compare {{direction}}, %a, %b : (tensor<i32>, tensor<i32>) -> tensor<i1>
            stablehlo.return %0 : tensor<i1>
          }) : (tensor<4x300xi32>, tensor<4x300xi8>) -> (tensor<4x300xi32>, tensor<4x300xi8>)
          return %0#0, %0#1 : tensor<4x300xi32>, tensor<4x300xi8>
        }
        """);

    [Test]
    public void ComplexNumbersAndBooleansAreSortedByWhatIsMadeOfThem() => Check("""
        func.func @main(%x: tensor<50x4xf32>, %y: tensor<50x4xf32>) -> (tensor<50x4xf32>, tensor<50x4xf32>, tensor<50x4xi1>) {
          %z = stablehlo.complex %x, %y : tensor<50x4xcomplex<f32>>
          %p = stablehlo.compare LT, %x, %y : (tensor<50x4xf32>, tensor<50x4xf32>) -> tensor<50x4xi1>
          %0:2 = "stablehlo.sort"(%z, %p) <{dimension = 0 : i64, is_stable = true}> ({
          ^bb0(%a: tensor<complex<f32>>, %b: tensor<complex<f32>>, %c: tensor<i1>, %d: tensor<i1>):
            %r = stablehlo.real %a : (tensor<complex<f32>>) -> tensor<f32>
            %s = stablehlo.imag %b : (tensor<complex<f32>>) -> tensor<f32>
            %t = stablehlo.imag %a : (tensor<complex<f32>>) -> tensor<f32>
            %u = stablehlo.real %b : (tensor<complex<f32>>) -> tensor<f32>
            %v = stablehlo.multiply %r, %t : tensor<f32>
            %w = stablehlo.multiply %s, %u : tensor<f32>
            %l = stablehlo.compare LT, %v, %w : (tensor<f32>, tensor<f32>) -> tensor<i1>
            %n = stablehlo.not %c : tensor<i1>
            %m = stablehlo.and %n, %d : tensor<i1>
            %o = stablehlo.or %l, %m : tensor<i1>
            stablehlo.return %o : tensor<i1>
          }) : (tensor<50x4xcomplex<f32>>, tensor<50x4xi1>) -> (tensor<50x4xcomplex<f32>>, tensor<50x4xi1>)
          %1 = stablehlo.real %0#0 : (tensor<50x4xcomplex<f32>>) -> tensor<50x4xf32>
          %2 = stablehlo.imag %0#0 : (tensor<50x4xcomplex<f32>>) -> tensor<50x4xf32>
          return %1, %2, %0#1 : tensor<50x4xf32>, tensor<50x4xf32>, tensor<50x4xi1>
        }
        """);

    /// <summary>Each level of merges is split among the threads, which must not show.</summary>
    [Test]
    public void ThreadsDoNotMatter()
    {
        ModuleOp module = MlirParser.ParseModule($$"""
            func.func @main(%x: tensor<2x60000xf32>, %i: tensor<2x60000xi32>, %from: tensor<f32>) -> (tensor<2x60000xf32>, tensor<2x60000xi32>) {
              %0:2 = "stablehlo.sort"(%x, %i) <{dimension = 1 : i64, is_stable = true}> ({
            {{Distance}}
              }) : (tensor<2x60000xf32>, tensor<2x60000xi32>) -> (tensor<2x60000xf32>, tensor<2x60000xi32>)
              return %0#0, %0#1 : tensor<2x60000xf32>, tensor<2x60000xi32>
            }
            """);
        var random = new Random(1);
        Literal x = new(new TensorType(ElementKind.F32, new Shape(2, 60000))), i = new(new TensorType(ElementKind.I32, new Shape(2, 60000))), from = new(new TensorType(ElementKind.F32, Shape.Scalar));
        foreach (ref float value in x.As<float>()) value = random.Next(-1000, 1000) / 16f;
        foreach (ref int value in i.As<int>()) value = random.Next(100);
        from.As<float>()[0] = 3;
        using var pool = new WorkerPool(4);
        byte[][] made = [.. new[] { new WorkerPool(1), pool }.Select(p =>
        {
            using CpuExecutable executable = CpuCompiler.Compile(module, new CpuCompileOptions { Pool = p, Isa = CpuIsa.Current });
            return executable.Execute([new CpuBuffer(x), new CpuBuffer(i), new CpuBuffer(from)])[1].Span.ToArray();
        })];
        Assert.That(made[0], Is.EqualTo(made[1]));
        // 60,000 is no power of two: the interpreter's merges are these.
        (float Distance, int Second)[] keys = [.. Enumerable.Range(0, 60000).Select(k => (Math.Max(2, Math.Abs(x.As<float>()[k] - 3)), i.As<int>()[k]))];
        int[] order = [.. Enumerable.Range(0, 60000).OrderBy(k => keys[k].Distance).ThenByDescending(k => keys[k].Distance == 2 ? keys[k].Second : 0)];
        Assert.That(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(made[0])[..60000].ToArray(), Is.EqualTo(order.Select(k => i.As<int>()[k])));
    }

    /// <summary>A comparator that is more than elementwise operations on scalars stays with the interpreter, and says so.</summary>
    [Test]
    public void AComparatorOfMoreThanScalarsIsInterpreted()
    {
        ModuleOp module = MlirParser.ParseModule("""
            func.func @main(%x: tensor<9xi32>) -> tensor<9xi32> {
              %0 = "stablehlo.sort"(%x) <{dimension = 0 : i64, is_stable = true}> ({
              ^bb0(%a: tensor<i32>, %b: tensor<i32>):
                %r = stablehlo.reshape %a : (tensor<i32>) -> tensor<1xi32>
                %s = stablehlo.reshape %b : (tensor<i32>) -> tensor<1xi32>
                %t = stablehlo.compare GT, %r, %s : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi1>
                %u = stablehlo.reshape %t : (tensor<1xi1>) -> tensor<i1>
                stablehlo.return %u : tensor<i1>
              }) : (tensor<9xi32>) -> tensor<9xi32>
              return %0 : tensor<9xi32>
            }
            """);
        var x = new Literal(new TensorType(ElementKind.I32, new Shape(9)));
        for (int i = 0; i < 9; i++) x.As<int>()[i] = i * 5 % 9;
        using CpuExecutable executable = CpuCompiler.Compile(module);
        Assert.That(executable.Explain(), Has.Some.Contains("interpreter"));
        Assert.That(executable.Execute([new CpuBuffer(x)])[0].ToArray<byte>(), Is.EqualTo(Interpreter.Run(module, "main", [x])[0].Data.ToArray()));
    }
}
