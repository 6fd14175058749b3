using I1Xla.Pjrt;
using I1Xla.Pjrt.Abi;
using I1Xla.StableHlo.Interpretation;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>An error as the caller holds it.</summary>
internal sealed unsafe class PluginError(PjrtErrorCode code, string text)
{
    private readonly NativeBlock _message = NativeBlock.Text(text);

    public PjrtErrorCode Code => code;

    public NativeBlock Message => _message;

    /// <summary>The error that an exception stands for.</summary>
    public static PluginError From(Exception e)
    {
        while (e is AggregateException { InnerException: { } inner }) e = inner;
        PjrtErrorCode code = e switch
        {
            PluginException p => p.Code,
            PjrtException p => p.Code,
            ArgumentException => PjrtErrorCode.InvalidArgument,
            NotSupportedException => PjrtErrorCode.Unimplemented,
            OutOfMemoryException => PjrtErrorCode.ResourceExhausted,
            OperationCanceledException => PjrtErrorCode.Cancelled,
            InterpreterException => PjrtErrorCode.InvalidArgument,
            _ => PjrtErrorCode.Internal,
        };
        bool internalFault = code == PjrtErrorCode.Internal && e is not PluginException;
        return new PluginError(code, internalFault ? $"{e.GetType().Name}: {e.Message}\n{e.StackTrace}" : e.Message);
    }

    /// <summary>A new handle to this error.</summary>
    public PJRT_Error* ToHandle() => (PJRT_Error*)Handle.New(this);

    /// <summary>The exception that this error would have come from.</summary>
    public PluginException ToException() => new(code, text);
}
