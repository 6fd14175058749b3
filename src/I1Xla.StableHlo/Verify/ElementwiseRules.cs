using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using static I1Xla.StableHlo.Verify.Checks;

namespace I1Xla.StableHlo.Verify;

/// <summary>Result types and constraints of elementwise ops and of the ops that give constants and ids.</summary>
internal static class ElementwiseRules
{
    /// <summary>All operands and the result have compatible types; the result is the most specific.</summary>
    public static IrType[] Compatible(Operation op)
    {
        if (op.Operands.Length == 0)
        {
            throw Violation(null, "Expected non-empty operands");
        }
        var types = new IrType[op.Operands.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = op.Operands[i].Type;
        }
        return [Bounds.MostSpecific("C1", types)];
    }

    public static IrType[] Abs(Operation op) => [WithElement(op.Operands[0].Type, RealPart)];

    public static IrType[] RealPartOf(Operation op) => [WithElement(op.Operands[0].Type, RealPart)];

    public static IrType[] Predicate(Operation op) => [WithElement(op.Operands[0].Type, _ => ScalarType.I1)];

    public static IrType[] Complex(Operation op) => [WithElement(op.Operands[0].Type, ComplexOf)];

    public static IrType[] Dequantize(Operation op) =>
        [new TensorType(ScalarType.Of(((QuantizedType)Tensor(op.Operands[0]).Element).Expressed), Tensor(op.Operands[0]).Shape)];

    public static IrType[] Constant(Operation op) => op.Attributes["value"] switch
    {
        DenseElementsAttr d => [d.Type],
        DenseStringElementsAttr s => [s.Type],
        DenseResourceAttr r => [r.Type],
        _ => throw Violation("I1", "attribute 'value' is not an elements attribute"),
    };

    /// <summary>A constant of a quantized type stores the storage type.</summary>
    public static bool ConstantFits(IrType inferred, IrType actual) => actual is TensorType t
        && inferred.Equals(t.Element is QuantizedType q ? t with { Element = ScalarType.Of(q.Storage) } : t);

    public static IrType[] Id(Operation op) => [new TensorType(ElementKind.UI32, [])];

    public static IrType[] Token(Operation op) => [TokenType.Instance];

    public static IrType[] Operands(Operation op)
    {
        var types = new IrType[op.Operands.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = op.Operands[i].Type;
        }
        return types;
    }

    public static IrType[] Select(Operation op)
    {
        IrType pred = op.Operands[0].Type;
        IrType onTrue = op.Operands[1].Type;
        IrType onFalse = op.Operands[2].Type;
        if (!Types.CompatibleShapeAndElement(onTrue, onFalse, true))
        {
            throw Violation("C2", "requires compatible types for non-predicate operands");
        }
        if (Types.ShapeOf(pred) is { Rank: > 0 } && !Types.CompatibleShapes(pred, onTrue))
        {
            throw Violation("C1", "requires the same shape for all operands");
        }
        return [Bounds.MostSpecific("C2", onTrue, onFalse)];
    }

    public static IrType[] Clamp(Operation op)
    {
        TensorType operand = Tensor(op.Operands[1]);
        foreach ((int index, string name, string constraint) in (ReadOnlySpan<(int, string, string)>)[(0, "min", "C1"), (2, "max", "C2")])
        {
            TensorType limit = Tensor(op.Operands[index]);
            if (limit.Rank != 0 && !Types.CompatibleShapes(limit, operand))
            {
                throw Violation(constraint, $"{name} shape [{List(limit.Shape.Dims)}] is not scalar and is not compatible to operand shape [{List(operand.Shape.Dims)}]");
            }
        }
        return [operand];
    }

    public static IrType[] Compare(Operation op) => [WithElement(op.Operands[0].Type, _ => ScalarType.I1)];

    public static void VerifyAdd(Operation op)
    {
        IrType lhs = Types.ElementOrSelf(op.Operands[0].Type);
        IrType rhs = Types.ElementOrSelf(op.Operands[1].Type);
        IrType result = Types.ElementOrSelf(op.Results[0].Type);
        if (!Types.AnyQuantized(lhs, rhs, result))
        {
            if (!lhs.Equals(rhs) || !lhs.Equals(result))
            {
                throw Violation("C1", "op requires the same element type for all operands and results");
            }
            return;
        }
        if (lhs is not QuantizedType l || rhs is not QuantizedType r || result is not QuantizedType y)
        {
            throw Violation("C2", "expects  all operands and results to be either quantized or non-quantized");
        }
        if (l.Storage.BitWidth() != r.Storage.BitWidth() || l.Storage.BitWidth() != y.Storage.BitWidth())
        {
            throw Violation("C3", "mismatched operands and result quantization storage types");
        }
        if (l.Expressed != r.Expressed || l.Expressed != y.Expressed)
        {
            throw Violation("C4", "mismatched operands and result quantization expressed types");
        }
        if (!Types.IsPerAxis(l) && !Types.IsPerAxis(r))
        {
            if (Types.IsPerAxis(y))
            {
                throw Violation("C5", "result per_axis quantized but none from rhs and lhs are per_axis quantized");
            }
            return;
        }
        if (!Types.IsPerAxis(y))
        {
            throw Violation("C5", "result is not per_axis quantized but lhs or rhs are");
        }
        if (Types.IsPerAxis(l) && l.Axes[0] != y.Axes[0])
        {
            throw Violation("C6", $"quantization_dimension of lhs and result are not same {Q(l)} vs {Q(y)}");
        }
        if (Types.IsPerAxis(r) && r.Axes[0] != y.Axes[0])
        {
            throw Violation("C7", $"quantization_dimension of rhs and result are not same {Q(r)} vs {Q(y)}");
        }
    }

    public static void VerifyCompare(Operation op)
    {
        if (new CompareOp(op).CompareType is not { } type || type == ComparisonType.NOTYPE || Types.ElementOrSelf(op.Operands[0].Type) is not ScalarType element)
        {
            return;
        }
        bool fits = type switch
        {
            ComparisonType.SIGNED => element.Kind.IsSignedInteger(),
            ComparisonType.UNSIGNED => element.Kind.IsUnsignedInteger() || element.Kind == ElementKind.I1,
            ComparisonType.FLOAT => element.Kind.IsFloat() || element.Kind.IsComplex(),
            _ => true, // Total order: the dialect takes it for integers too, whose order is total anyway.
        };
        if (!fits)
        {
            throw Violation("C3", $"compare_type {type} does not fit operands of element type {Q(element)}");
        }
    }

    /// <summary>Tolerances of the ops that take a result accuracy.</summary>
    public static void VerifyAccuracy(Operation op)
    {
        if (op.Attributes["result_accuracy"] is not ResultAccuracyAttr a)
        {
            return;
        }
        if (a.Atol < 0 || a.Rtol < 0 || a.Ulps < 0)
        {
            throw Violation(null, "Negative tolerance");
        }
        if (a.Mode is "DEFAULT" or "HIGHEST" && (a.Atol != 0 || a.Rtol != 0 || a.Ulps != 0))
        {
            throw Violation(null, $"Invalid tolerances for ResultAccuracyAttr with mode {a.Mode}, must be all zero.");
        }
    }

    public static void VerifyUniformQuantize(Operation op)
    {
        IrType operand = Types.ElementOrSelf(op.Operands[0].Type);
        var result = (QuantizedType)Types.ElementOrSelf(op.Results[0].Type);
        IrType expected = operand is QuantizedType q ? ScalarType.Of(q.Expressed) : operand;
        if (!expected.Equals(ScalarType.Of(result.Expressed)))
        {
            throw Violation("C2", $"Expressed type of result expected to be {Q(expected)}, but got '{result.Expressed.Name()}'");
        }
    }

    public static void VerifyBitcastConvert(Operation op)
    {
        TensorType operand = Tensor(op.Operands[0]);
        TensorType result = Tensor(op.Results[0]);
        if (Types.IsComplex(operand.Element) != Types.IsComplex(result.Element))
        {
            throw Violation("C2", $"cannot convert between real and complex types, but got: {Q(operand)} and {Q(result)}");
        }
        int from = Types.BitWidth(operand.Element);
        int to = Types.BitWidth(result.Element);
        TensorType small = from < to ? operand : result;
        TensorType big = from < to ? result : operand;
        ReadOnlySpan<long> prefix = small.Shape.Dims;
        if (from != to)
        {
            if (small.Rank != big.Rank + 1)
            {
                throw Violation("C1", $"rank of smaller element type ({small.Rank}) should be 1 more than rank of larger element type ({big.Rank}), but {small.Rank} != {big.Rank} + 1.");
            }
            long last = small.Shape[small.Rank - 1];
            int smallBits = Math.Min(from, to);
            int bigBits = Math.Max(from, to);
            prefix = prefix[..^1];
            if (last != Shape.Dynamic && last * smallBits != bigBits)
            {
                throw Violation("C1", $"requires compatible bit widths. Got: {Q(operand)} and {Q(result)}, but {smallBits} * {last} != {bigBits}.");
            }
        }
        for (int i = 0; i < prefix.Length && i < big.Rank; i++)
        {
            if (!CompatibleDims(prefix[i], big.Shape[i]))
            {
                throw Violation("C1", $"operand and result shapes must match except for the innermost dimension of the shape with the smaller element type. Got: {Q(operand)} and {Q(result)}.");
            }
        }
        if (from == to && prefix.Length != big.Rank)
        {
            throw Violation("C1", $"operand and result must have the same rank. Got: {Q(operand)} and {Q(result)}.");
        }
    }

    public static ElementType RealPart(ElementType element) => element is ScalarType s ? ScalarType.Of(s.Kind.RealPart()) : element;

    private static ScalarType ComplexOf(ElementType element) =>
        ScalarType.Of(element.StorageKind == ElementKind.F64 ? ElementKind.Complex128 : ElementKind.Complex64);

    /// <summary>The same shape with another element type.</summary>
    public static IrType WithElement(IrType type, Func<ElementType, ElementType> change) => type switch
    {
        TensorType t => t with { Element = change(t.Element) },
        UnrankedTensorType u => u with { Element = change(u.Element) },
        _ => throw Violation("I1", $"expects a tensor, but got {Q(type)}"),
    };
}
