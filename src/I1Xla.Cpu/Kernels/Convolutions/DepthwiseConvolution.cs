using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Kernels.Vectors;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Convolutions;

/// <summary>
/// Depthwise convolution: each feature meets a kernel of its own, so that features are the lanes of vectors, and sums run over the window in the order of
/// memory. The gradient of such a kernel is one as well: its features are the groups of the batch, and its sums run over the images too. f32.
/// </summary>
internal static unsafe class DepthwiseConvolution
{
    private const int FewestLanes = 8;

    // One piece of work, where rows are that long.
    private const long ChunkLanes = 64, ChunkPositions = 64;

    [ThreadStatic]
    private static ScratchBuffer? t_input, t_kernel, t_output, t_rows;

    /// <summary>Whether a convolution is one of these, with enough features for a vector.</summary>
    public static bool Handles(ConvolutionShape shape, ConvolutionLayout input, ConvolutionLayout kernel, ConvolutionLayout output) =>
        input.Type == MatmulType.F32 && kernel.Type == MatmulType.F32 && output.Type == MatmulType.F32 && shape.KernelSpatial.Length > 0 && shape.OutputFeatures >= FewestLanes
        && Array.TrueForAll(shape.BaseDilation, d => d == 1) && (IsForward(shape) || (shape.FeatureGroups == 1 && shape.BatchGroups > 1 && shape.BatchGroups == shape.Batch));

    private static bool IsForward(ConvolutionShape shape) => shape.BatchGroups == 1 && shape.FeatureGroups > 1 && shape.FeatureGroups == shape.InputFeatures;

    /// <summary>Convolves.</summary>
    public static void Run(
        ConvolutionShape shape, float* input, ConvolutionLayout inputLayout, float* kernel, ConvolutionLayout kernelLayout, float* output, ConvolutionLayout outputLayout, WorkerPool pool, IsaLevel isa)
    {
        long lanes = shape.OutputFeatures, images = shape.Batch / shape.BatchGroups, summed = shape.InputFeatures / shape.FeatureGroups, groups = shape.FeatureGroups * shape.BatchGroups;
        int rank = shape.KernelSpatial.Length;

        // Input as [images, summed, spatial..., lanes], a lane for each output.
        (long image, long sum, long lane) = IsForward(shape) ? (inputLayout.Outer, 0L, inputLayout.Feature) : (0L, inputLayout.Feature, inputLayout.Outer);
        Side from = new(input, image, sum, inputLayout.Spatial);
        if (lane != 1 || lanes != groups)
        {
            long[] to = ConvolutionKernel.Dense([images, summed, .. shape.InputSpatial, lanes]), sizes = [images, summed, .. shape.InputSpatial, groups, lanes / groups];
            float* copy = (float*)(t_input ??= new()).Ensure(ConvolutionKernel.Product(sizes) * 4);
            StridedCopy.Run(input, copy, 4, sizes, [image, sum, .. inputLayout.Spatial, lane, 0], [.. to[..^1], lanes / groups, 1], pool, isa);
            from = new(copy, to[0], to[1], to[2..^1]);
        }

        // Kernel as [summed, spatial..., lanes].
        long[] spatial = [.. kernelLayout.Spatial];
        for (int d = 0; d < rank; d++)
        {
            if (!shape.Reversal[d]) continue;
            kernel += (shape.KernelSpatial[d] - 1) * spatial[d];
            spatial[d] = -spatial[d];
        }
        Side weights = new(kernel, 0, kernelLayout.Outer, spatial);
        if (kernelLayout.Feature != 1)
        {
            long[] sizes = [summed, .. shape.KernelSpatial, lanes], to = ConvolutionKernel.Dense(sizes);
            float* copy = (float*)(t_kernel ??= new()).Ensure(ConvolutionKernel.Product(sizes) * 4);
            StridedCopy.Run(kernel, copy, 4, sizes, [kernelLayout.Outer, .. spatial, kernelLayout.Feature], to, pool, isa);
            weights = new(copy, 0, to[0], to[1..^1]);
        }

        Side result = new(output, outputLayout.Outer, 0, outputLayout.Spatial);
        long[] resultSizes = [images, .. shape.OutputSpatial, lanes], dense = ConvolutionKernel.Dense(resultSizes);
        if (outputLayout.Feature != 1) result = new((float*)(t_output ??= new()).Ensure(ConvolutionKernel.Product(resultSizes) * 4), dense[0], 0, dense[1..^1]);

        if (Avx512F.IsSupported && lanes >= Floats512.Count) Run<Floats512>(shape, from, weights, result, images, summed, pool);
        else Run<Floats256>(shape, from, weights, result, images, summed, pool);
        if (outputLayout.Feature != 1) StridedCopy.Run(result.Data, output, 4, resultSizes, dense, [outputLayout.Outer, .. outputLayout.Spatial, outputLayout.Feature], pool, isa);
    }

    private static void Run<T>(ConvolutionShape shape, Side input, Side kernel, Side output, long images, long summed, WorkerPool pool)
        where T : unmanaged, IFloats<T>
    {
        var pieces = new Pieces<T>(shape, input, kernel, output, images, summed);
        pool.ParallelFor(pieces.Count, 1, pieces);
    }

    // A tensor with adjacent lanes; strides in elements.
    private sealed class Side(float* data, long image, long summed, long[] spatial)
    {
        public float* Data => data;

        public long Image => image;

        public long Summed => summed;

        public long[] Spatial => spatial;
    }

    // What one tap in all dimensions but the last adds to a row of results: offsets in bytes.
    private readonly record struct TapRow(long Input, long Kernel);

    // Rows of results along the last dimension, in chunks of positions and of lanes.
    private readonly struct Pieces<T>(ConvolutionShape shape, Side input, Side kernel, Side output, long images, long summed) : IParallelBody
        where T : unmanaged, IFloats<T>
    {
        private readonly long _laneChunks = Math.Max(shape.OutputFeatures / ChunkLanes, 1), _chunks = Math.Max(shape.OutputSpatial[^1] / ChunkPositions, 1);
        private readonly long _rows = ConvolutionKernel.Product(shape.OutputSpatial.AsSpan(..^1)), _tapRows = ConvolutionKernel.Product(shape.KernelSpatial.AsSpan(..^1)) * summed;

        public long Count => images * _rows * _chunks * _laneChunks;

        public void Run(long begin, long end)
        {
            TapRow* taps = (TapRow*)(t_rows ??= new()).Ensure(_tapRows * sizeof(TapRow));
            for (long piece = begin; piece < end; piece++)
            {
                (long rest, long lanes) = Math.DivRem(piece, _laneChunks);
                (rest, long chunk) = Math.DivRem(rest, _chunks);
                (long image, long row) = Math.DivRem(rest, _rows);
                float* target = output.Data + image * output.Image;
                int count = TapsOf(row, taps, ref target);
                long first = chunk * ChunkPositions, past = chunk == _chunks - 1 ? shape.OutputSpatial[^1] : first + ChunkPositions;
                long firstLane = lanes * ChunkLanes, pastLane = lanes == _laneChunks - 1 ? shape.OutputFeatures : firstLane + ChunkLanes;
                Row(input.Data + image * input.Image, new ReadOnlySpan<TapRow>(taps, count), target, first, past, firstLane, pastLane);
            }
        }

        // The taps of a row that meet the input, and where the row lies.
        private int TapsOf(long row, TapRow* taps, ref float* target)
        {
            int rank = shape.KernelSpatial.Length;
            long* start = stackalloc long[rank];
            for (int d = rank - 2; d >= 0; d--)
            {
                (row, long at) = Math.DivRem(row, shape.OutputSpatial[d]);
                target += at * output.Spatial[d];
                start[d] = at * shape.Strides[d] - shape.PadLow[d];
            }
            int count = 0;
            for (long t = 0; t < _tapRows; t++)
            {
                (long s, long rest) = Math.DivRem(t, _tapRows / summed);
                long from = s * input.Summed, weight = s * kernel.Summed;
                bool inside = true;
                for (int d = rank - 2; d >= 0 && inside; d--)
                {
                    (rest, long tap) = Math.DivRem(rest, shape.KernelSpatial[d]);
                    long at = start[d] + tap * shape.WindowDilation[d];
                    inside = at >= 0 && at < shape.InputSpatial[d];
                    from += at * input.Spatial[d];
                    weight += tap * kernel.Spatial[d];
                }
                if (inside) taps[count++] = new TapRow(from * 4, weight * 4);
            }
            return count;
        }

        private void Row(float* from, ReadOnlySpan<TapRow> rows, float* to, long first, long past, long firstLane, long pastLane)
        {
            const int Together = 8;
            long stride = shape.Strides[^1], low = shape.PadLow[^1], apart = shape.WindowDilation[^1], size = shape.InputSpatial[^1], places = shape.KernelSpatial[^1];
            var window = new Window(rows, kernel.Data, apart * input.Spatial[^1] * 4, kernel.Spatial[^1] * 4, stride * input.Spatial[^1] * 4, output.Spatial[^1] * 4, firstLane, pastLane);
            // Positions from low / stride on, up to the last whose window ends inside, meet the input with every tap.
            long inner = Math.Clamp(low > 0 ? (low + stride - 1) / stride : 0, first, past), reach = size - 1 + low - (places - 1) * apart;
            long innerPast = Math.Clamp(reach < 0 ? 0 : reach / stride + 1, inner, past);
            for (long x = first; x < past; x++)
            {
                bool isInner = x >= inner && x < innerPast && innerPast - inner >= Together;
                // The last block of positions starts early, and computes some again.
                if (isInner) x = Math.Min(x, innerPast - Together);
                long start = x * stride - low;
                float* at = from + start * input.Spatial[^1], target = to + x * output.Spatial[^1];
                if (isInner)
                {
                    window.Positions(at, target, places);
                    x += Together - 1;
                    continue;
                }
                long firstTap = start >= 0 ? 0 : (-start + apart - 1) / apart, pastTap = start >= size ? 0 : Math.Min((size - 1 - start) / apart + 1, places);
                window.Position(at, target, firstTap, pastTap);
            }
        }

        // Sums over a window; strides in bytes.
        private readonly ref struct Window(ReadOnlySpan<TapRow> rows, float* kernel, long inputTap, long kernelTap, long inputStep, long outputStep, long firstLane, long pastLane)
        {
            private readonly ReadOnlySpan<TapRow> _rows = rows;

            // Eight neighbouring results, whose windows lie inside.
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public void Positions(float* from, float* to, long taps)
            {
                long step = inputStep, along = inputTap, down = kernelTap, outStep = outputStep;
                for (long at = firstLane; at < pastLane; at += T.Count)
                {
                    // The last vector ends with the last lane.
                    long lane = Math.Min(at, pastLane - T.Count);
                    T a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
                    foreach (TapRow row in _rows)
                    {
                        byte* x = (byte*)(from + lane) + row.Input, w = (byte*)(kernel + lane) + row.Kernel;
                        for (long t = taps; t > 0; t--)
                        {
                            T weight = T.Load((float*)w);
                            byte* y = x + 4 * step;
                            a = T.FusedMultiplyAdd(T.Load((float*)x), weight, a);
                            b = T.FusedMultiplyAdd(T.Load((float*)(x + step)), weight, b);
                            c = T.FusedMultiplyAdd(T.Load((float*)(x + 2 * step)), weight, c);
                            d = T.FusedMultiplyAdd(T.Load((float*)(x + 3 * step)), weight, d);
                            e = T.FusedMultiplyAdd(T.Load((float*)y), weight, e);
                            f = T.FusedMultiplyAdd(T.Load((float*)(y + step)), weight, f);
                            g = T.FusedMultiplyAdd(T.Load((float*)(y + 2 * step)), weight, g);
                            h = T.FusedMultiplyAdd(T.Load((float*)(y + 3 * step)), weight, h);
                            x += along;
                            w += down;
                        }
                    }
                    byte* target = (byte*)(to + lane);
                    a.Store((float*)target);
                    b.Store((float*)(target + outStep));
                    c.Store((float*)(target + 2 * outStep));
                    d.Store((float*)(target + 3 * outStep));
                    e.Store((float*)(target + 4 * outStep));
                    f.Store((float*)(target + 5 * outStep));
                    g.Store((float*)(target + 6 * outStep));
                    h.Store((float*)(target + 7 * outStep));
                }
            }

            // One result, from some of the taps: four vectors at a time.
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public void Position(float* from, float* to, long firstTap, long pastTap)
            {
                long along = inputTap, down = kernelTap, lane = firstLane;
                for (; lane + 4 * T.Count <= pastLane; lane += 4 * T.Count)
                {
                    T a = default, b = default, c = default, d = default;
                    foreach (TapRow row in _rows)
                    {
                        byte* x = (byte*)(from + lane) + row.Input + firstTap * along, w = (byte*)(kernel + lane) + row.Kernel + firstTap * down;
                        for (long t = firstTap; t < pastTap; t++)
                        {
                            a = T.FusedMultiplyAdd(T.Load((float*)x), T.Load((float*)w), a);
                            b = T.FusedMultiplyAdd(T.Load((float*)x + T.Count), T.Load((float*)w + T.Count), b);
                            c = T.FusedMultiplyAdd(T.Load((float*)x + 2 * T.Count), T.Load((float*)w + 2 * T.Count), c);
                            d = T.FusedMultiplyAdd(T.Load((float*)x + 3 * T.Count), T.Load((float*)w + 3 * T.Count), d);
                            x += along;
                            w += down;
                        }
                    }
                    a.Store(to + lane);
                    b.Store(to + lane + T.Count);
                    c.Store(to + lane + 2 * T.Count);
                    d.Store(to + lane + 3 * T.Count);
                }
                for (; lane < pastLane; lane += T.Count)
                {
                    long last = Math.Min(lane, pastLane - T.Count);
                    T a = default;
                    foreach (TapRow row in _rows)
                    {
                        byte* x = (byte*)(from + last) + row.Input + firstTap * along, w = (byte*)(kernel + last) + row.Kernel + firstTap * down;
                        for (long t = firstTap; t < pastTap; t++, x += along, w += down) a = T.FusedMultiplyAdd(T.Load((float*)x), T.Load((float*)w), a);
                    }
                    a.Store(to + last);
                }
            }
        }
    }
}
