namespace I1Xla.StableHlo.Text;

/// <summary>How bad a <see cref="Diagnostic"/> is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>The input is wrong.</summary>
    Error,
    /// <summary>The input is suspicious.</summary>
    Warning,
    /// <summary>Something worth knowing.</summary>
    Remark,
    /// <summary>More about the diagnostic before it.</summary>
    Note,
}

/// <summary>A place in a text: line and column count from 1, columns in bytes of UTF-8 as MLIR counts them.</summary>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>Something to tell about a text.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Position">Where it is.</param>
/// <param name="Message">What it is, in MLIR's words where MLIR has words for it.</param>
/// <param name="SourceLine">The line it is on, without its end; empty when unknown.</param>
public sealed record Diagnostic(DiagnosticSeverity Severity, SourcePosition Position, string Message, string SourceLine = "")
{
    /// <summary>The message with its position, and under it the line with a caret.</summary>
    public override string ToString()
    {
        string head = $"{Position}: {Severity.ToString().ToLowerInvariant()}: {Message}";
        if (SourceLine.Length == 0)
        {
            return head;
        }
        const int width = 160;
        int at = Math.Clamp(Position.Column - 1, 0, SourceLine.Length);
        int from = Math.Max(0, Math.Min(at - width / 2, SourceLine.Length - width));
        string line = SourceLine.Substring(from, Math.Min(width, SourceLine.Length - from)).Replace('\t', ' ');
        return $"{head}\n{line}\n{new string(' ', at - from)}^";
    }
}

/// <summary>A text that is not what it should be. <see cref="Exception.Message"/> is the first diagnostic with its line and caret.</summary>
public sealed class ParseException(params Diagnostic[] diagnostics) : Exception(diagnostics[0].ToString())
{
    /// <summary>The first diagnostic.</summary>
    public Diagnostic Diagnostic => Diagnostics[0];

    /// <summary>Every diagnostic, in the order in which MLIR would give them.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; } = diagnostics;
}
