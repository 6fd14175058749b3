using System.Runtime.InteropServices;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>The table's functions about errors and events.</summary>
internal static unsafe class EventFunctions
{
    public static void Fill(PJRT_Api* api)
    {
        api->Error_Destroy = &ErrorDestroy;
        api->Error_Message = &ErrorMessage;
        api->Error_GetCode = &ErrorGetCode;
        api->Event_Destroy = &EventDestroy;
        api->Event_IsReady = &EventIsReady;
        api->Event_Error = &EventError;
        api->Event_Await = &EventAwait;
        api->Event_OnReady = &EventOnReady;
        api->ExecuteContext_Create = &ContextCreate;
        api->ExecuteContext_Destroy = &ContextDestroy;
    }

    private static EventObject Event(PJRT_Event* e) => Handle.Get<EventObject>(e);

    [UnmanagedCallersOnly]
    private static void ErrorDestroy(PJRT_Error_Destroy_Args* args)
    {
        if (args is not null) Handle.Free(args->Error);
    }

    [UnmanagedCallersOnly]
    private static void ErrorMessage(PJRT_Error_Message_Args* args)
    {
        NativeBlock text = Handle.Get<PluginError>(args->Error).Message;
        args->Message = text.Data;
        args->MessageSize = text.Length;
    }

    [UnmanagedCallersOnly]
    private static PJRT_Error* ErrorGetCode(PJRT_Error_GetCode_Args* args) => Guard.Run(args, static a => a->Code = Handle.Get<PluginError>(a->Error).Code);

    [UnmanagedCallersOnly]
    private static PJRT_Error* EventDestroy(PJRT_Event_Destroy_Args* args) => Guard.Run(args, static a => Handle.Free(a->Event));

    [UnmanagedCallersOnly]
    private static PJRT_Error* EventIsReady(PJRT_Event_IsReady_Args* args) => Guard.Run(args, static a => a->IsReady = Event(a->Event).IsReady);

    [UnmanagedCallersOnly]
    private static PJRT_Error* EventError(PJRT_Event_Error_Args* args) => Guard.Run(args, static a =>
    {
        EventObject e = Event(a->Event);
        if (!e.IsReady) throw PluginException.Precondition("PJRT_Event_Error was called on an event that has not happened yet.");
        if (e.Error is { } error) throw error.ToException();
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* EventAwait(PJRT_Event_Await_Args* args) => Guard.Run(args, static a =>
    {
        if (Event(a->Event).Wait() is { } error) throw error.ToException();
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* EventOnReady(PJRT_Event_OnReady_Args* args) => Guard.Run(args, static a =>
    {
        delegate* unmanaged<PJRT_Error*, void*, void> callback = a->Callback;
        void* user = a->UserArg;
        // The callback owns the error it is given.
        Event(a->Event).Then(error => callback(error is null ? null : error.ToHandle(), user));
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* ContextCreate(PJRT_ExecuteContext_Create_Args* args) => Guard.Run(args, static a => a->Context = (PJRT_ExecuteContext*)Handle.New(new ExecuteContextObject()));

    [UnmanagedCallersOnly]
    private static PJRT_Error* ContextDestroy(PJRT_ExecuteContext_Destroy_Args* args) => Guard.Run(args, static a => Handle.Free(a->Context));
}
