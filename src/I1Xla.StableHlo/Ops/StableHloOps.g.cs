// Generated from ops.table by tools/I1Xla.Generate (dotnet run --project tools/I1Xla.Generate -- ops). Do not edit.
#nullable enable
using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Ops;

/// <summary>A view of a <c>stablehlo.abs</c>: absolute value of each element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#abs">abs</see>.</remarks>
public readonly record struct AbsOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.abs";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AbsOp? From(Operation? op) => op is not null && op.Name == OpName ? new AbsOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.SIntFpComplexOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.SIntFpOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.add</c>: sum of two tensors, element by element; logical or of booleans.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#add">add</see>.</remarks>
public readonly record struct AddOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.add";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AddOp? From(Operation? op) => op is not null && op.Name == OpName ? new AddOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.after_all</c>: one token that orders what follows after everything that made the input tokens.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#after_all">after_all</see>.</remarks>
public readonly record struct AfterAllOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.after_all";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AfterAllOp? From(Operation? op) => op is not null && op.Name == OpName ? new AfterAllOp(op) : null;

    /// <summary>Operands inputs (I1): <see cref="TypeConstraints.Token"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Result result: <see cref="TypeConstraints.Token"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.all_gather</c>: concatenates the operands of all processes of a group along all_gather_dim.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#all_gather">all_gather</see>.</remarks>
public readonly record struct AllGatherOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.all_gather";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AllGatherOp? From(Operation? op) => op is not null && op.Name == OpName ? new AllGatherOp(op) : null;

    /// <summary>Operands operands (I1): <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Operands => Def.OperandsOf(Op, 0);

    /// <summary>Attribute all_gather_dim (I2, range C1): <see cref="AttributeKind.I64NonNegative"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long AllGatherDim => AttributeAccess.Required<IntegerAttr>(Op, "all_gather_dim").Value;

    /// <summary>Attribute replica_groups (I3): <see cref="AttributeKind.ReplicaGroups"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public Attribute ReplicaGroups => AttributeAccess.Required<Attribute>(Op, "replica_groups");

    /// <summary>Attribute channel_handle (I4): <see cref="AttributeKind.ChannelHandle"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ChannelHandleAttr? ChannelHandle => AttributeAccess.Optional<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Attribute use_global_device_ids (I5): <see cref="AttributeKind.Unit"/>.</summary>
    public bool UseGlobalDeviceIds => Op.Attributes.Contains("use_global_device_ids");

    /// <summary>Results results: <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.all_reduce</c>: combines the operands of all processes of a group, element by element, with the computation.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#all_reduce">all_reduce</see>.</remarks>
public readonly record struct AllReduceOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.all_reduce";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AllReduceOp? From(Operation? op) => op is not null && op.Name == OpName ? new AllReduceOp(op) : null;

    /// <summary>Operands operands (I1): <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Operands => Def.OperandsOf(Op, 0);

    /// <summary>Attribute replica_groups (I2): <see cref="AttributeKind.ReplicaGroups"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public Attribute ReplicaGroups => AttributeAccess.Required<Attribute>(Op, "replica_groups");

    /// <summary>Attribute channel_handle (I3): <see cref="AttributeKind.ChannelHandle"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ChannelHandleAttr? ChannelHandle => AttributeAccess.Optional<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Attribute use_global_device_ids (I4): <see cref="AttributeKind.Unit"/>.</summary>
    public bool UseGlobalDeviceIds => Op.Attributes.Contains("use_global_device_ids");

    /// <summary>Region computation (I5).</summary>
    public Region Computation => Op.Regions[0];

    /// <summary>Results results: <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.all_to_all</c>: splits the operands along split_dimension, sends part i to process i of the group and concatenates what arrives along concat_dimension.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#all_to_all">all_to_all</see>.</remarks>
public readonly record struct AllToAllOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.all_to_all";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AllToAllOp? From(Operation? op) => op is not null && op.Name == OpName ? new AllToAllOp(op) : null;

    /// <summary>Operands operands (I1): <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Operands => Def.OperandsOf(Op, 0);

    /// <summary>Attribute split_dimension (I2, range C1): <see cref="AttributeKind.I64NonNegative"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long SplitDimension => AttributeAccess.Required<IntegerAttr>(Op, "split_dimension").Value;

    /// <summary>Attribute concat_dimension (I3, range C3): <see cref="AttributeKind.I64NonNegative"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long ConcatDimension => AttributeAccess.Required<IntegerAttr>(Op, "concat_dimension").Value;

    /// <summary>Attribute split_count (I4, range C4): <see cref="AttributeKind.I64Positive"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long SplitCount => AttributeAccess.Required<IntegerAttr>(Op, "split_count").Value;

    /// <summary>Attribute replica_groups (I5): <see cref="AttributeKind.ReplicaGroups"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public Attribute ReplicaGroups => AttributeAccess.Required<Attribute>(Op, "replica_groups");

    /// <summary>Attribute channel_handle (I6): <see cref="AttributeKind.ChannelHandle"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ChannelHandleAttr? ChannelHandle => AttributeAccess.Optional<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Results results: <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.and</c>: bitwise and of integers, logical and of booleans, element by element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#and">and</see>.</remarks>
public readonly record struct AndOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.and";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AndOp? From(Operation? op) => op is not null && op.Name == OpName ? new AndOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.PredOrIntTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.PredOrIntTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.async_done</c>: waits for an async_start and gives its results.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#async_done">async_done</see>.</remarks>
public readonly record struct AsyncDoneOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.async_done";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AsyncDoneOp? From(Operation? op) => op is not null && op.Name == OpName ? new AsyncDoneOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.Future"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.async_start</c>: starts the operation in its region without waiting for it.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#async_start">async_start</see>.</remarks>
public readonly record struct AsyncStartOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.async_start";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static AsyncStartOp? From(Operation? op) => op is not null && op.Name == OpName ? new AsyncStartOp(op) : null;

    /// <summary>Operands operands (I1): <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Operands => Def.OperandsOf(Op, 0);

    /// <summary>Region body (I2).</summary>
    public Region Body => Op.Regions[0];

    /// <summary>Result result: <see cref="TypeConstraints.Future"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.atan2</c>: angle in radians of the point (rhs, lhs), from -pi to pi, element by element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#atan2">atan2</see>.</remarks>
public readonly record struct Atan2Op(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.atan2";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static Atan2Op? From(Operation? op) => op is not null && op.Name == OpName ? new Atan2Op(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.batch_norm_grad</c>: gradients of batch_norm_training with respect to operand, scale and offset.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#batch_norm_grad">batch_norm_grad</see>.</remarks>
public readonly record struct BatchNormGradOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.batch_norm_grad";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static BatchNormGradOp? From(Operation? op) => op is not null && op.Name == OpName ? new BatchNormGradOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand scale (I2): <see cref="TypeConstraints.Fp1DTensor"/>.</summary>
    public Value Scale => Op.Operands[1];

    /// <summary>Operand mean (I3): <see cref="TypeConstraints.Fp1DTensor"/>.</summary>
    public Value Mean => Op.Operands[2];

    /// <summary>Operand variance (I4): <see cref="TypeConstraints.Fp1DTensor"/>.</summary>
    public Value Variance => Op.Operands[3];

    /// <summary>Operand grad_output (I5): <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public Value GradOutput => Op.Operands[4];

    /// <summary>Attribute epsilon (I6): <see cref="AttributeKind.F32"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public float Epsilon => (float)AttributeAccess.Required<FloatAttr>(Op, "epsilon").Value;

    /// <summary>Attribute feature_index (I7, range C1): <see cref="AttributeKind.I64NonNegative"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long FeatureIndex => AttributeAccess.Required<IntegerAttr>(Op, "feature_index").Value;

    /// <summary>Result grad_operand: <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public OpResult GradOperand => Op.Results[0];

    /// <summary>Result grad_scale: <see cref="TypeConstraints.Fp1DTensor"/>.</summary>
    public OpResult GradScale => Op.Results[1];

    /// <summary>Result grad_offset: <see cref="TypeConstraints.Fp1DTensor"/>.</summary>
    public OpResult GradOffset => Op.Results[2];
}

/// <summary>A view of a <c>stablehlo.batch_norm_inference</c>: normalizes with a given mean and variance of each feature, then scales and shifts.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#batch_norm_inference">batch_norm_inference</see>.</remarks>
public readonly record struct BatchNormInferenceOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.batch_norm_inference";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static BatchNormInferenceOp? From(Operation? op) => op is not null && op.Name == OpName ? new BatchNormInferenceOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand scale (I2): <see cref="TypeConstraints.Fp1DTensor"/>.</summary>
    public Value Scale => Op.Operands[1];

    /// <summary>Operand offset (I3): <see cref="TypeConstraints.Fp1DTensor"/>.</summary>
    public Value Offset => Op.Operands[2];

    /// <summary>Operand mean (I4): <see cref="TypeConstraints.Fp1DTensor"/>.</summary>
    public Value Mean => Op.Operands[3];

    /// <summary>Operand variance (I5): <see cref="TypeConstraints.Fp1DTensor"/>.</summary>
    public Value Variance => Op.Operands[4];

    /// <summary>Attribute epsilon (I6): <see cref="AttributeKind.F32"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public float Epsilon => (float)AttributeAccess.Required<FloatAttr>(Op, "epsilon").Value;

    /// <summary>Attribute feature_index (I7, range C1): <see cref="AttributeKind.I64NonNegative"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long FeatureIndex => AttributeAccess.Required<IntegerAttr>(Op, "feature_index").Value;

    /// <summary>Result result: <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.batch_norm_training</c>: normalizes with the mean and variance over all dimensions but feature_index, then scales and shifts; gives output, mean and variance.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#batch_norm_training">batch_norm_training</see>.</remarks>
public readonly record struct BatchNormTrainingOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.batch_norm_training";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static BatchNormTrainingOp? From(Operation? op) => op is not null && op.Name == OpName ? new BatchNormTrainingOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand scale (I2): <see cref="TypeConstraints.Fp1DTensor"/>.</summary>
    public Value Scale => Op.Operands[1];

    /// <summary>Operand offset (I3): <see cref="TypeConstraints.Fp1DTensor"/>.</summary>
    public Value Offset => Op.Operands[2];

    /// <summary>Attribute epsilon (I4): <see cref="AttributeKind.F32"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public float Epsilon => (float)AttributeAccess.Required<FloatAttr>(Op, "epsilon").Value;

    /// <summary>Attribute feature_index (I5, range C1): <see cref="AttributeKind.I64NonNegative"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long FeatureIndex => AttributeAccess.Required<IntegerAttr>(Op, "feature_index").Value;

    /// <summary>Result output: <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public OpResult Output => Op.Results[0];

    /// <summary>Result batch_mean: <see cref="TypeConstraints.Fp1DTensor"/>.</summary>
    public OpResult BatchMean => Op.Results[1];

    /// <summary>Result batch_var: <see cref="TypeConstraints.Fp1DTensor"/>.</summary>
    public OpResult BatchVar => Op.Results[2];
}

/// <summary>A view of a <c>stablehlo.bitcast_convert</c>: reads the same bits as elements of another type.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#bitcast_convert">bitcast_convert</see>.</remarks>
public readonly record struct BitcastConvertOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.bitcast_convert";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static BitcastConvertOp? From(Operation? op) => op is not null && op.Name == OpName ? new BitcastConvertOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.broadcast</c>: repeats the operand along new leading dimensions of the given sizes.</summary>
/// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
public readonly record struct BroadcastOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.broadcast";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static BroadcastOp? From(Operation? op) => op is not null && op.Name == OpName ? new BroadcastOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute broadcast_sizes: <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> BroadcastSizes => AttributeAccess.Required<DenseArrayAttr>(Op, "broadcast_sizes").Values;

    /// <summary>Result result: <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.broadcast_in_dim</c>: repeats the operand so that its dimension i is dimension broadcast_dimensions[i] of the result.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#broadcast_in_dim">broadcast_in_dim</see>.</remarks>
public readonly record struct BroadcastInDimOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.broadcast_in_dim";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static BroadcastInDimOp? From(Operation? op) => op is not null && op.Name == OpName ? new BroadcastInDimOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute broadcast_dimensions (I2): <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> BroadcastDimensions => AttributeAccess.Required<DenseArrayAttr>(Op, "broadcast_dimensions").Values;

    /// <summary>Result result: <see cref="TypeConstraints.StaticShapeTensorPerAxisQuantizedTensorOrBoundedTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.case</c>: runs the branch of number index, the last one when there is none of that number.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#case">case</see>.</remarks>
public readonly record struct CaseOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.case";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CaseOp? From(Operation? op) => op is not null && op.Name == OpName ? new CaseOp(op) : null;

    /// <summary>Operand index (I1): <see cref="TypeConstraints.I32RankedTensor"/>.</summary>
    public Value Index => Op.Operands[0];

    /// <summary>Regions branches (I2).</summary>
    public ReadOnlySpan<Region> Branches => Op.Regions;

    /// <summary>Results results: <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensorOrToken"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.cbrt</c>: cube root of each element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#cbrt">cbrt</see>.</remarks>
public readonly record struct CbrtOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.cbrt";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CbrtOp? From(Operation? op) => op is not null && op.Name == OpName ? new CbrtOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy: <see cref="AttributeKind.ResultAccuracy"/>; DEFAULT when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result: <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.ceil</c>: each element rounded up to a whole number.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#ceil">ceil</see>.</remarks>
public readonly record struct CeilOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.ceil";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CeilOp? From(Operation? op) => op is not null && op.Name == OpName ? new CeilOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.cholesky</c>: triangular factor of each symmetric or Hermitian positive definite matrix of a batch.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#cholesky">cholesky</see>.</remarks>
public readonly record struct CholeskyOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.cholesky";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CholeskyOp? From(Operation? op) => op is not null && op.Name == OpName ? new CholeskyOp(op) : null;

    /// <summary>Operand a (I1): <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public Value A => Op.Operands[0];

    /// <summary>Attribute lower (I2): <see cref="AttributeKind.Bool"/>; false when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public bool Lower => AttributeAccess.Optional<BoolAttr>(Op, "lower")?.Value ?? false;

    /// <summary>Result result: <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.clamp</c>: each element brought into the range from min to max.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#clamp">clamp</see>.</remarks>
public readonly record struct ClampOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.clamp";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ClampOp? From(Operation? op) => op is not null && op.Name == OpName ? new ClampOp(op) : null;

    /// <summary>Operand min (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Min => Op.Operands[0];

    /// <summary>Operand operand (I2): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[1];

    /// <summary>Operand max (I3): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Max => Op.Operands[2];

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.collective_broadcast</c>: sends the operands of one process of each group to the whole group.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#collective_broadcast">collective_broadcast</see>.</remarks>
public readonly record struct CollectiveBroadcastOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.collective_broadcast";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CollectiveBroadcastOp? From(Operation? op) => op is not null && op.Name == OpName ? new CollectiveBroadcastOp(op) : null;

    /// <summary>Operands operands (I1): <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Operands => Def.OperandsOf(Op, 0);

    /// <summary>Attribute replica_groups (I2): <see cref="AttributeKind.ReplicaGroups"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public Attribute ReplicaGroups => AttributeAccess.Required<Attribute>(Op, "replica_groups");

    /// <summary>Attribute channel_handle (I3): <see cref="AttributeKind.ChannelHandle"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ChannelHandleAttr? ChannelHandle => AttributeAccess.Optional<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Attribute has_dynamic_root (I4): <see cref="AttributeKind.Unit"/>.</summary>
    public bool HasDynamicRoot => Op.Attributes.Contains("has_dynamic_root");

    /// <summary>Results results: <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.collective_permute</c>: sends operands from source to target processes, pair by pair; a process that is no target gets zeros.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#collective_permute">collective_permute</see>.</remarks>
public readonly record struct CollectivePermuteOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.collective_permute";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CollectivePermuteOp? From(Operation? op) => op is not null && op.Name == OpName ? new CollectivePermuteOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute source_target_pairs (I2): <see cref="AttributeKind.I64Elements"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public DenseElementsAttr SourceTargetPairs => AttributeAccess.Required<DenseElementsAttr>(Op, "source_target_pairs");

    /// <summary>Attribute channel_handle (I3): <see cref="AttributeKind.ChannelHandle"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ChannelHandleAttr? ChannelHandle => AttributeAccess.Optional<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.collective_reduce</c>: combines the operands of all processes of a group with the computation, for one process of the group only.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#collective_reduce">collective_reduce</see>.</remarks>
public readonly record struct CollectiveReduceOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.collective_reduce";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CollectiveReduceOp? From(Operation? op) => op is not null && op.Name == OpName ? new CollectiveReduceOp(op) : null;

    /// <summary>Operands operands (I1): <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Operands => Def.OperandsOf(Op, 0);

    /// <summary>Attribute replica_groups (I2): <see cref="AttributeKind.ReplicaGroups"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public Attribute ReplicaGroups => AttributeAccess.Required<Attribute>(Op, "replica_groups");

    /// <summary>Attribute channel_handle (I3): <see cref="AttributeKind.ChannelHandle"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ChannelHandleAttr? ChannelHandle => AttributeAccess.Optional<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Attribute use_global_device_ids: <see cref="AttributeKind.Unit"/>.</summary>
    public bool UseGlobalDeviceIds => Op.Attributes.Contains("use_global_device_ids");

    /// <summary>Attribute has_dynamic_root (I4): <see cref="AttributeKind.Unit"/>.</summary>
    public bool HasDynamicRoot => Op.Attributes.Contains("has_dynamic_root");

    /// <summary>Region computation (I5).</summary>
    public Region Computation => Op.Regions[0];

    /// <summary>Results results: <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.compare</c>: compares two tensors, element by element, in a direction and a sense; gives booleans.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#compare">compare</see>.</remarks>
public readonly record struct CompareOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.compare";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CompareOp? From(Operation? op) => op is not null && op.Name == OpName ? new CompareOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute comparison_direction (I3): <see cref="I1Xla.StableHlo.Ops.ComparisonDirection"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ComparisonDirection ComparisonDirection => AttributeAccess.Enum<ComparisonDirection>(Op, "comparison_direction");

    /// <summary>Attribute compare_type (I4): <see cref="I1Xla.StableHlo.Ops.ComparisonType"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ComparisonType? CompareType => AttributeAccess.OptionalEnum<ComparisonType>(Op, "compare_type");

    /// <summary>Result result: <see cref="TypeConstraints.PredTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.complex</c>: complex numbers from real and imaginary parts, element by element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#complex">complex</see>.</remarks>
public readonly record struct ComplexOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.complex";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ComplexOp? From(Operation? op) => op is not null && op.Name == OpName ? new ComplexOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.Fp32Or64Tensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.Fp32Or64Tensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.ComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.composite</c>: an operation made of others: it means what the function named by decomposition does.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#composite">composite</see>.</remarks>
public readonly record struct CompositeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.composite";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CompositeOp? From(Operation? op) => op is not null && op.Name == OpName ? new CompositeOp(op) : null;

    /// <summary>Operands inputs (I1): <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensorOrTokenOrTuple"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Attribute name (I2): <see cref="AttributeKind.String"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public string Name => AttributeAccess.Required<StringAttr>(Op, "name").Value;

    /// <summary>Attribute composite_attributes (I3): <see cref="AttributeKind.Dictionary"/>; {} when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public DictionaryAttr CompositeAttributes => AttributeAccess.Optional<DictionaryAttr>(Op, "composite_attributes") ?? DictionaryAttr.Empty;

    /// <summary>Attribute decomposition (I4): <see cref="AttributeKind.SymbolRef"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public SymbolRefAttr Decomposition => AttributeAccess.Required<SymbolRefAttr>(Op, "decomposition");

    /// <summary>Attribute version (I5): <see cref="AttributeKind.I32"/>; 0 when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public int Version => (int?)AttributeAccess.Optional<IntegerAttr>(Op, "version")?.Value ?? 0;

    /// <summary>Regions composite_regions.</summary>
    public ReadOnlySpan<Region> CompositeRegions => Op.Regions;

    /// <summary>Results results: <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensorOrTokenOrTuple"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.concatenate</c>: joins tensors along one dimension, in order.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#concatenate">concatenate</see>.</remarks>
public readonly record struct ConcatenateOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.concatenate";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ConcatenateOp? From(Operation? op) => op is not null && op.Name == OpName ? new ConcatenateOp(op) : null;

    /// <summary>Operands inputs (I1): <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Attribute dimension (I2, range C4): <see cref="AttributeKind.I64NonNegative"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long Dimension => AttributeAccess.Required<IntegerAttr>(Op, "dimension").Value;

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.constant</c>: a tensor known at compile time.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#constant">constant</see>.</remarks>
public readonly record struct ConstantOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.constant";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ConstantOp? From(Operation? op) => op is not null && op.Name == OpName ? new ConstantOp(op) : null;

    /// <summary>Attribute value (I1): <see cref="AttributeKind.Elements"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public Attribute Value => AttributeAccess.Required<Attribute>(Op, "value");

    /// <summary>Result output: <see cref="TypeConstraints.StaticShapeTensorOrPerAxisQuantizedTensor"/>.</summary>
    public OpResult Output => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.convert</c>: each element converted to another element type.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#convert">convert</see>.</remarks>
public readonly record struct ConvertOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.convert";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ConvertOp? From(Operation? op) => op is not null && op.Name == OpName ? new ConvertOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.NonQuantizedTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.NonQuantizedTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.convolution</c>: dot products of windows of lhs with slices of rhs.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#convolution">convolution</see>.</remarks>
public readonly record struct ConvolutionOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.convolution";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ConvolutionOp? From(Operation? op) => op is not null && op.Name == OpName ? new ConvolutionOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute window_strides (I3): <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? WindowStrides => AttributeAccess.Optional<DenseArrayAttr>(Op, "window_strides")?.Values;

    /// <summary>Attribute padding (I4): <see cref="AttributeKind.I64Elements"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public DenseElementsAttr? Padding => AttributeAccess.Optional<DenseElementsAttr>(Op, "padding");

    /// <summary>Attribute lhs_dilation (I5): <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? LhsDilation => AttributeAccess.Optional<DenseArrayAttr>(Op, "lhs_dilation")?.Values;

    /// <summary>Attribute rhs_dilation (I6): <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? RhsDilation => AttributeAccess.Optional<DenseArrayAttr>(Op, "rhs_dilation")?.Values;

    /// <summary>Attribute window_reversal (I7): <see cref="AttributeKind.BoolArray"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<bool>? WindowReversal => AttributeAccess.Optional<DenseArrayAttr>(Op, "window_reversal") is { } bools ? AttributeAccess.Bools(bools) : null;

    /// <summary>Attribute dimension_numbers (I8): <see cref="AttributeKind.ConvDimensionNumbers"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ConvDimensionNumbersAttr DimensionNumbers => AttributeAccess.Required<ConvDimensionNumbersAttr>(Op, "dimension_numbers");

    /// <summary>Attribute feature_group_count (I17, range C21): <see cref="AttributeKind.I64Positive"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long FeatureGroupCount => AttributeAccess.Required<IntegerAttr>(Op, "feature_group_count").Value;

    /// <summary>Attribute batch_group_count (I18, range C22): <see cref="AttributeKind.I64Positive"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long BatchGroupCount => AttributeAccess.Required<IntegerAttr>(Op, "batch_group_count").Value;

    /// <summary>Attribute precision_config (I19): <see cref="AttributeKind.PrecisionConfig"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ArrayAttr? PrecisionConfig => AttributeAccess.Optional<ArrayAttr>(Op, "precision_config");

    /// <summary>Result result: <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.cosine</c>: cosine of each element, which is in radians.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#cosine">cosine</see>.</remarks>
public readonly record struct CosineOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.cosine";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CosineOp? From(Operation? op) => op is not null && op.Name == OpName ? new CosineOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy: <see cref="AttributeKind.ResultAccuracy"/>; DEFAULT when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result: <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.count_leading_zeros</c>: number of zero bits above the highest set bit of each element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#count_leading_zeros">count_leading_zeros</see>.</remarks>
public readonly record struct CountLeadingZerosOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.count_leading_zeros";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CountLeadingZerosOp? From(Operation? op) => op is not null && op.Name == OpName ? new CountLeadingZerosOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.IntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.IntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.create_token</c>: a new token that depends on nothing.</summary>
/// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
public readonly record struct CreateTokenOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.create_token";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CreateTokenOp? From(Operation? op) => op is not null && op.Name == OpName ? new CreateTokenOp(op) : null;

    /// <summary>Result output: <see cref="TypeConstraints.Token"/>.</summary>
    public OpResult Output => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.cross-replica-sum</c>: sum of the operands of a group of replicas, element by element.</summary>
/// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
public readonly record struct CrossReplicaSumOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.cross-replica-sum";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CrossReplicaSumOp? From(Operation? op) => op is not null && op.Name == OpName ? new CrossReplicaSumOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute replica_groups: <see cref="AttributeKind.I64Elements"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public DenseElementsAttr ReplicaGroups => AttributeAccess.Required<DenseElementsAttr>(Op, "replica_groups");

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.custom_call</c>: calls what the implementation knows as call_target_name.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#custom_call">custom_call</see>.</remarks>
public readonly record struct CustomCallOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.custom_call";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static CustomCallOp? From(Operation? op) => op is not null && op.Name == OpName ? new CustomCallOp(op) : null;

    /// <summary>Operands inputs (I1): <see cref="TypeConstraints.CustomCallValue"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Attribute call_target_name (I2): <see cref="AttributeKind.String"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public string CallTargetName => AttributeAccess.Required<StringAttr>(Op, "call_target_name").Value;

    /// <summary>Attribute has_side_effect (I3): <see cref="AttributeKind.Bool"/>; false when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public bool HasSideEffect => AttributeAccess.Optional<BoolAttr>(Op, "has_side_effect")?.Value ?? false;

    /// <summary>Attribute backend_config (I4): <see cref="AttributeKind.StringOrDictionary"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public Attribute? BackendConfig => AttributeAccess.Optional<Attribute>(Op, "backend_config");

    /// <summary>Attribute api_version (I5): <see cref="I1Xla.StableHlo.Ops.CustomCallApiVersion"/>; API_VERSION_ORIGINAL when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public CustomCallApiVersion ApiVersion => AttributeAccess.OptionalEnum<CustomCallApiVersion>(Op, "api_version") ?? CustomCallApiVersion.API_VERSION_ORIGINAL;

    /// <summary>Attribute called_computations (I6): <see cref="AttributeKind.SymbolRefArray"/>; {} when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ArrayAttr CalledComputations => AttributeAccess.Optional<ArrayAttr>(Op, "called_computations") ?? ArrayAttr.Empty;

    /// <summary>Attribute operand_layouts: <see cref="AttributeKind.Layouts"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ArrayAttr? OperandLayouts => AttributeAccess.Optional<ArrayAttr>(Op, "operand_layouts");

    /// <summary>Attribute result_layouts: <see cref="AttributeKind.Layouts"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ArrayAttr? ResultLayouts => AttributeAccess.Optional<ArrayAttr>(Op, "result_layouts");

    /// <summary>Attribute output_operand_aliases (I7): <see cref="AttributeKind.OutputOperandAliases"/>; {} when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ArrayAttr OutputOperandAliases => AttributeAccess.Optional<ArrayAttr>(Op, "output_operand_aliases") ?? ArrayAttr.Empty;

    /// <summary>Attribute result_tilings: <see cref="AttributeKind.Tilings"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ArrayAttr? ResultTilings => AttributeAccess.Optional<ArrayAttr>(Op, "result_tilings");

    /// <summary>Results results: <see cref="TypeConstraints.CustomCallValue"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.divide</c>: quotient of two tensors, element by element; of integers, towards zero.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#divide">divide</see>.</remarks>
public readonly record struct DivideOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.divide";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DivideOp? From(Operation? op) => op is not null && op.Name == OpName ? new DivideOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.IntFpOrComplexOrQuantizedIntTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.IntFpOrComplexOrQuantizedIntTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.IntFpOrComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dot</c>: product of vectors and matrices: the last dimension of lhs with the first of rhs.</summary>
/// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
public readonly record struct DotOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dot";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DotOp? From(Operation? op) => op is not null && op.Name == OpName ? new DotOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute precision_config: <see cref="AttributeKind.PrecisionConfig"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ArrayAttr? PrecisionConfig => AttributeAccess.Optional<ArrayAttr>(Op, "precision_config");

    /// <summary>Result result: <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dot_general</c>: dot products along contracting dimensions, for each index of the batching dimensions.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dot_general">dot_general</see>.</remarks>
public readonly record struct DotGeneralOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dot_general";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DotGeneralOp? From(Operation? op) => op is not null && op.Name == OpName ? new DotGeneralOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute dot_dimension_numbers (I3): <see cref="AttributeKind.DotDimensionNumbers"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public DotDimensionNumbersAttr DotDimensionNumbers => AttributeAccess.Required<DotDimensionNumbersAttr>(Op, "dot_dimension_numbers");

    /// <summary>Attribute precision_config (I7): <see cref="AttributeKind.PrecisionConfig"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ArrayAttr? PrecisionConfig => AttributeAccess.Optional<ArrayAttr>(Op, "precision_config");

    /// <summary>Attribute algorithm (I8): <see cref="AttributeKind.DotAlgorithm"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public DotAlgorithmAttr? Algorithm => AttributeAccess.Optional<DotAlgorithmAttr>(Op, "algorithm");

    /// <summary>Result result: <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dynamic_broadcast_in_dim</c>: broadcast_in_dim to a shape given as an operand.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_broadcast_in_dim">dynamic_broadcast_in_dim</see>.</remarks>
public readonly record struct DynamicBroadcastInDimOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dynamic_broadcast_in_dim";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DynamicBroadcastInDimOp? From(Operation? op) => op is not null && op.Name == OpName ? new DynamicBroadcastInDimOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand output_dimensions (I2): <see cref="TypeConstraints.StaticDimensionTensor"/>.</summary>
    public Value OutputDimensions => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions (I3): <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> BroadcastDimensions => AttributeAccess.Required<DenseArrayAttr>(Op, "broadcast_dimensions").Values;

    /// <summary>Attribute known_expanding_dimensions (I4): <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? KnownExpandingDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "known_expanding_dimensions")?.Values;

    /// <summary>Attribute known_nonexpanding_dimensions (I5): <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? KnownNonexpandingDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "known_nonexpanding_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dynamic_conv</c>: convolution with padding given as an operand.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_conv">dynamic_conv</see>.</remarks>
public readonly record struct DynamicConvOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dynamic_conv";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DynamicConvOp? From(Operation? op) => op is not null && op.Name == OpName ? new DynamicConvOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Operand padding (I3): <see cref="TypeConstraints.Static2DIntTensor"/>.</summary>
    public Value Padding => Op.Operands[2];

    /// <summary>Attribute window_strides (I4): <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? WindowStrides => AttributeAccess.Optional<DenseArrayAttr>(Op, "window_strides")?.Values;

    /// <summary>Attribute lhs_dilation (I5): <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? LhsDilation => AttributeAccess.Optional<DenseArrayAttr>(Op, "lhs_dilation")?.Values;

    /// <summary>Attribute rhs_dilation (I6): <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? RhsDilation => AttributeAccess.Optional<DenseArrayAttr>(Op, "rhs_dilation")?.Values;

    /// <summary>Attribute window_reversal (I7): <see cref="AttributeKind.BoolArray"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<bool>? WindowReversal => AttributeAccess.Optional<DenseArrayAttr>(Op, "window_reversal") is { } bools ? AttributeAccess.Bools(bools) : null;

    /// <summary>Attribute dimension_numbers (I8): <see cref="AttributeKind.ConvDimensionNumbers"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ConvDimensionNumbersAttr DimensionNumbers => AttributeAccess.Required<ConvDimensionNumbersAttr>(Op, "dimension_numbers");

    /// <summary>Attribute feature_group_count (I17, range C21): <see cref="AttributeKind.I64Positive"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long FeatureGroupCount => AttributeAccess.Required<IntegerAttr>(Op, "feature_group_count").Value;

    /// <summary>Attribute batch_group_count (I18, range C22): <see cref="AttributeKind.I64Positive"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long BatchGroupCount => AttributeAccess.Required<IntegerAttr>(Op, "batch_group_count").Value;

    /// <summary>Attribute precision_config (I19): <see cref="AttributeKind.PrecisionConfig"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ArrayAttr? PrecisionConfig => AttributeAccess.Optional<ArrayAttr>(Op, "precision_config");

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dynamic_gather</c>: gather with slice sizes given as an operand.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_gather">dynamic_gather</see>.</remarks>
public readonly record struct DynamicGatherOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dynamic_gather";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DynamicGatherOp? From(Operation? op) => op is not null && op.Name == OpName ? new DynamicGatherOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand start_indices (I2): <see cref="TypeConstraints.IntTensor"/>.</summary>
    public Value StartIndices => Op.Operands[1];

    /// <summary>Operand slice_sizes (I3): <see cref="TypeConstraints.Static1DIntTensor"/>.</summary>
    public Value SliceSizes => Op.Operands[2];

    /// <summary>Attribute dimension_numbers (I4): <see cref="AttributeKind.GatherDimensionNumbers"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public GatherDimensionNumbersAttr DimensionNumbers => AttributeAccess.Required<GatherDimensionNumbersAttr>(Op, "dimension_numbers");

    /// <summary>Attribute indices_are_sorted (I8): <see cref="AttributeKind.Bool"/>; false when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public bool IndicesAreSorted => AttributeAccess.Optional<BoolAttr>(Op, "indices_are_sorted")?.Value ?? false;

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dynamic_iota</c>: iota of a shape given as an operand.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_iota">dynamic_iota</see>.</remarks>
public readonly record struct DynamicIotaOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dynamic_iota";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DynamicIotaOp? From(Operation? op) => op is not null && op.Name == OpName ? new DynamicIotaOp(op) : null;

    /// <summary>Operand output_shape (I1): <see cref="TypeConstraints.StaticDimensionTensor"/>.</summary>
    public Value OutputShape => Op.Operands[0];

    /// <summary>Attribute iota_dimension (I2, range C1): <see cref="AttributeKind.I64NonNegative"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long IotaDimension => AttributeAccess.Required<IntegerAttr>(Op, "iota_dimension").Value;

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dynamic_pad</c>: pad with amounts given as operands.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_pad">dynamic_pad</see>.</remarks>
public readonly record struct DynamicPadOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dynamic_pad";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DynamicPadOp? From(Operation? op) => op is not null && op.Name == OpName ? new DynamicPadOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand padding_value (I2): <see cref="TypeConstraints.ScalarTensor"/>.</summary>
    public Value PaddingValue => Op.Operands[1];

    /// <summary>Operand edge_padding_low (I3): <see cref="TypeConstraints.StaticDimensionTensor"/>.</summary>
    public Value EdgePaddingLow => Op.Operands[2];

    /// <summary>Operand edge_padding_high (I4): <see cref="TypeConstraints.StaticDimensionTensor"/>.</summary>
    public Value EdgePaddingHigh => Op.Operands[3];

    /// <summary>Operand interior_padding (I5): <see cref="TypeConstraints.StaticDimensionTensor"/>.</summary>
    public Value InteriorPadding => Op.Operands[4];

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dynamic_reshape</c>: reshape to a shape given as an operand.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_reshape">dynamic_reshape</see>.</remarks>
public readonly record struct DynamicReshapeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dynamic_reshape";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DynamicReshapeOp? From(Operation? op) => op is not null && op.Name == OpName ? new DynamicReshapeOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand output_shape (I2): <see cref="TypeConstraints.StaticDimensionTensor"/>.</summary>
    public Value OutputShape => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dynamic_slice</c>: a slice of fixed sizes from start indices given as operands, clamped so that it fits.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_slice">dynamic_slice</see>.</remarks>
public readonly record struct DynamicSliceOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dynamic_slice";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DynamicSliceOp? From(Operation? op) => op is not null && op.Name == OpName ? new DynamicSliceOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operands start_indices (I2): <see cref="TypeConstraints.ScalarIntTensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> StartIndices => Def.OperandsOf(Op, 1);

    /// <summary>Attribute slice_sizes (I3): <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> SliceSizes => AttributeAccess.Required<DenseArrayAttr>(Op, "slice_sizes").Values;

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.dynamic_update_slice</c>: the operand with a slice at start indices replaced by update, clamped so that it fits.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_update_slice">dynamic_update_slice</see>.</remarks>
public readonly record struct DynamicUpdateSliceOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.dynamic_update_slice";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static DynamicUpdateSliceOp? From(Operation? op) => op is not null && op.Name == OpName ? new DynamicUpdateSliceOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand update (I2): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Update => Op.Operands[1];

    /// <summary>Operands start_indices (I3): <see cref="TypeConstraints.ScalarIntTensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> StartIndices => Def.OperandsOf(Op, 2);

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.einsum</c>: a sum of products of two tensors as an equation of named dimensions says.</summary>
/// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
public readonly record struct EinsumOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.einsum";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static EinsumOp? From(Operation? op) => op is not null && op.Name == OpName ? new EinsumOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute einsum_config: <see cref="AttributeKind.String"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public string EinsumConfig => AttributeAccess.Required<StringAttr>(Op, "einsum_config").Value;

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.exponential</c>: e to the power of each element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#exponential">exponential</see>.</remarks>
public readonly record struct ExponentialOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.exponential";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ExponentialOp? From(Operation? op) => op is not null && op.Name == OpName ? new ExponentialOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy: <see cref="AttributeKind.ResultAccuracy"/>; DEFAULT when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result: <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.exponential_minus_one</c>: e to the power of each element, less one, accurate near zero.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#exponential_minus_one">exponential_minus_one</see>.</remarks>
public readonly record struct ExponentialMinusOneOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.exponential_minus_one";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ExponentialMinusOneOp? From(Operation? op) => op is not null && op.Name == OpName ? new ExponentialMinusOneOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy: <see cref="AttributeKind.ResultAccuracy"/>; DEFAULT when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result: <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.fft</c>: forward or inverse Fourier transform, of real or complex numbers, over the last dimensions.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#fft">fft</see>.</remarks>
public readonly record struct FftOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.fft";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static FftOp? From(Operation? op) => op is not null && op.Name == OpName ? new FftOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpOrComplexTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute fft_type (I2): <see cref="I1Xla.StableHlo.Ops.FftType"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public FftType FftType => AttributeAccess.Enum<FftType>(Op, "fft_type");

    /// <summary>Attribute fft_length (I3): <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> FftLength => AttributeAccess.Required<DenseArrayAttr>(Op, "fft_length").Values;

    /// <summary>Result result: <see cref="TypeConstraints.FpOrComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.floor</c>: each element rounded down to a whole number.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#floor">floor</see>.</remarks>
public readonly record struct FloorOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.floor";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static FloorOp? From(Operation? op) => op is not null && op.Name == OpName ? new FloorOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.gather</c>: slices of the operand at the offsets in start_indices, put together.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#gather">gather</see>.</remarks>
public readonly record struct GatherOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.gather";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static GatherOp? From(Operation? op) => op is not null && op.Name == OpName ? new GatherOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand start_indices (I2): <see cref="TypeConstraints.IntTensor"/>.</summary>
    public Value StartIndices => Op.Operands[1];

    /// <summary>Attribute dimension_numbers (I3): <see cref="AttributeKind.GatherDimensionNumbers"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public GatherDimensionNumbersAttr DimensionNumbers => AttributeAccess.Required<GatherDimensionNumbersAttr>(Op, "dimension_numbers");

    /// <summary>Attribute slice_sizes (I9): <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> SliceSizes => AttributeAccess.Required<DenseArrayAttr>(Op, "slice_sizes").Values;

    /// <summary>Attribute indices_are_sorted (I10): <see cref="AttributeKind.Bool"/>; false when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public bool IndicesAreSorted => AttributeAccess.Optional<BoolAttr>(Op, "indices_are_sorted")?.Value ?? false;

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.get_dimension_size</c>: size of one dimension, as a scalar of i32.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#get_dimension_size">get_dimension_size</see>.</remarks>
public readonly record struct GetDimensionSizeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.get_dimension_size";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static GetDimensionSizeOp? From(Operation? op) => op is not null && op.Name == OpName ? new GetDimensionSizeOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute dimension (I2, range C1): <see cref="AttributeKind.I64NonNegative"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long Dimension => AttributeAccess.Required<IntegerAttr>(Op, "dimension").Value;

    /// <summary>Result result: <see cref="TypeConstraints.I32RankedTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.get_tuple_element</c>: one element of a tuple.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#get_tuple_element">get_tuple_element</see>.</remarks>
public readonly record struct GetTupleElementOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.get_tuple_element";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static GetTupleElementOp? From(Operation? op) => op is not null && op.Name == OpName ? new GetTupleElementOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.Tuple"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute index (I2, range C1): <see cref="AttributeKind.I32NonNegative"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public int Index => (int)AttributeAccess.Required<IntegerAttr>(Op, "index").Value;

    /// <summary>Result result: <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensorOrTokenOrTupleOrBuffer"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.if</c>: runs one of two branches, as the predicate says.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#if">if</see>.</remarks>
public readonly record struct IfOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.if";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static IfOp? From(Operation? op) => op is not null && op.Name == OpName ? new IfOp(op) : null;

    /// <summary>Operand pred (I1): <see cref="TypeConstraints.PredTensor"/>.</summary>
    public Value Pred => Op.Operands[0];

    /// <summary>Region true_branch (I2).</summary>
    public Region TrueBranch => Op.Regions[0];

    /// <summary>Region false_branch (I3).</summary>
    public Region FalseBranch => Op.Regions[1];

    /// <summary>Results results: <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensorOrToken"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.imag</c>: imaginary part of each element; zero of reals.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#imag">imag</see>.</remarks>
public readonly record struct ImagOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.imag";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ImagOp? From(Operation? op) => op is not null && op.Name == OpName ? new ImagOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpOrComplexTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.FpTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.infeed</c>: reads tensors that the host feeds in, and a token.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#infeed">infeed</see>.</remarks>
public readonly record struct InfeedOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.infeed";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static InfeedOp? From(Operation? op) => op is not null && op.Name == OpName ? new InfeedOp(op) : null;

    /// <summary>Operand token (I1): <see cref="TypeConstraints.Token"/>.</summary>
    public Value Token => Op.Operands[0];

    /// <summary>Attribute infeed_config (I2): <see cref="AttributeKind.String"/>; "" when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public string InfeedConfig => AttributeAccess.Optional<StringAttr>(Op, "infeed_config")?.Value ?? "";

    /// <summary>Attribute layout: <see cref="AttributeKind.Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ArrayAttr? Layout => AttributeAccess.Optional<ArrayAttr>(Op, "layout");

    /// <summary>Results results: <see cref="TypeConstraints.StaticShapeTensorOrPerAxisQuantizedTensorOrToken"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.iota</c>: counts from zero along one dimension.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#iota">iota</see>.</remarks>
public readonly record struct IotaOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.iota";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static IotaOp? From(Operation? op) => op is not null && op.Name == OpName ? new IotaOp(op) : null;

    /// <summary>Attribute iota_dimension (I1, range C1): <see cref="AttributeKind.I64NonNegative"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long IotaDimension => AttributeAccess.Required<IntegerAttr>(Op, "iota_dimension").Value;

    /// <summary>Result output: <see cref="TypeConstraints.StaticShapeIntFpComplexOrQuantizedTensor"/>.</summary>
    public OpResult Output => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.is_finite</c>: whether each element is neither infinite nor NaN.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#is_finite">is_finite</see>.</remarks>
public readonly record struct IsFiniteOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.is_finite";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static IsFiniteOp? From(Operation? op) => op is not null && op.Name == OpName ? new IsFiniteOp(op) : null;

    /// <summary>Operand x (I1): <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public Value X => Op.Operands[0];

    /// <summary>Result y: <see cref="TypeConstraints.PredTensor"/>.</summary>
    public OpResult Y => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.log</c>: natural logarithm of each element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#log">log</see>.</remarks>
public readonly record struct LogOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.log";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static LogOp? From(Operation? op) => op is not null && op.Name == OpName ? new LogOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy: <see cref="AttributeKind.ResultAccuracy"/>; DEFAULT when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result: <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.log_plus_one</c>: natural logarithm of one plus each element, accurate near zero.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#log_plus_one">log_plus_one</see>.</remarks>
public readonly record struct LogPlusOneOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.log_plus_one";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static LogPlusOneOp? From(Operation? op) => op is not null && op.Name == OpName ? new LogPlusOneOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy: <see cref="AttributeKind.ResultAccuracy"/>; DEFAULT when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result: <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.logistic</c>: 1 / (1 + exp(-x)) of each element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#logistic">logistic</see>.</remarks>
public readonly record struct LogisticOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.logistic";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static LogisticOp? From(Operation? op) => op is not null && op.Name == OpName ? new LogisticOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy: <see cref="AttributeKind.ResultAccuracy"/>; DEFAULT when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result: <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.map</c>: applies the computation to the inputs, element by element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#map">map</see>.</remarks>
public readonly record struct MapOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.map";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static MapOp? From(Operation? op) => op is not null && op.Name == OpName ? new MapOp(op) : null;

    /// <summary>Operands inputs (I1): <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Attribute dimensions (I2): <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> Dimensions => AttributeAccess.Required<DenseArrayAttr>(Op, "dimensions").Values;

    /// <summary>Region computation (I3).</summary>
    public Region Computation => Op.Regions[0];

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.maximum</c>: the larger of two elements, element by element; logical or of booleans.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#maximum">maximum</see>.</remarks>
public readonly record struct MaximumOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.maximum";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static MaximumOp? From(Operation? op) => op is not null && op.Name == OpName ? new MaximumOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.minimum</c>: the smaller of two elements, element by element; logical and of booleans.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#minimum">minimum</see>.</remarks>
public readonly record struct MinimumOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.minimum";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static MinimumOp? From(Operation? op) => op is not null && op.Name == OpName ? new MinimumOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.multiply</c>: product of two tensors, element by element; logical and of booleans.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#multiply">multiply</see>.</remarks>
public readonly record struct MultiplyOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.multiply";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static MultiplyOp? From(Operation? op) => op is not null && op.Name == OpName ? new MultiplyOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.negate</c>: each element with the opposite sign; two's complement for integers.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#negate">negate</see>.</remarks>
public readonly record struct NegateOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.negate";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static NegateOp? From(Operation? op) => op is not null && op.Name == OpName ? new NegateOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.IntFpOrComplexOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.IntFpOrComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.not</c>: bitwise not of integers, logical not of booleans.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#not">not</see>.</remarks>
public readonly record struct NotOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.not";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static NotOp? From(Operation? op) => op is not null && op.Name == OpName ? new NotOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.PredOrIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.PredOrIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.optimization_barrier</c>: gives its operands; nothing that makes them moves after what uses the results.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#optimization_barrier">optimization_barrier</see>.</remarks>
public readonly record struct OptimizationBarrierOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.optimization_barrier";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static OptimizationBarrierOp? From(Operation? op) => op is not null && op.Name == OpName ? new OptimizationBarrierOp(op) : null;

    /// <summary>Operands operand: <see cref="TypeConstraints.TensorOrToken"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Operand => Def.OperandsOf(Op, 0);

    /// <summary>Results result: <see cref="TypeConstraints.TensorOrToken"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Result => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.or</c>: bitwise or of integers, logical or of booleans, element by element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#or">or</see>.</remarks>
public readonly record struct OrOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.or";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static OrOp? From(Operation? op) => op is not null && op.Name == OpName ? new OrOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.PredOrIntTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.PredOrIntTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.outfeed</c>: hands tensors to the host, gives a token.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#outfeed">outfeed</see>.</remarks>
public readonly record struct OutfeedOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.outfeed";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static OutfeedOp? From(Operation? op) => op is not null && op.Name == OpName ? new OutfeedOp(op) : null;

    /// <summary>Operands inputs (I1): <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Operand token (I2): <see cref="TypeConstraints.Token"/>.</summary>
    public Value Token => Def.OperandsOf(Op, 1)[0];

    /// <summary>Attribute outfeed_config (I3): <see cref="AttributeKind.String"/>; "" when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public string OutfeedConfig => AttributeAccess.Optional<StringAttr>(Op, "outfeed_config")?.Value ?? "";

    /// <summary>Result result: <see cref="TypeConstraints.Token"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.pad</c>: puts padding_value before, after and between elements; negative amounts cut off.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#pad">pad</see>.</remarks>
public readonly record struct PadOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.pad";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static PadOp? From(Operation? op) => op is not null && op.Name == OpName ? new PadOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand padding_value (I2): <see cref="TypeConstraints.ScalarTensor"/>.</summary>
    public Value PaddingValue => Op.Operands[1];

    /// <summary>Attribute edge_padding_low (I3): <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> EdgePaddingLow => AttributeAccess.Required<DenseArrayAttr>(Op, "edge_padding_low").Values;

    /// <summary>Attribute edge_padding_high (I4): <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> EdgePaddingHigh => AttributeAccess.Required<DenseArrayAttr>(Op, "edge_padding_high").Values;

    /// <summary>Attribute interior_padding (I5): <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> InteriorPadding => AttributeAccess.Required<DenseArrayAttr>(Op, "interior_padding").Values;

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.partition_id</c>: the number of this process's partition, a scalar of ui32.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#partition_id">partition_id</see>.</remarks>
public readonly record struct PartitionIdOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.partition_id";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static PartitionIdOp? From(Operation? op) => op is not null && op.Name == OpName ? new PartitionIdOp(op) : null;

    /// <summary>Result result: <see cref="TypeConstraints.UI32RankedTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.popcnt</c>: number of set bits of each element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#popcnt">popcnt</see>.</remarks>
public readonly record struct PopcntOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.popcnt";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static PopcntOp? From(Operation? op) => op is not null && op.Name == OpName ? new PopcntOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.IntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.IntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.power</c>: lhs to the power of rhs, element by element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#power">power</see>.</remarks>
public readonly record struct PowerOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.power";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static PowerOp? From(Operation? op) => op is not null && op.Name == OpName ? new PowerOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.IntFpOrComplexOrQuantizedIntTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.IntFpOrComplexOrQuantizedIntTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.IntFpOrComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.real</c>: real part of each element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#real">real</see>.</remarks>
public readonly record struct RealOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.real";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RealOp? From(Operation? op) => op is not null && op.Name == OpName ? new RealOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpOrComplexTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.FpTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.real_dynamic_slice</c>: a strided slice whose starts, limits and strides are operands.</summary>
/// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
public readonly record struct RealDynamicSliceOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.real_dynamic_slice";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RealDynamicSliceOp? From(Operation? op) => op is not null && op.Name == OpName ? new RealDynamicSliceOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand start_indices: <see cref="TypeConstraints.DimensionTensor"/>.</summary>
    public Value StartIndices => Op.Operands[1];

    /// <summary>Operand limit_indices: <see cref="TypeConstraints.DimensionTensor"/>.</summary>
    public Value LimitIndices => Op.Operands[2];

    /// <summary>Operand strides: <see cref="TypeConstraints.DimensionTensor"/>.</summary>
    public Value Strides => Op.Operands[3];

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.recv</c>: receives tensors over a channel, gives them and a token.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#recv">recv</see>.</remarks>
public readonly record struct RecvOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.recv";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RecvOp? From(Operation? op) => op is not null && op.Name == OpName ? new RecvOp(op) : null;

    /// <summary>Operand token (I1): <see cref="TypeConstraints.Token"/>.</summary>
    public Value Token => Op.Operands[0];

    /// <summary>Attribute channel_handle (I2): <see cref="AttributeKind.ChannelHandle"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ChannelHandleAttr ChannelHandle => AttributeAccess.Required<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Attribute is_host_transfer (I4): <see cref="AttributeKind.Bool"/>; false when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public bool IsHostTransfer => AttributeAccess.Optional<BoolAttr>(Op, "is_host_transfer")?.Value ?? false;

    /// <summary>Attribute source_target_pairs (I5): <see cref="AttributeKind.I64Elements"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public DenseElementsAttr? SourceTargetPairs => AttributeAccess.Optional<DenseElementsAttr>(Op, "source_target_pairs");

    /// <summary>Results results: <see cref="TypeConstraints.StaticShapeTensorOrPerAxisQuantizedTensorOrToken"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.reduce</c>: combines the elements along dimensions with the body, from initial values.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#reduce">reduce</see>.</remarks>
public readonly record struct ReduceOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.reduce";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ReduceOp? From(Operation? op) => op is not null && op.Name == OpName ? new ReduceOp(op) : null;

    /// <summary>Operands inputs (I1): <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Operands init_values (I2): <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> InitValues => Def.OperandsOf(Op, 1);

    /// <summary>Attribute dimensions (I3): <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> Dimensions => AttributeAccess.Required<DenseArrayAttr>(Op, "dimensions").Values;

    /// <summary>Region body (I4).</summary>
    public Region Body => Op.Regions[0];

    /// <summary>Results results: <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.reduce_precision</c>: rounds each element to a float of given exponent and mantissa widths, and back.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#reduce_precision">reduce_precision</see>.</remarks>
public readonly record struct ReducePrecisionOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.reduce_precision";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ReducePrecisionOp? From(Operation? op) => op is not null && op.Name == OpName ? new ReducePrecisionOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute exponent_bits (I2, range C2): <see cref="AttributeKind.I32Positive"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public int ExponentBits => (int)AttributeAccess.Required<IntegerAttr>(Op, "exponent_bits").Value;

    /// <summary>Attribute mantissa_bits (I3, range C3): <see cref="AttributeKind.I32NonNegative"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public int MantissaBits => (int)AttributeAccess.Required<IntegerAttr>(Op, "mantissa_bits").Value;

    /// <summary>Result output: <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public OpResult Output => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.reduce_scatter</c>: combines the operands of a group, splits the result along scatter_dimension, gives part i to process i.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#reduce_scatter">reduce_scatter</see>.</remarks>
public readonly record struct ReduceScatterOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.reduce_scatter";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ReduceScatterOp? From(Operation? op) => op is not null && op.Name == OpName ? new ReduceScatterOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute scatter_dimension (I2, range C2): <see cref="AttributeKind.I64NonNegative"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long ScatterDimension => AttributeAccess.Required<IntegerAttr>(Op, "scatter_dimension").Value;

    /// <summary>Attribute replica_groups (I3): <see cref="AttributeKind.ReplicaGroups"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public Attribute ReplicaGroups => AttributeAccess.Required<Attribute>(Op, "replica_groups");

    /// <summary>Attribute channel_handle (I4): <see cref="AttributeKind.ChannelHandle"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ChannelHandleAttr? ChannelHandle => AttributeAccess.Optional<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Attribute use_global_device_ids (I5): <see cref="AttributeKind.Unit"/>.</summary>
    public bool UseGlobalDeviceIds => Op.Attributes.Contains("use_global_device_ids");

    /// <summary>Region computation (I6).</summary>
    public Region Computation => Op.Regions[0];

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.reduce_window</c>: combines the elements of each window with the body, from initial values.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#reduce_window">reduce_window</see>.</remarks>
public readonly record struct ReduceWindowOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.reduce_window";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ReduceWindowOp? From(Operation? op) => op is not null && op.Name == OpName ? new ReduceWindowOp(op) : null;

    /// <summary>Operands inputs (I1): <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Operands init_values (I2): <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> InitValues => Def.OperandsOf(Op, 1);

    /// <summary>Attribute window_dimensions (I3): <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> WindowDimensions => AttributeAccess.Required<DenseArrayAttr>(Op, "window_dimensions").Values;

    /// <summary>Attribute window_strides (I4): <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? WindowStrides => AttributeAccess.Optional<DenseArrayAttr>(Op, "window_strides")?.Values;

    /// <summary>Attribute base_dilations (I5): <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BaseDilations => AttributeAccess.Optional<DenseArrayAttr>(Op, "base_dilations")?.Values;

    /// <summary>Attribute window_dilations (I6): <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? WindowDilations => AttributeAccess.Optional<DenseArrayAttr>(Op, "window_dilations")?.Values;

    /// <summary>Attribute padding (I7): <see cref="AttributeKind.I64Elements"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public DenseElementsAttr? Padding => AttributeAccess.Optional<DenseElementsAttr>(Op, "padding");

    /// <summary>Region body (I8).</summary>
    public Region Body => Op.Regions[0];

    /// <summary>Results results: <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.remainder</c>: remainder of division with the sign of the dividend, element by element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#remainder">remainder</see>.</remarks>
public readonly record struct RemainderOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.remainder";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RemainderOp? From(Operation? op) => op is not null && op.Name == OpName ? new RemainderOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.IntFpOrComplexOrQuantizedIntTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.IntFpOrComplexOrQuantizedIntTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.IntFpOrComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.replica_id</c>: the number of this process's replica, a scalar of ui32.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#replica_id">replica_id</see>.</remarks>
public readonly record struct ReplicaIdOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.replica_id";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ReplicaIdOp? From(Operation? op) => op is not null && op.Name == OpName ? new ReplicaIdOp(op) : null;

    /// <summary>Result result: <see cref="TypeConstraints.UI32RankedTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.reshape</c>: the same elements, in row-major order, in another shape.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#reshape">reshape</see>.</remarks>
public readonly record struct ReshapeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.reshape";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ReshapeOp? From(Operation? op) => op is not null && op.Name == OpName ? new ReshapeOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.StaticShapeTensorPerAxisQuantizedTensorOrBoundedTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.return</c>: ends a region and gives its values to the operation around it.</summary>
/// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
public readonly record struct ReturnOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.return";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ReturnOp? From(Operation? op) => op is not null && op.Name == OpName ? new ReturnOp(op) : null;

    /// <summary>Operands results: <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensorOrTokenOrBuffer"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Results => Def.OperandsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.reverse</c>: reverses the order of elements along dimensions.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#reverse">reverse</see>.</remarks>
public readonly record struct ReverseOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.reverse";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ReverseOp? From(Operation? op) => op is not null && op.Name == OpName ? new ReverseOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute dimensions (I2): <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> Dimensions => AttributeAccess.Required<DenseArrayAttr>(Op, "dimensions").Values;

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.rng</c>: random numbers of a uniform or normal distribution; no state is given back.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#rng">rng</see>.</remarks>
public readonly record struct RngOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.rng";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RngOp? From(Operation? op) => op is not null && op.Name == OpName ? new RngOp(op) : null;

    /// <summary>Operand a (I1): <see cref="TypeConstraints.ScalarPredIntOrFpTensor"/>.</summary>
    public Value A => Op.Operands[0];

    /// <summary>Operand b (I2): <see cref="TypeConstraints.ScalarPredIntOrFpTensor"/>.</summary>
    public Value B => Op.Operands[1];

    /// <summary>Operand shape (I3): <see cref="TypeConstraints.StaticDimensionTensor"/>.</summary>
    public Value Shape => Op.Operands[2];

    /// <summary>Attribute rng_distribution (I4): <see cref="I1Xla.StableHlo.Ops.RngDistribution"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public RngDistribution RngDistribution => AttributeAccess.Enum<RngDistribution>(Op, "rng_distribution");

    /// <summary>Result result: <see cref="TypeConstraints.PredIntOrFpTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.rng_bit_generator</c>: random bits from a state, with the state that follows.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#rng_bit_generator">rng_bit_generator</see>.</remarks>
public readonly record struct RngBitGeneratorOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.rng_bit_generator";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RngBitGeneratorOp? From(Operation? op) => op is not null && op.Name == OpName ? new RngBitGeneratorOp(op) : null;

    /// <summary>Operand initial_state (I2): <see cref="TypeConstraints.IntOrFpTensor"/>.</summary>
    public Value InitialState => Op.Operands[0];

    /// <summary>Attribute rng_algorithm (I1): <see cref="I1Xla.StableHlo.Ops.RngAlgorithm"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public RngAlgorithm RngAlgorithm => AttributeAccess.Enum<RngAlgorithm>(Op, "rng_algorithm");

    /// <summary>Result output_state: <see cref="TypeConstraints.IntOrFpTensor"/>.</summary>
    public OpResult OutputState => Op.Results[0];

    /// <summary>Result output: <see cref="TypeConstraints.StaticShapeIntOrFpTensor"/>.</summary>
    public OpResult Output => Op.Results[1];
}

/// <summary>A view of a <c>stablehlo.round_nearest_afz</c>: each element rounded to the nearest whole number, ties away from zero.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#round_nearest_afz">round_nearest_afz</see>.</remarks>
public readonly record struct RoundNearestAfzOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.round_nearest_afz";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RoundNearestAfzOp? From(Operation? op) => op is not null && op.Name == OpName ? new RoundNearestAfzOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.round_nearest_even</c>: each element rounded to the nearest whole number, ties to even.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#round_nearest_even">round_nearest_even</see>.</remarks>
public readonly record struct RoundNearestEvenOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.round_nearest_even";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RoundNearestEvenOp? From(Operation? op) => op is not null && op.Name == OpName ? new RoundNearestEvenOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.FpOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.rsqrt</c>: one over the square root of each element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#rsqrt">rsqrt</see>.</remarks>
public readonly record struct RsqrtOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.rsqrt";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static RsqrtOp? From(Operation? op) => op is not null && op.Name == OpName ? new RsqrtOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy: <see cref="AttributeKind.ResultAccuracy"/>; DEFAULT when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result: <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.scatter</c>: the inputs with slices at the offsets in scatter_indices combined with updates by the computation.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#scatter">scatter</see>.</remarks>
public readonly record struct ScatterOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.scatter";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ScatterOp? From(Operation? op) => op is not null && op.Name == OpName ? new ScatterOp(op) : null;

    /// <summary>Operands inputs (I1): <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Operand scatter_indices (I2): <see cref="TypeConstraints.IntegerOrIndexTensor"/>.</summary>
    public Value ScatterIndices => Def.OperandsOf(Op, 1)[0];

    /// <summary>Operands updates (I3): <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Updates => Def.OperandsOf(Op, 2);

    /// <summary>Attribute scatter_dimension_numbers (I4): <see cref="AttributeKind.ScatterDimensionNumbers"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ScatterDimensionNumbersAttr ScatterDimensionNumbers => AttributeAccess.Required<ScatterDimensionNumbersAttr>(Op, "scatter_dimension_numbers");

    /// <summary>Attribute indices_are_sorted (I10): <see cref="AttributeKind.Bool"/>; false when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public bool IndicesAreSorted => AttributeAccess.Optional<BoolAttr>(Op, "indices_are_sorted")?.Value ?? false;

    /// <summary>Attribute unique_indices (I11): <see cref="AttributeKind.Bool"/>; false when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public bool UniqueIndices => AttributeAccess.Optional<BoolAttr>(Op, "unique_indices")?.Value ?? false;

    /// <summary>Region update_computation (I12).</summary>
    public Region UpdateComputation => Op.Regions[0];

    /// <summary>Results results: <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.select</c>: on_true or on_false, as each element of the predicate says.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#select">select</see>.</remarks>
public readonly record struct SelectOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.select";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SelectOp? From(Operation? op) => op is not null && op.Name == OpName ? new SelectOp(op) : null;

    /// <summary>Operand pred (I1): <see cref="TypeConstraints.PredTensor"/>.</summary>
    public Value Pred => Op.Operands[0];

    /// <summary>Operand on_true (I2): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value OnTrue => Op.Operands[1];

    /// <summary>Operand on_false (I3): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value OnFalse => Op.Operands[2];

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.select_and_scatter</c>: scatters each element of source to the place that select picks in its window of the operand, combining with scatter.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#select_and_scatter">select_and_scatter</see>.</remarks>
public readonly record struct SelectAndScatterOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.select_and_scatter";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SelectAndScatterOp? From(Operation? op) => op is not null && op.Name == OpName ? new SelectAndScatterOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand source (I2): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Source => Op.Operands[1];

    /// <summary>Operand init_value (I3): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value InitValue => Op.Operands[2];

    /// <summary>Attribute window_dimensions (I4): <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? WindowDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "window_dimensions")?.Values;

    /// <summary>Attribute window_strides (I5): <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? WindowStrides => AttributeAccess.Optional<DenseArrayAttr>(Op, "window_strides")?.Values;

    /// <summary>Attribute padding (I6): <see cref="AttributeKind.I64Elements"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public DenseElementsAttr? Padding => AttributeAccess.Optional<DenseElementsAttr>(Op, "padding");

    /// <summary>Region select (I7).</summary>
    public Region Select => Op.Regions[0];

    /// <summary>Region scatter (I8).</summary>
    public Region Scatter => Op.Regions[1];

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.send</c>: sends tensors over a channel, gives a token.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#send">send</see>.</remarks>
public readonly record struct SendOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.send";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SendOp? From(Operation? op) => op is not null && op.Name == OpName ? new SendOp(op) : null;

    /// <summary>Operands inputs (I1): <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Operand token (I2): <see cref="TypeConstraints.Token"/>.</summary>
    public Value Token => Def.OperandsOf(Op, 1)[0];

    /// <summary>Attribute channel_handle (I3): <see cref="AttributeKind.ChannelHandle"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ChannelHandleAttr ChannelHandle => AttributeAccess.Required<ChannelHandleAttr>(Op, "channel_handle");

    /// <summary>Attribute is_host_transfer (I5): <see cref="AttributeKind.Bool"/>; false when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public bool IsHostTransfer => AttributeAccess.Optional<BoolAttr>(Op, "is_host_transfer")?.Value ?? false;

    /// <summary>Attribute source_target_pairs (I6): <see cref="AttributeKind.I64Elements"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public DenseElementsAttr? SourceTargetPairs => AttributeAccess.Optional<DenseElementsAttr>(Op, "source_target_pairs");

    /// <summary>Result result: <see cref="TypeConstraints.Token"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.set_dimension_size</c>: gives a dimension a size at run time, up to its static size as the bound.</summary>
/// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
public readonly record struct SetDimensionSizeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.set_dimension_size";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SetDimensionSizeOp? From(Operation? op) => op is not null && op.Name == OpName ? new SetDimensionSizeOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand size: <see cref="TypeConstraints.I32RankedTensor"/>.</summary>
    public Value Size => Op.Operands[1];

    /// <summary>Attribute dimension: <see cref="AttributeKind.I64NonNegative"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long Dimension => AttributeAccess.Required<IntegerAttr>(Op, "dimension").Value;

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.shift_left</c>: bits of lhs shifted left by rhs, element by element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#shift_left">shift_left</see>.</remarks>
public readonly record struct ShiftLeftOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.shift_left";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ShiftLeftOp? From(Operation? op) => op is not null && op.Name == OpName ? new ShiftLeftOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.IntTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.IntTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.IntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.shift_right_arithmetic</c>: bits of lhs shifted right by rhs, the sign bit repeated, element by element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#shift_right_arithmetic">shift_right_arithmetic</see>.</remarks>
public readonly record struct ShiftRightArithmeticOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.shift_right_arithmetic";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ShiftRightArithmeticOp? From(Operation? op) => op is not null && op.Name == OpName ? new ShiftRightArithmeticOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.IntTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.IntTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.IntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.shift_right_logical</c>: bits of lhs shifted right by rhs, zeros coming in, element by element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#shift_right_logical">shift_right_logical</see>.</remarks>
public readonly record struct ShiftRightLogicalOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.shift_right_logical";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ShiftRightLogicalOp? From(Operation? op) => op is not null && op.Name == OpName ? new ShiftRightLogicalOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.IntTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.IntTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.IntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.sign</c>: -1, 0 or 1 as the sign of each element; of complex numbers, the number over its modulus.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#sign">sign</see>.</remarks>
public readonly record struct SignOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.sign";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SignOp? From(Operation? op) => op is not null && op.Name == OpName ? new SignOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.SIntFpComplexOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.SIntFpComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.sine</c>: sine of each element, which is in radians.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#sine">sine</see>.</remarks>
public readonly record struct SineOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.sine";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SineOp? From(Operation? op) => op is not null && op.Name == OpName ? new SineOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy: <see cref="AttributeKind.ResultAccuracy"/>; DEFAULT when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result: <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.slice</c>: a strided slice with bounds known at compile time.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#slice">slice</see>.</remarks>
public readonly record struct SliceOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.slice";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SliceOp? From(Operation? op) => op is not null && op.Name == OpName ? new SliceOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute start_indices (I2): <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> StartIndices => AttributeAccess.Required<DenseArrayAttr>(Op, "start_indices").Values;

    /// <summary>Attribute limit_indices (I3): <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> LimitIndices => AttributeAccess.Required<DenseArrayAttr>(Op, "limit_indices").Values;

    /// <summary>Attribute strides (I4): <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> Strides => AttributeAccess.Required<DenseArrayAttr>(Op, "strides").Values;

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.sort</c>: sorts along one dimension, all inputs alike, by the comparator.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#sort">sort</see>.</remarks>
public readonly record struct SortOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.sort";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SortOp? From(Operation? op) => op is not null && op.Name == OpName ? new SortOp(op) : null;

    /// <summary>Operands inputs (I1): <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Attribute dimension (I2): <see cref="AttributeKind.I64"/>; -1 when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public long Dimension => AttributeAccess.Optional<IntegerAttr>(Op, "dimension")?.Value ?? -1;

    /// <summary>Attribute is_stable (I3): <see cref="AttributeKind.Bool"/>; false when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public bool IsStable => AttributeAccess.Optional<BoolAttr>(Op, "is_stable")?.Value ?? false;

    /// <summary>Region comparator (I4).</summary>
    public Region Comparator => Op.Regions[0];

    /// <summary>Results results: <see cref="TypeConstraints.Tensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.sqrt</c>: square root of each element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#sqrt">sqrt</see>.</remarks>
public readonly record struct SqrtOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.sqrt";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SqrtOp? From(Operation? op) => op is not null && op.Name == OpName ? new SqrtOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy: <see cref="AttributeKind.ResultAccuracy"/>; DEFAULT when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result: <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.subtract</c>: difference of two tensors, element by element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#subtract">subtract</see>.</remarks>
public readonly record struct SubtractOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.subtract";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static SubtractOp? From(Operation? op) => op is not null && op.Name == OpName ? new SubtractOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.IntFpOrComplexOrQuantizedIntTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.IntFpOrComplexOrQuantizedIntTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.IntFpOrComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.tan</c>: tangent of each element, which is in radians.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#tan">tan</see>.</remarks>
public readonly record struct TanOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.tan";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static TanOp? From(Operation? op) => op is not null && op.Name == OpName ? new TanOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy: <see cref="AttributeKind.ResultAccuracy"/>; DEFAULT when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result: <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.tanh</c>: hyperbolic tangent of each element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#tanh">tanh</see>.</remarks>
public readonly record struct TanhOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.tanh";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static TanhOp? From(Operation? op) => op is not null && op.Name == OpName ? new TanhOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute result_accuracy: <see cref="AttributeKind.ResultAccuracy"/>; DEFAULT when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ResultAccuracyAttr ResultAccuracy => AttributeAccess.Optional<ResultAccuracyAttr>(Op, "result_accuracy") ?? new ResultAccuracyAttr(0, 0, 0, "DEFAULT");

    /// <summary>Result result: <see cref="TypeConstraints.FpComplexOrQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.torch_index_select</c>: slices of the operand along dim at the positions in index, for each index of the first batch_dims dimensions.</summary>
/// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
public readonly record struct TorchIndexSelectOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.torch_index_select";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static TorchIndexSelectOp? From(Operation? op) => op is not null && op.Name == OpName ? new TorchIndexSelectOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Operand index: <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Index => Op.Operands[1];

    /// <summary>Attribute dim: <see cref="AttributeKind.I64"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long Dim => AttributeAccess.Required<IntegerAttr>(Op, "dim").Value;

    /// <summary>Attribute batch_dims: <see cref="AttributeKind.I64"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long BatchDims => AttributeAccess.Required<IntegerAttr>(Op, "batch_dims").Value;

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.transpose</c>: reorders the dimensions: dimension i of the result is dimension permutation[i] of the operand.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#transpose">transpose</see>.</remarks>
public readonly record struct TransposeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.transpose";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static TransposeOp? From(Operation? op) => op is not null && op.Name == OpName ? new TransposeOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute permutation (I2): <see cref="AttributeKind.I64Array"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ValueArray<long> Permutation => AttributeAccess.Required<DenseArrayAttr>(Op, "permutation").Values;

    /// <summary>Result result: <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.triangular_solve</c>: solves systems of linear equations with triangular matrices, a batch at a time.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#triangular_solve">triangular_solve</see>.</remarks>
public readonly record struct TriangularSolveOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.triangular_solve";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static TriangularSolveOp? From(Operation? op) => op is not null && op.Name == OpName ? new TriangularSolveOp(op) : null;

    /// <summary>Operand a (I1): <see cref="TypeConstraints.FpOrComplexTensor"/>.</summary>
    public Value A => Op.Operands[0];

    /// <summary>Operand b (I2): <see cref="TypeConstraints.FpOrComplexTensor"/>.</summary>
    public Value B => Op.Operands[1];

    /// <summary>Attribute left_side (I3): <see cref="AttributeKind.Bool"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public bool LeftSide => AttributeAccess.Required<BoolAttr>(Op, "left_side").Value;

    /// <summary>Attribute lower (I4): <see cref="AttributeKind.Bool"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public bool Lower => AttributeAccess.Required<BoolAttr>(Op, "lower").Value;

    /// <summary>Attribute unit_diagonal (I5): <see cref="AttributeKind.Bool"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public bool UnitDiagonal => AttributeAccess.Required<BoolAttr>(Op, "unit_diagonal").Value;

    /// <summary>Attribute transpose_a (I6): <see cref="I1Xla.StableHlo.Ops.Transpose"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public Transpose TransposeA => AttributeAccess.Enum<Transpose>(Op, "transpose_a");

    /// <summary>Result result: <see cref="TypeConstraints.FpOrComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.tuple</c>: a tuple of values.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#tuple">tuple</see>.</remarks>
public readonly record struct TupleOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.tuple";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static TupleOp? From(Operation? op) => op is not null && op.Name == OpName ? new TupleOp(op) : null;

    /// <summary>Operands val (I1): <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensorOrTokenOrTupleOrBuffer"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Val => Def.OperandsOf(Op, 0);

    /// <summary>Result result: <see cref="TypeConstraints.Tuple"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.unary_einsum</c>: a sum over one tensor as an equation of named dimensions says.</summary>
/// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
public readonly record struct UnaryEinsumOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.unary_einsum";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static UnaryEinsumOp? From(Operation? op) => op is not null && op.Name == OpName ? new UnaryEinsumOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.Tensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute einsum_config: <see cref="AttributeKind.String"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public string EinsumConfig => AttributeAccess.Required<StringAttr>(Op, "einsum_config").Value;

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.uniform_dequantize</c>: real numbers from quantized ones: (value - zero point) * scale.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#uniform_dequantize">uniform_dequantize</see>.</remarks>
public readonly record struct UniformDequantizeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.uniform_dequantize";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static UniformDequantizeOp? From(Operation? op) => op is not null && op.Name == OpName ? new UniformDequantizeOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.QuantizedIntOrPerAxisQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.FpTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.uniform_quantize</c>: quantizes real numbers, or quantizes quantized ones anew.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#uniform_quantize">uniform_quantize</see>.</remarks>
public readonly record struct UniformQuantizeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.uniform_quantize";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static UniformQuantizeOp? From(Operation? op) => op is not null && op.Name == OpName ? new UniformQuantizeOp(op) : null;

    /// <summary>Operand operand (I1): <see cref="TypeConstraints.FloatOrQuantizedIntOrPerAxisQuantizedIntTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.QuantizedIntOrPerAxisQuantizedIntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>stablehlo.while</c>: runs the body as long as the condition gives true.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#while">while</see>.</remarks>
public readonly record struct WhileOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.while";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static WhileOp? From(Operation? op) => op is not null && op.Name == OpName ? new WhileOp(op) : null;

    /// <summary>Operands operand (I1): <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensorOrTokenOrBuffer"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Operand => Def.OperandsOf(Op, 0);

    /// <summary>Region cond (I2).</summary>
    public Region Cond => Op.Regions[0];

    /// <summary>Region body (I3).</summary>
    public Region Body => Op.Regions[1];

    /// <summary>Results results: <see cref="TypeConstraints.TensorOrPerAxisQuantizedTensorOrTokenOrBuffer"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Results => Def.ResultsOf(Op, 0);
}

/// <summary>A view of a <c>stablehlo.xor</c>: bitwise exclusive or of integers, logical of booleans, element by element.</summary>
/// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#xor">xor</see>.</remarks>
public readonly record struct XorOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "stablehlo.xor";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static XorOp? From(Operation? op) => op is not null && op.Name == OpName ? new XorOp(op) : null;

    /// <summary>Operand lhs (I1): <see cref="TypeConstraints.PredOrIntTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs (I2): <see cref="TypeConstraints.PredOrIntTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.Tensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}
