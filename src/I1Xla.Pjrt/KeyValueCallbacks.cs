using System.Runtime.InteropServices;
using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>A key-value store as the C callbacks that a client is created with; lives as long as the client.</summary>
internal sealed unsafe class KeyValueCallbacks : IDisposable
{
    private readonly IPjrtKeyValueStore store;
    private GCHandle handle;

    public KeyValueCallbacks(IPjrtKeyValueStore store)
    {
        this.store = store;
        handle = GCHandle.Alloc(this);
    }

    /// <summary>Puts the callbacks into the arguments of Client_Create.</summary>
    public void Fill(PJRT_Client_Create_Args* args, int minor)
    {
        void* self = (void*)GCHandle.ToIntPtr(handle);
        args->KvGetCallback = &Get;
        args->KvGetUserArg = self;
        args->KvPutCallback = &Put;
        args->KvPutUserArg = self;
        if (minor >= 61)
        {
            args->KvTryGetCallback = &TryGet;
            args->KvTryGetUserArg = self;
        }
    }

    public void Dispose()
    {
        if (handle.IsAllocated)
        {
            handle.Free();
        }
    }

    private static KeyValueCallbacks Of(void* userArg) => (KeyValueCallbacks)GCHandle.FromIntPtr((nint)userArg).Target!;

    [UnmanagedCallersOnly]
    private static PJRT_Error* Get(PJRT_KeyValueGetCallback_Args* args)
    {
        try
        {
            byte[] value = Of(args->UserArg).store.Get(PjrtApi.Text(args->Key, args->KeySize), TimeSpan.FromMilliseconds(args->TimeoutInMs));
            args->Value = Copy(value);
            args->ValueSize = (nuint)value.Length;
            args->ValueDeleterCallback = &Delete;
            return null;
        }
        catch (Exception e)
        {
            return CallbackErrors.Make(args->CallbackError, e);
        }
    }

    [UnmanagedCallersOnly]
    private static PJRT_Error* TryGet(PJRT_KeyValueTryGetCallback_Args* args)
    {
        try
        {
            string key = PjrtApi.Text(args->Key, args->KeySize);
            byte[] value = Of(args->UserArg).store.TryGet(key) ?? throw new PjrtNotFoundException($"The key '{key}' is not there.");
            args->Value = Copy(value);
            args->ValueSize = (nuint)value.Length;
            args->ValueDeleterCallback = &Delete;
            return null;
        }
        catch (Exception e)
        {
            return CallbackErrors.Make(args->CallbackError, e);
        }
    }

    [UnmanagedCallersOnly]
    private static PJRT_Error* Put(PJRT_KeyValuePutCallback_Args* args)
    {
        try
        {
            Of(args->UserArg).store.Put(PjrtApi.Text(args->Key, args->KeySize), new ReadOnlySpan<byte>(args->Value, checked((int)args->ValueSize)));
            return null;
        }
        catch (Exception e)
        {
            return CallbackErrors.Make(args->CallbackError, e);
        }
    }

    [UnmanagedCallersOnly]
    private static void Delete(byte* value) => NativeMemory.Free(value);

    private static byte* Copy(byte[] value)
    {
        var copy = (byte*)NativeMemory.Alloc((nuint)Math.Max(1, value.Length));
        value.CopyTo(new Span<byte>(copy, value.Length));
        return copy;
    }
}

/// <summary>Hands a .NET exception back to a plugin through the error maker that it gave the callback.</summary>
internal static unsafe class CallbackErrors
{
    public static PJRT_Error* Make(delegate* unmanaged<PjrtErrorCode, byte*, nuint, PJRT_Error*>* maker, Exception exception)
    {
        (PjrtErrorCode code, string message) = exception switch
        {
            PjrtException e => (e.Code, e.PluginMessage),
            OperationCanceledException e => (PjrtErrorCode.Cancelled, e.Message),
            TimeoutException e => (PjrtErrorCode.DeadlineExceeded, e.Message),
            _ => (PjrtErrorCode.Internal, $"{exception.GetType().Name}: {exception.Message}"),
        };
        byte[] text = Encoding.UTF8.GetBytes(message);
        fixed (byte* pointer = text)
        {
            return (*maker)(code, pointer, (nuint)text.Length);
        }
    }
}
