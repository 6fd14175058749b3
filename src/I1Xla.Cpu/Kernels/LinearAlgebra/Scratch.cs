namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>Memory for the time of a computation, aligned to a cache line, contents undefined.</summary>
internal readonly unsafe struct Scratch<T> : IDisposable
    where T : unmanaged
{
    public Scratch(long count) => Data = (T*)LargeMemory.Allocate((nuint)Math.Max(count, 1) * (nuint)sizeof(T));

    public T* Data { get; }

    public void Dispose() => LargeMemory.Free(Data);
}
