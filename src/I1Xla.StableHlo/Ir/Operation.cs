namespace I1Xla.StableHlo.Ir;

/// <summary>
/// One operation: a name, operands, attributes, regions and results. It is plain data; what an operation means is in the op
/// table, the verifier and the interpreter. There are no use lists: a pass that needs uses walks once and builds a map.
/// </summary>
public sealed class Operation
{
    private readonly Value[] _operands;
    private readonly OpResult[] _results;
    private readonly Region[] _regions;
    private AttributeMap? _attributes;

    /// <summary>Makes an operation that is in no block yet.</summary>
    public Operation(
        OpName name, ReadOnlySpan<Value> operands, ReadOnlySpan<IrType> resultTypes,
        AttributeMap? attributes = null, ReadOnlySpan<Region> regions = default, Location? location = null)
    {
        Name = name;
        _operands = operands.ToArray();
        _attributes = attributes;
        Location = location ?? Location.Unknown;
        _results = new OpResult[resultTypes.Length];
        for (int i = 0; i < _results.Length; i++)
        {
            _results[i] = new OpResult(this, i, resultTypes[i]);
        }
        _regions = regions.ToArray();
        foreach (Region region in _regions)
        {
            region.Parent = this;
        }
    }

    /// <summary>The name.</summary>
    public OpName Name { get; }

    /// <summary>Attributes, inherent and discardable.</summary>
    public AttributeMap Attributes => _attributes ??= new AttributeMap();

    /// <summary>Whether there is any attribute; unlike asking <see cref="Attributes"/>, this never makes a map.</summary>
    public bool HasAttributes => _attributes is { Count: > 0 };

    /// <summary>Where the operation came from.</summary>
    public Location Location { get; set; }

    /// <summary>The block that holds it; null while it is in none.</summary>
    public Block? Parent { get; internal set; }

    /// <summary>Operands; change one with <see cref="SetOperand"/>.</summary>
    public ReadOnlySpan<Value> Operands => _operands;

    /// <summary>Results.</summary>
    public ReadOnlySpan<OpResult> Results => _results;

    /// <summary>Regions.</summary>
    public ReadOnlySpan<Region> Regions => _regions;

    /// <summary>The only result.</summary>
    /// <exception cref="InvalidOperationException">There are none or several.</exception>
    public OpResult Result => _results.Length == 1 ? _results[0] : throw new InvalidOperationException($"{Name} has {_results.Length} results, not one");

    /// <summary>The operation around this one; null at the top.</summary>
    public Operation? ParentOp => Parent?.Parent?.Parent;

    /// <summary>Replaces one operand.</summary>
    public void SetOperand(int index, Value value) => _operands[index] = value;

    /// <summary>Visits this operation and everything nested in it, outer first.</summary>
    public void Walk(Action<Operation> visit)
    {
        visit(this);
        foreach (Region region in _regions)
        {
            foreach (Block block in region.Blocks)
            {
                for (int i = 0; i < block.Operations.Count; i++)
                {
                    block.Operations[i].Walk(visit);
                }
            }
        }
    }

    /// <summary>A deep copy. Operands found in <paramref name="map"/> are replaced; the copies of results and arguments are added to it.</summary>
    public Operation Clone(Dictionary<Value, Value> map)
    {
        var operands = new Value[_operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            operands[i] = map.GetValueOrDefault(_operands[i], _operands[i]);
        }
        var types = new IrType[_results.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = _results[i].Type;
        }
        var regions = new Region[_regions.Length];
        for (int i = 0; i < regions.Length; i++)
        {
            regions[i] = _regions[i].Clone(map);
        }
        var copy = new Operation(Name, operands, types, _attributes?.Clone(), regions, Location);
        for (int i = 0; i < _results.Length; i++)
        {
            copy._results[i].NameHint = _results[i].NameHint;
            map[_results[i]] = copy._results[i];
        }
        return copy;
    }

    /// <inheritdoc/>
    public override string ToString() => Name.Full;
}
