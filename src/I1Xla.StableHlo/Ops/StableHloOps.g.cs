// Generated from ops.table by tools/I1Xla.Generate (dotnet run --project tools/I1Xla.Generate -- ops). Do not edit.
#nullable enable
using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Ops;

/// <summary>A view of a <c>stablehlo.abs</c>.</summary>
public readonly record struct AbsOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.abs";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AbsOp? From(Operation? op) => op is not null && op.Name == OpName ? new AbsOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.add</c>.</summary>
public readonly record struct AddOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.add";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AddOp? From(Operation? op) => op is not null && op.Name == OpName ? new AddOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.after_all</c>.</summary>
public readonly record struct AfterAllOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.after_all";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AfterAllOp? From(Operation? op) => op is not null && op.Name == OpName ? new AfterAllOp(op) : null;

    /// <summary>Operands inputs.</summary>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.all_gather</c>.</summary>
public readonly record struct AllGatherOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.all_gather";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AllGatherOp? From(Operation? op) => op is not null && op.Name == OpName ? new AllGatherOp(op) : null;

    /// <summary>Operands operands.</summary>
    public ReadOnlySpan<Value> Operands => Def.OperandsOf(Op, 0);

    /// <summary>Attribute all_gather_dim.</summary>
    public long AllGatherDim => AttributeAccess.Required<IntegerAttr>(Op, "all_gather_dim").Value;

    /// <summary>Attribute replica_groups.</summary>
    public Attribute ReplicaGroups => AttributeAccess.Required<Attribute>(Op, "replica_groups");

    /// <summary>Attribute channel_handle; null when absent.</summary>
    public ChannelHandleAttr? ChannelHandle => AttributeAccess.Optional<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Attribute use_global_device_ids; null when absent.</summary>
    public bool UseGlobalDeviceIds => Op.Attributes.Contains("use_global_device_ids");

    /// <summary>Results results.</summary>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.all_reduce</c>.</summary>
public readonly record struct AllReduceOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.all_reduce";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AllReduceOp? From(Operation? op) => op is not null && op.Name == OpName ? new AllReduceOp(op) : null;

    /// <summary>Operands operands.</summary>
    public ReadOnlySpan<Value> Operands => Def.OperandsOf(Op, 0);

    /// <summary>Attribute replica_groups.</summary>
    public Attribute ReplicaGroups => AttributeAccess.Required<Attribute>(Op, "replica_groups");

    /// <summary>Attribute channel_handle; null when absent.</summary>
    public ChannelHandleAttr? ChannelHandle => AttributeAccess.Optional<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Attribute use_global_device_ids; null when absent.</summary>
    public bool UseGlobalDeviceIds => Op.Attributes.Contains("use_global_device_ids");

    /// <summary>Region computation.</summary>
    public Region Computation => Op.Regions[0];

    /// <summary>Results results.</summary>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.all_to_all</c>.</summary>
public readonly record struct AllToAllOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.all_to_all";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AllToAllOp? From(Operation? op) => op is not null && op.Name == OpName ? new AllToAllOp(op) : null;

    /// <summary>Operands operands.</summary>
    public ReadOnlySpan<Value> Operands => Def.OperandsOf(Op, 0);

    /// <summary>Attribute split_dimension.</summary>
    public long SplitDimension => AttributeAccess.Required<IntegerAttr>(Op, "split_dimension").Value;

    /// <summary>Attribute concat_dimension.</summary>
    public long ConcatDimension => AttributeAccess.Required<IntegerAttr>(Op, "concat_dimension").Value;

    /// <summary>Attribute split_count.</summary>
    public long SplitCount => AttributeAccess.Required<IntegerAttr>(Op, "split_count").Value;

    /// <summary>Attribute replica_groups.</summary>
    public Attribute ReplicaGroups => AttributeAccess.Required<Attribute>(Op, "replica_groups");

    /// <summary>Attribute channel_handle; null when absent.</summary>
    public ChannelHandleAttr? ChannelHandle => AttributeAccess.Optional<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Results results.</summary>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.and</c>.</summary>
public readonly record struct AndOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.and";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AndOp? From(Operation? op) => op is not null && op.Name == OpName ? new AndOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.async_done</c>.</summary>
public readonly record struct AsyncDoneOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.async_done";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AsyncDoneOp? From(Operation? op) => op is not null && op.Name == OpName ? new AsyncDoneOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.async_start</c>.</summary>
public readonly record struct AsyncStartOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.async_start";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AsyncStartOp? From(Operation? op) => op is not null && op.Name == OpName ? new AsyncStartOp(op) : null;

    /// <summary>Operands operands.</summary>
    public ReadOnlySpan<Value> Operands => Def.OperandsOf(Op, 0);

    /// <summary>Region body.</summary>
    public Region Body => Op.Regions[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.atan2</c>.</summary>
public readonly record struct Atan2Op(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.atan2";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static Atan2Op? From(Operation? op) => op is not null && op.Name == OpName ? new Atan2Op(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.batch_norm_grad</c>.</summary>
public readonly record struct BatchNormGradOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.batch_norm_grad";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static BatchNormGradOp? From(Operation? op) => op is not null && op.Name == OpName ? new BatchNormGradOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand scale.</summary>
    public Value Scale => Op.Operands[1];

    /// <summary>Operand mean.</summary>
    public Value Mean => Op.Operands[2];

    /// <summary>Operand variance.</summary>
    public Value Variance => Op.Operands[3];

    /// <summary>Operand grad_output.</summary>
    public Value GradOutput => Op.Operands[4];

    /// <summary>Attribute epsilon.</summary>
    public float Epsilon => (float)AttributeAccess.Required<FloatAttr>(Op, "epsilon").Value;

    /// <summary>Attribute feature_index.</summary>
    public long FeatureIndex => AttributeAccess.Required<IntegerAttr>(Op, "feature_index").Value;

    /// <summary>Result grad_operand.</summary>
    public OpResult GradOperand => Op.Results[0];

    /// <summary>Result grad_scale.</summary>
    public OpResult GradScale => Op.Results[1];

    /// <summary>Result grad_offset.</summary>
    public OpResult GradOffset => Op.Results[2];
}

/// <summary>A view of a <c>stablehlo.batch_norm_inference</c>.</summary>
public readonly record struct BatchNormInferenceOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.batch_norm_inference";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static BatchNormInferenceOp? From(Operation? op) => op is not null && op.Name == OpName ? new BatchNormInferenceOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand scale.</summary>
    public Value Scale => Op.Operands[1];

    /// <summary>Operand offset.</summary>
    public Value Offset => Op.Operands[2];

    /// <summary>Operand mean.</summary>
    public Value Mean => Op.Operands[3];

    /// <summary>Operand variance.</summary>
    public Value Variance => Op.Operands[4];

    /// <summary>Attribute epsilon.</summary>
    public float Epsilon => (float)AttributeAccess.Required<FloatAttr>(Op, "epsilon").Value;

    /// <summary>Attribute feature_index.</summary>
    public long FeatureIndex => AttributeAccess.Required<IntegerAttr>(Op, "feature_index").Value;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.batch_norm_training</c>.</summary>
public readonly record struct BatchNormTrainingOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.batch_norm_training";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static BatchNormTrainingOp? From(Operation? op) => op is not null && op.Name == OpName ? new BatchNormTrainingOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand scale.</summary>
    public Value Scale => Op.Operands[1];

    /// <summary>Operand offset.</summary>
    public Value Offset => Op.Operands[2];

    /// <summary>Attribute epsilon.</summary>
    public float Epsilon => (float)AttributeAccess.Required<FloatAttr>(Op, "epsilon").Value;

    /// <summary>Attribute feature_index.</summary>
    public long FeatureIndex => AttributeAccess.Required<IntegerAttr>(Op, "feature_index").Value;

    /// <summary>Result output.</summary>
    public OpResult Output => Op.Results[0];

    /// <summary>Result batch_mean.</summary>
    public OpResult BatchMean => Op.Results[1];

    /// <summary>Result batch_var.</summary>
    public OpResult BatchVar => Op.Results[2];
}

/// <summary>A view of a <c>stablehlo.bitcast_convert</c>.</summary>
public readonly record struct BitcastConvertOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.bitcast_convert";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static BitcastConvertOp? From(Operation? op) => op is not null && op.Name == OpName ? new BitcastConvertOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.broadcast</c>.</summary>
public readonly record struct BroadcastOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.broadcast";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static BroadcastOp? From(Operation? op) => op is not null && op.Name == OpName ? new BroadcastOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute broadcast_sizes.</summary>
    public ValueArray<long> BroadcastSizes => AttributeAccess.Required<DenseArrayAttr>(Op, "broadcast_sizes").Values;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.broadcast_in_dim</c>.</summary>
public readonly record struct BroadcastInDimOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.broadcast_in_dim";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static BroadcastInDimOp? From(Operation? op) => op is not null && op.Name == OpName ? new BroadcastInDimOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute broadcast_dimensions.</summary>
    public ValueArray<long> BroadcastDimensions => AttributeAccess.Required<DenseArrayAttr>(Op, "broadcast_dimensions").Values;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.case</c>.</summary>
public readonly record struct CaseOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.case";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CaseOp? From(Operation? op) => op is not null && op.Name == OpName ? new CaseOp(op) : null;

    /// <summary>Operand index.</summary>
    public Value Index => Op.Operands[0];

    /// <summary>Regions branches.</summary>
    public ReadOnlySpan<Region> Branches => Op.Regions;

    /// <summary>Results results.</summary>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.cbrt</c>.</summary>
public readonly record struct CbrtOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.cbrt";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CbrtOp? From(Operation? op) => op is not null && op.Name == OpName ? new CbrtOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy; DEFAULT when absent.</summary>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.ceil</c>.</summary>
public readonly record struct CeilOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.ceil";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CeilOp? From(Operation? op) => op is not null && op.Name == OpName ? new CeilOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.cholesky</c>.</summary>
public readonly record struct CholeskyOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.cholesky";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CholeskyOp? From(Operation? op) => op is not null && op.Name == OpName ? new CholeskyOp(op) : null;

    /// <summary>Operand a.</summary>
    public Value A => Op.Operands[0];

    /// <summary>Attribute lower; false when absent.</summary>
    public bool Lower => AttributeAccess.Optional<BoolAttr>(Op, "lower")?.Value ?? false;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.clamp</c>.</summary>
public readonly record struct ClampOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.clamp";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ClampOp? From(Operation? op) => op is not null && op.Name == OpName ? new ClampOp(op) : null;

    /// <summary>Operand min.</summary>
    public Value Min => Op.Operands[0];

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[1];

    /// <summary>Operand max.</summary>
    public Value Max => Op.Operands[2];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.collective_broadcast</c>.</summary>
public readonly record struct CollectiveBroadcastOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.collective_broadcast";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CollectiveBroadcastOp? From(Operation? op) => op is not null && op.Name == OpName ? new CollectiveBroadcastOp(op) : null;

    /// <summary>Operands operands.</summary>
    public ReadOnlySpan<Value> Operands => Def.OperandsOf(Op, 0);

    /// <summary>Attribute replica_groups.</summary>
    public Attribute ReplicaGroups => AttributeAccess.Required<Attribute>(Op, "replica_groups");

    /// <summary>Attribute channel_handle; null when absent.</summary>
    public ChannelHandleAttr? ChannelHandle => AttributeAccess.Optional<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Attribute has_dynamic_root; null when absent.</summary>
    public bool HasDynamicRoot => Op.Attributes.Contains("has_dynamic_root");

    /// <summary>Results results.</summary>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.collective_permute</c>.</summary>
public readonly record struct CollectivePermuteOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.collective_permute";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CollectivePermuteOp? From(Operation? op) => op is not null && op.Name == OpName ? new CollectivePermuteOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute source_target_pairs.</summary>
    public DenseElementsAttr SourceTargetPairs => AttributeAccess.Required<DenseElementsAttr>(Op, "source_target_pairs");

    /// <summary>Attribute channel_handle; null when absent.</summary>
    public ChannelHandleAttr? ChannelHandle => AttributeAccess.Optional<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.collective_reduce</c>.</summary>
public readonly record struct CollectiveReduceOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.collective_reduce";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CollectiveReduceOp? From(Operation? op) => op is not null && op.Name == OpName ? new CollectiveReduceOp(op) : null;

    /// <summary>Operands operands.</summary>
    public ReadOnlySpan<Value> Operands => Def.OperandsOf(Op, 0);

    /// <summary>Attribute replica_groups.</summary>
    public Attribute ReplicaGroups => AttributeAccess.Required<Attribute>(Op, "replica_groups");

    /// <summary>Attribute channel_handle; null when absent.</summary>
    public ChannelHandleAttr? ChannelHandle => AttributeAccess.Optional<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Attribute use_global_device_ids; null when absent.</summary>
    public bool UseGlobalDeviceIds => Op.Attributes.Contains("use_global_device_ids");

    /// <summary>Attribute has_dynamic_root; null when absent.</summary>
    public bool HasDynamicRoot => Op.Attributes.Contains("has_dynamic_root");

    /// <summary>Region computation.</summary>
    public Region Computation => Op.Regions[0];

    /// <summary>Results results.</summary>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.compare</c>.</summary>
public readonly record struct CompareOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.compare";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CompareOp? From(Operation? op) => op is not null && op.Name == OpName ? new CompareOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute comparison_direction.</summary>
    public ComparisonDirection ComparisonDirection => AttributeAccess.Enum<ComparisonDirection>(Op, "comparison_direction");

    /// <summary>Attribute compare_type; null when absent.</summary>
    public ComparisonType? CompareType => AttributeAccess.OptionalEnum<ComparisonType>(Op, "compare_type");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.complex</c>.</summary>
public readonly record struct ComplexOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.complex";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ComplexOp? From(Operation? op) => op is not null && op.Name == OpName ? new ComplexOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.composite</c>.</summary>
public readonly record struct CompositeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.composite";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CompositeOp? From(Operation? op) => op is not null && op.Name == OpName ? new CompositeOp(op) : null;

    /// <summary>Operands inputs.</summary>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Attribute name.</summary>
    public string Name => AttributeAccess.Required<StringAttr>(Op, "name").Value;

    /// <summary>Attribute composite_attributes; {} when absent.</summary>
    public DictionaryAttr CompositeAttributes => AttributeAccess.Optional<DictionaryAttr>(Op, "composite_attributes") ?? DictionaryAttr.Empty;

    /// <summary>Attribute decomposition.</summary>
    public SymbolRefAttr Decomposition => AttributeAccess.Required<SymbolRefAttr>(Op, "decomposition");

    /// <summary>Attribute version; 0 when absent.</summary>
    public int Version => (int?)AttributeAccess.Optional<IntegerAttr>(Op, "version")?.Value ?? 0;

    /// <summary>Regions composite_regions.</summary>
    public ReadOnlySpan<Region> CompositeRegions => Op.Regions;

    /// <summary>Results results.</summary>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.concatenate</c>.</summary>
public readonly record struct ConcatenateOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.concatenate";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ConcatenateOp? From(Operation? op) => op is not null && op.Name == OpName ? new ConcatenateOp(op) : null;

    /// <summary>Operands inputs.</summary>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Attribute dimension.</summary>
    public long Dimension => AttributeAccess.Required<IntegerAttr>(Op, "dimension").Value;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.constant</c>.</summary>
public readonly record struct ConstantOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.constant";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ConstantOp? From(Operation? op) => op is not null && op.Name == OpName ? new ConstantOp(op) : null;

    /// <summary>Attribute value.</summary>
    public Attribute Value => AttributeAccess.Required<Attribute>(Op, "value");

    /// <summary>Result output.</summary>
    public OpResult Output => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.convert</c>.</summary>
public readonly record struct ConvertOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.convert";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ConvertOp? From(Operation? op) => op is not null && op.Name == OpName ? new ConvertOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.convolution</c>.</summary>
public readonly record struct ConvolutionOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.convolution";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ConvolutionOp? From(Operation? op) => op is not null && op.Name == OpName ? new ConvolutionOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute window_strides; null when absent.</summary>
    public ValueArray<long>? WindowStrides => AttributeAccess.Optional<DenseArrayAttr>(Op, "window_strides")?.Values;

    /// <summary>Attribute padding; null when absent.</summary>
    public DenseElementsAttr? Padding => AttributeAccess.Optional<DenseElementsAttr>(Op, "padding");

    /// <summary>Attribute lhs_dilation; null when absent.</summary>
    public ValueArray<long>? LhsDilation => AttributeAccess.Optional<DenseArrayAttr>(Op, "lhs_dilation")?.Values;

    /// <summary>Attribute rhs_dilation; null when absent.</summary>
    public ValueArray<long>? RhsDilation => AttributeAccess.Optional<DenseArrayAttr>(Op, "rhs_dilation")?.Values;

    /// <summary>Attribute window_reversal; null when absent.</summary>
    public ValueArray<bool>? WindowReversal => AttributeAccess.Optional<DenseArrayAttr>(Op, "window_reversal") is { } bools ? AttributeAccess.Bools(bools) : null;

    /// <summary>Attribute dimension_numbers.</summary>
    public ConvDimensionNumbersAttr DimensionNumbers => AttributeAccess.Required<ConvDimensionNumbersAttr>(Op, "dimension_numbers");

    /// <summary>Attribute feature_group_count.</summary>
    public long FeatureGroupCount => AttributeAccess.Required<IntegerAttr>(Op, "feature_group_count").Value;

    /// <summary>Attribute batch_group_count.</summary>
    public long BatchGroupCount => AttributeAccess.Required<IntegerAttr>(Op, "batch_group_count").Value;

    /// <summary>Attribute precision_config; null when absent.</summary>
    public ArrayAttr? PrecisionConfig => AttributeAccess.Optional<ArrayAttr>(Op, "precision_config");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.cosine</c>.</summary>
public readonly record struct CosineOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.cosine";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CosineOp? From(Operation? op) => op is not null && op.Name == OpName ? new CosineOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy; DEFAULT when absent.</summary>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.count_leading_zeros</c>.</summary>
public readonly record struct CountLeadingZerosOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.count_leading_zeros";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CountLeadingZerosOp? From(Operation? op) => op is not null && op.Name == OpName ? new CountLeadingZerosOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.create_token</c>.</summary>
public readonly record struct CreateTokenOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.create_token";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CreateTokenOp? From(Operation? op) => op is not null && op.Name == OpName ? new CreateTokenOp(op) : null;

    /// <summary>Result output.</summary>
    public OpResult Output => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.cross-replica-sum</c>.</summary>
public readonly record struct CrossReplicaSumOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.cross-replica-sum";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CrossReplicaSumOp? From(Operation? op) => op is not null && op.Name == OpName ? new CrossReplicaSumOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute replica_groups.</summary>
    public DenseElementsAttr ReplicaGroups => AttributeAccess.Required<DenseElementsAttr>(Op, "replica_groups");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.custom_call</c>.</summary>
public readonly record struct CustomCallOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.custom_call";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CustomCallOp? From(Operation? op) => op is not null && op.Name == OpName ? new CustomCallOp(op) : null;

    /// <summary>Operands inputs.</summary>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Attribute call_target_name.</summary>
    public string CallTargetName => AttributeAccess.Required<StringAttr>(Op, "call_target_name").Value;

    /// <summary>Attribute has_side_effect; false when absent.</summary>
    public bool HasSideEffect => AttributeAccess.Optional<BoolAttr>(Op, "has_side_effect")?.Value ?? false;

    /// <summary>Attribute backend_config; null when absent.</summary>
    public Attribute? BackendConfig => AttributeAccess.Optional<Attribute>(Op, "backend_config");

    /// <summary>Attribute api_version; API_VERSION_ORIGINAL when absent.</summary>
    public CustomCallApiVersion ApiVersion => AttributeAccess.OptionalEnum<CustomCallApiVersion>(Op, "api_version") ?? CustomCallApiVersion.API_VERSION_ORIGINAL;

    /// <summary>Attribute called_computations; {} when absent.</summary>
    public ArrayAttr CalledComputations => AttributeAccess.Optional<ArrayAttr>(Op, "called_computations") ?? ArrayAttr.Empty;

    /// <summary>Attribute operand_layouts; null when absent.</summary>
    public ArrayAttr? OperandLayouts => AttributeAccess.Optional<ArrayAttr>(Op, "operand_layouts");

    /// <summary>Attribute result_layouts; null when absent.</summary>
    public ArrayAttr? ResultLayouts => AttributeAccess.Optional<ArrayAttr>(Op, "result_layouts");

    /// <summary>Attribute output_operand_aliases; {} when absent.</summary>
    public ArrayAttr OutputOperandAliases => AttributeAccess.Optional<ArrayAttr>(Op, "output_operand_aliases") ?? ArrayAttr.Empty;

    /// <summary>Attribute result_tilings; null when absent.</summary>
    public ArrayAttr? ResultTilings => AttributeAccess.Optional<ArrayAttr>(Op, "result_tilings");

    /// <summary>Results results.</summary>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.divide</c>.</summary>
public readonly record struct DivideOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.divide";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DivideOp? From(Operation? op) => op is not null && op.Name == OpName ? new DivideOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dot</c>.</summary>
public readonly record struct DotOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dot";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DotOp? From(Operation? op) => op is not null && op.Name == OpName ? new DotOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute precision_config; null when absent.</summary>
    public ArrayAttr? PrecisionConfig => AttributeAccess.Optional<ArrayAttr>(Op, "precision_config");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dot_general</c>.</summary>
public readonly record struct DotGeneralOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dot_general";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DotGeneralOp? From(Operation? op) => op is not null && op.Name == OpName ? new DotGeneralOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute dot_dimension_numbers.</summary>
    public DotDimensionNumbersAttr DotDimensionNumbers => AttributeAccess.Required<DotDimensionNumbersAttr>(Op, "dot_dimension_numbers");

    /// <summary>Attribute precision_config; null when absent.</summary>
    public ArrayAttr? PrecisionConfig => AttributeAccess.Optional<ArrayAttr>(Op, "precision_config");

    /// <summary>Attribute algorithm; null when absent.</summary>
    public DotAlgorithmAttr? Algorithm => AttributeAccess.Optional<DotAlgorithmAttr>(Op, "algorithm");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dynamic_broadcast_in_dim</c>.</summary>
public readonly record struct DynamicBroadcastInDimOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dynamic_broadcast_in_dim";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DynamicBroadcastInDimOp? From(Operation? op) => op is not null && op.Name == OpName ? new DynamicBroadcastInDimOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand output_dimensions.</summary>
    public Value OutputDimensions => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions.</summary>
    public ValueArray<long> BroadcastDimensions => AttributeAccess.Required<DenseArrayAttr>(Op, "broadcast_dimensions").Values;

    /// <summary>Attribute known_expanding_dimensions; null when absent.</summary>
    public ValueArray<long>? KnownExpandingDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "known_expanding_dimensions")?.Values;

    /// <summary>Attribute known_nonexpanding_dimensions; null when absent.</summary>
    public ValueArray<long>? KnownNonexpandingDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "known_nonexpanding_dimensions")?.Values;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dynamic_conv</c>.</summary>
public readonly record struct DynamicConvOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dynamic_conv";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DynamicConvOp? From(Operation? op) => op is not null && op.Name == OpName ? new DynamicConvOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Operand padding.</summary>
    public Value Padding => Op.Operands[2];

    /// <summary>Attribute window_strides; null when absent.</summary>
    public ValueArray<long>? WindowStrides => AttributeAccess.Optional<DenseArrayAttr>(Op, "window_strides")?.Values;

    /// <summary>Attribute lhs_dilation; null when absent.</summary>
    public ValueArray<long>? LhsDilation => AttributeAccess.Optional<DenseArrayAttr>(Op, "lhs_dilation")?.Values;

    /// <summary>Attribute rhs_dilation; null when absent.</summary>
    public ValueArray<long>? RhsDilation => AttributeAccess.Optional<DenseArrayAttr>(Op, "rhs_dilation")?.Values;

    /// <summary>Attribute window_reversal; null when absent.</summary>
    public ValueArray<bool>? WindowReversal => AttributeAccess.Optional<DenseArrayAttr>(Op, "window_reversal") is { } bools ? AttributeAccess.Bools(bools) : null;

    /// <summary>Attribute dimension_numbers.</summary>
    public ConvDimensionNumbersAttr DimensionNumbers => AttributeAccess.Required<ConvDimensionNumbersAttr>(Op, "dimension_numbers");

    /// <summary>Attribute feature_group_count.</summary>
    public long FeatureGroupCount => AttributeAccess.Required<IntegerAttr>(Op, "feature_group_count").Value;

    /// <summary>Attribute batch_group_count.</summary>
    public long BatchGroupCount => AttributeAccess.Required<IntegerAttr>(Op, "batch_group_count").Value;

    /// <summary>Attribute precision_config; null when absent.</summary>
    public ArrayAttr? PrecisionConfig => AttributeAccess.Optional<ArrayAttr>(Op, "precision_config");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dynamic_gather</c>.</summary>
public readonly record struct DynamicGatherOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dynamic_gather";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DynamicGatherOp? From(Operation? op) => op is not null && op.Name == OpName ? new DynamicGatherOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand start_indices.</summary>
    public Value StartIndices => Op.Operands[1];

    /// <summary>Operand slice_sizes.</summary>
    public Value SliceSizes => Op.Operands[2];

    /// <summary>Attribute dimension_numbers.</summary>
    public GatherDimensionNumbersAttr DimensionNumbers => AttributeAccess.Required<GatherDimensionNumbersAttr>(Op, "dimension_numbers");

    /// <summary>Attribute indices_are_sorted; false when absent.</summary>
    public bool IndicesAreSorted => AttributeAccess.Optional<BoolAttr>(Op, "indices_are_sorted")?.Value ?? false;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dynamic_iota</c>.</summary>
public readonly record struct DynamicIotaOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dynamic_iota";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DynamicIotaOp? From(Operation? op) => op is not null && op.Name == OpName ? new DynamicIotaOp(op) : null;

    /// <summary>Operand output_shape.</summary>
    public Value OutputShape => Op.Operands[0];

    /// <summary>Attribute iota_dimension.</summary>
    public long IotaDimension => AttributeAccess.Required<IntegerAttr>(Op, "iota_dimension").Value;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dynamic_pad</c>.</summary>
public readonly record struct DynamicPadOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dynamic_pad";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DynamicPadOp? From(Operation? op) => op is not null && op.Name == OpName ? new DynamicPadOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand padding_value.</summary>
    public Value PaddingValue => Op.Operands[1];

    /// <summary>Operand edge_padding_low.</summary>
    public Value EdgePaddingLow => Op.Operands[2];

    /// <summary>Operand edge_padding_high.</summary>
    public Value EdgePaddingHigh => Op.Operands[3];

    /// <summary>Operand interior_padding.</summary>
    public Value InteriorPadding => Op.Operands[4];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dynamic_reshape</c>.</summary>
public readonly record struct DynamicReshapeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dynamic_reshape";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DynamicReshapeOp? From(Operation? op) => op is not null && op.Name == OpName ? new DynamicReshapeOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand output_shape.</summary>
    public Value OutputShape => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dynamic_slice</c>.</summary>
public readonly record struct DynamicSliceOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dynamic_slice";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DynamicSliceOp? From(Operation? op) => op is not null && op.Name == OpName ? new DynamicSliceOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operands start_indices.</summary>
    public ReadOnlySpan<Value> StartIndices => Def.OperandsOf(Op, 1);

    /// <summary>Attribute slice_sizes.</summary>
    public ValueArray<long> SliceSizes => AttributeAccess.Required<DenseArrayAttr>(Op, "slice_sizes").Values;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dynamic_update_slice</c>.</summary>
public readonly record struct DynamicUpdateSliceOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dynamic_update_slice";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DynamicUpdateSliceOp? From(Operation? op) => op is not null && op.Name == OpName ? new DynamicUpdateSliceOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand update.</summary>
    public Value Update => Op.Operands[1];

    /// <summary>Operands start_indices.</summary>
    public ReadOnlySpan<Value> StartIndices => Def.OperandsOf(Op, 2);

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.einsum</c>.</summary>
public readonly record struct EinsumOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.einsum";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static EinsumOp? From(Operation? op) => op is not null && op.Name == OpName ? new EinsumOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute einsum_config.</summary>
    public string EinsumConfig => AttributeAccess.Required<StringAttr>(Op, "einsum_config").Value;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.exponential</c>.</summary>
public readonly record struct ExponentialOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.exponential";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ExponentialOp? From(Operation? op) => op is not null && op.Name == OpName ? new ExponentialOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy; DEFAULT when absent.</summary>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.exponential_minus_one</c>.</summary>
public readonly record struct ExponentialMinusOneOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.exponential_minus_one";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ExponentialMinusOneOp? From(Operation? op) => op is not null && op.Name == OpName ? new ExponentialMinusOneOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy; DEFAULT when absent.</summary>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.fft</c>.</summary>
public readonly record struct FftOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.fft";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static FftOp? From(Operation? op) => op is not null && op.Name == OpName ? new FftOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute fft_type.</summary>
    public FftType FftType => AttributeAccess.Enum<FftType>(Op, "fft_type");

    /// <summary>Attribute fft_length.</summary>
    public ValueArray<long> FftLength => AttributeAccess.Required<DenseArrayAttr>(Op, "fft_length").Values;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.floor</c>.</summary>
public readonly record struct FloorOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.floor";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static FloorOp? From(Operation? op) => op is not null && op.Name == OpName ? new FloorOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.gather</c>.</summary>
public readonly record struct GatherOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.gather";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static GatherOp? From(Operation? op) => op is not null && op.Name == OpName ? new GatherOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand start_indices.</summary>
    public Value StartIndices => Op.Operands[1];

    /// <summary>Attribute dimension_numbers.</summary>
    public GatherDimensionNumbersAttr DimensionNumbers => AttributeAccess.Required<GatherDimensionNumbersAttr>(Op, "dimension_numbers");

    /// <summary>Attribute slice_sizes.</summary>
    public ValueArray<long> SliceSizes => AttributeAccess.Required<DenseArrayAttr>(Op, "slice_sizes").Values;

    /// <summary>Attribute indices_are_sorted; false when absent.</summary>
    public bool IndicesAreSorted => AttributeAccess.Optional<BoolAttr>(Op, "indices_are_sorted")?.Value ?? false;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.get_dimension_size</c>.</summary>
public readonly record struct GetDimensionSizeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.get_dimension_size";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static GetDimensionSizeOp? From(Operation? op) => op is not null && op.Name == OpName ? new GetDimensionSizeOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute dimension.</summary>
    public long Dimension => AttributeAccess.Required<IntegerAttr>(Op, "dimension").Value;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.get_tuple_element</c>.</summary>
public readonly record struct GetTupleElementOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.get_tuple_element";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static GetTupleElementOp? From(Operation? op) => op is not null && op.Name == OpName ? new GetTupleElementOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute index.</summary>
    public int Index => (int)AttributeAccess.Required<IntegerAttr>(Op, "index").Value;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.if</c>.</summary>
public readonly record struct IfOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.if";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static IfOp? From(Operation? op) => op is not null && op.Name == OpName ? new IfOp(op) : null;

    /// <summary>Operand pred.</summary>
    public Value Pred => Op.Operands[0];

    /// <summary>Region true_branch.</summary>
    public Region TrueBranch => Op.Regions[0];

    /// <summary>Region false_branch.</summary>
    public Region FalseBranch => Op.Regions[1];

    /// <summary>Results results.</summary>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.imag</c>.</summary>
public readonly record struct ImagOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.imag";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ImagOp? From(Operation? op) => op is not null && op.Name == OpName ? new ImagOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.infeed</c>.</summary>
public readonly record struct InfeedOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.infeed";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static InfeedOp? From(Operation? op) => op is not null && op.Name == OpName ? new InfeedOp(op) : null;

    /// <summary>Operand token.</summary>
    public Value Token => Op.Operands[0];

    /// <summary>Attribute infeed_config; "" when absent.</summary>
    public string InfeedConfig => AttributeAccess.Optional<StringAttr>(Op, "infeed_config")?.Value ?? "";

    /// <summary>Attribute layout; null when absent.</summary>
    public ArrayAttr? Layout => AttributeAccess.Optional<ArrayAttr>(Op, "layout");

    /// <summary>Results results.</summary>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.iota</c>.</summary>
public readonly record struct IotaOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.iota";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static IotaOp? From(Operation? op) => op is not null && op.Name == OpName ? new IotaOp(op) : null;

    /// <summary>Attribute iota_dimension.</summary>
    public long IotaDimension => AttributeAccess.Required<IntegerAttr>(Op, "iota_dimension").Value;

    /// <summary>Result output.</summary>
    public OpResult Output => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.is_finite</c>.</summary>
public readonly record struct IsFiniteOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.is_finite";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static IsFiniteOp? From(Operation? op) => op is not null && op.Name == OpName ? new IsFiniteOp(op) : null;

    /// <summary>Operand x.</summary>
    public Value X => Op.Operands[0];

    /// <summary>Result y.</summary>
    public OpResult Y => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.log</c>.</summary>
public readonly record struct LogOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.log";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static LogOp? From(Operation? op) => op is not null && op.Name == OpName ? new LogOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy; DEFAULT when absent.</summary>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.log_plus_one</c>.</summary>
public readonly record struct LogPlusOneOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.log_plus_one";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static LogPlusOneOp? From(Operation? op) => op is not null && op.Name == OpName ? new LogPlusOneOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy; DEFAULT when absent.</summary>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.logistic</c>.</summary>
public readonly record struct LogisticOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.logistic";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static LogisticOp? From(Operation? op) => op is not null && op.Name == OpName ? new LogisticOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy; DEFAULT when absent.</summary>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.map</c>.</summary>
public readonly record struct MapOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.map";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static MapOp? From(Operation? op) => op is not null && op.Name == OpName ? new MapOp(op) : null;

    /// <summary>Operands inputs.</summary>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Attribute dimensions.</summary>
    public ValueArray<long> Dimensions => AttributeAccess.Required<DenseArrayAttr>(Op, "dimensions").Values;

    /// <summary>Region computation.</summary>
    public Region Computation => Op.Regions[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.maximum</c>.</summary>
public readonly record struct MaximumOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.maximum";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static MaximumOp? From(Operation? op) => op is not null && op.Name == OpName ? new MaximumOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.minimum</c>.</summary>
public readonly record struct MinimumOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.minimum";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static MinimumOp? From(Operation? op) => op is not null && op.Name == OpName ? new MinimumOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.multiply</c>.</summary>
public readonly record struct MultiplyOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.multiply";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static MultiplyOp? From(Operation? op) => op is not null && op.Name == OpName ? new MultiplyOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.negate</c>.</summary>
public readonly record struct NegateOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.negate";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static NegateOp? From(Operation? op) => op is not null && op.Name == OpName ? new NegateOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.not</c>.</summary>
public readonly record struct NotOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.not";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static NotOp? From(Operation? op) => op is not null && op.Name == OpName ? new NotOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.optimization_barrier</c>.</summary>
public readonly record struct OptimizationBarrierOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.optimization_barrier";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static OptimizationBarrierOp? From(Operation? op) => op is not null && op.Name == OpName ? new OptimizationBarrierOp(op) : null;

    /// <summary>Operands operand.</summary>
    public ReadOnlySpan<Value> Operand => Def.OperandsOf(Op, 0);

    /// <summary>Results result.</summary>
    public ReadOnlySpan<OpResult> Result => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.or</c>.</summary>
public readonly record struct OrOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.or";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static OrOp? From(Operation? op) => op is not null && op.Name == OpName ? new OrOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.outfeed</c>.</summary>
public readonly record struct OutfeedOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.outfeed";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static OutfeedOp? From(Operation? op) => op is not null && op.Name == OpName ? new OutfeedOp(op) : null;

    /// <summary>Operands inputs.</summary>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Operand token.</summary>
    public Value Token => Def.OperandsOf(Op, 1)[0];

    /// <summary>Attribute outfeed_config; "" when absent.</summary>
    public string OutfeedConfig => AttributeAccess.Optional<StringAttr>(Op, "outfeed_config")?.Value ?? "";

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.pad</c>.</summary>
public readonly record struct PadOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.pad";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static PadOp? From(Operation? op) => op is not null && op.Name == OpName ? new PadOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand padding_value.</summary>
    public Value PaddingValue => Op.Operands[1];

    /// <summary>Attribute edge_padding_low.</summary>
    public ValueArray<long> EdgePaddingLow => AttributeAccess.Required<DenseArrayAttr>(Op, "edge_padding_low").Values;

    /// <summary>Attribute edge_padding_high.</summary>
    public ValueArray<long> EdgePaddingHigh => AttributeAccess.Required<DenseArrayAttr>(Op, "edge_padding_high").Values;

    /// <summary>Attribute interior_padding.</summary>
    public ValueArray<long> InteriorPadding => AttributeAccess.Required<DenseArrayAttr>(Op, "interior_padding").Values;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.partition_id</c>.</summary>
public readonly record struct PartitionIdOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.partition_id";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static PartitionIdOp? From(Operation? op) => op is not null && op.Name == OpName ? new PartitionIdOp(op) : null;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.popcnt</c>.</summary>
public readonly record struct PopcntOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.popcnt";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static PopcntOp? From(Operation? op) => op is not null && op.Name == OpName ? new PopcntOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.power</c>.</summary>
public readonly record struct PowerOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.power";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static PowerOp? From(Operation? op) => op is not null && op.Name == OpName ? new PowerOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.real</c>.</summary>
public readonly record struct RealOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.real";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RealOp? From(Operation? op) => op is not null && op.Name == OpName ? new RealOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.real_dynamic_slice</c>.</summary>
public readonly record struct RealDynamicSliceOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.real_dynamic_slice";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RealDynamicSliceOp? From(Operation? op) => op is not null && op.Name == OpName ? new RealDynamicSliceOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand start_indices.</summary>
    public Value StartIndices => Op.Operands[1];

    /// <summary>Operand limit_indices.</summary>
    public Value LimitIndices => Op.Operands[2];

    /// <summary>Operand strides.</summary>
    public Value Strides => Op.Operands[3];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.recv</c>.</summary>
public readonly record struct RecvOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.recv";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RecvOp? From(Operation? op) => op is not null && op.Name == OpName ? new RecvOp(op) : null;

    /// <summary>Operand token.</summary>
    public Value Token => Op.Operands[0];

    /// <summary>Attribute channel_handle.</summary>
    public ChannelHandleAttr ChannelHandle => AttributeAccess.Required<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Attribute is_host_transfer; false when absent.</summary>
    public bool IsHostTransfer => AttributeAccess.Optional<BoolAttr>(Op, "is_host_transfer")?.Value ?? false;

    /// <summary>Attribute source_target_pairs; null when absent.</summary>
    public DenseElementsAttr? SourceTargetPairs => AttributeAccess.Optional<DenseElementsAttr>(Op, "source_target_pairs");

    /// <summary>Results results.</summary>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.reduce</c>.</summary>
public readonly record struct ReduceOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.reduce";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ReduceOp? From(Operation? op) => op is not null && op.Name == OpName ? new ReduceOp(op) : null;

    /// <summary>Operands inputs.</summary>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Operands init_values.</summary>
    public ReadOnlySpan<Value> InitValues => Def.OperandsOf(Op, 1);

    /// <summary>Attribute dimensions.</summary>
    public ValueArray<long> Dimensions => AttributeAccess.Required<DenseArrayAttr>(Op, "dimensions").Values;

    /// <summary>Region body.</summary>
    public Region Body => Op.Regions[0];

    /// <summary>Results results.</summary>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.reduce_precision</c>.</summary>
public readonly record struct ReducePrecisionOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.reduce_precision";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ReducePrecisionOp? From(Operation? op) => op is not null && op.Name == OpName ? new ReducePrecisionOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute exponent_bits.</summary>
    public int ExponentBits => (int)AttributeAccess.Required<IntegerAttr>(Op, "exponent_bits").Value;

    /// <summary>Attribute mantissa_bits.</summary>
    public int MantissaBits => (int)AttributeAccess.Required<IntegerAttr>(Op, "mantissa_bits").Value;

    /// <summary>Result output.</summary>
    public OpResult Output => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.reduce_scatter</c>.</summary>
public readonly record struct ReduceScatterOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.reduce_scatter";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ReduceScatterOp? From(Operation? op) => op is not null && op.Name == OpName ? new ReduceScatterOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute scatter_dimension.</summary>
    public long ScatterDimension => AttributeAccess.Required<IntegerAttr>(Op, "scatter_dimension").Value;

    /// <summary>Attribute replica_groups.</summary>
    public Attribute ReplicaGroups => AttributeAccess.Required<Attribute>(Op, "replica_groups");

    /// <summary>Attribute channel_handle; null when absent.</summary>
    public ChannelHandleAttr? ChannelHandle => AttributeAccess.Optional<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Attribute use_global_device_ids; null when absent.</summary>
    public bool UseGlobalDeviceIds => Op.Attributes.Contains("use_global_device_ids");

    /// <summary>Region computation.</summary>
    public Region Computation => Op.Regions[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.reduce_window</c>.</summary>
public readonly record struct ReduceWindowOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.reduce_window";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ReduceWindowOp? From(Operation? op) => op is not null && op.Name == OpName ? new ReduceWindowOp(op) : null;

    /// <summary>Operands inputs.</summary>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Operands init_values.</summary>
    public ReadOnlySpan<Value> InitValues => Def.OperandsOf(Op, 1);

    /// <summary>Attribute window_dimensions.</summary>
    public ValueArray<long> WindowDimensions => AttributeAccess.Required<DenseArrayAttr>(Op, "window_dimensions").Values;

    /// <summary>Attribute window_strides; null when absent.</summary>
    public ValueArray<long>? WindowStrides => AttributeAccess.Optional<DenseArrayAttr>(Op, "window_strides")?.Values;

    /// <summary>Attribute base_dilations; null when absent.</summary>
    public ValueArray<long>? BaseDilations => AttributeAccess.Optional<DenseArrayAttr>(Op, "base_dilations")?.Values;

    /// <summary>Attribute window_dilations; null when absent.</summary>
    public ValueArray<long>? WindowDilations => AttributeAccess.Optional<DenseArrayAttr>(Op, "window_dilations")?.Values;

    /// <summary>Attribute padding; null when absent.</summary>
    public DenseElementsAttr? Padding => AttributeAccess.Optional<DenseElementsAttr>(Op, "padding");

    /// <summary>Region body.</summary>
    public Region Body => Op.Regions[0];

    /// <summary>Results results.</summary>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.remainder</c>.</summary>
public readonly record struct RemainderOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.remainder";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RemainderOp? From(Operation? op) => op is not null && op.Name == OpName ? new RemainderOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.replica_id</c>.</summary>
public readonly record struct ReplicaIdOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.replica_id";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ReplicaIdOp? From(Operation? op) => op is not null && op.Name == OpName ? new ReplicaIdOp(op) : null;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.reshape</c>.</summary>
public readonly record struct ReshapeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.reshape";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ReshapeOp? From(Operation? op) => op is not null && op.Name == OpName ? new ReshapeOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.return</c>.</summary>
public readonly record struct ReturnOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.return";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ReturnOp? From(Operation? op) => op is not null && op.Name == OpName ? new ReturnOp(op) : null;

    /// <summary>Operands results.</summary>
    public ReadOnlySpan<Value> Results => Def.OperandsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.reverse</c>.</summary>
public readonly record struct ReverseOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.reverse";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ReverseOp? From(Operation? op) => op is not null && op.Name == OpName ? new ReverseOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute dimensions.</summary>
    public ValueArray<long> Dimensions => AttributeAccess.Required<DenseArrayAttr>(Op, "dimensions").Values;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.rng</c>.</summary>
public readonly record struct RngOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.rng";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RngOp? From(Operation? op) => op is not null && op.Name == OpName ? new RngOp(op) : null;

    /// <summary>Operand a.</summary>
    public Value A => Op.Operands[0];

    /// <summary>Operand b.</summary>
    public Value B => Op.Operands[1];

    /// <summary>Operand shape.</summary>
    public Value Shape => Op.Operands[2];

    /// <summary>Attribute rng_distribution.</summary>
    public RngDistribution RngDistribution => AttributeAccess.Enum<RngDistribution>(Op, "rng_distribution");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.rng_bit_generator</c>.</summary>
public readonly record struct RngBitGeneratorOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.rng_bit_generator";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RngBitGeneratorOp? From(Operation? op) => op is not null && op.Name == OpName ? new RngBitGeneratorOp(op) : null;

    /// <summary>Operand initial_state.</summary>
    public Value InitialState => Op.Operands[0];

    /// <summary>Attribute rng_algorithm.</summary>
    public RngAlgorithm RngAlgorithm => AttributeAccess.Enum<RngAlgorithm>(Op, "rng_algorithm");

    /// <summary>Result output_state.</summary>
    public OpResult OutputState => Op.Results[0];

    /// <summary>Result output.</summary>
    public OpResult Output => Op.Results[1];
}

/// <summary>A view of a <c>stablehlo.round_nearest_afz</c>.</summary>
public readonly record struct RoundNearestAfzOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.round_nearest_afz";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RoundNearestAfzOp? From(Operation? op) => op is not null && op.Name == OpName ? new RoundNearestAfzOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.round_nearest_even</c>.</summary>
public readonly record struct RoundNearestEvenOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.round_nearest_even";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RoundNearestEvenOp? From(Operation? op) => op is not null && op.Name == OpName ? new RoundNearestEvenOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.rsqrt</c>.</summary>
public readonly record struct RsqrtOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.rsqrt";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RsqrtOp? From(Operation? op) => op is not null && op.Name == OpName ? new RsqrtOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy; DEFAULT when absent.</summary>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.scatter</c>.</summary>
public readonly record struct ScatterOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.scatter";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ScatterOp? From(Operation? op) => op is not null && op.Name == OpName ? new ScatterOp(op) : null;

    /// <summary>Operands inputs.</summary>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Operand scatter_indices.</summary>
    public Value ScatterIndices => Def.OperandsOf(Op, 1)[0];

    /// <summary>Operands updates.</summary>
    public ReadOnlySpan<Value> Updates => Def.OperandsOf(Op, 2);

    /// <summary>Attribute scatter_dimension_numbers.</summary>
    public ScatterDimensionNumbersAttr ScatterDimensionNumbers => AttributeAccess.Required<ScatterDimensionNumbersAttr>(Op, "scatter_dimension_numbers");

    /// <summary>Attribute indices_are_sorted; false when absent.</summary>
    public bool IndicesAreSorted => AttributeAccess.Optional<BoolAttr>(Op, "indices_are_sorted")?.Value ?? false;

    /// <summary>Attribute unique_indices; false when absent.</summary>
    public bool UniqueIndices => AttributeAccess.Optional<BoolAttr>(Op, "unique_indices")?.Value ?? false;

    /// <summary>Region update_computation.</summary>
    public Region UpdateComputation => Op.Regions[0];

    /// <summary>Results results.</summary>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.select</c>.</summary>
public readonly record struct SelectOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.select";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SelectOp? From(Operation? op) => op is not null && op.Name == OpName ? new SelectOp(op) : null;

    /// <summary>Operand pred.</summary>
    public Value Pred => Op.Operands[0];

    /// <summary>Operand on_true.</summary>
    public Value OnTrue => Op.Operands[1];

    /// <summary>Operand on_false.</summary>
    public Value OnFalse => Op.Operands[2];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.select_and_scatter</c>.</summary>
public readonly record struct SelectAndScatterOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.select_and_scatter";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SelectAndScatterOp? From(Operation? op) => op is not null && op.Name == OpName ? new SelectAndScatterOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand source.</summary>
    public Value Source => Op.Operands[1];

    /// <summary>Operand init_value.</summary>
    public Value InitValue => Op.Operands[2];

    /// <summary>Attribute window_dimensions; null when absent.</summary>
    public ValueArray<long>? WindowDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "window_dimensions")?.Values;

    /// <summary>Attribute window_strides; null when absent.</summary>
    public ValueArray<long>? WindowStrides => AttributeAccess.Optional<DenseArrayAttr>(Op, "window_strides")?.Values;

    /// <summary>Attribute padding; null when absent.</summary>
    public DenseElementsAttr? Padding => AttributeAccess.Optional<DenseElementsAttr>(Op, "padding");

    /// <summary>Region select.</summary>
    public Region Select => Op.Regions[0];

    /// <summary>Region scatter.</summary>
    public Region Scatter => Op.Regions[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.send</c>.</summary>
public readonly record struct SendOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.send";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SendOp? From(Operation? op) => op is not null && op.Name == OpName ? new SendOp(op) : null;

    /// <summary>Operands inputs.</summary>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Operand token.</summary>
    public Value Token => Def.OperandsOf(Op, 1)[0];

    /// <summary>Attribute channel_handle.</summary>
    public ChannelHandleAttr ChannelHandle => AttributeAccess.Required<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Attribute is_host_transfer; false when absent.</summary>
    public bool IsHostTransfer => AttributeAccess.Optional<BoolAttr>(Op, "is_host_transfer")?.Value ?? false;

    /// <summary>Attribute source_target_pairs; null when absent.</summary>
    public DenseElementsAttr? SourceTargetPairs => AttributeAccess.Optional<DenseElementsAttr>(Op, "source_target_pairs");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.set_dimension_size</c>.</summary>
public readonly record struct SetDimensionSizeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.set_dimension_size";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SetDimensionSizeOp? From(Operation? op) => op is not null && op.Name == OpName ? new SetDimensionSizeOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand size.</summary>
    public Value Size => Op.Operands[1];

    /// <summary>Attribute dimension.</summary>
    public long Dimension => AttributeAccess.Required<IntegerAttr>(Op, "dimension").Value;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.shift_left</c>.</summary>
public readonly record struct ShiftLeftOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.shift_left";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ShiftLeftOp? From(Operation? op) => op is not null && op.Name == OpName ? new ShiftLeftOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.shift_right_arithmetic</c>.</summary>
public readonly record struct ShiftRightArithmeticOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.shift_right_arithmetic";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ShiftRightArithmeticOp? From(Operation? op) => op is not null && op.Name == OpName ? new ShiftRightArithmeticOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.shift_right_logical</c>.</summary>
public readonly record struct ShiftRightLogicalOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.shift_right_logical";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ShiftRightLogicalOp? From(Operation? op) => op is not null && op.Name == OpName ? new ShiftRightLogicalOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.sign</c>.</summary>
public readonly record struct SignOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.sign";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SignOp? From(Operation? op) => op is not null && op.Name == OpName ? new SignOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.sine</c>.</summary>
public readonly record struct SineOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.sine";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SineOp? From(Operation? op) => op is not null && op.Name == OpName ? new SineOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy; DEFAULT when absent.</summary>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.slice</c>.</summary>
public readonly record struct SliceOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.slice";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SliceOp? From(Operation? op) => op is not null && op.Name == OpName ? new SliceOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute start_indices.</summary>
    public ValueArray<long> StartIndices => AttributeAccess.Required<DenseArrayAttr>(Op, "start_indices").Values;

    /// <summary>Attribute limit_indices.</summary>
    public ValueArray<long> LimitIndices => AttributeAccess.Required<DenseArrayAttr>(Op, "limit_indices").Values;

    /// <summary>Attribute strides.</summary>
    public ValueArray<long> Strides => AttributeAccess.Required<DenseArrayAttr>(Op, "strides").Values;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.sort</c>.</summary>
public readonly record struct SortOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.sort";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SortOp? From(Operation? op) => op is not null && op.Name == OpName ? new SortOp(op) : null;

    /// <summary>Operands inputs.</summary>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Attribute dimension; -1 when absent.</summary>
    public long Dimension => AttributeAccess.Optional<IntegerAttr>(Op, "dimension")?.Value ?? -1;

    /// <summary>Attribute is_stable; false when absent.</summary>
    public bool IsStable => AttributeAccess.Optional<BoolAttr>(Op, "is_stable")?.Value ?? false;

    /// <summary>Region comparator.</summary>
    public Region Comparator => Op.Regions[0];

    /// <summary>Results results.</summary>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.sqrt</c>.</summary>
public readonly record struct SqrtOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.sqrt";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SqrtOp? From(Operation? op) => op is not null && op.Name == OpName ? new SqrtOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy; DEFAULT when absent.</summary>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.subtract</c>.</summary>
public readonly record struct SubtractOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.subtract";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SubtractOp? From(Operation? op) => op is not null && op.Name == OpName ? new SubtractOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.tan</c>.</summary>
public readonly record struct TanOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.tan";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static TanOp? From(Operation? op) => op is not null && op.Name == OpName ? new TanOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy; DEFAULT when absent.</summary>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.tanh</c>.</summary>
public readonly record struct TanhOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.tanh";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static TanhOp? From(Operation? op) => op is not null && op.Name == OpName ? new TanhOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy; DEFAULT when absent.</summary>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.torch_index_select</c>.</summary>
public readonly record struct TorchIndexSelectOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.torch_index_select";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static TorchIndexSelectOp? From(Operation? op) => op is not null && op.Name == OpName ? new TorchIndexSelectOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand index.</summary>
    public Value Index => Op.Operands[1];

    /// <summary>Attribute dim.</summary>
    public long Dim => AttributeAccess.Required<IntegerAttr>(Op, "dim").Value;

    /// <summary>Attribute batch_dims.</summary>
    public long BatchDims => AttributeAccess.Required<IntegerAttr>(Op, "batch_dims").Value;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.transpose</c>.</summary>
public readonly record struct TransposeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.transpose";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static TransposeOp? From(Operation? op) => op is not null && op.Name == OpName ? new TransposeOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute permutation.</summary>
    public ValueArray<long> Permutation => AttributeAccess.Required<DenseArrayAttr>(Op, "permutation").Values;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.triangular_solve</c>.</summary>
public readonly record struct TriangularSolveOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.triangular_solve";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static TriangularSolveOp? From(Operation? op) => op is not null && op.Name == OpName ? new TriangularSolveOp(op) : null;

    /// <summary>Operand a.</summary>
    public Value A => Op.Operands[0];

    /// <summary>Operand b.</summary>
    public Value B => Op.Operands[1];

    /// <summary>Attribute left_side.</summary>
    public bool LeftSide => AttributeAccess.Required<BoolAttr>(Op, "left_side").Value;

    /// <summary>Attribute lower.</summary>
    public bool Lower => AttributeAccess.Required<BoolAttr>(Op, "lower").Value;

    /// <summary>Attribute unit_diagonal.</summary>
    public bool UnitDiagonal => AttributeAccess.Required<BoolAttr>(Op, "unit_diagonal").Value;

    /// <summary>Attribute transpose_a.</summary>
    public Transpose TransposeA => AttributeAccess.Enum<Transpose>(Op, "transpose_a");

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.tuple</c>.</summary>
public readonly record struct TupleOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.tuple";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static TupleOp? From(Operation? op) => op is not null && op.Name == OpName ? new TupleOp(op) : null;

    /// <summary>Operands val.</summary>
    public ReadOnlySpan<Value> Val => Def.OperandsOf(Op, 0);

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.unary_einsum</c>.</summary>
public readonly record struct UnaryEinsumOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.unary_einsum";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static UnaryEinsumOp? From(Operation? op) => op is not null && op.Name == OpName ? new UnaryEinsumOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute einsum_config.</summary>
    public string EinsumConfig => AttributeAccess.Required<StringAttr>(Op, "einsum_config").Value;

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.uniform_dequantize</c>.</summary>
public readonly record struct UniformDequantizeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.uniform_dequantize";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static UniformDequantizeOp? From(Operation? op) => op is not null && op.Name == OpName ? new UniformDequantizeOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.uniform_quantize</c>.</summary>
public readonly record struct UniformQuantizeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.uniform_quantize";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static UniformQuantizeOp? From(Operation? op) => op is not null && op.Name == OpName ? new UniformQuantizeOp(op) : null;

    /// <summary>Operand operand.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.while</c>.</summary>
public readonly record struct WhileOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.while";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static WhileOp? From(Operation? op) => op is not null && op.Name == OpName ? new WhileOp(op) : null;

    /// <summary>Operands operand.</summary>
    public ReadOnlySpan<Value> Operand => Def.OperandsOf(Op, 0);

    /// <summary>Region cond.</summary>
    public Region Cond => Op.Regions[0];

    /// <summary>Region body.</summary>
    public Region Body => Op.Regions[1];

    /// <summary>Results results.</summary>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.xor</c>.</summary>
public readonly record struct XorOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.xor";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static XorOp? From(Operation? op) => op is not null && op.Name == OpName ? new XorOp(op) : null;

    /// <summary>Operand lhs.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result.</summary>
    public OpResult Result => Op.Results[0];
}
