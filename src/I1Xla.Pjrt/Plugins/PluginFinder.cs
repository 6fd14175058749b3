using System.Text.Json;

namespace I1Xla.Pjrt.Plugins;

/// <summary>Where a plugin was found.</summary>
public enum PluginSource
{
    /// <summary>A path that the user gave.</summary>
    Path,

    /// <summary>The environment variable PJRT_NAMES_AND_LIBRARY_PATHS.</summary>
    NamesAndLibraryPaths,

    /// <summary>The environment variable TPU_LIBRARY_PATH.</summary>
    TpuLibraryPath,

    /// <summary>A wheel in a Python environment.</summary>
    PythonWheel,

    /// <summary>This project's own cache, filled by installation.</summary>
    Cache,

    /// <summary>The plugin inside this program.</summary>
    Embedded,
}

/// <summary>A plugin that could be loaded.</summary>
/// <param name="Name">The name it answers to, such as <c>cpu</c>, <c>tpu</c> or <c>cuda</c>.</param>
/// <param name="Source">Where it was found.</param>
/// <param name="Path">The file; null for the embedded one.</param>
/// <param name="Detail">The variable's value, the Python folder, or the installed version.</param>
public sealed record PluginCandidate(string Name, PluginSource Source, string? Path, string Detail)
{
    /// <summary>Client options that come with it (from the JSON file that PJRT_NAMES_AND_LIBRARY_PATHS may name).</summary>
    public IReadOnlyDictionary<string, PjrtValue> CreateOptions { get; init; } = new Dictionary<string, PjrtValue>();

    /// <summary>What is wrong with it, when it was named but cannot be used; null when nothing is known to be.</summary>
    public string? Problem { get; init; }
}

/// <summary>What a search looks at. The defaults are the real environment's; tests give their own.</summary>
public sealed record PluginSearchOptions
{
    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Python's package folders to look in; null: those of known Python environments.</summary>
    public IReadOnlyList<string>? PythonFolders { get; init; }

    /// <summary>This project's plugin cache; null: <c>I1XLA_CACHE_DIR/plugins</c>, or <c>~/.cache/i1xla/plugins</c>.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Plugins inside this program by name, the last resort.</summary>
    public IReadOnlyDictionary<string, Func<PjrtPlugin>> Embedded { get; init; } = new Dictionary<string, Func<PjrtPlugin>>();
}

/// <summary>
/// Finds plugins by name or path. In order: a path, <c>PJRT_NAMES_AND_LIBRARY_PATHS</c>, <c>TPU_LIBRARY_PATH</c>, wheels in
/// known Python environments, this project's cache, and last the plugin inside this program.
/// </summary>
public sealed class PluginFinder(PluginSearchOptions? options = null)
{
    private readonly PluginSearchOptions options = options ?? new PluginSearchOptions();

    /// <summary>The folder that installed plugins are in.</summary>
    public string CacheFolder => options.CacheFolder ?? PluginCache.DefaultFolder(options.Variable);

    /// <summary>Everything that can be found, the first of a name being the one that <see cref="Open"/> takes.</summary>
    public IReadOnlyList<PluginCandidate> List() =>
        [.. FromNames(), .. FromTpuLibraryPath(), .. FromPython(), .. FromCache(), .. options.Embedded.Keys.Select(n => new PluginCandidate(n, PluginSource.Embedded, null, "in this program"))];

    /// <summary>Finds one plugin by name or by path; an <see cref="InvalidOperationException"/> says where was looked when there is none.</summary>
    public PluginCandidate Find(string nameOrPath)
    {
        if (LooksLikePath(nameOrPath))
        {
            string full = System.IO.Path.GetFullPath(nameOrPath);
            return File.Exists(full)
                ? new PluginCandidate(System.IO.Path.GetFileNameWithoutExtension(full), PluginSource.Path, full, "given")
                : throw new FileNotFoundException($"There is no PJRT plugin at {full}.", full);
        }
        IReadOnlyList<PluginCandidate> all = List();
        PluginCandidate? found = all.FirstOrDefault(c => string.Equals(c.Name, nameOrPath, StringComparison.OrdinalIgnoreCase));
        if (found is null)
        {
            string known = all.Count == 0 ? "No plugin was found at all." : $"Found: {string.Join(", ", all.Select(c => c.Name).Distinct())}.";
            throw new InvalidOperationException($"No PJRT plugin is called '{nameOrPath}'. {known} Give a path, set PJRT_NAMES_AND_LIBRARY_PATHS={nameOrPath}:/path/to/plugin.so, or run 'i1xla plugin install {nameOrPath}'.");
        }
        return found.Problem is null ? found : throw new InvalidOperationException($"The plugin '{found.Name}' ({found.Source}, {found.Detail}) cannot be used: {found.Problem}");
    }

    /// <summary>Finds and loads one plugin by name or by path.</summary>
    public PjrtPlugin Open(string nameOrPath) => Open(Find(nameOrPath));

    /// <summary>Loads a plugin that was found.</summary>
    public PjrtPlugin Open(PluginCandidate candidate) =>
        candidate.Path is { } path ? PjrtPlugin.Load(path) : options.Embedded[candidate.Name]();

    private static bool LooksLikePath(string text) =>
        text.Contains('/', StringComparison.Ordinal) || text.Contains('\\', StringComparison.Ordinal) || text.EndsWith(".so", StringComparison.Ordinal) || text.EndsWith(".dylib", StringComparison.Ordinal) || text.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);

    private List<PluginCandidate> FromNames()
    {
        const string variable = "PJRT_NAMES_AND_LIBRARY_PATHS";
        var found = new List<PluginCandidate>();
        foreach (string entry in (options.Variable(variable) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int colon = entry.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                found.Add(new PluginCandidate(entry, PluginSource.NamesAndLibraryPaths, null, entry) { Problem = $"{variable} must be NAME:PATH[,NAME:PATH...]; '{entry}' has no path." });
                continue;
            }
            string name = entry[..colon];
            string path = entry[(colon + 1)..];
            found.Add(path.EndsWith(".json", StringComparison.Ordinal) ? FromJson(name, path) : Checked(new PluginCandidate(name, PluginSource.NamesAndLibraryPaths, path, entry)));
        }
        return found;
    }

    private static PluginCandidate FromJson(string name, string path)
    {
        var candidate = new PluginCandidate(name, PluginSource.NamesAndLibraryPaths, null, path);
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(path));
            if (!json.RootElement.TryGetProperty("library_path", out JsonElement library) || library.GetString() is not { } libraryPath)
            {
                return candidate with { Problem = $"{path} has no \"library_path\"." };
            }
            var create = new Dictionary<string, PjrtValue>();
            foreach (string key in new[] { "create_option", "create_options" })
            {
                if (json.RootElement.TryGetProperty(key, out JsonElement values))
                {
                    foreach (JsonProperty property in values.EnumerateObject())
                    {
                        create[property.Name] = Value(property.Value, path);
                    }
                }
            }
            return Checked(candidate with { Path = libraryPath, CreateOptions = create });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException or InvalidOperationException)
        {
            return candidate with { Problem = $"{path} cannot be read: {e.Message}" };
        }
    }

    private static PjrtValue Value(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when element.TryGetInt64(out long integer) => integer,
        JsonValueKind.Number => element.GetSingle(),
        JsonValueKind.Array => element.EnumerateArray().Select(e => e.GetInt64()).ToArray(),
        _ => throw new FormatException($"{path}: an option must be a string, a number, a boolean or a list of integers."),
    };

    private IEnumerable<PluginCandidate> FromTpuLibraryPath()
    {
        if (options.Variable("TPU_LIBRARY_PATH") is { Length: > 0 } path)
        {
            yield return Checked(new PluginCandidate("tpu", PluginSource.TpuLibraryPath, path, path));
        }
    }

    private IEnumerable<PluginCandidate> FromPython()
    {
        foreach (string folder in options.PythonFolders ?? PythonEnvironments.PackageFolders(options.Variable))
        {
            foreach ((string name, string path) in WheelLayout.Find(folder))
            {
                yield return new PluginCandidate(name, PluginSource.PythonWheel, path, folder);
            }
        }
    }

    private IEnumerable<PluginCandidate> FromCache() =>
        PluginCache.Installed(CacheFolder).Select(p => new PluginCandidate(p.Name, PluginSource.Cache, p.Path, p.Version));

    private static PluginCandidate Checked(PluginCandidate candidate) =>
        File.Exists(candidate.Path) ? candidate : candidate with { Problem = $"there is no file {candidate.Path}." };
}
