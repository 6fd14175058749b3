// Generated from ops.table by tools/I1Xla.Generate (dotnet run --project tools/I1Xla.Generate -- ops). Do not edit.
#nullable enable
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Verify;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Ops;

/// <summary>Makes operations of the Chlo dialect. Where result types follow from the operands they are inferred, and an error names the violated constraint. Sources are with each.</summary>
public static class ChloBuilders
{
    /// <summary>Appends a <c>chlo._asin_acos_kernel</c>: the part that asin and acos of complex numbers have in common.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloAsinAcosKernel(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloAsinAcosKernelOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.acos</c>: arc cosine of each element, in radians.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloAcos(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloAcosOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.acosh</c>: inverse hyperbolic cosine of each element.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloAcosh(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloAcoshOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.asin</c>: arc sine of each element, in radians.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloAsin(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloAsinOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.asinh</c>: inverse hyperbolic sine of each element.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloAsinh(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloAsinhOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.atan</c>: arc tangent of each element, in radians.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloAtan(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloAtanOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.atanh</c>: inverse hyperbolic tangent of each element.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloAtanh(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloAtanhOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.bessel_i1e</c>: exp(-abs(x)) times the modified Bessel function of the first kind of order 1, of each element.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBesselI1e(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloBesselI1eOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_add</c>: stablehlo.add of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastAdd(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastAddOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_and</c>: stablehlo.and of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastAnd(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastAndOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_atan2</c>: stablehlo.atan2 of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastAtan2(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastAtan2Op.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_compare</c>: stablehlo.compare of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastCompare(this OpBuilder builder, Value lhs, Value rhs, ComparisonDirection comparisonDirection, ValueArray<long>? broadcastDimensions = null, ComparisonType? compareType = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        attributes.Set("comparison_direction", new EnumAttr("stablehlo", "comparison_direction", comparisonDirection.ToString()));
        if (compareType is { } compareTypeValue)
        {
            attributes.Set("compare_type", new EnumAttr("stablehlo", "comparison_type", compareTypeValue.ToString()));
        }
        return TypeInference.Create(builder, ChloBroadcastCompareOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_complex</c>: stablehlo.complex of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastComplex(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastComplexOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_divide</c>: stablehlo.divide of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastDivide(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastDivideOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_maximum</c>: stablehlo.maximum of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastMaximum(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastMaximumOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_minimum</c>: stablehlo.minimum of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastMinimum(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastMinimumOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_multiply</c>: stablehlo.multiply of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastMultiply(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastMultiplyOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_next_after</c>: chlo.next_after of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastNextAfter(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastNextAfterOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_or</c>: stablehlo.or of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastOr(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastOrOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_polygamma</c>: chlo.polygamma of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastPolygamma(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastPolygammaOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_power</c>: stablehlo.power of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastPower(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastPowerOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_remainder</c>: stablehlo.remainder of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastRemainder(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastRemainderOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_select</c>: stablehlo.select of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastSelect(this OpBuilder builder, Value pred, Value onTrue, Value onFalse)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloBroadcastSelectOp.OpName, [pred, onTrue, onFalse], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_shift_left</c>: stablehlo.shift_left of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastShiftLeft(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastShiftLeftOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_shift_right_arithmetic</c>: stablehlo.shift_right_arithmetic of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastShiftRightArithmetic(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastShiftRightArithmeticOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_shift_right_logical</c>: stablehlo.shift_right_logical of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastShiftRightLogical(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastShiftRightLogicalOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_subtract</c>: stablehlo.subtract of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastSubtract(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastSubtractOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_xor</c>: stablehlo.xor of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastXor(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastXorOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.broadcast_zeta</c>: chlo.zeta of operands that are broadcast to a common shape.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloBroadcastZeta(this OpBuilder builder, Value lhs, Value rhs, ValueArray<long>? broadcastDimensions = null)
    {
        var attributes = new AttributeMap();
        if (broadcastDimensions is { } broadcastDimensionsValue)
        {
            attributes.Set("broadcast_dimensions", new DenseArrayAttr(ElementKind.I64, broadcastDimensionsValue));
        }
        return TypeInference.Create(builder, ChloBroadcastZetaOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.conj</c>: complex conjugate of each element.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloConj(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloConjOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.constant</c>: a tensor known at compile time.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloConstant(this OpBuilder builder, Attribute value)
    {
        var attributes = new AttributeMap();
        attributes.Set("value", value);
        return TypeInference.Create(builder, ChloConstantOp.OpName, [], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.constant_like</c>: a value repeated in the shape of the operand.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloConstantLike(this OpBuilder builder, Value operand, Attribute value)
    {
        var attributes = new AttributeMap();
        attributes.Set("value", value);
        return TypeInference.Create(builder, ChloConstantLikeOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.cosh</c>: hyperbolic cosine of each element.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloCosh(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloCoshOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.digamma</c>: derivative of the logarithm of the gamma function, of each element.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloDigamma(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloDigammaOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.erf</c>: error function of each element.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloErf(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloErfOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.erf_inv</c>: inverse error function of each element.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloErfInv(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloErfInvOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.erfc</c>: one minus the error function of each element.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloErfc(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloErfcOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.is_inf</c>: whether each element is infinite.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloIsInf(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloIsInfOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.is_neg_inf</c>: whether each element is minus infinity.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloIsNegInf(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloIsNegInfOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.is_pos_inf</c>: whether each element is plus infinity.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloIsPosInf(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloIsPosInfOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.lgamma</c>: logarithm of the modulus of the gamma function, of each element.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloLgamma(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloLgammaOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.mulhi</c>: the upper half of the bits of the double-width product, element by element.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloMulhi(this OpBuilder builder, Value lhs, Value rhs)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloMulhiOp.OpName, [lhs, rhs], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.next_after</c>: the value next to x on the way to y, element by element.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloNextAfter(this OpBuilder builder, Value x, Value y)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloNextAfterOp.OpName, [x, y], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.polygamma</c>: the n-th derivative of digamma at x, element by element.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloPolygamma(this OpBuilder builder, Value n, Value x)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloPolygammaOp.OpName, [n, x], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.ragged_dot</c>: dot products in which a ragged dimension is cut into groups of the sizes in group_sizes.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    public static Value ChloRaggedDot(this OpBuilder builder, Value lhs, Value rhs, Value groupSizes, IrType resultType, RaggedDotDimensionNumbersAttr raggedDotDimensionNumbers, ArrayAttr? precisionConfig = null)
    {
        var attributes = new AttributeMap();
        attributes.Set("ragged_dot_dimension_numbers", raggedDotDimensionNumbers);
        if (precisionConfig is { } precisionConfigValue)
        {
            attributes.Set("precision_config", precisionConfigValue);
        }
        return builder.Create(ChloRaggedDotOp.OpName, [lhs, rhs, groupSizes], [resultType], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.scan</c>: runs the body along one dimension with carried values, gives what it puts out and the last carries.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation ChloScan(this OpBuilder builder, ReadOnlySpan<Value> inputs, ReadOnlySpan<Value> inits, long dimension, Region body, long? scanDimSize = null, bool? isReverse = null, bool? isAssociative = null)
    {
        var attributes = new AttributeMap();
        attributes.Set("dimension", IntegerAttr.I64(dimension));
        if (scanDimSize is { } scanDimSizeValue)
        {
            attributes.Set("scan_dim_size", IntegerAttr.I64(scanDimSizeValue));
        }
        if (isReverse is { } isReverseValue)
        {
            attributes.Set("is_reverse", new BoolAttr(isReverseValue));
        }
        if (isAssociative is { } isAssociativeValue)
        {
            attributes.Set("is_associative", new BoolAttr(isAssociativeValue));
        }
        attributes.Set("operandSegmentSizes", new DenseArrayAttr(ElementKind.I32, [inputs.Length, inits.Length]));
        return TypeInference.Create(builder, ChloScanOp.OpName, [.. inputs, .. inits], attributes, [body]);
    }

    /// <summary>Appends a <c>chlo.sinh</c>: hyperbolic sine of each element.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloSinh(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloSinhOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.square</c>: each element times itself.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloSquare(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloSquareOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.tan</c>: tangent of each element, which is in radians.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloTan(this OpBuilder builder, Value operand)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloTanOp.OpName, [operand], attributes, []).Result;
    }

    /// <summary>Appends a <c>chlo.top_k</c>: the k largest elements along the last dimension, in order, and their indices.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation ChloTopK(this OpBuilder builder, Value operand, long k, bool? isStable = null)
    {
        var attributes = new AttributeMap();
        attributes.Set("k", IntegerAttr.I64(k));
        if (isStable is { } isStableValue)
        {
            attributes.Set("is_stable", new BoolAttr(isStableValue));
        }
        return TypeInference.Create(builder, ChloTopKOp.OpName, [operand], attributes, []);
    }

    /// <summary>Appends a <c>chlo.zeta</c>: Hurwitz zeta function, sum over n from 0 of (n + q) to the power of -x, element by element.</summary>
    /// <remarks>CHLO, <c>ChloOps.td</c>.</remarks>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Value ChloZeta(this OpBuilder builder, Value x, Value q)
    {
        var attributes = new AttributeMap();
        return TypeInference.Create(builder, ChloZetaOp.OpName, [x, q], attributes, []).Result;
    }
}
