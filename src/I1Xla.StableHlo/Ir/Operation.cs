using System.Runtime.CompilerServices;

namespace I1Xla.StableHlo.Ir;

/// <summary>
/// One operation: a name, operands, attributes, regions and results. It is plain data; what an operation means is in the op
/// table, the verifier and the interpreter. There are no use lists: a pass that needs uses walks once and builds a map.
/// </summary>
/// <remarks>MLIR language reference, section <c>Operations</c>; StableHLO specification, section <c>Operations</c>.</remarks>
public sealed class Operation
{
    // Most operations have a result, one or two operands and no regions: those do without arrays. The others have all of theirs in _more.
    private readonly int _operandCount;
    private TwoValues _firstOperands;
    private readonly OpResult? _result;
    private readonly Parts? _more;
    // Null, a map, or entries that several operations share until one is asked for its map.
    private object? _attributes;

    /// <summary>Makes an operation that is in no block yet.</summary>
    public Operation(
        OpName name, ReadOnlySpan<Value> operands, ReadOnlySpan<IrType> resultTypes,
        AttributeMap? attributes = null, ReadOnlySpan<Region> regions = default, Location? location = null)
        : this(name, operands, resultTypes, (object?)attributes, regions, location)
    {
    }

    private Operation(OpName name, ReadOnlySpan<Value> operands, ReadOnlySpan<IrType> resultTypes, object? attributes, ReadOnlySpan<Region> regions, Location? location)
    {
        Name = name;
        Location = location ?? Location.Unknown;
        _attributes = attributes;
        _operandCount = operands.Length;
        if (operands.Length <= 2 && resultTypes.Length == 1 && regions.IsEmpty)
        {
            // One by one: the copy of a span would go through the runtime's general one.
            for (int i = 0; i < operands.Length; i++)
            {
                _firstOperands[i] = operands[i];
            }
            _result = new OpResult(this, 0, resultTypes[0]);
            return;
        }
        var results = new OpResult[resultTypes.Length];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = new OpResult(this, i, resultTypes[i]);
        }
        _result = results.Length == 1 ? results[0] : null;
        _more = new Parts(operands.ToArray(), results, regions.ToArray());
        foreach (Region region in _more.Regions)
        {
            region.Parent = this;
        }
    }

    private sealed record Parts(Value[] Operands, OpResult[] Results, Region[] Regions);

    [InlineArray(2)]
    private struct TwoValues
    {
        private Value _first;
    }

    /// <summary>An operation with attributes that others may have too; nobody may change the array.</summary>
    internal static Operation WithShared(
        OpName name, ReadOnlySpan<Value> operands, ReadOnlySpan<IrType> resultTypes, NamedAttribute[] attributes, ReadOnlySpan<Region> regions, Location location) =>
        new(name, operands, resultTypes, (object?)(attributes.Length == 0 ? null : attributes), regions, location);

    /// <summary>The name.</summary>
    public OpName Name { get; }

    /// <summary>Attributes, inherent and discardable.</summary>
    public AttributeMap Attributes
    {
        get
        {
            if (_attributes is AttributeMap map)
            {
                return map;
            }
            map = _attributes is NamedAttribute[] shared ? new AttributeMap(shared) : new AttributeMap();
            _attributes = map;
            return map;
        }
    }

    /// <summary>The attributes to read, without making a map.</summary>
    internal ReadOnlySpan<NamedAttribute> AttributeEntries => _attributes is NamedAttribute[] shared ? shared : _attributes is AttributeMap map ? map.Entries : default;

    /// <summary>Whether there is any attribute; unlike asking <see cref="Attributes"/>, this never makes a map.</summary>
    public bool HasAttributes => !AttributeEntries.IsEmpty;

    /// <summary>Where the operation came from.</summary>
    public Location Location { get; set; }

    /// <summary>The block that holds it; null while it is in none.</summary>
    public Block? Parent { get; internal set; }

    /// <summary>Operands; change one with <see cref="SetOperand"/>.</summary>
    public ReadOnlySpan<Value> Operands => _more is not null ? _more.Operands : ((ReadOnlySpan<Value>)_firstOperands)[.._operandCount];

    /// <summary>Results.</summary>
    public ReadOnlySpan<OpResult> Results => _more is not null ? _more.Results : new ReadOnlySpan<OpResult>(in _result!);

    /// <summary>Regions.</summary>
    public ReadOnlySpan<Region> Regions => _more is not null ? _more.Regions : default;

    /// <summary>The only result.</summary>
    /// <exception cref="InvalidOperationException">There are none or several.</exception>
    public OpResult Result => _result ?? throw new InvalidOperationException($"{Name} has {Results.Length} results, not one");

    /// <summary>The operation around this one; null at the top.</summary>
    public Operation? ParentOp => Parent?.Parent?.Parent;

    /// <summary>Replaces one operand.</summary>
    public void SetOperand(int index, Value value)
    {
        if (_more is not null)
        {
            _more.Operands[index] = value;
        }
        else
        {
            ((Span<Value>)_firstOperands)[.._operandCount][index] = value;
        }
    }

    /// <summary>Visits this operation and everything nested in it, outer first.</summary>
    public void Walk(Action<Operation> visit)
    {
        visit(this);
        foreach (Region region in Regions)
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
        var operands = new Value[_operandCount];
        for (int i = 0; i < operands.Length; i++)
        {
            operands[i] = map.GetValueOrDefault(Operands[i], Operands[i]);
        }
        ReadOnlySpan<OpResult> results = Results;
        var types = new IrType[results.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = results[i].Type;
        }
        ReadOnlySpan<Region> bodies = Regions;
        var regions = new Region[bodies.Length];
        for (int i = 0; i < regions.Length; i++)
        {
            regions[i] = bodies[i].Clone(map);
        }
        // Shared entries stay shared; a map is copied.
        var copy = new Operation(Name, operands, types, _attributes is AttributeMap own ? own.Clone() : _attributes, regions, Location);
        ReadOnlySpan<OpResult> copies = copy.Results;
        for (int i = 0; i < results.Length; i++)
        {
            copies[i].NameHint = results[i].NameHint;
            map[results[i]] = copies[i];
        }
        return copy;
    }

    /// <inheritdoc/>
    public override string ToString() => Name.Full;
}
