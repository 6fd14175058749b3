using System.Text;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Attributes and types without an encoding of their own are in the file as text, ended by a zero byte.</summary>
internal static class TextFallback
{
    public static Attribute Attribute(BytecodeFile file, EncodedEntry entry)
    {
        string text = Text(file, entry);
        try
        {
            return MlirParser.ParseAttribute(text);
        }
        catch (ParseException e)
        {
            throw new BytecodeException($"the text of an attribute is wrong: {e.Message}", entry.Start);
        }
    }

    public static IrType Type(BytecodeFile file, EncodedEntry entry)
    {
        string text = Text(file, entry);
        try
        {
            return MlirParser.ParseType(text);
        }
        catch (ParseException e)
        {
            throw new BytecodeException($"the text of a type is wrong: {e.Message}", entry.Start);
        }
    }

    private static string Text(BytecodeFile file, EncodedEntry entry)
    {
        BytecodeCursor cursor = file.Cursor(entry);
        ReadOnlySpan<byte> bytes = cursor.Bytes(cursor.Remaining).Span;
        return bytes.Length > 0 && bytes[^1] == 0 ? Encoding.UTF8.GetString(bytes[..^1])
            : throw new BytecodeException("the text of an attribute or type has no end", entry.End);
    }
}
