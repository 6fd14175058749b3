using System.Diagnostics;

namespace I1Xla.Cli.Tests;

/// <summary>Runs the command in this process, or as a process of its own.</summary>
internal static class CommandLine
{
    /// <summary>Runs in this process and gives exit code, standard output and standard error.</summary>
    public static async Task<(int Code, string Output, string Error)> Run(params string[] args)
    {
        TextWriter output = Console.Out, error = Console.Error;
        var captured = new StringWriter();
        var errors = new StringWriter();
        Console.SetOut(captured);
        Console.SetError(errors);
        try
        {
            return (await Program.Main(args), captured.ToString(), errors.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    /// <summary>Starts the command as another process with its output redirected.</summary>
    public static Process Start(params string[] args)
    {
        string dll = typeof(Program).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [dll, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }
}
