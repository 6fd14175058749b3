using System.Runtime.InteropServices;

namespace I1Xla.Cpu.Kernels.Emit;

/// <summary>Pages of the system: mmap(2), mprotect(2), munmap(2).</summary>
internal static unsafe partial class MemoryPages
{
    /// <summary>Protection of pages.</summary>
    public const int NoAccess = 0, Read = 1, Write = 2, Execute = 4;

    private const int Private = 2;

    /// <summary>Fresh private pages, zeroed; (void*)-1 where the system refuses, with errno for <see cref="Marshal.GetLastPInvokeError"/>.</summary>
    public static void* Map(nuint length, int protection) => Map(null, length, protection, Private | (OperatingSystem.IsMacOS() ? 0x1000 : 0x20), -1, 0);

    /// <summary>Changes the protection: 0, or -1 with errno.</summary>
    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    public static partial int Protect(void* address, nuint length, int protection);

    /// <summary>Gives pages back: 0, or -1 with errno.</summary>
    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);
}
