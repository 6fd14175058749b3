using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using static I1Xla.StableHlo.Verify.Checks;

namespace I1Xla.StableHlo.Verify;

/// <summary>Constraints of convolution and dynamic_conv, which number them alike.</summary>
internal static class ConvolutionRules
{
    public static void VerifyConvolution(Operation op)
    {
        var view = new ConvolutionOp(op);
        TensorType lhs = Tensor(view.Lhs);
        TensorType rhs = Tensor(view.Rhs);
        ConvDimensionNumbersAttr d = view.DimensionNumbers;
        Common(lhs, rhs, d, view.FeatureGroupCount, view.BatchGroupCount, view.PrecisionConfig);
        (long, long)[] padding = WindowRules.Padding("C4", view.Padding);
        Shape shape = Output(lhs, rhs, d, view.WindowStrides, padding, view.LhsDilation, view.RhsDilation, view.WindowReversal?.Length ?? 0, view.BatchGroupCount);
        DotRules.RequireResult(Tensor(op.Results[0]).Rank == lhs.Rank ? "C25" : "C26", shape, op);
        Quantized(lhs, rhs, Tensor(op.Results[0]), d);
    }

    private static void RequireRank(Operation op, TensorType lhs)
    {
        if (Tensor(op.Results[0]).Rank != lhs.Rank)
        {
            throw Violation("C26", $"expects the result to have rank {lhs.Rank}, but got {Q(op.Results[0].Type)}");
        }
    }

    public static void VerifyDynamicConv(Operation op)
    {
        var view = new DynamicConvOp(op);
        TensorType lhs = Tensor(view.Lhs);
        TensorType rhs = Tensor(view.Rhs);
        ConvDimensionNumbersAttr d = view.DimensionNumbers;
        Common(lhs, rhs, d, view.FeatureGroupCount, view.BatchGroupCount, view.PrecisionConfig);
        TensorType padding = Tensor(view.Padding);
        if (padding.Shape[0] != lhs.Rank - 2 || padding.Shape[1] != 2)
        {
            throw Violation("C4", $"expects padding to be of shape [{lhs.Rank - 2}, 2], but got [{padding.Shape[0]}, {padding.Shape[1]}]");
        }
        bool known = TryConstant(view.Padding, out long[] values);
        (long, long)[] pairs = known ? WindowRules.Pairs(values) : new (long, long)[lhs.Rank - 2];
        Shape shape = Output(lhs, rhs, d, view.WindowStrides, pairs, view.LhsDilation, view.RhsDilation, view.WindowReversal?.Length ?? 0, view.BatchGroupCount);
        RequireRank(op, lhs);
        if (known)
        {
            DotRules.RequireResult("C25", shape, op);
        }
        Quantized(lhs, rhs, Tensor(op.Results[0]), d);
    }

    private static void Common(TensorType lhs, TensorType rhs, ConvDimensionNumbersAttr d, long featureGroups, long batchGroups, ArrayAttr? precision)
    {
        if (lhs.Rank < 2)
        {
            throw Violation("C13", $"expects convolution arguments to have >= 2 dimensions. Got: {Q(lhs)} and {Q(rhs)}.");
        }
        if (lhs.Rank != rhs.Rank)
        {
            throw Violation("C1", $"expects convolution arguments to have same number of dimensions. Got: {Q(lhs)} and {Q(rhs)}.");
        }
        if (!Types.AnyQuantized(lhs, rhs) && !Types.Compatible(lhs.Element, rhs.Element))
        {
            throw Violation("C27", $"expects lhs and rhs to have compatible element type. Got: {Q(lhs.Element)} and {Q(rhs.Element)}");
        }
        DimensionNumbers(lhs.Rank, d);
        if (batchGroups > 1 && featureGroups > 1)
        {
            throw Violation("C23", $"expects batch_group_count and feature_group_count not to be both greater than 1. Got {batchGroups} and {featureGroups} resp.");
        }
        long inputFeatures = lhs.Shape[(int)d.InputFeatureDimension];
        long inputBatch = lhs.Shape[(int)d.InputBatchDimension];
        long kernelInput = rhs.Shape[(int)d.KernelInputFeatureDimension];
        long kernelOutput = rhs.Shape[(int)d.KernelOutputFeatureDimension];
        if (inputBatch != Shape.Dynamic && inputBatch % batchGroups != 0)
        {
            throw Violation("C10", $"expects input batch dimension ({inputBatch}) to be divisible by batch_group_count. Got batch_group_count = {batchGroups}.");
        }
        if (inputFeatures != Shape.Dynamic)
        {
            if (inputFeatures % featureGroups != 0)
            {
                throw Violation("C11", $"expects input feature dimension ({inputFeatures}) to be a multiple of feature_group_count. Got feature_group_count = {featureGroups}.");
            }
            if (kernelInput != Shape.Dynamic && inputFeatures / featureGroups != kernelInput)
            {
                throw Violation("C14", $"expects input feature dimension ({inputFeatures}) / feature_group_count = kernel input feature dimension ({kernelInput}). Got feature_group_count = {featureGroups}.");
            }
        }
        if (kernelOutput != Shape.Dynamic)
        {
            if (kernelOutput % batchGroups != 0)
            {
                throw Violation("C15", $"expects output feature dimension size ({kernelOutput}) to be a multiple of batch_group_count. Got batch_group_count = {batchGroups}.");
            }
            if (kernelOutput % featureGroups != 0)
            {
                throw Violation("C16", $"expects kernel output feature dimension ({kernelOutput}) to be divisible by feature_group_count. For feature_group_count = {featureGroups}.");
            }
        }
        PrecisionConfig("C24", precision);
        if (lhs.Rank != d.InputSpatialDimensions.Length + 2)
        {
            throw Violation("C12", $"expects convolution arguments to have {d.InputSpatialDimensions.Length + 2} dimensions. Got: {lhs.Rank}");
        }
    }

    private static void DimensionNumbers(int rank, ConvDimensionNumbersAttr d)
    {
        int n = d.InputSpatialDimensions.Length;
        if (n != d.KernelSpatialDimensions.Length || n != d.OutputSpatialDimensions.Length)
        {
            throw Violation(n != d.KernelSpatialDimensions.Length ? "C17" : "C19", $"expects the same size for input, kernel and output spatial-dimensions, but got {n}, {d.KernelSpatialDimensions.Length}, and {d.OutputSpatialDimensions.Length} resp.");
        }
        long[] input = [d.InputBatchDimension, d.InputFeatureDimension, .. d.InputSpatialDimensions.Span];
        long[] kernel = [d.KernelInputFeatureDimension, d.KernelOutputFeatureDimension, .. d.KernelSpatialDimensions.Span];
        long[] output = [d.OutputBatchDimension, d.OutputFeatureDimension, .. d.OutputSpatialDimensions.Span];
        foreach ((string constraint, long[] dims) in (ReadOnlySpan<(string, long[])>)[("C13", input), ("C18", kernel), ("C20", output)])
        {
            if (dims.Any(i => i < 0 || i >= rank))
            {
                throw Violation(constraint, $"expects input, kernel, and output dimension-numbers to be in-range [0, {rank}).");
            }
        }
        foreach ((string constraint, string name, long[] dims) in (ReadOnlySpan<(string, string, long[])>)[("C13", "input", input), ("C18", "kernel", kernel), ("C20", "output", output)])
        {
            if (!IsUnique(dims))
            {
                throw Violation(constraint, $"expects {name} dimension-numbers to be unique, got {{{List(dims)}}}.");
            }
        }
    }

    private static Shape Output(
        TensorType lhs, TensorType rhs, ConvDimensionNumbersAttr d, ValueArray<long>? strides, (long, long)[] padding,
        ValueArray<long>? lhsDilation, ValueArray<long>? rhsDilation, int reversal, long batchGroups)
    {
        long[] sizes = [.. d.KernelSpatialDimensions.Select(k => rhs.Shape[(int)k])];
        WindowDimension[] window = WindowRules.Verify(
            WindowRules.Convolution, sizes, strides is { } s ? s.Span : default, padding,
            lhsDilation is { } l ? l.Span : default, rhsDilation is { } r ? r.Span : default, reversal);
        long[] spatial = WindowRules.OutputShape((long[])[.. d.InputSpatialDimensions.Select(k => lhs.Shape[(int)k])], window);
        long[] shape = new long[lhs.Rank];
        for (int i = 0; i < spatial.Length; i++)
        {
            shape[d.OutputSpatialDimensions[i]] = spatial[i];
        }
        long batch = lhs.Shape[(int)d.InputBatchDimension];
        shape[d.OutputBatchDimension] = batch == Shape.Dynamic ? batch : batch / batchGroups;
        shape[d.OutputFeatureDimension] = rhs.Shape[(int)d.KernelOutputFeatureDimension];
        return new Shape(shape);
    }

    private static void Quantized(TensorType lhs, TensorType rhs, TensorType result, ConvDimensionNumbersAttr d)
    {
        if (!Types.AnyQuantized(lhs, rhs, result))
        {
            return;
        }
        if (Types.IsPerAxis(rhs) && ((QuantizedType)rhs.Element).Axes[0] != d.KernelOutputFeatureDimension)
        {
            throw Violation("C29", "quantization dimension of rhs should be same with kernel_output_feature_dimension");
        }
        if (Types.IsPerAxis(result) && ((QuantizedType)result.Element).Axes[0] != d.OutputFeatureDimension)
        {
            throw Violation("C30", "quantization dimension of result should be same with output_feature_dimension");
        }
        QuantizationRules.DotLike(["C28", "C31", "C32", "C33", "C34"], lhs, rhs, result);
    }
}
