namespace I1Xla.StableHlo.Bytecode;

/// <summary>A file that is not MLIR bytecode, or not a portable artifact that this library can read or write.</summary>
/// <remarks>MLIR bytecode format (mlir.llvm.org/docs/BytecodeFormat); StableHLO, <c>docs/bytecode.md</c>.</remarks>
public sealed class BytecodeException : Exception
{
    /// <summary>Something wrong at a place in the file.</summary>
    public BytecodeException(string message, long offset) : base($"{message} (at byte {offset})") => Offset = offset;

    /// <summary>Something wrong with a module that was to be written.</summary>
    public BytecodeException(string message) : base(message) => Offset = -1;

    /// <summary>Where in the file, in bytes from its start; -1 when writing.</summary>
    public long Offset { get; }
}
