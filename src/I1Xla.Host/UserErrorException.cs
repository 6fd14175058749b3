namespace I1Xla.Host;

/// <summary>
/// Something the user can mend: the message says what is wrong, where, and what to do. Commands print it as one error
/// without a stack trace and end with exit code 2.
/// </summary>
public sealed class UserErrorException : Exception
{
    /// <summary>An error with its message.</summary>
    public UserErrorException(string message) : base(message) { }

    /// <summary>An error that another one caused.</summary>
    public UserErrorException(string message, Exception inner) : base(message, inner) { }
}
