using System.Runtime.CompilerServices;

namespace I1Xla.Testing;

/// <summary>
/// Finds the reference material that lives outside the repository (conformance programs, golden arrays, real PJRT
/// plugins). A test that needs an absent piece is skipped, and counted as skipped, never as passed.
/// </summary>
public static class SharedAssets
{
    /// <summary>The repository root, found from this source file's place in it.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The folder of shared material: <c>I1XLA_SHARED_DIR</c>, or <c>../shared</c> beside the repository.</summary>
    public static string SharedDirectory { get; } =
        Environment.GetEnvironmentVariable("I1XLA_SHARED_DIR") is { Length: > 0 } dir ? dir : Path.Combine(RepositoryRoot, "..", "shared");

    /// <summary>The golden folder: <c>I1XLA_GOLDEN_DIR</c>, or <c>golden</c> under <see cref="SharedDirectory"/>.</summary>
    public static string GoldenDirectory { get; } =
        Environment.GetEnvironmentVariable("I1XLA_GOLDEN_DIR") is { Length: > 0 } dir ? dir : Path.Combine(SharedDirectory, "golden");

    /// <summary>A file or folder under the golden folder; skips the calling test when it is absent.</summary>
    public static string Golden(params string[] parts) => Require(Path.Combine([GoldenDirectory, .. parts]));

    /// <summary>
    /// The cases of a golden family, whatever they are called: names without <paramref name="suffix"/> of the files that
    /// match. Where there is none it gives one name that is no file, so that its test is skipped with the reason.
    /// </summary>
    public static IReadOnlyList<string> GoldenCases(string folder, string prefix = "", string suffix = ".npz")
    {
        string directory = Path.Combine(GoldenDirectory, folder);
        string[] names = Directory.Exists(directory)
            ? [.. Directory.GetFiles(directory, prefix + "*" + suffix).Select(f => Path.GetFileName(f)[..^suffix.Length]).Order(StringComparer.Ordinal)]
            : [];
        return names.Length > 0 ? names : [$"{prefix}(no case)"];
    }

    /// <summary>A file or folder under the shared folder; skips the calling test when it is absent.</summary>
    public static string Shared(params string[] parts) => Require(Path.Combine([SharedDirectory, .. parts]));

    /// <summary>
    /// The path of a real plugin (<c>libpjrt_cpu</c> or <c>libtpu</c>) as <c>plugins/unpack.sh</c> leaves it; skips the
    /// calling test where the shared folder is absent, fails where it is present and cannot be unpacked.
    /// </summary>
    public static string Plugin(string name)
    {
        string script = Shared("plugins", "unpack.sh");
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("bash", [script, name]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        foreach (string line in output.Split('\n'))
        {
            if (line.StartsWith(name + "=", StringComparison.Ordinal))
            {
                return line[(name.Length + 1)..].Trim();
            }
        }
        throw new InvalidOperationException($"{script} {name} ended with {process.ExitCode} and named no path for {name}.");
    }

    private static string Require(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            Assert.Ignore($"{path} is absent: this test needs the shared reference material.");
        }
        return path;
    }

    private static string FindRoot([CallerFilePath] string file = "")
    {
        string? dir = Path.GetDirectoryName(file);
        while (dir is not null && !File.Exists(Path.Combine(dir, "I1Xla.sln")))
        {
            dir = Path.GetDirectoryName(dir);
        }
        return dir ?? throw new InvalidOperationException($"No I1Xla.sln above {file}.");
    }
}
