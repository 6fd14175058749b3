using I1Xla.Cpu.Kernels;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>
/// The memory of a buffer, counted: the buffer itself and every launch or copy that uses it hold it. Large blocks are kept for reuse when they are
/// freed, since fresh pages cost as much as a pass over the data.
/// </summary>
internal sealed unsafe class BufferStorage
{
    private const long LargeBytes = 1 << 16;
    private const long MostCached = 1L << 30;
    private static readonly BlockCache s_cache = new(MostCached);
    private static long s_inUse;
    private static long s_peak;

    private readonly long _allocated;
    private readonly Action? _release;
    private int _references = 1;

    /// <summary>Allocates, aligned to a cache line and readable for one more behind its end; contents undefined.</summary>
    public BufferStorage(long bytes)
    {
        Bytes = bytes;
        _allocated = bytes < LargeBytes ? Math.Max(bytes, 1) : (bytes + LargeBytes - 1) / LargeBytes * LargeBytes;
        long inUse = Interlocked.Add(ref s_inUse, _allocated);
        if (inUse > Volatile.Read(ref s_peak)) Interlocked.Exchange(ref s_peak, inUse);
        if (bytes >= LargeBytes && s_cache.Take(_allocated) is var kept and not null)
        {
            Data = (byte*)kept;
            return;
        }
        try
        {
            Data = (byte*)LargeMemory.Allocate((nuint)_allocated + 64);
        }
        catch (OutOfMemoryException)
        {
            Interlocked.Add(ref s_inUse, -_allocated);
            throw new PluginException(I1Xla.Pjrt.PjrtErrorCode.ResourceExhausted, $"Out of memory allocating {bytes} bytes for a buffer; {inUse - _allocated} bytes are in use by buffers.");
        }
    }

    /// <summary>Takes memory that belongs to somebody else; <paramref name="release"/> runs when nobody uses it any more.</summary>
    public BufferStorage(void* data, long bytes, Action? release)
    {
        Data = (byte*)data;
        Bytes = bytes;
        IsForeign = true;
        _release = release;
    }

    /// <summary>Bytes that live buffers hold, and the most they have held.</summary>
    public static (long InUse, long Peak) Statistics => (Volatile.Read(ref s_inUse), Volatile.Read(ref s_peak));

    public byte* Data { get; }

    public long Bytes { get; }

    public bool IsForeign { get; }

    /// <summary>How many hold it.</summary>
    public int References => Volatile.Read(ref _references);

    public BufferStorage Hold()
    {
        Interlocked.Increment(ref _references);
        return this;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0) return;
        if (IsForeign)
        {
            _release?.Invoke();
            return;
        }
        Interlocked.Add(ref s_inUse, -_allocated);
        if (_allocated >= LargeBytes) s_cache.Keep(Data, _allocated);
        else LargeMemory.Free(Data);
    }
}
