using System.Runtime.InteropServices;

namespace I1Xla.Pjrt.Tests;

/// <summary>What a real client does with key-value callbacks and with programs that send to and receive from the host.</summary>
public class HostTransferTests
{
    private const string Transfer = """
        module @transfer {
          func.func public @main(%x: tensor<4xf32>) -> tensor<4xf32> {
            %token = stablehlo.create_token : !stablehlo.token
            %sent = "stablehlo.send"(%x, %token) <{channel_handle = #stablehlo.channel_handle<handle = 1, type = 2>, is_host_transfer = true}> : (tensor<4xf32>, !stablehlo.token) -> !stablehlo.token
            %got:2 = "stablehlo.recv"(%sent) <{channel_handle = #stablehlo.channel_handle<handle = 2, type = 3>, is_host_transfer = true}> : (!stablehlo.token) -> (tensor<4xf32>, !stablehlo.token)
            return %got#0 : tensor<4xf32>
          }
        }
        """;

    [Test]
    public void AClientTakesAKeyValueStore([Values] bool embedded)
    {
        var store = new InMemoryKeyValueStore();
        using PjrtClient client = (embedded ? Plugins.Embedded : Plugins.Cpu).CreateClient(null, store);
        using PjrtBuffer one = client.CreateScalar(1f);
        Assert.That(BitConverter.ToSingle(one.ToBytes()), Is.EqualTo(1f));
    }

    // XLA CPU has no host on the other side of a channel; what matters is that it says so, at compilation or at execution.
    [Test]
    public void XlaCpuRefusesHostTransfersWithTheReason()
    {
        using PjrtClient client = Plugins.Client(Plugins.Cpu);
        using PjrtBuffer x = client.CreateBuffer<float>([1, 2, 3, 4], [4]);
        Assert.That(() => Run(client, Transfer, [[x]], [[new PjrtSend(1, (_, _, _) => { })]], [[new PjrtReceive(2, stream => stream.Dispose())]]),
            Throws.InstanceOf<PjrtException>().With.Message.Matches("(?i)send|recv|channel|not (supported|implemented)|unimplemented"));
    }

    [Test]
    public void TheEmbeddedPluginSendsAndReceives([Values] bool later)
    {
        using PjrtClient client = Plugins.Client(Plugins.Embedded);
        using PjrtBuffer x = client.CreateBuffer<float>([1, 2, 3, 4], [4]);
        var sent = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        // What the program sent comes back doubled, in two uneven chunks, from the plugin's thread or after it has returned.
        void Give(PjrtCopyStream stream)
        {
            using (stream)
            {
                byte[] back = MemoryMarshal.AsBytes<float>([.. MemoryMarshal.Cast<byte, float>(sent.Task.Result).ToArray().Select(v => 2 * v)]).ToArray();
                Assert.That((stream.TotalBytes, stream.CurrentBytes, stream.GranuleBytes), Is.EqualTo((16L, 0L, 1L)));
                stream.AddChunk(back.AsSpan(0, 5)).Wait();
                Assert.That(stream.CurrentBytes, Is.EqualTo(5));
                Assert.That(() => stream.AddChunk(new byte[12]).Wait(), Throws.InstanceOf<AggregateException>().With.InnerException.InstanceOf<PjrtException>());
                stream.AddChunk(back.AsSpan(5)).Wait();
            }
        }
        float[][] outputs = Run(client, Transfer, [[x]],
            [[new PjrtSend(1, (data, total, done) =>
            {
                Assert.That((data.LongLength, total, done), Is.EqualTo((16L, 16L, true)));
                sent.SetResult(data);
            })]],
            [[new PjrtReceive(2, stream =>
            {
                if (later)
                {
                    Task.Run(() => Give(stream));
                }
                else
                {
                    Give(stream);
                }
            })]]);
        Assert.That(outputs[0], Is.EqualTo(new float[] { 2, 4, 6, 8 }));
    }

    [Test]
    public void WhatIsSentInALoopComesInOrderAndInChunks()
    {
        // 6 MiB a turn: more than one chunk, and the data of each turn differs.
        const string Loop = """
            module @loop {
              func.func public @main(%x: tensor<1572864xf32>) -> tensor<1572864xf32> {
                %token = stablehlo.create_token : !stablehlo.token
                %one = stablehlo.constant dense<1.0> : tensor<1572864xf32>
                %sent = "stablehlo.send"(%x, %token) <{channel_handle = #stablehlo.channel_handle<handle = 7, type = 2>, is_host_transfer = true}> : (tensor<1572864xf32>, !stablehlo.token) -> !stablehlo.token
                %y = stablehlo.add %x, %one : tensor<1572864xf32>
                %again = "stablehlo.send"(%y, %sent) <{channel_handle = #stablehlo.channel_handle<handle = 8, type = 2>, is_host_transfer = true}> : (tensor<1572864xf32>, !stablehlo.token) -> !stablehlo.token
                %all = stablehlo.after_all %again : !stablehlo.token
                %got:2 = "stablehlo.recv"(%all) <{channel_handle = #stablehlo.channel_handle<handle = 9, type = 3>, is_host_transfer = true}> : (!stablehlo.token) -> (tensor<1572864xf32>, !stablehlo.token)
                %z = stablehlo.add %got#0, %y : tensor<1572864xf32>
                return %z : tensor<1572864xf32>
              }
            }
            """;
        using PjrtClient client = Plugins.Client(Plugins.Embedded);
        float[] values = [.. Enumerable.Range(0, 1572864).Select(i => i % 1000 * 0.5f)];
        using PjrtBuffer x = client.CreateBuffer<float>(values, [values.Length]);
        var order = new List<long>();
        var received = new Dictionary<long, MemoryStream> { [7] = new(), [8] = new() };
        PjrtSend Send(long channel) => new(channel, (data, total, done) =>
        {
            order.Add(channel);
            received[channel].Write(data);
            Assert.That(received[channel].Length == total, Is.EqualTo(done));
        });
        float[][] outputs = Run(client, Loop, [[x]], [[Send(7), Send(8)]], [[new PjrtReceive(9, stream =>
        {
            using (stream)
            {
                stream.AddChunk(received[8].ToArray()).Wait();
            }
        })]]);
        Assert.That(order, Is.EqualTo(new long[] { 7, 7, 8, 8 }));
        Assert.That(MemoryMarshal.Cast<byte, float>(received[7].ToArray()).SequenceEqual(values), Is.True);
        Assert.That(outputs[0], Is.EqualTo(values.Select(v => 2 * (v + 1)).ToArray()));
    }

    [Test]
    public void EachDeviceHasItsOwnHost([Values(1, 2)] int partitions)
    {
        using PjrtClient client = Plugins.Client(Plugins.Embedded, 2);
        // Replicas, or manual shards of one array.
        string program = partitions == 1 ? Transfer.Replace("@transfer", "@transfer attributes {mhlo.num_replicas = 2 : i32, mhlo.num_partitions = 1 : i32}", StringComparison.Ordinal) : """
            module @sharded attributes {mhlo.num_replicas = 1 : i32, mhlo.num_partitions = 2 : i32} {
              sdy.mesh @mesh = <["x"=2]>
              func.func public @main(%x: tensor<8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}) -> (tensor<8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}) {
                %r = sdy.manual_computation(%x) in_shardings=[<@mesh, [{"x"}]>] out_shardings=[<@mesh, [{"x"}]>] manual_axes={"x"} (%part: tensor<4xf32>) {
                  %token = stablehlo.create_token : !stablehlo.token
                  %sent = "stablehlo.send"(%part, %token) <{channel_handle = #stablehlo.channel_handle<handle = 1, type = 2>, is_host_transfer = true}> : (tensor<4xf32>, !stablehlo.token) -> !stablehlo.token
                  %got:2 = "stablehlo.recv"(%sent) <{channel_handle = #stablehlo.channel_handle<handle = 2, type = 3>, is_host_transfer = true}> : (!stablehlo.token) -> (tensor<4xf32>, !stablehlo.token)
                  sdy.return %got#0 : tensor<4xf32>
                } : (tensor<8xf32>) -> tensor<8xf32>
                return %r : tensor<8xf32>
              }
            }
            """;
        byte[]?[] sent = new byte[2][];
        PjrtBuffer[][] inputs = [.. Enumerable.Range(0, 2).Select(d => new[] { client.CreateBuffer<float>([d, d, d, 10 + d], [4], client.Devices[d]) })];
        float[][] outputs = Run(client, program, inputs,
            [.. Enumerable.Range(0, 2).Select(d => new[] { new PjrtSend(1, (data, _, _) => sent[d] = data) })],
            [.. Enumerable.Range(0, 2).Select(d => new[] { new PjrtReceive(2, stream =>
            {
                using (stream)
                {
                    stream.AddChunk(sent[d]).Wait();
                }
            }) })],
            partitions == 1 ? new PjrtCompileOptions { Replicas = 2 } : PjrtCompileOptions.Partitioned(2, true));
        Assert.That(outputs, Is.EqualTo(new[] { new float[] { 0, 0, 0, 10 }, [1, 1, 1, 11] }));
        Array.ForEach([.. inputs.SelectMany(i => i)], b => b.Dispose());
    }

    [TestCase("sender", "InvalidOperationException: no room")]
    [TestCase("receiver", "after 4 of 16 bytes")]
    [TestCase("early", "after 0 of 16 bytes")]
    [TestCase("none", "sends on channel 1, and the execution came with no callback for it")]
    public void AFailingHostFailsTheExecution(string who, string says)
    {
        using PjrtClient client = Plugins.Client(Plugins.Embedded);
        using PjrtBuffer x = client.CreateBuffer<float>([1, 2, 3, 4], [4]);
        var receive = new PjrtReceive(2, stream =>
        {
            if (who == "receiver")
            {
                stream.AddChunk(new byte[4]).Wait();
                throw new InvalidOperationException("no data");
            }
            stream.Dispose();
        });
        var send = new PjrtSend(who == "none" ? 3 : 1, (_, _, _) =>
        {
            if (who == "sender")
            {
                throw new InvalidOperationException("no room");
            }
        });
        Assert.That(() => Run(client, Transfer, [[x]], [[send]], [[receive]]), Throws.InstanceOf<PjrtException>().With.Message.Contains(says));
        Assert.That(receive.Error?.Message, who == "receiver" ? Is.EqualTo("no data") : Is.Null);
        using PjrtBuffer after = client.CreateBuffer<float>([5], [1]);
        Assert.That(after.ToArray<float>(), Is.EqualTo(new[] { 5f }));
    }

    private static float[][] Run(
        PjrtClient client, string text, PjrtBuffer[][] inputs, IReadOnlyList<IReadOnlyList<PjrtSend>> sends, IReadOnlyList<IReadOnlyList<PjrtReceive>> receives, PjrtCompileOptions? compile = null)
    {
        using PjrtLoadedExecutable program = client.Compile(text, compile);
        using PjrtExecution execution = program.ExecuteAsync(inputs, new PjrtExecuteOptions { Sends = sends, Receives = receives });
        execution.Wait();
        return [.. execution.Outputs.Select(o => o[0].ToArray<float>())];
    }
}
