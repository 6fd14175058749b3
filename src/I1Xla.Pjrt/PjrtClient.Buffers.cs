using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>Where and how a host array goes to a device.</summary>
public sealed record PjrtHostBufferOptions
{
    /// <summary>The device; null is the client's first addressable device.</summary>
    public PjrtDevice? Device { get; init; }

    /// <summary>A memory space instead of the device's default one.</summary>
    public PjrtMemory? Memory { get; init; }

    /// <summary>Bytes from one element to the next along each dimension of the host array; empty: dense, last dimension fastest.</summary>
    public IReadOnlyList<long> ByteStrides { get; init; } = [];

    /// <summary>The layout on the device; null is the plugin's default.</summary>
    public PjrtLayout? DeviceLayout { get; init; }
}

public sealed unsafe partial class PjrtClient
{
    /// <summary>Copies a dense array (last dimension fastest) to a device. The array is free again when the call returns.</summary>
    public PjrtBuffer CreateBuffer<T>(ReadOnlySpan<T> data, ReadOnlySpan<long> dimensions, PjrtDevice? device = null)
        where T : unmanaged => CreateBuffer(MemoryMarshal.AsBytes(data), PjrtElementTypes.Of<T>(), dimensions, device);

    /// <summary>Copies a scalar to a device.</summary>
    public PjrtBuffer CreateScalar<T>(T value, PjrtDevice? device = null)
        where T : unmanaged => CreateBuffer(new ReadOnlySpan<T>(in value), [], device);

    /// <summary>Copies a dense array given as bytes to a device. The array is free again when the call returns.</summary>
    public PjrtBuffer CreateBuffer(ReadOnlySpan<byte> data, PjrtElementType type, ReadOnlySpan<long> dimensions, PjrtDevice? device = null) =>
        CreateBuffer(data, type, dimensions, device is null ? null : new PjrtHostBufferOptions { Device = device });

    /// <summary>Copies an array given as bytes to a device. The array is free again when the call returns.</summary>
    public PjrtBuffer CreateBuffer(ReadOnlySpan<byte> data, PjrtElementType type, ReadOnlySpan<long> dimensions, PjrtHostBufferOptions? options)
    {
        CheckSize(data.Length, type, dimensions, options);
        fixed (byte* pointer = data)
        {
            (PjrtBuffer buffer, nint done) = FromHost(pointer, type, dimensions, PjrtHostBufferSemantics.ImmutableOnlyDuringCall, options);
            PjrtEvent.DestroyNative(Api, (PJRT_Event*)done);
            return buffer;
        }
    }

    /// <summary>
    /// Starts copying an array to a device. The array must not change until <paramref name="hostIsFree"/> ends; it is pinned
    /// until then, not copied.
    /// </summary>
    public PjrtBuffer CreateBufferAsync(ReadOnlyMemory<byte> data, PjrtElementType type, ReadOnlySpan<long> dimensions, out Task hostIsFree, PjrtHostBufferOptions? options = null) =>
        FromPinned(data, type, dimensions, PjrtHostBufferSemantics.ImmutableUntilTransferCompletes, out hostIsFree, options);

    /// <summary>
    /// Makes a buffer that may use the host array itself for as long as it lives, without a copy, where the plugin can (the XLA
    /// CPU plugin can when the array is aligned to 64 bytes). The array must not change until <paramref name="hostIsFree"/> ends.
    /// With <paramref name="mutable"/> the buffer may be donated and written to.
    /// </summary>
    public PjrtBuffer CreateBufferZeroCopy(ReadOnlyMemory<byte> data, PjrtElementType type, ReadOnlySpan<long> dimensions, out Task hostIsFree, bool mutable = false, PjrtHostBufferOptions? options = null) =>
        FromPinned(data, type, dimensions, mutable ? PjrtHostBufferSemantics.MutableZeroCopy : PjrtHostBufferSemantics.ImmutableZeroCopy, out hostIsFree, options);

    /// <summary>A buffer with room but no value yet (0.69 and later).</summary>
    public PjrtBuffer CreateUninitializedBuffer(PjrtElementType type, ReadOnlySpan<long> dimensions, PjrtDevice? device = null, PjrtMemory? memory = null, PjrtLayout? layout = null)
    {
        using var nativeLayout = new PjrtLayout.Native(Api, layout);
        fixed (long* dims = dimensions)
        {
            var args = Api.Sized<PJRT_Client_CreateUninitializedBuffer_Args>();
            args.Client = NativeClient;
            args.ShapeDims = dims;
            args.ShapeNumDims = (nuint)dimensions.Length;
            args.ShapeElementType = type;
            args.ShapeLayout = nativeLayout.Pointer;
            args.Device = (device ?? AddressableDevices[0]).Native;
            args.Memory = memory is null ? null : memory.Native;
            Api.Call(PjrtFunction.Client_CreateUninitializedBuffer, &args);
            return new PjrtBuffer(this, args.Buffer);
        }
    }

    /// <summary>A buffer that stands for a failed computation: whoever uses it gets the error (0.82 and later).</summary>
    public PjrtBuffer CreateErrorBuffer(PjrtErrorCode code, string message, PjrtElementType type, ReadOnlySpan<long> dimensions, PjrtMemory? memory = null, PjrtLayout? layout = null)
    {
        using var nativeLayout = new PjrtLayout.Native(Api, layout);
        byte[] text = Encoding.UTF8.GetBytes(message);
        fixed (byte* textPointer = text)
        fixed (long* dims = dimensions)
        {
            var args = Api.Sized<PJRT_Client_CreateErrorBuffer_Args>();
            args.Client = NativeClient;
            args.ErrorCode = code;
            args.ErrorMessage = textPointer;
            args.ErrorMessageSize = (nuint)text.Length;
            args.ShapeDims = dims;
            args.ShapeNumDims = (nuint)dimensions.Length;
            args.ShapeElementType = type;
            args.ShapeLayout = nativeLayout.Pointer;
            args.Memory = (memory ?? AddressableDevices[0].DefaultMemory).Native;
            Api.Call(PjrtFunction.Client_CreateErrorBuffer, &args);
            return new PjrtBuffer(this, args.Buffer);
        }
    }

    /// <summary>
    /// A buffer over device memory that someone else owns, without a copy. <paramref name="released"/> runs (on the thread pool)
    /// when the buffer no longer needs the memory.
    /// </summary>
    public PjrtBuffer CreateView(nint deviceMemory, PjrtElementType type, ReadOnlySpan<long> dimensions, Action? released = null, PjrtDevice? device = null, PjrtLayout? layout = null, nint stream = 0)
    {
        using var nativeLayout = new PjrtLayout.Native(Api, layout ?? PjrtLayout.RowMajor(dimensions.Length));
        // The XLA CPU plugin calls the callback without looking whether there is one, so there always is.
        var handle = GCHandle.Alloc(released ?? (static () => { }));
        fixed (long* dims = dimensions)
        {
            var args = Api.Sized<PJRT_Client_CreateViewOfDeviceBuffer_Args>();
            args.Client = NativeClient;
            args.DeviceBufferPtr = (void*)deviceMemory;
            args.Dims = dims;
            args.NumDims = (nuint)dimensions.Length;
            args.ElementType = type;
            args.Layout = nativeLayout.Pointer;
            args.Device = (device ?? AddressableDevices[0]).Native;
            args.Stream = stream;
            args.OnDeleteCallback = &ViewDeleted;
            args.OnDeleteCallbackArg = (void*)GCHandle.ToIntPtr(handle);
            try
            {
                Api.Call(PjrtFunction.Client_CreateViewOfDeviceBuffer, &args);
            }
            catch
            {
                handle.Free();
                throw;
            }
            return new PjrtBuffer(this, args.Buffer);
        }
    }

    /// <summary>
    /// A buffer that will become another one: usable as an input at once, ready when <see cref="PjrtAlias.Fulfill"/> names what it
    /// stands for (0.77 and later).
    /// </summary>
    public PjrtAlias CreateAlias(PjrtElementType type, ReadOnlySpan<long> dimensions, PjrtMemory? memory = null, PjrtLayout? layout = null)
    {
        using var nativeLayout = new PjrtLayout.Native(Api, layout);
        fixed (long* dims = dimensions)
        {
            var args = Api.Sized<PJRT_Client_CreateAliasBuffer_Args>();
            args.Client = NativeClient;
            args.Memory = (memory ?? AddressableDevices[0].DefaultMemory).Native;
            args.ShapeDims = dims;
            args.ShapeNumDims = (nuint)dimensions.Length;
            args.ShapeElementType = type;
            args.ShapeLayout = nativeLayout.Pointer;
            Api.Call(PjrtFunction.Client_CreateAliasBuffer, &args);
            return new PjrtAlias(this, new PjrtBuffer(this, args.AliasBuffer), args.FulfillAliasBufferCb);
        }
    }

    /// <summary>Makes host memory known to the device's copy engine (0.67 and later).</summary>
    public void DmaMap(nint data, nuint size)
    {
        var args = Api.Sized<PJRT_Client_DmaMap_Args>();
        args.Client = NativeClient;
        args.Data = (void*)data;
        args.Size = size;
        Api.Call(PjrtFunction.Client_DmaMap, &args);
        GC.KeepAlive(this);
    }

    /// <summary>Undoes <see cref="DmaMap"/>.</summary>
    public void DmaUnmap(nint data)
    {
        var args = Api.Sized<PJRT_Client_DmaUnmap_Args>();
        args.Client = NativeClient;
        args.Data = (void*)data;
        Api.Call(PjrtFunction.Client_DmaUnmap, &args);
        GC.KeepAlive(this);
    }

    private PjrtBuffer FromPinned(ReadOnlyMemory<byte> data, PjrtElementType type, ReadOnlySpan<long> dimensions, PjrtHostBufferSemantics semantics, out Task hostIsFree, PjrtHostBufferOptions? options)
    {
        CheckSize(data.Length, type, dimensions, options);
        MemoryHandle pin = data.Pin();
        PjrtBuffer buffer;
        nint done;
        try
        {
            (buffer, done) = FromHost((byte*)pin.Pointer, type, dimensions, semantics, options);
        }
        catch
        {
            pin.Dispose();
            throw;
        }
        hostIsFree = PjrtEvent.Then(Api, (PJRT_Event*)done, this, () => pin.Dispose());
        return buffer;
    }

    private (PjrtBuffer Buffer, nint Done) FromHost(byte* data, PjrtElementType type, ReadOnlySpan<long> dimensions, PjrtHostBufferSemantics semantics, PjrtHostBufferOptions? options)
    {
        using var layout = new PjrtLayout.Native(Api, options?.DeviceLayout);
        long[]? strides = options is { ByteStrides.Count: > 0 } ? [.. options.ByteStrides] : null;
        fixed (long* dims = dimensions, stridePointer = strides)
        {
            var args = Api.Sized<PJRT_Client_BufferFromHostBuffer_Args>();
            args.Client = NativeClient;
            args.Data = data;
            args.Type = type;
            args.Dims = dims;
            args.NumDims = (nuint)dimensions.Length;
            args.ByteStrides = stridePointer;
            args.NumByteStrides = (nuint)(strides?.Length ?? 0);
            args.HostBufferSemantics = semantics;
            args.Device = (options?.Device ?? options?.Memory?.Devices[0] ?? AddressableDevices[0]).Native;
            args.Memory = options?.Memory is { } memory ? memory.Native : null;
            args.DeviceLayout = layout.Pointer;
            Api.Call(PjrtFunction.Client_BufferFromHostBuffer, &args);
            return (new PjrtBuffer(this, args.Buffer), (nint)args.DoneWithHostBuffer);
        }
    }

    private static void CheckSize(long bytes, PjrtElementType type, ReadOnlySpan<long> dimensions, PjrtHostBufferOptions? options)
    {
        if (options is { ByteStrides.Count: > 0 } && options.ByteStrides.Count != dimensions.Length)
        {
            throw new ArgumentException($"{options.ByteStrides.Count} byte strides were given for {dimensions.Length} dimensions.");
        }
        long needed = type.HostBytes(dimensions);
        if (options is not { ByteStrides.Count: > 0 } && bytes != needed)
        {
            throw new ArgumentException($"{type}[{string.Join(',', dimensions.ToArray())}] takes {needed} bytes on the host, {bytes} were given.");
        }
    }

    [UnmanagedCallersOnly]
    private static void ViewDeleted(void* memory, void* userArg)
    {
        GCHandle handle = GCHandle.FromIntPtr((nint)userArg);
        var released = (Action)handle.Target!;
        handle.Free();
        ThreadPool.UnsafeQueueUserWorkItem(static action => action(), released, preferLocal: false);
    }
}

/// <summary>A buffer whose value is named later.</summary>
public sealed unsafe class PjrtAlias
{
    private readonly PjrtClient client;
    private PJRT_FulfillAliasBufferCallback* callback;

    internal PjrtAlias(PjrtClient client, PjrtBuffer buffer, PJRT_FulfillAliasBufferCallback* callback)
    {
        this.client = client;
        this.callback = callback;
        Buffer = buffer;
    }

    /// <summary>The buffer that stands for the later one.</summary>
    public PjrtBuffer Buffer { get; }

    /// <summary>Names the buffer that this one stands for. Once only.</summary>
    public void Fulfill(PjrtBuffer value) => Fulfill(value, PjrtErrorCode.Ok, "");

    /// <summary>Says that there will be no value, and why.</summary>
    public void Fail(PjrtErrorCode code, string message) => Fulfill(null, code, message);

    private void Fulfill(PjrtBuffer? value, PjrtErrorCode code, string message)
    {
        if (callback is null)
        {
            throw new InvalidOperationException("This alias has been fulfilled already.");
        }
        byte[] text = Encoding.UTF8.GetBytes(message);
        fixed (byte* pointer = text)
        {
            var args = client.Api.Sized<PJRT_Client_FulfillAliasBuffer_Args>();
            args.Client = client.NativeClient;
            args.Buffer = value is null ? null : (PJRT_Buffer*)value.Native;
            args.StatusCode = code;
            args.ErrorMessage = pointer;
            args.ErrorMessageSize = (nuint)text.Length;
            args.FulfillAliasBufferCb = callback;
            callback = null;
            client.Api.Call(PjrtFunction.Client_FulfillAliasBuffer, &args);
        }
        GC.KeepAlive(value);
    }
}
