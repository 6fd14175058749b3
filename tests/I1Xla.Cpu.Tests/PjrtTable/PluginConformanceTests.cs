using I1Xla.Cpu.PjrtTable;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Conformance;

namespace I1Xla.Cpu.Tests.PjrtTable;

public sealed class PluginConformanceTests
{
    [Test]
    public void NoFunctionDoesTheWrongThing()
    {
        PjrtPlugin plugin = PjrtPlugin.FromTable(CpuPlugin.GetApi(), "cpu");
        ConformanceReport report = PluginConformance.Run(plugin, new ConformanceOptions { CreateOptions = new Dictionary<string, PjrtValue> { ["cpu_device_count"] = 2L } });
        ConformanceResult[] all = [.. report.Functions, .. report.Extensions, .. report.Behaviours];
        Assert.That(all.Where(r => r.Outcome == ConformanceOutcome.Failed).Select(r => $"{r.Name}: {r.Detail}"), Is.Empty);
    }
}
