namespace I1Xla.Pjrt.Tests;

public class CompileCacheTests
{
    private string folder = null!;
    private PjrtClient client = null!;

    [SetUp]
    public void Open()
    {
        folder = Directory.CreateTempSubdirectory("i1xla-cache-").FullName;
        client = Plugins.CpuClient();
    }

    [TearDown]
    public void Close()
    {
        client.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void TheSecondTimeComesFromTheCache()
    {
        Run(new PjrtCompileCache(folder));
        var cache = new PjrtCompileCache(folder);
        Run(cache);
        Assert.That(cache.Statistics, Is.EqualTo(new PjrtCompileCacheStatistics(1, 0, 0, 0)));
        Assert.That(Directory.EnumerateFiles(folder).Count(), Is.EqualTo(1), "no locks or temporary files are left");
    }

    [Test]
    public void OtherProgramsOptionsAndDevicesAreOtherEntries()
    {
        using PjrtClient two = Plugins.CpuClient(2);
        string key = PjrtCompileCache.Key(client, Programs.Add, new PjrtCompileOptions());
        Assert.Multiple(() =>
        {
            Assert.That(PjrtCompileCache.Key(client, Programs.Add, new PjrtCompileOptions()), Is.EqualTo(key));
            Assert.That(PjrtCompileCache.Key(client, Programs.Empty, new PjrtCompileOptions()), Is.Not.EqualTo(key));
            Assert.That(PjrtCompileCache.Key(client, Programs.Add, new PjrtCompileOptions { OptimizationLevel = PjrtEffort.O1 }), Is.Not.EqualTo(key));
            Assert.That(PjrtCompileCache.Key(client, Programs.Add, new PjrtCompileOptions { Flags = new Dictionary<string, PjrtFlag> { ["xla_x"] = true } }), Is.Not.EqualTo(key));
            Assert.That(PjrtCompileCache.Key(two, Programs.Add, new PjrtCompileOptions()), Is.Not.EqualTo(key));
        });
    }

    [TestCase(0)]
    [TestCase(20)]
    [TestCase(100)]
    public void ADamagedEntryIsCompiledAgain(int position)
    {
        Run(new PjrtCompileCache(folder));
        string entry = Directory.EnumerateFiles(folder).Single();
        byte[] bytes = File.ReadAllBytes(entry);
        bytes[position] ^= 0x40;
        File.WriteAllBytes(entry, bytes);
        var cache = new PjrtCompileCache(folder);
        Run(cache);
        Run(cache);
        Assert.That(cache.Statistics, Is.EqualTo(new PjrtCompileCacheStatistics(1, 1, 1, 0)));
    }

    [Test]
    public void ACutOffEntryIsCompiledAgain()
    {
        Run(new PjrtCompileCache(folder));
        string entry = Directory.EnumerateFiles(folder).Single();
        File.WriteAllBytes(entry, File.ReadAllBytes(entry)[..^7]);
        var cache = new PjrtCompileCache(folder);
        Run(cache);
        Assert.That(cache.Statistics.Damaged, Is.EqualTo(1));
    }

    [Test]
    public void TheFolderStaysInItsBounds()
    {
        var cache = new PjrtCompileCache(folder, maxBytes: 1);
        Run(cache);
        using (cache.Compile(client, Programs.Empty))
        {
        }
        Assert.That(Directory.EnumerateFiles(folder).Count(), Is.EqualTo(1), "the newest entry stays, the older one went");
        Assert.That(() => new PjrtCompileCache(folder, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void ManyAtOnceCompileOnce()
    {
        PjrtCompileCache[] caches = [.. Enumerable.Range(0, 4).Select(_ => new PjrtCompileCache(folder))];
        Parallel.ForEach(caches, cache => Run(cache));
        Assert.That(caches.Sum(c => c.Statistics.Misses), Is.EqualTo(1));
        Assert.That(caches.Sum(c => c.Statistics.Hits), Is.EqualTo(3));
    }

    private void Run(PjrtCompileCache cache)
    {
        using PjrtLoadedExecutable add = cache.Compile(client, Programs.Add);
        using PjrtBuffer a = client.CreateBuffer<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        using PjrtBuffer output = add.Execute(a, a)[0];
        Assert.That(output.ToArray<float>(), Is.EqualTo(new float[] { 2, 4, 6, 8, 10, 12 }));
    }
}
