namespace I1Xla.Graph;

/// <summary>
/// A mistake in a graph program: an operation that its operands do not allow, a missing derivative, a parameter that does
/// not fit. The message names the operation, the shapes, and the file and line of the call that is wrong.
/// </summary>
public sealed class GraphException : Exception
{
    /// <summary>An error with everything said in the message.</summary>
    public GraphException(string message) : base(message) { }

    /// <summary>An error caused by another.</summary>
    public GraphException(string message, Exception inner) : base(message, inner) { }
}
