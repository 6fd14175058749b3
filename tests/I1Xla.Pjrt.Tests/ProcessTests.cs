using System.Diagnostics;
using I1Xla.Testing;

namespace I1Xla.Pjrt.Tests;

/// <summary>What must work across processes.</summary>
public class ProcessTests
{
    private string folder = null!;

    [SetUp]
    public void Open() => folder = Directory.CreateTempSubdirectory("i1xla-process-").FullName;

    [TearDown]
    public void Close() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task ASerializedExecutableLoadsInAnotherProcess()
    {
        string file = Path.Combine(folder, "add.pjrt");
        using (PjrtClient client = Plugins.CpuClient())
        using (PjrtLoadedExecutable add = client.Compile(Programs.Add))
        {
            File.WriteAllBytes(file, add.Serialize());
        }
        Assert.That(await Worker("load", SharedAssets.Plugin("libpjrt_cpu"), file), Is.EqualTo("2 4 6 8 10 12"));
    }

    [Test]
    public async Task ProcessesShareACache()
    {
        string program = Path.Combine(folder, "add.mlir");
        File.WriteAllText(program, Programs.Add);
        string plugin = SharedAssets.Plugin("libpjrt_cpu");
        string cache = Path.Combine(folder, "cache");
        string[] counts = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Worker("cache", plugin, cache, program)));
        Assert.That(counts, Is.EquivalentTo(new[] { "0 1", "1 0", "1 0" }), "one compiles, the others find it");
    }

    private static async Task<string> Worker(params string[] arguments)
    {
        string worker = Path.Combine(TestContext.CurrentContext.TestDirectory, "I1Xla.Pjrt.Worker.dll");
        var start = new ProcessStartInfo("dotnet", [worker, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"The worker ended with {process.ExitCode}: {await errors}");
    }
}
