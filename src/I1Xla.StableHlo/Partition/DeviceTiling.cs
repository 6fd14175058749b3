using System.Globalization;
using System.Text.RegularExpressions;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Partition;

/// <summary>
/// How an array is cut over devices: into so many tiles along each dimension, and which tile each device holds. Tiles have the size of the dimension
/// divided by their number, rounded up; the last ones may be short.
/// </summary>
public sealed partial class DeviceTiling
{
    private readonly long[][] _tileOfDevice;

    private DeviceTiling(long[] tiles, long[][] tileOfDevice)
    {
        Tiles = tiles;
        _tileOfDevice = tileOfDevice;
    }

    /// <summary>Tiles along each dimension.</summary>
    public IReadOnlyList<long> Tiles { get; }

    /// <summary>How many devices share the array.</summary>
    public int Devices => _tileOfDevice.Length;

    /// <summary>Whether every device holds all of it.</summary>
    public bool IsReplicated => Tiles.All(t => t == 1);

    /// <summary>The tile of a device, by dimension.</summary>
    public IReadOnlyList<long> TileOf(int device) => _tileOfDevice[device];

    /// <summary>Tiles along each dimension, and for each device its tile by dimension.</summary>
    internal static DeviceTiling FromTiles(long[] tiles, long[][] tileOfDevice) => new(tiles, tileOfDevice);

    /// <summary>The array whole on every device.</summary>
    public static DeviceTiling Replicated(int rank, int devices)
    {
        var tiles = new long[rank];
        tiles.AsSpan().Fill(1);
        return new DeviceTiling(tiles, [.. Enumerable.Range(0, devices).Select(_ => new long[rank])]);
    }

    /// <summary>The shape that one device holds.</summary>
    public Shape LocalShape(Shape whole) => Shape.Create([.. whole.ToArray().Select((size, d) => (size + Tiles[d] - 1) / Tiles[d])]);

    /// <summary>Where the tile of a device starts in the whole array.</summary>
    public long[] Offsets(int device, Shape whole)
    {
        Shape local = LocalShape(whole);
        return [.. _tileOfDevice[device].Select((tile, d) => tile * local[d])];
    }

    /// <summary>
    /// Reads an HLO sharding such as <c>{devices=[4,1,2]&lt;=[8] last_tile_dim_replicate}</c> (XLA, "HloSharding": tile assignments as iota reshaped
    /// and transposed, or as a list of devices). Manual and maximal shardings count as whole arrays.
    /// </summary>
    /// <exception cref="ArgumentException">The text is no sharding of an array of this rank over so many devices.</exception>
    public static DeviceTiling ParseHlo(string text, int rank, int devices)
    {
        string body = text.Trim().TrimStart('{').TrimEnd('}').Trim();
        Match match = TiledPattern().Match(body);
        if (!match.Success)
        {
            if (body.StartsWith("replicated", StringComparison.Ordinal) || body.StartsWith("manual", StringComparison.Ordinal) || body.StartsWith("maximal", StringComparison.Ordinal) || body.Length == 0)
                return Replicated(rank, devices);
            throw new ArgumentException($"The sharding {text} is not understood.");
        }
        long[] shape = Numbers(match.Groups["shape"].Value);
        long[] order;
        if (match.Groups["iota"].Success)
        {
            long[] reshape = Numbers(match.Groups["iota"].Value);
            int[] permutation = match.Groups["perm"].Success ? [.. Numbers(match.Groups["perm"].Value).Select(p => (int)p)] : [.. Enumerable.Range(0, reshape.Length)];
            order = Iota(reshape, permutation);
        }
        else order = Numbers(match.Groups["list"].Value);
        if (order.Length != devices || shape.Aggregate(1L, (x, y) => x * y) != devices || shape.Length < rank)
            throw new ArgumentException($"The sharding {text} is for {order.Length} devices; the program has {devices}, and an array of rank {rank}.");
        var tileOfDevice = new long[devices][];
        for (int position = 0; position < devices; position++)
        {
            long rest = position;
            var tile = new long[rank];
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                (rest, long at) = Math.DivRem(rest, shape[d]);
                if (d < rank) tile[d] = at;
            }
            tileOfDevice[order[position]] = tile;
        }
        return new DeviceTiling(shape[..rank], tileOfDevice);
    }

    /// <summary>Reads a Shardy sharding. Axes may be split (<c>"x":(2)4</c>: the part of size 4 of which 2 come before).</summary>
    public static DeviceTiling FromShardy(SdyShardingAttr sharding, SdyMeshAttr mesh, int devices)
    {
        int rank = sharding.Dimensions.Length;
        var tiles = new long[rank];
        var tileOfDevice = new long[devices][];
        for (int i = 0; i < devices; i++) tileOfDevice[i] = new long[rank];
        for (int d = 0; d < rank; d++)
        {
            tiles[d] = 1;
            foreach (SdyAxisRef axis in sharding.Dimensions[d].Axes)
            {
                long size = axis.Size ?? AxisSize(mesh, axis.Name);
                for (int position = 0; position < devices; position++)
                {
                    int device = mesh.DeviceIds.Length > 0 ? (int)mesh.DeviceIds[position] : position;
                    tileOfDevice[device][d] = tileOfDevice[device][d] * size + Coordinate(mesh, position, axis);
                }
                tiles[d] *= size;
            }
        }
        return new DeviceTiling(tiles, tileOfDevice);
    }

    private static long AxisSize(SdyMeshAttr mesh, string name)
    {
        foreach (SdyMeshAxis axis in mesh.Axes)
        {
            if (axis.Name == name) return axis.Size;
        }
        throw new ArgumentException($"The mesh has no axis \"{name}\".");
    }

    private static long Coordinate(SdyMeshAttr mesh, long position, SdyAxisRef reference)
    {
        for (int a = mesh.Axes.Length - 1; a >= 0; a--)
        {
            (position, long at) = Math.DivRem(position, mesh.Axes[a].Size);
            if (mesh.Axes[a].Name != reference.Name) continue;
            if (reference.Size is not { } size) return at;
            long after = mesh.Axes[a].Size / (reference.PreSize!.Value * size);
            return at / after % size;
        }
        throw new ArgumentException($"The mesh has no axis \"{reference.Name}\".");
    }

    private static long[] Iota(long[] reshape, int[] permutation)
    {
        long[] strides = new long[reshape.Length];
        long stride = 1;
        for (int d = reshape.Length - 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= reshape[d];
        }
        var order = new long[stride];
        for (long position = 0; position < stride; position++)
        {
            long rest = position, value = 0;
            for (int d = permutation.Length - 1; d >= 0; d--)
            {
                (rest, long at) = Math.DivRem(rest, reshape[permutation[d]]);
                value += at * strides[permutation[d]];
            }
            order[position] = value;
        }
        return order;
    }

    private static long[] Numbers(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(n => long.Parse(n, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"^devices=\[(?<shape>[\d,]+)\](?:<=\[(?<iota>[\d,]+)\](?:T\((?<perm>[\d,]+)\))?|(?<list>\d[\d,]*))")]
    private static partial Regex TiledPattern();
}
