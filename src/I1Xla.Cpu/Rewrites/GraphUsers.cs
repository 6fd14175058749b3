using I1Xla.Cpu.Hlo;

namespace I1Xla.Cpu.Rewrites;

/// <summary>A graph's nodes in order, with their users.</summary>
internal sealed class GraphUsers
{
    private readonly HloComputation _computation;
    private readonly Dictionary<HloNode, int> _position = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<HloNode, List<HloNode>> _users = new(ReferenceEqualityComparer.Instance);

    /// <summary>Reads a graph.</summary>
    public GraphUsers(HloComputation computation)
    {
        _computation = computation;
        Order = computation.Schedule();
        for (int i = 0; i < Order.Count; i++)
        {
            _position[Order[i]] = i;
            _users[Order[i]] = [];
            foreach (HloNode input in Order[i].Inputs)
            {
                List<HloNode> users = _users[input];
                if (users.Count == 0 || !ReferenceEquals(users[^1], Order[i]))
                {
                    users.Add(Order[i]);
                }
            }
        }
        Dots = Order.Where(n => n.Op == HloOp.Dot).ToList();
    }

    /// <summary>Live nodes, operands first.</summary>
    public List<HloNode> Order { get; }

    /// <summary>The dot products among them.</summary>
    public List<HloNode> Dots { get; }

    /// <summary>Users of a node, each once.</summary>
    public IReadOnlyList<HloNode> UsersOf(HloNode node) => _users[node];

    /// <summary>Where a node stands in <see cref="Order"/>.</summary>
    public int PositionOf(HloNode node) => _position[node];

    /// <summary>Whether a node is a result, or runs for its effect.</summary>
    public bool IsRoot(HloNode node) => _computation.Roots.Contains(node, ReferenceEqualityComparer.Instance) || _computation.Effects.Contains(node, ReferenceEqualityComparer.Instance);

    /// <summary>Makes everything that uses one node use another instead.</summary>
    public void Replace(HloNode node, HloNode by)
    {
        foreach (HloNode user in _users[node])
        {
            for (int i = 0; i < user.Inputs.Length; i++)
            {
                if (ReferenceEquals(user.Inputs[i], node))
                {
                    user.Inputs[i] = by;
                }
            }
        }
        for (int i = 0; i < _computation.Roots.Length; i++)
        {
            if (ReferenceEquals(_computation.Roots[i], node))
            {
                _computation.Roots[i] = by;
            }
        }
    }
}
