using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>Kernels of single integers in memory: counters, and what decides whether a loop goes on.</summary>
internal sealed partial class IntegerLoopEmitter
{
    // Behind those that a function may change stand those that it has to restore; rdi holds the buffers.
    private static readonly Register[] s_functionRegisters =
        [Register.RSI, Register.R8, Register.R9, Register.R10, Register.R11, Register.RBX, Register.RBP, Register.R12, Register.R13, Register.R14, Register.R15];

    private const int Changeable = 5;

    // Distances in instructions have 32 bits.
    private const long MostOffset = 1 << 24;

    /// <summary>Emits the whole function of a kernel; false, and nothing emitted, where it is more than one stage of single integers in memory, or holds more at once than registers.</summary>
    /// <param name="a">Where it goes.</param>
    /// <param name="kernel">The kernel.</param>
    public static bool TryEmitFunction(Assembler a, LoopKernel kernel)
    {
        if (kernel is not { Outer: [], Repeats: null, Stages: [{ Loops: [] } stage] } || !stage.Body.All(i => Has(stage.Body, i) || IsElement(i, kernel.Accesses)))
        {
            return false;
        }
        var emitter = new IntegerLoopEmitter(stage, kernel.Accesses, -1, s_functionRegisters, Register.RDI);
        if (!emitter.Body())
        {
            return false;
        }
        Register[] saved = [.. s_functionRegisters[Changeable..].Where(emitter._taken.Contains)];
        foreach (Register register in saved)
        {
            a.AddInstruction(Instruction.Create(Code.Push_r64, register));
        }
        foreach (Instruction instruction in emitter._code)
        {
            a.AddInstruction(instruction);
        }
        foreach (Register register in saved.Reverse())
        {
            a.AddInstruction(Instruction.Create(Code.Pop_r64, register));
        }
        a.ret();
        return true;
    }

    private static bool IsElement(LoopInstruction i, LoopAccess[] accesses) => i.Op is LoopOpcode.Load or LoopOpcode.Store or LoopOpcode.LoadAt or LoopOpcode.StoreAt && accesses[i.Index] is { Buffer: >= 0, Offset: <= MostOffset } access && i.Lane == access.Kind switch
    {
        ElementKind.I1 => Lane.Pred,
        ElementKind.I8 or ElementKind.UI8 or ElementKind.I16 or ElementKind.UI16 or ElementKind.I32 or ElementKind.UI32 => Lane.I32,
        ElementKind.I64 or ElementKind.UI64 => Lane.I64,
        _ => null,
    };

    private void LoadElement(LoopInstruction i)
    {
        MemoryOperand element = Element(i);
        Register d = Fresh(), low = d.GetFullRegister32();
        switch (_accesses[i.Index].Kind)
        {
            case ElementKind.I1:
                _code.Add(Instruction.Create(Code.Movzx_r32_rm8, Register.EAX, element));
                Mask(Register.RAX, d);
                break;
            case ElementKind.I8: _code.Add(Instruction.Create(Code.Movsx_r32_rm8, low, element)); break;
            case ElementKind.UI8: _code.Add(Instruction.Create(Code.Movzx_r32_rm8, low, element)); break;
            case ElementKind.I16: _code.Add(Instruction.Create(Code.Movsx_r32_rm16, low, element)); break;
            case ElementKind.UI16: _code.Add(Instruction.Create(Code.Movzx_r32_rm16, low, element)); break;
            case ElementKind.I32 or ElementKind.UI32: _code.Add(Instruction.Create(Code.Mov_r32_rm32, low, element)); break;
            default: _code.Add(Instruction.Create(Code.Mov_r64_rm64, d, element)); break;
        }
    }

    private void Store(LoopInstruction i)
    {
        MemoryOperand element = Element(i);
        Load(Register.RCX, i.A);
        if (i.Lane == Lane.Pred)
        {
            _code.Add(Instruction.Create(Code.And_rm32_imm8, Register.ECX, 1));
        }
        _code.Add(_accesses[i.Index].Kind.StorageBytes() switch
        {
            1 => Instruction.Create(Code.Mov_rm8_r8, element, Register.CL),
            2 => Instruction.Create(Code.Mov_rm16_r16, element, Register.CX),
            4 => Instruction.Create(Code.Mov_rm32_r32, element, Register.ECX),
            _ => Instruction.Create(Code.Mov_rm64_r64, element, Register.RCX),
        });
    }

    // Where an element lies, by way of rax, and of rdx for how many further on.
    private MemoryOperand Element(LoopInstruction i)
    {
        LoopAccess access = _accesses[i.Index];
        int size = access.Kind.StorageBytes();
        _code.Add(Instruction.Create(Code.Mov_r64_rm64, Register.RAX, new MemoryOperand(_buffers, access.Buffer * 8, 8)));
        if (i.Op is LoopOpcode.Load or LoopOpcode.Store)
        {
            return new MemoryOperand(Register.RAX, access.Offset * size, 8);
        }
        Load(Register.RDX, i.Op == LoopOpcode.LoadAt ? i.A : i.B);
        return new MemoryOperand(Register.RAX, Register.RDX, size, access.Offset * size, 8);
    }
}
