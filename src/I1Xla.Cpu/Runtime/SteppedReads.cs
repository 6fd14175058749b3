using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Loops;

namespace I1Xla.Cpu.Runtime;

/// <summary>Loops that read a slice where it is cut from, though its neighbours do not lie side by side there (a column of a matrix).</summary>
internal static class SteppedReads
{
    // An element that is read more often than this is better copied to its neighbours first.
    private const long MostReads = 2;

    /// <summary>Whether a step that reads a slice is loops alone, which read each element once or twice.</summary>
    public static bool Suit(PlannedStep step, HloNode slice)
    {
        return step.Kernels.Length > 0 && Array.TrueForAll(step.Kernels, k => !LooksUp(k) && Reads(k) <= MostReads * slice.Count);

        long Reads(FusedKernel fused)
        {
            LoopKernel kernel = fused.Kernel;
            long outer = kernel.Outer.Aggregate(1L, (n, v) => n * kernel.Extents[v]);
            return kernel.Stages.Sum(s => s.Body.Count(i => Touches(fused, i)) * s.Loops.Aggregate(outer, (n, v) => n * kernel.Extents[v]));
        }

        static bool LooksUp(FusedKernel fused) => Array.Exists(fused.Kernel.Accesses, a => a.Row >= 0);

        bool Touches(FusedKernel fused, LoopInstruction i) =>
            i.Op == LoopOpcode.Load && fused.Kernel.Accesses[i.Index].Buffer is >= 0 and int buffer && ReferenceEquals(FusionPlanner.Resolve(fused.Buffers[buffer]), slice);
    }

    /// <summary>The loop on memory as it lies.</summary>
    /// <param name="fused">The loop.</param>
    /// <param name="isWithin">Whether a slice is read where it is cut from.</param>
    public static LoopKernel On(FusedKernel fused, Predicate<HloNode> isWithin)
    {
        LoopKernel kernel = fused.Kernel;
        long[] steps = [.. fused.Buffers.Select(b => FusionPlanner.Resolve(b) is { Op: HloOp.DynamicSlice } slice && isWithin(slice) ? SliceStart.Step(slice.Inputs[0].Dims, slice.Dims)!.Value : 1)];
        return Array.TrueForAll(steps, s => s == 1) ? kernel : kernel.With([.. kernel.Accesses.Select(a => a.Buffer >= 0 && steps[a.Buffer] is > 1 and var step
            ? a with { Offset = a.Offset * step, Coefficients = [.. a.Coefficients.Select(c => c * step)] } : a)]);
    }
}
