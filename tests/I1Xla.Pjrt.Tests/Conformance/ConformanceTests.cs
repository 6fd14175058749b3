using I1Xla.Pjrt.Abi;
using I1Xla.Pjrt.Conformance;
using I1Xla.Testing;

namespace I1Xla.Pjrt.Tests.Conforming;

/// <summary>Every function of the real plugins is tried; none may fail.</summary>
public class ConformanceTests
{
    private static readonly Lazy<ConformanceReport> Cpu = new(() => PluginConformance.Run(Plugins.Cpu, new ConformanceOptions { CreateOptions = new Dictionary<string, PjrtValue> { ["cpu_device_count"] = 2L } }));
    private static readonly Lazy<ConformanceReport> Embedded = new(() => PluginConformance.Run(Plugins.Embedded, new ConformanceOptions { CreateOptions = new Dictionary<string, PjrtValue> { ["cpu_device_count"] = 2L } }));
    private static readonly Lazy<ConformanceReport> Tpu = new(() => PluginConformance.Run(Plugins.Tpu));

    [Test]
    public void TheXlaCpuPluginConforms()
    {
        ConformanceReport report = Cpu.Value;
        Assert.Multiple(() =>
        {
            Assert.That(Failures(report), Is.Empty);
            Assert.That(report.Functions, Has.Count.EqualTo(138));
            Assert.That(report.Functions.Count(f => f.Outcome == ConformanceOutcome.Absent), Is.EqualTo(20), "0.81 has 118 functions");
            Assert.That(report.Functions.Count(f => f.Outcome == ConformanceOutcome.Passed), Is.GreaterThanOrEqualTo(95));
            Assert.That(report.Behaviours.Single().Outcome, Is.EqualTo(ConformanceOutcome.Passed), "two replicas");
        });
    }

    [Test]
    public void LibtpuConformsWithoutADevice()
    {
        ConformanceReport report = Tpu.Value;
        Assert.Multiple(() =>
        {
            Assert.That(Failures(report), Is.Empty);
            Assert.That(report.NoClient, Is.Not.Null);
            Assert.That(report.Platform, Is.EqualTo("tpu"));
            Assert.That(report.Functions.Count(f => f.Outcome == ConformanceOutcome.Absent), Is.Zero);
            Assert.That(report.Functions.Count(f => f.Outcome == ConformanceOutcome.Passed), Is.GreaterThanOrEqualTo(35));
        });
    }

    [Test]
    public void ThisProjectsPluginConforms()
    {
        Assert.That(Failures(Embedded.Value), Is.Empty);
        Assert.That(PluginConformance.Run(Plugins.Embedded, new ConformanceOptions { CreateOptions = new Dictionary<string, PjrtValue> { ["cpu_device_count"] = 2L } }).Difference(Embedded.Value), Is.Empty, "two runs");
    }

    [Test]
    public void ReportsCanBeStoredAndCompared()
    {
        ConformanceReport back = ConformanceReport.FromJson(Cpu.Value.ToJson());
        Assert.That(back.Difference(Cpu.Value), Is.Empty);
        Assert.That(back.ToJson(), Is.EqualTo(Cpu.Value.ToJson()));
        Assert.That(Cpu.Value.Difference(Tpu.Value).Select(d => d.Name), Does.Contain("PJRT_Client_Create"));
    }

    [Test]
    public void TheDocumentedTableIsWhatARunGives()
    {
        string path = Path.Combine(SharedAssets.RepositoryRoot, "docs", "pjrt-entry-points.md");
        string table = ConformanceReport.ToMarkdown([Embedded.Value, Cpu.Value, Tpu.Value]);
        string text = $"""
            # Entry points of the PJRT C API by plugin

            What `i1xla plugin conform` finds, written by a run of the tests (set `I1XLA_WRITE_DOCS=1` to write it anew).
            *works*: tried, and did what the header says. *absent*: not in the plugin's table. *refused*: there, but it says that it is not
            implemented, or it needs what is not here (libtpu has no TPU on this machine, so whatever needs a client is refused).


            """.ReplaceLineEndings("\n") + table;
        if (Environment.GetEnvironmentVariable("I1XLA_WRITE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        Assert.That(File.ReadAllText(path), Is.EqualTo(text), "docs/pjrt-entry-points.md is stale: run this test with I1XLA_WRITE_DOCS=1");
    }

    private static IEnumerable<string> Failures(ConformanceReport report) =>
        report.Functions.Concat(report.Extensions).Concat(report.Behaviours).Where(f => f.Outcome == ConformanceOutcome.Failed).Select(f => $"{f.Name}: {f.Detail}");
}
