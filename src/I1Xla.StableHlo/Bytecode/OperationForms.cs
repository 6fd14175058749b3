using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>What operations of one name and the same attributes become in the file.</summary>
/// <param name="Name">The place of the name in <see cref="OperationForms.Names"/>.</param>
/// <param name="Attributes">The dictionary of what is not a property; null where there is nothing.</param>
/// <param name="Properties">The properties; null where the operation or the version has none.</param>
/// <param name="IsDowngraded">Whether the version has an older form of it, so that the reference makes it anew after all others.</param>
internal sealed record OperationForm(int Name, EncodedNode? Attributes, Token[]? Properties, bool IsDowngraded);

/// <summary>A name as the file lists it.</summary>
internal struct NumberedName
{
    public required int Dialect { get; init; }

    /// <summary>The place of what stands after the dialect among the strings.</summary>
    public required int Text { get; init; }

    public int References { get; set; }

    public int Number { get; set; }
}

/// <summary>Finds or makes the form of each operation. Operations whose names and attributes are equal share one.</summary>
internal sealed class OperationForms(NodeTable nodes, NodeEncoder encoder, VhloExport export, bool nativeProperties)
{
    private static readonly OpName s_moduleName = ModuleOp.OpName;
    private readonly Dictionary<OpName, int> _nameOf = [];
    private readonly Dictionary<int, int> _byHash = [];
    private readonly List<(OpName Name, NamedAttribute[] Entries, int Next)> _sources = [];
    private readonly List<OperationForm> _forms = [];
    private int[] _withoutAttributes = [];

    /// <summary>The names, in the order in which they came.</summary>
    public NumberedName[] Names { get; private set; } = [];

    /// <summary>A form.</summary>
    public OperationForm this[int form] => _forms[form];

    /// <summary>How many there are.</summary>
    public int Count => _forms.Count;

    /// <summary>The form of an operation.</summary>
    /// <exception cref="NotSupportedException">The version cannot express the operation.</exception>
    public int Of(Operation op)
    {
        ReadOnlySpan<NamedAttribute> entries = op.AttributeEntries;
        int id = op.Name.Id;
        if (entries.IsEmpty && id < _withoutAttributes.Length && _withoutAttributes[id] is int plain and > 0)
        {
            return plain - 1;
        }
        if (!export.DependsOnAttributesOnly(op.Name))
        {
            return Add(op, out _);
        }
        int hash = id;
        foreach (NamedAttribute entry in entries)
        {
            hash = (hash * 31) + SmallAttributes.Hash(entry.Value);
        }
        int first = _byHash.GetValueOrDefault(hash, -1);
        for (int known = first; known >= 0; known = _sources[known].Next)
        {
            if (Same(_sources[known].Name, _sources[known].Entries, op.Name, entries))
            {
                return known;
            }
        }
        int form = Add(op, out bool downgraded);
        if (!downgraded)
        {
            _sources[form] = (op.Name, entries.ToArray(), first);
            _byHash[hash] = form;
            if (entries.IsEmpty)
            {
                if (id >= _withoutAttributes.Length)
                {
                    Array.Resize(ref _withoutAttributes, Math.Max(256, 2 * id));
                }
                _withoutAttributes[id] = form + 1;
            }
        }
        return form;
    }

    private static bool Same(OpName knownName, NamedAttribute[] known, OpName name, ReadOnlySpan<NamedAttribute> entries)
    {
        if (knownName != name || known.Length != entries.Length)
        {
            return false;
        }
        for (int i = 0; i < known.Length; i++)
        {
            if (known[i].Name != entries[i].Name || !SmallAttributes.Same(known[i].Value, entries[i].Value))
            {
                return false;
            }
        }
        return true;
    }

    private int Add(Operation op, out bool downgraded)
    {
        OperationForm form = op.Name == s_moduleName ? Module(op) : Converted(op);
        downgraded = form.IsDowngraded;
        _forms.Add(form);
        _sources.Add((op.Name, [], -1));
        return _forms.Count - 1;
    }

    private OperationForm Converted(Operation op)
    {
        ExportedOp exported = export.Convert(op);
        var discardable = new List<(string Key, EncodedNode Value)>();
        foreach ((string name, Attribute value) in exported.Discardable)
        {
            discardable.Add((name, encoder.Vhlo(value)));
        }
        var inherent = new Token[exported.Inherent.Length];
        for (int i = 0; i < inherent.Length; i++)
        {
            EncodedNode value = encoder.Vhlo(exported.Inherent[i].Value);
            inherent[i] = Token.Attribute(value);
            if (!nativeProperties)
            {
                discardable.Add((exported.Inherent[i].Name, value));
            }
        }
        if (!nativeProperties)
        {
            discardable.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        }
        return new OperationForm(
            Name(exported.Op.Name), discardable.Count > 0 ? encoder.Dictionary(discardable) : null, nativeProperties && inherent.Length > 0 ? inherent : null, exported.IsDowngraded);
    }

    private OperationForm Module(Operation op)
    {
        var entries = new List<(string Key, EncodedNode Value)>();
        EncodedNode? name = null, visibility = null;
        foreach (NamedAttribute entry in op.Attributes.Entries)
        {
            EncodedNode value = encoder.Builtin(entry.Value);
            if (nativeProperties && entry.Name == "sym_name")
            {
                name = value;
            }
            else if (nativeProperties && entry.Name == "sym_visibility")
            {
                visibility = value;
            }
            else
            {
                entries.Add((entry.Name, value));
            }
        }
        entries.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return new OperationForm(
            Name(op.Name), entries.Count > 0 ? encoder.Dictionary(entries) : null,
            nativeProperties ? [Token.OptionalAttribute(name), Token.OptionalAttribute(visibility)] : null, false);
    }

    private int Name(OpName name)
    {
        if (!_nameOf.TryGetValue(name, out int place))
        {
            _nameOf.Add(name, place = _nameOf.Count);
            Names = [.. Names, new NumberedName { Dialect = nodes.Dialect(name.Dialect), Text = nodes.String(name.Short) }];
        }
        return place;
    }
}
