using I1Xla.Cpu.Kernels.Emit;

namespace I1Xla.Cpu.Tests.Runtime;

/// <summary>Memory between two pages that must not be touched: whoever does ends the process.</summary>
internal sealed unsafe class GuardedPages : IDisposable
{
    private readonly byte* _pages;
    private readonly long _bytes, _inside, _page = Environment.SystemPageSize;

    public GuardedPages(long bytes)
    {
        _bytes = bytes;
        _inside = (bytes + _page - 1) / _page * _page;
        _pages = (byte*)MemoryPages.Map((nuint)(_inside + (2 * _page)), MemoryPages.Read | MemoryPages.Write);
        Assert.That((nint)_pages, Is.Not.EqualTo((nint)(-1)));
        Assert.That(MemoryPages.Protect(_pages, (nuint)_page, MemoryPages.NoAccess), Is.Zero);
        Assert.That(MemoryPages.Protect(_pages + _page + _inside, (nuint)_page, MemoryPages.NoAccess), Is.Zero);
    }

    /// <summary>So many bytes, at the end of what may be touched or at its start.</summary>
    public byte* Place(bool atEnd) => _pages + _page + (atEnd ? _inside - _bytes : 0);

    public void Dispose() => MemoryPages.Unmap(_pages, (nuint)(_inside + (2 * _page)));
}
