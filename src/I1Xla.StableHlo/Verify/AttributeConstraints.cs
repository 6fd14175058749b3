using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Verify;

/// <summary>Whether an attribute is of the kind its op takes.</summary>
internal static class AttributeConstraints
{
    /// <summary>Whether the attribute fits, range and all.</summary>
    public static bool Accepts(AttributeDef def, Attribute value) => def.Kind switch
    {
        AttributeKind.Enum => IsEnum(def.Enum!, value),
        AttributeKind.Bool => value is BoolAttr,
        AttributeKind.Unit => value is UnitAttr,
        AttributeKind.I32 => IsInteger(value, ElementKind.I32, long.MinValue),
        AttributeKind.I32NonNegative => IsInteger(value, ElementKind.I32, 0),
        AttributeKind.I32Positive => IsInteger(value, ElementKind.I32, 1),
        AttributeKind.I64 => IsInteger(value, ElementKind.I64, long.MinValue),
        AttributeKind.I64NonNegative => IsInteger(value, ElementKind.I64, 0),
        AttributeKind.I64Positive => IsInteger(value, ElementKind.I64, 1),
        AttributeKind.F32 => value is FloatAttr { Type.Kind: ElementKind.F32 },
        AttributeKind.String => value is StringAttr,
        AttributeKind.StringOrDictionary => value is StringAttr or DictionaryAttr,
        AttributeKind.Dictionary => value is DictionaryAttr,
        AttributeKind.Array => value is ArrayAttr,
        AttributeKind.I64Array => value is DenseArrayAttr { Kind: ElementKind.I64 },
        AttributeKind.BoolArray => value is DenseArrayAttr { Kind: ElementKind.I1 },
        AttributeKind.Elements => value is DenseElementsAttr or DenseResourceAttr or DenseStringElementsAttr,
        AttributeKind.I64Elements => IsI64Elements(value),
        AttributeKind.SymbolRef => value is SymbolRefAttr { Nested.Length: 0 },
        AttributeKind.SymbolRefArray => IsArrayOf(value, static v => v is SymbolRefAttr { Nested.Length: 0 }),
        AttributeKind.Typed => value is IntegerAttr or FloatAttr or BoolAttr or DenseElementsAttr or OpaqueAttr,
        AttributeKind.ReplicaGroups => IsI64Elements(value) || value is ReplicaGroupMeshAxesAttr,
        AttributeKind.Layouts => IsArrayOf(value, IsIndexVector),
        AttributeKind.Tilings => IsArrayOf(value, static v => IsArrayOf(v, IsIndexVector)),
        AttributeKind.OutputOperandAliases => IsArrayOf(value, static v => v is OutputOperandAliasAttr),
        AttributeKind.PrecisionConfig => IsArrayOf(value, static v => v is EnumAttr { Mnemonic: "precision" } e && EnumDefs.Precision.ValueOf(e.Value) >= 0),
        AttributeKind.ChannelHandle => value is ChannelHandleAttr,
        AttributeKind.DotDimensionNumbers => value is DotDimensionNumbersAttr,
        AttributeKind.DotAlgorithm => value is DotAlgorithmAttr,
        AttributeKind.GatherDimensionNumbers => value is GatherDimensionNumbersAttr,
        AttributeKind.ScatterDimensionNumbers => value is ScatterDimensionNumbersAttr,
        AttributeKind.ConvDimensionNumbers => value is ConvDimensionNumbersAttr,
        AttributeKind.RaggedDotDimensionNumbers => value is RaggedDotDimensionNumbersAttr,
        AttributeKind.ResultAccuracy => value is ResultAccuracyAttr,
        _ => false,
    };

    /// <summary>Whether the attribute is of the right kind, be its value in range or not.</summary>
    public static bool IsOfKind(AttributeDef def, Attribute value) => def.Kind switch
    {
        AttributeKind.I32NonNegative or AttributeKind.I32Positive => IsInteger(value, ElementKind.I32, long.MinValue),
        AttributeKind.I64NonNegative or AttributeKind.I64Positive => IsInteger(value, ElementKind.I64, long.MinValue),
        _ => Accepts(def, value),
    };

    /// <summary>What the attribute should be, as MLIR says it.</summary>
    public static string Summary(AttributeDef def) => def.Kind switch
    {
        AttributeKind.Enum => $"{def.Enum!.Mnemonic}: {string.Join(", ", def.Enum.Cases.Select(c => c.Name))}",
        AttributeKind.Bool => "bool attribute",
        AttributeKind.Unit => "unit attribute",
        AttributeKind.I32 => "32-bit signless integer attribute",
        AttributeKind.I32NonNegative => "32-bit signless integer attribute whose value is non-negative",
        AttributeKind.I32Positive => "32-bit signless integer attribute whose value is positive",
        AttributeKind.I64 => "64-bit signless integer attribute",
        AttributeKind.I64NonNegative => "64-bit signless integer attribute whose value is non-negative",
        AttributeKind.I64Positive => "64-bit signless integer attribute whose value is positive",
        AttributeKind.F32 => "32-bit float attribute",
        AttributeKind.String => "string attribute",
        AttributeKind.StringOrDictionary => "string attribute or dictionary of named attribute values",
        AttributeKind.Dictionary => "dictionary of named attribute values",
        AttributeKind.Array => "array attribute",
        AttributeKind.I64Array => "i64 dense array attribute",
        AttributeKind.BoolArray => "i1 dense array attribute",
        AttributeKind.Elements => "constant vector/tensor attribute",
        AttributeKind.I64Elements => "64-bit signless integer elements attribute",
        AttributeKind.SymbolRef => "flat symbol reference attribute",
        AttributeKind.SymbolRefArray => "flat symbol ref array attribute",
        AttributeKind.Typed => "typed attribute",
        AttributeKind.ReplicaGroups => "64-bit signless integer elements attribute or mesh and axes based replica groups representation.",
        AttributeKind.Layouts => "Array of layout (1D tensor of index type) attributes",
        AttributeKind.Tilings => "Array of tiling attributes",
        AttributeKind.OutputOperandAliases => "Aliasing attribute for outputs and operands of CustomCall",
        AttributeKind.PrecisionConfig => "Precision Config attribute",
        AttributeKind.ChannelHandle => "two 64-bit integers 'handle' and 'type'",
        _ => $"a {def.Kind} attribute",
    };

    private static bool IsEnum(EnumDef def, Attribute value) => def.Dialect == "integer"
        ? value is IntegerAttr i && i.Type.Equals(ScalarType.I32) && def.NameOf(i.Value) is not null
        : value is EnumAttr e && e.Mnemonic == def.Mnemonic && def.ValueOf(e.Value) >= 0;

    private static bool IsInteger(Attribute value, ElementKind kind, long minimum) =>
        value is IntegerAttr i && i.Type is ScalarType s && s.Kind == kind && i.Value >= minimum;

    private static bool IsI64Elements(Attribute value) => value is DenseElementsAttr { Type.Element: ScalarType { Kind: ElementKind.I64 } };

    private static bool IsIndexVector(Attribute value) => value is DenseElementsAttr { Type: { Rank: 1, Element: ScalarType { Kind: ElementKind.Index } } };

    private static bool IsArrayOf(Attribute value, Func<Attribute, bool> accepts)
    {
        if (value is not ArrayAttr array)
        {
            return false;
        }
        foreach (Attribute item in array.Items)
        {
            if (!accepts(item))
            {
                return false;
            }
        }
        return true;
    }
}
