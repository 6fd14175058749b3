namespace I1Xla.Cpu.Loops;

/// <summary>A loop kernel that can run.</summary>
internal abstract unsafe class LoopCode
{
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

    /// <summary>Whether machine code was generated.</summary>
    public abstract bool IsNative { get; }

    /// <summary>Runs units.</summary>
    public abstract void Run(byte** buffers, long begin, long end);
}

/// <summary>The loop run by <see cref="PortableLoops"/>.</summary>
internal sealed unsafe class PortableLoopCode(LoopKernel kernel) : LoopCode(kernel, 30_000)
{
    public override bool IsNative => false;

    public override void Run(byte** buffers, long begin, long end) => PortableLoops.Run(Kernel, buffers, null, begin, end);
}
