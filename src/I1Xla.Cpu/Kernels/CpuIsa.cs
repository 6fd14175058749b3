using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace I1Xla.Cpu.Kernels;

/// <summary>The instruction sets that kernels are written for, each including those before it.</summary>
public enum IsaLevel
{
    /// <summary>Whatever <c>System.Numerics.Vector</c> gives on this machine; runs anywhere .NET runs.</summary>
    Portable,

    /// <summary>x86-64 with AVX2, FMA and F16C.</summary>
    Avx2,

    /// <summary>x86-64 with AVX-512 F, BW, DQ and VL.</summary>
    Avx512,

    /// <summary>AVX-512 with the BF16 dot product (<c>vdpbf16ps</c>).</summary>
    Avx512Bf16,

    /// <summary>AVX-512 with BF16, and the tiles of AMX with their bf16 product (<c>tdpbf16ps</c>), which Linux has granted to the process.</summary>
    Avx512Amx,
}

/// <summary>What this machine has, and what kernels may use of it.</summary>
public static class CpuIsa
{
    /// <summary>The environment variable that lowers <see cref="Current"/>: the name of an <see cref="IsaLevel"/>, in any case.</summary>
    public const string Variable = "I1XLA_CPU_ISA";

    // A value that is not understood is an error wherever it is met, not of this type's initialization.
    private static readonly Lazy<IsaLevel> LazyDetected = new(Detect);
    private static readonly Lazy<IsaLevel> LazyCurrent = new(() => Requested(Environment.GetEnvironmentVariable(Variable)) is { } level && level < Detected ? level : Detected);

    /// <summary>
    /// The best level of this machine. Emitted kernels use the System V calling convention, so that Windows is <see cref="IsaLevel.Portable"/>. Where
    /// <see cref="Variable"/> rules tiles out, the process does not ask for them, and they do not count.
    /// </summary>
    public static IsaLevel Detected => LazyDetected.Value;

    /// <summary>The level used where the caller names none: <see cref="Detected"/>, or less where <see cref="Variable"/> says so.</summary>
    /// <exception cref="CpuSettingException">The variable names no level.</exception>
    public static IsaLevel Current => LazyCurrent.Value;

    /// <summary>All levels this machine can run, lowest first.</summary>
    public static IEnumerable<IsaLevel> Available => Enum.GetValues<IsaLevel>().Where(level => level <= Detected);

    /// <summary>The best level of this machine, and the lower ones whose loops or products of bf16 have code of their own, best first.</summary>
    public static IEnumerable<IsaLevel> BackEnds => Available.Where(level => level is IsaLevel.Portable or IsaLevel.Avx2 or IsaLevel.Avx512Bf16 || level == Detected).Reverse();

    /// <summary>Why the tiles of a processor that has them are left off; null where they are used, where there are none, and where <see cref="Variable"/> rules them out.</summary>
    public static string? WithoutTiles { get; private set; }

    private static IsaLevel Detect()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64 || OperatingSystem.IsWindows()) return IsaLevel.Portable;
        // CPUID leaf 1, ECX bit 29: F16C (Intel SDM volume 2A, table 3-10); every processor with AVX2 has it.
        if (!Avx2.IsSupported || !Fma.IsSupported || (X86Base.CpuId(1, 0).Ecx & (1 << 29)) == 0) return IsaLevel.Portable;
        if (!Avx512F.IsSupported || !Avx512BW.VL.IsSupported || !Avx512DQ.VL.IsSupported || !Bmi2.IsSupported) return IsaLevel.Avx2;
        // CPUID leaf 7, subleaf 1, EAX bit 5: AVX512_BF16 (Intel SDM volume 2A, table 3-17).
        (int maxSubleaf, _, _, _) = X86Base.CpuId(7, 0);
        bool bf16 = maxSubleaf >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;
        if (!bf16) return IsaLevel.Avx512;
        // Asking for tiles changes the process: its signal frames grow.
        if (Requested(Environment.GetEnvironmentVariable(Variable)) < IsaLevel.Avx512Amx) return IsaLevel.Avx512Bf16;
        AmxDecision amx = AmxSupport.Decide();
        WithoutTiles = amx.Obstacle;
        return amx.IsUsable ? IsaLevel.Avx512Amx : IsaLevel.Avx512Bf16;
    }

    /// <summary>The level that a value of <see cref="Variable"/> names; null for none.</summary>
    /// <exception cref="CpuSettingException">It names no level.</exception>
    internal static IsaLevel? Requested(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        return Enum.TryParse(text, ignoreCase: true, out IsaLevel level) && Enum.IsDefined(level)
            ? level
            : throw new CpuSettingException(Variable, text, $"one of {string.Join(", ", Enum.GetNames<IsaLevel>()).ToLowerInvariant()}");
    }
}
