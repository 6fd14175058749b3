namespace I1Xla.Models;

/// <summary>The named sizes (spec 1.13); the same numbers in every backbone.</summary>
public static class Presets
{
    private static readonly Dictionary<string, (int Hidden, int Heads)> s_sizes = new()
    {
        ["DiT-XL"] = (1152, 16),
        ["DiT-XL_1296"] = (1296, 18),
        ["DiT-XL_1440"] = (1440, 20),
        ["DiT-XL_1584"] = (1584, 22),
        ["DiT-XL_1728"] = (1728, 24),
        ["DiT-XL_1872"] = (1872, 26),
        ["DiT-XL_2016"] = (2016, 28),
    };

    /// <summary>The names.</summary>
    public static IReadOnlyCollection<string> Names => s_sizes.Keys;

    /// <summary>A configuration with a preset's depth, width, heads and ratio; null when there is no such preset.</summary>
    public static DiTConfig? Apply(DiTConfig config, string name) =>
        s_sizes.TryGetValue(name, out (int Hidden, int Heads) size)
            ? config with { Depth = 29, HiddenSize = size.Hidden, NumHeads = size.Heads, MlpRatio = 4 }
            : null;
}
