using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>Loads and stores.</summary>
internal sealed partial class Avx512BodyEmitter
{
    // The register that holds an access's pointer; rax when it had to be fetched.
    private void Pointer(int access, out Register register)
    {
        int p = _pointer[access];
        if (p < _pointerRegisters.Length)
        {
            register = _pointerRegisters[p];
            return;
        }
        _a.mov(rax, __qword_ptr[rsp + (_frame.Pointers + p * 8)]);
        register = Register.RAX;
    }

    private void Load(int index, int d)
    {
        LoopAccess access = _kernel.Accesses[index];
        int size = access.Kind.StorageBytes();
        long step = _vector < 0 ? 0 : access.Coefficients[_vector];
        Pointer(index, out Register pointer);
        if (step == 0)
        {
            Broadcast(access.Kind, d, new MemoryOperand(pointer));
            return;
        }
        var at = new MemoryOperand(pointer, step * 16 * _copy * size, 8);
        if (step == 2 && access.Kind == ElementKind.BF16)
        {
            EvenWords();
            Instruction words = Instruction.Create(Code.EVEX_Vmovdqu16_zmm_k1z_zmmm512, Zmm(d), new MemoryOperand(pointer, 64L * _copy, 8));
            words.OpMask = Register.K3;
            words.ZeroingMasking = true;
            Emit(words);
            Emit(Instruction.Create(Code.EVEX_Vpslld_zmm_k1z_zmmm512b32_imm8, Zmm(d), Zmm(d), 16));
            return;
        }
        if (step == 2 && !_masked)
        {
            // Every other element: two vectors, and a permutation that keeps the even places.
            int even = Take(), upper = Take();
            Emit(Instruction.Create(Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(even), new MemoryOperand(Register.R15, _pool.Ramp(0, 2), 8)));
            _a.mov(edx, 0x7FFF);
            _a.kmovw(k3, edx);
            Instruction second = Instruction.Create(Code.EVEX_Vmovups_zmm_k1z_zmmm512, Zmm(upper), new MemoryOperand(pointer, 32L * _copy * size + 64, 8));
            second.OpMask = Register.K3;
            second.ZeroingMasking = true;
            Emit(Instruction.Create(Code.EVEX_Vmovups_zmm_k1z_zmmm512, Zmm(d), new MemoryOperand(pointer, 32L * _copy * size, 8)));
            Emit(second);
            Add(Code.EVEX_Vpermt2ps_zmm_k1z_zmm_zmmm512b32, d, even, upper);
            return;
        }
        if (step != 1)
        {
            // Lanes at a stride: a gather, with the lanes' byte offsets.
            int offsets = Take();
            Emit(Instruction.Create(
                Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(offsets), new MemoryOperand(Register.R15, _pool.Ramp(0, (int)(step * size)), 8)));
            Add(Code.EVEX_Vpxord_zmm_k1z_zmm_zmmm512b32, d, d, d);
            GatherMask();
            Instruction gather = Instruction.Create(Code.EVEX_Vgatherdps_zmm_k1_vm32z, Zmm(d), new MemoryOperand(pointer, Zmm(offsets), 1, step * 16 * _copy * size, 8));
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
        Instruction load = Instruction.Create(code, Zmm(d), at);
        if (_masked)
        {
            load.OpMask = Register.K7;
            load.ZeroingMasking = true;
        }
        Emit(load);
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

    private void Broadcast(ElementKind kind, int d, MemoryOperand at)
    {
        switch (kind)
        {
            case ElementKind.BF16:
                Emit(Instruction.Create(Code.Movzx_r32_rm16, Register.EAX, at));
                _a.shl(eax, 16);
                break;
            case ElementKind.F16:
                Emit(Instruction.Create(Code.Movzx_r32_rm16, Register.EAX, at));
                Emit(Instruction.Create(Code.EVEX_Vpbroadcastd_zmm_k1z_r32, Zmm(d), Register.EAX));
                Emit(Instruction.Create(Code.EVEX_Vcvtph2ps_zmm_k1z_ymmm256_sae, Zmm(d), Ymm(d)));
                Emit(Instruction.Create(Code.EVEX_Vbroadcastss_zmm_k1z_xmmm32, Zmm(d), Xmm(d)));
                return;
            case ElementKind.I16:
                Emit(Instruction.Create(Code.Movsx_r32_rm16, Register.EAX, at));
                break;
            case ElementKind.UI16:
                Emit(Instruction.Create(Code.Movzx_r32_rm16, Register.EAX, at));
                break;
            case ElementKind.I8:
                Emit(Instruction.Create(Code.Movsx_r32_rm8, Register.EAX, at));
                break;
            case ElementKind.UI8:
                Emit(Instruction.Create(Code.Movzx_r32_rm8, Register.EAX, at));
                break;
            case ElementKind.I1:
                Emit(Instruction.Create(Code.Movzx_r32_rm8, Register.EAX, at));
                _a.neg(eax);
                break;
            default:
                Emit(Instruction.Create(Code.EVEX_Vbroadcastss_zmm_k1z_xmmm32, Zmm(d), at));
                return;
        }
        Emit(Instruction.Create(Code.EVEX_Vpbroadcastd_zmm_k1z_r32, Zmm(d), Register.EAX));
    }

    // The even ones of 32 words, as far as lanes exist.
    private void EvenWords()
    {
        if (_masked)
        {
            _a.kmovw(edx, k7);
            Emit(Instruction.Create(Code.VEX_Pdep_r32_r32_rm32, Register.EDX, Register.EDX, Word(0x55555555, broadcast: false)));
        }
        else
        {
            _a.mov(edx, 0x55555555);
        }
        _a.kmovd(k3, edx);
    }

    private void GatherMask()
    {
        if (_masked)
        {
            _a.kmovw(k2, k7);
        }
        else
        {
            _a.kxnorw(k2, k2, k2);
        }
    }

    private void Store(int index, int x)
    {
        LoopAccess access = _kernel.Accesses[index];
        int size = access.Kind.StorageBytes();
        long step = _vector < 0 ? 1 : access.Coefficients[_vector];
        Pointer(index, out Register pointer);
        if (step == 2 && access.Kind == ElementKind.BF16)
        {
            int words = Take();
            EvenWords();
            Emit(Instruction.Create(Code.EVEX_Vpsrld_zmm_k1z_zmmm512b32_imm8, Zmm(words), Zmm(x), 16));
            Instruction store = Instruction.Create(Code.EVEX_Vmovdqu16_zmmm512_k1z_zmm, new MemoryOperand(pointer, 64L * _copy, 8), Zmm(words));
            store.OpMask = Register.K3;
            Emit(store);
            return;
        }
        if (step == 2 && !_masked)
        {
            // Every other element: each value twice, and stores that write the even places.
            int spread = Take();
            _a.mov(edx, 0x5555);
            _a.kmovw(k3, edx);
            for (int half = 0; half < 2; half++)
            {
                Emit(Instruction.Create(Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(spread), new MemoryOperand(Register.R15, _pool.Pairs(8 * half), 8)));
                Add(Code.EVEX_Vpermps_zmm_k1z_zmm_zmmm512b32, spread, spread, x);
                Instruction store = Instruction.Create(Code.EVEX_Vmovups_zmmm512_k1z_zmm, new MemoryOperand(pointer, 32L * _copy * size + 64 * half, 8), Zmm(spread));
                store.OpMask = Register.K3;
                Emit(store);
            }
            return;
        }
        if (step != 1)
        {
            int offsets = Take();
            Emit(Instruction.Create(
                Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(offsets), new MemoryOperand(Register.R15, _pool.Ramp(0, (int)(step * size)), 8)));
            GatherMask();
            Instruction scatter = Instruction.Create(Code.EVEX_Vscatterdps_vm32z_k1_zmm, new MemoryOperand(pointer, Zmm(offsets), 1, step * 16 * _copy * size, 8), Zmm(x));
            scatter.OpMask = Register.K2;
            Emit(scatter);
            return;
        }
        var at = new MemoryOperand(pointer, 16L * _copy * size, 8);
        switch (access.Kind)
        {
            case ElementKind.BF16:
                {
                    int t = Take();
                    Emit(Instruction.Create(Code.EVEX_Vpsrld_zmm_k1z_zmmm512b32_imm8, Zmm(t), Zmm(x), 16));
                    Emit(Mask(Instruction.Create(Code.EVEX_Vpmovdw_ymmm256_k1z_zmm, at, Zmm(t)), _masked));
                    break;
                }
            case ElementKind.F16:
                Emit(Mask(Instruction.Create(Code.EVEX_Vcvtps2ph_ymmm256_k1z_zmm_imm8_sae, at, Zmm(x), 0), _masked));
                break;
            case ElementKind.I16 or ElementKind.UI16:
                Emit(Mask(Instruction.Create(Code.EVEX_Vpmovdw_ymmm256_k1z_zmm, at, Zmm(x)), _masked));
                break;
            case ElementKind.I8 or ElementKind.UI8:
                Emit(Mask(Instruction.Create(Code.EVEX_Vpmovdb_xmmm128_k1z_zmm, at, Zmm(x)), _masked));
                break;
            case ElementKind.I1:
                {
                    int t = Take();
                    Emit(Instruction.Create(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, Zmm(t), Zmm(x), Word(1, broadcast: true)));
                    Emit(Mask(Instruction.Create(Code.EVEX_Vpmovdb_xmmm128_k1z_zmm, at, Zmm(t)), _masked));
                    break;
                }
            default:
                Emit(Mask(Instruction.Create(Code.EVEX_Vmovups_zmmm512_k1z_zmm, at, Zmm(x)), _masked));
                break;
        }
    }
}
