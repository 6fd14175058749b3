using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Conformance.RandomPrograms;

/// <summary>A value of a random program, with what is known about its elements.</summary>
/// <param name="Name">The SSA name.</param>
/// <param name="Kind">Element kind.</param>
/// <param name="Dims">Dimension sizes.</param>
/// <param name="Bound">No element's magnitude exceeds this (floats and complex).</param>
/// <param name="Grain">Every element is a multiple of this; 0 when elements are rounded, so that backends may differ in the last bits.</param>
internal sealed record RandomValue(string Name, ElementKind Kind, long[] Dims, double Bound, double Grain)
{
    /// <summary>Whether every backend must give the same elements.</summary>
    public bool IsExact => Kind.IsInteger() || Kind == ElementKind.I1 || (Grain > 0 && Bound / Grain <= Math.Pow(2, MantissaBits(Kind)));

    /// <summary>Number of elements.</summary>
    public long Count => Dims.Aggregate(1L, (a, b) => a * b);

    /// <summary>The type as MLIR writes it.</summary>
    public string Type => TypeText(Kind, Dims);

    /// <summary>A tensor type as MLIR writes it.</summary>
    public static string TypeText(ElementKind kind, params long[] dims) => $"tensor<{string.Concat(dims.Select(d => d + "x"))}{ElementText(kind)}>";

    /// <summary>An element type as MLIR writes it.</summary>
    public static string ElementText(ElementKind kind) => kind switch
    {
        ElementKind.Complex64 => "complex<f32>",
        ElementKind.Complex128 => "complex<f64>",
        _ => kind.Name(),
    };

    private static int MantissaBits(ElementKind kind) => kind switch
    {
        ElementKind.F64 or ElementKind.Complex128 => 53,
        ElementKind.F32 or ElementKind.Complex64 => 24,
        ElementKind.F16 => 11,
        ElementKind.BF16 => 8,
        _ => 3,
    };
}
