namespace I1Xla.Data.Tokenizers;

/// <summary>
/// Gives the ids of a sub-word encoder a fixed length as i1's text encoders want them (spec 2.2): cut at the end, special
/// tokens put round, padded on the right.
/// </summary>
public sealed class PaddedTokenizer : ITokenizer
{
    private readonly Func<string, int[]> encode;
    private readonly int padId;
    private readonly int beginId;
    private readonly int endId;
    private readonly bool maskIsNonPadId;

    /// <summary>Wraps an encoder.</summary>
    /// <param name="encode">Text to ids without special tokens.</param>
    /// <param name="vocabularySize">Number of ids.</param>
    /// <param name="length">Tokens a text.</param>
    /// <param name="padId">Id of padding.</param>
    /// <param name="beginId">Put before each text; -1 for none.</param>
    /// <param name="endId">Put after each text, also after one that was cut; -1 for none.</param>
    /// <param name="maskIsNonPadId">The mask is "id is not the padding id" (T5Gemma) rather than "position holds text".</param>
    public PaddedTokenizer(Func<string, int[]> encode, int vocabularySize, int length, int padId, int beginId = -1, int endId = -1, bool maskIsNonPadId = false)
    {
        int special = (beginId >= 0 ? 1 : 0) + (endId >= 0 ? 1 : 0);
        if (length < 1 || length < special)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, $"A text needs room for at least {Math.Max(1, special)} tokens.");
        }
        (this.encode, VocabularySize, Length, this.padId, this.beginId, this.endId, this.maskIsNonPadId) = (encode, vocabularySize, length, padId, beginId, endId, maskIsNonPadId);
    }

    /// <inheritdoc/>
    public int Length { get; }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <summary>The T5Gemma rule: SentencePiece ids, no specials, padded with 0, mask = id is not 0.</summary>
    public static PaddedTokenizer T5Gemma(string path, int length)
    {
        SentencePiece model = SentencePiece.Load(path);
        return new PaddedTokenizer(model.Encode, model.Pieces.Count, length, 0, maskIsNonPadId: true);
    }

    /// <summary>The T5 rule: SentencePiece ids, the end symbol <c>&lt;/s&gt;</c> appended, padded with <c>&lt;pad&gt;</c>.</summary>
    public static PaddedTokenizer T5(string path, int length)
    {
        SentencePiece model = SentencePiece.Load(path);
        return new PaddedTokenizer(model.Encode, model.Pieces.Count, length, Require(model.Find("<pad>"), "<pad>", path), endId: Require(model.Find("</s>"), "</s>", path));
    }

    /// <summary>The Qwen rule: byte-level BPE, no specials, padded with <c>&lt;|endoftext|&gt;</c>.</summary>
    public static PaddedTokenizer Qwen(string path, int length)
    {
        ByteLevelBpe bpe = ByteLevelBpe.Load(path);
        return new PaddedTokenizer(bpe.Encode, bpe.VocabularySize, length, Require(bpe.Find("<|endoftext|>"), "<|endoftext|>", path));
    }

    /// <summary>The CLIP rule: between <c>&lt;|startoftext|&gt;</c> and <c>&lt;|endoftext|&gt;</c>, padded with the latter.</summary>
    public static PaddedTokenizer Clip(string path, int length)
    {
        ByteLevelBpe bpe = ByteLevelBpe.Load(path);
        int end = Require(bpe.Find("<|endoftext|>"), "<|endoftext|>", path);
        return new PaddedTokenizer(bpe.Encode, bpe.VocabularySize, length, end, Require(bpe.Find("<|startoftext|>"), "<|startoftext|>", path), end);
    }

    /// <inheritdoc/>
    public void Encode(string text, Span<int> ids, Span<int> mask)
    {
        int[] own = encode(text);
        int n = 0;
        if (beginId >= 0)
        {
            ids[n++] = beginId;
        }
        int room = Math.Min(own.Length, Length - n - (endId >= 0 ? 1 : 0));
        own.AsSpan(0, room).CopyTo(ids[n..]);
        n += room;
        if (endId >= 0)
        {
            ids[n++] = endId;
        }
        ids[n..Length].Fill(padId);
        for (int i = 0; i < Length; i++)
        {
            mask[i] = (maskIsNonPadId ? ids[i] != padId : i < n) ? 1 : 0;
        }
    }

    private static int Require(int id, string token, string path) => id >= 0 ? id
        : throw new DataFileException(path, $"{path} has no token {token}, which this kind of tokenizer needs. Give the tokenizer that belongs to the text encoder.");
}
