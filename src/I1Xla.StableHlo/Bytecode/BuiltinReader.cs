using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Attribute codes of the builtin dialect's bytecode (MLIR, BuiltinDialectBytecode).</summary>
internal enum BuiltinAttributeCode
{
    Array = 0,
    Dictionary = 1,
    String = 2,
    StringWithType = 3,
    FlatSymbolRef = 4,
    SymbolRef = 5,
    Type = 6,
    Unit = 7,
    Integer = 8,
    Float = 9,
    CallSiteLocation = 10,
    FileLineColumnLocation = 11,
    FusedLocation = 12,
    FusedLocationWithMetadata = 13,
    NameLocation = 14,
    UnknownLocation = 15,
    DenseResourceElements = 16,
    DenseArray = 17,
    DenseElements = 18,
    DenseStringElements = 19,
    SparseElements = 20,
    Distinct = 21,
    FileLineColumnRange = 22,
}

/// <summary>Type codes of the builtin dialect's bytecode.</summary>
internal enum BuiltinTypeCode
{
    Integer = 0,
    Index = 1,
    Function = 2,
    BF16 = 3,
    F16 = 4,
    F32 = 5,
    F64 = 6,
    Complex = 9,
    MemRef = 10,
    None = 12,
    RankedTensor = 13,
    RankedTensorWithEncoding = 14,
    Tuple = 15,
    UnrankedTensor = 18,
}

/// <summary>Decodes attributes and types of the builtin dialect.</summary>
internal sealed class BuiltinReader(AttributeReader reader)
{
    public IrType Type(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        ulong code = cursor.VarInt();
        switch (code < 64 ? (BuiltinTypeCode)code : (BuiltinTypeCode)(-1))
        {
            case BuiltinTypeCode.Integer: return Integer(cursor.VarInt(), at);
            case BuiltinTypeCode.Index: return ScalarType.Index;
            case BuiltinTypeCode.Function: return new FunctionType(reader.Types(ref cursor), reader.Types(ref cursor));
            case BuiltinTypeCode.BF16: return ScalarType.BF16;
            case BuiltinTypeCode.F16: return ScalarType.Of(ElementKind.F16);
            case BuiltinTypeCode.F32: return ScalarType.F32;
            case BuiltinTypeCode.F64: return ScalarType.F64;
            case BuiltinTypeCode.Complex:
                return reader.Type<ScalarType>(ref cursor).Kind switch
                {
                    ElementKind.F32 => ScalarType.Of(ElementKind.Complex64),
                    ElementKind.F64 => ScalarType.Of(ElementKind.Complex128),
                    _ => throw new BytecodeException("complex numbers have parts of type f32 or f64", at),
                };
            case BuiltinTypeCode.MemRef:
                long[] dims = AttributeReader.Longs(ref cursor);
                var memref = new MemRefType(reader.Type<ElementType>(ref cursor), new Shape(dims));
                _ = reader.Attribute(ref cursor);
                return memref;
            case BuiltinTypeCode.None: return new NoneType();
            case BuiltinTypeCode.RankedTensor: return Tensor(ref cursor, null);
            case BuiltinTypeCode.RankedTensorWithEncoding: return Tensor(ref cursor, reader.Attribute(ref cursor));
            case BuiltinTypeCode.Tuple: return new TupleType(reader.Types(ref cursor));
            case BuiltinTypeCode.UnrankedTensor: return new UnrankedTensorType(reader.Type<ElementType>(ref cursor));
            default: throw new BytecodeException($"builtin type code {code} is unknown, or of a type that StableHLO programs do not have", at);
        }
    }

    public Attribute Attribute(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        ulong code = cursor.VarInt();
        switch (code < 64 ? (BuiltinAttributeCode)code : (BuiltinAttributeCode)(-1))
        {
            case BuiltinAttributeCode.Array: return new ArrayAttr(reader.Attributes(ref cursor));
            case BuiltinAttributeCode.Dictionary: return Dictionary(ref cursor);
            case BuiltinAttributeCode.String: return new StringAttr(reader.File.String(ref cursor));
            case BuiltinAttributeCode.StringWithType: return new StringAttr(reader.File.String(ref cursor), reader.Type(ref cursor));
            case BuiltinAttributeCode.FlatSymbolRef: return new SymbolRefAttr(reader.Attribute<StringAttr>(ref cursor).Value);
            case BuiltinAttributeCode.SymbolRef:
                string root = reader.Attribute<StringAttr>(ref cursor).Value;
                string[] nested = new string[cursor.Count("symbols")];
                for (int i = 0; i < nested.Length; i++)
                {
                    nested[i] = reader.Attribute<SymbolRefAttr>(ref cursor).Root;
                }
                return new SymbolRefAttr(root, new ValueArray<string>(nested));
            case BuiltinAttributeCode.Type: return new TypeAttr(reader.Type(ref cursor));
            case BuiltinAttributeCode.Unit: return UnitAttr.Instance;
            case BuiltinAttributeCode.Integer: return Integer(ref cursor);
            case BuiltinAttributeCode.Float:
                var type = reader.Type<ScalarType>(ref cursor);
                return type.Kind.IsFloat() ? new FloatAttr(VhloReader.Float(ref cursor, type.Kind), type) : throw new BytecodeException($"{type} is no type of a float", at);
            case BuiltinAttributeCode.CallSiteLocation: return new CallSiteLocation(Location(ref cursor), Location(ref cursor));
            case BuiltinAttributeCode.FileLineColumnLocation:
                return new FileLineLocation(reader.Attribute<StringAttr>(ref cursor).Value, (int)cursor.VarInt(), (int)cursor.VarInt());
            case BuiltinAttributeCode.FileLineColumnRange: return FileRange(ref cursor);
            case BuiltinAttributeCode.FusedLocation: return new FusedLocation(Locations(ref cursor));
            case BuiltinAttributeCode.FusedLocationWithMetadata: return new FusedLocation(Locations(ref cursor), reader.Attribute(ref cursor));
            case BuiltinAttributeCode.NameLocation:
                string name = reader.Attribute<StringAttr>(ref cursor).Value;
                Location child = Location(ref cursor);
                return new NameLocation(name, child is UnknownLocation ? null : child);
            case BuiltinAttributeCode.UnknownLocation: return Ir.Location.Unknown;
            case BuiltinAttributeCode.DenseResourceElements:
                var resourceType = reader.Type<TensorType>(ref cursor);
                EncodedResource resource = reader.File.Resources[cursor.Index(reader.File.Resources.Count, "resource")];
                return new DenseResourceAttr(resourceType, resource.Key, resource.Data);
            case BuiltinAttributeCode.DenseArray: return DenseArray(ref cursor);
            case BuiltinAttributeCode.DenseElements:
                var elements = reader.Type<TensorType>(ref cursor);
                return DenseData.Decode(elements, cursor.Blob(), at);
            case BuiltinAttributeCode.DenseStringElements: return DenseStrings(ref cursor);
            default: throw new BytecodeException($"builtin attribute code {code} is unknown, or of an attribute that StableHLO programs do not have", at);
        }
    }

    /// <summary>An integer of a known width: one byte, or a zigzag varint.</summary>
    public static long IntegerBits(ref BytecodeCursor cursor, int width, bool signed)
    {
        if (width > 64)
        {
            throw cursor.Error($"integers of {width} bits are not supported");
        }
        long bits = width <= 8 ? cursor.Byte() : cursor.SignedVarInt();
        int unused = 64 - width;
        return signed ? bits << unused >> unused : (long)((ulong)bits << unused >> unused);
    }

    private static IrType Integer(ulong widthAndSignedness, int at)
    {
        ulong width = widthAndSignedness >> 2;
        bool unsigned = (widthAndSignedness & 3) == 2;
        if ((widthAndSignedness & 3) == 1 || width > 64 || !ElementKinds.TryParse((unsigned ? "ui" : "i") + width, out ElementKind kind))
        {
            return width is > 0 and < 1 << 24 && (widthAndSignedness & 3) < 3 ? new OtherIntegerType((int)width, (widthAndSignedness & 3) switch { 0 => 'i', 1 => 's', _ => 'u' })
                : throw new BytecodeException($"there are no integers of {width} bits", at);
        }
        return ScalarType.Of(kind);
    }

    private Attribute Integer(ref BytecodeCursor cursor)
    {
        IrType type = reader.Type(ref cursor);
        switch (type)
        {
            case ScalarType { Kind: ElementKind.I1 }: return new BoolAttr((cursor.Byte() & 1) != 0);
            case ScalarType s when s.Kind.IsInteger() || s.Kind == ElementKind.Index:
                return new IntegerAttr(IntegerBits(ref cursor, s.Kind.BitWidth(), !s.Kind.IsUnsignedInteger()), type);
            case OtherIntegerType o: return new IntegerAttr(IntegerBits(ref cursor, o.Width, o.Signedness != 'u'), type);
            default: throw cursor.Error("the type of an integer is no integer type");
        }
    }

    private Location Location(ref BytecodeCursor cursor) => reader.Attribute<Location>(ref cursor);

    private ValueArray<Location> Locations(ref BytecodeCursor cursor)
    {
        var items = new Location[cursor.Count("locations")];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = Location(ref cursor);
        }
        return new ValueArray<Location>(items);
    }

    /// <summary>The numbers of a range: none, a line, a line and a column, one line with two columns, or two of each.</summary>
    private FileLineLocation FileRange(ref BytecodeCursor cursor)
    {
        string file = reader.Attribute<StringAttr>(ref cursor).Value;
        int[] n = new int[cursor.Count("numbers")];
        for (int i = 0; i < n.Length; i++)
        {
            n[i] = (int)cursor.VarInt();
        }
        return n switch
        {
            [] => new FileLineLocation(file, 0, 0),
            [int line] => new FileLineLocation(file, line, 0),
            [int line, int column] => new FileLineLocation(file, line, column),
            [int line, int column, int endColumn] => new FileLineLocation(file, line, column, line, endColumn),
            [int line, int column, int endLine, int endColumn] => new FileLineLocation(file, line, column, endLine, endColumn),
            _ => throw cursor.Error($"{n.Length} numbers are no range of lines"),
        };
    }

    private DictionaryAttr Dictionary(ref BytecodeCursor cursor)
    {
        var entries = new NamedAttribute[cursor.Count("entries")];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = new NamedAttribute(reader.Attribute<StringAttr>(ref cursor).Value, reader.Attribute(ref cursor));
        }
        Array.Sort(entries, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return new DictionaryAttr(new ValueArray<NamedAttribute>(entries));
    }

    private DenseArrayAttr DenseArray(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        ElementKind kind = reader.Type<ScalarType>(ref cursor).Kind;
        ulong count = cursor.VarInt();
        ReadOnlySpan<byte> data = cursor.Blob().Span;
        int size = kind.StorageBytes();
        if (kind.IsComplex() || (ulong)data.Length / (ulong)size != count || data.Length % size != 0)
        {
            throw new BytecodeException($"{data.Length} bytes are no array of {count} {kind.Name()}", at);
        }
        long[] values = new long[count];
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> element = data.Slice(i * size, size);
            values[i] = size switch
            {
                1 => kind.IsSignedInteger() ? (sbyte)element[0] : element[0],
                2 => kind.IsSignedInteger() ? BitConverter.ToInt16(element) : BitConverter.ToUInt16(element),
                4 => kind.IsSignedInteger() ? BitConverter.ToInt32(element) : BitConverter.ToUInt32(element),
                _ => BitConverter.ToInt64(element),
            };
        }
        return new DenseArrayAttr(kind, new ValueArray<long>(values));
    }

    private DenseStringElementsAttr DenseStrings(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        var type = reader.Type<TensorType>(ref cursor);
        bool splat = cursor.VarInt() != 0;
        if (!type.Shape.IsStatic)
        {
            throw new BytecodeException("dense elements of a dynamic shape", at);
        }
        long count = splat ? 1 : type.Shape.ElementCount;
        if (count > cursor.Remaining)
        {
            throw new BytecodeException($"{count} strings do not fit", at);
        }
        string[] values = new string[count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = reader.File.String(ref cursor);
        }
        return new DenseStringElementsAttr(type, new ValueArray<string>(values));
    }

    private TensorType Tensor(ref BytecodeCursor cursor, Attribute? encoding)
    {
        int at = cursor.Position;
        long[] shape = AttributeReader.Longs(ref cursor);
        if (shape.Any(d => d < 0 && d != Shape.Dynamic))
        {
            throw new BytecodeException("a tensor has a negative size", at);
        }
        return new TensorType(reader.Type<ElementType>(ref cursor), new Shape(shape), encoding);
    }
}
