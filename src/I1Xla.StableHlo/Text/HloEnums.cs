using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Text;

/// <summary>The enum attributes of the stablehlo and chlo dialects: mnemonic, C++ name (MLIR's messages use it) and cases.</summary>
internal static class HloEnums
{
    private static readonly Dictionary<string, (string CppName, string[] Cases)> s_enums = new()
    {
        ["precision"] = ("Precision", ["DEFAULT", "HIGH", "HIGHEST"]),
        ["fft_type"] = ("FftType", ["FFT", "IFFT", "RFFT", "IRFFT"]),
        ["comparison_direction"] = ("ComparisonDirection", ["EQ", "NE", "GE", "GT", "LE", "LT"]),
        ["comparison_type"] = ("ComparisonType", ["NOTYPE", "FLOAT", "TOTALORDER", "SIGNED", "UNSIGNED"]),
        ["transpose"] = ("Transpose", ["TRANSPOSE_INVALID", "NO_TRANSPOSE", "TRANSPOSE", "ADJOINT"]),
        ["rng_distribution"] = ("RngDistribution", ["UNIFORM", "NORMAL"]),
        ["rng_algorithm"] = ("RngAlgorithm", ["DEFAULT", "THREE_FRY", "PHILOX"]),
        ["result_accuracy_mode"] = ("ResultAccuracyMode", ["DEFAULT", "HIGHEST", "TOLERANCE"]),
    };

    private static readonly Dictionary<(string Dialect, string Mnemonic), EnumAttr[]> s_attributes =
        s_enums.SelectMany(e => new[] { "stablehlo", "chlo", "mhlo" }.Select(dialect => (Key: (dialect, e.Key), Value: e.Value.Cases.Select(c => new EnumAttr(dialect, e.Key, c)).ToArray())))
        .ToDictionary(e => e.Key, e => e.Value);

    /// <summary>The attributes of an enum's cases, in order, each made once.</summary>
    public static EnumAttr[] Attributes(string dialect, string mnemonic) => s_attributes[(dialect, mnemonic)];

    /// <summary>Finds an enum by its mnemonic.</summary>
    public static bool TryGet(string mnemonic, out (string CppName, string[] Cases) info) => s_enums.TryGetValue(mnemonic, out info);
}
