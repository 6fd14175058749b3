namespace I1Xla.Cpu.Threading;

/// <summary>The body of a parallel loop, as a value type so that starting a loop allocates nothing.</summary>
public interface IParallelBody
{
    /// <summary>Runs the iterations <paramref name="begin"/> (inclusive) to <paramref name="end"/> (exclusive). Called from several threads at once, on disjoint ranges.</summary>
    void Run(long begin, long end);
}
