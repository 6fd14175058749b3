using System.CommandLine;
using I1Xla.Cli.Commands;
using I1Xla.Cli.Terminal;

namespace I1Xla.Cli;

/// <summary>The <c>i1xla</c> command.</summary>
public static class Program
{
    /// <summary>Parses the command line and runs the command it names.</summary>
    /// <returns>0 when all went well, 1 when a check found a difference or a failure, 2 when the user can mend what went wrong, 3 after an error of the program's own, 130 after Ctrl-C.</returns>
    public static async Task<int> Main(string[] args)
    {
        RootCommand root = CommandTree.Build();
        ParseResult parsed = root.Parse(args);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e)
        {
            return ErrorReport.Print(e);
        }
    }
}
