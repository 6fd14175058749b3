using I1Xla.StableHlo.Bytecode;
using I1Xla.StableHlo.Conformance;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Passes;

namespace I1Xla.Host.Programs;

/// <summary>Portable artifacts for the conformance suite.</summary>
internal sealed class ArtifactCodec : IBytecodeCodec
{
    /// <inheritdoc/>
    public ModuleOp Read(ReadOnlyMemory<byte> artifact) => PortableArtifact.Read(artifact);

    /// <inheritdoc/>
    public byte[] Write(ModuleOp module, string version)
    {
        new StripDebugInfoPass().Run(module);
        return PortableArtifact.Write(module, StableHloVersion.TryParse(version, out StableHloVersion target) ? target : throw new FormatException($"'{version}' is no StableHLO version"));
    }
}
