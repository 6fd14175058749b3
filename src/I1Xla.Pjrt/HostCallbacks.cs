using System.Runtime.InteropServices;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>Receives what a program sends to the host on one channel.</summary>
/// <param name="ChannelId">The channel of the program's <c>send</c>.</param>
/// <param name="Handler">
/// Gets each chunk (a copy), the size of the whole transfer and whether this is its last chunk. Runs on a thread of the plugin,
/// which waits for it; an exception fails the execution.
/// </param>
public sealed record PjrtSend(long ChannelId, Action<byte[], long, bool> Handler);

/// <summary>Supplies what a program receives from the host on one channel.</summary>
/// <param name="ChannelId">The channel of the program's <c>recv</c>.</param>
/// <param name="Handler">Gets the stream to fill and to dispose. Runs on a thread of the plugin.</param>
public sealed record PjrtReceive(long ChannelId, Action<PjrtCopyStream> Handler)
{
    /// <summary>What the handler threw last. The C API gives a receiver no way to fail the execution, so it is kept here.</summary>
    public Exception? Error { get; internal set; }
}

/// <summary>The send and receive callbacks of one execution in native form, kept until the execution has ended.</summary>
internal sealed unsafe class HostCallbacks : IDisposable
{
    private readonly List<GCHandle> handles = [];
    private readonly List<nint> blocks = [];
    private PJRT_SendCallbackInfo** sends;
    private PJRT_RecvCallbackInfo** receives;
    private int sendCount;
    private int receiveCount;
    private bool kept;

    private HostCallbacks()
    {
    }

    public static HostCallbacks? Create(PjrtApi api, PjrtExecuteOptions options, int devices)
    {
        if (options.Sends.Count == 0 && options.Receives.Count == 0)
        {
            return null;
        }
        var callbacks = new HostCallbacks();
        if (options.Sends.Count > 0)
        {
            callbacks.sendCount = Width(options.Sends, devices, "sends");
            callbacks.sends = (PJRT_SendCallbackInfo**)callbacks.Allocate(devices * sizeof(void*));
            for (int d = 0; d < devices; d++)
            {
                callbacks.sends[d] = (PJRT_SendCallbackInfo*)callbacks.Allocate(Math.Max(1, callbacks.sendCount) * sizeof(PJRT_SendCallbackInfo));
                for (int i = 0; i < callbacks.sendCount; i++)
                {
                    PjrtSend send = options.Sends[d][i];
                    callbacks.sends[d][i] = new PJRT_SendCallbackInfo { ChannelId = send.ChannelId, UserArg = callbacks.Keep(send), SendCallback = &Send };
                }
            }
        }
        if (options.Receives.Count > 0)
        {
            callbacks.receiveCount = Width(options.Receives, devices, "receives");
            callbacks.receives = (PJRT_RecvCallbackInfo**)callbacks.Allocate(devices * sizeof(void*));
            for (int d = 0; d < devices; d++)
            {
                callbacks.receives[d] = (PJRT_RecvCallbackInfo*)callbacks.Allocate(Math.Max(1, callbacks.receiveCount) * sizeof(PJRT_RecvCallbackInfo));
                for (int i = 0; i < callbacks.receiveCount; i++)
                {
                    PjrtReceive receive = options.Receives[d][i];
                    callbacks.receives[d][i] = new PJRT_RecvCallbackInfo { ChannelId = receive.ChannelId, UserArg = callbacks.Keep(new Receiver(api, receive)), RecvCallback = &Receive };
                }
            }
        }
        return callbacks;
    }

    public void Fill(PJRT_ExecuteOptions* options)
    {
        options->SendCallbacks = sends;
        options->NumSendOps = (nuint)sendCount;
        options->RecvCallbacks = receives;
        options->NumRecvOps = (nuint)receiveCount;
    }

    /// <summary>Keeps the handlers alive until the execution ends instead of until <see cref="Dispose"/>.</summary>
    public void KeepUntil(Task completion)
    {
        kept = true;
        completion.ContinueWith(_ => Free(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    public void Dispose()
    {
        if (!kept)
        {
            Free();
        }
    }

    private static int Width<T>(IReadOnlyList<IReadOnlyList<T>> lists, int devices, string what)
    {
        if (lists.Count != devices || lists.Any(l => l.Count != lists[0].Count))
        {
            throw new ArgumentException($"The {what} must be given for each of the {devices} devices, as many for each.");
        }
        return lists[0].Count;
    }

    private void Free()
    {
        handles.ForEach(h => h.Free());
        handles.Clear();
        blocks.ForEach(b => NativeMemory.Free((void*)b));
        blocks.Clear();
    }

    private void* Allocate(int bytes)
    {
        void* block = NativeMemory.AllocZeroed((nuint)bytes);
        blocks.Add((nint)block);
        return block;
    }

    private void* Keep(object target)
    {
        var handle = GCHandle.Alloc(target);
        handles.Add(handle);
        return (void*)GCHandle.ToIntPtr(handle);
    }

    [UnmanagedCallersOnly]
    private static PJRT_Error* Send(PJRT_Chunk* chunk, delegate* unmanaged<PjrtErrorCode, byte*, nuint, PJRT_Error*>* maker, nuint total, byte done, void* userArg)
    {
        try
        {
            byte[] data = new ReadOnlySpan<byte>(chunk->Data, checked((int)chunk->Size)).ToArray();
            if (chunk->Deleter is not null)
            {
                chunk->Deleter(chunk->Data, chunk->DeleterArg);
            }
            ((PjrtSend)GCHandle.FromIntPtr((nint)userArg).Target!).Handler(data, checked((long)total), done != 0);
            return null;
        }
        catch (Exception e)
        {
            return CallbackErrors.Make(maker, e);
        }
    }

    [UnmanagedCallersOnly]
    private static void Receive(PJRT_CopyToDeviceStream* stream, void* userArg)
    {
        var receiver = (Receiver)GCHandle.FromIntPtr((nint)userArg).Target!;
        var copy = new PjrtCopyStream(receiver.Api, stream);
        try
        {
            receiver.Receive.Handler(copy);
        }
        catch (Exception e)
        {
            // Ending the stream is all that a receiver can do to end the execution.
            receiver.Receive.Error = e;
            copy.Dispose();
        }
    }

    private sealed record Receiver(PjrtApi Api, PjrtReceive Receive);
}
