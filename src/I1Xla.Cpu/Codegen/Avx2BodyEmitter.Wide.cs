using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;
using Iced.Intel;

namespace I1Xla.Cpu.Codegen;

/// <summary>Lanes of 64 bits: arithmetic that AVX2 lacks, conversions, loads and stores.</summary>
internal sealed partial class Avx2BodyEmitter
{
    private bool SpecialOfLongs(LoopInstruction ins)
    {
        switch (ins.Op)
        {
            case LoopOpcode.IMul or LoopOpcode.ShrA or LoopOpcode.SMin or LoopOpcode.SMax or LoopOpcode.UMin or LoopOpcode.UMax when Is64(ins.Lane):
                {
                    int x = Use(ins.A), y = Use(ins.B);
                    Arithmetic(ins.Op, Define(At), x, y);
                    return true;
                }
            case LoopOpcode.F32ToF64:
                {
                    int x = Use(ins.A), d = Define(At);
                    Compact(d, x);
                    Emit(Instruction.Create(Code.VEX_Vcvtps2pd_ymm_xmmm128, Ymm(d), Xmm(d)));
                    return true;
                }
            case LoopOpcode.F64ToF32:
                {
                    int x = Use(ins.A), d = Define(At);
                    Emit(Instruction.Create(Code.VEX_Vcvtpd2ps_xmm_ymmm256, Xmm(d), Ymm(x)));
                    Emit(Instruction.Create(Code.VEX_Vpmovzxdq_ymm_xmmm128, Ymm(d), Xmm(d)));
                    return true;
                }
            case LoopOpcode.I32ToI64:
                {
                    int x = Use(ins.A), d = Define(At);
                    Emit(Instruction.Create(Code.VEX_Vpsrad_ymm_ymm_imm8, Ymm(d), Ymm(x), 31));
                    Emit(Instruction.Create(Code.VEX_Vpsllq_ymm_ymm_imm8, Ymm(d), Ymm(d), 32));
                    Emit(Instruction.Create(Code.VEX_Vpblendd_ymm_ymm_ymmm256_imm8, Ymm(d), Ymm(d), Ymm(x), 0x55));
                    return true;
                }
            case LoopOpcode.I64ToF64 or LoopOpcode.U64ToF64:
                {
                    int x = Use(ins.A), high = Take(), d = Define(At);
                    ToDouble(d, x, high, ins.Op == LoopOpcode.I64ToF64);
                    return true;
                }
            case LoopOpcode.I64ToF32 or LoopOpcode.U64ToF32:
                ToSingle(ins);
                return true;
            case LoopOpcode.F64ToI64 or LoopOpcode.F64ToU64:
                ToInteger(ins);
                return true;
            default:
                return false;
        }
    }

    // Both halves as the low bits of a large power of two, which the subtraction takes away again; the sum rounds once.
    private void ToDouble(int d, int x, int high, bool signed)
    {
        Emit(Instruction.Create(Code.VEX_Vpsrlq_ymm_ymm_imm8, Ymm(high), Ymm(x), 32));
        Emit(Instruction.Create(Code.VEX_Vpxor_ymm_ymm_ymmm256, Ymm(high), Ymm(high), LongConstant(signed ? 0x4530000080000000 : 0x4530000000000000)));
        Emit(Instruction.Create(Code.VEX_Vsubpd_ymm_ymm_ymmm256, Ymm(high), Ymm(high), LongConstant(signed ? 0x4530000080100000 : 0x4530000000100000)));
        LoadConstant(d, 0x4330000000000000, wide: true);
        Emit(Instruction.Create(Code.VEX_Vpblendd_ymm_ymm_ymmm256_imm8, Ymm(d), Ymm(d), Ymm(x), 0x55));
        Add(Code.VEX_Vaddpd_ymm_ymm_ymmm256, d, d, high);
    }

    // By way of f64, which is to be exact: of what has more than 53 bits, the last eleven become one that says whether any was set.
    private void ToSingle(LoopInstruction ins)
    {
        bool signed = ins.Op == LoopOpcode.I64ToF32;
        int x = Use(ins.A), odd = Take(), high = Take(), d = Define(At);
        Emit(Instruction.Create(Code.VEX_Vpand_ymm_ymm_ymmm256, Ymm(odd), Ymm(x), LongConstant(0x7FF)));
        Emit(Instruction.Create(Code.VEX_Vpaddq_ymm_ymm_ymmm256, Ymm(odd), Ymm(odd), LongConstant(0x7FF)));
        Add(Code.VEX_Vpor_ymm_ymm_ymmm256, odd, odd, x);
        Emit(Instruction.Create(Code.VEX_Vpand_ymm_ymm_ymmm256, Ymm(odd), Ymm(odd), LongConstant(~0x7FFL)));
        if (signed)
        {
            Emit(Instruction.Create(Code.VEX_Vpaddq_ymm_ymm_ymmm256, Ymm(high), Ymm(x), LongConstant(1L << 53)));
        }
        Emit(Instruction.Create(Code.VEX_Vpsrlq_ymm_ymm_imm8, Ymm(high), Ymm(signed ? high : x), signed ? 54 : 53));
        Emit(Instruction.Create(Code.VEX_Vpcmpeqq_ymm_ymm_ymmm256, Ymm(high), Ymm(high), LongConstant(0)));
        Blend(odd, odd, x, high, wide: true);
        ToDouble(d, odd, high, signed);
        Emit(Instruction.Create(Code.VEX_Vcvtpd2ps_xmm_ymmm256, Xmm(d), Ymm(d)));
        Emit(Instruction.Create(Code.VEX_Vpmovzxdq_ymm_xmmm128, Ymm(d), Xmm(d)));
    }

    // Halves apart, each as the low bits of a large power of two; what is out of range is replaced.
    private void ToInteger(LoopInstruction ins)
    {
        int x = Use(ins.A), low = Take(), high = Take(), d = Define(At);
        Emit(Instruction.Create(Code.VEX_Vroundpd_ymm_ymmm256_imm8, Ymm(low), Ymm(x), 11));
        Emit(Instruction.Create(Code.VEX_Vmulpd_ymm_ymm_ymmm256, Ymm(high), Ymm(low), Double(1 / 4294967296.0)));
        Emit(Instruction.Create(Code.VEX_Vroundpd_ymm_ymmm256_imm8, Ymm(high), Ymm(high), 9));
        Emit(Instruction.Create(Code.VEX_Vfnmadd231pd_ymm_ymm_ymmm256, Ymm(low), Ymm(high), Double(4294967296.0)));
        Emit(Instruction.Create(Code.VEX_Vaddpd_ymm_ymm_ymmm256, Ymm(high), Ymm(high), Double(6755399441055744)));
        Emit(Instruction.Create(Code.VEX_Vpsllq_ymm_ymm_imm8, Ymm(high), Ymm(high), 32));
        Emit(Instruction.Create(Code.VEX_Vaddpd_ymm_ymm_ymmm256, Ymm(low), Ymm(low), Double(4503599627370496)));
        Emit(Instruction.Create(Code.VEX_Vpxor_ymm_ymm_ymmm256, Ymm(low), Ymm(low), Double(4503599627370496)));
        Add(Code.VEX_Vpor_ymm_ymm_ymmm256, d, high, low);
        if (ins.Op == LoopOpcode.F64ToU64)
        {
            Emit(Instruction.Create(Code.VEX_Vcmppd_ymm_ymm_ymmm256_imm8, Ymm(high), Ymm(x), Double(18446744073709551616.0), 13));
            Add(Code.VEX_Vpor_ymm_ymm_ymmm256, d, d, high);
            Emit(Instruction.Create(Code.VEX_Vcmppd_ymm_ymm_ymmm256_imm8, Ymm(high), Ymm(x), LongConstant(0), 14));
            Add(Code.VEX_Vpand_ymm_ymm_ymmm256, d, d, high);
            return;
        }
        foreach ((double bound, int predicate, long replacement) in new[] { (9223372036854775808.0, 13, long.MaxValue), (-9223372036854775808.0, 1, long.MinValue) })
        {
            Emit(Instruction.Create(Code.VEX_Vcmppd_ymm_ymm_ymmm256_imm8, Ymm(high), Ymm(x), Double(bound), predicate));
            LoadConstant(low, replacement, wide: true);
            Blend(d, d, low, high, wide: true);
        }
        Add(Code.VEX_Vpxor_ymm_ymm_ymmm256, low, low, low);
        Emit(Instruction.Create(Code.VEX_Vcmppd_ymm_ymm_ymmm256_imm8, Ymm(high), Ymm(x), Ymm(x), 3));
        Blend(d, d, low, high, wide: true);

        MemoryOperand Double(double value) => LongConstant(BitConverter.DoubleToInt64Bits(value));
    }

    // d = op(x, y) on integers of 64 bits, d another register than both.
    private void Arithmetic(LoopOpcode op, int d, int x, int y)
    {
        switch (op)
        {
            case LoopOpcode.IMul:
                {
                    // Low halves in full, and the low half of the sum of the cross products above them.
                    int cross = Take();
                    Emit(Instruction.Create(Code.VEX_Vpsrlq_ymm_ymm_imm8, Ymm(cross), Ymm(x), 32));
                    Add(Code.VEX_Vpmuludq_ymm_ymm_ymmm256, cross, cross, y);
                    Emit(Instruction.Create(Code.VEX_Vpsrlq_ymm_ymm_imm8, Ymm(d), Ymm(y), 32));
                    Add(Code.VEX_Vpmuludq_ymm_ymm_ymmm256, d, d, x);
                    Add(Code.VEX_Vpaddq_ymm_ymm_ymmm256, cross, cross, d);
                    Emit(Instruction.Create(Code.VEX_Vpsllq_ymm_ymm_imm8, Ymm(cross), Ymm(cross), 32));
                    Add(Code.VEX_Vpmuludq_ymm_ymm_ymmm256, d, x, y);
                    Add(Code.VEX_Vpaddq_ymm_ymm_ymmm256, d, d, cross);
                    break;
                }
            case LoopOpcode.ShrA:
                {
                    // A negative number's complement is shifted.
                    int sign = Take();
                    Zero(sign);
                    Add(Code.VEX_Vpcmpgtq_ymm_ymm_ymmm256, sign, sign, x);
                    Add(Code.VEX_Vpxor_ymm_ymm_ymmm256, d, x, sign);
                    Add(Code.VEX_Vpsrlvq_ymm_ymm_ymmm256, d, d, y);
                    Add(Code.VEX_Vpxor_ymm_ymm_ymmm256, d, d, sign);
                    break;
                }
            case LoopOpcode.SMin or LoopOpcode.SMax:
                Add(Code.VEX_Vpcmpgtq_ymm_ymm_ymmm256, d, x, y);
                Blend(d, op == LoopOpcode.SMax ? y : x, op == LoopOpcode.SMax ? x : y, d, wide: true);
                break;
            case LoopOpcode.UMin or LoopOpcode.UMax:
                GreaterUnsigned(d, x, y);
                Blend(d, op == LoopOpcode.UMax ? y : x, op == LoopOpcode.UMax ? x : y, d, wide: true);
                break;
            default:
                throw new InvalidOperationException($"no long {op} in AVX2");
        }
    }

    // d = x > y, unsigned.
    private void GreaterUnsigned(int d, int x, int y)
    {
        int t = Take();
        Emit(Instruction.Create(Code.VEX_Vpxor_ymm_ymm_ymmm256, Ymm(d), Ymm(x), LongConstant(long.MinValue)));
        Emit(Instruction.Create(Code.VEX_Vpxor_ymm_ymm_ymmm256, Ymm(t), Ymm(y), LongConstant(long.MinValue)));
        Add(Code.VEX_Vpcmpgtq_ymm_ymm_ymmm256, d, d, t);
    }

    // The low halves of four lanes, adjacent.
    private void Compact(int d, int x)
    {
        Emit(Instruction.Create(Code.VEX_Vextracti128_xmmm128_ymm_imm8, Xmm(d), Ymm(x), 1));
        Emit(Instruction.Create(Code.VEX_Vshufps_xmm_xmm_xmmm128_imm8, Xmm(d), Xmm(x), Xmm(d), 0x88));
    }

    private void LoadWide(ElementKind kind, Register pointer, long step, long at, int d)
    {
        int size = kind.StorageBytes();
        var source = new MemoryOperand(pointer, at, 8);
        if (size == 8)
        {
            if (step == 1 && !Masked)
            {
                Emit(Instruction.Create(Code.VEX_Vmovups_ymm_ymmm256, Ymm(d), source));
                return;
            }
            if (step == 2 && !Masked)
            {
                // The even places of one vector and the odd ones of another, which ends with the last element wanted.
                Emit(Instruction.Create(Code.VEX_Vmovupd_ymm_ymmm256, Ymm(d), source));
                Emit(Instruction.Create(Code.VEX_Vshufpd_ymm_ymm_ymmm256_imm8, Ymm(d), Ymm(d), new MemoryOperand(pointer, at + 24, 8), 0b1010));
                Emit(Instruction.Create(Code.VEX_Vpermq_ymm_ymmm256_imm8, Ymm(d), Ymm(d), 0xD8));
                return;
            }
            if (step == -1 && !Masked)
            {
                // The vector that ends here, from its last element to its first.
                Emit(Instruction.Create(Code.VEX_Vpermq_ymm_ymmm256_imm8, Ymm(d), new MemoryOperand(pointer, at - 24, 8), 0x1B));
                return;
            }
            int mask = Take();
            if (Masked)
            {
                Emit(Instruction.Create(Code.VEX_Vmovups_ymm_ymmm256, Ymm(mask), LaneMask()));
            }
            else
            {
                Add(Code.VEX_Vpcmpeqd_ymm_ymm_ymmm256, mask, mask, mask);
            }
            if (step == 1)
            {
                Emit(Instruction.Create(Code.VEX_Vmaskmovpd_ymm_ymm_m256, Ymm(d), Ymm(mask), source));
                return;
            }
            int offsets = Take();
            Emit(Instruction.Create(Code.VEX_Vmovaps_ymm_ymmm256, Ymm(offsets), new MemoryOperand(Register.R15, Pool.LongRamp(0, step * 8), 8)));
            Zero(d);
            Emit(Instruction.Create(Code.VEX_Vgatherqpd_ymm_vm64y_ymm, Ymm(d), new MemoryOperand(pointer, Ymm(offsets), 1, at, 8), Ymm(mask)));
            return;
        }
        if (step == 2 && size == 4)
        {
            Emit(Instruction.Create(Code.VEX_Vmaskmovps_ymm_ymm_m256, Ymm(d), Ymm(EvenWords()), source));
            return;
        }
        Code code = kind switch
        {
            ElementKind.BF16 or ElementKind.UI16 => Code.VEX_Vpmovzxwq_ymm_xmmm64,
            ElementKind.I16 => Code.VEX_Vpmovsxwq_ymm_xmmm64,
            ElementKind.F16 => Code.VEX_Vcvtph2ps_xmm_xmmm64,
            ElementKind.I8 => Code.VEX_Vpmovsxbq_ymm_xmmm32,
            ElementKind.UI8 or ElementKind.I1 => Code.VEX_Vpmovzxbq_ymm_xmmm32,
            _ => Code.VEX_Vpmovzxdq_ymm_xmmm128,
        };
        Register to = kind == ElementKind.F16 ? Xmm(d) : Ymm(d);
        if (Masked || step != 1)
        {
            InsertLanes(pointer, at, step, size, d);
            Emit(Instruction.Create(code, to, Xmm(d)));
        }
        else
        {
            Emit(Instruction.Create(code, to, source));
        }
        switch (kind)
        {
            case ElementKind.F16:
                Emit(Instruction.Create(Code.VEX_Vpmovzxdq_ymm_xmmm128, Ymm(d), Xmm(d)));
                break;
            case ElementKind.BF16:
                Emit(Instruction.Create(Code.VEX_Vpslld_ymm_ymm_imm8, Ymm(d), Ymm(d), 16));
                break;
            case ElementKind.I1:
                {
                    int zero = Take();
                    Zero(zero);
                    Add(Code.VEX_Vpcmpgtd_ymm_ymm_ymmm256, d, d, zero);
                    break;
                }
        }
    }

    // The low halves of the lanes that exist, as a mask.
    private int EvenWords()
    {
        int mask = Take();
        if (Masked)
        {
            Emit(Instruction.Create(Code.VEX_Vmovups_ymm_ymmm256, Ymm(mask), LaneMask()));
            Emit(Instruction.Create(Code.VEX_Vpand_ymm_ymm_ymmm256, Ymm(mask), Ymm(mask), LongConstant(uint.MaxValue)));
        }
        else
        {
            LoadConstant(mask, uint.MaxValue, wide: true);
        }
        return mask;
    }

    private void StoreWide(ElementKind kind, Register pointer, long step, long at, int x, bool streamed)
    {
        int size = kind.StorageBytes();
        var to = new MemoryOperand(pointer, at, 8);
        if (size == 8)
        {
            if (step == 1 && !Masked)
            {
                Emit(Instruction.Create(streamed ? Code.VEX_Vmovntps_m256_ymm : Code.VEX_Vmovups_ymmm256_ymm, to, Ymm(x)));
                return;
            }
            int upper = Take();
            if (step == 1 && !IsScalar)
            {
                Emit(Instruction.Create(Code.VEX_Vmovups_ymm_ymmm256, Ymm(upper), LaneMask()));
                Emit(Instruction.Create(Code.VEX_Vmaskmovpd_m256_ymm_ymm, to, Ymm(upper), Ymm(x)));
                return;
            }
            Emit(Instruction.Create(Code.VEX_Vextracti128_xmmm128_ymm_imm8, Xmm(upper), Ymm(x), 1));
            EachLane(lane => Emit(Instruction.Create(
                Code.VEX_Vpextrq_rm64_xmm_imm8, new MemoryOperand(pointer, at + lane * step * 8, 8), Xmm(lane < 2 ? x : upper), lane % 2)));
            return;
        }
        if (step == 2 && size == 4)
        {
            Emit(Instruction.Create(Code.VEX_Vmaskmovps_m256_ymm_ymm, to, Ymm(EvenWords()), Ymm(x)));
            return;
        }
        int packed = Take();
        Compact(packed, x);
        Register p = Xmm(packed);
        if (kind == ElementKind.F16)
        {
            Emit(Instruction.Create(Code.VEX_Vcvtps2ph_xmmm64_xmm_imm8, p, p, 0));
        }
        else if (size < 4)
        {
            Emit(kind switch
            {
                ElementKind.BF16 => Instruction.Create(Code.VEX_Vpsrld_xmm_xmm_imm8, p, p, 16),
                ElementKind.I1 => Instruction.Create(Code.VEX_Vpsrld_xmm_xmm_imm8, p, p, 31),
                _ => Instruction.Create(Code.VEX_Vpand_xmm_xmm_xmmm128, p, p, Constant(size == 2 ? 0xFFFF : 0xFF)),
            });
            Emit(Instruction.Create(Code.VEX_Vpackusdw_xmm_xmm_xmmm128, p, p, p));
            if (size == 1)
            {
                Emit(Instruction.Create(Code.VEX_Vpackuswb_xmm_xmm_xmmm128, p, p, p));
            }
        }
        if (Masked || step != 1)
        {
            ExtractLanes(pointer, at, step, size, packed);
            return;
        }
        Emit(size switch
        {
            4 => Instruction.Create(streamed ? Code.VEX_Vmovntps_m128_xmm : Code.VEX_Vmovdqu_xmmm128_xmm, to, p),
            2 => Instruction.Create(Code.VEX_Vmovq_xmmm64_xmm, to, p),
            _ => Instruction.Create(Code.VEX_Vmovd_rm32_xmm, to, p),
        });
    }
}
