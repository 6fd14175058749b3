namespace I1Xla.Pjrt;

/// <summary>What kind of native object a handle holds.</summary>
public enum PjrtObjectKind
{
    /// <summary>A client.</summary>
    Client,

    /// <summary>A buffer.</summary>
    Buffer,

    /// <summary>An executable, not loaded.</summary>
    Executable,

    /// <summary>An executable loaded on a client's devices.</summary>
    LoadedExecutable,

    /// <summary>An event.</summary>
    Event,

    /// <summary>A topology.</summary>
    Topology,

    /// <summary>An execute context.</summary>
    ExecuteContext,

    /// <summary>A manager of asynchronous transfers to a device.</summary>
    TransferManager,

    /// <summary>A stream of chunks to a device (send and receive callbacks).</summary>
    CopyStream,

    /// <summary>An object of an extension: a layout, a raw buffer, a profiler, a phase compiler.</summary>
    ExtensionObject,
}

/// <summary>Counts the native objects that this process holds, so that a test (or a long run) can see a leak.</summary>
public static class PjrtLiveObjects
{
    private static readonly long[] Live = new long[Enum.GetValues<PjrtObjectKind>().Length];
    private static long finalized;

    /// <summary>How many objects of a kind are alive (created and not yet destroyed in the plugin).</summary>
    public static long Count(PjrtObjectKind kind) => Interlocked.Read(ref Live[(int)kind]);

    /// <summary>How many objects were never disposed and had to be destroyed by the garbage collector's finalizer.</summary>
    public static long Finalized => Interlocked.Read(ref finalized);

    /// <summary>The live count of every kind at this moment.</summary>
    public static IReadOnlyDictionary<PjrtObjectKind, long> Snapshot() => Enum.GetValues<PjrtObjectKind>().ToDictionary(k => k, Count);

    internal static void Created(PjrtObjectKind kind) => Interlocked.Increment(ref Live[(int)kind]);

    internal static void Destroyed(PjrtObjectKind kind) => Interlocked.Decrement(ref Live[(int)kind]);

    internal static void WasFinalized() => Interlocked.Increment(ref finalized);
}
