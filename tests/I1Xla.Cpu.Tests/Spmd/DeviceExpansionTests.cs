using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Spmd;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Spmd;

/// <summary>The program of one device, compiled once and run for all, gives what a flat program with a copy of each operation for each device gives.</summary>
public sealed class DeviceExpansionTests
{
    private const string Add = "({ ^bb0(%p0: tensor<f32>, %p1: tensor<f32>): %p2 = stablehlo.add %p0, %p1 : tensor<f32> stablehlo.return %p2 : tensor<f32> })";

    private static readonly Dictionary<string, string> s_bodies = new()
    {
        ["collectives"] = $$"""
            %0 = "stablehlo.all_reduce"(%a) <{replica_groups = dense<[[0, 2], [1, 3]]> : tensor<2x2xi64>, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids}> {{Add}} : (tensor<4x6xf32>) -> tensor<4x6xf32>
            %1 = "stablehlo.reduce_scatter"(%a) <{scatter_dimension = 0 : i64, replica_groups = dense<[[3, 1, 0, 2]]> : tensor<1x4xi64>, channel_handle = #stablehlo.channel_handle<handle = 2, type = 1>, use_global_device_ids}> {{Add}} : (tensor<4x6xf32>) -> tensor<1x6xf32>
            %2 = "stablehlo.all_gather"(%1) <{all_gather_dim = 0 : i64, replica_groups = dense<[[0, 1, 2, 3]]> : tensor<1x4xi64>, channel_handle = #stablehlo.channel_handle<handle = 3, type = 1>, use_global_device_ids}> : (tensor<1x6xf32>) -> tensor<4x6xf32>
            %3 = "stablehlo.collective_permute"(%2) <{source_target_pairs = dense<[[0, 1], [1, 2], [2, 0]]> : tensor<3x2xi64>, channel_handle = #stablehlo.channel_handle<handle = 4, type = 1>}> : (tensor<4x6xf32>) -> tensor<4x6xf32>
            %4 = "stablehlo.all_to_all"(%0) <{split_dimension = 1 : i64, concat_dimension = 0 : i64, split_count = 2 : i64, replica_groups = dense<[[0, 1], [3, 2]]> : tensor<2x2xi64>, channel_handle = #stablehlo.channel_handle<handle = 5, type = 1>}> : (tensor<4x6xf32>) -> tensor<8x3xf32>
            %5 = stablehlo.reshape %4 : (tensor<8x3xf32>) -> tensor<4x6xf32>
            %6 = "stablehlo.collective_broadcast"(%b) <{replica_groups = dense<[[2, 0, 3]]> : tensor<1x3xi64>, channel_handle = #stablehlo.channel_handle<handle = 6, type = 1>}> : (tensor<4x6xf32>) -> tensor<4x6xf32>
            %7 = stablehlo.add %3, %5 : tensor<4x6xf32>
            %8 = stablehlo.multiply %7, %6 : tensor<4x6xf32>
            return %8, %2 : tensor<4x6xf32>, tensor<4x6xf32>
            """,
        ["loop"] = $$"""
            %zero = stablehlo.constant dense<0> : tensor<i32>
            %0:4 = stablehlo.while(%i = %zero, %x = %a, %y = %b, %same = %b) : tensor<i32>, tensor<4x6xf32>, tensor<4x6xf32>, tensor<4x6xf32>
              cond {
                %many = stablehlo.constant dense<40> : tensor<i32>
                %less = stablehlo.compare LT, %i, %many : (tensor<i32>, tensor<i32>) -> tensor<i1>
                stablehlo.return %less : tensor<i1>
              } do {
                %one = stablehlo.constant dense<1> : tensor<i32>
                %next = stablehlo.add %i, %one : tensor<i32>
                %half = stablehlo.constant dense<5.000000e-01> : tensor<4x6xf32>
                %id = stablehlo.partition_id : tensor<ui32>
                %f = stablehlo.convert %id : (tensor<ui32>) -> tensor<f32>
                %fb = stablehlo.broadcast_in_dim %f, dims = [] : (tensor<f32>) -> tensor<4x6xf32>
                %s = "stablehlo.all_reduce"(%x) <{replica_groups = dense<[[0, 1], [2, 3]]> : tensor<2x2xi64>, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids}> {{Add}} : (tensor<4x6xf32>) -> tensor<4x6xf32>
                %h = stablehlo.multiply %s, %half : tensor<4x6xf32>
                %m = "stablehlo.collective_permute"(%y) <{source_target_pairs = dense<[[0, 1], [1, 2], [2, 3], [3, 0]]> : tensor<4x2xi64>, channel_handle = #stablehlo.channel_handle<handle = 4, type = 1>}> : (tensor<4x6xf32>) -> tensor<4x6xf32>
                %q = stablehlo.multiply %m, %half : tensor<4x6xf32>
                %r = stablehlo.add %q, %fb : tensor<4x6xf32>
                %t = stablehlo.multiply %same, %half : tensor<4x6xf32>
                %u = stablehlo.add %h, %t : tensor<4x6xf32>
                %v = stablehlo.multiply %u, %half : tensor<4x6xf32>
                stablehlo.return %next, %v, %r, %same : tensor<i32>, tensor<4x6xf32>, tensor<4x6xf32>, tensor<4x6xf32>
              }
            return %0#1, %0#2 : tensor<4x6xf32>, tensor<4x6xf32>
            """,
        ["own loops"] = """
            %zero = stablehlo.constant dense<0> : tensor<i32>
            %0 = stablehlo.slice %a [0:1, 0:1] : (tensor<4x6xf32>) -> tensor<1x1xf32>
            %1 = stablehlo.reshape %0 : (tensor<1x1xf32>) -> tensor<f32>
            %2 = stablehlo.abs %1 : tensor<f32>
            %w:2 = stablehlo.while(%n = %2, %x = %b) : tensor<f32>, tensor<4x6xf32>
              cond {
                %most = stablehlo.constant dense<9.000000e+00> : tensor<f32>
                %less = stablehlo.compare LT, %n, %most : (tensor<f32>, tensor<f32>) -> tensor<i1>
                stablehlo.return %less : tensor<i1>
              } do {
                %one = stablehlo.constant dense<1.000000e+00> : tensor<f32>
                %next = stablehlo.add %n, %one : tensor<f32>
                %y = stablehlo.add %x, %a : tensor<4x6xf32>
                stablehlo.return %next, %y : tensor<f32>, tensor<4x6xf32>
              }
            return %w#1, %b : tensor<4x6xf32>, tensor<4x6xf32>
            """,
        ["branch"] = $$"""
            %0 = "stablehlo.all_reduce"(%a) <{replica_groups = dense<[[0, 1, 2, 3]]> : tensor<1x4xi64>, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids}> {{Add}} : (tensor<4x6xf32>) -> tensor<4x6xf32>
            %1 = stablehlo.slice %0 [0:1, 0:1] : (tensor<4x6xf32>) -> tensor<1x1xf32>
            %2 = stablehlo.reshape %1 : (tensor<1x1xf32>) -> tensor<f32>
            %3 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
            %p = stablehlo.compare GT, %2, %3 : (tensor<f32>, tensor<f32>) -> tensor<i1>
            %c:2 = "stablehlo.if"(%p) ({
              %r = "stablehlo.collective_permute"(%a) <{source_target_pairs = dense<[[0, 3], [3, 0]]> : tensor<2x2xi64>, channel_handle = #stablehlo.channel_handle<handle = 4, type = 1>}> : (tensor<4x6xf32>) -> tensor<4x6xf32>
              stablehlo.return %r, %0 : tensor<4x6xf32>, tensor<4x6xf32>
            }, {
              %r = stablehlo.negate %b : tensor<4x6xf32>
              stablehlo.return %r, %r : tensor<4x6xf32>, tensor<4x6xf32>
            }) : (tensor<i1>) -> (tensor<4x6xf32>, tensor<4x6xf32>)
            return %c#0, %c#1 : tensor<4x6xf32>, tensor<4x6xf32>
            """,
    };

    private static IEnumerable<string> Names => s_bodies.Keys;

    private static ModuleOp Module(string body) => MlirParser.ParseModule($$"""
        module @m {
          func.func @main(%a: tensor<4x6xf32>, %b: tensor<4x6xf32>) -> (tensor<4x6xf32>, tensor<4x6xf32>) {
            {{body}}
          }
        }
        """);

    private static readonly int[] s_all = [0, 1, 2, 3], s_one = [0, 0, 0, 0];

    // With b shared, all devices are given the same second argument.
    [Test]
    public void GivesWhatAFlatProgramGives([ValueSource(nameof(Names))] string name, [Values] bool shared, [Values] bool fuse, [Values(1, -1)] int sign)
    {
        ModuleOp module = Module(s_bodies[name]);
        var options = new CpuCompileOptions { Fuse = fuse };
        (CpuExecutable all, int[][] firsts) = CpuCompiler.CompileAll(module, options, new DeviceArguments(new ProcessGroups(1, 4), [s_all, shared ? s_one : s_all]))
            ?? throw new AssertionException("the program is left to the flat one");
        using CpuExecutable flat = CpuCompiler.Compile(DeviceFlattening.Run(module, module.FindFunction("main")!.Value, 1, 4, manual: true), options);
        Assert.That(all.ParameterTypes, Is.EqualTo(flat.ParameterTypes));
        (int Device, int Result)[] made = [.. Enumerable.Range(0, 8).Select(i => (i / 2, i % 2)).Where(r => firsts[r.Item2][r.Item1] == r.Item1)];
        float[][] expected = Run(flat, shared, sign), results = Run(all, shared, sign);
        Assert.That(results, Has.Length.EqualTo(made.Length));
        all.Dispose();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.That(results[Array.IndexOf(made, (firsts[i % 2][i / 2], i % 2))], Is.EqualTo(expected[i]).Within(1e-5).Percent, $"result {i % 2} of device {i / 2}");
        }
    }

    private static float[][] Run(CpuExecutable program, bool shared, int sign)
    {
        var random = new Random(5);
        var arguments = new CpuBuffer[8];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = new CpuBuffer(shared && i % 2 == 1 && i > 1 ? arguments[1].ToLiteral() : Literal.Create<float>(ElementKind.F32, [4, 6], [.. Enumerable.Range(0, 24).Select(_ => sign * (float)(random.NextDouble() + 0.1))]));
        }
        return [.. program.Execute(arguments).Select(r => r.ToLiteral().As<float>().ToArray())];
    }

    [Test]
    public void PlansOnceForAnyNumberOfDevices()
    {
        string sum = $$"""
            %0 = "stablehlo.all_reduce"(%a) <{replica_groups = dense<> : tensor<0x0xi64>, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids}> {{Add}} : (tensor<4x6xf32>) -> tensor<4x6xf32>
            %1 = stablehlo.exponential %0 : tensor<4x6xf32>
            return %1, %b : tensor<4x6xf32>, tensor<4x6xf32>
            """;
        string Plan(int devices)
        {
            string plan = "";
            var options = new CpuCompileOptions { OnPass = (pass, text) => plan = pass == "fuse" ? text : plan };
            int[] own = [.. Enumerable.Range(0, devices)];
            CpuCompiler.CompileAll(Module(sum), options, new DeviceArguments(new ProcessGroups(1, devices), [own, own]))!.Value.Executable.Dispose();
            return plan;
        }
        Assert.That(Plan(2), Is.Not.Empty.And.EqualTo(Plan(8)));
    }

    [Test]
    public void WhatADeviceHasAloneIsKnown()
    {
        ModuleOp module = Module($$"""
            %0 = stablehlo.negate %b : tensor<4x6xf32>
            %1 = "stablehlo.all_reduce"(%a) <{replica_groups = dense<[[0, 2], [1, 3]]> : tensor<2x2xi64>, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids}> {{Add}} : (tensor<4x6xf32>) -> tensor<4x6xf32>
            %2 = stablehlo.add %0, %1 : tensor<4x6xf32>
            return %0, %2 : tensor<4x6xf32>, tensor<4x6xf32>
            """);
        HloComputation graph = new HloImporter(module, new HloBuilder()) { Devices = new ProcessGroups(1, 4) }.Import(module.FindFunction("main")!.Value);
        var classes = new DeviceClasses(4, graph, [s_all, s_one]);
        Assert.That(classes.Of(graph.Parameters[0]), Is.EqualTo(s_all));
        Assert.That(classes.Of(graph.Roots[0]), Is.SameAs(classes.Uniform));
        Assert.That(classes.Of(graph.Roots[1]), Is.EqualTo((int[])[0, 1, 0, 1]), "what a group adds up all of it has");
    }

    [Test]
    public void WhatCombinesByTwoOperationsIsLeftToTheFlatProgram()
    {
        ModuleOp module = MlirParser.ParseModule("""
            module @m {
              func.func @main(%a: tensor<2xf32>) -> tensor<2xf32> {
                %0 = "stablehlo.all_reduce"(%a) <{replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids}> ({
                  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
                    %s = stablehlo.multiply %x, %y : tensor<f32>
                    %t = stablehlo.add %s, %x : tensor<f32>
                    stablehlo.return %t : tensor<f32>
                }) : (tensor<2xf32>) -> tensor<2xf32>
                return %0 : tensor<2xf32>
              }
            }
            """);
        Assert.That(CpuCompiler.CompileAll(module, new CpuCompileOptions(), new DeviceArguments(new ProcessGroups(1, 2), [[0, 1]])), Is.Null);
    }
}
