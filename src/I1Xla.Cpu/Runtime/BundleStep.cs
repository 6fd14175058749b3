using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// Steps that do not depend on each other, run as one loop of the pool: its threads share out pieces of all of them, and wait for each other once.
/// </summary>
internal sealed unsafe class BundleStep : Step
{
    // In instructions of single elements: about a microsecond, of which waking and waiting for another thread takes a third.
    private const double LeastWork = 100_000;

    // What a byte of a step costs that does not say what it costs: such steps look up where to move it.
    private const double WorkOfByte = 4;

    private readonly Step[] _steps;
    private Cutting? _cutting;

    private readonly record struct Piece(Step Step, int Index, int Count);

    private sealed record Cutting(int Threads, Piece[] Pieces);

    /// <param name="steps">The steps; none reads or writes what another writes.</param>
    public BundleStep(Step[] steps) => _steps = [.. steps.OrderByDescending(s => s.Work)];

    /// <summary>Whether steps have so much to do that several threads are worth waking.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="grainDivisor">See <see cref="WorkerPool.GrainDivisor"/>.</param>
    public static bool IsWorthwhile(Step[] steps, int grainDivisor) => steps.Sum(s => s.Work > 0 ? s.Work : WorkOfByte * s.Bytes) >= LeastWork / grainDivisor;

    public override double Work => _steps.Sum(s => s.Work);

    private readonly struct Body(Piece[] pieces, byte** slots, byte* arena, ExecutionContext context) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            for (long i = begin; i < end; i++)
            {
                pieces[i].Step.RunPiece(slots, arena, context, pieces[i].Index, pieces[i].Count);
            }
        }
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        Cutting? cutting = Volatile.Read(ref _cutting);
        if (cutting is null || cutting.Threads != context.Pool.ThreadCount)
        {
            cutting = new Cutting(context.Pool.ThreadCount, Cut(context.Pool.ThreadCount));
            Volatile.Write(ref _cutting, cutting);
        }
        context.Pool.ParallelForEach(cutting.Pieces.Length, new Body(cutting.Pieces, slots, arena, context));
    }

    // Threads take from both ends: the first halves of all steps stand in front and the second ones behind, the largest at the ends, so that what is left in
    // the middle is small, and a thread finds in its caches what it made of the step before.
    private Piece[] Cut(int threads)
    {
        var front = new List<Piece>();
        var back = new List<Piece>();
        foreach (Step step in _steps)
        {
            int count = step.Pieces(threads);
            for (int i = 0; i < count; i++)
            {
                (2 * i < count && (count > 1 || front.Count <= back.Count) ? front : back).Add(new Piece(step, i, count));
            }
        }
        back.Reverse();
        return [.. front, .. back];
    }
}
