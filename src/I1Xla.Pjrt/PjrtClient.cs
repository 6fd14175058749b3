using System.Runtime.InteropServices;
using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>A plugin's runtime on this machine's devices (and, in a job of several processes, its part of the whole).</summary>
public sealed unsafe partial class PjrtClient : PjrtHandle
{
    private readonly KeyValueCallbacks? callbacks;
    private readonly Dictionary<nint, PjrtDevice> devicesByPointer = [];
    private readonly Dictionary<nint, PjrtMemory> memoriesByPointer = [];

    internal PjrtClient(PjrtPlugin plugin, PJRT_Client* native, KeyValueCallbacks? callbacks)
        : base(plugin.Api, (nint)native, PjrtObjectKind.Client, null)
    {
        this.callbacks = callbacks;
        Plugin = plugin;
        try
        {
            Devices = ReadDevices();
            AddressableDevices = ReadAddressableDevices();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The plugin the client belongs to.</summary>
    public PjrtPlugin Plugin { get; }

    /// <summary>All devices of the job.</summary>
    public IReadOnlyList<PjrtDevice> Devices { get; }

    /// <summary>The devices that this process can use.</summary>
    public IReadOnlyList<PjrtDevice> AddressableDevices { get; }

    /// <summary>The platform, such as <c>cpu</c> or <c>tpu</c>.</summary>
    public string PlatformName
    {
        get
        {
            var args = Api.Sized<PJRT_Client_PlatformName_Args>();
            args.Client = NativeClient;
            Api.Call(PjrtFunction.Client_PlatformName, &args);
            string text = PjrtApi.Text(args.PlatformName, args.PlatformNameSize);
            GC.KeepAlive(this);
            return text;
        }
    }

    /// <summary>The version of the platform's software.</summary>
    public string PlatformVersion
    {
        get
        {
            var args = Api.Sized<PJRT_Client_PlatformVersion_Args>();
            args.Client = NativeClient;
            Api.Call(PjrtFunction.Client_PlatformVersion, &args);
            string text = PjrtApi.Text(args.PlatformVersion, args.PlatformVersionSize);
            GC.KeepAlive(this);
            return text;
        }
    }

    /// <summary>This process's number in the job.</summary>
    public int ProcessIndex
    {
        get
        {
            var args = Api.Sized<PJRT_Client_ProcessIndex_Args>();
            args.Client = NativeClient;
            Api.Call(PjrtFunction.Client_ProcessIndex, &args);
            GC.KeepAlive(this);
            return args.ProcessIndex;
        }
    }

    /// <summary>The memories that this process can reach.</summary>
    public IReadOnlyList<PjrtMemory> AddressableMemories
    {
        get
        {
            var args = Api.Sized<PJRT_Client_AddressableMemories_Args>();
            args.Client = NativeClient;
            Api.Call(PjrtFunction.Client_AddressableMemories, &args);
            return Memories(args.AddressableMemories, args.NumAddressableMemories);
        }
    }

    internal PJRT_Client* NativeClient => (PJRT_Client*)Native;

    /// <summary>A device by its number in the job; an error of the plugin when there is none.</summary>
    public PjrtDevice LookupDevice(int id)
    {
        var args = Api.Sized<PJRT_Client_LookupDevice_Args>();
        args.Client = NativeClient;
        args.Id = id;
        Api.Call(PjrtFunction.Client_LookupDevice, &args);
        return Device(args.Device);
    }

    /// <summary>A device by its number among this machine's hardware.</summary>
    public PjrtDevice LookupAddressableDevice(int localHardwareId)
    {
        var args = Api.Sized<PJRT_Client_LookupAddressableDevice_Args>();
        args.Client = NativeClient;
        args.LocalHardwareId = localHardwareId;
        Api.Call(PjrtFunction.Client_LookupAddressableDevice, &args);
        return Device(args.AddressableDevice);
    }

    /// <summary>The assignment that the plugin would choose for a program.</summary>
    public PjrtDeviceAssignment DefaultDeviceAssignment(int replicas, int partitions)
    {
        var flat = new int[replicas * partitions];
        fixed (int* pointer = flat)
        {
            var args = Api.Sized<PJRT_Client_DefaultDeviceAssignment_Args>();
            args.Client = NativeClient;
            args.NumReplicas = replicas;
            args.NumPartitions = partitions;
            args.DefaultAssignmentSize = (nuint)flat.Length;
            args.DefaultAssignment = pointer;
            Api.Call(PjrtFunction.Client_DefaultDeviceAssignment, &args);
        }
        var matrix = new int[replicas, partitions];
        for (int i = 0; i < flat.Length; i++)
        {
            matrix[i / partitions, i % partitions] = flat[i];
        }
        GC.KeepAlive(this);
        return new PjrtDeviceAssignment(matrix);
    }

    /// <summary>The topology of the client's devices. Belongs to the client.</summary>
    public PjrtTopology Topology()
    {
        var args = Api.Sized<PJRT_Client_TopologyDescription_Args>();
        args.Client = NativeClient;
        Api.Call(PjrtFunction.Client_TopologyDescription, &args);
        return new PjrtTopology(Api, args.Topology, this, owned: false);
    }

    /// <summary>Compiles a program and loads it on the client's devices.</summary>
    public PjrtLoadedExecutable Compile(PjrtProgram program, PjrtCompileOptions? options = null) =>
        Compile(program, (options ?? new PjrtCompileOptions()).ToBytes());

    /// <summary>Compiles a program with options that are already serialized (<c>xla.CompileOptionsProto</c>).</summary>
    public PjrtLoadedExecutable Compile(PjrtProgram program, ReadOnlySpan<byte> serializedOptions)
    {
        byte[] format = Encoding.ASCII.GetBytes(program.Format);
        fixed (byte* code = program.Code, formatName = format, compileOptions = serializedOptions)
        {
            var native = Api.Sized<PJRT_Program>();
            native.Code = code;
            native.CodeSize = (nuint)program.Code.Length;
            native.Format = formatName;
            native.FormatSize = (nuint)format.Length;
            var args = Api.Sized<PJRT_Client_Compile_Args>();
            args.Client = NativeClient;
            args.Program = &native;
            args.CompileOptions = compileOptions;
            args.CompileOptionsSize = (nuint)serializedOptions.Length;
            Api.Call(PjrtFunction.Client_Compile, &args);
            return new PjrtLoadedExecutable(this, args.Executable);
        }
    }

    /// <summary>Loads what <see cref="PjrtExecutable.Serialize"/> of the same plugin wrote.</summary>
    /// <param name="serialized">The bytes.</param>
    /// <param name="options">Options to load with instead of those it was compiled with (0.71 and later); null keeps them.</param>
    public PjrtLoadedExecutable Deserialize(ReadOnlySpan<byte> serialized, PjrtCompileOptions? options = null)
    {
        byte[] overriding = options?.ToBytes() ?? [];
        fixed (byte* pointer = serialized, optionBytes = overriding)
        {
            var args = Api.Sized<PJRT_Executable_DeserializeAndLoad_Args>();
            args.Client = NativeClient;
            args.SerializedExecutable = pointer;
            args.SerializedExecutableSize = (nuint)serialized.Length;
            if (overriding.Length > 0)
            {
                if (Api.Minor < 71)
                {
                    throw new PjrtNotSupportedException($"{Api.Name} ({Api.Major}.{Api.Minor}) cannot load an executable with other options; that came with 0.71.", "PJRT_Executable_DeserializeAndLoad");
                }
                args.OverriddenSerializedCompileOptions = optionBytes;
                args.OverriddenSerializedCompileOptionsSize = (nuint)overriding.Length;
            }
            Api.Call(PjrtFunction.Executable_DeserializeAndLoad, &args);
            return new PjrtLoadedExecutable(this, args.LoadedExecutable);
        }
    }

    /// <summary>Loads an executable that was compiled without this client (0.95 and later).</summary>
    public PjrtLoadedExecutable Load(PjrtExecutable executable, PjrtCompileOptions? options = null)
    {
        byte[] optionBytes = (options ?? new PjrtCompileOptions()).ToBytes();
        fixed (byte* pointer = optionBytes)
        {
            var args = Api.Sized<PJRT_Client_Load_Args>();
            args.Client = NativeClient;
            args.Executable = (PJRT_Executable*)executable.Native;
            args.CompileOptions = pointer;
            args.CompileOptionsSize = (nuint)optionBytes.Length;
            Api.Call(PjrtFunction.Client_Load, &args);
            GC.KeepAlive(executable);
            return new PjrtLoadedExecutable(this, args.LoadedExecutable);
        }
    }

    /// <summary>Tells the runtime which processes of the job are alive (0.73 and later).</summary>
    public void UpdateProcesses(IReadOnlyList<PjrtProcessInfo> processes)
    {
        var infos = new PJRT_ProcessInfo[processes.Count];
        var texts = new List<GCHandle>();
        try
        {
            for (int i = 0; i < infos.Length; i++)
            {
                PjrtProcessInfo process = processes[i];
                var text = GCHandle.Alloc(Encoding.UTF8.GetBytes(process.ErrorMessage), GCHandleType.Pinned);
                texts.Add(text);
                infos[i] = Api.Sized<PJRT_ProcessInfo>();
                infos[i].TaskId = process.TaskId;
                infos[i].IncarnationId = process.IncarnationId;
                infos[i].State = process.State;
                infos[i].ErrorCode = (int)process.ErrorCode;
                infos[i].ErrorMessage = (byte*)text.AddrOfPinnedObject();
                infos[i].ErrorMessageSize = (nuint)Encoding.UTF8.GetByteCount(process.ErrorMessage);
            }
            fixed (PJRT_ProcessInfo* pointer = infos)
            {
                var args = Api.Sized<PJRT_Client_UpdateGlobalProcessInfo_Args>();
                args.Client = NativeClient;
                args.ProcessInfos = pointer;
                args.NumProcessInfos = (nuint)infos.Length;
                Api.Call(PjrtFunction.Client_UpdateGlobalProcessInfo, &args);
            }
        }
        finally
        {
            texts.ForEach(t => t.Free());
        }
        GC.KeepAlive(this);
    }

    internal PjrtDevice Device(PJRT_Device* native) =>
        devicesByPointer.TryGetValue((nint)native, out PjrtDevice? device) ? device : throw new InvalidOperationException($"{Api.Name} gave a device that is not among the client's.");

    internal PjrtMemory Memory(PJRT_Memory* native)
    {
        lock (memoriesByPointer)
        {
            if (!memoriesByPointer.TryGetValue((nint)native, out PjrtMemory? memory))
            {
                memory = new PjrtMemory(this, native);
                memoriesByPointer[(nint)native] = memory;
            }
            return memory;
        }
    }

    internal IReadOnlyList<PjrtMemory> Memories(PJRT_Memory** natives, nuint count)
    {
        var memories = new PjrtMemory[checked((int)count)];
        for (int i = 0; i < memories.Length; i++)
        {
            memories[i] = Memory(natives[i]);
        }
        GC.KeepAlive(this);
        return memories;
    }

    private protected override void Destroy(nint handle)
    {
        var args = Api.Sized<PJRT_Client_Destroy_Args>();
        args.Client = (PJRT_Client*)handle;
        Api.CallQuietly(PjrtFunction.Client_Destroy, &args);
        callbacks?.Dispose();
    }

    private PjrtDevice[] ReadDevices()
    {
        var args = Api.Sized<PJRT_Client_Devices_Args>();
        args.Client = NativeClient;
        Api.Call(PjrtFunction.Client_Devices, &args);
        var devices = new PjrtDevice[checked((int)args.NumDevices)];
        for (int i = 0; i < devices.Length; i++)
        {
            devices[i] = new PjrtDevice(this, args.Devices[i]);
            devicesByPointer[(nint)args.Devices[i]] = devices[i];
        }
        return devices;
    }

    private PjrtDevice[] ReadAddressableDevices()
    {
        var args = Api.Sized<PJRT_Client_AddressableDevices_Args>();
        args.Client = NativeClient;
        Api.Call(PjrtFunction.Client_AddressableDevices, &args);
        var devices = new PjrtDevice[checked((int)args.NumAddressableDevices)];
        for (int i = 0; i < devices.Length; i++)
        {
            devices[i] = Device(args.AddressableDevices[i]);
        }
        return devices;
    }
}

/// <summary>The state of one process of a job.</summary>
/// <param name="TaskId">The process's number.</param>
/// <param name="IncarnationId">Changes when the process is started anew.</param>
/// <param name="State">Whether it is connected.</param>
/// <param name="ErrorCode">What went wrong with it, when something did.</param>
/// <param name="ErrorMessage">The same in words.</param>
public sealed record PjrtProcessInfo(int TaskId, ulong IncarnationId, PjrtProcessState State, PjrtErrorCode ErrorCode = PjrtErrorCode.Ok, string ErrorMessage = "");
