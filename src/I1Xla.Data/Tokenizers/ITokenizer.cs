namespace I1Xla.Data.Tokenizers;

/// <summary>Token ids and mask of a batch of texts, each <paramref name="Count"/> × <paramref name="Length"/>, row-major.</summary>
/// <param name="Count">Texts.</param>
/// <param name="Length">Tokens a text, padding included.</param>
/// <param name="Ids">Token ids.</param>
/// <param name="Mask">1 where a token is part of the text, 0 where it is padding.</param>
public sealed record TokenBatch(int Count, int Length, int[] Ids, int[] Mask);

/// <summary>Turns text into token ids of a fixed length with a mask. Thread-safe.</summary>
public interface ITokenizer
{
    /// <summary>Tokens a text, padding included.</summary>
    int Length { get; }

    /// <summary>Number of ids: every id is below it.</summary>
    int VocabularySize { get; }

    /// <summary>Encodes one text into <see cref="Length"/> ids and mask values; what does not fit is cut off.</summary>
    void Encode(string text, Span<int> ids, Span<int> mask);

    /// <summary>Encodes texts one below the other.</summary>
    TokenBatch Encode(IReadOnlyList<string> texts)
    {
        var batch = new TokenBatch(texts.Count, Length, new int[texts.Count * Length], new int[texts.Count * Length]);
        for (int i = 0; i < texts.Count; i++)
        {
            Encode(texts[i], batch.Ids.AsSpan(i * Length, Length), batch.Mask.AsSpan(i * Length, Length));
        }
        return batch;
    }
}
