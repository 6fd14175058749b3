namespace I1Xla.StableHlo.Ir;

/// <summary>How bad a diagnostic is.</summary>
/// <remarks>MLIR documentation, "Diagnostic Infrastructure".</remarks>
public enum DiagnosticSeverity
{
    /// <summary>The program is not valid.</summary>
    Error,
    /// <summary>The program is valid, and probably not what was meant.</summary>
    Warning,
}

/// <summary>Something that is wrong with a program.</summary>
/// <remarks>MLIR documentation, "Diagnostic Infrastructure"; constraints: StableHLO specification.</remarks>
/// <param name="Severity">How bad it is.</param>
/// <param name="Location">Where.</param>
/// <param name="Message">What; for a violated constraint it ends with the constraint's name, such as <c>[dot_general (C5)]</c>.</param>
/// <param name="Constraint">The constraint of the specification, such as <c>dot_general (C5)</c>; null when there is none.</param>
/// <param name="Operation">The operation at fault; null when it is not one operation.</param>
public sealed record Diagnostic(DiagnosticSeverity Severity, Location Location, string Message, string? Constraint = null, Operation? Operation = null)
{
    /// <summary>The line of text that <see cref="Location"/> points into, without its end; empty when there is none at hand.</summary>
    public string SourceLine { get; init; } = "";

    /// <summary>One line, compiler style.</summary>
    public override string ToString()
    {
        string where = Location is FileLineLocation at ? $"{at.File}:{at.Line}:{at.Column}: " : "";
        return $"{where}{(Severity == DiagnosticSeverity.Error ? "error" : "warning")}: {Message}";
    }
}
