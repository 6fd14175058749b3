using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Derivatives of matrix products and convolutions.</summary>
internal static class ContractionRules
{
    /// <summary>Adds the rules to the table.</summary>
    public static void Register()
    {
        Rules.Bilinear(HloOps.DotGeneral, DotVjp);
        Rules.Bilinear(HloOps.Convolution, ConvolutionVjp);
    }

    private static void DotVjp(VjpContext c)
    {
        var n = c.Op.Attributes.Get<DotDimensionNumbersAttr>("dot_dimension_numbers")!;
        for (int side = 0; side < 2; side++)
        {
            if (c.Needs(side))
            {
                c.Give(side, side == 0
                    ? DotSide(c, 0, 1, n.LhsBatchingDimensions.Span, n.LhsContractingDimensions.Span, n.RhsBatchingDimensions.Span, n.RhsContractingDimensions.Span)
                    : DotSide(c, 1, 0, n.RhsBatchingDimensions.Span, n.RhsContractingDimensions.Span, n.LhsBatchingDimensions.Span, n.LhsContractingDimensions.Span));
            }
        }
    }

    /// <summary>
    /// The cotangent of one operand ("own"): the result's cotangent times the other operand, summed over the other's free
    /// dimensions. Of the two sides on which the cotangent may stand, the one that needs no transpose is taken.
    /// </summary>
    private static Tensor DotSide(
        VjpContext c, int own, int other, ReadOnlySpan<long> ownBatch, ReadOnlySpan<long> ownContract, ReadOnlySpan<long> otherBatch, ReadOnlySpan<long> otherContract)
    {
        TensorType type = c.TypeOf(own);
        int batch = ownBatch.Length;
        List<long> ownFree = Free(type.Rank, ownBatch, ownContract), otherFree = Free(c.TypeOf(other).Rank, otherBatch, otherContract);
        int leftFree = own == 0 ? ownFree.Count : otherFree.Count;
        // Where each side's free dimensions stand in the cotangent.
        long[] ctBatch = Range(0, batch);
        long[] ctOtherFree = own == 0 ? Range(batch + leftFree, otherFree.Count) : Range(batch, otherFree.Count);

        // The other's contracted dimensions come out in ascending order; each is one of ours.
        long[] otherC = otherContract.ToArray(), ownC = ownContract.ToArray();
        Array.Sort(otherC, ownC);
        long[] ctFirst = [.. ownBatch, .. ownFree, .. ownC], otherFirst = [.. ownBatch, .. ownC, .. ownFree];
        Tensor g = Hlo.Convert(c.Ct!, c.TypeOf(other).Kind);
        Tensor value = c.In(other);
        var precision = c.Op.Attributes["precision_config"];
        bool swap = !IsIdentity(ctFirst) && IsIdentity(otherFirst);
        DotDimensionNumbersAttr numbers = swap
            ? new([.. otherBatch], [.. ctBatch], [.. otherFree], [.. ctOtherFree])
            : new([.. ctBatch], [.. otherBatch], [.. ctOtherFree], [.. otherFree]);
        Tensor product = swap ? Hlo.DotGeneral(value, g, numbers, c.Ct!.DType) : Hlo.DotGeneral(g, value, numbers, c.Ct!.DType);
        if (precision is not null)
        {
            product.Value.DefiningOp!.Attributes.Set("precision_config", precision);
        }
        long[] order = swap ? otherFirst : ctFirst;
        long[] inverse = new long[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            inverse[order[i]] = i;
        }
        return Hlo.Convert(Hlo.Transpose(product, inverse), type.Kind);
    }

    private static void ConvolutionVjp(VjpContext c)
    {
        // A window that is reversed is the reversed kernel without: both sides take that one, and the kernel's cotangent is reversed back.
        ConvolutionConfig config = ReadConvolution(c);
        long[] reversed = [.. Enumerable.Range(0, config.Reversal.Length).Where(d => config.Reversal[d] != 0).Select(d => config.Numbers.KernelSpatialDimensions[d])];
        config = config with { Reversal = new ValueArray<long>(new long[config.Reversal.Length]) };
        if (c.Needs(0))
        {
            c.Give(0, IsEmpty(c) ? Hlo.Zeros(c.TypeOf(0)) : Hlo.Convert(InputCotangent(c, config, reversed), c.TypeOf(0).Kind));
        }
        if (c.Needs(1))
        {
            c.Give(1, IsEmpty(c) ? Hlo.Zeros(c.TypeOf(1)) : Hlo.Convert(Hlo.Reverse(KernelCotangent(c, config), reversed), c.TypeOf(1).Kind));
        }
    }

    /// <summary>Whether input, kernel or result has no element, so that nothing depends on anything; a window of no elements is no convolution.</summary>
    private static bool IsEmpty(VjpContext c) => c.TypeOf(0).Shape.ElementCount == 0 || c.TypeOf(1).Shape.ElementCount == 0 || c.Ct!.Size == 0;

    private static Tensor InputCotangent(VjpContext c, ConvolutionConfig k, long[] reversed)
    {
        ConvDimensionNumbersAttr n = k.Numbers;
        Tensor kernel = Hlo.Reverse(c.In(1), reversed);
        long groups = Math.Max(k.FeatureGroups, k.BatchGroups);
        int o = (int)n.KernelOutputFeatureDimension, i = (int)n.KernelInputFeatureDimension;
        if (groups > 1)
        {
            kernel = AxisInto(AxisOutOf(kernel, o, groups), o, i);
        }
        kernel = Hlo.Reverse(kernel, n.KernelSpatialDimensions.Span);
        int spatial = n.InputSpatialDimensions.Length;
        long[] padding = new long[2 * spatial];
        for (int d = 0; d < spatial; d++)
        {
            (long input, long window, long output) = Dilated(c, k, d);
            padding[2 * d] = window - k.Padding[2 * d] - 1;
            padding[2 * d + 1] = input + window - 1 - output - padding[2 * d];
        }
        var numbers = new ConvDimensionNumbersAttr(
            n.OutputBatchDimension, n.OutputFeatureDimension, n.OutputSpatialDimensions,
            n.KernelOutputFeatureDimension, n.KernelInputFeatureDimension, n.KernelSpatialDimensions,
            n.InputBatchDimension, n.InputFeatureDimension, n.InputSpatialDimensions);
        Tensor g = Hlo.Convert(c.Ct!, kernel.DType);
        Tensor result = Hlo.Convolution(g, kernel, new ConvolutionConfig(
            numbers, k.InputDilation, new ValueArray<long>(padding), k.Strides, k.KernelDilation, k.Reversal, groups, 1, k.Precision, c.Ct!.DType));
        if (k.BatchGroups > 1)
        {
            int f = (int)n.InputFeatureDimension;
            result = AxisInto(AxisOutOf(result, f, k.BatchGroups), f, (int)n.InputBatchDimension);
        }
        return result;
    }

    private static Tensor KernelCotangent(VjpContext c, ConvolutionConfig k)
    {
        ConvDimensionNumbersAttr n = k.Numbers;
        int spatial = n.InputSpatialDimensions.Length;
        long[] padding = new long[2 * spatial];
        for (int d = 0; d < spatial; d++)
        {
            (long input, long window, long output) = Dilated(c, k, d);
            padding[2 * d] = k.Padding[2 * d];
            padding[2 * d + 1] = output - input + window - k.Padding[2 * d] - 1;
        }
        var numbers = new ConvDimensionNumbersAttr(
            n.InputFeatureDimension, n.InputBatchDimension, n.InputSpatialDimensions,
            n.OutputBatchDimension, n.OutputFeatureDimension, n.OutputSpatialDimensions,
            n.KernelInputFeatureDimension, n.KernelOutputFeatureDimension, n.KernelSpatialDimensions);
        (long featureGroups, long batchGroups) = k.BatchGroups > 1 ? (k.BatchGroups, 1L) : (1L, k.FeatureGroups);
        Tensor x = c.In(0);
        return Hlo.Convolution(x, Hlo.Convert(c.Ct!, x.DType), new ConvolutionConfig(
            numbers, k.KernelDilation, new ValueArray<long>(padding), k.InputDilation, k.Strides, k.Reversal, featureGroups, batchGroups, k.Precision, c.Ct!.DType));
    }

    /// <summary>Sizes of input, window and output along a spatial dimension with their gaps.</summary>
    private static (long Input, long Window, long Output) Dilated(VjpContext c, ConvolutionConfig k, int d) => (
        Hlo.Dilate(c.TypeOf(0).Shape[(int)k.Numbers.InputSpatialDimensions[d]], k.InputDilation[d]),
        Hlo.Dilate(c.TypeOf(1).Shape[(int)k.Numbers.KernelSpatialDimensions[d]], k.KernelDilation[d]),
        Hlo.Dilate(c.Ct!.Shape[(int)k.Numbers.OutputSpatialDimensions[d]], k.Strides[d]));

    private static ConvolutionConfig ReadConvolution(VjpContext c)
    {
        var numbers = c.Op.Attributes.Get<ConvDimensionNumbersAttr>("dimension_numbers")!;
        int spatial = numbers.InputSpatialDimensions.Length;
        long[] ones = new long[spatial];
        Array.Fill(ones, 1);
        ValueArray<long> Read(string name, long[] otherwise) => c.Op.Attributes.Get<DenseArrayAttr>(name)?.Values ?? new ValueArray<long>(otherwise);
        ValueArray<long> padding = c.Op.Attributes.Get<DenseElementsAttr>("padding") is { } dense
            ? ValueArray.Create<long>(Literal.FromDense(dense).As<long>()) : new ValueArray<long>(new long[2 * spatial]);
        string precision = c.Op.Attributes.Get<ArrayAttr>("precision_config") is { Items.Length: > 0 } p ? ((EnumAttr)p.Items[0]).Value : "DEFAULT";
        return new ConvolutionConfig(
            numbers, Read("window_strides", ones), padding, Read("lhs_dilation", ones), Read("rhs_dilation", ones), Read("window_reversal", new long[spatial]),
            c.Op.Attributes.Get<IntegerAttr>("feature_group_count")!.Value, c.Op.Attributes.Get<IntegerAttr>("batch_group_count")!.Value,
            precision == "HIGHEST" ? Precision.Highest : precision == "HIGH" ? Precision.High : Precision.Default, null);
    }

    /// <summary>Splits a dimension into (count, rest).</summary>
    private static Tensor AxisOutOf(Tensor x, int axis, long count)
    {
        List<long> dims = [.. x.Shape.ToArray()];
        dims[axis] /= count;
        dims.Insert(axis, count);
        return Hlo.Reshape(x, new Shape([.. dims]));
    }

    /// <summary>Moves a dimension before the one that is <paramref name="into"/> once it is gone, and merges them.</summary>
    private static Tensor AxisInto(Tensor x, int axis, int into)
    {
        List<long> order = [.. Range(0, x.Rank)];
        order.RemoveAt(axis);
        order.Insert(into, axis);
        List<long> dims = [.. x.Shape.ToArray()];
        long size = dims[axis];
        dims.RemoveAt(axis);
        dims[into] *= size;
        return Hlo.Reshape(Hlo.Transpose(x, [.. order]), new Shape([.. dims]));
    }

    private static List<long> Free(int rank, ReadOnlySpan<long> batch, ReadOnlySpan<long> contract)
    {
        var free = new List<long>();
        for (int i = 0; i < rank; i++)
        {
            if (!batch.Contains(i) && !contract.Contains(i))
            {
                free.Add(i);
            }
        }
        return free;
    }

    private static long[] Range(long start, int count)
    {
        long[] range = new long[count];
        for (int i = 0; i < count; i++)
        {
            range[i] = start + i;
        }
        return range;
    }

    private static bool IsIdentity(long[] order)
    {
        for (int i = 0; i < order.Length; i++)
        {
            if (order[i] != i)
            {
                return false;
            }
        }
        return true;
    }
}
