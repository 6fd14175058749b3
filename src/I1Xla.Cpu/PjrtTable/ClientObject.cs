using I1Xla.Pjrt;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>A client: a number of virtual devices in this process.</summary>
internal sealed unsafe class ClientObject
{
    /// <summary>The client option with the number of devices.</summary>
    public const string DeviceCountOption = "cpu_device_count";

    private const int MostDevices = 1024;

    public ClientObject(int deviceCount)
    {
        if (deviceCount is < 1 or > MostDevices) throw PluginException.Invalid($"{DeviceCountOption} is {deviceCount}; it must be from 1 to {MostDevices}.");
        Pointer = Handle.New(this);
        Topology = new TopologyObject(deviceCount);
        Devices = [.. Topology.Descriptions.Select(d => new DeviceObject(this, d))];
        DevicePointers = NativeBlock.Of<nint>([.. Devices.Select(d => d.Pointer)]);
        MemoryPointers = NativeBlock.Of<nint>([.. Devices.SelectMany(d => d.Memories).Select(m => m.Pointer)]);
        Collective = new DeviceObject(this, new DescriptionObject(-1));
    }

    public static NativeBlock Platform { get; } = NativeBlock.Text("cpu");

    public static NativeBlock PlatformVersion { get; } = NativeBlock.Text($"i1xla {typeof(ClientObject).Assembly.GetName().Version?.ToString(3)}");

    public nint Pointer { get; }

    public TopologyObject Topology { get; }

    public DeviceObject[] Devices { get; }

    public NativeBlock DevicePointers { get; }

    public NativeBlock MemoryPointers { get; }

    /// <summary>The queue of launches over several devices.</summary>
    public DeviceObject Collective { get; }

    /// <summary>The device with an id.</summary>
    public DeviceObject Device(long id) =>
        id >= 0 && id < Devices.Length ? Devices[id] : throw PluginException.Invalid($"No device has id {id}; the client has devices 0 to {Devices.Length - 1}.");

    /// <summary>Reads the options of a new client.</summary>
    public static ClientObject Create(PJRT_NamedValue* options, nuint count)
    {
        long devices = 1;
        for (nuint i = 0; i < count; i++)
        {
            string name = Texts.Read(options[i].Name, options[i].NameSize);
            if (name != DeviceCountOption) throw PluginException.Invalid($"The CPU plugin has no client option \"{name}\"; it has {DeviceCountOption}.");
            // Clients that read options from a command line or a variable have texts only.
            devices = options[i].Type switch
            {
                PjrtNamedValueType.Int64 => options[i].Value.Int64Value,
                PjrtNamedValueType.String when long.TryParse(Texts.Read(options[i].Value.StringValue, options[i].ValueSize), out long number) => number,
                _ => throw PluginException.Invalid($"The client option {name} must be an integer."),
            };
        }
        return new ClientObject((int)Math.Clamp(devices, 0, int.MaxValue));
    }

    /// <summary>Ends the devices' threads and frees the pointers of everything the client owns, itself included.</summary>
    public void Destroy()
    {
        foreach (DeviceObject device in Devices.Append(Collective))
        {
            device.Close();
            foreach (MemoryObject memory in device.Memories) Handle.Free((void*)memory.Pointer);
            Handle.Free((void*)device.Pointer);
        }
        Handle.Free((void*)Collective.Description.Pointer);
        Topology.Destroy();
        Handle.Free((void*)Pointer);
    }
}
