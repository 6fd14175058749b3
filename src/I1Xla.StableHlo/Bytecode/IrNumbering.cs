using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>A name as the file lists it.</summary>
internal sealed class NumberedName(string dialect, string name, bool registered)
{
    public string Dialect => dialect;

    public string Name => name;

    public bool Registered => registered;

    public int References { get; set; } = 1;

    public int Number { get; set; }
}

/// <summary>An operation ready to be written.</summary>
internal sealed class NumberedOp
{
    public required NumberedName Name { get; init; }

    public EncodedNode? Attributes { get; init; }

    public Token[]? Properties { get; init; }

    public required EncodedNode Location { get; init; }

    public bool IsIsolated { get; set; } = true;

    /// <summary>Its place in a walk, outer operations first.</summary>
    public int Order { get; set; }

    /// <summary>Whether the version has an older form of it, so that the reference makes it anew after all others.</summary>
    public bool IsDowngraded { get; init; }
}

/// <summary>
/// Numbers everything a file refers to, as MLIR's writer does it (IRNumbering): in the order of a walk, then by how often each
/// is used, then grouped by dialect within what numbers of the same length can tell apart.
/// </summary>
internal sealed class IrNumbering
{
    private static readonly OpName s_moduleName = ModuleOp.OpName;
    private readonly NodeEncoder _encoder;
    private readonly VhloExport _export;
    private readonly bool _nativeProperties;
    private readonly Dictionary<string, int> _dialects = [];
    private readonly Dictionary<string, NumberedName> _names = [];
    private readonly Dictionary<Operation, NumberedOp> _operations = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Value, int> _values = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Region, int> _valueCounts = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Value, List<(NumberedOp User, int Operand)>> _uses = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<int, Converted> _converted = [];
    private readonly Dictionary<Attribute, Attribute> _canonical = [];
    private NamedAttribute[] _entryBuffer = [];
    private readonly UseLists? _read;
    private IrType? _lastType;
    private EncodedNode? _lastTypeNode;
    private int _nextValue;

    public IrNumbering(Operation root, NodeEncoder encoder, VhloExport export, int bytecodeVersion, UseLists? read)
    {
        _read = read;
        _encoder = encoder;
        _export = export;
        _nativeProperties = bytecodeVersion >= BytecodeFormat.NativeProperties;
        Prepare(root);
        Number(root);
        var pending = new Stack<(Region Region, int First)>();
        void Add(Operation op)
        {
            int first = _operations[op].IsIsolated ? 0 : _nextValue;
            foreach (Region region in op.Regions)
            {
                pending.Push((region, first));
            }
        }
        Add(root);
        while (pending.TryPop(out (Region Region, int First) next))
        {
            _nextValue = next.First;
            Number(next.Region);
            foreach (Block block in next.Region.Blocks)
            {
                foreach (Operation op in block.Operations)
                {
                    Add(op);
                }
            }
        }
        Attributes = Order(Attributes, n => n.Dialect, n => n.References, (n, i) => n.Number = i);
        Names = Order(Names, n => n.Dialect, n => n.References, (n, i) => n.Number = i);
        Types = Order(Types, n => n.Dialect, n => n.References, (n, i) => n.Number = i);
    }

    public IReadOnlyList<string> Dialects => _dialectOrder;

    public List<EncodedNode> Attributes { get; private set; } = [];

    public List<EncodedNode> Types { get; private set; } = [];

    public List<NumberedName> Names { get; private set; } = [];

    private readonly List<string> _dialectOrder = [];

    public int DialectNumber(string dialect) => _dialects[dialect];

    public NumberedOp Of(Operation op) => _operations[op];

    public int Of(Value value) => _values.TryGetValue(value, out int number) ? number : throw new InvalidOperationException("an operand belongs to no operation or block of the module");

    public int ValueCount(Region region) => _valueCounts[region];

    /// <summary>Converts every operation, and finds the regions that use nothing from around them.</summary>
    private void Prepare(Operation root)
    {
        root.Walk(op =>
        {
            Region? own = op.Parent?.Parent;
            foreach (Value operand in op.Operands)
            {
                Region? home = operand is OpResult result ? result.Owner.Parent?.Parent : ((BlockArgument)operand).Owner.Parent;
                for (Region? region = own; region != home && region?.Parent is { } container && container != root; region = container.Parent?.Parent)
                {
                    _operations[container].IsIsolated = false;
                }
            }
            NumberedOp numbered = Convert(op);
            numbered.Order = _operations.Count;
            _operations.Add(op, numbered);
            HasUseLists |= numbered.IsDowngraded;
        });
        HasUseLists = _read is null ? HasUseLists : !_read.IsEmpty;
        if (HasUseLists)
        {
            root.Walk(Uses);
        }
    }

    private void Uses(Operation op)
    {
        for (int i = 0; i < op.Operands.Length; i++)
        {
            if (!_uses.TryGetValue(op.Operands[i], out List<(NumberedOp, int)>? uses))
            {
                _uses.Add(op.Operands[i], uses = []);
            }
            uses.Add((_operations[op], i));
        }
    }

    /// <summary>Whether the uses of any value are linked otherwise than a reader links them.</summary>
    public bool HasUseLists { get; private set; }

    /// <summary>The encoding of a type of a value.</summary>
    public EncodedNode TypeOf(IrType type)
    {
        if (!ReferenceEquals(type, _lastType))
        {
            (_lastType, _lastTypeNode) = (type, _encoder.Vhlo(type));
        }
        return _lastTypeNode!;
    }

    /// <summary>
    /// How the uses of a value are linked in the reference, where it is not the way in which a reader links them: for each use,
    /// last first, its place in the list. Null when they are linked so. A module that was read has what was read; otherwise
    /// operations of an older form are made after the others, which puts their uses first, and the uses of their results are
    /// linked the other way around.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="index">Its place among the operation's results or the block's arguments.</param>
    public UseListOrder? UseListOrder(Value value, int index)
    {
        if (!_uses.TryGetValue(value, out List<(NumberedOp User, int Operand)>? uses) || uses.Count < 2)
        {
            return null;
        }
        if (_read is not null)
        {
            return _read.Find(value, uses.Count);
        }
        bool reversed = value is OpResult result && _operations[result.Owner].IsDowngraded;
        if (!reversed && uses.TrueForAll(u => !u.User.IsDowngraded))
        {
            return null;
        }
        List<(NumberedOp User, int Operand)> linked =
            [.. uses.Where(u => u.User.IsDowngraded).Reverse(), .. uses.Where(u => !u.User.IsDowngraded).Reverse()];
        if (reversed)
        {
            linked.Reverse();
        }
        int[] order = [.. Enumerable.Range(0, linked.Count).OrderByDescending(i => linked[i].User.Order).ThenByDescending(i => linked[i].Operand)];
        return Bytecode.UseListOrder.Of(index, order);
    }

    private NumberedOp Convert(Operation op)
    {
        try
        {
            if (op.Name == s_moduleName)
            {
                return Module(op);
            }
            foreach (OpResult result in op.Results)
            {
                _ = TypeOf(result.Type);
            }
            Converted converted = ConvertAttributes(op);
            return new NumberedOp
            {
                Name = converted.Name,
                Attributes = converted.Attributes,
                Properties = converted.Properties,
                Location = _encoder.Builtin(op.Location),
                IsDowngraded = converted.IsDowngraded,
            };
        }
        catch (NotSupportedException e)
        {
            throw new PortableArtifactException($"failed to legalize operation '{_export.Blamed(op.Name)}' that was explicitly marked illegal: {e.Message} (at {op.Location})", op.Location);
        }
    }

    /// <summary>The entries with equal attributes as one object, where they cost little to compare; good until the next call.</summary>
    private ReadOnlySpan<NamedAttribute> Canonical(ReadOnlySpan<NamedAttribute> entries)
    {
        if (_entryBuffer.Length < entries.Length)
        {
            _entryBuffer = new NamedAttribute[entries.Length];
        }
        for (int i = 0; i < entries.Length; i++)
        {
            Attribute value = entries[i].Value;
            if (IsSmall(value) && !_canonical.TryAdd(value, value))
            {
                value = _canonical[value];
            }
            _entryBuffer[i] = new NamedAttribute(entries[i].Name, value);
        }
        return _entryBuffer.AsSpan(0, entries.Length);
    }

    private static bool IsSmall(Attribute value)
    {
        if (value is not ArrayAttr list)
        {
            return value is not (DenseElementsAttr or DenseResourceAttr or DenseStringElementsAttr or DictionaryAttr);
        }
        foreach (Attribute item in list.Items)
        {
            if (item is not EnumAttr)
            {
                return false;
            }
        }
        return list.Items.Length <= 4;
    }

    /// <summary>What an operation's name and attributes become. Operations that have the same attributes share it.</summary>
    private Converted ConvertAttributes(Operation op)
    {
        bool shared = _export.DependsOnAttributesOnly(op.Name);
        ReadOnlySpan<NamedAttribute> entries = !op.HasAttributes ? default : shared ? Canonical(op.Attributes.Entries) : op.Attributes.Entries;
        int hash = op.Name.Id;
        foreach (NamedAttribute entry in entries)
        {
            hash = HashCode.Combine(hash, RuntimeHelpers.GetHashCode(entry.Value));
        }
        Converted? first = shared ? _converted.GetValueOrDefault(hash) : null;
        for (Converted? known = first; known is not null; known = known.Next)
        {
            if (known.Is(op.Name, entries))
            {
                return known;
            }
        }
        ExportedOp exported = _export.Convert(op);
        var discardable = new List<(string Key, EncodedNode Value)>(exported.Discardable.Select(a => (a.Name, _encoder.Vhlo(a.Value))));
        Token[] inherent = [.. exported.Inherent.Select(a => Token.Attribute(_encoder.Vhlo(a.Value)))];
        if (!_nativeProperties)
        {
            discardable.AddRange(exported.Inherent.Select((a, i) => (a.Name, (EncodedNode)inherent[i].Reference!)));
            discardable.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        }
        var converted = new Converted
        {
            OpName = op.Name,
            Entries = entries.ToArray(),
            Next = first,
            Name = Name(exported.Op.Name),
            Attributes = discardable.Count > 0 ? _encoder.Dictionary(discardable) : null,
            Properties = _nativeProperties && inherent.Length > 0 ? inherent : null,
            IsDowngraded = exported.IsDowngraded,
        };
        if (shared && !exported.IsDowngraded)
        {
            _converted[hash] = converted;
        }
        return converted;
    }

    private sealed class Converted
    {
        public required OpName OpName { get; init; }

        public required NamedAttribute[] Entries { get; init; }

        public Converted? Next { get; init; }

        public required NumberedName Name { get; init; }

        public EncodedNode? Attributes { get; init; }

        public Token[]? Properties { get; init; }

        public bool IsDowngraded { get; init; }

        public bool Is(OpName name, ReadOnlySpan<NamedAttribute> entries)
        {
            if (name != OpName || entries.Length != Entries.Length)
            {
                return false;
            }
            for (int i = 0; i < entries.Length; i++)
            {
                if (!ReferenceEquals(entries[i].Value, Entries[i].Value) || entries[i].Name != Entries[i].Name)
                {
                    return false;
                }
            }
            return true;
        }
    }

    private NumberedOp Module(Operation op)
    {
        var entries = new List<(string Key, EncodedNode Value)>();
        EncodedNode? name = null, visibility = null;
        foreach (NamedAttribute entry in op.Attributes.Entries)
        {
            EncodedNode value = _encoder.Builtin(entry.Value);
            if (_nativeProperties && entry.Name == "sym_name")
            {
                name = value;
            }
            else if (_nativeProperties && entry.Name == "sym_visibility")
            {
                visibility = value;
            }
            else
            {
                entries.Add((entry.Name, value));
            }
        }
        entries.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return new NumberedOp
        {
            Name = Name(op.Name),
            Attributes = entries.Count > 0 ? _encoder.Dictionary(entries) : null,
            Properties = _nativeProperties ? [new Token(TokenKind.OptionalAttribute, 0, name), new Token(TokenKind.OptionalAttribute, 0, visibility)] : null,
            Location = _encoder.Builtin(op.Location),
        };
    }

    private NumberedName Name(OpName name)
    {
        if (!_names.TryGetValue(name.Full, out NumberedName? numbered))
        {
            _names.Add(name.Full, numbered = new NumberedName(name.Dialect, name.Short, true));
        }
        return numbered;
    }

    private void Number(Region region)
    {
        if (region.IsEmpty)
        {
            return;
        }
        int first = _nextValue;
        foreach (Block block in region.Blocks)
        {
            foreach (BlockArgument argument in block.Arguments)
            {
                _values.Add(argument, _nextValue++);
                Number(_encoder.Builtin(argument.Location));
                Number(_encoder.Vhlo(argument.Type));
            }
            foreach (Operation op in block.Operations)
            {
                Number(op);
            }
        }
        _valueCounts.Add(region, _nextValue - first);
    }

    private void Number(Operation op)
    {
        NumberedOp numbered = _operations[op];
        if (numbered.Name.Number < 0)
        {
            numbered.Name.References++;
        }
        else
        {
            numbered.Name.Number = -1;
            Dialect(numbered.Name.Dialect);
            Names.Add(numbered.Name);
        }
        foreach (OpResult result in op.Results)
        {
            _values.Add(result, _nextValue++);
            Number(TypeOf(result.Type));
        }
        if (numbered.Attributes is not null)
        {
            Number(numbered.Attributes);
        }
        Number(numbered.Properties);
        Number(numbered.Location);
    }

    private void Number(EncodedNode node)
    {
        if (node.References++ > 0)
        {
            return;
        }
        (node.IsType ? Types : Attributes).Add(node);
        Dialect(node.Dialect);
        Number(node.Tokens);
    }

    private void Number(Token[]? tokens)
    {
        if (tokens is null)
        {
            return;
        }
        foreach (Token token in tokens)
        {
            if (token.Reference is EncodedNode part)
            {
                Number(part);
            }
        }
    }

    private void Dialect(string dialect)
    {
        if (_dialects.TryAdd(dialect, _dialects.Count))
        {
            _dialectOrder.Add(dialect);
        }
    }

    private List<T> Order<T>(List<T> items, Func<T, string> dialect, Func<T, int> references, Action<T, int> number)
    {
        List<T> byUse = [.. items.OrderByDescending(references)];
        var ordered = new List<T>(byUse.Count);
        int first = 0;
        long group = 0;
        for (int i = 1; i < 9 && ordered.Count < byUse.Count; i++)
        {
            // The subtraction is what MLIR does, though it makes groups other than one might expect.
            group = (1L << (7 * i)) - group;
            List<T> part = byUse.GetRange(ordered.Count, (int)Math.Min(group, byUse.Count - ordered.Count));
            ordered.AddRange(part.OrderBy(t => _dialects[dialect(t)] == first ? -1 : _dialects[dialect(t)]));
            first = _dialects[dialect(ordered[^1])];
        }
        for (int i = 0; i < ordered.Count; i++)
        {
            number(ordered[i], i);
        }
        return ordered;
    }
}
