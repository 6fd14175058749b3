using I1Xla.Testing;

namespace I1Xla.StableHlo.Tests.Bytecode;

/// <summary>The artifacts to test with. <c>I1XLA_STABLEHLO_TESTS</c> may name the folder of the dialect's tests, which has more of them.</summary>
internal static class ArtifactFiles
{
    /// <summary>Artifacts of the dialect's compatibility tests, of many versions; the text of each is beside it.</summary>
    public static IEnumerable<string> Compatibility()
    {
        IEnumerable<string> files = In(Path.Combine(SharedAssets.SharedDirectory, "conformance", "stablehlo", "vhlo"));
        return Environment.GetEnvironmentVariable("I1XLA_STABLEHLO_TESTS") is { Length: > 0 } more ? files.Concat(In(Path.Combine(more, "vhlo"))) : files;
    }

    /// <summary>Programs that JAX exported.</summary>
    public static IEnumerable<string> Golden() => In(Path.Combine(SharedAssets.SharedDirectory, "golden", "programs"));

    /// <summary>The text that goes with an artifact.</summary>
    public static string TextOf(string artifact) => artifact[..^3];

    private static IEnumerable<string> In(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "*.mlir.bc").Where(f => !f.Contains("invalid")).Order(StringComparer.Ordinal) : [];
}
