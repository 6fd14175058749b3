using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.Cpu.Hlo;

/// <summary>
/// Reads a StableHLO function into a graph: calls are inlined as they are met, loops with a small known trip count are
/// unrolled, region bodies that are a plain monoid are recognised, and whatever has no node of its own becomes
/// <see cref="HloOp.Generic"/>.
/// </summary>
public sealed partial class HloImporter(ModuleOp module, HloBuilder builder)
{
    private const int MaxUnrolledTrips = 32;
    private const int MaxUnrolledNodes = 2500;
    private const long MostUnrolledSums = 1 << 19;
    private const int MaxCallDepth = 200;

    /// <summary>The custom call that stands for <see cref="HloOp.Erf"/> between decomposition and import.</summary>
    internal const string ErfTarget = "i1xla.erf";

    private readonly Dictionary<string, FuncOp> _functions = module.Functions.ToDictionary(f => f.Name);
    private readonly List<HloNode> _effects = [];
    private int _depth;

    /// <summary>Imports a function.</summary>
    /// <exception cref="CpuUnsupportedException">It holds something only the interpreter can run, such as a dynamic shape.</exception>
    public HloComputation Import(FuncOp function)
    {
        var parameters = new List<HloNode>();
        foreach (BlockArgument argument in function.Body.Arguments)
        {
            parameters.Add(Parameter(argument.Type, argument.Index));
        }
        HloNode[] roots = Inline(function.Body, parameters.ToArray(), []);
        return new HloComputation(parameters.ToArray(), roots, _effects.ToArray());
    }

    private HloNode Parameter(IrType type, int index) => type switch
    {
        TensorType t => Static(t) is { } ok ? builder.Parameter((TensorType)Held(ok), index) : throw new InvalidOperationException(),
        TokenType => builder.OpaqueParameter(type, index),
        _ => throw new CpuUnsupportedException($"an argument of type {type}"),
    };

    private static TensorType Static(TensorType type) =>
        !type.Shape.IsStatic ? throw new CpuUnsupportedException($"a tensor with a dynamic dimension, shape {type.Shape}")
        : type.IsQuantized ? throw new CpuUnsupportedException("a quantized tensor")
        : type;

    private HloNode[] Inline(Block block, ReadOnlySpan<HloNode> arguments, Dictionary<Value, HloNode> outer)
    {
        if (++_depth > MaxCallDepth)
        {
            throw new CpuUnsupportedException($"calls nested more than {MaxCallDepth} deep (a recursive function?)");
        }
        var map = new Dictionary<Value, HloNode>(outer, ReferenceEqualityComparer.Instance);
        for (int i = 0; i < arguments.Length; i++)
        {
            map[block.Arguments[i]] = arguments[i];
        }
        HloNode[] results = [];
        foreach (Operation op in block.Operations)
        {
            if (ReferenceEquals(op, block.Terminator) && op.Name.Short == "return")
            {
                results = Operands(op, map);
                break;
            }
            builder.Source = op;
            HloNode[] nodes = ImportOp(op, map);
            for (int i = 0; i < nodes.Length; i++)
            {
                map[op.Results[i]] = nodes[i];
            }
        }
        _depth--;
        return results;
    }

    private static HloNode[] Operands(Operation op, Dictionary<Value, HloNode> map)
    {
        var nodes = new HloNode[op.Operands.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            nodes[i] = map.TryGetValue(op.Operands[i], out HloNode? n)
                ? n : throw new InvalidOperationException($"operand {i} of {op.Name} at {op.Location} is not defined before it");
        }
        return nodes;
    }

    private HloNode[] ImportOp(Operation op, Dictionary<Value, HloNode> map)
    {
        HloNode[] x = Operands(op, map);
        foreach (OpResult result in op.Results)
        {
            if (result.Type is TensorType t)
            {
                Static(t);
            }
        }
        if (op.Name.Dialect is "stablehlo" or "mhlo")
        {
            HloNode[] nodes = ImportStableHlo(op, x, map) ?? Generic(op, x, map);
            for (int i = 0; i < nodes.Length; i++)
            {
                // What has no elements needs no computing, and no later pass meets it.
                if (nodes[i] is { Count: 0, ResultTypes: null, Op: not (HloOp.Parameter or HloOp.Constant) } empty && op.Results[i].Type is TensorType)
                {
                    nodes[i] = builder.Constant(empty.Kind, empty.Dims, default, false);
                }
            }
            return nodes;
        }
        switch (op.Name.Full)
        {
            case "func.call" or "call":
                return Call(op.Attributes.Get<SymbolRefAttr>("callee")!.Root, x);
            case "sdy.sharding_constraint" or "sdy.propagation_barrier" or "sdy.reshard":
                return [x[0]];
            case "sdy.sharding_group":
                return [];
            case "sdy.manual_computation" or "sdy.named_computation":
                return Computation(op, x, map);
            default:
                return op.Name.Dialect is "interpreter" or "check" ? throw new CpuUnsupportedException($"{op.Name}, an operation of the reference interpreter") : Generic(op, x, map);
        }
    }

    private HloNode[] Call(string callee, HloNode[] arguments) =>
        _functions.TryGetValue(callee, out FuncOp f)
            ? Inline(f.Body, arguments, [])
            : throw new CpuUnsupportedException($"a call of @{callee}, which the module does not define");

    private HloNode[] Generic(Operation op, HloNode[] x, Dictionary<Value, HloNode> map)
    {
        List<Value> captured = op.Regions.ToArray().SelectMany(Captures).Distinct<Value>(ReferenceEqualityComparer.Instance).ToList();
        if (captured.Count > 0)
        {
            op = WithConstantsInside(op, captured, map);
        }
        IrType[] types = ResultTypes(op);
        bool single = types is [TensorType];
        var t = types.Length > 0 ? types[0] as TensorType : null;
        HloNode node = builder.Node(
            HloOp.Generic, single ? t!.Kind : ElementKind.I1, single ? t!.Shape.ToArray() : [0], x, resultTypes: single ? null : types);
        node.Source = op;
        if (types.Length == 0 || HasEffects(op))
        {
            _effects.Add(node);
        }
        return single ? [node] : Enumerable.Range(0, types.Length).Select(i => builder.GetResult(node, i)).ToArray();
    }

    // A region that uses constants from outside gets copies of its own, so that the operation stands alone.
    private static Operation WithConstantsInside(Operation op, List<Value> captured, Dictionary<Value, HloNode> map)
    {
        var inside = new Dictionary<Value, Value>(ReferenceEqualityComparer.Instance);
        var constants = new List<Operation>();
        foreach (Value value in captured)
        {
            HloNode node = map[value];
            if (node.Op != HloOp.Constant)
            {
                throw new CpuUnsupportedException($"a {op.Name} whose region uses values from outside");
            }
            // A pair of equal numbers.
            ReadOnlyMemory<byte> data = IsComplex(value) && node.Constant!.IsSplat ? (byte[])[.. node.Constant.Data.Span, .. node.Constant.Data.Span] : node.Constant!.Data;
            var constant = new Operation("stablehlo.constant", [], [value.Type], new AttributeMap { { "value", new DenseElementsAttr((TensorType)value.Type, data, node.Constant.IsSplat) } });
            constants.Add(constant);
            inside[value] = constant.Results[0];
        }
        Operation copy = op.Clone(inside);
        Block entry = copy.Regions[0].Entry;
        if (copy.Regions.Length > 1)
        {
            throw new CpuUnsupportedException($"a {op.Name} whose regions use values from outside");
        }
        entry.Replace([.. constants, .. entry.Operations]);
        return copy;
    }

    private static bool HasEffects(Operation op) =>
        op.Name.Short is "infeed" or "outfeed" or "send" or "recv" || (op.Name.Short == "custom_call" && op.Attributes.Get<BoolAttr>("has_side_effect") is { Value: true });

    private static IrType[] ResultTypes(Operation op) => [.. op.Results.ToArray().Select(r => Held(r.Type))];

    private HloNode[]? ImportStableHlo(Operation op, HloNode[] x, Dictionary<Value, HloNode> map) => IsComplex(op) ? Complex(op, x, map) : Plain(op, x, map);

    private HloNode[]? Plain(Operation op, HloNode[] x, Dictionary<Value, HloNode> map)
    {
        var type = op.Results.Length > 0 ? op.Results[0].Type as TensorType : null;
        long[] dims = type?.Shape.ToArray() ?? [];
        ElementKind kind = type?.Kind ?? ElementKind.I1;
        string name = op.Name.Short;
        if (s_unary.TryGetValue(name, out HloOp unary))
        {
            return IsComputable(kind) && IsComputable(x[0].Kind) ? [builder.Unary(unary, x[0])]
                : MiniFloat.Is(kind) ? [To(builder.Unary(unary, Widened(x[0])), kind)] : null;
        }
        if (s_binary.TryGetValue(name, out HloOp binary))
        {
            return IsComputable(kind) ? [builder.Binary(binary, x[0], x[1])]
                : MiniFloat.Is(kind) ? [To(builder.Binary(binary, Widened(x[0]), Widened(x[1])), kind)] : null;
        }
        switch (name)
        {
            case "constant":
                return [Constant(op, kind, dims)];
            case "rng_bit_generator":
                return RandomBits(op, x[0]);
            case "iota":
                return IsComputable(kind) ? [builder.Iota(kind, dims, Integer(op, "iota_dimension"))]
                    : MiniFloat.Is(kind) ? [To(builder.Iota(ElementKind.I32, dims, Integer(op, "iota_dimension")), kind)] : null;
            case "convert":
                return kind == x[0].Kind ? [x[0]] : IsHeld(kind) && IsHeld(x[0].Kind) ? [builder.Unary(HloOp.Convert, x[0], kind)] : null;
            case "bitcast_convert":
                return BitcastConvert(x[0], kind, dims);
            case "reduce_precision":
                return MiniFloat.Is(kind) ? [ReducedMiniature(x[0], (int)Integer(op, "exponent_bits"), (int)Integer(op, "mantissa_bits"))]
                    : kind == ElementKind.F32 && (Integer(op, "exponent_bits"), Integer(op, "mantissa_bits")) is (8, 7)
                    ? [builder.Unary(HloOp.Convert, builder.Unary(HloOp.Convert, x[0], ElementKind.BF16), kind)]
                    : [builder.Unary(HloOp.ReducePrecision, x[0], kind, [Integer(op, "exponent_bits"), Integer(op, "mantissa_bits")])];
            case "compare":
                return IsHeld(x[0].Kind)
                    ? [builder.Compare(new HloCompare(Enum(op, "comparison_direction"), op.Attributes.Contains("compare_type") && Enum(op, "compare_type") == "TOTALORDER"), Widened(x[0]), Widened(x[1]))]
                    : null;
            case "real":
                return [x[0]];
            case "imag":
                return [builder.Splat(kind, dims, 0)];
            case "is_finite":
                return IsHeld(x[0].Kind) ? [builder.Unary(HloOp.IsFinite, Widened(x[0]), ElementKind.I1)] : null;
            case "select":
                return [builder.Select(x[0], x[1], x[2])];
            case "clamp":
                return IsHeld(kind) ? [To(builder.Clamp(Widened(x[0]), Widened(x[1]), Widened(x[2])), kind)] : null;
            case "broadcast_in_dim":
                return [builder.Broadcast(x[0], dims, Longs(op, "broadcast_dimensions"))];
            case "broadcast":
                {
                    int added = Longs(op, "broadcast_sizes").Length;
                    return [builder.Broadcast(x[0], dims, Enumerable.Range(added, x[0].Dims.Length).Select(i => (long)i).ToArray())];
                }
            case "reshape":
                return [builder.Reshape(x[0], dims)];
            case "transpose":
                return [builder.Transpose(x[0], Longs(op, "permutation"))];
            case "slice":
                return [builder.Slice(x[0], Longs(op, "start_indices"), Longs(op, "limit_indices"), Longs(op, "strides"))];
            case "reverse":
                return [builder.Reverse(x[0], Longs(op, "dimensions"))];
            case "pad":
                return x[0].Count == 0 ? [builder.Broadcast(x[1], dims, [])] : [builder.Pad(x[0], x[1], Longs(op, "edge_padding_low"), Longs(op, "edge_padding_high"), Longs(op, "interior_padding"))];
            case "concatenate":
                {
                    HloNode[] parts = [.. x.Where(p => p.Count > 0)];
                    return parts.Length switch { 0 => [builder.Constant(kind, dims, default, false)], 1 => [parts[0]], _ => [builder.Concatenate(parts, Integer(op, "dimension"))] };
                }
            case "reduce":
                return x[0].Count == 0 ? [.. x[(x.Length / 2)..].Select(initial => builder.Broadcast(initial, dims, []))]
                    : x.Length == 2 && (IsComputable(kind) || IsMiniature(kind)) && Monoid(op.Regions[0]) is { } m
                        ? [To(builder.Reduce(Widened(x[0]), Widened(x[1]), Longs(op, "dimensions"), m), kind)] : ReduceByBody(op, x, map);
            case "reduce_window":
                return ReduceWindow(op, x, map);
            case "select_and_scatter":
                return SelectAndScatter(op, x, map);
            case "sort":
                return Sort(op, x, map);
            case "dot" or "dot_general" or "convolution" when x[0].Count == 0 || x[1].Count == 0:
                return [builder.Constant(kind, dims, new byte[kind.StorageBytes()], true)];
            case "dot_general":
                {
                    var d = op.Attributes.Get<DotDimensionNumbersAttr>("dot_dimension_numbers")!;
                    return Dot(x[0], x[1], new HloDot(d.LhsBatchingDimensions, d.RhsBatchingDimensions, d.LhsContractingDimensions, d.RhsContractingDimensions), kind) is { } dot ? [dot] : null;
                }
            case "dot":
                return Dot(x[0], x[1], new HloDot([], [], [x[0].Dims.Length - 1], [0]), kind) is { } plain ? [plain] : null;
            case "partition_id" or "replica_id" when Devices is not null:
                return [Number(name == "partition_id" ? Devices.Partition : Devices.Replica)];
            case "dynamic_slice":
                return [PerDevice(x, dims) ?? builder.Node(HloOp.DynamicSlice, kind, dims, x)];
            case "dynamic_update_slice":
                return x[1].Count == 0 ? [x[0]] : [builder.Node(HloOp.DynamicUpdateSlice, kind, dims, x)];
            case "gather":
                return [builder.Node(HloOp.Gather, kind, dims, x, Longs(op, "slice_sizes"), op.Attributes["dimension_numbers"])];
            case "scatter":
                return x[^1].Count == 0 ? x[..op.Results.Length] : Scatter(op, x) ?? ScatterWithBody(op, x, map);
            case "map":
                return Lift(op.Regions[0].Entry, x, dims, map);
            case "convolution":
                return Convolution(op, x[0], x[1], kind, dims) is { } convolution ? [convolution] : null;
            case "while":
                return While(op, x, map);
            case "if" or "case":
                return Case(op, x, map);
            case "optimization_barrier":
                {
                    IrType[] types = ResultTypes(op);
                    HloNode barrier = builder.Node(HloOp.Barrier, ElementKind.I1, [0], x, resultTypes: types);
                    return Enumerable.Range(0, types.Length).Select(i => builder.GetResult(barrier, i)).ToArray();
                }
            case "composite":
                return Call(op.Attributes.Get<SymbolRefAttr>("decomposition")!.Root, x);
            case "all_reduce" or "all_gather" or "reduce_scatter" or "all_to_all" or "collective_permute" or "collective_broadcast":
                return Collective(op, x);
            case "custom_call":
                return op.Attributes.Get<StringAttr>("call_target_name")?.Value switch
                {
                    "Sharding" or "annotate_device_placement" or "MoveToDevice" or "MoveToHost" or "LayoutConstraint" or "xla.sdy.FuncResultSharding" or "xla.sdy.PropagationBarrier" when x.Length == 1 => [x[0]],
                    "SPMDFullToShardShape" or "SPMDShardToFullShape" when Devices is not null && !SameTypes(op) => throw new CpuUnsupportedException("whole arrays in the program of one device"),
                    "SPMDFullToShardShape" or "SPMDShardToFullShape" or "xla.sdy.GlobalToLocalShape" or "xla.sdy.LocalToGlobalShape" when SameTypes(op) => x,
                    "dce_sink" or "xla.sdy.ShardingGroup" when op.Results.Length == 0 => [],
                    ErfTarget => [builder.Unary(HloOp.Erf, x[0])],
                    "ApproxTopK" => ApproxTopK(op, map),
                    string target when !Interpreter.KnowsCustomCall(target) && !CustomCalls.KnownCalls.Answers(target) && !Ffi.ForeignCallStep.IsForeign(op) =>
                        throw new NotSupportedException($"custom call @{target} at {SourcePlace.Of(op.Location)}: the CPU plugin has no code for it; the caller can register a handler through the plugin's FFI extension before compiling"),
                    _ => null,
                };
            default:
                return null;
        }
    }

    private HloNode Constant(Operation op, ElementKind kind, long[] dims)
    {
        switch (op.Attributes["value"])
        {
            case DenseElementsAttr dense:
                return builder.Constant(kind, dims, dense.Data, dense.IsSplat);
            case DenseResourceAttr { Data: { } data }:
                return builder.Constant(kind, dims, data, false);
            case var other:
                throw new CpuUnsupportedException($"a constant given as {other}");
        }
    }

    private static HloOp? Monoid(Region region)
    {
        Block block = region.Entry;
        if (block.Arguments.Count != 2 || block.Operations.Count != 2 || !s_binary.TryGetValue(block.Operations[0].Name.Short, out HloOp op)
            || op is not (HloOp.Add or HloOp.Multiply or HloOp.Maximum or HloOp.Minimum or HloOp.And or HloOp.Or or HloOp.Xor))
        {
            return null;
        }
        Operation first = block.Operations[0];
        bool straight = ReferenceEquals(first.Operands[0], block.Arguments[0]) && ReferenceEquals(first.Operands[1], block.Arguments[1]);
        bool swapped = ReferenceEquals(first.Operands[0], block.Arguments[1]) && ReferenceEquals(first.Operands[1], block.Arguments[0]);
        return (straight || swapped) && ReferenceEquals(block.Operations[1].Operands[0], first.Results[0]) ? op : null;
    }

    /// <summary>Kinds with code of their own; the others run in the interpreter.</summary>
    private static bool IsComputable(ElementKind kind) => kind is
        ElementKind.I2 or ElementKind.I4 or ElementKind.UI2 or ElementKind.UI4 or ElementKind.I1 or ElementKind.I8 or ElementKind.I16 or ElementKind.I32 or ElementKind.I64 or
        ElementKind.UI8 or ElementKind.UI16 or ElementKind.UI32 or ElementKind.UI64 or
        ElementKind.BF16 or ElementKind.F16 or ElementKind.F32 or ElementKind.F64;

    /// <summary>Kinds that loops convert, also those they do not compute with.</summary>
    private static bool IsHeld(ElementKind kind) => IsComputable(kind) || MiniFloat.Is(kind);

    /// <summary>Floats of at most 8 bits whose sums are kept in f32 to the end.</summary>
    private static bool IsMiniature(ElementKind kind) => MiniFloat.Is(kind) && kind != ElementKind.F8E8M0FNU;

    // Floats of at most 8 bits: sums, products, quotients and roots are rounded once though f32 comes between (it has more than twice their bits, and range to spare); powers of two
    // have the range of f32, so that f64 comes between.
    private HloNode Widened(HloNode x) => MiniFloat.Is(x.Kind) ? To(x, x.Kind == ElementKind.F8E8M0FNU ? ElementKind.F64 : ElementKind.F32) : x;

    private static bool IsDotKind(ElementKind a, ElementKind b, ElementKind c) =>
        a == b && a is ElementKind.F32 or ElementKind.BF16 or ElementKind.F16 or ElementKind.F64 && (c == a || c == ElementKind.F32);

    internal static long[] Longs(Operation op, string name)
    {
        switch (op.Attributes[name])
        {
            case DenseArrayAttr array:
                return array.Values.ToArray();
            case DenseElementsAttr dense:
                {
                    Literal literal = Literal.FromDense(dense);
                    int size = dense.Type.Kind.StorageBytes();
                    long[] values = new long[literal.Shape.ElementCount];
                    for (int i = 0; i < values.Length; i++)
                    {
                        values[i] = ScalarFolding.ToLong(dense.Type.Kind, literal.Data.Span[(i * size)..]) ?? 0;
                    }
                    return values;
                }
            case ArrayAttr list:
                return list.Items.Select(i => ((IntegerAttr)i).Value).ToArray();
            default:
                return [];
        }
    }

    private static long Integer(Operation op, string name) => op.Attributes.Get<IntegerAttr>(name)?.Value ?? 0;

    private static string Enum(Operation op, string name) => op.Attributes[name] switch
    {
        EnumAttr e => e.Value,
        StringAttr s => s.Value,
        _ => "",
    };

    private static readonly Dictionary<string, HloOp> s_unary = new()
    {
        ["abs"] = HloOp.Abs,
        ["negate"] = HloOp.Negate,
        ["sign"] = HloOp.Sign,
        ["exponential"] = HloOp.Exp,
        ["exponential_minus_one"] = HloOp.Expm1,
        ["log"] = HloOp.Log,
        ["log_plus_one"] = HloOp.Log1p,
        ["logistic"] = HloOp.Logistic,
        ["tanh"] = HloOp.Tanh,
        ["sine"] = HloOp.Sine,
        ["cosine"] = HloOp.Cosine,
        ["tan"] = HloOp.Tan,
        ["sqrt"] = HloOp.Sqrt,
        ["rsqrt"] = HloOp.Rsqrt,
        ["cbrt"] = HloOp.Cbrt,
        ["floor"] = HloOp.Floor,
        ["ceil"] = HloOp.Ceil,
        ["round_nearest_afz"] = HloOp.RoundAfz,
        ["round_nearest_even"] = HloOp.RoundEven,
        ["not"] = HloOp.Not,
        ["popcnt"] = HloOp.Popcnt,
        ["count_leading_zeros"] = HloOp.Clz,
    };

    private static readonly Dictionary<string, HloOp> s_binary = new()
    {
        ["add"] = HloOp.Add,
        ["subtract"] = HloOp.Subtract,
        ["multiply"] = HloOp.Multiply,
        ["divide"] = HloOp.Divide,
        ["remainder"] = HloOp.Remainder,
        ["maximum"] = HloOp.Maximum,
        ["minimum"] = HloOp.Minimum,
        ["power"] = HloOp.Power,
        ["atan2"] = HloOp.Atan2,
        ["and"] = HloOp.And,
        ["or"] = HloOp.Or,
        ["xor"] = HloOp.Xor,
        ["shift_left"] = HloOp.ShiftLeft,
        ["shift_right_arithmetic"] = HloOp.ShiftRightArithmetic,
        ["shift_right_logical"] = HloOp.ShiftRightLogical,
    };
}
