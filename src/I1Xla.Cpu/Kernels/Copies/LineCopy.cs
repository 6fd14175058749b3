using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace I1Xla.Cpu.Kernels.Copies;

/// <summary>Copies one line of elements at a step of its own in source and target. What is narrow and lies backwards or every second in the source is shuffled in registers.</summary>
internal static unsafe class LineCopy
{
    /// <summary>Copies.</summary>
    /// <param name="from">The first element in the source.</param>
    /// <param name="to">The first element in the target.</param>
    /// <param name="line">The line: its elements, and the bytes from one to the next.</param>
    /// <param name="elementBytes">See <see cref="StridedCopy.Moves"/>.</param>
    public static void Run(byte* from, byte* to, in CopyDimension line, int elementBytes)
    {
        if (line.Source == elementBytes && line.Target == elementBytes)
        {
            NativeMemory.Copy(from, to, (nuint)(line.Size * elementBytes));
            return;
        }
        switch (elementBytes)
        {
            case 1: Run<byte>(from, to, line); break;
            case 2: Run<ushort>(from, to, line); break;
            case 4: Run<uint>(from, to, line); break;
            case 8: Run<ulong>(from, to, line); break;
            case 16: Run<UInt128>(from, to, line); break;
            case 3: Run<Three<byte>>(from, to, line); break;
            case 6: Run<Three<ushort>>(from, to, line); break;
            case 12: Run<Three<uint>>(from, to, line); break;
            default: Run<Three<ulong>>(from, to, line); break;
        }
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly record struct Three<T>(T First, T Second, T Third)
        where T : unmanaged;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<T>(byte* from, byte* to, in CopyDimension line)
        where T : unmanaged
    {
        long size = line.Size, source = line.Source, target = line.Target;
        if (target != sizeof(T))
        {
            for (long i = 0; i < size; i++, from += source, to += target) *(T*)to = *(T*)from;
            return;
        }
        if (source == 0)
        {
            new Span<T>(to, checked((int)size)).Fill(*(T*)from);
            return;
        }
        long done = 0;
        if (sizeof(T) <= 2 && Avx2.IsSupported)
        {
            done = source == -sizeof(T) ? Backwards<T>(from, to, size) : source == 2 * sizeof(T) ? EverySecond<T>(from, to, size) : 0;
            from += done * source;
        }
        for (; done < size; done++, from += source) ((T*)to)[done] = *(T*)from;
    }

    // Each gives how many elements it has copied: whole vectors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Backwards<T>(byte* from, byte* to, long size)
        where T : unmanaged
    {
        Vector256<byte> turn = sizeof(T) == 1
            ? Vector256.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
            : Vector256.Create((byte)14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1, 14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1);
        long count = 32 / sizeof(T), done = 0;
        byte* source = from + sizeof(T) - 32;
        for (; done + (2 * count) <= size; done += 2 * count, source -= 64, to += 64)
        {
            Vector256<byte> a = Avx2.Shuffle(Vector256.Load(source), turn), b = Avx2.Shuffle(Vector256.Load(source - 32), turn);
            Avx2.Permute4x64(a.AsUInt64(), 0b01_00_11_10).AsByte().Store(to);
            Avx2.Permute4x64(b.AsUInt64(), 0b01_00_11_10).AsByte().Store(to + 32);
        }
        return done;
    }

    // The element behind the last one that is wanted may be behind the end of memory: it is never read.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long EverySecond<T>(byte* from, byte* to, long size)
        where T : unmanaged
    {
        long count = 32 / sizeof(T), done = 0;
        for (; done + count < size; done += count, from += 64, to += 32)
        {
            Vector256<byte> packed = sizeof(T) == 1
                ? Avx2.PackUnsignedSaturate((Vector256.Load((ushort*)from) & Vector256.Create((ushort)0xFF)).AsInt16(), (Vector256.Load((ushort*)(from + 32)) & Vector256.Create((ushort)0xFF)).AsInt16())
                : Avx2.PackUnsignedSaturate((Vector256.Load((uint*)from) & Vector256.Create(0xFFFFu)).AsInt32(), (Vector256.Load((uint*)(from + 32)) & Vector256.Create(0xFFFFu)).AsInt32()).AsByte();
            Avx2.Permute4x64(packed.AsUInt64(), 0b11_01_10_00).AsByte().Store(to);
        }
        return done;
    }
}
