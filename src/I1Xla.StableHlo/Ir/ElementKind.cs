namespace I1Xla.StableHlo.Ir;

/// <summary>
/// The scalar element types of StableHLO (specification, section "Types"), plus <c>index</c> and the signed integer
/// widths that only appear in attributes. Quantized element types are <see cref="QuantizedType"/>.
/// </summary>
public enum ElementKind : byte
{
    /// <summary>Boolean, printed <c>i1</c>; stored as one byte, 0 or 1.</summary>
    I1,
    /// <summary>Signed integer of 2 bits (the specification's si2, MLIR's signless i2).</summary>
    I2,
    /// <summary>Signed integer of 4 bits (the specification's si4, MLIR's signless i4).</summary>
    I4,
    /// <summary>Signed integer of 8 bits (the specification's si8, MLIR's signless i8).</summary>
    I8,
    /// <summary>Signed integer of 16 bits (the specification's si16, MLIR's signless i16).</summary>
    I16,
    /// <summary>Signed integer of 32 bits (the specification's si32, MLIR's signless i32).</summary>
    I32,
    /// <summary>Signed integer of 64 bits (the specification's si64, MLIR's signless i64).</summary>
    I64,
    /// <summary>Unsigned integer of 2 bits.</summary>
    UI2,
    /// <summary>Unsigned integer of 4 bits.</summary>
    UI4,
    /// <summary>Unsigned integer of 8 bits.</summary>
    UI8,
    /// <summary>Unsigned integer of 16 bits.</summary>
    UI16,
    /// <summary>Unsigned integer of 32 bits.</summary>
    UI32,
    /// <summary>Unsigned integer of 64 bits.</summary>
    UI64,
    /// <summary>4 bits: 2 of exponent, 1 of mantissa; no infinity, no NaN (OCP Microscaling Formats 1.0).</summary>
    F4E2M1FN,
    /// <summary>6 bits: 2 of exponent, 3 of mantissa; no infinity, no NaN (OCP Microscaling Formats 1.0).</summary>
    F6E2M3FN,
    /// <summary>6 bits: 3 of exponent, 2 of mantissa; no infinity, no NaN (OCP Microscaling Formats 1.0).</summary>
    F6E3M2FN,
    /// <summary>8 bits: 3 of exponent, 4 of mantissa, as IEEE 754 has it (<c>rfcs/20240808-f8E4M3_f8E3M4.md</c>).</summary>
    F8E3M4,
    /// <summary>8 bits: 4 of exponent, 3 of mantissa, as IEEE 754 has it (<c>rfcs/20240808-f8E4M3_f8E3M4.md</c>).</summary>
    F8E4M3,
    /// <summary>8 bits: 4 of exponent, 3 of mantissa; NaN, no infinity (arXiv:2209.05433, OCP OFP8).</summary>
    F8E4M3FN,
    /// <summary>8 bits: 4 of exponent, 3 of mantissa; one NaN, no infinity, no negative zero; bias 8 (arXiv:2206.02915).</summary>
    F8E4M3FNUZ,
    /// <summary>8 bits: 4 of exponent, 3 of mantissa; one NaN, no infinity, no negative zero; bias 11 (<c>rfcs/20230309-e4m3b11.md</c>).</summary>
    F8E4M3B11FNUZ,
    /// <summary>8 bits: 5 of exponent, 2 of mantissa, as IEEE 754 has it (arXiv:2209.05433, OCP OFP8).</summary>
    F8E5M2,
    /// <summary>8 bits: 5 of exponent, 2 of mantissa; one NaN, no infinity, no negative zero; bias 16 (arXiv:2206.02915).</summary>
    F8E5M2FNUZ,
    /// <summary>8 bits of exponent, no sign: powers of two and NaN, no zero (OCP Microscaling Formats 1.0, scales).</summary>
    F8E8M0FNU,
    /// <summary>bfloat16: the upper half of an f32.</summary>
    BF16,
    /// <summary>IEEE 754 binary16.</summary>
    F16,
    /// <summary>TensorFloat-32: stored as f32.</summary>
    TF32,
    /// <summary>IEEE 754 binary32.</summary>
    F32,
    /// <summary>IEEE 754 binary64.</summary>
    F64,
    /// <summary>complex&lt;f32&gt;.</summary>
    Complex64,
    /// <summary>complex&lt;f64&gt;.</summary>
    Complex128,
    /// <summary>The builtin <c>index</c> type; stored as 8 bytes.</summary>
    Index,
}

/// <summary>Facts about each <see cref="ElementKind"/>.</summary>
/// <remarks>StableHLO specification, section <c>Types</c>, element types.</remarks>
public static class ElementKinds
{
    private static readonly string[] s_names =
    [
        "i1", "i2", "i4", "i8", "i16", "i32", "i64", "ui2", "ui4", "ui8", "ui16", "ui32", "ui64",
        "f4E2M1FN", "f6E2M3FN", "f6E3M2FN", "f8E3M4", "f8E4M3", "f8E4M3FN", "f8E4M3FNUZ", "f8E4M3B11FNUZ", "f8E5M2", "f8E5M2FNUZ", "f8E8M0FNU",
        "bf16", "f16", "tf32", "f32", "f64", "complex<f32>", "complex<f64>", "index",
    ];

    private static readonly byte[] s_bits =
    [
        1, 2, 4, 8, 16, 32, 64, 2, 4, 8, 16, 32, 64,
        4, 6, 6, 8, 8, 8, 8, 8, 8, 8, 8,
        16, 16, 19, 32, 64, 64, 128, 64,
    ];

    private static readonly byte[] s_storage =
    [
        1, 1, 1, 1, 2, 4, 8, 1, 1, 1, 2, 4, 8,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        2, 2, 4, 4, 8, 8, 16, 8,
    ];

    private static readonly Dictionary<string, ElementKind> s_byName = s_names.Select((name, i) => (name, (ElementKind)i)).ToDictionary(p => p.name, p => p.Item2);

    /// <summary>How many kinds there are (for tables indexed by kind).</summary>
    public static int Count => s_names.Length;

    /// <summary>The MLIR spelling, such as <c>f32</c> or <c>complex&lt;f64&gt;</c>.</summary>
    public static string Name(this ElementKind kind) => s_names[(int)kind];

    /// <summary>The width in bits as the specification counts it (1 for booleans, 64 for complex&lt;f32&gt;).</summary>
    public static int BitWidth(this ElementKind kind) => s_bits[(int)kind];

    /// <summary>Bytes an element takes in a <see cref="DenseElementsAttr"/> or a <see cref="Literal"/>: sub-byte kinds take one byte each.</summary>
    public static int StorageBytes(this ElementKind kind) => s_storage[(int)kind];

    /// <summary>Finds a kind by its MLIR spelling.</summary>
    public static bool TryParse(string name, out ElementKind kind) => s_byName.TryGetValue(name, out kind);

    /// <summary>Whether this is <c>i1</c>.</summary>
    public static bool IsBoolean(this ElementKind kind) => kind == ElementKind.I1;

    /// <summary>Whether this is i2 to i64.</summary>
    public static bool IsSignedInteger(this ElementKind kind) => kind is >= ElementKind.I2 and <= ElementKind.I64;

    /// <summary>Whether this is ui2 to ui64.</summary>
    public static bool IsUnsignedInteger(this ElementKind kind) => kind is >= ElementKind.UI2 and <= ElementKind.UI64;

    /// <summary>Whether this is a signed or unsigned integer (not a boolean, not index).</summary>
    public static bool IsInteger(this ElementKind kind) => kind is >= ElementKind.I2 and <= ElementKind.UI64;

    /// <summary>Whether this is a real floating-point kind.</summary>
    public static bool IsFloat(this ElementKind kind) => kind is >= ElementKind.F4E2M1FN and <= ElementKind.F64;

    /// <summary>Whether this is complex&lt;f32&gt; or complex&lt;f64&gt;.</summary>
    public static bool IsComplex(this ElementKind kind) => kind is ElementKind.Complex64 or ElementKind.Complex128;

    /// <summary>The kind of the real part of a complex kind; any other kind is returned as it is.</summary>
    public static ElementKind RealPart(this ElementKind kind) => kind switch
    {
        ElementKind.Complex64 => ElementKind.F32,
        ElementKind.Complex128 => ElementKind.F64,
        _ => kind,
    };
}
