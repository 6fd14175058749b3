using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

public sealed unsafe partial class PjrtBuffer
{
    /// <summary>
    /// Prepares a raw copy to the host whose destination is not known yet (0.84 and later). The second value names the
    /// destination, or the error why there will be none; the task ends when the copy has.
    /// </summary>
    public (Task Done, Action<nint, Exception?> Supply) CopyRawToFuture(long bytes, long offset)
    {
        var args = Api.Sized<PJRT_Buffer_CopyRawToHostFuture_Args>();
        args.Buffer = NativeBuffer;
        args.Offset = offset;
        args.TransferSize = bytes;
        Api.Call(PjrtFunction.Buffer_CopyRawToHostFuture, &args);
        GC.KeepAlive(this);
        delegate* unmanaged<PJRT_Buffer_CopyRawToHostFuture_Callback_Args*, void> callback = args.FutureReadyCallback;
        nint callbackAddress = (nint)callback;
        nint data = (nint)args.CallbackData;
        Task done = PjrtEvent.Then(Api, args.Event, this, static () => { });
        return (done, (destination, error) => SupplyDestination(callbackAddress, data, destination, error));
    }

    /// <summary>
    /// Donates the buffer to a new one that becomes ready only when the second value is called, with <see cref="PjrtErrorCode.Ok"/> or an
    /// error (0.88 and later).
    /// </summary>
    public (PjrtBuffer Buffer, Action<PjrtErrorCode, string> Release) DonateWithControlDependency()
    {
        var args = Api.Sized<PJRT_Buffer_DonateWithControlDependency_Args>();
        args.Buffer = NativeBuffer;
        Api.Call(PjrtFunction.Buffer_DonateWithControlDependency, &args);
        GC.KeepAlive(this);
        nint callback = (nint)args.DependencyReadyCallback;
        nint data = (nint)args.CallbackData;
        return (new PjrtBuffer(Client, args.OutBuffer), (code, message) => ReleaseDependency(callback, data, code, message));
    }

    private void SupplyDestination(nint callback, nint data, nint destination, Exception? error)
    {
        byte[] text = Encoding.UTF8.GetBytes(error?.Message ?? "");
        fixed (byte* message = text)
        {
            var args = Api.Sized<PJRT_Buffer_CopyRawToHostFuture_Callback_Args>();
            args.CallbackData = (void*)data;
            args.ErrorCode = error is null ? PjrtErrorCode.Ok : (error as PjrtException)?.Code ?? PjrtErrorCode.Internal;
            args.ErrorMessage = message;
            args.ErrorMessageSize = (nuint)text.Length;
            args.Dst = (void*)destination;
            ((delegate* unmanaged<PJRT_Buffer_CopyRawToHostFuture_Callback_Args*, void>)callback)(&args);
        }
    }

    private void ReleaseDependency(nint callback, nint data, PjrtErrorCode code, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* message = bytes)
        {
            var args = Api.Sized<PJRT_Buffer_DonateWithControlDependency_Callback_Args>();
            args.CallbackData = (void*)data;
            args.ErrorCode = code;
            args.ErrorMessage = message;
            args.ErrorMessageSize = (nuint)bytes.Length;
            ((delegate* unmanaged<PJRT_Buffer_DonateWithControlDependency_Callback_Args*, void>)callback)(&args);
        }
    }
}
