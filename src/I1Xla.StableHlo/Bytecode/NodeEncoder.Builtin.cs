using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Text;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Encodings of the builtin dialect.</summary>
internal sealed partial class NodeEncoder
{
    private static readonly StableHloVersion s_ranges = new(1, 9, 0);

    private EncodedNode BuiltinNode(BuiltinAttributeCode code, params ReadOnlySpan<Token> tokens) => _nodes.Intern(false, _builtinDialect, Token.VarInt((int)code), tokens);

    private EncodedNode BuiltinNode(BuiltinTypeCode code, params ReadOnlySpan<Token> tokens) => _nodes.Intern(true, _builtinDialect, Token.VarInt((int)code), tokens);

    private Token BuiltinString(string text)
    {
        if (ReferenceEquals(text, _lastString))
        {
            return _lastStringToken;
        }
        if (!_builtinStrings.TryGetValue(text, out EncodedNode node))
        {
            _builtinStrings.Add(text, node = BuiltinNode(BuiltinAttributeCode.String, String(text)));
        }
        _lastString = text;
        return _lastStringToken = Token.Attribute(node);
    }

    private EncodedNode BuiltinAttribute(Attribute attribute)
    {
        switch (attribute)
        {
            case ArrayAttr array:
                return BuiltinNode(BuiltinAttributeCode.Array, List(array.Items.Span, i => Token.Attribute(Builtin(i))));
            case DictionaryAttr dictionary:
                return Dictionary([.. dictionary.Entries.OrderBy(e => e.Name, StringComparer.Ordinal).Select(e => (e.Name, Builtin(e.Value)))]);
            case StringAttr { Type: null or NoneType } text:
                return new EncodedNode((int)BuiltinString(text.Value).Value);
            case StringAttr text:
                return BuiltinNode(BuiltinAttributeCode.StringWithType, String(text.Value), Token.Type(Builtin(text.Type)));
            case SymbolRefAttr { Nested.Length: 0 } symbol:
                return BuiltinNode(BuiltinAttributeCode.FlatSymbolRef, BuiltinString(symbol.Root));
            case SymbolRefAttr symbol:
                return BuiltinNode(BuiltinAttributeCode.SymbolRef,
                    [BuiltinString(symbol.Root), .. List(symbol.Nested.Span, n => Token.Attribute(Builtin(new SymbolRefAttr(n))))]);
            case TypeAttr type:
                return BuiltinNode(BuiltinAttributeCode.Type, Token.Type(Builtin(type.Type)));
            case UnitAttr:
                return BuiltinNode(BuiltinAttributeCode.Unit);
            case BoolAttr flag:
                return BuiltinNode(BuiltinAttributeCode.Integer, Token.Type(Builtin(ScalarType.I1)), Bits(flag.Value ? 1u : 0u, 1));
            case IntegerAttr integer:
                return BuiltinNode(BuiltinAttributeCode.Integer, Token.Type(Builtin(integer.Type)), Bits((ulong)integer.Value, Width(integer.Type)));
            case FloatAttr number:
                return BuiltinNode(BuiltinAttributeCode.Float, Token.Type(Builtin(number.Type)), Float(number.Value, number.Type.Kind));
            case DenseElementsAttr dense:
                return BuiltinNode(BuiltinAttributeCode.DenseElements, Token.Type(Builtin(dense.Type)), _nodes.BlobToken(DenseData.Encode(dense)));
            case DenseArrayAttr array:
                return BuiltinNode(BuiltinAttributeCode.DenseArray, Token.Type(Builtin(ScalarType.Of(array.Kind))), Token.VarInt(array.Values.Length), _nodes.BlobToken(ArrayBytes(array)));
            case DenseStringElementsAttr strings:
                bool splat = strings.Values.Length == 1;
                return BuiltinNode(BuiltinAttributeCode.DenseStringElements, [Token.Type(Builtin(strings.Type)), Token.VarInt(splat ? 1 : 0), .. strings.Values.Select(String)]);
            case DenseResourceAttr resource:
                int index = _resources.FindIndex(r => r.Handle == resource.Handle);
                if (index < 0)
                {
                    index = _resources.Count;
                    _resources.Add(resource);
                }
                return BuiltinNode(BuiltinAttributeCode.DenseResourceElements, Token.Type(Builtin(resource.Type)), new Token(TokenKind.Resource, index));
            case Location location:
                return OtherLocation(location);
            case EnumAttr or DotDimensionNumbersAttr or GatherDimensionNumbersAttr or ScatterDimensionNumbersAttr or ConvDimensionNumbersAttr or DotAlgorithmAttr
                or ChannelHandleAttr or OutputOperandAliasAttr or TypeExtensionsAttr or ResultAccuracyAttr:
                throw Unsupported($"the attribute {attribute} has no place outside StableHLO operations");
            default:
                return Other(attribute);
        }
    }

    /// <summary>A location. A line and a column cost as much to look up as to encode.</summary>
    public EncodedNode LocationNode(Location location) => location switch
    {
        UnknownLocation => Unknown,
        FileLineLocation range when IsPlace(range) || _target < s_ranges =>
            BuiltinNode(BuiltinAttributeCode.FileLineColumnLocation, BuiltinString(range.File), Token.VarInt(range.Line), Token.VarInt(range.Column)),
        _ => Builtin(location),
    };

    private EncodedNode OtherLocation(Location location)
    {
        switch (location)
        {
            case FileLineLocation place when IsPlace(place) || _target < s_ranges:
                return LocationNode(place);
            case FileLineLocation range:
                bool oneLine = range.EndLine == range.Line || range.EndLine == 0;
                long[] numbers = range.Column == 0 && oneLine ? [range.Line]
                    : oneLine ? [range.Line, range.Column, range.EndColumn]
                    : [range.Line, range.Column, range.EndLine, range.EndColumn];
                return BuiltinNode(BuiltinAttributeCode.FileLineColumnRange, [BuiltinString(range.File), .. List<long>(numbers, Token.VarInt)]);
            case NameLocation name:
                return BuiltinNode(BuiltinAttributeCode.NameLocation, BuiltinString(name.Name), Token.Attribute(Builtin(name.Child ?? Location.Unknown)));
            case CallSiteLocation call:
                return BuiltinNode(BuiltinAttributeCode.CallSiteLocation, Token.Attribute(Builtin(call.Callee)), Token.Attribute(Builtin(call.Caller)));
            case FusedLocation { Metadata: null } fused:
                return BuiltinNode(BuiltinAttributeCode.FusedLocation, List(fused.Locations.Span, l => Token.Attribute(Builtin(l))));
            case FusedLocation fused:
                return BuiltinNode(BuiltinAttributeCode.FusedLocationWithMetadata,
                    [.. List(fused.Locations.Span, l => Token.Attribute(Builtin(l))), Token.Attribute(Builtin(fused.Metadata))]);
            default:
                return Unknown;
        }
    }

    /// <summary>The unknown location.</summary>
    public EncodedNode Unknown { get; }

    /// <summary>Whether this is a line and a column; a line alone counts as a range.</summary>
    private static bool IsPlace(FileLineLocation range) =>
        range.Column != 0 && (range is { EndLine: 0, EndColumn: 0 } || (range.EndLine, range.EndColumn) == (range.Line, range.Column));

    private static int Width(IrType type) => type switch
    {
        ScalarType scalar => scalar.Kind.BitWidth(),
        OtherIntegerType { Width: <= 64 } other => other.Width,
        OtherIntegerType => throw Unsupported($"an integer of type {type} has no encoding; those of 64 bits at most do"),
        _ => throw Unsupported($"{type} is no type of an integer"),
    };

    private static byte[] ArrayBytes(DenseArrayAttr array)
    {
        int size = array.Kind.StorageBytes();
        byte[] bytes = new byte[size * array.Values.Length];
        Span<byte> element = stackalloc byte[8];
        for (int i = 0; i < array.Values.Length; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(element, array.Values[i]);
            element[..size].CopyTo(bytes.AsSpan(i * size));
        }
        return bytes;
    }

    private EncodedNode BuiltinType(IrType type)
    {
        switch (type)
        {
            case OtherIntegerType integer:
                return BuiltinNode(BuiltinTypeCode.Integer, Token.VarInt(((long)integer.Width << 2) | (integer.Signedness switch { 'i' => 0u, 's' => 1u, _ => 2u })));
            case ScalarType { Kind: ElementKind.Index }:
                return BuiltinNode(BuiltinTypeCode.Index);
            case ScalarType { Kind: ElementKind.BF16 }:
                return BuiltinNode(BuiltinTypeCode.BF16);
            case ScalarType { Kind: ElementKind.F16 }:
                return BuiltinNode(BuiltinTypeCode.F16);
            case ScalarType { Kind: ElementKind.F32 }:
                return BuiltinNode(BuiltinTypeCode.F32);
            case ScalarType { Kind: ElementKind.F64 }:
                return BuiltinNode(BuiltinTypeCode.F64);
            case ScalarType scalar when scalar.Kind.IsComplex():
                return BuiltinNode(BuiltinTypeCode.Complex, Token.Type(Builtin(ScalarType.Of(scalar.Kind.RealPart()))));
            case ScalarType scalar when scalar.Kind.IsInteger() || scalar.Kind == ElementKind.I1:
                return BuiltinNode(BuiltinTypeCode.Integer, Token.VarInt(((long)scalar.Kind.BitWidth() << 2) | (scalar.Kind.IsUnsignedInteger() ? 2u : 0u)));
            case FunctionType function:
                return BuiltinNode(BuiltinTypeCode.Function, [.. BuiltinTypes(function.Inputs), .. BuiltinTypes(function.Results)]);
            case TensorType { Encoding: null } tensor:
                return BuiltinNode(BuiltinTypeCode.RankedTensor, [.. Longs(tensor.Shape.Dims), Token.Type(Builtin(tensor.Element))]);
            case UnrankedTensorType tensor:
                return BuiltinNode(BuiltinTypeCode.UnrankedTensor, Token.Type(Builtin(tensor.Element)));
            case TupleType tuple:
                return BuiltinNode(BuiltinTypeCode.Tuple, BuiltinTypes(tuple.Elements));
            case NoneType:
                return BuiltinNode(BuiltinTypeCode.None);
            case OpaqueType opaque:
                return Text(true, opaque.Dialect, MlirPrinter.ToText(type));
            case OpaqueElementType opaque:
                return Text(true, opaque.Dialect, MlirPrinter.ToText(type));
            default:
                return Text(true, "builtin", MlirPrinter.ToText(type));
        }
    }

    private Token[] BuiltinTypes(ValueArray<IrType> types) => List(types.Span, t => Token.Type(Builtin(t)));
}
