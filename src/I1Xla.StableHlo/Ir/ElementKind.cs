namespace I1Xla.StableHlo.Ir;

/// <summary>
/// The scalar element types of StableHLO (specification, section "Types"), plus <c>index</c> and the signed integer
/// widths that only appear in attributes. Quantized element types are <see cref="QuantizedType"/>.
/// </summary>
public enum ElementKind : byte
{
    /// <summary>Boolean, printed <c>i1</c>; stored as one byte, 0 or 1.</summary>
    I1,
    I2, I4, I8, I16, I32, I64,
    UI2, UI4, UI8, UI16, UI32, UI64,
    F4E2M1FN, F6E2M3FN, F6E3M2FN, F8E3M4, F8E4M3, F8E4M3FN, F8E4M3FNUZ, F8E4M3B11FNUZ, F8E5M2, F8E5M2FNUZ, F8E8M0FNU,
    BF16, F16,
    /// <summary>TensorFloat-32: stored as f32.</summary>
    TF32,
    F32, F64,
    /// <summary>complex&lt;f32&gt;.</summary>
    Complex64,
    /// <summary>complex&lt;f64&gt;.</summary>
    Complex128,
    /// <summary>The builtin <c>index</c> type; stored as 8 bytes.</summary>
    Index,
}

/// <summary>Facts about each <see cref="ElementKind"/>.</summary>
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
