using I1Xla.Data.Tfds;
using I1Xla.Data.Tokenizers;
using I1Xla.Testing;

namespace I1Xla.Data.Tests.Tokenizers;

public sealed class WordTokenizerTests
{
    private string folder = "";

    [SetUp]
    public void SetUp() => folder = Directory.CreateTempSubdirectory("i1xla-tokens").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(folder, recursive: true);

    [Test]
    public void WordsBecomeIdsAndTheRestPadding()
    {
        ITokenizer tokenizer = new WordTokenizer(["a", "red", "circle", "don't"], 5);
        TokenBatch batch = tokenizer.Encode(["A RED circle!", "a blue  circle; don't a a a", ""]);
        Assert.That((batch.Count, batch.Length, tokenizer.VocabularySize), Is.EqualTo((3, 5, 6)));
        Assert.That(batch.Ids, Is.EqualTo(new[] { 2, 3, 4, 0, 0, 2, 1, 4, 5, 2, 0, 0, 0, 0, 0 }));
        Assert.That(batch.Mask, Is.EqualTo(new[] { 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0 }));
    }

    [Test]
    public void TheVocabularyIsMostFrequentFirstAndSurvives()
    {
        var counter = new WordCounter();
        counter.Add("b a b 北京 naïve b");
        counter.Add("a");
        Assert.That(counter.Words(), Is.EqualTo(new[] { "b", "a", "naïve", "北京" }));
        Assert.That(counter.Words(2), Is.EqualTo(new[] { "b", "a" }));
        WordTokenizer.SaveVocabulary(folder, counter.Words());
        var tokenizer = (WordTokenizer)TokenizerRegistry.Create("word", folder, 4);
        Assert.That(tokenizer.VocabularySize, Is.EqualTo(6));
        Assert.That(tokenizer.UnknownWords("NAÏVE 北京 c"), Is.EqualTo(new[] { "c" }));
    }

    [Test]
    public void AFolderWithoutVocabularyIsScanned()
    {
        WordTokenizer tokenizer = WordTokenizer.Load(SharedAssets.Golden("data", "tiny"), 8);
        Assert.That(tokenizer.UnknownWords("white 北京 under photo of circle naïve"), Is.Empty);
    }

    [Test]
    public void MistakesAreNamed()
    {
        Assert.That(() => TokenizerRegistry.Create("wrod", folder, 4), Throws.ArgumentException.With.Message.Contains("word"));
        Assert.That(() => TokenizerRegistry.Register("word", WordTokenizer.Load), Throws.ArgumentException);
        Assert.That(() => WordTokenizer.Load(Path.Combine(folder, "none.json"), 4), Throws.TypeOf<DataFileException>());
        File.WriteAllText(Path.Combine(folder, WordTokenizer.FileName), "[1]");
        Assert.That(() => WordTokenizer.Load(folder, 4), Throws.TypeOf<DataFileException>().With.Message.Contains("not a vocabulary"));
        Assert.That(() => new WordTokenizer([], 0), Throws.InstanceOf<ArgumentException>());
    }
}
