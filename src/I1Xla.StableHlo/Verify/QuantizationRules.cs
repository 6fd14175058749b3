using I1Xla.StableHlo.Ir;
using static I1Xla.StableHlo.Verify.Checks;

namespace I1Xla.StableHlo.Verify;

/// <summary>Constraints on quantization parameters that several ops share.</summary>
internal static class QuantizationRules
{
    public static long Product(ReadOnlySpan<long> dims)
    {
        long product = 1;
        foreach (long d in dims)
        {
            product = unchecked(product * d);
        }
        return product;
    }

    public static void SameTensorScale(string constraint, IrType a, IrType b)
    {
        if (Types.IsPerTensor(a) && Types.IsPerTensor(b) && !Types.ElementOrSelf(a).Equals(Types.ElementOrSelf(b)))
        {
            throw Violation(constraint, $"expect same quantization scale and zero_point but got {Q(a)} vs {Q(b)}");
        }
    }

    public static void SameScales(string constraint, IrType a, IrType b)
    {
        SameTensorScale(constraint, a, b);
        if (Types.IsPerAxis(a) && Types.IsPerAxis(b))
        {
            var qa = (QuantizedType)Types.ElementOrSelf(a);
            var qb = (QuantizedType)Types.ElementOrSelf(b);
            int n = Math.Min(qa.Scales.Length, qb.Scales.Length);
            if (!qa.Scales.Span[..n].SequenceEqual(qb.Scales.Span[..n]) || !qa.ZeroPoints.Span[..n].SequenceEqual(qb.ZeroPoints.Span[..n]))
            {
                throw Violation(constraint, $"expect same quantization scales and zero_points but got {Q(a)} vs {Q(b)}");
            }
        }
    }

    /// <summary>reshape and dynamic_reshape C1 and C3.</summary>
    public static void Reshape(TensorType operand, TensorType result)
    {
        SameScales("C1", operand, result);
        if (!Types.IsPerAxis(operand) || !Types.IsPerAxis(result))
        {
            return;
        }
        int from = ((QuantizedType)operand.Element).Axes[0];
        int to = ((QuantizedType)result.Element).Axes[0];
        if (!CompatibleDims(operand.Shape[from], result.Shape[to]))
        {
            throw Violation("C3", $"expect same quantization dimension size for operand and result {Q(operand)} and {Q(result)}");
        }
        if (operand.Shape.IsStatic && result.Shape.IsStatic)
        {
            long before = Product(operand.Shape.Dims[..from]);
            long after = Product(result.Shape.Dims[..to]);
            if (before != after)
            {
                throw Violation("C3", $"product of dimensions before quantization dimension must match between operand and result for {before} and {after}");
            }
        }
    }

    /// <summary>broadcast_in_dim and dynamic_broadcast_in_dim C6.</summary>
    public static void BroadcastAxis(string constraint, TensorType operand, TensorType result, ReadOnlySpan<long> dims)
    {
        if (!Types.IsPerAxis(result) || !Types.IsPerAxis(operand))
        {
            return;
        }
        var q = (QuantizedType)operand.Element;
        var r = (QuantizedType)result.Element;
        int from = q.Axes[0];
        int to = r.Axes[0];
        if (to != dims[from])
        {
            throw Violation(constraint, $"result quantization_dimension {to} not same as broadcast_dimensions[{from}] = {dims[from]}");
        }
        if (operand.Shape[from] != 1)
        {
            return;
        }
        for (int i = 0; i < r.Scales.Length; i++)
        {
            if (r.Scales[i] != q.Scales[0])
            {
                throw Violation(constraint, $"mismatch result scale {i} ({r.Scales[i]:0.000000e+00}) and operand scale 0 ({q.Scales[0]:0.000000e+00})");
            }
            if (r.ZeroPoints[i] != q.ZeroPoints[0])
            {
                throw Violation(constraint, $"mismatch result zero_point {i} ({r.ZeroPoints[i]}) and operand zero_point 0 ({q.ZeroPoints[0]})");
            }
        }
    }

    /// <summary>convolution C28, C31–C34, dynamic_conv the same, dot_general C14, C17–C20: the numbers are given in that order.</summary>
    public static void DotLike(ReadOnlySpan<string> constraints, IrType lhs, IrType rhs, IrType result)
    {
        lhs = Types.ElementOrSelf(lhs);
        rhs = Types.ElementOrSelf(rhs);
        result = Types.ElementOrSelf(result);
        if (rhs is not QuantizedType r || lhs is QuantizedType != result is QuantizedType)
        {
            throw Violation(constraints[0], "rhs should be quantized for quantized operations and is_quantized(lhs)=is_quantized(result) should hold");
        }
        if (lhs is QuantizedType l && result is QuantizedType y)
        {
            if (l.Storage != r.Storage)
            {
                throw Violation(constraints[1], "mismatched lhs and rhs quantization storage types");
            }
            if (l.Expressed != r.Expressed || l.Expressed != y.Expressed)
            {
                throw Violation(constraints[2], "mismatched lhs, rhs and result quantization expressed types");
            }
            if (r.IsPerTensor && !y.IsPerTensor)
            {
                throw Violation(constraints[3], "mismatched rhs and result quantization granularity");
            }
        }
        else if (!lhs.Equals(ScalarType.Of(r.Expressed)) || !lhs.Equals(result))
        {
            throw Violation(constraints[4], "mismatched rhs quantization expressed type and lhs and result element type");
        }
    }
}
