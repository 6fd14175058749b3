using I1Xla.Cpu.Hlo;

namespace I1Xla.Cpu.Rewrites;

/// <summary>A graph's nodes in order, with their users, which stay right when nodes are replaced.</summary>
internal sealed class GraphUsers
{
    private readonly HloComputation _computation;
    private readonly Dictionary<HloNode, int> _position = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<HloNode, List<HloNode>> _users = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<HloNode> _roots;
    private readonly ILookup<long, HloNode> _dots;

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
        _roots = new HashSet<HloNode>(computation.Roots.Concat(computation.Effects), ReferenceEqualityComparer.Instance);
        _dots = Order.Where(n => n.Op == HloOp.Dot).ToLookup(n => n.Count);
    }

    /// <summary>The nodes that were live at first, operands first.</summary>
    public List<HloNode> Order { get; }

    /// <summary>The dot products with so many elements that are still live, operands first.</summary>
    public IEnumerable<HloNode> DotsOf(long count) => _dots[count].Where(_users.ContainsKey);

    /// <summary>Users of a node, each once.</summary>
    public IReadOnlyList<HloNode> UsersOf(HloNode node) => _users[node];

    /// <summary>Whether a node is still in the graph.</summary>
    public bool IsLive(HloNode node) => _users.ContainsKey(node);

    /// <summary>Where a node stands in <see cref="Order"/>.</summary>
    public int PositionOf(HloNode node) => _position[node];

    /// <summary>Whether a node is a result, or runs for its effect.</summary>
    public bool IsRoot(HloNode node) => _roots.Contains(node);

    /// <summary>Makes everything that uses one node use another instead, which may be new; what nothing needs any more is no longer a user of anything.</summary>
    public void Replace(HloNode node, HloNode by)
    {
        if (!IsLive(node))
        {
            return;
        }
        Include(by, _position[node]);
        foreach (HloNode user in _users[node])
        {
            for (int i = 0; i < user.Inputs.Length; i++)
            {
                if (ReferenceEquals(user.Inputs[i], node))
                {
                    user.Inputs[i] = by;
                }
            }
            if (!_users[by].Contains(user))
            {
                _users[by].Add(user);
            }
        }
        _users[node].Clear();
        for (int i = 0; i < _computation.Roots.Length && _roots.Contains(node); i++)
        {
            if (ReferenceEquals(_computation.Roots[i], node))
            {
                _computation.Roots[i] = by;
                _roots.Add(by);
            }
        }
        if (!_computation.Effects.Contains(node, ReferenceEqualityComparer.Instance))
        {
            _roots.Remove(node);
        }
        Drop(node);
    }

    // New nodes stand where the node was that they replace.
    private void Include(HloNode node, int position)
    {
        if (!_users.TryAdd(node, []))
        {
            return;
        }
        _position[node] = position;
        foreach (HloNode input in node.Inputs)
        {
            Include(input, position);
            if (!_users[input].Contains(node))
            {
                _users[input].Add(node);
            }
        }
    }

    private void Drop(HloNode unused)
    {
        var dead = new Stack<HloNode>([unused]);
        while (dead.TryPop(out HloNode? node))
        {
            if (!_users.TryGetValue(node, out List<HloNode>? users) || users.Count > 0 || _roots.Contains(node) || node.Op == HloOp.Parameter)
            {
                continue;
            }
            _users.Remove(node);
            foreach (HloNode input in node.Inputs)
            {
                if (_users.TryGetValue(input, out List<HloNode>? others) && others.Remove(node))
                {
                    dead.Push(input);
                }
            }
        }
    }
}
