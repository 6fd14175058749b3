using System.Text;

namespace I1Xla.Pjrt;

/// <summary>A program to compile: its bytes and their format.</summary>
/// <param name="Code">The program.</param>
/// <param name="Format">The format's name in the C API: <c>mlir</c>, <c>hlo</c> or <c>hlo_with_config</c>.</param>
public sealed record PjrtProgram(byte[] Code, string Format)
{
    /// <summary>MLIR as text or as bytecode (a StableHLO portable artifact); plugins tell them apart by the first bytes.</summary>
    public static PjrtProgram Mlir(ReadOnlySpan<byte> code) => new(code.ToArray(), "mlir");

    /// <summary>MLIR text.</summary>
    public static PjrtProgram Mlir(string text) => new(Encoding.UTF8.GetBytes(text), "mlir");

    /// <summary>A serialized <c>xla.HloModuleProto</c>.</summary>
    public static PjrtProgram Hlo(ReadOnlySpan<byte> code) => new(code.ToArray(), "hlo");

    /// <summary>MLIR text.</summary>
    public static implicit operator PjrtProgram(string mlir) => Mlir(mlir);

    /// <summary>MLIR text or bytecode.</summary>
    public static implicit operator PjrtProgram(byte[] mlir) => Mlir(mlir);
}
