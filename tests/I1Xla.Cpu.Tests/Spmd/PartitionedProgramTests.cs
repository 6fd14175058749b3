using System.Text;
using I1Xla.Cpu.PjrtTable;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Xla;

namespace I1Xla.Cpu.Tests.Spmd;

/// <summary>What can be seen of a partitioned program, and replicas together with partitions.</summary>
public sealed class PartitionedProgramTests
{
    private const string Product = """
        module @product {
          sdy.mesh @mesh = <["x"=2]>
          func.func @main(%a: tensor<8x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"x"}]>}, %b: tensor<4x6xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}, {}]>}) -> tensor<8x6xf32> {
            %r = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x6xf32>) -> tensor<8x6xf32>
            return %r : tensor<8x6xf32>
          }
        }
        """;

    // Each replica adds up what its own partitions hold, then replicas add theirs.
    private const string Replicated = """
        module @sums {
          sdy.mesh @mesh = <["x"=2]>
          func.func @main(%a: tensor<4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}) -> (tensor<f32>, tensor<4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}) {
            %z = stablehlo.constant dense<0.0> : tensor<f32>
            %s = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [0] : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
            %all = "stablehlo.all_reduce"(%a) <{replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>}> ({
            ^bb0(%x: tensor<f32>, %y: tensor<f32>):
              %t = stablehlo.add %x, %y : tensor<f32>
              stablehlo.return %t : tensor<f32>
            }) : (tensor<4xf32>) -> tensor<4xf32>
            return %s, %all : tensor<f32>, tensor<4xf32>
          }
        }
        """;

    private static PjrtClient Client() => PjrtPlugin.FromTable(CpuPlugin.GetApi(), "cpu").CreateClient(new Dictionary<string, PjrtValue> { ["cpu_device_count"] = 4L });

    private static PjrtCompileOptions Options(string mode) =>
        PjrtCompileOptions.Partitioned(2, shardy: true).With(new Dictionary<string, PjrtFlag> { [CompileRequest.SpmdOption] = mode });

    [Test]
    public void TheOptimizedProgramIsThatOfOneDeviceWithItsCollectives([Values("whole", "partition")] string mode)
    {
        using PjrtClient client = Client();
        using PjrtLoadedExecutable program = client.Compile(PjrtProgram.Mlir(Encoding.UTF8.GetBytes(Product)), Options(mode));
        using PjrtExecutable executable = program.GetExecutable();
        HloModuleProto module = HloModuleProtoWithConfig.Parser.ParseFrom(executable.OptimizedProgram().Code.ToArray()).HloModule;
        HloInstructionProto[] instructions = [.. module.Computations[0].Instructions];
        Assert.That(instructions.Select(i => i.CustomCallTarget).Where(t => t.Length > 0), Is.EqualTo((string[])["stablehlo.dot_general", "stablehlo.all_reduce"]));
        Assert.That(instructions[0].Shape.Dimensions, Is.EqualTo((long[])[8, 2]));
        PjrtCompiledMemory memory = executable.CompiledMemory();
        Assert.That(memory.ArgumentBytes, Is.EqualTo(((8 * 2) + (2 * 6)) * 4));
        Assert.That(memory.OutputBytes, Is.EqualTo(8 * 6 * 4));
    }

    [Test]
    public void ReplicasOfAPartitionedProgramKeepApart()
    {
        using PjrtClient client = Client();
        using PjrtLoadedExecutable program = client.Compile(PjrtProgram.Mlir(Encoding.UTF8.GetBytes(Replicated)), Options("whole") with { Replicas = 2 });
        List<List<PjrtBuffer>> arguments = [];
        for (int d = 0; d < 4; d++) arguments.Add([client.CreateBuffer<float>([d, 10 * d], [2], client.Devices[d])]);
        using PjrtExecution run = program.ExecuteAsync(arguments);
        run.Wait();
        for (int d = 0; d < 4; d++)
        {
            int replica = d / 2, partition = d % 2;
            Assert.That(run.Outputs[d][0].ToArray<float>(), Is.EqualTo((float[])[replica == 0 ? 11 : 55]));
            Assert.That(run.Outputs[d][1].ToArray<float>(), Is.EqualTo((float[])[(2 * partition) + 2, 10 * ((2 * partition) + 2)]));
        }
    }

    // What jax.jit leaves open: where nothing is written, the result is cut as what it is computed from, and the caller learns how.
    [TestCase("{mhlo.sharding = \"{devices=[4]<=[4]}\"}", "", false, true)]
    [TestCase("{sdy.sharding = #sdy.sharding<@mesh, [{\"x\"}]>}", "", false, true)]
    [TestCase("{sdy.sharding = #sdy.sharding<@mesh, [{\"x\"}]>}", "{sdy.sharding = #sdy.sharding<@mesh, [{?}]>}", false, true)]
    [TestCase("", "{sdy.sharding = #sdy.sharding<@mesh, [{\"x\"}]>}", true, false)]
    public void ShardingsGoOnToWhatIsLeftOpen(string argument, string result, bool parameters, bool outputs)
    {
        string code = $$"""
            module @m {
              sdy.mesh @mesh = <["x"=4]>
              func.func @main(%a: tensor<8xf32> {{argument}}) -> (tensor<8xf32> {{result}}) {
                %0 = stablehlo.add %a, %a : tensor<8xf32>
                return %0 : tensor<8xf32>
              }
            }
            """;
        using PjrtClient client = Client();
        PjrtCompileOptions closed = PjrtCompileOptions.Partitioned(4, shardy: true);
        foreach (bool open in (bool[])[false, true])
        {
            using PjrtLoadedExecutable program = client.Compile(PjrtProgram.Mlir(Encoding.UTF8.GetBytes(code)), open ? closed with { AllowShardingPropagationToParameters = [parameters], AllowShardingPropagationToOutput = [outputs] } : closed);
            using PjrtExecutable executable = program.GetExecutable();
            HloModuleProto module = HloModuleProtoWithConfig.Parser.ParseFrom(executable.OptimizedProgram().Code.ToArray()).HloModule;
            bool isCut(OpSharding s) => s.Type == OpSharding.Types.Type.Other && s.TileAssignmentDimensions.SequenceEqual([4L]);
            bool cutArgument = argument.Length > 0 || open, cutResult = result.Contains('x', StringComparison.Ordinal) || open;
            Assert.That(isCut(module.SpmdParametersShardings[0]), Is.EqualTo(cutArgument));
            Assert.That(isCut(module.SpmdOutputSharding), Is.EqualTo(cutResult));
            Assert.That(executable.Outputs()[0].Dimensions, Is.EqualTo((long[])[cutResult ? 2 : 8]));
            List<List<PjrtBuffer>> given = [.. Enumerable.Range(0, 4).Select(d => (List<PjrtBuffer>)[cutArgument
                ? client.CreateBuffer<float>([2 * d, 2 * d + 1], [2], client.Devices[d]) : client.CreateBuffer<float>([0, 1, 2, 3, 4, 5, 6, 7], [8], client.Devices[d])])];
            using PjrtExecution run = program.ExecuteAsync(given);
            run.Wait();
            Assert.That(run.Outputs[3][0].ToArray<float>(), Is.EqualTo(cutResult ? (float[])[12, 14] : [0, 2, 4, 6, 8, 10, 12, 14]));
        }
    }

    [Test]
    public void ACollectiveOfDevicesThatAreNotThereIsRefused()
    {
        using PjrtClient client = Client();
        const string Permute = """
            func.func @main(%a: tensor<2xf32>) -> tensor<2xf32> {
              %0 = "stablehlo.collective_permute"(%a) <{source_target_pairs = dense<[[0, 5]]> : tensor<1x2xi64>}> : (tensor<2xf32>) -> tensor<2xf32>
              return %0 : tensor<2xf32>
            }
            """;
        Assert.That(() => client.Compile(PjrtProgram.Mlir(Encoding.UTF8.GetBytes(Permute)), new PjrtCompileOptions { Replicas = 4 }),
            Throws.InstanceOf<PjrtInvalidArgumentException>().With.Message.Contains("names 5 of the program's 4 replicas"));
    }

    [Test]
    public void AnotherModeIsRefused()
    {
        using PjrtClient client = Client();
        Assert.That(() => client.Compile(PjrtProgram.Mlir(Encoding.UTF8.GetBytes(Product)), Options("halves")),
            Throws.InstanceOf<PjrtException>().With.Message.Contains("i1xla_cpu_spmd (I1XLA_CPU_SPMD) is \"halves\"; it is partition or whole."));
    }
}
