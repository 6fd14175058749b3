// Generated from ops.table by tools/I1Xla.Generate (dotnet run --project tools/I1Xla.Generate -- ops). Do not edit.
#nullable enable
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Verify;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Ops;

/// <summary>Makes operations of the StableHlo dialect. Where result types follow from the operands they are inferred, and an error names the violated constraint. Sources are with each.</summary>
public static class StableHloBuilders
{
    /// <summary>Appends a <c>stablehlo.abs</c>: absolute value of each element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#abs">abs</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Abs(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, AbsOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.add</c>: sum of two tensors, element by element; logical or of booleans.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#add">add</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Add(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, AddOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.after_all</c>: one token that orders what follows after everything that made the input tokens.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#after_all">after_all</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value AfterAll(this OpBuilder builder, ReadOnlySpan<Value> inputs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, AfterAllOp.OpName, inputs, attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.all_gather</c>: concatenates the operands of all processes of a group along all_gather_dim.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#all_gather">all_gather</see>.</remarks>
    public static Operation AllGather(this OpBuilder builder, ReadOnlySpan<Value> operands, ReadOnlySpan<IrType> resultTypes, long allGatherDim, Attribute replicaGroups, ChannelHandleAttr? channelHandle = null, bool useGlobalDeviceIds = false)
    {
        var attributes = new AttributeMap();
        attributes.Set("all_gather_dim", IntegerAttr.I64(allGatherDim));
        attributes.Set("replica_groups", replicaGroups);
        if (channelHandle is { } channelHandleValue)
        {
            attributes.Set("channel_handle", channelHandleValue);
        }
        if (useGlobalDeviceIds)
        {
            attributes.Set("use_global_device_ids", UnitAttr.Instance);
        }
        return builder.Create(AllGatherOp.OpName, operands, resultTypes, attributes, []);
    }

    /// <summary>Appends a <c>stablehlo.all_reduce</c>: combines the operands of all processes of a group, element by element, with the computation.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#all_reduce">all_reduce</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation AllReduce(this OpBuilder builder, ReadOnlySpan<Value> operands, Attribute replicaGroups, Region computation, ChannelHandleAttr? channelHandle = null, bool useGlobalDeviceIds = false)
    {
        var attributes = new AttributeMap();
        attributes.Set("replica_groups", replicaGroups);
        if (channelHandle is { } channelHandleValue)
        {
            attributes.Set("channel_handle", channelHandleValue);
        }
        if (useGlobalDeviceIds)
        {
            attributes.Set("use_global_device_ids", UnitAttr.Instance);
        }
        return TypeInference.Create(builder, AllReduceOp.OpName, operands, attributes, [computation]);
    }

    /// <summary>Appends a <c>stablehlo.all_to_all</c>: splits the operands along split_dimension, sends part i to process i of the group and concatenates what arrives along concat_dimension.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#all_to_all">all_to_all</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation AllToAll(this OpBuilder builder, ReadOnlySpan<Value> operands, long splitDimension, long concatDimension, long splitCount, Attribute replicaGroups, ChannelHandleAttr? channelHandle = null)
    {
        var attributes = new AttributeMap();
        attributes.Set("split_dimension", IntegerAttr.I64(splitDimension));
        attributes.Set("concat_dimension", IntegerAttr.I64(concatDimension));
        attributes.Set("split_count", IntegerAttr.I64(splitCount));
        attributes.Set("replica_groups", replicaGroups);
        if (channelHandle is { } channelHandleValue)
        {
            attributes.Set("channel_handle", channelHandleValue);
        }
        return TypeInference.Create(builder, AllToAllOp.OpName, operands, attributes, []);
    }

    /// <summary>Appends a <c>stablehlo.and</c>: bitwise and of integers, logical and of booleans, element by element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#and">and</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value And(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, AndOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.async_done</c>: waits for an async_start and gives its results.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#async_done">async_done</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value AsyncDone(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, AsyncDoneOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.async_start</c>: starts the operation in its region without waiting for it.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#async_start">async_start</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value AsyncStart(this OpBuilder builder, ReadOnlySpan<Value> operands, Region body)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, AsyncStartOp.OpName, operands, attributes, [body]).Result;
    }

    /// <summary>Appends a <c>stablehlo.atan2</c>: angle in radians of the point (rhs, lhs), from -pi to pi, element by element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#atan2">atan2</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Atan2(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, Atan2Op.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.batch_norm_grad</c>: gradients of batch_norm_training with respect to operand, scale and offset.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#batch_norm_grad">batch_norm_grad</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation BatchNormGrad(this OpBuilder builder, Value operand, Value scale, Value mean, Value variance, Value gradOutput, float epsilon, long featureIndex)
    {
        var attributes = new AttributeMap();
        attributes.Set("epsilon", new FloatAttr(epsilon, ScalarType.F32));
        attributes.Set("feature_index", IntegerAttr.I64(featureIndex));
        return TypeInference.Create(builder, BatchNormGradOp.OpName, [operand, scale, mean, variance, gradOutput], attributes, []);
    }

    /// <summary>Appends a <c>stablehlo.batch_norm_inference</c>: normalizes with a given mean and variance of each feature, then scales and shifts.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#batch_norm_inference">batch_norm_inference</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value BatchNormInference(this OpBuilder builder, Value operand, Value scale, Value offset, Value mean, Value variance, float epsilon, long featureIndex)
    {
        var attributes = new AttributeMap();
        attributes.Set("epsilon", new FloatAttr(epsilon, ScalarType.F32));
        attributes.Set("feature_index", IntegerAttr.I64(featureIndex));
        return TypeInference.Create(builder, BatchNormInferenceOp.OpName, [operand, scale, offset, mean, variance], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.batch_norm_training</c>: normalizes with the mean and variance over all dimensions but feature_index, then scales and shifts; gives output, mean and variance.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#batch_norm_training">batch_norm_training</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation BatchNormTraining(this OpBuilder builder, Value operand, Value scale, Value offset, float epsilon, long featureIndex)
    {
        var attributes = new AttributeMap();
        attributes.Set("epsilon", new FloatAttr(epsilon, ScalarType.F32));
        attributes.Set("feature_index", IntegerAttr.I64(featureIndex));
        return TypeInference.Create(builder, BatchNormTrainingOp.OpName, [operand, scale, offset], attributes, []);
    }

    /// <summary>Appends a <c>stablehlo.bitcast_convert</c>: reads the same bits as elements of another type.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#bitcast_convert">bitcast_convert</see>.</remarks>
    public static Value BitcastConvert(this OpBuilder builder, Value operand, IrType resultType)
    {
        var attributes = new AttributeMap();
        return builder.Create(BitcastConvertOp.OpName, [operand], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.broadcast</c>: repeats the operand along new leading dimensions of the given sizes.</summary>
    /// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Broadcast(this OpBuilder builder, Value operand, ValueArray<long> broadcastSizes)
    {
        var attributes = new AttributeMap();
        attributes.Set("broadcast_sizes", new DenseArrayAttr(ElementKind.I64, broadcastSizes));
        return TypeInference.Create(builder, BroadcastOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.broadcast_in_dim</c>: repeats the operand so that its dimension i is dimension broadcast_dimensions[i] of the result.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#broadcast_in_dim">broadcast_in_dim</see>.</remarks>
    public static Value BroadcastInDim(this OpBuilder builder, Value operand, IrType resultType, ValueArray<long> broadcastDimensions)
    {
        var attributes = new AttributeMap();
        attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensions));
        return builder.Create(BroadcastInDimOp.OpName, [operand], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.case</c>: runs the branch of number index, the last one when there is none of that number.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#case">case</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation Case(this OpBuilder builder, Value index, ReadOnlySpan<Region> branches)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, CaseOp.OpName, [index], attributes, branches);
    }

    /// <summary>Appends a <c>stablehlo.cbrt</c>: cube root of each element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#cbrt">cbrt</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Cbrt(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, CbrtOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.ceil</c>: each element rounded up to a whole number.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#ceil">ceil</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Ceil(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, CeilOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.cholesky</c>: triangular factor of each symmetric or Hermitian positive definite matrix of a batch.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#cholesky">cholesky</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Cholesky(this OpBuilder builder, Value a, bool? lower = null)
    {
        var attributes = new AttributeMap();
        if (lower is { } lowerValue)
        {
            attributes.Set("lower", new BoolAttr(lowerValue));
        }
        return TypeInference.Create(builder, CholeskyOp.OpName, [a], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.clamp</c>: each element brought into the range from min to max.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#clamp">clamp</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Clamp(this OpBuilder builder, Value min, Value operand, Value max)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ClampOp.OpName, [min, operand, max], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.collective_broadcast</c>: sends the operands of one process of each group to the whole group.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#collective_broadcast">collective_broadcast</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation CollectiveBroadcast(this OpBuilder builder, ReadOnlySpan<Value> operands, Attribute replicaGroups, ChannelHandleAttr? channelHandle = null, bool hasDynamicRoot = false)
    {
        var attributes = new AttributeMap();
        attributes.Set("replica_groups", replicaGroups);
        if (channelHandle is { } channelHandleValue)
        {
            attributes.Set("channel_handle", channelHandleValue);
        }
        if (hasDynamicRoot)
        {
            attributes.Set("has_dynamic_root", UnitAttr.Instance);
        }
        return TypeInference.Create(builder, CollectiveBroadcastOp.OpName, operands, attributes, []);
    }

    /// <summary>Appends a <c>stablehlo.collective_permute</c>: sends operands from source to target processes, pair by pair; a process that is no target gets zeros.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#collective_permute">collective_permute</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value CollectivePermute(this OpBuilder builder, Value operand, DenseElementsAttr sourceTargetPairs, ChannelHandleAttr? channelHandle = null)
    {
        var attributes = new AttributeMap();
        attributes.Set("source_target_pairs", sourceTargetPairs);
        if (channelHandle is { } channelHandleValue)
        {
            attributes.Set("channel_handle", channelHandleValue);
        }
        return TypeInference.Create(builder, CollectivePermuteOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.collective_reduce</c>: combines the operands of all processes of a group with the computation, for one process of the group only.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#collective_reduce">collective_reduce</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation CollectiveReduce(this OpBuilder builder, ReadOnlySpan<Value> operands, Attribute replicaGroups, Region computation, ChannelHandleAttr? channelHandle = null, bool useGlobalDeviceIds = false, bool hasDynamicRoot = false)
    {
        var attributes = new AttributeMap();
        attributes.Set("replica_groups", replicaGroups);
        if (channelHandle is { } channelHandleValue)
        {
            attributes.Set("channel_handle", channelHandleValue);
        }
        if (useGlobalDeviceIds)
        {
            attributes.Set("use_global_device_ids", UnitAttr.Instance);
        }
        if (hasDynamicRoot)
        {
            attributes.Set("has_dynamic_root", UnitAttr.Instance);
        }
        return TypeInference.Create(builder, CollectiveReduceOp.OpName, operands, attributes, [computation]);
    }

    /// <summary>Appends a <c>stablehlo.compare</c>: compares two tensors, element by element, in a direction and a sense; gives booleans.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#compare">compare</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Compare(this OpBuilder builder, Value lhs, Value rhs, ComparisonDirection comparisonDirection, ComparisonType? compareType = null)
    {
        var attributes = new AttributeMap();
        attributes.Set("comparison_direction", new EnumAttr("stablehlo", "comparison_direction", comparisonDirection.ToString()));
        if (compareType is { } compareTypeValue)
        {
            attributes.Set("compare_type", new EnumAttr("stablehlo", "comparison_type", compareTypeValue.ToString()));
        }
        return TypeInference.Create(builder, CompareOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.complex</c>: complex numbers from real and imaginary parts, element by element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#complex">complex</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Complex(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ComplexOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.composite</c>: an operation made of others: it means what the function named by decomposition does.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#composite">composite</see>.</remarks>
    public static Operation Composite(this OpBuilder builder, ReadOnlySpan<Value> inputs, ReadOnlySpan<IrType> resultTypes, string name, SymbolRefAttr decomposition, ReadOnlySpan<Region> compositeRegions, DictionaryAttr? compositeAttributes = null, int? version = null)
    {
        var attributes = new AttributeMap();
        attributes.Set("name", new StringAttr(name));
        if (compositeAttributes is { } compositeAttributesValue)
        {
            attributes.Set("composite_attributes", compositeAttributesValue);
        }
        attributes.Set("decomposition", decomposition);
        if (version is { } versionValue)
        {
            attributes.Set("version", IntegerAttr.I32(versionValue));
        }
        return builder.Create(CompositeOp.OpName, inputs, resultTypes, attributes, compositeRegions);
    }

    /// <summary>Appends a <c>stablehlo.concatenate</c>: joins tensors along one dimension, in order.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#concatenate">concatenate</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Concatenate(this OpBuilder builder, ReadOnlySpan<Value> inputs, long dimension)
    {
        var attributes = new AttributeMap();
        attributes.Set("dimension", IntegerAttr.I64(dimension));
        return TypeInference.Create(builder, ConcatenateOp.OpName, inputs, attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.constant</c>: a tensor known at compile time.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#constant">constant</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Constant(this OpBuilder builder, Attribute value)
    {
        var attributes = new AttributeMap();
        attributes.Set("value", value);
        return TypeInference.Create(builder, ConstantOp.OpName, [], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.convert</c>: each element converted to another element type.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#convert">convert</see>.</remarks>
    public static Value Convert(this OpBuilder builder, Value operand, IrType resultType)
    {
        var attributes = new AttributeMap();
        return builder.Create(ConvertOp.OpName, [operand], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.convolution</c>: dot products of windows of lhs with slices of rhs.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#convolution">convolution</see>.</remarks>
    public static Value Convolution(this OpBuilder builder, Value lhs, Value rhs, IrType resultType, ConvDimensionNumbersAttr dimensionNumbers, long featureGroupCount, long batchGroupCount, ValueArray<long>? windowStrides = null, DenseElementsAttr? padding = null, ValueArray<long>? lhsDilation = null, ValueArray<long>? rhsDilation = null, ValueArray<bool>? windowReversal = null, ArrayAttr? precisionConfig = null)
    {
        var attributes = new AttributeMap();
        if (windowStrides is { } windowStridesValue)
        {
            attributes.Set("window_strides", new DenseArrayAttr(ElementKind.I64, windowStridesValue));
        }
        if (padding is { } paddingValue)
        {
            attributes.Set("padding", paddingValue);
        }
        if (lhsDilation is { } lhsDilationValue)
        {
            attributes.Set("lhs_dilation", new DenseArrayAttr(ElementKind.I64, lhsDilationValue));
        }
        if (rhsDilation is { } rhsDilationValue)
        {
            attributes.Set("rhs_dilation", new DenseArrayAttr(ElementKind.I64, rhsDilationValue));
        }
        if (windowReversal is { } windowReversalValue)
        {
            attributes.Set("window_reversal", DenseArrayAttr.I1(windowReversalValue.Span));
        }
        attributes.Set("dimension_numbers", dimensionNumbers);
        attributes.Set("feature_group_count", IntegerAttr.I64(featureGroupCount));
        attributes.Set("batch_group_count", IntegerAttr.I64(batchGroupCount));
        if (precisionConfig is { } precisionConfigValue)
        {
            attributes.Set("precision_config", precisionConfigValue);
        }
        return builder.Create(ConvolutionOp.OpName, [lhs, rhs], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.cosine</c>: cosine of each element, which is in radians.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#cosine">cosine</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Cosine(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, CosineOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.count_leading_zeros</c>: number of zero bits above the highest set bit of each element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#count_leading_zeros">count_leading_zeros</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value CountLeadingZeros(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, CountLeadingZerosOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.create_token</c>: a new token that depends on nothing.</summary>
    /// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value CreateToken(this OpBuilder builder)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, CreateTokenOp.OpName, [], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.cross-replica-sum</c>: sum of the operands of a group of replicas, element by element.</summary>
    /// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value CrossReplicaSum(this OpBuilder builder, Value operand, DenseElementsAttr replicaGroups)
    {
        var attributes = new AttributeMap();
        attributes.Set("replica_groups", replicaGroups);
        return TypeInference.Create(builder, CrossReplicaSumOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.custom_call</c>: calls what the implementation knows as call_target_name.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#custom_call">custom_call</see>.</remarks>
    public static Operation CustomCall(this OpBuilder builder, ReadOnlySpan<Value> inputs, ReadOnlySpan<IrType> resultTypes, string callTargetName, bool? hasSideEffect = null, Attribute? backendConfig = null, CustomCallApiVersion? apiVersion = null, ArrayAttr? calledComputations = null, ArrayAttr? operandLayouts = null, ArrayAttr? resultLayouts = null, ArrayAttr? outputOperandAliases = null, ArrayAttr? resultTilings = null)
    {
        var attributes = new AttributeMap();
        attributes.Set("call_target_name", new StringAttr(callTargetName));
        if (hasSideEffect is { } hasSideEffectValue)
        {
            attributes.Set("has_side_effect", new BoolAttr(hasSideEffectValue));
        }
        if (backendConfig is { } backendConfigValue)
        {
            attributes.Set("backend_config", backendConfigValue);
        }
        if (apiVersion is { } apiVersionValue)
        {
            attributes.Set("api_version", IntegerAttr.I32((int)apiVersionValue));
        }
        if (calledComputations is { } calledComputationsValue)
        {
            attributes.Set("called_computations", calledComputationsValue);
        }
        if (operandLayouts is { } operandLayoutsValue)
        {
            attributes.Set("operand_layouts", operandLayoutsValue);
        }
        if (resultLayouts is { } resultLayoutsValue)
        {
            attributes.Set("result_layouts", resultLayoutsValue);
        }
        if (outputOperandAliases is { } outputOperandAliasesValue)
        {
            attributes.Set("output_operand_aliases", outputOperandAliasesValue);
        }
        if (resultTilings is { } resultTilingsValue)
        {
            attributes.Set("result_tilings", resultTilingsValue);
        }
        return builder.Create(CustomCallOp.OpName, inputs, resultTypes, attributes, []);
    }

    /// <summary>Appends a <c>stablehlo.divide</c>: quotient of two tensors, element by element; of integers, towards zero.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#divide">divide</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Divide(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, DivideOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.dot</c>: product of vectors and matrices: the last dimension of lhs with the first of rhs.</summary>
    /// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
    public static Value Dot(this OpBuilder builder, Value lhs, Value rhs, IrType resultType, ArrayAttr? precisionConfig = null)
    {
        var attributes = new AttributeMap();
        if (precisionConfig is { } precisionConfigValue)
        {
            attributes.Set("precision_config", precisionConfigValue);
        }
        return builder.Create(DotOp.OpName, [lhs, rhs], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.dot_general</c>: dot products along contracting dimensions, for each index of the batching dimensions.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dot_general">dot_general</see>.</remarks>
    public static Value DotGeneral(this OpBuilder builder, Value lhs, Value rhs, IrType resultType, DotDimensionNumbersAttr dotDimensionNumbers, ArrayAttr? precisionConfig = null, DotAlgorithmAttr? algorithm = null)
    {
        var attributes = new AttributeMap();
        attributes.Set("dot_dimension_numbers", dotDimensionNumbers);
        if (precisionConfig is { } precisionConfigValue)
        {
            attributes.Set("precision_config", precisionConfigValue);
        }
        if (algorithm is { } algorithmValue)
        {
            attributes.Set("algorithm", algorithmValue);
        }
        return builder.Create(DotGeneralOp.OpName, [lhs, rhs], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.dynamic_broadcast_in_dim</c>: broadcast_in_dim to a shape given as an operand.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_broadcast_in_dim">dynamic_broadcast_in_dim</see>.</remarks>
    public static Value DynamicBroadcastInDim(this OpBuilder builder, Value operand, Value outputDimensions, IrType resultType, ValueArray<long> broadcastDimensions, ValueArray<long>? knownExpandingDimensions = null, ValueArray<long>? knownNonexpandingDimensions = null)
    {
        var attributes = new AttributeMap();
        attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensions));
        if (knownExpandingDimensions is { } knownExpandingDimensionsValue)
        {
            attributes.Set("known_expanding_dimensions", new DenseArrayAttr(ElementKind.I64, knownExpandingDimensionsValue));
        }
        if (knownNonexpandingDimensions is { } knownNonexpandingDimensionsValue)
        {
            attributes.Set("known_nonexpanding_dimensions", new DenseArrayAttr(ElementKind.I64, knownNonexpandingDimensionsValue));
        }
        return builder.Create(DynamicBroadcastInDimOp.OpName, [operand, outputDimensions], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.dynamic_conv</c>: convolution with padding given as an operand.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_conv">dynamic_conv</see>.</remarks>
    public static Value DynamicConv(this OpBuilder builder, Value lhs, Value rhs, Value padding, IrType resultType, ConvDimensionNumbersAttr dimensionNumbers, long featureGroupCount, long batchGroupCount, ValueArray<long>? windowStrides = null, ValueArray<long>? lhsDilation = null, ValueArray<long>? rhsDilation = null, ValueArray<bool>? windowReversal = null, ArrayAttr? precisionConfig = null)
    {
        var attributes = new AttributeMap();
        if (windowStrides is { } windowStridesValue)
        {
            attributes.Set("window_strides", new DenseArrayAttr(ElementKind.I64, windowStridesValue));
        }
        if (lhsDilation is { } lhsDilationValue)
        {
            attributes.Set("lhs_dilation", new DenseArrayAttr(ElementKind.I64, lhsDilationValue));
        }
        if (rhsDilation is { } rhsDilationValue)
        {
            attributes.Set("rhs_dilation", new DenseArrayAttr(ElementKind.I64, rhsDilationValue));
        }
        if (windowReversal is { } windowReversalValue)
        {
            attributes.Set("window_reversal", DenseArrayAttr.I1(windowReversalValue.Span));
        }
        attributes.Set("dimension_numbers", dimensionNumbers);
        attributes.Set("feature_group_count", IntegerAttr.I64(featureGroupCount));
        attributes.Set("batch_group_count", IntegerAttr.I64(batchGroupCount));
        if (precisionConfig is { } precisionConfigValue)
        {
            attributes.Set("precision_config", precisionConfigValue);
        }
        return builder.Create(DynamicConvOp.OpName, [lhs, rhs, padding], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.dynamic_gather</c>: gather with slice sizes given as an operand.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_gather">dynamic_gather</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value DynamicGather(this OpBuilder builder, Value operand, Value startIndices, Value sliceSizes, GatherDimensionNumbersAttr dimensionNumbers, bool? indicesAreSorted = null)
    {
        var attributes = new AttributeMap();
        attributes.Set("dimension_numbers", dimensionNumbers);
        if (indicesAreSorted is { } indicesAreSortedValue)
        {
            attributes.Set("indices_are_sorted", new BoolAttr(indicesAreSortedValue));
        }
        return TypeInference.Create(builder, DynamicGatherOp.OpName, [operand, startIndices, sliceSizes], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.dynamic_iota</c>: iota of a shape given as an operand.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_iota">dynamic_iota</see>.</remarks>
    public static Value DynamicIota(this OpBuilder builder, Value outputShape, IrType resultType, long iotaDimension)
    {
        var attributes = new AttributeMap();
        attributes.Set("iota_dimension", IntegerAttr.I64(iotaDimension));
        return builder.Create(DynamicIotaOp.OpName, [outputShape], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.dynamic_pad</c>: pad with amounts given as operands.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_pad">dynamic_pad</see>.</remarks>
    public static Value DynamicPad(this OpBuilder builder, Value operand, Value paddingValue, Value edgePaddingLow, Value edgePaddingHigh, Value interiorPadding, IrType resultType)
    {
        var attributes = new AttributeMap();
        return builder.Create(DynamicPadOp.OpName, [operand, paddingValue, edgePaddingLow, edgePaddingHigh, interiorPadding], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.dynamic_reshape</c>: reshape to a shape given as an operand.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_reshape">dynamic_reshape</see>.</remarks>
    public static Value DynamicReshape(this OpBuilder builder, Value operand, Value outputShape, IrType resultType)
    {
        var attributes = new AttributeMap();
        return builder.Create(DynamicReshapeOp.OpName, [operand, outputShape], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.dynamic_slice</c>: a slice of fixed sizes from start indices given as operands, clamped so that it fits.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_slice">dynamic_slice</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value DynamicSlice(this OpBuilder builder, Value operand, ReadOnlySpan<Value> startIndices, ValueArray<long> sliceSizes)
    {
        var attributes = new AttributeMap();
        attributes.Set("slice_sizes", new DenseArrayAttr(ElementKind.I64, sliceSizes));
        return TypeInference.Create(builder, DynamicSliceOp.OpName, [operand, .. startIndices], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.dynamic_update_slice</c>: the operand with a slice at start indices replaced by update, clamped so that it fits.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_update_slice">dynamic_update_slice</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value DynamicUpdateSlice(this OpBuilder builder, Value operand, Value update, ReadOnlySpan<Value> startIndices)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, DynamicUpdateSliceOp.OpName, [operand, update, .. startIndices], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.einsum</c>: a sum of products of two tensors as an equation of named dimensions says.</summary>
    /// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
    public static Value Einsum(this OpBuilder builder, Value lhs, Value rhs, IrType resultType, string einsumConfig)
    {
        var attributes = new AttributeMap();
        attributes.Set("einsum_config", new StringAttr(einsumConfig));
        return builder.Create(EinsumOp.OpName, [lhs, rhs], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.exponential</c>: e to the power of each element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#exponential">exponential</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Exponential(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, ExponentialOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.exponential_minus_one</c>: e to the power of each element, less one, accurate near zero.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#exponential_minus_one">exponential_minus_one</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ExponentialMinusOne(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, ExponentialMinusOneOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.fft</c>: forward or inverse Fourier transform, of real or complex numbers, over the last dimensions.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#fft">fft</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Fft(this OpBuilder builder, Value operand, FftType fftType, ValueArray<long> fftLength)
    {
        var attributes = new AttributeMap();
        attributes.Set("fft_type", new EnumAttr("stablehlo", "fft_type", fftType.ToString()));
        attributes.Set("fft_length", new DenseArrayAttr(ElementKind.I64, fftLength));
        return TypeInference.Create(builder, FftOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.floor</c>: each element rounded down to a whole number.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#floor">floor</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Floor(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, FloorOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.gather</c>: slices of the operand at the offsets in start_indices, put together.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#gather">gather</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Gather(this OpBuilder builder, Value operand, Value startIndices, GatherDimensionNumbersAttr dimensionNumbers, ValueArray<long> sliceSizes, bool? indicesAreSorted = null)
    {
        var attributes = new AttributeMap();
        attributes.Set("dimension_numbers", dimensionNumbers);
        attributes.Set("slice_sizes", new DenseArrayAttr(ElementKind.I64, sliceSizes));
        if (indicesAreSorted is { } indicesAreSortedValue)
        {
            attributes.Set("indices_are_sorted", new BoolAttr(indicesAreSortedValue));
        }
        return TypeInference.Create(builder, GatherOp.OpName, [operand, startIndices], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.get_dimension_size</c>: size of one dimension, as a scalar of i32.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#get_dimension_size">get_dimension_size</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value GetDimensionSize(this OpBuilder builder, Value operand, long dimension)
    {
        var attributes = new AttributeMap();
        attributes.Set("dimension", IntegerAttr.I64(dimension));
        return TypeInference.Create(builder, GetDimensionSizeOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.get_tuple_element</c>: one element of a tuple.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#get_tuple_element">get_tuple_element</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value GetTupleElement(this OpBuilder builder, Value operand, int index)
    {
        var attributes = new AttributeMap();
        attributes.Set("index", IntegerAttr.I32(index));
        return TypeInference.Create(builder, GetTupleElementOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.if</c>: runs one of two branches, as the predicate says.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#if">if</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation If(this OpBuilder builder, Value pred, Region trueBranch, Region falseBranch)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, IfOp.OpName, [pred], attributes, [trueBranch, falseBranch]);
    }

    /// <summary>Appends a <c>stablehlo.imag</c>: imaginary part of each element; zero of reals.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#imag">imag</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Imag(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ImagOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.infeed</c>: reads tensors that the host feeds in, and a token.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#infeed">infeed</see>.</remarks>
    public static Operation Infeed(this OpBuilder builder, Value token, ReadOnlySpan<IrType> resultTypes, string? infeedConfig = null, ArrayAttr? layout = null)
    {
        var attributes = new AttributeMap();
        if (infeedConfig is { } infeedConfigValue)
        {
            attributes.Set("infeed_config", new StringAttr(infeedConfigValue));
        }
        if (layout is { } layoutValue)
        {
            attributes.Set("layout", layoutValue);
        }
        return builder.Create(InfeedOp.OpName, [token], resultTypes, attributes, []);
    }

    /// <summary>Appends a <c>stablehlo.iota</c>: counts from zero along one dimension.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#iota">iota</see>.</remarks>
    public static Value Iota(this OpBuilder builder, IrType resultType, long iotaDimension)
    {
        var attributes = new AttributeMap();
        attributes.Set("iota_dimension", IntegerAttr.I64(iotaDimension));
        return builder.Create(IotaOp.OpName, [], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.is_finite</c>: whether each element is neither infinite nor NaN.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#is_finite">is_finite</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value IsFinite(this OpBuilder builder, Value x)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, IsFiniteOp.OpName, [x], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.log</c>: natural logarithm of each element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#log">log</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Log(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, LogOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.log_plus_one</c>: natural logarithm of one plus each element, accurate near zero.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#log_plus_one">log_plus_one</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value LogPlusOne(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, LogPlusOneOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.logistic</c>: 1 / (1 + exp(-x)) of each element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#logistic">logistic</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Logistic(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, LogisticOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.map</c>: applies the computation to the inputs, element by element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#map">map</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Map(this OpBuilder builder, ReadOnlySpan<Value> inputs, ValueArray<long> dimensions, Region computation)
    {
        var attributes = new AttributeMap();
        attributes.Set("dimensions", new DenseArrayAttr(ElementKind.I64, dimensions));
        return TypeInference.Create(builder, MapOp.OpName, inputs, attributes, [computation]).Result;
    }

    /// <summary>Appends a <c>stablehlo.maximum</c>: the larger of two elements, element by element; logical or of booleans.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#maximum">maximum</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Maximum(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, MaximumOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.minimum</c>: the smaller of two elements, element by element; logical and of booleans.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#minimum">minimum</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Minimum(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, MinimumOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.multiply</c>: product of two tensors, element by element; logical and of booleans.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#multiply">multiply</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Multiply(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, MultiplyOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.negate</c>: each element with the opposite sign; two's complement for integers.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#negate">negate</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Negate(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, NegateOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.not</c>: bitwise not of integers, logical not of booleans.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#not">not</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Not(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, NotOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.optimization_barrier</c>: gives its operands; nothing that makes them moves after what uses the results.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#optimization_barrier">optimization_barrier</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation OptimizationBarrier(this OpBuilder builder, ReadOnlySpan<Value> operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, OptimizationBarrierOp.OpName, operand, attributes, []);
    }

    /// <summary>Appends a <c>stablehlo.or</c>: bitwise or of integers, logical or of booleans, element by element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#or">or</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Or(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, OrOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.outfeed</c>: hands tensors to the host, gives a token.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#outfeed">outfeed</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Outfeed(this OpBuilder builder, ReadOnlySpan<Value> inputs, Value token, string? outfeedConfig = null)
    {
        var attributes = new AttributeMap();
        if (outfeedConfig is { } outfeedConfigValue)
        {
            attributes.Set("outfeed_config", new StringAttr(outfeedConfigValue));
        }
        return TypeInference.Create(builder, OutfeedOp.OpName, [.. inputs, token], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.pad</c>: puts padding_value before, after and between elements; negative amounts cut off.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#pad">pad</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Pad(this OpBuilder builder, Value operand, Value paddingValue, ValueArray<long> edgePaddingLow, ValueArray<long> edgePaddingHigh, ValueArray<long> interiorPadding)
    {
        var attributes = new AttributeMap();
        attributes.Set("edge_padding_low", new DenseArrayAttr(ElementKind.I64, edgePaddingLow));
        attributes.Set("edge_padding_high", new DenseArrayAttr(ElementKind.I64, edgePaddingHigh));
        attributes.Set("interior_padding", new DenseArrayAttr(ElementKind.I64, interiorPadding));
        return TypeInference.Create(builder, PadOp.OpName, [operand, paddingValue], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.partition_id</c>: the number of this process's partition, a scalar of ui32.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#partition_id">partition_id</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value PartitionId(this OpBuilder builder)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, PartitionIdOp.OpName, [], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.popcnt</c>: number of set bits of each element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#popcnt">popcnt</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Popcnt(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, PopcntOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.power</c>: lhs to the power of rhs, element by element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#power">power</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Power(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, PowerOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.real</c>: real part of each element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#real">real</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Real(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, RealOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.real_dynamic_slice</c>: a strided slice whose starts, limits and strides are operands.</summary>
    /// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
    public static Value RealDynamicSlice(this OpBuilder builder, Value operand, Value startIndices, Value limitIndices, Value strides, IrType resultType)
    {
        var attributes = new AttributeMap();
        return builder.Create(RealDynamicSliceOp.OpName, [operand, startIndices, limitIndices, strides], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.recv</c>: receives tensors over a channel, gives them and a token.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#recv">recv</see>.</remarks>
    public static Operation Recv(this OpBuilder builder, Value token, ReadOnlySpan<IrType> resultTypes, ChannelHandleAttr channelHandle, bool? isHostTransfer = null, DenseElementsAttr? sourceTargetPairs = null)
    {
        var attributes = new AttributeMap();
        attributes.Set("channel_handle", channelHandle);
        if (isHostTransfer is { } isHostTransferValue)
        {
            attributes.Set("is_host_transfer", new BoolAttr(isHostTransferValue));
        }
        if (sourceTargetPairs is { } sourceTargetPairsValue)
        {
            attributes.Set("source_target_pairs", sourceTargetPairsValue);
        }
        return builder.Create(RecvOp.OpName, [token], resultTypes, attributes, []);
    }

    /// <summary>Appends a <c>stablehlo.reduce</c>: combines the elements along dimensions with the body, from initial values.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#reduce">reduce</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation Reduce(this OpBuilder builder, ReadOnlySpan<Value> inputs, ReadOnlySpan<Value> initValues, ValueArray<long> dimensions, Region body)
    {
        var attributes = new AttributeMap();
        attributes.Set("dimensions", new DenseArrayAttr(ElementKind.I64, dimensions));
        return TypeInference.Create(builder, ReduceOp.OpName, [.. inputs, .. initValues], attributes, [body]);
    }

    /// <summary>Appends a <c>stablehlo.reduce_precision</c>: rounds each element to a float of given exponent and mantissa widths, and back.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#reduce_precision">reduce_precision</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ReducePrecision(this OpBuilder builder, Value operand, int exponentBits, int mantissaBits)
    {
        var attributes = new AttributeMap();
        attributes.Set("exponent_bits", IntegerAttr.I32(exponentBits));
        attributes.Set("mantissa_bits", IntegerAttr.I32(mantissaBits));
        return TypeInference.Create(builder, ReducePrecisionOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.reduce_scatter</c>: combines the operands of a group, splits the result along scatter_dimension, gives part i to process i.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#reduce_scatter">reduce_scatter</see>.</remarks>
    public static Value ReduceScatter(this OpBuilder builder, Value operand, IrType resultType, long scatterDimension, Attribute replicaGroups, Region computation, ChannelHandleAttr? channelHandle = null, bool useGlobalDeviceIds = false)
    {
        var attributes = new AttributeMap();
        attributes.Set("scatter_dimension", IntegerAttr.I64(scatterDimension));
        attributes.Set("replica_groups", replicaGroups);
        if (channelHandle is { } channelHandleValue)
        {
            attributes.Set("channel_handle", channelHandleValue);
        }
        if (useGlobalDeviceIds)
        {
            attributes.Set("use_global_device_ids", UnitAttr.Instance);
        }
        return builder.Create(ReduceScatterOp.OpName, [operand], [resultType], attributes, [computation]).Result;
    }

    /// <summary>Appends a <c>stablehlo.reduce_window</c>: combines the elements of each window with the body, from initial values.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#reduce_window">reduce_window</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation ReduceWindow(this OpBuilder builder, ReadOnlySpan<Value> inputs, ReadOnlySpan<Value> initValues, ValueArray<long> windowDimensions, Region body, ValueArray<long>? windowStrides = null, ValueArray<long>? baseDilations = null, ValueArray<long>? windowDilations = null, DenseElementsAttr? padding = null)
    {
        var attributes = new AttributeMap();
        attributes.Set("window_dimensions", new DenseArrayAttr(ElementKind.I64, windowDimensions));
        if (windowStrides is { } windowStridesValue)
        {
            attributes.Set("window_strides", new DenseArrayAttr(ElementKind.I64, windowStridesValue));
        }
        if (baseDilations is { } baseDilationsValue)
        {
            attributes.Set("base_dilations", new DenseArrayAttr(ElementKind.I64, baseDilationsValue));
        }
        if (windowDilations is { } windowDilationsValue)
        {
            attributes.Set("window_dilations", new DenseArrayAttr(ElementKind.I64, windowDilationsValue));
        }
        if (padding is { } paddingValue)
        {
            attributes.Set("padding", paddingValue);
        }
        return TypeInference.Create(builder, ReduceWindowOp.OpName, [.. inputs, .. initValues], attributes, [body]);
    }

    /// <summary>Appends a <c>stablehlo.remainder</c>: remainder of division with the sign of the dividend, element by element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#remainder">remainder</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Remainder(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, RemainderOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.replica_id</c>: the number of this process's replica, a scalar of ui32.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#replica_id">replica_id</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ReplicaId(this OpBuilder builder)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ReplicaIdOp.OpName, [], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.reshape</c>: the same elements, in row-major order, in another shape.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#reshape">reshape</see>.</remarks>
    public static Value Reshape(this OpBuilder builder, Value operand, IrType resultType)
    {
        var attributes = new AttributeMap();
        return builder.Create(ReshapeOp.OpName, [operand], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.return</c>: ends a region and gives its values to the operation around it.</summary>
    /// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
    public static Operation Return(this OpBuilder builder, ReadOnlySpan<Value> results)
    {
        var attributes = new AttributeMap();
        return builder.Create(ReturnOp.OpName, results, [], attributes, []);
    }

    /// <summary>Appends a <c>stablehlo.reverse</c>: reverses the order of elements along dimensions.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#reverse">reverse</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Reverse(this OpBuilder builder, Value operand, ValueArray<long> dimensions)
    {
        var attributes = new AttributeMap();
        attributes.Set("dimensions", new DenseArrayAttr(ElementKind.I64, dimensions));
        return TypeInference.Create(builder, ReverseOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.rng</c>: random numbers of a uniform or normal distribution; no state is given back.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#rng">rng</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Rng(this OpBuilder builder, Value a, Value b, Value shape, RngDistribution rngDistribution)
    {
        var attributes = new AttributeMap();
        attributes.Set("rng_distribution", new EnumAttr("stablehlo", "rng_distribution", rngDistribution.ToString()));
        return TypeInference.Create(builder, RngOp.OpName, [a, b, shape], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.rng_bit_generator</c>: random bits from a state, with the state that follows.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#rng_bit_generator">rng_bit_generator</see>.</remarks>
    public static Operation RngBitGenerator(this OpBuilder builder, Value initialState, ReadOnlySpan<IrType> resultTypes, RngAlgorithm rngAlgorithm)
    {
        var attributes = new AttributeMap();
        attributes.Set("rng_algorithm", new EnumAttr("stablehlo", "rng_algorithm", rngAlgorithm.ToString()));
        return builder.Create(RngBitGeneratorOp.OpName, [initialState], resultTypes, attributes, []);
    }

    /// <summary>Appends a <c>stablehlo.round_nearest_afz</c>: each element rounded to the nearest whole number, ties away from zero.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#round_nearest_afz">round_nearest_afz</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value RoundNearestAfz(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, RoundNearestAfzOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.round_nearest_even</c>: each element rounded to the nearest whole number, ties to even.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#round_nearest_even">round_nearest_even</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value RoundNearestEven(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, RoundNearestEvenOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.rsqrt</c>: one over the square root of each element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#rsqrt">rsqrt</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Rsqrt(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, RsqrtOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.scatter</c>: the inputs with slices at the offsets in scatter_indices combined with updates by the computation.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#scatter">scatter</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation Scatter(this OpBuilder builder, ReadOnlySpan<Value> inputs, Value scatterIndices, ReadOnlySpan<Value> updates, ScatterDimensionNumbersAttr scatterDimensionNumbers, Region updateComputation, bool? indicesAreSorted = null, bool? uniqueIndices = null)
    {
        var attributes = new AttributeMap();
        attributes.Set("scatter_dimension_numbers", scatterDimensionNumbers);
        if (indicesAreSorted is { } indicesAreSortedValue)
        {
            attributes.Set("indices_are_sorted", new BoolAttr(indicesAreSortedValue));
        }
        if (uniqueIndices is { } uniqueIndicesValue)
        {
            attributes.Set("unique_indices", new BoolAttr(uniqueIndicesValue));
        }
        return TypeInference.Create(builder, ScatterOp.OpName, [.. inputs, scatterIndices, .. updates], attributes, [updateComputation]);
    }

    /// <summary>Appends a <c>stablehlo.select</c>: on_true or on_false, as each element of the predicate says.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#select">select</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Select(this OpBuilder builder, Value pred, Value onTrue, Value onFalse)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, SelectOp.OpName, [pred, onTrue, onFalse], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.select_and_scatter</c>: scatters each element of source to the place that select picks in its window of the operand, combining with scatter.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#select_and_scatter">select_and_scatter</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value SelectAndScatter(this OpBuilder builder, Value operand, Value source, Value initValue, Region select, Region scatter, ValueArray<long>? windowDimensions = null, ValueArray<long>? windowStrides = null, DenseElementsAttr? padding = null)
    {
        var attributes = new AttributeMap();
        if (windowDimensions is { } windowDimensionsValue)
        {
            attributes.Set("window_dimensions", new DenseArrayAttr(ElementKind.I64, windowDimensionsValue));
        }
        if (windowStrides is { } windowStridesValue)
        {
            attributes.Set("window_strides", new DenseArrayAttr(ElementKind.I64, windowStridesValue));
        }
        if (padding is { } paddingValue)
        {
            attributes.Set("padding", paddingValue);
        }
        return TypeInference.Create(builder, SelectAndScatterOp.OpName, [operand, source, initValue], attributes, [select, scatter]).Result;
    }

    /// <summary>Appends a <c>stablehlo.send</c>: sends tensors over a channel, gives a token.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#send">send</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Send(this OpBuilder builder, ReadOnlySpan<Value> inputs, Value token, ChannelHandleAttr channelHandle, bool? isHostTransfer = null, DenseElementsAttr? sourceTargetPairs = null)
    {
        var attributes = new AttributeMap();
        attributes.Set("channel_handle", channelHandle);
        if (isHostTransfer is { } isHostTransferValue)
        {
            attributes.Set("is_host_transfer", new BoolAttr(isHostTransferValue));
        }
        if (sourceTargetPairs is { } sourceTargetPairsValue)
        {
            attributes.Set("source_target_pairs", sourceTargetPairsValue);
        }
        return TypeInference.Create(builder, SendOp.OpName, [.. inputs, token], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.set_dimension_size</c>: gives a dimension a size at run time, up to its static size as the bound.</summary>
    /// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value SetDimensionSize(this OpBuilder builder, Value operand, Value size, long dimension)
    {
        var attributes = new AttributeMap();
        attributes.Set("dimension", IntegerAttr.I64(dimension));
        return TypeInference.Create(builder, SetDimensionSizeOp.OpName, [operand, size], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.shift_left</c>: bits of lhs shifted left by rhs, element by element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#shift_left">shift_left</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ShiftLeft(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ShiftLeftOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.shift_right_arithmetic</c>: bits of lhs shifted right by rhs, the sign bit repeated, element by element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#shift_right_arithmetic">shift_right_arithmetic</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ShiftRightArithmetic(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ShiftRightArithmeticOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.shift_right_logical</c>: bits of lhs shifted right by rhs, zeros coming in, element by element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#shift_right_logical">shift_right_logical</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ShiftRightLogical(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ShiftRightLogicalOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.sign</c>: -1, 0 or 1 as the sign of each element; of complex numbers, the number over its modulus.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#sign">sign</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Sign(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, SignOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.sine</c>: sine of each element, which is in radians.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#sine">sine</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Sine(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, SineOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.slice</c>: a strided slice with bounds known at compile time.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#slice">slice</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Slice(this OpBuilder builder, Value operand, ValueArray<long> startIndices, ValueArray<long> limitIndices, ValueArray<long> strides)
    {
        var attributes = new AttributeMap();
        attributes.Set("start_indices", new DenseArrayAttr(ElementKind.I64, startIndices));
        attributes.Set("limit_indices", new DenseArrayAttr(ElementKind.I64, limitIndices));
        attributes.Set("strides", new DenseArrayAttr(ElementKind.I64, strides));
        return TypeInference.Create(builder, SliceOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.sort</c>: sorts along one dimension, all inputs alike, by the comparator.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#sort">sort</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation Sort(this OpBuilder builder, ReadOnlySpan<Value> inputs, Region comparator, long? dimension = null, bool? isStable = null)
    {
        var attributes = new AttributeMap();
        if (dimension is { } dimensionValue)
        {
            attributes.Set("dimension", IntegerAttr.I64(dimensionValue));
        }
        if (isStable is { } isStableValue)
        {
            attributes.Set("is_stable", new BoolAttr(isStableValue));
        }
        return TypeInference.Create(builder, SortOp.OpName, inputs, attributes, [comparator]);
    }

    /// <summary>Appends a <c>stablehlo.sqrt</c>: square root of each element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#sqrt">sqrt</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Sqrt(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, SqrtOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.subtract</c>: difference of two tensors, element by element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#subtract">subtract</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Subtract(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, SubtractOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.tan</c>: tangent of each element, which is in radians.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#tan">tan</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Tan(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, TanOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.tanh</c>: hyperbolic tangent of each element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#tanh">tanh</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Tanh(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, TanhOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.torch_index_select</c>: slices of the operand along dim at the positions in index, for each index of the first batch_dims dimensions.</summary>
    /// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
    public static Value TorchIndexSelect(this OpBuilder builder, Value operand, Value index, IrType resultType, long dim, long batchDims)
    {
        var attributes = new AttributeMap();
        attributes.Set("dim", IntegerAttr.I64(dim));
        attributes.Set("batch_dims", IntegerAttr.I64(batchDims));
        return builder.Create(TorchIndexSelectOp.OpName, [operand, index], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.transpose</c>: reorders the dimensions: dimension i of the result is dimension permutation[i] of the operand.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#transpose">transpose</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Transpose(this OpBuilder builder, Value operand, ValueArray<long> permutation)
    {
        var attributes = new AttributeMap();
        attributes.Set("permutation", new DenseArrayAttr(ElementKind.I64, permutation));
        return TypeInference.Create(builder, TransposeOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.triangular_solve</c>: solves systems of linear equations with triangular matrices, a batch at a time.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#triangular_solve">triangular_solve</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value TriangularSolve(this OpBuilder builder, Value a, Value b, bool leftSide, bool lower, bool unitDiagonal, Transpose transposeA)
    {
        var attributes = new AttributeMap();
        attributes.Set("left_side", new BoolAttr(leftSide));
        attributes.Set("lower", new BoolAttr(lower));
        attributes.Set("unit_diagonal", new BoolAttr(unitDiagonal));
        attributes.Set("transpose_a", new EnumAttr("stablehlo", "transpose", transposeA.ToString()));
        return TypeInference.Create(builder, TriangularSolveOp.OpName, [a, b], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.tuple</c>: a tuple of values.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#tuple">tuple</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Tuple(this OpBuilder builder, ReadOnlySpan<Value> val)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, TupleOp.OpName, val, attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.unary_einsum</c>: a sum over one tensor as an equation of named dimensions says.</summary>
    /// <remarks>StableHLO, <c>StablehloOps.td</c>.</remarks>
    public static Value UnaryEinsum(this OpBuilder builder, Value operand, IrType resultType, string einsumConfig)
    {
        var attributes = new AttributeMap();
        attributes.Set("einsum_config", new StringAttr(einsumConfig));
        return builder.Create(UnaryEinsumOp.OpName, [operand], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.uniform_dequantize</c>: real numbers from quantized ones: (value - zero point) * scale.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#uniform_dequantize">uniform_dequantize</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value UniformDequantize(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, UniformDequantizeOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.uniform_quantize</c>: quantizes real numbers, or quantizes quantized ones anew.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#uniform_quantize">uniform_quantize</see>.</remarks>
    public static Value UniformQuantize(this OpBuilder builder, Value operand, IrType resultType)
    {
        var attributes = new AttributeMap();
        return builder.Create(UniformQuantizeOp.OpName, [operand], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.while</c>: runs the body as long as the condition gives true.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#while">while</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation While(this OpBuilder builder, ReadOnlySpan<Value> operand, Region cond, Region body)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, WhileOp.OpName, operand, attributes, [cond, body]);
    }

    /// <summary>Appends a <c>stablehlo.xor</c>: bitwise exclusive or of integers, logical of booleans, element by element.</summary>
    /// <remarks>StableHLO specification, section <see href="https://github.com/openxla/stablehlo/blob/main/docs/spec.md#xor">xor</see>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value Xor(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, XorOp.OpName, [lhs, rhs], attributes, []).Result;
    }
}
