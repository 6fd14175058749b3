namespace I1Xla.Pjrt.Plugins;

/// <summary>Where Python keeps its packages on this machine.</summary>
public static class PythonEnvironments
{
    /// <summary>The existing package folders: the active virtual and Conda environments first, then the user's, then the system's.</summary>
    public static IReadOnlyList<string> PackageFolders(Func<string, string?> variable)
    {
        var roots = new List<string>();
        foreach (string name in new[] { "VIRTUAL_ENV", "CONDA_PREFIX" })
        {
            if (variable(name) is { Length: > 0 } root)
            {
                roots.Add(root);
            }
        }
        string home = variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (home.Length > 0)
        {
            roots.Add(Path.Combine(home, ".local"));
            string pyenv = Path.Combine(variable("PYENV_ROOT") is { Length: > 0 } p ? p : Path.Combine(home, ".pyenv"), "versions");
            roots.AddRange(Folders(pyenv, "*").OrderDescending(StringComparer.Ordinal));
        }
        roots.Add("/usr/local");
        roots.Add("/usr");
        return [.. roots.SelectMany(PackageFoldersOf).Distinct()];
    }

    private static IEnumerable<string> PackageFoldersOf(string root) =>
        Folders(Path.Combine(root, "lib"), "python3*").OrderDescending(StringComparer.Ordinal)
            .SelectMany(python => new[] { Path.Combine(python, "site-packages"), Path.Combine(python, "dist-packages") })
            .Where(Directory.Exists);

    private static IEnumerable<string> Folders(string folder, string pattern)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, pattern).ToArray() : [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }
}
