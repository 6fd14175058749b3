using System.Globalization;
using System.Text.RegularExpressions;

namespace I1Xla.Host.Programs;

/// <summary>
/// GSPMD's sharding strings (XLA's <c>HloSharding</c>): <c>{replicated}</c>, <c>{maximal device=3}</c>,
/// <c>{devices=[2,1,4]0,1,2,3,…}</c> and <c>{devices=[2,1,4]&lt;=[4,2]T(1,0) last_tile_dim_replicate}</c>.
/// </summary>
/// <param name="Tiles">Tiles along each dimension; empty when the tensor is whole everywhere.</param>
/// <param name="TileOfDevice">The row-major number of each device's tile; empty when the tensor is whole everywhere.</param>
internal sealed partial record GspmdSharding(long[] Tiles, int[] TileOfDevice)
{
    /// <summary>Reads a string.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static GspmdSharding Parse(string text)
    {
        if (text is "{replicated}" || text.StartsWith("{maximal", StringComparison.Ordinal))
        {
            return new GspmdSharding([], []);
        }
        Match match = Pattern().Match(text);
        if (!match.Success)
        {
            throw new UserErrorException($"The sharding \"{text}\" cannot be read: known are {{replicated}}, {{maximal device=N}} and {{devices=[…]…}}.");
        }
        int[] tiles = Numbers(match.Groups["tiles"].Value);
        int[] order = match.Groups["list"].Success
            ? Numbers(match.Groups["list"].Value)
            : Iota(Numbers(match.Groups["reshape"].Value), match.Groups["transpose"].Success ? Numbers(match.Groups["transpose"].Value) : null);
        // Extra tile dimensions at the end are devices that hold the same tile.
        int extra = match.Groups["last"].Success ? 1
            : match.Groups["subgroups"].Success ? match.Groups["subgroups"].Value.Split(',').Length : 0;
        int copies = tiles[^extra..].Aggregate(1, (a, b) => a * b);
        if (tiles.Aggregate(1, (a, b) => a * b) != order.Length || order.Any(d => d < 0 || d >= order.Length))
        {
            throw new UserErrorException($"The sharding \"{text}\" has {order.Length} devices for {string.Join(" × ", tiles)} tiles.");
        }
        var tileOf = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            tileOf[order[i]] = i / copies;
        }
        return new GspmdSharding([.. tiles[..^extra].Select(t => (long)t)], tileOf);
    }

    // The numbers 0, 1, … in the shape given, transposed and read row by row.
    private static int[] Iota(int[] shape, int[]? order)
    {
        order ??= [.. Enumerable.Range(0, shape.Length)];
        var result = new int[shape.Aggregate(1, (a, b) => a * b)];
        var index = new int[shape.Length];
        for (int i = 0; i < result.Length; i++)
        {
            int rest = i;
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                index[order[d]] = rest % shape[order[d]];
                rest /= shape[order[d]];
            }
            for (int d = 0; d < shape.Length; d++)
            {
                result[i] = (result[i] * shape[d]) + index[d];
            }
        }
        return result;
    }

    private static int[] Numbers(string list) => [.. list.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"^\{devices=\[(?<tiles>[\d,]+)\](?:<=\[(?<reshape>[\d,]+)\](?:T\((?<transpose>[\d,]+)\))?|(?<list>[\d,]+))(?:(?<last> last_tile_dim_replicate)| last_tile_dims=\{(?<subgroups>[^}]*)\})?\s*\}$")]
    private static partial Regex Pattern();
}
