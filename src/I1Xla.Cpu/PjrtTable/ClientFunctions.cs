using System.Runtime.InteropServices;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>The table's functions about the plugin, clients and topologies.</summary>
internal static unsafe class ClientFunctions
{
    private static readonly NativeBlock s_current = NativeBlock.Text("stablehlo_current_version");
    private static readonly NativeBlock s_minimum = NativeBlock.Text("stablehlo_minimum_version");
    private static readonly NativeBlock s_xla = NativeBlock.Text("xla_version");
    private static readonly NativeBlock s_currentValue = Version(StableHlo.Ops.StableHloVersion.Current);
    private static readonly NativeBlock s_minimumValue = Version(StableHlo.Ops.StableHloVersion.Minimum);

    private static readonly NativeBlock s_attributes = NativeBlock.Of<PJRT_NamedValue>(
    [
        Named(s_xla, PjrtNamedValueType.Int64, new PJRT_NamedValue.ValueUnion { Int64Value = 2 }, 1),
        Named(s_current, PjrtNamedValueType.Int64List, new PJRT_NamedValue.ValueUnion { Int64ArrayValue = (long*)s_currentValue.Data }, 3),
        Named(s_minimum, PjrtNamedValueType.Int64List, new PJRT_NamedValue.ValueUnion { Int64ArrayValue = (long*)s_minimumValue.Data }, 3),
    ]);

    public static void Fill(PJRT_Api* api)
    {
        api->Plugin_Initialize = &Initialize;
        api->Plugin_Attributes = &Attributes;
        api->Client_Create = &Create;
        api->Client_Destroy = &Destroy;
        api->Client_PlatformName = &PlatformName;
        api->Client_ProcessIndex = &ProcessIndex;
        api->Client_PlatformVersion = &PlatformVersion;
        api->Client_TopologyDescription = &Topology;
        api->Client_Devices = &Devices;
        api->Client_AddressableDevices = &AddressableDevices;
        api->Client_LookupDevice = &LookupDevice;
        api->Client_LookupAddressableDevice = &LookupAddressableDevice;
        api->Client_AddressableMemories = &AddressableMemories;
        api->Client_DefaultDeviceAssignment = &DefaultDeviceAssignment;
        api->Client_UpdateGlobalProcessInfo = &UpdateGlobalProcessInfo;
        api->Client_DmaMap = &DmaMap;
        api->Client_DmaUnmap = &DmaUnmap;
        api->TopologyDescription_Create = &CreateTopology;
        api->TopologyDescription_Destroy = &DestroyTopology;
        api->TopologyDescription_PlatformName = &TopologyPlatformName;
        api->TopologyDescription_PlatformVersion = &TopologyPlatformVersion;
        api->TopologyDescription_GetDeviceDescriptions = &TopologyDescriptions;
        api->TopologyDescription_Serialize = &SerializeTopology;
        api->TopologyDescription_Deserialize = &DeserializeTopology;
        api->TopologyDescription_Attributes = &TopologyAttributes;
    }

    internal static PJRT_NamedValue Named(NativeBlock name, PjrtNamedValueType type, PJRT_NamedValue.ValueUnion value, nuint size) => new()
    {
        StructSize = PJRT_NamedValue.SizeAt(0),
        Name = name.Data,
        NameSize = name.Length,
        Type = type,
        Value = value,
        ValueSize = size,
    };

    private static NativeBlock Version(StableHlo.Ops.StableHloVersion version) => NativeBlock.Of<long>([version.Major, version.Minor, version.Patch]);

    [UnmanagedCallersOnly]
    private static PJRT_Error* Initialize(PJRT_Plugin_Initialize_Args* args) => Guard.Run(args, static _ => { });

    [UnmanagedCallersOnly]
    private static PJRT_Error* Attributes(PJRT_Plugin_Attributes_Args* args) => Guard.Run(args, static a =>
    {
        a->Attributes = (PJRT_NamedValue*)s_attributes.Data;
        a->NumAttributes = s_attributes.Length / (nuint)sizeof(PJRT_NamedValue);
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* Create(PJRT_Client_Create_Args* args) =>
        Guard.Run(args, static a => a->Client = (PJRT_Client*)ClientObject.Create(a->CreateOptions, a->NumOptions).Pointer);

    [UnmanagedCallersOnly]
    private static PJRT_Error* Destroy(PJRT_Client_Destroy_Args* args) => Guard.Run(args, static a => Client(a->Client).Destroy());

    [UnmanagedCallersOnly]
    private static PJRT_Error* PlatformName(PJRT_Client_PlatformName_Args* args) => Guard.Run(args, static a =>
    {
        a->PlatformName = ClientObject.Platform.Data;
        a->PlatformNameSize = ClientObject.Platform.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* ProcessIndex(PJRT_Client_ProcessIndex_Args* args) => Guard.Run(args, static a => a->ProcessIndex = 0);

    [UnmanagedCallersOnly]
    private static PJRT_Error* PlatformVersion(PJRT_Client_PlatformVersion_Args* args) => Guard.Run(args, static a =>
    {
        a->PlatformVersion = ClientObject.PlatformVersion.Data;
        a->PlatformVersionSize = ClientObject.PlatformVersion.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* Topology(PJRT_Client_TopologyDescription_Args* args) =>
        Guard.Run(args, static a => a->Topology = (PJRT_TopologyDescription*)Client(a->Client).Topology.Pointer);

    [UnmanagedCallersOnly]
    private static PJRT_Error* Devices(PJRT_Client_Devices_Args* args) => Guard.Run(args, static a =>
    {
        ClientObject client = Client(a->Client);
        a->Devices = (PJRT_Device**)client.DevicePointers.Data;
        a->NumDevices = (nuint)client.Devices.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* AddressableDevices(PJRT_Client_AddressableDevices_Args* args) => Guard.Run(args, static a =>
    {
        ClientObject client = Client(a->Client);
        a->AddressableDevices = (PJRT_Device**)client.DevicePointers.Data;
        a->NumAddressableDevices = (nuint)client.Devices.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* LookupDevice(PJRT_Client_LookupDevice_Args* args) =>
        Guard.Run(args, static a => a->Device = (PJRT_Device*)Client(a->Client).Device(a->Id).Pointer);

    [UnmanagedCallersOnly]
    private static PJRT_Error* LookupAddressableDevice(PJRT_Client_LookupAddressableDevice_Args* args) =>
        Guard.Run(args, static a => a->AddressableDevice = (PJRT_Device*)Client(a->Client).Device(a->LocalHardwareId).Pointer);

    [UnmanagedCallersOnly]
    private static PJRT_Error* AddressableMemories(PJRT_Client_AddressableMemories_Args* args) => Guard.Run(args, static a =>
    {
        ClientObject client = Client(a->Client);
        a->AddressableMemories = (PJRT_Memory**)client.MemoryPointers.Data;
        a->NumAddressableMemories = client.MemoryPointers.Length / (nuint)sizeof(nint);
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* DefaultDeviceAssignment(PJRT_Client_DefaultDeviceAssignment_Args* args) => Guard.Run(args, static a =>
    {
        long wanted = (long)a->NumReplicas * a->NumPartitions;
        int count = Client(a->Client).Devices.Length;
        if (a->NumReplicas < 1 || a->NumPartitions < 1 || wanted > count) throw PluginException.Invalid($"{a->NumReplicas} replicas × {a->NumPartitions} partitions do not fit on {count} devices.");
        if ((nuint)wanted > a->DefaultAssignmentSize) throw PluginException.Invalid($"The assignment needs {wanted} places; {a->DefaultAssignmentSize} were given.");
        for (int i = 0; i < wanted; i++) a->DefaultAssignment[i] = i;
    });

    // There are no other processes whose loss would matter here.
    [UnmanagedCallersOnly]
    private static PJRT_Error* UpdateGlobalProcessInfo(PJRT_Client_UpdateGlobalProcessInfo_Args* args) => Guard.Run(args, static a => Client(a->Client));

    // Every address is one that the devices can reach.
    [UnmanagedCallersOnly]
    private static PJRT_Error* DmaMap(PJRT_Client_DmaMap_Args* args) => Guard.Run(args, static _ => { });

    [UnmanagedCallersOnly]
    private static PJRT_Error* DmaUnmap(PJRT_Client_DmaUnmap_Args* args) => Guard.Run(args, static _ => { });

    [UnmanagedCallersOnly]
    private static PJRT_Error* CreateTopology(PJRT_TopologyDescription_Create_Args* args) => Guard.Run(args, static a =>
    {
        string name = Texts.Read(a->TopologyName, a->TopologyNameSize);
        int count = 1;
        if (name.Length > 0 && (!int.TryParse(name.StartsWith("cpu:", StringComparison.Ordinal) ? name[4..] : name, out count) || count is < 1 or > 1 << 20))
            throw PluginException.Invalid($"The topology \"{name}\" is not known; give a number of devices, such as cpu:8.");
        a->Topology = (PJRT_TopologyDescription*)new TopologyObject(count).Pointer;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* DestroyTopology(PJRT_TopologyDescription_Destroy_Args* args) => Guard.Run(args, static a => Handle.Get<TopologyObject>(a->Topology).Destroy());

    [UnmanagedCallersOnly]
    private static PJRT_Error* TopologyPlatformName(PJRT_TopologyDescription_PlatformName_Args* args) => Guard.Run(args, static a =>
    {
        a->PlatformName = ClientObject.Platform.Data;
        a->PlatformNameSize = ClientObject.Platform.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* TopologyPlatformVersion(PJRT_TopologyDescription_PlatformVersion_Args* args) => Guard.Run(args, static a =>
    {
        a->PlatformVersion = ClientObject.PlatformVersion.Data;
        a->PlatformVersionSize = ClientObject.PlatformVersion.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* TopologyDescriptions(PJRT_TopologyDescription_GetDeviceDescriptions_Args* args) => Guard.Run(args, static a =>
    {
        TopologyObject topology = Handle.Get<TopologyObject>(a->Topology);
        a->Descriptions = (PJRT_DeviceDescription**)topology.DescriptionPointers.Data;
        a->NumDescriptions = (nuint)topology.Descriptions.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* SerializeTopology(PJRT_TopologyDescription_Serialize_Args* args) => Guard.Run(args, static a =>
    {
        NativeBlock bytes = Handle.Get<TopologyObject>(a->Topology).Serialized;
        a->SerializedBytes = bytes.Data;
        a->SerializedBytesSize = bytes.Length;
        a->SerializedTopology = (PJRT_SerializedTopology*)Handle.New(bytes);
        a->SerializedTopologyDeleter = &DeleteSerializedTopology;
    });

    [UnmanagedCallersOnly]
    private static void DeleteSerializedTopology(PJRT_SerializedTopology* topology) => Handle.Free(topology);

    [UnmanagedCallersOnly]
    private static PJRT_Error* DeserializeTopology(PJRT_TopologyDescription_Deserialize_Args* args) => Guard.Run(args, static a =>
        a->Topology = (PJRT_TopologyDescription*)TopologyObject.Deserialize(Texts.Bytes(a->SerializedTopology, a->SerializedTopologySize)).Pointer);

    [UnmanagedCallersOnly]
    private static PJRT_Error* TopologyAttributes(PJRT_TopologyDescription_Attributes_Args* args) => Guard.Run(args, static a =>
    {
        a->Attributes = (PJRT_NamedValue*)s_attributes.Data;
        a->NumAttributes = 0;
    });

    private static ClientObject Client(PJRT_Client* client) => Handle.Get<ClientObject>(client);
}
