using System.Runtime.InteropServices;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>The table's functions about buffers whose contents come later: asynchronous transfers from the host, aliases.</summary>
internal static unsafe class TransferFunctions
{
    public static void Fill(PJRT_Api* api)
    {
        api->Client_CreateBuffersForAsyncHostToDevice = &Create;
        api->AsyncHostToDeviceTransferManager_Destroy = &Destroy;
        api->AsyncHostToDeviceTransferManager_TransferData = &TransferData;
        api->AsyncHostToDeviceTransferManager_RetrieveBuffer = &RetrieveBuffer;
        api->AsyncHostToDeviceTransferManager_Device = &Device;
        api->AsyncHostToDeviceTransferManager_BufferCount = &BufferCount;
        api->AsyncHostToDeviceTransferManager_BufferSize = &BufferSize;
        api->AsyncHostToDeviceTransferManager_SetBufferError = &SetBufferError;
        api->AsyncHostToDeviceTransferManager_AddMetadata = &AddMetadata;
        api->Client_CreateAliasBuffer = &CreateAlias;
        api->Client_FulfillAliasBuffer = &FulfillAlias;
    }

    private static TransferObject Get(PJRT_AsyncHostToDeviceTransferManager* manager) => Handle.Get<TransferObject>(manager);

    [UnmanagedCallersOnly]
    private static PJRT_Error* Create(PJRT_Client_CreateBuffersForAsyncHostToDevice_Args* args) => Guard.Run(args, static a =>
    {
        MemoryObject memory = a->Memory is not null ? Handle.Get<MemoryObject>(a->Memory) : Handle.Get<ClientObject>(a->Client).Devices[0].Memories[0];
        a->TransferManager = (PJRT_AsyncHostToDeviceTransferManager*)new TransferObject(memory, a->ShapeSpecs, a->NumShapeSpecs, a->DeviceLayouts, a->NumDeviceLayouts).Pointer;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* Destroy(PJRT_AsyncHostToDeviceTransferManager_Destroy_Args* args) => Guard.Run(args, static a => Get(a->TransferManager).Destroy());

    [UnmanagedCallersOnly]
    private static PJRT_Error* TransferData(PJRT_AsyncHostToDeviceTransferManager_TransferData_Args* args) => Guard.Run(args, static a =>
    {
        Get(a->TransferManager).Transfer(a->BufferIndex, a->Data, a->Offset, a->TransferSize, a->IsLastTransfer);
        a->DoneWithH2dTransfer = (PJRT_Event*)Handle.New(EventObject.Happened);
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* RetrieveBuffer(PJRT_AsyncHostToDeviceTransferManager_RetrieveBuffer_Args* args) =>
        Guard.Run(args, static a => a->BufferOut = (PJRT_Buffer*)Get(a->TransferManager).Buffer(a->BufferIndex).Pointer);

    [UnmanagedCallersOnly]
    private static PJRT_Error* Device(PJRT_AsyncHostToDeviceTransferManager_Device_Args* args) =>
        Guard.Run(args, static a => a->DeviceOut = (PJRT_Device*)Get(a->TransferManager).Memory.Device.Pointer);

    [UnmanagedCallersOnly]
    private static PJRT_Error* BufferCount(PJRT_AsyncHostToDeviceTransferManager_BufferCount_Args* args) =>
        Guard.Run(args, static a => a->BufferCount = (nuint)Get(a->TransferManager).Count);

    [UnmanagedCallersOnly]
    private static PJRT_Error* BufferSize(PJRT_AsyncHostToDeviceTransferManager_BufferSize_Args* args) =>
        Guard.Run(args, static a => a->BufferSize = (nuint)Get(a->TransferManager).Bytes(a->BufferIndex));

    [UnmanagedCallersOnly]
    private static PJRT_Error* SetBufferError(PJRT_AsyncHostToDeviceTransferManager_SetBufferError_Args* args) => Guard.Run(args, static a =>
        Get(a->TransferManager).Finish(a->BufferIndex, new PluginError(a->ErrorCode, Texts.Read(a->ErrorMessage, a->ErrorMessageSize))));

    // Metadata is for the plugin's own logs; this one keeps none.
    [UnmanagedCallersOnly]
    private static PJRT_Error* AddMetadata(PJRT_AsyncHostToDeviceTransferManager_AddMetadata_Args* args) => Guard.Run(args, static a => Get(a->TransferManager));

    [UnmanagedCallersOnly]
    private static PJRT_Error* CreateAlias(PJRT_Client_CreateAliasBuffer_Args* args) => Guard.Run(args, static a =>
    {
        long[] dimensions = Texts.Longs(a->ShapeDims, a->ShapeNumDims);
        PjrtElementType type = a->ShapeElementType;
        MemoryObject memory = a->Memory is not null ? Handle.Get<MemoryObject>(a->Memory) : Handle.Get<ClientObject>(a->Client).Devices[0].Memories[0];
        var storage = new BufferStorage(type.HostBytes(dimensions));
        var buffer = new BufferObject(new ArrayShape(type, dimensions, BufferObject.ReadLayout(a->ShapeLayout, dimensions, type.HostBytes())), memory, storage, new EventObject());
        a->AliasBuffer = (PJRT_Buffer*)buffer.Pointer;
        a->FulfillAliasBufferCb = (PJRT_FulfillAliasBufferCallback*)Handle.New(new AliasObject(buffer, storage));
    });

    // The callback's handle is spent by this call, whatever comes of it.
    [UnmanagedCallersOnly]
    private static PJRT_Error* FulfillAlias(PJRT_Client_FulfillAliasBuffer_Args* args) => Guard.Run(args, static a =>
    {
        AliasObject alias = Handle.Get<AliasObject>(a->FulfillAliasBufferCb);
        Handle.Free(a->FulfillAliasBufferCb);
        if (a->Buffer is null) alias.Fail(new PluginError(a->StatusCode, Texts.Read(a->ErrorMessage, a->ErrorMessageSize)));
        else alias.Fulfill(Handle.Get<BufferObject>(a->Buffer));
    });
}
