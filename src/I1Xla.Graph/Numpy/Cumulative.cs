using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Running reductions by doubling: log2(n) steps of combining with what stands 1, 2, 4, … places before.</summary>
internal static class Cumulative
{
    /// <summary>The running reduction along a dimension, from its start or from its end.</summary>
    public static Tensor Run(OpName combiner, double identity, Tensor x, int dimension, bool reverse)
    {
        long size = x.Shape[dimension];
        Tensor fill = Hlo.Splat(identity, x.DType, Shape.Scalar);
        for (long step = 1; step < size; step *= 2)
        {
            long[] low = new long[x.Rank], high = new long[x.Rank];
            (low[dimension], high[dimension]) = reverse ? (-step, step) : (step, -step);
            Tensor shifted = Hlo.Pad(x, fill, low, high, new long[x.Rank]);
            x = reverse ? Hlo.Binary(combiner, x, shifted) : Hlo.Binary(combiner, shifted, x);
        }
        return x;
    }
}
