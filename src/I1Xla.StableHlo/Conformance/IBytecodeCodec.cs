using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Conformance;

/// <summary>What conformance needs of portable artifacts.</summary>
public interface IBytecodeCodec
{
    /// <summary>Reads an artifact (MLIR bytecode of VHLO at any version) as a StableHLO module.</summary>
    ModuleOp Read(ReadOnlyMemory<byte> artifact);

    /// <summary>Writes a module for a version such as <c>1.13.0</c>, without debug information.</summary>
    byte[] Write(ModuleOp module, string version);
}
