using System.Text;
using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>A part of a text that <c>// -----</c> lines divide: the module it holds, or why it holds none.</summary>
/// <remarks>MLIR documentation, "Testing Guide", <c>-split-input-file</c>.</remarks>
/// <param name="Text">The part's bytes.</param>
/// <param name="FirstLine">The line of the whole text on which it starts; positions in <paramref name="Error"/> count from the start of the whole.</param>
/// <param name="Module">The module; null after an error.</param>
/// <param name="Error">The error; null after success.</param>
public sealed record SplitPart(ReadOnlyMemory<byte> Text, int FirstLine, ModuleOp? Module, ParseException? Error);

/// <summary>
/// Reads MLIR text: the generic form of any operation, and the forms that <c>stablehlo-opt</c>, JAX and XLA write for the
/// stablehlo, chlo, check, sdy, func and builtin dialects (MLIR language reference; StableHLO, CHLO and Shardy assembly formats).
/// Attributes, types and values come out the same from either form. Operations without a <c>loc(…)</c> get their place in the text.
/// </summary>
public static class MlirParser
{
    /// <summary>Reads a module.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What diagnostics and locations call the text; a file's path.</param>
    /// <exception cref="ParseException">The text is wrong; no other exception comes from any text.</exception>
    public static ModuleOp ParseModule(string text, string name = "<string>") => ParseModule(Encoding.UTF8.GetBytes(text), name);

    /// <inheritdoc cref="ParseModule(string, string)"/>
    /// <param name="text">The text in UTF-8.</param>
    /// <param name="name">What diagnostics and locations call the text; a file's path.</param>
    public static ModuleOp ParseModule(ReadOnlyMemory<byte> text, string name = "<bytes>") => new Parser(text.Span, name).ParseTopLevel();

    /// <summary>Reads a file.</summary>
    /// <exception cref="ParseException">The text is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ModuleOp ParseFile(string path) => ParseModule(File.ReadAllBytes(path), path);

    /// <summary>Reads the parts between <c>// -----</c> lines, each on its own, as <c>-split-input-file</c> does.</summary>
    public static IReadOnlyList<SplitPart> ParseSplit(string text, string name = "<string>") => ParseSplit(Encoding.UTF8.GetBytes(text), name);

    /// <inheritdoc cref="ParseSplit(string, string)"/>
    public static IReadOnlyList<SplitPart> ParseSplit(ReadOnlyMemory<byte> text, string name = "<bytes>")
    {
        var parts = new List<SplitPart>();
        int start = 0;
        int line = 1;
        while (true)
        {
            int length = NextDivider(text.Span[start..]);
            ReadOnlyMemory<byte> part = length < 0 ? text[start..] : text.Slice(start, length);
            parts.Add(ParsePart(part, name, line));
            if (length < 0)
            {
                return parts;
            }
            int end = text.Span[(start + length)..].IndexOf((byte)'\n');
            end = end < 0 ? text.Length : start + length + end + 1;
            line += text.Span[start..end].Count((byte)'\n');
            start = end;
        }
    }

    /// <summary>Reads a type.</summary>
    /// <exception cref="ParseException">The text is not one type.</exception>
    public static IrType ParseType(string text) => new Parser(Encoding.UTF8.GetBytes(text), "<type>").ParseOneType();

    /// <summary>Reads an attribute.</summary>
    /// <exception cref="ParseException">The text is not one attribute.</exception>
    public static Attribute ParseAttribute(string text) => new Parser(Encoding.UTF8.GetBytes(text), "<attribute>").ParseOneAttribute();

    private static SplitPart ParsePart(ReadOnlyMemory<byte> text, string name, int firstLine)
    {
        try
        {
            return new SplitPart(text, firstLine, new Parser(text.Span, name, firstLine).ParseTopLevel(), null);
        }
        catch (ParseException e)
        {
            return new SplitPart(text, firstLine, null, e);
        }
    }

    /// <summary>Where the next line <c>// -----</c> starts, or -1.</summary>
    private static int NextDivider(ReadOnlySpan<byte> text)
    {
        int from = 0;
        while (true)
        {
            int at = text[from..].IndexOf("// -----"u8);
            if (at < 0)
            {
                return -1;
            }
            at += from;
            ReadOnlySpan<byte> rest = text[(at + 8)..];
            int end = rest.IndexOf((byte)'\n');
            bool alone = (end < 0 ? rest : rest[..end]).Trim(" \t\r"u8).IsEmpty;
            if (alone && (at == 0 || text[at - 1] == '\n'))
            {
                return at;
            }
            from = at + 8;
        }
    }
}
