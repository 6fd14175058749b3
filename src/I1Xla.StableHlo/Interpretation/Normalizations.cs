using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>The batch normalisation ops, computed in double.</summary>
internal static class Normalizations
{
    public static void Register(Registrar add)
    {
        add("stablehlo.batch_norm_inference", c => OpContext.One(Inference(c)), Quantization.Dequantize);
        add("stablehlo.batch_norm_training", c => OpContext.Many(Training(c)), Quantization.Dequantize);
        add("stablehlo.batch_norm_grad", c => OpContext.Many(Gradient(c)), Quantization.Dequantize);
    }

    private static Literal Inference(OpContext c)
    {
        Literal x = c.Tensor(0);
        var features = new Features(x, (int)c.Int("feature_index"));
        double[] values = Elements.Reals(x), scale = Elements.Reals(c.Tensor(1)), offset = Elements.Reals(c.Tensor(2)), mean = Elements.Reals(c.Tensor(3)), variance = Elements.Reals(c.Tensor(4));
        double epsilon = c.Attribute<FloatAttr>("epsilon").Value;
        for (int i = 0; i < values.Length; i++)
        {
            int f = features.Of(i);
            values[i] = ((values[i] - mean[f]) / Math.Sqrt(variance[f] + epsilon) * scale[f]) + offset[f];
        }
        return Written(c, x, values);
    }

    private static Literal[] Training(OpContext c)
    {
        Literal x = c.Tensor(0);
        var features = new Features(x, (int)c.Int("feature_index"));
        double[] values = Elements.Reals(x), scale = Elements.Reals(c.Tensor(1)), offset = Elements.Reals(c.Tensor(2));
        double epsilon = c.Attribute<FloatAttr>("epsilon").Value;
        double[] mean = features.Mean(values), variance = features.Mean(values.Select((v, i) => (v - mean[features.Of(i)]) * (v - mean[features.Of(i)])).ToArray());
        for (int i = 0; i < values.Length; i++)
        {
            int f = features.Of(i);
            values[i] = ((values[i] - mean[f]) / Math.Sqrt(variance[f] + epsilon) * scale[f]) + offset[f];
        }
        return [Written(c, x, values), Written(c, c.Tensor(1), mean), Written(c, c.Tensor(1), variance)];
    }

    private static Literal[] Gradient(OpContext c)
    {
        Literal x = c.Tensor(0);
        var features = new Features(x, (int)c.Int("feature_index"));
        double[] values = Elements.Reals(x), scale = Elements.Reals(c.Tensor(1)), mean = Elements.Reals(c.Tensor(2)), variance = Elements.Reals(c.Tensor(3)), gradient = Elements.Reals(c.Tensor(4));
        double epsilon = c.Attribute<FloatAttr>("epsilon").Value;
        double[] normalized = values.Select((v, i) => (v - mean[features.Of(i)]) / Math.Sqrt(variance[features.Of(i)] + epsilon)).ToArray();
        double[] meanGradient = features.Mean(gradient), meanProduct = features.Mean(gradient.Select((g, i) => g * normalized[i]).ToArray());
        double[] result = new double[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            int f = features.Of(i);
            result[i] = scale[f] / Math.Sqrt(variance[f] + epsilon) * (gradient[i] - meanGradient[f] - (normalized[i] * meanProduct[f]));
        }
        return
        [
            Written(c, x, result),
            Written(c, c.Tensor(1), meanProduct.Select(m => m * features.PerFeature).ToArray()),
            Written(c, c.Tensor(1), meanGradient.Select(m => m * features.PerFeature).ToArray()),
        ];
    }

    private static Literal Written(OpContext c, Literal like, double[] values)
    {
        Literal result = c.Make(like.Type.Element, like.Shape);
        Elements.Write(result, values);
        return result;
    }

    /// <summary>Which feature each row-major position belongs to.</summary>
    private sealed class Features(Literal x, int dimension)
    {
        private readonly long _stride = x.Shape.Strides()[dimension];
        private readonly long _count = x.Shape[dimension];

        public double PerFeature { get; } = x.Shape[dimension] == 0 ? 0 : (double)x.Shape.ElementCount / x.Shape[dimension];

        public int Of(int position) => (int)(position / _stride % _count);

        public double[] Mean(double[] values)
        {
            double[] sums = new double[_count];
            for (int i = 0; i < values.Length; i++)
            {
                sums[Of(i)] += values[i];
            }
            return Array.ConvertAll(sums, s => s / PerFeature);
        }
    }
}
