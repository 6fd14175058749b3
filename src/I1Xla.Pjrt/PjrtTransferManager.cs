using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>The type, shape and layout of a buffer to be filled piece by piece.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Dimensions">Dimensions.</param>
/// <param name="Layout">Layout on the device, null for the default.</param>
public sealed record PjrtShape(PjrtElementType Type, IReadOnlyList<long> Dimensions, PjrtLayout? Layout = null);

/// <summary>
/// Fills buffers on a device from the host in pieces, asynchronously. The buffers can be retrieved and used before their data
/// has arrived (0.60 and later).
/// </summary>
public sealed unsafe class PjrtTransferManager : PjrtHandle
{
    private readonly PjrtClient client;

    private PjrtTransferManager(PjrtClient client, PJRT_AsyncHostToDeviceTransferManager* native)
        : base(client.Api, (nint)native, PjrtObjectKind.TransferManager, client) => this.client = client;

    /// <summary>The device the buffers are on.</summary>
    public PjrtDevice Device
    {
        get
        {
            var args = Api.Sized<PJRT_AsyncHostToDeviceTransferManager_Device_Args>();
            args.TransferManager = NativeManager;
            Api.Call(PjrtFunction.AsyncHostToDeviceTransferManager_Device, &args);
            GC.KeepAlive(this);
            return client.Device(args.DeviceOut);
        }
    }

    /// <summary>How many buffers are being filled.</summary>
    public int BufferCount
    {
        get
        {
            var args = Api.Sized<PJRT_AsyncHostToDeviceTransferManager_BufferCount_Args>();
            args.TransferManager = NativeManager;
            Api.Call(PjrtFunction.AsyncHostToDeviceTransferManager_BufferCount, &args);
            GC.KeepAlive(this);
            return checked((int)args.BufferCount);
        }
    }

    private PJRT_AsyncHostToDeviceTransferManager* NativeManager => (PJRT_AsyncHostToDeviceTransferManager*)Native;

    /// <summary>Makes room for buffers on a device.</summary>
    public static PjrtTransferManager Create(PjrtClient client, IReadOnlyList<PjrtShape> shapes, PjrtMemory? memory = null)
    {
        PjrtApi api = client.Api;
        var specs = new PJRT_ShapeSpec[shapes.Count];
        var layouts = new PJRT_Buffer_MemoryLayout*[shapes.Count];
        var pins = new List<GCHandle>();
        var nativeLayouts = new List<PjrtLayout.Native>();
        try
        {
            bool anyLayout = shapes.Any(s => s.Layout is not null);
            for (int i = 0; i < specs.Length; i++)
            {
                var dims = GCHandle.Alloc(shapes[i].Dimensions.ToArray(), GCHandleType.Pinned);
                pins.Add(dims);
                specs[i] = api.Sized<PJRT_ShapeSpec>();
                specs[i].Dims = (long*)dims.AddrOfPinnedObject();
                specs[i].NumDims = (nuint)shapes[i].Dimensions.Count;
                specs[i].ElementType = shapes[i].Type;
                if (anyLayout)
                {
                    var layout = new PjrtLayout.Native(api, shapes[i].Layout ?? PjrtLayout.RowMajor(shapes[i].Dimensions.Count));
                    nativeLayouts.Add(layout);
                    layouts[i] = layout.Pointer;
                }
            }
            fixed (PJRT_ShapeSpec* specPointer = specs)
            fixed (PJRT_Buffer_MemoryLayout** layoutPointer = layouts)
            {
                var args = api.Sized<PJRT_Client_CreateBuffersForAsyncHostToDevice_Args>();
                args.Client = client.NativeClient;
                args.ShapeSpecs = specPointer;
                args.NumShapeSpecs = (nuint)specs.Length;
                args.DeviceLayouts = anyLayout ? layoutPointer : null;
                args.NumDeviceLayouts = anyLayout ? (nuint)specs.Length : 0;
                args.Memory = (memory ?? client.AddressableDevices[0].DefaultMemory).Native;
                api.Call(PjrtFunction.Client_CreateBuffersForAsyncHostToDevice, &args);
                return new PjrtTransferManager(client, args.TransferManager);
            }
        }
        finally
        {
            pins.ForEach(p => p.Free());
            nativeLayouts.ForEach(l => l.Dispose());
        }
    }

    /// <summary>Bytes of a buffer on the device.</summary>
    public long BufferBytes(int index)
    {
        var args = Api.Sized<PJRT_AsyncHostToDeviceTransferManager_BufferSize_Args>();
        args.TransferManager = NativeManager;
        args.BufferIndex = index;
        Api.Call(PjrtFunction.AsyncHostToDeviceTransferManager_BufferSize, &args);
        GC.KeepAlive(this);
        return checked((long)args.BufferSize);
    }

    /// <summary>Takes a buffer out, once; it is ready when its last piece has arrived.</summary>
    public PjrtBuffer RetrieveBuffer(int index)
    {
        var args = Api.Sized<PJRT_AsyncHostToDeviceTransferManager_RetrieveBuffer_Args>();
        args.TransferManager = NativeManager;
        args.BufferIndex = index;
        Api.Call(PjrtFunction.AsyncHostToDeviceTransferManager_RetrieveBuffer, &args);
        GC.KeepAlive(this);
        return new PjrtBuffer(client, args.BufferOut);
    }

    /// <summary>Sends a piece of a buffer, which stays pinned until the task ends.</summary>
    public Task Transfer(int index, ReadOnlyMemory<byte> data, long offset, bool isLast)
    {
        MemoryHandle pin = data.Pin();
        var args = Api.Sized<PJRT_AsyncHostToDeviceTransferManager_TransferData_Args>();
        try
        {
            args.TransferManager = NativeManager;
            args.BufferIndex = index;
            args.Data = pin.Pointer;
            args.Offset = offset;
            args.TransferSize = data.Length;
            args.IsLastTransfer = isLast;
            Api.Call(PjrtFunction.AsyncHostToDeviceTransferManager_TransferData, &args);
        }
        catch
        {
            pin.Dispose();
            throw;
        }
        return PjrtEvent.Then(Api, args.DoneWithH2dTransfer, this, () => pin.Dispose());
    }

    /// <summary>Sends a whole array, in any host layout, which stays pinned until the task ends (0.83 and later).</summary>
    public Task TransferLiteral(int index, ReadOnlyMemory<byte> data, PjrtShape shape)
    {
        MemoryHandle pin = data.Pin();
        var args = Api.Sized<PJRT_AsyncHostToDeviceTransferManager_TransferLiteral_Args>();
        try
        {
            using var layout = new PjrtLayout.Native(Api, shape.Layout ?? PjrtLayout.RowMajor(shape.Dimensions.Count));
            long[] dimensions = [.. shape.Dimensions];
            fixed (long* dims = dimensions)
            {
                args.TransferManager = NativeManager;
                args.BufferIndex = index;
                args.Data = pin.Pointer;
                args.ShapeDims = dims;
                args.ShapeNumDims = (nuint)dimensions.Length;
                args.ShapeElementType = shape.Type;
                args.ShapeLayout = layout.Pointer;
                Api.Call(PjrtFunction.AsyncHostToDeviceTransferManager_TransferLiteral, &args);
            }
        }
        catch
        {
            pin.Dispose();
            throw;
        }
        return PjrtEvent.Then(Api, args.DoneWithH2dTransfer, this, () => pin.Dispose());
    }

    /// <summary>Says that a buffer will never arrive, and why: whoever uses it gets the error.</summary>
    public void SetError(int index, PjrtErrorCode code, string message)
    {
        byte[] text = Encoding.UTF8.GetBytes(message);
        fixed (byte* pointer = text)
        {
            var args = Api.Sized<PJRT_AsyncHostToDeviceTransferManager_SetBufferError_Args>();
            args.TransferManager = NativeManager;
            args.BufferIndex = index;
            args.ErrorCode = code;
            args.ErrorMessage = pointer;
            args.ErrorMessageSize = (nuint)text.Length;
            Api.Call(PjrtFunction.AsyncHostToDeviceTransferManager_SetBufferError, &args);
        }
        GC.KeepAlive(this);
    }

    /// <summary>Adds notes to the transfer for the plugin's traces.</summary>
    public void AddMetadata(IReadOnlyDictionary<string, PjrtValue> metadata)
    {
        using var named = new PjrtValue.NativeList(Api, metadata);
        var args = Api.Sized<PJRT_AsyncHostToDeviceTransferManager_AddMetadata_Args>();
        args.TransferManager = NativeManager;
        args.TransferMetadata = named.First;
        args.NumMetadata = named.Count;
        Api.Call(PjrtFunction.AsyncHostToDeviceTransferManager_AddMetadata, &args);
        GC.KeepAlive(this);
    }

    private protected override void Destroy(nint handle)
    {
        var args = Api.Sized<PJRT_AsyncHostToDeviceTransferManager_Destroy_Args>();
        args.TransferManager = (PJRT_AsyncHostToDeviceTransferManager*)handle;
        Api.CallQuietly(PjrtFunction.AsyncHostToDeviceTransferManager_Destroy, &args);
    }
}
