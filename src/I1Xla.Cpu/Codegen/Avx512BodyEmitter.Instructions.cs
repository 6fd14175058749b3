using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>Instructions of each loop operation.</summary>
internal sealed partial class Avx512BodyEmitter
{
    // d = op(x, y) with y in a register or in memory.
    private void Binary(Code code, int value, int x, int y)
    {
        int rx = Use(x);
        if (InMemory(y, out MemoryOperand memory))
        {
            int d = Define(value);
            Emit(Instruction.Create(code, Zmm(d), Zmm(rx), memory));
        }
        else
        {
            int ry = Use(y);
            int d = Define(value);
            Add(code, d, rx, ry);
        }
    }

    private void Unary(Code code, int value, int x, int? imm = null)
    {
        bool inMemory = InMemory(x, out MemoryOperand memory);
        int rx = inMemory ? 0 : Use(x);
        int d = Define(value);
        Emit((inMemory, imm) switch
        {
            (true, null) => Instruction.Create(code, Zmm(d), memory),
            (false, null) => Instruction.Create(code, Zmm(d), Zmm(rx)),
            (true, { } i) => Instruction.Create(code, Zmm(d), memory, i),
            (false, { } i) => Instruction.Create(code, Zmm(d), Zmm(rx), i),
        });
    }

    private void WithConstant(Code code, int value, int x, int bits)
    {
        int rx = Use(x);
        int d = Define(value);
        Emit(Instruction.Create(code, Zmm(d), Zmm(rx), Word(bits, broadcast: true)));
    }

    private void CompareInto(Register mask, int compare)
    {
        LoopInstruction ins = _body[compare];
        var condition = (LoopCondition)ins.Index;
        (Code code, int imm) = ins.Op switch
        {
            LoopOpcode.FCmp => (Code.EVEX_Vcmpps_kr_k1_zmm_zmmm512b32_imm8_sae, condition switch
            {
                LoopCondition.EQ => 0,
                LoopCondition.LT => 1,
                LoopCondition.LE => 2,
                LoopCondition.NE => 4,
                LoopCondition.GE => 13,
                _ => 14,
            }),
            var op => (op == LoopOpcode.SCmp ? Code.EVEX_Vpcmpd_kr_k1_zmm_zmmm512b32_imm8 : Code.EVEX_Vpcmpud_kr_k1_zmm_zmmm512b32_imm8, condition switch
            {
                LoopCondition.EQ => 0,
                LoopCondition.LT => 1,
                LoopCondition.LE => 2,
                LoopCondition.NE => 4,
                LoopCondition.GE => 5,
                _ => 6,
            }),
        };
        int rx = Use(ins.A);
        Emit(InMemory(ins.B, out MemoryOperand memory)
            ? Instruction.Create(code, mask, Zmm(rx), memory, imm)
            : Instruction.Create(code, mask, Zmm(rx), Zmm(Use(ins.B)), imm));
    }

    private void Instruct(LoopInstruction ins)
    {
        switch (ins.Op)
        {
            case LoopOpcode.Const or LoopOpcode.GetSlot:
                return;
            case LoopOpcode.Load:
                Load(ins.Index, Define(_at));
                return;
            case LoopOpcode.Store:
                Store(ins.Index, Use(ins.A));
                return;
            case LoopOpcode.SetSlot:
                StoreSlot(ins.Index, _copy, Use(ins.A));
                return;
            case LoopOpcode.Reduce:
                Combine((LoopOpcode)ins.Bits, ins.Lane, Accumulator(_reductions.IndexOf(_at), _copy), Use(ins.A), _masked);
                return;
            case LoopOpcode.Iota:
                {
                    int d = Define(_at);
                    Pointer(ins.Index, out Register pointer);
                    Register low = pointer.GetInfo().FullRegister32;
                    Emit(Instruction.Create(Code.EVEX_Vpbroadcastd_zmm_k1z_r32, Zmm(d), low));
                    long step = _vector < 0 ? 0 : _kernel.Accesses[ins.Index].Coefficients[_vector];
                    if (step != 0)
                    {
                        Emit(Instruction.Create(
                            Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32, Zmm(d), Zmm(d), new MemoryOperand(Register.R15, _pool.Ramp((int)(step * 16 * _copy), (int)step), 8)));
                    }
                    return;
                }
            case LoopOpcode.Fma:
                Fma(ins);
                return;
            case LoopOpcode.Select:
                Select(ins);
                return;
            case LoopOpcode.FCmp or LoopOpcode.SCmp or LoopOpcode.UCmp:
                CompareInto(Register.K1, _at);
                Emit(Instruction.Create(Code.EVEX_Vpmovm2d_zmm_kr, Zmm(Define(_at)), Register.K1));
                return;
            case LoopOpcode.I32ToPred:
                {
                    int x = Use(ins.A);
                    Emit(Instruction.Create(Code.EVEX_Vptestmd_kr_k1_zmm_zmmm512b32, Register.K1, Zmm(x), Zmm(x)));
                    Emit(Instruction.Create(Code.EVEX_Vpmovm2d_zmm_kr, Zmm(Define(_at)), Register.K1));
                    return;
                }
            case LoopOpcode.FNeg: WithConstant(Code.EVEX_Vpxord_zmm_k1z_zmm_zmmm512b32, _at, ins.A, int.MinValue); return;
            case LoopOpcode.FAbs: WithConstant(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, _at, ins.A, int.MaxValue); return;
            case LoopOpcode.PredToI32: WithConstant(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, _at, ins.A, 1); return;
            case LoopOpcode.WrapU8: WithConstant(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, _at, ins.A, 0xFF); return;
            case LoopOpcode.WrapU16: WithConstant(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, _at, ins.A, 0xFFFF); return;
            case LoopOpcode.WrapI8 or LoopOpcode.WrapI16:
                {
                    int bits = ins.Op == LoopOpcode.WrapI8 ? 24 : 16;
                    int x = Use(ins.A), d = Define(_at);
                    Emit(Instruction.Create(Code.EVEX_Vpslld_zmm_k1z_zmmm512b32_imm8, Zmm(d), Zmm(x), bits));
                    Emit(Instruction.Create(Code.EVEX_Vpsrad_zmm_k1z_zmmm512b32_imm8, Zmm(d), Zmm(d), bits));
                    return;
                }
            case LoopOpcode.FSqrt: Unary(Code.EVEX_Vsqrtps_zmm_k1z_zmmm512b32_er, _at, ins.A); return;
            case LoopOpcode.FRoundEven: Unary(Code.EVEX_Vrndscaleps_zmm_k1z_zmmm512b32_imm8_sae, _at, ins.A, 8); return;
            case LoopOpcode.FFloor: Unary(Code.EVEX_Vrndscaleps_zmm_k1z_zmmm512b32_imm8_sae, _at, ins.A, 9); return;
            case LoopOpcode.FCeil: Unary(Code.EVEX_Vrndscaleps_zmm_k1z_zmmm512b32_imm8_sae, _at, ins.A, 10); return;
            case LoopOpcode.FTrunc: Unary(Code.EVEX_Vrndscaleps_zmm_k1z_zmmm512b32_imm8_sae, _at, ins.A, 11); return;
            case LoopOpcode.Clz: Unary(Code.EVEX_Vplzcntd_zmm_k1z_zmmm512b32, _at, ins.A); return;
            case LoopOpcode.F32ToI32: Unary(Code.EVEX_Vcvttps2dq_zmm_k1z_zmmm512b32_sae, _at, ins.A); return;
            case LoopOpcode.I32ToF32: Unary(Code.EVEX_Vcvtdq2ps_zmm_k1z_zmmm512b32_er, _at, ins.A); return;
            case LoopOpcode.U32ToF32: Unary(Code.EVEX_Vcvtudq2ps_zmm_k1z_zmmm512b32_er, _at, ins.A); return;
            case LoopOpcode.RoundBf16: RoundBf16(ins); return;
            case LoopOpcode.RoundF16:
                {
                    int x = Use(ins.A), d = Define(_at);
                    Emit(Instruction.Create(Code.EVEX_Vcvtps2ph_ymmm256_k1z_zmm_imm8_sae, Ymm(d), Zmm(x), 0));
                    Emit(Instruction.Create(Code.EVEX_Vcvtph2ps_zmm_k1z_ymmm256_sae, Zmm(d), Ymm(d)));
                    return;
                }
            default:
                {
                    Code code = BinaryCode(ins.Op);
                    bool commutes = ins.Op is LoopOpcode.FAdd or LoopOpcode.FMul or LoopOpcode.IAdd or LoopOpcode.IMul or LoopOpcode.And or LoopOpcode.Or or LoopOpcode.Xor;
                    bool swap = commutes && InMemory(ins.A, out _) && !InMemory(ins.B, out _);
                    Binary(code, _at, swap ? ins.B : ins.A, swap ? ins.A : ins.B);
                    return;
                }
        }
    }

    private static Code BinaryCode(LoopOpcode op) => op switch
    {
        LoopOpcode.FAdd => Code.EVEX_Vaddps_zmm_k1z_zmm_zmmm512b32_er,
        LoopOpcode.FSub => Code.EVEX_Vsubps_zmm_k1z_zmm_zmmm512b32_er,
        LoopOpcode.FMul => Code.EVEX_Vmulps_zmm_k1z_zmm_zmmm512b32_er,
        LoopOpcode.FDiv => Code.EVEX_Vdivps_zmm_k1z_zmm_zmmm512b32_er,
        LoopOpcode.FMin => Code.EVEX_Vminps_zmm_k1z_zmm_zmmm512b32_sae,
        LoopOpcode.FMax => Code.EVEX_Vmaxps_zmm_k1z_zmm_zmmm512b32_sae,
        LoopOpcode.FScale => Code.EVEX_Vscalefps_zmm_k1z_zmm_zmmm512b32_er,
        LoopOpcode.IAdd => Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.ISub => Code.EVEX_Vpsubd_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.IMul => Code.EVEX_Vpmulld_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.And => Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.Or => Code.EVEX_Vpord_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.Xor => Code.EVEX_Vpxord_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.Shl => Code.EVEX_Vpsllvd_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.ShrL => Code.EVEX_Vpsrlvd_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.ShrA => Code.EVEX_Vpsravd_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.SMin => Code.EVEX_Vpminsd_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.SMax => Code.EVEX_Vpmaxsd_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.UMin => Code.EVEX_Vpminud_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.UMax => Code.EVEX_Vpmaxud_zmm_k1z_zmm_zmmm512b32,
        _ => throw new InvalidOperationException($"no AVX-512 form of {op}"),
    };

    private void Combine(LoopOpcode op, Lane lane, int acc, int x, bool masked)
    {
        Instruction i;
        if (op is LoopOpcode.FMax or LoopOpcode.FMin)
        {
            // The second source wins when either is NaN: a NaN in the accumulator stays, one in x is put in by hand.
            i = Instruction.Create(BinaryCode(op), Zmm(acc), Zmm(x), Zmm(acc));
            Emit(Mask(i, masked));
            Instruction unordered = Instruction.Create(Code.EVEX_Vcmpps_kr_k1_zmm_zmmm512b32_imm8_sae, Register.K1, Zmm(x), Zmm(x), 3);
            Emit(Mask(unordered, masked));
            Instruction move = Instruction.Create(Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(acc), Zmm(x));
            move.OpMask = Register.K1;
            Emit(move);
            return;
        }
        i = Instruction.Create(BinaryCode(op), Zmm(acc), Zmm(acc), Zmm(x));
        Emit(Mask(i, masked));
    }

    private static Instruction Mask(Instruction i, bool masked)
    {
        if (masked)
        {
            i.OpMask = Register.K7;
        }
        return i;
    }

    private void Fma(LoopInstruction ins)
    {
        int a = Alias(ins.A), b = Alias(ins.B), c = Alias(ins.C);
        if (InMemory(a, out _) && !InMemory(b, out _))
        {
            (a, b) = (b, a);
        }
        int ra = Use(a);
        bool aDies = NextUse(a, _at) == int.MaxValue && a != b && a != c;
        bool cDies = _register[c] >= 0 && NextUse(c, _at) == int.MaxValue && c != a && c != b;
        if (!aDies && cDies)
        {
            // c = a·b + c.
            int rc = Use(c);
            Emit(InMemory(b, out MemoryOperand mb)
                ? Instruction.Create(Code.EVEX_Vfmadd231ps_zmm_k1z_zmm_zmmm512b32_er, Zmm(rc), Zmm(ra), mb)
                : Instruction.Create(Code.EVEX_Vfmadd231ps_zmm_k1z_zmm_zmmm512b32_er, Zmm(rc), Zmm(ra), Zmm(Use(b))));
            _register[c] = -1;
            Own(_at, rc);
            return;
        }
        bool bInMemory = InMemory(b, out MemoryOperand memoryB);
        bool cInMemory = InMemory(c, out MemoryOperand memoryC);
        int rb = bInMemory && !cInMemory ? -1 : Use(b);
        int rcc = cInMemory ? -1 : Use(c);
        int d;
        if (aDies)
        {
            d = ra;
            _register[a] = -1;
            Own(_at, d);
        }
        else
        {
            d = Define(_at);
            Emit(Instruction.Create(Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(d), Zmm(ra)));
        }
        if (rb < 0)
        {
            // d = d·[b] + c.
            Emit(Instruction.Create(Code.EVEX_Vfmadd132ps_zmm_k1z_zmm_zmmm512b32_er, Zmm(d), Zmm(rcc), memoryB));
        }
        else
        {
            Emit(cInMemory
                ? Instruction.Create(Code.EVEX_Vfmadd213ps_zmm_k1z_zmm_zmmm512b32_er, Zmm(d), Zmm(rb), memoryC)
                : Instruction.Create(Code.EVEX_Vfmadd213ps_zmm_k1z_zmm_zmmm512b32_er, Zmm(d), Zmm(rb), Zmm(rcc)));
        }
    }

    private void Select(LoopInstruction ins)
    {
        int c = Alias(ins.C);
        if (_lazyCompare[c])
        {
            CompareInto(Register.K1, c);
        }
        else
        {
            Emit(Instruction.Create(Code.EVEX_Vpmovd2m_kr_zmm, Register.K1, Zmm(Use(c))));
        }
        int onFalse = Use(ins.B);
        bool inMemory = InMemory(ins.A, out MemoryOperand memory);
        int onTrue = inMemory ? 0 : Use(ins.A);
        int d = Define(_at);
        Instruction i = inMemory
            ? Instruction.Create(Code.EVEX_Vpblendmd_zmm_k1z_zmm_zmmm512b32, Zmm(d), Zmm(onFalse), memory)
            : Instruction.Create(Code.EVEX_Vpblendmd_zmm_k1z_zmm_zmmm512b32, Zmm(d), Zmm(onFalse), Zmm(onTrue));
        i.OpMask = Register.K1;
        Emit(i);
    }

    // x + 0x7FFF + (bit 16 of x), low half cleared; NaN keeps its upper half, made quiet.
    private void RoundBf16(LoopInstruction ins)
    {
        int x = Use(ins.A);
        int t = Take(), d = Define(_at);
        Emit(Instruction.Create(Code.EVEX_Vpsrld_zmm_k1z_zmmm512b32_imm8, Zmm(t), Zmm(x), 16));
        Emit(Instruction.Create(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, Zmm(t), Zmm(t), Word(1, broadcast: true)));
        Add(Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32, t, t, x);
        Emit(Instruction.Create(Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32, Zmm(t), Zmm(t), Word(0x7FFF, broadcast: true)));
        Emit(Instruction.Create(Code.EVEX_Vcmpps_kr_k1_zmm_zmmm512b32_imm8_sae, Register.K1, Zmm(x), Zmm(x), 3));
        Instruction quiet = Instruction.Create(Code.EVEX_Vpord_zmm_k1z_zmm_zmmm512b32, Zmm(t), Zmm(x), Word(0x400000, broadcast: true));
        quiet.OpMask = Register.K1;
        Emit(quiet);
        Emit(Instruction.Create(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, Zmm(d), Zmm(t), Word(unchecked((int)0xFFFF0000), broadcast: true)));
    }
}
