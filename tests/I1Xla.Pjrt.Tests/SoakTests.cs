using System.Globalization;

namespace I1Xla.Pjrt.Tests;

/// <summary>
/// Executions and clients by the thousand leave nothing behind. <c>I1XLA_SOAK</c> multiplies the counts (1 by default; 100 gives the
/// long run: 10^5 executions and 10^4 clients).
/// </summary>
public class SoakTests
{
    private static int Factor => int.TryParse(Environment.GetEnvironmentVariable("I1XLA_SOAK"), NumberStyles.None, CultureInfo.InvariantCulture, out int factor) ? factor : 1;

    [Test]
    public void ExecutionsDoNotGrowMemory([Values] bool embedded)
    {
        using PjrtClient client = Plugins.Client(embedded ? Plugins.Embedded : Plugins.Cpu);
        using PjrtLoadedExecutable add = client.Compile(Programs.Add);
        using PjrtBuffer a = client.CreateBuffer<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        Run(500);
        IReadOnlyDictionary<PjrtObjectKind, long> objects = LiveObjects.Settled();
        long before = Resident();
        Run(1000 * Factor);
        LiveObjects.AssertNoMoreThan(objects);
        Assert.That(Resident() - before, Is.LessThan(32L << 20), "resident memory grew");

        void Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                using PjrtBuffer output = add.Execute(a, a)[0];
                output.WaitReady();
            }
        }
    }

    [Test]
    public void ClientsDoNotGrowMemory([Values] bool embedded)
    {
        PjrtPlugin plugin = embedded ? Plugins.Embedded : Plugins.Cpu;
        Run(50);
        IReadOnlyDictionary<PjrtObjectKind, long> objects = LiveObjects.Settled();
        long before = Resident();
        Run(100 * Factor);
        LiveObjects.AssertNoMoreThan(objects);
        Assert.That(Resident() - before, Is.LessThan(64L << 20), "resident memory grew");

        void Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                using PjrtClient client = Plugins.Client(plugin);
                using PjrtBuffer one = client.CreateScalar(1f);
            }
        }
    }

    [Test]
    public void ForgottenObjectsAreFinalizedAndCounted()
    {
        using PjrtClient client = Plugins.CpuClient();
        long finalized = PjrtLiveObjects.Finalized;
        long buffers = PjrtLiveObjects.Count(PjrtObjectKind.Buffer);
        Forget(client);
        for (int i = 0; i < 10 && PjrtLiveObjects.Count(PjrtObjectKind.Buffer) > buffers; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.That(PjrtLiveObjects.Count(PjrtObjectKind.Buffer), Is.EqualTo(buffers));
        Assert.That(PjrtLiveObjects.Finalized, Is.GreaterThanOrEqualTo(finalized + 5));

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Forget(PjrtClient client)
        {
            for (int i = 0; i < 5; i++)
            {
                client.CreateScalar(1f);
            }
        }
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
