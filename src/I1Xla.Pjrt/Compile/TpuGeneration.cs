namespace I1Xla.Pjrt;

/// <summary>
/// The public figures of a TPU generation (Google Cloud's TPU pages, per chip), and compiler flags that suit training on it.
/// </summary>
/// <param name="Name">The name in topologies, such as <c>v6e</c>.</param>
/// <param name="PeakFlops">bf16 operations per second of one chip.</param>
/// <param name="MemoryBandwidth">Bytes per second between one chip and its memory.</param>
/// <param name="ClockHertz">The clock that the compiler's cycle estimates are in.</param>
/// <param name="Flags">Flags for training: collectives overlapped with the work around them.</param>
public sealed record TpuGeneration(string Name, double PeakFlops, double MemoryBandwidth, double ClockHertz, IReadOnlyDictionary<string, PjrtFlag> Flags)
{
    private static readonly Dictionary<string, PjrtFlag> Overlap = new()
    {
        ["xla_enable_async_all_gather"] = "true",
        ["xla_tpu_overlap_compute_collective_tc"] = true,
    };

    // The compiler refuses the fusion of asynchronous collectives everywhere but on v5e.
    private static readonly TpuGeneration[] Known =
    [
        new("v4", 275e12, 1228e9, 1.05e9, Overlap),
        new("v5e", 197e12, 819e9, 1.5e9, new Dictionary<string, PjrtFlag>(Overlap)
        {
            ["xla_tpu_enable_async_collective_fusion"] = true,
            ["xla_tpu_enable_async_collective_fusion_fuse_all_gather"] = "true",
            ["xla_tpu_enable_async_collective_fusion_multiple_steps"] = true,
        }),
        new("v5p", 459e12, 2765e9, 1.75e9, Overlap),
        new("v6e", 918e12, 1640e9, 1.75e9, new Dictionary<string, PjrtFlag>(Overlap) { ["xla_tpu_scoped_vmem_limit_kib"] = 98304L }),
    ];

    /// <summary>All generations with figures.</summary>
    public static IReadOnlyList<TpuGeneration> All => Known;

    /// <summary>The generation of a topology such as <c>v6e:2x2</c>; null when it has no figures here.</summary>
    public static TpuGeneration? OfTopology(string topology) => Known.FirstOrDefault(g => topology.StartsWith(g.Name + ":", StringComparison.OrdinalIgnoreCase));
}
