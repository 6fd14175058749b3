using I1Xla.Cpu.Hlo;

namespace I1Xla.Cpu.Fusion;

/// <summary>
/// Orders steps into groups of small ones that do not depend on each other, which then run as one loop of the pool: a list schedule that keeps the given
/// order where nothing is gained by another. Large steps, and those that have no pieces, stay alone.
/// </summary>
internal static class StepGroups
{
    private const int Window = 64;
    private const int MostMembers = 48;
    private const long MostBytes = 6 << 20;
    private const double MostWork = 4e7;
    private const double MostFlops = 4e8;

    /// <summary>The steps in the new order, in groups.</summary>
    /// <param name="computation">The graph.</param>
    /// <param name="steps">Its steps in an order that can be run.</param>
    /// <param name="donors">For each result the parameter whose memory it may take over, or -1.</param>
    public static List<PlannedStep[]> Make(HloComputation computation, List<PlannedStep> steps, int[] donors)
    {
        int count = steps.Count;
        (HashSet<int>[] after, int[] waits) = StepDependencies.Of(computation, steps, donors);
        var groups = new List<PlannedStep[]>();
        bool[] done = new bool[count];
        var members = new List<int>();
        for (int first = 0; first < count; first++)
        {
            if (done[first])
            {
                continue;
            }
            members.Clear();
            members.Add(first);
            if (IsSmall(steps[first]))
            {
                int seen = 0;
                for (int s = first + 1; s < count && seen < Window && members.Count < MostMembers; s++)
                {
                    if (done[s])
                    {
                        continue;
                    }
                    seen++;
                    if (waits[s] == 0 && IsSmall(steps[s]))
                    {
                        members.Add(s);
                    }
                }
            }
            foreach (int member in members)
            {
                done[member] = true;
                foreach (int next in after[member])
                {
                    waits[next]--;
                }
            }
            groups.Add([.. members.Select(m => steps[m])]);
        }
        return groups;
    }

    /// <summary>Whether a step is small enough to run at once with others.</summary>
    // Padding writes some elements twice, in order.
    public static bool IsSmall(PlannedStep step)
    {
        if (step.Reads.Sum(r => r.Bytes) + step.Writes.Sum(w => w.Bytes) > MostBytes)
        {
            return false;
        }
        if (step.Node.Op == HloOp.Dot)
        {
            var numbers = (HloDot)step.Node.Payload!;
            return 2.0 * step.Node.Count * numbers.LhsContract.Aggregate(1L, (n, d) => n * step.Node.Inputs[0].Dims[d]) <= MostFlops;
        }
        return step.Node.Op == HloOp.Collective || step.Kernels.Length > 0 && (step.Kernels.Length == 1 || step.Node.Op == HloOp.Concatenate) && step.Kernels.Sum(k => k.Kernel.Work) <= MostWork;
    }
}
