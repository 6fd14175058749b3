using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>What a device is, whether or not it is there: part of a topology, or of a client's device.</summary>
public sealed unsafe class PjrtDeviceDescription
{
    private readonly PjrtHandle owner;
    private readonly PJRT_DeviceDescription* native;

    internal PjrtDeviceDescription(PjrtHandle owner, PJRT_DeviceDescription* native)
    {
        this.owner = owner;
        this.native = native;
        PjrtApi api = owner.Api;
        var id = api.Sized<PJRT_DeviceDescription_Id_Args>();
        id.DeviceDescription = native;
        api.Call(PjrtFunction.DeviceDescription_Id, &id);
        Id = id.Id;
        var process = api.Sized<PJRT_DeviceDescription_ProcessIndex_Args>();
        process.DeviceDescription = native;
        api.Call(PjrtFunction.DeviceDescription_ProcessIndex, &process);
        ProcessIndex = process.ProcessIndex;
        var kind = api.Sized<PJRT_DeviceDescription_Kind_Args>();
        kind.DeviceDescription = native;
        api.Call(PjrtFunction.DeviceDescription_Kind, &kind);
        Kind = PjrtApi.Text(kind.DeviceKind, kind.DeviceKindSize);
    }

    /// <summary>The device's number in the whole job.</summary>
    public int Id { get; }

    /// <summary>The process that the device belongs to.</summary>
    public int ProcessIndex { get; }

    /// <summary>The vendor's name of the kind of device, such as <c>TPU v6 lite</c>.</summary>
    public string Kind { get; }

    /// <summary>What the plugin tells of the device, such as <c>coords</c> on a TPU.</summary>
    public IReadOnlyDictionary<string, PjrtValue> Attributes
    {
        get
        {
            var args = owner.Api.Sized<PJRT_DeviceDescription_Attributes_Args>();
            args.DeviceDescription = Native;
            owner.Api.Call(PjrtFunction.DeviceDescription_Attributes, &args);
            IReadOnlyDictionary<string, PjrtValue> result = PjrtValue.Read(args.Attributes, args.NumAttributes);
            GC.KeepAlive(owner);
            return result;
        }
    }

    /// <summary>A long text for debugging.</summary>
    public string DebugString
    {
        get
        {
            var args = owner.Api.Sized<PJRT_DeviceDescription_DebugString_Args>();
            args.DeviceDescription = Native;
            owner.Api.Call(PjrtFunction.DeviceDescription_DebugString, &args);
            string text = PjrtApi.Text(args.DebugString, args.DebugStringSize);
            GC.KeepAlive(owner);
            return text;
        }
    }

    internal PjrtHandle Owner => owner;

    internal PJRT_DeviceDescription* Native
    {
        get
        {
            _ = owner.Native;
            return native;
        }
    }

    /// <summary>The plugin's own short text for the device.</summary>
    public override string ToString()
    {
        var args = owner.Api.Sized<PJRT_DeviceDescription_ToString_Args>();
        args.DeviceDescription = Native;
        owner.Api.Call(PjrtFunction.DeviceDescription_ToString, &args);
        string text = PjrtApi.Text(args.ToStringText, args.ToStringSize);
        GC.KeepAlive(owner);
        return text;
    }
}

/// <summary>A device of a client. Lives as long as its client.</summary>
public sealed unsafe class PjrtDevice
{
    private readonly PJRT_Device* native;

    internal PjrtDevice(PjrtClient client, PJRT_Device* native)
    {
        Client = client;
        this.native = native;
        PjrtApi api = client.Api;
        var description = api.Sized<PJRT_Device_GetDescription_Args>();
        description.Device = native;
        api.Call(PjrtFunction.Device_GetDescription, &description);
        Description = new PjrtDeviceDescription(client, description.DeviceDescription);
        var addressable = api.Sized<PJRT_Device_IsAddressable_Args>();
        addressable.Device = native;
        api.Call(PjrtFunction.Device_IsAddressable, &addressable);
        IsAddressable = addressable.IsAddressable;
    }

    /// <summary>The client the device belongs to.</summary>
    public PjrtClient Client { get; }

    /// <summary>What the device is.</summary>
    public PjrtDeviceDescription Description { get; }

    /// <summary>The device's number in the whole job.</summary>
    public int Id => Description.Id;

    /// <summary>Whether this process can put data on the device and run programs there.</summary>
    public bool IsAddressable { get; }

    /// <summary>The device's number among the hardware of this machine, -1 when it is not addressable or does not say.</summary>
    public int LocalHardwareId
    {
        get
        {
            var args = Client.Api.Sized<PJRT_Device_LocalHardwareId_Args>();
            args.Device = Native;
            Client.Api.Call(PjrtFunction.Device_LocalHardwareId, &args);
            return args.LocalHardwareId;
        }
    }

    /// <summary>The memories this process can reach through the device.</summary>
    public IReadOnlyList<PjrtMemory> Memories
    {
        get
        {
            var args = Client.Api.Sized<PJRT_Device_AddressableMemories_Args>();
            args.Device = Native;
            Client.Api.Call(PjrtFunction.Device_AddressableMemories, &args);
            return Client.Memories(args.Memories, args.NumMemories);
        }
    }

    /// <summary>The memory that buffers go to when nothing else is said.</summary>
    public PjrtMemory DefaultMemory
    {
        get
        {
            var args = Client.Api.Sized<PJRT_Device_DefaultMemory_Args>();
            args.Device = Native;
            Client.Api.Call(PjrtFunction.Device_DefaultMemory, &args);
            return Client.Memory(args.Memory);
        }
    }

    /// <summary>The device's memory statistics; a <see cref="PjrtNotSupportedException"/> where it keeps none.</summary>
    public PjrtMemoryStatistics MemoryStatistics()
    {
        var a = Client.Api.Sized<PJRT_Device_MemoryStats_Args>();
        a.Device = Native;
        Client.Api.Call(PjrtFunction.Device_MemoryStats, &a);
        return new PjrtMemoryStatistics
        {
            BytesInUse = a.BytesInUse,
            PeakBytesInUse = a.PeakBytesInUseIsSet ? a.PeakBytesInUse : null,
            Allocations = a.NumAllocsIsSet ? a.NumAllocs : null,
            LargestAllocation = a.LargestAllocSizeIsSet ? a.LargestAllocSize : null,
            BytesLimit = a.BytesLimitIsSet ? a.BytesLimit : null,
            BytesReserved = a.BytesReservedIsSet ? a.BytesReserved : null,
            PeakBytesReserved = a.PeakBytesReservedIsSet ? a.PeakBytesReserved : null,
            BytesReservableLimit = a.BytesReservableLimitIsSet ? a.BytesReservableLimit : null,
            LargestFreeBlock = a.LargestFreeBlockBytesIsSet ? a.LargestFreeBlockBytes : null,
            PoolBytes = a.PoolBytesIsSet ? a.PoolBytes : null,
            PeakPoolBytes = a.PeakPoolBytesIsSet ? a.PeakPoolBytes : null,
        };
    }

    /// <summary>Resets the peaks of <see cref="MemoryStatistics"/>.</summary>
    public void ClearMemoryStatistics()
    {
        var args = Client.Api.Sized<PJRT_Device_ClearMemoryStats_Args>();
        args.Device = Native;
        Client.Api.Call(PjrtFunction.Device_ClearMemoryStats, &args);
    }

    /// <summary>What the plugin tells of the live device now (0.92 and later).</summary>
    public IReadOnlyDictionary<string, PjrtValue> Attributes()
    {
        var args = Client.Api.Sized<PJRT_Device_GetAttributes_Args>();
        args.Device = Native;
        Client.Api.Call(PjrtFunction.Device_GetAttributes, &args);
        IReadOnlyDictionary<string, PjrtValue> result = PjrtValue.Read(args.Attributes, args.NumAttributes);
        if (args.AttributesDeleter is not null)
        {
            args.AttributesDeleter(args.DeviceAttributes);
        }
        return result;
    }

    /// <summary>
    /// Fails the execution with the given launch id on this device (0.85 and later). Returns whether there was one to fail.
    /// </summary>
    public bool PoisonExecution(int launchId, PjrtErrorCode code, string message)
    {
        byte[] text = Encoding.UTF8.GetBytes(message);
        fixed (byte* pointer = text)
        {
            var args = Client.Api.Sized<PJRT_Device_PoisonExecution_Args>();
            args.Device = Native;
            args.LaunchId = launchId;
            args.ErrorCode = code;
            args.ErrorMessage = pointer;
            args.ErrorMessageSize = (nuint)text.Length;
            Client.Api.Call(PjrtFunction.Device_PoisonExecution, &args);
            return args.Poisoned;
        }
    }

    /// <summary>Marks a stretch of asynchronous work in the plugin's own traces until disposed (0.86 and later).</summary>
    public PjrtTrackingEvent TrackAsync(string description)
    {
        byte[] text = Encoding.UTF8.GetBytes(description);
        fixed (byte* pointer = text)
        {
            var args = Client.Api.Sized<PJRT_Device_CreateAsyncTrackingEvent_Args>();
            args.Device = Native;
            args.Description = pointer;
            args.DescriptionSize = (nuint)text.Length;
            Client.Api.Call(PjrtFunction.Device_CreateAsyncTrackingEvent, &args);
            return new PjrtTrackingEvent(Client.Api, args.Event, Client);
        }
    }

    internal PJRT_Device* Native
    {
        get
        {
            _ = Client.Native;
            return native;
        }
    }

    /// <summary>The plugin's own short text for the device.</summary>
    public override string ToString() => Description.ToString();
}

/// <summary>A stretch of asynchronous work marked in the plugin's traces; ends when disposed.</summary>
public sealed unsafe class PjrtTrackingEvent : PjrtHandle
{
    internal PjrtTrackingEvent(PjrtApi api, PJRT_AsyncTrackingEvent* native, PjrtHandle owner)
        : base(api, (nint)native, PjrtObjectKind.Event, owner)
    {
    }

    private protected override void Destroy(nint handle)
    {
        var args = Api.Sized<PJRT_AsyncTrackingEvent_Destroy_Args>();
        args.Event = (PJRT_AsyncTrackingEvent*)handle;
        Api.CallQuietly(PjrtFunction.AsyncTrackingEvent_Destroy, &args);
    }
}

/// <summary>A memory space of a client: the main memory of a device, pinned host memory, and so on. Lives as long as its client.</summary>
public sealed unsafe class PjrtMemory
{
    private readonly PJRT_Memory* native;

    internal PjrtMemory(PjrtClient client, PJRT_Memory* native)
    {
        Client = client;
        this.native = native;
        PjrtApi api = client.Api;
        var id = api.Sized<PJRT_Memory_Id_Args>();
        id.Memory = native;
        api.Call(PjrtFunction.Memory_Id, &id);
        Id = id.Id;
        var kind = api.Sized<PJRT_Memory_Kind_Args>();
        kind.Memory = native;
        api.Call(PjrtFunction.Memory_Kind, &kind);
        Kind = PjrtApi.Text(kind.Kind, kind.KindSize);
    }

    /// <summary>The client the memory belongs to.</summary>
    public PjrtClient Client { get; }

    /// <summary>The memory's number.</summary>
    public int Id { get; }

    /// <summary>The kind, such as <c>device</c>, <c>pinned_host</c> or <c>unpinned_host</c>.</summary>
    public string Kind { get; }

    /// <summary>The kind's number (0.48 and later).</summary>
    public int KindId
    {
        get
        {
            var args = Client.Api.Sized<PJRT_Memory_Kind_Id_Args>();
            args.Memory = Native;
            Client.Api.Call(PjrtFunction.Memory_Kind_Id, &args);
            return args.KindId;
        }
    }

    /// <summary>The devices that can reach the memory.</summary>
    public IReadOnlyList<PjrtDevice> Devices
    {
        get
        {
            var args = Client.Api.Sized<PJRT_Memory_AddressableByDevices_Args>();
            args.Memory = Native;
            Client.Api.Call(PjrtFunction.Memory_AddressableByDevices, &args);
            var devices = new PjrtDevice[checked((int)args.NumDevices)];
            for (int i = 0; i < devices.Length; i++)
            {
                devices[i] = Client.Device(args.Devices[i]);
            }
            return devices;
        }
    }

    /// <summary>A long text for debugging.</summary>
    public string DebugString
    {
        get
        {
            var args = Client.Api.Sized<PJRT_Memory_DebugString_Args>();
            args.Memory = Native;
            Client.Api.Call(PjrtFunction.Memory_DebugString, &args);
            return PjrtApi.Text(args.DebugString, args.DebugStringSize);
        }
    }

    internal PJRT_Memory* Native
    {
        get
        {
            _ = Client.Native;
            return native;
        }
    }

    /// <summary>The plugin's own short text for the memory.</summary>
    public override string ToString()
    {
        var args = Client.Api.Sized<PJRT_Memory_ToString_Args>();
        args.Memory = Native;
        Client.Api.Call(PjrtFunction.Memory_ToString, &args);
        return PjrtApi.Text(args.ToStringText, args.ToStringSize);
    }
}
