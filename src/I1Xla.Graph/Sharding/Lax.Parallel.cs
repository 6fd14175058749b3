using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Lax
{
    /// <summary>Asks the partitioner to lay a tensor over the mesh of the trace in a given way.</summary>
    /// <exception cref="GraphException">The trace has no mesh, or the spec does not fit the tensor.</exception>
    public static Tensor WithShardingConstraint(Tensor x, PartitionSpec spec, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Constrain(x, spec);
    }

    /// <summary>
    /// Runs a function on the shards of each device, collectives by axis name inside (<c>jax.shard_map</c> over all axes of
    /// the mesh, without replication checks). Results that do not name an axis are taken to be equal along it.
    /// </summary>
    /// <param name="function">From shards to shards. It may hold constants from outside, but no other tensors.</param>
    /// <param name="inputs">Whole tensors.</param>
    /// <param name="inputSpecs">How each input is cut; sizes divide evenly.</param>
    /// <param name="resultSpecs">How the results' shards make up the whole.</param>
    /// <param name="file">The caller's file.</param>
    /// <param name="line">The caller's line.</param>
    public static Tensor[] ShardMap(
        Func<Tensor[], Tensor[]> function, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<PartitionSpec> inputSpecs, ReadOnlySpan<PartitionSpec> resultSpecs, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Mapped(function, inputs, ValueArray.Create(inputSpecs), ValueArray.Create(resultSpecs));
    }

    /// <summary>Sum over the devices along axes; inside <see cref="ShardMap"/>.</summary>
    public static Tensor PSum(Tensor x, ReadOnlySpan<string> axes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return AllReduce(x, HloOps.Add, axes, "psum");
    }

    /// <summary>Sum over the devices along one axis.</summary>
    public static Tensor PSum(Tensor x, string axis, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return AllReduce(x, HloOps.Add, [axis], "psum");
    }

    /// <summary>Minimum over the devices along axes; it has no derivative.</summary>
    public static Tensor PMin(Tensor x, ReadOnlySpan<string> axes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return AllReduce(x, HloOps.Minimum, axes, "pmin");
    }

    /// <summary>Minimum over the devices along one axis; it has no derivative.</summary>
    public static Tensor PMin(Tensor x, string axis, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return AllReduce(x, HloOps.Minimum, [axis], "pmin");
    }

    /// <summary>Maximum over the devices along one axis; it has no derivative.</summary>
    public static Tensor PMax(Tensor x, string axis, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return AllReduce(x, HloOps.Maximum, [axis], "pmax");
    }

    /// <summary>Mean over the devices along one axis.</summary>
    public static Tensor PMean(Tensor x, string axis, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return PMean(x, [axis]);
    }

    /// <summary>
    /// Sum over the devices along an axis, of which each keeps its part (<c>lax.psum_scatter</c>): of a dimension that is
    /// divided when <paramref name="tiled"/>, else of one that has the axis' size and disappears.
    /// </summary>
    public static Tensor PSumScatter(Tensor x, string axis, int scatterDimension = 0, bool tiled = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Mesh mesh = CurrentMesh("psum_scatter", axis);
        int at = Axes.Normalize(scatterDimension, x.Rank, "psum_scatter");
        if (!tiled && x.Shape[at] != mesh.SizeOf(axis))
        {
            throw Tracer.Error("psum_scatter", $"dimension {scatterDimension} of shape {x.Shape} has not the size {mesh.SizeOf(axis)} of axis \"{axis}\"; tiled: true divides it");
        }
        Tensor part = Collectives.ReduceScatter(x, mesh, [axis], at);
        return tiled ? part : Hlo.Squeeze(part, [at]);
    }

    /// <summary>How many devices there are along an axis.</summary>
    public static long AxisSize(string axis, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return CurrentMesh("axis_size", axis).SizeOf(axis);
    }

    /// <summary>Mean over the devices along axes.</summary>
    public static Tensor PMean(Tensor x, ReadOnlySpan<string> axes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        long count = 1;
        foreach (string axis in axes)
        {
            count *= CurrentMesh("pmean", axis).SizeOf(axis);
        }
        return AllReduce(x, HloOps.Add, axes, "pmean") / (double)count;
    }

    /// <summary>Maximum over the devices along axes; it has no derivative.</summary>
    public static Tensor PMax(Tensor x, ReadOnlySpan<string> axes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return AllReduce(x, HloOps.Maximum, axes, "pmax");
    }

    /// <summary>Joins the shards of the devices along an axis, along a dimension that grows.</summary>
    public static Tensor AllGather(Tensor x, string axis, int dimension = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(dimension, x.Rank, "all_gather");
        return Collectives.AllGather(x, CurrentMesh("all_gather", axis), [axis], at);
    }

    /// <summary>Sum over the devices along an axis, of which each keeps its part of a dimension (<c>psum_scatter</c>, tiled).</summary>
    public static Tensor ReduceScatter(Tensor x, string axis, int dimension = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(dimension, x.Rank, "reduce_scatter");
        return Collectives.ReduceScatter(x, CurrentMesh("reduce_scatter", axis), [axis], at);
    }

    /// <summary>Each device cuts one dimension into parts, sends part i to device i along an axis, and joins what it gets along another (tiled).</summary>
    public static Tensor AllToAll(Tensor x, string axis, int splitDimension, int concatDimension, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Collectives.AllToAll(x, CurrentMesh("all_to_all", axis), axis, Axes.Normalize(splitDimension, x.Rank, "all_to_all"), Axes.Normalize(concatDimension, x.Rank, "all_to_all"));
    }

    /// <summary>Sends shards along an axis from source to target positions; a device nothing is sent to gets zeros.</summary>
    public static Tensor PPermute(Tensor x, string axis, ReadOnlySpan<(int Source, int Target)> pairs, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Mesh mesh = CurrentMesh("ppermute", axis);
        long size = mesh.SizeOf(axis);
        foreach ((int source, int target) in pairs)
        {
            if (source < 0 || source >= size || target < 0 || target >= size)
            {
                throw Tracer.Error("ppermute", $"({source}, {target}) along axis \"{axis}\" of size {size}");
            }
        }
        var all = new List<long>();
        foreach (long[] group in Collectives.Groups(mesh, [axis]))
        {
            foreach ((int source, int target) in pairs)
            {
                all.Add(group[source]);
                all.Add(group[target]);
            }
        }
        return Collectives.Permute(x, [.. all]);
    }

    /// <summary>The device's position along an axis, an i32 scalar.</summary>
    public static Tensor AxisIndex(string axis, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Mesh mesh = CurrentMesh("axis_index", axis);
        int at = mesh.IndexOf(axis);
        long stride = 1;
        for (int i = at + 1; i < mesh.Axes.Length; i++)
        {
            stride *= mesh.Axes[i].Size;
        }
        FunctionTracer f = Tracer.Current;
        Tensor id = f.Wrap(f.Emit(HloOps.PartitionId, [], [new TensorType(ElementKind.UI32, Shape.Scalar)]).Result);
        id = Hlo.Binary(HloOps.Remainder, Hlo.Binary(HloOps.Divide, id, Hlo.Splat(stride, ElementKind.UI32, Shape.Scalar)), Hlo.Splat(mesh.Axes[at].Size, ElementKind.UI32, Shape.Scalar));
        return Hlo.Convert(id, ElementKind.I32);
    }

    internal static Tensor Constrain(Tensor x, PartitionSpec spec)
    {
        ModuleTracer module = Tracer.Current.Module;
        Mesh mesh = CurrentMesh("with_sharding_constraint");
        Shardings.Check(mesh, spec, x.Shape, "with_sharding_constraint");
        return module.Options.ShardingStyle == ShardingStyle.Shardy
            ? Hlo.One(HloOps.ShardingConstraint, x.Type, false, x, new AttributeMap { { "sharding", Shardings.Shardy(mesh, spec, x.Rank) } })
            : Hlo.One(HloOps.CustomCall, x.Type, false, x, new AttributeMap
            {
                { "call_target_name", new StringAttr("Sharding") },
                { "backend_config", new StringAttr("") },
                { "mhlo.sharding", new StringAttr(Shardings.Gspmd(mesh, spec, x.Rank)) },
            });
    }

    internal static Tensor[] Mapped(Func<Tensor[], Tensor[]> function, ReadOnlySpan<Tensor> inputs, ValueArray<PartitionSpec> inputSpecs, ValueArray<PartitionSpec> resultSpecs)
    {
        Mesh mesh = CurrentMesh("shard_map");
        if (inputSpecs.Length != inputs.Length)
        {
            throw Tracer.Error("shard_map", $"{inputs.Length} inputs and {inputSpecs.Length} specs");
        }
        var types = new IrType[inputs.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = Resized(mesh, inputs[i].Type, inputSpecs[i], shard: true);
        }
        Region region = Hlo.Region(types, function);
        // Loops whose residuals were added stand where the former ones stood.
        Finisher.Resolve(region.Entry, Tracer.Current.Module);
        foreach (Value captured in Backward.Captures(region))
        {
            if (captured.DefiningOp?.Name != HloOps.Constant)
            {
                throw Tracer.Error("shard_map", $"the function uses a tensor {captured.TensorType.Kind.Name()}{captured.TensorType.Shape} from outside; pass it as an input with a spec");
            }
        }
        Value[] returned = region.Entry.Terminator!.Operands.ToArray();
        if (returned.Length != resultSpecs.Length)
        {
            throw Tracer.Error("shard_map", $"{returned.Length} results and {resultSpecs.Length} specs");
        }
        return Hlo.Several(HloOps.ShardMap, [.. returned.Select((v, i) => (IrType)Resized(mesh, v.TensorType, resultSpecs[i], shard: false))], inputs,
            new AttributeMap { { "specs", new ShardMapSpecsAttr(inputSpecs, resultSpecs) } }, [region]);
    }

    private static Tensor AllReduce(Tensor x, OpName combiner, ReadOnlySpan<string> axes, string op) => Collectives.AllReduce(Hlo.Materialize(x), combiner, CurrentMesh(op, axes), axes);

    private static Mesh CurrentMesh(string op, params ReadOnlySpan<string> axes)
    {
        Mesh mesh = Tracer.Current.Module.Options.Mesh ?? throw Tracer.Error(op, "the trace options name no mesh");
        foreach (string axis in axes)
        {
            Shardings.CheckAxis(mesh, axis, op);
        }
        return mesh;
    }

    /// <summary>The type of a shard of a whole, or of the whole a shard makes.</summary>
    private static TensorType Resized(Mesh mesh, TensorType type, PartitionSpec spec, bool shard)
    {
        Shardings.Check(mesh, spec, type.Shape, "shard_map");
        long[] dims = type.Shape.ToArray();
        for (int d = 0; d < spec.Dimensions.Length; d++)
        {
            foreach (string axis in spec.Dimensions[d])
            {
                long size = mesh.SizeOf(axis);
                if (shard && dims[d] % size != 0)
                {
                    throw Tracer.Error("shard_map", $"dimension {d} of shape {type.Shape} does not divide over {spec} of {mesh.Name}");
                }
                dims[d] = shard ? dims[d] / size : dims[d] * size;
            }
        }
        return new TensorType(type.Element, new Shape(dims));
    }
}
