using I1Xla.Data.Images;
using I1Xla.Data.Importing;
using I1Xla.Data.Pipeline;
using I1Xla.Data.Records;
using I1Xla.Data.Tfds;
using I1Xla.Data.Tokenizers;

namespace I1Xla.Data.Tests.Importing;

public sealed class ImportTests
{
    private string folder = "";
    private string pictures = "";
    private string target = "";

    [SetUp]
    public void SetUp()
    {
        folder = Directory.CreateTempSubdirectory("i1xla-import").FullName;
        (pictures, target) = (Path.Combine(folder, "in"), Path.Combine(folder, "out"));
        Directory.CreateDirectory(pictures);
    }

    [TearDown]
    public void TearDown() => Directory.Delete(folder, recursive: true);

    private string File1(string name, string text)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private void Picture(string name, int width, int height, byte level, int channels = 3)
    {
        var image = new RgbImage(width, height, channels);
        image.Pixels.AsSpan().Fill(level);
        string path = Path.Combine(pictures, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ImageFile.SavePng(path, image);
    }

    private static IReadOnlyList<string>? Find(CaptionTable table, string file) => table.Find(file, out _);

    [Test]
    public void CsvWithAndWithoutHeader()
    {
        CaptionTable a = CaptionTable.Load(File1("a.csv", "id,caption1,size,caption2\r\nx.png,\"a \"\"red\"\", cat\",3,\r\nsub/y.png,dog,4,\"two\nlines\"\r\n"));
        Assert.That(Find(a, "x.png"), Is.EqualTo(new[] { "a \"red\", cat" }));
        Assert.That(Find(a, "sub/y.png"), Is.EqualTo(new[] { "dog", "two\nlines" }));
        CaptionTable b = CaptionTable.Load(File1("b.csv", "x,one\nx,two\ny,three\n"));
        Assert.That(Find(b, "deep/x.jpg"), Is.EqualTo(new[] { "one", "two" }));
        Assert.That(Find(b, "z.png"), Is.Null);
        CaptionTable c = CaptionTable.Load(File1("c.tsv", "file\tlabel\nx.png\thello, world"));
        Assert.That(Find(c, "x.png"), Is.EqualTo(new[] { "hello, world" }));
    }

    [Test]
    public void JsonLines()
    {
        CaptionTable t = CaptionTable.Load(File1("a.jsonl", "{\"image\": \"x.png\", \"captions\": [\"a\", \"b\"], \"width\": 3}\n\n{\"key\": 7, \"caption\": \"c\"}\n"));
        Assert.That(Find(t, "x.png"), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(Find(t, "7.jpg"), Is.EqualTo(new[] { "c" }));
    }

    [Test]
    public void TableMistakesNameTheLine()
    {
        Assert.That(() => CaptionTable.Load(Path.Combine(folder, "none")), Throws.TypeOf<DataFileException>().With.Message.Contains("does not exist"));
        Assert.That(() => CaptionTable.Load(File1("a", "x.png,ok\ny.png\n")), Throws.TypeOf<DataFileException>().With.Message.Contains("line 2"));
        Assert.That(() => CaptionTable.Load(File1("a", "x.png,\"open\n")), Throws.TypeOf<DataFileException>().With.Message.Contains("line 1"));
        Assert.That(() => CaptionTable.Load(File1("a", "{\"image\": \"x\"}\n{\"caption\": \"y\"}")), Throws.TypeOf<DataFileException>().With.Message.Contains("line 2"));
        Assert.That(() => CaptionTable.Load(File1("a", "")), Throws.TypeOf<DataFileException>().With.Message.Contains("no captions"));
    }

    private ImageImportOptions Options(string captions, int shards = 0) => new() { Folder = pictures, Captions = captions, Directory = target, Size = 16, Shards = shards };

    [Test]
    public void AFolderBecomesADataSet()
    {
        Picture("a.png", 40, 20, 200);
        Picture("sub/b.png", 16, 33, 100);
        Picture("none.png", 16, 16, 0);
        Picture("clear.png", 16, 16, 0, channels: 4);
        File.WriteAllText(Path.Combine(pictures, "bad.png"), "not a picture");
        File.WriteAllBytes(Path.Combine(pictures, "half.png"), File.ReadAllBytes(Path.Combine(pictures, "a.png"))[..50]);
        File.WriteAllText(Path.Combine(pictures, "notes.txt"), "x");
        string captions = File1("c.csv", "a.png,Big sky\nb.png,a dog\nbad.png,x\nhalf.png,y\nclear.png,nothing\ngone.png,z\n");
        var messages = new List<string>();
        ImageImportResult result = ImageFolderImporter.Import(Options(captions), new Recorder(p => messages.Add(p.Message ?? "")));
        Assert.That((result.Pictures, result.Resumed), Is.EqualTo((3, 0)));
        Assert.That(result.Unreadable.Select(p => p.File), Is.EqualTo(new[] { "bad.png", "half.png" }));
        Assert.That(result.Unreadable[1].Reason, Does.Contain("ends early"));
        Assert.That(result.WithoutCaption, Is.EqualTo(new[] { "none.png" }));
        Assert.That(result.Missing, Is.EqualTo(new[] { "gone.png" }));
        Assert.That(string.Join(";", messages), Does.Contain("bad.png is left out"));

        using var pipeline = new InputPipeline(new InputOptions { Sources = [new DataSource(target)], BatchSize = 3, ShuffleBuffer = 0 });
        Batch batch = pipeline.Batches().First();
        var byLabel = batch.Labels.Select((l, i) => (l, batch.Images[i * 16 * 16 * 3])).ToDictionary(x => x.l, x => x.Item2);
        Assert.That(byLabel["Big sky"], Is.EqualTo((200 / 127.5f) - 1).Within(1e-6));
        Assert.That(byLabel["a dog"], Is.EqualTo((100 / 127.5f) - 1).Within(1e-6));
        Assert.That(byLabel["nothing"], Is.EqualTo(1f).Within(1e-6));
        Assert.That(WordTokenizer.Load(target, 4).UnknownWords("big sky a dog"), Is.Empty);
    }

    [Test]
    public void ACancelledImportGoesOnWhereItStopped()
    {
        var rows = new List<string>();
        for (int i = 0; i < 300; i++)
        {
            Picture($"p{i:D3}.png", 8, 8, (byte)i);
            rows.Add($"p{i:D3}.png,number {i}");
        }
        string captions = File1("c.csv", string.Join('\n', rows));
        using (var source = new CancellationTokenSource())
        {
            Assert.That(() => ImageFolderImporter.Import(Options(captions, shards: 3), new Recorder(p =>
            {
                if (p.Done >= 164)
                {
                    source.Cancel();
                }
            }), source.Token), Throws.InstanceOf<OperationCanceledException>());
        }
        Assert.That(() => TfdsFolder.Open(target), Throws.TypeOf<DataFileException>());
        Assert.That(Directory.GetFiles(target, "*TEMPORARY*"), Is.Empty);
        Assert.That(Directory.GetFiles(target, "*tfrecord*"), Has.Length.EqualTo(1));
        ImageImportResult result = ImageFolderImporter.Import(Options(captions, shards: 3));
        Assert.That((result.Pictures, result.Resumed), Is.EqualTo((300, 100)));
        TfdsSplit split = TfdsFolder.Open(target).Split("train");
        string[] names = [.. split.ShardFiles.SelectMany((_, s) =>
        {
            using var file = new TfRecordFile(split.ShardPath(s));
            return file.ReadAll().Select(r => ImageCaptionRecord.Parse(r.Payload).Name).ToArray();
        })];
        Assert.That(names, Is.EqualTo(rows.Select(r => r.Split(',')[0])));

        // Nothing changed: all is kept. A changed caption: all is made anew.
        Assert.That(ImageFolderImporter.Import(Options(captions, shards: 3)).Resumed, Is.EqualTo(300));
        File.WriteAllText(captions, File.ReadAllText(captions).Replace("number 7\n", "seven\n"));
        Assert.That(ImageFolderImporter.Import(Options(captions, shards: 3)).Resumed, Is.Zero);
    }

    [Test]
    public void ImportMistakesAreNamed()
    {
        string captions = File1("c.csv", "x.png,hello\n");
        Assert.That(() => ImageFolderImporter.Import(Options(captions)), Throws.TypeOf<DataFileException>().With.Message.Contains("has no pictures"));
        Picture("y.png", 8, 8, 1);
        Assert.That(() => ImageFolderImporter.Import(Options(captions)), Throws.TypeOf<DataFileException>().With.Message.Contains("y.png").And.Message.Contains("x.png"));
        Assert.That(() => ImageFolderImporter.Import(Options(captions) with { Folder = folder + "/none" }), Throws.TypeOf<DataFileException>().With.Message.Contains("does not exist"));
        Assert.That(() => ImageFolderImporter.Import(Options(captions) with { Size = 2 }), Throws.ArgumentException);
        File.WriteAllText(Path.Combine(pictures, "x.png"), "no");
        Assert.That(() => ImageFolderImporter.Import(Options(captions)), Throws.TypeOf<DataFileException>().With.Message.Contains("could be read"));
    }

    [Test]
    public void EmojiNamesBecomeCaptions()
    {
        string json = File1("emoji.json", """
            [{"name": "WAVING HAND SIGN", "image": "1f44b.png", "short_names": ["wave", "waving_hand"], "category": "People & Body", "subcategory": "hand-fingers-open", "has_img_google": true,
              "skin_variations": {"1F3FB": {"image": "1f44b-1f3fb.png", "has_img_google": true}, "1F3FF": {"image": "1f44b-1f3ff.png", "has_img_google": false}}},
             {"name": "Piñata", "image": "1fa85.png", "short_names": ["pinata"], "category": "Activities", "subcategory": "event", "has_img_google": true}]
            """);
        string table = Path.Combine(folder, "t.jsonl");
        Assert.That(EmojiCaptions.Write(json, "google", table), Is.EqualTo(3));
        CaptionTable captions = CaptionTable.Load(table);
        Assert.That(Find(captions, "img/google/64/1f44b.png"), Is.EqualTo(new[] { "waving hand sign", "wave", "waving hand", "waving hand sign, people body hand fingers open" }));
        Assert.That(Find(captions, "1f44b-1f3fb.png")![0], Is.EqualTo("waving hand sign with light skin tone"));
        Assert.That(Find(captions, "1fa85.png")![0], Is.EqualTo("piñata"));
        Assert.That(() => EmojiCaptions.Write(json, "apple", table), Throws.TypeOf<DataFileException>().With.Message.Contains("apple"));
        Assert.That(() => EmojiCaptions.Write(json + "x", "google", table), Throws.TypeOf<DataFileException>().With.Message.Contains("npm pack"));
        Assert.That(() => EmojiCaptions.Write(File1("bad.json", "{}"), "google", table), Throws.TypeOf<DataFileException>().With.Message.Contains("not the emoji.json"));
    }

    private sealed class Recorder(Action<DataProgress> report) : IProgress<DataProgress>
    {
        public void Report(DataProgress value) => report(value);
    }
}
