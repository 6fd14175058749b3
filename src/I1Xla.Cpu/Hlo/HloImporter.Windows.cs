using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>Convolutions of types that the convolution kernel has not, as products: what each window holds is laid side by side, then one product is made for each group.</summary>
public sealed partial class HloImporter
{
    // Windows are made of one slice for each of their places along a dimension.
    private const long MostWindowPlaces = 4096;

    /// <summary>The product of windows and kernel; null for types without products and windows of too many places.</summary>
    private HloNode? WindowProduct(HloConvolution c, HloNode x, HloNode kernel, ElementKind kind, long[] dims)
    {
        ConvDimensionNumbersAttr n = c.Numbers;
        long[] places = [.. n.KernelSpatialDimensions.Select(d => kernel.Dims[d])], result = [.. n.OutputSpatialDimensions.Select(d => dims[d])];
        if (places.Sum() > MostWindowPlaces)
        {
            return null;
        }
        int spatial = places.Length;
        long groups = c.FeatureGroups * c.BatchGroups, batch = x.Dims[n.InputBatchDimension] / c.BatchGroups;
        long features = x.Dims[n.InputFeatureDimension] / c.FeatureGroups, outputs = dims[n.OutputFeatureDimension] / groups;

        // [groups, batch, spatial dimensions, features]
        long[] extents = [.. n.InputSpatialDimensions.Select(d => x.Dims[d])], between = [.. Counted(3, spatial)];
        HloNode windows = builder.Transpose(x, [n.InputBatchDimension, .. n.InputSpatialDimensions, n.InputFeatureDimension]);
        windows = builder.Transpose(builder.Reshape(windows, [c.BatchGroups, 1, batch, .. extents, c.FeatureGroups, features]), [0, spatial + 3, 1, 2, .. between, spatial + 4]);
        windows = builder.Reshape(windows, [groups, batch, .. extents, features]);
        HloNode zero = builder.Constant(x.Kind, [], new byte[x.Kind.StorageBytes()], true);
        windows = builder.Pad(windows, zero, [0, 0, .. c.PadLow, 0], [0, 0, .. c.PadHigh, 0], [0, 0, .. c.LhsDilation.Select(d => d - 1), 0]);
        for (int d = 0; d < spatial; d++)
        {
            int last = windows.Dims.Length - 1;
            HloNode[] each = [.. Counted(0, (int)places[d]).Select(k => Along(windows, 2 + d, k * c.RhsDilation[d], result[d], c.Strides[d]))];
            long[] apart = [.. each[0].Dims[..last], 1, features];
            each = [.. each.Select(piece => builder.Reshape(piece, apart))];
            windows = each.Length == 1 ? each[0] : builder.Concatenate(each, last);
        }
        long window = places.Aggregate(features, (p, e) => p * e), rows = result.Aggregate(batch, (p, e) => p * e);

        // [groups, places and features, outputs]
        HloNode weights = builder.Reverse(kernel, [.. n.KernelSpatialDimensions.Where((_, d) => c.Reversal[d])]);
        weights = builder.Reshape(builder.Transpose(weights, [.. n.KernelSpatialDimensions, n.KernelInputFeatureDimension, n.KernelOutputFeatureDimension]), [window, groups, outputs]);
        if (Dot(builder.Reshape(windows, [groups, rows, window]), weights, new HloDot([0], [1], [2], [0]), kind) is not { } product)
        {
            return null;
        }
        product = builder.Transpose(builder.Reshape(product, [groups, batch, .. result, outputs]), [1, .. Counted(2, spatial), 0, spatial + 2]);
        product = builder.Reshape(product, [batch, .. result, groups * outputs]);
        long[] order = new long[spatial + 2];
        (order[n.OutputBatchDimension], order[n.OutputFeatureDimension]) = (0, spatial + 1);
        for (int d = 0; d < spatial; d++) order[n.OutputSpatialDimensions[d]] = d + 1;
        return builder.Transpose(product, order);
    }

    private static IEnumerable<long> Counted(int first, int count) => Enumerable.Range(first, count).Select(i => (long)i);
}
