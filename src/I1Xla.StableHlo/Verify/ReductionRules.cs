using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using static I1Xla.StableHlo.Verify.Checks;

namespace I1Xla.StableHlo.Verify;

/// <summary>Result types and constraints of ops with a reduction in a region, and of sort.</summary>
internal static class ReductionRules
{
    /// <summary>The names that an op's specification gives to the constraints on its reduction.</summary>
    /// <param name="Body">The type of the region.</param>
    /// <param name="Init">Element types of inputs and initial values.</param>
    public readonly record struct ReducerConstraints(string Body, string Init);

    /// <summary>The types that the region returns; those given where there is no region to ask.</summary>
    public static IrType[] AccumulatorTypes(Region region, IrType[] inputs)
    {
        if (region.IsEmpty || region.Entry.Terminator is not { } terminator)
        {
            return inputs;
        }
        var types = new IrType[terminator.Operands.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = terminator.Operands[i].Type;
        }
        return types;
    }

    /// <summary>The element type of accumulator <paramref name="i"/>.</summary>
    public static ElementType Accumulator(IrType[] types, int i, string constraint, int wanted)
    {
        if (i >= types.Length)
        {
            throw Violation(constraint, types.Length == 0 ? "The reduction-region expected to return some value(s)"
                : $"Reduction-region here must produce {wanted} tensors, but produces {types.Length} instead");
        }
        return Types.ElementOrSelf(types[i]) as ElementType
            ?? throw Violation(constraint, $"Reduction-region here must produce tensor-typed result(s), but produces {Q(types[i])} instead");
    }

    /// <summary>Checks the type of a reduction's region (is_promotable and all).</summary>
    public static void Reducer(ReducerConstraints c, Block block, IrType[] inputs, IrType[] inits, ReadOnlySpan<long> allowed)
    {
        int n = inputs.Length;
        if (block.Arguments.Count != n * 2)
        {
            throw Violation(c.Body, $"Reduction-region must take {n * 2} parameters, but takes {block.Arguments.Count} parameter(s)");
        }
        if (block.Terminator is not { } terminator)
        {
            throw Violation(c.Body, "The reduction-region expected to have a terminator");
        }
        if (terminator.Operands.Length == 0)
        {
            throw Violation(c.Body, "The reduction-region expected to return some value(s)");
        }
        if (terminator.Operands.Length != n)
        {
            throw Violation(c.Body, $"Reduction-region here must produce {n} tensors, but produces {terminator.Operands.Length} instead");
        }
        foreach (Value value in terminator.Operands)
        {
            if (!Types.IsShaped(value.Type))
            {
                throw Violation(c.Body, $"Reduction-region here must produce tensor-typed result(s), but produces {Q(value.Type)} instead");
            }
        }
        for (int i = 0; i < n; i++)
        {
            IrType accumulator = terminator.Operands[i].Type;
            IrType left = block.Arguments[i].Type;
            IrType right = block.Arguments[n + i].Type;
            if (!Types.CompatibleShapeAndElement(accumulator, left, false))
            {
                throw Violation(c.Body, $"The type of reduction-region's parameter at index {i} is different than the corresponding result type: {Q(left)} vs {Q(accumulator)}");
            }
            if (!Types.CompatibleShapeAndElement(accumulator, right, true))
            {
                throw Violation(c.Body, $"The type of reduction-region's parameter at index {n + i} is different than the corresponding result type: {Q(right)} vs {Q(accumulator)}");
            }
            if (!Types.CompatibleShapes(inits[i], accumulator))
            {
                throw Violation(c.Body, $"The shape of reduction-region's result type at index {i} differs from the op's corresponding init-value type: {Q(accumulator)} vs {Q(inits[i])}");
            }
            if (!Types.Promotable(inits[i], accumulator, true))
            {
                throw Violation(c.Init, $"The element-type of reduction-region's result type at index {i} is expected to be promotable from the op's corresponding init-value element-type: {Q(accumulator)} vs {Q(inits[i])}");
            }
            if (!Types.Promotable(inputs[i], right, true))
            {
                throw Violation(c.Body, $"The element-type of reduction-region's argument at index {n + i} is expected to be promotable from {Q(Types.ElementOrSelf(inputs[i]))}, but got {Q(Types.ElementOrSelf(right))}");
            }
            if (Types.ShapeOf(right) is not { } shape)
            {
                continue;
            }
            if (shape.Rank > allowed.Length)
            {
                throw Violation(c.Body, $"The rank of reduction-region's argument at index {n + i} is expected to be <= {allowed.Length}, got {shape.Rank}");
            }
            int matched = 0;
            for (int d = 0; d < allowed.Length && matched < shape.Rank; d++)
            {
                matched += CompatibleDims(allowed[d], shape[matched]) ? 1 : 0;
            }
            if (matched != shape.Rank)
            {
                throw Violation(c.Body, $"The shape of reduction-region's argument at index {n + i} is not compatible with that of reduce-op's input-parameter at index {i}");
            }
        }
    }

    public static IrType[] TypesOf(ReadOnlySpan<Value> values)
    {
        var types = new IrType[values.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = values[i].Type;
        }
        return types;
    }

    public static IrType Scalar(IrType of) => new TensorType((ElementType)Types.ElementOrSelf(of), []);

    public static IrType[] Reduce(Operation op)
    {
        var view = new ReduceOp(op);
        ReadOnlySpan<Value> inputs = view.Inputs;
        (long[] shape, Ir.Attribute? encoding) = ReducedShape(inputs, view.Dimensions.Span);
        IrType[] accumulators = AccumulatorTypes(view.Body, TypesOf(inputs));
        var results = new IrType[inputs.Length];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = new TensorType(Accumulator(accumulators, i, "C6", inputs.Length), new Shape(shape), encoding);
        }
        return results;
    }

    public static void VerifyReduce(Operation op)
    {
        var view = new ReduceOp(op);
        (long[] shape, _) = ReducedShape(view.Inputs, view.Dimensions.Span);
        Reducer(new("C6", "C2"), view.Body.Entry, TypesOf(view.Inputs), TypesOf(view.InitValues), shape);
    }

    public static IrType[] ReduceWindow(Operation op)
    {
        var view = new ReduceWindowOp(op);
        WindowDimension[] window = ReduceWindowWindow(view);
        ReadOnlySpan<Value> inputs = view.Inputs;
        IrType[] accumulators = AccumulatorTypes(view.Body, TypesOf(inputs));
        var results = new IrType[inputs.Length];
        for (int i = 0; i < results.Length; i++)
        {
            TensorType input = Tensor(inputs[i]);
            long[] shape = WindowRules.OutputShape(input.Shape.Dims, window);
            ReadOnlySpan<long> bounds = Bounds.Of(input).IsEmpty ? default : WindowRules.OutputShape(Bounds.Of(input), window);
            results[i] = new TensorType(Accumulator(accumulators, i, "C13", inputs.Length), new Shape(shape), bounds.IsEmpty ? null : Bounds.Encode(input.Encoding, bounds));
        }
        return results;
    }

    public static void VerifyReduceWindow(Operation op)
    {
        var view = new ReduceWindowOp(op);
        _ = ReduceWindowWindow(view);
        Reducer(new("C13", "C3"), view.Body.Entry, TypesOf(view.Inputs), TypesOf(view.InitValues), view.WindowDimensions.Span);
    }

    public static IrType[] SelectAndScatter(Operation op)
    {
        var view = new SelectAndScatterOp(op);
        IrType[] accumulators = AccumulatorTypes(view.Scatter, [view.Operand.Type]);
        return [Tensor(view.Operand) with { Element = Accumulator(accumulators, 0, "C10", 1) }];
    }

    public static void VerifySelectAndScatter(Operation op)
    {
        var view = new SelectAndScatterOp(op);
        TensorType operand = Tensor(view.Operand);
        TensorType source = Tensor(view.Source);
        Block select = view.Select.Entry;
        if (select.Arguments.Count != 2)
        {
            throw Violation("C9", $"expects the select-region to take 2 parameters, but takes {select.Arguments.Count}");
        }
        IrType scalar = Scalar(operand);
        for (int i = 0; i < 2; i++)
        {
            if (!Types.CompatibleShapeAndElement(scalar, select.Arguments[i].Type, true))
            {
                throw Violation("C9", $"expects the type of select-region's parameter at index {i} to be {Q(scalar)}, but got {Q(select.Arguments[i].Type)}");
            }
        }
        ReadOnlySpan<Value> returned = select.Terminator is { } end ? end.Operands : default;
        if (returned.Length != 1)
        {
            throw Violation("C9", $"expects select-region to return single value, but got: {returned.Length}");
        }
        if (returned[0].Type is not TensorType { Rank: 0 } predicate || !Types.IsBoolean(predicate.Element))
        {
            throw Violation("C9", $"expects the return-type of select-region to be tensor<i1>, but got: {Q(returned[0].Type)}");
        }
        Reducer(new("C10", "C3"), view.Scatter.Entry, [Scalar(source)], [view.InitValue.Type], default);
        ReadOnlySpan<long> sizes = view.WindowDimensions is { } given ? given.Span : default;
        if (operand.Rank != sizes.Length)
        {
            throw Violation("C4", $"expects window-dimensions size == operand rank, but got window-dimensions size: {sizes.Length} and operand-type: {Q(operand)} with rank = {operand.Rank}.");
        }
        WindowDimension[] window = WindowRules.Verify(
            WindowRules.SelectAndScatter, sizes, view.WindowStrides is { } strides ? strides.Span : default,
            WindowRules.Padding("C8", view.Padding), default, default, 0);
        var expected = new TensorType(operand.Element, new Shape(WindowRules.OutputShape(operand.Shape.Dims, window)));
        if (!Types.CompatibleShapes(expected, source))
        {
            throw Violation("C2", $"expects source-type to be {Q(expected)}, but got{Q(source)}");
        }
        if (!Types.SameElements(expected, source, true))
        {
            throw Violation("C1", $"expects source-type to be {Q(expected)}, but got{Q(source)}");
        }
    }

    public static void VerifySort(Operation op)
    {
        var view = new SortOp(op);
        ReadOnlySpan<Value> inputs = view.Inputs;
        if (inputs.Length == 0)
        {
            throw Violation("C1", "expected 1 or more operands, but found 0");
        }
        int rank = Tensor(inputs[0]).Rank;
        if (view.Dimension < -rank || view.Dimension >= rank)
        {
            throw Violation("C4", $"dimension attribute value must be in range [-{rank}, {rank}), but found {view.Dimension}");
        }
        Block block = view.Comparator.Entry;
        if (block.Arguments.Count != 2 * inputs.Length)
        {
            throw Violation("C5", $"comparator block should have {2 * inputs.Length} arguments");
        }
        for (int i = 0; i < block.Arguments.Count; i++)
        {
            IrType wanted = Scalar(inputs[i / 2].Type);
            if (!block.Arguments[i].Type.Equals(wanted))
            {
                throw Violation("C5", $"comparator block argument #{i} should be of type {Q(wanted)} but got {Q(block.Arguments[i].Type)}");
            }
        }
        ReadOnlySpan<Value> returned = block.Terminator is { } end ? end.Operands : default;
        if (returned.Length != 1)
        {
            throw Violation("C5", $"comparator must return single output but got {returned.Length}");
        }
        if (returned[0].Type is not TensorType { Rank: 0 } predicate || !Types.IsBoolean(predicate.Element))
        {
            throw Violation("C5", $"comparator must return tensor<i1> but got {Q(returned[0].Type)}");
        }
    }

    public static IrType[] Map(Operation op)
    {
        var view = new MapOp(op);
        ReadOnlySpan<Value> inputs = view.Inputs;
        if (view.Computation.IsEmpty)
        {
            throw Violation("C4", "expect non-empty region");
        }
        if (inputs.Length == 0)
        {
            throw Violation("C2", "expected 1 or more operands, but found 0");
        }
        Block block = view.Computation.Entry;
        if (block.Arguments.Count != inputs.Length)
        {
            throw Violation("C4", $"expects number of operands to match the arity of map computation, but got: {inputs.Length} and {block.Arguments.Count}");
        }
        for (int i = 0; i < inputs.Length; i++)
        {
            IrType argument = block.Arguments[i].Type;
            if (argument is not TensorType { Rank: 0 } scalar)
            {
                throw Violation("C4", $"computation arguments must be 0-rank tensor, but got: arg #{i} of type {Q(argument)}");
            }
            if (!scalar.Element.Equals(Tensor(inputs[i]).Element))
            {
                throw Violation("C4", $"element type of operands and computation arguments must match, but got: {Q(Tensor(inputs[i]).Element)} and {Q(scalar.Element)}");
            }
        }
        ReadOnlySpan<Value> outputs = block.Terminator is { } end ? end.Operands : default;
        if (outputs.Length != 1)
        {
            throw Violation("C4", $"computation must return single output, but got: {outputs.Length}");
        }
        if (outputs[0].Type is not TensorType { Rank: 0 } output)
        {
            throw Violation("C4", $"computation must return 0-rank tensor, but got: {Q(outputs[0].Type)}");
        }
        ReadOnlySpan<long> dimensions = view.Dimensions.Span;
        for (int i = 0; i < dimensions.Length; i++)
        {
            if (dimensions[i] != i)
            {
                throw Violation("C3", $"requires monotonically increasing dimension numbers, but got: {List(dimensions)}");
            }
        }
        foreach (Value input in inputs)
        {
            if (Tensor(input).Rank != dimensions.Length)
            {
                throw Violation("C3", $"applied to a subset of dimensions currently not supported: operand dimensions = {Tensor(input).Rank}, requested map dimensions size = {dimensions.Length}");
            }
        }
        return [new TensorType(output.Element, Tensor(inputs[^1]).Shape)];
    }

    private static (long[] Shape, Ir.Attribute? Encoding) ReducedShape(ReadOnlySpan<Value> inputs, ReadOnlySpan<long> dimensions)
    {
        if (inputs.Length == 0)
        {
            throw Violation("C3", "requires at least 1 input value");
        }
        TensorType first = Tensor(inputs[0]);
        for (int i = 1; i < inputs.Length; i++)
        {
            if (!Types.CompatibleShapes(first, inputs[i].Type))
            {
                throw Violation("C1", $"expects all inputs to have compatible shapes. Shape at input-index {i} is not compatible with shape at input-index 0");
            }
        }
        for (int i = 0; i < dimensions.Length; i++)
        {
            if (dimensions[i] < 0 || dimensions[i] >= first.Rank)
            {
                throw Violation("C4", $"Out-of-bounds dimension {dimensions[i]}, expected to be in range [0, {first.Rank})");
            }
            if (dimensions[..i].Contains(dimensions[i]))
            {
                throw Violation("C5", $"Duplicate reduction dimension: {dimensions[i]}");
            }
        }
        var shape = new List<long>();
        var bounds = new List<long>();
        for (int d = 0; d < first.Rank; d++)
        {
            if (!dimensions.Contains(d))
            {
                shape.Add(first.Shape[d]);
                if (!Bounds.Of(first).IsEmpty)
                {
                    bounds.Add(Bounds.Of(first, d));
                }
            }
        }
        return ([.. shape], bounds.Count == 0 ? null : Bounds.Encode(first.Encoding, bounds.ToArray()));
    }

    private static WindowDimension[] ReduceWindowWindow(ReduceWindowOp view)
    {
        ReadOnlySpan<Value> inputs = view.Inputs;
        if (inputs.Length == 0)
        {
            throw Violation("C1", "requires at least 1 input value");
        }
        for (int i = 1; i < inputs.Length; i++)
        {
            if (!Types.CompatibleShapes(inputs[0].Type, inputs[i].Type))
            {
                throw Violation("C2", $"expects all inputs to have compatible shapes. Shape at input-index {i} is not compatible with shape at input-index 0");
            }
        }
        (long, long)[] padding = WindowRules.Padding("C12", view.Padding);
        ReadOnlySpan<long> sizes = view.WindowDimensions.Span;
        foreach (Value input in inputs)
        {
            int rank = Tensor(input).Rank;
            if (rank != sizes.Length)
            {
                throw Violation("C4", $"expects window-dimensions size == input rank, but got window-dimensions size: {sizes.Length} and input: {Q(input.Type)} with rank = {rank}.");
            }
        }
        return WindowRules.Verify(
            WindowRules.ReduceWindow, sizes, view.WindowStrides is { } s ? s.Span : default, padding,
            view.BaseDilations is { } b ? b.Span : default, view.WindowDilations is { } w ? w.Span : default, 0);
    }
}
