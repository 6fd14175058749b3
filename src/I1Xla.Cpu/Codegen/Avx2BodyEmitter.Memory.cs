using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>Loads and stores. Masks cover lanes of 32 bits; narrower elements at the end of a row, and those stored at a stride, are moved one by one.</summary>
internal sealed partial class Avx2BodyEmitter
{
    // Words farther apart are gathered.
    private const long MostBlendedStep = 6;

    protected override void LoadLanes(LoopAccess access, Register pointer, long step, int d)
    {
        int size = access.Kind.StorageBytes();
        long at = step * Lanes * Copy * size;
        if (Wide)
        {
            LoadWide(access.Kind, pointer, step, at, d);
            return;
        }
        if (size == 4)
        {
            LoadWords(pointer, step, at, d);
            return;
        }
        if (step == 2 && access.Kind == ElementKind.BF16 && !Masked)
        {
            // bf16, every other one: those of the second half are read from the odd place before, so that nothing behind the last is touched.
            int upper = Take();
            Emit(Instruction.Create(Code.VEX_Vmovdqu_xmm_xmmm128, Xmm(d), new MemoryOperand(pointer, at, 8)));
            Emit(Instruction.Create(Code.VEX_Vmovdqu_xmm_xmmm128, Xmm(upper), new MemoryOperand(pointer, at + 14, 8)));
            Emit(Instruction.Create(Code.VEX_Vpslld_xmm_xmm_imm8, Xmm(d), Xmm(d), 16));
            Emit(Instruction.Create(Code.VEX_Vpand_xmm_xmm_xmmm128, Xmm(upper), Xmm(upper), Constant(unchecked((int)0xFFFF0000))));
            Emit(Instruction.Create(Code.VEX_Vinserti128_ymm_ymm_xmmm128_imm8, Ymm(d), Ymm(d), Xmm(upper), 1));
            return;
        }
        (Code code, int shift) = access.Kind switch
        {
            ElementKind.BF16 => (Code.VEX_Vpmovzxwd_ymm_xmmm128, 16),
            ElementKind.F16 => (Code.VEX_Vcvtph2ps_ymm_xmmm128, 0),
            ElementKind.I16 => (Code.VEX_Vpmovsxwd_ymm_xmmm128, 0),
            ElementKind.UI16 => (Code.VEX_Vpmovzxwd_ymm_xmmm128, 0),
            ElementKind.I8 => (Code.VEX_Vpmovsxbd_ymm_xmmm64, 0),
            _ => (Code.VEX_Vpmovzxbd_ymm_xmmm64, 0),
        };
        if (Masked || step != 1)
        {
            InsertLanes(pointer, at, step, size, d);
            Emit(Instruction.Create(code, Ymm(d), Xmm(d)));
        }
        else
        {
            Emit(Instruction.Create(code, Ymm(d), new MemoryOperand(pointer, at, 8)));
        }
        if (shift != 0)
        {
            Emit(Instruction.Create(Code.VEX_Vpslld_ymm_ymm_imm8, Ymm(d), Ymm(d), shift));
        }
        else if (access.Kind == ElementKind.I1)
        {
            int zero = Take();
            Add(Code.VEX_Vpxor_ymm_ymm_ymmm256, zero, zero, zero);
            Add(Code.VEX_Vpcmpgtd_ymm_ymm_ymmm256, d, d, zero);
        }
    }

    // The elements that exist one by one, packed.
    private void InsertLanes(Register pointer, long at, long step, int size, int d)
    {
        Add(Code.VEX_Vpxor_ymm_ymm_ymmm256, d, d, d);
        Code insert = size switch
        {
            1 => Code.VEX_Vpinsrb_xmm_xmm_r32m8_imm8,
            2 => Code.VEX_Vpinsrw_xmm_xmm_r32m16_imm8,
            _ => Code.VEX_Vpinsrd_xmm_xmm_rm32_imm8,
        };
        EachLane(lane => Emit(Instruction.Create(insert, Xmm(d), Xmm(d), new MemoryOperand(pointer, at + lane * step * size, 8), lane)));
    }

    private void LoadWords(Register pointer, long step, long at, int d)
    {
        var source = new MemoryOperand(pointer, at, 8);
        if (step == 1 && !Masked)
        {
            Emit(Instruction.Create(Code.VEX_Vmovups_ymm_ymmm256, Ymm(d), source));
        }
        else if (step == 1)
        {
            int mask = Take();
            Emit(Instruction.Create(Code.VEX_Vmovaps_ymm_ymmm256, Ymm(mask), LaneMask()));
            Emit(Instruction.Create(Code.VEX_Vmaskmovps_ymm_ymm_m256, Ymm(d), Ymm(mask), source));
        }
        else if (step == 2 && !Masked)
        {
            // Every other element: the even places of one vector and the odd ones of another, which ends with the last element wanted.
            int upper = Take();
            Emit(Instruction.Create(Code.VEX_Vmovups_ymm_ymmm256, Ymm(d), source));
            Emit(Instruction.Create(Code.VEX_Vmovups_ymm_ymmm256, Ymm(upper), new MemoryOperand(pointer, at + 28, 8)));
            Emit(Instruction.Create(Code.VEX_Vshufps_ymm_ymm_ymmm256_imm8, Ymm(d), Ymm(d), Ymm(upper), 0b11_01_10_00));
            Emit(Instruction.Create(Code.VEX_Vpermpd_ymm_ymmm256_imm8, Ymm(d), Ymm(d), 0b11_01_10_00));
        }
        else if (step == -1 && !Masked)
        {
            // The vector that ends here, from its last element to its first.
            Emit(Instruction.Create(Code.VEX_Vmovaps_ymm_ymmm256, Ymm(d), new MemoryOperand(Register.R15, Pool.Ramp(Lanes - 1, -1), 8)));
            Emit(Instruction.Create(Code.VEX_Vpermps_ymm_ymm_ymmm256, Ymm(d), Ymm(d), new MemoryOperand(pointer, at - 4 * (Lanes - 1), 8)));
        }
        else if (Math.Abs(step) <= MostBlendedStep && !Masked)
        {
            Blend(pointer, step, at, d);
        }
        else
        {
            int offsets = Take(), mask = Take();
            Emit(Instruction.Create(Code.VEX_Vmovaps_ymm_ymmm256, Ymm(offsets), new MemoryOperand(Register.R15, Pool.Ramp(0, (int)(step * 4)), 8)));
            if (Masked)
            {
                Emit(Instruction.Create(Code.VEX_Vmovaps_ymm_ymmm256, Ymm(mask), LaneMask()));
            }
            else
            {
                Add(Code.VEX_Vpcmpeqd_ymm_ymm_ymmm256, mask, mask, mask);
            }
            Add(Code.VEX_Vpxor_ymm_ymm_ymmm256, d, d, d);
            Emit(Instruction.Create(Code.VEX_Vgatherdps_ymm_vm32y_ymm, Ymm(d), new MemoryOperand(pointer, Ymm(offsets), 1, at, 8), Ymm(mask)));
        }
    }

    // Vectors that start seven elements apart hold all that lie few elements apart, none of them in the place of another: element k, of step s, is ks mod 7 from its vector's
    // start, and the eighth is the last of the last one. So nothing behind the last is touched.
    private void Blend(Register pointer, long step, long at, int d)
    {
        int apart = (int)Math.Abs(step), last = Lanes - 1;
        long first = step > 0 ? at : at + (last * step * 4);
        MemoryOperand Vector(int v) => new(pointer, first + (v * last * 4), 8);
        var from = new int[Lanes];
        var places = new int[apart];
        for (int k = 0; k < Lanes; k++)
        {
            (int vector, int place) = k == last ? (apart - 1, last) : Math.DivRem(k * apart, last);
            from[step > 0 ? k : last - k] = place;
            places[vector] |= 1 << place;
        }
        Emit(Instruction.Create(Code.VEX_Vmovups_ymm_ymmm256, Ymm(d), Vector(0)));
        for (int v = 1; v < apart; v++)
        {
            Emit(Instruction.Create(Code.VEX_Vblendps_ymm_ymm_ymmm256_imm8, Ymm(d), Ymm(d), Vector(v), places[v]));
        }
        int order = Take();
        Emit(Instruction.Create(Code.VEX_Vmovaps_ymm_ymmm256, Ymm(order), new MemoryOperand(Register.R15, Pool.Vector(from), 8)));
        Emit(Instruction.Create(Code.VEX_Vpermps_ymm_ymm_ymmm256, Ymm(d), Ymm(order), Ymm(d)));
    }

    protected override void StoreLanes(LoopAccess access, Register pointer, long step, int x, bool streamed)
    {
        int size = access.Kind.StorageBytes();
        long at = step * Lanes * Copy * size;
        bool each = Masked || step != 1;
        if (Wide)
        {
            StoreWide(access.Kind, pointer, step, at, x, streamed);
            return;
        }
        if (size < 4)
        {
            int packed = Pack(access.Kind, x, size);
            if (each)
            {
                ExtractLanes(pointer, at, step, size, packed);
            }
            else
            {
                Code whole = streamed ? Code.VEX_Vmovntps_m128_xmm : Code.VEX_Vmovdqu_xmmm128_xmm;
                Emit(Instruction.Create(size == 2 ? whole : Code.VEX_Vmovq_xmmm64_xmm, new MemoryOperand(pointer, at, 8), Xmm(packed)));
            }
            return;
        }
        if (!each)
        {
            Emit(Instruction.Create(streamed ? Code.VEX_Vmovntps_m256_ymm : Code.VEX_Vmovups_ymmm256_ymm, new MemoryOperand(pointer, at, 8), Ymm(x)));
        }
        else if (step == 1 && !IsScalar)
        {
            int mask = Take();
            Emit(Instruction.Create(Code.VEX_Vmovaps_ymm_ymmm256, Ymm(mask), LaneMask()));
            Emit(Instruction.Create(Code.VEX_Vmaskmovps_m256_ymm_ymm, new MemoryOperand(pointer, at, 8), Ymm(mask), Ymm(x)));
        }
        else
        {
            int upper = Take();
            if (!IsScalar)
            {
                Emit(Instruction.Create(Code.VEX_Vextractf128_xmmm128_ymm_imm8, Xmm(upper), Ymm(x), 1));
            }
            EachLane(lane => Emit(Instruction.Create(
                Code.VEX_Vextractps_rm32_xmm_imm8, new MemoryOperand(pointer, at + lane * step * 4, 8), Xmm(lane < 4 ? x : upper), lane % 4)));
        }
    }

    protected override void StorePair(LoopAccess access, Register pointer, int first, int second, bool streamed)
    {
        int size = access.Kind.StorageBytes(), low = Take(), high = Take();
        long at = (2L * Lanes * Copy * size) - size;
        if (size == 2)
        {
            Emit(Instruction.Create(Code.VEX_Vpsrld_ymm_ymm_imm8, Ymm(low), Ymm(first), 16));
            Emit(Instruction.Create(Code.VEX_Vpand_ymm_ymm_ymmm256, Ymm(high), Ymm(second), Constant(unchecked((int)0xFFFF0000))));
            Add(Code.VEX_Vpor_ymm_ymm_ymmm256, low, low, high);
            if (Masked)
            {
                Emit(Instruction.Create(Code.VEX_Vmovaps_ymm_ymmm256, Ymm(high), LaneMask()));
            }
            Write(pointer, at, low, high, streamed);
            return;
        }
        InTurns(low, high, first, second);
        if (!Masked)
        {
            Write(pointer, at, low, low, streamed);
            Write(pointer, at + 32, high, high, streamed);
            return;
        }
        int lowMask = Take(), highMask = Take(), mask = Take();
        Emit(Instruction.Create(Code.VEX_Vmovaps_ymm_ymmm256, Ymm(mask), LaneMask()));
        InTurns(lowMask, highMask, mask, mask);
        Write(pointer, at, low, lowMask, streamed);
        Write(pointer, at + 32, high, highMask, streamed);
    }

    // Eight words of two values in turns, and the other eight.
    private void InTurns(int low, int high, int first, int second)
    {
        int even = Take();
        Add(Code.VEX_Vunpcklps_ymm_ymm_ymmm256, even, first, second);
        Add(Code.VEX_Vunpckhps_ymm_ymm_ymmm256, high, first, second);
        Emit(Instruction.Create(Code.VEX_Vperm2f128_ymm_ymm_ymmm256_imm8, Ymm(low), Ymm(even), Ymm(high), 0x20));
        Emit(Instruction.Create(Code.VEX_Vperm2f128_ymm_ymm_ymmm256_imm8, Ymm(high), Ymm(even), Ymm(high), 0x31));
    }

    private void Write(Register pointer, long at, int x, int mask, bool streamed) =>
        Emit(Masked ? Instruction.Create(Code.VEX_Vmaskmovps_m256_ymm_ymm, new MemoryOperand(pointer, at, 8), Ymm(mask), Ymm(x))
            : Instruction.Create(streamed ? Code.VEX_Vmovntps_m256_ymm : Code.VEX_Vmovups_ymmm256_ymm, new MemoryOperand(pointer, at, 8), Ymm(x)));

    private void ExtractLanes(Register pointer, long at, long step, int size, int packed)
    {
        Code extract = size switch
        {
            1 => Code.VEX_Vpextrb_r32m8_xmm_imm8,
            2 => Code.VEX_Vpextrw_r32m16_xmm_imm8,
            _ => Code.VEX_Vpextrd_rm32_xmm_imm8,
        };
        EachLane(lane => Emit(Instruction.Create(extract, new MemoryOperand(pointer, at + lane * step * size, 8), Xmm(packed), lane)));
    }

    // Lanes as adjacent words or bytes.
    private int Pack(ElementKind kind, int x, int size)
    {
        int packed = Take();
        if (kind == ElementKind.F16)
        {
            Emit(Instruction.Create(Code.VEX_Vcvtps2ph_xmmm128_ymm_imm8, Xmm(packed), Ymm(x), 0));
            return packed;
        }
        int upper = Take();
        Emit(kind switch
        {
            ElementKind.BF16 => Instruction.Create(Code.VEX_Vpsrld_ymm_ymm_imm8, Ymm(packed), Ymm(x), 16),
            ElementKind.I1 => Instruction.Create(Code.VEX_Vpsrld_ymm_ymm_imm8, Ymm(packed), Ymm(x), 31),
            _ => Instruction.Create(Code.VEX_Vpand_ymm_ymm_ymmm256, Ymm(packed), Ymm(x), Constant(size == 2 ? 0xFFFF : 0xFF)),
        });
        Emit(Instruction.Create(Code.VEX_Vextracti128_xmmm128_ymm_imm8, Xmm(upper), Ymm(packed), 1));
        Emit(Instruction.Create(Code.VEX_Vpackusdw_xmm_xmm_xmmm128, Xmm(packed), Xmm(packed), Xmm(upper)));
        if (size == 1)
        {
            Emit(Instruction.Create(Code.VEX_Vpackuswb_xmm_xmm_xmmm128, Xmm(packed), Xmm(packed), Xmm(packed)));
        }
        return packed;
    }

    // Emits something for each lane that exists.
    private void EachLane(Action<int> emit)
    {
        Label end = Assembler.CreateLabel();
        for (int lane = 0; lane < (IsScalar ? 1 : Lanes); lane++)
        {
            if (Masked && lane > 0)
            {
                Assembler.cmp(__dword_ptr[rsp + Frame.LaneCount], lane);
                Assembler.jle(end);
            }
            emit(lane);
        }
        Assembler.Label(ref end);
        Assembler.nop();
    }
}
