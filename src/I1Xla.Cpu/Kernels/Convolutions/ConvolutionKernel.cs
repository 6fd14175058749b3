using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Convolutions;

/// <summary>
/// Convolution as an implicit matrix product: rows are output positions, k runs over the window and the input features, columns are output
/// features (3×3 windows of f32 go by <see cref="WinogradConvolution"/> instead). The unfolded matrix is never stored; packing gathers from the input where features are innermost,
/// else from a copy of it that is so and carries the padding.
/// </summary>
public static unsafe class ConvolutionKernel
{
    [ThreadStatic]
    private static ScratchBuffer? t_input, t_kernel, t_output;

    /// <summary>Convolves. f64 operands give f64; otherwise sums are f32.</summary>
    /// <param name="shape">Sizes and attributes.</param>
    /// <param name="input">The input's first element.</param>
    /// <param name="inputLayout">Its layout.</param>
    /// <param name="kernel">The kernel's first element.</param>
    /// <param name="kernelLayout">Its layout.</param>
    /// <param name="output">The result's first element.</param>
    /// <param name="outputLayout">Its layout.</param>
    /// <param name="pool">The threads; the shared pool if null.</param>
    public static void Run(
        ConvolutionShape shape, void* input, ConvolutionLayout inputLayout, void* kernel, ConvolutionLayout kernelLayout, void* output, ConvolutionLayout outputLayout,
        WorkerPool? pool = null) =>
        Run(shape, (byte*)input, inputLayout, (byte*)kernel, kernelLayout, (byte*)output, outputLayout, pool ?? WorkerPool.Shared, CpuIsa.Current);

    internal static void Run(
        ConvolutionShape shape, byte* input, ConvolutionLayout inputLayout, byte* kernel, ConvolutionLayout kernelLayout, byte* output, ConvolutionLayout outputLayout,
        WorkerPool pool, IsaLevel isa)
    {
        if (inputLayout.Type == MatmulType.F64 || kernelLayout.Type == MatmulType.F64) throw new ArgumentException("Convolutions of f64 go through the plain loop nest.");
        long groups = shape.FeatureGroups * shape.BatchGroups;
        long inputFeatures = shape.InputFeatures / shape.FeatureGroups, outputFeatures = shape.OutputFeatures / groups, batch = shape.Batch / shape.BatchGroups;
        long positions = batch * Product(shape.OutputSpatial);
        if (positions == 0 || shape.OutputFeatures == 0) return;
        if (Product(shape.KernelSpatial) * inputFeatures == 0)
        {
            Zeros(shape, batch, output, outputLayout, pool, isa);
            return;
        }
        bool phased = false;
        foreach (ConvolutionPhase phase in ConvolutionPhase.Of(shape))
        {
            phased = true;
            byte* taps = kernel + phase.FirstTap * kernelLayout.Spatial[phase.Dimension] * kernelLayout.ElementBytes;
            byte* places = output + phase.FirstOutput * outputLayout.Spatial[phase.Dimension] * outputLayout.ElementBytes;
            Run(phase.Shape, input, inputLayout, taps, phase.Apply(kernelLayout), places, phase.Apply(outputLayout), pool, isa);
        }
        if (phased) return;
        if (DepthwiseConvolution.Handles(shape, inputLayout, kernelLayout, outputLayout))
        {
            DepthwiseConvolution.Run(shape, (float*)input, inputLayout, (float*)kernel, kernelLayout, (float*)output, outputLayout, pool, isa);
            return;
        }
        if (WinogradConvolution.Handles(shape, inputLayout, kernelLayout, outputLayout, isa))
        {
            byte* taps = DenseKernel(shape, kernel, kernelLayout, inputFeatures, pool, isa);
            WinogradConvolution.Run(shape, (float*)input, inputLayout, (float*)taps, (float*)output, outputLayout, pool, isa);
            return;
        }
        var padded = new PaddedInput(shape, inputLayout);
        byte* source = padded.IsInput ? input + padded.Start * padded.ElementBytes : (byte*)(t_input ??= new()).Ensure(padded.Bytes);
        if (!padded.IsInput) padded.Fill(input, source, pool, isa);
        byte* weights = DenseKernel(shape, kernel, kernelLayout, inputFeatures, pool, isa);
        GatheredRows rows = Rows(shape, padded, batch, inputFeatures, out bool evenRuns);
        bool dense = IsDense(outputLayout, shape);
        byte* result = dense ? output : (byte*)(t_output ??= new()).Ensure(positions * shape.OutputFeatures * outputLayout.ElementBytes);
        for (long group = 0; group < groups; group++)
        {
            long batchGroup = shape.BatchGroups > 1 ? group : 0, featureGroup = shape.FeatureGroups > 1 ? group : 0;
            var problem = new MatmulProblem
            {
                M = positions,
                N = outputFeatures,
                K = Product(shape.KernelSpatial) * inputFeatures,
                A = new MatrixOperand(source + (batchGroup * batch * padded.Outer + featureGroup * inputFeatures) * padded.ElementBytes, inputLayout.Type, 0),
                B = new MatrixOperand(weights, kernelLayout.Type, shape.OutputFeatures).Advanced(group * outputFeatures),
                C = new MatrixOperand(result, outputLayout.Type, shape.OutputFeatures).Advanced(group * outputFeatures),
                GatheredA = rows,
                WidenBf16 = !evenRuns,
            };
            MatmulKernel.Run(problem, pool, isa);
        }
        if (!dense) Scatter(shape, batch, result, output, outputLayout, pool, isa);
    }

    private static GatheredRows Rows(ConvolutionShape shape, PaddedInput padded, long batch, long inputFeatures, out bool evenRuns)
    {
        int rank = shape.InputSpatial.Length;
        int bytes = padded.ElementBytes;
        var digits = new CopyDimension[rank + 1];
        digits[0] = new CopyDimension(batch, padded.Outer * bytes, 0);
        for (int d = 0; d < rank; d++) digits[d + 1] = new CopyDimension(shape.OutputSpatial[d], padded.Spatial[d] * shape.Strides[d] * bytes, 0);
        // Taps of the last dimension lie end to end when they are one step apart and the features fill the step.
        bool joined = rank > 0 && padded.Spatial[^1] * shape.WindowDilation[^1] == inputFeatures;
        long run = inputFeatures * (joined ? shape.KernelSpatial[^1] : 1);
        int taps = joined ? rank - 1 : rank;
        long count = 1;
        for (int d = 0; d < taps; d++) count *= shape.KernelSpatial[d];
        var segments = new long[count];
        for (long s = 0; s < count; s++)
        {
            long rest = s, offset = 0;
            for (int d = taps - 1; d >= 0; d--)
            {
                (rest, long tap) = Math.DivRem(rest, shape.KernelSpatial[d]);
                offset += tap * shape.WindowDilation[d] * padded.Spatial[d];
            }
            segments[s] = offset * bytes;
        }
        evenRuns = run % 2 == 0;
        WindowEdges? edges = padded.IsInside ? null : new WindowEdges(shape, joined, inputFeatures);
        return new GatheredRows(digits, segments, run, edges);
    }

    // The kernel as [spatial..., input features, output features], with reversed dimensions turned round.
    private static byte* DenseKernel(ConvolutionShape shape, byte* kernel, ConvolutionLayout layout, long inputFeatures, WorkerPool pool, IsaLevel isa)
    {
        int rank = shape.KernelSpatial.Length, bytes = layout.ElementBytes;
        long[] sizes = [.. shape.KernelSpatial, inputFeatures, shape.OutputFeatures];
        long[] from = [.. layout.Spatial, layout.Outer, layout.Feature];
        long[] to = Dense(sizes);
        long start = 0;
        bool same = true;
        for (int d = 0; d < sizes.Length; d++)
        {
            if (d < rank && shape.Reversal[d])
            {
                start += (sizes[d] - 1) * from[d];
                from[d] = -from[d];
            }
            same &= sizes[d] == 1 || from[d] == to[d];
        }
        if (same) return kernel + start * bytes;
        byte* copy = (byte*)(t_kernel ??= new()).Ensure(Product(sizes) * bytes);
        StridedCopy.Run(kernel + start * bytes, copy, bytes, sizes, from, to, pool, isa);
        return copy;
    }

    private static bool IsDense(ConvolutionLayout layout, ConvolutionShape shape)
    {
        long stride = shape.OutputFeatures;
        if (layout.Feature != 1) return shape.OutputFeatures == 1 && layout.Spatial.Length == 0;
        for (int d = shape.OutputSpatial.Length - 1; d >= 0; d--)
        {
            if (shape.OutputSpatial[d] != 1 && layout.Spatial[d] != stride) return false;
            stride *= shape.OutputSpatial[d];
        }
        return shape.Batch / shape.BatchGroups == 1 || layout.Outer == stride;
    }

    private static void Scatter(ConvolutionShape shape, long batch, byte* result, byte* output, ConvolutionLayout layout, WorkerPool pool, IsaLevel isa)
    {
        long[] sizes = [batch, .. shape.OutputSpatial, shape.OutputFeatures];
        StridedCopy.Run(result, output, layout.ElementBytes, sizes, Dense(sizes), [layout.Outer, .. layout.Spatial, layout.Feature], pool, isa);
    }

    private static void Zeros(ConvolutionShape shape, long batch, byte* output, ConvolutionLayout layout, WorkerPool pool, IsaLevel isa)
    {
        long[] sizes = [batch, .. shape.OutputSpatial, shape.OutputFeatures];
        double zero = 0;
        StridedCopy.Run(&zero, output, layout.ElementBytes, sizes, new long[sizes.Length], [layout.Outer, .. layout.Spatial, layout.Feature], pool, isa);
    }

    internal static long[] Dense(ReadOnlySpan<long> sizes)
    {
        var strides = new long[sizes.Length];
        long stride = 1;
        for (int d = sizes.Length - 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= sizes[d];
        }
        return strides;
    }

    internal static long Product(ReadOnlySpan<long> sizes)
    {
        long product = 1;
        foreach (long size in sizes) product *= size;
        return product;
    }
}
