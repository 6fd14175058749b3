using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace I1Xla.Cpu.Kernels.Vectors;

/// <summary>What kernels do to a row of f32 whose length is a multiple of 16.</summary>
internal static unsafe class FloatRow
{
    /// <summary>Multiplies a row by a number.</summary>
    public static void Scale(float* row, int count, float factor)
    {
        if (Avx512F.IsSupported) Scale<Floats512>(row, count, factor);
        else Scale<Floats256>(row, count, factor);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale<T>(float* row, int count, float factor) where T : unmanaged, IFloats<T>
    {
        T by = T.Create(factor);
        for (int i = 0; i < count; i += T.Count) (T.Load(row + i) * by).Store(row + i);
    }
}
