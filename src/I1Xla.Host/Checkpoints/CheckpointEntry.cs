namespace I1Xla.Host.Checkpoints;

/// <summary>What a member of a checkpoint must be: i1's key (spec 5.1), NumPy type (<c>&lt;V2</c> for bfloat16) and shape.</summary>
public sealed record CheckpointSpec(string Key, string Descr, long[] Shape)
{
    /// <summary>Type and shape as a person reads them.</summary>
    public string Describe() => $"{(Descr == "<V2" ? "bf16" : Descr.TrimStart('<', '|'))}[{string.Join(", ", Shape)}]";
}

/// <summary>A member with its bytes, C order, little-endian.</summary>
public sealed record CheckpointEntry(CheckpointSpec Spec, ReadOnlyMemory<byte> Data);
