using System.Text.Json;
using I1Xla.Data.Npy;

namespace I1Xla.Cli.Tests;

/// <summary>
/// A model of the i1 recipe trained at 256 px, taken to PyTorch's file and back, and continued at 512 and 1024 px from what
/// came back, all through the command.
/// </summary>
[NonParallelizable]
public class ConversionTests
{
    // The recipe's switches, which PyTorch's side has no others of, at a size of toys.
    private const string Tiny = """
        total_steps: 2
        image_size: 256
        vae_type: identity
        text_encoder_type: seeded_embedding
        text_embed_dim: 8
        token_len: 6
        model_dims: {depth: 3, hidden_size: 16, num_heads: 2, mlp_ratio: 2.0}
        patch_size: 32
        model_kwargs: {use_long_skip: true, text_encoder_adapter_type: transformer, text_encoder_adapter_num_blocks: 2, use_adaln: false, position_embedding: sinusoidal_and_rope, use_sandwich_norm: true}
        use_qknorm: true
        use_swiglu: true
        use_rmsnorm: true
        input: {batch_size: 2, shuffle_buffer_size: 8}
        lr: 0.001
        ema_decay_rate: 0.5
        log_training_steps: 1
        ckpt_steps: 100
        prefetch_to_device: 1
        """;

    private TinyRuns _runs = null!;

    private string Config => _runs.Config;

    [SetUp]
    public void MakeFolder() => _runs = new TinyRuns(Tiny);

    [TearDown]
    public void RemoveFolder() => _runs.Dispose();

    [Test]
    public async Task ATrainedModelGoesToPyTorchAndBackAndOnToHigherResolutions()
    {
        await _runs.Train("256", 256, 2);
        string trained = _runs.Checkpoint("256"), torch = In("trained.pt"), back = In("back.npz");
        Assert.That(await Ok("checkpoint", "export", trained, "--config", Config, "--out", torch), Does.Contain("training state of step 2"));
        Assert.That(await Ok("checkpoint", "import", torch, "--config", Config, "--out", back), Does.Contain("training state of step 2"));
        Assert.That(await Differences(trained, back), Has.All.StartWith("chrono/"));

        // What came back trains on to the same bits as what went, at twice the resolution.
        string note = await _runs.Train("512", 512, 3, back);
        Assert.That(note, Does.Contain($"resuming from {back} at step 2"));
        await _runs.Train("512-direct", 512, 3, trained);
        Assert.That(await Differences(_runs.Checkpoint("512"), _runs.Checkpoint("512-direct")), Has.All.StartWith("chrono/"));
        Assert.That(await _runs.Train("1024", 1024, 4, _runs.Checkpoint("512")), Does.Contain($"resuming from {_runs.Checkpoint("512")} at step 3"));
        using (var last = new NpzReader(_runs.Checkpoint("1024")))
        {
            Assert.That(last.Read("params_ema/pos_embed").Shape, Is.EqualTo(new[] { 1, 1024, 16 }));
            Assert.That(last.Read("opt/3/0/0").ToInt64()[0], Is.EqualTo(4));
        }

        // A release file of it, read back without its configuration: the averages are the weights.
        string release = In("release.pt"), weights = In("release.npz");
        Assert.That(await Ok("checkpoint", "export", _runs.Checkpoint("1024"), "--config", Config, "--out", release, "--weights-only", "image_size=1024"), Does.Contain("weights only"));
        Assert.That(await Ok("checkpoint", "import", release, "--out", weights), Does.Contain("weights only"));
        using var from = new NpzReader(_runs.Checkpoint("1024"));
        using var to = new NpzReader(weights);
        foreach (string key in from.Keys.Where(k => k.StartsWith("params_ema/", StringComparison.Ordinal)))
        {
            float[] average = from.Read(key).ToFloat32();
            Assert.That(to.Read(key).ToFloat32(), Is.EqualTo(average), key);
            Assert.That(to.Read(key.Replace("params_ema", "params", StringComparison.Ordinal)).ToFloat32(), Is.EqualTo(average), key);
        }
        Assert.That(await Ok("checkpoint", "inspect", weights), Does.Contain("pos_embed"));
        Assert.That(await _runs.Train("fine", 1024, 1, weights), Does.Contain($"starting at step 0 from the weights of {weights}"));
    }

    [Test]
    public async Task MistakesSayWhatToDo()
    {
        await _runs.Train("256", 256, 1);
        string trained = _runs.Checkpoint("256"), torch = In("trained.pt");
        await Ok("checkpoint", "export", trained, "--config", Config, "--out", torch);
        File.WriteAllBytes(In("cut.pt"), File.ReadAllBytes(torch)[..5000]);
        Assert.That(await Bad("checkpoint", "export", trained, "--config", Config, "--out", In("no.pt"), "model_kwargs.use_adaln=true"), Does.Contain("i1's PyTorch code has one model"));
        Assert.That(await Bad("checkpoint", "export", trained, "--config", Config, "--out", In("no.pt"), "image_size=512"), Does.Contain("pos_embed").Or.Contain("512"));
        Assert.That(await Bad("checkpoint", "import", In("missing.pt"), "--out", In("no.npz")), Does.Contain("missing.pt"));
        Assert.That(await Bad("checkpoint", "import", In("cut.pt"), "--out", In("no.npz")), Does.Contain("cut.pt"));
        Assert.That(await Bad("checkpoint", "import", trained, "--out", In("no.npz")), Does.Contain("checkpoint.npz"));
        Assert.That(await Bad("checkpoint", "import", torch, "--out", In("no.npz"), "image_size=512"), Does.Contain("add --config"));
        Assert.That(await Bad("checkpoint", "import", torch, "--config", Config, "--out", In("no.npz"), "model_dims.depth=5"), Does.Contain("does not fit the model"));
        Assert.That(Directory.GetFiles(_runs.Folder, "no.*"), Is.Empty);
    }

    private string In(string name) => _runs.In(name);

    private static async Task<string> Ok(params string[] args)
    {
        (int code, string output, string error) = await CommandLine.Run(args);
        Assert.That(code, Is.Zero, $"{string.Join(' ', args)}\n{error}");
        return output;
    }

    private static async Task<string> Bad(params string[] args)
    {
        (int code, string output, string error) = await CommandLine.Run(args);
        Assert.That(code, Is.EqualTo(1).Or.EqualTo(2), $"{string.Join(' ', args)}\n{output}");
        Assert.That(error, Does.Not.Contain("   at "), "a stack trace");
        return error;
    }

    /// <summary>The keys of the entries in which two checkpoints differ.</summary>
    private static async Task<string[]> Differences(string a, string b)
    {
        (_, string output, string error) = await CommandLine.Run("checkpoint", "diff", a, b, "--json");
        using JsonDocument json = JsonDocument.Parse(output.Length > 0 ? output : throw new InvalidOperationException(error));
        JsonElement list = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement : json.RootElement.EnumerateObject().First(p => p.Value.ValueKind == JsonValueKind.Array).Value;
        return [.. list.EnumerateArray().Select(d => d.GetProperty("key").GetString()!)];
    }
}
