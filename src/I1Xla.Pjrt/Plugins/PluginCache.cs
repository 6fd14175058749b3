using System.Text.Json;

namespace I1Xla.Pjrt.Plugins;

/// <summary>A plugin in this project's cache.</summary>
/// <param name="Name">The name it answers to.</param>
/// <param name="Version">The version of its wheel.</param>
/// <param name="Path">The plugin file.</param>
/// <param name="Sha256">The digest of the wheel it was taken from, in hexadecimal.</param>
/// <param name="Origin">The URL or file of the wheel.</param>
public sealed record InstalledPlugin(string Name, string Version, string Path, string Sha256, string Origin);

/// <summary>The folder of installed plugins: <c>NAME/VERSION/</c> with the plugin, its licences and a manifest.</summary>
public static class PluginCache
{
    internal const string Manifest = "plugin.json";

    /// <summary><c>I1XLA_CACHE_DIR/plugins</c>, or <c>~/.cache/i1xla/plugins</c>.</summary>
    public static string DefaultFolder(Func<string, string?>? variable = null)
    {
        variable ??= Environment.GetEnvironmentVariable;
        string root = variable("I1XLA_CACHE_DIR") is { Length: > 0 } own ? own
            : Path.Combine(variable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "i1xla");
        return Path.Combine(root, "plugins");
    }

    /// <summary>The installed plugins, newest installation of a name first. Folders without a readable manifest are passed over.</summary>
    public static IReadOnlyList<InstalledPlugin> Installed(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }
        var found = new List<(InstalledPlugin Plugin, DateTime When)>();
        foreach (string manifest in Directory.EnumerateDirectories(folder).SelectMany(Directory.EnumerateDirectories).Select(d => Path.Combine(d, Manifest)).Where(File.Exists))
        {
            if (Read(manifest) is { } plugin)
            {
                found.Add((plugin, File.GetLastWriteTimeUtc(manifest)));
            }
        }
        return [.. found.OrderBy(f => f.Plugin.Name, StringComparer.Ordinal).ThenByDescending(f => f.When).Select(f => f.Plugin)];
    }

    internal static InstalledPlugin? Read(string manifest)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(manifest));
            string Text(string name) => json.RootElement.GetProperty(name).GetString() ?? "";
            string path = Path.Combine(Path.GetDirectoryName(manifest)!, Text("file"));
            return File.Exists(path) ? new InstalledPlugin(Text("name"), Text("version"), path, Text("sha256"), Text("origin")) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    internal static void Write(string folder, string name, string version, string file, string sha256, string origin) =>
        File.WriteAllText(Path.Combine(folder, Manifest), JsonSerializer.Serialize(new Dictionary<string, string> { ["name"] = name, ["version"] = version, ["file"] = file, ["sha256"] = sha256, ["origin"] = origin }, ManifestJson.Options));
}

internal static class ManifestJson
{
    public static readonly JsonSerializerOptions Options = new() { WriteIndented = true };
}
