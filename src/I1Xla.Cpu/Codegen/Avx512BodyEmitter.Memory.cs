using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>Loads and stores.</summary>
internal sealed partial class Avx512BodyEmitter
{
    protected override void LoadLanes(LoopAccess access, Register pointer, long step, int d)
    {
        if (Wide)
        {
            LoadWide(access.Kind, pointer, step, d);
            return;
        }
        int size = access.Kind.StorageBytes();
        var at = new MemoryOperand(pointer, step * 16 * Copy * size, 8);
        if (step == 2 && access.Kind == ElementKind.BF16)
        {
            EvenWords();
            Instruction words = Instruction.Create(Code.EVEX_Vmovdqu16_zmm_k1z_zmmm512, Zmm(d), new MemoryOperand(pointer, 64L * Copy, 8));
            words.OpMask = Register.K3;
            words.ZeroingMasking = true;
            Emit(words);
            Emit(Instruction.Create(Code.EVEX_Vpslld_zmm_k1z_zmmm512b32_imm8, Zmm(d), Zmm(d), 16));
            return;
        }
        if (size == 4 && IsPermuted(step, size))
        {
            LoadPermuted(pointer, at.Displacement, step, size, d);
            return;
        }
        if (step != 1 && size == 4)
        {
            // Lanes at a stride: a gather, with the lanes' byte offsets.
            int offsets = Take();
            Emit(Instruction.Create(
                Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(offsets), new MemoryOperand(Register.R15, Pool.Ramp(0, (int)(step * size)), 8)));
            Add(Code.EVEX_Vpxord_zmm_k1z_zmm_zmmm512b32, d, d, d);
            GatherMask();
            Instruction gather = Instruction.Create(Code.EVEX_Vgatherdps_zmm_k1_vm32z, Zmm(d), new MemoryOperand(pointer, Zmm(offsets), 1, step * 16 * Copy * size, 8));
            gather.OpMask = Register.K2;
            Emit(gather);
            return;
        }
        (Code code, bool shift) = access.Kind switch
        {
            ElementKind.BF16 => (Code.EVEX_Vpmovzxwd_zmm_k1z_ymmm256, true),
            ElementKind.F16 => (Code.EVEX_Vcvtph2ps_zmm_k1z_ymmm256_sae, false),
            ElementKind.I16 => (Code.EVEX_Vpmovsxwd_zmm_k1z_ymmm256, false),
            ElementKind.UI16 => (Code.EVEX_Vpmovzxwd_zmm_k1z_ymmm256, false),
            ElementKind.I8 => (Code.EVEX_Vpmovsxbd_zmm_k1z_xmmm128, false),
            ElementKind.UI8 or ElementKind.I1 => (Code.EVEX_Vpmovzxbd_zmm_k1z_xmmm128, false),
            _ => (Code.EVEX_Vmovups_zmm_k1z_zmmm512, false),
        };
        if (IsPermuted(step, size))
        {
            LoadPermuted(pointer, at.Displacement, step, size, d);
            Emit(Instruction.Create(code, Zmm(d), size == 2 ? Ymm(d) : Xmm(d)));
        }
        else if (step != 1)
        {
            Emit(Instruction.Create(code, Zmm(d), InsertLanes(pointer, at.Displacement, step, size, d)));
        }
        else
        {
            Instruction load = Mask(Instruction.Create(code, Zmm(d), at), Masked);
            load.ZeroingMasking = Masked;
            Emit(load);
        }
        if (shift)
        {
            Emit(Instruction.Create(Code.EVEX_Vpslld_zmm_k1z_zmmm512b32_imm8, Zmm(d), Zmm(d), 16));
        }
        else if (access.Kind == ElementKind.I1)
        {
            Emit(Instruction.Create(Code.EVEX_Vptestmd_kr_k1_zmm_zmmm512b32, Register.K1, Zmm(d), Zmm(d)));
            Emit(Instruction.Create(Code.EVEX_Vpmovm2d_zmm_kr, Zmm(d), Register.K1));
        }
    }

    // k3 = the even ones of 32 words of 16 bits, or of 16 of 32 bits where lanes have 64, as far as lanes exist.
    private void EvenWords()
    {
        if (Masked)
        {
            Assembler.kmovw(edx, k7);
            Emit(Instruction.Create(Code.VEX_Pdep_r32_r32_rm32, Register.EDX, Register.EDX, Word(0x55555555, broadcast: false)));
        }
        else
        {
            Assembler.mov(edx, 0x55555555);
        }
        Assembler.kmovd(k3, edx);
    }

    private void GatherMask()
    {
        if (Masked)
        {
            Assembler.kmovw(k2, k7);
        }
        else
        {
            Assembler.kxnorw(k2, k2, k2);
        }
    }

    protected override void StoreLanes(LoopAccess access, Register pointer, long step, int x, bool streamed)
    {
        if (Wide)
        {
            StoreWide(access.Kind, pointer, step, x, streamed);
            return;
        }
        int size = access.Kind.StorageBytes();
        if (step == 2 && access.Kind == ElementKind.BF16)
        {
            int words = Take();
            EvenWords();
            Emit(Instruction.Create(Code.EVEX_Vpsrld_zmm_k1z_zmmm512b32_imm8, Zmm(words), Zmm(x), 16));
            Instruction store = Instruction.Create(Code.EVEX_Vmovdqu16_zmmm512_k1z_zmm, new MemoryOperand(pointer, 64L * Copy, 8), Zmm(words));
            store.OpMask = Register.K3;
            Emit(store);
            return;
        }
        if (size == 4 && IsPermuted(step, size))
        {
            StorePermuted(pointer, step * 16L * Copy * size, step, size, x);
            return;
        }
        if (step != 1 && size == 4)
        {
            int offsets = Take();
            Emit(Instruction.Create(
                Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(offsets), new MemoryOperand(Register.R15, Pool.Ramp(0, (int)(step * size)), 8)));
            GatherMask();
            Instruction scatter = Instruction.Create(Code.EVEX_Vscatterdps_vm32z_k1_zmm, new MemoryOperand(pointer, Zmm(offsets), 1, step * 16 * Copy * size, 8), Zmm(x));
            scatter.OpMask = Register.K2;
            Emit(scatter);
            return;
        }
        Code code = access.Kind switch
        {
            ElementKind.BF16 or ElementKind.I16 or ElementKind.UI16 => Code.EVEX_Vpmovdw_ymmm256_k1z_zmm,
            ElementKind.F16 => Code.EVEX_Vcvtps2ph_ymmm256_k1z_zmm_imm8_sae,
            ElementKind.I8 or ElementKind.UI8 or ElementKind.I1 => Code.EVEX_Vpmovdb_xmmm128_k1z_zmm,
            _ => Code.EVEX_Vmovups_zmmm512_k1z_zmm,
        };
        int from = x;
        if (access.Kind is ElementKind.BF16 or ElementKind.I1)
        {
            from = Take();
            Emit(access.Kind == ElementKind.BF16
                ? Instruction.Create(Code.EVEX_Vpsrld_zmm_k1z_zmmm512b32_imm8, Zmm(from), Zmm(x), 16)
                : Instruction.Create(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, Zmm(from), Zmm(x), Word(1, broadcast: true)));
        }
        long at = step * 16L * Copy * size;
        if (step == 1)
        {
            Write(code, new MemoryOperand(pointer, at, 8), Zmm(from), 16 * size, streamed);
            return;
        }
        int packed = Take();
        Register together = size == 2 ? Ymm(packed) : Xmm(packed);
        Emit(access.Kind == ElementKind.F16 ? Instruction.Create(code, together, Zmm(from), 0) : Instruction.Create(code, together, Zmm(from)));
        if (IsPermuted(step, size))
        {
            StorePermuted(pointer, at, step, size, packed);
            return;
        }
        ExtractLanes(pointer, at, step, size, packed);
    }

    protected override void StorePair(LoopAccess access, Register pointer, int first, int second, bool streamed)
    {
        int size = access.Kind.StorageBytes(), low = Take();
        long at = (32L * Copy * size) - size;
        if (size == 2)
        {
            // The upper half of each second lane, and below it that of the first one.
            Emit(Instruction.Create(Code.EVEX_Vpsrld_zmm_k1z_zmmm512b32_imm8, Zmm(low), Zmm(first), 16));
            Emit(Instruction.Create(Code.EVEX_Vpternlogd_zmm_k1z_zmm_zmmm512b32_imm8, Zmm(low), Zmm(second), Word(unchecked((int)0xFFFF0000), broadcast: true), 0xF8));
            Write(Code.EVEX_Vmovups_zmmm512_k1z_zmm, new MemoryOperand(pointer, at, 8), Zmm(low), 64, streamed);
            return;
        }
        if (Masked)
        {
            // Each lane's bit twice.
            EvenWords();
            Assembler.kshiftld(k2, k3, 1);
            Assembler.kord(k3, k3, k2);
        }
        for (int half = 0; half < 2; half++)
        {
            Emit(Instruction.Create(Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(low), new MemoryOperand(Register.R15, Pool.InTurns(8 * half), 8)));
            Add(Code.EVEX_Vpermi2ps_zmm_k1z_zmm_zmmm512b32, low, first, second);
            Instruction store = Instruction.Create(streamed ? Code.EVEX_Vmovntps_m512_zmm : Code.EVEX_Vmovups_zmmm512_k1z_zmm, new MemoryOperand(pointer, at + (64 * half), 8), Zmm(low));
            if (Masked)
            {
                store.OpMask = Register.K3;
            }
            Emit(store);
            if (Masked && half == 0)
            {
                Assembler.kshiftrd(k3, k3, 16);
            }
        }
    }

    // A vector to memory by an instruction that may narrow it to so many bytes, which go past the caches if streamed.
    private void Write(Code code, MemoryOperand at, Register from, int bytes, bool streamed)
    {
        if (!streamed || bytes < 16)
        {
            Emit(Mask(code == Code.EVEX_Vcvtps2ph_ymmm256_k1z_zmm_imm8_sae ? Instruction.Create(code, at, from, 0) : Instruction.Create(code, at, from), Masked));
            return;
        }
        Register whole = from;
        if (code is not (Code.EVEX_Vmovups_zmmm512_k1z_zmm or Code.EVEX_Vmovupd_zmmm512_k1z_zmm))
        {
            int t = Take();
            whole = bytes == 32 ? Ymm(t) : Xmm(t);
            Emit(code == Code.EVEX_Vcvtps2ph_ymmm256_k1z_zmm_imm8_sae ? Instruction.Create(code, whole, from, 0) : Instruction.Create(code, whole, from));
        }
        Emit(Instruction.Create(bytes == 64 ? Code.EVEX_Vmovntps_m512_zmm : bytes == 32 ? Code.EVEX_Vmovntps_m256_ymm : Code.EVEX_Vmovntps_m128_xmm, at, whole));
    }
}
