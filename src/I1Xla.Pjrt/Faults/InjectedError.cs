using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt.Faults;

/// <summary>Native errors of the injector's own, told apart from the wrapped plugin's by their address.</summary>
internal static unsafe class InjectedError
{
    private static readonly ConcurrentDictionary<nint, (PjrtErrorCode Code, int Length)> Live = new();

    /// <summary>Errors made and not yet destroyed.</summary>
    public static int Count => Live.Count;

    public static void* Create(PjrtErrorCode code, string message)
    {
        byte[] text = Encoding.UTF8.GetBytes(message);
        void* error = NativeMemory.Alloc((nuint)text.Length + 1);
        text.CopyTo(new Span<byte>(error, text.Length));
        Live[(nint)error] = (code, text.Length);
        return error;
    }

    public static bool Is(PJRT_Error* error) => Live.ContainsKey((nint)error);

    public static bool TryMessage(PJRT_Error_Message_Args* args)
    {
        if (!Live.TryGetValue((nint)args->Error, out (PjrtErrorCode Code, int Length) error))
        {
            return false;
        }
        args->Message = (byte*)args->Error;
        args->MessageSize = (nuint)error.Length;
        return true;
    }

    public static bool TryCode(PJRT_Error_GetCode_Args* args)
    {
        if (!Live.TryGetValue((nint)args->Error, out (PjrtErrorCode Code, int Length) error))
        {
            return false;
        }
        args->Code = error.Code;
        return true;
    }

    public static bool TryDestroy(PJRT_Error_Destroy_Args* args)
    {
        if (!Live.TryRemove((nint)args->Error, out _))
        {
            return false;
        }
        NativeMemory.Free(args->Error);
        return true;
    }
}
