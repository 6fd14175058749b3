using I1Xla.Pjrt.Plugins;
using I1Xla.Testing;

namespace I1Xla.Pjrt.Tests.Finding;

public class PluginFinderTests
{
    private string folder = null!;

    [SetUp]
    public void Open() => folder = Directory.CreateTempSubdirectory("i1xla-finder-").FullName;

    [TearDown]
    public void Close() => Directory.Delete(folder, recursive: true);

    [Test]
    public void TheOrderIsVariablesWheelsCacheEmbedded()
    {
        string cpu = Touch("named/pjrt_cpu.so");
        string tpu = Touch("tpu/libtpu.so");
        string wheelTpu = Touch("site/libtpu/libtpu.so");
        string cuda = Touch("site/jax_plugins/xla_cuda12/xla_cuda_plugin.so");
        Touch("site/jax_plugins/xla_cuda12/other.so");
        string wheelCpu = Touch("site/xla_cpu_pjrt/lib/libpjrt_cpu.so");
        string cached = Touch("cache/cpu/1.0/x.so");
        File.WriteAllText(Path.Combine(folder, "cache/cpu/1.0/plugin.json"), """{"name":"cpu","version":"1.0","file":"x.so","sha256":"00","origin":"o"}""");
        var finder = Finder(new() { ["PJRT_NAMES_AND_LIBRARY_PATHS"] = $"cpu:{cpu}", ["TPU_LIBRARY_PATH"] = tpu });
        Assert.That(finder.List().Select(c => (c.Name, c.Source, c.Path)), Is.EqualTo(new (string, PluginSource, string?)[]
        {
            ("cpu", PluginSource.NamesAndLibraryPaths, cpu),
            ("tpu", PluginSource.TpuLibraryPath, tpu),
            ("tpu", PluginSource.PythonWheel, wheelTpu),
            ("cpu", PluginSource.PythonWheel, wheelCpu),
            ("cuda", PluginSource.PythonWheel, cuda),
            ("cpu", PluginSource.Cache, cached),
            ("cpu", PluginSource.Embedded, null),
        }));
        Assert.That(finder.Find("CPU").Path, Is.EqualTo(cpu));
        Assert.That(Finder([]).Find("cpu").Path, Is.EqualTo(wheelCpu));
    }

    [Test]
    public void AJsonFileBringsOptions()
    {
        string plugin = Touch("p.so");
        string json = Path.Combine(folder, "config.json");
        File.WriteAllText(json, "{\"library_path\": \"" + plugin + "\", \"create_option\": {\"cpu_device_count\": 8, \"fast\": true, \"name\": \"x\", \"ids\": [1,2]}}");
        PluginCandidate found = Finder(new() { ["PJRT_NAMES_AND_LIBRARY_PATHS"] = $"mine:{json}" }).Find("mine");
        Assert.Multiple(() =>
        {
            Assert.That(found.Path, Is.EqualTo(plugin));
            Assert.That(found.CreateOptions["cpu_device_count"].AsInt64, Is.EqualTo(8));
            Assert.That(found.CreateOptions["fast"].AsBool, Is.True);
            Assert.That(found.CreateOptions["ids"].AsInt64List, Is.EqualTo(new long[] { 1, 2 }));
        });
    }

    [TestCase("mine", "has no path")]
    [TestCase("mine:/nowhere/x.so", "there is no file /nowhere/x.so")]
    [TestCase("mine:/nowhere/x.json", "cannot be read")]
    public void ABadEntrySaysWhatIsWrong(string entry, string why) =>
        Assert.That(() => Finder(new() { ["PJRT_NAMES_AND_LIBRARY_PATHS"] = entry }).Find("mine"), Throws.InvalidOperationException.With.Message.Contains(why));

    [Test]
    public void AnUnknownNameSaysWhatIsThere() =>
        Assert.That(() => Finder([]).Find("quantum"), Throws.InvalidOperationException.With.Message.Contains("Found: cpu").And.Message.Contains("plugin install quantum"));

    [Test]
    public void APathIsTakenAsItIs()
    {
        string plugin = SharedAssets.Plugin("libpjrt_cpu");
        Assert.That(Finder([]).Open(plugin).ApiVersion, Is.EqualTo("0.81"));
        Assert.That(() => Finder([]).Find("/nowhere/at/all.so"), Throws.TypeOf<FileNotFoundException>());
    }

    [Test]
    public void AFileThatIsNoPluginSaysSo()
    {
        string text = Touch("text.so");
        Assert.That(() => Finder([]).Open(text), Throws.InvalidOperationException.With.Message.Contains("cannot be loaded as a shared library"));
    }

    private PluginFinder Finder(Dictionary<string, string> variables) => new(new PluginSearchOptions
    {
        Variable = name => variables.GetValueOrDefault(name),
        PythonFolders = variables.Count == 0 || variables.ContainsKey("TPU_LIBRARY_PATH") ? [Path.Combine(folder, "site")] : [],
        CacheFolder = Path.Combine(folder, "cache"),
        Embedded = new Dictionary<string, Func<PjrtPlugin>> { ["cpu"] = () => throw new InvalidOperationException() },
    });

    private string Touch(string path)
    {
        string full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, "not a library");
        return full;
    }
}
