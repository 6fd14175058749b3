using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Partition;

/// <summary>
/// The partitions as a grid whose axes have prime sizes: an axis of a mesh, or a part of one, or a dimension of a tile assignment is a list of
/// them, so that meshes that divide the same devices differently can be mixed.
/// </summary>
internal sealed class DeviceGrid
{
    private readonly int[] _sizes;
    private readonly int[][] _digits;

    /// <param name="sizes">Sizes of axes, the major one first; they are divided into primes.</param>
    /// <param name="order">The device at each place of the grid in row-major order; null for their own order.</param>
    public DeviceGrid(IEnumerable<long> sizes, long[]? order = null)
    {
        _sizes = [.. sizes.SelectMany(Primes)];
        Devices = _sizes.Aggregate(1, (x, y) => x * y);
        _digits = new int[Devices][];
        for (int position = 0; position < Devices; position++)
        {
            var digits = new int[_sizes.Length];
            int rest = position;
            for (int a = digits.Length - 1; a >= 0; a--)
            {
                (rest, digits[a]) = Math.DivRem(rest, _sizes[a]);
            }
            _digits[order is null ? position : (int)order[position]] = digits;
        }
    }

    /// <summary>How many partitions there are.</summary>
    public int Devices { get; }

    /// <summary>The grid over which most of the given tilings can be told by axes.</summary>
    public static DeviceGrid For(int devices, IEnumerable<SdyMeshAttr> meshes, IReadOnlyCollection<DeviceTiling> tilings)
    {
        var candidates = new List<DeviceGrid>();
        foreach (SdyMeshAttr mesh in meshes)
        {
            if (mesh.Axes.Length > 0 && mesh.Axes.Aggregate(1L, (x, a) => x * a.Size) == devices)
            {
                bool isOrder = mesh.DeviceIds.Length == devices && mesh.DeviceIds.Order().SequenceEqual(Enumerable.Range(0, devices).Select(i => (long)i));
                candidates.Add(new DeviceGrid(mesh.Axes.Select(a => a.Size), isOrder ? mesh.DeviceIds.ToArray() : null));
            }
        }
        foreach (DeviceTiling tiling in tilings)
        {
            long[] sizes = [.. tiling.Tiles, devices / tiling.Tiles.Aggregate(1L, (x, y) => x * y)];
            if (!tiling.IsReplicated && candidates.Count < 16 && sizes.Aggregate(1L, (x, y) => x * y) == devices)
            {
                candidates.Add(new DeviceGrid(sizes));
            }
        }
        candidates.Add(new DeviceGrid([devices]));
        return candidates.MaxBy(g => tilings.Count(t => g.Express(t) is not null))!;
    }

    /// <summary>The size of an axis.</summary>
    public int Size(int axis) => _sizes[axis];

    /// <summary>The number of parts that a list of axes makes.</summary>
    public int Size(ReadOnlySpan<int> axes)
    {
        int product = 1;
        foreach (int axis in axes)
        {
            product *= _sizes[axis];
        }
        return product;
    }

    /// <summary>Which of the parts that a list of axes makes is a device's.</summary>
    public int Index(int device, ReadOnlySpan<int> axes)
    {
        int index = 0;
        foreach (int axis in axes)
        {
            index = (index * _sizes[axis]) + _digits[device][axis];
        }
        return index;
    }

    /// <summary>The device that has the given coordinates.</summary>
    public int DeviceAt(int[] digits) => Array.FindIndex(_digits, d => d.AsSpan().SequenceEqual(digits));

    /// <summary>A device's coordinates; a copy.</summary>
    public int[] Coordinates(int device) => (int[])_digits[device].Clone();

    /// <summary>Devices that differ in the given axes only, each group in the order of its parts.</summary>
    public int[][] Groups(int[] axes)
    {
        int[] others = [.. Enumerable.Range(0, _sizes.Length).Except(axes)];
        return [.. Enumerable.Range(0, Devices).GroupBy(d => Index(d, others)).OrderBy(g => g.Min()).Select(g => g.OrderBy(d => Index(d, axes)).ToArray())];
    }

    /// <summary>What one device holds of a tensor.</summary>
    public Shape LocalShape(Shape whole, TensorSharding sharding)
    {
        long[] dims = whole.ToArray();
        for (int d = 0; d < dims.Length; d++)
        {
            if (sharding[d].Length > 0)
            {
                dims[d] /= Size(sharding[d]);
            }
        }
        return new Shape(dims);
    }

    /// <summary>The tiles that a sharding makes.</summary>
    public DeviceTiling Tiling(TensorSharding sharding)
    {
        int[] dimensions = [.. Enumerable.Range(0, sharding.Rank)];
        return DeviceTiling.FromTiles(
            [.. dimensions.Select(d => (long)Size(sharding[d]))], [.. Enumerable.Range(0, Devices).Select(device => dimensions.Select(d => (long)Index(device, sharding[d])).ToArray())]);
    }

    /// <summary>The axes of a tiling; null when its tiles are not numbered by axes of this grid.</summary>
    public TensorSharding? Express(DeviceTiling tiling)
    {
        var axes = new int[tiling.Tiles.Count][];
        for (int d = 0; d < axes.Length; d++)
        {
            // The weight that each axis has in the number of a device's tile.
            var weights = new long[_sizes.Length];
            for (int a = 0; a < weights.Length; a++)
            {
                var unit = new int[_sizes.Length];
                unit[a] = 1;
                weights[a] = tiling.TileOf(DeviceAt(unit))[d];
            }
            axes[d] = [.. Enumerable.Range(0, weights.Length).Where(a => weights[a] > 0).OrderByDescending(a => weights[a])];
            if (Size(axes[d]) != tiling.Tiles[d])
            {
                return null;
            }
            for (int device = 0; device < Devices; device++)
            {
                if (tiling.TileOf(device)[d] != Index(device, axes[d]))
                {
                    return null;
                }
            }
        }
        return new TensorSharding(axes);
    }

    private static IEnumerable<int> Primes(long size)
    {
        for (int p = 2; size > 1; p++)
        {
            for (; size % p == 0; size /= p)
            {
                yield return p;
            }
        }
    }
}
