using System.ComponentModel;
using System.Runtime.InteropServices;
using I1Xla.Cpu.Kernels.Emit;

namespace I1Xla.Cpu.Kernels;

/// <summary>
/// An alternate signal stack that has room for the frames of threads that use tiles: those frames have 11 KiB and a little more, and of the 16 KiB that CoreCLR gives each
/// thread, one page is a guard. On that stack a null reference would end the process instead of becoming an exception (CoreCLR,
/// pal/src/thread/thread.cpp, EnsureSignalAlternateStack; sigaltstack(2)).
/// </summary>
internal sealed unsafe partial class SignalStack
{
    private const int FrameBytesKey = 51, OnStack = 1, Disabled = 2;
    private const long HandlerBytes = 64 << 10;

    [ThreadStatic]
    private static bool t_isChecked;

    // The thread's own: collected, and so unmapped, after the thread has ended. The stack it replaces belongs to whoever made it.
    [ThreadStatic]
    private static SignalStack? t_stack;

    private readonly void* _memory;
    private readonly nuint _bytes;

    private SignalStack(void* memory, nuint bytes)
    {
        _memory = memory;
        _bytes = bytes;
    }

    /// <summary>Unmaps the stack of a thread that has ended.</summary>
    ~SignalStack() => MemoryPages.Unmap(_memory, _bytes);

    /// <summary>Sees to it that the calling thread's alternate signal stack, where it has one, is large enough. Linux only.</summary>
    /// <exception cref="Win32Exception">The system refused memory or the new stack; the message carries errno.</exception>
    public static void Ensure()
    {
        if (t_isChecked) return;
        Description now = default;
        if (SetAlternateStack(null, &now) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        // AT_MINSIGSTKSZ: the largest frame of this machine (getauxval(3)).
        nuint page = (nuint)Environment.SystemPageSize, wanted = ((nuint)GetAuxiliaryValue(FrameBytesKey) + (nuint)HandlerBytes + 2 * page - 1) / page * page;
        if ((now.Flags & (OnStack | Disabled)) == 0 && now.Bytes < wanted) t_stack = Replace(wanted, page);
        t_isChecked = true;
    }

    private static SignalStack Replace(nuint bytes, nuint page)
    {
        void* memory = MemoryPages.Map(bytes, MemoryPages.Read | MemoryPages.Write);
        if (memory == (void*)-1) throw new Win32Exception(Marshal.GetLastPInvokeError());
        var made = new Description { Memory = memory, Bytes = bytes };
        if (MemoryPages.Protect(memory, page, MemoryPages.NoAccess) == 0 && SetAlternateStack(&made, null) == 0) return new SignalStack(memory, bytes);
        int error = Marshal.GetLastPInvokeError();
        _ = MemoryPages.Unmap(memory, bytes);
        throw new Win32Exception(error);
    }

    /// <summary>The size of the calling thread's alternate signal stack, 0 where it has none.</summary>
    internal static long CurrentBytes()
    {
        Description now = default;
        return SetAlternateStack(null, &now) == 0 && (now.Flags & Disabled) == 0 ? (long)now.Bytes : 0;
    }

    // stack_t of Linux on x86-64.
    [StructLayout(LayoutKind.Sequential)]
    private struct Description
    {
        public void* Memory;
        public int Flags;
        public nuint Bytes;
    }

    [LibraryImport("libc", EntryPoint = "sigaltstack", SetLastError = true)]
    private static partial int SetAlternateStack(Description* given, Description* before);

    [LibraryImport("libc", EntryPoint = "getauxval")]
    private static partial nuint GetAuxiliaryValue(nuint key);
}
