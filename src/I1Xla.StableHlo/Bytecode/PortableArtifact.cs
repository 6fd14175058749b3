using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Portable artifacts: StableHLO programs in MLIR bytecode of the versioned vhlo dialect (StableHLO, "Compatibility").</summary>
/// <remarks>StableHLO, <c>docs/compatibility.md</c>, <c>docs/vhlo.md</c>, <c>docs/bytecode.md</c>; MLIR bytecode format (mlir.llvm.org/docs/BytecodeFormat).</remarks>
public static class PortableArtifact
{
    /// <summary>
    /// Reads an artifact of any version up to <see cref="StableHloVersion.Current"/>. Constants keep pointing into
    /// <paramref name="artifact"/>, which therefore must not change while the module is in use.
    /// </summary>
    /// <exception cref="BytecodeException">The bytes are no artifact, or one that this library cannot read.</exception>
    public static ModuleOp Read(ReadOnlyMemory<byte> artifact)
    {
        using var file = new BytecodeFile(artifact);
        using var reader = new OperationReader(file);
        return reader.Read();
    }

    /// <summary>
    /// Writes an artifact that every consumer of StableHLO from version <paramref name="target"/> on reads. The module must be valid.
    /// Operations of other dialects, which have no stable form, are written as what stands for them: those of CHLO as StableHLO
    /// operations, those of Shardy as XLA's round trip has them (<see cref="Passes.ShardyExportPass"/>).
    /// </summary>
    /// <exception cref="PortableArtifactException">The version cannot express the program, or the version is not known.</exception>
    public static byte[] Write(ModuleOp module, StableHloVersion target)
    {
        if (target > StableHloVersion.Current)
        {
            throw new PortableArtifactException($"target version {target} is greater than current version {StableHloVersion.Current}");
        }
        if (target < StableHloVersion.Minimum)
        {
            throw new PortableArtifactException($"target version {target} is less than minimum supported {StableHloVersion.Minimum}");
        }
        try
        {
            try
            {
                return BytecodeWriter.Write(module.Op, target, $"StableHLO_v{target}");
            }
            catch (PortableArtifactException) when (ArtifactLegalization.IsNeeded(module))
            {
                return BytecodeWriter.Write(ArtifactLegalization.Legalized(module).Op, target, $"StableHLO_v{target}");
            }
        }
        catch (PortableArtifactException e)
        {
            throw new PortableArtifactException($"failed to convert VHLO to v{target}: {e.Message}", e.Location);
        }
    }

    /// <summary>The version that an artifact's producer says it is written for; false when the bytes are no artifact.</summary>
    public static bool TryGetVersion(ReadOnlySpan<byte> artifact, out StableHloVersion version)
    {
        version = default;
        ReadOnlySpan<byte> magic = BytecodeFormat.Magic;
        if (!artifact.StartsWith(magic) || artifact.Length < magic.Length + 1)
        {
            return false;
        }
        ReadOnlySpan<byte> producer = artifact[(magic.Length + 1)..];
        int end = producer.IndexOf((byte)0);
        return end is > 0 and < 64 && TryGetVersion(System.Text.Encoding.ASCII.GetString(producer[..end]), out version);
    }

    /// <summary>The version in a producer's name, <c>StableHLO_v1.2.3</c>.</summary>
    internal static bool TryGetVersion(string producer, out StableHloVersion version)
    {
        version = default;
        const string prefix = "StableHLO_v";
        return producer.StartsWith(prefix, StringComparison.Ordinal) && StableHloVersion.TryParse(producer.Substring(prefix.Length), out version);
    }
}
