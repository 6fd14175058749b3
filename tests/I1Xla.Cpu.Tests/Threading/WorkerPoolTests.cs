using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Tests.Threading;

public sealed class WorkerPoolTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(5)]
    public void EveryIterationRunsOnce(int threads)
    {
        using var pool = new WorkerPool(threads);
        foreach (long count in new long[] { 0, 1, 2, 7, 64, 1000, 4097 })
        {
            foreach (long grain in new long[] { 0, 1, 3, 100, 10000 })
            {
                var seen = new int[count];
                pool.ParallelFor(count, grain, (begin, end) =>
                {
                    for (long i = begin; i < end; i++) Interlocked.Increment(ref seen[i]);
                });
                Assert.That(seen, Is.All.EqualTo(1), $"count {count} grain {grain}");
            }
        }
    }

    [Test]
    public void ChunkBoundsAreFixedByCountGrainAndThreads()
    {
        using var pool = new WorkerPool(3);
        var bounds = new HashSet<string>();
        for (int repeat = 0; repeat < 50; repeat++)
        {
            var ranges = new System.Collections.Concurrent.ConcurrentBag<(long Begin, long End)>();
            pool.ParallelFor(1001, 10, (begin, end) => ranges.Add((begin, end)));
            bounds.Add(string.Join(' ', ranges.Order()));
        }
        Assert.That(bounds, Has.Count.EqualTo(1));
    }

    [Test]
    public void ManyShortLoopsFromManyThreads()
    {
        using var pool = new WorkerPool(3);
        long total = 0;
        var callers = new Thread[4];
        for (int c = 0; c < callers.Length; c++)
        {
            callers[c] = new Thread(() =>
            {
                for (int i = 0; i < 5000; i++)
                {
                    long local = 0;
                    pool.ParallelFor(17, 1, (begin, end) => Interlocked.Add(ref local, end - begin));
                    if (local == 17) Interlocked.Increment(ref total);
                }
            });
            callers[c].Start();
        }
        foreach (Thread caller in callers) caller.Join();
        Assert.That(total, Is.EqualTo(20000));
    }

    [Test]
    public void ParkedWorkersWake()
    {
        using var pool = new WorkerPool(2);
        for (int i = 0; i < 20; i++)
        {
            Thread.Sleep(3);
            int threads = 0;
            using var both = new CountdownEvent(2);
            // Each chunk waits for the other, so the loop ends only if a second thread takes part.
            pool.ParallelFor(2, 1, (_, _) =>
            {
                both.Signal();
                if (both.Wait(TimeSpan.FromSeconds(20))) Interlocked.Increment(ref threads);
            });
            Assert.That(threads, Is.EqualTo(2));
        }
    }

    [Test]
    public void NestedLoopsRunInline()
    {
        using var pool = new WorkerPool(4);
        int wrong = 0;
        pool.ParallelFor(8, 1, (_, _) =>
        {
            int outer = Environment.CurrentManagedThreadId;
            pool.ParallelFor(100, 1, (_, _) =>
            {
                if (Environment.CurrentManagedThreadId != outer) Interlocked.Increment(ref wrong);
            });
        });
        Assert.That(wrong, Is.Zero);
        Assert.That(WorkerPool.InsideLoop, Is.False);
    }

    [Test]
    public void ExceptionsReachTheCallerAndThePoolGoesOn()
    {
        using var pool = new WorkerPool(3);
        for (int i = 0; i < 20; i++)
        {
            var e = Assert.Throws<InvalidDataException>(() => pool.ParallelFor(100, 1, (begin, _) =>
            {
                if (begin >= 50) throw new InvalidDataException("bad chunk");
            }));
            Assert.That(e!.Message, Is.EqualTo("bad chunk"));
            long sum = 0;
            pool.ParallelFor(100, 1, (begin, end) => Interlocked.Add(ref sum, end - begin));
            Assert.That(sum, Is.EqualTo(100));
        }
    }

    [Test]
    public void ALoopAllocatesNothing()
    {
        using var pool = new WorkerPool(2);
        var cells = new long[64];
        var body = new AddOne(cells);
        pool.ParallelFor(64, 1, body);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) pool.ParallelFor(64, 1, body);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(cells, Is.All.EqualTo(101));
    }

    private readonly struct AddOne(long[] cells) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            for (long i = begin; i < end; i++) cells[i]++;
        }
    }
}
