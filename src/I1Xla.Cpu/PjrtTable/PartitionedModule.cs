using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Spmd;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Partition;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>
/// A program over several devices of this process. An annotated one is partitioned into the program of one device, which is compiled once and runs for all;
/// or, when asked or where it cannot be partitioned, it runs on whole arrays, shards being joined first and the results cut afterwards.
/// </summary>
internal sealed unsafe class PartitionedModule : CompiledModule
{
    private readonly CpuExecutable _executable;
    private readonly IReadOnlyList<DeviceTiling>? _parameters, _results;
    private readonly int _devices;
    private readonly bool _isWhole;
    private readonly Expansion? _expansion;
    private readonly Lazy<ModuleOp?> _perDevice;

    private PartitionedModule(CpuExecutable executable, int devices, IReadOnlyList<DeviceTiling>? parameters, IReadOnlyList<DeviceTiling>? results, bool isWhole, Expansion? expansion, Func<ModuleOp?> perDevice)
    {
        _expansion = expansion;
        _executable = executable;
        _devices = devices;
        _parameters = parameters;
        _results = results;
        _isWhole = isWhole;
        _perDevice = new Lazy<ModuleOp?>(perDevice);
    }

    /// <summary>A device's share of what a run of all takes.</summary>
    public override long TemporaryBytes => (_executable.TemporaryBytes + _devices - 1) / _devices;

    public override int FirstWith(int result, int device) => _expansion?.FirstResults[result][device] ?? device;

    public override int ReadFrom(int parameter, int device) => _expansion?.FirstArguments[parameter][device] ?? device;

    public override int DonorOf(int result, int device) => _expansion?.Donors[device][result] ?? -1;

    /// <summary>Whether the program of one device is there without further work.</summary>
    public bool HasPerDevice => !_isWhole || _perDevice.IsValueCreated;

    /// <summary>The program of one device, with local shapes and collectives, whether or not it is what runs; null when it cannot be made.</summary>
    public ModuleOp? PerDevice => _perDevice.Value;

    /// <summary>How the results lie; null for a program written for one process of many.</summary>
    public IReadOnlyList<DeviceTiling>? ResultTilings => _results;

    /// <summary>How the arguments lie.</summary>
    public IReadOnlyList<DeviceTiling>? ParameterTilings => _parameters;

    public static PartitionedModule Compile(ModuleOp module, FuncOp main, CompileRequest request)
    {
        int devices = request.Replicas * request.Partitions;
        TensorType[] parameters = ProgramSource.Tensors(main.Type.Inputs, "argument"), results = ProgramSource.Tensors(main.Type.Results, "result");
        var options = new CpuCompileOptions { Entry = main.Name };
        CpuExecutable Flat(ModuleOp from, FuncOp entry, bool manual) => CpuCompiler.Compile(DeviceFlattening.Run(from, entry, request.Replicas, request.Partitions, manual), options);
        // Each device runs the program; arguments that lie the same way have the same values.
        (CpuExecutable Executable, Expansion? Expansion)? OfAll(ModuleOp from, Func<int, int, int> first)
        {
            int[][] firsts = [.. parameters.Select((_, i) => Enumerable.Range(0, devices).Select(d => first(i, d)).ToArray())];
            return CpuCompiler.CompileAll(from, options, new DeviceArguments(new ProcessGroups(request.Replicas, request.Partitions), firsts)) is var (all, results) ? (all, new Expansion(all, firsts, results)) : null;
        }
        if (request.Partitions == 1 || !request.UseSpmd)
        {
            (CpuExecutable manual, Expansion? given) = OfAll(module, (_, d) => d) ?? (Flat(module, main, manual: true), null);
            return new PartitionedModule(manual, devices, null, null, isWhole: false, given, () => module) { Parameters = parameters, Results = results };
        }
        (IReadOnlyList<DeviceTiling> cutParameters, IReadOnlyList<DeviceTiling> cutResults) = Tilings(module, main, request.Partitions);
        SpmdProgram? local = null;
        if ((request.IsPartitioned || request.Replicas > 1) && !TalksToHost(module))
        {
            try
            {
                local = SpmdPartitioner.Run(module, main.Name, request.Replicas, request.Partitions, request.Freedom);
            }
            catch (PartitionException e)
            {
                if (request.Replicas > 1) throw PluginException.Unimplemented($"The program is replicated and partitioned at once, and cannot be partitioned: {e.Message}.");
            }
        }
        else if (request.Replicas > 1) throw PluginException.Unimplemented("A program that is replicated and partitioned at once cannot talk to the host.");
        (CpuExecutable Executable, Expansion? Expansion)? partitioned = null;
        if (local is { } program)
        {
            (IReadOnlyList<DeviceTiling>, IReadOnlyList<DeviceTiling>) written = (cutParameters, cutResults);
            (cutParameters, cutResults) = (program.Parameters, program.Results);
            partitioned = OfAll(program.Module, First);
            if (partitioned is null && request.Replicas > 1) partitioned = (Flat(program.Module, program.Module.FindFunction(main.Name)!.Value, manual: true), null);
            if (partitioned is null) (local, (cutParameters, cutResults)) = (null, written);
        }
        CpuExecutable executable = partitioned?.Executable ?? Flat(module, main, manual: false);
        int First(int parameter, int device)
        {
            int replica = device / request.Partitions * request.Partitions;
            DeviceTiling tiling = cutParameters[parameter];
            return replica + Enumerable.Range(0, request.Partitions).First(p => tiling.TileOf(p).SequenceEqual(tiling.TileOf(device - replica)));
        }
        return new PartitionedModule(executable, devices, cutParameters, cutResults, isWhole: partitioned is null, partitioned?.Expansion, () => local?.Module ?? Partition(module, main, request))
        {
            Parameters = [.. parameters.Select((t, i) => t with { Shape = cutParameters[i].LocalShape(t.Shape) })],
            Results = [.. results.Select((t, i) => t with { Shape = cutResults[i].LocalShape(t.Shape) })],
        };
    }

    // How the arguments and results of all devices lie in the program of all.
    private sealed class Expansion
    {
        public Expansion(CpuExecutable executable, int[][] firstArguments, int[][] firstResults)
        {
            (FirstArguments, FirstResults) = (firstArguments, firstResults);
            Donors = [.. Enumerable.Range(0, firstResults.Length == 0 ? 0 : firstResults[0].Length).Select(_ => new int[firstResults.Length])];
            int at = 0;
            for (int d = 0; d < Donors.Length; d++)
            {
                for (int o = 0; o < firstResults.Length; o++)
                {
                    int donor = firstResults[o][d] == d ? executable.ResultAliases[at++] : -1;
                    Donors[d][o] = donor < 0 ? -1 : donor % firstArguments.Length;
                }
            }
        }

        // For each argument, and each result, the first device that has each device's.
        public int[][] FirstArguments { get; }

        public int[][] FirstResults { get; }

        // For each device and result the parameter of that device whose memory it may take, or -1.
        public int[][] Donors { get; }
    }

    private static ModuleOp? Partition(ModuleOp module, FuncOp main, CompileRequest request)
    {
        try
        {
            return SpmdPartitioner.Run(module, main.Name, request.Replicas, request.Partitions);
        }
        catch (PartitionException)
        {
            return null;
        }
    }

    // What every device would do for itself the host would see as often.
    private static bool TalksToHost(ModuleOp module)
    {
        bool talks = false;
        module.Op.Walk(op => talks |= op.Name.Full is "stablehlo.send" or "stablehlo.recv" or "stablehlo.infeed" or "stablehlo.outfeed"
            || (op.Name.Full == "stablehlo.custom_call" && op.Attributes.Get<StringAttr>("call_target_name") is { } target && target.Value.Contains("callback", StringComparison.Ordinal)));
        return talks;
    }

    /// <summary>How the annotations of the entry function lay out arguments and results; whole on every device where they say nothing.</summary>
    public static (DeviceTiling[] Parameters, DeviceTiling[] Results) Tilings(ModuleOp module, FuncOp main, int devices) => (
        [.. main.Type.Inputs.Select((t, i) => Tiling(module, main.ArgAttributes(i), (TensorType)t, devices))],
        [.. main.Type.Results.Select((t, i) => Tiling(module, main.ResultAttributes(i), (TensorType)t, devices))]);

    public override void Run(nint[][] arguments, nint[][] results, HostTransfers? hostTransfers)
    {
        if (!_isWhole || _parameters is null || _results is null)
        {
            nint[] all = [.. arguments.SelectMany(a => a)], into = [.. results.SelectMany((r, d) => r.Where((_, o) => FirstWith(o, d) == d))];
            Execute(all, into, hostTransfers);
            return;
        }
        var held = new List<BufferStorage>();
        try
        {
            var whole = new nint[_parameters.Count];
            for (int i = 0; i < whole.Length; i++)
            {
                whole[i] = arguments[0][i];
                if (_parameters[i].IsReplicated) continue;
                TensorType type = _executable.ParameterTypes[i];
                whole[i] = Allocate(type, held);
                for (int d = arguments.Length - 1; d >= 0; d--) Move(_parameters[i], d, type, (byte*)whole[i], (byte*)arguments[d][i], join: true);
            }
            var made = new nint[_results.Count];
            for (int i = 0; i < made.Length; i++) made[i] = _results[i].IsReplicated ? results[0][i] : Allocate(_executable.ResultTypes[i], held);
            Execute(whole, made, hostTransfers);
            for (int i = 0; i < made.Length; i++)
            {
                for (int d = 0; d < results.Length; d++)
                {
                    if (results[d][i] != made[i]) Move(_results[i], d, _executable.ResultTypes[i], (byte*)made[i], (byte*)results[d][i], join: false);
                }
            }
        }
        finally
        {
            foreach (BufferStorage storage in held) storage.Release();
        }
    }

    private void Execute(nint[] arguments, nint[] results, HostTransfers? hostTransfers)
    {
        fixed (nint* parameters = arguments)
        fixed (nint* into = results)
        {
            nint none = 0;
            _executable.Run((byte**)(parameters is null ? &none : parameters), (byte**)(into is null ? &none : into), hostTransfers: hostTransfers);
        }
    }

    private static nint Allocate(TensorType type, List<BufferStorage> held)
    {
        var storage = new BufferStorage(type.StorageBytes);
        held.Add(storage);
        return (nint)storage.Data;
    }

    // Between a device's tile and its place in the whole array; what a short last tile lacks is left alone.
    private static void Move(DeviceTiling tiling, int device, TensorType type, byte* whole, byte* part, bool join)
    {
        Shape local = tiling.LocalShape(type.Shape);
        long[] offsets = tiling.Offsets(device, type.Shape), wholeStrides = type.Shape.Strides(), partStrides = local.Strides();
        var sizes = new long[local.Rank];
        long start = 0;
        for (int d = 0; d < sizes.Length; d++)
        {
            sizes[d] = Math.Clamp(type.Shape[d] - offsets[d], 0, local[d]);
            start += offsets[d] * wholeStrides[d];
        }
        int bytes = type.Kind.StorageBytes();
        whole += start * bytes;
        if (join) StridedCopy.Run(part, whole, bytes, sizes, partStrides, wholeStrides);
        else StridedCopy.Run(whole, part, bytes, sizes, wholeStrides, partStrides);
    }

    private static DeviceTiling Tiling(ModuleOp module, DictionaryAttr attributes, TensorType type, int devices)
    {
        try
        {
            if (attributes.Find("sdy.sharding") is SdyShardingAttr shardy)
            {
                SdyMeshAttr mesh = DeviceFlattening.FindMesh(module, shardy.Mesh) ?? throw PluginException.Invalid($"There is no mesh {shardy.Mesh}.");
                return DeviceTiling.FromShardy(shardy, mesh, devices);
            }
            if (attributes.Find("mhlo.sharding") is StringAttr text) return DeviceTiling.ParseHlo(text.Value, type.Rank, devices);
        }
        catch (ArgumentException e)
        {
            throw PluginException.Invalid(e.Message);
        }
        return DeviceTiling.Replicated(type.Rank, devices);
    }
}
