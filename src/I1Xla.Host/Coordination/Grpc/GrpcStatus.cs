namespace I1Xla.Host.Coordination.Grpc;

/// <summary>gRPC's status codes (doc/statuscodes.md of grpc/grpc); they are absl's and so PJRT's too.</summary>
public enum GrpcStatus
{
    /// <summary>OK.</summary>
    Ok = 0,
    /// <summary>CANCELLED.</summary>
    Cancelled = 1,
    /// <summary>UNKNOWN.</summary>
    Unknown = 2,
    /// <summary>INVALID_ARGUMENT.</summary>
    InvalidArgument = 3,
    /// <summary>DEADLINE_EXCEEDED.</summary>
    DeadlineExceeded = 4,
    /// <summary>NOT_FOUND.</summary>
    NotFound = 5,
    /// <summary>ALREADY_EXISTS.</summary>
    AlreadyExists = 6,
    /// <summary>ABORTED.</summary>
    Aborted = 10,
    /// <summary>UNIMPLEMENTED.</summary>
    Unimplemented = 12,
    /// <summary>INTERNAL.</summary>
    Internal = 13,
    /// <summary>UNAVAILABLE.</summary>
    Unavailable = 14,
}

/// <summary>A call that ended with another status than OK.</summary>
public sealed class GrpcException(GrpcStatus status, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The status.</summary>
    public GrpcStatus Status { get; } = status;
}
