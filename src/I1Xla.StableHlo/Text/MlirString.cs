using System.Text;

namespace I1Xla.StableHlo.Text;

/// <summary>
/// MLIR strings are bytes, .NET strings are UTF-16. Valid UTF-8 becomes the text it spells; each byte that is not part of
/// valid UTF-8 becomes the lone surrogate U+DC00 + byte, so that every byte string survives the way there and back.
/// </summary>
/// <remarks>MLIR language reference, section <c>Common syntax</c> (string-literal); Unicode, 3.9 (UTF-8).</remarks>
public static class MlirString
{
    /// <summary>The string of some bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes))
        {
            return Encoding.ASCII.GetString(bytes);
        }
        var text = new StringBuilder(bytes.Length);
        while (bytes.Length > 0)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int used) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                for (int i = 0; i < used; i++)
                {
                    text.Append((char)(0xDC00 + bytes[i]));
                }
            }
            bytes = bytes[used..];
        }
        return text.ToString();
    }

    /// <summary>The bytes of a string.</summary>
    public static byte[] Encode(string text)
    {
        bool lone = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                lone = true;
            }
        }
        if (!lone)
        {
            return Encoding.UTF8.GetBytes(text);
        }
        var bytes = new List<byte>(text.Length);
        Span<byte> buffer = stackalloc byte[4];
        for (int i = 0; i < text.Length; i++)
        {
            if (Rune.TryGetRuneAt(text, i, out Rune rune))
            {
                bytes.AddRange(buffer[..rune.EncodeToUtf8(buffer)]);
                i += rune.Utf16SequenceLength - 1;
            }
            else if (text[i] is >= (char)0xDC00 and <= (char)0xDCFF)
            {
                bytes.Add((byte)(text[i] - 0xDC00));
            }
            else
            {
                bytes.AddRange("\uFFFD"u8);
            }
        }
        return [.. bytes];
    }
}
