using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Loops;
using I1Xla.Cpu.Tests.Compiler;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Fusion;

/// <summary>Which values a loop keeps from one stage for a later one, and that results stay right.</summary>
public sealed class RowKeepingTests
{
    [Test]
    public void ExponentialsOfARowAreComputedOnce()
    {
        LoopKernel kernel = Kernel(Softmax("64x256xf32", "64xf32", 0, 1));
        LoopInstruction[] all = [.. kernel.Stages.SelectMany(s => s.Body)];
        Assert.That(all.Count(i => i.Op == LoopOpcode.FScaleSum), Is.EqualTo(1), kernel.ToString());
        Assert.That(kernel.ScratchBytes, Is.EqualTo(256 * 4));
        Assert.That(all.Count(i => i.Op == LoopOpcode.Load && kernel.Accesses[i.Index].Buffer >= 0), Is.EqualTo(2), kernel.ToString());
    }

    [Test]
    public void ColumnsAreReadOnceAndTheExponentialsTakeTheirPlace()
    {
        LoopKernel kernel = Kernel(Softmax("64x2048xf32", "2048xf32", 1, 0));
        Assert.That(kernel.VectorIsOuter);
        LoopInstruction[] all = [.. kernel.Stages.SelectMany(s => s.Body)];
        Assert.That(all.Count(i => i.Op == LoopOpcode.FScaleSum), Is.EqualTo(1), kernel.ToString());
        Assert.That(all.Count(i => i.Op == LoopOpcode.Load && kernel.Accesses[i.Index].Buffer >= 0), Is.EqualTo(1), kernel.ToString());
        Assert.That(kernel.ScratchBytes, Is.EqualTo(64 * LoopKernel.BlockLanes * 4));
    }

    [Test]
    public void CheapWorkAndRowsTooLongAreComputedAgain()
    {
        LoopKernel kernel = Kernel("""
            func.func @main(%x: tensor<64x256xf32>) -> tensor<64x256xf32> {
              %zero = stablehlo.constant dense<0.0> : tensor<f32>
              %y = stablehlo.add %x, %x : tensor<64x256xf32>
              %s = stablehlo.reduce(%y init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<64x256xf32>, tensor<f32>) -> tensor<64xf32>
              %b = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<64xf32>) -> tensor<64x256xf32>
              %z = stablehlo.multiply %y, %b : tensor<64x256xf32>
              return %z : tensor<64x256xf32>
            }
            """);
        Assert.That(kernel.ScratchBytes, Is.Zero, kernel.ToString());
        Assert.That(Kernel(Softmax("64x40000xf32", "64xf32", 0, 1)).ScratchBytes, Is.Zero);
    }

    [TestCase("33x1003xf32", "33xf32", 0, 1)]
    [TestCase("37x1100xf32", "1100xf32", 1, 0)]
    [TestCase("37x1024xf32", "1024xf32", 1, 0)]
    public void SoftmaxIsRight(string type, string reduced, int along, int across) => ProgramCheck.Check(Softmax(type, reduced, along, across));

    [Test]
    public void SoftmaxOverAMiddleDimensionIsRight() => ProgramCheck.Check("""
        func.func @main(%x: tensor<3x19x400xf32>) -> tensor<3x19x400xf32> {
          %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
          %zero = stablehlo.constant dense<0.0> : tensor<f32>
          %m = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [1] : (tensor<3x19x400xf32>, tensor<f32>) -> tensor<3x400xf32>
          %mb = stablehlo.broadcast_in_dim %m, dims = [0, 2] : (tensor<3x400xf32>) -> tensor<3x19x400xf32>
          %d = stablehlo.subtract %x, %mb : tensor<3x19x400xf32>
          %e = stablehlo.exponential %d : tensor<3x19x400xf32>
          %s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<3x19x400xf32>, tensor<f32>) -> tensor<3x400xf32>
          %sb = stablehlo.broadcast_in_dim %s, dims = [0, 2] : (tensor<3x400xf32>) -> tensor<3x19x400xf32>
          %y = stablehlo.divide %e, %sb : tensor<3x19x400xf32>
          return %y : tensor<3x19x400xf32>
        }
        """);

    // Two values kept at once, and one that takes the place of another.
    [Test]
    public void SeveralKeptRowsAreRight() => ProgramCheck.Check("""
        func.func @main(%x: tensor<21x517xf32>) -> tensor<21x517xf32> {
          %zero = stablehlo.constant dense<0.0> : tensor<f32>
          %e = stablehlo.exponential %x : tensor<21x517xf32>
          %t = stablehlo.tanh %x : tensor<21x517xf32>
          %p = stablehlo.multiply %e, %t : tensor<21x517xf32>
          %s = stablehlo.reduce(%p init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<21x517xf32>, tensor<f32>) -> tensor<21xf32>
          %sb = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<21xf32>) -> tensor<21x517xf32>
          %c = stablehlo.add %t, %sb : tensor<21x517xf32>
          %l = stablehlo.logistic %c : tensor<21x517xf32>
          %r = stablehlo.reduce(%l init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<21x517xf32>, tensor<f32>) -> tensor<21xf32>
          %rb = stablehlo.broadcast_in_dim %r, dims = [0] : (tensor<21xf32>) -> tensor<21x517xf32>
          %q = stablehlo.divide %l, %rb : tensor<21x517xf32>
          %y = stablehlo.add %q, %e : tensor<21x517xf32>
          return %y : tensor<21x517xf32>
        }
        """);

    private static string Softmax(string type, string reduced, int along, int across) => $$"""
        func.func @main(%x: tensor<{{type}}>) -> tensor<{{type}}> {
          %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
          %zero = stablehlo.constant dense<0.0> : tensor<f32>
          %m = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [{{across}}] : (tensor<{{type}}>, tensor<f32>) -> tensor<{{reduced}}>
          %mb = stablehlo.broadcast_in_dim %m, dims = [{{along}}] : (tensor<{{reduced}}>) -> tensor<{{type}}>
          %d = stablehlo.subtract %x, %mb : tensor<{{type}}>
          %e = stablehlo.exponential %d : tensor<{{type}}>
          %s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [{{across}}] : (tensor<{{type}}>, tensor<f32>) -> tensor<{{reduced}}>
          %sb = stablehlo.broadcast_in_dim %s, dims = [{{along}}] : (tensor<{{reduced}}>) -> tensor<{{type}}>
          %y = stablehlo.divide %e, %sb : tensor<{{type}}>
          return %y : tensor<{{type}}>
        }
        """;

    private static LoopKernel Kernel(string text)
    {
        ModuleOp module = MlirParser.ParseModule(text);
        HloComputation graph = new HloImporter(module, new HloBuilder { Simplify = true }).Import(module.FindFunction("main")!.Value);
        return FusionPlanner.Plan(graph, fuse: true).SelectMany(s => s.Kernels).Single().Kernel;
    }
}
