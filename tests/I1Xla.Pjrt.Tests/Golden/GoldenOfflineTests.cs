using I1Xla.Testing;

namespace I1Xla.Pjrt.Tests.Golden;

/// <summary>
/// The golden programs compile for TPU pods that are not there. By default a few of them for v6e:2x2; <c>I1XLA_ALL_TOPOLOGIES=1</c>
/// compiles all of them for v6e:2x2, v6e:8x16 and v6e:16x16.
/// </summary>
public class GoldenOfflineTests
{
    private static bool All => Environment.GetEnvironmentVariable("I1XLA_ALL_TOPOLOGIES") == "1";

    public static IEnumerable<TestCaseData> Cases =>
        from topology in All ? new[] { "v6e:2x2", "v6e:8x16", "v6e:16x16" } : ["v6e:2x2"]
        from folder in new[] { "programs", "sharded" }
        from name in All ? GoldenProgram.Names(folder) : GoldenProgram.Names(folder).Where((_, i) => i % 7 == 0)
        select new TestCaseData(folder, name, topology);

    [TestCaseSource(nameof(Cases))]
    public void Compiles(string folder, string name, string topology)
    {
        string module = File.ReadAllText(SharedAssets.Golden(folder, name + ".mlir"));
        using PjrtTopology pod = Plugins.Tpu.CreateTopology(topology);
        int partitions = folder == "sharded" ? 8 : 1;
        bool replicate = partitions > pod.Devices.Count;
        var options = PjrtCompileOptions.Partitioned(replicate ? 1 : partitions, name.StartsWith("shardy", StringComparison.Ordinal));
        if (replicate)
        {
            Assert.That(() => pod.Compile(module, PjrtCompileOptions.Partitioned(8, options.UseShardyPartitioner)), Throws.InstanceOf<PjrtException>(), "eight partitions on four chips");
            return;
        }
        using PjrtExecutable executable = pod.Compile(module, options);
        Assert.That(executable.CompiledMemory().PeakEstimate, Is.GreaterThan(0));
    }
}
