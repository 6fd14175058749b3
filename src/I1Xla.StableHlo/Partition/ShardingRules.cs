using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Partition;

/// <summary>The sharding rule of each operation: one row says along which loops it can be cut. What has no row runs whole on every device.</summary>
/// <remarks>Shardy, <c>docs/propagation.md</c>, and what the StableHLO specification says of each operation.</remarks>
internal static partial class ShardingRules
{
    private static readonly Dictionary<OpName, Action<Operation, ShardingRule>> s_rows = Table();

    /// <summary>The rule of an operation; null when its operands and results must be whole.</summary>
    public static ShardingRule? Find(Operation op)
    {
        if (!s_rows.TryGetValue(op.Name, out Action<Operation, ShardingRule>? row) || ShardingRule.Of(op) is not { } rule)
        {
            return null;
        }
        row(op, rule);
        return rule;
    }

    /// <summary>The operations that do more than compute element by element, and have a rule.</summary>
    public static IEnumerable<string> OwnRows => s_rows.Where(r => r.Value != Pointwise).Select(r => r.Key.Full);

    private static Dictionary<OpName, Action<Operation, ShardingRule>> Table()
    {
        var rows = new Dictionary<OpName, Action<Operation, ShardingRule>>();
        foreach (string name in (string[])[
            "abs", "add", "and", "atan2", "cbrt", "ceil", "clamp", "compare", "complex", "convert", "cosine", "count_leading_zeros", "divide", "exponential",
            "exponential_minus_one", "floor", "imag", "is_finite", "log", "log_plus_one", "logistic", "map", "maximum", "minimum", "multiply", "negate", "not", "or",
            "popcnt", "power", "real", "reduce_precision", "remainder", "round_nearest_afz", "round_nearest_even", "rsqrt", "select", "shift_left",
            "shift_right_arithmetic", "shift_right_logical", "sign", "sine", "sqrt", "subtract", "tan", "tanh", "xor"])
        {
            rows["stablehlo." + name] = Pointwise;
        }
        foreach (string name in (string[])[
            "acos", "acosh", "asin", "asinh", "atan", "atanh", "bessel_i1e", "conj", "constant_like", "cosh", "digamma", "erf", "erf_inv", "erfc", "is_inf",
            "is_neg_inf", "is_pos_inf", "lgamma", "mulhi", "next_after", "polygamma", "sinh", "square", "tan", "zeta"])
        {
            rows["chlo." + name] = Pointwise;
        }
        rows["chlo.top_k"] = (op, rule) => Leading(rule, rule.Shapes[0].Rank - 1);
        rows["sdy.sharding_constraint"] = Pointwise;
        rows["sdy.reshard"] = Pointwise;
        rows["stablehlo.custom_call"] = CustomCall;
        rows["stablehlo.optimization_barrier"] = Barrier;
        rows["stablehlo.bitcast_convert"] = (op, rule) => Leading(rule, Math.Min(rule.Shapes[0].Rank, rule.Shapes[1].Rank));
        rows["stablehlo.broadcast_in_dim"] = Broadcast;
        rows["stablehlo.cholesky"] = (op, rule) => Leading(rule, rule.Shapes[0].Rank - 2);
        rows["stablehlo.concatenate"] = (op, rule) => AllBut(rule, [new ConcatenateOp(op).Dimension]);
        rows["stablehlo.convolution"] = Convolution;
        rows["stablehlo.dot_general"] = Dot;
        rows["stablehlo.dynamic_slice"] = (op, rule) => Same(rule, 0, op.Operands.Length);
        rows["stablehlo.dynamic_update_slice"] = DynamicUpdateSlice;
        rows["stablehlo.fft"] = (op, rule) => Leading(rule, rule.Shapes[0].Rank - new FftOp(op).FftLength.Length);
        rows["stablehlo.gather"] = Gather;
        rows["stablehlo.iota"] = (op, rule) => Leading(rule, rule.Shapes[0].Rank);
        rows["stablehlo.pad"] = Pad;
        rows["stablehlo.reduce"] = Reduce;
        rows["stablehlo.reduce_window"] = ReduceWindow;
        rows["stablehlo.reshape"] = Reshape;
        rows["stablehlo.reverse"] = (op, rule) => AllBut(rule, new ReverseOp(op).Dimensions);
        rows["stablehlo.scatter"] = Scatter;
        rows["stablehlo.select_and_scatter"] = SelectAndScatter;
        rows["stablehlo.slice"] = Slice;
        rows["stablehlo.sort"] = Sort;
        rows["stablehlo.transpose"] = Transpose;
        rows["stablehlo.triangular_solve"] = (op, rule) => Leading(rule, rule.Shapes[0].Rank - 2);
        return rows;
    }

    // Each dimension of the result with that of all operands but scalars.
    private static void Pointwise(Operation op, ShardingRule rule)
    {
        rule.IsPassThrough = true;
        Leading(rule, rule.Shapes[^1].Rank);
    }

    // The first dimensions of every tensor that is no scalar belong together.
    private static void Leading(ShardingRule rule, int count)
    {
        for (int d = 0; d < count; d++)
        {
            int dimension = d;
            rule.Pass([.. Enumerable.Range(0, rule.Shapes.Count).Where(t => rule.Shapes[t].Rank > 0).Select(t => (t, dimension))]);
        }
    }

    // All tensors that are no scalars have the same dimensions; some must be whole.
    private static void AllBut(ShardingRule rule, IReadOnlyList<long> whole)
    {
        rule.IsPassThrough = true;
        for (int d = 0; d < rule.Shapes[^1].Rank; d++)
        {
            int dimension = d;
            if (!whole.Contains(d))
            {
                rule.Pass([.. Enumerable.Range(0, rule.Shapes.Count).Where(t => rule.Shapes[t].Rank > 0).Select(t => (t, dimension))]);
            }
        }
    }

    // Dimensions in which two tensors have the same size, where that means that all of them is taken.
    private static void Same(ShardingRule rule, int left, int right)
    {
        rule.IsPassThrough = true;
        for (int d = 0; d < rule.Shapes[left].Rank; d++)
        {
            if (rule.Shapes[left][d] == rule.Shapes[right][d])
            {
                rule.Pass((left, d), (right, d));
            }
        }
    }

    private static void CustomCall(Operation op, ShardingRule rule)
    {
        if (op.Attributes.Get<StringAttr>("call_target_name")?.Value is "Sharding" or "annotate_device_placement" or "MoveToHost" or "MoveToDevice" or "LayoutConstraint"
            && op.Operands.Length == 1 && op.Results.Length == 1)
        {
            Pointwise(op, rule);
        }
    }

    private static void Barrier(Operation op, ShardingRule rule)
    {
        rule.IsPassThrough = true;
        for (int i = 0; i < op.Operands.Length; i++)
        {
            for (int d = 0; d < rule.Shapes[i].Rank; d++)
            {
                rule.Pass((i, d), (op.Operands.Length + i, d));
            }
        }
    }

    private static void Broadcast(Operation op, ShardingRule rule)
    {
        rule.IsPassThrough = true;
        ValueArray<long> dimensions = new BroadcastInDimOp(op).BroadcastDimensions;
        for (int d = 0; d < rule.Shapes[1].Rank; d++)
        {
            int from = dimensions.Span.IndexOf(d);
            if (from >= 0 && rule.Shapes[0][from] == rule.Shapes[1][d])
            {
                rule.Pass((0, from), (1, d));
            }
            else
            {
                rule.Pass((1, d));
            }
        }
    }

    private static void Transpose(Operation op, ShardingRule rule)
    {
        rule.IsPassThrough = true;
        ValueArray<long> permutation = new TransposeOp(op).Permutation;
        for (int d = 0; d < permutation.Length; d++)
        {
            rule.Pass((0, (int)permutation[d]), (1, d));
        }
    }

    // Both shapes as the same product of factors, from the major dimensions on, as far as sizes divide.
    private static void Reshape(Operation op, ShardingRule rule)
    {
        rule.IsPassThrough = true;
        Shape from = rule.Shapes[0], to = rule.Shapes[1];
        if (from.ElementCount == 0)
        {
            return;
        }
        int i = 0, j = 0;
        while (i < from.Rank && j < to.Rank)
        {
            // One group of dimensions on either side with equal products.
            long left = from[i], right = to[j], leftRest = left, rightRest = right;
            bool divides = true;
            while (true)
            {
                long common = divides ? Gcd(leftRest, rightRest) : 1;
                if (common > 1)
                {
                    rule.Add(common, false, (0, i), (1, j));
                    leftRest /= common;
                    rightRest /= common;
                }
                // What does not divide ends the factors of this group: what follows would not lie in one piece.
                divides &= leftRest == 1 || rightRest == 1;
                if (left == right)
                {
                    break;
                }
                if (left < right)
                {
                    divides &= leftRest == 1;
                    leftRest = from[++i];
                    left *= leftRest;
                }
                else
                {
                    divides &= rightRest == 1;
                    rightRest = to[++j];
                    right *= rightRest;
                }
            }
            i++;
            j++;
        }
    }

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);

    private static void Slice(Operation op, ShardingRule rule)
    {
        rule.IsPassThrough = true;
        var slice = new SliceOp(op);
        for (int d = 0; d < rule.Shapes[0].Rank; d++)
        {
            if (slice.StartIndices[d] == 0 && slice.Strides[d] == 1 && slice.LimitIndices[d] == rule.Shapes[0][d])
            {
                rule.Pass((0, d), (1, d));
            }
        }
    }

    private static void Pad(Operation op, ShardingRule rule)
    {
        rule.IsPassThrough = true;
        var pad = new PadOp(op);
        for (int d = 0; d < rule.Shapes[0].Rank; d++)
        {
            if (pad.EdgePaddingLow[d] == 0 && pad.EdgePaddingHigh[d] == 0 && pad.InteriorPadding[d] == 0)
            {
                rule.Pass((0, d), (2, d));
            }
        }
    }

    private static void DynamicUpdateSlice(Operation op, ShardingRule rule)
    {
        rule.IsPassThrough = true;
        for (int d = 0; d < rule.Shapes[0].Rank; d++)
        {
            if (rule.Shapes[0][d] == rule.Shapes[1][d])
            {
                rule.Pass((0, d), (1, d), (op.Operands.Length, d));
            }
        }
    }

    private static void Sort(Operation op, ShardingRule rule)
    {
        int rank = rule.Shapes[0].Rank;
        long dimension = new SortOp(op).Dimension;
        AllBut(rule, [dimension < 0 ? dimension + rank : dimension]);
    }
}
