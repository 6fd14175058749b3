namespace I1Xla.StableHlo.Ops;

/// <summary>Which attribute an operation takes under a name (the types of the columns "Inputs" in the specification, as <c>StablehloAttrs.td</c> spells them).</summary>
public enum AttributeKind
{
    /// <summary>An enum of the table; see <see cref="AttributeDef.Enum"/>.</summary>
    Enum,
    /// <summary>BoolAttr.</summary>
    Bool,
    /// <summary>UnitAttr.</summary>
    Unit,
    /// <summary>i32.</summary>
    I32,
    /// <summary>i32, zero or more.</summary>
    I32NonNegative,
    /// <summary>i32, one or more.</summary>
    I32Positive,
    /// <summary>i64.</summary>
    I64,
    /// <summary>i64, zero or more.</summary>
    I64NonNegative,
    /// <summary>i64, one or more.</summary>
    I64Positive,
    /// <summary>f32.</summary>
    F32,
    /// <summary>A string.</summary>
    String,
    /// <summary>A string or a dictionary.</summary>
    StringOrDictionary,
    /// <summary>A dictionary.</summary>
    Dictionary,
    /// <summary>An array.</summary>
    Array,
    /// <summary><c>array&lt;i64: …&gt;</c>.</summary>
    I64Array,
    /// <summary><c>array&lt;i1: …&gt;</c>.</summary>
    BoolArray,
    /// <summary>Any elements attribute.</summary>
    Elements,
    /// <summary>Elements of type i64.</summary>
    I64Elements,
    /// <summary>A flat symbol reference.</summary>
    SymbolRef,
    /// <summary>An array of flat symbol references.</summary>
    SymbolRefArray,
    /// <summary>An attribute with a type (a number or elements).</summary>
    Typed,
    /// <summary>Elements of type i64, or a mesh with axes.</summary>
    ReplicaGroups,
    /// <summary>An array of layouts (rank-1 index elements).</summary>
    Layouts,
    /// <summary>An array of tilings (arrays of rank-1 index elements).</summary>
    Tilings,
    /// <summary>An array of output_operand_alias.</summary>
    OutputOperandAliases,
    /// <summary>An array of precisions.</summary>
    PrecisionConfig,
    /// <summary>channel_handle.</summary>
    ChannelHandle,
    /// <summary>dot.</summary>
    DotDimensionNumbers,
    /// <summary>dot_algorithm.</summary>
    DotAlgorithm,
    /// <summary>gather.</summary>
    GatherDimensionNumbers,
    /// <summary>scatter.</summary>
    ScatterDimensionNumbers,
    /// <summary>conv.</summary>
    ConvDimensionNumbers,
    /// <summary>chlo ragged_dot.</summary>
    RaggedDotDimensionNumbers,
    /// <summary>result_accuracy.</summary>
    ResultAccuracy,
}
