using I1Xla.Cpu.Hlo;

namespace I1Xla.Cpu.Fusion;

/// <summary>
/// How often what lies in memory is read for one element of a node that is computed inside its users: once for each of the different slices on the way,
/// and the slices of slices. Windows that are doubled again and again would be read as often as they are long.
/// </summary>
internal sealed class ShiftedReads
{
    // More slices than these do not come from doubling.
    private const int MostSlices = 64;
    private readonly Dictionary<HloNode, HashSet<HloNode>> _slices = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<HloNode, long> _reads = new(ReferenceEqualityComparer.Instance);

    /// <summary>Reads for one element of a node, whose operands were visited before.</summary>
    public long Visit(HloNode node)
    {
        if (node.Op == HloOp.Slice)
        {
            _slices[node] = new(ReferenceEqualityComparer.Instance) { node };
            return _reads[node] = _reads.GetValueOrDefault(node.Inputs[0], 1);
        }
        HashSet<HloNode>? slices = null;
        foreach (HloNode input in node.Inputs)
        {
            if (!_slices.TryGetValue(input, out HashSet<HloNode>? more) || more == slices)
            {
                continue;
            }
            slices = slices is null ? more : slices.Count < MostSlices ? new(slices.Union(more), ReferenceEqualityComparer.Instance) : slices;
        }
        if (slices is null)
        {
            return 1;
        }
        _slices[node] = slices;
        return _reads[node] = slices.Sum(s => _reads[s]);
    }

    /// <summary>Makes a node one that is read from memory.</summary>
    public void Keep(HloNode node)
    {
        _slices.Remove(node);
        _reads.Remove(node);
    }
}
