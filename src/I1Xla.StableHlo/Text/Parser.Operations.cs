using System.Runtime.InteropServices;
using System.Text;
using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>Operations, regions and blocks.</summary>
internal sealed partial class Parser
{
    private readonly List<Use> _uses = [];
    private readonly List<Value> _values = [];
    private readonly List<ResultGroup> _results = [];
    private readonly Utf8Table<OpName> _otherNames = new();
    private SsaScopes _scopes = null!;
    private string _defaultDialect = "builtin";

    /// <summary>A value that is named: the name's bytes without <c>%</c>, and which of several results.</summary>
    private readonly record struct Use(int Pos, int Length, int Result);

    /// <summary><c>%name</c> or <c>%name:count</c> on the left of <c>=</c>.</summary>
    private readonly record struct ResultGroup(int Pos, int Length, int Count);

    /// <summary>The whole text: one module, or operations that become the body of one.</summary>
    public ModuleOp ParseTopLevel()
    {
        _scopes = new SsaScopes(_s);
        var body = new Block();
        while (true)
        {
            byte c = Peek();
            if (AtEnd)
            {
                break;
            }
            if (c == '#')
            {
                ParseAttributeAlias();
            }
            else if (c == '!')
            {
                ParseTypeAlias();
            }
            else if (c == '{' && _s[_pos + 1] == '-' && _s[_pos + 2] == '#')
            {
                ParseFileMetadata();
            }
            else
            {
                ParseOperation(body);
            }
        }
        if (body.Operations.Count == 1 && body.Operations[0].Name == ModuleOp.OpName)
        {
            Operation module = body.Operations[0];
            body.Replace([]);
            module.Parent = null;
            return new ModuleOp(module);
        }
        return new ModuleOp(new Operation(ModuleOp.OpName, [], [], null, [new Region(body)], new FileLineLocation(_file, _firstLine, 1)));
    }

    /// <summary>A type and nothing else.</summary>
    public IrType ParseOneType()
    {
        IrType type = ParseType();
        return AtEndAfterBlanks() ? type : throw WrongToken("expected end of the type");
    }

    /// <summary>An attribute and nothing else.</summary>
    public Attribute ParseOneAttribute()
    {
        Attribute attribute = ParseAttribute();
        return AtEndAfterBlanks() ? attribute : throw WrongToken("expected end of the attribute");
    }

    private bool AtEndAfterBlanks()
    {
        Peek();
        return AtEnd;
    }

    private void ParseAttributeAlias()
    {
        int start = _pos++;
        string name = Intern(TakeSuffix("expected attribute identifier after '#'"));
        if (name.Contains('.'))
        {
            throw Error(start, "attribute names with a '.' are reserved for dialect-defined names");
        }
        Take((byte)'=', "expected '=' in attribute alias definition");
        if (!DefineAttributeAlias(name))
        {
            throw Error(start, $"redefinition of attribute alias id '{name}'");
        }
    }

    private void ParseTypeAlias()
    {
        int start = _pos++;
        string name = Intern(TakeSuffix("expected type identifier after '!'"));
        if (name.Contains('.'))
        {
            throw Error(start, "type names with a '.' are reserved for dialect-defined names");
        }
        Take((byte)'=', "expected '=' in type alias definition");
        int from = _pos;
        long before = _expanded;
        IrType type = ParseType();
        if (!_typeAliases.TryAdd(name, (type, _pos - from + _expanded - before)))
        {
            throw Error(start, $"redefinition of type alias id '{name}'");
        }
    }

    private void ParseOperation(Block block)
    {
        int groups = _results.Count;
        int resultsAt = _pos;
        if (Peek() == '%')
        {
            resultsAt = _pos;
            ParseResultNames();
        }
        Peek();
        int at = _pos;
        Operation op;
        if (_s[at] == '"')
        {
            op = ParseGenericOperation();
        }
        else if (Is(_s[at], IdentifierStart))
        {
            op = ParseCustomOperation();
        }
        else
        {
            throw WrongToken("expected operation name in quotes");
        }
        block.Add(op);
        if (_results.Count > groups)
        {
            DefineResults(op, groups, resultsAt);
        }
    }

    private void ParseResultNames()
    {
        do
        {
            if (Peek() != '%')
            {
                throw WrongToken("expected valid ssa identifier");
            }
            _pos++;
            int start = _pos;
            int length = TakeSuffix("expected valid ssa identifier").Length;
            int count = 1;
            if (TryTake((byte)':'))
            {
                Peek();
                int at = _pos;
                if (!Is(_s[at], DigitClass))
                {
                    throw WrongToken("expected integer number of results");
                }
                count = TakeMagnitude(out ulong many) && many is > 0 and < int.MaxValue ? (int)many : throw Error(at, "expected named operation to have at least 1 result");
            }
            _results.Add(new ResultGroup(start, length, count));
        }
        while (TryTake((byte)','));
        Take((byte)'=', "expected '=' after SSA name");
    }

    private void DefineResults(Operation op, int groups, int at)
    {
        long named = 0;
        for (int i = groups; i < _results.Count; i++)
        {
            named += _results[i].Count;
        }
        if (op.Results.Length == 0)
        {
            throw Error(at, "cannot name an operation with no results");
        }
        if (named != op.Results.Length)
        {
            throw Error(at, $"operation defines {op.Results.Length} results but was provided {named} to bind");
        }
        int first = 0;
        for (int i = groups; i < _results.Count; i++)
        {
            ResultGroup group = _results[i];
            object value = group.Count == 1 ? op.Results[first] : op;
            DefineName(group.Pos, group.Length, value, first, group.Count);
            if (!Is(_s[group.Pos], DigitClass))
            {
                op.Results[first].NameHint = Intern(_s.AsSpan(group.Pos, group.Length));
            }
            first += group.Count;
        }
        _results.RemoveRange(groups, _results.Count - groups);
    }

    private void DefineName(int pos, int length, object value, int first, int count)
    {
        if (!_scopes.Define(pos, length, value, first, count))
        {
            throw Error(pos - 1, $"redefinition of SSA value '%{Encoding.UTF8.GetString(_s, pos, length)}'");
        }
    }

    /// <summary><c>%name</c> or <c>%name#2</c>.</summary>
    private Use TakeUse()
    {
        if (Peek() != '%')
        {
            throw WrongToken("expected SSA operand");
        }
        _pos++;
        int start = _pos;
        int length = TakeSuffix("expected SSA operand").Length;
        int result = 0;
        if (_s[_pos] == '#')
        {
            _pos++;
            if (!Is(_s[_pos], DigitClass) || !TakeMagnitude(out ulong number) || number > int.MaxValue)
            {
                throw Error(_pos, "invalid SSA value result number");
            }
            result = (int)number;
        }
        return new Use(start, length, result);
    }

    /// <summary>Pushes uses up to something else; the cursor may stand on no use at all.</summary>
    private void TakeUses()
    {
        if (Peek() != '%')
        {
            return;
        }
        do
        {
            _uses.Add(TakeUse());
        }
        while (TryTake((byte)','));
    }

    private Value Resolve(in Use use, IrType type)
    {
        if (!_scopes.TryGet(use.Pos, use.Length, out object found, out int first, out int count))
        {
            throw Error(use.Pos - 1, $"use of undeclared SSA value name '%{Encoding.UTF8.GetString(_s, use.Pos, use.Length)}'");
        }
        if (use.Result >= count)
        {
            throw Error(use.Pos - 1, "reference to invalid result number");
        }
        Value value = found as Value ?? ((Operation)found).Results[first + use.Result];
        if (!ReferenceEquals(value.Type, type) && !value.Type.Equals(type))
        {
            throw Error(use.Pos - 1, $"use of value '%{Encoding.UTF8.GetString(_s, use.Pos, use.Length)}' expects different type than prior uses: '{type}' vs '{value.Type}'");
        }
        return value;
    }

    /// <summary>
    /// Makes an operation of the uses from <paramref name="useStart"/> on, whose types are on the type stack from
    /// <paramref name="typeStart"/> on with the results' types after them, and pops both.
    /// </summary>
    private Operation MakeOperation(OpName name, int useStart, int typeStart, int at, AttributeMap? attributes, ReadOnlySpan<Region> regions, Location? location)
    {
        int operands = _uses.Count - useStart;
        int valueStart = _values.Count;
        for (int i = 0; i < operands; i++)
        {
            Value value = Resolve(_uses[useStart + i], _types[typeStart + i]);
            _values.Add(value);
        }
        location ??= ParseOptionalLocation() ?? LocationAt(at);
        var op = new Operation(
            name, CollectionsMarshal.AsSpan(_values)[valueStart..], CollectionsMarshal.AsSpan(_types)[(typeStart + operands)..],
            attributes, regions, location);
        _values.RemoveRange(valueStart, operands);
        _uses.RemoveRange(useStart, operands);
        _types.RemoveRange(typeStart, _types.Count - typeStart);
        return op;
    }

    /// <summary><c>"name"(%a) &lt;{…}&gt; ({…}) {…} : (t) -> t</c>.</summary>
    private Operation ParseGenericOperation()
    {
        int at = _pos;
        ReadOnlySpan<byte> raw = TakeRawString(out bool escaped);
        if (raw.IsEmpty)
        {
            throw Error(at, "empty operation name is invalid");
        }
        if (raw.Contains((byte)0) || escaped)
        {
            throw Error(at, "null character not allowed in operation name");
        }
        OpName name;
        string dialect = "";
        bool isolated = false;
        if (OpSyntaxTable.ByName.TryGet(raw, out OpSyntax known))
        {
            name = known.Name;
            dialect = known.DefaultDialect;
            isolated = known.IsIsolated;
        }
        else if (!_otherNames.TryGet(raw, out name))
        {
            name = OpName.Get(Intern(raw));
            _otherNames.Add(raw, name);
        }
        string? outer = _customOp;
        _customOp = null;
        int useStart = _uses.Count;
        Take((byte)'(', "expected '(' to start operand list");
        if (!TryTake((byte)')'))
        {
            do
            {
                _uses.Add(TakeUse());
            }
            while (TryTake((byte)','));
            Take((byte)')', "expected ')' to end operand list");
        }
        if (Peek() == '[')
        {
            throw Error(_pos, "successor blocks are not supported: a region of StableHLO is one block");
        }
        var attributes = new AttributeMap();
        if (TryTake((byte)'<'))
        {
            ParseAttributesInto(attributes);
            Take((byte)'>', "expected '>' to close properties");
        }
        Region[] regions = [];
        if (TryTake((byte)'('))
        {
            var list = new List<Region>();
            do
            {
                Region region = new();
                ParseRegion(region, dialect, isolated);
                list.Add(region);
            }
            while (TryTake((byte)','));
            Take((byte)')', "expected ')' to end region list");
            regions = [.. list];
        }
        if (Peek() == '{')
        {
            ParseAttributesInto(attributes);
        }
        SortAttributes(ref attributes);
        Take((byte)':', "expected ':' followed by operation type");
        int typeStart = _types.Count;
        Peek();
        int typeAt = _pos;
        if (_s[_pos] != '(')
        {
            ParseNonFunctionType();
            throw Error(typeAt, "expected function type");
        }
        int inputs = ParseFunctionTypeParts();
        if (inputs != _uses.Count - useStart)
        {
            throw Error(typeAt, $"expected {_uses.Count - useStart} operand type{(_uses.Count - useStart == 1 ? "" : "s")} but had {inputs}");
        }
        Operation op = MakeOperation(name, useStart, typeStart, at, attributes, regions, null);
        _customOp = outer;
        return op;
    }

    /// <summary>Brings attributes into the order of their names, as MLIR keeps them.</summary>
    private static void SortAttributes(ref AttributeMap attributes)
    {
        ReadOnlySpan<NamedAttribute> entries = attributes.Entries;
        for (int i = 1; i < entries.Length; i++)
        {
            if (string.CompareOrdinal(entries[i - 1].Name, entries[i].Name) > 0)
            {
                NamedAttribute[] sorted = entries.ToArray();
                Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
                attributes = new AttributeMap();
                attributes.AddDistinct(sorted);
                return;
            }
        }
    }

    private Operation ParseCustomOperation()
    {
        int at = _pos;
        ReadOnlySpan<byte> word = PeekIdentifier();
        _pos += word.Length;
        if (!OpSyntaxTable.ByName.TryGet(word, out OpSyntax syntax) || !syntax.IsPretty)
        {
            string name = Encoding.UTF8.GetString(word);
            string full = name;
            if (!name.Contains('.') && _defaultDialect.Length > 0)
            {
                full = $"{_defaultDialect}.{name}";
            }
            if (!OpSyntaxTable.ByName.TryGet(Encoding.UTF8.GetBytes(full), out syntax))
            {
                throw Error(at, full == name ? $"custom op '{name}' is unknown" : $"custom op '{name}' is unknown (tried '{full}' as well)");
            }
            if (!syntax.IsPretty)
            {
                throw Error(at, $"custom op '{full}' has no custom assembly form: write it as \"{full}\"(…)");
            }
        }
        string? outer = _customOp;
        _customOp = syntax.Name.Full;
        Operation op = syntax.Special == SpecialSyntax.None ? ParseBySyntax(syntax, at) : ParseSpecial(syntax, at);
        _customOp = outer;
        return op;
    }

    /// <summary><c>{ … }</c>. Arguments that were named before the region are already in <paramref name="region"/>'s entry block, with their uses on the use stack.</summary>
    private void ParseRegion(Region region, string defaultDialect, bool isolated, ReadOnlySpan<Use> argumentNames = default)
    {
        Enter();
        Take((byte)'{', "expected '{' to begin a region");
        string? outerOp = _customOp;
        string outerDialect = _defaultDialect;
        _customOp = null;
        _defaultDialect = defaultDialect;
        (int, int) mark = _scopes.Open(isolated);
        Block? entry = region.IsEmpty ? null : region.Entry;
        for (int i = 0; i < argumentNames.Length; i++)
        {
            NameArgument(entry!.Arguments[i], argumentNames[i]);
        }
        if (Peek() != '}' && Peek() != '^')
        {
            if (entry is null)
            {
                region.Add(entry = new Block());
            }
            ParseBlockBody(entry);
        }
        else if (Peek() == '^' && entry is not null && entry.Arguments.Count > 0)
        {
            throw Error(_pos, "invalid block name in region with named arguments");
        }
        while (Peek() == '^')
        {
            ParseBlock(region, entry is { Operations.Count: 0 } ? entry : null);
            entry = null;
        }
        Take((byte)'}', "expected '}' to end a region");
        _scopes.Close(mark);
        _customOp = outerOp;
        _defaultDialect = outerDialect;
        _depth--;
    }

    private void NameArgument(BlockArgument argument, in Use name)
    {
        DefineName(name.Pos, name.Length, argument, 0, 1);
        if (!Is(_s[name.Pos], DigitClass))
        {
            argument.NameHint = Intern(_s.AsSpan(name.Pos, name.Length));
        }
    }

    private void ParseBlockBody(Block block)
    {
        while (Peek() is not ((byte)'}' or (byte)'^'))
        {
            if (AtEnd)
            {
                throw WrongToken("expected '}' to end a region");
            }
            ParseOperation(block);
        }
    }

    /// <summary><c>^name(%a: t, …):</c> and what follows.</summary>
    private void ParseBlock(Region region, Block? into)
    {
        _pos++;
        TakeSuffix("expected block name");
        Block block = into ?? region.Add(new Block());
        if (TryTake((byte)'(') && !TryTake((byte)')'))
        {
            do
            {
                Use name = TakeUse();
                Take((byte)':', "expected ':' and type for SSA operand");
                IrType type = ParseType();
                BlockArgument argument = block.AddArgument(type, ParseOptionalLocation() ?? LocationAt(name.Pos - 1));
                NameArgument(argument, name);
            }
            while (TryTake((byte)','));
            Take((byte)')', "expected ')' to end argument list");
        }
        Take((byte)':', "expected ':' after block name");
        ParseBlockBody(block);
    }
}
