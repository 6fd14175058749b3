using System.Diagnostics;
using I1Xla.Host.Checkpoints;

namespace I1Xla.Cli.Tests;

/// <summary>The command as a process of its own: killed without warning while it trains, and run again.</summary>
public class KillTests
{
    private const string Tiny = """
        total_steps: 60
        image_size: 16
        vae_type: identity
        text_encoder_type: seeded_embedding
        text_embed_dim: 8
        token_len: 12
        model_dims: {depth: 1, hidden_size: 16, num_heads: 2, mlp_ratio: 2.0}
        patch_size: 4
        model_kwargs: {use_long_skip: false, use_adaln: false}
        input: {batch_size: 4, shuffle_buffer_size: 64}
        lr: 0.001
        log_training_steps: 1
        ckpt_steps: 5
        """;

    [Test]
    public void AKilledRunResumesToTheBitsOfAnUninterruptedOne()
    {
        string dir = Directory.CreateTempSubdirectory("i1xla-kill").FullName;
        try
        {
            string config = Path.Combine(dir, "tiny.yaml"), data = Path.Combine(dir, "data");
            File.WriteAllText(config, Tiny);
            Assert.That(Run("data", "shapes", "--out", data, "--count", "200", "--size", "16"), Is.Zero);
            string[] Train(string name) => ["train", "--config", config, "--workdir", Path.Combine(dir, name), $"input.data=[{{data_dir: {data}}}]"];

            using (Process victim = Start(Train("killed")))
            {
                string checkpoint = Path.Combine(dir, "killed", "checkpoint.npz");
                var patience = Stopwatch.StartNew();
                while (!victim.HasExited && !File.Exists(checkpoint))
                {
                    Assert.That(patience.Elapsed, Is.LessThan(TimeSpan.FromMinutes(5)), "no checkpoint appeared");
                    Thread.Sleep(20);
                }
                victim.Kill();
                victim.WaitForExit();
            }
            Assert.That(Run(Train("killed")), Is.Zero);
            Assert.That(Run(Train("whole")), Is.Zero);
            IReadOnlyList<CheckpointDifference> differences = CheckpointReport.Diff(Path.Combine(dir, "whole", "checkpoint.npz"), Path.Combine(dir, "killed", "checkpoint.npz"));
            Assert.That(differences.Select(d => d.Key).Where(k => k is not ("chrono/accum_pause_time" or "chrono/accum_program_time" or "chrono/accum_train_time")), Is.Empty);
        }
        finally
        {
            Directory.Delete(dir, true);
        }
    }

    [TestCase(new[] { "train", "--config", "no-such.yaml", "--workdir", "w" }, 2, "There is no configuration file no-such.yaml")]
    [TestCase(new[] { "checkpoint", "inspect", "/no/such.npz" }, 2, "There is no checkpoint /no/such.npz")]
    [TestCase(new[] { "generate", "--config", "configs/quickstart.yaml", "--ckpt", "x.npz" }, 2, "No prompt was given")]
    [TestCase(new[] { "trian" }, 1, "trian")]
    public void AMistakeIsOneMessageWithoutAStackTrace(string[] arguments, int code, string message) => Expect(Start(arguments), code, message);

    [TestCase("I1XLA_CPU_ISA", "avx5", "I1XLA_CPU_ISA is \"avx5\"; it must be one of portable, avx2")]
    [TestCase("I1XLA_CPU_THREADS", "two", "I1XLA_CPU_THREADS is \"two\"; it must be a number of threads")]
    public void ASettingThatIsNotUnderstoodIsOneMessage(string variable, string value, string message)
    {
        ProcessStartInfo start = Command("bench", "profile", "rope", "--repeats", "1");
        start.Environment[variable] = value;
        Expect(Process.Start(start)!, 2, message);
    }

    private static void Expect(Process started, int code, string message)
    {
        using Process process = started;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.EqualTo(code), errors);
        Assert.That(errors + output.Result, Does.Contain(message).And.Not.Contain("   at "));
    }

    private static int Run(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        TestContext.Out.WriteLine(output + errors.Result);
        return process.ExitCode;
    }

    private static Process Start(params string[] arguments) => Process.Start(Command(arguments))!;

    private static ProcessStartInfo Command(params string[] arguments) => new("dotnet", [Path.Combine(AppContext.BaseDirectory, "i1xla.dll"), .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}
