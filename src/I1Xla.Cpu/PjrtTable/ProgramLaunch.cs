using System.Diagnostics;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>One run of a program: its arguments held, its results made, and what is to be done when both are ready.</summary>
internal sealed unsafe class ProgramLaunch
{
    private static long s_launches;

    private readonly ProgramObject _program;
    private readonly BufferObject[][] _arguments;
    private readonly HostTransfers? _hostTransfers;
    private readonly nint[][] _inputs, _outputs;
    // The memory of argument i of device d is at d times the number of arguments plus i.
    private readonly BufferStorage?[] _taken;
    private readonly bool[]? _given;
    private readonly BufferStorage?[] _written;
    private List<(BufferStorage From, BufferObject Result, BufferStorage To)>? _moves;

    /// <summary>Takes and makes what the run needs. Nothing is taken where this throws.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Buffers of each device.</param>
    /// <param name="devices">The devices.</param>
    /// <param name="keep">Parameters that must not be donated.</param>
    /// <param name="hostTransfers">The host on the other side of the program's channels.</param>
    public ProgramLaunch(ProgramObject program, BufferObject[][] arguments, DeviceObject[] devices, long[] keep, HostTransfers? hostTransfers)
    {
        _program = program;
        _arguments = arguments;
        _hostTransfers = hostTransfers;
        int count = program.ParameterShapes.Length;
        for (int d = 0; d < arguments.Length; d++) Check(arguments[d], d, devices[d], keep);
        _inputs = new nint[devices.Length][];
        _outputs = new nint[devices.Length][];
        Results = new BufferObject[devices.Length][];
        _taken = new BufferStorage?[devices.Length * count];
        _given = program.IsDonating ? new bool[_taken.Length] : null;
        _written = new BufferStorage?[devices.Length * program.OutputCount];
        try
        {
            for (int d = 0; d < devices.Length; d++) Take(d, keep);
            for (int d = 0; d < devices.Length; d++) MakeResults(d, devices[d]);
        }
        catch
        {
            Undo();
            throw;
        }
    }

    /// <summary>What each device will have.</summary>
    public BufferObject[][] Results { get; }

    /// <summary>Happens when the results are there, or have failed.</summary>
    public EventObject Done { get; } = new();

    /// <summary>Whether every argument is there, or has failed.</summary>
    public bool CanStart { get; private set; } = true;

    /// <summary>Waits for the arguments and runs.</summary>
    public void Run()
    {
        PluginError? error = null;
        List<BufferStorage>? temporary = null;
        try
        {
            for (int d = 0; d < _arguments.Length; d++)
            {
                for (int i = 0; i < _arguments[d].Length; i++)
                {
                    BufferObject argument = _arguments[d][i];
                    if (argument.Ready.Wait() is { } failed) throw failed.ToException();
                    if (!argument.IsRowMajor) _inputs[d][i] = Straighten(argument, (byte*)_inputs[d][i], temporary ??= []);
                }
            }
            long start = Stopwatch.GetTimestamp();
            _program.Compiled.Run(_inputs, _outputs, _hostTransfers);
            _program.Ran(Stopwatch.GetTimestamp() - start);
            foreach ((BufferStorage from, BufferObject result, BufferStorage to) in _moves ?? [])
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
            foreach (BufferStorage? storage in _taken) storage!.Release();
            foreach (BufferStorage? storage in _written) storage!.Release();
            foreach ((BufferStorage from, _, _) in _moves ?? []) from.Release();
            foreach (BufferStorage storage in temporary ?? []) storage.Release();
        }
        Done.Complete(error);
    }

    private static nint Straighten(BufferObject argument, byte* data, List<BufferStorage> temporary)
    {
        var copy = new BufferStorage(argument.Bytes);
        temporary.Add(copy);
        BufferObject.Copy(data, argument.Strides, copy.Data, BufferObject.StridesOf(argument.Dimensions, BufferObject.RowMajor(argument.Dimensions.Length)), argument.Dimensions, argument.ElementBytes);
        return (nint)copy.Data;
    }

    private void Take(int device, long[] keep)
    {
        BufferObject[] arguments = _arguments[device];
        nint[] inputs = _inputs[device] = new nint[arguments.Length];
        int at = device * arguments.Length;
        for (int i = 0; i < inputs.Length; i++)
        {
            BufferObject argument = arguments[i];
            CanStart &= argument.Ready.IsReady;
            BufferStorage? storage = null;
            if (_given is not null && _program.Aliases[i] is not null && !keep.Contains(i))
            {
                storage = argument.TryDonate();
                _given[at + i] = storage is not null;
            }
            _taken[at + i] = storage ??= argument.Hold();
            inputs[i] = (nint)storage.Data;
        }
    }

    private void MakeResults(int device, DeviceObject on)
    {
        ArrayShape[] shapes = _program.ResultShapes;
        BufferObject[] results = Results[device] = new BufferObject[shapes.Length];
        nint[] outputs = _outputs[device] = new nint[shapes.Length];
        for (int o = 0; o < shapes.Length; o++)
        {
            bool isMoved = _program.ResultOrders[o] is not null;
            int first = _program.Compiled.FirstWith(o, device), donor = _program.Donors[device][o];
            BufferStorage storage = first < device && !isMoved ? Results[first][o].Hold()
                : donor >= 0 && !isMoved && MayWriteOver(donor, device, shapes[o].Bytes) ? _taken[(device * _arguments[device].Length) + donor]!.Hold() : new BufferStorage(shapes[o].Bytes);
            results[o] = new BufferObject(shapes[o], on.Memories[_program.ResultMemories[o]], storage, Done);
            // The run writes here even if the caller deletes the result first.
            _written[(device * shapes.Length) + o] = storage.Hold();
            outputs[o] = (nint)storage.Data;
            if (isMoved)
            {
                // The run writes row-major; the order asked for comes after it.
                BufferStorage plain = first < device ? _moves!.Find(m => ReferenceEquals(m.Result, Results[first][o])).From.Hold() : new BufferStorage(shapes[o].Bytes);
                (_moves ??= []).Add((plain, results[o], storage));
                outputs[o] = (nint)plain.Data;
            }
        }
    }

    // Whether a donated argument's memory is nobody else's from now on: several devices may hold one array, whose values the run then reads through the first of them.
    private bool MayWriteOver(int parameter, int device, long bytes)
    {
        int count = _program.ParameterShapes.Length;
        BufferStorage storage = _taken[(device * count) + parameter]!;
        if (!_given![(device * count) + parameter] || storage.IsForeign || storage.Bytes < bytes || !_arguments[device][parameter].IsRowMajor) return false;
        int holders = storage.References;
        if (holders == 1) return true;
        if (_program.Compiled.ReadFrom(parameter, device) != device) return false;
        for (int d = 0; d < _arguments.Length; d++)
        {
            int at = (d * count) + parameter;
            if (ReferenceEquals(_taken[at], storage) && _given[at] && _program.Compiled.ReadFrom(parameter, d) == device) holders--;
        }
        return holders == 0;
    }

    private void Undo()
    {
        for (int i = 0; i < _taken.Length; i++)
        {
            if (_taken[i] is not { } storage) continue;
            if (_given?[i] == true) _arguments[i / _program.ParameterShapes.Length][i % _program.ParameterShapes.Length].Restore(storage);
            else storage.Release();
        }
        foreach (BufferStorage? storage in _written) storage?.Release();
        foreach ((BufferStorage from, _, _) in _moves ?? []) from.Release();
        foreach (BufferObject? result in Results.Where(r => r is not null).SelectMany(r => r))
        {
            if (result is null) continue;
            Handle.Free((void*)result.Pointer);
            result.Delete();
        }
    }

    private void Check(BufferObject[] arguments, int device, DeviceObject on, long[] keep)
    {
        ArrayShape[] parameters = _program.ParameterShapes;
        if (arguments.Length != parameters.Length) throw PluginException.Invalid($"The program takes {parameters.Length} arguments; {arguments.Length} were passed for device {device}.");
        for (int i = 0; i < arguments.Length; i++)
        {
            BufferObject argument = arguments[i];
            ArrayShape given = argument.Shape, wanted = parameters[i];
            if (given.Type != wanted.Type || !given.Dimensions.AsSpan().SequenceEqual(wanted.Dimensions))
                throw PluginException.Invalid($"Argument {i} for device {device} is {given.Type}[{string.Join(',', given.Dimensions)}]; the program takes {wanted.Type}[{string.Join(',', wanted.Dimensions)}].");
            if (!ReferenceEquals(argument.Device, on))
                throw PluginException.Invalid($"Buffer passed to Execute() as argument {i} for device {device} of the program is on device {argument.Device.Id}; this one is assigned to device {on.Id}. Copy it there first.");
        }
        if (!_program.IsDonating) return;
        long launch = Interlocked.Increment(ref s_launches);
        for (int i = 0; i < arguments.Length; i++)
        {
            if (_program.Aliases[i] is null || keep.Contains(i)) continue;
            if (arguments[i].DonatedTo == launch)
                throw PluginException.Invalid($"Attempt to donate the same buffer twice in Execute(): argument {i} of device {device} is donated, and so is an earlier argument that is the same buffer.");
            arguments[i].DonatedTo = launch;
        }
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].DonatedTo == launch && (_program.Aliases[i] is null || keep.Contains(i)))
                throw PluginException.Invalid($"Attempt to use a buffer that is donated in the same call to Execute(): argument {i} of device {device} is the same buffer as one that is donated.");
        }
    }
}
