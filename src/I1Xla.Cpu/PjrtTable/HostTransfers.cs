using System.Runtime.InteropServices;
using I1Xla.Cpu.Runtime;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>The caller's send and receive callbacks of one execution, by device and channel, and its data for foreign functions.</summary>
internal sealed unsafe class HostTransfers : IHostTransfers
{
    // What is sent goes out in pieces, so that the host can begin with the first.
    private const long ChunkBytes = 4 << 20;

    private readonly Dictionary<(int Device, long Channel), PJRT_SendCallbackInfo> _sends = [];
    private readonly Dictionary<(int Device, long Channel), PJRT_RecvCallbackInfo> _receives = [];

    private ExecuteContextObject? _context;

    /// <summary>Copies the callbacks out of the options; null when there are none, and no execute context.</summary>
    public static HostTransfers? Read(PJRT_ExecuteOptions* options, int devices)
    {
        if (options is null) return null;
        bool hasContext = options->StructSize >= PJRT_ExecuteOptions.SizeAt(64) && options->Context is not null;
        if (options->NumSendOps == 0 && options->NumRecvOps == 0 && !hasContext) return null;
        var transfers = new HostTransfers { _context = hasContext ? Handle.Get<ExecuteContextObject>(options->Context) : null };
        for (int d = 0; d < devices; d++)
        {
            for (nuint i = 0; i < options->NumSendOps; i++)
            {
                PJRT_SendCallbackInfo send = options->SendCallbacks[d][i];
                if (!transfers._sends.TryAdd((d, send.ChannelId), send)) throw PluginException.Invalid($"Two send callbacks came for channel {send.ChannelId} of device {d}.");
            }
            for (nuint i = 0; i < options->NumRecvOps; i++)
            {
                PJRT_RecvCallbackInfo receive = options->RecvCallbacks[d][i];
                if (!transfers._receives.TryAdd((d, receive.ChannelId), receive)) throw PluginException.Invalid($"Two receive callbacks came for channel {receive.ChannelId} of device {d}.");
            }
        }
        return transfers;
    }

    public nint UserData(long type) => _context?.Find(type) ?? 0;

    public nint OnlyUserData => _context?.Only ?? 0;

    public void Send(int device, long channel, byte* data, long bytes)
    {
        if (!_sends.TryGetValue((device, channel), out PJRT_SendCallbackInfo send)) throw Missing("sends", device, channel);
        delegate* unmanaged<PjrtErrorCode, byte*, nuint, PJRT_Error*> maker = &MakeError;
        long at = 0;
        do
        {
            long size = Math.Min(ChunkBytes, bytes - at);
            // The callback owns the chunk and may keep it after this returns.
            void* copy = NativeMemory.Alloc((nuint)Math.Max(1, size));
            Buffer.MemoryCopy(data + at, copy, size, size);
            at += size;
            var chunk = new PJRT_Chunk { Data = copy, Size = (nuint)size, Deleter = &FreeChunk };
            PJRT_Error* error = send.SendCallback(&chunk, &maker, (nuint)bytes, (byte)(at == bytes ? 1 : 0), send.UserArg);
            if (error is not null) throw ((PluginError)Handle.Free(error)!).ToException();
        }
        while (at < bytes);
    }

    public void Receive(int device, long channel, byte* into, long bytes)
    {
        if (!_receives.TryGetValue((device, channel), out PJRT_RecvCallbackInfo receive)) throw Missing("receives", device, channel);
        var stream = new CopyStreamObject(into, bytes);
        receive.RecvCallback((PJRT_CopyToDeviceStream*)Handle.New(stream), receive.UserArg);
        stream.Wait(channel);
    }

    private static PluginException Missing(string what, int device, long channel) =>
        PluginException.Precondition($"Device {device} {what} on channel {channel}, and the execution came with no callback for it.");

    [UnmanagedCallersOnly]
    private static PJRT_Error* MakeError(PjrtErrorCode code, byte* message, nuint size) => new PluginError(code, Texts.Read(message, size)).ToHandle();

    [UnmanagedCallersOnly]
    private static void FreeChunk(void* data, void* argument) => NativeMemory.Free(data);
}

/// <summary>What a device waits to be given, filled chunk by chunk from any thread.</summary>
internal sealed unsafe class CopyStreamObject(byte* into, long total)
{
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _over = new(total == 0);
    private long _current;
    private bool _destroyed;

    /// <summary>Bytes expected.</summary>
    public long Total => total;

    /// <summary>Bytes given.</summary>
    public long Current => Interlocked.Read(ref _current);

    /// <summary>Takes the next bytes.</summary>
    /// <exception cref="PluginException">They are more than what is missing.</exception>
    public void Add(void* data, long bytes)
    {
        lock (_lock)
        {
            if (_destroyed || bytes > total - _current)
                throw PluginException.Invalid($"A chunk of {bytes} bytes came for a transfer of {total} bytes of which {_current} had come{(_destroyed ? ", and which had ended" : "")}.");
            Buffer.MemoryCopy(data, into + _current, total - _current, bytes);
            _current += bytes;
            if (_current == total) _over.Set();
        }
    }

    /// <summary>No more bytes will come.</summary>
    public void Destroy()
    {
        lock (_lock)
        {
            _destroyed = true;
            _over.Set();
        }
    }

    /// <summary>Blocks until all has come.</summary>
    /// <exception cref="PluginException">The stream was destroyed before.</exception>
    public void Wait(long channel)
    {
        _over.Wait();
        if (Current < total) throw new PluginException(PjrtErrorCode.Aborted, $"The host ended the transfer on channel {channel} after {Current} of {total} bytes.");
    }
}
