using I1Xla.Data.Npy;
using I1Xla.Testing;

namespace I1Xla.Pjrt.Tests.Golden;

/// <summary>JAX's own programs, as text and as portable artifacts, come out right on the XLA CPU plugin.</summary>
public class GoldenProgramTests
{
    private static readonly Lazy<PjrtClient> Client = new(() => Plugins.CpuClient());
    private static readonly Lazy<PjrtClient> Eight = new(() => Plugins.CpuClient(8));

    public static IEnumerable<string> Programs => GoldenProgram.Names("programs");

    public static IEnumerable<string> Sharded => GoldenProgram.Names("sharded");

    [OneTimeTearDown]
    public void Close()
    {
        foreach (Lazy<PjrtClient> client in new[] { Client, Eight })
        {
            if (client.IsValueCreated)
            {
                client.Value.Dispose();
            }
        }
    }

    [Test]
    public void RunsOnOneDevice([ValueSource(nameof(Programs))] string name, [Values(".mlir", ".mlir.bc")] string extension)
    {
        byte[] module = File.ReadAllBytes(SharedAssets.Golden("programs", name + extension));
        (NpyArray[] inputs, NpyArray[] outputs) = GoldenProgram.Arrays("programs", name);
        using PjrtLoadedExecutable program = Client.Value.Compile(module);
        PjrtBuffer[] arguments = [.. inputs.Select(i => Client.Value.CreateBuffer(i.Data.Span, GoldenProgram.Type(i), i.Shape))];
        PjrtBuffer[] results = program.Execute(arguments);
        Assert.That(results, Has.Length.EqualTo(outputs.Length));
        Assert.Multiple(() =>
        {
            for (int i = 0; i < outputs.Length; i++)
            {
                GoldenProgram.AssertClose(results[i].ToBytes(), outputs[i], $"{name} output {i}", tolerance: 2e-4);
            }
        });
        Array.ForEach([.. arguments, .. results], b => b.Dispose());
    }

    [TestCaseSource(nameof(Sharded))]
    public void RunsOnEightDevices(string name)
    {
        string module = File.ReadAllText(SharedAssets.Golden("sharded", name + ".mlir"));
        (NpyArray[] inputs, NpyArray[] outputs) = GoldenProgram.Arrays("sharded", name);
        PjrtClient client = Eight.Value;
        bool shardy = name.StartsWith("shardy", StringComparison.Ordinal);
        using PjrtLoadedExecutable program = client.Compile(module, PjrtCompileOptions.Partitioned(8, shardy));
        (string[] argumentAttributes, string[] resultAttributes) = GoldenProgram.Attributes(module);
        Assert.That(argumentAttributes, Has.Length.EqualTo(inputs.Length));
        PjrtBuffer[][] arguments = [.. program.Devices.Select((device, d) => inputs.Select((input, i) =>
        {
            var sharding = Sharding.Parse(argumentAttributes[i], module, input.Shape.Length, 8);
            (byte[] data, long[] shape) = sharding.Take(input.Data.Span, input.Shape, input.ElementSize, d);
            return client.CreateBuffer(data, GoldenProgram.Type(input), shape, device);
        }).ToArray())];
        using PjrtExecution execution = program.ExecuteAsync(arguments);
        execution.Wait();
        Assert.Multiple(() =>
        {
            for (int o = 0; o < outputs.Length; o++)
            {
                var sharding = Sharding.Parse(resultAttributes[o], module, outputs[o].Shape.Length, 8);
                var whole = new byte[outputs[o].Data.Length];
                for (int d = 0; d < 8; d++)
                {
                    PjrtBuffer part = execution.Outputs[d][o];
                    Assert.That(part.Dimensions.ToArray(), Is.EqualTo(sharding.PartShape(outputs[o].Shape)), $"{name} output {o} on device {d}");
                    sharding.Put(part.ToBytes(), whole, outputs[o].Shape, outputs[o].ElementSize, d);
                }
                GoldenProgram.AssertClose(whole, outputs[o], $"{name} output {o}", tolerance: 2e-4);
            }
        });
        foreach (PjrtBuffer buffer in arguments.SelectMany(a => a))
        {
            buffer.Dispose();
        }
    }
}
