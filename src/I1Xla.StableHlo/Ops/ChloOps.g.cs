// Generated from ops.table by tools/I1Xla.Generate (dotnet run --project tools/I1Xla.Generate -- ops). Do not edit.
#nullable enable
using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Ops;

/// <summary>A view of a <c>chlo._asin_acos_kernel</c>: the part that asin and acos of complex numbers have in common.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloAsinAcosKernelOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo._asin_acos_kernel";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloAsinAcosKernelOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloAsinAcosKernelOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyComplexTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.acos</c>: arc cosine of each element, in radians.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloAcosOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.acos";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloAcosOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloAcosOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.acosh</c>: inverse hyperbolic cosine of each element.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloAcoshOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.acosh";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloAcoshOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloAcoshOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.asin</c>: arc sine of each element, in radians.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloAsinOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.asin";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloAsinOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloAsinOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.asinh</c>: inverse hyperbolic sine of each element.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloAsinhOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.asinh";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloAsinhOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloAsinhOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.atan</c>: arc tangent of each element, in radians.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloAtanOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.atan";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloAtanOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloAtanOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.atanh</c>: inverse hyperbolic tangent of each element.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloAtanhOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.atanh";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloAtanhOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloAtanhOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.bessel_i1e</c>: exp(-abs(x)) times the modified Bessel function of the first kind of order 1, of each element.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBesselI1eOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.bessel_i1e";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBesselI1eOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBesselI1eOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_add</c>: stablehlo.add of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastAddOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_add";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastAddOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastAddOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_and</c>: stablehlo.and of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastAndOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_and";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastAndOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastAndOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyPredOrIntTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyPredOrIntTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_atan2</c>: stablehlo.atan2 of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastAtan2Op(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_atan2";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastAtan2Op? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastAtan2Op(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_compare</c>: stablehlo.compare of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastCompareOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_compare";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastCompareOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastCompareOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Attribute comparison_direction: <see cref="I1Xla.StableHlo.Ops.ComparisonDirection"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public ComparisonDirection ComparisonDirection => AttributeAccess.Enum<ComparisonDirection>(Op, "comparison_direction");

    /// <summary>Attribute compare_type: <see cref="I1Xla.StableHlo.Ops.ComparisonType"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ComparisonType? CompareType => AttributeAccess.OptionalEnum<ComparisonType>(Op, "compare_type");

    /// <summary>Result result: <see cref="TypeConstraints.AnyPredTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_complex</c>: stablehlo.complex of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastComplexOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_complex";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastComplexOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastComplexOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_divide</c>: stablehlo.divide of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastDivideOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_divide";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastDivideOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastDivideOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_maximum</c>: stablehlo.maximum of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastMaximumOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_maximum";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastMaximumOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastMaximumOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_minimum</c>: stablehlo.minimum of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastMinimumOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_minimum";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastMinimumOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastMinimumOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_multiply</c>: stablehlo.multiply of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastMultiplyOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_multiply";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastMultiplyOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastMultiplyOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_next_after</c>: chlo.next_after of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastNextAfterOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_next_after";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastNextAfterOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastNextAfterOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_or</c>: stablehlo.or of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastOrOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_or";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastOrOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastOrOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyPredOrIntTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyPredOrIntTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_polygamma</c>: chlo.polygamma of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastPolygammaOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_polygamma";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastPolygammaOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastPolygammaOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_power</c>: stablehlo.power of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastPowerOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_power";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastPowerOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastPowerOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_remainder</c>: stablehlo.remainder of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastRemainderOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_remainder";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastRemainderOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastRemainderOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_select</c>: stablehlo.select of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastSelectOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_select";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastSelectOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastSelectOp(op) : null;

    /// <summary>Operand pred: <see cref="TypeConstraints.PredTensor"/>.</summary>
    public Value Pred => Op.Operands[0];

    /// <summary>Operand on_true: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value OnTrue => Op.Operands[1];

    /// <summary>Operand on_false: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value OnFalse => Op.Operands[2];

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_shift_left</c>: stablehlo.shift_left of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastShiftLeftOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_shift_left";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastShiftLeftOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastShiftLeftOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_shift_right_arithmetic</c>: stablehlo.shift_right_arithmetic of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastShiftRightArithmeticOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_shift_right_arithmetic";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastShiftRightArithmeticOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastShiftRightArithmeticOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_shift_right_logical</c>: stablehlo.shift_right_logical of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastShiftRightLogicalOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_shift_right_logical";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastShiftRightLogicalOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastShiftRightLogicalOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_subtract</c>: stablehlo.subtract of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastSubtractOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_subtract";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastSubtractOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastSubtractOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_xor</c>: stablehlo.xor of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastXorOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_xor";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastXorOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastXorOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyPredOrIntTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyPredOrIntTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.broadcast_zeta</c>: chlo.zeta of operands that are broadcast to a common shape.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloBroadcastZetaOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.broadcast_zeta";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloBroadcastZetaOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloBroadcastZetaOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Attribute broadcast_dimensions: <see cref="AttributeKind.I64Array"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ValueArray<long>? BroadcastDimensions => AttributeAccess.Optional<DenseArrayAttr>(Op, "broadcast_dimensions")?.Values;

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.conj</c>: complex conjugate of each element.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloConjOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.conj";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloConjOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloConjOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.constant</c>: a tensor known at compile time.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloConstantOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.constant";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloConstantOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloConstantOp(op) : null;

    /// <summary>Attribute value: <see cref="AttributeKind.Elements"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public Attribute Value => AttributeAccess.Required<Attribute>(Op, "value");

    /// <summary>Result output: <see cref="TypeConstraints.StaticShapeTensor"/>.</summary>
    public OpResult Output => Op.Results[0];
}

/// <summary>A view of a <c>chlo.constant_like</c>: a value repeated in the shape of the operand.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloConstantLikeOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.constant_like";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloConstantLikeOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloConstantLikeOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute value: <see cref="AttributeKind.Typed"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public Attribute Value => AttributeAccess.Required<Attribute>(Op, "value");

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.cosh</c>: hyperbolic cosine of each element.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloCoshOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.cosh";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloCoshOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloCoshOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.digamma</c>: derivative of the logarithm of the gamma function, of each element.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloDigammaOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.digamma";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloDigammaOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloDigammaOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.erf</c>: error function of each element.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloErfOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.erf";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloErfOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloErfOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.erf_inv</c>: inverse error function of each element.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloErfInvOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.erf_inv";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloErfInvOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloErfInvOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.erfc</c>: one minus the error function of each element.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloErfcOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.erfc";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloErfcOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloErfcOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.is_inf</c>: whether each element is infinite.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloIsInfOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.is_inf";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloIsInfOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloIsInfOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyPredTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.is_neg_inf</c>: whether each element is minus infinity.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloIsNegInfOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.is_neg_inf";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloIsNegInfOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloIsNegInfOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyPredTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.is_pos_inf</c>: whether each element is plus infinity.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloIsPosInfOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.is_pos_inf";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloIsPosInfOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloIsPosInfOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyPredTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.lgamma</c>: logarithm of the modulus of the gamma function, of each element.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloLgammaOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.lgamma";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloLgammaOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloLgammaOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.mulhi</c>: the upper half of the bits of the double-width product, element by element.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloMulhiOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.mulhi";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloMulhiOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloMulhiOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.IntTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.IntTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.IntTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.next_after</c>: the value next to x on the way to y, element by element.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloNextAfterOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.next_after";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloNextAfterOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloNextAfterOp(op) : null;

    /// <summary>Operand x: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value X => Op.Operands[0];

    /// <summary>Operand y: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value Y => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.polygamma</c>: the n-th derivative of digamma at x, element by element.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloPolygammaOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.polygamma";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloPolygammaOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloPolygammaOp(op) : null;

    /// <summary>Operand n: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value N => Op.Operands[0];

    /// <summary>Operand x: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value X => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.ragged_dot</c>: dot products in which a ragged dimension is cut into groups of the sizes in group_sizes.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloRaggedDotOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.ragged_dot";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloRaggedDotOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloRaggedDotOp(op) : null;

    /// <summary>Operand lhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Lhs => Op.Operands[0];

    /// <summary>Operand rhs: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Rhs => Op.Operands[1];

    /// <summary>Operand group_sizes: <see cref="TypeConstraints.IntTensor"/>.</summary>
    public Value GroupSizes => Op.Operands[2];

    /// <summary>Attribute ragged_dot_dimension_numbers: <see cref="AttributeKind.RaggedDotDimensionNumbers"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public RaggedDotDimensionNumbersAttr RaggedDotDimensionNumbers => AttributeAccess.Required<RaggedDotDimensionNumbersAttr>(Op, "ragged_dot_dimension_numbers");

    /// <summary>Attribute precision_config: <see cref="AttributeKind.PrecisionConfig"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public ArrayAttr? PrecisionConfig => AttributeAccess.Optional<ArrayAttr>(Op, "precision_config");

    /// <summary>Result result: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.scan</c>: runs the body along one dimension with carried values, gives what it puts out and the last carries.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloScanOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.scan";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloScanOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloScanOp(op) : null;

    /// <summary>Operands inputs: <see cref="TypeConstraints.AnyTensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Inputs => Def.OperandsOf(Op, 0);

    /// <summary>Operands inits: <see cref="TypeConstraints.AnyTensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of operands does not fit.</exception>
    public ReadOnlySpan<Value> Inits => Def.OperandsOf(Op, 1);

    /// <summary>Attribute dimension: <see cref="AttributeKind.I64NonNegative"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long Dimension => AttributeAccess.Required<IntegerAttr>(Op, "dimension").Value;

    /// <summary>Attribute scan_dim_size: <see cref="AttributeKind.I64NonNegative"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public long? ScanDimSize => AttributeAccess.Optional<IntegerAttr>(Op, "scan_dim_size")?.Value;

    /// <summary>Attribute is_reverse: <see cref="AttributeKind.Bool"/>; false when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public bool IsReverse => AttributeAccess.Optional<BoolAttr>(Op, "is_reverse")?.Value ?? false;

    /// <summary>Attribute is_associative: <see cref="AttributeKind.Bool"/>; null when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public bool? IsAssociative => AttributeAccess.Optional<BoolAttr>(Op, "is_associative")?.Value;

    /// <summary>Region body.</summary>
    public Region Body => Op.Regions[0];

    /// <summary>Results outputs: <see cref="TypeConstraints.AnyTensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Outputs => Def.ResultsOf(Op, 0);

    /// <summary>Results carries: <see cref="TypeConstraints.AnyTensor"/>, any number.</summary>
    /// <exception cref="InvalidOperationException">The number of results does not fit.</exception>
    public ReadOnlySpan<OpResult> Carries => Def.ResultsOf(Op, 1);
}

/// <summary>A view of a <c>chlo.sinh</c>: hyperbolic sine of each element.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloSinhOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.sinh";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloSinhOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloSinhOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.square</c>: each element times itself.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloSquareOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.square";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloSquareOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloSquareOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.tan</c>: tangent of each element, which is in radians.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloTanOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.tan";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloTanOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloTanOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpOrComplexTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}

/// <summary>A view of a <c>chlo.top_k</c>: the k largest elements along the last dimension, in order, and their indices.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloTopKOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.top_k";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloTopKOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloTopKOp(op) : null;

    /// <summary>Operand operand: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public Value Operand => Op.Operands[0];

    /// <summary>Attribute k: <see cref="AttributeKind.I64"/>.</summary>
    /// <exception cref="InvalidOperationException">It is absent or is not of that kind.</exception>
    public long K => AttributeAccess.Required<IntegerAttr>(Op, "k").Value;

    /// <summary>Attribute is_stable: <see cref="AttributeKind.Bool"/>; true when absent.</summary>
    /// <exception cref="InvalidOperationException">It is not of that kind.</exception>
    public bool IsStable => AttributeAccess.Optional<BoolAttr>(Op, "is_stable")?.Value ?? true;

    /// <summary>Result values: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Values => Op.Results[0];

    /// <summary>Result indices: <see cref="TypeConstraints.AnyTensor"/>.</summary>
    public OpResult Indices => Op.Results[1];
}

/// <summary>A view of a <c>chlo.zeta</c>: Hurwitz zeta function, sum over n from 0 of (n + q) to the power of -x, element by element.</summary>
/// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
public readonly record struct ChloZetaOp(Operation Op)
{
    /// <summary>The operation name.</summary>
    public static readonly OpName OpName = "chlo.zeta";

    /// <summary>The row of the op table.</summary>
    public static OpDef Def => OpTable.Get(OpName);

    /// <summary>The view of an operation; null when it is another.</summary>
    public static ChloZetaOp? From(Operation? op) => op is not null && op.Name == OpName ? new ChloZetaOp(op) : null;

    /// <summary>Operand x: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value X => Op.Operands[0];

    /// <summary>Operand q: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public Value Q => Op.Operands[1];

    /// <summary>Result result: <see cref="TypeConstraints.AnyFpTensor"/>.</summary>
    public OpResult Result => Op.Results[0];
}
