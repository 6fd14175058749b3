using System.Numerics;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>Operations that make, move, cut and join elements without computing on them, with their dynamic forms.</summary>
internal static class DataMovement
{
    public static void Register(Registrar add)
    {
        void Move(string name, Func<OpContext, Literal> f) => add("stablehlo." + name, c => OpContext.One(f(c)), Quantization.Structural);
        add("stablehlo.constant", Constant, Quantization.Structural);
        add("chlo.constant", Constant, Quantization.Structural);
        add("chlo.constant_like", c => OpContext.One(Scalars.Splat(c, c.Tensor(0).Type.Element, c.Tensor(0).Shape, c.Attribute<Ir.Attribute>("value"))), Quantization.Structural);
        Move("iota", c => Iota(c, c.ResultType().Shape));
        Move("dynamic_iota", c => Iota(c, new Shape(c.LongsOf(0))));
        Move("reshape", c => Reshape(c, c.Tensor(0), ReshapedTo(c)));
        Move("dynamic_reshape", c => Reshape(c, c.Tensor(0), new Shape(c.LongsOf(1))));
        Move("transpose", c => Transpose(c, c.Tensor(0), c.Longs("permutation")));
        Move("broadcast", Broadcast);
        Move("broadcast_in_dim", c => BroadcastInDim(c, c.Tensor(0), c.Longs("broadcast_dimensions"), c.ResultType().Shape));
        Move("dynamic_broadcast_in_dim", c => BroadcastInDim(c, c.Tensor(0), c.Longs("broadcast_dimensions"), new Shape(c.LongsOf(1))));
        Move("slice", c => Slice(c, c.Tensor(0), c.Longs("start_indices"), c.Longs("limit_indices"), c.Longs("strides")));
        Move("real_dynamic_slice", c => Slice(c, c.Tensor(0), c.LongsOf(1), c.LongsOf(2), c.LongsOf(3)));
        Move("dynamic_slice", DynamicSlice);
        Move("dynamic_update_slice", DynamicUpdateSlice);
        Move("concatenate", c => Concatenate(c, c.Tensors(), (int)c.Int("dimension")));
        Move("pad", c => Pad(c, c.Tensor(0), c.Tensor(1), c.Longs("edge_padding_low"), c.Longs("edge_padding_high"), c.Longs("interior_padding")));
        Move("dynamic_pad", c => Pad(c, c.Tensor(0), c.Tensor(1), c.LongsOf(2), c.LongsOf(3), c.LongsOf(4)));
        Move("reverse", c => Reverse(c, c.Tensor(0), c.Longs("dimensions")));
        Move("get_dimension_size", GetDimensionSize);
        Move("set_dimension_size", SetDimensionSize);
    }

    public static Literal Reshape(OpContext c, Literal x, Shape shape)
    {
        Literal result = c.Make(x.Type.Element, shape);
        if (result.Data.Length != x.Data.Length)
        {
            throw c.Error($"shape {x.Shape} has {x.Shape.ElementCount} elements, shape {shape} has {shape.ElementCount}");
        }
        x.Data.CopyTo(result.Data);
        return result;
    }

    public static Literal Transpose(OpContext c, Literal x, ReadOnlySpan<long> permutation)
    {
        CheckRank(c, "permutation", permutation.Length, x.Type.Rank);
        long[] strides = x.Shape.Strides(), shape = new long[permutation.Length], from = new long[permutation.Length];
        for (int i = 0; i < permutation.Length; i++)
        {
            shape[i] = x.Shape[(int)permutation[i]];
            from[i] = strides[permutation[i]];
        }
        Literal result = c.Make(x.Type.Element, new Shape(shape));
        Strided.Gather(x, 0, from, result);
        return result;
    }

    public static Literal BroadcastInDim(OpContext c, Literal x, ReadOnlySpan<long> dimensions, Shape shape)
    {
        CheckRank(c, "broadcast_dimensions", dimensions.Length, x.Type.Rank);
        if (!shape.IsStatic)
        {
            throw c.Error($"the result shape {shape} is not known");
        }
        long[] strides = x.Shape.Strides(), from = new long[shape.Rank];
        for (int i = 0; i < dimensions.Length; i++)
        {
            int to = (int)dimensions[i];
            if (x.Shape[i] != 1 && x.Shape[i] != shape[to])
            {
                throw c.Error($"dimension {i} of size {x.Shape[i]} cannot be broadcast to dimension {to} of size {shape[to]}");
            }
            from[to] = x.Shape[i] == 1 ? 0 : strides[i];
        }
        Literal result = c.Make(x.Type.Element, shape);
        Strided.Gather(x, 0, from, result);
        return result;
    }

    public static Literal Slice(OpContext c, Literal x, ReadOnlySpan<long> start, ReadOnlySpan<long> limit, ReadOnlySpan<long> step)
    {
        CheckRank(c, "start_indices", start.Length, x.Type.Rank);
        CheckRank(c, "limit_indices", limit.Length, x.Type.Rank);
        CheckRank(c, "strides", step.Length, x.Type.Rank);
        long[] strides = x.Shape.Strides(), shape = new long[start.Length];
        long origin = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            if (start[i] < 0 || limit[i] < start[i] || limit[i] > x.Shape[i] || step[i] <= 0)
            {
                throw c.Error($"slice [{start[i]}:{limit[i]}:{step[i]}] does not fit dimension {i} of size {x.Shape[i]}");
            }
            shape[i] = (limit[i] - start[i] + step[i] - 1) / step[i];
            origin += start[i] * strides[i];
            strides[i] *= step[i];
        }
        Literal result = c.Make(x.Type.Element, new Shape(shape));
        Strided.Gather(x, origin, strides, result);
        return result;
    }

    public static Literal Concatenate(OpContext c, IReadOnlyList<Literal> inputs, int dimension)
    {
        if (inputs.Count == 0)
        {
            throw c.Error("there is nothing to concatenate");
        }
        long[] shape = inputs[0].Shape.ToArray();
        if (dimension < 0 || dimension >= shape.Length)
        {
            throw c.Error($"dimension {dimension} is outside rank {shape.Length}");
        }
        shape[dimension] = 0;
        foreach (Literal input in inputs)
        {
            for (int d = 0; d < shape.Length; d++)
            {
                if (input.Type.Rank != shape.Length || (d != dimension && input.Shape[d] != shape[d]))
                {
                    throw c.Error($"shape {input.Shape} differs from {inputs[0].Shape} in more than dimension {dimension}");
                }
            }
            shape[dimension] += input.Shape[dimension];
        }
        Literal result = c.Make(inputs[0].Type.Element, new Shape(shape));
        long[] strides = result.Shape.Strides();
        long offset = 0;
        foreach (Literal input in inputs)
        {
            Strided.Scatter(input, result, offset * strides[dimension], strides);
            offset += input.Shape[dimension];
        }
        return result;
    }

    /// <summary>Padding between and around elements; negative edge padding cuts elements off.</summary>
    public static Literal Pad(OpContext c, Literal x, Literal value, ReadOnlySpan<long> low, ReadOnlySpan<long> high, ReadOnlySpan<long> interior)
    {
        int rank = x.Type.Rank;
        CheckRank(c, "edge_padding_low", low.Length, rank);
        CheckRank(c, "edge_padding_high", high.Length, rank);
        CheckRank(c, "interior_padding", interior.Length, rank);
        long[] shape = new long[rank], from = x.Shape.Strides(), copied = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            long step = interior[i] + 1;
            shape[i] = checked(low[i] + high[i] + x.Shape[i] + (Math.Max(x.Shape[i] - 1, 0) * interior[i]));
            if (shape[i] < 0 || step <= 0)
            {
                throw c.Error($"padding of dimension {i} leaves a size of {shape[i]}");
            }
        }
        Literal result = c.Make(x.Type.Element, new Shape(shape));
        Strided.Fill(result, value.Data.Span);
        long[] to = result.Shape.Strides();
        long fromBase = 0, toBase = 0;
        for (int i = 0; i < rank; i++)
        {
            // Elements i with 0 <= low + i * step < size of the result.
            long step = interior[i] + 1;
            long first = low[i] >= 0 ? 0 : (-low[i] + step - 1) / step;
            long last = shape[i] - 1 - low[i] < 0 ? -1 : Math.Min(x.Shape[i] - 1, (shape[i] - 1 - low[i]) / step);
            copied[i] = Math.Max(0, last - first + 1);
            fromBase += first * from[i];
            toBase += (low[i] + (first * step)) * to[i];
            to[i] *= step;
        }
        Strided.Copy(x.Data.Span, fromBase, from, result.Data.Span, toBase, to, copied, x.Type.Kind.StorageBytes());
        return result;
    }

    public static Literal Reverse(OpContext c, Literal x, ReadOnlySpan<long> dimensions)
    {
        long[] strides = x.Shape.Strides();
        long origin = 0;
        foreach (long d in dimensions)
        {
            origin += Math.Max(0, x.Shape[(int)d] - 1) * strides[d];
            strides[d] = -strides[d];
        }
        Literal result = c.Make(x.Type.Element, x.Shape);
        Strided.Gather(x, origin, strides, result);
        return result;
    }

    /// <summary>A slice whose start is clamped so that it fits.</summary>
    public static Literal SliceAt(OpContext c, Literal x, ReadOnlySpan<long> start, ReadOnlySpan<long> sizes)
    {
        long[] limit = new long[start.Length], step = new long[start.Length], clamped = ClampStart(c, x, start, sizes);
        for (int i = 0; i < limit.Length; i++)
        {
            limit[i] = clamped[i] + sizes[i];
            step[i] = 1;
        }
        return Slice(c, x, clamped, limit, step);
    }

    public static Literal UpdateAt(OpContext c, Literal x, Literal update, ReadOnlySpan<long> start)
    {
        long[] clamped = ClampStart(c, x, start, update.Shape.Dims), strides = x.Shape.Strides();
        long origin = 0;
        for (int i = 0; i < clamped.Length; i++)
        {
            origin += clamped[i] * strides[i];
        }
        Literal result = c.Make(x.Type.Element, x.Shape);
        x.Data.CopyTo(result.Data);
        Strided.Scatter(update, result, origin, strides);
        return result;
    }

    private static RuntimeValue[] Constant(OpContext c) => c.Op.Attributes["value"] switch
    {
        DenseElementsAttr dense => OpContext.One(Retyped(c, c.Interpreter.FromDense(c.Op, dense))),
        DenseResourceAttr { Data: { } data } resource when data.Length == resource.Type.StorageBytes => OpContext.One(new Literal(resource.Type, data.ToArray())),
        DenseResourceAttr resource => throw c.Error($"the resource {resource.Handle} is absent or does not have the {resource.Type.StorageBytes} bytes of its type"),
        _ => throw c.Error("attribute value is not a dense constant"),
    };

    /// <summary>A quantized constant is written as its storage integers.</summary>
    private static Literal Retyped(OpContext c, Literal value) =>
        c.Op.Results.Length == 1 && c.Op.Results[0].Type is TensorType { Element: QuantizedType q } && q.Storage.StorageBytes() == value.Type.Kind.StorageBytes()
            ? new Literal(new TensorType(q, value.Shape), value.Data) : value;

    private static Shape ReshapedTo(OpContext c)
    {
        Shape declared = c.ResultType().Shape;
        if (declared.IsStatic)
        {
            return declared;
        }
        // One unknown size follows from the element count.
        long[] shape = declared.ToArray();
        int unknown = Array.IndexOf(shape, Shape.Dynamic);
        shape[unknown] = 1;
        long known = new Shape([.. shape]).ElementCount;
        shape[unknown] = known == 0 ? 0 : c.Tensor(0).Shape.ElementCount / known;
        return new Shape(shape);
    }

    private static Literal Iota(OpContext c, Shape shape)
    {
        int dimension = (int)c.Int("iota_dimension");
        ElementType element = c.ResultType().Element;
        Literal line = c.Make(element, [shape[dimension]]);
        long count = shape[dimension];
        if (element.StorageKind.IsFloat())
        {
            double[] values = new double[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = i;
            }
            Elements.Write(line, values);
        }
        else if (element.StorageKind.IsComplex())
        {
            Complex[] values = new Complex[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = i;
            }
            Elements.Write(line, values);
        }
        else
        {
            long[] values = new long[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = i;
            }
            Elements.Write(line, values);
        }
        return BroadcastInDim(c, line, [dimension], shape);
    }

    private static Literal Broadcast(OpContext c)
    {
        Literal x = c.Tensor(0);
        long[] sizes = c.Longs("broadcast_sizes");
        long[] dimensions = new long[x.Type.Rank];
        for (int i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = sizes.Length + i;
        }
        return BroadcastInDim(c, x, dimensions, new Shape([.. sizes, .. x.Shape.ToArray()]));
    }

    private static Literal DynamicSlice(OpContext c) => SliceAt(c, c.Tensor(0), Starts(c, 1), c.Longs("slice_sizes"));

    private static Literal DynamicUpdateSlice(OpContext c) => UpdateAt(c, c.Tensor(0), c.Tensor(1), Starts(c, 2));

    private static long[] Starts(OpContext c, int first)
    {
        long[] starts = new long[c.Count - first];
        for (int i = 0; i < starts.Length; i++)
        {
            Literal start = c.Tensor(first + i);
            long value = Elements.Integer(start);
            starts[i] = start.Type.Kind == ElementKind.UI64 && value < 0 ? long.MaxValue : value;
        }
        return starts;
    }

    private static long[] ClampStart(OpContext c, Literal x, ReadOnlySpan<long> start, ReadOnlySpan<long> sizes)
    {
        CheckRank(c, "start_indices", start.Length, x.Type.Rank);
        CheckRank(c, "slice_sizes", sizes.Length, x.Type.Rank);
        long[] clamped = new long[start.Length];
        for (int i = 0; i < clamped.Length; i++)
        {
            if (sizes[i] > x.Shape[i] || sizes[i] < 0)
            {
                throw c.Error($"a slice of {sizes[i]} does not fit dimension {i} of size {x.Shape[i]}");
            }
            clamped[i] = Math.Clamp(start[i], 0, x.Shape[i] - sizes[i]);
        }
        return clamped;
    }

    private static Literal GetDimensionSize(OpContext c)
    {
        Literal result = c.MakeResult(Shape.Scalar);
        Elements.Write(result, (ReadOnlySpan<long>)[c.Tensor(0).Shape[(int)c.Int("dimension")]]);
        return result;
    }

    /// <summary>The result's value has the size that was set: elements beyond it are gone.</summary>
    private static Literal SetDimensionSize(OpContext c)
    {
        Literal x = c.Tensor(0);
        int dimension = (int)c.Int("dimension");
        long size = Elements.Integer(c.Tensor(1));
        long[] shape = x.Shape.ToArray();
        if (size < 0 || size > shape[dimension])
        {
            throw c.Error($"dimension {dimension} of size {shape[dimension]} cannot be set to {size}");
        }
        if (c.ResultType().Shape[dimension] is var declared && declared != Shape.Dynamic && declared != size)
        {
            throw c.Error($"dimension {dimension} is set to {size}, but the result type declares {declared}");
        }
        shape[dimension] = size;
        long[] start = new long[shape.Length], step = new long[shape.Length];
        Array.Fill(step, 1);
        return Slice(c, x, start, shape, step);
    }

    private static void CheckRank(OpContext c, string what, int found, int expected)
    {
        if (found != expected)
        {
            throw c.Error($"{what} has {found} elements for a tensor of rank {expected}");
        }
    }
}
