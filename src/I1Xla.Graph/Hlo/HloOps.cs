using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>The names of the operations this project emits, and its own marker operations, which no finished module holds.</summary>
internal static class HloOps
{
    public static readonly OpName
        Abs = "stablehlo.abs", Add = "stablehlo.add", AllGather = "stablehlo.all_gather", AllReduce = "stablehlo.all_reduce",
        AllToAll = "stablehlo.all_to_all", And = "stablehlo.and", Atan2 = "stablehlo.atan2", BitcastConvert = "stablehlo.bitcast_convert",
        BroadcastInDim = "stablehlo.broadcast_in_dim", Case = "stablehlo.case", Cbrt = "stablehlo.cbrt", Ceil = "stablehlo.ceil",
        Clamp = "stablehlo.clamp", CollectivePermute = "stablehlo.collective_permute", Compare = "stablehlo.compare",
        Complex = "stablehlo.complex", Concatenate = "stablehlo.concatenate", Constant = "stablehlo.constant", Convert = "stablehlo.convert",
        Convolution = "stablehlo.convolution", Cosine = "stablehlo.cosine", CountLeadingZeros = "stablehlo.count_leading_zeros",
        CustomCall = "stablehlo.custom_call", Divide = "stablehlo.divide", DotGeneral = "stablehlo.dot_general",
        DynamicSlice = "stablehlo.dynamic_slice", DynamicUpdateSlice = "stablehlo.dynamic_update_slice",
        Exponential = "stablehlo.exponential", ExponentialMinusOne = "stablehlo.exponential_minus_one", Fft = "stablehlo.fft",
        Floor = "stablehlo.floor", Gather = "stablehlo.gather", Imag = "stablehlo.imag", Iota = "stablehlo.iota",
        IsFinite = "stablehlo.is_finite", Log = "stablehlo.log", LogPlusOne = "stablehlo.log_plus_one", Logistic = "stablehlo.logistic",
        Maximum = "stablehlo.maximum", Minimum = "stablehlo.minimum", Multiply = "stablehlo.multiply", Negate = "stablehlo.negate",
        Not = "stablehlo.not", OptimizationBarrier = "stablehlo.optimization_barrier", Or = "stablehlo.or", Pad = "stablehlo.pad",
        PartitionId = "stablehlo.partition_id", PopulationCount = "stablehlo.popcnt", Power = "stablehlo.power", Real = "stablehlo.real",
        Reduce = "stablehlo.reduce", ReducePrecision = "stablehlo.reduce_precision", ReduceScatter = "stablehlo.reduce_scatter",
        ReduceWindow = "stablehlo.reduce_window", Remainder = "stablehlo.remainder", Reshape = "stablehlo.reshape", Return = "stablehlo.return",
        Reverse = "stablehlo.reverse", RoundNearestAfz = "stablehlo.round_nearest_afz", RoundNearestEven = "stablehlo.round_nearest_even",
        Rsqrt = "stablehlo.rsqrt", Scatter = "stablehlo.scatter", Select = "stablehlo.select", SelectAndScatter = "stablehlo.select_and_scatter",
        ShiftLeft = "stablehlo.shift_left", ShiftRightArithmetic = "stablehlo.shift_right_arithmetic",
        ShiftRightLogical = "stablehlo.shift_right_logical", Sign = "stablehlo.sign", Sine = "stablehlo.sine", Slice = "stablehlo.slice",
        Sort = "stablehlo.sort", Sqrt = "stablehlo.sqrt", Subtract = "stablehlo.subtract", Tan = "stablehlo.tan", Tanh = "stablehlo.tanh",
        Transpose = "stablehlo.transpose", While = "stablehlo.while", Xor = "stablehlo.xor",
        Erf = "chlo.erf", Erfc = "chlo.erfc", ErfInv = "chlo.erf_inv", LogGamma = "chlo.lgamma", Digamma = "chlo.digamma", Polygamma = "chlo.polygamma",
        Zeta = "chlo.zeta", BesselI1e = "chlo.bessel_i1e", Sinh = "chlo.sinh", Cosh = "chlo.cosh", Asin = "chlo.asin", Acos = "chlo.acos", Atan = "chlo.atan",
        Asinh = "chlo.asinh", Acosh = "chlo.acosh", Atanh = "chlo.atanh", NextAfter = "chlo.next_after", TopK = "chlo.top_k",
        Call = "func.call", FuncReturn = "func.return",
        ShardingConstraint = "sdy.sharding_constraint", ManualComputation = "sdy.manual_computation", SdyReturn = "sdy.return", SdyMesh = "sdy.mesh";

    /// <summary>Marker: the operand under another name, so that a derivative with respect to it counts these uses only.</summary>
    public static readonly OpName Alias = "graph.alias";

    /// <summary>Marker: the operand, with no derivative.</summary>
    public static readonly OpName StopGradient = "graph.stop_gradient";

    /// <summary>Marker: the operand, with respect to which a derivative is an error.</summary>
    public static readonly OpName NoDerivative = "graph.no_derivative";

    /// <summary>Marker: the operand, named for checkpoint policies.</summary>
    public static readonly OpName CheckpointName = "graph.checkpoint_name";

    /// <summary>Marker: a value computed again (first operand) that was saved (second operand): the saved one, with the other's derivative.</summary>
    public static readonly OpName Saved = "graph.saved";

    /// <summary>A scan, before it becomes a <c>stablehlo.while</c>.</summary>
    public static readonly OpName Scan = "graph.scan";

    /// <summary>A computation over the shards of each device, before it becomes Shardy's or GSPMD's form.</summary>
    public static readonly OpName ShardMap = "graph.shard_map";

    /// <summary>Whether an operation must stay even when nothing uses its results.</summary>
    public static bool HasSideEffect(Operation op) =>
        op.Name == CustomCall && op.Attributes.Get<BoolAttr>("has_side_effect") is { Value: true };
}
