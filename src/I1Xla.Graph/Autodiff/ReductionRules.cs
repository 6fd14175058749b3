using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Derivatives of reductions, windowed reductions and sorting.</summary>
internal static class ReductionRules
{
    /// <summary>Adds the rules to the table.</summary>
    public static void Register()
    {
        Rules.Add(HloOps.Reduce, ReduceVjp, ReduceJvp);
        Rules.Add(HloOps.ReduceWindow, ReduceWindowVjp, c =>
        {
            if (CombinerOf(c.Op) != HloOps.Add)
            {
                throw c.NoRule("forward mode knows only windowed sums");
            }
            c.ApplyToTangents(0, 1);
        });
        Rules.Add(HloOps.Sort, SortVjp, SortJvp);
        Rules.Add(HloOps.TopK, c =>
        {
            TensorType type = c.TypeOf(0);
            c.Give(0, IndexingRules.AddAlongLast(Hlo.Zeros(type), c.Out(1), c.CtOrZero(0)));
        }, c => c.GiveTo(0, Jnp.TakeAlongAxis(c.Tangent(0)!, c.Out(1), -1)));
    }

    /// <summary>The one binary operation of a reduction's region; null when it is more than that.</summary>
    public static OpName? CombinerOf(Operation op)
    {
        Block block = op.Regions[0].Entry;
        return block is { Operations: [var combine, var end], Arguments: [var a, var b] } && end.Operands.Length == 1
            && combine.Operands.Length == 2 && ReferenceEquals(end.Operands[0], combine.Results[0])
            && ((ReferenceEquals(combine.Operands[0], a) && ReferenceEquals(combine.Operands[1], b))
                || (ReferenceEquals(combine.Operands[0], b) && ReferenceEquals(combine.Operands[1], a)))
            ? combine.Name : null;
    }

    /// <summary>Spreads a reduced tensor back over the dimensions that were reduced.</summary>
    private static Tensor Spread(Tensor x, Shape shape, ReadOnlySpan<long> reduced)
    {
        long[] map = new long[x.Rank];
        int at = 0;
        for (int i = 0; i < shape.Rank; i++)
        {
            if (!reduced.Contains(i))
            {
                map[at++] = i;
            }
        }
        return Hlo.BroadcastInDim(x, shape, map);
    }

    private static void ReduceVjp(VjpContext c)
    {
        OpName? combiner = c.Op.Operands.Length == 2 ? CombinerOf(c.Op) : null;
        long[] dims = c.Longs("dimensions").ToArray();
        Shape shape = c.TypeOf(0).Shape;
        if (combiner == HloOps.Add)
        {
            c.Give(0, c.Needs(0) ? Spread(c.Ct!, shape, dims) : null);
            c.Give(1, c.Needs(1) ? Hlo.ReduceSum(c.Ct!, Axes.All.Resolve(c.Ct!.Rank, "reduce")) : null);
        }
        else if (combiner == HloOps.Maximum || combiner == HloOps.Minimum)
        {
            // Elements equal to the result share its cotangent.
            Tensor hit = Hlo.Convert(Hlo.Compare("EQ", c.In(0), Spread(c.Out(0), shape, dims)), c.Ct!.DType);
            Tensor share = Hlo.Binary(HloOps.Divide, c.Ct!, Hlo.ReduceSum(hit, dims));
            c.Give(0, Hlo.Binary(HloOps.Multiply, hit, Spread(share, shape, dims)));
        }
        else if (combiner == HloOps.Multiply)
        {
            c.Give(0, Hlo.Binary(HloOps.Multiply, Spread(c.Ct!, shape, dims), OthersProduct(c.In(0), dims)));
        }
        else
        {
            throw c.NoRule("only sums, products, maxima and minima have a rule");
        }
    }

    private static void ReduceJvp(JvpContext c)
    {
        OpName? combiner = c.Op.Operands.Length == 2 ? CombinerOf(c.Op) : null;
        long[] dims = c.Op.Attributes.Get<DenseArrayAttr>("dimensions")!.Values.ToArray();
        Shape shape = c.In(0).Shape;
        if (combiner == HloOps.Add)
        {
            c.ApplyToTangents(0, 1);
        }
        else if (combiner == HloOps.Maximum || combiner == HloOps.Minimum)
        {
            Tensor hit = Hlo.Convert(Hlo.Compare("EQ", c.In(0), Spread(c.Out(0), shape, dims)), c.In(0).DType);
            c.Give(Hlo.Binary(HloOps.Divide, Hlo.ReduceSum(Hlo.Binary(HloOps.Multiply, c.TangentOrZero(0), hit), dims), Hlo.ReduceSum(hit, dims)));
        }
        else if (combiner == HloOps.Multiply)
        {
            c.Give(Hlo.ReduceSum(Hlo.Binary(HloOps.Multiply, c.TangentOrZero(0), OthersProduct(c.In(0), dims)), dims));
        }
        else
        {
            throw c.NoRule("only sums, products, maxima and minima have a rule");
        }
    }

    /// <summary>For each element the product of the others it is reduced with: what comes before times what comes after, exact at zeros.</summary>
    private static Tensor OthersProduct(Tensor x, long[] dims)
    {
        long[] kept = [.. Enumerable.Range(0, x.Rank).Select(i => (long)i).Where(i => !dims.Contains(i))];
        long[] order = [.. kept, .. dims], inverse = new long[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            inverse[order[i]] = i;
        }
        Tensor front = Hlo.Transpose(x, order);
        Shape shape = front.Shape;
        long count = 1;
        foreach (long d in dims)
        {
            count *= x.Shape[(int)d];
        }
        Tensor flat = Hlo.Reshape(front, [.. shape.Dims[..kept.Length], count]);
        int last = flat.Rank - 1;
        Tensor one = Hlo.Splat(1.0, x.DType, Shape.Scalar);
        Tensor Shifted(Tensor product, long low, long high)
        {
            long[] lows = new long[flat.Rank], highs = new long[flat.Rank];
            (lows[last], highs[last]) = (low, high);
            return Hlo.Pad(product, one, lows, highs, new long[flat.Rank]);
        }
        Tensor before = Shifted(Cumulative.Run(HloOps.Multiply, 1, flat, last, reverse: false), 1, -1);
        Tensor after = Shifted(Cumulative.Run(HloOps.Multiply, 1, flat, last, reverse: true), -1, 1);
        return Hlo.Transpose(Hlo.Reshape(Hlo.Binary(HloOps.Multiply, before, after), shape), inverse);
    }

    private static WindowConfig ReadWindow(VjpContext c)
    {
        int rank = c.TypeOf(0).Rank;
        long[] ones = new long[rank];
        Array.Fill(ones, 1);
        ValueArray<long> Read(string name) => c.Op.Attributes.Get<DenseArrayAttr>(name)?.Values ?? new ValueArray<long>(ones);
        ValueArray<long> padding = c.Op.Attributes.Get<DenseElementsAttr>("padding") is { } dense
            ? ValueArray.Create<long>(Literal.FromDense(dense).As<long>()) : new ValueArray<long>(new long[2 * rank]);
        return new WindowConfig(Read("window_dimensions"), Read("window_strides"), Read("base_dilations"), Read("window_dilations"), padding);
    }

    private static void ReduceWindowVjp(VjpContext c)
    {
        OpName? combiner = CombinerOf(c.Op);
        WindowConfig w = ReadWindow(c);
        Shape shape = c.TypeOf(0).Shape;
        Tensor zero = Hlo.Splat(0L, c.Ct!.DType, Shape.Scalar);
        if (combiner == HloOps.Add)
        {
            int rank = shape.Rank;
            long[] low = new long[rank], high = new long[rank], interior = new long[rank], ones = new long[rank];
            for (int d = 0; d < rank; d++)
            {
                ones[d] = 1;
                long input = Hlo.Dilate(shape[d], w.BaseDilation[d]), window = Hlo.Dilate(w.Size[d], w.WindowDilation[d]);
                low[d] = window - w.Padding[2 * d] - 1;
                high[d] = input + window - 1 - Hlo.Dilate(c.Ct!.Shape[d], w.Strides[d]) - low[d];
                interior[d] = w.Strides[d] - 1;
            }
            Tensor spread = Hlo.Pad(c.Ct!, zero, low, high, interior);
            c.Give(0, Hlo.ReduceWindow(HloOps.Add, spread, zero,
                new WindowConfig(w.Size, w.BaseDilation, new ValueArray<long>(ones), w.WindowDilation, new ValueArray<long>(new long[2 * rank]))));
        }
        else if ((combiner == HloOps.Maximum || combiner == HloOps.Minimum) && w.BaseDilation.All(d => d == 1) && w.WindowDilation.All(d => d == 1))
        {
            c.Give(0, SelectAndScatter(c, combiner == HloOps.Maximum ? "GE" : "LE", w, zero));
        }
        else
        {
            throw c.NoRule("only windowed sums, and undilated windowed maxima and minima, have a rule");
        }
    }

    /// <summary>Each window's cotangent goes to its first winning element.</summary>
    private static Tensor SelectAndScatter(VjpContext c, string direction, WindowConfig w, Tensor zero)
    {
        var scalar = new TensorType(zero.DType, Shape.Scalar);
        Region select = Hlo.Region([scalar, scalar], a => [Hlo.Compare(direction, a[0], a[1])]);
        return Hlo.Many(HloOps.SelectAndScatter, c.TypeOf(0), false, [c.In(0), c.Ct!, zero], new AttributeMap
        {
            { "window_dimensions", new DenseArrayAttr(ElementKind.I64, w.Size) },
            { "window_strides", new DenseArrayAttr(ElementKind.I64, w.Strides) },
            { "padding", Hlo.PairsAttr(w.Padding.Span) },
        }, [select, Hlo.Combiner(HloOps.Add, zero.DType)]);
    }

    /// <summary>The sort again with positions carried along: where each result came from.</summary>
    private static Tensor SortPositions(Operation op, Func<int, Tensor> operand, Func<Value, Tensor> primal, ModuleTracer module)
    {
        int dimension = (int)op.Attributes.Get<IntegerAttr>("dimension")!.Value;
        int count = op.Operands.Length;
        var operands = new Tensor[count + 1];
        for (int i = 0; i < count; i++)
        {
            operands[i] = operand(i);
        }
        operands[count] = Hlo.Iota(ElementKind.I32, operands[0].Shape, dimension);
        var map = new Dictionary<Value, Value>();
        FunctionTracer f = Trace.Current;
        foreach (Value captured in Backward.Captures(op.Regions))
        {
            map[captured] = f.Use(primal(module.Resolve(captured)), "sort");
        }
        Region comparator = op.Regions[0].Clone(map);
        var index = new TensorType(ElementKind.I32, Shape.Scalar);
        comparator.Entry.AddArgument(index);
        comparator.Entry.AddArgument(index);
        return Hlo.Several(HloOps.Sort, [.. operands.Select(o => (IrType)o.Type)], operands, op.Attributes.Clone(), [comparator])[count];
    }

    private static void SortVjp(VjpContext c)
    {
        int dimension = (int)c.Op.Attributes.Get<IntegerAttr>("dimension")!.Value;
        int[] there = [.. Enumerable.Range(0, c.Op.Results.Length).Where(i => c.CtOf(i) is not null)];
        Tensor positions = SortPositions(c.Op, c.In, c.Backward.Primal, c.Backward.Module);
        // Sorting by where each came from puts the cotangents back in place.
        Tensor[] back = Hlo.Sort([positions, .. there.Select(i => c.CtOf(i)!)], dimension, a => Hlo.Compare("LT", a[0], a[1]));
        for (int i = 0; i < there.Length; i++)
        {
            c.Give(there[i], back[i + 1]);
        }
    }

    private static void SortJvp(JvpContext c)
    {
        int dimension = (int)c.Op.Attributes.Get<IntegerAttr>("dimension")!.Value;
        Tensor positions = SortPositions(c.Op, c.In, c.Primal, c.Module);
        for (int i = 0; i < c.Op.Operands.Length; i++)
        {
            if (c.Tangent(i) is { } tangent)
            {
                c.GiveTo(i, Jnp.TakeAlongAxis(tangent, positions, dimension));
            }
        }
    }
}
