using I1Xla.Cpu.Hlo;

namespace I1Xla.Cpu.Fusion;

/// <summary>
/// Finds the loops that read nothing but constants, such as tables of angles and of positions, masks, and random numbers from a fixed key. They are run once,
/// when the program is compiled.
/// </summary>
internal static class ConstantSteps
{
    /// <summary>The most bytes of one such loop's results.</summary>
    public const long MostBytes = 4 << 20;

    /// <summary>The most bytes of all of them in one graph.</summary>
    public const long MostBytesInAll = 32 << 20;

    // Some 50 ms on one thread.
    private const double MostWorkInAll = 1e8;

    /// <summary>The loops.</summary>
    /// <param name="computation">The graph.</param>
    /// <param name="plan">Its steps in an order that can be run.</param>
    public static HashSet<PlannedStep> Find(HloComputation computation, List<PlannedStep> plan)
    {
        var roots = new HashSet<HloNode>(computation.Roots.Select(FusionPlanner.Resolve), ReferenceEqualityComparer.Instance);
        var writers = new Dictionary<HloNode, int>(ReferenceEqualityComparer.Instance);
        var replaced = new HashSet<HloNode>(ReferenceEqualityComparer.Instance);
        foreach (PlannedStep step in plan)
        {
            foreach (HloNode write in step.Writes)
            {
                writers[write] = writers.GetValueOrDefault(write) + 1;
            }
            if (!OnlyReads(step))
            {
                replaced.UnionWith(step.Reads);
            }
        }
        var found = new HashSet<PlannedStep>(ReferenceEqualityComparer.Instance);
        var known = new HashSet<HloNode>(ReferenceEqualityComparer.Instance);
        long bytes = 0;
        double work = 0;
        foreach (PlannedStep step in plan)
        {
            long ownBytes = step.Writes.Sum(w => w.Bytes);
            double ownWork = step.Kernels.Sum(k => k.Kernel.Work);
            if (step.Kernels.Length > 0 && ownBytes <= MostBytes && bytes + ownBytes <= MostBytesInAll && work + ownWork <= MostWorkInAll
                && step.Reads.All(r => known.Contains(r) || (r.Op == HloOp.Constant && !writers.ContainsKey(r)))
                && step.Writes.All(w => w.Op != HloOp.Constant && writers[w] == 1 && !roots.Contains(w) && !replaced.Contains(w)))
            {
                found.Add(step);
                known.UnionWith(step.Writes);
                bytes += ownBytes;
                work += ownWork;
            }
        }
        return found;
    }

    // Others may write their result over an operand, and would have to copy a constant first.
    private static bool OnlyReads(PlannedStep step) =>
        step.Kernels.Length > 0 || step.Node.Op is HloOp.Dot or HloOp.Attention or HloOp.AttentionGradient or HloOp.Convolution or HloOp.Gather;
}
