using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>Prints attributes: the builtin ones here, those of the dialects, types, dense elements and locations each in a file of their own.</summary>
internal partial class AttributePrinter(ByteBuffer output, PrintOptions options)
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _resources = [];

    /// <summary>Where text goes.</summary>
    protected ByteBuffer Out { get; } = output;

    /// <summary>How to print.</summary>
    protected PrintOptions Options { get; } = options;

    /// <summary>Names that stand for sparse encodings, which MLIR prints before the module.</summary>
    protected Dictionary<OpaqueAttr, string> EncodingAliases { get; } = [];

    /// <summary>The blobs that the printed attributes refer to.</summary>
    protected IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Resources => _resources;

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
}
