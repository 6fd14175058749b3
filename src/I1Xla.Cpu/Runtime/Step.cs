using System.Runtime.InteropServices;
using I1Xla.Cpu.Codegen;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Runtime;

/// <summary>What steps run with.</summary>
internal sealed unsafe class ExecutionContext(WorkerPool pool, bool checkNaN = false, IHostTransfers? hostTransfers = null, int device = 0)
{
    /// <summary>The host on the other side of channels; null when there is none.</summary>
    public IHostTransfers? HostTransfers { get; } = hostTransfers;

    /// <summary>The first device of this run, as the host counts them.</summary>
    public int Device { get; } = device;

    /// <summary>Whether every result is looked through for NaN.</summary>
    public bool CheckNaN { get; } = checkNaN;

    /// <summary>The threads.</summary>
    public WorkerPool Pool { get; } = pool;
}

/// <summary>One step of a program: reads and writes memory through the program's table of slots.</summary>
internal abstract unsafe class Step
{
    /// <summary>What it is, for statistics and dumps.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes it reads and writes, for statistics.</summary>
    public long Bytes { get; init; }

    /// <summary>Floating-point operations, for statistics (matmuls and convolutions).</summary>
    public double Flops { get; init; }

    /// <summary>Ticks spent, when statistics are on.</summary>
    public long Ticks { get; set; }

    /// <summary>Ticks of the fastest run.</summary>
    public long LeastTicks { get; set; } = long.MaxValue;

    /// <summary>Times run, when statistics are on.</summary>
    public long Runs { get; set; }

    /// <summary>What it writes, for checks.</summary>
    public (int Slot, HloNode Node)[] Writes { get; init; } = [];

    /// <summary>A rough count of element operations, for splitting work; 0 where it is not known.</summary>
    public virtual double Work => 0;

    /// <summary>Text for dumps.</summary>
    public override string ToString() => Name;

    /// <summary>How many pointers <see cref="Bind"/> writes.</summary>
    public virtual int DirectPointers => 0;

    /// <summary>The step as a call of machine code on the memory that the table now has, for the calling thread alone; nothing where it is more than one.</summary>
    /// <param name="slots">The table.</param>
    /// <param name="pointers">Where the call's buffers go; must stay as long as the call is used.</param>
    public virtual DirectCall Bind(byte** slots, byte** pointers) => default;

    /// <summary>Emits the step for the calling thread alone, as a part of a round of a loop; false where it has no such form.</summary>
    /// <param name="round">Where it goes; of no use any more where the answer is false.</param>
    /// <param name="program">The step's program.</param>
    public virtual bool TryEmit(RoundEmitter round, CpuProgram program) => false;

    /// <summary>Runs.</summary>
    public abstract void Run(byte** slots, byte* arena, ExecutionContext context);

    /// <summary>Into how many pieces <see cref="RunPiece"/> cuts the step for so many threads: a number that depends on nothing else.</summary>
    public virtual int Pieces(int threads) => 1;

    /// <summary>Runs one of <paramref name="pieces"/> pieces on the calling thread, inside a loop of the pool.</summary>
    public virtual void RunPiece(byte** slots, byte* arena, ExecutionContext context, int piece, int pieces) => Run(slots, arena, context);
}

/// <summary>Copies one buffer to another.</summary>
internal sealed unsafe class CopyStep(int from, int to, long bytes) : Step
{
    private const long Grain = 1 << 18;

    private readonly struct Body(byte* from, byte* to, bool stream) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            StreamedCopy.Run(from + begin, to + begin, end - begin, stream);
            StreamedCopy.Finish();
        }
    }

    /// <summary>Copies on all threads, unless source and target are the same.</summary>
    public static void Copy(WorkerPool pool, byte* from, byte* to, long bytes)
    {
        if (from == to)
        {
            return;
        }
        if (bytes <= Grain / pool.GrainDivisor)
        {
            NativeMemory.Copy(from, to, (nuint)bytes);
        }
        else
        {
            pool.ParallelFor(bytes, Grain, new Body(from, to, bytes >= StreamedCopy.LeastBytes));
        }
    }

    public override bool TryEmit(RoundEmitter round, CpuProgram program) => round.CopyAll(from, to, bytes);

    public override void Run(byte** slots, byte* arena, ExecutionContext context) => Copy(context.Pool, slots[from], slots[to], bytes);
}
