using System.Runtime.InteropServices;

namespace I1Xla.Cpu.Kernels;

/// <summary>
/// Memory for tensors, aligned to a cache line. Large blocks are aligned to huge pages, and the system is asked to use them: that
/// spares most page faults of fresh memory, and most misses of address translation in strided access.
/// </summary>
internal static unsafe partial class LargeMemory
{
    private const nuint HugePage = 2 << 20;
    private const int AdviseHugePages = 14;

    /// <summary>Allocates; contents undefined. Freed by <see cref="Free"/>.</summary>
    /// <param name="bytes">At least so many.</param>
    /// <exception cref="OutOfMemoryException">There is no memory.</exception>
    public static void* Allocate(nuint bytes)
    {
        if (bytes < 2 * HugePage || !OperatingSystem.IsLinux())
        {
            return NativeMemory.AlignedAlloc(bytes, 64);
        }
        void* block = NativeMemory.AlignedAlloc(bytes, HugePage);
        // Advice only: where huge pages are turned off the call fails, and ordinary pages serve.
        _ = Advise(block, bytes & ~(HugePage - 1), AdviseHugePages);
        return block;
    }

    /// <summary>Frees what <see cref="Allocate"/> gave.</summary>
    public static void Free(void* block) => NativeMemory.AlignedFree(block);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
