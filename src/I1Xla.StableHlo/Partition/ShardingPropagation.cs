using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Partition;

/// <summary>
/// Carries shardings from where they are written to every value: forwards and backwards along the factors of operations, until nothing changes.
/// Axes are only ever added, where a dimension is open, so that this ends. First through operations that compute element by element or move data,
/// then through all.
/// </summary>
/// <remarks>Shardy, <c>docs/propagation.md</c>.</remarks>
internal sealed class ShardingPropagation(DeviceGrid grid)
{
    private readonly Dictionary<Value, State> _states = [];
    private readonly List<(Operation Op, ShardingRule Rule, State[] States)> _operations = [];
    private readonly List<(State, State)> _edges = [];

    /// <summary>What is known of the sharding of a value, or of several that must have the same.</summary>
    internal sealed class State(Shape shape, TensorSharding sharding, bool[] closed)
    {
        public Shape Shape => shape;

        public TensorSharding Sharding { get; set; } = sharding;

        /// <summary>Dimensions that may be cut no further.</summary>
        public bool[] Closed => closed;
    }

    /// <summary>The sharding of a value; whole when nothing is known of it.</summary>
    public TensorSharding Of(Value value) => _states.TryGetValue(value, out State? state) ? state.Sharding : TensorSharding.Replicated((value.Type as TensorType)?.Rank ?? 0);

    /// <summary>The rule of an operation that takes part.</summary>
    public IReadOnlyDictionary<Operation, ShardingRule> Rules => _operations.ToDictionary(o => o.Op, o => o.Rule);

    /// <summary>States a value's sharding.</summary>
    public State Set(Value value, TensorSharding sharding, bool[] closed) => _states[value] = new State(value.TensorType.Shape, sharding, closed);

    /// <summary>Fixes a value as whole.</summary>
    public void Fix(Value value)
    {
        if (value.Type is TensorType tensor)
        {
            Set(value, TensorSharding.Replicated(tensor.Rank), [.. Enumerable.Repeat(true, tensor.Rank)]);
        }
    }

    /// <summary>The state of a value, open when nothing was stated; null for what is no tensor of static shape.</summary>
    public State? StateOf(Value value)
    {
        if (_states.TryGetValue(value, out State? state))
        {
            return state;
        }
        return value.Type is TensorType { Shape.IsStatic: true } tensor ? Set(value, TensorSharding.Replicated(tensor.Rank), new bool[tensor.Rank]) : null;
    }

    /// <summary>Makes a value share the state of another.</summary>
    public void Share(Value value, Value with)
    {
        if (StateOf(with) is { } state)
        {
            _states[value] = state;
        }
    }

    /// <summary>An operation whose rule carries shardings.</summary>
    public void Add(Operation op, ShardingRule rule) =>
        _operations.Add((op, rule, [.. op.Operands.ToArray().Concat(op.Results.ToArray()).Select(v => StateOf(v)!)]));

    /// <summary>Two values that should be cut alike.</summary>
    public void Link(State? left, State? right)
    {
        if (left is not null && right is not null)
        {
            _edges.Add((left, right));
        }
    }

    /// <summary>Runs to the fixed point.</summary>
    public void Run()
    {
        for (int round = 0; round < 2; round++)
        {
            bool changed = true;
            while (changed)
            {
                changed = Sweep(Enumerable.Range(0, _operations.Count), round);
                changed |= Sweep(Enumerable.Range(0, _operations.Count).Reverse(), round);
            }
        }
    }

    private bool Sweep(IEnumerable<int> order, int round)
    {
        bool changed = false;
        foreach ((State left, State right) in _edges)
        {
            for (int d = 0; d < left.Shape.Rank; d++)
            {
                changed |= Extend(left, d, right.Sharding[d]) | Extend(right, d, left.Sharding[d]);
            }
        }
        foreach (int i in order)
        {
            if (round > 0 || _operations[i].Rule.IsPassThrough)
            {
                changed |= Through(_operations[i].Rule, _operations[i].States);
            }
        }
        return changed;
    }

    private bool Through(ShardingRule rule, State[] states)
    {
        int[][][] projected = [.. states.Select((s, t) => rule.Project(grid, t, s.Sharding))];
        var longest = new int[rule.Factors.Count][];
        bool any = false;
        for (int f = 0; f < longest.Length; f++)
        {
            longest[f] = [];
            foreach (int[][] tensor in projected)
            {
                if (grid.Size(tensor[f]) > grid.Size(longest[f]))
                {
                    longest[f] = tensor[f];
                    any = true;
                }
            }
        }
        bool changed = false;
        for (int t = 0; any && t < states.Length; t++)
        {
            for (int d = 0; d < states[t].Shape.Rank; d++)
            {
                IReadOnlyList<int> factors = rule.FactorsOf(t, d);
                var axes = new List<int>();
                foreach (int f in factors)
                {
                    axes.AddRange(longest[f]);
                    if (grid.Size(longest[f]) != rule.Factors[f].Size)
                    {
                        break;
                    }
                }
                changed |= axes.Count > 0 && Extend(states[t], d, [.. axes]);
            }
        }
        return changed;
    }

    // Cuts a dimension further, as far as it may be.
    private bool Extend(State state, int dimension, int[] axes)
    {
        int[] now = state.Sharding[dimension];
        if (state.Closed[dimension] || axes.Length <= now.Length || !TensorSharding.IsPrefix(now, axes))
        {
            return false;
        }
        long rest = state.Shape[dimension] / grid.Size(now);
        int count = now.Length;
        while (count < axes.Length && !state.Sharding.Uses(axes[count]) && rest > 0 && rest % grid.Size(axes[count]) == 0)
        {
            rest /= grid.Size(axes[count++]);
        }
        if (count == now.Length)
        {
            return false;
        }
        state.Sharding = state.Sharding.With(dimension, axes[..count]);
        return true;
    }
}
