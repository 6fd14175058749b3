using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Host.Programs;

/// <summary>
/// How one tensor is cut over the devices of a module: tiles along each dimension, and which tile each device holds. Read
/// from GSPMD's <c>mhlo.sharding</c> strings and Shardy's <c>sdy.sharding</c> attributes. A dimension that its tiles do not
/// divide is padded with zeros at its end, as XLA pads it.
/// </summary>
public sealed class TensorSharding
{
    private static readonly OpName s_mesh = "sdy.mesh";

    private readonly long[] _tiles;
    private readonly int[] _tileOfDevice;

    private TensorSharding(long[] tiles, int[] tileOfDevice)
    {
        _tiles = tiles;
        _tileOfDevice = tileOfDevice;
    }

    /// <summary>Whether every device holds the whole tensor.</summary>
    public bool IsReplicated => _tiles.All(t => t == 1);

    /// <summary>The number of devices.</summary>
    public int Devices => _tileOfDevice.Length;

    /// <summary>Whole on every device.</summary>
    public static TensorSharding Replicated(int rank, int devices) => new([.. Enumerable.Repeat(1L, rank)], new int[devices]);

    /// <summary>The sharding in the attributes of an argument or a result of <c>main</c>; null when they have none.</summary>
    /// <param name="module">The module, for its meshes.</param>
    /// <param name="attributes">The argument's or the result's attributes.</param>
    /// <param name="rank">Dimensions of the tensor.</param>
    /// <param name="devices">Devices of the program.</param>
    /// <exception cref="UserErrorException">The sharding cannot be read, or does not go with rank and devices.</exception>
    public static TensorSharding? Find(ModuleOp module, DictionaryAttr attributes, int rank, int devices)
    {
        foreach (NamedAttribute entry in attributes.Entries)
        {
            if (entry.Name == "mhlo.sharding" && entry.Value is StringAttr text)
            {
                GspmdSharding gspmd = GspmdSharding.Parse(text.Value);
                return Checked(gspmd.Tiles, gspmd.TileOfDevice, rank, devices, text.Value);
            }
            if (entry.Name == "sdy.sharding")
            {
                var sharding = entry.Value as SdyShardingAttr ?? (SdyShardingAttr)MlirParser.ParseAttribute(MlirPrinter.ToText(entry.Value));
                return FromShardy(module, sharding, rank, devices);
            }
        }
        return null;
    }

    /// <summary>Whether a module's shardings are Shardy's.</summary>
    public static bool IsShardy(ModuleOp module) => module.Body.Operations.Any(op => op.Name == s_mesh);

    /// <summary>The shape of one device's part of a tensor.</summary>
    public long[] PartShape(Shape whole)
    {
        var part = new long[whole.Rank];
        for (int d = 0; d < part.Length; d++)
        {
            part[d] = (whole[d] + _tiles[d] - 1) / _tiles[d];
        }
        return part;
    }

    /// <summary>A device's part of a whole tensor, row-major.</summary>
    public byte[] Take(Literal whole, int device)
    {
        var part = new byte[PartShape(whole.Shape).Aggregate((long)whole.Type.Kind.StorageBytes(), (a, b) => a * b)];
        foreach ((long inWhole, long inPart, long count) in Rows(whole.Shape, device, whole.Type.Kind.StorageBytes()))
        {
            whole.Data.Span.Slice((int)inWhole, (int)count).CopyTo(part.AsSpan((int)inPart));
        }
        return part;
    }

    /// <summary>Puts a device's part into a whole tensor.</summary>
    public void Put(ReadOnlySpan<byte> part, Literal whole, int device)
    {
        foreach ((long inWhole, long inPart, long count) in Rows(whole.Shape, device, whole.Type.Kind.StorageBytes()))
        {
            part.Slice((int)inPart, (int)count).CopyTo(whole.Data.Span[(int)inWhole..]);
        }
    }

    // The runs of bytes that lie together both in the whole and in the part, padding left out.
    private IEnumerable<(long InWhole, long InPart, long Count)> Rows(Shape whole, int device, int elementBytes)
    {
        int rank = whole.Rank;
        long[] part = PartShape(whole), start = new long[rank], inside = new long[rank];
        long tile = _tileOfDevice[device];
        for (int d = rank - 1; d >= 0; d--)
        {
            start[d] = tile % _tiles[d] * part[d];
            tile /= _tiles[d];
            inside[d] = Math.Clamp(whole[d] - start[d], 0, part[d]);
        }
        if (inside.Any(n => n == 0))
        {
            yield break;
        }
        int last = rank - 1;
        long row = rank == 0 ? 1 : inside[last];
        long[] index = new long[Math.Max(rank, 1)];
        while (true)
        {
            long inWhole = 0, inPart = 0;
            for (int d = 0; d < rank; d++)
            {
                inWhole = (inWhole * whole[d]) + start[d] + index[d];
                inPart = (inPart * part[d]) + index[d];
            }
            yield return (inWhole * elementBytes, inPart * elementBytes, row * elementBytes);
            int next = last - 1;
            while (next >= 0 && ++index[next] == inside[next])
            {
                index[next--] = 0;
            }
            if (next < 0)
            {
                yield break;
            }
        }
    }

    private static TensorSharding FromShardy(ModuleOp module, SdyShardingAttr sharding, int rank, int devices)
    {
        SdyMeshAttr mesh = sharding.Mesh switch
        {
            SdyMeshAttr inline => inline,
            SymbolRefAttr symbol => FindMesh(module, symbol.Root),
            _ => throw new UserErrorException($"The sharding {sharding} names no mesh."),
        };
        if (mesh.Axes.Length == 0)
        {
            return Replicated(rank, devices);
        }
        string text = MlirPrinter.ToText(sharding);
        long[] sizes = [.. mesh.Axes.Select(a => a.Size)];
        if (sizes.Aggregate(1L, (a, b) => a * b) != devices)
        {
            throw new UserErrorException($"The sharding {text} is for a mesh of {string.Join(" × ", sizes)} devices, the program runs on {devices}.");
        }
        long[] tiles = [.. sharding.Dimensions.Select(d => d.Axes.Aggregate(1L, (n, a) => n * AxisSize(mesh, a, text)))];
        int[] tileOf = new int[devices];
        var coordinate = new long[sizes.Length];
        for (int position = 0; position < devices; position++)
        {
            long rest = position;
            for (int a = sizes.Length - 1; a >= 0; a--)
            {
                coordinate[a] = rest % sizes[a];
                rest /= sizes[a];
            }
            long tile = 0;
            foreach (SdyDimensionSharding dimension in sharding.Dimensions)
            {
                foreach (SdyAxisRef axis in dimension.Axes)
                {
                    int at = AxisIndex(mesh, axis, text);
                    long size = AxisSize(mesh, axis, text);
                    long below = sizes[at] / (axis.PreSize ?? 1) / size;
                    tile = (tile * size) + (coordinate[at] / below % size);
                }
            }
            long device = mesh.DeviceIds.Length > 0 ? mesh.DeviceIds[position] : position;
            tileOf[device] = (int)tile;
        }
        return Checked(tiles, tileOf, rank, devices, text);
    }

    private static SdyMeshAttr FindMesh(ModuleOp module, string name)
    {
        foreach (Operation op in module.Body.Operations)
        {
            if (op.Name == s_mesh && op.Attributes.Get<StringAttr>("sym_name")?.Value == name && op.Attributes["mesh"] is { } mesh)
            {
                return mesh as SdyMeshAttr ?? (SdyMeshAttr)MlirParser.ParseAttribute(MlirPrinter.ToText(mesh));
            }
        }
        throw new UserErrorException($"A sharding names the mesh @{name}, which the module does not have.");
    }

    private static int AxisIndex(SdyMeshAttr mesh, SdyAxisRef axis, string sharding)
    {
        for (int i = 0; i < mesh.Axes.Length; i++)
        {
            if (mesh.Axes[i].Name == axis.Name)
            {
                return i;
            }
        }
        throw new UserErrorException($"The sharding {sharding} uses the axis \"{axis.Name}\", which its mesh does not have.");
    }

    private static long AxisSize(SdyMeshAttr mesh, SdyAxisRef axis, string sharding) => axis.Size ?? mesh.Axes[AxisIndex(mesh, axis, sharding)].Size;

    private static TensorSharding Checked(long[] tiles, int[] tileOfDevice, int rank, int devices, string text)
    {
        if (tiles.Length == 0)
        {
            return Replicated(rank, devices);
        }
        if (tiles.Length != rank || tileOfDevice.Length != devices)
        {
            throw new UserErrorException($"The sharding {text} does not go with a tensor of {rank} dimensions on {devices} devices.");
        }
        return new TensorSharding(tiles, tileOfDevice);
    }
}
