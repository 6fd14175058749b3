using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Text;
using I1Xla.StableHlo.Verify;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Tests.Verify;

/// <summary>
/// The constraints on inputs, (I1) and up: a valid operation of each kind, in which one operand, attribute or region at a time
/// becomes one of a kind that the op does not take.
/// </summary>
public partial class ConstraintTests
{
    /// <summary>Types of which each operand constraint refuses one.</summary>
    private static readonly string[] s_otherTypes =
        ["!stablehlo.token", "tensor<2xf32>", "tuple<tensor<f32>>", "!stablehlo.future<tensor<f32>>", "tensor<2xi37>", "memref<2xf32>", "index"];

    private static readonly Attribute[] s_otherAttributes = [new UnitAttr(), new StringAttr("x"), new TypeAttr(TokenType.Instance)];

    private static IEnumerable<string> ValidRows()
    {
        foreach (string op in s_floatUnary)
        {
            yield return $"{op} (valid) | | | 2xf32 -> {(op == "is_finite" ? "2xi1" : "2xf32")}";
        }
        foreach (string op in s_integerUnary)
        {
            yield return $"{op} (valid) | | | 2xi32 -> 2xi32";
        }
        foreach (string op in s_floatBinary)
        {
            yield return $"{op} (valid) | | | 2xf32, 2xf32 -> 2xf32";
        }
        foreach (string op in s_integerBinary)
        {
            yield return $"{op} (valid) | | | 2xi32, 2xi32 -> 2xi32";
        }
        foreach (string line in Valid.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            yield return line;
        }
    }

    private static string OpOf(string row) => row[..row.IndexOf(' ')];

    private static IEnumerable<TestCaseData> ValidCases() => ValidRows().Select(row => new TestCaseData(row).SetArgDisplayNames(OpOf(row)));

    [TestCaseSource(nameof(ValidCases))]
    public void InputsOfAnotherKindAreRefused(string row)
    {
        string text = Expand(row, s_otherTypes).Text;
        Assert.That(Verifier.Verify(MlirParser.ParseModule(text)).Select(d => d.ToString()), Is.Empty, text);
        OpDef def = OpTable.Get($"stablehlo.{OpOf(row)}");
        var problems = new List<string>();
        void Check(string? label, Action<Operation, IReadOnlyList<BlockArgument>> change)
        {
            if (label is null)
            {
                return;
            }
            ModuleOp module = MlirParser.ParseModule(text);
            Block body = module.Functions.First().Op.Regions[0].Entry;
            change(body.Operations.First(o => o.Name == def.Name), body.Arguments.TakeLast(s_otherTypes.Length).ToArray());
            string wanted = $"{def.Name.Short} ({label})";
            IReadOnlyList<Diagnostic> found = Verifier.Verify(module);
            if (found.All(d => d.Constraint != wanted))
            {
                problems.Add($"{wanted} is missing among: {string.Join("; ", found)}");
            }
        }
        ModuleOp original = MlirParser.ParseModule(text);
        Operation op = original.Functions.First().Op.Regions[0].Entry.Operations.First(o => o.Name == def.Name);
        for (int g = 0; g < def.Operands.Length; g++)
        {
            (int start, int length) = def.OperandRange(op, g);
            int other = Array.FindIndex(s_otherTypes, t => !def.Operands[g].Type.Accepts(MlirParser.ParseType(t)));
            Assert.That(length, Is.GreaterThan(0), $"the row of {def.Name} has no {def.Operands[g].Name}");
            if (other >= 0)
            {
                Check(def.Operands[g].Label, (o, others) => o.SetOperand(start, others[other]));
            }
        }
        foreach (AttributeDef attribute in def.Attributes)
        {
            Attribute other = s_otherAttributes.First(a => !AttributeConstraints.Accepts(attribute, a));
            Check(attribute.Label, (o, _) => o.Attributes.Set(attribute.Name, other));
        }
        for (int r = 0; r < def.Regions.Length; r++)
        {
            int index = r;
            Check(def.Regions[r].Label, (o, _) => o.Regions[index].Blocks.Clear());
        }
        Assert.That(problems, Is.Empty, text);
    }

    /// <summary>Whether each op of the table has a valid row above or is made of more than one operation.</summary>
    [Test]
    public void EveryOpHasAValidRow() => Assert.That(
        OpTable.All.Where(op => op.Name.Dialect == "stablehlo").Select(op => op.Name.Short).Except(ValidRows().Select(OpOf)),
        Is.EquivalentTo(new[] { "async_start", "composite", "return" }));

    private const string Conv = "dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64";
    private const string Gather = "dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>";
    private const string Channel = "channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>";

    private const string Valid = $$"""
        add (valid) | | | 2xf32, 2xf32 -> 2xf32
        after_all (valid) | | | token, token -> token
        all_gather (valid) | all_gather_dim = 0 : i64, $RG | | 2xf32 -> 4xf32
        all_reduce (valid) | $RG | f32, f32 -> f32 | 2xf32 -> 2xf32
        all_to_all (valid) | split_dimension = 0 : i64, concat_dimension = 0 : i64, split_count = 2 : i64, $RG | | 4x4xf32 -> 4x4xf32
        async_done (valid) | | | !stablehlo.future<tensor<2xf32>> -> 2xf32
        batch_norm_grad (valid) | epsilon = 0.1 : f32, feature_index = 0 : i64 | | 2x2xf32, 2xf32, 2xf32, 2xf32, 2x2xf32 -> 2x2xf32, 2xf32, 2xf32
        batch_norm_inference (valid) | epsilon = 0.1 : f32, feature_index = 0 : i64 | | 2x2xf32, 2xf32, 2xf32, 2xf32, 2xf32 -> 2x2xf32
        batch_norm_training (valid) | epsilon = 0.1 : f32, feature_index = 0 : i64 | | 2x2xf32, 2xf32, 2xf32 -> 2x2xf32, 2xf32, 2xf32
        bitcast_convert (valid) | | | 2xf32 -> 2xi32
        broadcast (valid) | broadcast_sizes = array<i64: 3> | | 2xf32 -> 3x2xf32
        broadcast_in_dim (valid) | broadcast_dimensions = array<i64: 0> | | 2xf32 -> 2x2xf32
        case (valid) | | -> f32; -> f32 | i32 -> f32
        cholesky (valid) | lower = true | | 2x2xf32 -> 2x2xf32
        clamp (valid) | | | f32, 2xf32, f32 -> 2xf32
        collective_broadcast (valid) | $RG | | 2xf32 -> 2xf32
        collective_permute (valid) | source_target_pairs = dense<[[0, 1]]> : tensor<1x2xi64> | | 2xf32 -> 2xf32
        collective_reduce (valid) | $RG | f32, f32 -> f32 | 2xf32 -> 2xf32
        compare (valid) | comparison_direction = #stablehlo<comparison_direction LT> | | 2xf32, 2xf32 -> 2xi1
        complex (valid) | | | 2xf32, 2xf32 -> 2xcomplex<f32>
        concatenate (valid) | dimension = 0 : i64 | | 2xf32, 2xf32 -> 4xf32
        constant (valid) | value = dense<0.0> : tensor<2xf32> | | -> 2xf32
        convert (valid) | | | 2xf32 -> 2xi32
        convolution (valid) | {{Conv}} | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        create_token (valid) | | | -> token
        cross-replica-sum (valid) | replica_groups = dense<[[0, 1]]> : tensor<1x2xi64> | | 2xf32 -> 2xf32
        custom_call (valid) | call_target_name = "f" | | 2xf32 -> 2xf32
        dot (valid) | | | 2x2xf32, 2x2xf32 -> 2x2xf32
        dot_general (valid) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]> | | 2x2xf32, 2x2xf32 -> 2x2xf32
        dynamic_broadcast_in_dim (valid) | broadcast_dimensions = array<i64: 0> | | 2xf32, 2xi64 -> 2x2xf32
        dynamic_conv (valid) | {{Conv}} | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_gather (valid) | {{Gather}} | | 3x2xf32, 4x1xi64, 2xi64 = dense<[1, 2]> -> 4x2xf32
        dynamic_iota (valid) | iota_dimension = 0 : i64 | | 1xi64 -> 2xi32
        dynamic_pad (valid) | | | 2xf32, f32, 1xi64, 1xi64, 1xi64 -> 4xf32
        dynamic_reshape (valid) | | | 2xf32, 1xi64 -> 2xf32
        dynamic_slice (valid) | slice_sizes = array<i64: 1> | | 2xf32, i64 -> 1xf32
        dynamic_update_slice (valid) | | | 2xf32, 1xf32, i64 -> 2xf32
        einsum (valid) | einsum_config = "ab,bc->ac" | | 2x2xf32, 2x2xf32 -> 2x2xf32
        fft (valid) | fft_type = #stablehlo<fft_type FFT>, fft_length = array<i64: 2> | | 2xcomplex<f32> -> 2xcomplex<f32>
        gather (valid) | {{Gather}}, slice_sizes = array<i64: 1, 2> | | 3x2xf32, 4x1xi64 -> 4x2xf32
        get_dimension_size (valid) | dimension = 0 : i64 | | 2xf32 -> i32
        get_tuple_element (valid) | index = 0 : i32 | | tuple<tensor<f32>> -> f32
        if (valid) | | -> f32; -> f32 | i1 -> f32
        imag (valid) | | | 2xcomplex<f32> -> 2xf32
        infeed (valid) | | | token -> f32, token
        iota (valid) | iota_dimension = 0 : i64 | | -> 2xi32
        map (valid) | dimensions = array<i64: 0> | f32 -> f32 | 2xf32 -> 2xf32
        optimization_barrier (valid) | | | 2xf32 -> 2xf32
        outfeed (valid) | | | 2xf32, token -> token
        pad (valid) | edge_padding_low = array<i64: 0>, edge_padding_high = array<i64: 0>, interior_padding = array<i64: 0> | | 2xf32, f32 -> 2xf32
        partition_id (valid) | | | -> ui32
        real (valid) | | | 2xcomplex<f32> -> 2xf32
        real_dynamic_slice (valid) | | | 2xf32, 1xi64, 1xi64, 1xi64 -> 1xf32
        recv (valid) | {{Channel}} | | token -> 2xf32, token
        reduce (valid) | dimensions = array<i64: 0> | f32, f32 -> f32 | 2xf32, f32 -> f32
        reduce_precision (valid) | exponent_bits = 5 : i32, mantissa_bits = 5 : i32 | | 2xf32 -> 2xf32
        reduce_scatter (valid) | scatter_dimension = 0 : i64, $RG | f32, f32 -> f32 | 4xf32 -> 2xf32
        reduce_window (valid) | window_dimensions = array<i64: 1> | f32, f32 -> f32 | 2xf32, f32 -> 2xf32
        replica_id (valid) | | | -> ui32
        reshape (valid) | | | 2xf32 -> 1x2xf32
        reverse (valid) | dimensions = array<i64: 0> | | 2xf32 -> 2xf32
        rng (valid) | rng_distribution = #stablehlo<rng_distribution UNIFORM> | | f32, f32, 1xi64 -> 2xf32
        rng_bit_generator (valid) | rng_algorithm = #stablehlo<rng_algorithm THREE_FRY> | | 2xui64 -> 2xui64, 2xui32
        scatter (valid) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 4x1xi64, 4x2xf32 -> 3x2xf32
        select (valid) | | | i1, 2xf32, 2xf32 -> 2xf32
        select_and_scatter (valid) | window_dimensions = array<i64: 1> | f32, f32 -> i1; f32, f32 -> f32 | 2xf32, 2xf32, f32 -> 2xf32
        send (valid) | {{Channel}} | | 2xf32, token -> token
        set_dimension_size (valid) | dimension = 0 : i64 | | 2xf32, i32 -> ?xf32
        slice (valid) | start_indices = array<i64: 0>, limit_indices = array<i64: 1>, strides = array<i64: 1> | | 2xf32 -> 1xf32
        sort (valid) | dimension = 0 : i64 | f32, f32 -> i1 | 2xf32 -> 2xf32
        torch_index_select (valid) | dim = 0 : i64, batch_dims = 0 : i64 | | 2x2xf32, 2xi32 -> 2x2xf32
        transpose (valid) | permutation = array<i64: 1, 0> | | 2x3xf32 -> 3x2xf32
        triangular_solve (valid) | left_side = true, lower = true, unit_diagonal = false, transpose_a = #stablehlo<transpose NO_TRANSPOSE> | | 2x2xf32, 2x2xf32 -> 2x2xf32
        tuple (valid) | | | f32 -> tuple<tensor<f32>>
        unary_einsum (valid) | einsum_config = "ab->a" | | 2x2xf32 -> 2xf32
        uniform_dequantize (valid) | | | 2x!quant.uniform<i8:f32, 0.5> -> 2xf32
        uniform_quantize (valid) | | | 2xf32 -> 2x!quant.uniform<i8:f32, 0.5>
        while (valid) | | f32 -> i1; f32 -> f32 | f32 -> f32
        """;
}
