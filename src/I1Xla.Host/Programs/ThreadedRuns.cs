using I1Xla.Cpu;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Conformance.RandomPrograms;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Programs;

/// <summary>
/// Runs programs through the CPU compiler on 2, 3 and 5 threads. For <see cref="RandomShapes.Odd"/>, grains and the size from which results are stored past the
/// caches are so small that threads share small tensors and store them so: what goes wrong with large ones is found with those that the interpreter computes in milliseconds.
/// </summary>
internal sealed class ThreadedRuns : IDisposable
{
    private const int GrainDivisor = 256;
    private const long StreamBytes = 4096;

    private readonly WorkerPool[] _pools;

    /// <summary>Starts the threads.</summary>
    public ThreadedRuns(RandomShapes shapes)
    {
        bool lowered = shapes == RandomShapes.Odd;
        _pools = [.. new[] { 2, 3, 5 }.Select(threads => new WorkerPool(threads, lowered ? GrainDivisor : 1))];
        var options = new CpuCompileOptions();
        All = [.. _pools.Select(pool => ($"{pool.ThreadCount} threads", Runner(options with { Pool = pool, StreamBytes = lowered ? StreamBytes : options.StreamBytes })))];
    }

    /// <summary>For each number of threads its name, and what runs a module.</summary>
    public IReadOnlyList<(string Name, Func<ModuleOp, IReadOnlyList<Literal>, IReadOnlyList<Literal>> Run)> All { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (WorkerPool pool in _pools)
        {
            pool.Dispose();
        }
    }

    private static Func<ModuleOp, IReadOnlyList<Literal>, IReadOnlyList<Literal>> Runner(CpuCompileOptions options) => (module, arguments) =>
    {
        using CpuExecutable executable = CpuCompiler.Compile(module, options);
        return CpuInspection.Run(executable, arguments);
    };
}
