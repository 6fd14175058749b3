using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Partition;

/// <summary>Contractions, reductions, windows, gathers and scatters.</summary>
internal static partial class ShardingRules
{
    private static void Dot(Operation op, ShardingRule rule)
    {
        DotDimensionNumbersAttr numbers = new DotGeneralOp(op).DotDimensionNumbers;
        int result = 0;
        for (int i = 0; i < numbers.LhsBatchingDimensions.Length; i++)
        {
            rule.Pass((0, (int)numbers.LhsBatchingDimensions[i]), (1, (int)numbers.RhsBatchingDimensions[i]), (2, result++));
        }
        for (int side = 0; side < 2; side++)
        {
            ValueArray<long> batching = side == 0 ? numbers.LhsBatchingDimensions : numbers.RhsBatchingDimensions;
            ValueArray<long> contracting = side == 0 ? numbers.LhsContractingDimensions : numbers.RhsContractingDimensions;
            for (int d = 0; d < rule.Shapes[side].Rank; d++)
            {
                if (!batching.Contains(d) && !contracting.Contains(d))
                {
                    rule.Pass((side, d), (2, result++));
                }
            }
        }
        for (int i = 0; i < numbers.LhsContractingDimensions.Length; i++)
        {
            int lhs = (int)numbers.LhsContractingDimensions[i];
            rule.Add(rule.Shapes[0][lhs], true, (0, lhs), (1, (int)numbers.RhsContractingDimensions[i]));
        }
    }

    private static void Convolution(Operation op, ShardingRule rule)
    {
        var convolution = new ConvolutionOp(op);
        ConvDimensionNumbersAttr numbers = convolution.DimensionNumbers;
        if (convolution.BatchGroupCount == 1)
        {
            rule.Pass((0, (int)numbers.InputBatchDimension), (2, (int)numbers.OutputBatchDimension));
        }
        if (convolution.FeatureGroupCount == 1)
        {
            if (convolution.BatchGroupCount == 1)
            {
                rule.Pass((1, (int)numbers.KernelOutputFeatureDimension), (2, (int)numbers.OutputFeatureDimension));
            }
            rule.Add(rule.Shapes[0][(int)numbers.InputFeatureDimension], true, (0, (int)numbers.InputFeatureDimension), (1, (int)numbers.KernelInputFeatureDimension));
        }
    }

    private static void Reduce(Operation op, ShardingRule rule)
    {
        var reduce = new ReduceOp(op);
        int inputs = reduce.Inputs.Length, result = 0;
        string? combiner = inputs == 1 ? CombinerOf(reduce.Body) : null;
        bool isReduction = combiner is not null && MayRepeat(reduce.InitValues[0], combiner);
        rule.Combiner = combiner ?? rule.Combiner;
        for (int d = 0; d < rule.Shapes[0].Rank; d++)
        {
            int from = d;
            if (!reduce.Dimensions.Contains(d))
            {
                int to = result++;
                rule.Pass([.. Enumerable.Range(0, inputs).SelectMany(i => new[] { (i, from), ((2 * inputs) + i, to) })]);
            }
            else if (isReduction)
            {
                rule.Add(rule.Shapes[0][d], true, (0, d));
            }
        }
    }

    private static void ReduceWindow(Operation op, ShardingRule rule)
    {
        var window = new ReduceWindowOp(op);
        int inputs = window.Inputs.Length;
        for (int d = 0; d < rule.Shapes[0].Rank; d++)
        {
            int dimension = d;
            if (IsUnwindowed(d, window.WindowDimensions, window.WindowStrides, window.Padding) && (window.BaseDilations is not { } dilations || dilations[d] == 1))
            {
                rule.Pass([.. Enumerable.Range(0, inputs).SelectMany(i => new[] { (i, dimension), ((2 * inputs) + i, dimension) })]);
            }
        }
    }

    private static void SelectAndScatter(Operation op, ShardingRule rule)
    {
        var scatter = new SelectAndScatterOp(op);
        for (int d = 0; d < rule.Shapes[0].Rank; d++)
        {
            if (scatter.WindowDimensions is not { } window || IsUnwindowed(d, window, scatter.WindowStrides, scatter.Padding))
            {
                rule.Pass((0, d), (1, d), (3, d));
            }
        }
    }

    private static bool IsUnwindowed(int dimension, ValueArray<long> window, ValueArray<long>? strides, DenseElementsAttr? padding)
    {
        if (window[dimension] != 1 || (strides is { } s && s[dimension] != 1))
        {
            return false;
        }
        if (padding is null)
        {
            return true;
        }
        Span<long> pads = Literal.FromDense(padding).As<long>();
        return pads[2 * dimension] == 0 && pads[(2 * dimension) + 1] == 0;
    }

    private static void Gather(Operation op, ShardingRule rule)
    {
        var gather = new GatherOp(op);
        GatherDimensionNumbersAttr numbers = gather.DimensionNumbers;
        int[] batch = [.. Enumerable.Range(0, rule.Shapes[2].Rank).Where(d => !numbers.OffsetDims.Contains(d))];
        int[] indices = [.. Enumerable.Range(0, rule.Shapes[1].Rank).Where(d => d != numbers.IndexVectorDim)];
        for (int i = 0; i < indices.Length; i++)
        {
            int batching = numbers.StartIndicesBatchingDims.Span.IndexOf(indices[i]);
            if (batching >= 0)
            {
                rule.Pass((0, (int)numbers.OperandBatchingDims[batching]), (1, indices[i]), (2, batch[i]));
            }
            else
            {
                rule.Pass((1, indices[i]), (2, batch[i]));
            }
        }
        int[] offset = [.. Enumerable.Range(0, rule.Shapes[0].Rank).Where(d => !numbers.CollapsedSliceDims.Contains(d) && !numbers.OperandBatchingDims.Contains(d))];
        for (int i = 0; i < offset.Length; i++)
        {
            // An index into a dimension that is taken whole is clamped to zero.
            if (gather.SliceSizes[offset[i]] == rule.Shapes[0][offset[i]])
            {
                rule.Pass((0, offset[i]), (2, (int)numbers.OffsetDims[i]));
            }
        }
    }

    private static void Scatter(Operation op, ShardingRule rule)
    {
        var scatter = new ScatterOp(op);
        ScatterDimensionNumbersAttr numbers = scatter.ScatterDimensionNumbers;
        int inputs = scatter.Inputs.Length, updates = inputs + 1, results = (2 * inputs) + 1;
        (int, int)[] Each(int inputDimension, int updateDimension) =>
            [.. Enumerable.Range(0, inputs).SelectMany(i => new[] { (i, inputDimension), (updates + i, updateDimension), (results + i, inputDimension) })];
        string? combiner = inputs == 1 ? CombinerOf(scatter.UpdateComputation) : null;
        bool isReduction = combiner is not null && MayRepeat(scatter.Inputs[0], combiner);
        rule.Combiner = combiner ?? rule.Combiner;
        Shape update = rule.Shapes[updates];
        int[] batch = [.. Enumerable.Range(0, update.Rank).Where(d => !numbers.UpdateWindowDims.Contains(d))];
        int[] indices = [.. Enumerable.Range(0, rule.Shapes[inputs].Rank).Where(d => d != numbers.IndexVectorDim)];
        for (int i = 0; i < indices.Length; i++)
        {
            int batching = numbers.ScatterIndicesBatchingDims.Span.IndexOf(indices[i]);
            if (batching >= 0)
            {
                rule.Pass([(inputs, indices[i]), .. Each((int)numbers.InputBatchingDims[batching], batch[i])]);
            }
            else if (isReduction)
            {
                rule.Add(update[batch[i]], true, (inputs, indices[i]), (updates, batch[i]));
            }
        }
        int[] window = [.. Enumerable.Range(0, rule.Shapes[0].Rank).Where(d => !numbers.InsertedWindowDims.Contains(d) && !numbers.InputBatchingDims.Contains(d))];
        for (int i = 0; i < window.Length; i++)
        {
            int from = (int)numbers.UpdateWindowDims[i];
            if (update[from] == rule.Shapes[0][window[i]] && !numbers.ScatterDimsToOperandDims.Contains(window[i]))
            {
                rule.Pass(Each(window[i], from));
            }
        }
    }

    // The operation of a computation that does nothing but combine its two arguments.
    private static string? CombinerOf(Region computation)
    {
        Block body = computation.Entry;
        if (body.Operations.Count != 2 || body.Arguments.Count != 2 || body.Terminator!.Operands.Length != 1)
        {
            return null;
        }
        Operation op = body.Operations[0];
        bool plain = op.Operands.Length == 2 && body.Terminator.Operands[0] == op.Results[0]
            && ((op.Operands[0] == body.Arguments[0] && op.Operands[1] == body.Arguments[1]) || (op.Operands[0] == body.Arguments[1] && op.Operands[1] == body.Arguments[0]));
        return plain && op.Name.Full is "stablehlo.add" or "stablehlo.multiply" or "stablehlo.maximum" or "stablehlo.minimum" or "stablehlo.and" or "stablehlo.or" or "stablehlo.xor"
            && op.Results[0].TensorType == body.Arguments[0].TensorType ? op.Name.Full : null;
    }

    // Whether every part may start from the value without changing the whole: it is neutral, or counting it twice is the same as once.
    private static bool MayRepeat(Value value, string combiner)
    {
        if (combiner is "stablehlo.maximum" or "stablehlo.minimum" or "stablehlo.and" or "stablehlo.or")
        {
            return true;
        }
        while (value.DefiningOp?.Name.Full is "stablehlo.broadcast_in_dim" or "stablehlo.reshape" or "stablehlo.convert" or "sdy.sharding_constraint")
        {
            value = value.DefiningOp!.Operands[0];
        }
        if (value.DefiningOp?.Name.Full != "stablehlo.constant" || value.DefiningOp.Attributes["value"] is not DenseElementsAttr dense || !(dense.IsSplat || dense.Type.Shape.ElementCount == 1))
        {
            return false;
        }
        double neutral = combiner == "stablehlo.multiply" ? 1 : 0;
        Literal first = Literal.FromDense(dense with { Type = dense.Type with { Shape = Shape.Scalar } });
        ElementKind kind = dense.Type.Kind;
        return kind.IsFloat() ? Elements.Reals(first)[0] == neutral : (kind.IsInteger() || kind.IsBoolean()) && Elements.Integers(first)[0] == (long)neutral;
    }
}
