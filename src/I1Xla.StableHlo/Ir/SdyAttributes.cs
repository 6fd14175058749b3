namespace I1Xla.StableHlo.Ir;

/// <summary><c>"name"</c> or <c>"name":(pre)size</c>: an axis of a mesh or a part of one (Shardy, "AxisRef"). The sub-axis sizes are both set or both null.</summary>
public sealed record SdyAxisRef(string Name, long? PreSize = null, long? Size = null) : Attribute;

/// <summary><c>"name"=size</c>: an axis of a mesh (Shardy, "MeshAxis").</summary>
public sealed record SdyMeshAxis(string Name, long Size) : Attribute;

/// <summary><c>#sdy.mesh&lt;["x"=2, "y"=4], device_ids=[…]&gt;</c>; no device ids means the devices in order (Shardy, "Mesh").</summary>
public sealed record SdyMeshAttr(ValueArray<SdyMeshAxis> Axes, ValueArray<long> DeviceIds = default) : Attribute;

/// <summary><c>{"x", "y", ?}p1</c>: the axes that shard one dimension; an open one (<c>?</c>) may be sharded further (Shardy, "DimensionSharding").</summary>
public sealed record SdyDimensionSharding(ValueArray<SdyAxisRef> Axes, bool IsClosed = true, long? Priority = null) : Attribute;

/// <summary>How the parts of an unreduced tensor are to be combined.</summary>
/// <remarks>Shardy, <c>docs/sdy_dialect.md</c>, "ReductionOp".</remarks>
public enum SdyReduction
{
    /// <summary>Addition, the default.</summary>
    Sum,
    /// <summary>Maximum.</summary>
    Max,
    /// <summary>Minimum.</summary>
    Min,
}

/// <summary><c>#sdy.sharding&lt;@mesh, [{"x"}, {}], replicated={…}, unreduced={…}&gt;</c> (Shardy, "TensorSharding"). The mesh is a <see cref="SymbolRefAttr"/> or an <see cref="SdyMeshAttr"/>.</summary>
public sealed record SdyShardingAttr(
    Attribute Mesh, ValueArray<SdyDimensionSharding> Dimensions,
    ValueArray<SdyAxisRef> Replicated = default, ValueArray<SdyAxisRef> Unreduced = default, SdyReduction Reduction = SdyReduction.Sum) : Attribute;

/// <summary><c>#sdy.sharding_per_value&lt;[…]&gt;</c>: one sharding for each operand or result.</summary>
/// <remarks>Shardy, <c>docs/sdy_dialect.md</c>, "TensorShardingPerValueAttr".</remarks>
public sealed record SdyShardingPerValueAttr(ValueArray<SdyShardingAttr> Shardings) : Attribute;

/// <summary><c>#sdy&lt;manual_axes{"x", "y"}&gt;</c>: the axes over which a manual computation runs by itself.</summary>
/// <remarks>Shardy, <c>docs/sdy_dialect.md</c>, "ManualAxesAttr".</remarks>
public sealed record SdyManualAxesAttr(ValueArray<string> Axes) : Attribute;

/// <summary><c>{"x", "y"}</c>: a list of axes.</summary>
/// <remarks>Shardy, <c>docs/sdy_dialect.md</c>, "AxisRefListAttr".</remarks>
public sealed record SdyAxisRefListAttr(ValueArray<SdyAxisRef> Axes) : Attribute;

/// <summary><c>[{"x"}, {}]</c>: a list of axes for each dimension.</summary>
/// <remarks>Shardy, <c>docs/sdy_dialect.md</c>, "ListOfAxisRefListsAttr".</remarks>
public sealed record SdyListOfAxisRefListsAttr(ValueArray<SdyAxisRefListAttr> Lists) : Attribute;

/// <summary><c>{"x"}: 0->1</c>: the axes that move from one dimension to another.</summary>
/// <remarks>Shardy, <c>docs/sdy_dialect.md</c>, "AllToAllParamAttr".</remarks>
public sealed record SdyAllToAllParam(ValueArray<SdyAxisRef> Axes, long SourceDimension, long TargetDimension) : Attribute;

/// <summary><c>[{"x"}: 0->1, …]</c>.</summary>
/// <remarks>Shardy, <c>docs/sdy_dialect.md</c>, "AllToAllParamListAttr".</remarks>
public sealed record SdyAllToAllParamListAttr(ValueArray<SdyAllToAllParam> Items) : Attribute;

/// <summary>
/// <c>#sdy.op_sharding_rule&lt;([i, k], [k, j])->([i, j]) {i=8, j=8, k=8} reduction={k}, custom&gt;</c>: how an operation's
/// dimensions relate, as factors (Shardy, "OpShardingRule"). A mapping is a tensor, then a dimension, then factor indices.
/// </summary>
public sealed record SdyOpShardingRuleAttr(
    ValueArray<long> FactorSizes, ValueArray<ValueArray<ValueArray<long>>> OperandMappings, ValueArray<ValueArray<ValueArray<long>>> ResultMappings,
    ValueArray<long> ReductionFactors = default, ValueArray<long> NeedReplicationFactors = default,
    ValueArray<long> PermutationFactors = default, ValueArray<long> BlockedPropagationFactors = default, bool IsCustom = false) : Attribute;
