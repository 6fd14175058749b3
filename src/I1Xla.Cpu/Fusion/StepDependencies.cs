using I1Xla.Cpu.Hlo;

namespace I1Xla.Cpu.Fusion;

/// <summary>Which steps of a program must come after which.</summary>
internal static class StepDependencies
{
    /// <summary>For each step those that must come after it, and how many must come before it.</summary>
    /// <param name="computation">The graph.</param>
    /// <param name="steps">Its steps in an order that can be run.</param>
    /// <param name="donors">For each result the parameter whose memory it may take over, or -1.</param>
    public static (HashSet<int>[] After, int[] Waits) Of(HloComputation computation, List<PlannedStep> steps, int[] donors)
    {
        int count = steps.Count;
        var writers = new Dictionary<HloNode, List<int>>(ReferenceEqualityComparer.Instance);
        var readers = new Dictionary<HloNode, List<int>>(ReferenceEqualityComparer.Instance);
        var after = new HashSet<int>[count];
        int[] waits = new int[count];
        for (int s = 0; s < count; s++)
        {
            after[s] = [];
            foreach (HloNode read in steps[s].Reads)
            {
                foreach (int from in writers.GetValueOrDefault(read, []))
                {
                    Order(from, s);
                }
                if (!readers.TryGetValue(read, out List<int>? list))
                {
                    readers[read] = list = [];
                }
                list.Add(s);
            }
            foreach (HloNode write in steps[s].Writes)
            {
                if (!writers.TryGetValue(write, out List<int>? list))
                {
                    writers[write] = list = [];
                }
                foreach (int from in list)
                {
                    Order(from, s);
                }
                list.Add(s);
            }
        }
        // What is done besides computing keeps its order.
        var effects = new HashSet<HloNode>(computation.Effects, ReferenceEqualityComparer.Instance);
        int before = -1;
        for (int s = 0; s < count; s++)
        {
            if (effects.Contains(steps[s].Node))
            {
                if (before >= 0)
                {
                    Order(before, s);
                }
                before = s;
            }
        }
        // A result that may be written over an argument stays behind all that read the argument.
        for (int j = 0; j < donors.Length; j++)
        {
            if (donors[j] >= 0 && writers.TryGetValue(FusionPlanner.Resolve(computation.Roots[j]), out List<int>? makers)
                && readers.TryGetValue(computation.Parameters[donors[j]], out List<int>? list) && list[^1] <= makers[0])
            {
                list.ForEach(reader => Order(reader, makers[0]));
            }
        }
        return (after, waits);

        void Order(int earlier, int later)
        {
            if (earlier != later && after[earlier].Add(later))
            {
                waits[later]++;
            }
        }
    }
}
