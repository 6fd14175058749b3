using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>Prints builtin attributes and types; the dialects' own are in <see cref="DialectAttributePrinter"/>.</summary>
internal partial class AttributePrinter(ByteBuffer output, PrintOptions options)
{
    private readonly Dictionary<object, byte[]> _typeTexts = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _resources = [];
    private IrType? _lastType;
    private byte[]? _lastTypeText;

    /// <summary>Where text goes.</summary>
    protected ByteBuffer Out { get; } = output;

    /// <summary>How to print.</summary>
    protected PrintOptions Options { get; } = options;

    /// <summary>Names that stand for sparse encodings, which MLIR prints before the module.</summary>
    protected Dictionary<OpaqueAttr, string> EncodingAliases { get; } = [];

    /// <summary>The blobs that the printed attributes refer to.</summary>
    protected IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Resources => _resources;

    /// <summary>Prints a type.</summary>
    public void Type(IrType type)
    {
        if (type is TensorType tensor)
        {
            // The same few tensor types are printed again and again.
            if (!ReferenceEquals(type, _lastType))
            {
                if (!_typeTexts.TryGetValue(type, out byte[]? text))
                {
                    int start = Out.Length;
                    Tensor(tensor);
                    text = Out.Written[start..].ToArray();
                    _typeTexts.Add(type, text);
                    (_lastType, _lastTypeText) = (type, text);
                    return;
                }
                (_lastType, _lastTypeText) = (type, text);
            }
            Out.Bytes(_lastTypeText);
            return;
        }
        switch (type)
        {
            case ScalarType scalar:
                Out.Ascii(scalar.Kind.Name());
                break;
            case UnrankedTensorType unranked:
                Out.Bytes("tensor<*x"u8);
                Type(unranked.Element);
                Out.Byte((byte)'>');
                break;
            case MemRefType memref:
                Out.Bytes("memref<"u8);
                Shape(memref.Shape);
                Type(memref.Element);
                Out.Byte((byte)'>');
                break;
            case TupleType tuple:
                Out.Bytes("tuple<"u8);
                Types(tuple.Elements.Span);
                Out.Byte((byte)'>');
                break;
            case TokenType:
                Out.Bytes("!stablehlo.token"u8);
                break;
            case FutureType future:
                Out.Bytes("!stablehlo.future<"u8);
                Types(future.Elements.Span);
                Out.Byte((byte)'>');
                break;
            case FunctionType function:
                Function(function.Inputs.Span, function.Results.Span);
                break;
            case NoneType:
                Out.Bytes("none"u8);
                break;
            case OtherIntegerType integer:
                Out.Ascii(integer.Signedness switch { 's' => "si", 'u' => "ui", _ => "i" });
                Out.Number(integer.Width);
                break;
            case OtherComplexType complex:
                Out.Bytes("complex<"u8);
                Type(complex.Element);
                Out.Byte((byte)'>');
                break;
            case QuantizedType quantized:
                Quantized(quantized);
                break;
            case OpaqueType opaque:
                Opaque('!', opaque.Dialect, opaque.Body);
                break;
            case OpaqueElementType opaque:
                Opaque('!', opaque.Dialect, opaque.Body);
                break;
            default:
                throw new InvalidOperationException($"no text is defined for types of class {type.GetType().Name}");
        }
    }

    /// <summary>Types with commas between them.</summary>
    public void Types(ReadOnlySpan<IrType> types)
    {
        for (int i = 0; i < types.Length; i++)
        {
            Comma(i);
            Type(types[i]);
        }
    }

    /// <summary><c>(inputs) -> results</c>.</summary>
    public void Function(ReadOnlySpan<IrType> inputs, ReadOnlySpan<IrType> results)
    {
        Out.Byte((byte)'(');
        Types(inputs);
        Out.Bytes(") -> "u8);
        bool bare = results.Length == 1 && results[0] is not FunctionType;
        if (!bare)
        {
            Out.Byte((byte)'(');
        }
        Types(results);
        if (!bare)
        {
            Out.Byte((byte)')');
        }
    }

    private void Tensor(TensorType tensor)
    {
        Out.Bytes("tensor<"u8);
        Shape(tensor.Shape);
        Type(tensor.Element);
        if (tensor.Encoding is not null)
        {
            Out.Bytes(", "u8);
            Attribute(tensor.Encoding);
        }
        Out.Byte((byte)'>');
    }

    private void Shape(Shape shape)
    {
        foreach (long dim in shape.Dims)
        {
            if (dim == Ir.Shape.Dynamic)
            {
                Out.Byte((byte)'?');
            }
            else
            {
                Out.Number(dim);
            }
            Out.Byte((byte)'x');
        }
    }

    private void Quantized(QuantizedType type)
    {
        Out.Bytes("!quant.uniform<"u8);
        if (type.Storage.IsFloat())
        {
            Out.Ascii(type.Storage.Name());
        }
        else
        {
            Out.Byte(type.Storage.IsUnsignedInteger() ? (byte)'u' : (byte)'i');
            Out.Number(type.Storage.BitWidth());
        }
        if ((type.StorageMin, type.StorageMax) != Parser.StorageRange(type.Storage))
        {
            Out.Byte((byte)'<');
            Out.Number(type.StorageMin);
            Out.Byte((byte)':');
            Out.Number(type.StorageMax);
            Out.Byte((byte)'>');
        }
        Out.Byte((byte)':');
        Out.Ascii(type.Expressed.Name());
        if (type.BlockSizes.Length > 0)
        {
            Out.Bytes(":{"u8);
            for (int i = 0; i < type.Axes.Length; i++)
            {
                Comma(i);
                Out.Number(type.Axes[i]);
                Out.Byte((byte)':');
                Out.Number(type.BlockSizes[i]);
            }
            Out.Byte((byte)'}');
        }
        else if (type.Axes.Length > 0)
        {
            Out.Byte((byte)':');
            Out.Number(type.Axes[0]);
        }
        Out.Bytes(", "u8);
        if (type.Axes.Length == 0)
        {
            Scale(type, 0);
        }
        else
        {
            Out.Byte((byte)'{');
            for (int i = 0; i < type.Scales.Length; i++)
            {
                if (i > 0)
                {
                    Out.Byte((byte)',');
                    if (type.BlockSizes.Length > 0)
                    {
                        Out.Byte((byte)' ');
                    }
                }
                Scale(type, i);
            }
            Out.Byte((byte)'}');
        }
        Out.Byte((byte)'>');
    }

    private void Scale(QuantizedType type, int i)
    {
        FloatText.Write(Out, type.Scales[i], ElementKind.F64);
        if (type.ZeroPoints[i] != 0)
        {
            Out.Byte((byte)':');
            Out.Number(type.ZeroPoints[i]);
        }
    }

    private void Opaque(char sigil, string dialect, string body)
    {
        if (dialect.Length > 0)
        {
            Out.Byte((byte)sigil);
            Out.Ascii(dialect);
            if (!body.StartsWith('<'))
            {
                Out.Byte((byte)'.');
            }
        }
        Out.Bytes(MlirString.Encode(body));
    }

    /// <summary>A comma and a blank before every item but the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Comma(int index)
    {
        if (index > 0)
        {
            Out.Bytes(", "u8);
        }
    }

    /// <summary>Prints an attribute. <paramref name="elide"/> leaves out the types i64 and f64, as inside arrays.</summary>
    public void Attribute(Attribute attribute, bool elide = false)
    {
        switch (attribute)
        {
            case BoolAttr boolean:
                Out.Bytes(boolean.Value ? "true"u8 : "false"u8);
                break;
            case IntegerAttr integer:
                Integer(integer.Value, integer.Type);
                if (!elide || integer.Type is not ScalarType { Kind: ElementKind.I64 })
                {
                    Out.Bytes(" : "u8);
                    Type(integer.Type);
                }
                break;
            case FloatAttr floating:
                FloatText.Write(Out, floating.Value, floating.Type.Kind);
                if (!elide || floating.Type.Kind != ElementKind.F64)
                {
                    Out.Bytes(" : "u8);
                    Type(floating.Type);
                }
                break;
            case StringAttr text:
                Quoted(text.Value);
                OptionalType(text.Type);
                break;
            case UnitAttr:
                Out.Bytes("unit"u8);
                break;
            case TypeAttr type:
                Type(type.Type);
                break;
            case SymbolRefAttr symbol:
                Symbol(symbol.Root);
                foreach (string nested in symbol.Nested)
                {
                    Out.Bytes("::"u8);
                    Symbol(nested);
                }
                break;
            case ArrayAttr array:
                Out.Byte((byte)'[');
                for (int i = 0; i < array.Items.Length; i++)
                {
                    Comma(i);
                    Attribute(array.Items[i], elide: true);
                }
                Out.Byte((byte)']');
                break;
            case DictionaryAttr dictionary:
                Dictionary(dictionary.Entries.Span);
                break;
            case DenseArrayAttr array:
                Out.Bytes("array<"u8);
                Out.Ascii(array.Kind.Name());
                if (array.Values.Length > 0)
                {
                    Out.Bytes(": "u8);
                    DenseArrayItems(array);
                }
                Out.Byte((byte)'>');
                break;
            case DenseElementsAttr dense:
                Out.Bytes("dense<"u8);
                DenseElements(dense);
                Out.Bytes("> : "u8);
                Type(dense.Type);
                break;
            case DenseStringElementsAttr strings:
                StringElements(strings);
                break;
            case DenseResourceAttr resource:
                Out.Bytes("dense_resource<"u8);
                KeywordOrString(resource.Handle);
                Out.Bytes("> : "u8);
                Type(resource.Type);
                if (resource.Data is { } blob)
                {
                    _resources[resource.Handle] = blob;
                }
                break;
            case Location location:
                Location(location);
                break;
            case OpaqueAttr opaque when EncodingAliases.TryGetValue(opaque, out string? alias):
                Out.Ascii($"#{alias}");
                break;
            case OpaqueAttr opaque:
                Opaque('#', opaque.Dialect, opaque.Body);
                OptionalType(opaque.Type);
                break;
            default:
                DialectAttribute(attribute);
                break;
        }
    }

    private void OptionalType(IrType? type)
    {
        if (type is not null)
        {
            Out.Bytes(" : "u8);
            Type(type);
        }
    }

    /// <summary>The number of an integer attribute, without its type.</summary>
    protected void Integer(long value, IrType type)
    {
        bool unsigned = type is ScalarType scalar ? scalar.Kind.IsUnsignedInteger() : type is OtherIntegerType { Signedness: 'u' };
        if (unsigned)
        {
            Out.Number((ulong)value);
        }
        else
        {
            Out.Number(value);
        }
    }

    /// <summary><c>{a = 1 : i64, b}</c>.</summary>
    protected void Dictionary(ReadOnlySpan<NamedAttribute> entries)
    {
        Out.Byte((byte)'{');
        for (int i = 0; i < entries.Length; i++)
        {
            Comma(i);
            Named(entries[i]);
        }
        Out.Byte((byte)'}');
    }

    /// <summary><c>name = value</c>, or the name alone of a unit.</summary>
    protected void Named(in NamedAttribute entry)
    {
        KeywordOrString(entry.Name);
        if (entry.Value is UnitAttr)
        {
            return;
        }
        Out.Bytes(" = "u8);
        Attribute(entry.Value);
    }

    /// <summary>The items of an array attribute without the brackets.</summary>
    protected void DenseArrayItems(DenseArrayAttr array)
    {
        for (int i = 0; i < array.Values.Length; i++)
        {
            Comma(i);
            long value = array.Values[i];
            if (array.Kind == ElementKind.I1)
            {
                Out.Bytes(value != 0 ? "true"u8 : "false"u8);
            }
            else if (array.Kind.IsFloat())
            {
                FloatText.Write(Out, FloatKind.FromBits(array.Kind, (ulong)value), array.Kind);
            }
            else if (array.Kind.IsUnsignedInteger())
            {
                Out.Number((ulong)value);
            }
            else
            {
                Out.Number(value);
            }
        }
    }

    /// <summary><c>@name</c>, quoted where it must be.</summary>
    public void Symbol(string name)
    {
        Out.Byte((byte)'@');
        KeywordOrString(name);
    }

    /// <summary>A bare identifier, or a quoted string where the text is none.</summary>
    protected void KeywordOrString(string text)
    {
        bool bare = text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] == '_');
        for (int i = 1; bare && i < text.Length; i++)
        {
            bare = char.IsAsciiLetterOrDigit(text[i]) || text[i] is '_' or '$' or '.';
        }
        if (bare)
        {
            Out.Ascii(text);
        }
        else
        {
            Quoted(text);
        }
    }

    /// <summary>A quoted string: printable ASCII as it is, backslashes doubled, everything else as <c>\XX</c>.</summary>
    public void Quoted(string text)
    {
        Out.Byte((byte)'"');
        foreach (byte c in MlirString.Encode(text))
        {
            if (c == '\\')
            {
                Out.Bytes("\\\\"u8);
            }
            else if (c is >= 0x20 and < 0x7F && c != '"')
            {
                Out.Byte(c);
            }
            else
            {
                Out.Byte((byte)'\\');
                Out.Byte((byte)HexDigit(c >> 4));
                Out.Byte((byte)HexDigit(c & 15));
            }
        }
        Out.Byte((byte)'"');
    }

    private static char HexDigit(int value) => (char)(value < 10 ? '0' + value : 'A' + value - 10);

    /// <summary>What stands between <c>dense&lt;</c> and <c>&gt;</c>.</summary>
    protected void DenseElements(DenseElementsAttr dense)
    {
        ReadOnlySpan<byte> data = dense.Data.Span;
        ElementKind kind = dense.Type.Kind;
        if (data.IsEmpty)
        {
            return;
        }
        if (dense.IsSplat)
        {
            Element(data, kind);
            return;
        }
        int size = kind.StorageBytes();
        if (data.Length / size > Options.HexThreshold && kind != ElementKind.TF32)
        {
            Hex(data, kind);
            return;
        }
        ReadOnlySpan<long> dims = dense.Type.Shape.Dims;
        int position = 0;
        Nested(dims, data, kind, size, ref position);
    }

    private void Nested(ReadOnlySpan<long> dims, ReadOnlySpan<byte> data, ElementKind kind, int size, ref int position)
    {
        if (dims.IsEmpty)
        {
            Element(data[position..], kind);
            position += size;
            return;
        }
        Out.Byte((byte)'[');
        for (long i = 0; i < dims[0]; i++)
        {
            if (i > 0)
            {
                Out.Bytes(", "u8);
            }
            Nested(dims[1..], data, kind, size, ref position);
        }
        Out.Byte((byte)']');
    }

    private void Element(ReadOnlySpan<byte> data, ElementKind kind)
    {
        switch (kind)
        {
            case ElementKind.I1:
                Out.Bytes(data[0] != 0 ? "true"u8 : "false"u8);
                break;
            case ElementKind.I2 or ElementKind.I4 or ElementKind.I8:
                Out.Number((long)(sbyte)data[0]);
                break;
            case ElementKind.UI2 or ElementKind.UI4 or ElementKind.UI8:
                Out.Number((long)data[0]);
                break;
            case ElementKind.I16:
                Out.Number((long)BinaryPrimitives.ReadInt16LittleEndian(data));
                break;
            case ElementKind.UI16:
                Out.Number((long)BinaryPrimitives.ReadUInt16LittleEndian(data));
                break;
            case ElementKind.I32:
                Out.Number((long)BinaryPrimitives.ReadInt32LittleEndian(data));
                break;
            case ElementKind.UI32:
                Out.Number((long)BinaryPrimitives.ReadUInt32LittleEndian(data));
                break;
            case ElementKind.I64 or ElementKind.Index:
                Out.Number(BinaryPrimitives.ReadInt64LittleEndian(data));
                break;
            case ElementKind.UI64:
                Out.Number(BinaryPrimitives.ReadUInt64LittleEndian(data));
                break;
            case ElementKind.Complex64 or ElementKind.Complex128:
                ElementKind part = kind.RealPart();
                Out.Byte((byte)'(');
                Element(data, part);
                Out.Byte((byte)',');
                Element(data[part.StorageBytes()..], part);
                Out.Byte((byte)')');
                break;
            default:
                FloatElement(data, kind);
                break;
        }
    }

    private void FloatElement(ReadOnlySpan<byte> data, ElementKind kind)
    {
        ulong bits = kind.StorageBytes() switch
        {
            1 => data[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(data),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(data),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(data),
        };
        double value = kind == ElementKind.TF32 ? BitConverter.UInt32BitsToSingle((uint)bits) : FloatKind.FromBits(kind, bits);
        if (!double.IsFinite(value) && kind != ElementKind.TF32)
        {
            // The bits themselves, so that a NaN keeps its payload.
            FloatText.WriteBits(Out, bits, kind);
            return;
        }
        FloatText.Write(Out, value, kind);
    }

    private void Hex(ReadOnlySpan<byte> data, ElementKind kind)
    {
        Out.Bytes("\"0x"u8);
        int width = kind.BitWidth();
        if (kind == ElementKind.I1)
        {
            for (int i = 0; i < data.Length; i += 8)
            {
                int packed = 0;
                for (int bit = 0; bit < 8 && i + bit < data.Length; bit++)
                {
                    packed |= data[i + bit] << bit;
                }
                HexBytes([(byte)packed]);
            }
        }
        else if (width < 8)
        {
            foreach (byte b in data)
            {
                HexBytes([(byte)(b & (1 << width) - 1)]);
            }
        }
        else
        {
            HexBytes(data);
        }
        Out.Byte((byte)'"');
    }

    /// <summary>Bytes as hexadecimal digits.</summary>
    protected void HexBytes(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            ReadOnlySpan<byte> chunk = data[..Math.Min(data.Length, 1 << 16)];
            Convert.TryToHexString(chunk, Out.Room(chunk.Length * 2), out int written);
            Out.Advance(written);
            data = data[chunk.Length..];
        }
    }

    private void StringElements(DenseStringElementsAttr strings)
    {
        Out.Bytes("dense<"u8);
        int position = 0;
        if (strings.Values.Length == 1 && strings.Type.Shape.Rank > 0)
        {
            Quoted(strings.Values[0]);
        }
        else if (strings.Values.Length > 0)
        {
            Strings(strings.Type.Shape.Dims, ref position);
        }
        Out.Bytes("> : "u8);
        Type(strings.Type);

        void Strings(ReadOnlySpan<long> dims, ref int position)
        {
            if (dims.IsEmpty)
            {
                Quoted(strings.Values[position++]);
                return;
            }
            Out.Byte((byte)'[');
            for (long i = 0; i < dims[0]; i++)
            {
                Comma((int)Math.Min(i, 1));
                Strings(dims[1..], ref position);
            }
            Out.Byte((byte)']');
        }
    }

    /// <summary>Prints <c>loc(…)</c>.</summary>
    public void Location(Location location)
    {
        Out.Bytes("loc("u8);
        LocationBody(location);
        Out.Byte((byte)')');
    }

    /// <summary>What stands in <c>loc(…)</c>.</summary>
    protected void LocationBody(Location location)
    {
        switch (location)
        {
            case UnknownLocation:
                Out.Bytes("unknown"u8);
                break;
            case FileLineLocation file:
                FileLocation(file);
                break;
            case NameLocation name:
                Quoted(name.Name);
                if (name.Child is not (null or UnknownLocation))
                {
                    Out.Byte((byte)'(');
                    NestedLocation(name.Child);
                    Out.Byte((byte)')');
                }
                break;
            case CallSiteLocation call:
                Out.Bytes("callsite("u8);
                NestedLocation(call.Callee);
                Out.Bytes(" at "u8);
                NestedLocation(call.Caller);
                Out.Byte((byte)')');
                break;
            case FusedLocation fused:
                Out.Bytes("fused"u8);
                if (fused.Metadata is not null)
                {
                    Out.Byte((byte)'<');
                    Attribute(fused.Metadata);
                    Out.Byte((byte)'>');
                }
                Out.Byte((byte)'[');
                for (int i = 0; i < fused.Locations.Length; i++)
                {
                    Comma(i);
                    NestedLocation(fused.Locations[i]);
                }
                Out.Byte((byte)']');
                break;
        }
    }

    /// <summary>A location within another.</summary>
    protected virtual void NestedLocation(Location location) => LocationBody(location);

    private void FileLocation(FileLineLocation file)
    {
        Quoted(file.File);
        Out.Byte((byte)':');
        Out.Number(file.Line);
        Out.Byte((byte)':');
        Out.Number(file.Column);
        if (file.EndLine == 0)
        {
            return;
        }
        Out.Bytes(" to "u8);
        if (file.EndLine != file.Line)
        {
            Out.Number(file.EndLine);
        }
        Out.Byte((byte)':');
        Out.Number(file.EndColumn);
    }
}
