using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Copies;

/// <summary>Rows of up to 64 adjacent bytes, each copied as two words that meet or overlap: calls and divisions for every row would take longer than the copy.</summary>
/// <param name="source">The first row in the source.</param>
/// <param name="target">The first row in the target.</param>
/// <param name="bytes">Bytes of a row, 1 to <see cref="MostBytes"/>.</param>
/// <param name="rows">The dimensions around a row.</param>
internal readonly unsafe struct ShortRowCopy(byte* source, byte* target, long bytes, PackedDimensions rows) : IParallelBody
{
    /// <summary>The longest row.</summary>
    public const long MostBytes = 64;

    public void Run(long begin, long end)
    {
        CopyDimension along = rows.Last;
        for (long row = begin; row < end;)
        {
            rows.Offsets(row, out long from, out long to);
            long count = Math.Min(end - row, along.Size - (row % along.Size));
            Line(source + from, target + to, along with { Size = count });
            row += count;
        }
    }

    private void Line(byte* from, byte* to, in CopyDimension line)
    {
        switch (bytes)
        {
            case >= 32: Words<Vector256<byte>>(from, to, line); break;
            case >= 16: Words<Vector128<byte>>(from, to, line); break;
            case >= 8: Words<ulong>(from, to, line); break;
            case >= 4: Words<uint>(from, to, line); break;
            case >= 2: Words<ushort>(from, to, line); break;
            default: Words<byte>(from, to, line); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Words<T>(byte* from, byte* to, in CopyDimension line)
        where T : unmanaged
    {
        long last = bytes - sizeof(T), fromStep = line.Source, toStep = line.Target;
        for (long i = line.Size; i > 0; i--, from += fromStep, to += toStep)
        {
            Row<T>(from, to, last);
        }
    }

    /// <summary>Copies one row as two words.</summary>
    /// <param name="from">The row.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="last">Bytes from its start to the second word, which ends with it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Row<T>(byte* from, byte* to, long last)
        where T : unmanaged
    {
        T head = Unsafe.ReadUnaligned<T>(from), tail = Unsafe.ReadUnaligned<T>(from + last);
        Unsafe.WriteUnaligned(to, head);
        Unsafe.WriteUnaligned(to + last, tail);
    }
}
