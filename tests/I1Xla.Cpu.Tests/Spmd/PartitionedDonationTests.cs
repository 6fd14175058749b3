using System.Text;
using I1Xla.Cpu.PjrtTable;
using I1Xla.Pjrt;

namespace I1Xla.Cpu.Tests.Spmd;

/// <summary>Donated arguments of programs over several devices are written over where they lie, and only where nobody else reads them.</summary>
public sealed class PartitionedDonationTests
{
    // A step of training in small: parameters that all devices have, state that is cut, and gradients added up between devices.
    private const string Step = """
        module @step {
          sdy.mesh @mesh = <["x"=4]>
          func.func @main(%w: tensor<1024xf32> {tf.aliasing_output = 0 : i32}, %m: tensor<4096xf32> {jax.buffer_donor = true, sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}, %x: tensor<4x1024xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}, {}]>})
              -> (tensor<1024xf32>, tensor<4096xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}, tensor<f32>) {
            %z = stablehlo.constant dense<0.0> : tensor<f32>
            %g = stablehlo.reduce(%x init: %z) applies stablehlo.add across dimensions = [0] : (tensor<4x1024xf32>, tensor<f32>) -> tensor<1024xf32>
            %v = stablehlo.subtract %w, %g : tensor<1024xf32>
            %f = stablehlo.reshape %x : (tensor<4x1024xf32>) -> tensor<4096xf32>
            %n = stablehlo.add %m, %f : tensor<4096xf32>
            %s = stablehlo.reduce(%v init: %z) applies stablehlo.add across dimensions = [0] : (tensor<1024xf32>, tensor<f32>) -> tensor<f32>
            return %v, %n, %s : tensor<1024xf32>, tensor<4096xf32>, tensor<f32>
          }
        }
        """;

    private const int Devices = 4;

    private readonly PjrtClient _client = PjrtPlugin.FromTable(CpuPlugin.GetApi(), "cpu").CreateClient(new Dictionary<string, PjrtValue> { ["cpu_device_count"] = (long)Devices });

    [OneTimeTearDown]
    public void Close() => _client.Dispose();

    private PjrtLoadedExecutable Compile(string code, string mode) => _client.Compile(
        PjrtProgram.Mlir(Encoding.UTF8.GetBytes(code)), PjrtCompileOptions.Partitioned(Devices, shardy: true).With(new Dictionary<string, PjrtFlag> { [CompileRequest.SpmdOption] = mode }));

    private List<PjrtBuffer> Spread(int length, Func<int, int, float> value) => [.. Enumerable.Range(0, Devices)
        .Select(d => _client.CreateBuffer<float>([.. Enumerable.Range(0, length).Select(i => value(d, i))], [length], _client.Devices[d]))];

    private List<PjrtBuffer> Data(int step) => [.. Enumerable.Range(0, Devices)
        .Select(d => _client.CreateBuffer<float>([.. Enumerable.Range(0, 1024).Select(i => (((step * 7) + (d * 31) + i) % 13) - 6f)], [1, 1024], _client.Devices[d]))];

    private static IReadOnlyList<IReadOnlyList<PjrtBuffer>> ByDevice(params IReadOnlyList<PjrtBuffer>[] arguments) =>
        [.. Enumerable.Range(0, Devices).Select(d => (IReadOnlyList<PjrtBuffer>)[.. arguments.Select(a => a[d])])];

    private static List<PjrtBuffer> Result(PjrtExecution run, int index) => [.. run.Outputs.Select(o => o[index])];

    private static nint[] Places(IEnumerable<PjrtBuffer> buffers) => [.. buffers.Select(b => b.UnsafePointer())];

    private static float[][] Values(IEnumerable<PjrtBuffer> buffers) => [.. buffers.Select(b => b.ToArray<float>())];

    [Test]
    public void StepsWriteOverWhatTheyAreGiven()
    {
        using PjrtLoadedExecutable partitioned = Compile(Step, "partition"), whole = Compile(Step, "whole");
        List<PjrtBuffer> w = Spread(1024, (_, i) => i), m = Spread(1024, (d, i) => d + i), wholeW = Spread(1024, (_, i) => i), wholeM = Spread(1024, (d, i) => d + i);
        for (int step = 0; step < 3; step++)
        {
            nint[] wasW = Places(w), wasM = Places(m);
            PjrtExecution run = partitioned.ExecuteAsync(ByDevice(w, m, Data(step))), expected = whole.ExecuteAsync(ByDevice(wholeW, wholeM, Data(step)));
            run.Wait();
            expected.Wait();
            Assert.That(w.Concat(m).Select(b => b.IsDeleted), Is.All.True);
            (w, m) = (Result(run, 0), Result(run, 1));
            (wholeW, wholeM) = (Result(expected, 0), Result(expected, 1));
            Assert.That(Places(m), Is.EqualTo(wasM), "each device's own part stays where it is");
            Assert.That(Places(w), Is.All.EqualTo(wasW[0]), "what all devices have is one array, where the first had it");
            Assert.That(Values(w), Is.EqualTo(Values(wholeW)));
            Assert.That(Values(m), Is.EqualTo(Values(wholeM)));
            Assert.That(Values(Result(run, 2)), Is.EqualTo(Values(Result(expected, 2))));
        }
    }

    [Test]
    public void WhatIsKeptOrHeldStaysAsItIs()
    {
        using PjrtLoadedExecutable program = Compile(Step, "partition");
        using PjrtExecution first = program.ExecuteAsync(ByDevice(Spread(1024, (_, i) => i), Spread(1024, (d, i) => d + i), Data(0)));
        first.Wait();
        List<PjrtBuffer> w = Result(first, 0), m = Result(first, 1);
        float[] before = w[0].ToArray<float>();
        float[][] own = Values(m);

        // The caller says that the first argument is not to be donated.
        using PjrtExecution kept = program.ExecuteAsync(ByDevice(w, m, Data(1)), new PjrtExecuteOptions { NonDonatable = [0] });
        kept.Wait();
        Assert.That(w.Select(b => b.IsDeleted), Is.All.False);
        Assert.That(Values(w), Is.All.EqualTo(before));
        Assert.That(m.Select(b => b.IsDeleted), Is.All.True);
        float[] expected = Result(kept, 0)[0].ToArray<float>();

        // One device's buffer is held by somebody outside, and all buffers are one array.
        List<PjrtBuffer> again = Spread(1024, (d, i) => own[d][i]);
        using PjrtBufferReference held = w[2].Hold();
        using PjrtExecution beside = program.ExecuteAsync(ByDevice(w, again, Data(1)));
        beside.Wait();
        Assert.That(Values(Result(beside, 0)), Is.All.EqualTo(expected));
        Assert.That(Places(Result(beside, 0)), Has.None.EqualTo(held.Pointer));
        Assert.That(w[2].ToArray<float>(), Is.EqualTo(before));
    }

    // One array in the buffers of all devices, given to a program in which each device has its own: none may write where the others still read.
    [Test]
    public void AnArrayOfAllIsNotWrittenOverByAProgramThatReadsItForEach()
    {
        const string Own = """
            module @own {
              func.func @main(%a: tensor<1024xf32> {tf.aliasing_output = 0 : i32}) -> tensor<1024xf32> {
                %0 = "stablehlo.collective_permute"(%a) <{source_target_pairs = dense<[[0, 1], [1, 2], [2, 3], [3, 0]]> : tensor<4x2xi64>}> : (tensor<1024xf32>) -> tensor<1024xf32>
                %id = stablehlo.replica_id : tensor<ui32>
                %f = stablehlo.convert %id : (tensor<ui32>) -> tensor<f32>
                %b = stablehlo.broadcast_in_dim %f, dims = [] : (tensor<f32>) -> tensor<1024xf32>
                %1 = stablehlo.add %a, %0 : tensor<1024xf32>
                %2 = stablehlo.add %1, %b : tensor<1024xf32>
                return %2 : tensor<1024xf32>
              }
            }
            """;
        using PjrtLoadedExecutable step = Compile(Step, "partition"), own = _client.Compile(PjrtProgram.Mlir(Encoding.UTF8.GetBytes(Own)), new PjrtCompileOptions { Replicas = Devices });
        using PjrtExecution first = step.ExecuteAsync(ByDevice(Spread(1024, (_, i) => i), Spread(1024, (d, i) => d + i), Data(0)));
        first.Wait();
        List<PjrtBuffer> shared = Result(first, 0);
        Assert.That(Places(shared).Distinct().Count(), Is.EqualTo(1));
        float[] given = shared[0].ToArray<float>();
        using PjrtExecution run = own.ExecuteAsync(ByDevice(shared));
        run.Wait();
        for (int d = 0; d < Devices; d++) Assert.That(run.Outputs[d][0].ToArray<float>(), Is.EqualTo(given.Select(v => v + v + d)), $"device {d}");

        // Arrays of their own, of which a device reads its neighbour's.
        List<PjrtBuffer> apart = Result(run, 0);
        float[][] values = Values(apart);
        using PjrtExecution again = own.ExecuteAsync(ByDevice(apart));
        again.Wait();
        for (int d = 0; d < Devices; d++)
            Assert.That(again.Outputs[d][0].ToArray<float>(), Is.EqualTo(values[d].Zip(values[(d + 3) % Devices], (x, y) => x + y).Select(v => v + d)), $"device {d}");
    }

    [Test]
    public void AFailedLaunchGivesBackWhatItTook()
    {
        using PjrtLoadedExecutable program = Compile(Step, "partition");
        List<PjrtBuffer> w = Spread(1024, (_, i) => i), m = Spread(1024, (d, i) => d + i), x = Data(0);
        m[3].Delete();
        Assert.That(() => program.ExecuteAsync(ByDevice(w, m, x)), Throws.InstanceOf<PjrtException>().With.Message.Contains("deleted or donated"));
        Assert.That(w.Select(b => b.IsDeleted), Is.All.False);
        Assert.That(w[0].ToArray<float>()[5], Is.EqualTo(5f));
        Assert.That(() => program.ExecuteAsync(ByDevice([w[0], w[1], w[2], w[2]], Spread(1024, (_, i) => i), x)), Throws.InstanceOf<PjrtException>());
        Assert.That(w[2].IsDeleted, Is.False);
    }
}
