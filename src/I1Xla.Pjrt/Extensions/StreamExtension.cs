using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt.Extensions;

/// <summary>The device's own streams, for work queued by other libraries (GPU plugins).</summary>
public sealed unsafe class StreamExtension
{
    private readonly ExtensionTable table;

    private StreamExtension(ExtensionTable table) => this.table = table;

    /// <summary>The plugin's extension, or null when it does not offer it.</summary>
    public static StreamExtension? TryFind(PjrtPlugin plugin) => ExtensionTable.TryFind(plugin, PjrtExtensionType.Stream) is { } found ? new StreamExtension(found) : null;

    /// <summary>The stream of a device on which others may record events.</summary>
    public nint StreamForExternalReadyEvents(PjrtDevice device)
    {
        var args = table.Api.Sized<PJRT_Get_Stream_For_External_Ready_Events_Args>();
        args.Device = device.Native;
        table.Call(0, "PJRT_Get_Stream_For_External_Ready_Events", &args);
        return args.Stream;
    }

    /// <summary>Makes a stream wait until a buffer is ready.</summary>
    public void WaitUntilReady(nint stream, PjrtBuffer buffer)
    {
        var args = table.Api.Sized<PJRT_Wait_Until_Buffer_Ready_On_Stream_Args>();
        args.Stream = stream;
        args.Buffer = buffer.NativeBuffer;
        table.Call(1, "PJRT_Wait_Until_Buffer_Ready_On_Stream", &args);
        GC.KeepAlive(buffer);
    }
}
