using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace I1Xla.Data.Tokenizers;

/// <summary>
/// Byte-level byte-pair encoding (Radford et al. 2019) from a Hugging Face <c>tokenizer.json</c>, as Qwen and CLIP have it:
/// added tokens, the normalizers NFC, Lowercase and Replace, the pre-tokenizers Split and ByteLevel, and BPE with or without an
/// end-of-word suffix. A part that is not among these gives an error naming it.
/// </summary>
public sealed class ByteLevelBpe
{
    private const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    private static readonly string[] ByteChars = BuildByteChars();

    private readonly Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
    private readonly Dictionary<(int, int), (int Rank, int Id)> merges = [];
    private readonly List<(string Text, int Id)> added = [];
    private readonly List<Func<string, string>> normalizers = [];
    private readonly List<Func<string, IEnumerable<string>>> splitters = [];
    private readonly string suffix;
    private readonly int unknownId = -1;

    private ByteLevelBpe(JsonElement root)
    {
        foreach (JsonElement token in root.GetProperty("added_tokens").EnumerateArray())
        {
            added.Add((token.GetProperty("content").GetString()!, token.GetProperty("id").GetInt32()));
        }
        added.Sort((a, b) => b.Text.Length - a.Text.Length);
        AddNormalizer(root.GetProperty("normalizer"));
        AddPreTokenizer(root.GetProperty("pre_tokenizer"));
        JsonElement bpe = root.GetProperty("model");
        if (bpe.TryGetProperty("type", out JsonElement type) && type.GetString() != "BPE")
        {
            throw new FormatException($"its model is '{type.GetString()}', not BPE");
        }
        suffix = Text(bpe, "end_of_word_suffix") ?? "";
        foreach (JsonProperty entry in bpe.GetProperty("vocab").EnumerateObject())
        {
            vocabulary[entry.Name] = entry.Value.GetInt32();
        }
        if (Text(bpe, "unk_token") is { Length: > 0 } unknown)
        {
            unknownId = vocabulary[unknown];
        }
        int rank = 0;
        foreach (JsonElement merge in bpe.GetProperty("merges").EnumerateArray())
        {
            string[] pair = merge.ValueKind == JsonValueKind.Array ? [merge[0].GetString()!, merge[1].GetString()!] : merge.GetString()!.Split(' ');
            merges.TryAdd((vocabulary[pair[0]], vocabulary[pair[1]]), (rank++, vocabulary[pair[0] + pair[1]]));
        }
    }

    /// <summary>One more than the largest id.</summary>
    public int VocabularySize => Math.Max(vocabulary.Values.Max(), added.Count == 0 ? 0 : added.Max(a => a.Id)) + 1;

    /// <summary>Reads a <c>tokenizer.json</c>.</summary>
    /// <exception cref="DataFileException">The file is missing or has a part that is not supported.</exception>
    public static ByteLevelBpe Load(string path)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            return new ByteLevelBpe(json.RootElement);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, $"The tokenizer file {path} does not exist. Check the path.", e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or RegexParseException)
        {
            throw new DataFileException(path, $"{path} is not a byte-level BPE tokenizer.json that can be used: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>The id of a token (added or of the vocabulary), or -1.</summary>
    public int Find(string token)
    {
        int at = added.FindIndex(a => a.Text == token);
        return at >= 0 ? added[at].Id : vocabulary.GetValueOrDefault(token, -1);
    }

    /// <summary>Encodes a text; added tokens in it are recognised, none is put in.</summary>
    public int[] Encode(string text)
    {
        var result = new List<int>();
        int at = 0;
        while (at < text.Length)
        {
            int found = text.Length, id = -1, length = 0;
            foreach ((string token, int tokenId) in added)
            {
                int where = text.IndexOf(token, at, StringComparison.Ordinal);
                if (where >= 0 && where < found)
                {
                    (found, id, length) = (where, tokenId, token.Length);
                }
            }
            EncodePart(text[at..found], result);
            if (id >= 0)
            {
                result.Add(id);
            }
            at = found + length;
        }
        return [.. result];
    }

    private void EncodePart(string text, List<int> target)
    {
        foreach (Func<string, string> normalize in normalizers)
        {
            text = normalize(text);
        }
        IEnumerable<string> words = text.Length == 0 ? [] : [text];
        foreach (Func<string, IEnumerable<string>> split in splitters)
        {
            words = words.SelectMany(split);
        }
        foreach (string word in words)
        {
            EncodeWord(word, target);
        }
    }

    private void EncodeWord(string word, List<int> target)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(word);
        var ids = new List<int>(bytes.Length);
        for (int i = 0; i < bytes.Length; i++)
        {
            string symbol = ByteChars[bytes[i]] + (i == bytes.Length - 1 ? suffix : "");
            if (vocabulary.TryGetValue(symbol, out int id))
            {
                ids.Add(id);
            }
            else if (unknownId >= 0)
            {
                ids.Add(unknownId);
            }
        }
        while (ids.Count > 1)
        {
            (int Rank, int Id) best = (int.MaxValue, 0);
            int where = -1;
            for (int i = 0; i + 1 < ids.Count; i++)
            {
                if (merges.TryGetValue((ids[i], ids[i + 1]), out (int Rank, int Id) merge) && merge.Rank < best.Rank)
                {
                    (best, where) = (merge, i);
                }
            }
            if (where < 0)
            {
                break;
            }
            ids[where] = best.Id;
            ids.RemoveAt(where + 1);
        }
        target.AddRange(ids);
    }

    private void AddNormalizer(JsonElement e)
    {
        switch (Kind(e))
        {
            case null:
                break;
            case "Sequence":
                foreach (JsonElement inner in e.GetProperty("normalizers").EnumerateArray())
                {
                    AddNormalizer(inner);
                }
                break;
            case "NFC":
                normalizers.Add(UnicodeNfc.Normalize);
                break;
            case "Lowercase":
                normalizers.Add(s => s.ToLowerInvariant());
                break;
            case "Replace":
                Regex pattern = Pattern(e);
                string content = e.GetProperty("content").GetString()!;
                normalizers.Add(s => pattern.Replace(s, _ => content));
                break;
            case var other:
                throw new FormatException($"its normalizer '{other}' is not supported");
        }
    }

    private void AddPreTokenizer(JsonElement e)
    {
        switch (Kind(e))
        {
            case null:
                break;
            case "Sequence":
                foreach (JsonElement inner in e.GetProperty("pretokenizers").EnumerateArray())
                {
                    AddPreTokenizer(inner);
                }
                break;
            case "Split":
                bool invert = e.GetProperty("invert").GetBoolean();
                string behaviour = e.GetProperty("behavior").GetString()!;
                if (behaviour != "Isolated" && !(behaviour == "Removed" && invert))
                {
                    throw new FormatException($"its Split with behaviour '{behaviour}' is not supported");
                }
                Regex pattern = Pattern(e);
                splitters.Add(s => SplitBy(pattern, s, keepBetween: behaviour == "Isolated"));
                break;
            case "ByteLevel":
                if (e.GetProperty("add_prefix_space").GetBoolean())
                {
                    throw new FormatException("its ByteLevel with a prefix space is not supported");
                }
                if (!e.TryGetProperty("use_regex", out JsonElement use) || use.GetBoolean())
                {
                    var gpt2 = new Regex(Gpt2Pattern, RegexOptions.CultureInvariant);
                    splitters.Add(s => SplitBy(gpt2, s, keepBetween: true));
                }
                break;
            case var other:
                throw new FormatException($"its pre-tokenizer '{other}' is not supported");
        }
    }

    private static IEnumerable<string> SplitBy(Regex pattern, string text, bool keepBetween)
    {
        // One UTF-16 unit a character, of the same class, so that the pattern sees characters beyond U+FFFF as one.
        int[] starts = [.. Starts(text)];
        string shadow = starts.Length == text.Length + 1 ? text : Shadow(text);
        int at = 0;
        foreach (Match match in pattern.Matches(shadow))
        {
            if (match.Index > at && keepBetween)
            {
                yield return text[starts[at]..starts[match.Index]];
            }
            if (match.Length > 0)
            {
                yield return text[starts[match.Index]..starts[match.Index + match.Length]];
            }
            at = match.Index + match.Length;
        }
        if (at < shadow.Length && keepBetween)
        {
            yield return text[starts[at]..];
        }
    }

    private static IEnumerable<int> Starts(string text)
    {
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            yield return at;
            at += rune.Utf16SequenceLength;
        }
        yield return text.Length;
    }

    private static string Shadow(string text)
    {
        var shadow = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            shadow.Append(rune.IsBmp ? (char)rune.Value : Rune.GetUnicodeCategory(rune) switch
            {
                <= UnicodeCategory.OtherLetter => '\u6587',
                UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => '\u2460',
                _ => '\uE000',
            });
        }
        return shadow.ToString();
    }

    private static Regex Pattern(JsonElement e)
    {
        JsonElement pattern = e.GetProperty("pattern");
        string text = pattern.TryGetProperty("Regex", out JsonElement regex) ? regex.GetString()! : Regex.Escape(pattern.GetProperty("String").GetString()!);
        return new Regex(text, RegexOptions.CultureInvariant);
    }

    private static string? Kind(JsonElement e) => e.ValueKind == JsonValueKind.Null ? null : e.GetProperty("type").GetString();

    private static string? Text(JsonElement e, string name) => e.TryGetProperty(name, out JsonElement v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;

    // GPT-2's printable stand-ins for bytes.
    private static string[] BuildByteChars()
    {
        var result = new string[256];
        int extra = 256;
        for (int b = 0; b < 256; b++)
        {
            bool printable = b is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);
            result[b] = ((char)(printable ? b : extra++)).ToString();
        }
        return result;
    }
}
