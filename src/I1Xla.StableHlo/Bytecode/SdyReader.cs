using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Attribute codes of Shardy's bytecode (Shardy, bytecode.td).</summary>
internal enum SdyAttributeCode
{
    ManualAxes = 0,
    MeshAxis = 1,
    Mesh = 2,
    SubAxisInfo = 3,
    AxisRef = 4,
    DimensionSharding = 5,
    TensorSharding = 6,
    TensorShardingPerValue = 7,
    DimMapping = 8,
    TensorMapping = 9,
    OpShardingRule = 10,
    AxisRefList = 11,
    ListOfAxisRefLists = 12,
    AllToAllParam = 13,
    AllToAllParamList = 14,
    TensorShardingWithUnreduced = 15,
    TensorShardingPerValueWithUnreduced = 16,
    TensorShardingWithReduction = 17,
}

/// <summary>
/// Decodes Shardy's attributes, which JAX leaves in its artifacts. What Shardy has as attributes of its own inside of others, and
/// the IR here as plain numbers, comes out as arrays until it is put into those.
/// </summary>
internal sealed class SdyReader(AttributeReader reader)
{
    public Attribute Attribute(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        ulong code = cursor.VarInt();
        switch (code < 64 ? (SdyAttributeCode)code : (SdyAttributeCode)(-1))
        {
            case SdyAttributeCode.ManualAxes:
                return new SdyManualAxesAttr(List<StringAttr>(ref cursor).Select(a => a.Value).ToValueArray());
            case SdyAttributeCode.MeshAxis:
                return new SdyMeshAxis(reader.File.String(ref cursor), cursor.SignedVarInt());
            case SdyAttributeCode.Mesh:
                return new SdyMeshAttr(List<SdyMeshAxis>(ref cursor), Longs(ref cursor));
            case SdyAttributeCode.SubAxisInfo:
                return Numbers([cursor.SignedVarInt(), cursor.SignedVarInt()]);
            case SdyAttributeCode.AxisRef:
                return AxisRef(ref cursor);
            case SdyAttributeCode.DimensionSharding:
                return DimensionSharding(ref cursor);
            case SdyAttributeCode.TensorSharding or SdyAttributeCode.TensorShardingWithUnreduced or SdyAttributeCode.TensorShardingWithReduction:
                return Sharding(ref cursor, (SdyAttributeCode)code);
            case SdyAttributeCode.TensorShardingPerValue or SdyAttributeCode.TensorShardingPerValueWithUnreduced:
                return new SdyShardingPerValueAttr(List<SdyShardingAttr>(ref cursor));
            case SdyAttributeCode.DimMapping:
                return Numbers(Longs(ref cursor));
            case SdyAttributeCode.TensorMapping:
                return new ArrayAttr(List<DenseArrayAttr>(ref cursor).Select(d => (Attribute)d).ToValueArray());
            case SdyAttributeCode.OpShardingRule:
                return new SdyOpShardingRuleAttr(
                    Longs(ref cursor), Mappings(ref cursor), Mappings(ref cursor), Longs(ref cursor), Longs(ref cursor), Longs(ref cursor), Longs(ref cursor), Bool(ref cursor));
            case SdyAttributeCode.AxisRefList:
                return new SdyAxisRefListAttr(List<SdyAxisRef>(ref cursor));
            case SdyAttributeCode.ListOfAxisRefLists:
                return new SdyListOfAxisRefListsAttr(List<SdyAxisRefListAttr>(ref cursor));
            case SdyAttributeCode.AllToAllParam:
                return new ArrayAttr([new SdyAxisRefListAttr(List<SdyAxisRef>(ref cursor)), IntegerAttr.I64(cursor.SignedVarInt()), IntegerAttr.I64(cursor.SignedVarInt())]);
            case SdyAttributeCode.AllToAllParamList:
                return new SdyAllToAllParamListAttr(List<ArrayAttr>(ref cursor).Select(p => AllToAllParam(p, at)).ToValueArray());
            default:
                throw new BytecodeException($"there is no Shardy attribute of code {code}", at);
        }
    }

    private static DenseArrayAttr Numbers(ValueArray<long> values) => new(ElementKind.I64, values);

    private static ValueArray<long> Longs(ref BytecodeCursor cursor) => new(AttributeReader.Longs(ref cursor));

    private static bool Bool(ref BytecodeCursor cursor) => cursor.Byte() switch
    {
        0 => false,
        1 => true,
        byte other => throw cursor.Error($"{other} is no truth value"),
    };

    private ValueArray<T> List<T>(ref BytecodeCursor cursor) where T : Attribute
    {
        var items = new T[cursor.Count("attributes")];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = reader.Attribute<T>(ref cursor);
        }
        return new ValueArray<T>(items);
    }

    private SdyAxisRef AxisRef(ref BytecodeCursor cursor)
    {
        string name = reader.File.String(ref cursor);
        return reader.OptionalAttribute(ref cursor) switch
        {
            null => new SdyAxisRef(name),
            DenseArrayAttr { Kind: ElementKind.I64, Values: { Length: 2 } part } => new SdyAxisRef(name, part[0], part[1]),
            _ => throw cursor.Error("a part of an axis is no pair of sizes"),
        };
    }

    private SdyDimensionSharding DimensionSharding(ref BytecodeCursor cursor)
    {
        ValueArray<SdyAxisRef> axes = List<SdyAxisRef>(ref cursor);
        bool closed = Bool(ref cursor);
        ulong priority = cursor.VarIntWithFlag(out bool present);
        return new SdyDimensionSharding(axes, closed, present ? (long)(priority & long.MaxValue) : null);
    }

    private SdyShardingAttr Sharding(ref BytecodeCursor cursor, SdyAttributeCode code)
    {
        Attribute mesh = reader.Attribute(ref cursor);
        if (mesh is not (SymbolRefAttr or SdyMeshAttr))
        {
            throw cursor.Error("a sharding has neither a mesh nor the name of one");
        }
        ValueArray<SdyDimensionSharding> dimensions = List<SdyDimensionSharding>(ref cursor);
        ValueArray<SdyAxisRef> replicated = List<SdyAxisRef>(ref cursor);
        ValueArray<SdyAxisRef> unreduced = code == SdyAttributeCode.TensorSharding ? [] : List<SdyAxisRef>(ref cursor);
        SdyReduction reduction = SdyReduction.Sum;
        if (code == SdyAttributeCode.TensorShardingWithReduction)
        {
            long number = cursor.SignedVarInt();
            reduction = number is >= 0 and <= (long)SdyReduction.Min ? (SdyReduction)number : throw cursor.Error($"there is no reduction {number}");
        }
        return new SdyShardingAttr(mesh, dimensions, replicated, unreduced, reduction);
    }

    private ValueArray<ValueArray<ValueArray<long>>> Mappings(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        return List<ArrayAttr>(ref cursor).Select(tensor =>
            tensor.Items.Select(d => (d as DenseArrayAttr ?? throw new BytecodeException("a mapping is no list of factors", at)).Values).ToValueArray()).ToValueArray();
    }

    private static SdyAllToAllParam AllToAllParam(ArrayAttr parts, int at) =>
        parts.Items.Length == 3 && parts.Items[0] is SdyAxisRefListAttr axes && parts.Items[1] is IntegerAttr source && parts.Items[2] is IntegerAttr target
            ? new SdyAllToAllParam(axes.Axes, source.Value, target.Value)
            : throw new BytecodeException("a parameter of an all-to-all is no axes and two dimensions", at);
}
