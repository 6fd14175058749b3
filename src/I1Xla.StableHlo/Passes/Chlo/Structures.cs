using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Passes.Chlo;

/// <summary>CHLO ops that become several StableHLO ops with regions: top-k, ragged dot, scan.</summary>
internal static class Structures
{
    /// <summary>A stable descending sort with positions, cut to k.</summary>
    public static Value[] TopK(Operation op, OpBuilder b)
    {
        TensorType type = op.Operands[0].TensorType;
        int last = type.Rank - 1;
        long k = op.Attributes.Get<IntegerAttr>("k")?.Value ?? throw new PassException("attribute k is missing", op);
        TensorType indexType = op.Results[1].Type is TensorType declared ? new TensorType(declared.Element, type.Shape) : new TensorType(ElementKind.I32, type.Shape);
        Value positions = b.Iota(indexType, last);
        var scalar = new TensorType(type.Element, Shape.Scalar);
        var position = new TensorType(indexType.Element, Shape.Scalar);
        var block = new Block(scalar, scalar, position, position);
        var inner = new OpBuilder(block) { Location = op.Location };
        Value greater = inner.Compare(block.Arguments[0], block.Arguments[1], ComparisonDirection.GT,
            type.Kind.IsFloat() ? ComparisonType.TOTALORDER : type.Kind.IsSignedInteger() ? ComparisonType.SIGNED : ComparisonType.UNSIGNED);
        inner.Create("stablehlo.return", [greater], []);
        Operation sorted = b.Sort([op.Operands[0], positions], new Region(block), last, true);
        long[] start = new long[type.Rank], limit = type.Shape.ToArray(), step = new long[type.Rank];
        Array.Fill(step, 1);
        limit[last] = k;
        Value Cut(Value v) => b.Slice(v, new ValueArray<long>(start), new ValueArray<long>(limit), new ValueArray<long>(step));
        return [Cut(sorted.Results[0]), Cut(sorted.Results[1])];
    }

    /// <summary>A dot for each group, with what does not belong to the group zero.</summary>
    public static Value RaggedDot(Operation op, OpBuilder b)
    {
        var d = op.Attributes.Get<RaggedDotDimensionNumbersAttr>("ragged_dot_dimension_numbers") ?? throw new PassException("attribute ragged_dot_dimension_numbers is missing", op);
        Value left = op.Operands[0], right = op.Operands[1], sizes = op.Operands[2];
        long ragged = d.LhsRaggedDimensions[0];
        var result = (TensorType)op.Result.Type;
        if (sizes.TensorType.Rank != 1 && !d.LhsBatchingDimensions.Contains(ragged))
        {
            throw new PassException("group_sizes of one dimension are supported", op);
        }
        ArrayAttr? precision = op.Attributes.Get<ArrayAttr>("precision_config") is { } given
            ? new ArrayAttr(given.Items.Select(i => i is EnumAttr e ? e with { Dialect = "stablehlo" } : i).ToValueArray()) : null;
        var plain = new DotDimensionNumbersAttr(d.LhsBatchingDimensions, d.RhsBatchingDimensions, d.LhsContractingDimensions, d.RhsContractingDimensions);
        if (d.LhsBatchingDimensions.Contains(ragged))
        {
            return b.DotGeneral(left, right, result, plain, precision);
        }
        int groups = (int)sizes.TensorType.Shape[0];
        bool contracting = d.LhsContractingDimensions.Contains(ragged);
        ElementType sizeElement = sizes.TensorType.Element;
        var position = new Expr(b, b.Iota(new TensorType(sizeElement, left.TensorType.Shape), ragged));
        Value scalarStart = b.Constant(Expr.Splat(new TensorType(sizeElement, Shape.Scalar), 0));
        var parts = new List<Value>();
        for (int g = 0; g < groups; g++)
        {
            Value size = b.Reshape(b.Slice(sizes, [g], [g + 1], [1]), new TensorType(sizeElement, Shape.Scalar));
            Value scalarEnd = b.Add(scalarStart, size);
            Expr Spread(Value v) => position.Wrap(b.BroadcastInDim(v, position.Type, default));
            Expr within = position.Compare(Spread(scalarStart), ComparisonDirection.GE) & position.Less(Spread(scalarEnd));
            scalarStart = scalarEnd;
            var l = new Expr(b, left);
            Value masked = within.Choose(l, l.Like(0)).Value;
            if (contracting)
            {
                Value product = b.DotGeneral(masked, right, result with { Shape = new Shape(result.Shape.ToArray()[1..]) }, plain, precision);
                parts.Add(b.Reshape(product, result with { Shape = new Shape([1, .. result.Shape.ToArray()[1..]]) }));
                continue;
            }
            long group = d.RhsGroupDimensions[0];
            TensorType type = right.TensorType;
            long[] start = new long[type.Rank], limit = type.Shape.ToArray(), step = new long[type.Rank];
            Array.Fill(step, 1);
            (start[group], limit[group]) = (g, g + 1);
            Value matrix = b.Slice(right, new ValueArray<long>(start), new ValueArray<long>(limit), new ValueArray<long>(step));
            matrix = b.Reshape(matrix, type with { Shape = new Shape(type.Shape.ToArray().Where((_, i) => i != group).ToArray()) });
            ValueArray<long> Without(ValueArray<long> dims) => dims.Select(i => i > group ? i - 1 : i).ToValueArray();
            parts.Add(b.DotGeneral(masked, matrix, result, plain with { RhsBatchingDimensions = Without(plain.RhsBatchingDimensions), RhsContractingDimensions = Without(plain.RhsContractingDimensions) }, precision));
        }
        return contracting ? b.Concatenate(parts.ToArray(), 0) : parts.Aggregate((x, y) => b.Add(x, y));
    }

    /// <summary>A loop that counts through the scanned dimension and writes each output's slice.</summary>
    public static Value[] Scan(Operation op, OpBuilder b)
    {
        Block body = op.Regions[0].Entry;
        int inputCount = op.Attributes.Get<DenseArrayAttr>("operandSegmentSizes") is { } segments ? (int)segments.Values[0] : body.Arguments.Count / 2;
        Value[] inputs = op.Operands[..inputCount].ToArray(), carries = op.Operands[inputCount..].ToArray();
        int dimension = (int)(op.Attributes.Get<IntegerAttr>("dimension")?.Value ?? 0);
        long steps = inputs.Length > 0 ? inputs[0].TensorType.Shape[dimension] : op.Attributes.Get<IntegerAttr>("scan_dim_size")?.Value ?? throw new PassException("a scan without inputs needs scan_dim_size", op);
        bool reverse = op.Attributes["is_reverse"] is BoolAttr { Value: true };
        int outputCount = op.Results.Length - carries.Length;
        if (steps == Shape.Dynamic)
        {
            throw new PassException("the scanned size is not known; run refine-shapes first", op);
        }

        var counterType = new TensorType(ElementKind.I64, Shape.Scalar);
        Value Number(OpBuilder at, long value) => at.Constant(Expr.Splat(counterType, value));
        var state = new List<Value> { Number(b, 0) };
        for (int i = 0; i < outputCount; i++)
        {
            state.Add(b.Constant(Expr.Splat((TensorType)op.Results[i].Type, 0)));
        }
        state.AddRange(carries);
        IrType[] types = state.Select(v => v.Type).ToArray();

        var condition = new Block(types);
        var conditionBuilder = new OpBuilder(condition) { Location = op.Location };
        conditionBuilder.Create("stablehlo.return", [conditionBuilder.Compare(condition.Arguments[0], Number(conditionBuilder, steps), ComparisonDirection.LT, ComparisonType.SIGNED)], []);

        var loop = new Block(types);
        var inner = new OpBuilder(loop) { Location = op.Location };
        Value counter = loop.Arguments[0];
        Value index = reverse ? inner.Subtract(Number(inner, steps - 1), counter) : counter;
        Value zero = Number(inner, 0);
        Value[] Starts(int rank) => Enumerable.Range(0, rank).Select(i => i == dimension ? index : zero).ToArray();
        var map = new Dictionary<Value, Value>();
        for (int i = 0; i < inputs.Length; i++)
        {
            TensorType type = inputs[i].TensorType;
            long[] sizes = type.Shape.ToArray();
            sizes[dimension] = 1;
            Value slice = inner.DynamicSlice(inputs[i], Starts(type.Rank), new ValueArray<long>(sizes));
            map[body.Arguments[i]] = inner.Reshape(slice, body.Arguments[i].Type);
        }
        for (int i = 0; i < carries.Length; i++)
        {
            map[body.Arguments[inputs.Length + i]] = loop.Arguments[1 + outputCount + i];
        }
        foreach (Operation o in body.Operations)
        {
            if (o != body.Terminator)
            {
                loop.Add(o.Clone(map));
            }
        }
        Value[] returned = body.Terminator!.Operands.ToArray().Select(v => map.GetValueOrDefault(v, v)).ToArray();
        var next = new List<Value> { inner.Add(counter, Number(inner, 1)) };
        for (int i = 0; i < outputCount; i++)
        {
            TensorType type = loop.Arguments[1 + i].TensorType;
            long[] sizes = type.Shape.ToArray();
            sizes[dimension] = 1;
            Value slice = inner.Reshape(returned[i], type with { Shape = new Shape(sizes) });
            next.Add(inner.DynamicUpdateSlice(loop.Arguments[1 + i], slice, Starts(type.Rank)));
        }
        next.AddRange(returned[outputCount..]);
        inner.Create("stablehlo.return", next.ToArray(), []);
        Operation result = b.While(state.ToArray(), new Region(condition), new Region(loop));
        return result.Results[1..].ToArray();
    }
}
