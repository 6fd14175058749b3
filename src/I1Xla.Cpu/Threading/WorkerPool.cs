using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace I1Xla.Cpu.Threading;

/// <summary>
/// A fixed set of threads that runs parallel loops. The calling thread takes part, so a pool of <c>n</c> threads owns <c>n - 1</c>.
/// A loop is cut into chunks whose bounds depend only on the count, the grain and the number of threads, so a kernel that keeps
/// one partial result per chunk gives the same bits every time; which thread runs a chunk is decided as threads become free.
/// A loop started from inside a loop body runs inline. Several threads may start loops at once: the workers serve all of them.
/// </summary>
public sealed class WorkerPool : IDisposable
{
    /// <summary>The environment variable that sets the number of threads of <see cref="Shared"/>.</summary>
    public const string ThreadsVariable = "I1XLA_CPU_THREADS";

    private const int ChunksPerThread = 4;
    private static readonly Lazy<WorkerPool> LazyShared = new(() => new WorkerPool(SharedThreadCount()));
    private static readonly long SpinTicks = Stopwatch.Frequency / 1_000_000 * 100;

    [ThreadStatic]
    private static int s_depth;

    private readonly ParallelJob[] _jobs;
    private readonly Worker[] _workers;
    private int _epoch;
    private volatile bool _stopping;

    /// <summary>Creates a pool.</summary>
    /// <param name="threadCount">Threads that may run one loop together, the caller included; at least 1.</param>
    /// <param name="grainDivisor">How many times smaller the pieces may be than is worth handing to a thread. Tests raise it, so that threads share small loops.</param>
    public WorkerPool(int threadCount, int grainDivisor = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threadCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(grainDivisor, 1);
        ThreadCount = threadCount;
        GrainDivisor = grainDivisor;
        _jobs = new ParallelJob[Math.Max(8, 2 * threadCount)];
        for (int i = 0; i < _jobs.Length; i++) _jobs[i] = new ParallelJob();
        _workers = new Worker[threadCount - 1];
        for (int i = 0; i < _workers.Length; i++) _workers[i] = new Worker(this, i);
    }

    /// <summary>The process-wide pool: one thread per core, or as many as <see cref="ThreadsVariable"/> says.</summary>
    public static WorkerPool Shared => LazyShared.Value;

    /// <summary>Threads that run one loop together, the caller included.</summary>
    public int ThreadCount { get; }

    /// <summary>By how much grains are divided; 1 but in tests.</summary>
    public int GrainDivisor { get; }

    /// <summary>Whether the current thread is inside a loop body; a loop started here runs inline.</summary>
    public static bool InsideLoop => s_depth > 0;

    /// <summary>
    /// Runs <paramref name="body"/> over <c>[0, count)</c> and returns when every iteration is done. The first exception that a body throws is
    /// rethrown here once all running chunks have ended; chunks not yet started are dropped.
    /// </summary>
    /// <param name="count">Number of iterations; nothing happens for 0.</param>
    /// <param name="grain">The fewest iterations worth handing to a thread; every chunk but the last has at least this many.</param>
    /// <param name="body">The iterations.</param>
    public void ParallelFor<TBody>(long count, long grain, TBody body)
        where TBody : struct, IParallelBody
    {
        if (count > 0) RunChunks(count, ChunkSize(count, grain), body);
    }

    /// <summary>As <see cref="ParallelFor{TBody}"/>, with chunks of one iteration: for few iterations that are not alike. At most 32,767.</summary>
    internal void ParallelForEach<TBody>(int count, TBody body)
        where TBody : struct, IParallelBody
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, ParallelJob.MostChunks);
        if (count > 0) RunChunks(count, 1, body);
    }

    private unsafe void RunChunks<TBody>(long count, long chunk, TBody body)
        where TBody : struct, IParallelBody
    {
        int chunks = (int)((count + chunk - 1) / chunk);
        ParallelJob? job = chunks > 1 && s_depth == 0 && _workers.Length > 0 ? Acquire() : null;
        if (job is null)
        {
            for (long begin = 0; begin < count; begin += chunk) body.Run(begin, Math.Min(count, begin + chunk));
            return;
        }
        // The body stays in this frame, which outlives every chunk; the collector sees the references in it here.
        job.Publish(&Invoke<TBody>, Unsafe.AsPointer(ref body), count, chunk, chunks);
        Interlocked.Increment(ref _epoch);
        Wake(chunks - 1);
        job.RunChunks(fromBack: false);
        job.WaitDone();
        Exception? failure = job.TakeFailure();
        job.Release();
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>As the generic overload, with a delegate that takes the begin and the end of a range.</summary>
    public void ParallelFor(long count, long grain, Action<long, long> body) => ParallelFor(count, grain, new DelegateBody(body));

    /// <summary>The size of every chunk but the last for a loop of <paramref name="count"/> iterations on this pool.</summary>
    public long ChunkSize(long count, long grain)
    {
        long target = (long)ThreadCount * ChunksPerThread;
        return Math.Max(Math.Max(grain / GrainDivisor, 1), (count + target - 1) / target);
    }

    /// <summary>Ends the worker threads. Loops started afterwards run on the caller alone.</summary>
    public void Dispose()
    {
        _stopping = true;
        Interlocked.Increment(ref _epoch);
        Wake(_workers.Length);
        foreach (Worker worker in _workers) worker.Join();
    }

    /// <summary>Wakes the workers for a loop that another thread is about to start: their way out of sleep and that thread's then pass at once.</summary>
    internal void Rouse() => Wake(_workers.Length);

    private static unsafe void Invoke<TBody>(void* body, long begin, long end)
        where TBody : struct, IParallelBody => Unsafe.AsRef<TBody>(body).Run(begin, end);

    private static int SharedThreadCount()
    {
        string? text = Environment.GetEnvironmentVariable(ThreadsVariable);
        if (string.IsNullOrEmpty(text)) return Environment.ProcessorCount;
        return int.TryParse(text, out int threads) && threads is >= 1 and <= 4096
            ? threads
            : throw new CpuSettingException(ThreadsVariable, text, "a number of threads from 1 to 4096");
    }

    private ParallelJob? Acquire()
    {
        if (_stopping) return null;
        foreach (ParallelJob job in _jobs)
        {
            if (job.TryAcquire()) return job;
        }
        return null;
    }

    private void Wake(int wanted)
    {
        foreach (Worker worker in _workers)
        {
            if (wanted-- <= 0) return;
            worker.Wake();
        }
    }

    private bool RunAny(bool fromBack)
    {
        bool ran = false;
        foreach (ParallelJob job in _jobs) ran |= job.RunChunks(fromBack);
        return ran;
    }

    private readonly struct DelegateBody(Action<long, long> body) : IParallelBody
    {
        public void Run(long begin, long end) => body(begin, end);
    }

    internal static void EnterBody() => s_depth++;

    internal static void LeaveBody() => s_depth--;

    private sealed class Worker
    {
        private readonly WorkerPool _pool;
        private readonly AutoResetEvent _signal = new(false);
        private readonly Thread _thread;
        private readonly bool _fromBack;
        private int _parked;

        public Worker(WorkerPool pool, int index)
        {
            _pool = pool;
            _fromBack = index % 2 == 0;
            _thread = new Thread(Loop, 1 << 20) { IsBackground = true, Name = $"i1xla-cpu-{index + 1}" };
            _thread.Start();
        }

        public void Wake()
        {
            if (Volatile.Read(ref _parked) == 1 && Interlocked.CompareExchange(ref _parked, 0, 1) == 1) _signal.Set();
        }

        public void Join()
        {
            _thread.Join();
            _signal.Dispose();
        }

        private void Loop()
        {
            while (true)
            {
                int epoch = Volatile.Read(ref _pool._epoch);
                if (_pool._stopping) return;
                if (_pool.RunAny(_fromBack)) continue;
                if (SpinUntilChanged(epoch)) continue;
                Interlocked.Exchange(ref _parked, 1);
                // A loop published between the last look and the flag either shows in the epoch here or finds the flag set and signals.
                if (Volatile.Read(ref _pool._epoch) != epoch && Interlocked.CompareExchange(ref _parked, 0, 1) == 1) continue;
                _signal.WaitOne();
            }
        }

        private bool SpinUntilChanged(int epoch)
        {
            long until = Stopwatch.GetTimestamp() + SpinTicks;
            do
            {
                Thread.SpinWait(8);
                if (Volatile.Read(ref _pool._epoch) != epoch) return true;
            }
            while (Stopwatch.GetTimestamp() < until);
            return false;
        }
    }
}
