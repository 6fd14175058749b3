using I1Xla.Cpu.Hlo;

namespace I1Xla.Cpu.Fusion;

/// <summary>
/// Decides which nodes get memory of their own. One with a single user is computed inside that user; one with several is
/// recomputed in each while that is cheaper than writing it once and reading it often, that is, while it is cheap and
/// reads no more than it makes.
/// </summary>
internal sealed class InlinePolicy
{
    private const int MaxDuplicatedOperations = 6;
    private const int DearOperations = 9;
    private const int FewestRepeats = 4;
    private const long MostShiftedReads = 8;
    private readonly HashSet<HloNode> _buffers = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<HloNode> _shared = new(ReferenceEqualityComparer.Instance);

    /// <summary>Looks at a scheduled graph.</summary>
    /// <param name="order">Nodes, operands first.</param>
    /// <param name="users">Users of each node.</param>
    /// <param name="roots">Nodes whose values leave the graph.</param>
    /// <param name="fuse">Whether to fuse at all; off, every node gets memory.</param>
    /// <param name="isSame">Whether as many devices compute one node as the other: what fewer compute is better not computed again by each.</param>
    public InlinePolicy(List<HloNode> order, Dictionary<HloNode, List<HloNode>> users, HashSet<HloNode> roots, bool fuse, Func<HloNode, HloNode, bool> isSame)
    {
        var spread = new HashSet<HloNode>(ReferenceEqualityComparer.Instance);
        for (int i = order.Count - 1; i >= 0; i--)
        {
            HloNode node = order[i];
            if (users[node].Exists(u => !isSame(node, u) || (u.Op.IsView() && spread.Contains(u))))
            {
                spread.Add(node);
            }
        }
        var uses = new Dictionary<HloNode, int>(ReferenceEqualityComparer.Instance);
        for (int i = order.Count - 1; i >= 0; i--)
        {
            HloNode node = order[i];
            int n = roots.Contains(node) ? 1 : 0;
            foreach (HloNode user in users[node])
            {
                n += user.Op.IsView() ? uses[user] : 1;
            }
            uses[node] = n;
        }
        // Nodes that must be in memory in any case: results, and what kernels of their own read, also through views.
        var needed = new HashSet<HloNode>(roots, ReferenceEqualityComparer.Instance);
        for (int i = order.Count - 1; i >= 0; i--)
        {
            foreach (HloNode user in users[order[i]])
            {
                bool inlines = IsFusible(user) || user.Op is HloOp.Concatenate or HloOp.Pad;
                if (user.Op.IsView() ? needed.Contains(user) : !inlines)
                {
                    needed.Add(order[i]);
                }
            }
        }
        var leafBytes = new Dictionary<HloNode, long>(ReferenceEqualityComparer.Instance);
        var operations = new Dictionary<HloNode, int>(ReferenceEqualityComparer.Instance);
        var shifted = new ShiftedReads();
        foreach (HloNode node in order)
        {
            long bytes = 0;
            int count = 0;
            bool rows = fuse && !needed.Contains(node) && !spread.Contains(node) && RowGather.Of(node) is not null && IsComputedWith(node);
            if (!rows && !IsFusible(node))
            {
                if (!node.IsSplat)
                {
                    _buffers.Add(node);
                }
                (leafBytes[node], operations[node]) = (node.IsSplat ? 0 : node.Bytes, 0);
                continue;
            }
            foreach (HloNode input in node.Inputs)
            {
                bytes += Math.Min(leafBytes[input], node.Op == HloOp.Slice ? node.Bytes : long.MaxValue);
                count += operations[input];
            }
            if (rows)
            {
                // Of the operand, the rows alone.
                bytes += node.Bytes - leafBytes[node.Inputs[0]];
            }
            else if (node.Op.IsElementwise())
            {
                count += node.Op.IsExpensive() ? 10 : 1;
            }
            bool view = node.Op.IsView() || node.Op == HloOp.Iota;
            long reads = shifted.Visit(node);
            if (HloBuilder.IsWidened(node) && users[node].Exists(u => u.Op == HloOp.Broadcast))
            {
                _buffers.Add(node);
                (leafBytes[node], operations[node]) = (node.Bytes, 0);
                continue;
            }
            if (!fuse && !view)
            {
                _buffers.Add(node);
                (bytes, count) = (node.Bytes, 0);
            }
            else if (!view && !node.Op.IsReduction() && count > DearOperations && users[node].Exists(u => Repeats(node, u) || (u.Op == HloOp.Reshape && users[u].Exists(v => Repeats(u, v)))))
            {
                _buffers.Add(node);
                (bytes, count) = (node.Bytes, 0);
            }
            else if (!view && spread.Contains(node) && (node.Op.IsReduction() || count > MaxDuplicatedOperations || bytes > node.Bytes + node.Bytes / 8))
            {
                _buffers.Add(node);
                (bytes, count) = (node.Bytes, 0);
            }
            else if (!view && reads >= MostShiftedReads && users[node].Count(u => u.Op == HloOp.Slice) > 1)
            {
                _buffers.Add(node);
                (bytes, count) = (node.Bytes, 0);
            }
            else if (!view && uses[node] > 1 && (needed.Contains(node) || node.Op.IsReduction() || count > MaxDuplicatedOperations || bytes > node.Bytes + node.Bytes / 8))
            {
                _shared.Add(node);
                (bytes, count) = (node.Bytes, 0);
            }
            else if (node.Op.IsReduction())
            {
                (bytes, count) = (node.Bytes, 20);
            }
            (leafBytes[node], operations[node]) = (bytes, count);
            if (_buffers.Contains(node))
            {
                shifted.Keep(node);
            }
        }

        // Rows that are looked up and moved as they are have a step of their own.
        bool IsComputedWith(HloNode node) => users[node].TrueForAll(u => u.Op.IsView() ? IsComputedWith(u) : u.Op.IsElementwise() || u.Op == HloOp.Reduce);
    }

    // Whether a value that differs along the innermost dimension would be computed several times over (tables of a rotary embedding).
    private static bool Repeats(HloNode node, HloNode user) =>
        user.Op == HloOp.Broadcast && user.Count >= FewestRepeats * node.Count && Array.IndexOf(user.A, user.Dims.Length - 1L) is >= 0 and int at && node.Dims[at] > 1;

    /// <summary>Whether the node is always read from memory.</summary>
    public bool IsBuffer(HloNode node) => _buffers.Contains(node);

    /// <summary>Whether the node is worth keeping: computed by the first kernel that needs it, read by the others.</summary>
    public bool IsShared(HloNode node) => _shared.Contains(node);

    /// <summary>Makes a node one that is read from memory.</summary>
    public void Force(HloNode node)
    {
        _buffers.Add(node);
        _shared.Remove(node);
    }

    /// <summary>Whether loops can compute the node.</summary>
    public static bool IsFusible(HloNode node) => node.Op.IsElementwise() || node.Op.IsView() || node.Op.IsReduction() || node.Op == HloOp.Iota;
}
