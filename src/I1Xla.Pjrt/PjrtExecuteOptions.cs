namespace I1Xla.Pjrt;

/// <summary>Options of one execution.</summary>
public sealed record PjrtExecuteOptions
{
    /// <summary>The options of an execution that says nothing.</summary>
    public static PjrtExecuteOptions Default { get; } = new();

    /// <summary>Inputs (by position) that must survive although the program would let their room be reused.</summary>
    public IReadOnlyList<int> NonDonatable { get; init; } = [];

    /// <summary>A number that the processes of a job share for the same execution; 0 for none.</summary>
    public int LaunchId { get; init; }

    /// <summary>Run a portable executable on this device.</summary>
    public PjrtDevice? Device { get; init; }

    /// <summary>User data for foreign functions.</summary>
    public PjrtExecuteContext? Context { get; init; }

    /// <summary>Where in the user's program the execution comes from, for the plugin's messages (0.76 and later).</summary>
    public string? CallLocation { get; init; }

    /// <summary>Receivers of what the program sends to the host, for each device in order.</summary>
    public IReadOnlyList<IReadOnlyList<PjrtSend>> Sends { get; init; } = [];

    /// <summary>Suppliers of what the program receives from the host, for each device in order.</summary>
    public IReadOnlyList<IReadOnlyList<PjrtReceive>> Receives { get; init; } = [];
}
