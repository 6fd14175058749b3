using I1Xla.Data.Tokenizers;
using I1Xla.Host.Configuration;
using I1Xla.Models;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Runs;

/// <summary>A text encoder with the tokenizer that feeds it; no tokenizer where features are given.</summary>
public sealed record TextEncoderEntry(TextEncoder Encoder, ITokenizer? Tokenizer, int Tokens);

/// <summary>Text encoders by the name a configuration gives them (spec 2.1).</summary>
public static class TextEncoderRegistry
{
    private const int WordTokens = 16;
    private const int WordEmbedDim = 64;

    // Width and length of each encoder of i1 whose features come with the batch.
    private static readonly Dictionary<string, (int Dim, int Tokens)> s_given = new()
    {
        ["T5Gemma"] = (2304, 256),
        ["T5Gemma_2B_no_IT"] = (2304, 256),
        ["T5Gemma_9B_2B"] = (3584, 256),
        ["T5Gemma_9B_2B_no_IT"] = (3584, 256),
        ["T5Gemma2-1b"] = (1152, 256),
        ["T5Gemma2-4b"] = (2560, 256),
        ["qwen3-1.7b"] = (2048, 256),
        ["qwen3-4b-instruct-2507"] = (2560, 256),
        ["qwen3-vl-2b-instruct"] = (2048, 256),
        ["qwen3-vl-4b-instruct"] = (2560, 256),
        ["qwen3-vl-2b-instruct_system_prompt"] = (2048, 256),
        ["qwen3-vl-4b-instruct_system_prompt"] = (2560, 256),
        ["fg-clip2-short-so400m"] = (1152, 64),
        ["fg-clip2-long-so400m"] = (1152, 196),
        ["clip-large"] = (768, 77),
        ["T5"] = (4096, 120),
        ["T5-small"] = (512, 120),
        ["T5-base"] = (768, 120),
        ["T5-large"] = (1024, 120),
        ["T5-xl"] = (2048, 120),
        ["T5-xxl"] = (4096, 120),
    };

    /// <summary>The names.</summary>
    public static IReadOnlyCollection<string> Names => [.. s_given.Keys, SeededEmbedding.Key];

    /// <summary>Makes the encoders of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="vocabulary">The data set's folder, or a vocabulary file; null when no word tokenizer is needed.</param>
    /// <exception cref="UserErrorException">A name is unknown, or lengths do not go with the names.</exception>
    public static IReadOnlyList<TextEncoderEntry> Create(RunConfig run, string? vocabulary)
    {
        IReadOnlyList<string> names = run.TextEncoderType.Items;
        if (run.TokenLen is { IsList: true } lengths && lengths.Items.Count != names.Count)
        {
            throw new UserErrorException($"token_len lists {lengths.Items.Count} lengths for {names.Count} text encoders.");
        }
        ElementKind precision = run.TextEncoderPrecision switch { "bf16" => ElementKind.BF16, "fp16" => ElementKind.F16, _ => ElementKind.F32 };
        var entries = new TextEncoderEntry[names.Count];
        for (int i = 0; i < entries.Length; i++)
        {
            int? length = run.TokenLen is null ? null : run.TokenLen.IsList ? run.TokenLen.Items[i] : run.TokenLen.Single;
            entries[i] = Create(names[i], length, run, precision, vocabulary);
        }
        return entries;
    }

    private static TextEncoderEntry Create(string name, int? length, RunConfig run, ElementKind precision, string? vocabulary)
    {
        if (name == SeededEmbedding.Key)
        {
            if (vocabulary is null)
            {
                throw new UserErrorException($"The text encoder '{name}' needs a vocabulary: the data set's folder has one (input.data), and a work directory keeps a copy.");
            }
            ITokenizer tokenizer = TokenizerRegistry.Create("word", vocabulary, length ?? WordTokens);
            return new TextEncoderEntry(new SeededEmbedding(tokenizer.VocabularySize, run.TextEmbedDim ?? WordEmbedDim), tokenizer, tokenizer.Length);
        }
        if (!s_given.TryGetValue(name, out (int Dim, int Tokens) given))
        {
            throw new UserErrorException($"text_encoder_type '{name}' is not known; {Nearest.Hint(name, Names)}");
        }
        return new TextEncoderEntry(new GivenFeatures(name, given.Dim, precision), null, length ?? given.Tokens);
    }
}
