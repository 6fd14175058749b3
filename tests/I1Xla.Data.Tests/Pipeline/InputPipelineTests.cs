using I1Xla.Data.Images;
using I1Xla.Data.Pipeline;
using I1Xla.Data.Records;
using I1Xla.Data.Tfds;
using I1Xla.Testing;

namespace I1Xla.Data.Tests.Pipeline;

public sealed class InputPipelineTests
{
    private string folder = "";

    [SetUp]
    public void SetUp() => folder = Directory.CreateTempSubdirectory("i1xla-input").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(folder, recursive: true);

    /// <summary>A data set whose picture k of set <paramref name="mark"/> is the constant colour (mark, k/256, k%256) with captions "k a" and "k b".</summary>
    private string MakeSet(string name, byte mark, int count, int shards, int size = 4)
    {
        string directory = Path.Combine(folder, name);
        var writer = new TfdsWriter(directory, size, shards);
        var lengths = new List<int>();
        for (int s = 0; s < shards; s++)
        {
            (int start, int end) = writer.ShardItems(s, count);
            lengths.Add(writer.WriteShard(s, Enumerable.Range(start, end - start).Select(k =>
            {
                var image = new RgbImage(size, size);
                for (int i = 0; i < size * size; i++)
                {
                    image.Pixels[i * 3] = mark;
                    image.Pixels[(i * 3) + 1] = (byte)(k >> 8);
                    image.Pixels[(i * 3) + 2] = (byte)k;
                }
                return new ImageCaptionRecord(PngEncoder.Encode(image), [size, size, 3], [$"{k} a", $"{k} b"], $"{name}{k}");
            })).Count);
        }
        writer.WriteMetadata(lengths, 0);
        return directory;
    }

    private static InputOptions Options(string directory, int batch, int buffer = 100) =>
        new() { Sources = [new DataSource(directory)], BatchSize = batch, ShuffleBuffer = buffer, Seed = 5 };

    private static List<Batch> Take(InputOptions options, int steps, long first = 0)
    {
        using var pipeline = new InputPipeline(options);
        return [.. pipeline.Batches(first).Take(steps)];
    }

    private static int Number(string label) => int.Parse(label.Split(' ')[0]);

    [Test]
    public void PicturesAndCaptionsBelongTogetherInMinusOneToOne()
    {
        string set = MakeSet("a", 7, 300, 3);
        foreach (Batch batch in Take(Options(set, 8), 20))
        {
            Assert.That((batch.Count, batch.Height, batch.Width, batch.Channels, batch.Images.Length), Is.EqualTo((8, 4, 4, 3, 8 * 48)));
            for (int i = 0; i < 8; i++)
            {
                int k = Number(batch.Labels[i]);
                float[] pixel = batch.Images[(i * 48)..((i * 48) + 3)];
                Assert.That(pixel, Is.EqualTo(new[] { (7 / 127.5f) - 1, ((k >> 8) / 127.5f) - 1, ((k & 255) / 127.5f) - 1 }).Within(1e-6));
            }
        }
    }

    [Test]
    public void AnEpochWithoutBufferShowsEachOnceInANewOrder()
    {
        string set = MakeSet("a", 0, 120, 5);
        List<Batch> batches = Take(Options(set, 10, buffer: 0), 36);
        int[][] epochs = [.. Enumerable.Range(0, 3).Select(e => batches.Skip(e * 12).Take(12).SelectMany(b => b.Labels.Select(Number)).ToArray())];
        foreach (int[] epoch in epochs)
        {
            Assert.That(epoch, Is.EquivalentTo(Enumerable.Range(0, 120)));
        }
        Assert.That(epochs[0], Is.Not.EqualTo(epochs[1]));
    }

    [Test]
    public void TheBufferShufflesAndLosesNothing()
    {
        string set = MakeSet("a", 0, 200, 2);
        int[] order = [.. Take(Options(set, 10, buffer: 150), 200).SelectMany(b => b.Labels.Select(Number))];
        int[] counts = [.. Enumerable.Range(0, 200).Select(k => order.Count(o => o == k))];
        Assert.That(counts.Min(), Is.GreaterThanOrEqualTo(7));
        Assert.That(counts.Max(), Is.LessThanOrEqualTo(13));
        // Neighbours in the file are far apart on average.
        double step = Enumerable.Range(1, 199).Average(i => Math.Abs(order[i] - order[i - 1]));
        Assert.That(step, Is.GreaterThan(40));
    }

    [Test]
    public void TheSequenceIsAFunctionOfSeedAndStep([Values(0, 1, 3)] int prefetch, [Values(1, 4)] int threads)
    {
        string a = MakeSet("a", 1, 150, 3), b = MakeSet("b", 2, 70, 1);
        var options = new InputOptions { Sources = [new DataSource(a, 3), new DataSource(b, 1, SubsetCount: 40)], BatchSize = 6, Seed = 9, ShuffleBuffer = 64, Prefetch = prefetch, Threads = threads };
        List<Batch> whole = Take(options with { Prefetch = 2, Threads = 2 }, 60);
        List<Batch> resumed = Take(options, 20, first: 40);
        for (int i = 0; i < 20; i++)
        {
            Assert.That(resumed[i].Step, Is.EqualTo(40 + i));
            Assert.That(resumed[i].Ids, Is.EqualTo(whole[40 + i].Ids));
            Assert.That(resumed[i].Labels, Is.EqualTo(whole[40 + i].Labels));
            Assert.That(resumed[i].Images, Is.EqualTo(whole[40 + i].Images));
        }
        List<Batch> other = Take(options with { Seed = 10 }, 1);
        Assert.That(other[0].Ids, Is.Not.EqualTo(whole[0].Ids));
    }

    [Test]
    public void WeightsAreHonouredAndBothCaptionsAreDrawn()
    {
        string a = MakeSet("a", 1, 50, 1), b = MakeSet("b", 2, 50, 1);
        var options = new InputOptions { Sources = [new DataSource(a, 3), new DataSource(b, 1)], BatchSize = 20 };
        List<Batch> batches = Take(options, 100);
        double fromA = batches.Sum(x => Enumerable.Range(0, 20).Count(i => x.Images[i * 48] < (1.5f / 127.5f) - 1)) / 2000.0;
        Assert.That(fromA, Is.EqualTo(0.75).Within(0.03));
        Assert.That(batches.SelectMany(x => x.Labels).Count(l => l.EndsWith('b')), Is.InRange(900, 1100));
    }

    [Test]
    public void ProcessesShareNothingAndMissNothing([Values(1, 2, 3, 5)] int processes)
    {
        string set = MakeSet("a", 0, 90, 4);
        var all = new List<int>();
        for (int p = 0; p < processes; p++)
        {
            InputOptions options = Options(set, 90 / processes * processes, buffer: 0) with { Process = p, Processes = processes };
            using var pipeline = new InputPipeline(options);
            Assert.That((pipeline.LocalBatchSize, pipeline.ExampleCount), Is.EqualTo((90 / processes, 90L)));
            all.AddRange(pipeline.Batches().First().Labels.Select(Number));
        }
        Assert.That(all, Is.EquivalentTo(Enumerable.Range(0, 90)));
    }

    [Test]
    public void ASubsetIsTheOneThatI1Chooses()
    {
        TfdsSplit split = TfdsFolder.Open(SharedAssets.Golden("data", "tiny")).Split("train");
        var filter = new SubsetFilter(10, 23);
        string[] expected = [.. split.EvenSplit(0, 1).SelectMany(r => Enumerable.Range(r.Start, r.Count).Select(i => split.TfdsId(r.Shard, i))).Where(filter.Keeps)];
        var options = new InputOptions { Sources = [new DataSource(split.Directory, SubsetCount: 10)], BatchSize = expected.Length, ShuffleBuffer = 0 };
        Assert.That(Take(options, 1)[0].Ids, Is.EquivalentTo(expected));
        using var pipeline = new InputPipeline(options);
        Assert.That(pipeline.ExampleCount, Is.EqualTo(10));
    }

    [Test]
    public void AFilterReplacesWhatItLeavesOut()
    {
        string set = MakeSet("a", 0, 60, 2);
        InputOptions options = Options(set, 10) with { Filter = r => int.Parse(r.Name[1..]) % 3 == 0 };
        Assert.That(Take(options, 12).SelectMany(b => b.Labels.Select(Number)), Is.All.Matches<int>(k => k % 3 == 0));
        Assert.That(() => Take(options with { Filter = _ => false }, 1), Throws.TypeOf<DataFileException>().With.Message.Contains("filter"));
    }

    [TestCase("flipped")]
    [TestCase("cut inside a record")]
    [TestCase("cut between records")]
    public void ADamagedRecordStopsOrIsReplacedAsConfigured(string damage)
    {
        string set = MakeSet("a", 0, 40, 2);
        string shard = Path.Combine(set, "dataset-train.tfrecord-00001-of-00002");
        byte[] bytes = File.ReadAllBytes(shard);
        if (damage == "flipped")
        {
            bytes[40] ^= 8;
        }
        else
        {
            bytes = bytes[..((bytes.Length / 2) + (damage == "cut inside a record" ? 3 : 0))];
        }
        File.WriteAllBytes(shard, bytes);
        InputOptions options = Options(set, 10, buffer: 0);
        Assert.That(() => Take(options, 4), Throws.TypeOf<DataFileException>().With.Message.Contains(shard).And.Message.Contains("at byte"));

        using var pipeline = new InputPipeline(options with { Damaged = DamagedRecords.Skip });
        var skipped = new List<string>();
        pipeline.RecordSkipped += e =>
        {
            lock (skipped)
            {
                skipped.Add(e.Message);
            }
        };
        Batch[] batches = [.. pipeline.Batches().Take(12)];
        Assert.That(batches.SelectMany(b => b.Ids).Count(), Is.EqualTo(120));
        Assert.That(skipped, Has.Count.EqualTo(1));
        Assert.That(skipped[0], Does.Contain(shard));
        Batch[] again = [.. Take(options with { Damaged = DamagedRecords.Skip }, 6, first: 6)];
        Assert.That(again.Select(b => b.Labels), Is.EqualTo(batches[6..].Select(b => b.Labels)));
    }

    [Test]
    public void MistakesAreNamed()
    {
        string a = MakeSet("a", 0, 10, 1), big = MakeSet("big", 0, 10, 1, size: 5);
        Assert.That(() => new InputPipeline(Options(Path.Combine(folder, "none"), 2)), Throws.TypeOf<DataFileException>().With.Message.Contains("does not exist"));
        Assert.That(() => new InputPipeline(Options(a, 3) with { Processes = 2 }), Throws.ArgumentException.With.Message.Contains("multiple"));
        Assert.That(() => new InputPipeline(new InputOptions { Sources = [], BatchSize = 1 }), Throws.ArgumentException);
        Assert.That(() => new InputPipeline(new InputOptions { Sources = [new DataSource(a, 0)], BatchSize = 1 }), Throws.ArgumentException.With.Message.Contains("above 0"));
        Assert.That(() => Take(Options(a, 11) with { Processes = 11, Process = 10 }, 1), Throws.TypeOf<DataFileException>().With.Message.Contains("fewer processes"));
        Assert.That(() => Take(new InputOptions { Sources = [new DataSource(a), new DataSource(big)], BatchSize = 16 }, 3), Throws.TypeOf<DataFileException>().With.Message.Contains("one size"));
        Assert.That(() => Take(Options(a, 2) with { Preprocess = "decode_png()" }, 1), Throws.TypeOf<FormatException>().With.Message.Contains("labels"));
        File.Delete(Path.Combine(a, "dataset-train.tfrecord-00000-of-00001"));
        Assert.That(() => Take(Options(a, 2) with { Damaged = DamagedRecords.Skip }, 1), Throws.TypeOf<DataFileException>().With.Message.Contains("00000-of-00001"));
    }

    [Test]
    public void CancellationEndsTheWait()
    {
        string set = MakeSet("a", 0, 20, 1);
        using var source = new CancellationTokenSource();
        using var pipeline = new InputPipeline(Options(set, 4));
        int seen = 0;
        Assert.That(() =>
        {
            foreach (Batch _ in pipeline.Batches(0, source.Token))
            {
                if (++seen == 3)
                {
                    source.Cancel();
                }
            }
        }, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(seen, Is.InRange(3, 6));
    }

    [Test]
    public void MillionsOfExamplesArePassedOverQuickly()
    {
        string set = MakeSet("a", 0, 64, 2);
        List<Batch> far = Take(Options(set, 64), 1, first: 50_000);
        Assert.That(far[0].Step, Is.EqualTo(50_000));
    }
}
