using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

internal static partial class Hlo
{
    /// <summary>Element conversion; the tensor itself when the kind is already right.</summary>
    public static Tensor Convert(Tensor x, ElementKind kind, bool weak = false)
    {
        if (x.IsNumber)
        {
            return Number(x, kind, Shape.Scalar, weak);
        }
        if (x.DType == kind)
        {
            return x.IsWeak == weak ? x : new Tensor(x.ValueOrNull!, x.Frame!, x.Function!, weak);
        }
        return One(HloOps.Convert, new TensorType(kind, x.Shape), weak, x);
    }

    /// <summary>Reinterprets bits as another kind of the same width.</summary>
    public static Tensor Bitcast(Tensor x, ElementKind kind) => One(HloOps.BitcastConvert, new TensorType(kind, x.Shape), false, x);

    /// <summary>Reshape; the tensor itself when the shape is already right.</summary>
    public static Tensor Reshape(Tensor x, Shape shape)
    {
        if (x.Shape == shape)
        {
            return x;
        }
        if (x.Shape.ElementCount != shape.ElementCount)
        {
            throw Tracer.Error("reshape", $"shape {x.Shape} has {x.Shape.ElementCount} elements and shape {shape} has {shape.ElementCount}");
        }
        return One(HloOps.Reshape, new TensorType(x.Type.Element, shape), x.IsWeak, x);
    }

    /// <summary>Broadcast: operand dimension i becomes result dimension <paramref name="dimensions"/>[i], sizes equal or 1.</summary>
    public static Tensor BroadcastInDim(Tensor x, Shape shape, ReadOnlySpan<long> dimensions)
    {
        if (x.Shape == shape)
        {
            return x;
        }
        return One(HloOps.BroadcastInDim, new TensorType(x.Type.Element, shape), x.IsWeak, x,
            new AttributeMap { { "broadcast_dimensions", DenseArrayAttr.I64(dimensions) } });
    }

    /// <summary>NumPy broadcasting to a shape: dimensions align at the end.</summary>
    public static Tensor BroadcastTo(Tensor x, Shape shape)
    {
        if (x.Shape == shape)
        {
            return x;
        }
        Span<long> dimensions = stackalloc long[x.Rank];
        int shift = shape.Rank - x.Rank;
        for (int i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = i + shift;
        }
        return BroadcastInDim(x, shape, dimensions);
    }

    /// <summary>Transpose; the tensor itself when the permutation is the identity.</summary>
    public static Tensor Transpose(Tensor x, ReadOnlySpan<long> permutation)
    {
        bool identity = true;
        long[] dims = new long[permutation.Length];
        for (int i = 0; i < dims.Length; i++)
        {
            dims[i] = x.Shape[(int)permutation[i]];
            identity &= permutation[i] == i;
        }
        return identity ? x : One(HloOps.Transpose, new TensorType(x.Type.Element, new Shape(dims)), x.IsWeak, x,
            new AttributeMap { { "permutation", DenseArrayAttr.I64(permutation) } });
    }

    /// <summary>Strided slice; the tensor itself when it takes everything.</summary>
    public static Tensor Slice(Tensor x, ReadOnlySpan<long> start, ReadOnlySpan<long> limit, ReadOnlySpan<long> strides)
    {
        bool whole = true;
        long[] dims = new long[x.Rank];
        for (int i = 0; i < dims.Length; i++)
        {
            dims[i] = Math.Max(0, (limit[i] - start[i] + strides[i] - 1) / strides[i]);
            whole &= dims[i] == x.Shape[i];
        }
        if (whole)
        {
            return x;
        }
        return One(HloOps.Slice, new TensorType(x.Type.Element, new Shape(dims)), x.IsWeak, x, new AttributeMap
        {
            { "start_indices", DenseArrayAttr.I64(start) },
            { "limit_indices", DenseArrayAttr.I64(limit) },
            { "strides", DenseArrayAttr.I64(strides) },
        });
    }

    /// <summary>A slice of one dimension, whole in the others.</summary>
    public static Tensor SliceDim(Tensor x, int dimension, long start, long limit, long stride = 1)
    {
        Span<long> from = stackalloc long[x.Rank];
        Span<long> to = stackalloc long[x.Rank];
        Span<long> step = stackalloc long[x.Rank];
        for (int i = 0; i < from.Length; i++)
        {
            from[i] = 0;
            to[i] = x.Shape[i];
            step[i] = 1;
        }
        (from[dimension], to[dimension], step[dimension]) = (start, limit, stride);
        return Slice(x, from, to, step);
    }

    /// <summary>Padding at the edges (negative crops) and between elements.</summary>
    public static Tensor Pad(Tensor x, Tensor value, ReadOnlySpan<long> low, ReadOnlySpan<long> high, ReadOnlySpan<long> interior)
    {
        bool none = true;
        long[] dims = new long[x.Rank];
        for (int i = 0; i < dims.Length; i++)
        {
            dims[i] = low[i] + high[i] + x.Shape[i] + Math.Max(x.Shape[i] - 1, 0) * interior[i];
            none &= low[i] == 0 && high[i] == 0 && (interior[i] == 0 || x.Shape[i] <= 1);
            if (dims[i] < 0)
            {
                throw Tracer.Error("pad", $"low {low[i]} and high {high[i]} leave dimension {i} of shape {x.Shape} with a negative size");
            }
        }
        if (none)
        {
            return x;
        }
        return One(HloOps.Pad, new TensorType(x.Type.Element, new Shape(dims)), x.IsWeak, x, value, new AttributeMap
        {
            { "edge_padding_low", DenseArrayAttr.I64(low) },
            { "edge_padding_high", DenseArrayAttr.I64(high) },
            { "interior_padding", DenseArrayAttr.I64(interior) },
        });
    }

    /// <summary>Padding of one dimension with zeros.</summary>
    public static Tensor PadDim(Tensor x, int dimension, long low, long high, long interior = 0)
    {
        Span<long> lows = stackalloc long[x.Rank];
        Span<long> highs = stackalloc long[x.Rank];
        Span<long> inner = stackalloc long[x.Rank];
        lows.Clear();
        highs.Clear();
        inner.Clear();
        (lows[dimension], highs[dimension], inner[dimension]) = (low, high, interior);
        return Pad(x, Splat(0L, x.DType, Shape.Scalar), lows, highs, inner);
    }

    /// <summary>Concatenation; one operand is given back as it is.</summary>
    public static Tensor Concatenate(ReadOnlySpan<Tensor> parts, int dimension)
    {
        if (parts.Length == 1)
        {
            return parts[0];
        }
        long[] dims = parts[0].Shape.ToArray();
        for (int i = 1; i < parts.Length; i++)
        {
            dims[dimension] += parts[i].Shape[dimension];
        }
        return Many(HloOps.Concatenate, new TensorType(parts[0].Type.Element, new Shape(dims)), false, parts,
            new AttributeMap { { "dimension", IntegerAttr.I64(dimension) } });
    }

    /// <summary>Reversal along dimensions.</summary>
    public static Tensor Reverse(Tensor x, ReadOnlySpan<long> dimensions) => dimensions.Length == 0 ? x
        : One(HloOps.Reverse, x.Type, x.IsWeak, x, new AttributeMap { { "dimensions", DenseArrayAttr.I64(dimensions) } });

    /// <summary>0, 1, 2, … along a dimension.</summary>
    public static Tensor Iota(ElementKind kind, Shape shape, int dimension)
    {
        FunctionTracer f = F;
        return f.Wrap(f.Emit(HloOps.Iota, [], [new TensorType(kind, shape)], new AttributeMap { { "iota_dimension", IntegerAttr.I64(dimension) } }).Result);
    }

    /// <summary>Elementwise choice; the predicate is of the same shape or a scalar.</summary>
    public static Tensor Select(Tensor predicate, Tensor onTrue, Tensor onFalse) =>
        Many(HloOps.Select, onTrue.Type, onTrue.IsWeak && onFalse.IsWeak, [predicate, onTrue, onFalse]);

    /// <summary>Elementwise comparison: EQ, NE, LT, LE, GT, GE. Floats in IEEE order unless <paramref name="total"/>.</summary>
    public static Tensor Compare(string direction, Tensor a, Tensor b, bool total = false)
    {
        if (!a.Type.Equals(b.Type))
        {
            throw Tracer.Error("compare", $"operands {a} and {b} differ in type");
        }
        string type = a.DType.IsFloat() || a.DType.IsComplex() ? (total ? "TOTALORDER" : "FLOAT") : a.DType.IsSignedInteger() ? "SIGNED" : "UNSIGNED";
        return One(HloOps.Compare, new TensorType(ElementKind.I1, a.Shape), false, a, b, new AttributeMap
        {
            { "comparison_direction", EnumAttr.StableHlo("comparison_direction", direction) },
            { "compare_type", EnumAttr.StableHlo("comparison_type", type) },
        });
    }

    /// <summary>Removes dimensions of size 1.</summary>
    public static Tensor Squeeze(Tensor x, ReadOnlySpan<int> dimensions)
    {
        long[] dims = new long[x.Rank - dimensions.Length];
        int at = 0;
        for (int i = 0; i < x.Rank; i++)
        {
            if (!dimensions.Contains(i))
            {
                dims[at++] = x.Shape[i];
            }
        }
        return Reshape(x, new Shape(dims));
    }

    /// <summary>Keeps the compiler from moving work across, and from seeing that what goes in comes out.</summary>
    public static Tensor[] OptimizationBarrier(ReadOnlySpan<Tensor> operands)
    {
        var types = new IrType[operands.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = operands[i].Type;
        }
        return Several(HloOps.OptimizationBarrier, types, operands);
    }
}
