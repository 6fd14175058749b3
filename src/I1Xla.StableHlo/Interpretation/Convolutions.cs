using System.Numerics;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary><c>convolution</c> and <c>dynamic_conv</c>: the sum over the window and the input features, read off the specification.</summary>
internal static class Convolutions
{
    public static void Register(Registrar add)
    {
        add("stablehlo.convolution", c => OpContext.One(Convolve(c, c.Padding("padding", c.Tensor(0).Type.Rank - 2))), Quantization.Dequantize);
        add("stablehlo.dynamic_conv", c => OpContext.One(Convolve(c, DynamicPadding(c))), Quantization.Dequantize);
    }

    private static (long[] Low, long[] High) DynamicPadding(OpContext c)
    {
        long[] flat = c.LongsOf(2);
        return (flat.Where((_, i) => i % 2 == 0).ToArray(), flat.Where((_, i) => i % 2 == 1).ToArray());
    }

    private static Literal Convolve(OpContext c, (long[] Low, long[] High) padding)
    {
        Literal input = c.Tensor(0), kernel = c.Tensor(1);
        var d = c.Attribute<ConvDimensionNumbersAttr>("dimension_numbers");
        int spatial = input.Type.Rank - 2;
        long[] stride = c.Longs("window_strides", spatial, 1), inputDilation = c.Longs("lhs_dilation", spatial, 1), kernelDilation = c.Longs("rhs_dilation", spatial, 1);
        long[] reversal = c.Longs("window_reversal", spatial, 0);
        long featureGroups = c.Int("feature_group_count", 1), batchGroups = c.Int("batch_group_count", 1);

        // Canonical layouts: input [batch, feature, spatial…], kernel [output, input feature, spatial…].
        Literal x = DataMovement.Transpose(c, input, [d.InputBatchDimension, d.InputFeatureDimension, .. d.InputSpatialDimensions.ToArray()]);
        Literal w = DataMovement.Transpose(c, kernel, [d.KernelOutputFeatureDimension, d.KernelInputFeatureDimension, .. d.KernelSpatialDimensions.ToArray()]);
        long batch = x.Shape[0], features = x.Shape[1], outputs = w.Shape[0], windowFeatures = w.Shape[1];
        if (features != windowFeatures * featureGroups || outputs % featureGroups != 0 || batch % batchGroups != 0 || outputs % batchGroups != 0)
        {
            throw c.Error($"{features} input features and {outputs} output features do not fit {featureGroups} feature groups and {batchGroups} batch groups");
        }
        long[] size = new long[spatial], window = new long[spatial], from = new long[spatial];
        for (int i = 0; i < spatial; i++)
        {
            from[i] = x.Shape[2 + i];
            window[i] = w.Shape[2 + i];
            size[i] = Windows.Positions(from[i], window[i], stride[i], padding.Low[i], padding.High[i], inputDilation[i], kernelDilation[i]);
        }
        long groupBatch = batch / batchGroups;
        ElementType element = c.ResultType().Element;
        Literal y = c.Make(element, new Shape([groupBatch, outputs, .. size]));
        int positions = Product(size), offsets = Product(window), inputSize = Product(from);
        c.Charge(checked(groupBatch * outputs * positions) * Math.Max(1, offsets * windowFeatures));

        // For each output position and window offset, the input position, or -1 in padding and between dilated elements.
        int[] source = new int[positions * offsets];
        long[] position = new long[spatial], offset = new long[spatial];
        long[] strides = new Shape([.. from]).Strides();
        for (int p = 0; p < positions; p++)
        {
            Array.Clear(offset);
            for (int o = 0; o < offsets; o++)
            {
                long at = 0;
                for (int i = 0; i < spatial && at >= 0; i++)
                {
                    long k = reversal[i] != 0 ? window[i] - 1 - offset[i] : offset[i];
                    long dilated = (position[i] * stride[i]) + (k * kernelDilation[i]) - padding.Low[i];
                    at = dilated < 0 || dilated % inputDilation[i] != 0 || dilated / inputDilation[i] >= from[i] ? -1 : at + (dilated / inputDilation[i] * strides[i]);
                }
                source[(p * offsets) + o] = (int)at;
                Strided.Next(offset, window);
            }
            Strided.Next(position, size);
        }

        var geometry = new Geometry(
            (int)groupBatch, (int)outputs, positions, offsets, (int)windowFeatures, (int)features, inputSize,
            (int)(outputs / featureGroups), (int)(outputs / batchGroups), source);
        ElementKind kind = element.StorageKind;
        bool inDouble = Contractions.IsDouble(kind) || Contractions.IsDouble(x.Type.Kind) || Contractions.IsDouble(w.Type.Kind);
        if (kind.IsComplex() && inDouble)
        {
            Elements.Write(y, Accumulate(geometry, Contractions.AsComplex(x), Contractions.AsComplex(w)));
        }
        else if (kind.IsComplex())
        {
            Elements.Write(y, Numerics.ComplexSingle.Widen(Accumulate(geometry, Contractions.AsComplexSingle(x), Contractions.AsComplexSingle(w))));
        }
        else if (kind.IsFloat() && inDouble)
        {
            Elements.Write(y, Accumulate(geometry, Contractions.AsReal(x), Contractions.AsReal(w)));
        }
        else if (kind.IsFloat())
        {
            Elements.Write(y, Array.ConvertAll(Accumulate(geometry, Contractions.AsSingle(x), Contractions.AsSingle(w)), v => (double)v));
        }
        else
        {
            long[] sums = Accumulate(geometry, Contractions.AsInteger(x), Contractions.AsInteger(w));
            Elements.Write(y, kind.IsBoolean() ? Array.ConvertAll(sums, v => v != 0 ? 1L : 0) : sums);
        }

        long[] permutation = new long[input.Type.Rank];
        permutation[d.OutputBatchDimension] = 0;
        permutation[d.OutputFeatureDimension] = 1;
        for (int i = 0; i < spatial; i++)
        {
            permutation[d.OutputSpatialDimensions[i]] = 2 + i;
        }
        return DataMovement.Transpose(c, y, permutation);
    }

    private static T[] Accumulate<T>(Geometry g, T[] x, T[] w)
        where T : struct, IAdditionOperators<T, T, T>, IMultiplyOperators<T, T, T>
    {
        T[] y = new T[g.Batch * g.Outputs * g.Positions];
        for (int n = 0; n < g.Batch; n++)
        {
            for (int o = 0; o < g.Outputs; o++)
            {
                // Output features fall into groups: each reads its own input features (feature groups) or its own part of the batch (batch groups).
                int firstFeature = o / g.OutputsPerFeatureGroup * g.WindowFeatures;
                int image = (o / g.OutputsPerBatchGroup * g.Batch) + n;
                for (int p = 0; p < g.Positions; p++)
                {
                    T sum = default;
                    for (int f = 0; f < g.WindowFeatures; f++)
                    {
                        int plane = ((image * g.Features) + firstFeature + f) * g.InputSize;
                        int weights = ((o * g.WindowFeatures) + f) * g.Offsets;
                        for (int k = 0; k < g.Offsets; k++)
                        {
                            int at = g.Source[(p * g.Offsets) + k];
                            if (at >= 0)
                            {
                                sum += x[plane + at] * w[weights + k];
                            }
                        }
                    }
                    y[(((n * g.Outputs) + o) * g.Positions) + p] = sum;
                }
            }
        }
        return y;
    }

    private static int Product(long[] sizes) => sizes.Aggregate(1, (product, size) => checked(product * (int)size));

    private sealed record Geometry(
        int Batch, int Outputs, int Positions, int Offsets, int WindowFeatures, int Features, int InputSize,
        int OutputsPerFeatureGroup, int OutputsPerBatchGroup, int[] Source);
}
