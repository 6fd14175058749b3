using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

internal static partial class Hlo
{
    private static readonly ArrayAttr s_default = PrecisionAttr("DEFAULT");
    private static readonly ArrayAttr s_high = PrecisionAttr("HIGH");
    private static readonly ArrayAttr s_highest = PrecisionAttr("HIGHEST");

    /// <summary>General dot product; result dimensions are batch, free of the left, free of the right.</summary>
    public static Tensor DotGeneral(Tensor a, Tensor b, DotDimensionNumbersAttr numbers, ElementKind? result = null, Precision precision = Precision.Default)
    {
        var dims = new List<long>(a.Rank + b.Rank);
        foreach (long d in numbers.LhsBatchingDimensions.Span)
        {
            dims.Add(a.Shape[(int)d]);
        }
        for (int i = 0; i < a.Rank; i++)
        {
            if (!numbers.LhsBatchingDimensions.Span.Contains(i) && !numbers.LhsContractingDimensions.Span.Contains(i))
            {
                dims.Add(a.Shape[i]);
            }
        }
        for (int i = 0; i < b.Rank; i++)
        {
            if (!numbers.RhsBatchingDimensions.Span.Contains(i) && !numbers.RhsContractingDimensions.Span.Contains(i))
            {
                dims.Add(b.Shape[i]);
            }
        }
        return One(HloOps.DotGeneral, new TensorType(result ?? a.DType, new Shape([.. dims])), false, a, b, new AttributeMap
        {
            { "dot_dimension_numbers", numbers },
            { "precision_config", Attribute(precision) },
        });
    }

    /// <summary>The <c>precision_config</c> of two operands.</summary>
    public static ArrayAttr Attribute(Precision precision) => precision switch
    {
        Precision.Highest => s_highest,
        Precision.High => s_high,
        _ => s_default,
    };

    /// <summary>Convolution, result type given.</summary>
    public static Tensor Convolution(Tensor x, Tensor kernel, ConvolutionConfig c)
    {
        int spatial = c.Numbers.InputSpatialDimensions.Length;
        long[] dims = new long[spatial + 2];
        dims[(int)c.Numbers.OutputBatchDimension] = x.Shape[(int)c.Numbers.InputBatchDimension] / c.BatchGroups;
        dims[(int)c.Numbers.OutputFeatureDimension] = kernel.Shape[(int)c.Numbers.KernelOutputFeatureDimension];
        for (int i = 0; i < spatial; i++)
        {
            long size = Dilate(x.Shape[(int)c.Numbers.InputSpatialDimensions[i]], c.InputDilation[i]) + c.Padding[2 * i] + c.Padding[2 * i + 1];
            long window = Dilate(kernel.Shape[(int)c.Numbers.KernelSpatialDimensions[i]], c.KernelDilation[i]);
            dims[(int)c.Numbers.OutputSpatialDimensions[i]] = size < window ? 0 : (size - window) / c.Strides[i] + 1;
        }
        return One(HloOps.Convolution, new TensorType(c.Result ?? x.DType, new Shape(dims)), false, x, kernel, new AttributeMap
        {
            { "window_strides", new DenseArrayAttr(ElementKind.I64, c.Strides) },
            { "padding", PairsAttr(c.Padding.Span) },
            { "lhs_dilation", new DenseArrayAttr(ElementKind.I64, c.InputDilation) },
            { "rhs_dilation", new DenseArrayAttr(ElementKind.I64, c.KernelDilation) },
            { "window_reversal", new DenseArrayAttr(ElementKind.I1, c.Reversal) },
            { "dimension_numbers", c.Numbers },
            { "feature_group_count", IntegerAttr.I64(c.FeatureGroups) },
            { "batch_group_count", IntegerAttr.I64(c.BatchGroups) },
            { "precision_config", Attribute(c.Precision) },
        });
    }

    /// <summary>A size with gaps of <paramref name="dilation"/> - 1 between elements.</summary>
    public static long Dilate(long size, long dilation) => size == 0 ? 0 : 1 + dilation * (size - 1);

    /// <summary>Pairs of integers as an N x 2 dense attribute (padding of windows, replica groups).</summary>
    public static DenseElementsAttr PairsAttr(ReadOnlySpan<long> values) => MatrixAttr(values, 2);

    /// <summary>Integers as a dense matrix of i64.</summary>
    public static DenseElementsAttr MatrixAttr(ReadOnlySpan<long> values, int columns) =>
        Literal.Create(ElementKind.I64, [values.Length / columns, columns], values).ToDense();

    private static ArrayAttr PrecisionAttr(string name)
    {
        Attribute p = EnumAttr.StableHlo("precision", name);
        return new ArrayAttr([p, p]);
    }
}

/// <summary>Everything a convolution is told besides its operands; per spatial dimension, padding as (low, high) pairs in a row.</summary>
internal sealed record ConvolutionConfig(
    ConvDimensionNumbersAttr Numbers, ValueArray<long> Strides, ValueArray<long> Padding, ValueArray<long> InputDilation,
    ValueArray<long> KernelDilation, ValueArray<long> Reversal, long FeatureGroups, long BatchGroups, Precision Precision, ElementKind? Result);
