namespace I1Xla.Benchmarks;

/// <summary>A suite was called with arguments it cannot use; the message says which and why.</summary>
internal sealed class UsageException(string message) : Exception(message);
