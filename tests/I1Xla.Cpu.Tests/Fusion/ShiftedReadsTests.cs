using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Fusion;

/// <summary>How often kernels read one operand at different places.</summary>
public sealed class ShiftedReadsTests
{
    // A window of 1,024 is ten doublings: as one loop it would be read 1,024 times for each element.
    [Test]
    public void DoubledWindowsAreWrittenNowAndThen()
    {
        LoopKernel[] kernels = Kernels("""
            func.func @main(%x: tensor<8x4096xf32>) -> tensor<8x3073xf32> {
              %zero = stablehlo.constant dense<0.0> : tensor<f32>
              %0 = "stablehlo.reduce_window"(%x, %zero) ({
              ^bb0(%a: tensor<f32>, %b: tensor<f32>):
                %s = stablehlo.add %a, %b : tensor<f32>
                stablehlo.return %s : tensor<f32>
              }) {window_dimensions = array<i64: 1, 1024>} : (tensor<8x4096xf32>, tensor<f32>) -> tensor<8x3073xf32>
              return %0 : tensor<8x3073xf32>
            }
            """);
        Assert.That(kernels, Has.Length.GreaterThan(1));
        Assert.That(kernels.Select(Loads), Is.All.InRange(2, 16));
    }

    [Test]
    public void TwoHalvesOfWhatIsComputedStayInTheLoop()
    {
        LoopKernel[] kernels = Kernels("""
            func.func @main(%x: tensor<64x128xf32>, %c: tensor<64x64xf32>) -> tensor<64x64xf32> {
              %y = stablehlo.exponential %x : tensor<64x128xf32>
              %a = stablehlo.slice %x [0:64, 0:64] : (tensor<64x128xf32>) -> tensor<64x64xf32>
              %b = stablehlo.slice %x [0:64, 64:128] : (tensor<64x128xf32>) -> tensor<64x64xf32>
              %p = stablehlo.multiply %a, %c : tensor<64x64xf32>
              %q = stablehlo.subtract %p, %b : tensor<64x64xf32>
              %d = stablehlo.slice %y [0:64, 64:128] : (tensor<64x128xf32>) -> tensor<64x64xf32>
              %r = stablehlo.add %q, %d : tensor<64x64xf32>
              return %r : tensor<64x64xf32>
            }
            """);
        Assert.That(kernels.Select(Loads), Is.EqualTo(new[] { 3 }));
    }

    private static int Loads(LoopKernel kernel) => kernel.Stages.Sum(s => s.Body.Count(i => i.Op == LoopOpcode.Load));

    private static LoopKernel[] Kernels(string text)
    {
        ModuleOp module = MlirParser.ParseModule(text);
        HloComputation graph = new HloImporter(module, new HloBuilder { Simplify = true }).Import(module.FindFunction("main")!.Value);
        return [.. FusionPlanner.Plan(graph, fuse: true).SelectMany(s => s.Kernels).Select(k => k.Kernel)];
    }
}
