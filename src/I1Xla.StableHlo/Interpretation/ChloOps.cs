using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>The CHLO ops that are not elementwise on equal shapes: implicit broadcasting, top-k, ragged dot and scan.</summary>
internal static class ChloOps
{
    private static readonly (string Name, string Target)[] s_broadcasting =
    [
        ("broadcast_add", "add"), ("broadcast_and", "and"), ("broadcast_atan2", "atan2"), ("broadcast_divide", "divide"), ("broadcast_maximum", "maximum"),
        ("broadcast_minimum", "minimum"), ("broadcast_multiply", "multiply"), ("broadcast_or", "or"), ("broadcast_power", "power"), ("broadcast_remainder", "remainder"),
        ("broadcast_shift_left", "shift_left"), ("broadcast_shift_right_arithmetic", "shift_right_arithmetic"), ("broadcast_shift_right_logical", "shift_right_logical"),
        ("broadcast_subtract", "subtract"), ("broadcast_xor", "xor"), ("broadcast_polygamma", "chlo.polygamma"), ("broadcast_zeta", "chlo.zeta"),
    ];

    public static void Register(Registrar add)
    {
        foreach ((string name, string target) in s_broadcasting)
        {
            add("chlo." + name, c => OpContext.One(WithBroadcast(c, (a, b) => Elementwise.Binary(c, target, a, b))), Quantization.Dequantize);
        }
        add("chlo.cosh", c => OpContext.One(Hyperbolic(c, Cosh)), Quantization.Dequantize);
        add("chlo.sinh", c => OpContext.One(Hyperbolic(c, Sinh)), Quantization.Dequantize);
        add("chlo.broadcast_next_after", c => OpContext.One(WithBroadcast(c, (a, b) => Elementwise.NextAfter(c, a, b))), Quantization.Dequantize);
        add("chlo.broadcast_compare", c => OpContext.One(WithBroadcast(c, (a, b) => Elementwise.Compare(c, a, b))), Quantization.Dequantize);
        add("chlo.broadcast_complex", c => OpContext.One(WithBroadcast(c, (a, b) => Elementwise.MakeComplex(c, a, b))), Quantization.Structural);
        add("chlo.broadcast_select", c => OpContext.One(BroadcastSelect(c)), Quantization.Structural);
        add("chlo.top_k", c => OpContext.Many(TopK(c)), Quantization.Structural);
        add("chlo.ragged_dot", c => OpContext.One(RaggedDot(c)), Quantization.Dequantize);
        add("chlo.scan", c => OpContext.Many(Scan(c)), Quantization.Structural);
    }

    /// <summary>Runs a decomposition in its own precision: f64 and complex as they are, narrower floats in f32.</summary>
    private static Literal Hyperbolic(OpContext c, Func<OpContext, Literal, Literal> decomposition)
    {
        Literal x = c.Tensor(0);
        ElementKind kind = x.Type.Kind;
        bool widen = kind.IsFloat() && kind != ElementKind.F64;
        Literal result = decomposition(c, widen ? Conversions.Convert(c, x, ElementKind.F32) : x);
        return widen ? Conversions.Convert(c, result, kind) : result;
    }

    /// <summary>exp(x + log ½) + exp(log ½ - x), CHLO's decomposition.</summary>
    private static Literal Cosh(OpContext c, Literal x)
    {
        (Literal up, Literal down) = HalfExponentials(c, x);
        return Elementwise.Binary(c, "add", up, down);
    }

    /// <summary>exp(x + log ½) - exp(log ½ - x); for reals below 1, (u + u / (u + 1)) / 2 with u = exp(x) - 1.</summary>
    private static Literal Sinh(OpContext c, Literal x)
    {
        (Literal up, Literal down) = HalfExponentials(c, x);
        Literal large = Elementwise.Binary(c, "subtract", up, down);
        if (x.Type.Kind.IsComplex())
        {
            return large;
        }
        Literal u = Elementwise.Unary(c, "exponential_minus_one", x);
        Literal ratio = Elementwise.Binary(c, "divide", u, Elementwise.Binary(c, "add", u, Scalars.Splat(c, x.Type.Element, x.Shape, 1)));
        Literal small = Elementwise.Binary(c, "multiply", Scalars.Splat(c, x.Type.Element, x.Shape, 0.5), Elementwise.Binary(c, "add", u, ratio));
        Literal isSmall = c.Make(ScalarType.I1, x.Shape);
        double[] values = Elements.Reals(x);
        for (int i = 0; i < values.Length; i++)
        {
            isSmall.Data.Span[i] = Math.Abs(values[i]) < 1 ? (byte)1 : (byte)0;
        }
        return Elementwise.Select(c, isSmall, small, large);
    }

    private static (Literal Up, Literal Down) HalfExponentials(OpContext c, Literal x)
    {
        Literal logHalf = Scalars.Splat(c, x.Type.Element, x.Shape, Math.Log(0.5));
        return (Elementwise.Unary(c, "exponential", Elementwise.Binary(c, "add", x, logHalf)), Elementwise.Unary(c, "exponential", Elementwise.Binary(c, "subtract", logHalf, x)));
    }

    private static Literal WithBroadcast(OpContext c, Func<Literal, Literal, Literal> f)
    {
        Literal a = c.Tensor(0), b = c.Tensor(1);
        long[]? dimensions = c.OptionalLongs("broadcast_dimensions");
        int rank = Math.Max(a.Type.Rank, b.Type.Rank);
        long[] Map(Literal x) => x.Type.Rank < rank && dimensions is not null ? dimensions : Enumerable.Range(rank - x.Type.Rank, x.Type.Rank).Select(i => (long)i).ToArray();
        long[] mapA = Map(a), mapB = Map(b);
        Shape shape = Common(c, rank, (a, mapA), (b, mapB));
        return f(DataMovement.BroadcastInDim(c, a, mapA, shape), DataMovement.BroadcastInDim(c, b, mapB, shape));
    }

    private static Literal BroadcastSelect(OpContext c)
    {
        (Literal Tensor, long[] Map)[] inputs = c.Tensors().Select(x => (x, Array.Empty<long>())).ToArray();
        int rank = inputs.Max(x => x.Tensor.Type.Rank);
        for (int i = 0; i < inputs.Length; i++)
        {
            int own = inputs[i].Tensor.Type.Rank;
            inputs[i].Map = Enumerable.Range(rank - own, own).Select(d => (long)d).ToArray();
        }
        Shape shape = Common(c, rank, inputs);
        Literal[] spread = inputs.Select(x => DataMovement.BroadcastInDim(c, x.Tensor, x.Map, shape)).ToArray();
        return Elementwise.Select(c, spread[0], spread[1], spread[2]);
    }

    /// <summary>The shape that all inputs broadcast to: along each dimension the one size that is not 1.</summary>
    private static Shape Common(OpContext c, int rank, params ReadOnlySpan<(Literal Tensor, long[] Map)> inputs)
    {
        long[] shape = new long[rank];
        Array.Fill(shape, 1);
        foreach ((Literal x, long[] map) in inputs)
        {
            for (int i = 0; i < map.Length; i++)
            {
                long size = x.Shape[i];
                ref long common = ref shape[map[i]];
                if (size != 1 && common != 1 && size != common)
                {
                    throw c.Error($"sizes {common} and {size} of dimension {map[i]} do not broadcast");
                }
                common = size == 1 ? common : size;
            }
        }
        return new Shape(shape);
    }

    /// <summary>The k largest of each line and their positions, largest first, NaNs largest of all; equal elements keep their order.</summary>
    private static Literal[] TopK(OpContext c)
    {
        Literal x = c.Tensor(0);
        int k = (int)c.Int("k"), n = (int)x.Shape[^1], lines = n == 0 ? 0 : Elements.Count(x) / n;
        if (k < 0 || k > n)
        {
            throw c.Error($"k = {k} is more than the last dimension's size {n}");
        }
        ElementKind kind = x.Type.Kind;
        Shape shape = new([.. x.Shape.ToArray()[..^1], k]);
        Literal values = c.Make(x.Type.Element, shape), indices = c.MakeResult(shape, 1);
        int size = kind.StorageBytes();
        // Floats order by IEEE 754's total order, as XLA's comparator does.
        long[] keys = kind.IsFloat() ? Array.ConvertAll(Elements.Reals(x), v => Elementwise.TotalKey(v)) : Elements.Integers(x);
        long[] positions = new long[lines * k];
        for (int line = 0; line < lines; line++)
        {
            int first = line * n;
            int[] order = Sorting.Order(n, (a, b) => Elementwise.IntegerCompare(kind, keys[first + a], keys[first + b]) > 0);
            for (int i = 0; i < k; i++)
            {
                positions[(line * k) + i] = order[i];
                x.Data.Slice((first + order[i]) * size, size).CopyTo(values.Data[(((line * k) + i) * size)..]);
            }
        }
        Elements.Write(indices, positions);
        return [values, indices];
    }

    /// <summary>A dot_general whose ragged dimension is cut into groups, each of which uses a matrix of its own.</summary>
    private static Literal RaggedDot(OpContext c)
    {
        Literal a = c.Tensor(0), b = c.Tensor(1);
        var d = c.Attribute<RaggedDotDimensionNumbersAttr>("ragged_dot_dimension_numbers");
        if (c.Tensor(2).Type.Rank != 1 || d.LhsRaggedDimensions.Length != 1)
        {
            throw c.Error("group_sizes of one dimension and one ragged dimension are supported");
        }
        long[] sizes = c.LongsOf(2);
        long ragged = d.LhsRaggedDimensions[0];
        long[] aBatch = d.LhsBatchingDimensions.ToArray(), bBatch = d.RhsBatchingDimensions.ToArray();
        long[] aContract = d.LhsContractingDimensions.ToArray(), bContract = d.RhsContractingDimensions.ToArray();
        ElementType element = c.ResultType().Element;
        if (aBatch.Contains(ragged))
        {
            return Contractions.Contract(c, a, b, aBatch, bBatch, aContract, bContract, element);
        }
        int contracted = Array.IndexOf(aContract, ragged);
        long start = 0;
        if (contracted >= 0)
        {
            // One product for each group, along a new first dimension.
            var products = new List<Literal>();
            foreach (long size in sizes)
            {
                Literal product = Contractions.Contract(c, Range(c, a, ragged, start, size), Range(c, b, bContract[contracted], start, size), aBatch, bBatch, aContract, bContract, element);
                products.Add(DataMovement.Reshape(c, product, new Shape([1, .. product.Shape.ToArray()])));
                start += size;
            }
            return DataMovement.Concatenate(c, products, 0);
        }
        long group = d.RhsGroupDimensions[0];
        long[] Without(long[] dimensions) => dimensions.Select(i => i > group ? i - 1 : i).ToArray();
        int freeBefore = Enumerable.Range(0, (int)ragged).Count(i => !aBatch.Contains(i) && !aContract.Contains(i));
        int to = aBatch.Length + freeBefore;
        var parts = new List<Literal>();
        for (int g = 0; g < sizes.Length; g++)
        {
            Literal matrix = Range(c, b, group, g, 1);
            matrix = DataMovement.Reshape(c, matrix, new Shape(matrix.Shape.ToArray().Where((_, i) => i != group).ToArray()));
            parts.Add(Contractions.Contract(c, Range(c, a, ragged, start, sizes[g]), matrix, aBatch, Without(bBatch), aContract, Without(bContract), element));
            start += sizes[g];
        }
        // Rows that belong to no group are zero.
        long left = a.Shape[(int)ragged] - start;
        if (left > 0)
        {
            long[] shape = parts[0].Shape.ToArray();
            shape[to] = left;
            parts.Add(c.Make(element, new Shape(shape)));
        }
        return DataMovement.Concatenate(c, parts, to);
    }

    private static Literal Range(OpContext c, Literal x, long dimension, long start, long size)
    {
        long[] from = new long[x.Type.Rank], limit = x.Shape.ToArray(), step = new long[x.Type.Rank];
        Array.Fill(step, 1);
        from[dimension] = start;
        limit[dimension] = start + size;
        return DataMovement.Slice(c, x, from, limit, step);
    }

    /// <summary>A loop over slices of the inputs that carries values along.</summary>
    private static Literal[] Scan(OpContext c)
    {
        long[]? segments = c.OptionalLongs("operandSegmentSizes");
        int carried = c.Op.Regions[0].Entry.Arguments.Count, inputCount = segments is not null ? (int)segments[0] : carried / 2;
        Literal[] inputs = c.Tensors(0, inputCount), carries = c.Tensors(inputCount, c.Count - inputCount);
        int dimension = (int)c.Int("dimension");
        long steps = inputs.Length > 0 ? inputs[0].Shape[dimension] : c.Int("scan_dim_size");
        bool reverse = c.Bool("is_reverse");
        int outputCount = c.Op.Results.Length - carries.Length;
        var slices = new List<Literal>[outputCount];
        for (int i = 0; i < outputCount; i++)
        {
            slices[i] = [];
        }
        for (long s = 0; s < steps; s++)
        {
            long at = reverse ? steps - 1 - s : s;
            RuntimeValue[] results = c.Run(0, [.. OpContext.Many(inputs.Select(x => Squeezed(c, Range(c, x, dimension, at, 1), dimension))), .. OpContext.Many(carries)]);
            for (int i = 0; i < outputCount; i++)
            {
                slices[i].Add(((TensorValue)results[i]).Literal);
            }
            carries = results[outputCount..].Select(r => ((TensorValue)r).Literal).ToArray();
        }
        return [.. slices.Select((list, i) => Stack(c, list, dimension, reverse, i)), .. carries];
    }

    private static Literal Stack(OpContext c, List<Literal> slices, int dimension, bool reverse, int result)
    {
        if (slices.Count == 0)
        {
            return c.MakeResult(c.ResultType(result).Shape, result);
        }
        if (reverse)
        {
            slices.Reverse();
        }
        return DataMovement.Concatenate(c, slices.Select(s => DataMovement.Reshape(c, s, new Shape([.. s.Shape.ToArray()[..dimension], 1, .. s.Shape.ToArray()[dimension..]]))).ToArray(), dimension);
    }

    private static Literal Squeezed(OpContext c, Literal x, int dimension) => DataMovement.Reshape(c, x, new Shape(x.Shape.ToArray().Where((_, i) => i != dimension).ToArray()));
}
