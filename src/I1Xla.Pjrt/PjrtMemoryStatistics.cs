namespace I1Xla.Pjrt;

/// <summary>What a device says of its memory (<c>PJRT_Device_MemoryStats</c>), all in bytes but the counts; null where it does not say.</summary>
public sealed record PjrtMemoryStatistics
{
    /// <summary>Bytes in use now.</summary>
    public required long BytesInUse { get; init; }

    /// <summary>Most bytes ever in use.</summary>
    public long? PeakBytesInUse { get; init; }

    /// <summary>How many allocations were made.</summary>
    public long? Allocations { get; init; }

    /// <summary>The largest single allocation.</summary>
    public long? LargestAllocation { get; init; }

    /// <summary>The most that can be in use.</summary>
    public long? BytesLimit { get; init; }

    /// <summary>Bytes reserved.</summary>
    public long? BytesReserved { get; init; }

    /// <summary>Most bytes ever reserved.</summary>
    public long? PeakBytesReserved { get; init; }

    /// <summary>The most that can be reserved.</summary>
    public long? BytesReservableLimit { get; init; }

    /// <summary>The largest free block.</summary>
    public long? LargestFreeBlock { get; init; }

    /// <summary>Bytes held by the memory pool.</summary>
    public long? PoolBytes { get; init; }

    /// <summary>Most bytes ever held by the memory pool.</summary>
    public long? PeakPoolBytes { get; init; }

    /// <summary>The statistics that are known, in one line.</summary>
    public override string ToString() => $"{Format.Bytes(BytesInUse)} in use" +
        (PeakBytesInUse is { } peak ? $", peak {Format.Bytes(peak)}" : "") +
        (BytesLimit is { } limit ? $" of {Format.Bytes(limit)}" : "") +
        (LargestFreeBlock is { } free ? $", largest free block {Format.Bytes(free)}" : "");
}

/// <summary>
/// What the compiler says a program needs on each device, in bytes (<c>PJRT_Executable_GetCompiledMemoryStats</c>). Donated
/// inputs whose room the outputs reuse are counted in <see cref="AliasBytes"/>.
/// </summary>
public sealed record PjrtCompiledMemory
{
    /// <summary>Machine code.</summary>
    public required long CodeBytes { get; init; }

    /// <summary>Arguments.</summary>
    public required long ArgumentBytes { get; init; }

    /// <summary>Outputs.</summary>
    public required long OutputBytes { get; init; }

    /// <summary>Outputs that live in the room of a donated argument.</summary>
    public required long AliasBytes { get; init; }

    /// <summary>Temporaries.</summary>
    public required long TemporaryBytes { get; init; }

    /// <summary>The same five for memory on the host.</summary>
    public long HostCodeBytes { get; init; }

    /// <summary>Arguments kept in host memory.</summary>
    public long HostArgumentBytes { get; init; }

    /// <summary>Outputs kept in host memory.</summary>
    public long HostOutputBytes { get; init; }

    /// <summary>Aliased outputs kept in host memory.</summary>
    public long HostAliasBytes { get; init; }

    /// <summary>Temporaries kept in host memory.</summary>
    public long HostTemporaryBytes { get; init; }

    /// <summary>The compiler's own peak; null where the plugin is too old to say (before 0.72) or says 0.</summary>
    public long? PeakBytes { get; init; }

    /// <summary>The compiler's own peak, or arguments, outputs, temporaries and code less the aliased part where it gives none.</summary>
    public long PeakEstimate => Math.Max(PeakBytes ?? 0, ArgumentBytes + OutputBytes - AliasBytes + TemporaryBytes + CodeBytes);

    /// <summary>The parts in one line.</summary>
    public override string ToString() => $"arguments {Format.Bytes(ArgumentBytes)}, outputs {Format.Bytes(OutputBytes)} ({Format.Bytes(AliasBytes)} aliased), temporaries {Format.Bytes(TemporaryBytes)}, code {Format.Bytes(CodeBytes)}";
}
