namespace I1Xla.Cli;

/// <summary>The <c>i1xla</c> command.</summary>
public static class Program
{
    /// <summary>Parses the command line and runs the command it names.</summary>
    public static int Main(string[] args) => args.Length;
}
