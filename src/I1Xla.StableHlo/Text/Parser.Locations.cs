using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>Locations, and aliases that are used before they are defined: MLIR puts the definitions of location aliases after the module.</summary>
internal sealed partial class Parser
{
    private Dictionary<string, int>? _laterAliases;
    private readonly HashSet<string> _aliasesBeingRead = [];

    /// <summary><c>loc(…)</c>.</summary>
    private Location ParseLocation()
    {
        TakeKeyword("loc"u8);
        Take((byte)'(', "expected '(' in location");
        Location location = ParseLocationBody();
        Take((byte)')', "expected ')' in location");
        return location;
    }

    private Location ParseLocationBody()
    {
        Enter();
        Location location = ParseLocationInstance();
        _depth--;
        return location;
    }

    private Location ParseLocationInstance()
    {
        byte c = Peek();
        int at = _pos;
        if (c == '#')
        {
            return ParseHashAttribute() as Location ?? throw Error(at, "expected location, but found another attribute");
        }
        if (c == '"')
        {
            string text = TakeString();
            if (TryTake((byte)':'))
            {
                return ParseFileLocation(text);
            }
            if (!TryTake((byte)'('))
            {
                return new NameLocation(text);
            }
            Location child = ParseLocationBody();
            Take((byte)')', "expected ')' after child location of NameLoc");
            return new NameLocation(text, child);
        }
        if (TryKeyword("unknown"u8))
        {
            return Location.Unknown;
        }
        if (TryKeyword("callsite"u8))
        {
            Take((byte)'(', "expected '(' in callsite location");
            Location callee = ParseLocationBody();
            if (!TryKeyword("at"u8))
            {
                throw WrongToken("expected 'at' in callsite location");
            }
            Location caller = ParseLocationBody();
            Take((byte)')', "expected ')' in callsite location");
            return new CallSiteLocation(callee, caller);
        }
        if (TryKeyword("fused"u8))
        {
            Attribute? metadata = null;
            if (TryTake((byte)'<'))
            {
                metadata = ParseAttribute();
                Take((byte)'>', "expected '>' after fused location metadata");
            }
            Take((byte)'[', "expected '[' in fused location");
            var parts = new List<Location>();
            if (!TryTake((byte)']'))
            {
                do
                {
                    parts.Add(ParseLocationBody());
                }
                while (TryTake((byte)','));
                Take((byte)']', "expected ']' in fused location");
            }
            return new FusedLocation(new ValueArray<Location>([.. parts]), metadata);
        }
        throw WrongToken("expected location instance");
    }

    /// <summary><c>line:column</c>, perhaps <c>to :column</c> or <c>to line:column</c>.</summary>
    private FileLineLocation ParseFileLocation(string file)
    {
        int line = TakeLocationNumber("expected integer line number in FileLineColRange");
        int column = TryTake((byte)':') ? TakeLocationNumber("expected integer column number in FileLineColRange") : 0;
        if (!TryKeyword("to"u8))
        {
            return new FileLineLocation(file, line, column);
        }
        int endLine = Peek() == ':' ? line : TakeLocationNumber("expected integer line number in FileLineColRange");
        Take((byte)':');
        int endColumn = TakeLocationNumber("expected integer column number in FileLineColRange");
        return new FileLineLocation(file, line, column, endLine, endColumn);
    }

    private int TakeLocationNumber(string orElse)
    {
        if (!Is(Peek(), DigitClass))
        {
            throw WrongToken(orElse);
        }
        int at = _pos;
        return TakeMagnitude(out ulong value) && value <= int.MaxValue ? (int)value : throw Error(at, orElse);
    }

    /// <summary>A trailing <c>loc(…)</c>, or null.</summary>
    private Location? ParseOptionalLocation() =>
        Peek() == 'l' && PeekIdentifier().SequenceEqual("loc"u8) ? ParseLocation() : null;

    /// <summary>Reads the definition of a location alias that stands further down, if there is one.</summary>
    private void FindLaterLocation(string alias)
    {
        _laterAliases ??= FindLaterAliases();
        if (!_laterAliases.TryGetValue(alias, out int definition) || !_aliasesBeingRead.Add(alias))
        {
            return;
        }
        (int pos, int gapStart, int gapEnd) = (_pos, _gapStart, _gapEnd);
        _pos = definition;
        Enter();
        if (PeekIdentifier().SequenceEqual("loc"u8))
        {
            DefineAttributeAlias(alias);
        }
        _depth--;
        (_pos, _gapStart, _gapEnd) = (pos, gapStart, gapEnd);
        _aliasesBeingRead.Remove(alias);
    }

    /// <summary>Reads the value at the cursor as that of an alias; false when the alias is already defined.</summary>
    private bool DefineAttributeAlias(string alias)
    {
        int start = _pos;
        long before = _expanded;
        Attribute value = ParseAttribute();
        return _attributeAliases.TryAdd(alias, (value, _pos - start + _expanded - before)) || value is Location;
    }

    /// <summary>Where each <c>#name =</c> that starts a line has its value.</summary>
    private Dictionary<string, int> FindLaterAliases()
    {
        var found = new Dictionary<string, int>();
        ReadOnlySpan<byte> text = _s.AsSpan(0, _end);
        int p = 0;
        while (p < _end)
        {
            int next = text[p..].IndexOf("\n#"u8);
            if (next < 0)
            {
                break;
            }
            p += next + 2;
            int q = p;
            while (Is(_s[q], SuffixPart))
            {
                q++;
            }
            string name = Intern(_s.AsSpan(p, q - p));
            while (_s[q] == ' ')
            {
                q++;
            }
            if (_s[q] == '=')
            {
                found.TryAdd(name, q + 1);
            }
        }
        return found;
    }
}
