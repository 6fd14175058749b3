using System.Runtime.InteropServices;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>Builtin attributes, and which dialect reads which <c>#…</c>.</summary>
internal sealed partial class Parser
{
    private readonly Dictionary<string, (Attribute Value, long Size)> _attributeAliases = [];
    private readonly List<Attribute> _attributes = [];
    private readonly List<NamedAttribute> _entries = [];
    private readonly List<long> _numbers = [];
    private long _expanded;

    private Attribute ParseAttribute()
    {
        byte c = Peek();
        switch (c)
        {
            case (byte)'"':
                {
                    string text = TakeString();
                    return TryTake((byte)':') ? new StringAttr(text, ParseType()) : new StringAttr(text);
                }
            case (byte)'[':
                return ParseArrayAttribute();
            case (byte)'{':
                return ParseDictionary();
            case (byte)'@':
                return ParseSymbolRef();
            case (byte)'#':
                return ParseHashAttribute();
            case (byte)'(' or (byte)'!':
                return new TypeAttr(ParseType());
        }
        if (c == '-' || Is(c, DigitClass))
        {
            return ParseNumber();
        }
        ReadOnlySpan<byte> name = PeekIdentifier();
        if (name.IsEmpty)
        {
            throw WrongToken("expected attribute value");
        }
        int start = _pos;
        switch (name)
        {
            case [(byte)'t', (byte)'r', (byte)'u', (byte)'e']:
                _pos += 4;
                return s_true;
            case [(byte)'f', (byte)'a', (byte)'l', (byte)'s', (byte)'e']:
                _pos += 5;
                return s_false;
            case [(byte)'u', (byte)'n', (byte)'i', (byte)'t']:
                _pos += 4;
                return UnitAttr.Instance;
        }
        if (name.SequenceEqual("dense"u8))
        {
            _pos += name.Length;
            return ParseDense();
        }
        if (name.SequenceEqual("array"u8))
        {
            _pos += name.Length;
            return ParseDenseArray();
        }
        if (name.SequenceEqual("dense_resource"u8))
        {
            _pos += name.Length;
            return ParseDenseResource();
        }
        if (name.SequenceEqual("loc"u8))
        {
            return ParseLocation();
        }
        if (name.SequenceEqual("affine_map"u8) || name.SequenceEqual("affine_set"u8) || name.SequenceEqual("distinct"u8)
            || name.SequenceEqual("sparse"u8) || name.SequenceEqual("strided"u8))
        {
            return ParseBuiltinAsText(start, name.Length);
        }
        int depth = _depth;
        try
        {
            return new TypeAttr(ParseType());
        }
        catch (ParseException e) when (e.Diagnostic.Message == "expected non-function type" && _pos == start)
        {
            _depth = depth;
            throw WrongToken("expected attribute value");
        }
    }

    private static readonly BoolAttr s_true = new(true);
    private static readonly BoolAttr s_false = new(false);

    /// <summary>Builtin attributes that only other dialects use are kept as they are written.</summary>
    private OpaqueAttr ParseBuiltinAsText(int start, int nameLength)
    {
        _pos += nameLength;
        if (_s[_pos] == '[')
        {
            int bracket = SkipBalanced(_pos);
            _pos = bracket < 0 ? _pos : bracket;
        }
        int close = _s[_pos] == '<' ? SkipBalanced(_pos) : -1;
        if (close < 0)
        {
            throw WrongToken("expected '<'");
        }
        _pos = close;
        string body = Intern(_s.AsSpan(start, _pos - start));
        IrType? type = body.StartsWith("sparse", StringComparison.Ordinal) && TryTake((byte)':') ? ParseType() : null;
        return new OpaqueAttr("", body, type);
    }

    private ArrayAttr ParseArrayAttribute()
    {
        Enter();
        Take((byte)'[');
        int start = _attributes.Count;
        if (!TryTake((byte)']'))
        {
            do
            {
                Attribute item = ParseAttribute();
                _attributes.Add(item);
            }
            while (TryTake((byte)','));
            Take((byte)']');
        }
        _depth--;
        if (_attributes.Count == start)
        {
            return ArrayAttr.Empty;
        }
        var array = new ArrayAttr(new ValueArray<Attribute>([.. CollectionsMarshal.AsSpan(_attributes)[start..]]));
        _attributes.RemoveRange(start, _attributes.Count - start);
        return array;
    }

    private DictionaryAttr ParseDictionary()
    {
        int start = ParseEntries();
        if (_entries.Count == start)
        {
            return DictionaryAttr.Empty;
        }
        NamedAttribute[] entries = [.. CollectionsMarshal.AsSpan(_entries)[start..]];
        _entries.RemoveRange(start, _entries.Count - start);
        Array.Sort(entries, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return new DictionaryAttr(new ValueArray<NamedAttribute>(entries));
    }

    /// <summary>Pushes <c>{name = value, …}</c> on the entry stack; returns where they start.</summary>
    private int ParseEntries()
    {
        Enter();
        Take((byte)'{');
        int start = _entries.Count;
        HashSet<string>? seen = null;
        if (!TryTake((byte)'}'))
        {
            do
            {
                Peek();
                int at = _pos;
                string name = Peek() == '"' ? TakeString() : TakeEntryName();
                if (name.Length == 0)
                {
                    throw Error(at, "expected valid attribute name");
                }
                if (IsDuplicate(start, name, ref seen))
                {
                    throw Error(at, $"duplicate key '{name}' in dictionary attribute");
                }
                Attribute value = TryTake((byte)'=') ? ParseAttribute() : UnitAttr.Instance;
                _entries.Add(new NamedAttribute(name, value));
            }
            while (TryTake((byte)','));
            Take((byte)'}');
        }
        _depth--;
        return start;
    }

    /// <summary>Whether a key is among the entries from <paramref name="start"/> on; many of them are kept in a set.</summary>
    private bool IsDuplicate(int start, string name, ref HashSet<string>? seen)
    {
        ReadOnlySpan<NamedAttribute> entries = CollectionsMarshal.AsSpan(_entries)[start..];
        if (entries.Length < 32)
        {
            foreach (ref readonly NamedAttribute entry in entries)
            {
                if (entry.Name == name)
                {
                    return true;
                }
            }
            return false;
        }
        if (seen is null)
        {
            seen = [];
            foreach (ref readonly NamedAttribute entry in entries)
            {
                seen.Add(entry.Name);
            }
        }
        return !seen.Add(name);
    }

    private string TakeEntryName()
    {
        ReadOnlySpan<byte> name = PeekIdentifier();
        if (name.IsEmpty)
        {
            throw WrongToken("expected attribute name");
        }
        _pos += name.Length;
        return Intern(name);
    }

    /// <summary>Parses <c>{…}</c> into an operation's attributes.</summary>
    private void ParseAttributesInto(AttributeMap map)
    {
        Peek();
        int at = _pos;
        int start = ParseEntries();
        ReadOnlySpan<NamedAttribute> entries = CollectionsMarshal.AsSpan(_entries)[start..];
        if (map.Count > 0)
        {
            HashSet<string>? known = map.Count > 32 ? [.. map.Select(e => e.Name)] : null;
            foreach (ref readonly NamedAttribute entry in entries)
            {
                if (known?.Contains(entry.Name) ?? map.Contains(entry.Name))
                {
                    throw OpError(at, $"found conflicting properties in attribute dictionary: '{entry.Name}' is given twice");
                }
            }
        }
        map.AddDistinct(entries);
        _entries.RemoveRange(start, _entries.Count - start);
    }

    private SymbolRefAttr ParseSymbolRef()
    {
        string root = TakeSymbol();
        if (Peek() != ':' || _s[_pos + 1] != ':')
        {
            return new SymbolRefAttr(root);
        }
        var nested = new List<string>();
        while (Peek() == ':' && _s[_pos + 1] == ':')
        {
            _pos += 2;
            nested.Add(TakeSymbol());
        }
        return new SymbolRefAttr(root, new ValueArray<string>([.. nested]));
    }

    /// <summary>An integer or float, with an optional type.</summary>
    private Attribute ParseNumber()
    {
        int start = _pos;
        bool negative = TryTake((byte)'-');
        if (!Is(Peek(), DigitClass))
        {
            throw WrongToken("expected constant integer or floating point value");
        }
        int digits = _pos;
        if (IsFloatLiteral())
        {
            _pos = start;
            TryTakeFloat(out double value);
            IrType type = TryTake((byte)':') ? ParseType() : ScalarType.F64;
            if (type is not ScalarType scalar || !scalar.Kind.IsFloat())
            {
                throw Error(start, "floating point value not valid for specified type");
            }
            return new FloatAttr(Rounded(value, scalar.Kind), scalar);
        }
        bool hex = _s[_pos] == '0' && _s[_pos + 1] == 'x' && Is(_s[_pos + 2], HexClass);
        bool fits = TakeMagnitude(out ulong magnitude);
        IrType integerType = TryTake((byte)':') ? ParseType() : ScalarType.I64;
        if (integerType is ScalarType floating && floating.Kind.IsFloat())
        {
            if (!hex)
            {
                throw Error(start, "expected floating point literal");
            }
            if (negative)
            {
                throw Error(start, "hexadecimal float literal should not have a leading minus");
            }
            if (!fits || floating.Kind.BitWidth() < 64 && magnitude >> floating.Kind.BitWidth() != 0)
            {
                throw Error(digits, "hexadecimal float constant out of range for type");
            }
            return new FloatAttr(FloatKind.FromBits(floating.Kind, floating.Kind == ElementKind.TF32 ? magnitude << 13 : magnitude), floating);
        }
        if (integerType is not (ScalarType { Kind: <= ElementKind.UI64 or ElementKind.Index } or OtherIntegerType))
        {
            throw Error(start, "integer literal not valid for specified type");
        }
        if (integerType is ScalarType { Kind: ElementKind.I1 } && fits && magnitude <= 1)
        {
            return magnitude == 1 ? s_true : s_false;
        }
        (int width, char sign) = integerType is OtherIntegerType other ? (other.Width, other.Signedness)
            : (((ScalarType)integerType).Kind.BitWidth(), ((ScalarType)integerType).Kind.IsUnsignedInteger() ? 'u' : 'i');
        if (negative && sign == 'u')
        {
            throw Error(start, "negative integer literal not valid for unsigned integer type");
        }
        if (!fits || !FitsInteger(magnitude, negative, width, sign))
        {
            throw Error(start, "integer constant out of range for attribute");
        }
        return new IntegerAttr(ExtendInteger(magnitude, negative, width, sign), integerType);
    }

    private static bool FitsInteger(ulong magnitude, bool negative, int width, char signedness)
    {
        if (width >= 64)
        {
            return negative ? magnitude <= 1UL << 63 : signedness != 's' || width > 64 || magnitude <= long.MaxValue;
        }
        return negative ? magnitude <= 1UL << width - 1 : signedness == 's' ? magnitude < 1UL << width - 1 : magnitude < 1UL << width;
    }

    private static long ExtendInteger(ulong magnitude, bool negative, int width, char signedness)
    {
        long value = negative ? (long)(0 - magnitude) : (long)magnitude;
        return width >= 64 || signedness == 'u' || width == 1 ? value : value << 64 - width >> 64 - width;
    }

    /// <summary>Whether the digits at the cursor (no sign) are a float: digits, a point, perhaps an exponent.</summary>
    private bool IsFloatLiteral()
    {
        int p = _pos;
        while (Is(_s[p], DigitClass))
        {
            p++;
        }
        return _s[p] == '.' && p > _pos;
    }

    private static double Rounded(double value, ElementKind kind) => kind == ElementKind.F64 ? value : FloatKind.FromBits(kind, FloatKind.ToBits(kind, value));

    private DenseArrayAttr ParseDenseArray()
    {
        Take((byte)'<');
        Peek();
        int at = _pos;
        if (ParseType() is not ScalarType { Kind: not (ElementKind.Complex64 or ElementKind.Complex128) } element)
        {
            throw Error(at, "expected integer or float type");
        }
        ElementKind kind = element.Kind;
        if (TryTake((byte)'>'))
        {
            return new DenseArrayAttr(kind, default);
        }
        Take((byte)':', "expected ':' after dense array type");
        int start = _numbers.Count;
        do
        {
            Peek();
            int item = _pos;
            if (kind == ElementKind.I1 && (TryKeyword("true"u8) || TryKeyword("false"u8)))
            {
                _numbers.Add(_s[item] == 't' ? 1 : 0);
                continue;
            }
            if (kind.IsFloat())
            {
                _numbers.Add((long)ParseFloatElement(kind));
                continue;
            }
            bool negative = TryTake((byte)'-');
            Peek();
            if (!Is(_s[_pos], DigitClass))
            {
                throw Error(_pos, "expected integer value");
            }
            char sign = kind.IsUnsignedInteger() ? 'u' : 'i';
            if (!TakeMagnitude(out ulong magnitude) || negative && sign == 'u' || !FitsInteger(magnitude, negative, kind.BitWidth(), sign))
            {
                throw Error(item, "integer constant out of range for type");
            }
            _numbers.Add(ExtendInteger(magnitude, negative, kind.BitWidth(), sign));
        }
        while (TryTake((byte)','));
        Take((byte)'>');
        return new DenseArrayAttr(kind, PopNumbers(start));
    }

    private ValueArray<long> PopNumbers(int start)
    {
        if (_numbers.Count == start)
        {
            return default;
        }
        var numbers = new ValueArray<long>([.. CollectionsMarshal.AsSpan(_numbers)[start..]]);
        _numbers.RemoveRange(start, _numbers.Count - start);
        return numbers;
    }

    /// <summary><c>[1, ?, 3]</c> without the question mark unless <paramref name="dynamic"/>.</summary>
    private ValueArray<long> ParseDims(bool dynamic = false, byte open = (byte)'[', byte close = (byte)']')
    {
        Take(open);
        int start = _numbers.Count;
        if (TryTake(close))
        {
            return default;
        }
        do
        {
            if (dynamic && TryTake((byte)'?'))
            {
                _numbers.Add(Shape.Dynamic);
            }
            else
            {
                long number = TakeInteger();
                _numbers.Add(number);
            }
        }
        while (TryTake((byte)','));
        Take(close);
        return PopNumbers(start);
    }

    /// <summary><c>#alias</c>, <c>#dialect.name…</c> or <c>#dialect&lt;…&gt;</c>.</summary>
    private Attribute ParseHashAttribute()
    {
        int start = _pos++;
        ReadOnlySpan<byte> name = TakeSuffix("expected attribute identifier after '#'");
        int dot = name.IndexOf((byte)'.');
        if (dot < 0 && _s[_pos] != '<')
        {
            return ResolveAlias(start, Intern(name));
        }
        if (dot == 0)
        {
            throw Error(start, "expected a dialect name after '#'");
        }
        Enter();
        ReadOnlySpan<byte> dialect = dot < 0 ? name : name[..dot];
        Attribute attribute;
        if (dialect.SequenceEqual("stablehlo"u8) || dialect.SequenceEqual("chlo"u8) || dialect.SequenceEqual("mhlo"u8))
        {
            attribute = ParseHloAttribute(start, Intern(dialect), dot < 0);
        }
        else if (dialect.SequenceEqual("sdy"u8))
        {
            attribute = ParseSdyAttribute(start, dot < 0);
        }
        else
        {
            string dialectName = Intern(dialect);
            string body = TakeOpaqueBody(dot < 0 ? _pos : start + dot + 2);
            attribute = new OpaqueAttr(dialectName, body, TryTake((byte)':') ? ParseType() : null);
        }
        _depth--;
        return attribute;
    }

    private Attribute ResolveAlias(int at, string alias)
    {
        if (!_attributeAliases.ContainsKey(alias))
        {
            FindLaterLocation(alias);
        }
        if (_attributeAliases.TryGetValue(alias, out (Attribute Value, long Size) known))
        {
            Expand(at, known.Size);
            return known.Value;
        }
        throw Error(at, $"undefined symbol alias id '{alias}'");
    }

    /// <summary>Counts the text that an alias stands for, so that aliases of aliases cannot stand for an unbounded amount.</summary>
    private void Expand(int at, long size)
    {
        _expanded += size;
        if (_expanded > (16L << 20) + 256L * _end)
        {
            throw Error(at, "aliases stand for too much text");
        }
    }
}
