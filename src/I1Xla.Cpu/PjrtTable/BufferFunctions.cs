using System.Runtime.InteropServices;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>The table's functions about buffers.</summary>
internal static unsafe class BufferFunctions
{
    private const long InlineBytes = 1 << 20;
    private static readonly NativeBlock s_none = NativeBlock.Of<nuint>([0]);

    public static void Fill(PJRT_Api* api)
    {
        api->Client_BufferFromHostBuffer = &FromHost;
        api->Client_CreateViewOfDeviceBuffer = &CreateView;
        api->Client_CreateUninitializedBuffer = &CreateUninitialized;
        api->Buffer_Destroy = &Destroy;
        api->Buffer_ElementType = &ElementType;
        api->Buffer_Dimensions = &Dimensions;
        api->Buffer_UnpaddedDimensions = &UnpaddedDimensions;
        api->Buffer_DynamicDimensionIndices = &DynamicDimensionIndices;
        api->Buffer_GetMemoryLayout = &GetMemoryLayout;
        api->Buffer_OnDeviceSizeInBytes = &OnDeviceSize;
        api->Buffer_Device = &Device;
        api->Buffer_Memory = &Memory;
        api->Buffer_Delete = &Delete;
        api->Buffer_IsDeleted = &IsDeleted;
        api->Buffer_CopyToDevice = &CopyToDevice;
        api->Buffer_CopyToMemory = &CopyToMemory;
        api->Buffer_ToHostBuffer = &ToHost;
        api->Buffer_CopyRawToHost = &CopyRawToHost;
        api->Buffer_IsOnCpu = &IsOnCpu;
        api->Buffer_ReadyEvent = &ReadyEvent;
        api->Buffer_UnsafePointer = &UnsafePointer;
        api->Buffer_OpaqueDeviceMemoryDataPointer = &OpaquePointer;
        api->Buffer_IncreaseExternalReferenceCount = &IncreaseReferences;
        api->Buffer_DecreaseExternalReferenceCount = &DecreaseReferences;
    }

    private static BufferObject Get(PJRT_Buffer* buffer) => Handle.Get<BufferObject>(buffer);

    private static MemoryObject Place(PJRT_Client* client, PJRT_Device* device, PJRT_Memory* memory)
    {
        if (memory is not null) return Handle.Get<MemoryObject>(memory);
        return device is not null ? Handle.Get<DeviceObject>(device).Memories[0] : Handle.Get<ClientObject>(client).Devices[0].Memories[0];
    }

    [UnmanagedCallersOnly]
    private static PJRT_Error* FromHost(PJRT_Client_BufferFromHostBuffer_Args* args) => Guard.Run(args, static a =>
    {
        MemoryObject memory = Place(a->Client, a->Device, a->Memory);
        long[] dimensions = Texts.Longs(a->Dims, a->NumDims);
        int elementBytes = a->Type.HostBytes();
        long bytes = a->Type.HostBytes(dimensions);
        if (a->Data is null && bytes > 0) throw PluginException.Invalid("BufferFromHostBuffer was given no data.");
        int[] layout = BufferObject.ReadLayout(a->DeviceLayout, dimensions, elementBytes);
        long[] strides = BufferObject.StridesOf(dimensions, layout), hostStrides = HostStrides(a->ByteStrides, a->NumByteStrides, dimensions, elementBytes);
        bool same = SameOrder(dimensions, hostStrides, strides);
        int unused = UnusedBits(a->Type);
        bool zeroCopy = a->HostBufferSemantics is PjrtHostBufferSemantics.ImmutableZeroCopy or PjrtHostBufferSemantics.MutableZeroCopy && same && (nint)a->Data % 64 == 0 && bytes > 0 && unused == 0;
        BufferStorage storage;
        EventObject done;
        if (zeroCopy)
        {
            var released = new EventObject();
            done = released;
            storage = new BufferStorage(a->Data, bytes, () => released.Complete());
        }
        else
        {
            storage = new BufferStorage(bytes);
            BufferObject.Copy((byte*)a->Data, hostStrides, storage.Data, strides, dimensions, elementBytes);
            Extend(storage.Data, bytes, a->Type, unused);
            done = EventObject.Happened;
        }
        a->DoneWithHostBuffer = (PJRT_Event*)Handle.New(done);
        a->Buffer = (PJRT_Buffer*)new BufferObject(new ArrayShape(a->Type, dimensions, layout), memory, storage, EventObject.Happened).Pointer;
    });

    // Bits of a host's byte above an integer of less than a byte, which may hold anything.
    private static int UnusedBits(PjrtElementType type) => type switch
    {
        PjrtElementType.S4 or PjrtElementType.U4 => 4,
        PjrtElementType.S2 or PjrtElementType.U2 => 6,
        _ => 0,
    };

    // By the sign, or zero.
    private static void Extend(byte* data, long bytes, PjrtElementType type, int unused)
    {
        if (unused == 0) return;
        bool signed = type is PjrtElementType.S4 or PjrtElementType.S2;
        for (long i = 0; i < bytes; i++) data[i] = signed ? (byte)((sbyte)(data[i] << unused) >> unused) : (byte)((byte)(data[i] << unused) >> unused);
    }

    // In elements; the caller gives bytes, or nothing for a dense row-major array.
    private static long[] HostStrides(long* byteStrides, nuint count, long[] dimensions, int elementBytes)
    {
        if (byteStrides is null || count == 0) return BufferObject.StridesOf(dimensions, BufferObject.RowMajor(dimensions.Length));
        if (count != (nuint)dimensions.Length) throw PluginException.Invalid($"{count} byte strides were given for {dimensions.Length} dimensions.");
        var strides = new long[dimensions.Length];
        for (int d = 0; d < strides.Length; d++)
        {
            if (byteStrides[d] % elementBytes != 0) throw PluginException.Unimplemented($"The byte stride {byteStrides[d]} is not a multiple of the element size {elementBytes}.");
            strides[d] = byteStrides[d] / elementBytes;
        }
        return strides;
    }

    private static bool SameOrder(long[] dimensions, long[] left, long[] right)
    {
        for (int d = 0; d < dimensions.Length; d++)
        {
            if (dimensions[d] > 1 && left[d] != right[d]) return false;
        }
        return true;
    }

    [UnmanagedCallersOnly]
    private static PJRT_Error* CreateView(PJRT_Client_CreateViewOfDeviceBuffer_Args* args) => Guard.Run(args, static a =>
    {
        long[] dimensions = Texts.Longs(a->Dims, a->NumDims);
        int[] layout = BufferObject.ReadLayout(a->Layout, dimensions, a->ElementType.HostBytes());
        bool hasMemory = a->StructSize >= PJRT_Client_CreateViewOfDeviceBuffer_Args.SizeAt(66);
        MemoryObject memory = Place(a->Client, a->Device, hasMemory ? a->Memory : null);
        delegate* unmanaged<void*, void*, void> deleted = a->OnDeleteCallback;
        void* data = a->DeviceBufferPtr, user = a->OnDeleteCallbackArg;
        var storage = new BufferStorage(data, a->ElementType.HostBytes(dimensions), deleted is null ? null : () => deleted(data, user));
        a->Buffer = (PJRT_Buffer*)new BufferObject(new ArrayShape(a->ElementType, dimensions, layout), memory, storage, EventObject.Happened).Pointer;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* CreateUninitialized(PJRT_Client_CreateUninitializedBuffer_Args* args) => Guard.Run(args, static a =>
    {
        long[] dimensions = Texts.Longs(a->ShapeDims, a->ShapeNumDims);
        int[] layout = BufferObject.ReadLayout(a->ShapeLayout, dimensions, a->ShapeElementType.HostBytes());
        var storage = new BufferStorage(a->ShapeElementType.HostBytes(dimensions));
        a->Buffer = (PJRT_Buffer*)new BufferObject(new ArrayShape(a->ShapeElementType, dimensions, layout), Place(a->Client, a->Device, a->Memory), storage, EventObject.Happened).Pointer;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* Destroy(PJRT_Buffer_Destroy_Args* args) => Guard.Run(args, static a => (Handle.Free(a->Buffer) as BufferObject)?.Delete());

    [UnmanagedCallersOnly]
    private static PJRT_Error* ElementType(PJRT_Buffer_ElementType_Args* args) => Guard.Run(args, static a => a->Type = Get(a->Buffer).Type);

    [UnmanagedCallersOnly]
    private static PJRT_Error* Dimensions(PJRT_Buffer_Dimensions_Args* args) => Guard.Run(args, static a =>
    {
        BufferObject buffer = Get(a->Buffer);
        a->Dims = (long*)buffer.Shape.NativeDimensions.Data;
        a->NumDims = (nuint)buffer.Dimensions.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* UnpaddedDimensions(PJRT_Buffer_UnpaddedDimensions_Args* args) => Guard.Run(args, static a =>
    {
        BufferObject buffer = Get(a->Buffer);
        a->UnpaddedDims = (long*)buffer.Shape.NativeDimensions.Data;
        a->NumDims = (nuint)buffer.Dimensions.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* DynamicDimensionIndices(PJRT_Buffer_DynamicDimensionIndices_Args* args) => Guard.Run(args, static a =>
    {
        a->DynamicDimIndices = (nuint*)s_none.Data;
        a->NumDynamicDims = 0;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* GetMemoryLayout(PJRT_Buffer_GetMemoryLayout_Args* args) => Guard.Run(args, static a =>
    {
        BufferObject buffer = Get(a->Buffer);
        a->Layout = new PJRT_Buffer_MemoryLayout { StructSize = PJRT_Buffer_MemoryLayout.SizeAt(0), Type = PjrtMemoryLayoutType.Tiled };
        a->Layout.Value.Tiled = new PJRT_Buffer_MemoryLayout_Tiled
        {
            StructSize = PJRT_Buffer_MemoryLayout_Tiled.SizeAt(0),
            MinorToMajor = (long*)buffer.Shape.NativeLayout.Data,
            MinorToMajorSize = (nuint)buffer.MinorToMajor.Length,
        };
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* OnDeviceSize(PJRT_Buffer_OnDeviceSizeInBytes_Args* args) => Guard.Run(args, static a => a->OnDeviceSizeInBytes = (nuint)Get(a->Buffer).Bytes);

    [UnmanagedCallersOnly]
    private static PJRT_Error* Device(PJRT_Buffer_Device_Args* args) => Guard.Run(args, static a => a->Device = (PJRT_Device*)Get(a->Buffer).Device.Pointer);

    [UnmanagedCallersOnly]
    private static PJRT_Error* Memory(PJRT_Buffer_Memory_Args* args) => Guard.Run(args, static a => a->Memory = (PJRT_Memory*)Get(a->Buffer).Memory.Pointer);

    [UnmanagedCallersOnly]
    private static PJRT_Error* Delete(PJRT_Buffer_Delete_Args* args) => Guard.Run(args, static a => Get(a->Buffer).Delete());

    [UnmanagedCallersOnly]
    private static PJRT_Error* IsDeleted(PJRT_Buffer_IsDeleted_Args* args) => Guard.Run(args, static a => a->IsDeleted = Get(a->Buffer).IsDeleted);

    [UnmanagedCallersOnly]
    private static PJRT_Error* CopyToDevice(PJRT_Buffer_CopyToDevice_Args* args) =>
        Guard.Run(args, static a => a->DstBuffer = Copy(Get(a->Buffer), Handle.Get<DeviceObject>(a->DstDevice).Memories[0]));

    [UnmanagedCallersOnly]
    private static PJRT_Error* CopyToMemory(PJRT_Buffer_CopyToMemory_Args* args) =>
        Guard.Run(args, static a => a->DstBuffer = Copy(Get(a->Buffer), Handle.Get<MemoryObject>(a->DstMemory)));

    private static PJRT_Buffer* Copy(BufferObject source, MemoryObject memory)
    {
        BufferStorage from = source.Hold(), to = new(source.Bytes);
        var ready = new EventObject();
        var copy = new BufferObject(source.Shape, memory, to, ready);
        to.Hold();
        WhenReady(source, ready, () => Move(from.Data, to.Data, from.Bytes), from, to);
        return (PJRT_Buffer*)copy.Pointer;
    }

    // Runs the work when the buffer has its contents: here if it has them and the work is small, else on another thread.
    private static void WhenReady(BufferObject source, EventObject done, Action work, params BufferStorage[] held)
    {
        source.Ready.Then(error =>
        {
            void Finish()
            {
                PluginError? failure = error;
                try
                {
                    if (failure is null) work();
                }
                catch (Exception e)
                {
                    failure = PluginError.From(e);
                }
                finally
                {
                    foreach (BufferStorage storage in held) storage.Release();
                }
                done.Complete(failure);
            }
            if (source.Bytes <= InlineBytes) Finish();
            else ThreadPool.UnsafeQueueUserWorkItem(static f => f(), (Action)Finish, preferLocal: false);
        });
    }

    private static void Move(byte* from, byte* to, long bytes) => Kernels.Copies.StridedCopy.Run(from, to, 1, [bytes], [1], [1]);

    [UnmanagedCallersOnly]
    private static PJRT_Error* ToHost(PJRT_Buffer_ToHostBuffer_Args* args) => Guard.Run(args, static a =>
    {
        BufferObject source = Get(a->Src);
        if (a->Dst is null)
        {
            a->DstSize = (nuint)source.Bytes;
            return;
        }
        long[] hostStrides;
        if (a->HostLayout is not null && a->HostLayout->Type == PjrtMemoryLayoutType.Strides)
            hostStrides = HostStrides(a->HostLayout->Value.Strides.ByteStrides, a->HostLayout->Value.Strides.NumByteStrides, source.Dimensions, source.ElementBytes);
        else hostStrides = BufferObject.StridesOf(source.Dimensions, BufferObject.ReadLayout(a->HostLayout, source.Dimensions, source.ElementBytes));
        if (a->DstSize < (nuint)source.Bytes) throw PluginException.Invalid($"The host buffer has {a->DstSize} bytes; the array has {source.Bytes}.");
        BufferStorage storage = source.Hold();
        byte* target = (byte*)a->Dst;
        var done = new EventObject();
        a->Event = (PJRT_Event*)Handle.New(done);
        WhenReady(source, done, () => BufferObject.Copy(storage.Data, source.Strides, target, hostStrides, source.Dimensions, source.ElementBytes), storage);
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* CopyRawToHost(PJRT_Buffer_CopyRawToHost_Args* args) => Guard.Run(args, static a =>
    {
        BufferObject source = Get(a->Buffer);
        long offset = a->Offset, size = a->TransferSize;
        if (offset < 0 || size < 0 || offset + size > source.Bytes) throw PluginException.Invalid($"Bytes {offset} to {offset + size} are not all inside the buffer's {source.Bytes}.");
        BufferStorage storage = source.Hold();
        byte* target = (byte*)a->Dst;
        var done = new EventObject();
        a->Event = (PJRT_Event*)Handle.New(done);
        WhenReady(source, done, () => Move(storage.Data + offset, target, size), storage);
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* IsOnCpu(PJRT_Buffer_IsOnCpu_Args* args) => Guard.Run(args, static a => a->IsOnCpu = true);

    [UnmanagedCallersOnly]
    private static PJRT_Error* ReadyEvent(PJRT_Buffer_ReadyEvent_Args* args) => Guard.Run(args, static a => a->Event = (PJRT_Event*)Handle.New(Get(a->Buffer).Ready));

    [UnmanagedCallersOnly]
    private static PJRT_Error* UnsafePointer(PJRT_Buffer_UnsafePointer_Args* args) => Guard.Run(args, static a => a->BufferPointer = (nuint)Get(a->Buffer).Address());

    [UnmanagedCallersOnly]
    private static PJRT_Error* OpaquePointer(PJRT_Buffer_OpaqueDeviceMemoryDataPointer_Args* args) => Guard.Run(args, static a => a->DeviceMemoryPtr = Get(a->Buffer).Address());

    [UnmanagedCallersOnly]
    private static PJRT_Error* IncreaseReferences(PJRT_Buffer_IncreaseExternalReferenceCount_Args* args) => Guard.Run(args, static a => Get(a->Buffer).AddExternalReference());

    [UnmanagedCallersOnly]
    private static PJRT_Error* DecreaseReferences(PJRT_Buffer_DecreaseExternalReferenceCount_Args* args) => Guard.Run(args, static a => Get(a->Buffer).RemoveExternalReference());
}
