using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Portable artifacts: StableHLO programs in MLIR bytecode of the versioned vhlo dialect (StableHLO, "Compatibility").</summary>
public static class PortableArtifact
{
    /// <summary>
    /// Reads an artifact of any version up to <see cref="Ops.StableHloVersion.Current"/>. Constants keep pointing into
    /// <paramref name="artifact"/>, which therefore must not change while the module is in use.
    /// </summary>
    /// <exception cref="BytecodeException">The bytes are no artifact, or one that this library cannot read.</exception>
    public static ModuleOp Read(ReadOnlyMemory<byte> artifact) => new OperationReader(new BytecodeFile(artifact)).Read();
}
