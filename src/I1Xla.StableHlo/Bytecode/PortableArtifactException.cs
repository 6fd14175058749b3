using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>A program cannot be written as an artifact of the version asked for.</summary>
/// <remarks>StableHLO, <c>docs/vhlo.md</c>: which version has which operation, attribute and type.</remarks>
public sealed class PortableArtifactException(string message, Location? location = null) : Exception(message)
{
    /// <summary>Where the program has what cannot be written.</summary>
    public Location Location { get; } = location ?? Location.Unknown;
}
