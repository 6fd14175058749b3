using I1Xla.Cpu.Loops;

namespace I1Xla.Cpu.Runtime;

/// <summary>A kernel that only moves elements: one load and one store.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="From">The load.</param>
/// <param name="To">The store.</param>
/// <param name="Variables">Its loops.</param>
/// <param name="Source">Slot of the operand.</param>
/// <param name="Target">Slot of the result.</param>
internal readonly record struct ElementMove(LoopKernel Kernel, LoopAccess From, LoopAccess To, int[] Variables, int Source, int Target)
{
    /// <summary>Such a move between different buffers that writes every element once; null for other kernels.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="slots">Slot of each of its buffers.</param>
    public static ElementMove? Of(LoopKernel kernel, int[] slots)
    {
        if (kernel.Stages is not [{ Body: [{ Op: LoopOpcode.Load } load, { Op: LoopOpcode.Store, A: 0 } store] } stage])
        {
            return null;
        }
        LoopAccess from = kernel.Accesses[load.Index], to = kernel.Accesses[store.Index];
        int[] variables = [.. kernel.Outer, .. stage.Loops];
        return from.Buffer < 0 || to.Buffer < 0 || from.Buffer == to.Buffer || from.Kind != to.Kind || Array.Exists(variables, v => to.Coefficients[v] == 0)
            ? null : new ElementMove(kernel, from, to, variables, slots[from.Buffer], slots[to.Buffer]);
    }
}
