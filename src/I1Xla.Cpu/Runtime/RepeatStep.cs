using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>A loop that only moves elements, of lines in which each stands several times (<see cref="RepeatedElements"/>).</summary>
internal sealed unsafe class RepeatStep : LineMoveStep
{
    // Shorter lines are no work for a kernel.
    private const long LeastLine = 16;

    private readonly int[] _places;
    private readonly bool _streams;

    private RepeatStep(in ElementMove move, int along, int again)
        : base(move, along, [again])
    {
        _places = RepeatedElements.Places(Element, move.Kernel.Extents[again]);
        long result = Count * Element;
        _streams = StreamedCopy.Suits(result, result + (result / move.Kernel.Extents[again]));
    }

    /// <summary>A step for a kernel that is such a move; null when it is not.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="slots">Slot of each of its buffers.</param>
    /// <param name="name">Name of the step.</param>
    /// <param name="bytes">Bytes it moves.</param>
    /// <param name="isa">The instructions it may use.</param>
    public static RepeatStep? TryCreate(LoopKernel kernel, int[] slots, string name, long bytes, IsaLevel isa)
    {
        if (isa < IsaLevel.Avx2 || ElementMove.Of(kernel, slots) is not { } move)
        {
            return null;
        }
        LoopAccess from = move.From, to = move.To;
        int again = Find(v => from.Coefficients[v] == 0 && to.Coefficients[v] == 1), along = again < 0 ? -1 : Find(v => from.Coefficients[v] == 1 && to.Coefficients[v] == kernel.Extents[again]);
        return along >= 0 && kernel.Extents[along] >= LeastLine && RepeatedElements.Suits(from.Kind.StorageBytes(), kernel.Extents[again])
            ? new RepeatStep(move, along, again) { Name = name, Bytes = bytes } : null;

        int Find(Predicate<int> holds) => Array.FindIndex(move.Variables, holds) is >= 0 and var at ? move.Variables[at] : -1;
    }

    protected override void Line(byte* from, byte* to, long count) => RepeatedElements.Run(from, to, count, Element, _places, _streams);
}
