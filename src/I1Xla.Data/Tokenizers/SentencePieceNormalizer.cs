using System.Buffers.Binary;
using System.Text;

namespace I1Xla.Data.Tokenizers;

/// <summary>
/// SentencePiece's normalization: replacement of the longest matching strings by a compiled table (a double-array trie as
/// darts-clone stores it, then NUL-terminated replacements), white space handling, and the visible blank U+2581.
/// </summary>
internal sealed class SentencePieceNormalizer
{
    private static readonly byte[] Blank = Encoding.UTF8.GetBytes("\u2581");
    private static readonly byte[] Replacement = Encoding.UTF8.GetBytes("\uFFFD");

    private readonly SentencePieceModel model;
    private readonly PrefixMatcher userDefined;
    private readonly uint[] trie = [];
    private readonly byte[] replacements = [];

    public SentencePieceNormalizer(SentencePieceModel model, PrefixMatcher userDefined)
    {
        (this.model, this.userDefined) = (model, userDefined);
        if (model.CharsMap.Length > 4)
        {
            int size = BinaryPrimitives.ReadInt32LittleEndian(model.CharsMap);
            trie = new uint[size / 4];
            for (int i = 0; i < trie.Length; i++)
            {
                trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(model.CharsMap.AsSpan(4 + (i * 4)));
            }
            replacements = model.CharsMap[(4 + size)..];
        }
    }

    /// <summary>The normalized text as UTF-8.</summary>
    public byte[] Normalize(byte[] input)
    {
        var result = new List<byte>(input.Length + 16);
        int at = 0;
        byte[] blank = model.EscapeWhitespaces ? Blank : [(byte)' '];
        if (model.RemoveExtraWhitespaces)
        {
            while (at < input.Length)
            {
                (byte[] piece, int used) = Prefix(input, at);
                if (piece is not [(byte)' '])
                {
                    break;
                }
                at += used;
            }
        }
        if (at == input.Length)
        {
            return [];
        }
        if (model.AddDummyPrefix && !model.WhitespaceAsSuffix)
        {
            result.AddRange(blank);
        }
        bool afterSpace = model.RemoveExtraWhitespaces;
        while (at < input.Length)
        {
            (byte[] piece, int used) = Prefix(input, at);
            int from = 0;
            while (afterSpace && from < piece.Length && piece[from] == ' ')
            {
                from++;
            }
            for (int i = from; i < piece.Length; i++)
            {
                if (piece[i] == ' ')
                {
                    result.AddRange(blank);
                }
                else
                {
                    result.Add(piece[i]);
                }
            }
            if (from < piece.Length)
            {
                afterSpace = piece[^1] == ' ';
            }
            at += used;
            afterSpace &= model.RemoveExtraWhitespaces;
        }
        if (model.RemoveExtraWhitespaces)
        {
            while (result.Count >= blank.Length && result[^blank.Length..].SequenceEqual(blank))
            {
                result.RemoveRange(result.Count - blank.Length, blank.Length);
            }
        }
        if (model.AddDummyPrefix && model.WhitespaceAsSuffix)
        {
            result.AddRange(blank);
        }
        return [.. result];
    }

    private (byte[] Piece, int Used) Prefix(byte[] input, int at)
    {
        int symbol = userDefined.Longest(input, at);
        if (symbol > 0)
        {
            return (input[at..(at + symbol)], symbol);
        }
        (int length, int value) = LongestReplacement(input, at);
        if (length > 0)
        {
            int end = Array.IndexOf(replacements, (byte)0, value);
            return (replacements[value..end], length);
        }
        return Rune.DecodeFromUtf8(input.AsSpan(at), out _, out int used) == System.Buffers.OperationStatus.Done ? (input[at..(at + used)], used) : (Replacement, 1);
    }

    private (int Length, int Value) LongestReplacement(byte[] input, int at)
    {
        (int, int) best = (0, 0);
        if (trie.Length == 0)
        {
            return best;
        }
        uint node = Offset(trie[0]);
        for (int i = at; i < input.Length; i++)
        {
            node ^= input[i];
            if (node >= trie.Length)
            {
                break;
            }
            uint unit = trie[node];
            if ((unit & 0x800000FF) != input[i])
            {
                break;
            }
            node ^= Offset(unit);
            if (((unit >> 8) & 1) != 0)
            {
                best = (i + 1 - at, (int)(trie[node] & 0x7FFFFFFF));
            }
        }
        return best;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1 << 9)) >> 6);
}

/// <summary>Finds which of some strings a text continues with.</summary>
internal sealed class PrefixMatcher
{
    private readonly Dictionary<string, int> strings = new(StringComparer.Ordinal);
    private readonly int longest;

    /// <summary>A matcher over strings and their values.</summary>
    public PrefixMatcher(IEnumerable<(string Text, int Value)> entries)
    {
        foreach ((string text, int value) in entries)
        {
            strings[Key(Encoding.UTF8.GetBytes(text))] = value;
            longest = Math.Max(longest, Encoding.UTF8.GetByteCount(text));
        }
    }

    /// <summary>Length in bytes of the longest match at <paramref name="at"/>, 0 for none.</summary>
    public int Longest(byte[] text, int at)
    {
        for (int n = Math.Min(longest, text.Length - at); n > 0; n--)
        {
            if (strings.ContainsKey(Key(text.AsSpan(at, n))))
            {
                return n;
            }
        }
        return 0;
    }

    /// <summary>The value of the bytes, or -1.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        if (text.Length > longest)
        {
            return -1;
        }
        Span<char> key = stackalloc char[text.Length];
        for (int i = 0; i < text.Length; i++)
        {
            key[i] = (char)text[i];
        }
        return strings.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out int value) ? value : -1;
    }

    /// <summary>Longest string, in bytes.</summary>
    public int LongestBytes => longest;

    private static string Key(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
