namespace I1Xla.Cpu.Kernels;

/// <summary>A thread's own growing buffer, aligned to a cache line, with 64 readable and writable bytes of slack behind what was asked for.</summary>
internal sealed unsafe class ScratchBuffer
{
    private void* _data;
    private nuint _length;

    ~ScratchBuffer() => LargeMemory.Free(_data);

    /// <summary>At least <paramref name="bytes"/> bytes, contents undefined; earlier pointers from this buffer are invalid afterwards if it grew.</summary>
    public void* Ensure(long bytes)
    {
        nuint wanted = (nuint)bytes + 128;
        if (wanted > _length)
        {
            LargeMemory.Free(_data);
            _data = null;
            _length = 0;
            wanted += wanted / 8;
            _data = LargeMemory.Allocate(wanted);
            _length = wanted;
        }
        return _data;
    }
}
