using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>
/// The completion of asynchronous work in a plugin. Awaiting it (or its <see cref="Completion"/>) never runs the awaiting code
/// on the plugin's thread: continuations go to the thread pool. Cancelling a wait (<c>Completion.WaitAsync(token)</c>) ends the
/// wait, not the work.
/// </summary>
public sealed unsafe class PjrtEvent : PjrtHandle
{
    private readonly Lock gate = new();
    private Task? completion;

    internal PjrtEvent(PjrtApi api, PJRT_Event* native, PjrtHandle? owner)
        : base(api, (nint)native, PjrtObjectKind.Event, owner)
    {
    }

    /// <summary>Whether the work is done, well or not.</summary>
    public bool IsReady
    {
        get
        {
            var args = Api.Sized<PJRT_Event_IsReady_Args>();
            args.Event = (PJRT_Event*)Native;
            Api.Call(PjrtFunction.Event_IsReady, &args);
            GC.KeepAlive(this);
            return args.IsReady;
        }
    }

    /// <summary>A task that ends with the work, faulted with a <see cref="PjrtException"/> when the work failed.</summary>
    public Task Completion
    {
        get
        {
            lock (gate)
            {
                return completion ??= Register();
            }
        }
    }

    /// <summary>Makes an event that this program sets itself (0.89 and later).</summary>
    public static PjrtEvent Create(PjrtClient client)
    {
        PjrtApi api = client.Api;
        var args = api.Sized<PJRT_Event_Create_Args>();
        api.Call(PjrtFunction.Event_Create, &args);
        return new PjrtEvent(api, args.Event, client);
    }

    /// <summary>Sets an event made by <see cref="Create"/>: done, or failed with a code and a message.</summary>
    public void Set(PjrtErrorCode code = PjrtErrorCode.Ok, string message = "")
    {
        byte[] text = Encoding.UTF8.GetBytes(message);
        fixed (byte* pointer = text)
        {
            var args = Api.Sized<PJRT_Event_Set_Args>();
            args.Event = (PJRT_Event*)Native;
            args.ErrorCode = code;
            args.ErrorMessage = pointer;
            args.ErrorMessageSize = (nuint)text.Length;
            Api.Call(PjrtFunction.Event_Set, &args);
        }
        GC.KeepAlive(this);
    }

    /// <summary>Blocks until the work is done; throws its error.</summary>
    public void Wait()
    {
        var args = Api.Sized<PJRT_Event_Await_Args>();
        args.Event = (PJRT_Event*)Native;
        Api.Call(PjrtFunction.Event_Await, &args);
        GC.KeepAlive(this);
    }

    /// <summary>The error of finished work, or null when it went well. Only to be asked when <see cref="IsReady"/>.</summary>
    public PjrtException? Error()
    {
        var args = Api.Sized<PJRT_Event_Error_Args>();
        args.Event = (PJRT_Event*)Native;
        try
        {
            Api.Call(PjrtFunction.Event_Error, &args);
            return null;
        }
        catch (PjrtException e) when (e is not PjrtNotSupportedException { IsFunctionMissing: true })
        {
            return e;
        }
        finally
        {
            GC.KeepAlive(this);
        }
    }

    /// <summary>Makes the event awaitable.</summary>
    public TaskAwaiter GetAwaiter() => Completion.GetAwaiter();

    /// <summary>Waits for a native event and destroys it.</summary>
    internal static void WaitAndDestroy(PjrtApi api, PJRT_Event* native)
    {
        if (native is null)
        {
            return;
        }
        try
        {
            var args = api.Sized<PJRT_Event_Await_Args>();
            args.Event = native;
            api.Call(PjrtFunction.Event_Await, &args);
        }
        finally
        {
            DestroyNative(api, native);
        }
    }

    internal static void DestroyNative(PjrtApi api, PJRT_Event* native)
    {
        if (native is not null)
        {
            var args = api.Sized<PJRT_Event_Destroy_Args>();
            args.Event = native;
            api.CallQuietly(PjrtFunction.Event_Destroy, &args);
        }
    }

    /// <summary>Runs an action when the work is done (on the thread pool), then disposes the event; a null event is done already.</summary>
    internal static Task Then(PjrtApi api, PJRT_Event* native, PjrtHandle owner, Action always)
    {
        if (native is null)
        {
            always();
            return Task.CompletedTask;
        }
        PjrtEvent done;
        Task wait;
        try
        {
            done = new PjrtEvent(api, native, owner);
            wait = done.Completion;
        }
        catch
        {
            always();
            throw;
        }
        return EventTasks.Finish(done, wait, always);
    }

    private protected override void Destroy(nint handle) => DestroyNative(Api, (PJRT_Event*)handle);

    private Task Register()
    {
        var waiter = new Waiter(this);
        AddReference();
        var handle = GCHandle.Alloc(waiter);
        try
        {
            var args = Api.Sized<PJRT_Event_OnReady_Args>();
            args.Event = (PJRT_Event*)Native;
            args.Callback = &Ready;
            args.UserArg = (void*)GCHandle.ToIntPtr(handle);
            Api.Call(PjrtFunction.Event_OnReady, &args);
        }
        catch
        {
            handle.Free();
            Release();
            throw;
        }
        return waiter.Source.Task;
    }

    [UnmanagedCallersOnly]
    private static void Ready(PJRT_Error* error, void* userArg)
    {
        GCHandle handle = GCHandle.FromIntPtr((nint)userArg);
        var waiter = (Waiter)handle.Target!;
        handle.Free();
        PjrtException? exception = error is null ? null : waiter.Event.Api.TakeError(error, null);
        // The plugin may be holding its own locks here: nothing but the completion is signalled from its thread.
        ThreadPool.UnsafeQueueUserWorkItem(static state => state.Waiter.Finish(state.Exception), (Waiter: waiter, Exception: exception), preferLocal: false);
    }

    private sealed class Waiter(PjrtEvent @event)
    {
        public PjrtEvent Event { get; } = @event;

        public TaskCompletionSource Source { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Finish(PjrtException? exception)
        {
            if (exception is null)
            {
                Source.SetResult();
            }
            else
            {
                Source.SetException(exception);
            }
            Event.Release();
        }
    }
}

/// <summary>The asynchronous half of <see cref="PjrtEvent"/> (unsafe code cannot await).</summary>
internal static class EventTasks
{
    /// <summary>Waits, then runs <paramref name="always"/> and disposes the event, whatever the outcome.</summary>
    public static async Task Finish(PjrtEvent done, Task wait, Action always)
    {
        try
        {
            await wait.ConfigureAwait(false);
        }
        finally
        {
            always();
            done.Dispose();
        }
    }
}
