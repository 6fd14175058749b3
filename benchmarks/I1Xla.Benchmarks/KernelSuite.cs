using System.Diagnostics;
using System.Runtime.InteropServices;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Attention;
using I1Xla.Cpu.Kernels.Convolutions;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Threading;

namespace I1Xla.Benchmarks;

/// <summary>
/// The CPU plugin's kernels against the machine: the peak is what the micro-kernel reaches on operands in the first-level cache, the bandwidth what
/// copying 256 MB reaches. Each line gives the rate by the clock, and the share of the peak by processor time, which other work on the machine
/// disturbs less.
/// </summary>
internal static unsafe class KernelSuite
{
    private static readonly List<nint> s_memory = [];

    public static void Run(string[] args)
    {
        string only = args.Length > 0 ? args[0] : "";
        Console.WriteLine($"{WorkerPool.Shared.ThreadCount} threads, {CpuIsa.Current}");
        Rate f32 = Peak(MicroOperation.F32), bf16 = CpuIsa.Current >= IsaLevel.Avx512Bf16 ? Peak(MicroOperation.Bf16Pairs) : f32;
        Console.WriteLine($"peak f32 {f32.ByClock / 1e9:F1} GFLOP/s ({f32.ByProcessor / 1e9:F1} a core), bf16 {bf16.ByClock / 1e9:F1} ({bf16.ByProcessor / 1e9:F1} a core)");
        foreach (MatmulType type in new[] { MatmulType.F32, MatmulType.BF16 })
        {
            Rate peak = type == MatmulType.F32 ? f32 : bf16;
            foreach (int n in new[] { 256, 512, 1024, 2048, 4096 }) Matmul(only, peak, $"matmul {type} {n}^3", type, 1, n, n, n, false, false);
            Matmul(only, peak, $"matmul {type} 1000x777x1234", type, 1, 1000, 777, 1234, false, false);
            Matmul(only, peak, $"matmul {type} A B^T 1024^3", type, 1, 1024, 1024, 1024, false, true);
            Matmul(only, peak, $"matmul {type} A^T B 1024^3", type, 1, 1024, 1024, 1024, true, false);
            Matmul(only, peak, $"matmul {type} 64 of 64^3", type, 64, 64, 64, 64, false, false);
            foreach (int tokens in new[] { 256, 1280, 4352 }) Attention(only, peak, $"attention {type} 16 heads of 72, {tokens} tokens", type, 16, tokens, 72);
            foreach (int tokens in new[] { 28, 256, 1280, 4352 }) AttentionGradient(only, peak, $"gradient of attention {type} 16 heads of 72, {tokens} tokens", type, 16, tokens, 72);
            Convolution(only, peak, $"convolution {type} 3x3 256^2 128->128", type, 256, 128, 128, 3);
            Convolution(only, peak, $"convolution {type} 3x3 32^2 512->512", type, 32, 512, 512, 3);
        }
        Copy(only, "copy 256 MB", 4, [1L << 25], [1], [1]);
        Copy(only, "transpose f32 4096^2", 4, [4096, 4096], [1, 4096], [4096, 1]);
        Copy(only, "transpose bf16 4096^2", 2, [4096, 4096], [1, 4096], [4096, 1]);
        Copy(only, "transpose f32 3000x5000", 4, [5000, 3000], [1, 5000], [3000, 1]);
        Copy(only, "heads out f32 8x512x16x72", 4, [8, 16, 512, 72], [512 * 16 * 72, 72, 16 * 72, 1], [512 * 16 * 72, 512 * 72, 72, 1]);
    }

    private readonly record struct Rate(double ByClock, double ByProcessor);

    private static Rate Measure(double amount, Action work)
    {
        work();
        work();
        double clock = 0;
        int runs = 0;
        // One run may be shorter than the processor clock's tick; all of them together are not.
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var total = Stopwatch.StartNew();
        for (; runs < 5 || (total.ElapsedMilliseconds < 1000 && runs < 3000); runs++)
        {
            var watch = Stopwatch.StartNew();
            work();
            clock = Math.Max(clock, amount / watch.Elapsed.TotalSeconds);
        }
        return new Rate(clock, amount * runs / Math.Max((Environment.CpuUsage.TotalTime - before).TotalSeconds, 1e-9));
    }

    private static Rate Peak(MicroOperation operation)
    {
        const int Steps = 128, Repeats = 4000;
        MicroKernels kernels = MicroKernels.Get(operation, CpuIsa.Current);
        WorkerPool pool = WorkerPool.Shared;
        double flops = 2.0 * pool.ThreadCount * Repeats * Steps * kernels.MaxRows * kernels.MaxColumns * (operation == MicroOperation.Bf16Pairs ? 2 : 1);
        return Measure(flops, () => pool.ParallelFor(pool.ThreadCount, 1, (begin, end) =>
        {
            for (long thread = begin; thread < end; thread++)
            {
                byte* memory = (byte*)NativeMemory.AlignedAlloc(1 << 18, 4096);
                NativeMemory.Clear(memory, 1 << 18);
                MicroKernelArgs a = default;
                a.A = memory;
                a.B = memory + (1 << 15);
                a.C = memory + (1 << 17);
                a.Steps = Steps;
                a.BStride = a.CStride = kernels.MaxColumns * 4;
                a.Accumulate = 1;
                a.Mask = ulong.MaxValue;
                for (int i = 0; i < Repeats; i++) kernels.Run(&a, kernels.MaxRows, kernels.MaxVectors, false);
                NativeMemory.AlignedFree(memory);
            }
        }));
    }

    private static byte* Memory(long elements, int bytes, bool floats)
    {
        byte* data = (byte*)NativeMemory.AlignedAlloc((nuint)(elements * bytes + 64), 64);
        s_memory.Add((nint)data);
        var random = new Random(1);
        for (long i = 0; i < elements; i++)
        {
            if (floats && bytes == 4) ((float*)data)[i] = random.NextSingle() - 0.5f;
            else if (bytes == 2) ((ushort*)data)[i] = (ushort)(0x3c00 + random.Next(512));
            else new Span<byte>(data + i * bytes, bytes).Clear();
        }
        return data;
    }

    private static void Report(string name, double amount, Rate? peak, string unit, Action work)
    {
        Rate rate = Measure(amount, work);
        string share = peak is { } p ? $"{100 * rate.ByProcessor / p.ByProcessor,6:F1} % of peak by processor time" : "";
        Console.WriteLine($"{name,-44} {amount / rate.ByClock * 1e3,9:F3} ms {rate.ByClock / 1e9,8:F1} {unit} {share}");
        foreach (nint memory in s_memory) NativeMemory.AlignedFree((void*)memory);
        s_memory.Clear();
    }

    private static void Matmul(string only, Rate peak, string name, MatmulType type, int batch, int m, int n, int k, bool transposeA, bool transposeB)
    {
        if (!name.Contains(only, StringComparison.Ordinal)) return;
        int bytes = type == MatmulType.F32 ? 4 : 2;
        var problem = new MatmulProblem
        {
            M = m,
            N = n,
            K = k,
            InnerBatch = batch,
            A = new MatrixOperand(Memory((long)batch * m * k, bytes, true), type, transposeA ? 1 : k, transposeA ? m : 1) { InnerStride = (long)m * k },
            B = new MatrixOperand(Memory((long)batch * k * n, bytes, true), type, transposeB ? 1 : n, transposeB ? k : 1) { InnerStride = (long)k * n },
            C = new MatrixOperand(Memory((long)batch * m * n, bytes, true), type, n) { InnerStride = (long)m * n },
        };
        Report(name, 2.0 * batch * m * n * k, peak, "GFLOP/s", () => MatmulKernel.Run(problem));
    }

    private static void Attention(string only, Rate peak, string name, MatmulType type, int heads, int tokens, int dim)
    {
        if (!name.Contains(only, StringComparison.Ordinal)) return;
        AttentionProblem problem = AttentionOf(type, heads, tokens, dim);
        Report(name, 4.0 * heads * tokens * tokens * dim, peak, "GFLOP/s", () => AttentionKernel.Forward(problem));
    }

    private static MatrixOperand Heads(MatmulType type, int heads, int tokens, int dim) =>
        new(Memory((long)heads * tokens * dim, type == MatmulType.F32 ? 4 : 2, true), type, (long)heads * dim);

    private static AttentionProblem AttentionOf(MatmulType type, int heads, int tokens, int dim)
    {
        long[] offsets = [.. Enumerable.Range(0, heads).Select(h => (long)h * dim)];
        return new AttentionProblem
        {
            QueryTokens = tokens,
            KeyTokens = tokens,
            HeadDim = dim,
            ValueDim = dim,
            Q = Heads(type, heads, tokens, dim),
            K = Heads(type, heads, tokens, dim),
            V = Heads(type, heads, tokens, dim),
            O = Heads(type, heads, tokens, dim),
            Scale = 1 / MathF.Sqrt(dim),
            QOffsets = offsets,
            KOffsets = offsets,
            VOffsets = offsets,
            OOffsets = offsets,
        };
    }

    // Counted as the five products of the formula.
    private static void AttentionGradient(string only, Rate peak, string name, MatmulType type, int heads, int tokens, int dim)
    {
        if (!name.Contains(only, StringComparison.Ordinal)) return;
        AttentionProblem forward = AttentionOf(type, heads, tokens, dim);
        forward.Maximum = (float*)Memory((long)heads * tokens, 4, true);
        forward.Sum = (float*)Memory((long)heads * tokens, 4, true);
        AttentionKernel.Forward(forward);
        var problem = new AttentionGradientProblem
        {
            Forward = forward,
            GradientO = Heads(type, heads, tokens, dim),
            GradientQ = Heads(type, heads, tokens, dim),
            GradientK = Heads(type, heads, tokens, dim),
            GradientV = Heads(type, heads, tokens, dim),
            GradientOOffsets = forward.QOffsets,
            GradientQOffsets = forward.QOffsets,
            GradientKOffsets = forward.QOffsets,
            GradientVOffsets = forward.QOffsets,
            ScaleQ = 1,
            ScaleK = 1,
            ScaleV = 1,
        };
        Report(name, 10.0 * heads * tokens * tokens * dim, peak, "GFLOP/s", () => AttentionGradientKernel.Run(problem));
    }

    private static void Convolution(string only, Rate peak, string name, MatmulType type, long size, long input, long output, long window)
    {
        if (!name.Contains(only, StringComparison.Ordinal)) return;
        int bytes = type == MatmulType.F32 ? 4 : 2;
        var shape = new ConvolutionShape
        {
            Batch = 1,
            InputFeatures = input,
            OutputFeatures = output,
            InputSpatial = [size, size],
            KernelSpatial = [window, window],
            OutputSpatial = [size, size],
            Strides = [1, 1],
            PadLow = [window / 2, window / 2],
            BaseDilation = [1, 1],
            WindowDilation = [1, 1],
            Reversal = [false, false],
        };
        byte* x = Memory(size * size * input, bytes, true), w = Memory(window * window * input * output, bytes, true), y = Memory(size * size * output, bytes, true);
        var inputLayout = new ConvolutionLayout(type, size * size * input, 1, [size * input, input]);
        var kernelLayout = new ConvolutionLayout(type, output, 1, [window * input * output, input * output]);
        var outputLayout = new ConvolutionLayout(type, size * size * output, 1, [size * output, output]);
        Report(name, 2 * shape.MultiplyAdds, peak, "GFLOP/s", () => ConvolutionKernel.Run(shape, x, inputLayout, w, kernelLayout, y, outputLayout));
    }

    private static void Copy(string only, string name, int bytes, long[] sizes, long[] from, long[] to)
    {
        if (!name.Contains(only, StringComparison.Ordinal)) return;
        long count = sizes.Aggregate(1L, (x, y) => x * y);
        byte* source = Memory(count, bytes, false), target = Memory(count, bytes, false);
        Report(name, 2.0 * count * bytes, null, "GB/s", () => StridedCopy.Run(source, target, bytes, sizes, from, to));
    }
}
