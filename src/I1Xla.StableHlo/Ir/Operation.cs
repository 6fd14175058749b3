using System.Runtime.CompilerServices;

namespace I1Xla.StableHlo.Ir;

/// <summary>
/// One operation: a name, operands, attributes, regions and results. It is plain data; what an operation means is in the op
/// table, the verifier and the interpreter. There are no use lists: a pass that needs uses walks once and builds a map.
/// </summary>
public sealed class Operation
{
    // Most operations have a result and one or two operands: those lie in the object itself, without arrays.
    private readonly int _operandCount;
    private TwoValues _firstOperands;
    private readonly Value[]? _operands;
    private readonly OpResult? _result;
    private readonly OpResult[]? _results;
    private readonly Region[] _regions;
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
        _operandCount = operands.Length;
        if (operands.Length > 2)
        {
            _operands = operands.ToArray();
        }
        else
        {
            operands.CopyTo(_firstOperands);
        }
        _attributes = attributes;
        Location = location ?? Location.Unknown;
        if (resultTypes.Length == 1)
        {
            _result = new OpResult(this, 0, resultTypes[0]);
        }
        else
        {
            _results = resultTypes.IsEmpty ? [] : new OpResult[resultTypes.Length];
            for (int i = 0; i < _results.Length; i++)
            {
                _results[i] = new OpResult(this, i, resultTypes[i]);
            }
        }
        _regions = regions.ToArray();
        foreach (Region region in _regions)
        {
            region.Parent = this;
        }
    }

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
    public ReadOnlySpan<Value> Operands => _operands is not null ? _operands : ((ReadOnlySpan<Value>)_firstOperands)[.._operandCount];

    /// <summary>Results.</summary>
    public ReadOnlySpan<OpResult> Results => _results is not null ? _results : new ReadOnlySpan<OpResult>(in _result!);

    /// <summary>Regions.</summary>
    public ReadOnlySpan<Region> Regions => _regions;

    /// <summary>The only result.</summary>
    /// <exception cref="InvalidOperationException">There are none or several.</exception>
    public OpResult Result => _result ?? throw new InvalidOperationException($"{Name} has {Results.Length} results, not one");

    /// <summary>The operation around this one; null at the top.</summary>
    public Operation? ParentOp => Parent?.Parent?.Parent;

    /// <summary>Replaces one operand.</summary>
    public void SetOperand(int index, Value value)
    {
        if (_operands is not null)
        {
            _operands[index] = value;
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
        var regions = new Region[_regions.Length];
        for (int i = 0; i < regions.Length; i++)
        {
            regions[i] = _regions[i].Clone(map);
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
