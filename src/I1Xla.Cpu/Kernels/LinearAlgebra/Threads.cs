using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>The threads and the instructions that linear algebra runs with.</summary>
/// <param name="Pool">The threads.</param>
/// <param name="Isa">The instructions of matrix products.</param>
internal sealed record Threads(WorkerPool Pool, IsaLevel Isa)
{
    // Multiply-adds that are worth a thread of their own.
    private const double Worthwhile = 2e5;

    /// <summary>
    /// Runs the body over all of [0, count) in pieces that begin at multiples of <paramref name="unit"/>, as many as there are threads where each has enough
    /// to do; <paramref name="work"/> is the multiply-adds of all of it. Inside another loop of the pool it runs at once.
    /// </summary>
    public void Split(int count, int unit, double work, Action<int, int> body)
    {
        int pieces = WorkerPool.InsideLoop ? 1 : (int)Math.Min(Math.Min(Pool.ThreadCount, (count + unit - 1) / unit), work / Worthwhile);
        if (pieces <= 1)
        {
            if (count > 0) body(0, count);
            return;
        }
        int units = (count + unit - 1) / unit;
        Pool.ParallelFor(pieces, 1, (first, end) =>
        {
            for (long p = first; p < end; p++) body((int)(units * p / pieces) * unit, (int)Math.Min(units * (p + 1) / pieces * unit, count));
        });
    }

    /// <summary>Runs the body for each matrix of a batch: several at a time, or one after the other with all threads in each where they are few and large.</summary>
    /// <param name="count">How many.</param>
    /// <param name="work">The multiply-adds of one.</param>
    /// <param name="body">Called with the number of each.</param>
    public void Batch(long count, double work, Action<int> body)
    {
        if (count < 2 * Pool.ThreadCount && (count == 1 || work > 100 * Worthwhile))
        {
            for (int i = 0; i < count; i++) body(i);
            return;
        }
        Pool.ParallelFor(count, Math.Max(1, (long)(Worthwhile / Math.Max(work, 1))), (begin, end) =>
        {
            for (long i = begin; i < end; i++) body((int)i);
        });
    }

    /// <summary>How often a problem of this order is halved before its halves run on threads of their own; leaves are solved whole. 0 inside another loop of the pool.</summary>
    public int Halvings(int order, int leaf)
    {
        int depth = 0;
        while (1 << depth < Pool.ThreadCount && order >> depth > 8 * leaf) depth++;
        return WorkerPool.InsideLoop ? 0 : depth;
    }

    /// <summary>Solves both halves of a problem, at once when <paramref name="depth"/> is 1, and adds up what they return.</summary>
    /// <param name="depth">From <see cref="Halvings"/>.</param>
    /// <param name="solve">Takes the half, 0 or 1, and its depth.</param>
    public int Halves(int depth, Func<int, int, int> solve)
    {
        if (depth != 1)
        {
            int below = Math.Max(0, depth - 1);
            return solve(0, below) + solve(1, below);
        }
        int[] results = new int[2];
        Pool.ParallelFor(2, 1, (begin, end) =>
        {
            for (long half = begin; half < end; half++) results[half] = solve((int)half, 0);
        });
        return results[0] + results[1];
    }
}
