using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// Windows of single elements far apart that become adjacent (columns of a matrix, as rows): a cache line of the result at a time, which takes its elements from as many lines of the
/// operand. All windows get one line before any gets its next, so that the operand is read a few of its own lines of elements at a time.
/// </summary>
/// <param name="operand">The operand.</param>
/// <param name="output">The result.</param>
/// <param name="elementBytes">1, 2, 4, 8 or 16.</param>
/// <param name="starts">Where each window starts in the operand, in elements.</param>
/// <param name="targets">Where each lies in the result.</param>
/// <param name="window">Where the elements of a window are from its start.</param>
/// <param name="size">How many they are.</param>
internal readonly unsafe struct GatherColumns(byte* operand, byte* output, int elementBytes, long* starts, long* targets, int* window, long size) : IParallelBody
{
    private const int LineBytes = 64;

    public void Run(long begin, long end)
    {
        switch (elementBytes)
        {
            case 1: Run((byte*)operand, (byte*)output, begin, end); break;
            case 2: Run((ushort*)operand, (ushort*)output, begin, end); break;
            case 4 when Vector256.IsHardwareAccelerated: Words(begin, end); break;
            case 4: Run((uint*)operand, (uint*)output, begin, end); break;
            case 8: Run((ulong*)operand, (ulong*)output, begin, end); break;
            default: Run((UInt128*)operand, (UInt128*)output, begin, end); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run<T>(T* from, T* to, long begin, long end)
        where T : unmanaged
    {
        for (long first = 0; first < size; first += LineBytes / sizeof(T))
        {
            long last = Math.Min(first + (LineBytes / sizeof(T)), size);
            for (long p = begin; p < end; p++)
            {
                T* x = from + starts[p], y = to + targets[p];
                for (long w = first; w < last; w++)
                {
                    y[w] = x[window[w]];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Words(long begin, long end)
    {
        uint* from = (uint*)operand, to = (uint*)output;
        long first = 0;
        for (; first + 16 <= size; first += 16)
        {
            Vector256<int> a = Vector256.Load(window + first), b = Vector256.Load(window + first + 8);
            for (long p = begin; p < end; p++)
            {
                uint* x = from + starts[p], y = to + targets[p] + first;
                GatherStep.Picked(x, a).Store(y);
                GatherStep.Picked(x, b).Store(y + 8);
            }
        }
        for (long p = begin; p < end; p++)
        {
            for (long w = first; w < size; w++)
            {
                to[targets[p] + w] = from[starts[p] + window[w]];
            }
        }
    }
}
