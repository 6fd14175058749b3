namespace I1Xla.Pjrt.Plugins;

/// <summary>Where the published wheels keep their plugin.</summary>
internal static class WheelLayout
{
    /// <summary>The plugins in a Python package folder: libtpu's, the XLA CPU plugin's, and whatever registers itself under <c>jax_plugins</c>.</summary>
    public static IEnumerable<(string Name, string Path)> Find(string folder)
    {
        string tpu = Path.Combine(folder, "libtpu", "libtpu.so");
        if (File.Exists(tpu))
        {
            yield return ("tpu", tpu);
        }
        foreach (string file in Files(Path.Combine(folder, "xla_cpu_pjrt")))
        {
            yield return ("cpu", file);
        }
        string plugins = Path.Combine(folder, "jax_plugins");
        if (Directory.Exists(plugins))
        {
            foreach (string plugin in Directory.EnumerateDirectories(plugins).Order(StringComparer.Ordinal))
            {
                foreach (string file in Files(plugin))
                {
                    yield return (NameOf(Path.GetFileName(plugin)), file);
                }
            }
        }
    }

    /// <summary>Whether a file of a wheel (its path inside) can be a plugin.</summary>
    public static bool IsPluginFile(string path)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        return name.EndsWith(".so", StringComparison.Ordinal) && (name is "libtpu.so" || name.Contains("pjrt", StringComparison.Ordinal) || name.EndsWith("_plugin.so", StringComparison.Ordinal));
    }

    // xla_cuda12, xla_rocm7 and the like are known by the platform.
    private static string NameOf(string folder)
    {
        string name = folder.StartsWith("xla_", StringComparison.Ordinal) ? folder[4..] : folder;
        return name.TrimEnd("0123456789".ToCharArray());
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.so", SearchOption.AllDirectories).Where(f => IsPluginFile(f.Replace('\\', '/'))).Order(StringComparer.Ordinal).Take(1) : [];
}
