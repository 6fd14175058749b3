using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>A loop that only moves elements, and whose neighbours in memory differ between source and target: copied in tiles.</summary>
internal sealed unsafe class TransposeStep : Step
{
    private readonly LoopAccess _from, _to;
    private readonly int _source, _target, _element;
    private readonly long[] _sizes, _fromStrides, _toStrides;
    private readonly IsaLevel _isa;

    private TransposeStep(LoopKernel kernel, LoopAccess from, LoopAccess to, int source, int target, IsaLevel isa)
    {
        (_from, _to, _source, _target, _isa) = (from, to, source, target, isa);
        int[] used = Used(kernel);
        int pair = Pair(kernel, from, to);
        long whole = pair < 0 ? 1 : 2;
        used = [.. used.Where(v => v != pair)];
        _element = from.Kind.StorageBytes() * (int)whole;
        _sizes = [.. used.Select(v => kernel.Extents[v])];
        _fromStrides = [.. used.Select(v => from.Coefficients[v] / whole)];
        _toStrides = [.. used.Select(v => to.Coefficients[v] / whole)];
    }

    private static int[] Used(LoopKernel kernel) => [.. kernel.Outer, .. kernel.Stages[0].Loops];

    // The loop over two neighbours that stay neighbours, and move as one (complex numbers); -1 where there is none.
    private static int Pair(LoopKernel kernel, LoopAccess from, LoopAccess to)
    {
        int[] used = Used(kernel);
        int at = Array.FindIndex(used, v => kernel.Extents[v] == 2 && from.Coefficients[v] == 1 && to.Coefficients[v] == 1);
        return at >= 0 && used.All(v => v == used[at] || ((from.Coefficients[v] | to.Coefficients[v]) & 1) == 0) ? used[at] : -1;
    }

    /// <summary>A step for a kernel that is such a move; null when it is not.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="slots">Slot of each of its buffers.</param>
    /// <param name="name">Name of the step.</param>
    /// <param name="bytes">Bytes it moves.</param>
    /// <param name="isa">The instructions it may use.</param>
    public static TransposeStep? TryCreate(LoopKernel kernel, int[] slots, string name, long bytes, IsaLevel isa)
    {
        if (kernel.Stages is not [{ Body: [{ Op: LoopOpcode.Load } load, { Op: LoopOpcode.Store, A: 0 } store] }])
        {
            return null;
        }
        LoopAccess from = kernel.Accesses[load.Index], to = kernel.Accesses[store.Index];
        if (from.Buffer < 0 || to.Buffer < 0 || from.Buffer == to.Buffer || from.Kind != to.Kind)
        {
            return null;
        }
        int[] used = [.. kernel.Outer, .. kernel.Stages[0].Loops];
        int step = Pair(kernel, from, to) >= 0 ? 2 : 1;
        int across = Array.FindIndex(used, v => from.Coefficients[v] == step && kernel.Extents[v] >= 4), along = Array.FindIndex(used, v => to.Coefficients[v] == step && kernel.Extents[v] >= 4);
        return across < 0 || along < 0 || across == along || used.Any(v => to.Coefficients[v] == 0)
            ? null : new TransposeStep(kernel, from, to, slots[from.Buffer], slots[to.Buffer], isa) { Name = name, Bytes = bytes };
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        int one = _from.Kind.StorageBytes();
        StridedCopy.Run(slots[_source] + (_from.Offset * one), slots[_target] + (_to.Offset * one), _element, _sizes, _fromStrides, _toStrides, context.Pool, _isa);
    }
}
