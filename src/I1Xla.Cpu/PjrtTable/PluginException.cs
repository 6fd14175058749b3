using I1Xla.Pjrt;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>A failure with the status code that the C API reports it under.</summary>
public sealed class PluginException(PjrtErrorCode code, string message) : Exception(message)
{
    /// <summary>The status code.</summary>
    public PjrtErrorCode Code => code;

    internal static PluginException Invalid(string message) => new(PjrtErrorCode.InvalidArgument, message);

    internal static PluginException Precondition(string message) => new(PjrtErrorCode.FailedPrecondition, message);

    internal static PluginException Unimplemented(string message) => new(PjrtErrorCode.Unimplemented, message);
}
