using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Codegen;

/// <summary>Which loop kernels have machine code, on every target.</summary>
internal static class LoopSupport
{
    /// <summary>Whether every instruction and access has a form: lanes of 32 bits, narrow elements contiguous (or every other bf16), strides within reach of a gather.</summary>
    public static bool CanEmit(LoopKernel kernel)
    {
        foreach (LoopStage stage in kernel.Stages)
        {
            int vector = kernel.VectorIsOuter ? kernel.Outer[^1] : stage.Loops.Length > 0 ? stage.Loops[^1] : -1;
            if (stage.Body.Count(i => i.Op == LoopOpcode.Reduce) > 3)
            {
                return false;
            }
            foreach (LoopInstruction i in stage.Body)
            {
                if (i.Lane is Lane.F64 or Lane.I64 || i.Op is >= LoopOpcode.SDiv and <= LoopOpcode.Popcnt or >= LoopOpcode.F32ToF64 and <= LoopOpcode.F64Function)
                {
                    return false;
                }
                if (i.Op is LoopOpcode.Load or LoopOpcode.Store)
                {
                    LoopAccess access = kernel.Accesses[i.Index];
                    long step = vector < 0 ? 0 : access.Coefficients[vector];
                    if (access.Buffer < 0 || (step is not (0 or 1) && !(step == 2 && access.Kind == ElementKind.BF16) && (access.Kind.StorageBytes() != 4 || Math.Abs(step) > 1 << 22))
                        || (i.Op == LoopOpcode.Store && step == 0 && vector >= 0))
                    {
                        return false;
                    }
                }
            }
        }
        return true;
    }
}
