using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Kernels.Vectors;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Convolutions;

/// <summary>
/// Convolution of 3×3 windows a step apart by Winograd's minimal filtering F(2×2, 3×3) (Lavin and Gray, "Fast algorithms for convolutional
/// neural networks", 2015): tiles of 4×4 inputs and the kernel are transformed, multiplied as 16 matrix products over the features, and
/// transformed back to 2×2 outputs, with 16 multiplications in place of 36. Blocks of tiles are done from input to output while they are
/// in cache. f32, features innermost.
/// </summary>
internal static unsafe class WinogradConvolution
{
    private const int Planes = 16;
    private const long BlockBytes = 800 << 10;
    private const int MostTiles = 112;

    // Rows of transformed tiles do not all fall into the same sets of the cache.
    private const int RowPadding = 16;

    [ThreadStatic]
    private static ScratchBuffer? t_weights, t_tiles;

    /// <summary>Whether a convolution is one of these, large enough to gain.</summary>
    public static bool Handles(ConvolutionShape shape, ConvolutionLayout input, ConvolutionLayout kernel, ConvolutionLayout output, IsaLevel isa) =>
        isa >= IsaLevel.Avx2 && input.Type == MatmulType.F32 && kernel.Type == MatmulType.F32 && output.Type == MatmulType.F32
        && shape.KernelSpatial is [3, 3] && shape.Strides is [1, 1] && shape.WindowDilation is [1, 1] && shape.BaseDilation is [1, 1]
        && shape.FeatureGroups == 1 && shape.BatchGroups == 1 && shape.OutputSpatial[0] % 2 == 0 && shape.OutputSpatial[1] % 2 == 0
        && shape.InputFeatures >= 16 && shape.InputFeatures % 16 == 0 && shape.OutputFeatures >= 16 && shape.OutputFeatures % 16 == 0
        && input.Feature == 1 && output.Feature == 1 && Tiles(shape) >= 56 && shape.OutputFeatures <= 2048 && shape.InputFeatures <= 2048;

    /// <summary>Convolves; the kernel is dense, [3, 3, input features, output features].</summary>
    public static void Run(ConvolutionShape shape, float* input, ConvolutionLayout inputLayout, float* kernel, float* output, ConvolutionLayout outputLayout, WorkerPool pool, IsaLevel isa)
    {
        if (Avx512F.IsSupported) Run<Floats512>(shape, input, inputLayout, kernel, output, outputLayout, pool, isa);
        else Run<Floats256>(shape, input, inputLayout, kernel, output, outputLayout, pool, isa);
    }

    private static void Run<T>(ConvolutionShape shape, float* input, ConvolutionLayout inputLayout, float* kernel, float* output, ConvolutionLayout outputLayout, WorkerPool pool, IsaLevel isa) where T : unmanaged, IFloats<T>
    {
        float* weights = (float*)(t_weights ??= new()).Ensure(Planes * shape.InputFeatures * shape.OutputFeatures * 4);
        MicroKernels kernels = MicroKernels.Get(MicroOperation.F32, isa);
        pool.ParallelFor(shape.InputFeatures, Math.Max(1, 4096 / shape.OutputFeatures), new Weights<T>(shape, kernel, weights, kernels.MaxColumns));
        long most = Math.Max(BlockBytes / (Planes * 4 * (shape.InputFeatures + shape.OutputFeatures + 2 * RowPadding)), 1);
        // Whole panels of rows, and enough blocks for every thread.
        most = Math.Min(Math.Min(most, MostTiles), (Tiles(shape) + (2L * pool.ThreadCount) - 1) / (2L * pool.ThreadCount));
        int tiles = (int)Math.Max(most / kernels.MaxRows, 2) * kernels.MaxRows;
        pool.ParallelFor((Tiles(shape) + tiles - 1) / tiles, 1, new Blocks<T>(shape, input, inputLayout, weights, output, outputLayout, kernels, tiles));
    }

    private static long Tiles(ConvolutionShape shape) => shape.Batch * (shape.OutputSpatial[0] / 2) * (shape.OutputSpatial[1] / 2);

    // The kernel transformed, G g Gᵀ, for rows of input features: each plane is panels of output features, as wide as a tile, with the input features down.
    private readonly struct Weights<T>(ConvolutionShape shape, float* kernel, float* weights, int panelColumns) : IParallelBody
        where T : unmanaged, IFloats<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(long begin, long end)
        {
            long inputs = shape.InputFeatures, outputs = shape.OutputFeatures, tap = inputs * outputs;
            T half = T.Create(0.5f);
            T* rows = stackalloc T[12];
            for (long k = begin; k < end; k++)
            {
                for (long n = 0; n < outputs; n += T.Count)
                {
                    float* g = kernel + k * outputs + n;
                    for (int column = 0; column < 3; column++)
                    {
                        T a = T.Load(g + column * tap), b = T.Load(g + (3 + column) * tap), c = T.Load(g + (6 + column) * tap), sum = a + c;
                        rows[column] = a;
                        rows[3 + column] = (sum + b) * half;
                        rows[6 + column] = (sum - b) * half;
                        rows[9 + column] = c;
                    }
                    long panel = n / panelColumns * panelColumns, width = Math.Min(panelColumns, outputs - panel);
                    float* to = weights + panel * inputs + k * width + (n - panel);
                    for (int row = 0; row < 4; row++)
                    {
                        T a = rows[3 * row], b = rows[3 * row + 1], c = rows[3 * row + 2], sum = a + c;
                        a.Store(to + (4 * row) * tap);
                        ((sum + b) * half).Store(to + (4 * row + 1) * tap);
                        ((sum - b) * half).Store(to + (4 * row + 2) * tap);
                        c.Store(to + (4 * row + 3) * tap);
                    }
                }
            }
        }
    }

    private readonly struct Blocks<T>(
        ConvolutionShape shape, float* input, ConvolutionLayout inputLayout, float* weights, float* output, ConvolutionLayout outputLayout, MicroKernels kernels, int tiles) : IParallelBody
        where T : unmanaged, IFloats<T>
    {
        public void Run(long begin, long end)
        {
            int inputs = (int)shape.InputFeatures, outputs = (int)shape.OutputFeatures, inputRow = inputs + RowPadding, outputRow = outputs + RowPadding;
            long inputPlane = (long)tiles * inputRow, outputPlane = (long)tiles * outputRow;
            float* transformed = (float*)(t_tiles ??= new()).Ensure((Planes * (inputPlane + outputPlane) + inputs) * 4 + 256);
            float* products = transformed + Planes * inputPlane, zeros = products + Planes * outputPlane;
            new Span<float>(zeros, inputs).Clear();
            for (long block = begin; block < end; block++)
            {
                long first = block * tiles;
                int count = (int)Math.Min(tiles, Tiles(shape) - first);
                for (int t = 0; t < count; t++) Gather(first + t, zeros, transformed + (long)t * inputRow, inputPlane);
                for (int plane = 0; plane < Planes; plane++)
                    Multiply(transformed + plane * inputPlane, inputRow, weights + (long)plane * inputs * outputs, products + plane * outputPlane, outputRow, count);
                for (int t = 0; t < count; t++) Spread(first + t, products + (long)t * outputRow, outputPlane);
            }
        }

        private (long Image, long Row, long Column) Place(long tile)
        {
            long columns = shape.OutputSpatial[1] / 2, rows = shape.OutputSpatial[0] / 2;
            (tile, long column) = Math.DivRem(tile, columns);
            (long image, long row) = Math.DivRem(tile, rows);
            return (image, 2 * row, 2 * column);
        }

        // Bᵀ d B of one tile's 4×4 inputs; those in the padding are zero.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Gather(long tile, float* zeros, float* to, long plane)
        {
            (long image, long row, long column) = Place(tile);
            float** from = stackalloc float*[16];
            for (int i = 0; i < 16; i++)
            {
                long y = row + i / 4 - shape.PadLow[0], x = column + i % 4 - shape.PadLow[1];
                bool inside = y >= 0 && y < shape.InputSpatial[0] && x >= 0 && x < shape.InputSpatial[1];
                from[i] = inside ? input + image * inputLayout.Outer + y * inputLayout.Spatial[0] + x * inputLayout.Spatial[1] : zeros;
            }
            long features = shape.InputFeatures;
            T* columns = stackalloc T[16];
            for (long c = 0; c < features; c += T.Count)
            {
                for (int j = 0; j < 4; j++)
                {
                    T a = T.Load(from[j] + c), b = T.Load(from[4 + j] + c), d = T.Load(from[8 + j] + c), e = T.Load(from[12 + j] + c);
                    columns[j] = a - d;
                    columns[4 + j] = b + d;
                    columns[8 + j] = d - b;
                    columns[12 + j] = b - e;
                }
                float* at = to + c;
                for (int i = 0; i < 16; i += 4)
                {
                    T a = columns[i], b = columns[i + 1], d = columns[i + 2], e = columns[i + 3];
                    (a - d).Store(at);
                    (b + d).Store(at + plane);
                    (d - b).Store(at + 2 * plane);
                    (b - e).Store(at + 3 * plane);
                    at += 4 * plane;
                }
            }
        }

        // Aᵀ m A: 2×2 outputs of one tile.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Spread(long tile, float* from, long plane)
        {
            (long image, long row, long column) = Place(tile);
            float* to = output + image * outputLayout.Outer + row * outputLayout.Spatial[0] + column * outputLayout.Spatial[1];
            long down = outputLayout.Spatial[0], right = outputLayout.Spatial[1], features = shape.OutputFeatures;
            T* rows = stackalloc T[8];
            for (long n = 0; n < features; n += T.Count)
            {
                for (int j = 0; j < 4; j++)
                {
                    float* m = from + n + j * plane;
                    T b = T.Load(m + 4 * plane), d = T.Load(m + 8 * plane);
                    rows[j] = T.Load(m) + (b + d);
                    rows[4 + j] = (b - d) - T.Load(m + 12 * plane);
                }
                float* at = to + n;
                for (int i = 0; i < 8; i += 4)
                {
                    T b = rows[i + 1], d = rows[i + 2];
                    (rows[i] + (b + d)).Store(at);
                    ((b - d) - rows[i + 3]).Store(at + right);
                    at += down;
                }
            }
        }

        private void Multiply(float* left, int leftRow, float* right, float* target, int targetRow, int count)
        {
            MicroKernelArgs args = default;
            args.Steps = (nint)shape.InputFeatures;
            args.CStride = targetRow * 4;
            args.Mask = ulong.MaxValue;
            for (long panel = 0; panel < shape.OutputFeatures; panel += kernels.MaxColumns)
            {
                int width = (int)Math.Min(kernels.MaxColumns, shape.OutputFeatures - panel);
                args.B = right + panel * shape.InputFeatures;
                args.BStride = width * 4;
                for (int at = 0; at < count; at += kernels.MaxRows)
                {
                    args.A = left + (long)at * leftRow;
                    args.C = target + (long)at * targetRow + panel;
                    nint entry = kernels.Unpacked(Math.Min(kernels.MaxRows, count - at), width / kernels.Lanes, false, leftRow * 4);
                    ((delegate* unmanaged[SuppressGCTransition]<MicroKernelArgs*, void>)entry)(&args);
                }
            }
        }
    }
}
