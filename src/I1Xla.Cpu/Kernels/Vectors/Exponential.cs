using System.Runtime.CompilerServices;

namespace I1Xla.Cpu.Kernels.Vectors;

/// <summary>What the exponentials of all widths have in common.</summary>
internal static class Exponential
{
    /// <summary>e^(x - n ln 2), for a whole n that leaves at most half of ln 2; see <see cref="IFloats{T}.Exp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T OfRest<T>(T x, T n) where T : unmanaged, IFloats<T>
    {
        T r = T.FusedMultiplyAdd(n, T.Create(-0.693359375f), x);
        r = T.FusedMultiplyAdd(n, T.Create(2.12194440e-4f), r);
        T p = T.FusedMultiplyAdd(T.Create(1.9875691500E-4f), r, T.Create(1.3981999507E-3f));
        p = T.FusedMultiplyAdd(p, r, T.Create(8.3334519073E-3f));
        p = T.FusedMultiplyAdd(p, r, T.Create(4.1665795894E-2f));
        p = T.FusedMultiplyAdd(p, r, T.Create(1.6666665459E-1f));
        p = T.FusedMultiplyAdd(p, r, T.Create(5.0000001201E-1f));
        return T.FusedMultiplyAdd(p, r * r, r) + T.Create(1);
    }
}
