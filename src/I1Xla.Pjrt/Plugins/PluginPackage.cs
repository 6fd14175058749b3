namespace I1Xla.Pjrt.Plugins;

/// <summary>The published wheel of a plugin, with the version this release is tested with.</summary>
/// <param name="Name">The plugin's name.</param>
/// <param name="Package">The wheel's name in the package index.</param>
/// <param name="Version">The pinned version.</param>
public sealed record PluginPackage(string Name, string Package, string Version)
{
    /// <summary>The plugins that can be installed by name.</summary>
    public static IReadOnlyList<PluginPackage> Known { get; } =
    [
        new("cpu", "xla-cpu-pjrt", "0.0.1"),
        new("tpu", "libtpu", "0.0.51"),
        new("cuda", "jax-cuda12-pjrt", "0.12.0.1"),
    ];

    /// <summary>The package of a plugin's name.</summary>
    public static PluginPackage Of(string name) => Known.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no published wheel for a plugin called '{name}'. Known: {string.Join(", ", Known.Select(p => p.Name))}; for another one give its wheel (a file or a URL).");
}
