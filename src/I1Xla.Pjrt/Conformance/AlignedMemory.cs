using System.Runtime.InteropServices;

namespace I1Xla.Pjrt.Conformance;

/// <summary>Native memory aligned to 64 bytes, as CPU plugins want it for use in place.</summary>
internal sealed unsafe class AlignedMemory(int bytes) : IDisposable
{
    private void* memory = NativeMemory.AlignedAlloc((nuint)bytes, 64);

    public nint Address => (nint)memory;

    public Span<float> Floats => new(memory, bytes / sizeof(float));

    public void Dispose()
    {
        NativeMemory.AlignedFree(memory);
        memory = null;
    }
}
