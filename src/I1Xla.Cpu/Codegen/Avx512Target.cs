using I1Xla.Cpu.Loops;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>AVX-512: 32 registers of 16 lanes, masks in k registers.</summary>
internal sealed class Avx512Target : LoopTarget
{
    public static Avx512Target Instance { get; } = new();

    public override int Lanes => 16;

    public override Register FirstRegister => Register.ZMM0;

    public override int Registers => 32;

    public override (int Outer, int Inner) Accumulators => (12, 8);

    public override int UnrolledBody => 8;

    public override (int Least, int Most) InTurns => (16, 1024);

    public override int MostAliveOfFour => 16;

    public override int RoundingsOfEight => 2;

    public override bool MasksFreely => true;

    public override bool BroadcastsWords => true;

    public override Code Move => Code.EVEX_Vmovaps_zmm_k1z_zmmm512;

    public override Code MoveToMemory => Code.EVEX_Vmovaps_zmmm512_k1z_zmm;

    public override (Code Word, Code Long) Broadcast => (Code.EVEX_Vbroadcastss_zmm_k1z_xmmm32, Code.EVEX_Vbroadcastsd_zmm_k1z_xmmm64);

    public override (Code Fma132, Code Fma213, Code Fma231) FusedMultiplyAdd(bool wide) => wide
        ? (Code.EVEX_Vfmadd132pd_zmm_k1z_zmm_zmmm512b64_er, Code.EVEX_Vfmadd213pd_zmm_k1z_zmm_zmmm512b64_er, Code.EVEX_Vfmadd231pd_zmm_k1z_zmm_zmmm512b64_er)
        : (Code.EVEX_Vfmadd132ps_zmm_k1z_zmm_zmmm512b32_er, Code.EVEX_Vfmadd213ps_zmm_k1z_zmm_zmmm512b32_er, Code.EVEX_Vfmadd231ps_zmm_k1z_zmm_zmmm512b32_er);

    public override (Code Left, Code Right, Code RightSigned) Shift =>
        (Code.EVEX_Vpslld_zmm_k1z_zmmm512b32_imm8, Code.EVEX_Vpsrld_zmm_k1z_zmmm512b32_imm8, Code.EVEX_Vpsrad_zmm_k1z_zmmm512b32_imm8);

    public override (Code Signed, Code Unsigned) EvenProduct => (Code.EVEX_Vpmuldq_zmm_k1z_zmm_zmmm512b64, Code.EVEX_Vpmuludq_zmm_k1z_zmm_zmmm512b64);

    public override (Code Shuffle, Code Add, Code Pairs, Code Fours, Code Eights) Bytes => (
        Code.EVEX_Vpshufb_zmm_k1z_zmm_zmmm512, Code.EVEX_Vpaddb_zmm_k1z_zmm_zmmm512, Code.EVEX_Vpmaddubsw_zmm_k1z_zmm_zmmm512, Code.EVEX_Vpmaddwd_zmm_k1z_zmm_zmmm512, Code.EVEX_Vpsadbw_zmm_zmm_zmmm512);

    public override (Code Insert, Code Extract) Quarters => (Code.EVEX_Vinserti32x4_zmm_k1z_zmm_xmmm128_imm8, Code.EVEX_Vextracti32x4_xmmm128_k1z_zmm_imm8);

    public override (Code LoadLow, Code LoadHigh, Code StoreLow, Code StoreHigh) Halves =>
        (Code.EVEX_Vmovq_xmm_xmmm64, Code.EVEX_Vmovhps_xmm_xmm_m64, Code.EVEX_Vmovq_xmmm64_xmm, Code.EVEX_Vmovhps_m64_xmm);

    public override (Code Low, Code High) Interleave(int size) => size switch
    {
        1 => (Code.EVEX_Vpunpcklbw_zmm_k1z_zmm_zmmm512, Code.EVEX_Vpunpckhbw_zmm_k1z_zmm_zmmm512),
        2 => (Code.EVEX_Vpunpcklwd_zmm_k1z_zmm_zmmm512, Code.EVEX_Vpunpckhwd_zmm_k1z_zmm_zmmm512),
        4 => (Code.EVEX_Vpunpckldq_zmm_k1z_zmm_zmmm512b32, Code.EVEX_Vpunpckhdq_zmm_k1z_zmm_zmmm512b32),
        _ => (Code.EVEX_Vpunpcklqdq_zmm_k1z_zmm_zmmm512b64, Code.EVEX_Vpunpckhqdq_zmm_k1z_zmm_zmmm512b64),
    };

    public override Code LoadBytes(int bytes) => bytes switch
    {
        64 => Code.EVEX_Vmovups_zmm_k1z_zmmm512,
        32 => Code.EVEX_Vmovups_ymm_k1z_ymmm256,
        _ => Code.EVEX_Vmovups_xmm_k1z_xmmm128,
    };

    public override Code StoreBytes(int bytes) => bytes switch
    {
        64 => Code.EVEX_Vmovups_zmmm512_k1z_zmm,
        32 => Code.EVEX_Vmovups_ymmm256_k1z_ymm,
        _ => Code.EVEX_Vmovups_xmmm128_k1z_xmm,
    };

    public override Code? Binary(LoopOpcode op, bool wide) => wide ? BinaryOfLongs(op) : op switch
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
        _ => null,
    };

    private static Code? BinaryOfLongs(LoopOpcode op) => op switch
    {
        LoopOpcode.FAdd => Code.EVEX_Vaddpd_zmm_k1z_zmm_zmmm512b64_er,
        LoopOpcode.FSub => Code.EVEX_Vsubpd_zmm_k1z_zmm_zmmm512b64_er,
        LoopOpcode.FMul => Code.EVEX_Vmulpd_zmm_k1z_zmm_zmmm512b64_er,
        LoopOpcode.FDiv => Code.EVEX_Vdivpd_zmm_k1z_zmm_zmmm512b64_er,
        LoopOpcode.FMin => Code.EVEX_Vminpd_zmm_k1z_zmm_zmmm512b64_sae,
        LoopOpcode.FMax => Code.EVEX_Vmaxpd_zmm_k1z_zmm_zmmm512b64_sae,
        LoopOpcode.IAdd => Code.EVEX_Vpaddq_zmm_k1z_zmm_zmmm512b64,
        LoopOpcode.ISub => Code.EVEX_Vpsubq_zmm_k1z_zmm_zmmm512b64,
        LoopOpcode.IMul => Code.EVEX_Vpmullq_zmm_k1z_zmm_zmmm512b64,
        LoopOpcode.And => Code.EVEX_Vpandq_zmm_k1z_zmm_zmmm512b64,
        LoopOpcode.Or => Code.EVEX_Vporq_zmm_k1z_zmm_zmmm512b64,
        LoopOpcode.Xor => Code.EVEX_Vpxorq_zmm_k1z_zmm_zmmm512b64,
        LoopOpcode.Shl => Code.EVEX_Vpsllvq_zmm_k1z_zmm_zmmm512b64,
        LoopOpcode.ShrL => Code.EVEX_Vpsrlvq_zmm_k1z_zmm_zmmm512b64,
        LoopOpcode.ShrA => Code.EVEX_Vpsravq_zmm_k1z_zmm_zmmm512b64,
        LoopOpcode.SMin => Code.EVEX_Vpminsq_zmm_k1z_zmm_zmmm512b64,
        LoopOpcode.SMax => Code.EVEX_Vpmaxsq_zmm_k1z_zmm_zmmm512b64,
        LoopOpcode.UMin => Code.EVEX_Vpminuq_zmm_k1z_zmm_zmmm512b64,
        LoopOpcode.UMax => Code.EVEX_Vpmaxuq_zmm_k1z_zmm_zmmm512b64,
        _ => null,
    };

    public override (Code Code, int? Immediate)? Unary(LoopOpcode op, bool wide) => wide ? UnaryOfLongs(op) : op switch
    {
        LoopOpcode.FSqrt => (Code.EVEX_Vsqrtps_zmm_k1z_zmmm512b32_er, null),
        LoopOpcode.FRoundEven => (Code.EVEX_Vrndscaleps_zmm_k1z_zmmm512b32_imm8_sae, 8),
        LoopOpcode.FFloor => (Code.EVEX_Vrndscaleps_zmm_k1z_zmmm512b32_imm8_sae, 9),
        LoopOpcode.FCeil => (Code.EVEX_Vrndscaleps_zmm_k1z_zmmm512b32_imm8_sae, 10),
        LoopOpcode.FTrunc => (Code.EVEX_Vrndscaleps_zmm_k1z_zmmm512b32_imm8_sae, 11),
        LoopOpcode.Clz => (Code.EVEX_Vplzcntd_zmm_k1z_zmmm512b32, null),
        LoopOpcode.F32ToI32 => (Code.EVEX_Vcvttps2dq_zmm_k1z_zmmm512b32_sae, null),
        LoopOpcode.I32ToF32 => (Code.EVEX_Vcvtdq2ps_zmm_k1z_zmmm512b32_er, null),
        LoopOpcode.U32ToF32 => (Code.EVEX_Vcvtudq2ps_zmm_k1z_zmmm512b32_er, null),
        _ => null,
    };

    private static (Code Code, int? Immediate)? UnaryOfLongs(LoopOpcode op) => op switch
    {
        LoopOpcode.FSqrt => (Code.EVEX_Vsqrtpd_zmm_k1z_zmmm512b64_er, null),
        LoopOpcode.FRoundEven => (Code.EVEX_Vrndscalepd_zmm_k1z_zmmm512b64_imm8_sae, 8),
        LoopOpcode.FFloor => (Code.EVEX_Vrndscalepd_zmm_k1z_zmmm512b64_imm8_sae, 9),
        LoopOpcode.FCeil => (Code.EVEX_Vrndscalepd_zmm_k1z_zmmm512b64_imm8_sae, 10),
        LoopOpcode.FTrunc => (Code.EVEX_Vrndscalepd_zmm_k1z_zmmm512b64_imm8_sae, 11),
        LoopOpcode.Clz => (Code.EVEX_Vplzcntq_zmm_k1z_zmmm512b64, null),
        LoopOpcode.I64ToF64 => (Code.EVEX_Vcvtqq2pd_zmm_k1z_zmmm512b64_er, null),
        LoopOpcode.U64ToF64 => (Code.EVEX_Vcvtuqq2pd_zmm_k1z_zmmm512b64_er, null),
        _ => null,
    };

    // k7 = the first lanes.
    public override void Mask(Assembler a, LoopFrame frame, ConstantPool pool, int lanes)
    {
        a.mov(eax, lanes);
        a.cmp(rcx, rax);
        a.cmovg(rcx, rax);
        a.mov(eax, -1);
        a.bzhi(eax, eax, ecx);
        a.kmovw(k7, eax);
    }

    public override (Code Word, Code Long) FirstLane => (Code.EVEX_Vmovd_rm32_xmm, Code.EVEX_Vmovq_rm64_xmm);

    public override void MaskOne(Assembler a)
    {
        a.mov(eax, 1);
        a.kmovw(k7, eax);
    }

    public override LoopBodyEmitter Body(in LoopBodyContext context) => new Avx512BodyEmitter(context);
}
