using I1Xla.Data;
using I1Xla.Data.Images;
using I1Xla.Data.Npy;
using I1Xla.Data.Shapes;
using I1Xla.Data.Tfds;
using I1Xla.Host.Configuration;
using I1Xla.Host.Generation;
using I1Xla.Host.Quickstart;
using I1Xla.Host.Runs;
using I1Xla.Host.Runtime;
using I1Xla.Host.Training;
using I1Xla.Pjrt;
using I1Xla.Testing;

namespace I1Xla.Host.Tests;

/// <summary>Whole training runs of a tiny model, through the embedded plugin.</summary>
public class TrainingTests
{
    private const string Tiny = """
        total_steps: 8
        image_size: 16
        vae_type: identity
        text_encoder_type: seeded_embedding
        text_embed_dim: 8
        token_len: 12
        model_dims: {depth: 3, hidden_size: 24, num_heads: 2, mlp_ratio: 2.0}
        patch_size: 4
        model_kwargs: {text_encoder_adapter_type: transformer, use_adaln: false, use_sandwich_norm: true}
        input: {batch_size: 8, shuffle_buffer_size: 64}
        grad_clip_norm: 1.0
        lr: 0.001
        ema_decay_rate: 0.9
        log_training_steps: 2
        ckpt_steps: 4
        prefetch_to_device: 1
        """;

    private static readonly Lazy<PjrtClient> s_client = new(() => PluginOpener.OpenClient(null));
    private string _dir = "";

    [OneTimeSetUp]
    public void MakeData()
    {
        _dir = Directory.CreateTempSubdirectory("i1xla-training").FullName;
        ShapesDataset.Generate(new ShapesOptions { Directory = Data, Count = 400, Size = 16, Shards = 2 });
    }

    [OneTimeTearDown]
    public void RemoveData() => Directory.Delete(_dir, true);

    private string Data => Path.Combine(_dir, "data");

    private string Work(string name) => Path.Combine(_dir, name);

    private RunConfig Config(params string[] overrides) =>
        new ConfigBinder(ConfigTree.Parse(Tiny, "tiny.yaml", [$"input.data=[{{data_dir: {Data}}}]", .. overrides])).Bind<RunConfig>();

    private TrainingResult Train(RunConfig config, string workdir, long? stopAfter = null, Silent? observer = null, PjrtClient? client = null, CancellationToken stop = default) =>
        new TrainingRun(RunPlan.Resolve(config, Vocabulary.Keep(config, Work(workdir))),
            new TrainingOptions { Workdir = Work(workdir), Client = client ?? s_client.Value, StopAfter = stopAfter }, observer ?? new Silent()).Run(stop);

    [Test]
    public void AResumedRunHasTheSameBitsAsAnUninterruptedOne()
    {
        TrainingResult whole = Train(Config(), "whole");
        TrainingResult first = Train(Config(), "parts", stopAfter: 3);
        Assert.That((first.Step, first.Interrupted), Is.EqualTo((3L, true)));
        var observer = new Silent();
        TrainingResult second = Train(Config(), "parts", observer: observer);
        Assert.That(observer.Notes, Has.Some.Contains("resuming from").And.Some.Contains("step 3"));
        Assert.That((second.FirstStep, second.Step, second.Interrupted), Is.EqualTo((4L, 8L, false)));
        Assert.That(first.Losses.Concat(second.Losses), Is.EqualTo(whole.Losses));
        AssertSameState(Path.Combine(Work("whole"), "checkpoint.npz"), Path.Combine(Work("parts"), "checkpoint.npz"));
        Assert.That(whole.Losses.All(l => double.IsFinite(l.Loss)));
        Assert.That(Train(Config(), "whole").Losses, Is.Empty, "a finished run has nothing left to do");
    }

    [Test]
    public void CancellingFinishesTheStepAndSaves()
    {
        using var stop = new CancellationTokenSource();
        var observer = new Silent { OnProgress = p => { if (p.Step == 2) { stop.Cancel(); } } };
        TrainingResult result = Train(Config(), "cancelled", observer: observer, stop: stop.Token);
        Assert.That(result.Interrupted);
        Assert.That(result.Step, Is.InRange(2, 4));
        TrainingResult rest = Train(Config(), "cancelled");
        Assert.That((rest.FirstStep, rest.Step), Is.EqualTo((result.Step + 1, 8L)));
        Train(Config(), "reference");
        AssertSameState(Path.Combine(Work("reference"), "checkpoint.npz"), Path.Combine(Work("cancelled"), "checkpoint.npz"));
    }

    [Test]
    public void TheFirstTwentyLossesAreThoseOfTheXlaCpuPlugin()
    {
        RunConfig config = Config("total_steps=20", "ckpt_steps=null");
        double[] ours = [.. Train(config, "ours").Losses.Select(l => l.Loss)];
        using PjrtClient xla = PjrtPlugin.Load(SharedAssets.Plugin("libpjrt_cpu")).CreateClient();
        double[] theirs = [.. Train(config, "theirs", client: xla).Losses.Select(l => l.Loss)];
        Assert.That(ours, Has.Length.EqualTo(20));
        for (int i = 0; i < 20; i++)
        {
            Assert.That(Math.Abs(ours[i] - theirs[i]) / theirs[i], Is.LessThan(1e-4), $"step {i + 1}: {ours[i]} against {theirs[i]}");
        }
    }

    [Test]
    public void GradientAccumulationIsTheMeanOfItsMicroBatches()
    {
        TrainingResult result = Train(Config("grad_accum_steps=2", "total_steps=2"), "accumulated");
        Assert.That(result.Losses.Select(l => l.Loss), Has.All.InRange(0.1, 10));
        Assert.That(Assert.Throws<UserErrorException>(() => Train(Config("grad_accum_steps=3"), "uneven"))!.Message, Does.Contain("batch of 8"));
    }

    [Test]
    public void PicturesAreDrawnFromTheAverageAndAreReproducible()
    {
        RunConfig config = Config();
        Train(config, "drawn");
        RunPlan plan = RunPlan.Resolve(config, Vocabulary.Beside(config, Path.Combine(Work("drawn"), "checkpoint.npz")));
        using var generator = new Generator(plan, s_client.Value, new GenerationOptions { BatchSize = 2, Steps = 3, CfgScale = 2, CfgRescale = 0 });
        using CheckpointWeights weights = CheckpointWeights.Load(Path.Combine(Work("drawn"), "checkpoint.npz"), generator.Definition.Parameters, s_client.Value);
        string[] prompts = ["a red circle on a blue background", "a green star on a black background", "a blue square on a red background"];
        IReadOnlyList<RgbImage> first = generator.Generate(weights.Buffers, prompts), again = generator.Generate(weights.Buffers, prompts);
        Assert.That(first, Has.Count.EqualTo(3));
        Assert.That(first[0].Pixels, Has.Length.EqualTo(16 * 16 * 3));
        Assert.That(again.Select(p => p.Pixels), Is.EqualTo(first.Select(p => p.Pixels)));
        Assert.That(first[0].Pixels, Is.Not.EqualTo(first[1].Pixels), "prompts matter");
    }

    [Test]
    public void ACheckpointOfAnotherModelIsRefusedWithNamesAndShapes()
    {
        Train(Config("total_steps=1"), "small");
        string message = Assert.Throws<UserErrorException>(() => Train(Config("model_dims.hidden_size=32", $"resume={Work("small")}/checkpoint.npz"), "other"))!.Message;
        Assert.That(message, Does.Contain("is not a checkpoint of this model").And.Contain("params/").And.Contain("[24").And.Contain("[32"));
    }

    [Test]
    public void AHalfWrittenCheckpointStopsTheRunAndIsLeftAlone()
    {
        Train(Config("total_steps=1"), "half");
        string path = Path.Combine(Work("half"), "checkpoint.npz");
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..(whole.Length / 3)]);
        Assert.That(Assert.Throws<UserErrorException>(() => Train(Config(), "half"))!.Message, Does.Contain(path));
        Assert.That(File.ReadAllBytes(path), Has.Length.EqualTo(whole.Length / 3), "nothing is overwritten");
    }

    [Test]
    public void ADamagedRecordStopsTheRunOrIsLeftOutAsConfigured()
    {
        string damaged = Path.Combine(_dir, "damaged");
        Directory.CreateDirectory(damaged);
        foreach (string file in Directory.GetFiles(Data))
        {
            File.Copy(file, Path.Combine(damaged, Path.GetFileName(file)));
        }
        string shard = TfdsFolder.Open(damaged).Split("train").ShardPath(0);
        byte[] bytes = File.ReadAllBytes(shard);
        for (int at = 2000; at < bytes.Length; at += 5000)
        {
            bytes[at] ^= 0x40;
        }
        File.WriteAllBytes(shard, bytes);
        string data = $"input.data=[{{data_dir: {damaged}}}]";
        var e = Assert.Throws<DataFileException>(() => Train(Config(data), "stopped"))!;
        Assert.That(e.Message, Does.Contain(Path.GetFileName(shard)).And.Match("byte|offset"));
        var observer = new Silent();
        Assert.That(Train(Config(data, "input.on_bad_record=skip"), "skipped", observer: observer).Step, Is.EqualTo(8));
        Assert.That(observer.Notes, Has.Some.Contains("left out").And.Some.Contains(Path.GetFileName(shard)));
        Assert.That(Assert.Throws<UserErrorException>(() => Train(Config("input.on_bad_record=ignore"), "word"))!.Message, Does.Contain("known: skip, stop"));
    }

    [Test]
    public void MistakesInTheInputAreNamed()
    {
        Assert.That(Assert.Throws<DataFileException>(() => Train(Config("input.data=[{data_dir: /no/such/folder}]"), "missing"))!.Message, Does.Contain("/no/such/folder"));
        Assert.That(Assert.Throws<UserErrorException>(() => Train(Config("image_size=32"), "size"))!.Message, Does.Contain("16×16").And.Contain("32"));
        Assert.That(Assert.Throws<UserErrorException>(() => Train(Config("total_steps=null"), "endless"))!.Message, Does.Contain("total_steps"));
        Assert.That(Assert.Throws<UserErrorException>(() => Train(Config("model_kwargs.refiner_layers=2"), "foreign"))!.Message, Does.Contain("model_kwargs.refiner_layers"));
        Assert.That(Assert.Throws<UserErrorException>(() => Train(Config("vae_type=fluks2"), "vae"))!.Message, Does.Contain("did you mean 'flux2'?"));
    }

    [Test]
    public void APathThatIsNoPluginIsRefused()
    {
        string text = Path.Combine(_dir, "not-a-plugin.so");
        File.WriteAllText(text, "hello");
        Assert.That(Assert.Throws<UserErrorException>(() => PluginOpener.OpenClient(text))!.Message, Does.Contain(text));
        Assert.That(Assert.Throws<UserErrorException>(() => PluginOpener.OpenClient("/no/such/plugin.so"))!.Message, Does.Contain("/no/such/plugin.so"));
    }

    [Test]
    public void TheQuickstartGoesFromNothingToAReport()
    {
        RunConfig config = Config("total_steps=4", "preview={every_steps: 2, prompts: [a red circle on a blue background], sampling_steps: 2, cfg_scale: 2.0}");
        string directory = Work("quickstart");
        Directory.CreateDirectory(directory);
        var quickstart = new QuickstartRun(config, directory, s_client.Value, new Silent());
        Directory.CreateDirectory(quickstart.DataDirectory);
        foreach (string file in Directory.GetFiles(Data))
        {
            File.Copy(file, Path.Combine(quickstart.DataDirectory, Path.GetFileName(file)));
        }
        QuickstartResult result = quickstart.Run(new Progress<DataProgress>(), new Progress<int>(), Tiny, default)!;
        Assert.That(result.Pictures, Is.EqualTo(64));
        string html = File.ReadAllText(result.ReportPath);
        Assert.That(html, Does.Contain(result.Score).And.Contain("<svg").And.Contain("step 2"));
        Assert.That(html.Split("data:image/png").Length - 1, Is.EqualTo(64 + 2));
        Assert.That(ImageFile.Load(result.SheetPath).Width, Is.GreaterThan(64));
    }

    // Every member but the times is the same to the bit.
    private static void AssertSameState(string left, string right)
    {
        using NpzReader a = new(left), b = new(right);
        Assert.That(a.Keys, Is.EqualTo(b.Keys));
        foreach (string key in a.Keys.Where(k => !k.StartsWith("chrono/accum_p", StringComparison.Ordinal) && k != "chrono/accum_train_time"))
        {
            Assert.That(a.Read(key).Data.Span.SequenceEqual(b.Read(key).Data.Span), key);
        }
    }

    private sealed class Silent : ITrainingObserver
    {
        public List<string> Notes { get; } = [];

        public Action<TrainingProgress>? OnProgress { get; init; }

        public void Phase(string what)
        {
        }

        public void Note(string what)
        {
            lock (Notes)
            {
                Notes.Add(what);
            }
        }

        public void Progress(TrainingProgress progress) => OnProgress?.Invoke(progress);

        public void Preview(long step, RgbImage sheet)
        {
        }
    }
}
