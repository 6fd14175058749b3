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

    /// <summary>An artifact that JAX exported (jax-ml/jax, the compatibility test of data placement), with Shardy's mesh and shardings in their own encoding.</summary>
    public static byte[] WithShardy { get; } = Convert.FromBase64String("""
        TUzvUg1TdGFibGVITE9fdjEuMTAuOQABIwcBBQkNAQMPAwMTBQkXGx8jA4NhCwEtBw8LIwsPCwsLCw8LDwsPCw8LFwsTCwMLFxMPFw8FKwsLCwsTGwsbCw8j
        CwsLCxMLCwsLCwEFCw8FBxMbBwJ2Ah8RAwUFCQMHCQsNAw8DBRMRAQAFFQUXBRkJBR0XAQUbHRsBBR0dHyEFHx0jJQUhFyeqDBsFIwMDK1UFJQ0TAzMBBQMx
        AQMnBQsDNQEBCScBAwEdKR0rHS0DBUFFDQU5QzstHS8NBTk9Oy0jBwMDSw0HTU85PTstHTEdMx01HTcNA1c9HTkLAx07HT0FAwEJAQICKQMFCREFBQUDBQkE
        bQUBUQEHAQcEWwMBCQNAAQMFUAEFBwQ/AwkPBQsVCxkABwYdAwUFAQMJRwEpBwMFAwULBAEDBwYDAQUBAG4GPzUDLQ8LDyEPGRsjBTNpHQsFBRMlKTkVHw8R
        Cw8LCRFidWlsdGluAHNkeQB2aGxvAG1vZHVsZQBtZXNoAGZ1bmNfdjEAYWRkX3YxAGN1c3RvbV9jYWxsX3YxAHJldHVybl92MQBqYXgudXNlc19zaGFwZV9w
        b2x5bW9ycGhpc20AbWhsby5udW1fcGFydGl0aW9ucwBtaGxvLm51bV9yZXBsaWNhcwBqaXRfZnVuYwB4AHkAYWRkOgBqaXQoZnVuYykvYWRkAHRoaXJkX3Bh
        cnR5L3B5L2pheC90ZXN0cy9leHBvcnRfYmFja19jb21wYXRfdGVzdC5weQBtaGxvLmZyb250ZW5kX2F0dHJpYnV0ZXMAYQBtaGxvLm1lbW9yeV9raW5kAHNk
        eS5zaGFyZGluZwBwaW5uZWRfaG9zdABkZXZpY2UAamF4LnJlc3VsdF9pbmZvAHJlc3VsdABtYWluAHB1YmxpYwBfeGxhX2J1ZmZlcl9wbGFjZW1lbnQAAGFu
        bm90YXRlX2RldmljZV9wbGFjZW1lbnQACC0JBSMBBS8FCz9HSVFTEVlbXTdfNzc3
        """);

    /// <summary>The text that goes with an artifact.</summary>
    public static string TextOf(string artifact) => artifact[..^3];

    private static IEnumerable<string> In(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "*.mlir.bc").Where(f => !f.Contains("invalid")).Order(StringComparer.Ordinal) : [];
}
