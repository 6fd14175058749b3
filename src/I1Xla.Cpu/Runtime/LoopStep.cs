using I1Xla.Cpu.Codegen;
using I1Xla.Cpu.Loops;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Runtime;

/// <summary>Runs a fused loop, its units split among the threads.</summary>
/// <param name="code">The loop, ready to run.</param>
/// <param name="slots">Slot of each of its buffers.</param>
internal sealed unsafe class LoopStep(LoopCode code, int[] slots) : Step
{
    // Whole grains: what goes past the caches must start at a cache line.
    private readonly struct Body(LoopCode code, byte** buffers) : IParallelBody
    {
        public void Run(long begin, long end) => code.Run(buffers, begin * code.Grain, Math.Min(end * code.Grain, code.Units));
    }

    // In instructions of single elements: less than a microsecond.
    private const double MostBriefWork = 50_000;

    public override string ToString() => $"{Name}: {code}";

    public override double Work => code.Kernel.Work;

    public override int Pieces(int threads) => (int)((code.Units + Chunk(threads) - 1) / Chunk(threads));

    public override void RunPiece(byte** table, byte* arena, ExecutionContext context, int piece, int pieces)
    {
        byte** buffers = stackalloc byte*[slots.Length];
        Place(table, buffers);
        long chunk = Chunk(context.Pool.ThreadCount);
        code.Run(buffers, piece * chunk, Math.Min(code.Units, (piece + 1) * chunk));
    }

    /// <summary>Whether its buffers lie elsewhere in the next round of a loop.</summary>
    public bool Moves { get; init; }

    // Longer ones are shared among threads.
    public override int DirectPointers => code.Units <= code.Grain && code.CanBind && !Moves ? slots.Length : 0;

    public override DirectCall Bind(byte** table, byte** pointers)
    {
        if (DirectPointers == 0)
        {
            return default;
        }
        Place(table, pointers);
        return new DirectCall(code.Address(pointers), (nint)pointers, code.Units, code.Kernel is { Repeats: null, Work: <= MostBriefWork });
    }

    public override bool TryEmit(RoundEmitter round, CpuProgram program)
    {
        if (code.Units > code.Grain || code.Function == 0)
        {
            return false;
        }
        round.Call(code.Function, slots, code.Units, code.Kernel.ScratchBytes);
        return true;
    }

    private long Grains => (code.Units + code.Grain - 1) / code.Grain;

    // Two pieces for each thread, unless that makes them too small.
    private long Chunk(int threads) => Math.Max(1, (Grains + (2L * threads) - 1) / (2L * threads)) * code.Grain;

    public override void Run(byte** table, byte* arena, ExecutionContext context)
    {
        byte** buffers = stackalloc byte*[slots.Length];
        Place(table, buffers);
        if (code.Units <= code.Grain)
        {
            code.Run(buffers, 0, code.Units);
        }
        else
        {
            context.Pool.ParallelFor(Grains, 1, new Body(code, buffers));
        }
    }

    private void Place(byte** table, byte** buffers)
    {
        for (int i = 0; i < slots.Length; i++)
        {
            buffers[i] = table[slots[i]];
        }
    }
}
