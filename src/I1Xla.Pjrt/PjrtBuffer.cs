using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>
/// An array on a device. Its value may still be in the making: reading it waits, and an error of the computation that makes it
/// appears there. A buffer that was donated to an execution, or deleted, has no value any more.
/// </summary>
public sealed unsafe partial class PjrtBuffer : PjrtHandle
{
    private long[]? dimensions;
    private PjrtElementType? elementType;

    internal PjrtBuffer(PjrtClient client, PJRT_Buffer* native)
        : base(client.Api, (nint)native, PjrtObjectKind.Buffer, client) => Client = client;

    /// <summary>The client the buffer belongs to.</summary>
    public PjrtClient Client { get; }

    /// <summary>The element type.</summary>
    public PjrtElementType ElementType
    {
        get
        {
            if (elementType is null)
            {
                var args = Api.Sized<PJRT_Buffer_ElementType_Args>();
                args.Buffer = NativeBuffer;
                Api.Call(PjrtFunction.Buffer_ElementType, &args);
                elementType = args.Type;
                GC.KeepAlive(this);
            }
            return elementType.Value;
        }
    }

    /// <summary>The dimensions; for a dynamic dimension, its bound.</summary>
    public ReadOnlySpan<long> Dimensions
    {
        get
        {
            if (dimensions is null)
            {
                var args = Api.Sized<PJRT_Buffer_Dimensions_Args>();
                args.Buffer = NativeBuffer;
                Api.Call(PjrtFunction.Buffer_Dimensions, &args);
                dimensions = new ReadOnlySpan<long>(args.Dims, checked((int)args.NumDims)).ToArray();
                GC.KeepAlive(this);
            }
            return dimensions;
        }
    }

    /// <summary>The dimensions without the padding of dynamic ones.</summary>
    public long[] UnpaddedDimensions()
    {
        var args = Api.Sized<PJRT_Buffer_UnpaddedDimensions_Args>();
        args.Buffer = NativeBuffer;
        Api.Call(PjrtFunction.Buffer_UnpaddedDimensions, &args);
        long[] result = new ReadOnlySpan<long>(args.UnpaddedDims, checked((int)args.NumDims)).ToArray();
        GC.KeepAlive(this);
        return result;
    }

    /// <summary>Which dimensions are dynamic.</summary>
    public long[] DynamicDimensions()
    {
        var args = Api.Sized<PJRT_Buffer_DynamicDimensionIndices_Args>();
        args.Buffer = NativeBuffer;
        Api.Call(PjrtFunction.Buffer_DynamicDimensionIndices, &args);
        var result = new long[checked((int)args.NumDynamicDims)];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = (long)args.DynamicDimIndices[i];
        }
        GC.KeepAlive(this);
        return result;
    }

    /// <summary>The layout on the device, as the C API's deprecated call gives it (the layouts extension gives it in full).</summary>
    public PjrtLayout Layout()
    {
        var args = Api.Sized<PJRT_Buffer_GetMemoryLayout_Args>();
        args.Buffer = NativeBuffer;
        Api.Call(PjrtFunction.Buffer_GetMemoryLayout, &args);
        PjrtLayout layout = PjrtLayout.Read(in args.Layout);
        GC.KeepAlive(this);
        return layout;
    }

    /// <summary>Bytes that the buffer takes on the device, with padding.</summary>
    public long OnDeviceBytes
    {
        get
        {
            var args = Api.Sized<PJRT_Buffer_OnDeviceSizeInBytes_Args>();
            args.Buffer = NativeBuffer;
            Api.Call(PjrtFunction.Buffer_OnDeviceSizeInBytes, &args);
            GC.KeepAlive(this);
            return checked((long)args.OnDeviceSizeInBytes);
        }
    }

    /// <summary>The device it is on.</summary>
    public PjrtDevice Device
    {
        get
        {
            var args = Api.Sized<PJRT_Buffer_Device_Args>();
            args.Buffer = NativeBuffer;
            Api.Call(PjrtFunction.Buffer_Device, &args);
            GC.KeepAlive(this);
            return Client.Device(args.Device);
        }
    }

    /// <summary>The memory space it is in.</summary>
    public PjrtMemory Memory
    {
        get
        {
            var args = Api.Sized<PJRT_Buffer_Memory_Args>();
            args.Buffer = NativeBuffer;
            Api.Call(PjrtFunction.Buffer_Memory, &args);
            GC.KeepAlive(this);
            return Client.Memory(args.Memory);
        }
    }

    /// <summary>Whether the value is gone: deleted, or donated to an execution.</summary>
    public bool IsDeleted
    {
        get
        {
            var args = Api.Sized<PJRT_Buffer_IsDeleted_Args>();
            args.Buffer = NativeBuffer;
            Api.Call(PjrtFunction.Buffer_IsDeleted, &args);
            GC.KeepAlive(this);
            return args.IsDeleted;
        }
    }

    /// <summary>Whether the value lies in memory that the host can read.</summary>
    public bool IsOnCpu
    {
        get
        {
            var args = Api.Sized<PJRT_Buffer_IsOnCpu_Args>();
            args.Buffer = NativeBuffer;
            Api.Call(PjrtFunction.Buffer_IsOnCpu, &args);
            GC.KeepAlive(this);
            return args.IsOnCpu;
        }
    }

    internal PJRT_Buffer* NativeBuffer => (PJRT_Buffer*)Native;

    /// <summary>Frees the value on the device now, or as soon as the work that reads it is done.</summary>
    public void Delete()
    {
        var args = Api.Sized<PJRT_Buffer_Delete_Args>();
        args.Buffer = NativeBuffer;
        Api.Call(PjrtFunction.Buffer_Delete, &args);
        GC.KeepAlive(this);
    }

    /// <summary>An event that ends when the value is there, or could not be made.</summary>
    public PjrtEvent Ready()
    {
        var args = Api.Sized<PJRT_Buffer_ReadyEvent_Args>();
        args.Buffer = NativeBuffer;
        Api.Call(PjrtFunction.Buffer_ReadyEvent, &args);
        GC.KeepAlive(this);
        return new PjrtEvent(Api, args.Event, Client);
    }

    /// <summary>Blocks until the value is there; throws the error of the work that makes it.</summary>
    public void WaitReady()
    {
        var args = Api.Sized<PJRT_Buffer_ReadyEvent_Args>();
        args.Buffer = NativeBuffer;
        Api.Call(PjrtFunction.Buffer_ReadyEvent, &args);
        PjrtEvent.WaitAndDestroy(Api, args.Event);
        GC.KeepAlive(this);
    }

    /// <summary>A copy on another device.</summary>
    public PjrtBuffer CopyTo(PjrtDevice device)
    {
        var args = Api.Sized<PJRT_Buffer_CopyToDevice_Args>();
        args.Buffer = NativeBuffer;
        args.DstDevice = device.Native;
        Api.Call(PjrtFunction.Buffer_CopyToDevice, &args);
        GC.KeepAlive(this);
        return new PjrtBuffer(device.Client, args.DstBuffer);
    }

    /// <summary>A copy in another memory space.</summary>
    public PjrtBuffer CopyTo(PjrtMemory memory)
    {
        var args = Api.Sized<PJRT_Buffer_CopyToMemory_Args>();
        args.Buffer = NativeBuffer;
        args.DstMemory = memory.Native;
        Api.Call(PjrtFunction.Buffer_CopyToMemory, &args);
        GC.KeepAlive(this);
        return new PjrtBuffer(memory.Client, args.DstBuffer);
    }

    /// <summary>The same bytes under another element type and shape (0.98 and later). This buffer's value moves there.</summary>
    public PjrtBuffer Bitcast(PjrtElementType type, ReadOnlySpan<long> newDimensions, PjrtLayout? layout = null)
    {
        using var nativeLayout = new PjrtLayout.Native(Api, layout);
        fixed (long* dims = newDimensions)
        {
            var args = Api.Sized<PJRT_Buffer_Bitcast_Args>();
            args.Buffer = NativeBuffer;
            args.ElementType = type;
            args.Dims = dims;
            args.NumDims = (nuint)newDimensions.Length;
            args.DeviceLayout = nativeLayout.Pointer;
            Api.Call(PjrtFunction.Buffer_Bitcast, &args);
            GC.KeepAlive(this);
            return new PjrtBuffer(Client, args.OutBuffer);
        }
    }

    /// <summary>The value's address on the device. The caller must hold a <see cref="PjrtBufferReference"/> while using it.</summary>
    public nint UnsafePointer()
    {
        var args = Api.Sized<PJRT_Buffer_UnsafePointer_Args>();
        args.Buffer = NativeBuffer;
        Api.Call(PjrtFunction.Buffer_UnsafePointer, &args);
        GC.KeepAlive(this);
        return (nint)args.BufferPointer;
    }

    /// <summary>Holds the value in place for code outside the runtime until disposed.</summary>
    public PjrtBufferReference Hold() => new(this);

    /// <summary>The buffer's type, shape and device, such as <c>F32[2,3]</c>.</summary>
    public override string ToString() => IsDisposed ? "disposed buffer" : $"{ElementType}[{string.Join(',', Dimensions.ToArray())}]";

    private protected override void Destroy(nint handle)
    {
        var args = Api.Sized<PJRT_Buffer_Destroy_Args>();
        args.Buffer = (PJRT_Buffer*)handle;
        Api.CallQuietly(PjrtFunction.Buffer_Destroy, &args);
    }
}

/// <summary>Keeps a buffer's memory where it is for code outside the runtime (<c>PJRT_Buffer_IncreaseExternalReferenceCount</c>).</summary>
public sealed unsafe class PjrtBufferReference : IDisposable
{
    private PjrtBuffer? buffer;

    internal PjrtBufferReference(PjrtBuffer buffer)
    {
        PjrtApi api = buffer.Api;
        var increase = api.Sized<PJRT_Buffer_IncreaseExternalReferenceCount_Args>();
        increase.Buffer = buffer.NativeBuffer;
        api.Call(PjrtFunction.Buffer_IncreaseExternalReferenceCount, &increase);
        buffer.AddReference();
        this.buffer = buffer;
        native = buffer.NativeBuffer;
        try
        {
            var pointer = api.Sized<PJRT_Buffer_OpaqueDeviceMemoryDataPointer_Args>();
            pointer.Buffer = buffer.NativeBuffer;
            api.Call(PjrtFunction.Buffer_OpaqueDeviceMemoryDataPointer, &pointer);
            Pointer = (nint)pointer.DeviceMemoryPtr;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private readonly PJRT_Buffer* native;

    /// <summary>The address of the value's first byte on the device.</summary>
    public nint Pointer { get; }

    /// <summary>Lets go of the value. A second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref buffer, null) is { } held)
        {
            var decrease = held.Api.Sized<PJRT_Buffer_DecreaseExternalReferenceCount_Args>();
            decrease.Buffer = native;
            held.Api.CallQuietly(PjrtFunction.Buffer_DecreaseExternalReferenceCount, &decrease);
            held.Release();
        }
    }
}
