using System.Runtime.InteropServices;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>What a matmul micro-kernel works on; emitted code reads the fields at the offsets given here.</summary>
[StructLayout(LayoutKind.Explicit, Size = 80)]
internal unsafe struct MicroKernelArgs
{
    /// <summary>Packed rows of A: <c>[steps][rows]</c> elements (pairs of bf16 for the dot-product kernels).</summary>
    [FieldOffset(0)]
    public void* A;

    /// <summary>Columns of B: <c>[steps]</c> rows of whole vectors, <see cref="BStride"/> bytes apart.</summary>
    [FieldOffset(8)]
    public void* B;

    /// <summary>The first element of the tile of C.</summary>
    [FieldOffset(16)]
    public void* C;

    /// <summary>Steps along the contracted dimension, at least 1.</summary>
    [FieldOffset(24)]
    public nint Steps;

    /// <summary>Bytes between rows of B.</summary>
    [FieldOffset(32)]
    public nint BStride;

    /// <summary>Bytes between rows of C.</summary>
    [FieldOffset(40)]
    public nint CStride;

    /// <summary>The lanes of the last vector that exist, for masked kernels.</summary>
    [FieldOffset(48)]
    public ulong Mask;

    /// <summary>Non-zero adds to C; zero overwrites it.</summary>
    [FieldOffset(56)]
    public nint Accumulate;

    /// <summary>Where a kernel that packs writes the vectors of B, one row behind the other; null for the others.</summary>
    [FieldOffset(64)]
    public void* Packed;

    /// <summary>Memory that later tiles will read: a kernel that does not pack fetches <see cref="FetchedBytes"/> of it into the second-level cache. Null for none.</summary>
    [FieldOffset(72)]
    public void* Next;

    /// <summary>How much of <see cref="Next"/> a tile fetches whose rows of B have so many bytes: a part of as many bytes as it reads of B.</summary>
    public readonly long FetchedBytes(long rowBytes) => Steps / MicroKernelEmitter.Unroll * MicroKernelEmitter.FetchedLines(rowBytes) * 64;
}
