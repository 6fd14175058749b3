using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Kernels.Emit;
using I1Xla.Cpu.Kernels.Matmul;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Kernels;

/// <summary>Whether this process may use the tiles of AMX, and what keeps it from them on a processor that has them.</summary>
internal readonly record struct AmxDecision(bool IsUsable, string? Obstacle);

/// <summary>
/// Finds the tiles of Intel AMX and their bf16 product (Intel SDM volume 1, chapter 18), asks Linux for them (Documentation/arch/x86/xstate.rst), and has
/// them checked before their first use.
/// </summary>
internal static unsafe partial class AmxSupport
{
    private const nint ArchPrctl = 158, RequestPermission = 0x1023, TileData = 18;
    private const ulong TileState = 3UL << 17;

    /// <summary>Decides for this process. The permission that it asks for holds for all threads and cannot be given back.</summary>
    public static AmxDecision Decide() =>
        Decide(X86Base.CpuId, ReadXcr0, OperatingSystem.IsLinux() ? RequestTileData : null, TileCheck.Run);

    /// <summary>As above, on a machine described by functions.</summary>
    /// <param name="cpuid">EAX, EBX, ECX and EDX of a leaf and a subleaf.</param>
    /// <param name="xcr0">Reads the states that the system saves; called only where CPUID has AMX.</param>
    /// <param name="request">Asks for tile data and gives 0 or errno; null for a system that cannot be asked.</param>
    /// <param name="check">Runs products on tiles and says what is wrong with them; null when nothing is.</param>
    public static AmxDecision Decide(Func<int, int, (int Eax, int Ebx, int Ecx, int Edx)> cpuid, Func<ulong> xcr0, Func<int>? request, Func<string?> check)
    {
        // Leaf 7: EDX bit 24 is AMX-TILE, bit 22 AMX-BF16.
        int most = cpuid(0, 0).Eax;
        if (most < 7 || (~cpuid(7, 0).Edx & ((1 << 24) | (1 << 22))) != 0) return default;
        // Leaf 1Dh describes the palettes, leaf 1Eh the multiplier: K of 16 pairs, N of 64 bytes.
        if (most < 0x1E || cpuid(0x1D, 0).Eax < 1) return new(false, "CPUID describes no palette of tiles");
        (int bytes, int rows, int count, _) = cpuid(0x1D, 1);
        int multiplier = cpuid(0x1E, 0).Ebx;
        if (bytes != ((1024 << 16) | 8192) || rows != ((8 << 16) | 64) || (count & 0xFFFF) != 16 || (multiplier & 0xFF) < 16 || ((multiplier >> 8) & 0xFFFF) < 64)
            return new(false, "CPUID describes tiles of another size than 8 × 16 rows of 64 bytes");
        if ((xcr0() & TileState) != TileState) return new(false, "the operating system does not save tiles (XCR0 bits 17 and 18)");
        if (request is null) return new(false, "tiles are used on Linux only");
        int error = request();
        if (error != 0) return new(false, $"Linux refuses tile data (arch_prctl ARCH_REQ_XCOMP_PERM, errno {error}{(error == 28 ? ": a thread's alternate signal stack is too small" : "")})");
        return check() is { } wrong ? new(false, wrong) : new(true, null);
    }

    /// <summary>Asks Linux for the permission to use tile data: 0, or errno.</summary>
    internal static int RequestTileData() => SystemCall(ArchPrctl, RequestPermission, TileData) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>The states that the system saves (xgetbv of register 0); needs AVX.</summary>
    internal static ulong ReadXcr0()
    {
        using ExecutableMemory code = VectorRegisters.Assemble(c =>
        {
            c.xor(ecx, ecx);
            c.xgetbv();
            c.shl(rdx, 32);
            c.or(rax, rdx);
            c.ret();
        });
        return ((delegate* unmanaged<ulong>)code.Address)();
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second);
}
