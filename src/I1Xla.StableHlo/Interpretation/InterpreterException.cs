using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>A program could not be run: which operation, where, and why. Failed checks of the <c>check</c> dialect are <see cref="CheckFailedException"/>.</summary>
/// <remarks>StableHLO specification, section <c>Errors</c>.</remarks>
public class InterpreterException : Exception
{
    /// <summary>An error at an operation.</summary>
    public InterpreterException(Operation? op, string message, Exception? inner = null)
        : base(op is null ? message : $"{op.Name}{Describe(op.Location)}: {message}", inner) => Operation = op;

    /// <summary>The operation; null when the error is about the whole program.</summary>
    public Operation? Operation { get; }

    private static string Describe(Location location) => location switch
    {
        FileLineLocation f => $" at {f.File}:{f.Line}:{f.Column}",
        NameLocation n => $" at \"{n.Name}\"",
        CallSiteLocation c => Describe(c.Callee),
        FusedLocation { Locations.Length: > 0 } f => Describe(f.Locations[0]),
        _ => "",
    };
}

/// <summary>A check of the <c>check</c> dialect did not hold.</summary>
/// <remarks>StableHLO, <c>stablehlo/tests/CheckOps.td</c>.</remarks>
public sealed class CheckFailedException(Operation op, string message) : InterpreterException(op, message);
