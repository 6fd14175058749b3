namespace I1Xla.StableHlo.Ir;

/// <summary><c>#stablehlo.dot</c>: dimension numbers of dot_general (specification, "dot_general").</summary>
/// <remarks>StableHLO specification, section <c>dot_general</c> (I3) to (I6). Dimensions count from 0.</remarks>
public sealed record DotDimensionNumbersAttr(
    ValueArray<long> LhsBatchingDimensions, ValueArray<long> RhsBatchingDimensions,
    ValueArray<long> LhsContractingDimensions, ValueArray<long> RhsContractingDimensions) : Attribute;

/// <summary><c>#stablehlo.dot_algorithm</c>: the precision algorithm of dot_general.</summary>
/// <remarks>StableHLO specification, section <c>dot_general</c> (I8) to (I14).</remarks>
public sealed record DotAlgorithmAttr(
    IrType LhsPrecisionType, IrType RhsPrecisionType, IrType AccumulationType,
    long LhsComponentCount, long RhsComponentCount, long NumPrimitiveOperations, bool AllowImpreciseAccumulation) : Attribute;

/// <summary><c>#stablehlo.gather</c>: dimension numbers of gather and dynamic_gather.</summary>
/// <remarks>StableHLO specification, section <c>gather</c>. Dimensions count from 0.</remarks>
public sealed record GatherDimensionNumbersAttr(
    ValueArray<long> OffsetDims, ValueArray<long> CollapsedSliceDims,
    ValueArray<long> OperandBatchingDims, ValueArray<long> StartIndicesBatchingDims,
    ValueArray<long> StartIndexMap, long IndexVectorDim) : Attribute;

/// <summary><c>#stablehlo.scatter</c>: dimension numbers of scatter.</summary>
/// <remarks>StableHLO specification, section <c>scatter</c>. Dimensions count from 0.</remarks>
public sealed record ScatterDimensionNumbersAttr(
    ValueArray<long> UpdateWindowDims, ValueArray<long> InsertedWindowDims,
    ValueArray<long> InputBatchingDims, ValueArray<long> ScatterIndicesBatchingDims,
    ValueArray<long> ScatterDimsToOperandDims, long IndexVectorDim) : Attribute;

/// <summary><c>#stablehlo.conv</c>: dimension numbers of convolution (printed <c>[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]</c>).</summary>
/// <remarks>StableHLO specification, section <c>convolution</c>. Dimensions count from 0.</remarks>
public sealed record ConvDimensionNumbersAttr(
    long InputBatchDimension, long InputFeatureDimension, ValueArray<long> InputSpatialDimensions,
    long KernelInputFeatureDimension, long KernelOutputFeatureDimension, ValueArray<long> KernelSpatialDimensions,
    long OutputBatchDimension, long OutputFeatureDimension, ValueArray<long> OutputSpatialDimensions) : Attribute;

/// <summary><c>#stablehlo.channel_handle</c>.</summary>
/// <remarks>StableHLO specification, sections <c>send</c> and <c>recv</c> (channel_id, channel_type) and <c>Collective ops</c>; <c>StablehloAttrs.td</c>.</remarks>
public sealed record ChannelHandleAttr(long Handle, long Type) : Attribute;

/// <summary><c>#stablehlo.output_operand_alias</c> of custom_call.</summary>
/// <remarks>StableHLO specification, section <c>Alias</c>; <c>StablehloAttrs.td</c>.</remarks>
public sealed record OutputOperandAliasAttr(ValueArray<long> OutputTupleIndices, long OperandIndex, ValueArray<long> OperandTupleIndices) : Attribute;

/// <summary><c>#stablehlo.bounds</c>: the bounds of dynamic dimensions, <see cref="Shape.Dynamic"/> where none; the encoding of a tensor type.</summary>
/// <remarks>StableHLO, <c>StablehloAttrs.td</c>, TypeExtensions; <c>docs/dynamism.md</c>, "Bounded dynamism".</remarks>
public sealed record TypeExtensionsAttr(ValueArray<long> Bounds) : Attribute;

/// <summary><c>#stablehlo.result_accuracy</c>; mode is DEFAULT, HIGHEST or TOLERANCE.</summary>
/// <remarks>StableHLO, <c>StablehloAttrs.td</c>, ResultAccuracy; <c>rfcs/20241015-result-accuracy.md</c>. Atol is absolute, Rtol relative, Ulps in units in the last place.</remarks>
public sealed record ResultAccuracyAttr(double Atol, double Rtol, long Ulps, string Mode) : Attribute;

/// <summary><c>#chlo.ragged_dot</c>: dimension numbers of chlo.ragged_dot.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>, ragged_dot. Dimensions count from 0.</remarks>
public sealed record RaggedDotDimensionNumbersAttr(
    ValueArray<long> LhsBatchingDimensions, ValueArray<long> RhsBatchingDimensions,
    ValueArray<long> LhsContractingDimensions, ValueArray<long> RhsContractingDimensions,
    ValueArray<long> LhsRaggedDimensions, ValueArray<long> RhsGroupDimensions) : Attribute;

/// <summary><c>#stablehlo.sub_axis_info</c>: which part of an axis a sub-axis is, printed <c>(pre_size)size</c>.</summary>
/// <remarks>StableHLO specification, section <c>StableHLO Mesh</c>.</remarks>
public sealed record SubAxisInfoAttr(long PreSize, long Size) : Attribute;

/// <summary><c>#stablehlo.axis_ref</c>: a mesh axis or a part of one.</summary>
/// <remarks>StableHLO specification, section <c>StableHLO Mesh</c>.</remarks>
public sealed record AxisRefAttr(string Name, SubAxisInfoAttr? SubAxis = null) : Attribute;

/// <summary><c>#stablehlo.mesh_axis</c>.</summary>
/// <remarks>StableHLO specification, section <c>StableHLO Mesh</c>. Size in devices.</remarks>
public sealed record MeshAxisAttr(string Name, long Size) : Attribute;

/// <summary><c>#stablehlo.mesh</c>: axes, and the device ids when they are not 0, 1, 2….</summary>
/// <remarks>StableHLO specification, section <c>StableHLO Mesh</c>.</remarks>
public sealed record MeshAttr(ValueArray<MeshAxisAttr> Axes, DenseElementsAttr? DeviceIds = null) : Attribute;

/// <summary><c>#stablehlo.replica_group_mesh_axes</c>: replica groups as axes of a mesh, which is a <see cref="MeshAttr"/> or a symbol.</summary>
/// <remarks>StableHLO specification, section <c>StableHLO Mesh</c>.</remarks>
public sealed record ReplicaGroupMeshAxesAttr(Attribute Mesh, ArrayAttr Axes) : Attribute;
