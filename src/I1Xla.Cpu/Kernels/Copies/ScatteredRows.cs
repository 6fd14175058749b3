using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace I1Xla.Cpu.Kernels.Copies;

/// <summary>
/// Rows of one length, each from an address of its own to another. Those to come are fetched while one is copied: rows in no order are no pattern to the processor. Short ones
/// are words that meet or overlap, for a call for each would take longer than the copy.
/// </summary>
internal static unsafe class ScatteredRows
{
    // As many rows as take so many bytes are fetched ahead, but no fewer and no more than these.
    private const int BytesAhead = 4096, FewestAhead = 4, MostAhead = 32;
    private const long MostFetchedBytes = 2048, MostInlineBytes = 1024;

    /// <summary>Copies rows.</summary>
    /// <param name="from">Where each starts.</param>
    /// <param name="to">Where each goes.</param>
    /// <param name="count">How many.</param>
    /// <param name="bytes">Bytes of each, at least one.</param>
    /// <param name="stream">Whether whole cache lines go past the caches; call <see cref="StreamedCopy.Finish"/> before others read them.</param>
    public static void Copy(byte** from, byte** to, int count, long bytes, bool stream)
    {
        int ahead = (int)Math.Clamp(BytesAhead / bytes, FewestAhead, MostAhead);
        for (int i = 0; i < Math.Min(ahead, count); i++)
        {
            Fetch(from[i], bytes);
        }
        switch (bytes)
        {
            case > MostInlineBytes: Long(from, to, count, bytes, stream, ahead); break;
            case >= 64: Lines(from, to, count, bytes, stream, ahead); break;
            case >= 32: Words<Vector256<byte>>(from, to, count, bytes, ahead); break;
            case >= 16: Words<Vector128<byte>>(from, to, count, bytes, ahead); break;
            case >= 8: Words<ulong>(from, to, count, bytes, ahead); break;
            case >= 4: Words<uint>(from, to, count, bytes, ahead); break;
            case >= 2: Words<ushort>(from, to, count, bytes, ahead); break;
            default: Words<byte>(from, to, count, bytes, ahead); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(byte* row, long bytes)
    {
        for (long line = 0; line < Math.Min(bytes, MostFetchedBytes); line += CacheLine.Bytes)
        {
            FetchLine(row + line);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FetchLine(byte* line)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(line);
        }
    }

    private static void Long(byte** from, byte** to, int count, long bytes, bool stream, int ahead)
    {
        for (int i = 0; i < count; i++)
        {
            if (i + ahead < count)
            {
                Fetch(from[i + ahead], bytes);
            }
            StreamedCopy.Run(from[i], to[i], bytes, stream);
        }
    }

    // The last line ends with the row, over what the one before has copied already.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lines(byte** from, byte** to, int count, long bytes, bool stream, int ahead)
    {
        long last = bytes - CacheLine.Bytes;
        for (int i = 0; i < count; i++)
        {
            byte* x = from[i], y = to[i], next = from[Math.Min(i + ahead, count - 1)];
            if (stream && (((nint)y | (nint)bytes) & (CacheLine.Bytes - 1)) == 0)
            {
                for (long at = 0; at < bytes; at += CacheLine.Bytes)
                {
                    FetchLine(next + at);
                    CacheLine.Stream(x + at, y + at);
                }
                continue;
            }
            for (long at = 0; at < last; at += CacheLine.Bytes)
            {
                FetchLine(next + at);
                Line(x + at, y + at);
            }
            FetchLine(next + last);
            Line(x + last, y + last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Line(byte* from, byte* to)
    {
        Vector256<byte> low = Vector256.Load(from), high = Vector256.Load(from + 32);
        low.Store(to);
        high.Store(to + 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Words<T>(byte** from, byte** to, int count, long bytes, int ahead)
        where T : unmanaged
    {
        long last = bytes - sizeof(T);
        for (int i = 0; i < count; i++)
        {
            FetchLine(from[Math.Min(i + ahead, count - 1)]);
            ShortRowCopy.Row<T>(from[i], to[i], last);
        }
    }
}
