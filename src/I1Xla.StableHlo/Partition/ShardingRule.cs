using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Partition;

/// <summary>
/// How the dimensions of an operation's operands and results belong together: a factor is a loop of the operation, and each dimension runs over
/// some factors, the major one first. Along a factor an operation can be cut and run part by part; a dimension without factors must be whole.
/// </summary>
/// <remarks>Shardy, <c>docs/propagation.md</c>, section "Factor-based sharding propagation".</remarks>
internal sealed class ShardingRule
{
    private readonly Shape[] _shapes;
    private readonly List<int>[][] _factorsOf;
    private readonly List<Factor> _factors = [];

    /// <summary>A loop of the operation; when it is a reduction, what the parts give must be put together.</summary>
    public readonly record struct Factor(long Size, bool IsReduction);

    private ShardingRule(int operands, Shape[] shapes)
    {
        OperandCount = operands;
        _shapes = shapes;
        _factorsOf = [.. shapes.Select(s => Enumerable.Range(0, s.Rank).Select(_ => new List<int>()).ToArray())];
    }

    /// <summary>A rule without factors, or null when a shape is not static or a value no tensor.</summary>
    public static ShardingRule? Of(Operation op)
    {
        var shapes = new Shape[op.Operands.Length + op.Results.Length];
        for (int i = 0; i < shapes.Length; i++)
        {
            IrType type = i < op.Operands.Length ? op.Operands[i].Type : op.Results[i - op.Operands.Length].Type;
            if (type is not TensorType { Shape.IsStatic: true, IsQuantized: false } tensor)
            {
                return null;
            }
            shapes[i] = tensor.Shape;
        }
        return new ShardingRule(op.Operands.Length, shapes);
    }

    /// <summary>Operands come first among <see cref="Shapes"/>, then results.</summary>
    public int OperandCount { get; }

    public IReadOnlyList<Shape> Shapes => _shapes;

    public IReadOnlyList<Factor> Factors => _factors;

    /// <summary>The operation that puts the parts of a reduction together, such as <c>stablehlo.add</c>.</summary>
    public string Combiner { get; set; } = "stablehlo.add";

    /// <summary>Whether the operation only computes element by element or moves data: shardings go through it first.</summary>
    public bool IsPassThrough { get; set; }

    /// <summary>The factors of a dimension of an operand or result.</summary>
    public IReadOnlyList<int> FactorsOf(int tensor, int dimension) => _factorsOf[tensor][dimension];

    /// <summary>Adds a factor that the given dimensions run over. Factors of one dimension are added from the major one on.</summary>
    public ShardingRule Add(long size, bool isReduction, params ReadOnlySpan<(int Tensor, int Dimension)> dimensions)
    {
        foreach ((int tensor, int dimension) in dimensions)
        {
            _factorsOf[tensor][dimension].Add(_factors.Count);
        }
        _factors.Add(new Factor(size, isReduction));
        return this;
    }

    /// <summary>Adds a factor for equal dimensions.</summary>
    public ShardingRule Pass(params ReadOnlySpan<(int Tensor, int Dimension)> dimensions) => Add(_shapes[dimensions[0].Tensor][dimensions[0].Dimension], false, dimensions);

    /// <summary>The axes by factor of a tensor that is cut in a given way; axes that fit no factor are left out.</summary>
    public int[][] Project(DeviceGrid grid, int tensor, TensorSharding sharding)
    {
        var byFactor = new int[_factors.Count][];
        byFactor.AsSpan().Fill([]);
        for (int d = 0; d < sharding.Rank; d++)
        {
            List<int> factors = _factorsOf[tensor][d];
            int at = 0;
            long rest = factors.Count > 0 ? _factors[factors[0]].Size : 1;
            foreach (int axis in sharding[d])
            {
                while (rest == 1 && at + 1 < factors.Count)
                {
                    rest = _factors[factors[++at]].Size;
                }
                if (rest == 1 || rest % grid.Size(axis) != 0)
                {
                    break;
                }
                byFactor[factors[at]] = [.. byFactor[factors[at]], axis];
                rest /= grid.Size(axis);
            }
        }
        return byFactor;
    }

    /// <summary>The axes of one dimension when its factors are cut in a given way; null where what is cut would not lie in one piece.</summary>
    public int[]? Axes(DeviceGrid grid, int tensor, int dimension, int[][] byFactor)
    {
        List<int> factors = _factorsOf[tensor][dimension];
        if (factors.Count == 1)
        {
            return byFactor[factors[0]];
        }
        var axes = new List<int>();
        bool full = true;
        foreach (int factor in factors)
        {
            if (byFactor[factor].Length > 0 && !full)
            {
                return null;
            }
            axes.AddRange(byFactor[factor]);
            full &= grid.Size(byFactor[factor]) == _factors[factor].Size;
        }
        return [.. axes];
    }

    /// <summary>How a tensor is cut when the factors are.</summary>
    public TensorSharding Imply(DeviceGrid grid, int tensor, int[][] byFactor)
    {
        var axes = new int[_shapes[tensor].Rank][];
        for (int d = 0; d < axes.Length; d++)
        {
            axes[d] = Axes(grid, tensor, d, byFactor) ?? throw new InvalidOperationException("the factors are not cut in a way that every dimension can follow");
        }
        return new TensorSharding(axes);
    }

    /// <summary>Takes axes from factors until every dimension can follow.</summary>
    public void Normalize(DeviceGrid grid, int[][] byFactor)
    {
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (List<int> factors in _factorsOf.SelectMany(t => t).Where(f => f.Count > 1))
            {
                bool full = true;
                foreach (int factor in factors)
                {
                    if (!full && byFactor[factor].Length > 0)
                    {
                        byFactor[factor] = [];
                        changed = true;
                    }
                    full &= grid.Size(byFactor[factor]) == _factors[factor].Size;
                }
            }
        }
    }
}
