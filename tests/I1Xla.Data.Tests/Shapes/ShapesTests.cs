using I1Xla.Data.Hashing;
using I1Xla.Data.Images;
using I1Xla.Data.Records;
using I1Xla.Data.Shapes;
using I1Xla.Data.Tfds;
using I1Xla.Data.Tokenizers;

namespace I1Xla.Data.Tests.Shapes;

public sealed class ShapesTests
{
    private string folder = "";

    [SetUp]
    public void SetUp() => folder = Directory.CreateTempSubdirectory("i1xla-shapes").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(folder, recursive: true);

    private static IEnumerable<(ShapeScene Scene, RgbImage Image)> Scenes(int count, int size, int seed)
    {
        string[] colours = [.. NamedColour.All.Select(c => c.Name)];
        for (int i = 0; i < count; i++)
        {
            var random = SplitMix64.At((ulong)seed, (ulong)i);
            string colour = colours[random.Next(colours.Length)], ground = colours[random.Next(colours.Length)];
            if (ground == colour)
            {
                ground = colours[(Array.IndexOf(colours, colour) + 1) % colours.Length];
            }
            var combination = new ShapeCombination(colour, ShapesVocabulary.AllShapes[i % ShapesVocabulary.AllShapes.Count], ground);
            ShapeScene scene = ShapeScene.Draw(combination, ref random, size);
            yield return (scene, scene.Render(size));
        }
    }

    [TestCase(16)]
    [TestCase(24)]
    [TestCase(32)]
    [TestCase(64)]
    public void CleanPicturesAreRecognised(int size)
    {
        var classifier = new ShapeClassifier();
        var wrong = new List<string>();
        foreach ((ShapeScene scene, RgbImage image) in Scenes(size == 64 ? 64 : 320, size, 1))
        {
            ShapeVerdict verdict = classifier.Classify(image);
            if (!verdict.Matches(scene.Combination) || verdict.Ground != scene.Combination.Ground)
            {
                wrong.Add($"{scene} -> {verdict}");
            }
        }
        Assert.That(wrong, Is.Empty);
    }

    [TestCase(32, 20.0, 0, 0.98)]
    [TestCase(32, 0.0, 1, 0.99)]
    [TestCase(32, 15.0, 1, 0.98)]
    [TestCase(24, 20.0, 0, 0.98)]
    [TestCase(16, 15.0, 0, 0.97)]
    public void NoisyAndBlurredPicturesAreRecognised(int size, double noise, int blur, double atLeast)
    {
        var classifier = new ShapeClassifier();
        int right = 0, count = 160;
        int n = 0;
        foreach ((ShapeScene scene, RgbImage image) in Scenes(count, size, 2))
        {
            right += classifier.Classify(Spoil(image, noise, blur, n++)).Matches(scene.Combination) ? 1 : 0;
        }
        TestContext.Out.WriteLine($"{right} of {count}");
        Assert.That(right, Is.GreaterThanOrEqualTo(atLeast * count));
    }

    [Test]
    public void WrongShapesAndColoursAreRejected()
    {
        var classifier = new ShapeClassifier();
        foreach ((ShapeScene scene, RgbImage image) in Scenes(64, 32, 3))
        {
            ShapeVerdict verdict = classifier.Classify(image);
            ShapeCombination right = scene.Combination;
            foreach (string other in ShapesVocabulary.AllShapes.Where(s => s != right.Shape))
            {
                Assert.That(verdict.Matches(right with { Shape = other }), Is.False);
            }
            foreach (NamedColour other in NamedColour.All.Where(c => c.Name != right.Colour))
            {
                Assert.That(verdict.Matches(right with { Colour = other.Name }), Is.False);
            }
        }
    }

    [Test]
    public void PicturesWithoutAFigureMatchNothing([Values("plain", "noise", "halves", "stripes", "two")] string kind)
    {
        const int Size = 32;
        var image = new RgbImage(Size, Size);
        var random = new Random(4);
        for (int i = 0; i < Size * Size; i++)
        {
            int x = i % Size, y = i / Size;
            byte level = kind switch
            {
                "plain" => 40,
                "halves" => x < Size / 2 ? (byte)20 : (byte)245,
                "stripes" => x / 3 % 2 == 0 ? (byte)20 : (byte)245,
                "two" => (x is > 3 and < 11 && y is > 3 and < 11) || (x is > 20 and < 28 && y is > 20 and < 28) ? (byte)245 : (byte)20,
                _ => 0,
            };
            for (int c = 0; c < 3; c++)
            {
                image.Pixels[(i * 3) + c] = kind == "noise" ? (byte)random.Next(256) : level;
            }
        }
        ShapeVerdict verdict = new ShapeClassifier().Classify(image);
        Assert.That(verdict.Shape, Is.Null, verdict.ToString());
    }

    [Test]
    public void AWrongColourOutsideTheVocabularyHasNoName()
    {
        var image = new RgbImage(32, 32);
        var mask = new float[32 * 32];
        ShapeMask.Render(ShapeKind.Circle, 32, 16, 16, 10, mask);
        for (int i = 0; i < mask.Length; i++)
        {
            byte[] c = mask[i] > 0.5 ? [130, 130, 130] : [20, 20, 20];
            c.CopyTo(image.Pixels, i * 3);
        }
        ShapeVerdict verdict = new ShapeClassifier().Classify(image);
        Assert.That((verdict.Colour, verdict.Shape, verdict.Ground), Is.EqualTo(((string?)null, "circle", "black")));
    }

    [Test]
    public void FloatPixelsAreClassifiedAsTheSamplerMakesThem()
    {
        (ShapeScene scene, RgbImage image) = Scenes(3, 32, 5).Last();
        float[] pixels = [.. image.Pixels.Select(p => (p / 127.5f) - 1)];
        Assert.That(new ShapeClassifier().Classify(pixels, 32).Matches(scene.Combination), Is.True);
    }

    [Test]
    public void TheDataSetHoldsOutWhatItSays()
    {
        var options = new ShapesOptions { Directory = folder, Count = 900, Size = 16, Seed = 7, Shards = 3 };
        var progress = new List<DataProgress>();
        ShapesResult result = ShapesDataset.Generate(options, new Recorder(progress));
        Assert.That((result.Pictures, result.TrainingCombinations, result.HeldOut), Is.EqualTo((900, 8 * 8 * 7 - 64, 64)));
        Assert.That(progress[^1].Done, Is.EqualTo(900));

        ShapesVocabulary vocabulary = ShapesVocabulary.Load(folder);
        Assert.That(vocabulary.HeldOut, Is.Unique.And.Length.EqualTo(64));
        Assert.That(vocabulary.EvaluationPrompts().Select(c => (c.Colour, c.Shape)), Is.Unique);
        TfdsSplit split = TfdsFolder.Open(folder).Split("train");
        Assert.That(split.ShardLengths, Is.EqualTo(new long[] { 300, 300, 300 }));
        string[] prompts = [.. vocabulary.HeldOut.Select(h => h.Prompt)];
        var tokenizer = WordTokenizer.Load(folder, 16);
        Assert.That(tokenizer.VocabularySize, Is.EqualTo(result.Words + 2));
        var seen = new HashSet<string>();
        var classifier = new ShapeClassifier();
        for (int s = 0; s < 3; s++)
        {
            using var file = new TfRecordFile(split.ShardPath(s));
            foreach ((long at, byte[] payload) in file.ReadAll())
            {
                ImageCaptionRecord record = ImageCaptionRecord.Parse(payload);
                Assert.That(record.Captions, Has.Count.EqualTo(3));
                Assert.That(prompts, Does.Not.Contain(record.Captions[0]));
                seen.Add(record.Captions[0]);
                foreach (string caption in record.Captions)
                {
                    Assert.That(tokenizer.UnknownWords(caption), Is.Empty);
                    Assert.That(caption.Split(' '), Has.Length.LessThanOrEqualTo(16));
                }
                if (at == 0)
                {
                    ShapeVerdict verdict = classifier.Classify(ImageFile.Decode(record.Image.Span));
                    Assert.That(record.Captions[0], Is.EqualTo(new ShapeCombination(verdict.Colour!, verdict.Shape!, verdict.Ground!).Prompt));
                }
            }
        }
        Assert.That(seen, Has.Count.EqualTo(384));
        foreach (string prompt in prompts)
        {
            Assert.That(tokenizer.UnknownWords(prompt), Is.Empty);
        }
    }

    [Test]
    public void TheSameOptionsGiveTheSameBytes()
    {
        string a = Path.Combine(folder, "a"), b = Path.Combine(folder, "b"), c = Path.Combine(folder, "c");
        ShapesDataset.Generate(new ShapesOptions { Directory = a, Count = 50, Shards = 2 });
        ShapesDataset.Generate(new ShapesOptions { Directory = b, Count = 50, Shards = 2 });
        ShapesDataset.Generate(new ShapesOptions { Directory = c, Count = 50, Shards = 2, Seed = 1 });
        foreach (string path in Directory.GetFiles(a))
        {
            Assert.That(File.ReadAllBytes(Path.Combine(b, Path.GetFileName(path))), Is.EqualTo(File.ReadAllBytes(path)), path);
        }
        string shard = "dataset-train.tfrecord-00000-of-00002";
        Assert.That(File.ReadAllBytes(Path.Combine(c, shard)), Is.Not.EqualTo(File.ReadAllBytes(Path.Combine(a, shard))));
    }

    [Test]
    public void CancellingLeavesNoFinishedDataSet()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.That(() => ShapesDataset.Generate(new ShapesOptions { Directory = folder, Count = 50 }, cancel: source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => TfdsFolder.Open(folder), Throws.TypeOf<DataFileException>().With.Message.Contains("run the same command again"));
        Assert.That(Directory.GetFiles(folder), Is.Empty);
    }

    [Test]
    public void WrongOptionsSayWhatIsKnown()
    {
        Assert.That(() => ShapesDataset.Generate(new ShapesOptions { Directory = folder, Size = 8 }), Throws.ArgumentException.With.Message.Contains("size 8"));
        Assert.That(() => ShapesVocabulary.Create(["red", "mauve"], ["circle"], 0), Throws.ArgumentException.With.Message.Contains("Known: red"));
        Assert.That(() => ShapesVocabulary.Create(["red", "green", "blue"], ["blob"], 0), Throws.ArgumentException.With.Message.Contains("circle"));
        Assert.That(() => ShapesVocabulary.Create(["red", "green"], ["circle"], 0), Throws.ArgumentException.With.Message.Contains("too few"));
        Assert.That(() => ShapesVocabulary.Load(folder), Throws.TypeOf<DataFileException>().With.Message.Contains("data shapes"));
    }

    private static RgbImage Spoil(RgbImage image, double noise, int blur, int seed)
    {
        var random = new Random(seed);
        var result = new RgbImage(image.Width, image.Height);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                for (int c = 0; c < 3; c++)
                {
                    double sum = 0;
                    int n = 0;
                    for (int dy = -blur; dy <= blur; dy++)
                    {
                        for (int dx = -blur; dx <= blur; dx++)
                        {
                            int sx = Math.Clamp(x + dx, 0, image.Width - 1), sy = Math.Clamp(y + dy, 0, image.Height - 1);
                            sum += image.Pixels[(((sy * image.Width) + sx) * 3) + c];
                            n++;
                        }
                    }
                    double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                    result.Pixels[(((y * image.Width) + x) * 3) + c] = (byte)Math.Clamp((sum / n) + (noise * normal), 0, 255);
                }
            }
        }
        return result;
    }

    private sealed class Recorder(List<DataProgress> list) : IProgress<DataProgress>
    {
        public void Report(DataProgress value) => list.Add(value);
    }
}
