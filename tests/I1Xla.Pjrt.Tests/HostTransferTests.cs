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

    // Neither CPU plugin has a host on the other side of a channel; what matters is that it says so, at compilation or at execution.
    [Test]
    public void HostTransfersAreRefusedWithTheReason([Values] bool embedded)
    {
        using PjrtClient client = Plugins.Client(embedded ? Plugins.Embedded : Plugins.Cpu);
        using PjrtBuffer x = client.CreateBuffer<float>([1, 2, 3, 4], [4]);
        Assert.That(() => Run(client, x), Throws.InstanceOf<PjrtException>().With.Message.Matches("(?i)send|recv|channel|not (supported|implemented)|unimplemented"));
    }

    private static void Run(PjrtClient client, PjrtBuffer x)
    {
        using PjrtLoadedExecutable program = client.Compile(Transfer);
        var options = new PjrtExecuteOptions
        {
            Sends = [[new PjrtSend(1, (_, _, _) => { })]],
            Receives = [[new PjrtReceive(2, stream => stream.Dispose())]],
        };
        using PjrtExecution execution = program.ExecuteAsync([[x]], options);
        execution.Wait();
    }
}
