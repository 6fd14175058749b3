using I1Xla.Cpu.Loops;
using Iced.Intel;

namespace I1Xla.Cpu.Codegen;

/// <summary>The body of a stage in AVX-512: comparisons give mask registers (k1), and k7 holds the lanes that exist.</summary>
internal sealed partial class Avx512BodyEmitter(in LoopBodyContext context) : LoopBodyEmitter(Avx512Target.Instance, context)
{
    private static Register Zmm(int r) => Register.ZMM0 + r;

    private static Register Ymm(int r) => Register.YMM0 + r;

    private static Register Xmm(int r) => Register.XMM0 + r;

    protected override bool Special(LoopInstruction ins)
    {
        switch (ins.Op)
        {
            case LoopOpcode.I32ToPred:
                {
                    int x = Use(ins.A);
                    Emit(Instruction.Create(Code.EVEX_Vptestmd_kr_k1_zmm_zmmm512b32, Register.K1, Zmm(x), Zmm(x)));
                    Emit(Instruction.Create(Code.EVEX_Vpmovm2d_zmm_kr, Zmm(Define(At)), Register.K1));
                    return true;
                }
            case LoopOpcode.Lookup:
                {
                    int at = Use(ins.A), row = Use(ins.B);
                    Emit(Instruction.Create(Code.EVEX_Vpermilps_zmm_k1z_zmm_zmmm512b32, Zmm(Define(At)), Zmm(row), Zmm(at)));
                    return true;
                }
            case LoopOpcode.FScaleSum:
                {
                    int x = Use(ins.A), marked = Use(ins.B), power = Take(), d = Define(At);
                    Emit(Instruction.Create(Code.EVEX_Vsubps_zmm_k1z_zmm_zmmm512b32_er, Zmm(power), Zmm(marked), Constant(BitConverter.SingleToInt32Bits(LoopInstruction.Marker(ins.Bits)))));
                    Emit(Instruction.Create(Code.EVEX_Vaddps_zmm_k1z_zmm_zmmm512b32_er, Zmm(d), Zmm(x), Constant(BitConverter.SingleToInt32Bits(1))));
                    Add(Code.EVEX_Vscalefps_zmm_k1z_zmm_zmmm512b32_er, d, d, power);
                    return true;
                }
            case LoopOpcode.RoundBf16:
                RoundBf16(ins);
                return true;
            case LoopOpcode.RoundF16:
                {
                    int x = Use(ins.A), d = Define(At);
                    Emit(Instruction.Create(Code.EVEX_Vcvtps2ph_ymmm256_k1z_zmm_imm8_sae, Ymm(d), Zmm(x), 0));
                    Emit(Instruction.Create(Code.EVEX_Vcvtph2ps_zmm_k1z_ymmm256_sae, Zmm(d), Ymm(d)));
                    return true;
                }
            default:
                return Wide && Converts(ins);
        }
    }

    protected override void LoadRow(int d, MemoryOperand row) => Emit(Instruction.Create(Code.EVEX_Vbroadcastf32x4_zmm_k1z_m128, Zmm(d), row));

    // In f64, whose quotient of two integers of 32 bits, cut off, is theirs; half of the lanes at a time.
    protected override void Divide(int d, int x, int y, bool signed)
    {
        int a = Take(), b = Take();
        if (Wide)
        {
            Emit(Instruction.Create(Code.EVEX_Vpmovqd_ymmm256_k1z_zmm, Ymm(a), Zmm(x)));
            Emit(Instruction.Create(Code.EVEX_Vpmovqd_ymmm256_k1z_zmm, Ymm(b), Zmm(y)));
            Half(a, a, b);
            Emit(Instruction.Create(Code.EVEX_Vpmovzxdq_zmm_k1z_ymmm256, Zmm(d), Ymm(a)));
        }
        else
        {
            Emit(Instruction.Create(Code.EVEX_Vextracti64x4_ymmm256_k1z_zmm_imm8, Ymm(a), Zmm(x), 1));
            Emit(Instruction.Create(Code.EVEX_Vextracti64x4_ymmm256_k1z_zmm_imm8, Ymm(b), Zmm(y), 1));
            Half(d, a, b);
            Half(a, x, y);
            Emit(Instruction.Create(Code.EVEX_Vinserti64x4_zmm_k1z_zmm_ymmm256_imm8, Zmm(d), Zmm(a), Ymm(d), 1));
        }
        Emit(Instruction.Create(Code.EVEX_Vptestnmd_kr_k1_zmm_zmmm512b32, Register.K1, Zmm(y), Zmm(y)));
        Instruction ones = Instruction.Create(Code.EVEX_Vpblendmd_zmm_k1z_zmm_zmmm512b32, Zmm(d), Zmm(d), Constant(-1));
        ones.OpMask = Register.K1;
        Emit(ones);

        void Half(int to, int over, int under)
        {
            Code widen = signed ? Code.EVEX_Vcvtdq2pd_zmm_k1z_ymmm256b32_er : Code.EVEX_Vcvtudq2pd_zmm_k1z_ymmm256b32_er;
            Emit(Instruction.Create(widen, Zmm(b), Ymm(under)));
            Emit(Instruction.Create(widen, Zmm(a), Ymm(over)));
            Add(Code.EVEX_Vdivpd_zmm_k1z_zmm_zmmm512b64_er, a, a, b);
            Emit(Instruction.Create(signed ? Code.EVEX_Vcvttpd2dq_ymm_k1z_zmmm512b64_sae : Code.EVEX_Vcvttpd2udq_ymm_k1z_zmmm512b64_sae, Ymm(to), Zmm(a)));
        }
    }

    protected override void Interleave(int d, int even, int odd)
    {
        // d or (odd and the upper halves).
        if (d != even)
        {
            Emit(Instruction.Create(Target.Move, Zmm(d), Zmm(even)));
        }
        Emit(Instruction.Create(Code.EVEX_Vpternlogq_zmm_k1z_zmm_zmmm512b64_imm8, Zmm(d), Zmm(odd), LongConstant(~(long)uint.MaxValue), 0xF8));
    }

    protected override void Compare(LoopInstruction ins)
    {
        CompareInto(Register.K1, At);
        Emit(Instruction.Create(Is64(ins.Lane) ? Code.EVEX_Vpmovm2q_zmm_kr : Code.EVEX_Vpmovm2d_zmm_kr, Zmm(Define(At)), Register.K1));
    }

    private void CompareInto(Register mask, int compare)
    {
        LoopInstruction ins = BodyOf(compare);
        var condition = (LoopCondition)ins.Index;
        (Code code, int imm) = ins.Op switch
        {
            LoopOpcode.FCmp => (Is64(ins.Lane) ? Code.EVEX_Vcmppd_kr_k1_zmm_zmmm512b64_imm8_sae : Code.EVEX_Vcmpps_kr_k1_zmm_zmmm512b32_imm8_sae, FloatPredicate(condition)),
            var op => ((op, Is64(ins.Lane)) switch
            {
                (LoopOpcode.SCmp, false) => Code.EVEX_Vpcmpd_kr_k1_zmm_zmmm512b32_imm8,
                (LoopOpcode.SCmp, true) => Code.EVEX_Vpcmpq_kr_k1_zmm_zmmm512b64_imm8,
                (_, false) => Code.EVEX_Vpcmpud_kr_k1_zmm_zmmm512b32_imm8,
                (_, true) => Code.EVEX_Vpcmpuq_kr_k1_zmm_zmmm512b64_imm8,
            }, condition switch
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

    protected override void Combine(LoopOpcode op, Lane lane, int acc, int x, bool masked)
    {
        Instruction i;
        bool wide = Is64(lane);
        if (Wide && masked)
        {
            // The mask counts lanes of 64 bits: the operation's identity in those that do not exist.
            int held = Take();
            LoadConstant(held, PortableLoops.Identity(op, lane), wide);
            Emit(Mask(Instruction.Create(Code.EVEX_Vmovapd_zmm_k1z_zmmm512, Zmm(held), Zmm(x)), true));
            (x, masked) = (held, false);
        }
        if (op is LoopOpcode.FMax or LoopOpcode.FMin)
        {
            // The second source wins when either is NaN: a NaN in the accumulator stays, one in x is put in by hand.
            i = Instruction.Create(Target.Binary(op, wide)!.Value, Zmm(acc), Zmm(x), Zmm(acc));
            Emit(Mask(i, masked));
            Instruction unordered = Instruction.Create(wide ? Code.EVEX_Vcmppd_kr_k1_zmm_zmmm512b64_imm8_sae : Code.EVEX_Vcmpps_kr_k1_zmm_zmmm512b32_imm8_sae, Register.K1, Zmm(x), Zmm(x), 3);
            Emit(Mask(unordered, masked));
            Instruction move = Instruction.Create(wide ? Code.EVEX_Vmovapd_zmm_k1z_zmmm512 : Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(acc), Zmm(x));
            move.OpMask = Register.K1;
            Emit(move);
            return;
        }
        i = Instruction.Create(Target.Binary(op, wide)!.Value, Zmm(acc), Zmm(acc), Zmm(x));
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

    protected override void Select(LoopInstruction ins)
    {
        int c = Alias(ins.C);
        bool wide = Is64(ins.Lane);
        if (IsLazy(c))
        {
            CompareInto(Register.K1, c);
            bool compared = Is64(BodyOf(c).Lane);
            if (compared != wide)
            {
                int t = Take();
                Emit(Instruction.Create(compared ? Code.EVEX_Vpmovm2q_zmm_kr : Code.EVEX_Vpmovm2d_zmm_kr, Zmm(t), Register.K1));
                MaskOf(t, wide);
            }
        }
        else
        {
            MaskOf(Use(c), wide);
        }
        Code blend = wide ? Code.EVEX_Vpblendmq_zmm_k1z_zmm_zmmm512b64 : Code.EVEX_Vpblendmd_zmm_k1z_zmm_zmmm512b32;
        int onFalse = Use(ins.B);
        bool inMemory = InMemory(ins.A, out MemoryOperand memory);
        int onTrue = inMemory ? 0 : Use(ins.A);
        int d = Define(At);
        Instruction i = inMemory
            ? Instruction.Create(blend, Zmm(d), Zmm(onFalse), memory)
            : Instruction.Create(blend, Zmm(d), Zmm(onFalse), Zmm(onTrue));
        i.OpMask = Register.K1;
        Emit(i);
    }

    protected override void Swap(int d, int x, int apart)
    {
        switch (apart)
        {
            case 8:
                Emit(Instruction.Create(Code.EVEX_Vshuff32x4_zmm_k1z_zmm_zmmm512b32_imm8, Zmm(d), Zmm(x), Zmm(x), 0x4E));
                break;
            case 4:
                Emit(Instruction.Create(Code.EVEX_Vshuff32x4_zmm_k1z_zmm_zmmm512b32_imm8, Zmm(d), Zmm(x), Zmm(x), 0xB1));
                break;
            default:
                Emit(Instruction.Create(Code.EVEX_Vpermilps_zmm_k1z_zmmm512b32_imm8, Zmm(d), Zmm(x), apart == 2 ? 0x4E : 0xB1));
                break;
        }
    }

    protected override void BroadcastRegister(int d, Register from) =>
        Emit(Instruction.Create(from.IsGPR64() ? Code.EVEX_Vpbroadcastq_zmm_k1z_r64 : Code.EVEX_Vpbroadcastd_zmm_k1z_r32, Zmm(d), from));

    protected override void BroadcastHalf(int d, Register from)
    {
        BroadcastRegister(d, from);
        Emit(Instruction.Create(Code.EVEX_Vcvtph2ps_zmm_k1z_ymmm256_sae, Zmm(d), Ymm(d)));
        Emit(Instruction.Create(Code.EVEX_Vbroadcastss_zmm_k1z_xmmm32, Zmm(d), Xmm(d)));
    }

    // x + 0x7FFF + (bit 16 of x), low half cleared; NaN keeps its upper half, made quiet, which that gives where its lower half is zero.
    private void RoundBf16(LoopInstruction ins)
    {
        bool plain = HasPlainNaN(ins.A), cut = IsOnlyStored(At);
        int x = Use(ins.A), t = Take(), d = Define(At);
        Emit(Instruction.Create(Code.EVEX_Vpsrld_zmm_k1z_zmmm512b32_imm8, Zmm(t), Zmm(x), 16));
        AddWord(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, t, t, 1);
        AddWord(Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32, d, x, 0x7FFF);
        Add(Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32, d, d, t);
        if (!plain)
        {
            Emit(Instruction.Create(Code.EVEX_Vcmpps_kr_k1_zmm_zmmm512b32_imm8_sae, Register.K1, Zmm(x), Zmm(x), 3));
            Instruction quiet = Instruction.Create(Code.EVEX_Vpord_zmm_k1z_zmm_zmmm512b32, Zmm(d), Zmm(x), Word(0x400000, broadcast: true));
            quiet.OpMask = Register.K1;
            Emit(quiet);
        }
        if (!cut)
        {
            AddWord(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, d, d, unchecked((int)0xFFFF0000));
        }
    }

    private void AddWord(Code code, int d, int x, int word) => Emit(Instruction.Create(code, Zmm(d), Zmm(x), Word(word, broadcast: true)));
}
