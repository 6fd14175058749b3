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
        var writer = new Dictionary<HloNode, int>(ReferenceEqualityComparer.Instance);
        var readers = new Dictionary<HloNode, List<int>>(ReferenceEqualityComparer.Instance);
        var after = new HashSet<int>[count];
        int[] waits = new int[count];
        for (int s = 0; s < count; s++)
        {
            after[s] = [];
            foreach (HloNode read in steps[s].Reads)
            {
                if (writer.TryGetValue(read, out int from))
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
                writer.TryAdd(write, s);
            }
        }
        // A result that may be written over an argument stays behind all that read the argument.
        for (int j = 0; j < donors.Length; j++)
        {
            if (donors[j] >= 0 && writer.TryGetValue(FusionPlanner.Resolve(computation.Roots[j]), out int made)
                && readers.TryGetValue(computation.Parameters[donors[j]], out List<int>? list) && list[^1] <= made)
            {
                list.ForEach(reader => Order(reader, made));
            }
        }
        return (after, waits);

        void Order(int before, int later)
        {
            if (before != later && after[before].Add(later))
            {
                waits[later]++;
            }
        }
    }
}
