using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Text;

/// <summary>A text that is not what it should be. <see cref="Exception.Message"/> is the first diagnostic with its line and a caret under the place.</summary>
/// <remarks>MLIR documentation, "Diagnostic Infrastructure".</remarks>
public sealed class ParseException(params Diagnostic[] diagnostics) : Exception(Render(diagnostics[0]))
{
    /// <summary>The first diagnostic; its location is a <see cref="FileLineLocation"/>.</summary>
    public Diagnostic Diagnostic => Diagnostics[0];

    /// <summary>Where the first diagnostic points.</summary>
    public FileLineLocation Location => (FileLineLocation)Diagnostic.Location;

    /// <summary>Every diagnostic, in the order in which MLIR gives them.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; } = diagnostics;

    private static string Render(Diagnostic diagnostic)
    {
        string line = diagnostic.SourceLine;
        if (line.Length == 0)
        {
            return diagnostic.ToString();
        }
        const int width = 160;
        int at = Math.Clamp(((FileLineLocation)diagnostic.Location).Column - 1, 0, line.Length);
        int from = Math.Max(0, Math.Min(at - width / 2, line.Length - width));
        string shown = line.Substring(from, Math.Min(width, line.Length - from)).Replace('\t', ' ');
        return $"{diagnostic}\n{shown}\n{new string(' ', at - from)}^";
    }
}
