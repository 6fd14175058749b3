using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using static I1Xla.StableHlo.Verify.Checks;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Verify;

/// <summary>Result types and constraints of the CHLO dialect.</summary>
internal static class ChloRules
{
    public static IrType[] Broadcast(Operation op) => [BroadcastBinary(op, null)];

    public static IrType[] BroadcastCompare(Operation op) => [BroadcastBinary(op, ScalarType.I1)];

    public static IrType[] BroadcastComplex(Operation op) =>
        [BroadcastBinary(op, ScalarType.Of(Types.ElementOrSelf(op.Operands[0].Type) is ScalarType { Kind: ElementKind.F64 } ? ElementKind.Complex128 : ElementKind.Complex64))];

    public static IrType[] BroadcastSelect(Operation op)
    {
        IrType onTrue = Types.ElementOrSelf(op.Operands[1].Type);
        if (!onTrue.Equals(Types.ElementOrSelf(op.Operands[2].Type)))
        {
            throw Violation(null, "mismatched operand types");
        }
        return [Numpy(ReductionRules.TypesOf(op.Operands), (ElementType)onTrue)];
    }

    public static IrType[] ConstantLike(Operation op)
    {
        var element = ValueType(op) as ElementType ?? throw Violation(null, "attribute 'value' has no element type");
        return [ElementwiseRules.WithElement(op.Operands[0].Type, _ => element)];
    }

    public static void VerifyConstantLike(Operation op)
    {
        if (ValueType(op) is not { } type || !type.Equals(Types.ElementOrSelf(op.Results[0].Type)))
        {
            throw Violation(null, "value's type doesn't match element return type");
        }
    }

    public static IrType[] TopK(Operation op)
    {
        var view = new ChloTopKOp(op);
        if (view.Operand.Type is not TensorType operand)
        {
            return [view.Operand.Type, new UnrankedTensorType(ScalarType.I32)];
        }
        if (operand.Rank < 1)
        {
            throw Violation(null, "operand's rank must be at least 1");
        }
        int last = operand.Rank - 1;
        if (operand.Shape[last] != Shape.Dynamic && operand.Shape[last] < view.K)
        {
            throw Violation(null, $"operand's last dimension must be at least {view.K}");
        }
        long[] shape = operand.Shape.ToArray();
        shape[last] = view.K;
        long[] bounds = Bounds.Of(operand).ToArray();
        if (bounds.Length > 0)
        {
            bounds[last] = Shape.Dynamic;
        }
        Attribute? encoding = Bounds.Encode(operand.Encoding, bounds);
        return [new TensorType(operand.Element, new Shape(shape), encoding), new TensorType(ScalarType.I32, new Shape(shape), encoding)];
    }

    public static IrType[] Scan(Operation op)
    {
        var view = new ChloScanOp(op);
        if (view.Body.IsEmpty || view.Body.Entry.Terminator is not { } end)
        {
            throw Violation(null, "ScanOp region is empty");
        }
        int carries = view.Inits.Length;
        int outputs = end.Operands.Length - carries;
        if (outputs < 0)
        {
            throw Violation(null, $"ScanOp body must return at least {carries} values (carries)");
        }
        int dim = (int)view.Dimension;
        long size = view.ScanDimSize ?? Shape.Dynamic;
        for (int i = 0; i < view.Inputs.Length; i++)
        {
            TensorType input = view.Inputs[i].Type as TensorType ?? throw Violation(null, $"operand {i} is not ranked");
            if (dim >= input.Rank)
            {
                throw Violation(null, $"scan dimension of operand {i} is out of bounds");
            }
            size = size == Shape.Dynamic ? input.Shape[dim] : size;
        }
        var results = new IrType[end.Operands.Length];
        for (int i = 0; i < results.Length; i++)
        {
            TensorType type = end.Operands[i].Type as TensorType ?? throw Violation(null, $"terminator operand {i} is not ranked");
            if (i >= outputs)
            {
                results[i] = new TensorType(type.Element, type.Shape);
                continue;
            }
            if (dim > type.Rank)
            {
                throw Violation(null, $"scan dimension of terminator operand {i} is out of bounds");
            }
            results[i] = new TensorType(type.Element, new Shape([.. type.Shape.Dims[..dim], size, .. type.Shape.Dims[dim..]]));
        }
        return results;
    }

    public static void VerifyScan(Operation op)
    {
        var view = new ChloScanOp(op);
        if (view.Inputs.Length == 0 && view.Outputs.Length == 0)
        {
            throw Violation(null, "at least one of inputs or outputs must be present");
        }
        int dim = (int)view.Dimension;
        long? size = view.ScanDimSize;
        for (int i = 0; i < view.Inputs.Length; i++)
        {
            TensorType input = view.Inputs[i].Type as TensorType ?? throw Violation(null, $"operand {i} is not ranked");
            if (dim >= input.Rank)
            {
                throw Violation(null, $"scan dimension of operand {i} is out of bounds");
            }
            if (input.Shape[dim] == Shape.Dynamic)
            {
                continue;
            }
            if (size is { } wanted && wanted != input.Shape[dim])
            {
                throw Violation(null, $"invalid scan dimension size of operand {i}");
            }
            size = input.Shape[dim];
        }
        Block body = view.Body.Entry;
        if (body.Arguments.Count != op.Operands.Length)
        {
            throw Violation(null, $"expects {op.Operands.Length} arguments in the body, but got {body.Arguments.Count}");
        }
        for (int i = 0; i < op.Operands.Length; i++)
        {
            TensorType type = op.Operands[i].Type as TensorType ?? throw Violation(null, $"operand {i} is not ranked");
            if (i < view.Inputs.Length)
            {
                type = type with { Shape = new Shape([.. type.Shape.Dims[..dim], .. type.Shape.Dims[(dim + 1)..]]) };
            }
            if (!Types.Compatible(type, body.Arguments[i].Type))
            {
                throw Violation(null, $"operand and body argument {i} are incompatible");
            }
        }
    }

    private static IrType? ValueType(Operation op) => op.Attributes["value"] switch
    {
        IntegerAttr i => i.Type,
        BoolAttr => ScalarType.I1,
        FloatAttr f => f.Type,
        DenseElementsAttr { Type.Rank: 0 } d => d.Type.Element,
        OpaqueAttr o when o.Body.StartsWith("number", StringComparison.Ordinal) =>
            ScalarType.Of(o.Body.Contains("f64", StringComparison.Ordinal) ? ElementKind.Complex128 : ElementKind.Complex64),
        _ => null,
    };

    private static IrType BroadcastBinary(Operation op, ElementType? element)
    {
        IrType x = op.Operands[0].Type;
        IrType y = op.Operands[1].Type;
        if (!Types.CompatibleElements(x, y))
        {
            throw Violation(null, "mismatched operand types");
        }
        element ??= (ElementType)Types.ElementOrSelf(x);
        if (op.Attributes["broadcast_dimensions"] is not DenseArrayAttr dims)
        {
            return Numpy([x, y], element);
        }
        if (x is not TensorType a || y is not TensorType b)
        {
            return new UnrankedTensorType(element);
        }
        TensorType large = a.Rank > b.Rank ? a : b;
        TensorType small = a.Rank <= b.Rank ? a : b;
        if (dims.Values.Length != small.Rank || dims.Values.Any(d => d < 0 || d >= large.Rank))
        {
            return new UnrankedTensorType(element);
        }
        long[] shape = large.Shape.ToArray();
        for (int i = 0; i < small.Rank; i++)
        {
            int at = (int)dims.Values[i];
            if (Join(small.Shape[i], large.Shape[at]) is not { } joined)
            {
                return new UnrankedTensorType(element);
            }
            shape[at] = joined;
        }
        return new TensorType(element, new Shape(shape));
    }

    /// <summary>The NumPy broadcast of ranked types; unranked when a type is, or when the shapes do not broadcast.</summary>
    private static IrType Numpy(IrType[] types, ElementType element)
    {
        if (types.Any(t => t is not TensorType))
        {
            return new UnrankedTensorType(element);
        }
        TensorType[] tensors = [.. types.Cast<TensorType>()];
        int rank = tensors.Max(t => t.Rank);
        long[] shape = new long[rank];
        long[] bounds = new long[rank];
        shape.AsSpan().Fill(1);
        bounds.AsSpan().Fill(Shape.Dynamic);
        foreach (TensorType t in tensors)
        {
            for (int i = 0; i < t.Rank; i++)
            {
                int at = rank - t.Rank + i;
                if (Join(shape[at], t.Shape[i]) is not { } joined)
                {
                    return new UnrankedTensorType(element);
                }
                if (joined == Shape.Dynamic && (t.Shape[i] == Shape.Dynamic || shape[at] == Shape.Dynamic))
                {
                    long bound = t.Shape[i] == Shape.Dynamic ? Bounds.Of(t, i) : Shape.Dynamic;
                    bounds[at] = shape[at] == Shape.Dynamic && bounds[at] != Shape.Dynamic && bound != Shape.Dynamic ? Math.Max(bounds[at], bound)
                        : bound != Shape.Dynamic ? bound : bounds[at];
                }
                shape[at] = joined;
            }
        }
        for (int i = 0; i < rank; i++)
        {
            bounds[i] = shape[i] == Shape.Dynamic ? bounds[i] : Shape.Dynamic;
        }
        return new TensorType(element, new Shape(shape), Bounds.Encode(null, bounds));
    }

    private static long? Join(long a, long b) =>
        a == b || b == 1 ? a : a == 1 ? b : a == Shape.Dynamic ? b : b == Shape.Dynamic ? a : null;
}
