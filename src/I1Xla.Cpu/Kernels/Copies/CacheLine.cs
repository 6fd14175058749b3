using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace I1Xla.Cpu.Kernels.Copies;

/// <summary>Whole cache lines in the machine's widest registers. A store wider than these would not go past the caches: .NET makes ordinary stores of it.</summary>
internal static unsafe class CacheLine
{
    /// <summary>Bytes of a line.</summary>
    public const int Bytes = 64;

    /// <summary>Copies one line, past the caches.</summary>
    /// <param name="from">Source, aligned or not.</param>
    /// <param name="to">Target, at a line.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Stream(byte* from, byte* to)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512.Load(from).StoreAlignedNonTemporal(to);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Vector256<byte> low = Vector256.Load(from), high = Vector256.Load(from + 32);
            low.StoreAlignedNonTemporal(to);
            high.StoreAlignedNonTemporal(to + 32);
        }
        else
        {
            for (int i = 0; i < Bytes; i += 16) Vector128.Load(from + i).StoreAlignedNonTemporal(to + i);
        }
    }
}
