using System.Globalization;
using System.Text;
using System.Text.Json;
using I1Xla.Data.Tokenizers;
using I1Xla.Testing;

namespace I1Xla.Data.Tests.Tokenizers;

public sealed class SubwordTests
{
    private static IEnumerable<(string Text, int[] Ids)> Cases(string name)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(SharedAssets.Golden("tok", name + ".json")));
        foreach (JsonElement c in json.RootElement.EnumerateArray())
        {
            yield return (c.GetProperty("text").GetString()!, [.. c.GetProperty("ids").EnumerateArray().Select(i => i.GetInt32())]);
        }
    }

    [TestCase("gemma_like")]
    [TestCase("llama_like")]
    [TestCase("t5_like")]
    public void SentencePieceIdsEqualGooglesLibrary(string name)
    {
        SentencePiece model = SentencePiece.Load(SharedAssets.Golden("tok", name + ".model"));
        foreach ((string text, int[] ids) in Cases(name))
        {
            Assert.That(model.Encode(text), Is.EqualTo(ids), text);
        }
    }

    [TestCase("qwen_like")]
    [TestCase("clip_like")]
    public void ByteLevelIdsEqualHuggingFaces(string name)
    {
        ByteLevelBpe bpe = ByteLevelBpe.Load(SharedAssets.Golden("tok", name + ".json.tokenizer"));
        foreach ((string text, int[] ids) in Cases(name))
        {
            Assert.That(bpe.Encode(text), Is.EqualTo(ids), text);
        }
    }

    [Test]
    public void FormCEqualsTheUnicodeDatabases()
    {
        foreach (string line in File.ReadLines(Path.Combine(SharedAssets.RepositoryRoot, "tests", "golden", "nfc.txt")))
        {
            string[] sides = line.Split(';');
            Assert.That(UnicodeNfc.Normalize(Decode(sides[0])), Is.EqualTo(Decode(sides[1])), line);
        }

        static string Decode(string hex) => string.Concat(hex.Split(' ').Select(h => new Rune(int.Parse(h, NumberStyles.AllowHexSpecifier)).ToString()));
    }

    [Test]
    public void PaddingFollowsEachEncodersRule()
    {
        (string text, int[] ids) = Cases("gemma_like").First();
        ITokenizer gemma = TokenizerRegistry.Create("t5gemma", SharedAssets.Golden("tok", "gemma_like.model"), 8);
        TokenBatch batch = gemma.Encode([text, ""]);
        Assert.That(batch.Ids, Is.EqualTo((int[])[.. ids, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        Assert.That(batch.Mask, Is.EqualTo(new[] { 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }));
        Assert.That(TokenizerRegistry.Create("t5gemma", SharedAssets.Golden("tok", "gemma_like.model"), 4).Encode([text]).Ids, Is.EqualTo(ids[..4]));

        (text, ids) = Cases("t5_like").First();
        Assert.That(TokenizerRegistry.Create("t5", SharedAssets.Golden("tok", "t5_like.model"), 8).Encode([text]).Ids, Is.EqualTo((int[])[.. ids, 1, 0]));
        Assert.That(TokenizerRegistry.Create("t5", SharedAssets.Golden("tok", "t5_like.model"), 4).Encode([text]).Ids, Is.EqualTo((int[])[.. ids[..3], 1]));

        (text, ids) = Cases("clip_like").First();
        TokenBatch clip = TokenizerRegistry.Create("clip", SharedAssets.Golden("tok", "clip_like.json.tokenizer"), 10).Encode([text]);
        Assert.That(clip.Ids, Is.EqualTo((int[])[0, .. ids, 1, 1, 1]));
        Assert.That(clip.Mask, Is.EqualTo(new[] { 1, 1, 1, 1, 1, 1, 1, 1, 0, 0 }));

        (text, ids) = Cases("qwen_like").First();
        TokenBatch qwen = TokenizerRegistry.Create("qwen", SharedAssets.Golden("tok", "qwen_like.json.tokenizer"), 7).Encode([text]);
        Assert.That(qwen.Ids, Is.EqualTo((int[])[.. ids, 0]));
        Assert.That(qwen.Mask[^1], Is.Zero);
    }

    [Test]
    public void WrongFilesAreNamed()
    {
        string model = SharedAssets.Golden("tok", "gemma_like.model"), json = SharedAssets.Golden("tok", "qwen_like.json.tokenizer");
        Assert.That(() => SentencePiece.Load(json), Throws.TypeOf<DataFileException>().With.Message.Contains("not a SentencePiece model"));
        Assert.That(() => ByteLevelBpe.Load(model), Throws.TypeOf<DataFileException>().With.Message.Contains("tokenizer.json"));
        Assert.That(() => SentencePiece.Load("/none.model"), Throws.TypeOf<DataFileException>().With.Message.Contains("does not exist"));
        Assert.That(() => PaddedTokenizer.Clip(json, 77), Throws.TypeOf<DataFileException>().With.Message.Contains("startoftext"));
    }
}
