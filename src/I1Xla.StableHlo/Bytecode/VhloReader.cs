using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using I1Xla.StableHlo.Ops;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Decodes attributes and types of the vhlo dialect into what they stand for in StableHLO.</summary>
internal sealed class VhloReader(AttributeReader reader)
{
    public IrType Type(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        ulong code = cursor.VarInt();
        if (code < 64 && VhloCodes.TryScalar((int)code, out ElementKind kind))
        {
            return ScalarType.Of(kind);
        }
        switch (code < 64 ? (VhloTypeCode)code : (VhloTypeCode)(-1))
        {
            case VhloTypeCode.Complex:
                return Scalar(ref cursor).Kind switch
                {
                    ElementKind.F32 => ScalarType.Of(ElementKind.Complex64),
                    ElementKind.F64 => ScalarType.Of(ElementKind.Complex128),
                    _ => throw new BytecodeException("complex numbers have parts of type f32 or f64", at),
                };
            case VhloTypeCode.Function: return new FunctionType(reader.Types(ref cursor), reader.Types(ref cursor));
            case VhloTypeCode.RankedTensor: return Tensor(ref cursor, null);
            case VhloTypeCode.RankedTensorWithEncoding: return Tensor(ref cursor, reader.Attribute(ref cursor));
            case VhloTypeCode.Token: return TokenType.Instance;
            case VhloTypeCode.Future: return new FutureType(reader.Types(ref cursor));
            case VhloTypeCode.Tuple: return new TupleType(reader.Types(ref cursor));
            case VhloTypeCode.UniformQuantized: return PerTensor(ref cursor);
            case VhloTypeCode.UniformQuantizedPerAxis: return PerAxis(ref cursor);
            case VhloTypeCode.UnrankedTensor: return new UnrankedTensorType(reader.Type<ElementType>(ref cursor));
            case VhloTypeCode.None: return new NoneType();
            case VhloTypeCode.Witness: return new OpaqueType("shape", "witness");
            case VhloTypeCode.RankedBuffer:
                long[] shape = AttributeReader.Longs(ref cursor);
                return new MemRefType(reader.Type<ElementType>(ref cursor), new Shape(shape));
            default: throw new BytecodeException($"unknown vhlo type code {code}", at);
        }
    }

    public Attribute Attribute(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        ulong number = cursor.VarInt();
        VhloAttributeCode code = number < 64 ? (VhloAttributeCode)number : 0;
        if (VhloCodes.EnumOf(code) is { } def)
        {
            ulong value = cursor.VarInt();
            string name = (value < int.MaxValue ? def.NameOf((long)value) : null) ?? throw new BytecodeException($"{value} is no {def.Mnemonic}", at);
            return def.Dialect == "integer" ? IntegerAttr.I32((int)value) : new EnumAttr(def.Dialect, def.Mnemonic, name);
        }
        switch (code)
        {
            case VhloAttributeCode.Array: return new ArrayAttr(reader.Attributes(ref cursor));
            case VhloAttributeCode.Boolean: return new BoolAttr(Flag(ref cursor));
            case VhloAttributeCode.Dictionary: return Dictionary(ref cursor);
            case VhloAttributeCode.Float:
                ScalarType type = Scalar(ref cursor);
                return type.Kind.IsFloat() ? new FloatAttr(Float(ref cursor, type.Kind), type) : throw new BytecodeException($"{type} is no type of a float", at);
            case VhloAttributeCode.Integer: return Integer(ref cursor);
            case VhloAttributeCode.OutputOperandAlias:
                long[] output = AttributeReader.Longs(ref cursor);
                long operand = cursor.SignedVarInt();
                return new OutputOperandAliasAttr(new(output), operand, new(AttributeReader.Longs(ref cursor)));
            case VhloAttributeCode.String: return new StringAttr(reader.File.String(ref cursor));
            case VhloAttributeCode.Tensor:
                var tensor = reader.Type<TensorType>(ref cursor);
                return DenseData.Decode(tensor, cursor.Blob(), at);
            case VhloAttributeCode.Type: return new TypeAttr(reader.Type(ref cursor));
            case VhloAttributeCode.TypeExtensions: return new TypeExtensionsAttr(new(AttributeReader.Longs(ref cursor)));
            case VhloAttributeCode.ResultAccuracy:
                double atol = Float(ref cursor, ElementKind.F64);
                double rtol = Float(ref cursor, ElementKind.F64);
                long ulps = cursor.SignedVarInt();
                return new ResultAccuracyAttr(atol, rtol, ulps, reader.Attribute<EnumAttr>(ref cursor).Value);
            case VhloAttributeCode.SubAxisInfo: return new SubAxisInfoAttr(cursor.SignedVarInt(), cursor.SignedVarInt());
            case VhloAttributeCode.AxisRef:
                string axis = reader.Attribute<StringAttr>(ref cursor).Value;
                return new AxisRefAttr(axis, cursor.VarInt() == 0 ? null : reader.Attribute<SubAxisInfoAttr>(ref cursor));
            case VhloAttributeCode.MeshAxis: return new MeshAxisAttr(reader.Attribute<StringAttr>(ref cursor).Value, cursor.SignedVarInt());
            case VhloAttributeCode.Mesh: return Mesh(ref cursor);
            case VhloAttributeCode.ReplicaGroupMeshAxes:
                Attribute mesh = reader.Attribute(ref cursor);
                return new ReplicaGroupMeshAxesAttr(mesh is StringAttr name ? new SymbolRefAttr(name.Value) : mesh, reader.Attribute<ArrayAttr>(ref cursor));
            default: throw new BytecodeException($"unknown vhlo attribute code {number}", at);
        }
    }

    /// <summary>A float in the encoding of its bits: one byte, or a zigzag varint.</summary>
    public static double Float(ref BytecodeCursor cursor, ElementKind kind) =>
        FloatKind.FromBits(kind, kind.BitWidth() <= 8 ? cursor.Byte() : (ulong)cursor.SignedVarInt());

    private ScalarType Scalar(ref BytecodeCursor cursor) => reader.Type<ScalarType>(ref cursor);

    private static bool Flag(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        return cursor.VarInt() switch { 0 => false, 1 => true, var n => throw new BytecodeException($"{n} is no boolean", at) };
    }

    private IntegerAttr Integer(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        ScalarType type = Scalar(ref cursor);
        if (!type.Kind.IsInteger() && type.Kind != ElementKind.Index)
        {
            throw new BytecodeException($"{type} is no type of an integer", at);
        }
        return new IntegerAttr(BuiltinReader.IntegerBits(ref cursor, type.Kind.BitWidth(), !type.Kind.IsUnsignedInteger()), type);
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

    private MeshAttr Mesh(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        ArrayAttr axes = reader.Attribute<ArrayAttr>(ref cursor);
        if (axes.Items.Any(a => a is not MeshAxisAttr))
        {
            throw new BytecodeException("a mesh has axes only", at);
        }
        return new MeshAttr(axes.Items.Cast<MeshAxisAttr>().ToValueArray(), reader.OptionalAttribute(ref cursor) as DenseElementsAttr);
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

    private QuantizedType PerTensor(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        ulong flags = cursor.VarInt();
        ScalarType storage = Scalar(ref cursor);
        ScalarType expressed = Scalar(ref cursor);
        double scale = Float(ref cursor, ElementKind.F64);
        long zero = cursor.SignedVarInt();
        return Quantized(flags, storage, expressed, cursor.SignedVarInt(), cursor.SignedVarInt(), [scale], [zero], [], at);
    }

    private QuantizedType PerAxis(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        ulong flags = cursor.VarInt();
        ScalarType storage = Scalar(ref cursor);
        ScalarType expressed = Scalar(ref cursor);
        ulong axis = cursor.VarInt();
        long min = cursor.SignedVarInt();
        long max = cursor.SignedVarInt();
        double[] scales = new double[cursor.Count("scales")];
        for (int i = 0; i < scales.Length; i++)
        {
            scales[i] = Float(ref cursor, ElementKind.F64);
        }
        long[] zeros = AttributeReader.Longs(ref cursor);
        if (axis > int.MaxValue || zeros.Length != scales.Length)
        {
            throw new BytecodeException("a quantized type has an impossible axis, or not as many zero points as scales", at);
        }
        return Quantized(flags, storage, expressed, min, max, new(scales), new(zeros), [(int)axis], at);
    }

    /// <summary>Flag 1 says that the storage type is signed; the storage type itself then is signless.</summary>
    private static QuantizedType Quantized(
        ulong flags, ScalarType storage, ScalarType expressed, long min, long max, ValueArray<double> scales, ValueArray<long> zeros, ValueArray<int> axes, int at)
    {
        ElementKind kind = storage.Kind;
        if (flags > 1 || !expressed.Kind.IsFloat() || !(kind.IsInteger() || kind.IsFloat()))
        {
            throw new BytecodeException("a quantized type has impossible parts", at);
        }
        if (flags == 0 && kind.IsSignedInteger())
        {
            kind = kind - ElementKind.I2 + ElementKind.UI2;
        }
        return new QuantizedType(kind, expressed.Kind, min, max, scales, zeros, axes, []) { ExplicitSign = storage.Kind.IsUnsignedInteger() };
    }
}
