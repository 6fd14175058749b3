using System.Diagnostics;
using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>The function that is being traced on this thread, where the user's program stands, and how mistakes are reported.</summary>
internal static class Tracer
{
    [ThreadStatic]
    private static FunctionTracer? s_current;
    [ThreadStatic]
    private static FileLineLocation? s_site;
    [ThreadStatic]
    private static string? s_lastFile;
    [ThreadStatic]
    private static bool s_lastIsOurs;

    private static readonly string s_library = LibraryFolder();

    /// <summary>The function under construction.</summary>
    /// <exception cref="GraphException">Nothing is being traced.</exception>
    public static FunctionTracer Current =>
        s_current ?? throw new GraphException("no function is being traced on this thread: call tensor operations inside the function given to Jit.Trace");

    /// <summary>The function under construction, or null.</summary>
    public static FunctionTracer? CurrentOrNull => s_current;

    /// <summary>The line of the user's program that is running, as far as it is known.</summary>
    public static Location Site => s_site is null ? Location.Unknown : s_site;

    /// <summary>
    /// The line itself, to be put back when a function of the user's that was called from it returns: C# operators bring no
    /// line of their own, and take that of the call before them.
    /// </summary>
    public static FileLineLocation? Line
    {
        get => s_site;
        set => s_site = value;
    }

    /// <summary>Makes a function current until the result is disposed.</summary>
    public static Switched Enter(FunctionTracer function)
    {
        var restore = new Switched(s_current);
        s_current = function;
        return restore;
    }

    /// <summary>Puts the former function back.</summary>
    public readonly struct Switched(FunctionTracer? former) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => s_current = former;
    }

    /// <summary>
    /// Notes the caller of a public operation. Calls from this library's own files are not the user's and change nothing,
    /// so that what a composite operation emits keeps the line of the call that asked for it.
    /// </summary>
    public static void At(string file, int line)
    {
        if (!ReferenceEquals(file, s_lastFile))
        {
            s_lastFile = file;
            s_lastIsOurs = file.StartsWith(s_library, StringComparison.Ordinal);
        }
        if (s_lastIsOurs || line == 0)
        {
            return;
        }
        if (s_site is null || s_site.Line != line || !ReferenceEquals(s_site.File, file))
        {
            s_site = new FileLineLocation(file, line, 1);
        }
    }

    /// <summary>The error of an operation: its name, what is wrong, and the user's line.</summary>
    public static GraphException Error(string op, string message)
    {
        string place = UserFrame() ?? (s_site is { } site ? $"{site.File}:{site.Line}" : "an unknown line");
        string path = s_current?.Path is { Length: > 0 } p ? $" (in {p})" : "";
        return new GraphException($"{op}: {message}, at {place}{path}");
    }

    /// <summary>Where the user's code called in, found by walking the stack: for errors only, it is slow.</summary>
    private static string? UserFrame()
    {
        foreach (StackFrame frame in new StackTrace(1, true).GetFrames())
        {
            if (frame.GetFileName() is { } file && !file.StartsWith(s_library, StringComparison.Ordinal))
            {
                return $"{file}:{frame.GetFileLineNumber()}";
            }
        }
        return null;
    }

    private static string LibraryFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(Path.GetDirectoryName(file))! + Path.DirectorySeparatorChar;
}
