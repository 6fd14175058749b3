using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Which computed indices of a gather or scatter lie inside.</summary>
internal static class IndexBounds
{
    /// <summary>Indices moved to the nearest that fits.</summary>
    public static Tensor Clamp(Tensor indices, Shape shape, ReadOnlySpan<long> map, ReadOnlySpan<long> sizes, long vectorDim)
    {
        Tensor limits = Limits(indices, shape, map, sizes, vectorDim);
        return Hlo.Binary(HloOps.Minimum, Hlo.Binary(HloOps.Maximum, indices, Hlo.ZerosLike(indices)), limits);
    }

    /// <summary>For each index vector whether all its components fit.</summary>
    public static Tensor Inside(Tensor indices, Shape shape, ReadOnlySpan<long> map, ReadOnlySpan<long> sizes, long vectorDim)
    {
        Tensor limits = Limits(indices, shape, map, sizes, vectorDim);
        Tensor inside = Hlo.Binary(HloOps.And, Hlo.Compare("GE", indices, Hlo.ZerosLike(indices)), Hlo.Compare("LE", indices, limits));
        return vectorDim < indices.Rank ? Hlo.Reduce(HloOps.And, inside, Hlo.Splat(1L, ElementKind.I1, Shape.Scalar), [vectorDim]) : inside;
    }

    /// <summary>What a fill-mode gather gives for a kind when no value is named.</summary>
    public static Tensor Fill(ElementKind kind) => kind.IsFloat() || kind.IsComplex() ? Hlo.Splat(double.NaN, kind, Shape.Scalar)
        : kind.IsSignedInteger() ? Hlo.Splat(Scalars.IntegerMin(kind), kind, Shape.Scalar) : Hlo.SplatBits(Scalars.IntegerMax(kind), 0, kind, Shape.Scalar, false);

    /// <summary>The largest start of each component, in the indices' shape. A slice larger than its dimension never fits.</summary>
    private static Tensor Limits(Tensor indices, Shape shape, ReadOnlySpan<long> map, ReadOnlySpan<long> sizes, long vectorDim)
    {
        long[] limits = new long[map.Length];
        long most = Scalars.IntegerMax(indices.DType) is var m and > 0 ? m : long.MaxValue;
        for (int i = 0; i < limits.Length; i++)
        {
            limits[i] = Math.Min(most, shape[(int)map[i]] - sizes[(int)map[i]]);
        }
        if (limits.Distinct().Count() == 1)
        {
            return Hlo.Splat(limits[0], indices.DType, indices.Shape);
        }
        Tensor row = Hlo.Convert(Hlo.Dense(Literal.Create<long>(ElementKind.I64, [limits.Length], limits).ToDense()), indices.DType);
        return Hlo.BroadcastInDim(row, indices.Shape, [vectorDim]);
    }
}
