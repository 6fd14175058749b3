using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>What a node of the compiler's graph computes. Names and meanings are StableHLO's unless said otherwise.</summary>
public enum HloOp
{
    /// <summary>An argument of the computation.</summary>
    Parameter,
    /// <summary>A constant; <see cref="HloNode.Payload"/> is a <see cref="HloConstant"/>.</summary>
    Constant,
    /// <summary>Counts along dimension <c>A[0]</c>.</summary>
    Iota,

    Abs, Negate, Sign, Exp, Expm1, Log, Log1p, Logistic, Tanh, Erf, Sine, Cosine, Tan, Sqrt, Rsqrt, Cbrt,
    Floor, Ceil, RoundAfz, RoundEven, Not, Popcnt, Clz, IsFinite, Convert,
    /// <summary><c>bitcast_convert</c> between kinds of one width.</summary>
    Bitcast,
    /// <summary><c>reduce_precision</c> to <c>A[0]</c> exponent and <c>A[1]</c> mantissa bits.</summary>
    ReducePrecision,

    Add, Subtract, Multiply, Divide, Remainder, Maximum, Minimum, Power, Atan2,
    And, Or, Xor, ShiftLeft, ShiftRightArithmetic, ShiftRightLogical,
    /// <summary>Comparison; <see cref="HloNode.Payload"/> is a <see cref="HloCompare"/>.</summary>
    Compare,
    Select,
    /// <summary>The first times the second plus the third, rounded once; of f32 and f64, made by the importer alone.</summary>
    Fma,
    Clamp,

    /// <summary>Operand dimension i becomes result dimension <c>A[i]</c>; the builder has already dropped size-1 operand dimensions that grow.</summary>
    Broadcast,
    Reshape,
    /// <summary>Result dimension i is operand dimension <c>A[i]</c>.</summary>
    Transpose,
    /// <summary>Start <c>A</c>, limit <c>B</c>, stride <c>C</c>.</summary>
    Slice,
    /// <summary>Dimensions <c>A</c> run backwards.</summary>
    Reverse,
    /// <summary>Low <c>A</c>, high <c>B</c>, interior <c>C</c>; inputs operand, value.</summary>
    Pad,
    /// <summary>Along dimension <c>A[0]</c>.</summary>
    Concatenate,

    /// <summary>Over dimensions <c>A</c> with the monoid in <see cref="HloNode.Payload"/> (an <see cref="HloOp"/>: Add, Multiply, Maximum, Minimum, And, Or, Xor); inputs operand, initial value.</summary>
    Reduce,
    /// <summary>Result <c>A[1]</c> of folding all inputs along dimension <c>A[0]</c>, from the first elements on, with an <see cref="HloFold"/>.</summary>
    Fold,
    /// <summary>Dimension numbers in <see cref="HloNode.Payload"/>.</summary>
    Dot,
    /// <summary>Inputs operand, starts…; sizes are the result's.</summary>
    DynamicSlice,
    /// <summary>Inputs operand, update, starts….</summary>
    DynamicUpdateSlice,
    /// <summary>Payload is the source operation's dimension numbers; <c>A</c> the slice sizes; <c>B</c>, if any, what is added to negative indices.</summary>
    Gather,
    /// <summary>One operand with a monoid or replacing body: <see cref="HloNode.Payload"/> is an <see cref="HloScatter"/>; inputs operand, indices, updates; <c>A</c> is not empty where indices outside are meant to be so; <c>B</c>, if any, what is added to negative indices.</summary>
    Scatter,
    /// <summary>A scatter with a body of its own: <see cref="HloNode.Payload"/> is an <see cref="HloScatterBody"/>; inputs operands…, indices, updates…, then what the body captures; <c>A</c> as there. As many results as operands.</summary>
    ScatterWithBody,
    /// <summary>Convolution with an <see cref="HloConvolution"/>.</summary>
    Convolution,
    /// <summary>A Fourier transform along one dimension, with an <see cref="HloFourier"/>; complex elements are a last dimension of two.</summary>
    Fourier,
    /// <summary>The extreme of elements along a dimension and its place in i32, with an <see cref="HloArgReduce"/>; two results.</summary>
    ArgReduce,
    /// <summary>Stable sort with an <see cref="HloSort"/>; inputs the key, then what is put in its order.</summary>
    Sort,
    /// <summary>Stable sort with an <see cref="HloComparator"/>; inputs the operands, then what the comparator captures.</summary>
    ComparatorSort,

    /// <summary>Computations condition, body; the inputs are the carried values, then what the regions capture.</summary>
    While,
    /// <summary><c>case</c> and <c>if</c>: input 0 is the branch index (i32; <c>if</c> has i1 with branch 0 for true), then what the branches capture.</summary>
    Case,
    /// <summary><c>optimization_barrier</c>: the results are the operands, none before all; keeps rematerialised work apart from the first copy.</summary>
    Barrier,
    /// <summary>Result <c>A[0]</c> of a node with several.</summary>
    GetResult,
    /// <summary>Attention without its scores in memory; <see cref="HloNode.Payload"/> is a <c>Rewrites.HloAttention</c>. Two results.</summary>
    Attention,
    /// <summary>The gradient of attention without its scores in memory; the same payload. As many results as gradients are wanted.</summary>
    AttentionGradient,
    /// <summary>What speaks between devices, in the program of one of many; <see cref="HloNode.Payload"/> is an <see cref="HloCollective"/>.</summary>
    Collective,
    /// <summary>Any other operation, run by the reference interpreter; <see cref="HloNode.Source"/> is the operation.</summary>
    Generic,
}

/// <summary>How two values are compared.</summary>
/// <param name="Direction">EQ, NE, LT, LE, GT or GE.</param>
/// <param name="TotalOrder">IEEE total order instead of the usual one.</param>
public sealed record HloCompare(string Direction, bool TotalOrder);

/// <summary>The body of a fold; all results of one share it.</summary>
/// <param name="Parameters">What it takes: what was folded so far of each operand, then an element of each; scalar nodes.</param>
/// <param name="Results">What it gives for each operand, of these alone; scalar nodes.</param>
internal sealed record HloFold(HloNode[] Parameters, HloNode[] Results);

/// <summary>Which extreme is looked for: the first of equals; NaN before all.</summary>
/// <param name="Dimension">The dimension that is reduced.</param>
/// <param name="Largest">The largest element, not the smallest.</param>
public sealed record HloArgReduce(long Dimension, bool Largest)
{
    /// <summary>Whether elements of a kind are compared: f32 holds all of them.</summary>
    public static bool Handles(ElementKind kind) => kind is ElementKind.F32 or ElementKind.BF16 or ElementKind.F16 or ElementKind.I8 or ElementKind.UI8 or ElementKind.I16 or ElementKind.UI16;
}

/// <summary>In which order a sort puts its key.</summary>
/// <param name="Dimension">The dimension to sort along.</param>
/// <param name="Descending">Whether the largest comes first.</param>
/// <param name="TotalOrder">Whether -0 comes before +0; otherwise they are equal.</param>
/// <param name="Limit">How many of each line are wanted; 0 for all.</param>
public sealed record HloSort(long Dimension, bool Descending, bool TotalOrder, long Limit = 0);

/// <summary>A sort by a comparator that is no order of keys.</summary>
/// <param name="Dimension">The dimension to sort along.</param>
/// <param name="Parameters">What the comparator takes: both elements of each operand; scalar nodes.</param>
/// <param name="ComesBefore">What it gives, of these and of what is captured; a scalar node.</param>
/// <param name="Captured">Scalar values from outside.</param>
internal sealed record HloComparator(long Dimension, HloNode[] Parameters, HloNode ComesBefore, HloNode[] Captured);

/// <summary>A Fourier transform of lines.</summary>
/// <param name="Kind">What it takes and gives.</param>
/// <param name="Dimension">The dimension that lines run along.</param>
/// <param name="Length">Elements of a line; of the real one, where one side is.</param>
internal sealed record HloFourier(Kernels.Fourier.FourierKind Kind, int Dimension, int Length);

/// <summary>What a scatter does with an update.</summary>
/// <param name="Combine">The monoid, or <see cref="HloOp.Parameter"/> when the update replaces.</param>
/// <param name="Numbers">Dimension numbers.</param>
public sealed record HloScatter(HloOp Combine, ScatterDimensionNumbersAttr Numbers);

/// <summary>A scatter with a body of its own.</summary>
/// <param name="Operands">How many operands there are.</param>
/// <param name="Numbers">Dimension numbers.</param>
/// <param name="Parameters">What the body takes: an element of each operand, then of each update; scalar nodes.</param>
/// <param name="Results">What it gives for each operand, of these and of what is captured; scalar nodes.</param>
/// <param name="Captured">Scalar values from outside.</param>
internal sealed record HloScatterBody(int Operands, ScatterDimensionNumbersAttr Numbers, HloNode[] Parameters, HloNode[] Results, HloNode[] Captured);

/// <summary>The attributes of a convolution.</summary>
/// <param name="Numbers">Dimension numbers.</param>
/// <param name="Strides">Window strides.</param>
/// <param name="PadLow">Padding before.</param>
/// <param name="PadHigh">Padding after.</param>
/// <param name="LhsDilation">Base dilation.</param>
/// <param name="RhsDilation">Window dilation.</param>
/// <param name="Reversal">Window reversal.</param>
/// <param name="FeatureGroups">Feature groups.</param>
/// <param name="BatchGroups">Batch groups.</param>
public sealed record HloConvolution(
    ConvDimensionNumbersAttr Numbers,
    ValueArray<long> Strides, ValueArray<long> PadLow, ValueArray<long> PadHigh,
    ValueArray<long> LhsDilation, ValueArray<long> RhsDilation, ValueArray<bool> Reversal,
    long FeatureGroups, long BatchGroups);

/// <summary>What a collective does.</summary>
internal enum CollectiveKind
{
    /// <summary>No communication: a number that each device has of its own, as <c>partition_id</c>.</summary>
    PerDevice,
    /// <summary><c>all_reduce</c>.</summary>
    AllReduce,
    /// <summary><c>all_gather</c>.</summary>
    AllGather,
    /// <summary><c>reduce_scatter</c>.</summary>
    ReduceScatter,
    /// <summary><c>all_to_all</c>.</summary>
    AllToAll,
    /// <summary><c>collective_permute</c> and <c>collective_broadcast</c>.</summary>
    Permute,
}

/// <summary>A collective between logical devices (replica · partitions + partition).</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Groups">Devices that speak with each other, in their order.</param>
/// <param name="Dimension">The dimension that is gathered, scattered or put together.</param>
/// <param name="Split">The dimension that <c>all_to_all</c> splits.</param>
/// <param name="Combine">The monoid of a reduction.</param>
internal sealed record HloCollective(CollectiveKind Kind, int[][] Groups, long Dimension = 0, long Split = 0, HloOp Combine = HloOp.Add)
{
    /// <summary>For <see cref="CollectiveKind.Permute"/> the device that each device's value comes from, or -1: then it is zero.</summary>
    public int[] Sources { get; init; } = [];

    /// <summary>For <see cref="CollectiveKind.PerDevice"/> the number of each device.</summary>
    public ValueArray<uint> Numbers { get; init; } = [];
}

/// <summary>Groups of <see cref="HloOp"/>.</summary>
public static class HloOps
{
    /// <summary>One result element from the operands' elements at the same index.</summary>
    public static bool IsElementwise(this HloOp op) => op is >= HloOp.Abs and <= HloOp.Clamp;

    /// <summary>A rearrangement of the operand's elements that an index map can describe.</summary>
    public static bool IsView(this HloOp op) => op is >= HloOp.Broadcast and <= HloOp.Reverse;

    /// <summary>Fewer elements than the operand's, each from many of them.</summary>
    public static bool IsReduction(this HloOp op) => op is HloOp.Reduce or HloOp.Fold;

    /// <summary>Whether computing an element takes a polynomial or a division, not one cheap instruction.</summary>
    public static bool IsExpensive(this HloOp op) => op is
        HloOp.Exp or HloOp.Expm1 or HloOp.Log or HloOp.Log1p or HloOp.Logistic or HloOp.Tanh or HloOp.Erf or HloOp.Sine or HloOp.Cosine or HloOp.Tan or
        HloOp.Cbrt or HloOp.Power or HloOp.Atan2 or HloOp.Remainder or HloOp.Rsqrt or HloOp.Sqrt or HloOp.Divide;
}
