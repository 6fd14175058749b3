using I1Xla.Testing;

namespace I1Xla.Pjrt.Tests;

/// <summary>Compiling for TPUs that are not there, through libtpu.</summary>
public class TopologyTests
{
    [TestCase("v6e:1x1", 1)]
    [TestCase("v6e:2x2", 4)]
    [TestCase("v6e:4x4", 16)]
    [TestCase("v6e:8x16", 128)]
    [TestCase("v6e:16x16", 256)]
    public void APodIsDescribed(string name, int devices)
    {
        using PjrtTopology topology = Plugins.Tpu.CreateTopology(name);
        using PjrtTopology again = Plugins.Tpu.DeserializeTopology(topology.Serialize());
        Assert.Multiple(() =>
        {
            Assert.That(topology.PlatformName, Is.EqualTo("tpu"));
            Assert.That(topology.Devices, Has.Count.EqualTo(devices));
            Assert.That(topology.Devices[0].Kind, Is.EqualTo("TPU v6 lite"));
            Assert.That(topology.Devices.Select(d => d.Id), Is.Unique);
            Assert.That(topology.Devices[^1].Attributes, Does.ContainKey("coords"));
            Assert.That(again.Devices, Has.Count.EqualTo(devices));
            Assert.That(again.Fingerprint, Is.EqualTo(topology.Fingerprint));
        });
    }

    [Test]
    public void AProgramIsCompiledWithoutADevice()
    {
        using PjrtTopology topology = Plugins.Tpu.CreateTopology("v6e:2x2");
        using PjrtExecutable add = topology.Compile(Programs.Add);
        PjrtCompiledMemory memory = add.CompiledMemory();
        Assert.Multiple(() =>
        {
            Assert.That(memory.ArgumentBytes, Is.GreaterThanOrEqualTo(48));
            Assert.That(memory.PeakEstimate, Is.GreaterThan(0));
            Assert.That(add.CostAnalysis()["flops"].AsFloat, Is.EqualTo(6));
            Assert.That(add.Serialize(), Is.Not.Empty);
            Assert.That(add.OptimizedProgram().Code, Is.Not.Empty);
        });
    }

    [Test]
    public void AnUnknownTopologyIsAnError() =>
        Assert.That(() => Plugins.Tpu.CreateTopology("v6e:nonsense"), Throws.InstanceOf<PjrtException>().With.Property("Function").EqualTo("PJRT_TopologyDescription_Create"));

    [Test]
    public void WithoutATpuThereIsNoClient() =>
        Assert.That(() => Plugins.Tpu.CreateClient(), Throws.InstanceOf<PjrtException>().With.Property("Function").EqualTo("PJRT_Client_Create"));
}
