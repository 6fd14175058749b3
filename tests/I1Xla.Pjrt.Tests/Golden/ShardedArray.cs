using System.Globalization;
using System.Text.RegularExpressions;

namespace I1Xla.Pjrt.Tests.Golden;

/// <summary>
/// How one array is cut over devices: tile counts per dimension and the tile of each device. Reads GSPMD strings and Shardy
/// attributes, as far as the golden programs use them.
/// </summary>
internal sealed partial class Sharding
{
    private readonly int[] tiles;
    private readonly int[] tileOfDevice;

    private Sharding(int[] tiles, int[] tileOfDevice)
    {
        this.tiles = tiles;
        this.tileOfDevice = tileOfDevice;
    }

    public static Sharding Replicated(int rank, int devices) => new([.. Enumerable.Repeat(1, rank)], new int[devices]);

    /// <summary>The sharding in an argument's or result's attributes; none is replicated.</summary>
    public static Sharding Parse(string attributes, string module, int rank, int devices)
    {
        if (GspmdPattern().Match(attributes) is { Success: true } gspmd)
        {
            int[] shape = Numbers(gspmd.Groups[1].Value);
            int[] reshape = Numbers(gspmd.Groups[2].Value);
            int[] order = gspmd.Groups[3].Success ? Numbers(gspmd.Groups[3].Value) : [.. Enumerable.Range(0, reshape.Length)];
            int[] iota = Transpose(reshape, order);
            int replicas = attributes.Contains("last_tile_dim_replicate", StringComparison.Ordinal) ? shape[^1] : 1;
            var tileOf = new int[devices];
            for (int i = 0; i < devices; i++)
            {
                tileOf[iota[i]] = i / replicas;
            }
            return new Sharding(shape[..rank], tileOf);
        }
        if (ShardyPattern().Match(attributes) is { Success: true } shardy)
        {
            var axes = MeshAxisPattern().Matches(MeshPattern().Match(module).Groups[1].Value).ToDictionary(m => m.Groups[1].Value, m => int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture));
            string[] names = [.. axes.Keys];
            string[][] perDimension = [.. DimensionPattern().Matches(shardy.Groups[1].Value).Select(m => NamePattern().Matches(m.Groups[1].Value).Select(n => n.Groups[1].Value).ToArray())];
            int[] tiles = [.. perDimension.Select(d => d.Aggregate(1, (product, axis) => product * axes[axis]))];
            var tileOf = new int[devices];
            for (int device = 0; device < devices; device++)
            {
                var coordinate = new Dictionary<string, int>();
                int rest = device;
                for (int a = names.Length - 1; a >= 0; a--)
                {
                    coordinate[names[a]] = rest % axes[names[a]];
                    rest /= axes[names[a]];
                }
                int tile = 0;
                for (int d = 0; d < perDimension.Length; d++)
                {
                    int index = perDimension[d].Aggregate(0, (at, axis) => (at * axes[axis]) + coordinate[axis]);
                    tile = (tile * tiles[d]) + index;
                }
                tileOf[device] = tile;
            }
            return new Sharding(tiles, tileOf);
        }
        return Replicated(rank, devices);
    }

    /// <summary>The device's part of a whole array.</summary>
    public (byte[] Data, long[] Shape) Take(ReadOnlySpan<byte> whole, long[] shape, int elementBytes, int device)
    {
        long[] part = PartShape(shape);
        var data = new byte[part.Aggregate((long)elementBytes, (a, b) => a * b)];
        Walk(shape, part, device, elementBytes, whole, data, take: true);
        return (data, part);
    }

    /// <summary>Puts the device's part into a whole array.</summary>
    public void Put(ReadOnlySpan<byte> part, byte[] whole, long[] shape, int elementBytes, int device)
    {
        byte[] copy = part.ToArray();
        Walk(shape, PartShape(shape), device, elementBytes, whole, copy, take: false);
    }

    public long[] PartShape(long[] shape) => [.. shape.Select((n, d) => n / tiles[d])];

    private void Walk(long[] shape, long[] part, int device, int elementBytes, ReadOnlySpan<byte> whole, byte[] data, bool take)
    {
        var start = new long[shape.Length];
        int tile = tileOfDevice[device];
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            start[d] = tile % tiles[d] * part[d];
            tile /= tiles[d];
        }
        long count = part.Aggregate(1L, (a, b) => a * b);
        Span<byte> target = take ? data : System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(whole), whole.Length);
        for (long i = 0; i < count; i++)
        {
            long rest = i;
            long offset = 0;
            long stride = 1;
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                offset += (start[d] + (rest % part[d])) * stride;
                rest /= part[d];
                stride *= shape[d];
            }
            if (take)
            {
                whole.Slice((int)offset * elementBytes, elementBytes).CopyTo(target[((int)i * elementBytes)..]);
            }
            else
            {
                data.AsSpan((int)i * elementBytes, elementBytes).CopyTo(target[((int)offset * elementBytes)..]);
            }
        }
    }

    private static int[] Numbers(string list) => [.. list.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];

    private static int[] Transpose(int[] shape, int[] order)
    {
        int count = shape.Aggregate(1, (a, b) => a * b);
        var result = new int[count];
        int[] outShape = [.. order.Select(o => shape[o])];
        for (int i = 0; i < count; i++)
        {
            var coordinate = new int[shape.Length];
            int rest = i;
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                coordinate[order[d]] = rest % outShape[d];
                rest /= outShape[d];
            }
            result[i] = coordinate.Select((c, d) => (c, d)).Aggregate(0, (at, x) => (at * shape[x.d]) + x.c);
        }
        return result;
    }

    [GeneratedRegex(@"mhlo\.sharding = ""\{devices=\[([\d,]+)\]<=\[([\d,]+)\](?:T\(([\d,]+)\))?")]
    private static partial Regex GspmdPattern();

    [GeneratedRegex(@"sdy\.sharding = #sdy\.sharding<@mesh, \[(.*?)\]>")]
    private static partial Regex ShardyPattern();

    [GeneratedRegex(@"\{([^}]*)\}")]
    private static partial Regex DimensionPattern();

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"sdy\.mesh @mesh = <\[(.*?)\]>")]
    private static partial Regex MeshPattern();

    [GeneratedRegex("\"([^\"]+)\"=(\\d+)")]
    private static partial Regex MeshAxisPattern();
}
