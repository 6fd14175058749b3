using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>Operations whose syntax is a row of <see cref="OpSyntaxTable"/>.</summary>
internal sealed partial class Parser
{
    private readonly Utf8Table<Attribute> _lists = new();
    private AttributeMap? _spareMap;

    private Operation ParseBySyntax(OpSyntax syntax, int at)
    {
        int useStart = _uses.Count;
        int typeStart = _types.Count;
        Peek();
        int operandsAt = _pos;
        AttributeMap? attributes = _spareMap ?? new AttributeMap();
        _spareMap = null;
        Region[] regions = [];
        SyntaxPart[] parts = syntax.Parts;
        bool typed = false;
        for (int i = 0; i < parts.Length; i++)
        {
            ref readonly SyntaxPart part = ref parts[i];
            switch (part.Kind)
            {
                case PartKind.Literal:
                    TakeLiteral(part.Literal);
                    break;
                case PartKind.Operands:
                    for (int n = 0; n < part.Count; n++)
                    {
                        if (n > 0)
                        {
                            Take((byte)',');
                        }
                        _uses.Add(TakeUse());
                    }
                    break;
                case PartKind.VariadicOperands:
                    TakeUses();
                    break;
                case PartKind.VariadicOperandsComma:
                    while (Peek() == '%')
                    {
                        _uses.Add(TakeUse());
                        Take((byte)',');
                    }
                    break;
                case PartKind.Attributes:
                    if (Peek() == '{')
                    {
                        ParseAttributesInto(attributes);
                    }
                    break;
                case PartKind.OptionalBegin:
                    i = ParseOptionalStart(parts, i);
                    break;
                case PartKind.OptionalEnd:
                    break;
                case PartKind.Types:
                    ParseTypes(part.Types, useStart, typeStart, operandsAt);
                    typed = true;
                    break;
                case PartKind.OperandTypes:
                    if (_uses.Count > useStart)
                    {
                        Take((byte)':');
                        PushTypeList();
                        CheckTypeCount(useStart, typeStart, operandsAt);
                    }
                    typed = true;
                    break;
                case PartKind.Barrier:
                    if (Peek() == '{')
                    {
                        ParseAttributesInto(attributes);
                    }
                    ParseBarrier(useStart, typeStart, operandsAt);
                    typed = true;
                    break;
                case PartKind.Regions:
                    regions = ParseOptionalRegions();
                    break;
                default:
                    ParseAttributePart(part, attributes);
                    break;
            }
        }
        if (!typed)
        {
            TypesFromValue(syntax, attributes);
        }
        if (attributes.Count == 0)
        {
            _spareMap = attributes;
            attributes = null;
        }
        else
        {
            SortAttributes(ref attributes);
        }
        return MakeOperation(syntax.Name, useStart, typeStart, at, attributes, regions, null);
    }

    /// <summary>At <c>[[</c>: whether what is optional comes next. Returns the index to go on from.</summary>
    private int ParseOptionalStart(SyntaxPart[] parts, int begin)
    {
        SyntaxPart lead = parts[begin + 1];
        bool present = lead.Literal is [(byte)','] ? Peek() == ',' : TryPeekKeyword(lead.Literal);
        if (present)
        {
            return begin;
        }
        int end = begin;
        while (parts[end].Kind != PartKind.OptionalEnd)
        {
            end++;
        }
        return end;
    }

    private bool TryPeekKeyword(ReadOnlySpan<byte> literal) => PeekIdentifier().SequenceEqual(literal.TrimEnd((byte)'='));

    private void TakeLiteral(byte[] literal)
    {
        if (Is(literal[0], IdentifierStart))
        {
            if (literal[^1] == '=')
            {
                TakeKeyword(literal.AsSpan(0, literal.Length - 1));
                Take((byte)'=');
                return;
            }
            TakeKeyword(literal);
            return;
        }
        Take(literal[0]);
    }

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

    private void PushTypeList()
    {
        do
        {
            IrType type = ParseType();
            _types.Add(type);
        }
        while (TryTake((byte)','));
    }

    private void CheckTypeCount(int useStart, int typeStart, int at)
    {
        int operands = _uses.Count - useStart;
        int types = _types.Count - typeStart;
        if (operands != types)
        {
            throw CountMismatch(operands, types, at);
        }
    }

    private ParseException CountMismatch(int operands, int types, int at) =>
        OpError(at, $"number of operands and types do not match: got {operands} operands and {types} types");

    private void ParseTypes(TypeSyntax kind, int useStart, int typeStart, int operandsAt)
    {
        int operands = _uses.Count - useStart;
        Peek();
        int at = _pos;
        switch (kind)
        {
            case TypeSyntax.Func:
                {
                    if (_s[at] != '(')
                    {
                        ParseNonFunctionType();
                        throw Error(at, "expected function type");
                    }
                    int inputs = ParseFunctionTypeParts();
                    if (inputs != operands)
                    {
                        throw CountMismatch(operands, inputs, operandsAt);
                    }
                    break;
                }
            case TypeSyntax.Same:
                if (_s[at] == '(')
                {
                    PushFunctionType(operands, typeStart, at);
                    break;
                }
                IrType same = ParseNonFunctionType();
                for (int i = 0; i <= operands; i++)
                {
                    _types.Add(same);
                }
                break;
            case TypeSyntax.Result:
                _types.Add(ParseType());
                break;
            case TypeSyntax.ResultSame:
                IrType result = ParseType();
                _types.Add(result);
                _types.Add(result);
                break;
            case TypeSyntax.Operand:
                IrType operand = ParseType();
                for (int i = 0; i < operands; i++)
                {
                    _types.Add(operand);
                }
                break;
            case TypeSyntax.OperandList:
                PushTypeList();
                CheckTypeCount(useStart, typeStart, operandsAt);
                break;
            case TypeSyntax.Tuple:
                {
                    if (ParseType() is not TupleType tuple)
                    {
                        throw OpError(at, "expected tuple type");
                    }
                    _types.AddRange(tuple.Elements);
                    CheckTypeCount(useStart, typeStart, operandsAt);
                    _types.Add(tuple);
                    break;
                }
            case TypeSyntax.Complex:
                if (_s[at] == '(')
                {
                    PushFunctionType(operands, typeStart, at);
                    break;
                }
                IrType complex = ParseNonFunctionType();
                IrType real = complex switch
                {
                    TensorType { Element: ScalarType { Kind: ElementKind.Complex64 or ElementKind.Complex128 } } t => t with { Element = ScalarType.Of(t.Kind.RealPart()) },
                    TensorType { Element: OtherComplexType other } t => t with { Element = other.Element },
                    UnrankedTensorType { Element: ScalarType { Kind: ElementKind.Complex64 or ElementKind.Complex128 } } t => t with { Element = ScalarType.Of(t.Element.StorageKind.RealPart()) },
                    _ => throw OpError(at, "expected tensor with complex element type"),
                };
                _types.Add(real);
                _types.Add(real);
                _types.Add(complex);
                break;
            case TypeSyntax.Select:
                ParseSelectTypes(operands, typeStart, operandsAt, at);
                break;
            case TypeSyntax.Arrow:
                PushTypeList();
                CheckTypeCount(useStart, typeStart, operandsAt);
                TakeArrow();
                ParseResultTypes();
                break;
            case TypeSyntax.TopK:
                _types.Add(ParseType());
                TakeArrow();
                Take((byte)'(');
                ParseTypesUntilParen();
                break;
            case TypeSyntax.Cast:
                if (operands > 0)
                {
                    PushTypeList();
                }
                CheckTypeCount(useStart, typeStart, operandsAt);
                TakeKeyword("to"u8);
                PushTypeList();
                break;
            case TypeSyntax.Dim:
                _types.Add(ParseType());
                _types.Add(ScalarType.Index);
                _types.Add(ScalarType.Index);
                break;
        }
    }

    /// <summary>A function type where one type could stand: as many inputs as operands, and one result.</summary>
    private void PushFunctionType(int operands, int typeStart, int at)
    {
        int inputs = ParseFunctionTypeParts();
        if (inputs != operands)
        {
            throw OpError(at, $"{operands} operands present, but expected {inputs}");
        }
        if (_types.Count - typeStart - inputs != 1)
        {
            throw OpError(at, "expected single output");
        }
    }

    private void ParseSelectTypes(int operands, int typeStart, int operandsAt, int at)
    {
        if (operands != 3)
        {
            PushTypeList();
            throw CountMismatch(operands, 3, operandsAt);
        }
        if (_s[at] == '(')
        {
            PushFunctionType(operands, typeStart, at);
            return;
        }
        PushTypeList();
        if (_types.Count - typeStart != 2)
        {
            throw OpError(at, "expected functional type or list of two types");
        }
        _types.Add(_types[^1]);
        _types.Add(_types[^1]);
    }

    /// <summary><c>%a, %b : t, t</c> with results of the same types, or <c>()</c>.</summary>
    private void ParseBarrier(int useStart, int typeStart, int operandsAt)
    {
        if (Peek() != '%')
        {
            if (TryTake((byte)'('))
            {
                Take((byte)')');
            }
            return;
        }
        operandsAt = Math.Max(operandsAt, _pos);
        TakeUses();
        Take((byte)':');
        Peek();
        int at = _pos;
        try
        {
            PushTypeList();
        }
        catch (ParseException e)
        {
            throw new ParseException([.. e.Diagnostics, MakeDiagnostic(at, OpMessage("expected type list"))]);
        }
        CheckTypeCount(useStart, typeStart, operandsAt);
        int count = _types.Count - typeStart;
        for (int i = 0; i < count; i++)
        {
            _types.Add(_types[typeStart + i]);
        }
    }

    /// <summary>Types that the value attribute gives: of a constant's result, of a comparison's operand.</summary>
    private void TypesFromValue(OpSyntax syntax, AttributeMap attributes)
    {
        if (!syntax.Spelled.Contains("value"))
        {
            return;
        }
        bool arith = syntax.Name.Dialect == "arith";
        _types.Add(attributes["value"] switch
        {
            DenseElementsAttr a => a.Type,
            DenseResourceAttr a => a.Type,
            DenseStringElementsAttr a => a.Type,
            IntegerAttr a when arith => a.Type,
            FloatAttr a when arith => a.Type,
            BoolAttr when arith => ScalarType.I1,
            _ => throw OpError(_pos, "invalid kind of attribute specified"),
        });
    }

    private Region[] ParseOptionalRegions()
    {
        if (!TryTake((byte)'('))
        {
            return [];
        }
        var regions = new List<Region>();
        do
        {
            var region = new Region();
            ParseRegion(region, "", isolated: false);
            regions.Add(region);
        }
        while (TryTake((byte)','));
        Take((byte)')');
        return [.. regions];
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
        var dims = new DenseArrayAttr(ElementKind.I64, ParseDims());
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
