using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>An operation to be written. Places are those in the lists of <see cref="OperationTable"/>.</summary>
internal struct OpRecord
{
    public int Form;
    public EncodedNode Location;
    public int FirstOperand;
    public int Operands;
    public int FirstResult;
    public int Results;
    public int FirstRegion;
    public int Regions;
    /// <summary>The place after the last operation within this one.</summary>
    public int End;
    /// <summary>Whether its regions use no value from around it.</summary>
    public bool IsIsolated;
}

/// <summary>A region to be written.</summary>
internal struct RegionRecord
{
    public int Op;
    /// <summary>The region around <see cref="Op"/>; -1 at the top.</summary>
    public int Parent;
    public int FirstBlock;
    public int Blocks;
    /// <summary>How many values it defines itself.</summary>
    public int Values;
}

/// <summary>A block to be written.</summary>
internal struct BlockRecord
{
    public int FirstArgument;
    public int Arguments;
    public int FirstOp;
    public int Ops;
}

/// <summary>A value: a result or an argument.</summary>
internal struct ValueRecord
{
    public int Region;
    public EncodedNode Type;
    /// <summary>Of an argument.</summary>
    public EncodedNode Location;
    /// <summary>Its number in the file.</summary>
    public int Number;
}

/// <summary>
/// A module as lists in the order of a walk, outer operations first, with every operation converted to the version that is to be written.
/// What follows works on these lists alone.
/// </summary>
internal sealed class OperationTable : IDisposable
{
    private readonly OperationForms _forms;
    private readonly NodeEncoder _encoder;
    private readonly VhloExport _export;
    private readonly List<(int Operand, int Region, Value Value)> _later = [];
    private PooledList<OpRecord> _ops = new();
    private PooledList<RegionRecord> _regions = new();
    private PooledList<BlockRecord> _blocks = new();
    private PooledList<ValueRecord> _values = new();
    private PooledList<Value> _valueObjects = new();
    private PooledList<int> _operands = new();
    private IrType? _lastType;
    private EncodedNode _lastTypeNode;

    public OperationTable(Operation root, NodeEncoder encoder, VhloExport export, OperationForms forms)
    {
        _encoder = encoder;
        _export = export;
        _forms = forms;
        int expected = Expected(root);
        _ops.Expect(expected);
        _values.Expect(expected);
        _valueObjects.Expect(expected);
        _operands.Expect(2 * expected);
        Walk(root, -1);
        foreach ((int operand, int region, Value value) in _later)
        {
            int place = Find(value);
            if (place < 0)
            {
                throw new InvalidOperationException("an operand belongs to no operation or block of the module");
            }
            _operands[operand] = place;
            Used(place, region);
        }
    }

    /// <summary>How many operations there are; the module is the first.</summary>
    public int OpCount => _ops.Count;

    /// <summary>How many values there are.</summary>
    public int ValueCount => _values.Count;

    /// <summary>What each operation becomes.</summary>
    public OperationForms Forms => _forms;

    public ref OpRecord Op(int op) => ref _ops[op];

    public ref RegionRecord Region(int region) => ref _regions[region];

    public ref BlockRecord Block(int block) => ref _blocks[block];

    public ref ValueRecord Value(int value) => ref _values[value];

    /// <summary>The value itself.</summary>
    public Value ValueObject(int value) => _valueObjects[value];

    /// <summary>The operands of an operation, as places of values.</summary>
    public ReadOnlySpan<int> Operands(in OpRecord op) => _operands.Span.Slice(op.FirstOperand, op.Operands);

    /// <inheritdoc/>
    public void Dispose()
    {
        _ops.Dispose();
        _regions.Dispose();
        _blocks.Dispose();
        _values.Dispose();
        _valueObjects.Dispose();
        _operands.Dispose();
    }

    /// <summary>About how many operations there are: those of functions, without what is nested in them.</summary>
    private static int Expected(Operation root)
    {
        int count = 0;
        foreach (Region region in root.Regions)
        {
            foreach (Block block in region.Blocks)
            {
                foreach (Operation op in block.Operations)
                {
                    count += op.Regions is [{ Blocks: [{ } body, ..] }, ..] ? body.Operations.Count : 1;
                }
            }
        }
        return count + (count / 4);
    }

    private void Walk(Operation op, int region)
    {
        int place = _ops.Count;
        var record = new OpRecord { IsIsolated = true, Operands = op.Operands.Length, FirstOperand = _operands.Reserve(op.Operands.Length) };
        int operand = record.FirstOperand;
        foreach (Value value in op.Operands)
        {
            int found = Find(value);
            _operands[operand] = found;
            if (found < 0)
            {
                _later.Add((operand, region, value));
            }
            else if (_values[found].Region != region)
            {
                Used(found, region);
            }
            operand++;
        }
        try
        {
            record.FirstResult = _values.Count;
            record.Results = op.Results.Length;
            foreach (OpResult result in op.Results)
            {
                Define(result, region, default);
            }
            record.Form = _forms.Of(op);
            record.Location = _encoder.LocationNode(op.Location);
        }
        catch (NotSupportedException e)
        {
            throw Refused(op, e);
        }
        record.Regions = op.Regions.Length;
        record.FirstRegion = _regions.Reserve(record.Regions);
        record.End = place + 1;
        _ops.Add(record);
        if (record.Regions == 0)
        {
            return;
        }
        for (int i = 0; i < record.Regions; i++)
        {
            Walk(op, op.Regions[i], record.FirstRegion + i, place, region);
        }
        _ops[place].End = _ops.Count;
    }

    private void Walk(Operation op, Region region, int place, int opPlace, int parent)
    {
        int first = _blocks.Reserve(region.Blocks.Count);
        _regions[place] = new RegionRecord { Op = opPlace, Parent = parent, FirstBlock = first, Blocks = region.Blocks.Count };
        for (int i = 0; i < region.Blocks.Count; i++)
        {
            Block block = region.Blocks[i];
            _blocks[first + i] = new BlockRecord { FirstArgument = _values.Count, Arguments = block.Arguments.Count, FirstOp = _ops.Count, Ops = block.Operations.Count };
            try
            {
                foreach (BlockArgument argument in block.Arguments)
                {
                    Define(argument, place, _encoder.LocationNode(argument.Location));
                }
            }
            catch (NotSupportedException e)
            {
                throw Refused(op, e);
            }
            foreach (Operation inner in block.Operations)
            {
                Walk(inner, place);
            }
        }
    }

    private PortableArtifactException Refused(Operation op, NotSupportedException why) =>
        new($"failed to legalize operation '{_export.Blamed(op.Name)}' that was explicitly marked illegal: {why.Message} (at {op.Location})", op.Location);

    private void Define(Value value, int region, EncodedNode location)
    {
        if (!ReferenceEquals(value.Type, _lastType))
        {
            (_lastType, _lastTypeNode) = (value.Type, _encoder.Vhlo(value.Type));
        }
        value.Ordinal = _values.Count;
        _values.Add(new ValueRecord { Region = region, Type = _lastTypeNode, Location = location });
        _valueObjects.Add(value);
    }

    private int Find(Value value)
    {
        int place = value.Ordinal;
        return (uint)place < (uint)_valueObjects.Count && ReferenceEquals(_valueObjects[place], value) ? place : -1;
    }

    /// <summary>Notes that a value is used in a region: operations between it and the value are not isolated.</summary>
    private void Used(int value, int region)
    {
        int home = _values[value].Region;
        for (; region != home && region >= 0 && _regions[region].Op != 0; region = _regions[region].Parent)
        {
            _ops[_regions[region].Op].IsIsolated = false;
        }
    }
}
