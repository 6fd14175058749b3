using System.Buffers;
using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>A compiled program on a client's devices, ready to run.</summary>
public sealed unsafe class PjrtLoadedExecutable : PjrtHandle
{
    private readonly int outputCount;

    internal PjrtLoadedExecutable(PjrtClient client, PJRT_LoadedExecutable* native)
        : base(client.Api, (nint)native, PjrtObjectKind.LoadedExecutable, client)
    {
        Client = client;
        try
        {
            using PjrtExecutable executable = GetExecutable();
            outputCount = executable.OutputCount;
            Devices = ReadDevices();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The client it is loaded on.</summary>
    public PjrtClient Client { get; }

    /// <summary>The devices of this process that it runs on, in the order that <see cref="ExecuteAsync"/> takes inputs for.</summary>
    public IReadOnlyList<PjrtDevice> Devices { get; }

    /// <summary>How many outputs it has on each device.</summary>
    public int OutputCount => outputCount;

    /// <summary>Whether <see cref="Delete"/> has been called.</summary>
    public bool IsDeleted
    {
        get
        {
            var args = Api.Sized<PJRT_LoadedExecutable_IsDeleted_Args>();
            args.Executable = NativeExecutable;
            Api.Call(PjrtFunction.LoadedExecutable_IsDeleted, &args);
            GC.KeepAlive(this);
            return args.IsDeleted;
        }
    }

    private PJRT_LoadedExecutable* NativeExecutable => (PJRT_LoadedExecutable*)Native;

    /// <summary>The program itself: name, outputs, costs, serialization. To be disposed by the caller.</summary>
    public PjrtExecutable GetExecutable()
    {
        var args = Api.Sized<PJRT_LoadedExecutable_GetExecutable_Args>();
        args.LoadedExecutable = NativeExecutable;
        Api.Call(PjrtFunction.LoadedExecutable_GetExecutable, &args);
        GC.KeepAlive(this);
        return new PjrtExecutable(Api, args.Executable, this);
    }

    /// <summary>The executable as bytes that <see cref="PjrtClient.Deserialize"/> loads, also in another process.</summary>
    public byte[] Serialize()
    {
        using PjrtExecutable executable = GetExecutable();
        return executable.Serialize();
    }

    /// <summary>Which device runs which replica and partition (0.79 and later).</summary>
    public PjrtDeviceAssignment DeviceAssignment()
    {
        var args = Api.Sized<PJRT_LoadedExecutable_GetDeviceAssignment_Args>();
        args.Executable = NativeExecutable;
        Api.Call(PjrtFunction.LoadedExecutable_GetDeviceAssignment, &args);
        PjrtDeviceAssignment assignment = PjrtDeviceAssignment.Parse(new ReadOnlySpan<byte>(args.SerializedBytes, checked((int)args.SerializedBytesSize)));
        if (args.SerializedDeviceAssignmentDeleter is not null)
        {
            args.SerializedDeviceAssignmentDeleter(args.SerializedDeviceAssignment);
        }
        GC.KeepAlive(this);
        return assignment;
    }

    /// <summary>The replica and partition of each of <see cref="Devices"/> (0.96 and later).</summary>
    public IReadOnlyList<(int Replica, int Partition)> LogicalDevices()
    {
        var args = Api.Sized<PJRT_LoadedExecutable_AddressableDeviceLogicalIds_Args>();
        args.Executable = NativeExecutable;
        Api.Call(PjrtFunction.LoadedExecutable_AddressableDeviceLogicalIds, &args);
        var ids = new (int, int)[checked((int)args.NumAddressableDeviceLogicalIds)];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = (args.AddressableDeviceLogicalIds[i].Replica, args.AddressableDeviceLogicalIds[i].Partition);
        }
        GC.KeepAlive(this);
        return ids;
    }

    /// <summary>The plugin's fingerprint of the loaded program; deprecated in the C API in favour of <see cref="PjrtExecutable.Fingerprint"/>.</summary>
    public byte[] Fingerprint()
    {
        var args = Api.Sized<PJRT_LoadedExecutable_Fingerprint_Args>();
        args.Executable = NativeExecutable;
        Api.Call(PjrtFunction.LoadedExecutable_Fingerprint, &args);
        byte[] bytes = new ReadOnlySpan<byte>(args.ExecutableFingerprint, checked((int)args.ExecutableFingerprintSize)).ToArray();
        GC.KeepAlive(this);
        return bytes;
    }

    /// <summary>Frees what the program holds on the devices; it cannot run afterwards.</summary>
    public void Delete()
    {
        var args = Api.Sized<PJRT_LoadedExecutable_Delete_Args>();
        args.Executable = NativeExecutable;
        Api.Call(PjrtFunction.LoadedExecutable_Delete, &args);
        GC.KeepAlive(this);
    }

    /// <summary>
    /// Runs a program of one device. Returns as soon as the work is queued: reading an output waits for it, and an error of the
    /// work appears there. Inputs that the program donates have no value afterwards.
    /// </summary>
    public PjrtBuffer[] Execute(params ReadOnlySpan<PjrtBuffer> inputs)
    {
        if (Devices.Count != 1)
        {
            throw new InvalidOperationException($"This program runs on {Devices.Count} devices: give the inputs of each to {nameof(ExecuteAsync)}.");
        }
        PJRT_Buffer** arguments = stackalloc PJRT_Buffer*[inputs.Length + 1];
        for (int i = 0; i < inputs.Length; i++)
        {
            arguments[i] = inputs[i].NativeBuffer;
        }
        PJRT_Buffer** results = stackalloc PJRT_Buffer*[outputCount + 1];
        var options = Api.Sized<PJRT_ExecuteOptions>();
        var args = Api.Sized<PJRT_LoadedExecutable_Execute_Args>();
        args.Executable = NativeExecutable;
        args.Options = &options;
        args.ArgumentLists = &arguments;
        args.NumDevices = 1;
        args.NumArgs = (nuint)inputs.Length;
        args.OutputLists = &results;
        Run(&args);
        for (int i = 0; i < inputs.Length; i++)
        {
            GC.KeepAlive(inputs[i]);
        }
        return Buffers(results);
    }

    /// <summary>
    /// Runs the program on its devices. <paramref name="inputs"/> holds the inputs for each of <see cref="Devices"/> in order.
    /// </summary>
    public PjrtExecution ExecuteAsync(IReadOnlyList<IReadOnlyList<PjrtBuffer>> inputs, PjrtExecuteOptions? options = null)
    {
        options ??= PjrtExecuteOptions.Default;
        int deviceCount = options.Device is null ? Devices.Count : 1;
        if (inputs.Count != deviceCount)
        {
            throw new ArgumentException($"The program runs on {deviceCount} devices, inputs were given for {inputs.Count}.");
        }
        int inputCount = deviceCount == 0 ? 0 : inputs[0].Count;
        if (inputs.Any(i => i.Count != inputCount))
        {
            throw new ArgumentException($"Every device takes the same number of inputs; got {string.Join(", ", inputs.Select(i => i.Count))}.");
        }
        nint[] pointers = ArrayPool<nint>.Shared.Rent((deviceCount * (inputCount + outputCount + 3)) + 1);
        long[] nonDonatable = [.. options.NonDonatable.Select(i => (long)i)];
        byte[]? location = options.CallLocation is null ? null : Encoding.UTF8.GetBytes(options.CallLocation + "\0");
        using var callbacks = HostCallbacks.Create(Api, options, deviceCount);
        try
        {
            fixed (nint* block = pointers)
            fixed (long* nonDonatablePointer = nonDonatable)
            fixed (byte* locationPointer = location)
            {
                nint* argumentLists = block;
                nint* outputLists = argumentLists + deviceCount;
                nint* events = outputLists + deviceCount;
                nint* next = events + deviceCount;
                for (int d = 0; d < deviceCount; d++)
                {
                    events[d] = 0;
                    argumentLists[d] = (nint)next;
                    for (int i = 0; i < inputCount; i++)
                    {
                        *next++ = inputs[d][i].Native;
                    }
                    outputLists[d] = (nint)next;
                    next += outputCount;
                }
                var native = Api.Sized<PJRT_ExecuteOptions>();
                native.LaunchId = options.LaunchId;
                native.NonDonatableInputIndices = nonDonatablePointer;
                native.NumNonDonatableInputIndices = (nuint)nonDonatable.Length;
                native.Context = options.Context is null ? null : (PJRT_ExecuteContext*)options.Context.Native;
                native.CallLocation = locationPointer;
                callbacks?.Fill(&native);
                var args = Api.Sized<PJRT_LoadedExecutable_Execute_Args>();
                args.Executable = NativeExecutable;
                args.Options = &native;
                args.ArgumentLists = (PJRT_Buffer***)argumentLists;
                args.NumDevices = (nuint)deviceCount;
                args.NumArgs = (nuint)inputCount;
                args.OutputLists = (PJRT_Buffer***)outputLists;
                args.DeviceCompleteEvents = (PJRT_Event**)events;
                args.ExecuteDevice = options.Device is null ? null : options.Device.Native;
                Run(&args);
                GC.KeepAlive(inputs);
                GC.KeepAlive(options);
                var outputs = new PjrtBuffer[deviceCount][];
                var done = new PjrtEvent[deviceCount];
                for (int d = 0; d < deviceCount; d++)
                {
                    outputs[d] = Buffers((PJRT_Buffer**)outputLists[d]);
                    done[d] = new PjrtEvent(Api, (PJRT_Event*)events[d], Client);
                }
                var execution = new PjrtExecution(outputs, done);
                callbacks?.KeepUntil(execution.Completion);
                return execution;
            }
        }
        finally
        {
            ArrayPool<nint>.Shared.Return(pointers);
        }
    }

    private protected override void Destroy(nint handle)
    {
        var args = Api.Sized<PJRT_LoadedExecutable_Destroy_Args>();
        args.Executable = (PJRT_LoadedExecutable*)handle;
        Api.CallQuietly(PjrtFunction.LoadedExecutable_Destroy, &args);
    }

    private void Run(PJRT_LoadedExecutable_Execute_Args* args)
    {
        try
        {
            Api.Call(PjrtFunction.LoadedExecutable_Execute, args);
        }
        catch (PjrtOutOfMemoryException e)
        {
            using PjrtExecutable executable = GetExecutable();
            throw new PjrtOutOfMemoryException(e, Maybe(() => Devices[0].MemoryStatistics()), Maybe(executable.CompiledMemory));
        }
        GC.KeepAlive(this);
    }

    private static T? Maybe<T>(Func<T> ask)
        where T : class
    {
        try
        {
            return ask();
        }
        catch (PjrtException)
        {
            return null;
        }
    }

    private PjrtBuffer[] Buffers(PJRT_Buffer** natives)
    {
        var buffers = new PjrtBuffer[outputCount];
        for (int i = 0; i < buffers.Length; i++)
        {
            buffers[i] = new PjrtBuffer(Client, natives[i]);
        }
        return buffers;
    }

    private PjrtDevice[] ReadDevices()
    {
        var args = Api.Sized<PJRT_LoadedExecutable_AddressableDevices_Args>();
        args.Executable = NativeExecutable;
        Api.Call(PjrtFunction.LoadedExecutable_AddressableDevices, &args);
        var devices = new PjrtDevice[checked((int)args.NumAddressableDevices)];
        for (int i = 0; i < devices.Length; i++)
        {
            devices[i] = Client.Device(args.AddressableDevices[i]);
        }
        return devices;
    }
}

/// <summary>An execution under way: its outputs, usable at once, and its end.</summary>
public sealed class PjrtExecution : IDisposable
{
    private readonly PjrtEvent[] done;
    private readonly Lazy<Task> completion;

    internal PjrtExecution(PjrtBuffer[][] outputs, PjrtEvent[] done)
    {
        Outputs = outputs;
        this.done = done;
        completion = new Lazy<Task>(() => Task.WhenAll(done.Select(e => e.Completion)));
    }

    /// <summary>The outputs of each device in order.</summary>
    public IReadOnlyList<IReadOnlyList<PjrtBuffer>> Outputs { get; }

    /// <summary>Ends when every device has finished; faults with the first error.</summary>
    public Task Completion => completion.Value;

    /// <summary>Blocks until every device has finished; throws the first error.</summary>
    public void Wait()
    {
        foreach (PjrtEvent e in done)
        {
            e.Wait();
        }
    }

    /// <summary>Disposes the outputs and the completion events; the work itself goes on.</summary>
    public void Dispose()
    {
        foreach (PjrtBuffer buffer in Outputs.SelectMany(o => o))
        {
            buffer.Dispose();
        }
        foreach (PjrtEvent e in done)
        {
            e.Dispose();
        }
    }
}
