namespace I1Xla.Cpu;

/// <summary>A checked execution met its first NaN; the message names the operation, its source line and the element.</summary>
public sealed class CpuNaNException(string message) : Exception(message);
