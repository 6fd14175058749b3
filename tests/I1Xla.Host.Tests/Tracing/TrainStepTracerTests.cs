using System.Text;
using I1Xla.Host.Configuration;
using I1Xla.Host.Programs;
using I1Xla.Host.Tracing;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using I1Xla.StableHlo.Verify;
using I1Xla.Testing;

namespace I1Xla.Host.Tests.Tracing;

public class TrainStepTracerTests
{
    private static RunConfig Config(string name, params string[] overrides) =>
        new ConfigBinder(ConfigTree.Load(Path.Combine(SharedAssets.RepositoryRoot, "configs", name + ".yaml"), overrides)).Bind<RunConfig>();

    [Test]
    public void TheThreeBillionStepIsTracedAndCounted()
    {
        (TraceReport report, byte[] module) = TrainStepTracer.Measure(Config("i1-3b-256"), devices: 1, repeat: 2, ProgramForm.Text);
        Assert.Multiple(() =>
        {
            Assert.That(report.Parameters, Is.EqualTo(3_166_272_848));
            Assert.That(report.TraceSeconds, Has.Count.EqualTo(2));
            Assert.That(report.ModuleBytes, Is.EqualTo(module.Length));
        });
    }

    [Test]
    public void AShardedStepCarriesItsMeshAndIsValid()
    {
        (TraceReport report, byte[] text) = TrainStepTracer.Measure(Config("quickstart", "fsdp_axis_size=2", "tensor_parallel_size=2"), devices: 8, repeat: 1, ProgramForm.Text);
        Assert.That(report.Mesh, Is.EqualTo(new Dictionary<string, long> { ["data"] = 2, ["fsdp"] = 2, ["model"] = 2 }));
        ModuleOp module = MlirParser.ParseModule(text);
        Assert.That(Verifier.Verify(module), Is.Empty);
        Assert.That(ShardedRunner.PartitionsOf(module), Is.EqualTo(8));
        Assert.That(Encoding.UTF8.GetString(text), Does.Contain("\"data\"=2, \"fsdp\"=2, \"model\"=2"));
        FuncOp main = module.FindFunction("main")!.Value;
        Assert.That(Enumerable.Range(0, main.Type.Inputs.Length).Select(i => TensorSharding.Find(module, main.ArgAttributes(i), ((TensorType)main.Type.Inputs[i]).Rank, 8)),
            Has.All.Not.Null.And.Some.Matches<TensorSharding>(s => !s.IsReplicated));
    }

    [Test]
    public void EachRepeatGivesTheSameModule()
    {
        byte[] first = TrainStepTracer.Measure(Config("quickstart"), 4, 1, ProgramForm.Text).Module;
        byte[] again = TrainStepTracer.Measure(Config("quickstart"), 4, 3, ProgramForm.Text).Module;
        Assert.That(again, Is.EqualTo(first));
    }

    [TestCase(3, "3 shards")]
    [TestCase(6, "fsdp_axis_size 4")]
    public void DevicesThatDoNotDivideAreAnError(int devices, string what)
    {
        RunConfig config = Config("quickstart", $"fsdp_axis_size={(devices == 6 ? 4 : 1)}");
        Assert.That(() => TrainStepTracer.Measure(config, devices, 1, ProgramForm.Text), Throws.TypeOf<UserErrorException>().With.Message.Contains(what));
    }

    [TestCase("v6e:8x16", "v6e", 128)]
    [TestCase("v5p:2x2x4", "v5p", 16)]
    [TestCase("v6e:1x1", "v6e", 1)]
    public void ATopologyNameTellsItsChips(string name, string generation, int chips)
    {
        TopologyName topology = TopologyName.Parse(name);
        Assert.That((topology.Generation, topology.Chips, topology.ToString()), Is.EqualTo((generation, chips, name)));
    }

    [TestCase("v6e")]
    [TestCase("v6e:8x")]
    [TestCase("v6e:0x4")]
    [TestCase("v6e:2x2x2x2")]
    public void WhatIsNoTopologyIsRefused(string name) => Assert.That(() => TopologyName.Parse(name), Throws.TypeOf<UserErrorException>().With.Message.Contains(name));
}
