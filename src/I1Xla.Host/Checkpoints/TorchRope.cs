using System.Globalization;
using I1Xla.Models;

namespace I1Xla.Host.Checkpoints;

/// <summary>The rotary tables that i1's PyTorch model keeps as frozen parameters (spec 1.2.2, 1.14).</summary>
internal static class TorchRope
{
    /// <summary>The names of a model's tables, in the order of its state dict.</summary>
    public static IReadOnlyList<string> Names(DiTConfig config)
    {
        int axes = MultimodalRope.AxesDims(config).Count;
        return [.. Enumerable.Range(0, 2 * axes).Select(i => $"{TorchNames.RopePrefix}{(i < axes ? "cos" : "sin")}_tables.{(i % axes).ToString(CultureInfo.InvariantCulture)}")];
    }

    /// <summary>A table (positions, pairs) by its name; null when the model has none of that name.</summary>
    public static float[]? Table(DiTConfig config, string name, out long[] shape)
    {
        IReadOnlyList<string> names = Names(config);
        int at = names.ToList().IndexOf(name);
        shape = [];
        if (at < 0)
        {
            return null;
        }
        (float[] cos, float[] sin, int length, int pairs) = MultimodalRope.Table(config, at % (names.Count / 2));
        shape = [length, pairs];
        return at < names.Count / 2 ? cos : sin;
    }
}
