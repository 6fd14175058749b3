using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>Operations with scalar regions, written out as elementwise work over whole tensors; sorts as a key and an order.</summary>
public sealed partial class HloImporter
{
    // A scalar region applied to each element of tensors of one shape; null when it holds more than elementwise operations. Complex arguments and results are two nodes each.
    private HloNode[]? Lift(Block block, ReadOnlySpan<HloNode> arguments, long[] dims, Dictionary<Value, HloNode> outer)
    {
        var map = new Dictionary<Value, HloNode>(ReferenceEqualityComparer.Instance);
        int next = 0;
        foreach (BlockArgument argument in block.Arguments)
        {
            map[argument] = IsComplex(argument) ? Join(arguments[next++], arguments[next++]) : arguments[next++];
        }
        foreach (Operation op in block.Operations)
        {
            var x = new HloNode[op.Operands.Length];
            for (int i = 0; i < x.Length; i++)
            {
                if (!map.TryGetValue(op.Operands[i], out HloNode? known))
                {
                    bool isPair = IsComplex(op.Operands[i]);
                    if (!outer.TryGetValue(op.Operands[i], out HloNode? captured) || captured.Dims.Length > (isPair ? 1 : 0))
                    {
                        return null;
                    }
                    known = isPair ? Spread(captured, dims, []) : builder.Broadcast(captured, dims, []);
                }
                x[i] = known;
            }
            string name = op.Name.Short;
            if (ReferenceEquals(op, block.Terminator) && name == "return")
            {
                return Flat(op, x);
            }
            if (op.Name.Dialect is not ("stablehlo" or "mhlo") || op.Results.Length != 1 || op.Results[0].Type is not TensorType { Rank: 0 })
            {
                return null;
            }
            bool elementwise = name is "compare" or "select" or "convert" or "bitcast_convert" or "is_finite" or "clamp" or "constant" or "complex" or "real" or "imag" || s_unary.ContainsKey(name) || s_binary.ContainsKey(name);
            if (!elementwise || ImportStableHlo(op, x, map) is not [HloNode made])
            {
                return null;
            }
            map[op.Results[0]] = name != "constant" ? made : IsComplex(op) ? Spread(made, dims, []) : builder.Broadcast(made, dims, []);
        }
        return null;
    }

    // Operands with the two parts of complex ones in their places.
    private HloNode[] Flat(Operation op, HloNode[] x) => [.. x.SelectMany((n, i) => IsComplex(op.Operands[i]) && Parts(n) is var (re, im) ? new[] { re, im } : [n])];

    // Results of an operation, complex ones of their two parts.
    private HloNode[]? Whole(Operation op, HloNode[]? flat)
    {
        int next = 0;
        return flat is null ? null : [.. op.Results.ToArray().Select(r => IsComplex(r) ? Join(flat[next++], flat[next++]) : flat[next++])];
    }

    private static bool AllComputable(HloNode[] x) => x.All(n => IsHeld(n.Kind) && n.Count > 0);

    // count elements from start on, step apart, of one dimension.
    private HloNode Along(HloNode x, int dimension, long start, long count, long step)
    {
        long[] from = new long[x.Dims.Length], to = (long[])x.Dims.Clone(), by = Enumerable.Repeat(1L, x.Dims.Length).ToArray();
        from[dimension] = start;
        to[dimension] = start + ((count - 1) * step) + 1;
        by[dimension] = step;
        return builder.Slice(x, from, to, by);
    }

    /// <summary>
    /// A sort. A comparator that orders one operand by a function of its elements, or several, each where those before it are equal, makes keys: several are sorts
    /// one after the other, from the last key to the first, since sorts are stable. Any other comparator of elementwise operations is called; null for what is left.
    /// </summary>
    private HloNode[]? Sort(Operation op, HloNode[] x, Dictionary<Value, HloNode> map)
    {
        if (!x.All(n => IsHeld(n.Kind)))
        {
            return null;
        }
        long dimension = Integer(op, "dimension");
        dimension += dimension < 0 ? ((TensorType)op.Operands[0].Type).Rank : 0;
        if (builder.Simplify && x[0].Dims[dimension] <= 1)
        {
            return x;
        }
        IrType[] types = [.. x.Select(n => n.Type)];
        bool single = x.Length == 1;
        HloNode[] scalars = [.. Enumerable.Range(0, 2 * x.Length).Select(i => builder.Parameter(new TensorType(x[i / 2].Kind, Shape.Scalar), i))];
        // The comparator takes both elements of an operand before those of the next, complex ones whole.
        var arguments = new List<HloNode>();
        int part = 0;
        foreach (Value operand in op.Operands)
        {
            arguments.AddRange(IsComplex(operand) ? [scalars[part], scalars[part + 2], scalars[part + 1], scalars[part + 3]] : scalars[part..(part + 2)]);
            part += IsComplex(operand) ? 4 : 2;
        }
        if (Lift(op.Regions[0].Entry, arguments.ToArray(), [], map) is not [var comparator])
        {
            return null;
        }
        var keys = new List<(HloNode Left, HloNode Scalar, int Operand, HloSort How)>();
        for (HloNode? rest = comparator; rest is not null;)
        {
            (HloNode compare, rest) = FirstKey(rest);
            if (SortKey(compare, x, scalars, dimension) is not { } key)
            {
                HloNode[] captured = Captured(scalars, [comparator]);
                return Results(builder.Node(
                    HloOp.ComparatorSort, single ? x[0].Kind : ElementKind.I1, single ? x[0].Dims : [0], [.. x, .. captured], payload: new HloComparator(dimension, scalars, comparator, captured), resultTypes: single ? null : types));
            }
            keys.Add(key);
        }
        for (int k = keys.Count - 1; k >= 0; k--)
        {
            (HloNode left, HloNode scalar, int operand, HloSort how) = keys[k];
            // Zeros made equal and NaN made one, then compared in total order, is comparison with NaN last.
            bool canonical = how.TotalOrder && IsCanonical(left, scalar);
            HloNode key = canonical ? x[operand] : OverTensor(left, scalar, x[operand]);
            HloNode node = builder.Node(
                HloOp.Sort, single ? x[0].Kind : ElementKind.I1, single ? x[0].Dims : [0], [key, .. x], payload: how with { TotalOrder = how.TotalOrder && !canonical }, resultTypes: single ? null : types);
            x = Results(node);
        }
        return x;

        HloNode[] Results(HloNode node) => single ? [node] : [.. types.Select((_, r) => builder.GetResult(node, r))];
    }

    // jax.lax.approx_max_k: where nothing is gained by approximating, a sort of all operands (before their initial values) and the first ones.
    private HloNode[] ApproxTopK(Operation op, Dictionary<Value, HloNode> map)
    {
        int n = op.Results.Length;
        var how = op.Attributes.Get<DictionaryAttr>("mhlo.backend_config") ?? op.Attributes.Get<DictionaryAttr>("backend_config");
        if (how?.Find("reduction_dim") is not IntegerAttr dimension || op.Operands.Length != 2 * n
            || op.Attributes.Get<ArrayAttr>("called_computations") is not { Items: [SymbolRefAttr comparator] } || !_functions.TryGetValue(comparator.Root, out FuncOp compare))
        {
            throw new NotSupportedException($"custom call @ApproxTopK at {SourcePlace.Of(op.Location)}: it needs as many initial values as operands, a reduction_dim in its mhlo.backend_config and a comparator");
        }
        Region region = compare.Op.Regions[0].Clone(new Dictionary<Value, Value>(ReferenceEqualityComparer.Instance));
        Block body = region.Entry;
        body.Replace([.. body.Operations.Take(body.Operations.Count - 1), new Operation("stablehlo.return", body.Terminator!.Operands, [])]);
        Value[] operands = op.Operands[..n].ToArray();
        var sort = new Operation(
            "stablehlo.sort", operands, operands.Select(o => o.Type).ToArray(), new AttributeMap { { "dimension", dimension }, { "is_stable", new BoolAttr(true) } }, [region], op.Location);
        return [.. ImportOp(sort, map).Select((sorted, i) => builder.Slice(
            sorted, new long[sorted.Dims.Length], ((TensorType)op.Results[i].Type).Shape.ToArray(), [.. sorted.Dims.Select(_ => 1L)]))];
    }

    // lt(a, b) | (eq(a, b) & rest): what decides first, and the rest. Anything else decides alone.
    private static (HloNode Compare, HloNode? Others) FirstKey(HloNode node)
    {
        if (node.Op == HloOp.Or)
        {
            foreach (bool swapped in new[] { false, true })
            {
                (HloNode less, HloNode and) = swapped ? (node.Inputs[1], node.Inputs[0]) : (node.Inputs[0], node.Inputs[1]);
                if (less is not { Op: HloOp.Compare, Payload: HloCompare how } || and.Op != HloOp.And)
                {
                    continue;
                }
                for (int i = 0; i < 2; i++)
                {
                    // Where numbers are not all in order, equal is not the same as neither less.
                    if (and.Inputs[i] is { Op: HloOp.Compare, Payload: HloCompare { Direction: "EQ" } equal } same && equal.TotalOrder == how.TotalOrder
                        && (how.TotalOrder || !less.Inputs[0].Kind.IsFloat())
                        && ((ReferenceEquals(same.Inputs[0], less.Inputs[0]) && ReferenceEquals(same.Inputs[1], less.Inputs[1]))
                            || (ReferenceEquals(same.Inputs[0], less.Inputs[1]) && ReferenceEquals(same.Inputs[1], less.Inputs[0]))))
                    {
                        return (less, and.Inputs[1 - i]);
                    }
                }
            }
        }
        return (node, null);
    }

    // The operand that a comparison looks at, by which function, and in which direction.
    private static (HloNode Left, HloNode Scalar, int Operand, HloSort How)? SortKey(HloNode node, HloNode[] x, HloNode[] scalars, long dimension)
    {
        if (node is not { Op: HloOp.Compare, Payload: HloCompare { Direction: "LT" or "GT" } how })
        {
            return null;
        }
        for (int i = 0; i < x.Length; i++)
        {
            foreach (bool swapped in new[] { false, true })
            {
                (HloNode first, HloNode second) = swapped ? (scalars[(2 * i) + 1], scalars[2 * i]) : (scalars[2 * i], scalars[(2 * i) + 1]);
                if (SameFunction(node.Inputs[0], node.Inputs[1], first, second))
                {
                    return (node.Inputs[0], first, i, new HloSort(dimension, (how.Direction == "GT") != swapped, how.TotalOrder));
                }
            }
        }
        return null;
    }

    // select(x != x, NaN, select(x == 0, 0, x)), or the two the other way round.
    private static bool IsCanonical(HloNode node, HloNode x)
    {
        if (!x.Kind.IsFloat())
        {
            return false;
        }
        bool zero = false, nan = false;
        while (node is { Op: HloOp.Select, Inputs: [{ Op: HloOp.Compare, Payload: HloCompare how } test, { IsSplat: true } constant, var rest] } && ReferenceEquals(test.Inputs[0], x))
        {
            double value = ScalarFolding.ToDouble(constant.Kind, constant.Constant!.Data.Span) ?? 1;
            bool isZero = how.Direction == "EQ" && test.Inputs[1].IsSplat && ScalarFolding.ToDouble(x.Kind, test.Inputs[1].Constant!.Data.Span) == 0 && value == 0 && !double.IsNegative(value);
            bool isNaN = how.Direction == "NE" && ReferenceEquals(test.Inputs[1], x) && double.IsNaN(value) && !double.IsNegative(value);
            if (!isZero && !isNaN)
            {
                return false;
            }
            (zero, nan, node) = (zero || isZero, nan || isNaN, rest);
        }
        return zero && nan && ReferenceEquals(node, x);
    }

    // Whether b computes of y what a computes of x, and neither looks at anything else.
    private static bool SameFunction(HloNode a, HloNode b, HloNode x, HloNode y)
    {
        if (ReferenceEquals(a, x) || ReferenceEquals(b, y))
        {
            return ReferenceEquals(a, x) && ReferenceEquals(b, y);
        }
        if (a.Op is HloOp.Parameter || b.Op is HloOp.Parameter)
        {
            return false;
        }
        if (a.Op == HloOp.Constant)
        {
            return ReferenceEquals(a, b);
        }
        return a.Op == b.Op && a.Kind == b.Kind && Equals(a.Payload, b.Payload) && a.A.AsSpan().SequenceEqual(b.A) && a.Op.IsElementwise()
            && a.Inputs.Length == b.Inputs.Length && a.Inputs.Zip(b.Inputs).All(p => SameFunction(p.First, p.Second, x, y));
    }

    // A scalar function of one scalar, applied to each element of a tensor.
    private HloNode OverTensor(HloNode node, HloNode scalar, HloNode tensor)
    {
        if (ReferenceEquals(node, scalar))
        {
            return tensor;
        }
        if (node.Op == HloOp.Constant)
        {
            return builder.Broadcast(node, tensor.Dims, []);
        }
        HloNode[] x = [.. node.Inputs.Select(i => OverTensor(i, scalar, tensor))];
        return node.Op switch
        {
            HloOp.Compare => builder.Compare((HloCompare)node.Payload!, x[0], x[1]),
            HloOp.Select => builder.Select(x[0], x[1], x[2]),
            HloOp.Clamp => builder.Clamp(x[0], x[1], x[2]),
            _ => x.Length == 1 ? builder.Unary(node.Op, x[0], node.Kind, node.A) : builder.Binary(node.Op, x[0], x[1]),
        };
    }
}
