using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Type codes of the vhlo dialect's bytecode (StableHLO, VhloBytecode).</summary>
internal enum VhloTypeCode
{
    Boolean = 0,
    Complex = 1,
    Function = 8,
    RankedTensor = 20,
    RankedTensorWithEncoding = 21,
    Token = 22,
    Tuple = 23,
    UniformQuantized = 24,
    UnrankedTensor = 25,
    Witness = 26,
    UniformQuantizedPerAxis = 30,
    None = 33,
    RankedBuffer = 41,
    Future = 42,
}

/// <summary>Attribute codes of the vhlo dialect's bytecode.</summary>
internal enum VhloAttributeCode
{
    Array = 1,
    Boolean = 2,
    ComparisonDirection = 3,
    ComparisonType = 4,
    CustomCallApiVersion = 5,
    Dictionary = 6,
    FftType = 7,
    Float = 8,
    Integer = 9,
    OutputOperandAlias = 10,
    Precision = 11,
    RngAlgorithm = 12,
    RngDistribution = 13,
    String = 14,
    Tensor = 15,
    Transpose = 16,
    Type = 17,
    TypeExtensions = 18,
    ResultAccuracyMode = 19,
    ResultAccuracy = 20,
    SubAxisInfo = 21,
    AxisRef = 22,
    ReplicaGroupMeshAxes = 23,
    MeshAxis = 24,
    Mesh = 25,
}

/// <summary>How scalars and enums are coded, and since which version.</summary>
internal static class VhloCodes
{
    private static readonly (ElementKind Kind, int Code, StableHloVersion Since)[] s_scalars =
    [
        (ElementKind.I1, 0, new(0, 9, 0)), (ElementKind.BF16, 2, new(0, 9, 0)), (ElementKind.F16, 3, new(0, 9, 0)), (ElementKind.F32, 4, new(0, 9, 0)), (ElementKind.F64, 5, new(0, 9, 0)),
        (ElementKind.F8E4M3FN, 6, new(0, 9, 0)), (ElementKind.F8E5M2, 7, new(0, 9, 0)), (ElementKind.Index, 9, new(0, 9, 0)),
        (ElementKind.I4, 10, new(0, 9, 0)), (ElementKind.I8, 11, new(0, 9, 0)), (ElementKind.I16, 12, new(0, 9, 0)), (ElementKind.I32, 13, new(0, 9, 0)), (ElementKind.I64, 14, new(0, 9, 0)),
        (ElementKind.UI4, 15, new(0, 9, 0)), (ElementKind.UI8, 16, new(0, 9, 0)), (ElementKind.UI16, 17, new(0, 9, 0)), (ElementKind.UI32, 18, new(0, 9, 0)), (ElementKind.UI64, 19, new(0, 9, 0)),
        (ElementKind.F8E4M3FNUZ, 27, new(0, 10, 0)), (ElementKind.F8E5M2FNUZ, 28, new(0, 10, 0)), (ElementKind.F8E4M3B11FNUZ, 29, new(0, 11, 0)),
        (ElementKind.I2, 31, new(1, 2, 0)), (ElementKind.UI2, 32, new(1, 2, 0)), (ElementKind.TF32, 34, new(1, 6, 0)), (ElementKind.F8E4M3, 35, new(1, 7, 0)), (ElementKind.F8E3M4, 36, new(1, 7, 0)),
        (ElementKind.F4E2M1FN, 37, new(1, 8, 0)), (ElementKind.F6E2M3FN, 38, new(1, 8, 0)), (ElementKind.F6E3M2FN, 39, new(1, 8, 0)), (ElementKind.F8E8M0FNU, 40, new(1, 8, 0)),
    ];

    private static readonly (VhloAttributeCode Code, EnumDef Def)[] s_enums =
    [
        (VhloAttributeCode.ComparisonDirection, EnumDefs.ComparisonDirection), (VhloAttributeCode.ComparisonType, EnumDefs.ComparisonType),
        (VhloAttributeCode.CustomCallApiVersion, EnumDefs.CustomCallApiVersion), (VhloAttributeCode.FftType, EnumDefs.FftType),
        (VhloAttributeCode.Precision, EnumDefs.Precision), (VhloAttributeCode.RngAlgorithm, EnumDefs.RngAlgorithm),
        (VhloAttributeCode.RngDistribution, EnumDefs.RngDistribution), (VhloAttributeCode.Transpose, EnumDefs.Transpose),
        (VhloAttributeCode.ResultAccuracyMode, EnumDefs.ResultAccuracyMode),
    ];

    private static readonly Dictionary<int, ElementKind> s_kindOf = s_scalars.ToDictionary(s => s.Code, s => s.Kind);
    private static readonly Dictionary<ElementKind, (int Code, StableHloVersion Since)> s_codeOf = s_scalars.ToDictionary(s => s.Kind, s => (s.Code, s.Since));

    /// <summary>The scalar of a type code.</summary>
    public static bool TryScalar(int code, out ElementKind kind) => s_kindOf.TryGetValue(code, out kind);

    /// <summary>The type code of a scalar that is not complex, and the version that brought it.</summary>
    public static (int Code, StableHloVersion Since) CodeOf(ElementKind kind) => s_codeOf[kind];

    /// <summary>The enum of an attribute code; null when the code is none.</summary>
    public static EnumDef? EnumOf(VhloAttributeCode code)
    {
        foreach ((VhloAttributeCode c, EnumDef def) in s_enums)
        {
            if (c == code)
            {
                return def;
            }
        }
        return null;
    }

    /// <summary>The attribute code of an enum of the dialect.</summary>
    public static (VhloAttributeCode Code, EnumDef Def)? CodeOf(EnumAttr attribute)
    {
        foreach ((VhloAttributeCode code, EnumDef def) in s_enums)
        {
            if (def.Mnemonic == attribute.Mnemonic && def.Dialect == attribute.Dialect)
            {
                return (code, def);
            }
        }
        return null;
    }
}
