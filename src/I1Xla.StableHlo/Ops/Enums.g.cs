// Generated from ops.table by tools/I1Xla.Generate (dotnet run --project tools/I1Xla.Generate -- ops). Do not edit.
#nullable enable
namespace I1Xla.StableHlo.Ops;

/// <summary>The enum <c>precision</c>: how precise a dot or a convolution is. Values are those of the bytecode.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dot_general">dot_general</see>; StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#convolution">convolution</see>.</remarks>
public enum Precision
{
    /// <summary>Fastest, least precise.</summary>
    DEFAULT = 0,
    /// <summary>Slower, more precise.</summary>
    HIGH = 1,
    /// <summary>Slowest, most precise.</summary>
    HIGHEST = 2,
}

/// <summary>The enum <c>result_accuracy_mode</c>: how accurate an elementary function is. Values are those of the bytecode.</summary>
/// <remarks>StableHLO, <c>StablehloEnums.td</c>.</remarks>
public enum ResultAccuracyMode
{
    /// <summary>As the implementation pleases.</summary>
    DEFAULT = 0,
    /// <summary>As accurate as the implementation can.</summary>
    HIGHEST = 1,
    /// <summary>Within the tolerances of the attribute.</summary>
    TOLERANCE = 2,
}

/// <summary>The enum <c>fft_type</c>: which Fourier transform. Values are those of the bytecode.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#fft">fft</see>.</remarks>
public enum FftType
{
    /// <summary>Forward, complex to complex.</summary>
    FFT = 0,
    /// <summary>Inverse, complex to complex.</summary>
    IFFT = 1,
    /// <summary>Forward, real to complex.</summary>
    RFFT = 2,
    /// <summary>Inverse, complex to real.</summary>
    IRFFT = 3,
}

/// <summary>The enum <c>api_version</c>: by which convention a custom call is called. Values are those of the bytecode.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#custom_call">custom_call</see>; StableHLO, <c>StablehloEnums.td</c>.</remarks>
public enum CustomCallApiVersion
{
    /// <summary>Not given.</summary>
    API_VERSION_UNSPECIFIED = 0,
    /// <summary>The first convention, which cannot report an error.</summary>
    API_VERSION_ORIGINAL = 1,
    /// <summary>Reports its status.</summary>
    API_VERSION_STATUS_RETURNING = 2,
    /// <summary>Reports its status, the same on all platforms.</summary>
    API_VERSION_STATUS_RETURNING_UNIFIED = 3,
    /// <summary>The typed foreign function interface, whose backend_config is a dictionary.</summary>
    API_VERSION_TYPED_FFI = 4,
}

/// <summary>The enum <c>comparison_direction</c>: which comparison. Values are those of the bytecode.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#compare">compare</see>.</remarks>
public enum ComparisonDirection
{
    /// <summary>Equal.</summary>
    EQ = 0,
    /// <summary>Not equal.</summary>
    NE = 1,
    /// <summary>Greater or equal.</summary>
    GE = 2,
    /// <summary>Greater.</summary>
    GT = 3,
    /// <summary>Less or equal.</summary>
    LE = 4,
    /// <summary>Less.</summary>
    LT = 5,
}

/// <summary>The enum <c>comparison_type</c>: how elements are compared. Values are those of the bytecode.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#compare">compare</see>.</remarks>
public enum ComparisonType
{
    /// <summary>As the element type says.</summary>
    NOTYPE = 0,
    /// <summary>As IEEE 754 numbers: NaN equals nothing.</summary>
    FLOAT = 1,
    /// <summary>In the total order of IEEE 754.</summary>
    TOTALORDER = 2,
    /// <summary>As signed integers.</summary>
    SIGNED = 3,
    /// <summary>As unsigned integers.</summary>
    UNSIGNED = 4,
}

/// <summary>The enum <c>transpose</c>: what is done to the matrix before solving. Values are those of the bytecode.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#triangular_solve">triangular_solve</see>.</remarks>
public enum Transpose
{
    /// <summary>Not valid in a program.</summary>
    TRANSPOSE_INVALID = 0,
    /// <summary>Nothing.</summary>
    NO_TRANSPOSE = 1,
    /// <summary>Transpose.</summary>
    TRANSPOSE = 2,
    /// <summary>Conjugate transpose.</summary>
    ADJOINT = 3,
}

/// <summary>The enum <c>rng_distribution</c>: the distribution of random numbers. Values are those of the bytecode.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#rng">rng</see>.</remarks>
public enum RngDistribution
{
    /// <summary>Uniform from a to b.</summary>
    UNIFORM = 1,
    /// <summary>Normal of mean a and standard deviation b.</summary>
    NORMAL = 2,
}

/// <summary>The enum <c>rng_algorithm</c>: the generator of random bits (Salmon et al., SC 2011). Values are those of the bytecode.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#rng_bit_generator">rng_bit_generator</see>.</remarks>
public enum RngAlgorithm
{
    /// <summary>As the implementation pleases.</summary>
    DEFAULT = 0,
    /// <summary>Threefry.</summary>
    THREE_FRY = 1,
    /// <summary>Philox.</summary>
    PHILOX = 2,
}

/// <summary>The enums of the table as data (StableHLO, <c>StablehloEnums.td</c>).</summary>
public static class EnumDefs
{
    /// <summary><see cref="I1Xla.StableHlo.Ops.Precision"/>.</summary>
    public static readonly EnumDef Precision = new("Precision", "stablehlo", "precision", [("DEFAULT", 0), ("HIGH", 1), ("HIGHEST", 2)]);
    /// <summary><see cref="I1Xla.StableHlo.Ops.ResultAccuracyMode"/>.</summary>
    public static readonly EnumDef ResultAccuracyMode = new("ResultAccuracyMode", "stablehlo", "result_accuracy_mode", [("DEFAULT", 0), ("HIGHEST", 1), ("TOLERANCE", 2)]);
    /// <summary><see cref="I1Xla.StableHlo.Ops.FftType"/>.</summary>
    public static readonly EnumDef FftType = new("FftType", "stablehlo", "fft_type", [("FFT", 0), ("IFFT", 1), ("RFFT", 2), ("IRFFT", 3)]);
    /// <summary><see cref="I1Xla.StableHlo.Ops.CustomCallApiVersion"/>.</summary>
    public static readonly EnumDef CustomCallApiVersion = new("CustomCallApiVersion", "integer", "api_version", [("API_VERSION_UNSPECIFIED", 0), ("API_VERSION_ORIGINAL", 1), ("API_VERSION_STATUS_RETURNING", 2), ("API_VERSION_STATUS_RETURNING_UNIFIED", 3), ("API_VERSION_TYPED_FFI", 4)]);
    /// <summary><see cref="I1Xla.StableHlo.Ops.ComparisonDirection"/>.</summary>
    public static readonly EnumDef ComparisonDirection = new("ComparisonDirection", "stablehlo", "comparison_direction", [("EQ", 0), ("NE", 1), ("GE", 2), ("GT", 3), ("LE", 4), ("LT", 5)]);
    /// <summary><see cref="I1Xla.StableHlo.Ops.ComparisonType"/>.</summary>
    public static readonly EnumDef ComparisonType = new("ComparisonType", "stablehlo", "comparison_type", [("NOTYPE", 0), ("FLOAT", 1), ("TOTALORDER", 2), ("SIGNED", 3), ("UNSIGNED", 4)]);
    /// <summary><see cref="I1Xla.StableHlo.Ops.Transpose"/>.</summary>
    public static readonly EnumDef Transpose = new("Transpose", "stablehlo", "transpose", [("TRANSPOSE_INVALID", 0), ("NO_TRANSPOSE", 1), ("TRANSPOSE", 2), ("ADJOINT", 3)]);
    /// <summary><see cref="I1Xla.StableHlo.Ops.RngDistribution"/>.</summary>
    public static readonly EnumDef RngDistribution = new("RngDistribution", "stablehlo", "rng_distribution", [("UNIFORM", 1), ("NORMAL", 2)]);
    /// <summary><see cref="I1Xla.StableHlo.Ops.RngAlgorithm"/>.</summary>
    public static readonly EnumDef RngAlgorithm = new("RngAlgorithm", "stablehlo", "rng_algorithm", [("DEFAULT", 0), ("THREE_FRY", 1), ("PHILOX", 2)]);

    /// <summary>All of them.</summary>
    public static readonly EnumDef[] All = [Precision, ResultAccuracyMode, FftType, CustomCallApiVersion, ComparisonDirection, ComparisonType, Transpose, RngDistribution, RngAlgorithm];
}
