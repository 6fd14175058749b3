using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Codegen;

/// <summary>Which loop kernels have machine code.</summary>
internal static class LoopSupport
{
    /// <summary>Whether some values of a kernel have 64 bits.</summary>
    public static bool IsWide(LoopKernel kernel) => kernel.Stages.Any(s => s.Body.Any(i => i.Lane is Lane.F64 or Lane.I64));

    /// <summary>
    /// Why a kernel has no machine code; null when every instruction and access has a form: elements lie at strides within reach of a gather. Narrow ones that are
    /// not contiguous (or every other bf16 in lanes of 32 bits, every other word in lanes of 64) are moved one by one.
    /// </summary>
    public static string? Obstacle(LoopKernel kernel)
    {
        foreach (LoopStage stage in kernel.Stages)
        {
            int vector = kernel.VectorIsOuter ? kernel.Outer[^1] : stage.Loops.Length > 0 ? stage.Loops[^1] : -1;
            if (stage.Body.Count(i => i.Op == LoopOpcode.Reduce) > 3)
            {
                return "more than three reductions at once";
            }
            foreach (LoopInstruction i in stage.Body)
            {
                if (!Has(i))
                {
                    return $"no instructions for {i.Op} of {i.Lane}";
                }
                if (i.Op is LoopOpcode.Load or LoopOpcode.Store)
                {
                    LoopAccess access = kernel.Accesses[i.Index];
                    long step = vector < 0 ? 0 : access.Coefficients[vector];
                    if (i.Op == LoopOpcode.Store && step == 0 && vector >= 0)
                    {
                        return "all lanes write one element";
                    }
                    if (access.IsIndex || Math.Abs(step) > 1 << 21)
                    {
                        return $"{access.Kind.Name()} at a stride of {step}";
                    }
                }
            }
        }
        return null;
    }

    private static bool Has(LoopInstruction i) => i.Op is not ((>= LoopOpcode.SDiv and <= LoopOpcode.URem) or LoopOpcode.FScale or LoopOpcode.FScaleSum) || i.Lane is Lane.I32 or Lane.F32;
}
