// Generated from ops.table by tools/I1Xla.Generate (dotnet run --project tools/I1Xla.Generate -- ops). Do not edit.
#nullable enable
namespace I1Xla.StableHlo.Ops;

/// <summary>The enum precision; values are those of the bytecode.</summary>
public enum Precision
{
    /// <summary>DEFAULT.</summary>
    DEFAULT = 0,
    /// <summary>HIGH.</summary>
    HIGH = 1,
    /// <summary>HIGHEST.</summary>
    HIGHEST = 2,
}

/// <summary>The enum result_accuracy_mode; values are those of the bytecode.</summary>
public enum ResultAccuracyMode
{
    /// <summary>DEFAULT.</summary>
    DEFAULT = 0,
    /// <summary>HIGHEST.</summary>
    HIGHEST = 1,
    /// <summary>TOLERANCE.</summary>
    TOLERANCE = 2,
}

/// <summary>The enum fft_type; values are those of the bytecode.</summary>
public enum FftType
{
    /// <summary>FFT.</summary>
    FFT = 0,
    /// <summary>IFFT.</summary>
    IFFT = 1,
    /// <summary>RFFT.</summary>
    RFFT = 2,
    /// <summary>IRFFT.</summary>
    IRFFT = 3,
}

/// <summary>The enum api_version; values are those of the bytecode.</summary>
public enum CustomCallApiVersion
{
    /// <summary>API_VERSION_UNSPECIFIED.</summary>
    API_VERSION_UNSPECIFIED = 0,
    /// <summary>API_VERSION_ORIGINAL.</summary>
    API_VERSION_ORIGINAL = 1,
    /// <summary>API_VERSION_STATUS_RETURNING.</summary>
    API_VERSION_STATUS_RETURNING = 2,
    /// <summary>API_VERSION_STATUS_RETURNING_UNIFIED.</summary>
    API_VERSION_STATUS_RETURNING_UNIFIED = 3,
    /// <summary>API_VERSION_TYPED_FFI.</summary>
    API_VERSION_TYPED_FFI = 4,
}

/// <summary>The enum comparison_direction; values are those of the bytecode.</summary>
public enum ComparisonDirection
{
    /// <summary>EQ.</summary>
    EQ = 0,
    /// <summary>NE.</summary>
    NE = 1,
    /// <summary>GE.</summary>
    GE = 2,
    /// <summary>GT.</summary>
    GT = 3,
    /// <summary>LE.</summary>
    LE = 4,
    /// <summary>LT.</summary>
    LT = 5,
}

/// <summary>The enum comparison_type; values are those of the bytecode.</summary>
public enum ComparisonType
{
    /// <summary>NOTYPE.</summary>
    NOTYPE = 0,
    /// <summary>FLOAT.</summary>
    FLOAT = 1,
    /// <summary>TOTALORDER.</summary>
    TOTALORDER = 2,
    /// <summary>SIGNED.</summary>
    SIGNED = 3,
    /// <summary>UNSIGNED.</summary>
    UNSIGNED = 4,
}

/// <summary>The enum transpose; values are those of the bytecode.</summary>
public enum Transpose
{
    /// <summary>TRANSPOSE_INVALID.</summary>
    TRANSPOSE_INVALID = 0,
    /// <summary>NO_TRANSPOSE.</summary>
    NO_TRANSPOSE = 1,
    /// <summary>TRANSPOSE.</summary>
    TRANSPOSE = 2,
    /// <summary>ADJOINT.</summary>
    ADJOINT = 3,
}

/// <summary>The enum rng_distribution; values are those of the bytecode.</summary>
public enum RngDistribution
{
    /// <summary>UNIFORM.</summary>
    UNIFORM = 1,
    /// <summary>NORMAL.</summary>
    NORMAL = 2,
}

/// <summary>The enum rng_algorithm; values are those of the bytecode.</summary>
public enum RngAlgorithm
{
    /// <summary>DEFAULT.</summary>
    DEFAULT = 0,
    /// <summary>THREE_FRY.</summary>
    THREE_FRY = 1,
    /// <summary>PHILOX.</summary>
    PHILOX = 2,
}

/// <summary>The enums of the table as data.</summary>
public static class EnumDefs
{
    /// <summary>precision.</summary>
    public static readonly EnumDef Precision = new("Precision", "stablehlo", "precision", [("DEFAULT", 0), ("HIGH", 1), ("HIGHEST", 2)]);
    /// <summary>result_accuracy_mode.</summary>
    public static readonly EnumDef ResultAccuracyMode = new("ResultAccuracyMode", "stablehlo", "result_accuracy_mode", [("DEFAULT", 0), ("HIGHEST", 1), ("TOLERANCE", 2)]);
    /// <summary>fft_type.</summary>
    public static readonly EnumDef FftType = new("FftType", "stablehlo", "fft_type", [("FFT", 0), ("IFFT", 1), ("RFFT", 2), ("IRFFT", 3)]);
    /// <summary>api_version.</summary>
    public static readonly EnumDef CustomCallApiVersion = new("CustomCallApiVersion", "integer", "api_version", [("API_VERSION_UNSPECIFIED", 0), ("API_VERSION_ORIGINAL", 1), ("API_VERSION_STATUS_RETURNING", 2), ("API_VERSION_STATUS_RETURNING_UNIFIED", 3), ("API_VERSION_TYPED_FFI", 4)]);
    /// <summary>comparison_direction.</summary>
    public static readonly EnumDef ComparisonDirection = new("ComparisonDirection", "stablehlo", "comparison_direction", [("EQ", 0), ("NE", 1), ("GE", 2), ("GT", 3), ("LE", 4), ("LT", 5)]);
    /// <summary>comparison_type.</summary>
    public static readonly EnumDef ComparisonType = new("ComparisonType", "stablehlo", "comparison_type", [("NOTYPE", 0), ("FLOAT", 1), ("TOTALORDER", 2), ("SIGNED", 3), ("UNSIGNED", 4)]);
    /// <summary>transpose.</summary>
    public static readonly EnumDef Transpose = new("Transpose", "stablehlo", "transpose", [("TRANSPOSE_INVALID", 0), ("NO_TRANSPOSE", 1), ("TRANSPOSE", 2), ("ADJOINT", 3)]);
    /// <summary>rng_distribution.</summary>
    public static readonly EnumDef RngDistribution = new("RngDistribution", "stablehlo", "rng_distribution", [("UNIFORM", 1), ("NORMAL", 2)]);
    /// <summary>rng_algorithm.</summary>
    public static readonly EnumDef RngAlgorithm = new("RngAlgorithm", "stablehlo", "rng_algorithm", [("DEFAULT", 0), ("THREE_FRY", 1), ("PHILOX", 2)]);

    /// <summary>All of them.</summary>
    public static readonly EnumDef[] All = [Precision, ResultAccuracyMode, FftType, CustomCallApiVersion, ComparisonDirection, ComparisonType, Transpose, RngDistribution, RngAlgorithm];
}
