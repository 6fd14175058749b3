using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>Looks for the first NaN that a step makes.</summary>
internal static unsafe class NaNCheck
{
    /// <summary>Checks what a step wrote.</summary>
    /// <exception cref="CpuNaNException">There is a NaN.</exception>
    public static void Check(Step step, byte** slots)
    {
        foreach ((int slot, HloNode node) in step.Writes)
        {
            long at = node.Kind switch
            {
                ElementKind.F32 => First((float*)slots[slot], node.Count),
                ElementKind.F64 => First((double*)slots[slot], node.Count),
                ElementKind.F16 => First((Half*)slots[slot], node.Count),
                ElementKind.BF16 => FirstBf16((ushort*)slots[slot], node.Count),
                _ => -1,
            };
            if (at >= 0)
            {
                string what = node.Source is { } op ? $"{op.Name} at {SourcePlace.Of(op.Location)}" : step.Name;
                throw new CpuNaNException($"{what} made a NaN at element {Position(at, node.Dims)} of its {node.Kind.Name()}{new Shape((long[])node.Dims.Clone())} result");
            }
        }
    }

    private static string Position(long at, long[] dims)
    {
        long[] index = new long[dims.Length];
        for (int d = dims.Length - 1; d >= 0; d--)
        {
            index[d] = at % dims[d];
            at /= dims[d];
        }
        return "[" + string.Join(", ", index) + "]";
    }

    private static long First<T>(T* data, long count) where T : unmanaged, System.Numerics.INumberBase<T>
    {
        for (long i = 0; i < count; i++)
        {
            if (T.IsNaN(data[i]))
            {
                return i;
            }
        }
        return -1;
    }

    private static long FirstBf16(ushort* data, long count)
    {
        for (long i = 0; i < count; i++)
        {
            if ((data[i] & 0x7FFF) > 0x7F80)
            {
                return i;
            }
        }
        return -1;
    }
}
