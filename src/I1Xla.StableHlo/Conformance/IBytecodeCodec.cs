using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Conformance;

/// <summary>What conformance needs of portable artifacts.</summary>
/// <remarks>StableHLO, <c>docs/compatibility.md</c>, "APIs".</remarks>
public interface IBytecodeCodec
{
    /// <summary>Reads an artifact (MLIR bytecode of VHLO at any version) as a StableHLO module.</summary>
    /// <exception cref="Bytecode.BytecodeException">The bytes are no artifact that can be read.</exception>
    ModuleOp Read(ReadOnlyMemory<byte> artifact);

    /// <summary>Writes a module for a version such as <c>1.13.0</c>, without debug information.</summary>
    /// <exception cref="Bytecode.PortableArtifactException">The version cannot express the module.</exception>
    byte[] Write(ModuleOp module, string version);
}
