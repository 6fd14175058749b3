using System.Buffers;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt.Extensions;

/// <summary>The bytes under a buffer, readable and writable in place (experimental in the C API).</summary>
public sealed unsafe class RawBufferExtension
{
    private readonly ExtensionTable table;

    private RawBufferExtension(ExtensionTable table) => this.table = table;

    /// <summary>The plugin's extension, or null when it does not offer it.</summary>
    public static RawBufferExtension? TryFind(PjrtPlugin plugin) => ExtensionTable.TryFind(plugin, PjrtExtensionType.RawBuffer) is { } found ? new RawBufferExtension(found) : null;

    /// <summary>Opens the bytes under a buffer.</summary>
    public RawBuffer Alias(PjrtBuffer buffer)
    {
        var args = table.Api.Sized<PJRT_RawBuffer_CreateRawAliasOfBuffer_Args>();
        args.Buffer = buffer.NativeBuffer;
        table.Call(0, "PJRT_RawBuffer_CreateRawAliasOfBuffer", &args);
        GC.KeepAlive(buffer);
        return new RawBuffer(table, buffer.Client, args.RawBuffer);
    }
}

/// <summary>The bytes under a buffer.</summary>
public sealed unsafe class RawBuffer : PjrtHandle
{
    private readonly ExtensionTable table;
    private readonly PjrtClient client;

    internal RawBuffer(ExtensionTable table, PjrtClient client, PJRT_RawBuffer* native)
        : base(table.Api, (nint)native, PjrtObjectKind.ExtensionObject, client)
    {
        this.table = table;
        this.client = client;
    }

    /// <summary>How many bytes there are.</summary>
    public long Bytes
    {
        get
        {
            var args = Api.Sized<PJRT_RawBuffer_GetOnDeviceSizeInBytes_Args>();
            args.Buffer = (PJRT_RawBuffer*)Native;
            table.Call(2, "PJRT_RawBuffer_GetOnDeviceSizeInBytes", &args);
            GC.KeepAlive(this);
            return checked((long)args.OnDeviceSizeInBytes);
        }
    }

    /// <summary>The memory space they are in.</summary>
    public PjrtMemory Memory
    {
        get
        {
            var args = Api.Sized<PJRT_RawBuffer_GetMemorySpace_Args>();
            args.Buffer = (PJRT_RawBuffer*)Native;
            table.Call(3, "PJRT_RawBuffer_GetMemorySpace", &args);
            GC.KeepAlive(this);
            return client.Memory(args.MemorySpace);
        }
    }

    /// <summary>Their address, where the host can reach them.</summary>
    public nint HostPointer
    {
        get
        {
            var args = Api.Sized<PJRT_RawBuffer_GetHostPointer_Args>();
            args.Buffer = (PJRT_RawBuffer*)Native;
            table.Call(6, "PJRT_RawBuffer_GetHostPointer", &args);
            GC.KeepAlive(this);
            return (nint)args.HostPointer;
        }
    }

    /// <summary>Starts writing bytes, which stay pinned until the task ends.</summary>
    public Task WriteAsync(ReadOnlyMemory<byte> source, long offset = 0)
    {
        MemoryHandle pin = source.Pin();
        var args = Api.Sized<PJRT_RawBuffer_CopyRawHostToDevice_Args>();
        try
        {
            args.Buffer = (PJRT_RawBuffer*)Native;
            args.Src = pin.Pointer;
            args.Offset = offset;
            args.TransferSize = source.Length;
            table.Call(4, "PJRT_RawBuffer_CopyRawHostToDevice", &args);
        }
        catch
        {
            pin.Dispose();
            throw;
        }
        return PjrtEvent.Then(Api, args.Event, this, () => pin.Dispose());
    }

    /// <summary>Starts reading bytes into memory that stays pinned until the task ends.</summary>
    public Task ReadAsync(Memory<byte> destination, long offset = 0)
    {
        MemoryHandle pin = destination.Pin();
        var args = Api.Sized<PJRT_RawBuffer_CopyRawDeviceToHost_Args>();
        try
        {
            args.Buffer = (PJRT_RawBuffer*)Native;
            args.Dst = pin.Pointer;
            args.Offset = offset;
            args.TransferSize = destination.Length;
            table.Call(5, "PJRT_RawBuffer_CopyRawDeviceToHost", &args);
        }
        catch
        {
            pin.Dispose();
            throw;
        }
        return PjrtEvent.Then(Api, args.Event, this, () => pin.Dispose());
    }

    private protected override void Destroy(nint handle)
    {
        var args = Api.Sized<PJRT_RawBuffer_Destroy_Args>();
        args.Buffer = (PJRT_RawBuffer*)handle;
        table.CallQuietly(1, &args);
    }
}
