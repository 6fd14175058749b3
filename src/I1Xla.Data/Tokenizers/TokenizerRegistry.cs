namespace I1Xla.Data.Tokenizers;

/// <summary>Tokenizers by the name a configuration gives them.</summary>
public static class TokenizerRegistry
{
    /// <summary>Makes a tokenizer from its file or folder and the number of tokens a text.</summary>
    public delegate ITokenizer Factory(string path, int length);

    private static readonly Dictionary<string, Factory> Factories = new(StringComparer.Ordinal)
    {
        ["word"] = WordTokenizer.Load,
        ["t5gemma"] = PaddedTokenizer.T5Gemma,
        ["t5"] = PaddedTokenizer.T5,
        ["qwen"] = PaddedTokenizer.Qwen,
        ["clip"] = PaddedTokenizer.Clip,
    };

    /// <summary>The names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyCollection<string> Names => Factories.Keys;

    /// <summary>Makes the tokenizer <paramref name="name"/>.</summary>
    /// <param name="name">E.g. <c>word</c>.</param>
    /// <param name="path">Its file, or the folder that has it (for <c>word</c> the data set's folder).</param>
    /// <param name="length">Tokens a text.</param>
    /// <exception cref="ArgumentException">The name is unknown; the message lists those there are.</exception>
    public static ITokenizer Create(string name, string path, int length) => Factories.TryGetValue(name, out Factory? factory)
        ? factory(path, length)
        : throw new ArgumentException($"There is no tokenizer '{name}'. Known: {string.Join(", ", Names)}.");

    /// <summary>Adds a tokenizer.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public static void Register(string name, Factory factory)
    {
        if (!Factories.TryAdd(name, factory))
        {
            throw new ArgumentException($"There is already a tokenizer '{name}'.");
        }
    }
}
