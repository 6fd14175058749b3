namespace I1Xla.Cpu.Kernels.Convolutions;

/// <summary>A convolution of f32 as its definition has it, summed in the order of the reference interpreter: for those too small to be worth unfolding.</summary>
internal static unsafe class DirectConvolution
{
    /// <summary>The most multiply-adds that are done this way.</summary>
    public const double MostMultiplyAdds = 1 << 14;

    /// <summary>Convolves dense f32 tensors of any layout on the calling thread.</summary>
    public static void Run(ConvolutionShape shape, float* input, ConvolutionLayout inputLayout, float* kernel, ConvolutionLayout kernelLayout, float* output, ConvolutionLayout outputLayout)
    {
        long groupInputs = shape.InputFeatures / shape.FeatureGroups, outputsOfGroup = shape.OutputFeatures / shape.FeatureGroups, outputsOfBatchGroup = shape.OutputFeatures / shape.BatchGroups;
        long batch = shape.Batch / shape.BatchGroups;
        int rank = shape.OutputSpatial.Length;
        long[] at = new long[rank], tap = new long[rank];
        for (long n = 0; n < batch; n++)
        {
            for (long f = 0; f < shape.OutputFeatures; f++)
            {
                long row = n + (shape.BatchGroups > 1 ? f / outputsOfBatchGroup * batch : 0), firstInput = f / outputsOfGroup * groupInputs;
                float* from = input + row * inputLayout.Outer + firstInput * inputLayout.Feature, weights = kernel + f * kernelLayout.Feature, to = output + n * outputLayout.Outer + f * outputLayout.Feature;
                if (!First(at, shape.OutputSpatial)) return;
                do
                {
                    float sum = 0;
                    for (long c = 0; c < groupInputs && First(tap, shape.KernelSpatial); c++)
                    {
                        float* x = from + c * inputLayout.Feature, w = weights + c * kernelLayout.Outer;
                        do
                        {
                            if (Position(shape, at, tap, inputLayout.Spatial, out long position)) sum += x[position] * w[Offset(shape, tap, kernelLayout.Spatial)];
                        }
                        while (Next(tap, shape.KernelSpatial));
                    }
                    long place = 0;
                    for (int d = 0; d < rank; d++) place += at[d] * outputLayout.Spatial[d];
                    to[place] = (float)sum;
                }
                while (Next(at, shape.OutputSpatial));
            }
        }
    }

    // The input element that a tap of the window meets; false in padding and in the gaps of dilation.
    private static bool Position(ConvolutionShape shape, long[] at, long[] tap, long[] strides, out long position)
    {
        position = 0;
        for (int d = 0; d < at.Length; d++)
        {
            long i = at[d] * shape.Strides[d] + tap[d] * shape.WindowDilation[d] - shape.PadLow[d];
            if (i < 0 || i % shape.BaseDilation[d] != 0) return false;
            i /= shape.BaseDilation[d];
            if (i >= shape.InputSpatial[d]) return false;
            position += i * strides[d];
        }
        return true;
    }

    private static long Offset(ConvolutionShape shape, long[] tap, long[] strides)
    {
        long offset = 0;
        for (int d = 0; d < tap.Length; d++) offset += (shape.Reversal[d] ? shape.KernelSpatial[d] - 1 - tap[d] : tap[d]) * strides[d];
        return offset;
    }

    private static bool First(long[] index, long[] sizes)
    {
        index.AsSpan().Clear();
        return !sizes.Contains(0);
    }

    private static bool Next(long[] index, long[] sizes)
    {
        for (int d = index.Length - 1; d >= 0; d--)
        {
            if (++index[d] < sizes[d]) return true;
            index[d] = 0;
        }
        return false;
    }
}
