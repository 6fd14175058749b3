using System.Globalization;
using System.Text.RegularExpressions;

namespace I1Xla.Host.Tracing;

/// <summary>A name of devices that need not be here, such as <c>v6e:8x16</c>: a TPU generation and the sides of its grid of chips.</summary>
/// <param name="Generation">Such as <c>v6e</c>.</param>
/// <param name="Sides">Chips along each side.</param>
public sealed partial record TopologyName(string Generation, IReadOnlyList<int> Sides)
{
    /// <summary>Chips in all.</summary>
    public int Chips => Sides.Aggregate(1, (a, b) => a * b);

    /// <summary>Reads a name.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static TopologyName Parse(string name)
    {
        Match match = Pattern().Match(name);
        if (!match.Success)
        {
            throw new UserErrorException($"'{name}' is no topology: give a TPU generation and its grid of chips, such as v6e:2x2, v6e:8x16 or v5p:4x4x4.");
        }
        return new TopologyName(match.Groups[1].Value, [.. match.Groups[2].Value.Split('x').Select(n => int.Parse(n, CultureInfo.InvariantCulture))]);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Generation}:{string.Join('x', Sides)}";

    [GeneratedRegex(@"^([a-z0-9]+):([1-9]\d{0,3}(?:x[1-9]\d{0,3}){0,2})$")]
    private static partial Regex Pattern();
}
