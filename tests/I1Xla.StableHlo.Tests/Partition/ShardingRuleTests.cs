using System.Text.RegularExpressions;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Partition;
using I1Xla.StableHlo.Text;

namespace I1Xla.StableHlo.Tests.Partition;

/// <summary>Each operation that has a rule, cut where it can be, on a mesh x=2, y=2: what is sent, and that the result is that of the whole.</summary>
public sealed class ShardingRuleTests
{
    private const string Add = "({ ^bb0(%a: tensor<f32>, %b: tensor<f32>):\n %s = stablehlo.add %a, %b : tensor<f32>\n stablehlo.return %s : tensor<f32> })";
    private const string Less = "({ ^bb0(%a: tensor<f32>, %b: tensor<f32>):\n %s = stablehlo.compare LT, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>\n stablehlo.return %s : tensor<i1> })";
    private const string Zero = "%z = stablehlo.constant dense<0.0> : tensor<f32>\n";

    // Name; arguments "type @ sharding"; result "type @ sharding"; body, whose last value is %r; the collectives expected.
    private static readonly (string Name, string[] Arguments, string Result, string Body, string Sent)[] s_cases =
    [
        ("add", ["8x4xf32@[{x},{y}]", "8x4xf32@[{x},{y}]"], "8x4xf32@[{x},{y}]", "%r = stablehlo.add %0, %1 : tensor<8x4xf32>", ""),
        ("add of a whole", ["8x4xf32@[{x},{y}]", "8x4xf32@[{},{}]"], "8x4xf32@[{x},{y}]", "%r = stablehlo.add %0, %1 : tensor<8x4xf32>", ""),
        ("add gathered", ["8x4xf32@[{x},{}]"], "8x4xf32@[{},{}]", "%r = stablehlo.add %0, %0 : tensor<8x4xf32>", "all_gather"),
        ("exchange", ["8x4xf32@[{x},{}]"], "8x4xf32@[{},{x}]", "%r = stablehlo.negate %0 : tensor<8x4xf32>", "all_to_all"),
        ("permute", ["8x4xf32@[{x},{y}]"], "8x4xf32@[{y},{x}]", "%r = stablehlo.negate %0 : tensor<8x4xf32>", "collective_permute"),
        ("uneven", ["7x4xf32@[{x},{}]"], "7x4xf32@[{},{y}]", "%r = stablehlo.negate %0 : tensor<7x4xf32>", "all_gather"),
        ("select", ["i1@[]", "8x4xf32@[{x},{}]"], "8x4xf32@[{x},{}]", "%r = stablehlo.select %0, %1, %1 : tensor<i1>, tensor<8x4xf32>", ""),
        ("constant", ["8x4xf32@[{x},{}]"], "8x4xf32@[{x},{}]", "%c = stablehlo.constant dense<2.0> : tensor<8x4xf32>\n%r = stablehlo.multiply %0, %c : tensor<8x4xf32>", ""),
        ("map", ["8xf32@[{x}]"], "8xf32@[{x}]", "%r = \"stablehlo.map\"(%0, %0) <{dimensions = array<i64: 0>}> " + Add + " : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>", ""),
        ("erf", ["8xf32@[{x}]"], "8xf32@[{x}]", "%r = chlo.erf %0 : tensor<8xf32> -> tensor<8xf32>", ""),
        ("top_k", ["8x6xf32@[{x},{}]"], "8x2xf32@[{x},{}]", "%r, %i = \"chlo.top_k\"(%0) <{k = 2 : i64}> : (tensor<8x6xf32>) -> (tensor<8x2xf32>, tensor<8x2xi32>)", ""),
        ("sharding_constraint", ["8xf32@[{}]"], "8xf32@[{x}]", "%r = sdy.sharding_constraint %0 <@mesh, [{\"x\"}]> : tensor<8xf32>", ""),
        ("custom_call", ["8xf32@[{x}]"], "8xf32@[{x}]", "%r = stablehlo.custom_call @annotate_device_placement(%0) : (tensor<8xf32>) -> tensor<8xf32>", ""),
        ("optimization_barrier", ["8xf32@[{x}]"], "8xf32@[{x}]", "%r = stablehlo.optimization_barrier %0 : tensor<8xf32>", ""),
        ("bitcast_convert", ["8x4xf32@[{x},{}]"], "8x4x2xf32@[{x},{},{}]", "%q = stablehlo.bitcast_convert %0 : (tensor<8x4xf32>) -> tensor<8x4x2xi16>\n%r = stablehlo.convert %q : (tensor<8x4x2xi16>) -> tensor<8x4x2xf32>", ""),
        ("broadcast_in_dim", ["8xf32@[{x}]"], "4x8xf32@[{y},{x}]", "%r = stablehlo.broadcast_in_dim %0, dims = [1] : (tensor<8xf32>) -> tensor<4x8xf32>", ""),
        ("cholesky", ["4x2x2xf32@[{x},{},{}]"], "4x2x2xf32@[{x},{},{}]", "%c = stablehlo.constant dense<[[9.0, 1.0], [1.0, 9.0]]> : tensor<2x2xf32>\n%b = stablehlo.broadcast_in_dim %c, dims = [1, 2] : (tensor<2x2xf32>) -> tensor<4x2x2xf32>\n%e = stablehlo.dot_general %0, %0, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x2x2xf32>, tensor<4x2x2xf32>) -> tensor<4x2x2xf32>\n%d = stablehlo.add %e, %b : tensor<4x2x2xf32>\n%r = stablehlo.cholesky %d, lower = true : tensor<4x2x2xf32>", ""),
        ("concatenate", ["8x4xf32@[{x},{}]", "8x2xf32@[{x},{}]"], "8x6xf32@[{x},{}]", "%r = stablehlo.concatenate %0, %1, dim = 1 : (tensor<8x4xf32>, tensor<8x2xf32>) -> tensor<8x6xf32>", ""),
        ("convolution", ["4x6x2xf32@[{x},{},{}]", "3x2x4xf32@[{},{},{y}]"], "4x4x4xf32@[{x},{},{y}]", "%r = stablehlo.convolution(%0, %1) dim_numbers = [b, 0, f]x[0, i, o]->[b, 0, f], window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<4x6x2xf32>, tensor<3x2x4xf32>) -> tensor<4x4x4xf32>", ""),
        ("convolution over features", ["4x6x2xf32@[{},{},{x}]", "3x2x4xf32@[{},{x},{}]"], "4x4x4xf32@[{},{},{}]", "%r = stablehlo.convolution(%0, %1) dim_numbers = [b, 0, f]x[0, i, o]->[b, 0, f], window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<4x6x2xf32>, tensor<3x2x4xf32>) -> tensor<4x4x4xf32>", "all_reduce"),
        ("dot_general", ["8x4xf32@[{x},{}]", "4x6xf32@[{},{y}]"], "8x6xf32@[{x},{y}]", "%r = stablehlo.dot_general %0, %1, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x6xf32>) -> tensor<8x6xf32>", ""),
        ("dot_general contracting", ["8x4xf32@[{},{x}]", "4x6xf32@[{x},{}]"], "8x6xf32@[{},{}]", "%r = stablehlo.dot_general %0, %1, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x6xf32>) -> tensor<8x6xf32>", "all_reduce"),
        ("dot_general scattered", ["8x4xf32@[{},{x}]", "4x6xf32@[{x},{}]"], "8x6xf32@[{x},{}]", "%r = stablehlo.dot_general %0, %1, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x6xf32>) -> tensor<8x6xf32>", "reduce_scatter"),
        ("dot_general of a cut weight", ["8x4xf32@[{x},{}]", "4x6xf32@[{x},{}]"], "8x6xf32@[{x},{}]", "%r = stablehlo.dot_general %0, %1, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x6xf32>) -> tensor<8x6xf32>", "all_gather"),
        ("dynamic_slice", ["8x4xf32@[{x},{}]", "i32@[]"], "8x2xf32@[{x},{}]", "%r = stablehlo.dynamic_slice %0, %1, %1, sizes = [8, 2] : (tensor<8x4xf32>, tensor<i32>, tensor<i32>) -> tensor<8x2xf32>", ""),
        ("dynamic_update_slice", ["8x4xf32@[{x},{}]", "8x2xf32@[{x},{}]", "i32@[]"], "8x4xf32@[{x},{}]", "%r = stablehlo.dynamic_update_slice %0, %1, %2, %2 : (tensor<8x4xf32>, tensor<8x2xf32>, tensor<i32>, tensor<i32>) -> tensor<8x4xf32>", ""),
        ("fft", ["8x4xf32@[{x},{}]"], "8x4xf32@[{x},{}]", "%c = stablehlo.complex %0, %0 : tensor<8x4xcomplex<f32>>\n%f = stablehlo.fft %c, type = FFT, length = [4] : (tensor<8x4xcomplex<f32>>) -> tensor<8x4xcomplex<f32>>\n%r = stablehlo.imag %f : (tensor<8x4xcomplex<f32>>) -> tensor<8x4xf32>", ""),
        ("gather", ["6x8xf32@[{},{y}]", "4x1xi32@[{x},{}]"], "4x8xf32@[{x},{y}]", "%r = \"stablehlo.gather\"(%0, %1) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 8>}> : (tensor<6x8xf32>, tensor<4x1xi32>) -> tensor<4x8xf32>", ""),
        ("iota", [], "8x4xf32@[{x},{y}]", "%r = stablehlo.iota dim = 0 : tensor<8x4xf32>", ""),
        ("pad", ["8x4xf32@[{x},{}]"], "8x6xf32@[{x},{}]", Zero + "%r = stablehlo.pad %0, %z, low = [0, 1], high = [0, 1], interior = [0, 0] : (tensor<8x4xf32>, tensor<f32>) -> tensor<8x6xf32>", ""),
        ("reduce", ["8x4xf32@[{x},{y}]"], "8xf32@[{x}]", Zero + "%r = stablehlo.reduce(%0 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<8x4xf32>, tensor<f32>) -> tensor<8xf32>", "all_reduce"),
        ("reduce from one", ["8x4xf32@[{},{y}]"], "8xf32@[{}]", "%z = stablehlo.constant dense<1.0> : tensor<f32>\n%r = stablehlo.reduce(%0 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<8x4xf32>, tensor<f32>) -> tensor<8xf32>", "all_gather"),
        ("reduce_window", ["8x4xf32@[{x},{}]"], "8x3xf32@[{x},{}]", Zero + "%r = \"stablehlo.reduce_window\"(%0, %z) <{window_dimensions = array<i64: 1, 2>}> " + Add + " : (tensor<8x4xf32>, tensor<f32>) -> tensor<8x3xf32>", ""),
        ("reshape", ["8x4xf32@[{x},{}]"], "2x16xf32@[{x},{}]", "%r = stablehlo.reshape %0 : (tensor<8x4xf32>) -> tensor<2x16xf32>", ""),
        ("reshape merged", ["8x4xf32@[{x,y},{}]"], "32xf32@[{x,y}]", "%r = stablehlo.reshape %0 : (tensor<8x4xf32>) -> tensor<32xf32>", ""),
        ("reverse", ["8x4xf32@[{x},{}]"], "8x4xf32@[{x},{}]", "%r = stablehlo.reverse %0, dims = [1] : tensor<8x4xf32>", ""),
        ("scatter", ["4x1xi32@[{x},{}]", "4x8xf32@[{x},{y}]"], "6x8xf32@[{},{y}]", Zero + "%i = stablehlo.broadcast_in_dim %z, dims = [] : (tensor<f32>) -> tensor<6x8xf32>\n%r = \"stablehlo.scatter\"(%i, %0, %1) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> " + Add + " : (tensor<6x8xf32>, tensor<4x1xi32>, tensor<4x8xf32>) -> tensor<6x8xf32>", "all_reduce"),
        ("select_and_scatter", ["8x4xf32@[{x},{}]", "8x2xf32@[{x},{}]"], "8x4xf32@[{x},{}]", Zero + "%r = \"stablehlo.select_and_scatter\"(%0, %1, %z) <{window_dimensions = array<i64: 1, 2>, window_strides = array<i64: 1, 2>}> " + Less[..^1] + ", " + Add[1..] + " : (tensor<8x4xf32>, tensor<8x2xf32>, tensor<f32>) -> tensor<8x4xf32>", ""),
        ("slice", ["8x4xf32@[{x},{}]"], "8x2xf32@[{x},{}]", "%r = stablehlo.slice %0 [0:8, 1:3] : (tensor<8x4xf32>) -> tensor<8x2xf32>", ""),
        ("sort", ["8x4xf32@[{x},{}]"], "8x4xf32@[{x},{}]", "%r = \"stablehlo.sort\"(%0) <{dimension = 1 : i64, is_stable = true}> " + Less + " : (tensor<8x4xf32>) -> tensor<8x4xf32>", ""),
        ("transpose", ["8x4xf32@[{x},{y}]"], "4x8xf32@[{y},{x}]", "%r = stablehlo.transpose %0, dims = [1, 0] : (tensor<8x4xf32>) -> tensor<4x8xf32>", ""),
        ("triangular_solve", ["4x2x2xf32@[{x},{},{}]"], "4x2x2xf32@[{x},{},{}]", "%r = \"stablehlo.triangular_solve\"(%0, %0) <{left_side = true, lower = true, transpose_a = #stablehlo<transpose NO_TRANSPOSE>, unit_diagonal = true}> : (tensor<4x2x2xf32>, tensor<4x2x2xf32>) -> tensor<4x2x2xf32>", ""),
        ("while", ["8x4xf32@[{x},{y}]"], "8x4xf32@[{x},{y}]", "%c0 = stablehlo.constant dense<0> : tensor<i32>\n%w:2 = stablehlo.while(%i = %c0, %v = %0) : tensor<i32>, tensor<8x4xf32> cond {\n%n = stablehlo.constant dense<3> : tensor<i32>\n%t = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>\nstablehlo.return %t : tensor<i1>\n} do {\n%k = stablehlo.constant dense<1> : tensor<i32>\n%j = stablehlo.add %i, %k : tensor<i32>\n%u = stablehlo.add %v, %v : tensor<8x4xf32>\nstablehlo.return %j, %u : tensor<i32>, tensor<8x4xf32>\n}\n%r = stablehlo.negate %w#1 : tensor<8x4xf32>", ""),
        ("case", ["i32@[]", "8xf32@[{x}]"], "8xf32@[{x}]", "%q = \"stablehlo.case\"(%0) ({\n%a = stablehlo.negate %1 : tensor<8xf32>\nstablehlo.return %a : tensor<8xf32>\n}, {\n%a = stablehlo.cosine %1 : tensor<8xf32>\nstablehlo.return %a : tensor<8xf32>\n}) : (tensor<i32>) -> tensor<8xf32>\n%r = stablehlo.negate %q : tensor<8xf32>", ""),
        ("manual_computation", ["8x4xf32@[{x},{}]"], "4xf32@[{}]", "%r = sdy.manual_computation(%0) in_shardings=[<@mesh, [{\"x\"}, {}]>] out_shardings=[<@mesh, [{}]>] manual_axes={\"x\"} (%p: tensor<4x4xf32>) {\n" + Zero + "%m = stablehlo.reduce(%p init: %z) applies stablehlo.add across dimensions = [0] : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>\n%g = \"stablehlo.all_reduce\"(%m) <{replica_groups = dense<[[0, 2], [1, 3]]> : tensor<2x2xi64>, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids}> " + Add + " : (tensor<4xf32>) -> tensor<4xf32>\nsdy.return %g : tensor<4xf32>\n} : (tensor<8x4xf32>) -> tensor<4xf32>", "all_reduce"),
        ("no rule", ["8xf32@[{x}]"], "8xf32@[{x}]", "%s = stablehlo.constant dense<[1, 2]> : tensor<2xui64>\n%t, %o = stablehlo.rng_bit_generator %s, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<8xui32>)\n%f = stablehlo.convert %o : (tensor<8xui32>) -> tensor<8xf32>\n%r = stablehlo.add %f, %0 : tensor<8xf32>", ""),
    ];

    private static IEnumerable<string> Names => s_cases.Select(c => c.Name);

    [TestCaseSource(nameof(Names))]
    public void SendsWhatItMustAndComputesTheWhole(string name)
    {
        (_, string[] inputs, string result, string body, string sent) = s_cases.Single(c => c.Name == name);
        ModuleOp module = Module(inputs, result, body);
        Literal[] arguments = [.. module.FindFunction("main")!.Value.Type.Inputs.Select((t, i) => Numbers((TensorType)t, i))];
        ModuleOp local = ProcessRun.Partition(module, 4);
        var collectives = new List<string>();
        local.Op.Walk(op =>
        {
            if (op.Name.Short is "all_gather" or "all_reduce" or "reduce_scatter" or "all_to_all" or "collective_permute")
            {
                collectives.Add(op.Name.Short);
            }
        });
        Assert.That(string.Join(' ', collectives), Is.EqualTo(sent), MlirPrinter.Print(local));
        Literal whole = ProcessRun.Run(module, arguments, 4)[0];
        Literal expected = name == "manual_computation" ? Sum(arguments[0]) : Interpreter.Run(module, "main", arguments)[0];
        Assert.That(whole.As<float>().ToArray(), Is.EqualTo(expected.As<float>().ToArray()).Within(1e-4));
    }

    [Test]
    public void EveryRuleHasACase()
    {
        string all = string.Join('\n', s_cases.Select(c => c.Body));
        foreach (string name in ShardingRules.OwnRows.Concat(["stablehlo.add", "stablehlo.select", "stablehlo.map", "chlo.erf"]))
        {
            Assert.That(all, Does.Contain(name), $"{name} has a rule and no case here");
        }
    }

    private static ModuleOp Module(string[] inputs, string result, string body)
    {
        static string Annotated(string text)
        {
            string[] parts = text.Split('@');
            return $"tensor<{parts[0]}> {{sdy.sharding = #sdy.sharding<@mesh, {Regex.Replace(parts[1], "[xy]", "\"$0\"")}>}}";
        }
        string arguments = string.Join(", ", inputs.Select((t, i) => $"%arg{i}: {Annotated(t)}"));
        string code = Regex.Replace(body, @"%(\d)\b", "%arg$1");
        return MlirParser.ParseModule($$"""
            module {
              sdy.mesh @mesh = <["x"=2, "y"=2]>
              func.func @main({{arguments}}) -> ({{Annotated(result)}}) {
                {{code}}
                return %r : tensor<{{result.Split('@')[0]}}>
              }
            }
            """);
    }

    private static Literal Numbers(TensorType type, int seed)
    {
        var literal = new Literal(type);
        var random = new Random(seed);
        for (int i = 0; i < type.Shape.ElementCount; i++)
        {
            switch (type.Kind)
            {
                case ElementKind.F32: literal.As<float>()[i] = random.Next(-8, 8) / 4f; break;
                case ElementKind.I32: literal.As<int>()[i] = random.Next(0, 3); break;
                default: literal.Data.Span[i] = 1; break;
            }
        }
        return literal;
    }

    private static Literal Sum(Literal rows)
    {
        var sum = new Literal(rows.Type with { Shape = [rows.Shape[1]] });
        for (int i = 0; i < rows.Shape.ElementCount; i++)
        {
            sum.As<float>()[i % (int)rows.Shape[1]] += rows.As<float>()[i];
        }
        return sum;
    }
}
