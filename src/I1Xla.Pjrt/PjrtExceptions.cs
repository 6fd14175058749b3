namespace I1Xla.Pjrt;

/// <summary>An error that a plugin reported, or that this runtime found before asking the plugin.</summary>
public class PjrtException : Exception
{
    internal PjrtException(PjrtErrorCode code, string message, string? function)
        : base(function is null ? message : $"{function}: {message}")
    {
        Code = code;
        Function = function;
        PluginMessage = message;
    }

    /// <summary>The status code, as the C API's <c>PJRT_Error_Code</c> has it.</summary>
    public PjrtErrorCode Code { get; }

    /// <summary>The C function that failed, or null when the error came through an event.</summary>
    public string? Function { get; }

    /// <summary>The message in the plugin's own words.</summary>
    public string PluginMessage { get; }

    /// <summary>The payloads of the status (absl status payloads), where the plugin gives them (0.99 and later).</summary>
    public IReadOnlyDictionary<string, byte[]> Payloads { get; internal init; } = new Dictionary<string, byte[]>();

    /// <summary>Makes the exception type that belongs to <paramref name="code"/>.</summary>
    public static PjrtException Create(PjrtErrorCode code, string message, string? function = null, IReadOnlyDictionary<string, byte[]>? payloads = null)
    {
        payloads ??= new Dictionary<string, byte[]>();
        return code switch
        {
            PjrtErrorCode.Cancelled => new PjrtCancelledException(message, function) { Payloads = payloads },
            PjrtErrorCode.InvalidArgument => new PjrtInvalidArgumentException(message, function) { Payloads = payloads },
            PjrtErrorCode.DeadlineExceeded => new PjrtDeadlineExceededException(message, function) { Payloads = payloads },
            PjrtErrorCode.NotFound => new PjrtNotFoundException(message, function) { Payloads = payloads },
            PjrtErrorCode.AlreadyExists => new PjrtAlreadyExistsException(message, function) { Payloads = payloads },
            PjrtErrorCode.PermissionDenied => new PjrtPermissionDeniedException(message, function) { Payloads = payloads },
            PjrtErrorCode.ResourceExhausted => new PjrtOutOfMemoryException(message, function) { Payloads = payloads },
            PjrtErrorCode.FailedPrecondition => new PjrtFailedPreconditionException(message, function) { Payloads = payloads },
            PjrtErrorCode.Aborted => new PjrtAbortedException(message, function) { Payloads = payloads },
            PjrtErrorCode.OutOfRange => new PjrtOutOfRangeException(message, function) { Payloads = payloads },
            PjrtErrorCode.Unimplemented => new PjrtNotSupportedException(message, function) { Payloads = payloads },
            PjrtErrorCode.Internal => new PjrtInternalException(message, function) { Payloads = payloads },
            PjrtErrorCode.Unavailable => new PjrtUnavailableException(message, function) { Payloads = payloads },
            PjrtErrorCode.DataLoss => new PjrtDataLossException(message, function) { Payloads = payloads },
            PjrtErrorCode.Unauthenticated => new PjrtUnauthenticatedException(message, function) { Payloads = payloads },
            PjrtErrorCode.Unknown => new PjrtUnknownException(message, function) { Payloads = payloads },
            _ => new PjrtException(code, message, function) { Payloads = payloads },
        };
    }
}

/// <summary>CANCELLED.</summary>
public sealed class PjrtCancelledException(string message, string? function = null) : PjrtException(PjrtErrorCode.Cancelled, message, function);

/// <summary>UNKNOWN.</summary>
public sealed class PjrtUnknownException(string message, string? function = null) : PjrtException(PjrtErrorCode.Unknown, message, function);

/// <summary>INVALID_ARGUMENT: shapes, types, options or programs the plugin does not accept.</summary>
public sealed class PjrtInvalidArgumentException(string message, string? function = null) : PjrtException(PjrtErrorCode.InvalidArgument, message, function);

/// <summary>DEADLINE_EXCEEDED: a wait (for another process, say) ran out of time.</summary>
public sealed class PjrtDeadlineExceededException(string message, string? function = null) : PjrtException(PjrtErrorCode.DeadlineExceeded, message, function);

/// <summary>NOT_FOUND.</summary>
public sealed class PjrtNotFoundException(string message, string? function = null) : PjrtException(PjrtErrorCode.NotFound, message, function);

/// <summary>ALREADY_EXISTS.</summary>
public sealed class PjrtAlreadyExistsException(string message, string? function = null) : PjrtException(PjrtErrorCode.AlreadyExists, message, function);

/// <summary>PERMISSION_DENIED.</summary>
public sealed class PjrtPermissionDeniedException(string message, string? function = null) : PjrtException(PjrtErrorCode.PermissionDenied, message, function);

/// <summary>FAILED_PRECONDITION: the object is in the wrong state (a donated buffer, for one).</summary>
public sealed class PjrtFailedPreconditionException(string message, string? function = null) : PjrtException(PjrtErrorCode.FailedPrecondition, message, function);

/// <summary>ABORTED.</summary>
public sealed class PjrtAbortedException(string message, string? function = null) : PjrtException(PjrtErrorCode.Aborted, message, function);

/// <summary>OUT_OF_RANGE.</summary>
public sealed class PjrtOutOfRangeException(string message, string? function = null) : PjrtException(PjrtErrorCode.OutOfRange, message, function);

/// <summary>INTERNAL: a fault of the plugin or of the compiler behind it.</summary>
public sealed class PjrtInternalException(string message, string? function = null) : PjrtException(PjrtErrorCode.Internal, message, function);

/// <summary>UNAVAILABLE: a device or another process is gone or not there yet.</summary>
public sealed class PjrtUnavailableException(string message, string? function = null) : PjrtException(PjrtErrorCode.Unavailable, message, function);

/// <summary>DATA_LOSS.</summary>
public sealed class PjrtDataLossException(string message, string? function = null) : PjrtException(PjrtErrorCode.DataLoss, message, function);

/// <summary>UNAUTHENTICATED.</summary>
public sealed class PjrtUnauthenticatedException(string message, string? function = null) : PjrtException(PjrtErrorCode.Unauthenticated, message, function);

/// <summary>UNIMPLEMENTED: the plugin says that it does not do this, or its function table does not have the function at all.</summary>
public sealed class PjrtNotSupportedException : PjrtException
{
    internal PjrtNotSupportedException(string message, string? function = null)
        : base(PjrtErrorCode.Unimplemented, message, function)
    {
    }

    /// <summary>Whether the function is absent from the plugin's table (rather than present and refusing).</summary>
    public bool IsFunctionMissing { get; internal init; }
}

/// <summary>
/// RESOURCE_EXHAUSTED: a program or a buffer that does not fit. Carries what is known about who took the room; a piece that
/// could not be found out is null.
/// </summary>
public sealed class PjrtOutOfMemoryException : PjrtException
{
    internal PjrtOutOfMemoryException(string message, string? function = null)
        : base(PjrtErrorCode.ResourceExhausted, message, function)
    {
    }

    internal PjrtOutOfMemoryException(PjrtOutOfMemoryException inner, PjrtMemoryStatistics? device, PjrtCompiledMemory? program)
        : base(PjrtErrorCode.ResourceExhausted, inner.PluginMessage, inner.Function)
    {
        Payloads = inner.Payloads;
        DeviceStatistics = device;
        ProgramMemory = program;
    }

    /// <summary>The device's memory statistics when the error was seen.</summary>
    public PjrtMemoryStatistics? DeviceStatistics { get; }

    /// <summary>What the program that did not run needs, from the compiler.</summary>
    public PjrtCompiledMemory? ProgramMemory { get; }

    /// <summary>The compiler's breakdown of the room, when the message is an XLA E1000 report.</summary>
    public HbmReport? Report => field ??= HbmReport.TryParse(PluginMessage);

    /// <summary>One sentence on what to try.</summary>
    public string Hint => this switch
    {
        { Report: { } r } => $"The program needs {Format.Bytes(r.UsedBytes)} of {Format.Bytes(r.CapacityBytes)}: use a smaller batch per device, more devices, rematerialisation, or shard the parameters and optimizer state.",
        { ProgramMemory: { } p } => $"The program itself needs {Format.Bytes(p.PeakEstimate)} on each device; free buffers that are no longer used, donate inputs, or use a smaller batch per device.",
        _ => "Dispose buffers that are no longer used, donate inputs, or use a smaller batch per device.",
    };

    /// <inheritdoc/>
    public override string Message => base.Message + Environment.NewLine + Hint +
        (DeviceStatistics is { } d ? Environment.NewLine + "Device: " + d : "") +
        (ProgramMemory is { } p ? Environment.NewLine + "Program: " + p : "");
}

/// <summary>An object of this runtime was used after it was disposed.</summary>
public sealed class PjrtDisposedException(string objectName) : ObjectDisposedException(objectName, $"This {objectName} has been disposed; it cannot be used any more.");
