using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace I1Xla.Cpu.Kernels.Copies;

/// <summary>Copies of adjacent bytes, past the caches where they could not keep the result: an ordinary store first reads the line it overwrites.</summary>
internal static unsafe class StreamedCopy
{
    /// <summary>From which size on, in bytes, a result goes past the caches: half of a third-level cache as processors have it per eight cores. Whoever reads a smaller one finds it there.</summary>
    public const long LeastBytes = 16 << 20;

    /// <summary>Whether a result goes past the caches: it and what it is made from do not fit them together.</summary>
    /// <param name="result">Bytes of the result.</param>
    /// <param name="all">Bytes of all that is read and written.</param>
    /// <param name="least">The least bytes of such a result.</param>
    public static bool Suits(long result, long all, long least = LeastBytes) => result >= least && all >= least + (least / 2);

    /// <summary>Copies one run; call <see cref="Finish"/> on the same thread before others read what was streamed.</summary>
    /// <param name="from">Source.</param>
    /// <param name="to">Target, which must not overlap it.</param>
    /// <param name="bytes">Length.</param>
    /// <param name="stream">Whether whole cache lines of the target go past the caches.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(byte* from, byte* to, long bytes, bool stream)
    {
        long head = -(nint)to & (CacheLine.Bytes - 1);
        if (!stream || bytes < head + (4 * CacheLine.Bytes))
        {
            NativeMemory.Copy(from, to, (nuint)bytes);
            return;
        }
        long at = head;
        if (head > 0) NativeMemory.Copy(from, to, (nuint)head);
        for (; at + CacheLine.Bytes <= bytes; at += CacheLine.Bytes) CacheLine.Stream(from + at, to + at);
        if (at < bytes) NativeMemory.Copy(from + at, to + at, (nuint)(bytes - at));
    }

    /// <summary>Orders what was streamed before whatever the thread writes next.</summary>
    public static void Finish()
    {
        if (Sse.IsSupported)
        {
            Sse.StoreFence();
        }
    }
}
