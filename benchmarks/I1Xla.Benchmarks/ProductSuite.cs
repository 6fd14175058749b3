using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Threading;

namespace I1Xla.Benchmarks;

/// <summary>
/// Square products against the multiply-adds that a C loop does in registers on as many cores, in turns of about the same length (the loop at least 20 ms), on one core and on all: the
/// median of a round's product over the loop after it, and the median rate. Arguments name the types (f32, bf16) and sizes wanted, all when there are none, and
/// a BLAS library with Fortran's names, whose f32 products then take turns too.
/// </summary>
internal static unsafe class ProductSuite
{
    private static readonly int[] s_sizes = [512, 768, 1024, 1536, 2048, 3072, 4096];

    private const double SecondsEach = 3;
    private const int FewestRounds = 7;

    // Seconds, in which the system has given each of the loop's threads a core of its own.
    private const double ShortestLoop = 0.02;

    // Until threads that wait for more work sleep: ours, and OpenBLAS's.
    private const int OursSleep = 2, TheirsSleep = 300;

    private static readonly TimeSpan s_waking = TimeSpan.FromMilliseconds(10);

    private static delegate* unmanaged<byte*, byte*, int*, int*, int*, float*, void*, int*, void*, int*, float*, void*, int*, void> s_sgemm;

    public static void Run(string[] args)
    {
        string[] sizes = [.. args.Where(a => a.All(char.IsDigit))], types = [.. args.Where(a => a is "f32" or "bf16")];
        string[] others = [.. args.Except(sizes).Except(types)];
        if (others.Length > 1) throw new UsageException($"of {string.Join(", ", others)}, one can be a library; sizes are numbers, and types f32 or bf16");
        nint blas = others.Length == 1 ? LoadBlas(others[0]) : 0;
        using var library = new CLibrary("multiply_add.c");
        var loop = (delegate* unmanaged<int, int, long, double>)library.Function("multiply_add");
        Console.WriteLine(CpuIsa.Current);
        foreach (MatmulType type in new[] { MatmulType.F32, MatmulType.BF16 }.Where(t => types.Length == 0 || types.Contains(t.ToString().ToLowerInvariant())))
        {
            int kind = CpuIsa.Current < IsaLevel.Avx512 ? 0 : type == MatmulType.BF16 && CpuIsa.Current >= IsaLevel.Avx512Bf16 ? 2 : 1;
            foreach (int threads in new[] { 1, WorkerPool.Shared.ThreadCount }.Distinct())
            {
                using WorkerPool pool = new(threads);
                if (blas != 0 && NativeLibrary.TryGetExport(blas, "openblas_set_num_threads", out nint set)) ((delegate* unmanaged<int, void>)set)(threads);
                foreach (int n in sizes.Length > 0 ? sizes.Select(s => int.Parse(s, CultureInfo.InvariantCulture)) : s_sizes)
                {
                    Compare(type, n, pool, steps => loop(kind, threads, steps));
                }
            }
        }
    }

    private static void Compare(MatmulType type, int n, WorkerPool pool, Func<long, double> loop)
    {
        int bytes = type == MatmulType.F32 ? 4 : 2;
        byte*[] memory = new byte*[3];
        for (int i = 0; i < memory.Length; i++)
        {
            memory[i] = (byte*)NativeMemory.AlignedAlloc((nuint)(((long)n * n * bytes) + 64), 1 << 21);
            // Numbers of which sums stay finite.
            if (type == MatmulType.F32) new Span<float>(memory[i], n * n).Fill(0.25f);
            else new Span<ushort>(memory[i], n * n).Fill(0x3e80);
        }
        var problem = new MatmulProblem
        {
            M = n,
            N = n,
            K = n,
            A = new MatrixOperand(memory[0], type, n),
            B = new MatrixOperand(memory[1], type, n),
            C = new MatrixOperand(memory[2], type, n),
        };
        bool compares = s_sgemm is not null && type == MatmulType.F32;
        double flops = 2.0 * n * n * n;
        long steps = 1 << 20;
        for (int i = 0; i < 4; i++)
        {
            double product = Timing.Seconds(() => MatmulKernel.Run(problem, pool));
            steps = Math.Max(1 << 16, (long)(steps * Math.Max(product, ShortestLoop) / Timing.Seconds(() => loop(steps))));
        }
        var rates = new List<double>();
        var shares = new List<double>();
        var theirs = new List<double>();
        var watch = Stopwatch.StartNew();
        while (shares.Count < FewestRounds || watch.Elapsed.TotalSeconds < SecondsEach)
        {
            double rate = flops / Awake(() => MatmulKernel.Run(problem, pool));
            Thread.Sleep(OursSleep);
            double done = 0, seconds = Awake(() => done = loop(steps));
            rates.Add(rate);
            shares.Add(rate / (done / seconds));
            if (compares)
            {
                theirs.Add(rate / (flops / Awake(() => Blas(n, memory))));
                Thread.Sleep(TheirsSleep);
            }
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{type} {n,5}  {pool.ThreadCount} threads  {Timing.Median(rates) / 1e9,7:F1} GFLOP/s  {100 * Timing.Median(shares),5:F1} % of the loop{(compares ? $"  {Timing.Median(theirs),5:F2} times the library" : "")}"));
        foreach (byte* block in memory)
        {
            NativeMemory.AlignedFree(block);
        }
    }

    private static nint LoadBlas(string path)
    {
        if (!NativeLibrary.TryLoad(path, out nint library)) throw new UsageException($"'{path}' is neither a size, nor f32 or bf16, nor a library that loads");
        if (!NativeLibrary.TryGetExport(library, "sgemm_", out nint sgemm)) throw new UsageException($"the library {path} has no sgemm_, so it is no BLAS with Fortran's names");
        s_sgemm = (delegate* unmanaged<byte*, byte*, int*, int*, int*, float*, void*, int*, void*, int*, float*, void*, int*, void>)sgemm;
        return library;
    }

    private static void Blas(int n, byte*[] memory)
    {
        byte asItLies = (byte)'N';
        float one = 1, zero = 0;
        s_sgemm(&asItLies, &asItLies, &n, &n, &n, &one, memory[0], &n, memory[1], &n, &zero, memory[2], &n);
    }

    // The runs before the one that counts wake the threads, and processors that slept.
    private static double Awake(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            work();
        }
        while (Stopwatch.GetElapsedTime(start) < s_waking);
        return Timing.Seconds(work);
    }
}
