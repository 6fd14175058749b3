// Generated from ops.table by tools/I1Xla.Generate (dotnet run --project tools/I1Xla.Generate -- ops). Do not edit.
#nullable enable
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Verify;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Ops;

/// <summary>Makes operations of the StableHlo dialect. Where result types follow from the operands they are inferred, and an error names the violated constraint.</summary>
public static class StableHloBuilders
{
    /// <summary>Appends a <c>stablehlo.abs</c>.</summary>
    public static Value Abs(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, AbsOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.add</c>.</summary>
    public static Value Add(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, AddOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.after_all</c>.</summary>
    public static Value AfterAll(this OpBuilder builder, ReadOnlySpan<Value> inputs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, AfterAllOp.OpName, inputs, attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.all_gather</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.all_reduce</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.all_to_all</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.and</c>.</summary>
    public static Value And(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, AndOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.async_done</c>.</summary>
    public static Value AsyncDone(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, AsyncDoneOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.async_start</c>.</summary>
    public static Value AsyncStart(this OpBuilder builder, ReadOnlySpan<Value> operands, Region body)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, AsyncStartOp.OpName, operands, attributes, [body]).Result;
    }

    /// <summary>Appends a <c>stablehlo.atan2</c>.</summary>
    public static Value Atan2(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, Atan2Op.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.batch_norm_grad</c>.</summary>
    public static Operation BatchNormGrad(this OpBuilder builder, Value operand, Value scale, Value mean, Value variance, Value gradOutput, float epsilon, long featureIndex)
    {
        var attributes = new AttributeMap();
        attributes.Set("epsilon", new FloatAttr(epsilon, ScalarType.F32));
        attributes.Set("feature_index", IntegerAttr.I64(featureIndex));
        return TypeInference.Create(builder, BatchNormGradOp.OpName, [operand, scale, mean, variance, gradOutput], attributes, []);
    }

    /// <summary>Appends a <c>stablehlo.batch_norm_inference</c>.</summary>
    public static Value BatchNormInference(this OpBuilder builder, Value operand, Value scale, Value offset, Value mean, Value variance, float epsilon, long featureIndex)
    {
        var attributes = new AttributeMap();
        attributes.Set("epsilon", new FloatAttr(epsilon, ScalarType.F32));
        attributes.Set("feature_index", IntegerAttr.I64(featureIndex));
        return TypeInference.Create(builder, BatchNormInferenceOp.OpName, [operand, scale, offset, mean, variance], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.batch_norm_training</c>.</summary>
    public static Operation BatchNormTraining(this OpBuilder builder, Value operand, Value scale, Value offset, float epsilon, long featureIndex)
    {
        var attributes = new AttributeMap();
        attributes.Set("epsilon", new FloatAttr(epsilon, ScalarType.F32));
        attributes.Set("feature_index", IntegerAttr.I64(featureIndex));
        return TypeInference.Create(builder, BatchNormTrainingOp.OpName, [operand, scale, offset], attributes, []);
    }

    /// <summary>Appends a <c>stablehlo.bitcast_convert</c>.</summary>
    public static Value BitcastConvert(this OpBuilder builder, Value operand, IrType resultType)
    {
        var attributes = new AttributeMap();
        return builder.Create(BitcastConvertOp.OpName, [operand], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.broadcast</c>.</summary>
    public static Value Broadcast(this OpBuilder builder, Value operand, ValueArray<long> broadcastSizes)
    {
        var attributes = new AttributeMap();
        attributes.Set("broadcast_sizes", new DenseArrayAttr(ElementKind.I64, broadcastSizes));
        return TypeInference.Create(builder, BroadcastOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.broadcast_in_dim</c>.</summary>
    public static Value BroadcastInDim(this OpBuilder builder, Value operand, IrType resultType, ValueArray<long> broadcastDimensions)
    {
        var attributes = new AttributeMap();
        attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensions));
        return builder.Create(BroadcastInDimOp.OpName, [operand], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.case</c>.</summary>
    public static Operation Case(this OpBuilder builder, Value index, ReadOnlySpan<Region> branches)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, CaseOp.OpName, [index], attributes, branches);
    }

    /// <summary>Appends a <c>stablehlo.cbrt</c>.</summary>
    public static Value Cbrt(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, CbrtOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.ceil</c>.</summary>
    public static Value Ceil(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, CeilOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.cholesky</c>.</summary>
    public static Value Cholesky(this OpBuilder builder, Value a, bool? lower = null)
    {
        var attributes = new AttributeMap();
        if (lower is { } lowerValue)
        {
            attributes.Set("lower", new BoolAttr(lowerValue));
        }
        return TypeInference.Create(builder, CholeskyOp.OpName, [a], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.clamp</c>.</summary>
    public static Value Clamp(this OpBuilder builder, Value min, Value operand, Value max)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ClampOp.OpName, [min, operand, max], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.collective_broadcast</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.collective_permute</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.collective_reduce</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.compare</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.complex</c>.</summary>
    public static Value Complex(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ComplexOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.composite</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.concatenate</c>.</summary>
    public static Value Concatenate(this OpBuilder builder, ReadOnlySpan<Value> inputs, long dimension)
    {
        var attributes = new AttributeMap();
        attributes.Set("dimension", IntegerAttr.I64(dimension));
        return TypeInference.Create(builder, ConcatenateOp.OpName, inputs, attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.constant</c>.</summary>
    public static Value Constant(this OpBuilder builder, Attribute value)
    {
        var attributes = new AttributeMap();
        attributes.Set("value", value);
        return TypeInference.Create(builder, ConstantOp.OpName, [], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.convert</c>.</summary>
    public static Value Convert(this OpBuilder builder, Value operand, IrType resultType)
    {
        var attributes = new AttributeMap();
        return builder.Create(ConvertOp.OpName, [operand], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.convolution</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.cosine</c>.</summary>
    public static Value Cosine(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, CosineOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.count_leading_zeros</c>.</summary>
    public static Value CountLeadingZeros(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, CountLeadingZerosOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.create_token</c>.</summary>
    public static Value CreateToken(this OpBuilder builder)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, CreateTokenOp.OpName, [], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.cross-replica-sum</c>.</summary>
    public static Value CrossReplicaSum(this OpBuilder builder, Value operand, DenseElementsAttr replicaGroups)
    {
        var attributes = new AttributeMap();
        attributes.Set("replica_groups", replicaGroups);
        return TypeInference.Create(builder, CrossReplicaSumOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.custom_call</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.divide</c>.</summary>
    public static Value Divide(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, DivideOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.dot</c>.</summary>
    public static Value Dot(this OpBuilder builder, Value lhs, Value rhs, IrType resultType, ArrayAttr? precisionConfig = null)
    {
        var attributes = new AttributeMap();
        if (precisionConfig is { } precisionConfigValue)
        {
            attributes.Set("precision_config", precisionConfigValue);
        }
        return builder.Create(DotOp.OpName, [lhs, rhs], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.dot_general</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.dynamic_broadcast_in_dim</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.dynamic_conv</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.dynamic_gather</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.dynamic_iota</c>.</summary>
    public static Value DynamicIota(this OpBuilder builder, Value outputShape, IrType resultType, long iotaDimension)
    {
        var attributes = new AttributeMap();
        attributes.Set("iota_dimension", IntegerAttr.I64(iotaDimension));
        return builder.Create(DynamicIotaOp.OpName, [outputShape], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.dynamic_pad</c>.</summary>
    public static Value DynamicPad(this OpBuilder builder, Value operand, Value paddingValue, Value edgePaddingLow, Value edgePaddingHigh, Value interiorPadding, IrType resultType)
    {
        var attributes = new AttributeMap();
        return builder.Create(DynamicPadOp.OpName, [operand, paddingValue, edgePaddingLow, edgePaddingHigh, interiorPadding], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.dynamic_reshape</c>.</summary>
    public static Value DynamicReshape(this OpBuilder builder, Value operand, Value outputShape, IrType resultType)
    {
        var attributes = new AttributeMap();
        return builder.Create(DynamicReshapeOp.OpName, [operand, outputShape], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.dynamic_slice</c>.</summary>
    public static Value DynamicSlice(this OpBuilder builder, Value operand, ReadOnlySpan<Value> startIndices, ValueArray<long> sliceSizes)
    {
        var attributes = new AttributeMap();
        attributes.Set("slice_sizes", new DenseArrayAttr(ElementKind.I64, sliceSizes));
        return TypeInference.Create(builder, DynamicSliceOp.OpName, [operand, .. startIndices], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.dynamic_update_slice</c>.</summary>
    public static Value DynamicUpdateSlice(this OpBuilder builder, Value operand, Value update, ReadOnlySpan<Value> startIndices)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, DynamicUpdateSliceOp.OpName, [operand, update, .. startIndices], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.einsum</c>.</summary>
    public static Value Einsum(this OpBuilder builder, Value lhs, Value rhs, IrType resultType, string einsumConfig)
    {
        var attributes = new AttributeMap();
        attributes.Set("einsum_config", new StringAttr(einsumConfig));
        return builder.Create(EinsumOp.OpName, [lhs, rhs], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.exponential</c>.</summary>
    public static Value Exponential(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, ExponentialOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.exponential_minus_one</c>.</summary>
    public static Value ExponentialMinusOne(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, ExponentialMinusOneOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.fft</c>.</summary>
    public static Value Fft(this OpBuilder builder, Value operand, FftType fftType, ValueArray<long> fftLength)
    {
        var attributes = new AttributeMap();
        attributes.Set("fft_type", new EnumAttr("stablehlo", "fft_type", fftType.ToString()));
        attributes.Set("fft_length", new DenseArrayAttr(ElementKind.I64, fftLength));
        return TypeInference.Create(builder, FftOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.floor</c>.</summary>
    public static Value Floor(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, FloorOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.gather</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.get_dimension_size</c>.</summary>
    public static Value GetDimensionSize(this OpBuilder builder, Value operand, long dimension)
    {
        var attributes = new AttributeMap();
        attributes.Set("dimension", IntegerAttr.I64(dimension));
        return TypeInference.Create(builder, GetDimensionSizeOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.get_tuple_element</c>.</summary>
    public static Value GetTupleElement(this OpBuilder builder, Value operand, int index)
    {
        var attributes = new AttributeMap();
        attributes.Set("index", IntegerAttr.I32(index));
        return TypeInference.Create(builder, GetTupleElementOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.if</c>.</summary>
    public static Operation If(this OpBuilder builder, Value pred, Region trueBranch, Region falseBranch)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, IfOp.OpName, [pred], attributes, [trueBranch, falseBranch]);
    }

    /// <summary>Appends a <c>stablehlo.imag</c>.</summary>
    public static Value Imag(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ImagOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.infeed</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.iota</c>.</summary>
    public static Value Iota(this OpBuilder builder, IrType resultType, long iotaDimension)
    {
        var attributes = new AttributeMap();
        attributes.Set("iota_dimension", IntegerAttr.I64(iotaDimension));
        return builder.Create(IotaOp.OpName, [], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.is_finite</c>.</summary>
    public static Value IsFinite(this OpBuilder builder, Value x)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, IsFiniteOp.OpName, [x], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.log</c>.</summary>
    public static Value Log(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, LogOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.log_plus_one</c>.</summary>
    public static Value LogPlusOne(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, LogPlusOneOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.logistic</c>.</summary>
    public static Value Logistic(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, LogisticOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.map</c>.</summary>
    public static Value Map(this OpBuilder builder, ReadOnlySpan<Value> inputs, ValueArray<long> dimensions, Region computation)
    {
        var attributes = new AttributeMap();
        attributes.Set("dimensions", new DenseArrayAttr(ElementKind.I64, dimensions));
        return TypeInference.Create(builder, MapOp.OpName, inputs, attributes, [computation]).Result;
    }

    /// <summary>Appends a <c>stablehlo.maximum</c>.</summary>
    public static Value Maximum(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, MaximumOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.minimum</c>.</summary>
    public static Value Minimum(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, MinimumOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.multiply</c>.</summary>
    public static Value Multiply(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, MultiplyOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.negate</c>.</summary>
    public static Value Negate(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, NegateOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.not</c>.</summary>
    public static Value Not(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, NotOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.optimization_barrier</c>.</summary>
    public static Operation OptimizationBarrier(this OpBuilder builder, ReadOnlySpan<Value> operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, OptimizationBarrierOp.OpName, operand, attributes, []);
    }

    /// <summary>Appends a <c>stablehlo.or</c>.</summary>
    public static Value Or(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, OrOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.outfeed</c>.</summary>
    public static Value Outfeed(this OpBuilder builder, ReadOnlySpan<Value> inputs, Value token, string? outfeedConfig = null)
    {
        var attributes = new AttributeMap();
        if (outfeedConfig is { } outfeedConfigValue)
        {
            attributes.Set("outfeed_config", new StringAttr(outfeedConfigValue));
        }
        return TypeInference.Create(builder, OutfeedOp.OpName, [.. inputs, token], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.pad</c>.</summary>
    public static Value Pad(this OpBuilder builder, Value operand, Value paddingValue, ValueArray<long> edgePaddingLow, ValueArray<long> edgePaddingHigh, ValueArray<long> interiorPadding)
    {
        var attributes = new AttributeMap();
        attributes.Set("edge_padding_low", new DenseArrayAttr(ElementKind.I64, edgePaddingLow));
        attributes.Set("edge_padding_high", new DenseArrayAttr(ElementKind.I64, edgePaddingHigh));
        attributes.Set("interior_padding", new DenseArrayAttr(ElementKind.I64, interiorPadding));
        return TypeInference.Create(builder, PadOp.OpName, [operand, paddingValue], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.partition_id</c>.</summary>
    public static Value PartitionId(this OpBuilder builder)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, PartitionIdOp.OpName, [], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.popcnt</c>.</summary>
    public static Value Popcnt(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, PopcntOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.power</c>.</summary>
    public static Value Power(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, PowerOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.real</c>.</summary>
    public static Value Real(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, RealOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.real_dynamic_slice</c>.</summary>
    public static Value RealDynamicSlice(this OpBuilder builder, Value operand, Value startIndices, Value limitIndices, Value strides, IrType resultType)
    {
        var attributes = new AttributeMap();
        return builder.Create(RealDynamicSliceOp.OpName, [operand, startIndices, limitIndices, strides], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.recv</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.reduce</c>.</summary>
    public static Operation Reduce(this OpBuilder builder, ReadOnlySpan<Value> inputs, ReadOnlySpan<Value> initValues, ValueArray<long> dimensions, Region body)
    {
        var attributes = new AttributeMap();
        attributes.Set("dimensions", new DenseArrayAttr(ElementKind.I64, dimensions));
        return TypeInference.Create(builder, ReduceOp.OpName, [.. inputs, .. initValues], attributes, [body]);
    }

    /// <summary>Appends a <c>stablehlo.reduce_precision</c>.</summary>
    public static Value ReducePrecision(this OpBuilder builder, Value operand, int exponentBits, int mantissaBits)
    {
        var attributes = new AttributeMap();
        attributes.Set("exponent_bits", IntegerAttr.I32(exponentBits));
        attributes.Set("mantissa_bits", IntegerAttr.I32(mantissaBits));
        return TypeInference.Create(builder, ReducePrecisionOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.reduce_scatter</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.reduce_window</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.remainder</c>.</summary>
    public static Value Remainder(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, RemainderOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.replica_id</c>.</summary>
    public static Value ReplicaId(this OpBuilder builder)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ReplicaIdOp.OpName, [], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.reshape</c>.</summary>
    public static Value Reshape(this OpBuilder builder, Value operand, IrType resultType)
    {
        var attributes = new AttributeMap();
        return builder.Create(ReshapeOp.OpName, [operand], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.return</c>.</summary>
    public static Operation Return(this OpBuilder builder, ReadOnlySpan<Value> results)
    {
        var attributes = new AttributeMap();
        return builder.Create(ReturnOp.OpName, results, [], attributes, []);
    }

    /// <summary>Appends a <c>stablehlo.reverse</c>.</summary>
    public static Value Reverse(this OpBuilder builder, Value operand, ValueArray<long> dimensions)
    {
        var attributes = new AttributeMap();
        attributes.Set("dimensions", new DenseArrayAttr(ElementKind.I64, dimensions));
        return TypeInference.Create(builder, ReverseOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.rng</c>.</summary>
    public static Value Rng(this OpBuilder builder, Value a, Value b, Value shape, RngDistribution rngDistribution)
    {
        var attributes = new AttributeMap();
        attributes.Set("rng_distribution", new EnumAttr("stablehlo", "rng_distribution", rngDistribution.ToString()));
        return TypeInference.Create(builder, RngOp.OpName, [a, b, shape], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.rng_bit_generator</c>.</summary>
    public static Operation RngBitGenerator(this OpBuilder builder, Value initialState, ReadOnlySpan<IrType> resultTypes, RngAlgorithm rngAlgorithm)
    {
        var attributes = new AttributeMap();
        attributes.Set("rng_algorithm", new EnumAttr("stablehlo", "rng_algorithm", rngAlgorithm.ToString()));
        return builder.Create(RngBitGeneratorOp.OpName, [initialState], resultTypes, attributes, []);
    }

    /// <summary>Appends a <c>stablehlo.round_nearest_afz</c>.</summary>
    public static Value RoundNearestAfz(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, RoundNearestAfzOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.round_nearest_even</c>.</summary>
    public static Value RoundNearestEven(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, RoundNearestEvenOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.rsqrt</c>.</summary>
    public static Value Rsqrt(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, RsqrtOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.scatter</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.select</c>.</summary>
    public static Value Select(this OpBuilder builder, Value pred, Value onTrue, Value onFalse)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, SelectOp.OpName, [pred, onTrue, onFalse], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.select_and_scatter</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.send</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.set_dimension_size</c>.</summary>
    public static Value SetDimensionSize(this OpBuilder builder, Value operand, Value size, long dimension)
    {
        var attributes = new AttributeMap();
        attributes.Set("dimension", IntegerAttr.I64(dimension));
        return TypeInference.Create(builder, SetDimensionSizeOp.OpName, [operand, size], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.shift_left</c>.</summary>
    public static Value ShiftLeft(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ShiftLeftOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.shift_right_arithmetic</c>.</summary>
    public static Value ShiftRightArithmetic(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ShiftRightArithmeticOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.shift_right_logical</c>.</summary>
    public static Value ShiftRightLogical(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ShiftRightLogicalOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.sign</c>.</summary>
    public static Value Sign(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, SignOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.sine</c>.</summary>
    public static Value Sine(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, SineOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.slice</c>.</summary>
    public static Value Slice(this OpBuilder builder, Value operand, ValueArray<long> startIndices, ValueArray<long> limitIndices, ValueArray<long> strides)
    {
        var attributes = new AttributeMap();
        attributes.Set("start_indices", new DenseArrayAttr(ElementKind.I64, startIndices));
        attributes.Set("limit_indices", new DenseArrayAttr(ElementKind.I64, limitIndices));
        attributes.Set("strides", new DenseArrayAttr(ElementKind.I64, strides));
        return TypeInference.Create(builder, SliceOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.sort</c>.</summary>
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

    /// <summary>Appends a <c>stablehlo.sqrt</c>.</summary>
    public static Value Sqrt(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, SqrtOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.subtract</c>.</summary>
    public static Value Subtract(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, SubtractOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.tan</c>.</summary>
    public static Value Tan(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, TanOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.tanh</c>.</summary>
    public static Value Tanh(this OpBuilder builder, Value operand, ResultAccuracyAttr? resultAccuracy = null)
    {
        var attributes = new AttributeMap();
        if (resultAccuracy is { } resultAccuracyValue)
        {
            attributes.Set("result_accuracy", resultAccuracyValue);
        }
        return TypeInference.Create(builder, TanhOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.torch_index_select</c>.</summary>
    public static Value TorchIndexSelect(this OpBuilder builder, Value operand, Value index, IrType resultType, long dim, long batchDims)
    {
        var attributes = new AttributeMap();
        attributes.Set("dim", IntegerAttr.I64(dim));
        attributes.Set("batch_dims", IntegerAttr.I64(batchDims));
        return builder.Create(TorchIndexSelectOp.OpName, [operand, index], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.transpose</c>.</summary>
    public static Value Transpose(this OpBuilder builder, Value operand, ValueArray<long> permutation)
    {
        var attributes = new AttributeMap();
        attributes.Set("permutation", new DenseArrayAttr(ElementKind.I64, permutation));
        return TypeInference.Create(builder, TransposeOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.triangular_solve</c>.</summary>
    public static Value TriangularSolve(this OpBuilder builder, Value a, Value b, bool leftSide, bool lower, bool unitDiagonal, Transpose transposeA)
    {
        var attributes = new AttributeMap();
        attributes.Set("left_side", new BoolAttr(leftSide));
        attributes.Set("lower", new BoolAttr(lower));
        attributes.Set("unit_diagonal", new BoolAttr(unitDiagonal));
        attributes.Set("transpose_a", new EnumAttr("stablehlo", "transpose", transposeA.ToString()));
        return TypeInference.Create(builder, TriangularSolveOp.OpName, [a, b], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.tuple</c>.</summary>
    public static Value Tuple(this OpBuilder builder, ReadOnlySpan<Value> val)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, TupleOp.OpName, val, attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.unary_einsum</c>.</summary>
    public static Value UnaryEinsum(this OpBuilder builder, Value operand, IrType resultType, string einsumConfig)
    {
        var attributes = new AttributeMap();
        attributes.Set("einsum_config", new StringAttr(einsumConfig));
        return builder.Create(UnaryEinsumOp.OpName, [operand], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.uniform_dequantize</c>.</summary>
    public static Value UniformDequantize(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, UniformDequantizeOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.uniform_quantize</c>.</summary>
    public static Value UniformQuantize(this OpBuilder builder, Value operand, IrType resultType)
    {
        var attributes = new AttributeMap();
        return builder.Create(UniformQuantizeOp.OpName, [operand], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>stablehlo.while</c>.</summary>
    public static Operation While(this OpBuilder builder, ReadOnlySpan<Value> operand, Region cond, Region body)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, WhileOp.OpName, operand, attributes, [cond, body]);
    }

    /// <summary>Appends a <c>stablehlo.xor</c>.</summary>
    public static Value Xor(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, XorOp.OpName, [lhs, rhs], attributes, []).Result;
    }
}
