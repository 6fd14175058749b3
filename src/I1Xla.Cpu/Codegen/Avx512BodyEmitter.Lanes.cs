using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>Elements narrower than a lane at a stride, one by one.</summary>
internal sealed partial class Avx512BodyEmitter
{
    // Elements into the low places of a register, adjacent; what holds them, as an operand.
    private Register InsertLanes(Register pointer, long at, long step, int size, int d)
    {
        int perQuarter = 16 / size, upper = Lanes > perQuarter ? Take() : d;
        Zero(d);
        if (upper != d)
        {
            Zero(upper);
        }
        Code insert = size switch
        {
            1 => Code.EVEX_Vpinsrb_xmm_xmm_r32m8_imm8,
            2 => Code.EVEX_Vpinsrw_xmm_xmm_r32m16_imm8,
            _ => Code.EVEX_Vpinsrd_xmm_xmm_rm32_imm8,
        };
        EachLane(lane =>
        {
            Register to = Xmm(lane < perQuarter ? d : upper);
            Emit(Instruction.Create(insert, to, to, new MemoryOperand(pointer, at + lane * step * size, 8), lane % perQuarter));
        });
        if (upper == d)
        {
            return Xmm(d);
        }
        Emit(Instruction.Create(Code.EVEX_Vinserti32x4_ymm_k1z_ymm_xmmm128_imm8, Ymm(d), Ymm(d), Xmm(upper), 1));
        return Ymm(d);
    }

    // The adjacent elements of a register to their places.
    private void ExtractLanes(Register pointer, long at, long step, int size, int packed)
    {
        int perQuarter = 16 / size, upper = Lanes > perQuarter ? Take() : packed;
        if (upper != packed)
        {
            Emit(Instruction.Create(Code.EVEX_Vextracti32x4_xmmm128_k1z_ymm_imm8, Xmm(upper), Ymm(packed), 1));
        }
        Code extract = size switch
        {
            1 => Code.EVEX_Vpextrb_r32m8_xmm_imm8,
            2 => Code.EVEX_Vpextrw_r32m16_xmm_imm8,
            _ => Code.EVEX_Vpextrd_rm32_xmm_imm8,
        };
        EachLane(lane => Emit(Instruction.Create(
            extract, new MemoryOperand(pointer, at + lane * step * size, 8), Xmm(lane < perQuarter ? packed : upper), lane % perQuarter)));
    }

    private void EachLane(Action<int> emit)
    {
        Label end = Assembler.CreateLabel();
        if (Masked)
        {
            Assembler.kmovw(edx, k7);
        }
        for (int lane = 0; lane < Lanes; lane++)
        {
            if (Masked && lane > 0)
            {
                Assembler.test(edx, 1 << lane);
                Assembler.je(end);
            }
            emit(lane);
        }
        Assembler.Label(ref end);
        Assembler.nop();
    }
}
