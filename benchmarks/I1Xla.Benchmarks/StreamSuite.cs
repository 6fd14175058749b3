using System.Globalization;
using System.Runtime.InteropServices;
using I1Xla.Cpu;
using I1Xla.Host.Benchmarking;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Benchmarks;

/// <summary>
/// Programs that move memory more than they compute, against C loops on two threads that copy and add past the caches or read: bytes of arguments and results over time, in
/// turns, medians. The last column is the share of the bandwidth of the C copy, or, for reductions, of the C sum.
/// </summary>
internal static unsafe class StreamSuite
{
    private const int Rounds = 31;
    private const int Elements = 1 << 24;
    private const int Modes = 4;

    // Programs whose arguments are so many times their results are measured against reading.
    private const int LeastReduction = 16;

    private static readonly string[] s_programs =
    [
        "add_stream_64m", "swiglu", "swiglu_bf16", "swiglu_gradient", "norm_gate_residual_chain", "layernorm_modulate", "rmsnorm_silu", "softmax_4096", "softmax_columns_4096",
        "adam_ema_8m", "concatenate_tokens", "concatenate_features", "pad_spatial", "patchify", "upsample_nearest", "transpose_4096", "transpose_nchw_to_nhwc",
        "transpose_heads", "gather_rows", "reduce_rows", "reduce_columns", "reduce_middle", "reduce_all", "transpose_reduce",
    ];

    public static void Run(string[] args)
    {
        using var library = new CLibrary("streams.c", "-mavx");
        var stream = (delegate* unmanaged<int, float*, float*, float*, long, void>)library.Function("stream");
        nint[] memory = new nint[3];
        for (int i = 0; i < memory.Length; i++)
        {
            memory[i] = (nint)NativeMemory.AlignedAlloc(Elements * sizeof(float), 1 << 21);
            new Span<float>((void*)memory[i], Elements).Fill(i);
        }
        Console.WriteLine($"{"",-28} {"GB/s",6} {"C copy",7} {"past",7} {"add",7} {"read",7} {"share",6}");
        foreach (string name in s_programs.Where(n => args.Length == 0 || args.Contains(n)))
        {
            Compare(name, mode => stream(mode, (float*)memory[0], (float*)memory[1], (float*)memory[2], Elements));
        }
        Array.ForEach(memory, m => NativeMemory.AlignedFree((void*)m));
    }

    private static void Compare(string name, Action<int> stream)
    {
        LoadedProgram loaded = BenchmarkPrograms.All.First(p => p.Name == name).Make();
        using CpuExecutable executable = CpuCompiler.Compile(loaded.Module);
        CpuBuffer[] arguments = [.. loaded.Arguments(1).Select(a => new CpuBuffer(a))];
        double bytes = executable.ParameterTypes.Concat(executable.ResultTypes).Sum(t => t.StorageBytes);
        bool reduces = executable.ResultTypes.Sum(t => t.StorageBytes) * LeastReduction <= bytes;
        var times = new List<double>[] { [], [], [], [], [] };
        // A donated argument becomes the result, and the argument of the next round.
        CpuBuffer[]? results = null;
        for (int round = 0; round < Rounds + 3; round++)
        {
            Add(Modes, () => results = executable.Execute(arguments, into: results));
            for (int r = 0; r < results!.Length; r++)
            {
                int donor = executable.ResultAliases[r];
                if (donor >= 0 && executable.DonatedParameters[donor])
                {
                    arguments[donor] = results[r];
                }
            }
            for (int mode = 0; mode < Modes; mode++)
            {
                Add(mode, () => stream(mode));
            }

            void Add(int which, Action work)
            {
                double seconds = Timing.Seconds(work);
                if (round >= 3)
                {
                    times[which].Add(seconds);
                }
            }
        }
        double[] rates = [2.0 * Elements * 4 / Timing.Median(times[0]), 2.0 * Elements * 4 / Timing.Median(times[1]), 3.0 * Elements * 4 / Timing.Median(times[2]), 1.0 * Elements * 4 / Timing.Median(times[3]), bytes / Timing.Median(times[4])];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-28} {rates[4] / 1e9,6:F1} {rates[0] / 1e9,7:F1} {rates[1] / 1e9,7:F1} {rates[2] / 1e9,7:F1} {rates[3] / 1e9,7:F1} {100 * rates[4] / rates[reduces ? 3 : 1],4:F0} %"));
        foreach (CpuBuffer buffer in arguments.Concat(results!).Distinct())
        {
            buffer.Dispose();
        }
    }
}
