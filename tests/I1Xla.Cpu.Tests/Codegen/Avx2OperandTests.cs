using I1Xla.Cpu.Codegen;
using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using Iced.Intel;

namespace I1Xla.Cpu.Tests.Codegen;

/// <summary>What AVX2 code reads where it lies instead of keeping, and what it need not compute.</summary>
public class Avx2OperandTests
{
    [Test]
    public void AnElementThatOneInstructionUsesIsItsOperand()
    {
        List<Instruction> code = Code("func.func @main(%x: tensor<64xf32>, %y: tensor<64xf32>) -> tensor<64xf32> { %0 = stablehlo.multiply %x, %y : tensor<64xf32> return %0 : tensor<64xf32> }");
        Assert.That(code.Count(i => i.Mnemonic == Mnemonic.Vmulps && i.Op2Kind == OpKind.Memory), Is.GreaterThan(1));
        Assert.That(code.Count(i => i.Mnemonic == Mnemonic.Vmovups && i.Op1Kind == OpKind.Memory), Is.EqualTo(code.Count(i => i.Mnemonic == Mnemonic.Vmulps)));
    }

    [Test]
    public void ElementsAreReadAgainRatherThanKeptOnTheStack()
    {
        List<Instruction> code = Code("func.func @main(%x: tensor<64xf32>) -> tensor<64xf32> { %0 = stablehlo.logistic %x : tensor<64xf32> %1 = stablehlo.multiply %x, %0 : tensor<64xf32> return %1 : tensor<64xf32> }");
        Assert.That(code.Count(i => i.Mnemonic == Mnemonic.Vmovaps && i.Op0Kind == OpKind.Memory), Is.LessThanOrEqualTo(1));
        // The sign itself chooses.
        Assert.That(code.Count(i => i.Mnemonic is Mnemonic.Vcmpps or Mnemonic.Vpcmpgtd), Is.Zero);
    }

    [Test]
    public void RoundedElementsAreCutByTheirStoreAlone()
    {
        List<Instruction> code = Code("func.func @main(%x: tensor<64xbf16>) -> tensor<64xbf16> { %0 = stablehlo.multiply %x, %x : tensor<64xbf16> return %0 : tensor<64xbf16> }");
        Assert.That(code.Count(i => i.Mnemonic == Mnemonic.Vpand), Is.EqualTo(code.Count(i => i.Mnemonic == Mnemonic.Vmulps)), "only the bit that decides ties");
    }

    [Test]
    public void VectorsInTurnsShareConstants()
    {
        List<Instruction> code = Code("func.func @main(%x: tensor<64xf32>) -> tensor<64xf32> { %0 = stablehlo.exponential %x : tensor<64xf32> return %0 : tensor<64xf32> }");
        List<Instruction> sums = [.. code.Where(i => i.Mnemonic == Mnemonic.Vsubps)];
        Assert.That(sums, Has.Count.GreaterThanOrEqualTo(4));
        Assert.That(sums.Count(i => i.Op2Kind == OpKind.Memory), Is.LessThanOrEqualTo(sums.Count - 4), "the marker of four vectors is in a register");
    }

    private static List<Instruction> Code(string text)
    {
        ModuleOp module = MlirParser.ParseModule(text);
        HloComputation graph = new HloImporter(module, new HloBuilder { Simplify = true }).Import(module.FindFunction("main")!.Value);
        LoopKernel kernel = FusionPlanner.Plan(graph, fuse: true).SelectMany(s => s.Kernels).Single().Kernel;
        byte[] code = LoopEmitter.Emit(kernel, LoopTarget.For(IsaLevel.Avx2)!, MemoryHints.None(kernel), 0, out _, out string? obstacle)!;
        Assert.That(obstacle, Is.Null);
        var decoder = Decoder.Create(64, code);
        var all = new List<Instruction>();
        while (decoder.IP < (ulong)code.Length)
        {
            all.Add(decoder.Decode());
        }
        return all;
    }
}
