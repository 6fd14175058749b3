using I1Xla.Data.Npy;
using I1Xla.Models;

namespace I1Xla.Cli.Tests;

/// <summary>One model trained at 256 px, continued at 512 and at 1024 (spec 5.4), and started from weights alone, through <c>i1xla train</c>.</summary>
[NonParallelizable]
public class ResolutionTests
{
    private const int Hidden = 16;
    private const int Patch = 32;

    private const string Tiny = """
        total_steps: 2
        image_size: 256
        vae_type: identity
        text_encoder_type: seeded_embedding
        text_embed_dim: 8
        token_len: 12
        model_dims: {depth: 1, hidden_size: 16, num_heads: 2, mlp_ratio: 2.0}
        patch_size: 32
        model_kwargs: {use_long_skip: false, use_adaln: false}
        input: {batch_size: 2, shuffle_buffer_size: 8}
        lr: 0.001
        ema_decay_rate: 0.5
        log_training_steps: 1
        ckpt_steps: 100
        prefetch_to_device: 1
        """;

    private TinyRuns _runs = null!;

    [SetUp]
    public void MakeFolder() => _runs = new TinyRuns(Tiny);

    [TearDown]
    public void RemoveFolder() => _runs.Dispose();

    private static float[] Table(int size)
    {
        int grid = size / Patch;
        var table = new float[grid * grid * Hidden];
        PositionTable.Fill(table, Hidden, grid, size);
        return table;
    }

    [Test]
    public async Task TrainingGoesOnAtTwiceAndFourTimesTheResolution()
    {
        await _runs.Train("256", 256, 2);
        (string Stage, int Size, int Step)[] stages = [("256", 256, 2), ("512", 512, 4), ("1024", 1024, 6)];
        for (int s = 1; s < stages.Length; s++)
        {
            string note = await _runs.Train(stages[s].Stage, stages[s].Size, stages[s].Step, _runs.Checkpoint(stages[s - 1].Stage));
            Assert.That(note, Does.Contain($"resuming from {_runs.Checkpoint(stages[s - 1].Stage)} at step {stages[s - 1].Step}"));
        }
        for (int s = 0; s < stages.Length; s++)
        {
            using var file = new NpzReader(_runs.Checkpoint(stages[s].Stage));
            foreach (string group in new[] { "params", "params_ema" })
            {
                NpyArray table = file.Read($"{group}/pos_embed");
                long tokens = (long)(stages[s].Size / Patch) * (stages[s].Size / Patch);
                Assert.That(table.Shape, Is.EqualTo(new[] { 1, tokens, Hidden }));
                // The average of a frozen table is itself, but for the rounding of (1 - d)·p + d·p.
                Assert.That(table.ToFloat32(), Is.EqualTo(Table(stages[s].Size)).Within(group == "params" ? 0 : 1e-6f), $"{group} at {stages[s].Size}");
            }
            Assert.That((file.Read("opt/1/0/0").ToInt64()[0], file.Read("opt/3/0/0").ToInt64()[0]), Is.EqualTo(((long)stages[s].Step, (long)stages[s].Step)));
            Assert.That(file.Read("chrono/accum_examples_seen").ToInt64()[0], Is.EqualTo(2 * stages[s].Step));
            Assert.That(file.Contains("opt/1/0/2/pos_embed"), Is.False, "the table is frozen");
        }

        // The work directory's own checkpoint wins over 'resume': nothing is left to do.
        byte[] before = File.ReadAllBytes(_runs.Checkpoint("1024"));
        Assert.That(await _runs.Train("1024", 1024, 6, _runs.Checkpoint("512")), Does.Contain($"resuming from {_runs.Checkpoint("1024")} at step 6"));
        Assert.That(File.ReadAllBytes(_runs.Checkpoint("1024")), Has.Length.EqualTo(before.Length));
    }

    [Test]
    public async Task WeightsAloneStartARunOfTheirOwn()
    {
        await _runs.Train("256", 256, 2);
        string release = _runs.In("release.npz");
        using (var file = new NpzReader(_runs.Checkpoint("256")))
        {
            NpzWriter.Save(release, file.Keys.Where(k => k.StartsWith("params_ema/", StringComparison.Ordinal)).Select(k => KeyValuePair.Create(k, file.Read(k))));
        }
        Assert.That(await _runs.Train("fine", 512, 1, release), Does.Contain($"starting at step 0 from the weights of {release}"));
        using var fine = new NpzReader(_runs.Checkpoint("fine"));
        using var weights = new NpzReader(release);
        Assert.That(fine.Read("opt/3/0/0").ToInt64()[0], Is.EqualTo(1));
        Assert.That(fine.Read("params/pos_embed").ToFloat32(), Is.EqualTo(Table(512)));
        const string Kernel = "blocks_0/attn/qkv_image/kernel";
        float[] start = weights.Read("params_ema/" + Kernel).ToFloat32(), after = fine.Read("params/" + Kernel).ToFloat32();
        // One step of Adam moves each weight by at most the learning rate.
        Assert.That(after, Is.EqualTo(start).Within(1.01e-3f).And.Not.EqualTo(start));
    }
}
