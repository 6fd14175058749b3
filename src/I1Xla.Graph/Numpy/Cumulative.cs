using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Running reductions by doubling: log2(n) steps of combining with what stands 1, 2, 4, … places before.</summary>
internal static class Cumulative
{
    /// <summary>The running reduction by one operation along a dimension, from its start or from its end; the identity of integers is given as a number they hold exactly, or as the largest.</summary>
    public static Tensor Run(OpName combiner, double identity, Tensor x, int dimension, bool reverse)
    {
        // The largest 64-bit integers are no doubles: their bits are written.
        bool largest = !x.DType.IsFloat() && !x.DType.IsComplex() && identity == Scalars.Highest(x.DType) && identity > 1;
        Tensor fill = largest ? Hlo.SplatBits(Scalars.IntegerMax(x.DType), 0, x.DType, Shape.Scalar, false) : Hlo.Splat(identity, x.DType, Shape.Scalar);
        return Run((a, b) => Hlo.Binary(combiner, a, b), fill, x, dimension, reverse);
    }

    /// <summary>The running reduction by an associative operation along a dimension, from its start or from its end.</summary>
    public static Tensor Run(Func<Tensor, Tensor, Tensor> combine, Tensor identity, Tensor x, int dimension, bool reverse)
    {
        long size = x.Shape[dimension];
        for (long step = 1; step < size; step *= 2)
        {
            long[] low = new long[x.Rank], high = new long[x.Rank];
            (low[dimension], high[dimension]) = reverse ? (-step, step) : (step, -step);
            Tensor shifted = Hlo.Pad(x, identity, low, high, new long[x.Rank]);
            x = reverse ? combine(x, shifted) : combine(shifted, x);
        }
        return x;
    }
}
