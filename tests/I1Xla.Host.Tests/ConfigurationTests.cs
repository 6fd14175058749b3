using System.Reflection;
using System.Text.Json;
using I1Xla.Generate;
using I1Xla.Host.Configuration;
using I1Xla.Testing;

namespace I1Xla.Host.Tests;

public class ConfigurationTests
{
    private static RunConfig Bind(string yaml, params string[] overrides)
    {
        ConfigTree tree = ConfigTree.Parse(yaml, "run.yaml", overrides);
        return new ConfigBinder(tree).Bind<RunConfig>();
    }

    [Test]
    public void TheDocumentedKeysAreThoseThatThereAre()
    {
        string source = File.ReadAllText(Path.Combine(SharedAssets.RepositoryRoot, "src", "I1Xla.Host", "Configuration", "RunConfig.cs"));
        string page = File.ReadAllText(Path.Combine(SharedAssets.RepositoryRoot, "docs", "configuration.md"));
        Assert.That(page, Is.EqualTo(ConfigurationPage.Write(source)), "docs/configuration.md is stale: dotnet run --project tools/I1Xla.Generate -- configuration");
        Type[] settings = [.. typeof(RunConfig).Assembly.GetTypes().Where(t => t.Namespace == typeof(RunConfig).Namespace && t.Name.EndsWith("Config", StringComparison.Ordinal))];
        int keys = settings.Sum(t => t.GetProperties(BindingFlags.Public | BindingFlags.Instance).Count(p => p.CanWrite));
        Assert.That(page.Split('\n').Count(line => line.StartsWith("| `", StringComparison.Ordinal)), Is.EqualTo(keys), "a key whose comment is not one line is not on the page");
    }

    [Test]
    public void ValuesListsAndNestedMappingsAreBound()
    {
        RunConfig config = Bind("""
            total_steps: 2_000_000
            token_len: [256, 77]
            lr: 1e-4
            model_kwargs: {use_adaln: false, rope_axes_dims: null}
            schedule:
              - {pattern: pos_embed, value: null}
              - {pattern: '.*', value: 1.0}
            """);
        Assert.That(config.TotalSteps, Is.EqualTo(2_000_000));
        Assert.That(config.TokenLen!.Items, Is.EqualTo(new[] { 256, 77 }));
        Assert.That(config.TokenLen.IsList);
        Assert.That(config.Lr, Is.EqualTo(1e-4));
        Assert.That(config.ModelKwargs.UseAdaln, Is.False);
        Assert.That(config.ModelKwargs.RopeAxesDims, Is.Null);
        Assert.That(config.Schedule.Select(s => s.Value), Is.EqualTo(new double?[] { null, 1.0 }));
    }

    [Test]
    public void OverridesAreYamlAndApplyLast()
    {
        RunConfig config = Bind("lr: 1e-4\ninput: {batch_size: 8}", "input.batch_size=32", "lr=3e-3", "resume=\"\"", "transport.prediction=x");
        Assert.That(config.Input.BatchSize, Is.EqualTo(32));
        Assert.That(config.Lr, Is.EqualTo(3e-3));
        Assert.That(config.Resume, Is.Empty);
        Assert.That(config.Transport.Prediction, Is.EqualTo("x"));
    }

    [TestCase("learning_rate: 1", "run.yaml:1", "learning_rate", "known:")]
    [TestCase("input:\n  batchsize: 4", "run.yaml:2", "input.batchsize", "did you mean 'batch_size'?")]
    [TestCase("seed: 0\nimage_sise: 4", "run.yaml:2", "image_sise", "did you mean 'image_size'?")]
    [TestCase("lr: fast", "run.yaml:1", "lr", "expected a number, found 'fast'")]
    [TestCase("use_ema: 3", "run.yaml:1", "use_ema", "expected true or false")]
    [TestCase("patch_size: 2.5", "run.yaml:1", "patch_size", "expected a whole number, found '2.5'")]
    [TestCase("patch_size: 99999999999", "run.yaml:1", "patch_size", "expected a whole number")]
    [TestCase("input: 3", "run.yaml:1", "input", "expected a mapping")]
    [TestCase("schedule: 3", "run.yaml:1", "schedule", "expected a list")]
    [TestCase("patch_size:", "run.yaml:1", "patch_size", "a value is needed")]
    [TestCase("a: [1,", "run.yaml:", "not valid YAML", "")]
    [TestCase("- 1", "run.yaml", "mapping of keys", "")]
    public void AMistakeIsNamedWithItsPlaceAndARemedy(string yaml, string where, string what, string remedy)
    {
        var e = Assert.Throws<UserErrorException>(() => Bind(yaml))!;
        Assert.That(e.Message, Does.StartWith(where).And.Contain(what).And.Contain(remedy));
    }

    [Test]
    public void AMistakenOverrideNamesItself()
    {
        var e = Assert.Throws<UserErrorException>(() => Bind("lr: 1", "input.bach_size=3"))!;
        Assert.That(e.Message, Is.EqualTo("override 'input.bach_size=3': unknown key 'input.bach_size'; did you mean 'batch_size'?"));
        Assert.That(Assert.Throws<UserErrorException>(() => Bind("lr: 1", "lr"))!.Message, Does.Contain("write key=value"));
    }

    [Test]
    public void ExtendsMergesMappingsAndReplacesTheRest()
    {
        string dir = Directory.CreateTempSubdirectory("i1xla-config").FullName;
        try
        {
            File.WriteAllText(Path.Combine(dir, "base.yaml"), "lr: 1\ninput: {batch_size: 8, shuffle_buffer_size: 3}\nschedule: [{pattern: a}]");
            File.WriteAllText(Path.Combine(dir, "child.yaml"), "extends: base.yaml\ninput: {batch_size: 16}\nschedule: [{pattern: b}]");
            File.WriteAllText(Path.Combine(dir, "loop.yaml"), "extends: loop.yaml");
            var config = new ConfigBinder(ConfigTree.Load(Path.Combine(dir, "child.yaml"))).Bind<RunConfig>();
            Assert.That((config.Lr, config.Input.BatchSize, config.Input.ShuffleBufferSize, config.Schedule.Single().Pattern), Is.EqualTo((1.0, 16, 3, "b")));
            Assert.That(Assert.Throws<UserErrorException>(() => ConfigTree.Load(Path.Combine(dir, "loop.yaml")))!.Message, Does.Contain("comes back"));
            Assert.That(Assert.Throws<UserErrorException>(() => ConfigTree.Load(Path.Combine(dir, "chld.yaml")))!.Message, Does.Contain("did you mean 'child.yaml'?"));
        }
        finally
        {
            Directory.Delete(dir, true);
        }
    }

    [Test]
    public void StepsAreGivenInOneUnitOnly()
    {
        Assert.That(StepsRule.Resolve("total", 7, null, null, null, 4, 100, 0), Is.EqualTo(7));
        Assert.That(StepsRule.Resolve("total", null, 102, null, null, 4, 100, 0), Is.EqualTo(26), "102 / 4 = 25.5 rounds half to even");
        Assert.That(StepsRule.Resolve("total", null, null, 2, null, 4, 100, 0), Is.EqualTo(50));
        Assert.That(StepsRule.Resolve("ckpt", null, null, null, 0.001, 4, 100, 50), Is.EqualTo(1));
        Assert.That(StepsRule.Resolve("ckpt", null, null, null, null, 4, 100, 50), Is.Null);
        Assert.Throws<UserErrorException>(() => StepsRule.Resolve("total", 7, 102, null, null, 4, 100, 0));
        Assert.Throws<UserErrorException>(() => StepsRule.Resolve("total", null, null, 2, null, 4, 0, 0));
    }

    private static IEnumerable<string> ItsTimes() => SharedAssets.GoldenCases("", "itstime", ".json");

    [TestCaseSource(nameof(ItsTimes)), Category("golden")]
    public void ItsTimeActsWhenI1Does(string name)
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(SharedAssets.Golden(name + ".json")));
        foreach (JsonProperty entry in golden.RootElement.EnumerateObject())
        {
            long[] parts = entry.Name.Split('_').Select(long.Parse).ToArray();
            long[] due = Enumerable.Range(1, (int)parts[0]).Select(s => (long)s).Where(s => StepsRule.ItsTime(s, parts[1], parts[0])).ToArray();
            Assert.That(due, Is.EqualTo(entry.Value.EnumerateArray().Select(v => v.GetInt64())), entry.Name);
        }
        Assert.That(StepsRule.ItsTime(1, null, 10), Is.False);
        Assert.That(StepsRule.ItsTime(10, 0, 10), Is.False);
    }
}
