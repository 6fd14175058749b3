using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>Lanes of 64 bits: loads, stores, conversions.</summary>
internal sealed partial class Avx512BodyEmitter
{
    // k1 = the predicate in a register, whose lanes are good in their low halves.
    private void MaskOf(int predicate, bool wide)
    {
        if (!wide)
        {
            Emit(Instruction.Create(Code.EVEX_Vpmovd2m_kr_zmm, Register.K1, Zmm(predicate)));
            return;
        }
        int t = Take();
        Emit(Instruction.Create(Code.EVEX_Vpsllq_zmm_k1z_zmmm512b64_imm8, Zmm(t), Zmm(predicate), 32));
        Emit(Instruction.Create(Code.EVEX_Vpmovq2m_kr_zmm, Register.K1, Zmm(t)));
    }

    private bool Converts(LoopInstruction ins)
    {
        switch (ins.Op)
        {
            case LoopOpcode.F32ToF64:
                {
                    int x = Use(ins.A), d = Define(At);
                    Emit(Instruction.Create(Code.EVEX_Vpmovqd_ymmm256_k1z_zmm, Ymm(d), Zmm(x)));
                    Emit(Instruction.Create(Code.EVEX_Vcvtps2pd_zmm_k1z_ymmm256b32_sae, Zmm(d), Ymm(d)));
                    return true;
                }
            case LoopOpcode.F64ToF32: ToNarrowFloat(Code.EVEX_Vcvtpd2ps_ymm_k1z_zmmm512b64_er, ins); return true;
            case LoopOpcode.I64ToF32: ToNarrowFloat(Code.EVEX_Vcvtqq2ps_ymm_k1z_zmmm512b64_er, ins); return true;
            case LoopOpcode.U64ToF32: ToNarrowFloat(Code.EVEX_Vcvtuqq2ps_ymm_k1z_zmmm512b64_er, ins); return true;
            case LoopOpcode.I32ToI64:
                {
                    int x = Use(ins.A), d = Define(At);
                    Emit(Instruction.Create(Code.EVEX_Vpsllq_zmm_k1z_zmmm512b64_imm8, Zmm(d), Zmm(x), 32));
                    Emit(Instruction.Create(Code.EVEX_Vpsraq_zmm_k1z_zmmm512b64_imm8, Zmm(d), Zmm(d), 32));
                    return true;
                }
            case LoopOpcode.F64ToI64:
                {
                    // What is out of range comes as the smallest integer.
                    int x = Use(ins.A), d = Define(At);
                    Emit(Instruction.Create(Code.EVEX_Vcvttpd2qq_zmm_k1z_zmmm512b64_sae, Zmm(d), Zmm(x)));
                    Emit(Instruction.Create(Code.EVEX_Vcmppd_kr_k1_zmm_zmmm512b64_imm8_sae, Register.K1, Zmm(x), LongConstant(BitConverter.DoubleToInt64Bits(9223372036854775808.0)), 13));
                    ReplaceMarked(d, long.MaxValue);
                    Emit(Instruction.Create(Code.EVEX_Vcmppd_kr_k1_zmm_zmmm512b64_imm8_sae, Register.K1, Zmm(x), Zmm(x), 3));
                    ReplaceMarked(d, 0);
                    return true;
                }
            case LoopOpcode.F64ToU64:
                {
                    // What is too large comes as all ones; NaN and what is not above zero is zero.
                    int x = Use(ins.A), d = Define(At);
                    Emit(Instruction.Create(Code.EVEX_Vcvttpd2uqq_zmm_k1z_zmmm512b64_sae, Zmm(d), Zmm(x)));
                    Emit(Instruction.Create(Code.EVEX_Vcmppd_kr_k1_zmm_zmmm512b64_imm8_sae, Register.K1, Zmm(x), LongConstant(0), 10));
                    ReplaceMarked(d, 0);
                    return true;
                }
            default:
                return false;
        }
    }

    private void ToNarrowFloat(Code code, LoopInstruction ins)
    {
        int x = Use(ins.A), d = Define(At);
        Emit(Instruction.Create(code, Ymm(d), Zmm(x)));
        Emit(Instruction.Create(Code.EVEX_Vpmovzxdq_zmm_k1z_ymmm256, Zmm(d), Ymm(d)));
    }

    // A constant in the lanes of k1.
    private void ReplaceMarked(int d, long bits)
    {
        Instruction replace = Instruction.Create(Code.EVEX_Vpblendmq_zmm_k1z_zmm_zmmm512b64, Zmm(d), Zmm(d), LongConstant(bits));
        replace.OpMask = Register.K1;
        Emit(replace);
    }

    private void LoadWide(ElementKind kind, Register pointer, long step, int d)
    {
        long at = step * Lanes * Copy * kind.StorageBytes();
        if (step == 2 && kind.StorageBytes() == 4)
        {
            // Every other word is the low half of a lane.
            EvenWords();
            Instruction words = Instruction.Create(Code.EVEX_Vmovups_zmm_k1z_zmmm512, Zmm(d), new MemoryOperand(pointer, at, 8));
            words.OpMask = Register.K3;
            words.ZeroingMasking = true;
            Emit(words);
            return;
        }
        if (kind.StorageBytes() == 8 && IsPermuted(step, 8))
        {
            LoadPermuted(pointer, at, step, 8, d);
            return;
        }
        if (step != 1 && kind.StorageBytes() == 8)
        {
            int offsets = Take();
            Emit(Instruction.Create(Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(offsets), new MemoryOperand(Register.R15, Pool.LongRamp(0, step * 8), 8)));
            Zero(d);
            GatherMask();
            Instruction gather = Instruction.Create(Code.EVEX_Vgatherqpd_zmm_k1_vm64z, Zmm(d), new MemoryOperand(pointer, Zmm(offsets), 1, at, 8));
            gather.OpMask = Register.K2;
            Emit(gather);
            return;
        }
        Code code = kind switch
        {
            ElementKind.F64 or ElementKind.I64 or ElementKind.UI64 => Code.EVEX_Vmovupd_zmm_k1z_zmmm512,
            ElementKind.F16 => Code.EVEX_Vcvtph2ps_ymm_k1z_xmmm128,
            ElementKind.BF16 or ElementKind.UI16 => Code.EVEX_Vpmovzxwq_zmm_k1z_xmmm128,
            ElementKind.I16 => Code.EVEX_Vpmovsxwq_zmm_k1z_xmmm128,
            ElementKind.I8 => Code.EVEX_Vpmovsxbq_zmm_k1z_xmmm64,
            ElementKind.UI8 or ElementKind.I1 => Code.EVEX_Vpmovzxbq_zmm_k1z_xmmm64,
            _ => Code.EVEX_Vpmovzxdq_zmm_k1z_ymmm256,
        };
        Register loaded = kind == ElementKind.F16 ? Ymm(d) : Zmm(d);
        if (step != 1)
        {
            Emit(Instruction.Create(code, loaded, InsertLanes(pointer, at, step, kind.StorageBytes(), d)));
        }
        else
        {
            Instruction load = Mask(Instruction.Create(code, loaded, new MemoryOperand(pointer, at, 8)), Masked);
            load.ZeroingMasking = Masked;
            Emit(load);
        }
        switch (kind)
        {
            case ElementKind.F16:
                Emit(Instruction.Create(Code.EVEX_Vpmovzxdq_zmm_k1z_ymmm256, Zmm(d), Ymm(d)));
                break;
            case ElementKind.BF16:
                Emit(Instruction.Create(Code.EVEX_Vpslld_zmm_k1z_zmmm512b32_imm8, Zmm(d), Zmm(d), 16));
                break;
            case ElementKind.I1:
                Emit(Instruction.Create(Code.EVEX_Vptestmd_kr_k1_zmm_zmmm512b32, Register.K1, Zmm(d), Zmm(d)));
                Emit(Instruction.Create(Code.EVEX_Vpmovm2d_zmm_kr, Zmm(d), Register.K1));
                break;
        }
    }

    private void StoreWide(ElementKind kind, Register pointer, long step, int x, bool streamed)
    {
        var to = new MemoryOperand(pointer, step * Lanes * Copy * kind.StorageBytes(), 8);
        if (step == 2 && kind.StorageBytes() == 4)
        {
            EvenWords();
            Instruction words = Instruction.Create(Code.EVEX_Vmovups_zmmm512_k1z_zmm, to, Zmm(x));
            words.OpMask = Register.K3;
            Emit(words);
            return;
        }
        if (kind.StorageBytes() == 8 && IsPermuted(step, 8))
        {
            StorePermuted(pointer, step * Lanes * Copy * 8, step, 8, x);
            return;
        }
        if (step != 1 && kind.StorageBytes() == 8)
        {
            int offsets = Take();
            Emit(Instruction.Create(Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(offsets), new MemoryOperand(Register.R15, Pool.LongRamp(0, step * 8), 8)));
            GatherMask();
            Instruction scatter = Instruction.Create(Code.EVEX_Vscatterqpd_vm64z_k1_zmm, new MemoryOperand(pointer, Zmm(offsets), 1, to.Displacement, 8), Zmm(x));
            scatter.OpMask = Register.K2;
            Emit(scatter);
            return;
        }
        Code code = kind switch
        {
            ElementKind.F64 or ElementKind.I64 or ElementKind.UI64 => Code.EVEX_Vmovupd_zmmm512_k1z_zmm,
            ElementKind.BF16 or ElementKind.I16 or ElementKind.UI16 => Code.EVEX_Vpmovqw_xmmm128_k1z_zmm,
            ElementKind.F16 => Code.EVEX_Vpmovdw_xmmm128_k1z_ymm,
            ElementKind.I8 or ElementKind.UI8 or ElementKind.I1 => Code.EVEX_Vpmovqb_xmmm64_k1z_zmm,
            _ => Code.EVEX_Vpmovqd_ymmm256_k1z_zmm,
        };
        Register from = Zmm(x);
        if (kind is ElementKind.BF16 or ElementKind.F16 or ElementKind.I1)
        {
            int t = Take();
            from = kind == ElementKind.F16 ? Ymm(t) : Zmm(t);
            Emit(kind switch
            {
                ElementKind.BF16 => Instruction.Create(Code.EVEX_Vpsrld_zmm_k1z_zmmm512b32_imm8, Zmm(t), Zmm(x), 16),
                ElementKind.F16 => Instruction.Create(Code.EVEX_Vcvtps2ph_ymmm256_k1z_zmm_imm8_sae, Ymm(t), Zmm(x), 0),
                _ => Instruction.Create(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, Zmm(t), Zmm(x), Constant(1)),
            });
        }
        if (step == 1)
        {
            Write(code, to, from, Lanes * kind.StorageBytes(), streamed);
            return;
        }
        int packed = Take();
        Emit(Instruction.Create(code, kind.StorageBytes() == 4 ? Ymm(packed) : Xmm(packed), from));
        ExtractLanes(pointer, to.Displacement, step, kind.StorageBytes(), packed);
    }
}
