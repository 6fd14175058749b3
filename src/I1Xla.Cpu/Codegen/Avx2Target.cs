using I1Xla.Cpu.Loops;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>AVX2 with FMA and F16C: 16 registers of 8 lanes; the mask of a vector's lanes, and how many they are, lie in the frame.</summary>
internal sealed class Avx2Target : LoopTarget
{
    public static Avx2Target Instance { get; } = new();

    public override int Lanes => 8;

    public override Register FirstRegister => Register.YMM0;

    public override int Registers => 16;

    // Eight registers must remain: a selection by a comparison needs six.
    public override (int Outer, int Inner) Accumulators => (8, 4);

    public override int UnrolledBody => 12;

    public override (int Least, int Most) InTurns => (0, 256);

    public override int MostAliveOfFour => 6;

    public override int RoundingsOfEight => int.MaxValue;

    // Of rounding to bf16: the last bit that stays, what rounds up to it, and the bits that stay.
    private static readonly int[] s_rounding = [1, 0x7FFF, unchecked((int)0xFFFF0000)];

    private static readonly int[] s_down = [BitConverter.SingleToInt32Bits(Avx2BodyEmitter.DownScale)];

    public override int[] Implied(LoopInstruction instruction) => instruction switch
    {
        { Op: LoopOpcode.RoundBf16 } => s_rounding,
        { Op: LoopOpcode.FScaleSum, Bits: LoopInstruction.ScalesDown } => s_down,
        _ => [],
    };

    public override bool MasksFreely => false;

    public override bool BroadcastsWords => false;

    public override Code Move => Code.VEX_Vmovaps_ymm_ymmm256;

    public override Code MoveToMemory => Code.VEX_Vmovaps_ymmm256_ymm;

    public override (Code Word, Code Long) Broadcast => (Code.VEX_Vbroadcastss_ymm_m32, Code.VEX_Vbroadcastsd_ymm_m64);

    public override (Code Fma132, Code Fma213, Code Fma231) FusedMultiplyAdd(bool wide) => wide
        ? (Code.VEX_Vfmadd132pd_ymm_ymm_ymmm256, Code.VEX_Vfmadd213pd_ymm_ymm_ymmm256, Code.VEX_Vfmadd231pd_ymm_ymm_ymmm256)
        : (Code.VEX_Vfmadd132ps_ymm_ymm_ymmm256, Code.VEX_Vfmadd213ps_ymm_ymm_ymmm256, Code.VEX_Vfmadd231ps_ymm_ymm_ymmm256);

    public override (Code Left, Code Right, Code RightSigned) Shift => (Code.VEX_Vpslld_ymm_ymm_imm8, Code.VEX_Vpsrld_ymm_ymm_imm8, Code.VEX_Vpsrad_ymm_ymm_imm8);

    public override (Code Signed, Code Unsigned) EvenProduct => (Code.VEX_Vpmuldq_ymm_ymm_ymmm256, Code.VEX_Vpmuludq_ymm_ymm_ymmm256);

    public override (Code Shuffle, Code Add, Code Pairs, Code Fours, Code Eights) Bytes => (
        Code.VEX_Vpshufb_ymm_ymm_ymmm256, Code.VEX_Vpaddb_ymm_ymm_ymmm256, Code.VEX_Vpmaddubsw_ymm_ymm_ymmm256, Code.VEX_Vpmaddwd_ymm_ymm_ymmm256, Code.VEX_Vpsadbw_ymm_ymm_ymmm256);

    public override (Code Insert, Code Extract) Quarters => (Code.VEX_Vinserti128_ymm_ymm_xmmm128_imm8, Code.VEX_Vextracti128_xmmm128_ymm_imm8);

    public override (Code LoadLow, Code LoadHigh, Code StoreLow, Code StoreHigh) Halves =>
        (Code.VEX_Vmovq_xmm_xmmm64, Code.VEX_Vmovhps_xmm_xmm_m64, Code.VEX_Vmovq_xmmm64_xmm, Code.VEX_Vmovhps_m64_xmm);

    public override (Code Low, Code High) Interleave(int size) => size switch
    {
        1 => (Code.VEX_Vpunpcklbw_ymm_ymm_ymmm256, Code.VEX_Vpunpckhbw_ymm_ymm_ymmm256),
        2 => (Code.VEX_Vpunpcklwd_ymm_ymm_ymmm256, Code.VEX_Vpunpckhwd_ymm_ymm_ymmm256),
        4 => (Code.VEX_Vpunpckldq_ymm_ymm_ymmm256, Code.VEX_Vpunpckhdq_ymm_ymm_ymmm256),
        _ => (Code.VEX_Vpunpcklqdq_ymm_ymm_ymmm256, Code.VEX_Vpunpckhqdq_ymm_ymm_ymmm256),
    };

    public override Code LoadBytes(int bytes) => bytes == 32 ? Code.VEX_Vmovups_ymm_ymmm256 : Code.VEX_Vmovups_xmm_xmmm128;

    public override Code StoreBytes(int bytes) => bytes == 32 ? Code.VEX_Vmovups_ymmm256_ymm : Code.VEX_Vmovups_xmmm128_xmm;

    public override Code? Binary(LoopOpcode op, bool wide) => wide ? BinaryOfLongs(op) : op switch
    {
        LoopOpcode.FAdd => Code.VEX_Vaddps_ymm_ymm_ymmm256,
        LoopOpcode.FSub => Code.VEX_Vsubps_ymm_ymm_ymmm256,
        LoopOpcode.FMul => Code.VEX_Vmulps_ymm_ymm_ymmm256,
        LoopOpcode.FDiv => Code.VEX_Vdivps_ymm_ymm_ymmm256,
        LoopOpcode.FMin => Code.VEX_Vminps_ymm_ymm_ymmm256,
        LoopOpcode.FMax => Code.VEX_Vmaxps_ymm_ymm_ymmm256,
        LoopOpcode.IAdd => Code.VEX_Vpaddd_ymm_ymm_ymmm256,
        LoopOpcode.ISub => Code.VEX_Vpsubd_ymm_ymm_ymmm256,
        LoopOpcode.IMul => Code.VEX_Vpmulld_ymm_ymm_ymmm256,
        LoopOpcode.And => Code.VEX_Vpand_ymm_ymm_ymmm256,
        LoopOpcode.Or => Code.VEX_Vpor_ymm_ymm_ymmm256,
        LoopOpcode.Xor => Code.VEX_Vpxor_ymm_ymm_ymmm256,
        LoopOpcode.Shl => Code.VEX_Vpsllvd_ymm_ymm_ymmm256,
        LoopOpcode.ShrL => Code.VEX_Vpsrlvd_ymm_ymm_ymmm256,
        LoopOpcode.ShrA => Code.VEX_Vpsravd_ymm_ymm_ymmm256,
        LoopOpcode.SMin => Code.VEX_Vpminsd_ymm_ymm_ymmm256,
        LoopOpcode.SMax => Code.VEX_Vpmaxsd_ymm_ymm_ymmm256,
        LoopOpcode.UMin => Code.VEX_Vpminud_ymm_ymm_ymmm256,
        LoopOpcode.UMax => Code.VEX_Vpmaxud_ymm_ymm_ymmm256,
        _ => null,
    };

    private static Code? BinaryOfLongs(LoopOpcode op) => op switch
    {
        LoopOpcode.FAdd => Code.VEX_Vaddpd_ymm_ymm_ymmm256,
        LoopOpcode.FSub => Code.VEX_Vsubpd_ymm_ymm_ymmm256,
        LoopOpcode.FMul => Code.VEX_Vmulpd_ymm_ymm_ymmm256,
        LoopOpcode.FDiv => Code.VEX_Vdivpd_ymm_ymm_ymmm256,
        LoopOpcode.FMin => Code.VEX_Vminpd_ymm_ymm_ymmm256,
        LoopOpcode.FMax => Code.VEX_Vmaxpd_ymm_ymm_ymmm256,
        LoopOpcode.IAdd => Code.VEX_Vpaddq_ymm_ymm_ymmm256,
        LoopOpcode.ISub => Code.VEX_Vpsubq_ymm_ymm_ymmm256,
        LoopOpcode.And => Code.VEX_Vpand_ymm_ymm_ymmm256,
        LoopOpcode.Or => Code.VEX_Vpor_ymm_ymm_ymmm256,
        LoopOpcode.Xor => Code.VEX_Vpxor_ymm_ymm_ymmm256,
        LoopOpcode.Shl => Code.VEX_Vpsllvq_ymm_ymm_ymmm256,
        LoopOpcode.ShrL => Code.VEX_Vpsrlvq_ymm_ymm_ymmm256,
        _ => null,
    };

    public override (Code Code, int? Immediate)? Unary(LoopOpcode op, bool wide) => wide ? UnaryOfLongs(op) : op switch
    {
        LoopOpcode.FSqrt => (Code.VEX_Vsqrtps_ymm_ymmm256, null),
        LoopOpcode.FRoundEven => (Code.VEX_Vroundps_ymm_ymmm256_imm8, 8),
        LoopOpcode.FFloor => (Code.VEX_Vroundps_ymm_ymmm256_imm8, 9),
        LoopOpcode.FCeil => (Code.VEX_Vroundps_ymm_ymmm256_imm8, 10),
        LoopOpcode.FTrunc => (Code.VEX_Vroundps_ymm_ymmm256_imm8, 11),
        LoopOpcode.F32ToI32 => (Code.VEX_Vcvttps2dq_ymm_ymmm256, null),
        LoopOpcode.I32ToF32 => (Code.VEX_Vcvtdq2ps_ymm_ymmm256, null),
        _ => null,
    };

    private static (Code Code, int? Immediate)? UnaryOfLongs(LoopOpcode op) => op switch
    {
        LoopOpcode.FSqrt => (Code.VEX_Vsqrtpd_ymm_ymmm256, null),
        LoopOpcode.FRoundEven => (Code.VEX_Vroundpd_ymm_ymmm256_imm8, 8),
        LoopOpcode.FFloor => (Code.VEX_Vroundpd_ymm_ymmm256_imm8, 9),
        LoopOpcode.FCeil => (Code.VEX_Vroundpd_ymm_ymmm256_imm8, 10),
        LoopOpcode.FTrunc => (Code.VEX_Vroundpd_ymm_ymmm256_imm8, 11),
        _ => null,
    };

    public override void Mask(Assembler a, LoopFrame frame, ConstantPool pool, int lanes)
    {
        a.mov(eax, lanes);
        a.cmp(rcx, rax);
        a.cmovg(rcx, rax);
        a.mov(__dword_ptr[rsp + frame.LaneCount], ecx);
        a.sub(eax, ecx);
        AssemblerMemoryOperand mask = lanes == Lanes ? __ymmword_ptr[r15 + rax * 4 + pool.LaneMasks(Lanes)] : __ymmword_ptr[r15 + rax * 8 + pool.LaneMasks(Lanes)];
        a.vmovups(ymm0, mask);
        a.vmovaps(__ymmword_ptr[rsp + frame.LaneMask], ymm0);
    }

    // Loads for one element are broadcasts, stores write it alone, and reductions take a mask that is a constant.
    public override (Code Word, Code Long) FirstLane => (Code.VEX_Vmovd_rm32_xmm, Code.VEX_Vmovq_rm64_xmm);

    public override void MaskOne(Assembler a)
    {
    }

    public override LoopBodyEmitter Body(in LoopBodyContext context) => new Avx2BodyEmitter(context);
}
