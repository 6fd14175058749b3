using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Nn
{
    /// <summary>Largest element of each window over the spatial dimensions of a channels-last tensor (N, spatial…, C).</summary>
    public static Tensor MaxPool(Tensor x, ReadOnlySpan<long> window, ReadOnlySpan<long> strides, Padding? padding = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.ReduceWindow(HloOps.Maximum, x, Hlo.Splat(Scalars.Lowest(x.DType), x.DType, Shape.Scalar), Window(x, window, strides, padding, "max_pool"));
    }

    /// <summary>Mean of each window over the spatial dimensions of a channels-last tensor; padding counts as zeros and in the divisor, as Flax's default.</summary>
    public static Tensor AvgPool(Tensor x, ReadOnlySpan<long> window, ReadOnlySpan<long> strides, Padding? padding = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        long count = 1;
        foreach (long w in window)
        {
            count *= w;
        }
        return Hlo.ReduceWindow(HloOps.Add, x, Hlo.Splat(0L, x.DType, Shape.Scalar), Window(x, window, strides, padding, "avg_pool")) / (double)count;
    }

    private static WindowConfig Window(Tensor x, ReadOnlySpan<long> window, ReadOnlySpan<long> strides, Padding? padding, string op)
    {
        int spatial = x.Rank - 2;
        if (window.Length != spatial || strides.Length != spatial)
        {
            throw Tracer.Error(op, $"a window of {window.Length} and strides of {strides.Length} dimensions for shape {x.Shape} (N, spatial…, C)");
        }
        long[] pad = (padding ?? Padding.Valid).Resolve(x.Shape.Dims[1..^1], window, strides, op);
        ValueArray<long> ones = Enumerable.Repeat(1L, x.Rank).ToValueArray();
        return new WindowConfig([1, .. window, 1], [1, .. strides, 1], ones, ones, [0, 0, .. pad, 0, 0]);
    }
}
