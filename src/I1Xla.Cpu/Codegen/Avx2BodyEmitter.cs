using I1Xla.Cpu.Loops;
using Iced.Intel;

namespace I1Xla.Cpu.Codegen;

/// <summary>The body of a stage in AVX2 with FMA and F16C, in VEX encoding: predicates lie in vector registers, and what the instruction set lacks is put together.</summary>
internal sealed partial class Avx2BodyEmitter(in LoopBodyContext context) : LoopBodyEmitter(Avx2Target.Instance, context)
{
    /// <summary>What takes back that a power of two was 2^64 times too large.</summary>
    public static float DownScale { get; } = MathF.ScaleB(1, -64);

    private static Register Ymm(int r) => Register.YMM0 + r;

    private static Register Xmm(int r) => Register.XMM0 + r;

    protected override bool Special(LoopInstruction ins)
    {
        if (Wide && SpecialOfLongs(ins))
        {
            return true;
        }
        switch (ins.Op)
        {
            case LoopOpcode.I32ToPred:
                {
                    int x = Use(ins.A), d = Define(At);
                    Emit(Instruction.Create(Code.VEX_Vpcmpeqd_ymm_ymm_ymmm256, Ymm(d), Ymm(x), Constant(0)));
                    Emit(Instruction.Create(Code.VEX_Vpxor_ymm_ymm_ymmm256, Ymm(d), Ymm(d), Constant(-1)));
                    return true;
                }
            case LoopOpcode.FScale: Scale(ins); return true;
            case LoopOpcode.FScaleSum: ScaleSum(ins); return true;
            case LoopOpcode.Clz: LeadingZeros(ins); return true;
            case LoopOpcode.U32ToF32:
                {
                    // Both halves are exact; the sum rounds once.
                    int x = Use(ins.A), t = Take(), d = Define(At);
                    Emit(Instruction.Create(Code.VEX_Vpsrld_ymm_ymm_imm8, Ymm(t), Ymm(x), 16));
                    Emit(Instruction.Create(Code.VEX_Vpand_ymm_ymm_ymmm256, Ymm(d), Ymm(x), Constant(0xFFFF)));
                    Emit(Instruction.Create(Code.VEX_Vcvtdq2ps_ymm_ymmm256, Ymm(t), Ymm(t)));
                    Emit(Instruction.Create(Code.VEX_Vcvtdq2ps_ymm_ymmm256, Ymm(d), Ymm(d)));
                    Emit(Instruction.Create(Code.VEX_Vfmadd231ps_ymm_ymm_ymmm256, Ymm(d), Ymm(t), Constant(BitConverter.SingleToInt32Bits(65536))));
                    return true;
                }
            case LoopOpcode.Lookup:
                {
                    int at = Use(ins.A), row = Use(ins.B);
                    Emit(Instruction.Create(Code.VEX_Vpermilps_ymm_ymm_ymmm256, Ymm(Define(At)), Ymm(row), Ymm(at)));
                    return true;
                }
            case LoopOpcode.RoundBf16: RoundBf16(ins); return true;
            case LoopOpcode.RoundF16:
                {
                    int x = Use(ins.A), d = Define(At);
                    Emit(Instruction.Create(Code.VEX_Vcvtps2ph_xmmm128_ymm_imm8, Xmm(d), Ymm(x), 0));
                    Emit(Instruction.Create(Code.VEX_Vcvtph2ps_ymm_xmmm128, Ymm(d), Xmm(d)));
                    return true;
                }
            default:
                return false;
        }
    }

    protected override void LoadRow(int d, MemoryOperand row) => Emit(Instruction.Create(Code.VEX_Vbroadcastf128_ymm_m128, Ymm(d), row));

    // Half of the power of two, then the rest: only the second product can round.
    private void Scale(LoopInstruction ins)
    {
        int x = Use(ins.A), n = Use(ins.B), half = Take(), d = Define(At);
        Emit(Instruction.Create(Code.VEX_Vcvtps2dq_ymm_ymmm256, Ymm(d), Ymm(n)));
        Emit(Instruction.Create(Code.VEX_Vpsrad_ymm_ymm_imm8, Ymm(half), Ymm(d), 1));
        Add(Code.VEX_Vpsubd_ymm_ymm_ymmm256, d, d, half);
        foreach (int power in new[] { half, d })
        {
            Emit(Instruction.Create(Code.VEX_Vpslld_ymm_ymm_imm8, Ymm(power), Ymm(power), 23));
            Emit(Instruction.Create(Code.VEX_Vpaddd_ymm_ymm_ymmm256, Ymm(power), Ymm(power), Constant(BitConverter.SingleToInt32Bits(1))));
        }
        // Half of a NaN's power is 2^0, so that it stays one.
        Add(Code.VEX_Vmulps_ymm_ymm_ymmm256, half, half, x);
        Add(Code.VEX_Vmulps_ymm_ymm_ymmm256, d, d, half);
    }

    // The last bits of the marked number become exponents. The sum times the first power, which is a normal number, rounds as the sum; what is left of the power rounds the result.
    private void ScaleSum(LoopInstruction ins)
    {
        int x = Use(ins.A), marked = Use(ins.B), d = Define(At);
        if (ins.Bits == LoopInstruction.ScalesDown)
        {
            // A power 2^64 times too large.
            Emit(Instruction.Create(Code.VEX_Vpslld_ymm_ymm_imm8, Ymm(d), Ymm(marked), 23));
            Add(Code.VEX_Vfmadd213ps_ymm_ymm_ymmm256, d, x, d);
            AddImplied(Code.VEX_Vmulps_ymm_ymm_ymmm256, d, d, BitConverter.SingleToInt32Bits(DownScale));
            return;
        }
        // Half of the power, and the rest.
        int half = Take();
        Emit(Instruction.Create(Code.VEX_Vpsrld_ymm_ymm_imm8, Ymm(half), Ymm(marked), 1));
        Add(Code.VEX_Vpsubd_ymm_ymm_ymmm256, d, marked, half);
        Emit(Instruction.Create(Code.VEX_Vpslld_ymm_ymm_imm8, Ymm(half), Ymm(half), 23));
        Emit(Instruction.Create(Code.VEX_Vpslld_ymm_ymm_imm8, Ymm(d), Ymm(d), 23));
        Add(Code.VEX_Vfmadd213ps_ymm_ymm_ymmm256, half, x, half);
        Add(Code.VEX_Vmulps_ymm_ymm_ymmm256, d, d, half);
    }

    // The exponent of x as a float, without the second bit, so that it does not round up; a negative x comes out below 0, and 0 above 32.
    private void LeadingZeros(LoopInstruction ins)
    {
        int x = Use(ins.A), t = Take(), d = Define(At);
        Emit(Instruction.Create(Code.VEX_Vpsrld_ymm_ymm_imm8, Ymm(t), Ymm(x), 1));
        Add(Code.VEX_Vpandn_ymm_ymm_ymmm256, t, t, x);
        Emit(Instruction.Create(Code.VEX_Vcvtdq2ps_ymm_ymmm256, Ymm(t), Ymm(t)));
        Emit(Instruction.Create(Code.VEX_Vpsrld_ymm_ymm_imm8, Ymm(t), Ymm(t), 23));
        LoadConstant(d, 158);
        Add(Code.VEX_Vpsubd_ymm_ymm_ymmm256, d, d, t);
        Emit(Instruction.Create(Code.VEX_Vpmaxsd_ymm_ymm_ymmm256, Ymm(d), Ymm(d), Constant(0)));
        Emit(Instruction.Create(Code.VEX_Vpminsd_ymm_ymm_ymmm256, Ymm(d), Ymm(d), Constant(32)));
        if (Is64(ins.Lane))
        {
            // Those of the high half, and of the low one where the high one has nothing else.
            int high = Take();
            Emit(Instruction.Create(Code.VEX_Vpsrlq_ymm_ymm_imm8, Ymm(high), Ymm(d), 32));
            Emit(Instruction.Create(Code.VEX_Vpcmpeqq_ymm_ymm_ymmm256, Ymm(t), Ymm(high), LongConstant(32)));
            Emit(Instruction.Create(Code.VEX_Vpand_ymm_ymm_ymmm256, Ymm(d), Ymm(d), LongConstant(uint.MaxValue)));
            Add(Code.VEX_Vpand_ymm_ymm_ymmm256, d, d, t);
            Add(Code.VEX_Vpaddq_ymm_ymm_ymmm256, d, d, high);
        }
    }

    // x + 0x7FFF + (bit 16 of x), low half cleared; NaN keeps its upper half, made quiet, which that gives where its lower half is zero.
    private void RoundBf16(LoopInstruction ins)
    {
        bool plain = HasPlainNaN(ins.A), cut = IsOnlyStored(At);
        int x = Use(ins.A), t = Take(), nan = plain ? -1 : Take(), d = Define(At);
        Emit(Instruction.Create(Code.VEX_Vpsrld_ymm_ymm_imm8, Ymm(t), Ymm(x), 16));
        AddImplied(Code.VEX_Vpand_ymm_ymm_ymmm256, t, t, 1);
        AddImplied(Code.VEX_Vpaddd_ymm_ymm_ymmm256, d, x, 0x7FFF);
        Add(Code.VEX_Vpaddd_ymm_ymm_ymmm256, d, d, t);
        if (!plain)
        {
            Emit(Instruction.Create(Code.VEX_Vcmpps_ymm_ymm_ymmm256_imm8, Ymm(nan), Ymm(x), Ymm(x), 3));
            Emit(Instruction.Create(Code.VEX_Vpor_ymm_ymm_ymmm256, Ymm(t), Ymm(x), Constant(0x400000)));
            Blend(d, d, t, nan);
        }
        if (!cut)
        {
            AddImplied(Code.VEX_Vpand_ymm_ymm_ymmm256, d, d, unchecked((int)0xFFFF0000));
        }
    }

    // In f64, whose quotient of two integers of 32 bits, cut off, is theirs; half of the lanes at a time.
    protected override void Divide(int d, int x, int y, bool signed)
    {
        int a = Take(), b = Take();
        if (Wide)
        {
            Compact(a, x);
            Compact(b, y);
            Half(a, a, b);
            Emit(Instruction.Create(Code.VEX_Vpmovzxdq_ymm_xmmm128, Ymm(d), Xmm(a)));
        }
        else
        {
            Emit(Instruction.Create(Code.VEX_Vextracti128_xmmm128_ymm_imm8, Xmm(a), Ymm(x), 1));
            Emit(Instruction.Create(Code.VEX_Vextracti128_xmmm128_ymm_imm8, Xmm(b), Ymm(y), 1));
            Half(d, a, b);
            Half(a, x, y);
            Emit(Instruction.Create(Code.VEX_Vinserti128_ymm_ymm_xmmm128_imm8, Ymm(d), Ymm(a), Xmm(d), 1));
        }
        Zero(a);
        Add(Code.VEX_Vpcmpeqd_ymm_ymm_ymmm256, a, a, y);
        Add(Code.VEX_Vpor_ymm_ymm_ymmm256, d, d, a);

        void Half(int to, int over, int under)
        {
            Widen(b, under);
            Widen(a, over);
            Add(Code.VEX_Vdivpd_ymm_ymm_ymmm256, a, a, b);
            if (signed)
            {
                Emit(Instruction.Create(Code.VEX_Vcvttpd2dq_xmm_ymmm256, Xmm(to), Ymm(a)));
                return;
            }
            // 2^52 added, a whole number is the low half.
            Emit(Instruction.Create(Code.VEX_Vroundpd_ymm_ymmm256_imm8, Ymm(a), Ymm(a), 11));
            Emit(Instruction.Create(Code.VEX_Vaddpd_ymm_ymm_ymmm256, Ymm(a), Ymm(a), LongConstant(0x4330000000000000)));
            Emit(Instruction.Create(Code.VEX_Vextracti128_xmmm128_ymm_imm8, Xmm(b), Ymm(a), 1));
            Emit(Instruction.Create(Code.VEX_Vshufps_xmm_xmm_xmmm128_imm8, Xmm(to), Xmm(a), Xmm(b), 0x88));
        }

        void Widen(int to, int from)
        {
            if (signed)
            {
                Emit(Instruction.Create(Code.VEX_Vcvtdq2pd_ymm_xmmm128, Ymm(to), Xmm(from)));
                return;
            }
            // 2^52 with the integer as its low half, less 2^52.
            Emit(Instruction.Create(Code.VEX_Vpmovzxdq_ymm_xmmm128, Ymm(to), Xmm(from)));
            Emit(Instruction.Create(Code.VEX_Vpor_ymm_ymm_ymmm256, Ymm(to), Ymm(to), LongConstant(0x4330000000000000)));
            Emit(Instruction.Create(Code.VEX_Vsubpd_ymm_ymm_ymmm256, Ymm(to), Ymm(to), LongConstant(0x4330000000000000)));
        }
    }

    protected override void Interleave(int d, int even, int odd) => Emit(Instruction.Create(Code.VEX_Vpblendd_ymm_ymm_ymmm256_imm8, Ymm(d), Ymm(even), Ymm(odd), 0xAA));

    // d = where ? onTrue : onFalse.
    private void Blend(int d, int onFalse, int onTrue, int where, bool wide = false) =>
        Emit(Instruction.Create(wide ? Code.VEX_Vblendvpd_ymm_ymm_ymmm256_ymm : Code.VEX_Vblendvps_ymm_ymm_ymmm256_ymm, Ymm(d), Ymm(onFalse), Ymm(onTrue), Ymm(where)));

    /// <summary>Compares into a register; true when the lanes say the opposite.</summary>
    private bool CompareInto(int d, LoopInstruction ins)
    {
        var condition = (LoopCondition)ins.Index;
        bool wide = Is64(ins.Lane);
        int x = Use(ins.A);
        if (ins.Op == LoopOpcode.FCmp)
        {
            int predicate = FloatPredicate(condition);
            Code compare = wide ? Code.VEX_Vcmppd_ymm_ymm_ymmm256_imm8 : Code.VEX_Vcmpps_ymm_ymm_ymmm256_imm8;
            Emit(InMemory(ins.B, out MemoryOperand memory)
                ? Instruction.Create(compare, Ymm(d), Ymm(x), memory, predicate)
                : Instruction.Create(compare, Ymm(d), Ymm(x), Ymm(Use(ins.B)), predicate));
            return false;
        }
        if (condition is LoopCondition.EQ or LoopCondition.NE)
        {
            Code equal = wide ? Code.VEX_Vpcmpeqq_ymm_ymm_ymmm256 : Code.VEX_Vpcmpeqd_ymm_ymm_ymmm256;
            Emit(InMemory(ins.B, out MemoryOperand memory)
                ? Instruction.Create(equal, Ymm(d), Ymm(x), memory)
                : Instruction.Create(equal, Ymm(d), Ymm(x), Ymm(Use(ins.B))));
            return condition == LoopCondition.NE;
        }
        int y = Use(ins.B);
        bool less = condition is LoopCondition.LT or LoopCondition.GE;
        if (ins.Op == LoopOpcode.SCmp)
        {
            Add(wide ? Code.VEX_Vpcmpgtq_ymm_ymm_ymmm256 : Code.VEX_Vpcmpgtd_ymm_ymm_ymmm256, d, less ? y : x, less ? x : y);
            return condition is LoopCondition.LE or LoopCondition.GE;
        }
        if (wide)
        {
            GreaterUnsigned(d, less ? y : x, less ? x : y);
            return condition is LoopCondition.LE or LoopCondition.GE;
        }
        // x ≥ y where x is the larger one, x ≤ y where it is the smaller.
        Add(less ? Code.VEX_Vpmaxud_ymm_ymm_ymmm256 : Code.VEX_Vpminud_ymm_ymm_ymmm256, d, x, y);
        Add(Code.VEX_Vpcmpeqd_ymm_ymm_ymmm256, d, d, x);
        return condition is LoopCondition.LT or LoopCondition.GT;
    }

    protected override void Compare(LoopInstruction ins)
    {
        int t = Take();
        bool opposite = CompareInto(t, ins);
        Own(At, t);
        if (opposite)
        {
            Emit(Instruction.Create(Code.VEX_Vpxor_ymm_ymm_ymmm256, Ymm(t), Ymm(t), Constant(-1)));
        }
    }

    protected override void Select(LoopInstruction ins)
    {
        int c = Alias(ins.C);
        bool lazy = IsLazy(c), opposite = false, wide = Is64(ins.Lane);
        if (lazy && IsSignOf(BodyOf(c), wide, out int signed))
        {
            int sign = Use(signed), otherwise = Use(ins.B), chosen = Use(ins.A), to = Define(At);
            Blend(to, otherwise, chosen, sign, wide);
            return;
        }
        int where = lazy ? Take() : Use(c);
        if (lazy)
        {
            opposite = CompareInto(where, BodyOf(c));
        }
        if (wide && !(lazy && Is64(BodyOf(c).Lane)))
        {
            // The sign of all 64 bits decides.
            int low = where;
            where = lazy ? where : Take();
            Emit(Instruction.Create(Code.VEX_Vpsllq_ymm_ymm_imm8, Ymm(where), Ymm(low), 32));
        }
        (int onTrue, int onFalse) = opposite ? (ins.B, ins.A) : (ins.A, ins.B);
        int first = Use(onFalse), second = InMemory(onTrue, out MemoryOperand memory) ? -1 : Use(onTrue);
        int d = where;
        if (lazy)
        {
            Own(At, where);
        }
        else
        {
            d = Define(At);
        }
        Code blend = wide ? Code.VEX_Vblendvpd_ymm_ymm_ymmm256_ymm : Code.VEX_Vblendvps_ymm_ymm_ymmm256_ymm;
        Emit(second < 0
            ? Instruction.Create(blend, Ymm(d), Ymm(first), memory, Ymm(where))
            : Instruction.Create(blend, Ymm(d), Ymm(first), Ymm(second), Ymm(where)));
    }

    // Whether an integer is below zero: what a blend looks at in its mask.
    private bool IsSignOf(LoopInstruction compare, bool wide, out int value)
    {
        value = compare.A;
        return compare is { Op: LoopOpcode.SCmp, Index: (int)LoopCondition.LT } && Is64(compare.Lane) == wide && BodyOf(Alias(compare.B)) is { Op: LoopOpcode.Const, Bits: 0 };
    }

    protected override void Combine(LoopOpcode op, Lane lane, int acc, int x, bool masked)
    {
        if (masked)
        {
            // The operation's identity in the lanes that do not exist.
            int held = Take(), mask = Take();
            Emit(Instruction.Create(Code.VEX_Vmovups_ymm_ymmm256, Ymm(mask), LaneMask()));
            LoadConstant(held, PortableLoops.Identity(op, lane), Is64(lane));
            Blend(held, held, x, mask);
            x = held;
        }
        bool wide = Is64(lane);
        if (Target.Binary(op, wide) is not { } code)
        {
            int d = Take();
            Arithmetic(op, d, acc, x);
            Emit(Instruction.Create(Code.VEX_Vmovaps_ymm_ymmm256, Ymm(acc), Ymm(d)));
            return;
        }
        if (op is LoopOpcode.FMax or LoopOpcode.FMin)
        {
            // The second source wins when either is NaN: a NaN in the accumulator stays, one in x is put in by hand.
            int nan = Take();
            Add(code, acc, x, acc);
            Emit(Instruction.Create(wide ? Code.VEX_Vcmppd_ymm_ymm_ymmm256_imm8 : Code.VEX_Vcmpps_ymm_ymm_ymmm256_imm8, Ymm(nan), Ymm(x), Ymm(x), 3));
            Blend(acc, acc, x, nan, wide);
            return;
        }
        Add(code, acc, acc, x);
    }

    protected override void Swap(int d, int x, int apart) => Emit(apart == 4
        ? Instruction.Create(Code.VEX_Vperm2f128_ymm_ymm_ymmm256_imm8, Ymm(d), Ymm(x), Ymm(x), 1)
        : Instruction.Create(Code.VEX_Vpermilps_ymm_ymmm256_imm8, Ymm(d), Ymm(x), apart == 2 ? 0x4E : 0xB1));

    protected override void BroadcastRegister(int d, Register from)
    {
        bool wide = from.IsGPR64();
        Emit(Instruction.Create(wide ? Code.VEX_Vmovq_xmm_rm64 : Code.VEX_Vmovd_xmm_rm32, Xmm(d), from));
        Emit(Instruction.Create(wide ? Code.VEX_Vpbroadcastq_ymm_xmmm64 : Code.VEX_Vpbroadcastd_ymm_xmmm32, Ymm(d), Xmm(d)));
    }

    protected override void BroadcastHalf(int d, Register from)
    {
        Emit(Instruction.Create(Code.VEX_Vmovd_xmm_rm32, Xmm(d), from));
        Emit(Instruction.Create(Code.VEX_Vcvtph2ps_xmm_xmmm64, Xmm(d), Xmm(d)));
        Emit(Instruction.Create(Code.VEX_Vbroadcastss_ymm_xmm, Ymm(d), Xmm(d)));
    }

    // The lanes that exist; the first where a stage runs for one element.
    private MemoryOperand LaneMask() => IsScalar
        ? new MemoryOperand(Register.R15, Pool.LaneMasks(Target.Lanes) + (Target.Lanes - (Wide ? 2 : 1)) * 4, 8)
        : Stack(Frame.LaneMask);
}
