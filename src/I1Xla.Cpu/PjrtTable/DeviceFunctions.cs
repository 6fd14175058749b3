using System.Runtime.InteropServices;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>The table's functions about devices and memory spaces.</summary>
internal static unsafe class DeviceFunctions
{
    private static readonly NativeBlock s_empty = NativeBlock.Of<long>([0]);

    public static void Fill(PJRT_Api* api)
    {
        api->DeviceDescription_Id = &DescriptionId;
        api->DeviceDescription_ProcessIndex = &DescriptionProcessIndex;
        api->DeviceDescription_Attributes = &DescriptionAttributes;
        api->DeviceDescription_Kind = &DescriptionKind;
        api->DeviceDescription_DebugString = &DescriptionDebugString;
        api->DeviceDescription_ToString = &DescriptionToString;
        api->Device_GetDescription = &GetDescription;
        api->Device_IsAddressable = &IsAddressable;
        api->Device_LocalHardwareId = &LocalHardwareId;
        api->Device_AddressableMemories = &AddressableMemories;
        api->Device_DefaultMemory = &DefaultMemory;
        api->Device_MemoryStats = &MemoryStats;
        api->Memory_Id = &MemoryId;
        api->Memory_Kind = &Kind;
        api->Memory_Kind_Id = &KindId;
        api->Memory_DebugString = &MemoryDebugString;
        api->Memory_ToString = &MemoryToString;
        api->Memory_AddressableByDevices = &AddressableByDevices;
    }

    /// <summary>Fills the table of the extension that describes memory spaces without a client.</summary>
    public static void Fill(PJRT_MemoryDescriptions_Extension* e)
    {
        e->PJRT_DeviceDescription_MemoryDescriptions = &MemoryDescriptions;
        e->PJRT_MemoryDescription_Kind = &MemoryDescriptionKind;
    }

    private sealed class MemoryDescription(MemoryKind kind)
    {
        public int Id { get; } = kind.Id;

        public NativeBlock Kind { get; } = NativeBlock.Text(kind.Name);
    }

    private static readonly NativeBlock s_memoryDescriptions = NativeBlock.Of<nint>([.. MemoryKind.All.Select(k => Handle.New(new MemoryDescription(k)))]);

    private static DeviceObject Device(PJRT_Device* device) => Handle.Get<DeviceObject>(device);

    private static MemoryObject Memory(PJRT_Memory* memory) => Handle.Get<MemoryObject>(memory);

    private static DescriptionObject Description(PJRT_DeviceDescription* description) => Handle.Get<DescriptionObject>(description);

    [UnmanagedCallersOnly]
    private static PJRT_Error* DescriptionId(PJRT_DeviceDescription_Id_Args* args) => Guard.Run(args, static a => a->Id = Description(a->DeviceDescription).Id);

    [UnmanagedCallersOnly]
    private static PJRT_Error* DescriptionProcessIndex(PJRT_DeviceDescription_ProcessIndex_Args* args) => Guard.Run(args, static a => a->ProcessIndex = 0);

    [UnmanagedCallersOnly]
    private static PJRT_Error* DescriptionAttributes(PJRT_DeviceDescription_Attributes_Args* args) => Guard.Run(args, static a =>
    {
        a->Attributes = (PJRT_NamedValue*)s_empty.Data;
        a->NumAttributes = 0;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* DescriptionKind(PJRT_DeviceDescription_Kind_Args* args) => Guard.Run(args, static a =>
    {
        a->DeviceKind = DescriptionObject.Kind.Data;
        a->DeviceKindSize = DescriptionObject.Kind.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* DescriptionDebugString(PJRT_DeviceDescription_DebugString_Args* args) => Guard.Run(args, static a =>
    {
        NativeBlock text = Description(a->DeviceDescription).DebugString;
        a->DebugString = text.Data;
        a->DebugStringSize = text.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* DescriptionToString(PJRT_DeviceDescription_ToString_Args* args) => Guard.Run(args, static a =>
    {
        NativeBlock text = Description(a->DeviceDescription).ToStringText;
        a->ToStringText = text.Data;
        a->ToStringSize = text.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* GetDescription(PJRT_Device_GetDescription_Args* args) =>
        Guard.Run(args, static a => a->DeviceDescription = (PJRT_DeviceDescription*)Device(a->Device).Description.Pointer);

    [UnmanagedCallersOnly]
    private static PJRT_Error* IsAddressable(PJRT_Device_IsAddressable_Args* args) => Guard.Run(args, static a => a->IsAddressable = true);

    [UnmanagedCallersOnly]
    private static PJRT_Error* LocalHardwareId(PJRT_Device_LocalHardwareId_Args* args) => Guard.Run(args, static a => a->LocalHardwareId = Device(a->Device).Id);

    [UnmanagedCallersOnly]
    private static PJRT_Error* AddressableMemories(PJRT_Device_AddressableMemories_Args* args) => Guard.Run(args, static a =>
    {
        DeviceObject device = Device(a->Device);
        a->Memories = (PJRT_Memory**)device.MemoryPointers.Data;
        a->NumMemories = (nuint)device.Memories.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* DefaultMemory(PJRT_Device_DefaultMemory_Args* args) => Guard.Run(args, static a => a->Memory = (PJRT_Memory*)Device(a->Device).Memories[0].Pointer);

    [UnmanagedCallersOnly]
    private static PJRT_Error* MemoryStats(PJRT_Device_MemoryStats_Args* args) => Guard.Run(args, static a =>
    {
        // Virtual devices share the process's memory; the numbers are those of all of them.
        (a->BytesInUse, a->PeakBytesInUse) = BufferStorage.Statistics;
        a->PeakBytesInUseIsSet = true;
        a->BytesLimit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        a->BytesLimitIsSet = true;
        a->NumAllocsIsSet = a->LargestAllocSizeIsSet = a->BytesReservedIsSet = a->PeakBytesReservedIsSet = false;
        a->BytesReservableLimitIsSet = a->LargestFreeBlockBytesIsSet = a->PoolBytesIsSet = a->PeakPoolBytesIsSet = false;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* MemoryId(PJRT_Memory_Id_Args* args) => Guard.Run(args, static a => a->Id = Memory(a->Memory).Id);

    [UnmanagedCallersOnly]
    private static PJRT_Error* Kind(PJRT_Memory_Kind_Args* args) => Guard.Run(args, static a =>
    {
        NativeBlock text = Memory(a->Memory).KindText;
        a->Kind = text.Data;
        a->KindSize = text.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* KindId(PJRT_Memory_Kind_Id_Args* args) => Guard.Run(args, static a => a->KindId = Memory(a->Memory).Kind.Id);

    [UnmanagedCallersOnly]
    private static PJRT_Error* MemoryDebugString(PJRT_Memory_DebugString_Args* args) => Guard.Run(args, static a =>
    {
        NativeBlock text = Memory(a->Memory).DebugString;
        a->DebugString = text.Data;
        a->DebugStringSize = text.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* MemoryToString(PJRT_Memory_ToString_Args* args) => Guard.Run(args, static a =>
    {
        NativeBlock text = Memory(a->Memory).ToStringText;
        a->ToStringText = text.Data;
        a->ToStringSize = text.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* AddressableByDevices(PJRT_Memory_AddressableByDevices_Args* args) => Guard.Run(args, static a =>
    {
        a->Devices = (PJRT_Device**)Memory(a->Memory).Devices.Data;
        a->NumDevices = 1;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* MemoryDescriptions(PJRT_DeviceDescription_MemoryDescriptions_Args* args) => Guard.Run(args, static a =>
    {
        a->MemoryDescriptions = (PJRT_MemoryDescription**)s_memoryDescriptions.Data;
        a->NumMemoryDescriptions = (nuint)MemoryKind.All.Length;
        a->DefaultMemoryIndex = 0;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* MemoryDescriptionKind(PJRT_MemoryDescription_Kind_Args* args) => Guard.Run(args, static a =>
    {
        MemoryDescription description = Handle.Get<MemoryDescription>(a->MemoryDescription);
        a->Kind = description.Kind.Data;
        a->KindSize = description.Kind.Length;
        a->KindId = description.Id;
    });
}
