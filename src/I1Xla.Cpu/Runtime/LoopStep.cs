using I1Xla.Cpu.Loops;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Runtime;

/// <summary>Runs a fused loop, its units split among the threads.</summary>
/// <param name="code">The loop, ready to run.</param>
/// <param name="slots">Slot of each of its buffers.</param>
internal sealed unsafe class LoopStep(LoopCode code, int[] slots) : Step
{
    private readonly struct Body(LoopCode code, byte** buffers) : IParallelBody
    {
        public void Run(long begin, long end) => code.Run(buffers, begin, end);
    }

    public override void Run(byte** table, byte* arena, ExecutionContext context)
    {
        byte** buffers = stackalloc byte*[slots.Length];
        for (int i = 0; i < slots.Length; i++)
        {
            buffers[i] = table[slots[i]];
        }
        if (code.Units <= code.Grain)
        {
            code.Run(buffers, 0, code.Units);
        }
        else
        {
            context.Pool.ParallelFor(code.Units, code.Grain, new Body(code, buffers));
        }
    }
}
