using I1Xla.Cpu.PjrtTable;
using I1Xla.Pjrt;

namespace I1Xla.Cpu.Tests.PjrtTable;

/// <summary>What a launch takes of its arguments, and gives back where it does not come about.</summary>
public sealed class LaunchTests
{
    private const string Program = """
        module {
          func.func @main(%a: tensor<4xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<4xf32>) -> tensor<4xf32> {
            %0 = stablehlo.add %a, %b : tensor<4xf32>
            return %0 : tensor<4xf32>
          }
        }
        """;

    private readonly PjrtClient _client = PjrtPlugin.FromTable(CpuPlugin.GetApi(), "cpu").CreateClient(new Dictionary<string, PjrtValue> { ["cpu_device_count"] = 2L });

    [OneTimeTearDown]
    public void Close() => _client.Dispose();

    private PjrtBuffer Numbers(int device = 0) => _client.CreateBuffer<float>([1, 2, 3, 4], [4], _client.Devices[device]);

    // JAX's client gives every execution on a CPU a context.
    [Test]
    public void AShortProgramHasRunWhenTheCallReturns([Values] bool context)
    {
        using PjrtLoadedExecutable program = _client.Compile(Program);
        using PjrtBuffer a = Numbers(), b = Numbers();
        using PjrtExecuteContext? given = context ? PjrtExecuteContext.Create(_client.Plugin) : null;
        using PjrtExecution run = program.ExecuteAsync([[a, b]], new PjrtExecuteOptions { Context = given });
        using PjrtEvent ready = run.Outputs[0][0].Ready();
        Assert.That(ready.IsReady);
        Assert.That(run.Outputs[0][0].ToArray<float>(), Is.EqualTo(new float[] { 2, 4, 6, 8 }));
    }

    [Test]
    public void ArgumentsOfAnotherDeviceAreRefused()
    {
        using PjrtLoadedExecutable program = _client.Compile(Program);
        using PjrtBuffer here = Numbers(), there = Numbers(1);
        Assert.That(() => program.ExecuteAsync([[here, there]]), Throws.InstanceOf<PjrtInvalidArgumentException>().With.Message.Contains("argument 1").And.Message.Contains("on device 1"));
        Assert.That(here.IsDeleted, Is.False);
    }

    [Test]
    public void WhatIsDonatedAndUsedStaysWhereTheCallIsRefused()
    {
        using PjrtLoadedExecutable program = _client.Compile(Program);
        using PjrtBuffer a = Numbers(), b = Numbers();
        Assert.That(() => program.ExecuteAsync([[a, a]]), Throws.InstanceOf<PjrtInvalidArgumentException>().With.Message.Contains("donated in the same call to Execute()"));
        Assert.That(a.IsDeleted, Is.False);
        using PjrtExecution kept = program.ExecuteAsync([[a, a]], new PjrtExecuteOptions { NonDonatable = [0] });
        kept.Wait();
        Assert.That(kept.Outputs[0][0].ToArray<float>(), Is.EqualTo(new float[] { 2, 4, 6, 8 }));
        Assert.That(a.ToArray<float>(), Is.EqualTo(new float[] { 1, 2, 3, 4 }));
        b.Delete();
        Assert.That(() => program.ExecuteAsync([[a, b]]), Throws.InstanceOf<PjrtException>().With.Message.Contains("deleted or donated"));
        Assert.That(a.ToArray<float>(), Is.EqualTo(new float[] { 1, 2, 3, 4 }), "taken, and given back");
    }

    [Test]
    public void BuffersOfOneProgramTellTheirShape()
    {
        using PjrtLoadedExecutable program = _client.Compile(Program);
        using PjrtBuffer a = Numbers(), b = Numbers();
        using PjrtExecution first = program.ExecuteAsync([[a, b]], new PjrtExecuteOptions { NonDonatable = [0] }), second = program.ExecuteAsync([[a, b]]);
        second.Wait();
        PjrtBuffer result = first.Outputs[0][0];
        Assert.That(second.Outputs[0][0].Dimensions.ToArray(), Is.EqualTo(new long[] { 4 }));
        second.Outputs[0][0].Delete();
        Assert.That(result.Dimensions.ToArray(), Is.EqualTo(new long[] { 4 }));
        Assert.That(result.Layout(), Is.EqualTo(PjrtLayout.RowMajor(1)));
    }
}
