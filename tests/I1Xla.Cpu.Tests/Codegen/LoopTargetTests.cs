using I1Xla.Cpu.Codegen;
using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Loops;
using I1Xla.Cpu.Tests.Compiler;
using I1Xla.StableHlo.Conformance.RandomPrograms;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using Iced.Intel;

namespace I1Xla.Cpu.Tests.Codegen;

/// <summary>What the loop emitter writes for each instruction set.</summary>
public class LoopTargetTests
{
    [Test]
    public void CodeForAvx2HasNoInstructionOfALaterSet()
    {
        int loops = 0;
        var seen = new HashSet<CpuidFeature>();
        foreach (LoopKernel kernel in Enumerable.Range(0, 200).SelectMany(seed => Kernels(seed % 2 == 0 ? new RandomPrograms(seed).Generate() : RandomProgram.Create(seed).Text)))
        {
            if (LoopEmitter.Emit(kernel, LoopTarget.For(IsaLevel.Avx2)!, AllHints(kernel), 0x10000, out _, out _) is not { } code)
            {
                continue;
            }
            loops++;
            var decoder = Decoder.Create(64, code);
            while (decoder.IP < (ulong)code.Length)
            {
                Instruction instruction = decoder.Decode();
                Assert.That(instruction.Encoding, Is.EqualTo(EncodingKind.Legacy).Or.EqualTo(EncodingKind.VEX), instruction.ToString());
                seen.UnionWith(instruction.CpuidFeatures);
            }
        }
        Assert.That(loops, Is.GreaterThan(200));
        Assert.That(seen, Does.Contain(CpuidFeature.AVX2).And.Contain(CpuidFeature.FMA));
        Assert.That(seen, Is.SubsetOf(new[]
        {
            CpuidFeature.INTEL8086, CpuidFeature.INTEL8086_ONLY, CpuidFeature.INTEL186, CpuidFeature.INTEL386, CpuidFeature.INTEL486, CpuidFeature.X64, CpuidFeature.CMOV,
            CpuidFeature.MULTIBYTENOP, CpuidFeature.SSE, CpuidFeature.AVX, CpuidFeature.AVX2, CpuidFeature.FMA, CpuidFeature.F16C,
        }));
    }

    [Test]
    public void WhatHasCodeInAvx2HasItInAvx512()
    {
        (int both, int one) = (0, 0);
        foreach (LoopKernel kernel in Enumerable.Range(0, 200).SelectMany(seed => Kernels(RandomProgram.Create(seed).Text)))
        {
            bool lower = LoopEmitter.Emit(kernel, LoopTarget.For(IsaLevel.Avx2)!, AllHints(kernel), 0x10000, out _, out _) is not null;
            bool upper = LoopEmitter.Emit(kernel, LoopTarget.For(IsaLevel.Avx512)!, AllHints(kernel), 0x10000, out _, out _) is not null;
            Assert.That(upper || !lower, kernel.ToString());
            (both, one) = (both + (lower ? 1 : 0), one + (lower != upper ? 1 : 0));
        }
        Assert.That(both, Is.GreaterThan(10 * one));
    }

    [Test]
    public void AProgramForInstructionsThatTheMachineLacksIsRefused()
    {
        ModuleOp module = MlirParser.ParseModule("module { func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> { return %x : tensor<4xf32> } }");
        Assert.That(() => CpuCompiler.Compile(module, new CpuCompileOptions { Isa = IsaLevel.Avx512Amx + 1 }), Throws.ArgumentException.With.Message.Contains("this machine has"));
    }

    private static MemoryHints AllHints(LoopKernel kernel) => MemoryHints.Of(kernel, [.. Enumerable.Repeat(1L, kernel.Buffers)], 1, constantsInMemory: false);

    private static LoopKernel[] Kernels(string text)
    {
        ModuleOp module = MlirParser.ParseModule(text);
        try
        {
            HloComputation graph = new HloImporter(module, new HloBuilder { Simplify = true }).Import(module.FindFunction("main")!.Value);
            return [.. FusionPlanner.Plan(graph, fuse: true).SelectMany(s => s.Kernels).Select(k => k.Kernel)];
        }
        catch (CpuUnsupportedException)
        {
            return [];
        }
    }
}
