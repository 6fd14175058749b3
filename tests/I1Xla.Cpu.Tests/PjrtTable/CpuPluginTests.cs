using I1Xla.Cpu.PjrtTable;
using I1Xla.Pjrt;

namespace I1Xla.Cpu.Tests.PjrtTable;

/// <summary>The embedded plugin through the same runtime that drives libtpu.</summary>
public sealed class CpuPluginTests
{
    private const string Add = """
        module @jit_add {
          func.func public @main(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<3x2xf32>) {
            %0 = stablehlo.add %a, %b : tensor<2x3xf32>
            %1 = stablehlo.transpose %a, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32>
            return %0, %1 : tensor<2x3xf32>, tensor<3x2xf32>
          }
        }
        """;

    private static readonly PjrtPlugin s_plugin = PjrtPlugin.FromTable(CpuPlugin.GetApi(), "cpu");

    private static PjrtClient Client(int devices = 1) => s_plugin.CreateClient(new Dictionary<string, PjrtValue> { ["cpu_device_count"] = (long)devices });

    [Test]
    public void ThePluginTellsItsVersions()
    {
        Assert.That(s_plugin.ApiVersion, Is.EqualTo("0.81"));
        Assert.That(s_plugin.Api.TableSize, Is.EqualTo((nuint)984));
        Assert.That(s_plugin.StableHloMinimum, Is.EqualTo((0, 9, 0)));
        Assert.That(s_plugin.StableHloCurrent, Is.Not.Null);
        Assert.That(s_plugin.Extensions.Keys, Is.SupersetOf(new[] { PjrtExtensionType.Layouts, PjrtExtensionType.MemoryDescriptions }));
    }

    [Test]
    public void DevicesAndMemories()
    {
        using PjrtClient client = Client(3);
        Assert.That(client.PlatformName, Is.EqualTo("cpu"));
        Assert.That(client.Devices.Select(d => d.Id), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(client.AddressableMemories, Has.Count.EqualTo(9));
        PjrtDevice device = client.LookupDevice(1);
        Assert.That(device.Memories.Select(m => m.Kind), Is.EqualTo(new[] { "device", "pinned_host", "unpinned_host" }));
        Assert.That(device.DefaultMemory.Kind, Is.EqualTo("device"));
        Assert.That(device.Memories[0].Devices.Single().Id, Is.EqualTo(1));
        Assert.That(device.Description.DebugString, Is.EqualTo("TFRT_CPU_1"));
        Assert.That(client.DefaultDeviceAssignment(1, 3).ToString(), Is.EqualTo("[[0,1,2]]"));
        using PjrtTopology topology = client.Topology();
        Assert.That(topology.Devices, Has.Count.EqualTo(3));
        using PjrtTopology again = s_plugin.DeserializeTopology(topology.Serialize());
        Assert.That(again.Devices, Has.Count.EqualTo(3));
        Assert.That(Assert.Throws<PjrtInvalidArgumentException>(() => client.LookupDevice(7))!.Message, Does.Contain("7"));
        Assert.That(Assert.Catch<PjrtException>(() => s_plugin.CreateClient(new Dictionary<string, PjrtValue> { ["speed"] = 1L }))!.Message, Does.Contain("speed"));
    }

    [Test]
    public void BuffersKeepStridesAndLayouts()
    {
        using PjrtClient client = Client(2);
        float[] data = [1, 2, 3, 4, 5, 6];
        using PjrtBuffer rows = client.CreateBuffer<float>(data, [2, 3]);
        Assert.That(rows.ToArray<float>(), Is.EqualTo(data));
        Assert.That(rows.Dimensions.ToArray(), Is.EqualTo(new long[] { 2, 3 }));
        Assert.That(rows.ElementType, Is.EqualTo(PjrtElementType.F32));
        using PjrtBuffer copy = rows.CopyTo(client.Devices[1]);
        Assert.That(copy.Device.Id, Is.EqualTo(1));
        Assert.That(copy.ToArray<float>(), Is.EqualTo(data));
        rows.Delete();
        Assert.That(rows.IsDeleted);
        Assert.That(Assert.Catch<PjrtException>(() => rows.ToArray<float>())!.Message, Does.Contain("deleted"));
    }

    [Test]
    public void ProgramsRunAndDescribeThemselves()
    {
        using PjrtClient client = Client();
        using PjrtLoadedExecutable loaded = client.Compile(Add);
        using PjrtExecutable program = loaded.GetExecutable();
        Assert.That(program.Name, Is.EqualTo("jit_add"));
        Assert.That(program.Outputs().Select(o => $"{o.Type}[{string.Join(',', o.Dimensions)}]"), Is.EqualTo(new[] { "F32[2,3]", "F32[3,2]" }));
        Assert.That(program.OutputMemoryKinds(), Is.All.EqualTo("device"));
        PjrtCompiledMemory memory = program.CompiledMemory();
        Assert.That((memory.ArgumentBytes, memory.OutputBytes), Is.EqualTo((48L, 48L)));
        Assert.That(program.CostAnalysis(), Contains.Key("flops"));
        using PjrtBuffer a = client.CreateBuffer<float>([1, 2, 3, 4, 5, 6], [2, 3]), b = client.CreateBuffer<float>([10, 20, 30, 40, 50, 60], [2, 3]);
        PjrtBuffer[] results = loaded.Execute(a, b);
        Assert.That(results[0].ToArray<float>(), Is.EqualTo(new float[] { 11, 22, 33, 44, 55, 66 }));
        Assert.That(results[1].ToArray<float>(), Is.EqualTo(new float[] { 1, 4, 2, 5, 3, 6 }));
        foreach (PjrtBuffer result in results) result.Dispose();
        using PjrtLoadedExecutable again = client.Deserialize(program.Serialize());
        Assert.That(again.Fingerprint(), Is.EqualTo(loaded.Fingerprint()));
        using PjrtBuffer wrong = client.CreateBuffer<float>([1, 2, 3], [3]);
        Assert.That(Assert.Catch<PjrtException>(() => loaded.Execute(a, wrong))!.Message, Does.Contain("Argument 1").And.Contain("F32[3]"));
    }

    [Test]
    public void AliasedArgumentsAreDonated()
    {
        using PjrtClient client = Client();
        using PjrtLoadedExecutable loaded = client.Compile("""
            module {
              func.func @main(%a: tensor<4xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<4xf32>) -> tensor<4xf32> {
                %0 = stablehlo.multiply %a, %b : tensor<4xf32>
                return %0 : tensor<4xf32>
              }
            }
            """);
        using PjrtBuffer a = client.CreateBuffer<float>([1, 2, 3, 4], [4]), b = client.CreateBuffer<float>([2, 2, 2, 2], [4]);
        using PjrtBuffer result = loaded.Execute(a, b)[0];
        Assert.That(result.ToArray<float>(), Is.EqualTo(new float[] { 2, 4, 6, 8 }));
        Assert.That(a.IsDeleted);
        Assert.That(b.IsDeleted, Is.False);
        Assert.That(Assert.Catch<PjrtException>(() => loaded.Execute(b, b))!.Message, Does.Contain("donate"));
    }

    [Test]
    public void TheOptimizedProgramShowsWhatIsNotDead()
    {
        using PjrtClient client = Client();
        using PjrtLoadedExecutable loaded = client.Compile("""
            module {
              func.func @main(%a: tensor<f32>) -> tensor<f32> {
                %c = stablehlo.constant dense<1.0> : tensor<f32>
                %0 = stablehlo.add %a, %c : tensor<f32>
                %1 = stablehlo.multiply %a, %c : tensor<f32>
                stablehlo.custom_call @dce_sink(%0) {has_side_effect = true, api_version = 4 : i32} : (tensor<f32>) -> ()
                return %a : tensor<f32>
              }
            }
            """);
        using PjrtExecutable program = loaded.GetExecutable();
        string module = System.Text.Encoding.Latin1.GetString(program.OptimizedProgram().Code);
        Assert.That(module, Does.Contain("dce_sink").And.Contain("stablehlo.add").And.Not.Contain("multiply"));
    }

    [TestCase(PjrtElementType.S4, "i4", new byte[] { 0x0F, 0x07, 0xF8, 0x31 }, new sbyte[] { -1, 7, -8, 1 })]
    [TestCase(PjrtElementType.U4, "ui4", new byte[] { 0x0F, 0x07, 0xF8, 0x31 }, new sbyte[] { 15, 7, 8, 1 })]
    [TestCase(PjrtElementType.S2, "i2", new byte[] { 0x03, 0x01, 0xF2, 0x30 }, new sbyte[] { -1, 1, -2, 0 })]
    public void NarrowIntegersHaveTheirLowBitsOnly(PjrtElementType type, string element, byte[] given, sbyte[] wanted)
    {
        using PjrtClient client = Client();
        using PjrtLoadedExecutable loaded = client.Compile($"module {{ func.func @main(%a: tensor<4x{element}>) -> tensor<4xi8> {{ %0 = stablehlo.convert %a : (tensor<4x{element}>) -> tensor<4xi8>\n return %0 : tensor<4xi8> }} }}");
        using PjrtBuffer a = client.CreateBuffer(given, type, [4]);
        using PjrtBuffer result = loaded.Execute(a)[0];
        Assert.That(result.ToArray<sbyte>(), Is.EqualTo(wanted));
    }

    // As pmap, shard_map and explicit meshes leave them where there is one device.
    [TestCase("%r = \"stablehlo.all_reduce\"(%x) <{replica_groups = dense<0> : tensor<1x1xi64>}> ({ ^bb0(%a: tensor<f32>, %b: tensor<f32>): %s = stablehlo.add %a, %b : tensor<f32>\n stablehlo.return %s : tensor<f32> }) : (tensor<2x2xf32>) -> tensor<2x2xf32>", 1)]
    [TestCase("%r = \"stablehlo.reduce_scatter\"(%x) <{scatter_dimension = 0 : i64, replica_groups = dense<0> : tensor<1x1xi64>, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids}> ({ ^bb0(%a: tensor<f32>, %b: tensor<f32>): %s = stablehlo.add %a, %b : tensor<f32>\n stablehlo.return %s : tensor<f32> }) : (tensor<2x2xf32>) -> tensor<2x2xf32>", 1)]
    [TestCase("%r = \"stablehlo.all_gather\"(%x) <{all_gather_dim = 1 : i64, replica_groups = dense<0> : tensor<1x1xi64>}> : (tensor<2x2xf32>) -> tensor<2x2xf32>", 1)]
    [TestCase("%r = \"stablehlo.all_to_all\"(%x) <{split_dimension = 0 : i64, concat_dimension = 1 : i64, split_count = 1 : i64, replica_groups = dense<0> : tensor<1x1xi64>}> : (tensor<2x2xf32>) -> tensor<2x2xf32>", 1)]
    [TestCase("%r = \"stablehlo.collective_permute\"(%x) <{source_target_pairs = dense<0> : tensor<1x2xi64>}> : (tensor<2x2xf32>) -> tensor<2x2xf32>", 1)]
    [TestCase("%r = \"stablehlo.collective_permute\"(%x) <{source_target_pairs = dense<> : tensor<0x2xi64>}> : (tensor<2x2xf32>) -> tensor<2x2xf32>", 0)]
    [TestCase("sdy.sharding_group %x group_id=0 : tensor<2x2xf32>\n %r = stablehlo.add %x, %x : tensor<2x2xf32>", 2)]
    [TestCase("%r = sdy.manual_computation(%x) in_shardings=[<@mesh, [{\"x\"}, {}]>] out_shardings=[<@mesh, [{\"x\"}, {}]>] manual_axes={\"x\"} (%a: tensor<2x2xf32>) { %b = stablehlo.add %a, %a : tensor<2x2xf32>\n sdy.return %b : tensor<2x2xf32> } : (tensor<2x2xf32>) -> tensor<2x2xf32>", 2)]
    [TestCase("%a = stablehlo.custom_call @SPMDFullToShardShape(%x) {mhlo.sharding = \"{manual}\"} : (tensor<2x2xf32>) -> tensor<2x2xf32>\n %b = stablehlo.add %a, %a : tensor<2x2xf32>\n %r = stablehlo.custom_call @SPMDShardToFullShape(%b) {mhlo.sharding = \"{replicated}\"} : (tensor<2x2xf32>) -> tensor<2x2xf32>", 2)]
    public void ADeviceAloneTalksToItself(string body, float factor)
    {
        using PjrtClient client = Client();
        using PjrtLoadedExecutable loaded = client.Compile($$"""
            module {
              sdy.mesh @mesh = <["x"=1]>
              func.func @main(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
                {{body}}
                return %r : tensor<2x2xf32>
              }
            }
            """);
        using PjrtBuffer x = client.CreateBuffer<float>([1, 2, 3, 4], [2, 2]);
        using PjrtBuffer result = loaded.Execute(x)[0];
        Assert.That(result.ToArray<float>(), Is.EqualTo(new[] { factor, 2 * factor, 3 * factor, 4 * factor }));
    }

    [TestCase("set")]
    [TestCase("add")]
    [TestCase("subtract")]
    public void WindowsThatStickOutAreDropped(string combine)
    {
        // As XLA has it, and gradients of JAX count on: all of a window or nothing.
        string body = combine == "set" ? "" : $"%c = stablehlo.{combine} %p, %q : tensor<f32>";
        using PjrtClient client = Client();
        using PjrtLoadedExecutable loaded = client.Compile($$"""
            module {
              func.func @main(%x: tensor<6xf32>, %i: tensor<4x1xi32>, %u: tensor<4x2xf32>) -> tensor<6xf32> {
                %0 = "stablehlo.scatter"(%x, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
                  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
                    {{body}}
                    stablehlo.return {{(combine == "set" ? "%q" : "%c")}} : tensor<f32>
                }) : (tensor<6xf32>, tensor<4x1xi32>, tensor<4x2xf32>) -> tensor<6xf32>
                return %0 : tensor<6xf32>
              }
            }
            """);
        using PjrtBuffer x = client.CreateBuffer<float>([1, 2, 3, 4, 5, 6], [6]), i = client.CreateBuffer<int>([-1, 5, 4, 7], [4, 1]), u = client.CreateBuffer<float>([10, 20, 30, 40, 50, 60, 70, 80], [4, 2]);
        using PjrtBuffer result = loaded.Execute(x, i, u)[0];
        float[] end = combine switch { "set" => [50, 60], "add" => [55, 66], _ => [-45, -54] };
        Assert.That(result.ToArray<float>(), Is.EqualTo(new float[] { 1, 2, 3, 4, end[0], end[1] }));
    }

    [Test]
    public void BadProgramsAreRefusedWithThePlace()
    {
        using PjrtClient client = Client();
        Assert.That(Assert.Catch<PjrtException>(() => client.Compile("module { func.func @main() -> tensor<f32> { return %x : tensor<f32> } }"))!.Message, Does.Contain("%x"));
        Assert.That(Assert.Catch<PjrtException>(() => client.Compile(PjrtProgram.Hlo([1, 2, 3])))!.Message, Does.Contain("hlo"));
    }
}
