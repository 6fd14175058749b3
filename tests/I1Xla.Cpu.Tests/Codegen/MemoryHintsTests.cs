using System.Runtime.InteropServices;
using I1Xla.Cpu.Codegen;
using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Loops;
using I1Xla.Cpu.Tests.Compiler;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Codegen;

/// <summary>Which stores go past the caches, what is fetched ahead, and that neither changes a result.</summary>
public sealed unsafe class MemoryHintsTests
{
    private const string Softmax = """
        func.func @main(%x: tensor<64x256xf32>) -> tensor<64x256xf32> {
          %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
          %zero = stablehlo.constant dense<0.0> : tensor<f32>
          %m = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [1] : (tensor<64x256xf32>, tensor<f32>) -> tensor<64xf32>
          %mb = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<64xf32>) -> tensor<64x256xf32>
          %d = stablehlo.subtract %x, %mb : tensor<64x256xf32>
          %e = stablehlo.exponential %d : tensor<64x256xf32>
          %s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<64x256xf32>, tensor<f32>) -> tensor<64xf32>
          %sb = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<64xf32>) -> tensor<64x256xf32>
          %y = stablehlo.divide %e, %sb : tensor<64x256xf32>
          return %y : tensor<64x256xf32>
        }
        """;

    private static IEnumerable<IsaLevel> Emitted => ProgramCheck.Levels.Where(l => l > IsaLevel.Portable);

    [Test]
    public void RowsReadAgainFetchTheNextAndResultsAreStreamed()
    {
        LoopKernel kernel = Kernel(Softmax);
        MemoryHints hints = Of(kernel, 1);
        int[] loads = [.. kernel.Stages.SelectMany(s => s.Body).Where(i => i.Op == LoopOpcode.Load && kernel.Accesses[i.Index].Buffer >= 0).Select(i => i.Index)];
        Assert.That(loads.Select(i => hints.Ahead[i]), Is.EqualTo(new long[] { 0, 1024 }), kernel.ToString());
        Assert.That(hints.Streamed.Count(s => s), Is.EqualTo(1));
        Assert.That(hints.Buffers(kernel), Is.EqualTo(kernel.Stages[^1].Body.Where(i => i.Op == LoopOpcode.Store).Select(i => kernel.Accesses[i.Index].Buffer)));
    }

    [TestCase(64, 16 * 1024)]
    [TestCase(31, 0, Description = "most of the rows that are so far ahead do not exist")]
    public void ColumnsFetchRowsAhead(int rows, long ahead)
    {
        LoopKernel kernel = Kernel($$"""
            func.func @main(%x: tensor<{{rows}}x256xf32>) -> tensor<256xf32> {
              %zero = stablehlo.constant dense<0.0> : tensor<f32>
              %e = stablehlo.exponential %x : tensor<{{rows}}x256xf32>
              %s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<{{rows}}x256xf32>, tensor<f32>) -> tensor<256xf32>
              return %s : tensor<256xf32>
            }
            """);
        Assert.That(kernel.VectorIsOuter);
        Assert.That(Of(kernel, 1).Ahead.Max(), Is.EqualTo(ahead));
    }

    [Test]
    public void SmallBuffersAreLeftToTheCaches()
    {
        MemoryHints hints = Of(Kernel(Softmax), 64 * 256 * 4 + 1);
        Assert.That(hints.Streamed, Has.None.True);
        Assert.That(hints.Ahead, Has.All.Zero);
    }

    [TestCase("tensor<64x256xf32>", ExpectedResult = true)]
    [TestCase("tensor<64x250xf32>", ExpectedResult = true, Description = "one run from end to end")]
    [TestCase("tensor<16384xi8>", ExpectedResult = true)]
    public bool OneLoopOverAllIsStreamed(string type) =>
        Of(Kernel($"func.func @main(%x: {type}) -> {type} {{ %y = stablehlo.add %x, %x : {type} return %y : {type} }}"), 1).Streamed.Contains(true);

    [Test]
    public void RowsThatStartWithinALineAreNot()
    {
        const string Text = """
            func.func @main(%x: tensor<64x250xf32>) -> tensor<64x250xf32> {
              %zero = stablehlo.constant dense<0.0> : tensor<f32>
              %s = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<64x250xf32>, tensor<f32>) -> tensor<64xf32>
              %b = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<64xf32>) -> tensor<64x250xf32>
              %y = stablehlo.subtract %x, %b : tensor<64x250xf32>
              return %y : tensor<64x250xf32>
            }
            """;
        Assert.That(Of(Kernel(Text), 1).Streamed, Has.None.True);
    }

    [TestCaseSource(nameof(Emitted))]
    public void AResultOverItsOperandIsStoredOrdinarily(IsaLevel isa)
    {
        // A donated argument is overwritten where it lies; its lines are in the cache then.
        ModuleOp donated = MlirParser.ParseModule("func.func @main(%x: tensor<4096xf32> {tf.aliasing_output = 0 : i32}) -> tensor<4096xf32> { %y = stablehlo.add %x, %x : tensor<4096xf32> return %y : tensor<4096xf32> }");
        ModuleOp kept = MlirParser.ParseModule("func.func @main(%x: tensor<4096xf32>) -> tensor<4096xf32> { %y = stablehlo.add %x, %x : tensor<4096xf32> return %y : tensor<4096xf32> }");
        Assert.That((Streams(donated), Streams(kept)), Is.EqualTo((false, true)));

        bool Streams(ModuleOp module)
        {
            string steps = "";
            using CpuExecutable executable = CpuCompiler.Compile(module, new CpuCompileOptions { Isa = isa, StreamBytes = 1, OnPass = (pass, text) => steps = pass == "steps" ? text : steps });
            return steps.Contains("past the caches");
        }
    }

    // Threads start at cache lines however many elements there are: a store past the caches faults elsewhere.
    [TestCaseSource(nameof(Emitted))]
    public void ThreadsShareAnOddNumberOfElements(IsaLevel isa)
    {
        ModuleOp module = MlirParser.ParseModule("func.func @main(%x: tensor<4190209xf32>) -> tensor<4190209xf32> { %y = stablehlo.add %x, %x : tensor<4190209xf32> return %y : tensor<4190209xf32> }");
        foreach (int threads in new[] { 2, 3 })
        {
            using var pool = new WorkerPool(threads);
            using CpuExecutable executable = CpuCompiler.Compile(module, new CpuCompileOptions { Isa = isa, StreamBytes = 1, Pool = pool });
            using var x = new CpuBuffer((TensorType)module.FindFunction("main")!.Value.Type.Inputs[0]);
            for (int i = 0; i < x.As<float>().Length; i++) x.As<float>()[i] = i;
            using CpuBuffer y = executable.Execute([x])[0];
            for (int i = 0; i < y.As<float>().Length; i++)
            {
                if (y.As<float>()[i] != 2f * i) Assert.Fail($"element {i} is {y.As<float>()[i]}, {threads} threads");
            }
        }
    }

    [TestCaseSource(nameof(Emitted))]
    public void MemoryThatStartsWithinALineGetsOrdinaryStores(IsaLevel isa)
    {
        LoopKernel kernel = Kernel("func.func @main(%x: tensor<1000xf32>) -> tensor<1000xf32> { %y = stablehlo.add %x, %x : tensor<1000xf32> return %y : tensor<1000xf32> }");
        NativeLoop loop = NativeLoop.Create(kernel, LoopTarget.For(isa)!, Of(kernel, 1), out _)!;
        var code = new NativeLoopCode(kernel, loop);
        var memory = (byte*)NativeMemory.AlignedAlloc(16384, 64);
        byte** buffers = stackalloc byte*[2];
        try
        {
            foreach (int offset in new[] { 0, 4, 32 })
            {
                float* x = (float*)memory, y = (float*)(memory + 8192 + offset);
                for (int i = 0; i < 1000; i++) (x[i], y[i]) = (i / 3f, 0);
                buffers[0] = (byte*)x;
                buffers[1] = (byte*)y;
                code.Run(buffers, 0, kernel.Units);
                for (int i = 0; i < 1000; i++) Assert.That(y[i], Is.EqualTo(x[i] + x[i]), $"element {i} at offset {offset}");
                buffers[1] = memory + 8192;
                var whole = loop.For(buffers);
                buffers[1] += offset;
                Assert.That(loop.For(buffers), offset == 0 ? Is.SameAs(whole) : Is.Not.SameAs(whole));
            }
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    [TestCase("f64"), TestCase("f32"), TestCase("bf16"), TestCase("f16"), TestCase("i8"), TestCase("i16"), TestCase("i64"), TestCase("i1")]
    public void EveryElementTypeIsStoredRightly(string to)
    {
        // With 64-bit lanes and without; 3 rows of 64 columns and a tail.
        foreach (string from in new[] { "f32", "f64", "i64", "i32" })
        {
            ProgramCheck.Check($$"""
                func.func @main(%x: tensor<3x64x{{from}}>, %y: tensor<1003x{{from}}>) -> (tensor<3x64x{{to}}>, tensor<1003x{{to}}>) {
                  %a = stablehlo.convert %x : (tensor<3x64x{{from}}>) -> tensor<3x64x{{to}}>
                  %b = stablehlo.convert %y : (tensor<1003x{{from}}>) -> tensor<1003x{{to}}>
                  return %a, %b : tensor<3x64x{{to}}>, tensor<1003x{{to}}>
                }
                """);
        }
    }

    [TestCase(1024, "logistic", true, ExpectedResult = 0)]
    [TestCase(1024, "logistic", false, ExpectedResult = 2)]
    [TestCase(1040, "logistic", true, ExpectedResult = 2, Description = "the halves are at different places in their pages")]
    [TestCase(1024, "negate", true, ExpectedResult = 2, Description = "no constants")]
    public int HalvesAtOnePlaceInTheirPages(int half, string function, bool constantsInMemory)
    {
        string part = $"tensor<64x{half}xf32>", whole = $"tensor<64x{2 * half}xf32>";
        LoopKernel kernel = Kernel($$"""
            func.func @main(%x: {{part}}) -> {{whole}} {
              %s = stablehlo.{{function}} %x : {{part}}
              %p = stablehlo.multiply %s, %x : {{part}}
              %y = stablehlo.concatenate %s, %p, dim = 1 : ({{part}}, {{part}}) -> {{whole}}
              return %y : {{whole}}
            }
            """);
        return Of(kernel, 1, constantsInMemory).Streamed.Count(s => s);
    }

    [TestCase("logistic", 2)]
    [TestCase("negate", 0)]
    public void RowsReadOnceWithMuchArithmeticFetchWhatFollows(string function, int fetched)
    {
        LoopKernel kernel = Kernel($$"""
            func.func @main(%x: tensor<64x256xf32>) -> tensor<64x128xf32> {
              %a = stablehlo.slice %x [0:64, 0:128] : (tensor<64x256xf32>) -> tensor<64x128xf32>
              %b = stablehlo.slice %x [0:64, 128:256] : (tensor<64x256xf32>) -> tensor<64x128xf32>
              %s = stablehlo.{{function}} %a : tensor<64x128xf32>
              %y = stablehlo.multiply %s, %b : tensor<64x128xf32>
              return %y : tensor<64x128xf32>
            }
            """);
        Assert.That(Of(kernel, 1).Ahead.Count(a => a > 0), Is.EqualTo(fetched));
        Assert.That(Of(kernel, long.MaxValue).Ahead, Is.All.Zero);
    }

    [TestCase("0, 2, 3, 1", "16x64x96x3", 1, Description = "rows of planes in turns: the rows that follow come later")]
    [TestCase("0, 1, 2, 3", "16x3x64x96", 0, Description = "one row after the other")]
    public void RowsOfPlanesFetchWhatFollows(string permutation, string to, int fetched)
    {
        LoopKernel kernel = Kernel($$"""
            func.func @main(%x: tensor<16x3x64x96xf32>) -> tensor<{{to}}xui8> {
              %low = stablehlo.constant dense<0.0> : tensor<f32>
              %high = stablehlo.constant dense<255.0> : tensor<f32>
              %t = stablehlo.transpose %x, dims = [{{permutation}}] : (tensor<16x3x64x96xf32>) -> tensor<{{to}}xf32>
              %c = stablehlo.clamp %low, %t, %high : (tensor<f32>, tensor<{{to}}xf32>, tensor<f32>) -> tensor<{{to}}xf32>
              %y = stablehlo.convert %c : (tensor<{{to}}xf32>) -> tensor<{{to}}xui8>
              return %y : tensor<{{to}}xui8>
            }
            """);
        Assert.That(Of(kernel, 1).Ahead.Count(a => a > 0), Is.EqualTo(fetched), kernel.ToString());
    }

    private static MemoryHints Of(LoopKernel kernel, long streamBytes, bool constantsInMemory = false) =>
        MemoryHints.Of(kernel, [.. Enumerable.Repeat(64L * 256 * 4, kernel.Buffers)], streamBytes, constantsInMemory);

    private static LoopKernel Kernel(string text)
    {
        ModuleOp module = MlirParser.ParseModule(text);
        HloComputation graph = new HloImporter(module, new HloBuilder { Simplify = true }).Import(module.FindFunction("main")!.Value);
        return FusionPlanner.Plan(graph, fuse: true).SelectMany(s => s.Kernels).Single().Kernel;
    }
}
