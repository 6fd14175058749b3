using I1Xla.Host.Coordination.Grpc;

namespace I1Xla.Host.Coordination;

/// <summary>The coordination of a job failed: a deadline passed, another process was lost, the service cannot be reached.</summary>
public sealed class CoordinationException(GrpcStatus status, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The status: <see cref="GrpcStatus.Aborted"/> when the job has failed.</summary>
    public GrpcStatus Status { get; } = status;
}
