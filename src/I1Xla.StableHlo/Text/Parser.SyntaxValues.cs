using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>Attributes that operations whose syntax is a row of <see cref="OpSyntaxTable"/> spell outside of their dictionary.</summary>
internal sealed partial class Parser
{
    private readonly Utf8Table<Attribute> _lists = new();

    private void ParseAttributePart(in SyntaxPart part, AttributeMap attributes)
    {
        string name = part.Name;
        switch (part.Kind)
        {
            case PartKind.Integer:
                attributes.Set(name, new IntegerAttr(TakeSizedInteger(part.Element), ScalarType.Of(part.Element)));
                break;
            case PartKind.Float:
                Peek();
                if (!TryTakeFloat(out double number))
                {
                    throw WrongToken("floating point value expected");
                }
                attributes.Set(name, new FloatAttr(number, ScalarType.Of(part.Element)));
                break;
            case PartKind.Bool:
                attributes.Set(name, TakeBool() ? s_true : s_false);
                break;
            case PartKind.String:
                attributes.Set(name, new StringAttr(TakeString()));
                break;
            case PartKind.Dims:
                attributes.Set(name, ParseDimsAttribute());
                break;
            case PartKind.Enum:
                attributes.Set(name, ParseEnumCase("stablehlo", part.Enum));
                break;
            case PartKind.Symbol:
                attributes.Set(name, new StringAttr(TakeSymbol()));
                break;
            case PartKind.SymbolRef:
                attributes.Set(name, new SymbolRefAttr(TakeSymbol()));
                break;
            case PartKind.Elements or PartKind.Typed:
                attributes.Set(name, ParseAttribute());
                break;
            case PartKind.Slice:
                ParseSliceRanges(attributes);
                break;
            case PartKind.Conv:
                attributes.Set(name, ParseConvDimensions());
                break;
            case PartKind.Window:
                ParseWindow(attributes);
                break;
            case PartKind.Precision:
                if (TryTake((byte)','))
                {
                    attributes.Set("precision_config", ParsePrecision());
                }
                break;
            case PartKind.PrecisionAlgorithm:
                ParsePrecisionAndAlgorithm(attributes);
                break;
            case PartKind.DotDims:
                ParseDotDims(attributes);
                break;
            case PartKind.ExponentMantissa:
                ParseExponentMantissa(attributes);
                break;
            case PartKind.SdyMesh:
                attributes.Set(name, ParseSdyMesh());
                break;
            case PartKind.SdySharding:
                attributes.Set(name, ParseSdySharding());
                break;
            case PartKind.SdyAxisLists:
                attributes.Set(name, ParseSdyListOfAxisLists());
                break;
            case PartKind.SdyAxes:
                attributes.Set(name, ParseSdyAxisList());
                break;
            case PartKind.SdyParams:
                attributes.Set(name, ParseSdyAllToAllParams());
                break;
            case PartKind.Reduction:
                int reduction = TryKeyword("sum"u8) ? 0 : TryKeyword("max"u8) ? 1 : TryKeyword("min"u8) ? 2 : -1;
                if (reduction >= 0)
                {
                    attributes.Set(name, IntegerAttr.I32(reduction));
                }
                break;
            case PartKind.Direction:
                Peek();
                int at = _pos;
                int direction = Array.IndexOf(SdyDirections, Intern(TakeIdentifier()));
                attributes.Set(name, IntegerAttr.I32(direction >= 0 ? direction : throw OpError(at, "expected one of NONE, FORWARD, BACKWARD, BOTH")));
                break;
        }
    }

    /// <summary>The cases of Shardy's propagation direction, by value.</summary>
    internal static readonly string[] SdyDirections = ["NONE", "FORWARD", "BACKWARD", "BOTH"];

    private long TakeSizedInteger(ElementKind kind)
    {
        Peek();
        int at = _pos;
        bool negative = TryTake((byte)'-');
        if (!Is(_s[_pos], DigitClass))
        {
            throw OpError(at, "expected integer value");
        }
        char sign = kind.IsUnsignedInteger() ? 'u' : 'i';
        if (!TakeMagnitude(out ulong magnitude) || negative && sign == 'u' || !FitsInteger(magnitude, negative, kind.BitWidth(), sign))
        {
            throw Error(at, "integer constant out of range for attribute");
        }
        return ExtendInteger(magnitude, negative, kind.BitWidth(), sign);
    }

    /// <summary><c>[start:limit:stride, …]</c>.</summary>
    private void ParseSliceRanges(AttributeMap attributes)
    {
        Take((byte)'[');
        var starts = new List<long>();
        var limits = new List<long>();
        var strides = new List<long>();
        if (!TryTake((byte)']'))
        {
            do
            {
                starts.Add(TakeInteger());
                Take((byte)':');
                limits.Add(TakeInteger());
                strides.Add(TryTake((byte)':') ? TakeInteger() : 1);
            }
            while (TryTake((byte)','));
            Take((byte)']');
        }
        attributes.Set("limit_indices", new DenseArrayAttr(ElementKind.I64, new([.. limits])));
        attributes.Set("start_indices", new DenseArrayAttr(ElementKind.I64, new([.. starts])));
        attributes.Set("strides", new DenseArrayAttr(ElementKind.I64, new([.. strides])));
    }

    /// <summary><c>stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = …, rhs_dilate = …, reverse = …</c>.</summary>
    private void ParseWindow(AttributeMap attributes)
    {
        ReadOnlySpan<byte> word;
        while (!(word = PeekIdentifier()).IsEmpty)
        {
            string key = Intern(word);
            _pos += word.Length;
            string? name = key switch
            {
                "stride" => "window_strides",
                "pad" => "padding",
                "lhs_dilate" => "lhs_dilation",
                "rhs_dilate" => "rhs_dilation",
                "reverse" => "window_reversal",
                _ => null,
            };
            if (name is null || attributes.Contains(name))
            {
                Peek();
                throw OpError(_pos, $"Unexpected keyword {key}");
            }
            Take((byte)'=');
            if (key == "pad")
            {
                attributes.Set(name, ParsePadding());
            }
            else
            {
                ValueArray<long> values = ParseDims();
                attributes.Set(name, key == "reverse"
                    ? new DenseArrayAttr(ElementKind.I1, new([.. values.Span.ToArray().Select(v => v != 0 ? 1L : 0L)]))
                    : new DenseArrayAttr(ElementKind.I64, values));
            }
            if (!TryTake((byte)','))
            {
                break;
            }
        }
    }

    private DenseElementsAttr ParsePadding()
    {
        Take((byte)'[');
        var values = new List<long>();
        if (!TryTake((byte)']'))
        {
            do
            {
                ValueArray<long> pair = ParseDims();
                if (pair.Length != 2)
                {
                    Peek();
                    throw OpError(_pos, $"Expected array with 2 elements, got {pair.Length} elements instead");
                }
                values.AddRange(pair);
            }
            while (TryTake((byte)','));
            Take((byte)']');
        }
        return Literal.Create<long>(ElementKind.I64, new Shape(values.Count / 2, 2), [.. values]).ToDense();
    }

    /// <summary><c>[0, 1]</c> as an array attribute, the same object for the same text.</summary>
    private Attribute ParseDimsAttribute()
    {
        Peek();
        int start = _pos;
        ReadOnlySpan<byte> key = PeekList();
        if (_lists.TryGet(key, out Attribute known) && known is DenseArrayAttr)
        {
            _pos += key.Length;
            return known;
        }
        DenseArrayAttr dims;
        try
        {
            dims = new DenseArrayAttr(ElementKind.I64, ParseDims());
        }
        catch (ParseException e) when (e.Diagnostics.Count == 1 && e.Diagnostic.Message.EndsWith("expected integer value", StringComparison.Ordinal))
        {
            // MLIR goes on to the bracket, and misses that too.
            throw new ParseException(e.Diagnostic, MakeDiagnostic(_pos, "expected ']'"));
        }
        if (_pos == start + key.Length && known is null)
        {
            _lists.Add(key, dims);
        }
        return dims;
    }

    /// <summary>The bytes from here to the next closing bracket when that is near, else nothing.</summary>
    private ReadOnlySpan<byte> PeekList()
    {
        Peek();
        int length = _s.AsSpan(_pos, Math.Min(64, _s.Length - _pos)).IndexOf((byte)']') + 1;
        return _s.AsSpan(_pos, length);
    }

    private ArrayAttr ParsePrecision()
    {
        TakeKeyword("precision"u8);
        Take((byte)'=');
        Peek();
        int start = _pos;
        ReadOnlySpan<byte> key = PeekList();
        if (_lists.TryGet(key, out Attribute known) && known is ArrayAttr same)
        {
            _pos += key.Length;
            return same;
        }
        ArrayAttr precision = ParsePrecisionItems();
        if (_pos == start + key.Length && known is null)
        {
            _lists.Add(key, precision);
        }
        return precision;
    }

    private ArrayAttr ParsePrecisionItems()
    {
        Take((byte)'[');
        var items = new List<Attribute>();
        if (!TryTake((byte)']'))
        {
            do
            {
                items.Add(ParseEnumCase("stablehlo", "precision"));
            }
            while (TryTake((byte)','));
            Take((byte)']');
        }
        return new ArrayAttr(new ValueArray<Attribute>([.. items]));
    }

    private void ParsePrecisionAndAlgorithm(AttributeMap attributes)
    {
        if (!TryTake((byte)','))
        {
            return;
        }
        if (!TryKeyword("algorithm"u8))
        {
            attributes.Set("precision_config", ParsePrecision());
            if (!TryTake((byte)','))
            {
                return;
            }
            TakeKeyword("algorithm"u8);
        }
        Take((byte)'=');
        attributes.Set("algorithm", ParseDotAlgorithm());
    }

    /// <summary><c>batching_dims = [0] x [0], contracting_dims = [2] x [1]</c>; the first may be absent.</summary>
    private void ParseDotDims(AttributeMap attributes)
    {
        ValueArray<long> lhsBatch = default, rhsBatch = default;
        if (TryKeyword("batching_dims"u8))
        {
            Take((byte)'=');
            lhsBatch = ParseDims();
            TakeKeyword("x"u8);
            rhsBatch = ParseDims();
            Take((byte)',');
        }
        TakeKeyword("contracting_dims"u8);
        Take((byte)'=');
        ValueArray<long> lhs = ParseDims();
        TakeKeyword("x"u8);
        attributes.Set("dot_dimension_numbers", new DotDimensionNumbersAttr(lhsBatch, rhsBatch, lhs, ParseDims()));
    }

    /// <summary><c>e8m10</c>.</summary>
    private void ParseExponentMantissa(AttributeMap attributes)
    {
        Peek();
        int at = _pos;
        string word = Intern(TakeIdentifier());
        int m = word.IndexOf('m');
        if (word[0] != 'e' || m < 2 || m == word.Length - 1 || word.AsSpan(1, m - 1).ContainsAnyExceptInRange('0', '9') || word.AsSpan(m + 1).ContainsAnyExceptInRange('0', '9'))
        {
            throw OpError(at, $"expected exponent mantissa in format e#m#, saw {word}");
        }
        int Number(string digits, string what) => int.TryParse(digits, out int value) ? value : throw OpError(at, $"unable to parse {what} '{digits}'");
        attributes.Set("exponent_bits", IntegerAttr.I32(Number(word[1..m], "exponent")));
        attributes.Set("mantissa_bits", IntegerAttr.I32(Number(word[(m + 1)..], "mantissa")));
    }
}
