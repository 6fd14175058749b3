using System.Runtime.InteropServices;
using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Runtime;

/// <summary>The memory of a program's constants, as they are and packed for products.</summary>
internal sealed unsafe class ProgramConstants : IDisposable
{
    private readonly List<nint> _arrays = [];
    private readonly List<PackedMatrix> _packed = [];

    /// <summary>How much there is.</summary>
    public long Bytes { get; private set; }

    /// <summary>Memory for an array, of which vector loads may read past the end.</summary>
    public nint Allocate(long bytes)
    {
        nint memory = (nint)NativeMemory.AlignedAlloc((nuint)(bytes + 128) / 64 * 64, 64);
        _arrays.Add(memory);
        Bytes += bytes;
        return memory;
    }

    /// <summary>Takes over a packed operand.</summary>
    public void Add(PackedMatrix matrix)
    {
        _packed.Add(matrix);
        Bytes += matrix.Bytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _arrays.ForEach(a => NativeMemory.AlignedFree((void*)a));
        _arrays.Clear();
        _packed.ForEach(p => p.Dispose());
        _packed.Clear();
    }
}
