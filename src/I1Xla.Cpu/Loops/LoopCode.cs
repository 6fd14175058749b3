using I1Xla.Cpu.Kernels;

namespace I1Xla.Cpu.Loops;

/// <summary>A loop kernel that can run.</summary>
internal abstract unsafe class LoopCode
{
    [ThreadStatic]
    private static ScratchBuffer? s_rows;

    protected LoopCode(LoopKernel kernel, double instructionsPerGrain)
    {
        Kernel = kernel;
        Units = kernel.Units;
        double perUnit = Math.Max(1, kernel.Work / Math.Max(1, Units));
        Grain = Math.Max(1, (long)(instructionsPerGrain / perUnit));
        if (kernel.SplitsStage)
        {
            // Whole cache lines to each thread.
            Grain = (Grain + 1023) / 1024 * 1024;
        }
    }

    /// <summary>The loop.</summary>
    public LoopKernel Kernel { get; }

    /// <summary>See <see cref="LoopKernel.Units"/>.</summary>
    public long Units { get; }

    /// <summary>Units worth handing to a thread.</summary>
    public long Grain { get; }

    /// <summary>Why no machine code was generated; null when it was.</summary>
    public abstract string? Obstacle { get; }

    /// <summary>Whether all that there is to a run is a call of <see cref="Address"/>.</summary>
    public virtual bool CanBind => false;

    /// <summary>The function <c>void(byte** buffers, long begin, long end)</c> for buffers where they lie now.</summary>
    public virtual nint Address(byte** buffers) => throw new InvalidOperationException("A loop without machine code has no address.");

    /// <summary>The function for buffers anywhere, behind which stands the address of kept rows, if the loop has any; 0 where there is none.</summary>
    public virtual nint Function => 0;

    /// <summary>Runs units.</summary>
    public void Run(byte** buffers, long begin, long end)
    {
        if (Kernel.ScratchBytes == 0)
        {
            RunUnits(buffers, begin, end);
            return;
        }
        byte** table = stackalloc byte*[Kernel.Buffers + 1];
        new ReadOnlySpan<nint>(buffers, Kernel.Buffers).CopyTo(new Span<nint>(table, Kernel.Buffers));
        table[Kernel.Buffers] = Rows(Kernel.ScratchBytes);
        RunUnits(table, begin, end);
    }

    /// <summary>Memory of the calling thread for kept rows, until it next asks for more.</summary>
    public static byte* Rows(long bytes) => (byte*)(s_rows ??= new ScratchBuffer()).Ensure(bytes);

    /// <summary>Runs units; behind the buffers stands the address of the thread's kept rows, if the loop has any.</summary>
    protected abstract void RunUnits(byte** buffers, long begin, long end);
}

/// <summary>The loop run by <see cref="PortableLoops"/>.</summary>
/// <param name="kernel">The loop.</param>
/// <param name="obstacle">Why it has no machine code.</param>
/// <param name="grainDivisor">See <see cref="Threading.WorkerPool.GrainDivisor"/>.</param>
internal sealed unsafe class PortableLoopCode(LoopKernel kernel, string obstacle, int grainDivisor) : LoopCode(kernel, 30_000.0 / grainDivisor)
{
    public override string? Obstacle => obstacle;

    public override string ToString() => $"portable: {obstacle}";

    protected override void RunUnits(byte** buffers, long begin, long end) => PortableLoops.Run(Kernel, buffers, begin, end);
}
