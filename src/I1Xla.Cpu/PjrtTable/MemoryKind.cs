namespace I1Xla.Cpu.PjrtTable;

/// <summary>A kind of memory space, with the names and numbers that XLA's CPU client gives them; all three are ordinary memory here.</summary>
/// <param name="Name">The kind's name.</param>
/// <param name="Id">The kind's number.</param>
/// <param name="DebugName">The name in a space's long description.</param>
/// <param name="ShortName">The name in a space's short description.</param>
internal sealed record MemoryKind(string Name, int Id, string DebugName, string ShortName)
{
    public static readonly MemoryKind Device = new("device", 42097224, "CpuDeviceMemory", "CPU_DEVICE");
    public static readonly MemoryKind Pinned = new("pinned_host", 1756073601, "PinnedHostMemory", "PINNED_HOST");
    public static readonly MemoryKind Unpinned = new("unpinned_host", -272058569, "UnpinnedHostMemorySpace", "UNPINNED_HOST");

    /// <summary>All kinds, the default one first.</summary>
    public static readonly MemoryKind[] All = [Device, Pinned, Unpinned];
}
