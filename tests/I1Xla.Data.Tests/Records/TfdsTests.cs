using System.Text.Json;
using I1Xla.Data.Hashing;
using I1Xla.Data.Images;
using I1Xla.Data.Records;
using I1Xla.Data.Tfds;
using I1Xla.Testing;

namespace I1Xla.Data.Tests.Records;

public sealed class TfdsTests
{
    private string folder = "";

    [SetUp]
    public void SetUp() => folder = Directory.CreateTempSubdirectory("i1xla-tfds").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Crc32CMatchesKnownValues()
    {
        Assert.That(Crc32C.Compute("123456789"u8), Is.EqualTo(0xE3069283u));
        Assert.That(Crc32C.Compute(new byte[32]), Is.EqualTo(0x8A9136AAu));
    }

    [Test]
    public void FarmHashMatchesTensorFlow()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(SharedAssets.Golden("data", "farmhash.json")));
        foreach (JsonProperty p in json.RootElement.EnumerateObject())
        {
            ulong hash = FarmHash.Fingerprint64(p.Name);
            Assert.That((long)(hash % int.MaxValue), Is.EqualTo(p.Value.GetProperty("bucket_int31").GetInt64()), p.Name);
            Assert.That((long)(hash % 1_000_000_000_000_000_000UL), Is.EqualTo(p.Value.GetProperty("bucket_1e18").GetInt64()), p.Name);
        }
    }

    [TestCase("tiny")]
    [TestCase("one_shard")]
    public void AFolderReadsAsTfdsReadsIt(string name)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(SharedAssets.Golden("data", name + ".expect.json")));
        TfdsSplit split = TfdsFolder.Open(SharedAssets.Golden("data", name)).Split("train");
        Assert.That(split.ExampleCount, Is.EqualTo(json.RootElement.GetProperty("num_examples").GetInt64()));
        foreach (JsonProperty processes in json.RootElement.GetProperty("splits").EnumerateObject())
        {
            JsonElement[] parts = [.. processes.Value.EnumerateArray()];
            for (int p = 0; p < parts.Length; p++)
            {
                var read = new List<(string, ImageCaptionRecord)>();
                foreach (ShardRange range in split.EvenSplit(p, parts.Length))
                {
                    using var file = new TfRecordFile(split.ShardPath(range.Shard));
                    for (int i = range.Start; i < range.End; i++)
                    {
                        read.Add((split.TfdsId(range.Shard, i), ImageCaptionRecord.Parse(file.Read(i))));
                    }
                }
                JsonElement[] expected = [.. parts[p].EnumerateArray()];
                Assert.That(read, Has.Count.EqualTo(expected.Length));
                for (int i = 0; i < expected.Length; i++)
                {
                    (string id, ImageCaptionRecord record) = read[i];
                    Assert.That(id, Is.EqualTo(expected[i].GetProperty("tfds_id").GetString()));
                    Assert.That(record.Name, Is.EqualTo(expected[i].GetProperty("image_name").GetString()));
                    Assert.That(record.Captions, Is.EqualTo(expected[i].GetProperty("captions").EnumerateArray().Select(c => c.GetString())));
                    RgbImage image = PngDecoder.Decode(record.Image.Span);
                    Assert.That(record.Shape, Is.EqualTo(new long[] { image.Height, image.Width, 3 }));
                    Assert.That(Crc32.Compute(record.Image.Span), Is.EqualTo(expected[i].GetProperty("image_crc32").GetUInt32()));
                    if (p == 0 && i == 0)
                    {
                        Assert.That(Crc32.Compute(image.Pixels), Is.EqualTo(json.RootElement.GetProperty("first_image_sha").GetUInt32()));
                    }
                }
            }
        }
        foreach (JsonProperty bucket in json.RootElement.GetProperty("buckets").EnumerateObject())
        {
            Assert.That(SubsetFilter.Bucket(bucket.Name), Is.EqualTo(bucket.Value.GetInt64()));
        }
    }

    [TestCase("tiny", 4, 16)]
    [TestCase("one_shard", 1, 32)]
    public void AFolderRewrittenIsTheSameBytes(string name, int shards, int size)
    {
        string golden = SharedAssets.Golden("data", name);
        TfdsSplit split = TfdsFolder.Open(golden).Split("train");
        var writer = new TfdsWriter(folder, size, shards);
        var lengths = new List<int>();
        long bytes = 0;
        for (int s = 0; s < shards; s++)
        {
            using var file = new TfRecordFile(split.ShardPath(s));
            (int count, long n) = writer.WriteShard(s, file.ReadAll().Select(r => ImageCaptionRecord.Parse(r.Payload)));
            lengths.Add(count);
            bytes += n;
            Assert.That(writer.ExistingShard(s), Is.EqualTo((count, n)));
        }
        writer.WriteMetadata(lengths, bytes);
        foreach (string path in Directory.GetFiles(golden))
        {
            string file = Path.GetFileName(path);
            if (!file.Contains("tfrecord", StringComparison.Ordinal))
            {
                Assert.That(File.ReadAllText(Path.Combine(folder, file)), Is.EqualTo(File.ReadAllText(path)), file);
            }
            else
            {
                Assert.That(Payloads(Path.Combine(folder, file)), Is.EqualTo(Payloads(path)), file);
                Assert.That(new FileInfo(Path.Combine(folder, file)).Length, Is.EqualTo(new FileInfo(path).Length), file);
            }
        }
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(Directory.GetFiles(golden).Length));

        // The order of a map's entries is free in protocol buffers: compare by name.
        static string[] Payloads(string path)
        {
            using var file = new TfRecordFile(path);
            return [.. file.ReadAll().Select(r => string.Join("|", TfExample.Parse(r.Payload).Features.OrderBy(f => f.Key).Select(f =>
                f.Key + ":" + string.Join(",", f.Value.Bytes?.Select(b => Convert.ToHexString(b.Span)) ?? f.Value.Ints?.Select(v => v.ToString()) ?? []))))];
        }
    }

    [Test]
    public void ExamplesOfEveryKindSurviveAndKeepTheirOrder()
    {
        var example = new TfExample();
        example.Set("z", new TfFeature { Floats = [1.5f, -2] });
        example.Set("a", TfFeature.Of(-1L, long.MaxValue));
        example.Set("b", TfFeature.Of(["", "naïve"]));
        example.Set("none", new TfFeature());
        example.Set("empty", TfFeature.Of(Array.Empty<string>()));
        byte[] bytes = example.ToBytes();
        TfExample back = TfExample.Parse(bytes);
        Assert.That(back.Features.Select(f => f.Key), Is.EqualTo(new[] { "z", "a", "b", "none", "empty" }));
        Assert.That(back.ToBytes(), Is.EqualTo(bytes));
        Assert.That(back.Features[0].Value.Floats, Is.EqualTo(new[] { 1.5f, -2f }));
        Assert.That(back.Features[1].Value.Ints, Is.EqualTo(new[] { -1L, long.MaxValue }));
        Assert.That(back.Features[4].Value.Bytes, Is.Empty);
    }

    [Test]
    public void RandomBytesAreNoExampleButNeverCrash()
    {
        var random = new Random(5);
        for (int i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            try
            {
                TfExample.Parse(bytes);
            }
            catch (FormatException)
            {
            }
        }
        Assert.That(() => ImageCaptionRecord.Parse(new TfExample().ToBytes()), Throws.TypeOf<FormatException>().With.Message.Contains("no picture"));
    }

    private string WriteRecords(params byte[][] payloads)
    {
        string path = Path.Combine(folder, "r.tfrecord");
        using var writer = new TfRecordWriter(path);
        foreach (byte[] p in payloads)
        {
            writer.Write(p);
        }
        writer.Complete();
        return path;
    }

    [Test]
    public void AFlippedPayloadStopsOrIsSkipped()
    {
        string path = WriteRecords([1, 2, 3], [4, 5], [6]);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[19 + 12] ^= 0x40; // first payload byte of the second record, which begins at 19
        File.WriteAllBytes(path, bytes);
        using var file = new TfRecordFile(path);
        Assert.That(() => file.ReadAll().ToList(), Throws.TypeOf<DataFileException>().With.Message.Contains(path).And.Message.Contains("record 1 at byte 19").And.Message.Contains("skip"));
        var damage = new List<DataFileException>();
        Assert.That(file.ReadAll(DamagedRecords.Skip, damage.Add).Select(r => r.Payload), Is.EqualTo(new byte[][] { [1, 2, 3], [6] }));
        Assert.That(damage, Has.Count.EqualTo(1));
        Assert.That(file.Count, Is.EqualTo(3));
        Assert.That(file.Read(2), Is.EqualTo(new byte[] { 6 }));
        Assert.That(() => file.Read(1), Throws.TypeOf<DataFileException>());
        Assert.That(() => file.Read(3), Throws.TypeOf<DataFileException>().With.Message.Contains("after 3 records"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void ADamagedLengthOrTruncationEndsTheFileThere(bool truncate)
    {
        string path = WriteRecords([1, 2, 3], [4, 5], [6]);
        byte[] bytes = File.ReadAllBytes(path);
        if (truncate)
        {
            bytes = bytes[..(19 + 13)];
        }
        else
        {
            bytes[19] ^= 1;
        }
        File.WriteAllBytes(path, bytes);
        using var file = new TfRecordFile(path);
        var damage = new List<DataFileException>();
        Assert.That(file.ReadAll(DamagedRecords.Skip, damage.Add).Select(r => r.Payload), Is.EqualTo(new byte[][] { [1, 2, 3] }));
        Assert.That(damage.Single().Message, Does.Contain("record 1 at byte 19").And.Contains("cannot be found"));
        Assert.That(file.Count, Is.EqualTo(1));
        Assert.That(() => file.Read(2), Throws.TypeOf<DataFileException>().With.Message.Contains("byte 19"));
    }

    [Test]
    public void AnUnfinishedWriterLeavesNothing()
    {
        using (var writer = new TfRecordWriter(Path.Combine(folder, "x")))
        {
            writer.Write([1]);
        }
        Assert.That(Directory.GetFiles(folder), Is.Empty);
    }

    [Test]
    public void AFullDiskIsReportedOnceAndLeavesNothing()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Ignore("/dev/full is absent: this test needs Linux.");
        }
        string path = Path.Combine(folder, "x");
        File.CreateSymbolicLink(path + "-TEMPORARY", "/dev/full");
        var error = Assert.Catch<IOException>(() =>
        {
            using var writer = new TfRecordWriter(path);
            writer.Write(new byte[1 << 20]);
            writer.Complete();
        });
        Assert.That(error!.Message, Does.Contain("space").IgnoreCase);
        Assert.That(Directory.GetFileSystemEntries(folder), Is.Empty);
    }

    [Test]
    public void FolderErrorsSayWhatToDo()
    {
        Assert.That(() => TfdsFolder.Open(Path.Combine(folder, "none")), Throws.TypeOf<DataFileException>().With.Message.Contains("does not exist"));
        Assert.That(() => TfdsFolder.Open(folder), Throws.TypeOf<DataFileException>().With.Message.Contains("no dataset_info.json"));
        File.WriteAllText(Path.Combine(folder, "dataset_info.json"), "{\"name\": \"dataset\"}");
        Assert.That(() => TfdsFolder.Open(folder), Throws.TypeOf<DataFileException>().With.Message.Contains("not metadata"));
        Assert.That(() => TfdsFolder.Open(SharedAssets.Golden("data", "tiny")).Split("test"), Throws.TypeOf<DataFileException>().With.Message.Contains("It has: train"));
    }

    [Test]
    public void SubsetFractionIsHonoured()
    {
        var filter = new SubsetFilter(2500, 10000);
        int kept = Enumerable.Range(0, 10000).Count(i => filter.Keeps($"dataset-train.tfrecord-00000-of-00001__{i}"));
        Assert.That(kept, Is.InRange(2350, 2650));
        Assert.That(new SubsetFilter(20, 10).Keeps("anything"), Is.True);
    }
}
