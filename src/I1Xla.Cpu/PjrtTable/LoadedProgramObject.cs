using System.Diagnostics;
using I1Xla.Cpu.Runtime;
using I1Xla.Pjrt;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>A program bound to the devices of a client.</summary>
internal sealed unsafe class LoadedProgramObject
{
    private volatile bool _deleted;
    private int[]? _takers;

    public LoadedProgramObject(ClientObject client, ProgramObject program)
    {
        Client = client;
        Program = program;
        Assignment = program.Request.DeviceAssignment(client.Devices.Length);
        var devices = new List<DeviceObject>();
        for (int r = 0; r < Assignment.Replicas; r++)
        {
            for (int p = 0; p < Assignment.Partitions; p++) devices.Add(client.Device(Assignment[r, p]));
        }
        Devices = [.. devices];
        DevicePointers = NativeBlock.Of<nint>([.. devices.Select(d => d.Pointer)]);
        Pointer = Handle.New(this);
    }

    public ClientObject Client { get; }

    public ProgramObject Program { get; }

    public PjrtDeviceAssignment Assignment { get; }

    public DeviceObject[] Devices { get; }

    public NativeBlock DevicePointers { get; }

    public nint Pointer { get; }

    public bool IsDeleted => _deleted;

    public void Delete() => _deleted = true;

    /// <summary>
    /// Launches on the given devices (all of them, or one for a portable program) and returns at once: results are ready, and the events returned
    /// happen, when the run is over. A program that is small, or took less than 2 ms when it last ran, is run before this returns if its arguments are there.
    /// </summary>
    /// <param name="arguments">Buffers of each device.</param>
    /// <param name="device">The one device, or null for all.</param>
    /// <param name="keep">Parameters that must not be donated.</param>
    /// <param name="hostTransfers">The host on the other side of the program's channels.</param>
    public (BufferObject[][] Results, EventObject Done) Launch(BufferObject[][] arguments, DeviceObject? device, long[] keep, HostTransfers? hostTransfers)
    {
        if (_deleted) throw PluginException.Precondition("The executable has been deleted.");
        DeviceObject[] devices = device is null ? Devices : [device];
        if (arguments.Length != devices.Length) throw PluginException.Invalid($"The program runs on {devices.Length} devices; arguments came for {arguments.Length}.");
        CompiledModule compiled = Program.Compiled;
        for (int d = 0; d < arguments.Length; d++) Check(arguments[d], d);
        int[] takers = _takers ??= Takers(compiled);
        var held = new List<BufferStorage>();
        var waitFor = new List<EventObject>();
        var inputs = new nint[devices.Length][];
        var outputs = new nint[devices.Length][];
        var results = new BufferObject[devices.Length][];
        var plain = new BufferStorage[devices.Length, compiled.Results.Length];
        var moves = new List<(BufferStorage From, BufferObject Result, BufferStorage To)>();
        var done = new EventObject();
        try
        {
            for (int d = 0; d < devices.Length; d++)
            {
                inputs[d] = new nint[arguments[d].Length];
                var donated = new BufferStorage?[compiled.Results.Length];
                for (int i = 0; i < arguments[d].Length; i++)
                {
                    BufferObject argument = arguments[d][i];
                    waitFor.Add(argument.Ready);
                    bool donate = Program.Aliases[i] is not null && !keep.Contains(i);
                    BufferStorage storage = (donate ? argument.TryDonate() : null) ?? argument.Hold();
                    held.Add(storage);
                    inputs[d][i] = (nint)storage.Data;
                    int result = takers[i];
                    bool inPlace = result >= 0 && donate && argument.IsDeleted && storage.IsSole && !storage.IsForeign && argument.IsRowMajor && storage.Bytes >= compiled.Results[result].StorageBytes;
                    if (inPlace && Program.ResultOrders[result] is null) donated[result] = storage.Hold();
                }
                results[d] = new BufferObject[compiled.Results.Length];
                outputs[d] = new nint[compiled.Results.Length];
                for (int o = 0; o < compiled.Results.Length; o++)
                {
                    StableHlo.Ir.TensorType type = compiled.Results[o];
                    int first = compiled.FirstWith(o, d);
                    bool isShared = first < d && Program.ResultOrders[o] is null;
                    BufferStorage storage = isShared ? results[first][o].Hold() : donated[o] ?? new BufferStorage(type.StorageBytes);
                    results[d][o] = new BufferObject(type.Kind.ToPjrt(), type.Shape.ToArray(), Program.ResultOrders[o], devices[d].Memories[Program.ResultMemories[o]], storage, done);
                    // The run writes here even if the caller deletes the result first.
                    held.Add(storage.Hold());
                    if (Program.ResultOrders[o] is not null)
                    {
                        // The run writes row-major; the order asked for comes after it.
                        if (first == d)
                        {
                            plain[first, o] = new BufferStorage(type.StorageBytes);
                            held.Add(plain[first, o]);
                        }
                        moves.Add((plain[first, o], results[d][o], storage));
                        storage = plain[first, o];
                    }
                    outputs[d][o] = (nint)storage.Data;
                }
            }
        }
        catch
        {
            foreach (BufferStorage storage in held) storage.Release();
            throw;
        }
        DeviceObject queue = devices.Length == 1 ? devices[0] : Client.Collective;
        if (devices.Length == 1 && hostTransfers is null && Program.IsShort && queue.IsIdle && waitFor.TrueForAll(e => e.IsReady)) Execute(arguments, inputs, outputs, moves, waitFor, held, done, hostTransfers);
        else if (HostCalls.IsAny) Task.Factory.StartNew(() => Execute(arguments, inputs, outputs, moves, waitFor, held, done, hostTransfers), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        else queue.Enqueue(() => Execute(arguments, inputs, outputs, moves, waitFor, held, done, hostTransfers));
        return (results, done);
    }

    // For each parameter the result that takes over its memory, or -1.
    private static int[] Takers(CompiledModule compiled)
    {
        int[] takers = new int[compiled.Parameters.Length];
        Array.Fill(takers, -1);
        for (int o = 0; o < compiled.Results.Length; o++)
        {
            if (compiled.DonorOf(o) is >= 0 and int donor) takers[donor] = o;
        }
        return takers;
    }

    private void Execute(
        BufferObject[][] arguments, nint[][] inputs, nint[][] outputs, List<(BufferStorage From, BufferObject Result, BufferStorage To)> moves, List<EventObject> waitFor, List<BufferStorage> held, EventObject done, HostTransfers? hostTransfers)
    {
        PluginError? error = null;
        var temporary = new List<BufferStorage>();
        try
        {
            foreach (EventObject e in waitFor)
            {
                if (e.Wait() is { } failed) throw failed.ToException();
            }
            for (int d = 0; d < inputs.Length; d++)
            {
                for (int i = 0; i < inputs[d].Length; i++)
                {
                    BufferObject argument = arguments[d][i];
                    if (argument.IsRowMajor) continue;
                    var copy = new BufferStorage(argument.Bytes);
                    temporary.Add(copy);
                    BufferObject.Copy((byte*)inputs[d][i], argument.Strides, copy.Data, BufferObject.StridesOf(argument.Dimensions, BufferObject.RowMajor(argument.Dimensions.Length)), argument.Dimensions, argument.ElementBytes);
                    inputs[d][i] = (nint)copy.Data;
                }
            }
            long start = Stopwatch.GetTimestamp();
            Program.Compiled.Run(inputs, outputs, hostTransfers);
            Program.Ran(Stopwatch.GetTimestamp() - start);
            foreach ((BufferStorage from, BufferObject result, BufferStorage to) in moves)
            {
                BufferObject.Copy(from.Data, BufferObject.StridesOf(result.Dimensions, BufferObject.RowMajor(result.Dimensions.Length)), to.Data, result.Strides, result.Dimensions, result.ElementBytes);
            }
        }
        catch (Exception e)
        {
            error = PluginError.From(e);
        }
        finally
        {
            foreach (BufferStorage storage in held) storage.Release();
            foreach (BufferStorage storage in temporary) storage.Release();
        }
        done.Complete(error);
    }

    private void Check(BufferObject[] arguments, int device)
    {
        StableHlo.Ir.TensorType[] parameters = Program.Compiled.Parameters;
        if (arguments.Length != parameters.Length) throw PluginException.Invalid($"The program takes {parameters.Length} arguments; {arguments.Length} were passed for device {device}.");
        HashSet<BufferObject>? donated = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            BufferObject argument = arguments[i];
            PjrtElementType type = parameters[i].Kind.ToPjrt();
            if (argument.Type != type || !argument.Dimensions.AsSpan().SequenceEqual(parameters[i].Shape.Dims))
                throw PluginException.Invalid($"Argument {i} for device {device} is {argument.Type}[{string.Join(',', argument.Dimensions)}]; the program takes {type}[{string.Join(',', parameters[i].Shape.ToArray())}].");
            if (Program.Aliases[i] is not null && !(donated ??= []).Add(argument) && arguments.Count(a => a == argument) > 1)
                throw PluginException.Invalid($"Attempt to donate the same buffer twice: argument {i} is passed more than once and is donated.");
        }
    }
}
