using System.Runtime.InteropServices;
using I1Xla.Cpu.PjrtTable;
using I1Xla.Pjrt;

namespace I1Xla.Cpu.Ffi;

/// <summary>The table of functions that handlers call: <c>XLA_FFI_Api</c>. Streams and state between stages are not there on this plugin.</summary>
internal static unsafe class ForeignApi
{
    private static readonly Lazy<nint> s_table = new(Build);

    /// <summary>The table; it lives as long as the process.</summary>
    public static FfiTable* Table => (FfiTable*)s_table.Value;

    /// <summary>Takes over an error that a handler returned or a caller gave.</summary>
    public static PluginException Take(void* error) => ((PluginError)Handle.Free(error)!).ToException();

    private static nint Build()
    {
        var table = (FfiTable*)NativeMemory.AllocZeroed((nuint)sizeof(FfiTable));
        *table = new FfiTable
        {
            StructSize = (nuint)sizeof(FfiTable),
            VersionSize = 24,
            Major = 0,
            Minor = 1,
            ErrorCreate = &ErrorCreate,
            ErrorGetMessage = &ErrorGetMessage,
            ErrorDestroy = &ErrorDestroy,
            HandlerRegister = &HandlerRegister,
            StreamGet = &Absent,
            TypeRegister = &TypeRegister,
            ContextGet = &ContextGet,
            StateSet = &Absent,
            StateGet = &Absent,
            MemoryAllocate = &MemoryAllocate,
            MemoryFree = &MemoryFree,
            PoolSchedule = &PoolSchedule,
            PoolThreads = &PoolThreads,
            FutureCreate = &FutureCreate,
            FutureSetAvailable = &FutureSetAvailable,
            FutureSetError = &FutureSetError,
            RunIdGet = &RunIdGet,
            DeviceOrdinalGet = &DeviceOrdinalGet,
        };
        return (nint)table;
    }

    private static void* Try(Action body)
    {
        try
        {
            body();
            return null;
        }
        catch (Exception e)
        {
            return (void*)Handle.New(PluginError.From(e));
        }
    }

    private static string Text(FfiByteSpan span) => Texts.Read(span.Data, span.Length);

    [UnmanagedCallersOnly]
    private static void* ErrorCreate(FfiErrorCreateArgs* a) =>
        (void*)Handle.New(new PluginError((PjrtErrorCode)a->Code, Marshal.PtrToStringUTF8((nint)a->Message) ?? ""));

    [UnmanagedCallersOnly]
    private static void ErrorGetMessage(FfiErrorMessageArgs* a) => a->Message = Handle.Get<PluginError>(a->Error).Message.Data;

    [UnmanagedCallersOnly]
    private static void ErrorDestroy(FfiErrorArgs* a) => Handle.Free(a->Error);

    [UnmanagedCallersOnly]
    private static void* HandlerRegister(FfiRegisterArgs* a) => Try(() =>
    {
        if (a->Instantiate is not null || a->Prepare is not null || a->Initialize is not null)
            throw PluginException.Unimplemented($"The foreign function {Text(a->Name)} has handlers of stages before the execution, which this plugin does not call.");
        ForeignFunctions.Register(Text(a->Name), Text(a->Platform), (nint)a->Execute);
    });

    [UnmanagedCallersOnly]
    private static void* Absent(void* a) => Try(() => throw PluginException.Unimplemented("This plugin has no streams, and no state between the stages of a foreign function."));

    [UnmanagedCallersOnly]
    private static void* TypeRegister(FfiTypeArgs* a) => Try(() => *a->TypeId = ForeignFunctions.RegisterType(Text(a->Name), *a->TypeId));

    [UnmanagedCallersOnly]
    private static void* ContextGet(FfiContextGetArgs* a) => Try(() => a->Data = (void*)Handle.Get<ForeignContext>(a->Context).UserData(*a->TypeId));

    [UnmanagedCallersOnly]
    private static void* MemoryAllocate(FfiAllocateArgs* a) => Try(() => a->Data = a->Size == 0 ? null : NativeMemory.AlignedAlloc(a->Size, Math.Max(64, a->Alignment)));

    [UnmanagedCallersOnly]
    private static void* MemoryFree(FfiFreeArgs* a) => Try(() => NativeMemory.AlignedFree(a->Data));

    [UnmanagedCallersOnly]
    private static void* PoolSchedule(FfiScheduleArgs* a) => Try(() =>
    {
        delegate* unmanaged<void*, void> task = a->Task;
        void* data = a->Data;
        ThreadPool.UnsafeQueueUserWorkItem(_ => task(data), null);
    });

    [UnmanagedCallersOnly]
    private static void* PoolThreads(FfiThreadsArgs* a) => Try(() => *a->Threads = Handle.Get<ForeignContext>(a->Context).Threads);

    [UnmanagedCallersOnly]
    private static void* FutureCreate(FfiFutureArgs* a) => Try(() => a->Future = (void*)Handle.New(new ForeignFuture()));

    [UnmanagedCallersOnly]
    private static void* FutureSetAvailable(FfiFutureArgs* a) => Try(() => Handle.Get<ForeignFuture>(a->Future).Complete(null));

    [UnmanagedCallersOnly]
    private static void* FutureSetError(FfiFutureArgs* a) => Try(() => Handle.Get<ForeignFuture>(a->Future).Complete(Take(a->Error)));

    [UnmanagedCallersOnly]
    private static void* RunIdGet(FfiNumberArgs* a) => Try(() => a->Number = Handle.Get<ForeignContext>(a->Context).Run);

    [UnmanagedCallersOnly]
    private static void* DeviceOrdinalGet(FfiNumberArgs* a) => Try(() => *(int*)&a->Number = Handle.Get<ForeignContext>(a->Context).Device);
}
