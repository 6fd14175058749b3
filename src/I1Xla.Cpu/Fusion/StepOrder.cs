using I1Xla.Cpu.Hlo;

namespace I1Xla.Cpu.Fusion;

/// <summary>
/// Orders steps so that less memory is in use at once: of those that could run next, the one that leaves the least, the earlier where several do (a list
/// schedule, as XLA's). It looks one step ahead only, so it may also need more than the order it was given; whoever asks compares.
/// </summary>
internal static class StepOrder
{
    /// <summary>The most steps that are ordered; choosing takes a time that grows with their square.</summary>
    public const int MostSteps = 4000;

    /// <summary>The steps in the new order.</summary>
    /// <param name="computation">The graph.</param>
    /// <param name="steps">Its steps in an order that can be run.</param>
    /// <param name="donors">For each result the parameter whose memory it may take over, or -1.</param>
    public static List<PlannedStep> LeastMemory(HloComputation computation, List<PlannedStep> steps, int[] donors)
    {
        (HashSet<int>[] after, int[] waits) = StepDependencies.Of(computation, steps, donors);
        var unread = new Dictionary<HloNode, int>(ReferenceEqualityComparer.Instance);
        var made = new HashSet<HloNode>(steps.SelectMany(s => s.Writes), ReferenceEqualityComparer.Instance);
        foreach (HloNode read in steps.SelectMany(s => s.Reads.Distinct()).Concat(computation.Roots.Select(FusionPlanner.Resolve)))
        {
            // What no step makes stays where it is, and a result stays to the end.
            unread[read] = unread.GetValueOrDefault(read) + 1;
        }
        var ready = new List<int>(Enumerable.Range(0, steps.Count).Where(s => waits[s] == 0));
        var order = new List<PlannedStep>(steps.Count);
        while (ready.Count > 0)
        {
            int best = 0;
            long bestLeft = long.MaxValue;
            for (int i = 0; i < ready.Count; i++)
            {
                PlannedStep step = steps[ready[i]];
                long left = step.Writes.Sum(w => w.Bytes) - step.Reads.Distinct().Where(r => made.Contains(r) && unread[r] == 1).Sum(r => r.Bytes);
                if (left < bestLeft || (left == bestLeft && ready[i] < ready[best]))
                {
                    (best, bestLeft) = (i, left);
                }
            }
            int next = ready[best];
            ready.RemoveAt(best);
            order.Add(steps[next]);
            foreach (HloNode read in steps[next].Reads.Distinct())
            {
                unread[read]--;
            }
            ready.AddRange(after[next].Where(later => --waits[later] == 0));
        }
        return order;
    }
}
