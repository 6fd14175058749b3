using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Programs;

/// <summary>
/// Runs a program over a client's devices with whole tensors in and out: arguments are cut or copied as the module's
/// shardings say, results are put together again. On one device nothing is cut. Each replica has devices of its own.
/// </summary>
public sealed class ShardedRunner : IDisposable
{
    private readonly PjrtClient _client;
    private readonly PjrtLoadedExecutable _executable;
    private readonly FunctionType _type;
    private readonly TensorSharding?[] _arguments;
    private readonly TensorSharding?[] _results;
    private readonly (int Replica, int Partition)[] _places;

    /// <summary>Compiles a program.</summary>
    /// <param name="client">The client.</param>
    /// <param name="program">The program as the plugin takes it.</param>
    /// <param name="module">The same program, for its signature and shardings.</param>
    /// <param name="partitions">Devices for each replica; <see cref="GridOf"/> tells what the module asks for.</param>
    /// <param name="replicas">Replicas.</param>
    /// <param name="flags">The plugin's compile options; none when not given.</param>
    /// <exception cref="UserErrorException">The client has too few devices, or the module has shardings that do not fit.</exception>
    /// <exception cref="PjrtException">The plugin refuses the program.</exception>
    public ShardedRunner(PjrtClient client, PjrtProgram program, ModuleOp module, int partitions, int replicas = 1, IReadOnlyDictionary<string, PjrtFlag>? flags = null)
    {
        if (client.AddressableDevices.Count < partitions * replicas)
        {
            throw new UserErrorException($"The program runs on {partitions * replicas} devices, {client.Plugin.Name} has {client.AddressableDevices.Count} here.");
        }
        _client = client;
        FuncOp main = module.FindFunction("main") ?? throw new UserErrorException("The program has no function @main, which is the one a plugin runs.");
        _type = main.Type;
        _arguments = Shardings(_type.Inputs, main.ArgAttributes);
        _results = Shardings(_type.Results, main.ResultAttributes);
        _executable = client.Compile(program, (partitions == 1 ? new PjrtCompileOptions() : PjrtCompileOptions.Partitioned(partitions, TensorSharding.IsShardy(module))) with { Replicas = replicas, Flags = flags ?? new Dictionary<string, PjrtFlag>() });
        _places = Places(partitions);

        TensorSharding?[] Shardings(ValueArray<IrType> types, Func<int, DictionaryAttr> attributes) =>
            [.. types.Select((t, i) => partitions == 1 || t is not TensorType tensor ? null : TensorSharding.Find(module, attributes(i), tensor.Rank, partitions))];
    }

    /// <summary>How many partitions a module is written for (<c>mhlo.num_partitions</c>); 1 when it does not say.</summary>
    /// <exception cref="UserErrorException">It is for several replicas.</exception>
    public static int PartitionsOf(ModuleOp module)
    {
        (int replicas, int partitions) = GridOf(module);
        if (replicas > 1)
        {
            throw new UserErrorException($"The program is for {replicas} replicas (mhlo.num_replicas), each with arguments of its own; only programs of one replica can be run with one set of arguments.");
        }
        return partitions;
    }

    /// <summary>How many replicas and partitions a module is written for (<c>mhlo.num_replicas</c>, <c>mhlo.num_partitions</c>); 1 where it does not say.</summary>
    public static (int Replicas, int Partitions) GridOf(ModuleOp module)
    {
        return (Of("mhlo.num_replicas"), Of("mhlo.num_partitions"));

        int Of(string name) => (int)Math.Clamp(module.Op.Attributes.Get<IntegerAttr>(name)?.Value ?? 1, 1, int.MaxValue);
    }

    /// <summary>Runs the program of one replica.</summary>
    /// <param name="arguments">Whole tensors, one for each argument of <c>main</c>.</param>
    /// <returns>Whole tensors.</returns>
    public IReadOnlyList<Literal> Run(IReadOnlyList<Literal> arguments) => RunReplicas([arguments])[0];

    /// <summary>Runs the program on all replicas.</summary>
    /// <param name="arguments">Those of each replica: whole tensors, one for each argument of <c>main</c>.</param>
    /// <returns>The whole tensors that each replica gives.</returns>
    public IReadOnlyList<Literal>[] RunReplicas(IReadOnlyList<Literal>[] arguments)
    {
        int devices = _executable.Devices.Count;
        var inputs = new PjrtBuffer[devices][];
        try
        {
            for (int d = 0; d < devices; d++)
            {
                IReadOnlyList<Literal> own = arguments[_places[d].Replica];
                inputs[d] = new PjrtBuffer[own.Count];
                for (int i = 0; i < own.Count; i++)
                {
                    inputs[d][i] = Upload(own[i], _arguments[i], d);
                }
            }
            using PjrtExecution execution = _executable.ExecuteAsync(inputs);
            execution.Wait();
            return [.. arguments.Select((_, replica) => (IReadOnlyList<Literal>)[.. Enumerable.Range(0, _executable.OutputCount).Select(i => Download(execution, i, replica))])];
        }
        finally
        {
            foreach (PjrtBuffer? buffer in inputs.Where(l => l is not null).SelectMany(l => l))
            {
                buffer?.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _executable.Dispose();

    private PjrtBuffer Upload(Literal whole, TensorSharding? sharding, int device)
    {
        PjrtElementType type = ElementType(whole.Type.Kind);
        return sharding is null || sharding.IsReplicated
            ? _client.CreateBuffer(whole.Data.Span, type, whole.Shape.Dims, _executable.Devices[device])
            : _client.CreateBuffer(sharding.Take(whole, _places[device].Partition), type, sharding.PartShape(whole.Shape), _executable.Devices[device]);
    }

    private Literal Download(PjrtExecution execution, int index, int replica)
    {
        PjrtBuffer first = execution.Outputs[Array.FindIndex(_places, p => p.Replica == replica)][index];
        long[] shape = first.Dimensions.ToArray();
        ElementKind kind = first.ElementType.ToElementKind();
        TensorSharding? sharding = _results[index];
        Shape whole = index < _type.Results.Length && _type.Results[index] is TensorType { Shape.IsStatic: true } declared ? declared.Shape : new Shape(shape);
        if (sharding is null || sharding.IsReplicated)
        {
            if (!shape.AsSpan().SequenceEqual(whole.Dims))
            {
                throw new UserErrorException($"Result {index} comes in parts of shape ({string.Join(", ", shape)}), and the module does not say how they make up {whole}: give the result an sdy.sharding or mhlo.sharding.");
            }
            return new Literal(new TensorType(kind, whole), first.ToBytes());
        }
        var result = new Literal(new TensorType(kind, whole));
        for (int d = 0; d < execution.Outputs.Count; d++)
        {
            if (_places[d].Replica != replica)
            {
                continue;
            }
            PjrtBuffer part = execution.Outputs[d][index];
            if (!part.Dimensions.SequenceEqual(sharding.PartShape(whole)))
            {
                throw new InvalidOperationException($"Device {d} gives result {index} with shape ({string.Join(", ", part.Dimensions.ToArray())}); its sharding makes it ({string.Join(", ", sharding.PartShape(whole))}).");
            }
            sharding.Put(part.ToBytes(), result, _places[d].Partition);
        }
        return result;
    }

    private (int Replica, int Partition)[] Places(int partitions)
    {
        if (_executable.Devices.Count == 1)
        {
            return [(0, 0)];
        }
        try
        {
            return [.. _executable.LogicalDevices()];
        }
        catch (PjrtNotSupportedException)
        {
            // Plugins before 0.96 do not tell; they list the devices in the order of the partitions, replica after replica.
            return [.. Enumerable.Range(0, _executable.Devices.Count).Select(d => (d / partitions, d % partitions))];
        }
    }

    private static PjrtElementType ElementType(ElementKind kind)
    {
        try
        {
            return kind.ToPjrt();
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException(e.Message, e);
        }
    }
}
