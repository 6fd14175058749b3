namespace I1Xla.Data;

/// <summary>
/// A file or folder that the user gave is missing, damaged or of the wrong kind. The message is complete in itself: what is
/// wrong, in which file and where in it, and what to do.
/// </summary>
public sealed class DataFileException : IOException
{
    /// <summary>Creates the error for <paramref name="path"/>.</summary>
    public DataFileException(string path, string message, Exception? inner = null) : base(message, inner) => Path = path;

    /// <summary>The file or folder at fault.</summary>
    public string Path { get; }
}
