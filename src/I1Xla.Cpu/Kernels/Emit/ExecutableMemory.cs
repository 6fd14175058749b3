using System.ComponentModel;
using System.Runtime.InteropServices;

namespace I1Xla.Cpu.Kernels.Emit;

/// <summary>
/// Machine code in its own pages. The pages are written while readable and writable, then made readable and executable: they are never writable
/// and executable at once.
/// </summary>
public sealed unsafe class ExecutableMemory : IDisposable
{
    private void* _address;
    private readonly nuint _length;

    /// <summary>Copies <paramref name="code"/> into fresh pages and makes them executable.</summary>
    /// <exception cref="PlatformNotSupportedException">On Windows, where kernels are not emitted.</exception>
    /// <exception cref="Win32Exception">The system refused the pages; the message carries errno.</exception>
    public ExecutableMemory(ReadOnlySpan<byte> code)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("Emitted kernels use the System V calling convention.");
        nuint page = (nuint)Environment.SystemPageSize;
        _length = ((nuint)Math.Max(code.Length, 1) + page - 1) / page * page;
        void* address = MemoryPages.Map(_length, MemoryPages.Read | MemoryPages.Write);
        if (address == (void*)-1) throw new Win32Exception(Marshal.GetLastPInvokeError());
        _address = address;
        code.CopyTo(new Span<byte>(address, code.Length));
        if (MemoryPages.Protect(address, _length, MemoryPages.Read | MemoryPages.Execute) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            Dispose();
            throw new Win32Exception(error);
        }
    }

    /// <summary>Frees the pages of code that nobody disposed.</summary>
    ~ExecutableMemory() => Free();

    /// <summary>The address of the first instruction.</summary>
    public void* Address => _address;

    /// <summary>Unmaps the pages; no thread may be running in them.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_address is null) return;
        _ = MemoryPages.Unmap(_address, _length);
        _address = null;
    }
}
