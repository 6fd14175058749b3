using I1Xla.Cpu;
using I1Xla.Data;
using I1Xla.Host;
using I1Xla.Host.Coordination;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Plugins;
using I1Xla.StableHlo.Bytecode;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Passes;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cli.Terminal;

/// <summary>Turns an exception into what the user sees and the exit code.</summary>
internal static class ErrorReport
{
    /// <summary>Whether an exception is one that the user can mend: its message is enough.</summary>
    public static bool IsUserError(Exception e) => e is UserErrorException or DataFileException or IOException or UnauthorizedAccessException
        or ParseException or BytecodeException or PortableArtifactException or PassException or InterpreterException or PjrtException or PluginInstallException or CoordinationException or CpuSettingException;

    /// <summary>Prints and returns the exit code.</summary>
    public static int Print(Exception e)
    {
        if (e is AggregateException { InnerExceptions.Count: 1 } aggregate)
        {
            return Print(aggregate.InnerException!);
        }
        if (e is OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped.");
            return 130;
        }
        if (IsUserError(e))
        {
            // Diagnostics of a text start with their place, and say that they are errors.
            Console.Error.WriteLine(e is ParseException ? e.Message : $"error: {e.Message}");
            return 2;
        }
        Console.Error.WriteLine($"internal error: {e.Message}");
        Console.Error.WriteLine("This is a fault of i1xla itself; please report it with the command and what follows.");
        Console.Error.WriteLine(e);
        return 3;
    }
}
