using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

internal static partial class Hlo
{
    /// <summary>Reduction by one binary operation over dimensions, which disappear.</summary>
    public static Tensor Reduce(OpName combiner, Tensor x, Tensor init, ReadOnlySpan<long> dimensions)
    {
        if (dimensions.Length == 0)
        {
            return x;
        }
        return Many(HloOps.Reduce, new TensorType(x.Type.Element, Without(x.Shape, dimensions)), x.IsWeak, [x, init],
            new AttributeMap { { "dimensions", DenseArrayAttr.I64(dimensions) } }, [Combiner(combiner, x.DType)]);
    }

    /// <summary>Sum over dimensions, in the tensor's own kind.</summary>
    public static Tensor ReduceSum(Tensor x, ReadOnlySpan<long> dimensions) => Reduce(HloOps.Add, x, Splat(0L, x.DType, Shape.Scalar), dimensions);

    /// <summary>Reduction of several tensors at once by a region of scalars.</summary>
    public static Tensor[] Reduce(ReadOnlySpan<Tensor> xs, ReadOnlySpan<Tensor> inits, ReadOnlySpan<long> dimensions, Func<Tensor[], Tensor[]> body)
    {
        var types = new IrType[xs.Length];
        var scalars = new IrType[xs.Length * 2];
        for (int i = 0; i < xs.Length; i++)
        {
            types[i] = new TensorType(xs[i].Type.Element, Without(xs[i].Shape, dimensions));
            scalars[i] = scalars[i + xs.Length] = new TensorType(xs[i].Type.Element, Shape.Scalar);
        }
        return Several(HloOps.Reduce, types, [.. xs, .. inits], new AttributeMap { { "dimensions", DenseArrayAttr.I64(dimensions) } }, [Region(scalars, body)]);
    }

    /// <summary>Windowed reduction; <paramref name="padding"/> is (low, high) pairs in a row.</summary>
    public static Tensor ReduceWindow(OpName combiner, Tensor x, Tensor init, WindowConfig w)
    {
        return Many(HloOps.ReduceWindow, new TensorType(x.Type.Element, w.Result(x.Shape)), x.IsWeak, [x, init], WindowAttributes(w), [Combiner(combiner, x.DType)]);
    }

    /// <summary>Windowed reduction of several tensors of one shape at once by a region of scalars.</summary>
    public static Tensor[] ReduceWindow(ReadOnlySpan<Tensor> xs, ReadOnlySpan<Tensor> inits, WindowConfig w, Func<Tensor[], Tensor[]> body)
    {
        Shape result = w.Result(xs[0].Shape);
        var types = new IrType[xs.Length];
        var scalars = new IrType[xs.Length * 2];
        for (int i = 0; i < xs.Length; i++)
        {
            types[i] = new TensorType(xs[i].Type.Element, result);
            scalars[i] = scalars[i + xs.Length] = new TensorType(xs[i].Type.Element, Shape.Scalar);
        }
        return Several(HloOps.ReduceWindow, types, [.. xs, .. inits], WindowAttributes(w), [Region(scalars, body)]);
    }

    private static AttributeMap WindowAttributes(WindowConfig w) => new()
    {
        { "window_dimensions", new DenseArrayAttr(ElementKind.I64, w.Size) },
        { "window_strides", new DenseArrayAttr(ElementKind.I64, w.Strides) },
        { "base_dilations", new DenseArrayAttr(ElementKind.I64, w.BaseDilation) },
        { "window_dilations", new DenseArrayAttr(ElementKind.I64, w.WindowDilation) },
        { "padding", PairsAttr(w.Padding.Span) },
    };

    /// <summary>Stable sort of tensors of one shape along a dimension by a comparator of scalar pairs.</summary>
    public static Tensor[] Sort(ReadOnlySpan<Tensor> xs, int dimension, Func<Tensor[], Tensor> before)
    {
        var types = new IrType[xs.Length];
        var scalars = new IrType[xs.Length * 2];
        for (int i = 0; i < xs.Length; i++)
        {
            types[i] = xs[i].Type;
            scalars[2 * i] = scalars[2 * i + 1] = new TensorType(xs[i].Type.Element, Shape.Scalar);
        }
        return Several(HloOps.Sort, types, xs, new AttributeMap { { "dimension", IntegerAttr.I64(dimension) }, { "is_stable", new BoolAttr(true) } },
            [Region(scalars, args => [before(args)])]);
    }

    /// <summary>A shape without some dimensions.</summary>
    public static Shape Without(Shape shape, ReadOnlySpan<long> dimensions)
    {
        long[] dims = new long[shape.Rank - dimensions.Length];
        int at = 0;
        for (int i = 0; i < shape.Rank; i++)
        {
            if (!dimensions.Contains(i))
            {
                dims[at++] = shape[i];
            }
        }
        return new Shape(dims);
    }
}

/// <summary>The window of a windowed reduction, one entry a dimension; padding as (low, high) pairs in a row.</summary>
internal sealed record WindowConfig(
    ValueArray<long> Size, ValueArray<long> Strides, ValueArray<long> BaseDilation, ValueArray<long> WindowDilation, ValueArray<long> Padding)
{
    /// <summary>The result's shape for an operand's.</summary>
    public Shape Result(Shape shape)
    {
        long[] dims = new long[shape.Rank];
        for (int i = 0; i < dims.Length; i++)
        {
            long size = Hlo.Dilate(shape[i], BaseDilation[i]) + Padding[2 * i] + Padding[2 * i + 1], window = Hlo.Dilate(Size[i], WindowDilation[i]);
            dims[i] = size < window ? 0 : (size - window) / Strides[i] + 1;
        }
        return new Shape(dims);
    }

    /// <summary>The operand with its gaps and padding.</summary>
    public Tensor Padded(Tensor x, Tensor value) =>
        Hlo.Pad(x, value, [.. Enumerable.Range(0, x.Rank).Select(d => Padding[2 * d])], [.. Enumerable.Range(0, x.Rank).Select(d => Padding[2 * d + 1])], [.. BaseDilation.Select(b => b - 1)]);

    /// <summary>The places of the window, in row-major order.</summary>
    public IEnumerable<long[]> Places()
    {
        long count = Size.Aggregate(1L, (n, s) => n * s);
        for (long i = 0; i < count; i++)
        {
            long[] place = new long[Size.Length];
            long rest = i;
            for (int d = place.Length - 1; d >= 0; d--)
            {
                place[d] = rest % Size[d];
                rest /= Size[d];
            }
            yield return place;
        }
    }

    /// <summary>What of a padded operand one place of the window meets, for every result.</summary>
    public Tensor At(Tensor padded, long[] place, Shape result)
    {
        long[] start = new long[place.Length], limit = new long[place.Length];
        for (int d = 0; d < start.Length; d++)
        {
            start[d] = place[d] * WindowDilation[d];
            limit[d] = start[d] + (result[d] - 1) * Strides[d] + 1;
        }
        return Hlo.Slice(padded, start, limit, Strides.Span);
    }
}
