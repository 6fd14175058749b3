using I1Xla.Host.Configuration;
using I1Xla.Host.Programs;
using I1Xla.Host.Runs;
using I1Xla.Host.Tracing;
using I1Xla.Models;
using I1Xla.Testing;

namespace I1Xla.Host.Tests;

/// <summary>Every configuration of <c>configs/</c> is the model of the paper's tables (spec 1.13), to the last parameter.</summary>
public class ConfigurationCountTests
{
    // Totals of spec 1.13; the quick start of the paper's page is the i1 recipe at DiT-XL.
    private static readonly Dictionary<string, long> s_totals = new()
    {
        ["baseline-cross-attn"] = 894_068_384,
        ["baseline-single-stream"] = 819_683_984,
        ["baseline-dual-stream"] = 1_239_338_960,
        ["i1-1b-256"] = 1_036_183_664,
        ["i1-3b-256"] = 3_166_272_848,
        ["i1-3b-512"] = 3_167_821_136,
        ["i1-3b-1024"] = 3_174_014_288,
        ["i1-xl-quick-start"] = 1_036_183_664,
    };

    private static IEnumerable<string> Files() =>
        Directory.GetFiles(Path.Combine(SharedAssets.RepositoryRoot, "configs"), "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);

    private static RunConfig Config(string name, params string[] overrides) =>
        new ConfigBinder(ConfigTree.Load(Path.Combine(SharedAssets.RepositoryRoot, "configs", name + ".yaml"), overrides)).Bind<RunConfig>();

    private static TrainStep Step(RunConfig config) => RunPlan.Resolve(config, TrainStepTracer.VocabularyOf(config)).TrainStep();

    private static long Count(TrainStep step, Func<string, bool>? which = null) => step.Parameters.Where(p => which?.Invoke(p.Name) != false).Sum(p => p.ElementCount);

    [TestCaseSource(nameof(Files))]
    public void AConfigurationResolvesTracesAndCountsAsThePaperSays(string name)
    {
        RunConfig config = Config(name);
        (TraceReport report, byte[] module) = TrainStepTracer.Measure(config, devices: 1, repeat: 1, ProgramForm.Artifact);
        Assert.That(module.AsSpan(0, 4).ToArray(), Is.EqualTo(new byte[] { (byte)'M', (byte)'L', 0xEF, (byte)'R' }));
        if (s_totals.TryGetValue(name, out long total))
        {
            Assert.That(report.Parameters, Is.EqualTo(total));
        }
        else
        {
            Assert.That(name, Is.AnyOf("quickstart", "emoji"), "a configuration of the paper belongs into the table of this test");
        }
        TrainStep step = Step(config);
        Assert.That(Count(step, p => p == "pos_embed"), Is.EqualTo((long)step.Model.Config.ImageTokens * step.Model.Config.HiddenSize));
        Assert.That(step.Optimizer.Trainable.Sum(p => p.ElementCount), Is.EqualTo(Count(step, p => p != "pos_embed")), "the position table alone is frozen");
    }

    [Test]
    public void TheGroupsOfTheThreeBillionModelAreThoseOfItsTable()
    {
        TrainStep step = Step(Config("i1-3b-256"));
        Assert.Multiple(() =>
        {
            Assert.That(Count(step, p => p.StartsWith("x_embedder/", StringComparison.Ordinal)), Is.EqualTo(260_064));
            Assert.That(Count(step, p => p.StartsWith("t_embedder/", StringComparison.Ordinal)), Is.EqualTo(4_584_384));
            Assert.That(Count(step, p => p.StartsWith("text_encoder_adapter/", StringComparison.Ordinal)), Is.EqualTo(102_828_864));
            Assert.That(Count(step, p => p.StartsWith("final_layer/", StringComparison.Ordinal)), Is.EqualTo(260_192));
            for (int b = 0; b < 29; b++)
            {
                Assert.That(Count(step, p => p.StartsWith($"blocks_{b}/", StringComparison.Ordinal)), Is.EqualTo(b <= 14 ? 97_592_016 : 113_853_072), $"block {b}");
                Assert.That(step.Parameters.Count(p => p.Name.StartsWith($"blocks_{b}/", StringComparison.Ordinal)), Is.EqualTo(b <= 14 ? 22 : 26), $"leaves of block {b}");
            }
            Assert.That(step.Parameters, Has.Count.EqualTo(731));
            Assert.That(step.Optimizer.Trainable.Sum(p => p.ElementCount), Is.EqualTo(3_165_756_752));
            // 731 + 731 parameters and averages, 730 + 730 moments, two counts, four chrono entries (spec 5.1).
            Assert.That(Training.TrainingState.Specs(step), Has.Count.EqualTo(2928));
        });
    }

    [TestCase("baseline-dual-stream", 711)]
    [TestCase("baseline-cross-attn", 741)]
    [TestCase("baseline-single-stream", 503)]
    public void TheBaselinesHaveAsManyLeavesAsTheirTable(string name, int leaves) => Assert.That(Step(Config(name)).Parameters, Has.Count.EqualTo(leaves));

    [Test]
    public void EveryPresetOfEveryBackboneHasItsCount()
    {
        (string Preset, long Cross, long Single, long Dual, long Recipe)[] table =
        [
            ("DiT-XL", 894_068_384, 819_683_984, 1_239_338_960, 1_036_183_664),
            ("DiT-XL_1296", 1_130_790_224, 1_036_657_280, 1_567_742_384, 1_310_639_168),
            ("DiT-XL_1440", 1_395_298_304, 1_279_094_384, 1_934_714_768, 1_617_318_416),
            ("DiT-XL_1584", 1_687_592_624, 1_546_995_296, 2_340_256_112, 1_956_221_408),
            ("DiT-XL_1728", 2_007_673_184, 1_840_360_016, 2_784_366_416, 2_327_348_144),
            ("DiT-XL_1872", 2_355_539_984, 2_159_188_544, 3_267_045_680, 2_730_698_624),
            ("DiT-XL_2016", 2_731_193_024, 2_503_480_880, 3_788_293_904, 3_166_272_848),
        ];
        Assert.Multiple(() =>
        {
            foreach ((string preset, long cross, long single, long dual, long recipe) in table)
            {
                string size = $"model_size={preset}";
                Assert.That(Count(Step(Config("baseline-cross-attn", size))), Is.EqualTo(cross), preset + " cross");
                Assert.That(Count(Step(Config("baseline-single-stream", size))), Is.EqualTo(single), preset + " single");
                Assert.That(Count(Step(Config("baseline-dual-stream", size))), Is.EqualTo(dual), preset + " dual");
                Assert.That(Count(Step(Config("i1-3b-256", size))), Is.EqualTo(recipe), preset + " recipe");
            }
        });
    }

    [TestCase("baseline-cross-attn", 908_679_728, "model_kwargs.text_encoder_adapter_type=transformer")]
    [TestCase("baseline-single-stream", 834_295_328, "model_kwargs.text_encoder_adapter_type=transformer")]
    [TestCase("baseline-dual-stream", 1_253_950_304, "model_kwargs.text_encoder_adapter_type=transformer")]
    [TestCase("baseline-cross-attn", 660_295_328, "model_kwargs.use_adaln=false")]
    [TestCase("baseline-single-stream", 569_971_856, "model_kwargs.use_adaln=false")]
    [TestCase("baseline-dual-stream", 1_005_565_904, "model_kwargs.use_adaln=false")]
    [TestCase("baseline-cross-attn", 674_906_672, "model_kwargs.use_adaln=false", "model_kwargs.text_encoder_adapter_type=transformer")]
    [TestCase("baseline-single-stream", 584_583_200, "model_kwargs.use_adaln=false", "model_kwargs.text_encoder_adapter_type=transformer")]
    [TestCase("baseline-dual-stream", 1_020_177_248, "model_kwargs.use_adaln=false", "model_kwargs.text_encoder_adapter_type=transformer")]
    [TestCase("baseline-cross-attn", 892_444_064, "model_kwargs.use_timestep=false")]
    [TestCase("baseline-cross-attn", 856_893_344, "model_kwargs.use_long_skip=false")]
    [TestCase("baseline-single-stream", 782_508_944, "model_kwargs.use_long_skip=false")]
    [TestCase("baseline-dual-stream", 1_164_988_880, "model_kwargs.use_long_skip=false")]
    [TestCase("baseline-cross-attn", 817_029_536, "model_kwargs.wo_shift=true")]
    [TestCase("i1-1b-256", 1_037_068_400, "image_size=512")]
    [TestCase("i1-1b-256", 1_040_607_344, "image_size=1024")]
    public void TheVariantsOfTheProjectPageHaveTheirCounts(string name, long total, params string[] overrides) => Assert.That(Count(Step(Config(name, overrides))), Is.EqualTo(total));
}
