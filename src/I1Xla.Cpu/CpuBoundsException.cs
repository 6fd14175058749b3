namespace I1Xla.Cpu;

/// <summary>A checked execution met an index outside its tensor; the message names the operation, its source line, the index and the range.</summary>
public sealed class CpuBoundsException(string message) : Exception(message);
