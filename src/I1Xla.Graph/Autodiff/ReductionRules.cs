using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Derivatives of reductions and sorting.</summary>
internal static class ReductionRules
{
    /// <summary>Adds the rules to the table.</summary>
    public static void Register()
    {
        Rules.Add(HloOps.Reduce, ReduceVjp, ReduceJvp);
        Rules.Add(HloOps.Sort, SortVjp, SortJvp);
        Rules.Add(HloOps.TopK, c =>
        {
            TensorType type = c.TypeOf(0);
            c.Give(0, IndexingRules.AddAlongLast(Hlo.Zeros(type), c.Out(1), c.CtOrZero(0)));
        }, c => c.GiveTo(0, Jnp.TakeAlongAxis(c.Tangent(0)!, c.Out(1), -1, GatherScatterMode.PromiseInBounds)));
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
        // What the initial value gets of anything but a sum is found by writing the reduction out.
        OpName? combiner = c.Op.Operands.Length == 2 ? CombinerOf(c.Op) : null;
        combiner = c.Needs(1) && combiner != HloOps.Add ? null : combiner;
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
            int count = c.Op.Results.Length;
            RegionFunction.Computation combine = RegionFunction.Of(c.Op.Regions[0], c.Backward.Primal, c.NoRule);
            Tensor[] cts = Autodiff.Vjp(a => RegionFunction.Reduce(a[..count], a[count..], dims, combine),
                [.. Enumerable.Range(0, 2 * count).Select(c.In)]).Pullback([.. Enumerable.Range(0, count).Select(c.CtOf)]);
            for (int i = 0; i < cts.Length; i++)
            {
                c.Give(i, cts[i]);
            }
        }
    }

    private static void ReduceJvp(JvpContext c)
    {
        OpName? combiner = c.Op.Operands.Length == 2 ? CombinerOf(c.Op) : null;
        combiner = c.Tangent(1) is not null && combiner != HloOps.Add ? null : combiner;
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
            int count = c.Op.Results.Length;
            RegionFunction.Computation combine = RegionFunction.Of(c.Op.Regions[0], c.Primal, c.NoRule);
            Tensor[] tangents = Autodiff.Jvp(a => RegionFunction.Reduce(a[..count], a[count..], dims, combine),
                [.. Enumerable.Range(0, 2 * count).Select(c.In)], [.. Enumerable.Range(0, 2 * count).Select(c.Tangent)]).Tangents;
            for (int i = 0; i < count; i++)
            {
                c.GiveTo(i, tangents[i]);
            }
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
        FunctionTracer f = Tracer.Current;
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
                c.GiveTo(i, Jnp.TakeAlongAxis(tangent, positions, dimension, GatherScatterMode.PromiseInBounds));
            }
        }
    }
}
