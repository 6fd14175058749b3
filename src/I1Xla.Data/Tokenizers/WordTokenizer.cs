using System.Text;
using System.Text.Json;
using I1Xla.Data.Records;
using I1Xla.Data.Tfds;

namespace I1Xla.Data.Tokenizers;

/// <summary>
/// One id a word: texts are lower-cased and split at whatever is no letter, mark, digit or apostrophe. Id 0 is padding, id 1 any word that
/// is not in the vocabulary, which is made from a data set's captions and kept beside it in <see cref="FileName"/>.
/// </summary>
public sealed class WordTokenizer : ITokenizer
{
    /// <summary>Name of the vocabulary file in a data set's folder.</summary>
    public const string FileName = "vocabulary.json";

    /// <summary>Id of padding.</summary>
    public const int PadId = 0;

    /// <summary>Id of unknown words.</summary>
    public const int UnknownId = 1;

    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);

    /// <summary>A tokenizer over words in order of id, from id 2.</summary>
    public WordTokenizer(IEnumerable<string> words, int length)
    {
        if (length < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, "A text has at least one token.");
        }
        Length = length;
        foreach (string word in words)
        {
            ids.TryAdd(word, ids.Count + 2);
        }
    }

    /// <inheritdoc/>
    public int Length { get; }

    /// <inheritdoc/>
    public int VocabularySize => ids.Count + 2;

    /// <inheritdoc/>
    public void Encode(string text, Span<int> target, Span<int> mask)
    {
        target[..Length].Clear();
        mask[..Length].Clear();
        int n = 0;
        foreach (string word in Split(text))
        {
            if (n == Length)
            {
                break;
            }
            target[n] = ids.GetValueOrDefault(word, UnknownId);
            mask[n++] = 1;
        }
    }

    /// <summary>The words of a text that the vocabulary lacks.</summary>
    public IReadOnlyList<string> UnknownWords(string text) => [.. Split(text).Where(w => !ids.ContainsKey(w))];

    /// <summary>
    /// The tokenizer of a data set's folder, or of a vocabulary file: its words are read from <see cref="FileName"/>, or
    /// collected from the captions of the <c>train</c> split where there is none.
    /// </summary>
    public static WordTokenizer Load(string path, int length)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, FileName) : path;
        if (!File.Exists(file))
        {
            return Directory.Exists(path)
                ? new WordTokenizer(CountWords(TfdsFolder.Open(path).Split("train")).Words(), length)
                : throw new DataFileException(file, $"{file} does not exist. Give the data set's folder, or a vocabulary file.");
        }
        try
        {
            string[] words = JsonSerializer.Deserialize<Dictionary<string, string[]>>(File.ReadAllBytes(file))!["words"];
            return new WordTokenizer(words, length);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or NullReferenceException)
        {
            throw new DataFileException(file, $"{file} is not a vocabulary (a JSON object with a list 'words'). Make the data set again.", e);
        }
    }

    /// <summary>Writes a vocabulary into a data set's folder.</summary>
    public static void SaveVocabulary(string directory, IReadOnlyList<string> words) => File.WriteAllText(
        Path.Combine(directory, FileName), JsonSerializer.Serialize(new Dictionary<string, IReadOnlyList<string>> { ["words"] = words }, Json) + "\n");

    private static WordCounter CountWords(TfdsSplit split)
    {
        var counter = new WordCounter();
        for (int shard = 0; shard < split.ShardFiles.Count; shard++)
        {
            using var file = new TfRecordFile(split.ShardPath(shard));
            foreach ((_, byte[] payload) in file.ReadAll(DamagedRecords.Skip))
            {
                foreach (string caption in ImageCaptionRecord.Parse(payload).Captions)
                {
                    counter.Add(caption);
                }
            }
        }
        return counter;
    }

    /// <summary>The words of a text, lower-cased.</summary>
    internal static IEnumerable<string> Split(string text)
    {
        var word = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || rune.Value is '\'' || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark)
            {
                word.Append(Rune.ToLowerInvariant(rune));
            }
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }
        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }

    private static readonly JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

/// <summary>Counts the words of captions.</summary>
public sealed class WordCounter
{
    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);

    /// <summary>Counts a caption's words.</summary>
    public void Add(string caption)
    {
        foreach (string word in WordTokenizer.Split(caption))
        {
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }
    }

    /// <summary>The words seen at least <paramref name="minimumCount"/> times, most frequent first, then in ordinal order.</summary>
    public IReadOnlyList<string> Words(int minimumCount = 1) =>
        [.. counts.Where(c => c.Value >= minimumCount).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Key)];
}
