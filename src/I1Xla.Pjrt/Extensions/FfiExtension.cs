using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt.Extensions;

/// <summary>Foreign functions: registers native XLA FFI handlers that a program's custom calls reach, and passes them user data.</summary>
public sealed unsafe class FfiExtension
{
    private readonly ExtensionTable table;

    private FfiExtension(ExtensionTable table) => this.table = table;

    /// <summary>The plugin's extension, or null when it does not offer it.</summary>
    public static FfiExtension? TryFind(PjrtPlugin plugin) => ExtensionTable.TryFind(plugin, PjrtExtensionType.FFI) is { } found ? new FfiExtension(found) : null;

    /// <summary>Registers a type of user data and returns its number.</summary>
    public long RegisterType(string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        fixed (byte* pointer = text)
        {
            var info = default(PJRT_FFI_Type_Info);
            var args = table.Api.Sized<PJRT_FFI_Type_Register_Args>();
            args.TypeName = pointer;
            args.TypeNameSize = (nuint)text.Length;
            args.TypeInfo = &info;
            table.Call(0, "PJRT_FFI_Type_Register", &args);
            return args.TypeId;
        }
    }

    /// <summary>Gives user data of a registered type to the handlers of the executions that use a context.</summary>
    public void AddUserData(PjrtExecuteContext context, long typeId, nint data)
    {
        var args = table.Api.Sized<PJRT_FFI_UserData_Add_Args>();
        args.Context = (PJRT_ExecuteContext*)context.Native;
        args.UserData = new PJRT_FFI_UserData { TypeId = typeId, Data = (void*)data };
        table.Call(1, "PJRT_FFI_UserData_Add", &args);
        GC.KeepAlive(context);
    }

    /// <summary>
    /// Registers a native handler (the address of a function of XLA's FFI calling convention) for a custom call's target name.
    /// It stays registered for the life of the process.
    /// </summary>
    public void RegisterHandler(string target, nint handler, string platform, int traits = 0)
    {
        byte[] targetText = Encoding.UTF8.GetBytes(target);
        byte[] platformText = Encoding.UTF8.GetBytes(platform);
        fixed (byte* targetPointer = targetText, platformPointer = platformText)
        {
            var args = table.Api.Sized<PJRT_FFI_Register_Handler_Args>();
            args.TargetName = targetPointer;
            args.TargetNameSize = (nuint)targetText.Length;
            args.Handler = (void*)handler;
            args.PlatformName = platformPointer;
            args.PlatformNameSize = (nuint)platformText.Length;
            args.Traits = traits;
            table.Call(2, "PJRT_FFI_Register_Handler", &args);
        }
    }
}
