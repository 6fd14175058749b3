using System.Globalization;
using System.Text.RegularExpressions;
using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Partition;

/// <summary>Reads the shardings that a module writes at arguments, results and operations: Shardy's attributes, or GSPMD's texts.</summary>
internal sealed partial class ShardingAnnotations
{
    private readonly int _devices;
    private readonly Dictionary<string, SdyMeshAttr> _meshes = [];

    public ShardingAnnotations(ModuleOp module, FuncOp entry, int devices)
    {
        _devices = devices;
        foreach (Operation op in module.Body.Operations)
        {
            if (op.Name.Full == "sdy.mesh" && op.Attributes.Get<SdyMeshAttr>("mesh") is { } mesh)
            {
                _meshes[op.Attributes.Get<StringAttr>("sym_name")!.Value] = mesh;
            }
        }
        var tilings = new List<DeviceTiling>();
        tilings.AddRange(entry.Type.Inputs.Select((t, i) => Boundary(entry.ArgAttributes(i), t)).Where(t => !t.IsReplicated));
        tilings.AddRange(entry.Type.Results.Select((t, i) => Boundary(entry.ResultAttributes(i), t)).Where(t => !t.IsReplicated));
        if (tilings.Count == 0)
        {
            entry.Op.Walk(op =>
            {
                if (op.Results.Length == 1 && op.Results[0].Type is TensorType type && op.HasAttributes && op.Attributes.Get<StringAttr>("mhlo.sharding") is { } text)
                {
                    tilings.Add(DeviceTiling.ParseHlo(text.Value, type.Rank, devices));
                }
            });
        }
        Grid = DeviceGrid.For(devices, _meshes.Values, tilings);
    }

    /// <summary>The axes in which shardings are told.</summary>
    public DeviceGrid Grid { get; }

    /// <summary>How an argument or result of the entry lies on the devices; whole where nothing is written.</summary>
    public DeviceTiling Boundary(DictionaryAttr attributes, IrType type)
    {
        int rank = (type as TensorType)?.Rank ?? 0;
        return attributes.Find("sdy.sharding") is SdyShardingAttr shardy ? Tiling(shardy)
            : attributes.Find("mhlo.sharding") is StringAttr text ? DeviceTiling.ParseHlo(text.Value, rank, _devices)
            : DeviceTiling.Replicated(rank, _devices);
    }

    /// <summary>Which dimensions of an argument or result may be cut no further, where it may be cut at all: those that an annotation closes, of a GSPMD annotation all.</summary>
    public static bool[] Closed(DictionaryAttr attributes, int rank) => attributes.Find("sdy.sharding") is SdyShardingAttr shardy ? [.. shardy.Dimensions.Select(d => d.IsClosed)]
        : [.. Enumerable.Repeat(attributes.Find("mhlo.sharding") is StringAttr, rank)];

    /// <summary>The tiling that a Shardy attribute means.</summary>
    public DeviceTiling Tiling(SdyShardingAttr sharding) => DeviceTiling.FromShardy(sharding, Mesh(sharding), _devices);

    /// <summary>What an operation's annotation says of its only result, with the dimensions that it closes; null when it says nothing.</summary>
    public (TensorSharding Sharding, bool[] Closed)? Of(Operation op)
    {
        if (op.Results.Length != 1 || !op.HasAttributes || op.Results[0].Type is not TensorType { Shape.IsStatic: true } type)
        {
            return null;
        }
        if (Shardy(op) is { } shardy)
        {
            return (Even(Grid.Express(Tiling(shardy)), type.Shape), [.. shardy.Dimensions.Select(d => d.IsClosed)]);
        }
        if (op.Attributes.Get<StringAttr>("mhlo.sharding") is not { } text || text.Value.StartsWith("{{", StringComparison.Ordinal) || text.Value.Contains("manual", StringComparison.Ordinal))
        {
            return null;
        }
        bool[] closed = [.. Enumerable.Repeat(true, type.Rank)];
        if (op.Attributes.Get<StringAttr>("backend_config") is { } config && Unspecified().Match(config.Value) is { Success: true } open)
        {
            foreach (string dimension in open.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                closed[int.Parse(dimension, CultureInfo.InvariantCulture)] = false;
            }
        }
        return (Even(Grid.Express(DeviceTiling.ParseHlo(text.Value, type.Rank, _devices)), type.Shape), closed);
    }

    /// <summary>A sharding of a manual computation in its manual axes, and in the free ones.</summary>
    public (TensorSharding Manual, TensorSharding Free) Split(SdyShardingAttr sharding, SdyManualAxesAttr manual, Shape shape)
    {
        SdyShardingAttr Part(bool isManual) => sharding with
        {
            Dimensions = sharding.Dimensions.Select(d => d with { Axes = d.Axes.Where(a => manual.Axes.Contains(a.Name) == isManual).ToValueArray() }).ToValueArray(),
        };
        TensorSharding cut = Grid.Express(Tiling(Part(true))) ?? throw new PartitionException("the manual axes of a computation are not in the order of the other meshes' devices");
        for (int d = 0; d < cut.Rank; d++)
        {
            if (shape[d] % Grid.Size(cut[d]) != 0)
            {
                throw new PartitionException($"a dimension of {shape[d]} does not divide into {Grid.Size(cut[d])} parts for a manual computation");
            }
        }
        TensorSharding free = Even(Grid.Express(Tiling(Part(false))), Grid.LocalShape(shape, cut));
        return (cut, free);
    }

    /// <summary>What of a sharding divides the shape; whole where it cannot be told in axes.</summary>
    public TensorSharding Even(TensorSharding? sharding, Shape shape)
    {
        sharding ??= TensorSharding.Replicated(shape.Rank);
        for (int d = 0; d < shape.Rank; d++)
        {
            if (sharding[d].Length > 0 && (shape[d] == 0 || shape[d] % Grid.Size(sharding[d]) != 0))
            {
                sharding = sharding.With(d, []);
            }
        }
        return sharding;
    }

    private static SdyShardingAttr? Shardy(Operation op) => op.Attributes["sharding"] as SdyShardingAttr
        ?? (op.Attributes["sdy.sharding"] switch
        {
            SdyShardingAttr one => one,
            SdyShardingPerValueAttr { Shardings.Length: 1 } list => list.Shardings[0],
            _ => null,
        });

    private SdyMeshAttr Mesh(SdyShardingAttr sharding) => sharding.Mesh as SdyMeshAttr
        ?? (sharding.Mesh is SymbolRefAttr symbol && _meshes.TryGetValue(symbol.Root, out SdyMeshAttr? mesh) ? mesh : throw new PartitionException($"there is no mesh {sharding.Mesh}"));

    [GeneratedRegex(@"unspecified_dims=\[([\d,\s]*)\]")]
    private static partial Regex Unspecified();
}

/// <summary>A program cannot be partitioned; it can still be run whole.</summary>
public sealed class PartitionException(string message) : Exception(message);
