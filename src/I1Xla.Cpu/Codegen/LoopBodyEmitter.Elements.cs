using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>Single elements: at places that are computed, and stored as scalars, which a load that follows finds before they reach memory.</summary>
internal abstract partial class LoopBodyEmitter
{
    private void LoadElement(LoopInstruction ins)
    {
        int index = Use(ins.A), d = Define(_at);
        Broadcast(_kernel.Accesses[ins.Index].Kind, d, ElementAt(ins.Index, index));
    }

    // By way of rcx, and of rax where the pointer has no register.
    private MemoryOperand ElementAt(int access, int index)
    {
        Emit(Instruction.Create(Target.FirstLane.Word, Register.ECX, First(index)));
        Pointer(access, out Register pointer);
        return new MemoryOperand(pointer, Register.RCX, _kernel.Accesses[access].Kind.StorageBytes());
    }

    private void StoreElement(LoopAccess access, MemoryOperand at, int x)
    {
        switch (access.Kind)
        {
            case ElementKind.F32 or ElementKind.I32 or ElementKind.UI32:
                Emit(Instruction.Create(Target.FirstLane.Word, at, First(x)));
                break;
            case ElementKind.F64 or ElementKind.I64 or ElementKind.UI64:
                Emit(Instruction.Create(Target.FirstLane.Long, at, First(x)));
                break;
            case ElementKind.BF16 or ElementKind.I16 or ElementKind.UI16 or ElementKind.I8 or ElementKind.UI8 or ElementKind.I1:
                Emit(Instruction.Create(Target.FirstLane.Word, Register.EDX, First(x)));
                if (access.Kind == ElementKind.BF16)
                {
                    _a.shr(edx, 16);
                }
                else if (access.Kind == ElementKind.I1)
                {
                    _a.and(edx, 1);
                }
                Emit(access.Kind.StorageBytes() == 1 ? Instruction.Create(Code.Mov_rm8_r8, at, Register.DL) : Instruction.Create(Code.Mov_rm16_r16, at, Register.DX));
                break;
            default:
                Emit(Instruction.Create(Code.Lea_r64_m, Register.RAX, at));
                StoreLanes(access, Register.RAX, 1, x, streamed: false);
                break;
        }
    }

    // The register that is the first lanes of a vector.
    private static Register First(int r) => Register.XMM0 + r;
}
