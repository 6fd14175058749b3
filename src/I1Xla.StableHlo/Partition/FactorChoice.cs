using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Partition;

/// <summary>
/// Along which axes an operation's factors are cut, given how its operands lie and its results are wanted. An axis can cut one factor only: what all
/// operands that have a factor agree on is taken first, the larger operand's word before the smaller one's; then whatever lowers the bytes that must be
/// sent and the work of each device.
/// </summary>
/// <remarks>Shardy, <c>docs/propagation.md</c>, section "Resolving conflicts"; XLA, SPMD partitioner.</remarks>
internal sealed class FactorChoice(DeviceGrid grid, ShardingRule rule, TensorSharding[] shardings, long[] elementBytes)
{
    // Work that costs as much as sending a byte.
    private const double WorkPerByte = 8;

    /// <summary>The axes of each factor.</summary>
    public int[][] Choose()
    {
        var chosen = new int[rule.Factors.Count][];
        chosen.AsSpan().Fill([]);
        int[][][] projected = [.. shardings.Select((s, t) => rule.Project(grid, t, s))];
        if (projected.All(t => t.All(a => a.Length == 0)))
        {
            return chosen;
        }
        foreach ((int factor, int[] axes) in Agreed(projected))
        {
            chosen = With(chosen, factor, [.. axes.TakeWhile(a => !chosen.Any(c => c.Contains(a)))]);
        }
        rule.Normalize(grid, chosen);
        double cost = Cost(chosen);
        while (true)
        {
            int[][]? better = null;
            foreach (int[][] tensor in projected)
            {
                for (int f = 0; f < tensor.Length; f++)
                {
                    // Only further axes of a factor: what was agreed on stays.
                    if (tensor[f].Length <= chosen[f].Length || !TensorSharding.IsPrefix(chosen[f], tensor[f]) || tensor[f].Skip(chosen[f].Length).Any(a => chosen.Any(c => c.Contains(a))))
                    {
                        continue;
                    }
                    int[][] candidate = With(chosen, f, tensor[f]);
                    rule.Normalize(grid, candidate);
                    double other = Cost(candidate);
                    if (other < cost)
                    {
                        (better, cost) = (candidate, other);
                    }
                }
            }
            if (better is null)
            {
                return chosen;
            }
            chosen = better;
        }
    }

    private IEnumerable<(int Factor, int[] Axes)> Agreed(int[][][] projected)
    {
        var agreed = new List<(int Factor, int[] Axes, bool Wanted, double Bytes)>();
        for (int f = 0; f < rule.Factors.Count; f++)
        {
            int[]? common = null;
            double bytes = 0;
            for (int t = 0; t < rule.OperandCount; t++)
            {
                if (Enumerable.Range(0, rule.Shapes[t].Rank).Any(d => rule.FactorsOf(t, d).Contains(f)))
                {
                    common = common is null ? projected[t][f] : common[..TensorSharding.CommonPrefix(common, projected[t][f])];
                    bytes += Bytes(t);
                }
            }
            if (common is { Length: > 0 } axes)
            {
                bool wanted = Enumerable.Range(rule.OperandCount, shardings.Length - rule.OperandCount).Any(t => TensorSharding.IsPrefix(axes, projected[t][f]));
                agreed.Add((f, axes, wanted, bytes));
            }
        }
        return agreed.OrderByDescending(a => a.Wanted).ThenByDescending(a => a.Bytes).Select(a => (a.Factor, a.Axes));
    }

    private static int[][] With(int[][] chosen, int factor, int[] axes)
    {
        var copy = (int[][])chosen.Clone();
        copy[factor] = axes;
        return copy;
    }

    private double Cost(int[][] chosen)
    {
        double work = 1, bytes = 0;
        var partial = new List<int>();
        for (int f = 0; f < chosen.Length; f++)
        {
            work *= (double)rule.Factors[f].Size / grid.Size(chosen[f]);
            if (rule.Factors[f].IsReduction)
            {
                partial.AddRange(chosen[f]);
            }
        }
        for (int t = 0; t < shardings.Length; t++)
        {
            TensorSharding needed = rule.Imply(grid, t, chosen);
            bool isResult = t >= rule.OperandCount;
            bytes += isResult ? Send(t, needed, shardings[t]) : Send(t, shardings[t], needed);
            if (isResult && partial.Count > 0)
            {
                bytes += 2 * Bytes(t) / Parts(needed);
            }
        }
        return bytes + (work / WorkPerByte);
    }

    private double Bytes(int tensor) => (double)rule.Shapes[tensor].ElementCount * elementBytes[tensor];

    private int Parts(TensorSharding sharding) => Enumerable.Range(0, sharding.Rank).Aggregate(1, (x, d) => x * grid.Size(sharding[d]));

    // Nothing for a cut; the part that is whole on the way for anything else.
    private double Send(int tensor, TensorSharding from, TensorSharding to)
    {
        int parts = 1;
        bool cut = true;
        for (int d = 0; d < from.Rank; d++)
        {
            int common = TensorSharding.CommonPrefix(from[d], to[d]);
            parts *= grid.Size(from[d].AsSpan(0, common));
            cut &= common == from[d].Length;
        }
        return cut ? 0 : Bytes(tensor) / parts;
    }
}
