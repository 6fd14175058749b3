using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Convolutions;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Tests.Kernels.Convolutions;

public sealed unsafe class ConvolutionKernelTests
{
    private static readonly WorkerPool s_pool = new(2);

    private static IEnumerable<IsaLevel> Levels => CpuIsa.Available;

    [TestCaseSource(nameof(Levels))]
    public void RandomConvolutionsMatchTheDefinition(IsaLevel isa)
    {
        var random = new Random(5);
        for (int round = 0; round < 120; round++)
        {
            int rank = random.Next(0, 4);
            long groups = random.Next(4) == 0 ? 2 : 1;
            bool byBatch = groups > 1 && random.Next(2) == 0;
            long[] spatial = new long[rank], kernel = new long[rank], output = new long[rank], strides = new long[rank], low = new long[rank], based = new long[rank], window = new long[rank];
            var reversal = new bool[rank];
            for (int d = 0; d < rank; d++)
            {
                (spatial[d], kernel[d], strides[d], based[d], window[d]) = (random.Next(1, rank == 3 ? 5 : 9), random.Next(1, 4), random.Next(1, 3), random.Next(1, 3), random.Next(1, 3));
                low[d] = random.Next(-1, 3);
                reversal[d] = random.Next(3) == 0;
                long reach = (spatial[d] - 1) * based[d] + 1 + low[d] + random.Next(-1, 3);
                long need = (kernel[d] - 1) * window[d] + 1;
                output[d] = reach < need ? 0 : (reach - need) / strides[d] + 1;
            }
            var shape = new ConvolutionShape
            {
                Batch = random.Next(1, 3) * (byBatch ? groups : 1),
                InputFeatures = new[] { 1, 2, 3, 8, 20, 34 }[random.Next(6)] * (byBatch ? 1 : groups),
                OutputFeatures = new[] { 1, 3, 8, 17, 40 }[random.Next(5)] * groups,
                InputSpatial = spatial,
                KernelSpatial = kernel,
                OutputSpatial = output,
                Strides = strides,
                PadLow = low,
                BaseDilation = based,
                WindowDilation = window,
                Reversal = reversal,
                FeatureGroups = byBatch ? 1 : groups,
                BatchGroups = byBatch ? groups : 1,
            };
            MatmulType type = new[] { MatmulType.F32, MatmulType.F32, MatmulType.BF16, MatmulType.F16 }[random.Next(4)];
            Compare(shape, type, random, isa, round);
        }
    }

    [TestCaseSource(nameof(Levels))]
    public void WindowsOfThreeByThreeMatchTheDefinition(IsaLevel isa)
    {
        var random = new Random(11);
        for (int round = 0; round < 12; round++)
        {
            long[] low = [random.Next(-1, 3), random.Next(0, 2)], output = [2 * random.Next(8, 10), 2 * random.Next(4, 10)];
            var shape = new ConvolutionShape
            {
                Batch = random.Next(1, 4),
                InputFeatures = 16 * random.Next(1, 4),
                OutputFeatures = 16 * random.Next(1, 5),
                InputSpatial = [output[0] + 2 - low[0] - random.Next(0, 2), output[1] + 2 - low[1] - random.Next(0, 2)],
                KernelSpatial = [3, 3],
                OutputSpatial = output,
                Strides = [1, 1],
                PadLow = low,
                BaseDilation = [1, 1],
                WindowDilation = [1, 1],
                Reversal = [random.Next(2) == 0, random.Next(2) == 0],
            };
            Compare(shape, MatmulType.F32, random, isa, round);
        }
    }

    /// <summary>Each feature for itself, with one output or several, and the gradients of such kernels.</summary>
    [TestCaseSource(nameof(Levels))]
    public void DepthwiseConvolutionsMatchTheDefinition(IsaLevel isa)
    {
        var random = new Random(17);
        for (int round = 0; round < 40; round++)
        {
            bool gradient = round % 4 == 3;
            int rank = random.Next(1, 4), longest = rank switch { 1 => 200, 2 => 24, _ => 7 };
            long groups = random.Next(8, 40) + (round % 5 == 0 ? 130 : 0);
            long[] spatial = new long[rank], kernel = new long[rank], output = new long[rank], strides = new long[rank], low = new long[rank], window = new long[rank];
            for (int d = 0; d < rank; d++)
            {
                (spatial[d], strides[d], window[d], low[d]) = (random.Next(longest / 2, longest), random.Next(1, 4), random.Next(1, 3), random.Next(-1, 4));
                kernel[d] = gradient ? random.Next(1, (int)spatial[d]) : random.Next(1, 5);
                long reach = spatial[d] + low[d] + random.Next(-1, 3), need = (kernel[d] - 1) * window[d] + 1;
                output[d] = reach < need ? 1 : (reach - need) / strides[d] + 1;
            }
            var shape = new ConvolutionShape
            {
                Batch = gradient ? groups : random.Next(1, 3),
                InputFeatures = gradient ? random.Next(1, 4) : groups,
                OutputFeatures = groups * (round % 3 == 0 ? random.Next(2, 4) : 1),
                InputSpatial = spatial,
                KernelSpatial = kernel,
                OutputSpatial = output,
                Strides = strides,
                PadLow = low,
                BaseDilation = [.. Enumerable.Repeat(1L, rank)],
                WindowDilation = window,
                Reversal = [.. Enumerable.Range(0, rank).Select(_ => random.Next(3) == 0)],
                FeatureGroups = gradient ? 1 : groups,
                BatchGroups = gradient ? groups : 1,
            };
            var plain = new ConvolutionLayout(MatmulType.F32, 0, 0, []);
            Assert.That(DepthwiseConvolution.Handles(shape, plain, plain, plain));
            Compare(shape, MatmulType.F32, random, isa, round);
        }
    }

    /// <summary>Inputs that are read as they lie, padding apart: whole taps that miss, parts of joined ones, both ends, with and without steps.</summary>
    [Test]
    public void WindowsThatReachIntoPaddingAreUnfolded(
        [ValueSource(nameof(Levels))] IsaLevel isa, [Values(MatmulType.F32, MatmulType.BF16, MatmulType.F16)] MatmulType type,
        [Values("1 900 3 1 1 1 1", "3 900 4 2 1 1 1", "4 700 3 -1 2 2 1", "8 501 5 4 1 3 1", "20 301 3 2 2 1 2", "40 32,32 2,2 1 0 1 1", "34 40,41 3,2 1 1 2 1", "66 31,40 3,1 0 2 2 1", "48 33,44 2,3 1 0 2 2")] string form)
    {
        long[][] numbers = [.. form.Split(' ').Select(part => part.Split(',').Select(n => long.Parse(n, System.Globalization.CultureInfo.InvariantCulture)).ToArray())];
        (long features, long[] spatial, long[] kernel, long low, long high, long stride, long window) = (numbers[0][0], numbers[1], numbers[2], numbers[3][0], numbers[4][0], numbers[5][0], numbers[6][0]);
        long[] All(long value) => [.. spatial.Select(_ => value)];
        var shape = new ConvolutionShape
        {
            Batch = 2,
            InputFeatures = features,
            OutputFeatures = 19,
            InputSpatial = spatial,
            KernelSpatial = kernel,
            OutputSpatial = [.. spatial.Zip(kernel, (s, k) => ((s + low + high - (k - 1) * window - 1) / stride) + 1)],
            Strides = All(stride),
            PadLow = All(low),
            BaseDilation = All(1),
            WindowDilation = All(window),
            Reversal = [.. spatial.Select(_ => false)],
        };
        long[] dense = ConvolutionKernel.Dense([shape.Batch, .. spatial, features]);
        var input = new PaddedInput(shape, new ConvolutionLayout(type, dense[0], 1, dense[1..^1]));
        Assert.That(input, Has.Property("IsInput").True.And.Property("IsInside").False);
        Compare(shape, type, new Random(3), isa, 0, inOrder: true);
    }

    private static void Compare(ConvolutionShape s, MatmulType type, Random random, IsaLevel isa, int round, bool inOrder = false)
    {
        int rank = s.InputSpatial.Length;
        long inPerGroup = s.InputFeatures / s.FeatureGroups, batch = s.Batch / s.BatchGroups;
        (ConvolutionLayout inLayout, long inSize) = Layout(inOrder ? null : random, type, s.Batch, s.InputFeatures, s.InputSpatial);
        (ConvolutionLayout kernelLayout, long kernelSize) = Layout(random, type, inPerGroup, s.OutputFeatures, s.KernelSpatial);
        (ConvolutionLayout outLayout, long outSize) = Layout(random, MatmulType.F32, batch, s.OutputFeatures, s.OutputSpatial);
        double[] x = Fill(random, inSize, type, out byte[] xBytes), w = Fill(random, kernelSize, type, out byte[] wBytes);
        var y = new float[Math.Max(outSize, 1)];
        fixed (byte* px = xBytes, pw = wBytes)
        {
            fixed (float* py = y) ConvolutionKernel.Run(s, px, inLayout, pw, kernelLayout, (byte*)py, outLayout, s_pool, isa);
        }
        var at = new long[rank];
        long positions = ConvolutionKernel.Product(s.OutputSpatial), taps = ConvolutionKernel.Product(s.KernelSpatial);
        long outPerGroup = s.OutputFeatures / (s.FeatureGroups * s.BatchGroups);
        for (long b = 0; b < batch; b++)
        {
            for (long p = 0; p < positions; p++)
            {
                Digits(p, s.OutputSpatial, at);
                for (long f = 0; f < s.OutputFeatures; f++)
                {
                    long group = f / outPerGroup;
                    long image = s.BatchGroups > 1 ? group * batch + b : b, firstFeature = s.FeatureGroups > 1 ? group * inPerGroup : 0;
                    double sum = 0, size = 0;
                    var tap = new long[rank];
                    for (long t = 0; t < taps; t++)
                    {
                        Digits(t, s.KernelSpatial, tap);
                        long xAt = image * inLayout.Outer, wAt = f * kernelLayout.Feature;
                        bool inside = true;
                        for (int d = 0; d < rank; d++)
                        {
                            long dilated = at[d] * s.Strides[d] + tap[d] * s.WindowDilation[d] - s.PadLow[d];
                            inside &= dilated >= 0 && dilated % s.BaseDilation[d] == 0 && dilated / s.BaseDilation[d] < s.InputSpatial[d];
                            xAt += dilated / s.BaseDilation[d] * inLayout.Spatial[d];
                            wAt += (s.Reversal[d] ? s.KernelSpatial[d] - 1 - tap[d] : tap[d]) * kernelLayout.Spatial[d];
                        }
                        if (!inside) continue;
                        for (long c = 0; c < inPerGroup; c++)
                        {
                            double product = x[xAt + (firstFeature + c) * inLayout.Feature] * w[wAt + c * kernelLayout.Outer];
                            sum += product;
                            size += Math.Abs(product);
                        }
                    }
                    long yAt = b * outLayout.Outer + f * outLayout.Feature;
                    for (int d = 0; d < rank; d++) yAt += at[d] * outLayout.Spatial[d];
                    if (!(Math.Abs(y[yAt] - sum) <= size * 2e-6 + 1e-7)) Assert.Fail($"round {round} {isa} {type}: {y[yAt]} for {sum} at {b},{p},{f} of {s}");
                }
            }
        }
    }

    private static (ConvolutionLayout Layout, long Size) Layout(Random? random, MatmulType type, long outer, long feature, long[] spatial)
    {
        long[] sizes = [outer, .. spatial, feature];
        int[] order = [.. Enumerable.Range(0, sizes.Length)];
        if (random?.Next(2) == 0) random.Shuffle(order);
        var strides = new long[sizes.Length];
        long stride = 1;
        for (int i = order.Length - 1; i >= 0; i--)
        {
            strides[order[i]] = stride;
            stride *= sizes[order[i]];
        }
        return (new ConvolutionLayout(type, strides[0], strides[^1], strides[1..^1]), stride);
    }

    private static double[] Fill(Random random, long count, MatmulType type, out byte[] bytes)
    {
        var values = new double[count];
        bytes = new byte[Math.Max(count, 1) * 4];
        for (int i = 0; i < count; i++)
        {
            var value = (float)(random.NextDouble() * 2 - 1);
            if (type == MatmulType.F32) BitConverter.TryWriteBytes(bytes.AsSpan(i * 4), value);
            else if (type == MatmulType.F16) BitConverter.TryWriteBytes(bytes.AsSpan(i * 2), (Half)value);
            else BitConverter.TryWriteBytes(bytes.AsSpan(i * 2), TileStore.RoundToBf16(value));
            values[i] = type switch { MatmulType.F32 => value, MatmulType.F16 => (double)(Half)value, _ => BitConverter.UInt32BitsToSingle((uint)TileStore.RoundToBf16(value) << 16) };
        }
        return values;
    }

    private static void Digits(long flat, long[] sizes, long[] digits)
    {
        for (int d = sizes.Length - 1; d >= 0; d--) (flat, digits[d]) = Math.DivRem(flat, sizes[d]);
    }
}
