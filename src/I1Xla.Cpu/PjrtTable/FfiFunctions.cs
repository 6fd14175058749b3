using System.Runtime.InteropServices;
using I1Xla.Cpu.Ffi;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>What an execution carries for foreign functions: user data by the number of its type.</summary>
internal sealed class ExecuteContextObject
{
    private readonly Lock _lock = new();
    // JAX makes a context with one entry for every execution.
    private (long Type, nint Data)[] _data = [];

    public void Add(long type, nint data)
    {
        lock (_lock)
        {
            if (Array.Exists(_data, d => d.Type == type)) throw new PluginException(PjrtErrorCode.AlreadyExists, $"The execute context has user data of the type {type} already.");
            _data = [.. _data, (type, data)];
        }
    }

    public nint Only
    {
        get
        {
            lock (_lock) return _data.Length == 1 ? _data[0].Data : 0;
        }
    }

    public nint Find(long type)
    {
        lock (_lock) return Array.Find(_data, d => d.Type == type).Data;
    }
}

/// <summary>The extension for foreign functions: callers register handlers of XLA's FFI, which custom calls of programs compiled later reach.</summary>
internal static unsafe class FfiFunctions
{
    /// <summary>Fills the extension's table.</summary>
    public static void Fill(PJRT_FFI_Extension* e)
    {
        e->PJRT_FFI_Type_Register = &TypeRegister;
        e->PJRT_FFI_UserData_Add = &UserDataAdd;
        e->PJRT_FFI_Register_Handler = &RegisterHandler;
    }

    [UnmanagedCallersOnly]
    private static PJRT_Error* TypeRegister(PJRT_FFI_Type_Register_Args* args) =>
        Guard.Run(args, static a => a->TypeId = ForeignFunctions.RegisterType(Texts.Read(a->TypeName, a->TypeNameSize), a->TypeId));

    [UnmanagedCallersOnly]
    private static PJRT_Error* UserDataAdd(PJRT_FFI_UserData_Add_Args* args) =>
        Guard.Run(args, static a => Handle.Get<ExecuteContextObject>(a->Context).Add(a->UserData.TypeId, (nint)a->UserData.Data));

    [UnmanagedCallersOnly]
    private static PJRT_Error* RegisterHandler(PJRT_FFI_Register_Handler_Args* args) => Guard.Run(args, static a =>
        ForeignFunctions.Register(Texts.Read(a->TargetName, a->TargetNameSize), Texts.Read(a->PlatformName, a->PlatformNameSize), (nint)a->Handler));
}
