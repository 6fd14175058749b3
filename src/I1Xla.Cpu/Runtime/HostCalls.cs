namespace I1Xla.Cpu.Runtime;

/// <summary>
/// The calls in progress from programs out to the host: foreign functions, and waits for what the host is to send. While there is one, what is launched
/// must not wait in line behind the program that makes it, since the host may be waiting for that before it answers.
/// </summary>
internal static class HostCalls
{
    private static int s_active;

    /// <summary>Whether a program is waiting for the host.</summary>
    public static bool IsAny => Volatile.Read(ref s_active) > 0;

    /// <summary>A call begins.</summary>
    public static void Begin() => Interlocked.Increment(ref s_active);

    /// <summary>A call is over.</summary>
    public static void End() => Interlocked.Decrement(ref s_active);
}
