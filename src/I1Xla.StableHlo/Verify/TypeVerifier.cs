using I1Xla.StableHlo.Ir;
using static I1Xla.StableHlo.Verify.Checks;

namespace I1Xla.StableHlo.Verify;

/// <summary>Whether a type is well formed: bounds fit shapes, quantization parameters are sound, futures hold tensors (StableHLO specification, "Types": the constraints of quantized_type, and of bounded dimensions).</summary>
internal static class TypeVerifier
{
    /// <summary>Raises the first violation in a type.</summary>
    public static void Verify(IrType type)
    {
        switch (type)
        {
            case TensorType t:
                if (t.Encoding is TypeExtensionsAttr e)
                {
                    BoundsFit(t, e);
                }
                Element(t.Element);
                break;
            case UnrankedTensorType u: Element(u.Element); break;
            case TupleType t:
                foreach (IrType element in t.Elements)
                {
                    Verify(element);
                }
                break;
            case FutureType f:
                foreach (IrType element in f.Elements)
                {
                    if (element is not TensorType)
                    {
                        throw Violation(null, $"future element type must be a ranked tensor, but got {Q(element)}");
                    }
                    Verify(element);
                }
                break;
            case FunctionType f:
                foreach (IrType part in (IrType[])[.. f.Inputs, .. f.Results])
                {
                    Verify(part);
                }
                break;
        }
    }

    private static void BoundsFit(TensorType type, TypeExtensionsAttr extensions)
    {
        if (extensions.Bounds.Length != type.Rank)
        {
            throw Violation(null, $"Bounds length is {extensions.Bounds.Length}, expected to be equal to rank({type.Rank}) of the tensor {Q(type with { Encoding = null })}");
        }
        for (int d = 0; d < type.Rank; d++)
        {
            if (extensions.Bounds[d] != Shape.Dynamic && type.Shape[d] != Shape.Dynamic)
            {
                throw Violation(null, $"Static dimension {d} cannot have a bound, use ShapedType::kDynamic to indicate a missing bound in tensor {Q(type with { Encoding = null })}");
            }
        }
    }

    private static void Element(ElementType element)
    {
        if (element is not QuantizedType q)
        {
            return;
        }
        if (q.StorageMin >= q.StorageMax)
        {
            throw Violation("quantized_type C3", $"illegal storage range {q.StorageMin}:{q.StorageMax}");
        }
        foreach (double scale in q.Scales)
        {
            if (!(scale > 0))
            {
                throw Violation("quantized_type C5", $"scales must be positive, but got {scale}");
            }
            if (!double.IsFinite(scale))
            {
                throw Violation("quantized_type C6", $"scales must be finite, but got {scale}");
            }
        }
        if (q.Scales.Length != q.ZeroPoints.Length)
        {
            throw Violation("quantized_type C9", $"illegal number of scales and zeroPoints: {q.Scales.Length}, {q.ZeroPoints.Length}");
        }
        if (q.IsPerTensor && q.Scales.Length != 1)
        {
            throw Violation("quantized_type C10", $"a per-tensor type has one scale, not {q.Scales.Length}");
        }
        foreach (int axis in q.Axes)
        {
            if (axis < 0)
            {
                throw Violation("quantized_type C11", $"illegal quantized dimension: {axis}");
            }
        }
    }
}
