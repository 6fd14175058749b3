using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary><c>reduce_window</c> and <c>select_and_scatter</c>.</summary>
internal static class Windows
{
    public static void Register(Registrar add)
    {
        add("stablehlo.reduce_window", c => OpContext.Many(ReduceWindow(c)), Quantization.Structural);
        add("stablehlo.select_and_scatter", c => OpContext.One(SelectAndScatter(c)), Quantization.Structural);
    }

    /// <summary>How many positions a window has along a dimension.</summary>
    public static long Positions(long size, long window, long stride, long low, long high, long baseDilation, long windowDilation)
    {
        long padded = low + high + (size == 0 ? 0 : ((size - 1) * baseDilation) + 1);
        long extent = window == 0 ? 0 : ((window - 1) * windowDilation) + 1;
        return padded == 0 || extent > padded ? 0 : ((padded - extent) / stride) + 1;
    }

    private static Literal[] ReduceWindow(OpContext c)
    {
        int n = c.Count / 2;
        Literal[] inputs = c.Tensors(0, n), initial = c.Tensors(n, n);
        Shape from = inputs[0].Shape;
        int rank = from.Rank;
        long[] window = c.Longs("window_dimensions"), stride = c.Longs("window_strides", rank, 1);
        long[] baseDilation = c.Longs("base_dilations", rank, 1), windowDilation = c.Longs("window_dilations", rank, 1);
        (long[] low, long[] high) = c.Padding("padding", rank);
        long[] sizes = new long[rank];
        for (int d = 0; d < rank; d++)
        {
            sizes[d] = Positions(from[d], window[d], stride[d], low[d], high[d], baseDilation[d], windowDilation[d]);
        }
        var shape = new Shape(sizes);
        int outer = checked((int)shape.ElementCount);
        var region = new ScalarRegions(c, c.Op.Regions[0]);
        Literal[] sums = initial.Select(x => Scalars.Repeat(c, x, [outer])).ToArray();
        if (outer > 0 && new Shape(window).ElementCount > 0)
        {
            long[] strides = from.Strides();
            long[] offset = new long[rank], position = new long[rank];
            int[] source = new int[outer];
            do
            {
                // Where each output's element at this offset of the window lies; -1 in the padding.
                Array.Clear(position);
                for (int o = 0; o < outer; o++)
                {
                    long at = 0;
                    for (int d = 0; d < rank && at >= 0; d++)
                    {
                        long dilated = (position[d] * stride[d]) + (offset[d] * windowDilation[d]) - low[d];
                        at = dilated < 0 || dilated % baseDilation[d] != 0 || dilated / baseDilation[d] >= from[d] ? -1 : at + (dilated / baseDilation[d] * strides[d]);
                    }
                    source[o] = (int)at;
                    Strided.Next(position, shape.Dims);
                }
                var arguments = new Literal[2 * n];
                for (int i = 0; i < n; i++)
                {
                    arguments[i] = sums[i];
                    arguments[n + i] = Pick(c, inputs[i], initial[i], source);
                }
                sums = region.Lanes(arguments);
            }
            while (Strided.Next(offset, window));
        }
        return sums.Select(s => DataMovement.Reshape(c, s, shape)).ToArray();
    }

    private static Literal Pick(OpContext c, Literal x, Literal padding, int[] source)
    {
        Literal lanes = c.Make(x.Type.Element, [source.Length]);
        int size = x.Type.Kind.StorageBytes();
        Span<byte> to = lanes.Data.Span;
        ReadOnlySpan<byte> from = x.Data.Span, pad = padding.Data.Span;
        for (int i = 0; i < source.Length; i++)
        {
            (source[i] < 0 ? pad : from.Slice(source[i] * size, size)).CopyTo(to[(i * size)..]);
        }
        return lanes;
    }

    private static Literal SelectAndScatter(OpContext c)
    {
        Literal operand = c.Tensor(0), source = c.Tensor(1), initial = c.Tensor(2);
        Shape shape = operand.Shape;
        int rank = shape.Rank;
        long[] window = c.Longs("window_dimensions", rank, 1), stride = c.Longs("window_strides", rank, 1);
        (long[] low, _) = c.Padding("padding", rank);
        var select = new ScalarRegions(c, c.Op.Regions[0]);
        var scatter = new ScalarRegions(c, c.Op.Regions[1]);
        Literal result = Scalars.Repeat(c, initial, shape);
        long[] strides = shape.Strides();
        long[] position = new long[rank], offset = new long[rank];
        if (Elements.Count(source) == 0 || Elements.Count(operand) == 0)
        {
            return result;
        }
        int from = 0;
        do
        {
            long selected = -1;
            Array.Clear(offset);
            do
            {
                long at = 0;
                for (int d = 0; d < rank && at >= 0; d++)
                {
                    long index = (position[d] * stride[d]) + offset[d] - low[d];
                    at = index < 0 || index >= shape[d] ? -1 : at + (index * strides[d]);
                }
                if (at >= 0 && (selected < 0 || select.Call(ScalarRegions.Element(operand, selected), ScalarRegions.Element(operand, at))[0].Data.Span[0] == 0))
                {
                    selected = at;
                }
            }
            while (Strided.Next(offset, window));
            if (selected >= 0)
            {
                Literal updated = scatter.Call(ScalarRegions.Element(result, selected), ScalarRegions.Element(source, from))[0];
                updated.Data.CopyTo(ScalarRegions.Element(result, selected).Data);
            }
            from++;
        }
        while (Strided.Next(position, source.Shape.Dims));
        return result;
    }
}
