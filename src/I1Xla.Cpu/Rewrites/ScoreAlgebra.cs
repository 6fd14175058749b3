using I1Xla.Cpu.Hlo;

namespace I1Xla.Cpu.Rewrites;

/// <summary>A product of powers: probabilities P, their gradients dP, each row's sum of exponentials L and its sum of P ∘ dP, D; perhaps zero under the mask.</summary>
internal readonly record struct ScoreTerm(int P, int Gradient, int L, int D, bool Masked)
{
    /// <summary>Whether it is one number for each query.</summary>
    public bool IsRow => P == 0 && Gradient == 0 && !Masked;
}

/// <summary>A sum of terms with coefficients, and the labels of the dimensions it was computed in.</summary>
internal sealed class ScoreValue(Dictionary<ScoreTerm, double> terms, int[] labels)
{
    public Dictionary<ScoreTerm, double> Terms => terms;

    public int[] Labels => labels;

    public bool IsRow => terms.Keys.All(t => t.IsRow);

    /// <summary>The coefficient when this is that term alone; null otherwise.</summary>
    public double? Coefficient(ScoreTerm term) => terms.Count == 1 && terms.TryGetValue(term, out double c) ? c : null;

    /// <summary>c when this is c · (P ∘ dP − D P), the gradient of the scores; null otherwise.</summary>
    public double? ScoreGradient(bool masked) =>
        terms.Count == 2 && terms.TryGetValue(new ScoreTerm(1, 1, 0, 0, masked), out double c) && terms.TryGetValue(new ScoreTerm(1, 0, 0, 1, masked), out double d)
        && Math.Abs(c + d) <= 1e-6 * Math.Abs(c) ? c : null;
}

/// <summary>
/// Evaluates operations on scores symbolically. The derivative of a softmax is written in many ways (from the exponentials or the probabilities, with
/// the division inside or outside the sums); as polynomials in P, dP, L and D they are all one. Conversions between floats count as exact.
/// </summary>
/// <param name="labelsOfScores">All labels that scores have.</param>
/// <param name="mask">The mask of the scores, or null.</param>
/// <param name="maskInverted">Whether it is true where scores are replaced.</param>
internal sealed class ScoreAlgebra(HashSet<int> labelsOfScores, HloNode? mask, bool maskInverted)
{
    private const int MostTerms = 8;

    /// <summary>Values known so far.</summary>
    public Dictionary<HloNode, ScoreValue> Values { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>The value of a node from those of its operands; null when it has none in this algebra.</summary>
    public ScoreValue? Evaluate(HloNode node)
    {
        switch (node.Op)
        {
            case HloOp.Convert when node.Kind.IsFloatKind():
                return Of(node.Inputs[0]);
            case HloOp.Negate:
                return Of(node.Inputs[0]) is { } x ? Scale(x, -1) : null;
            case HloOp.Add or HloOp.Subtract:
                return Sum(node, node.Op == HloOp.Subtract ? -1 : 1);
            case HloOp.Multiply:
                return Product(node);
            case HloOp.Divide:
                return Quotient(node);
            case HloOp.Transpose:
                return Of(node.Inputs[0]) is { } t ? new ScoreValue(t.Terms, Array.ConvertAll(node.A, a => t.Labels[a])) : null;
            case HloOp.Reshape:
                return Of(node.Inputs[0]) is { } r && AxisLabels.Reshape(r.Labels, node.Inputs[0].Dims, node.Dims) is { } labels ? new ScoreValue(r.Terms, labels) : null;
            case HloOp.Broadcast:
                return Spread(node);
            case HloOp.Reduce when node.Payload is HloOp.Add && HloBuilder.IsIdentity(HloOp.Add, node.Inputs[1]):
                return RowSum(node);
            case HloOp.Select:
                return UnderMask(node);
            default:
                return null;
        }
    }

    private ScoreValue? Of(HloNode node) => Values.GetValueOrDefault(node);

    private static double? Number(HloNode node) => node.IsSplat ? ScalarFolding.ToDouble(node.Kind, node.Constant!.Data.Span) : null;

    private static ScoreValue Scale(ScoreValue x, double factor) => new(x.Terms.ToDictionary(t => t.Key, t => t.Value * factor), x.Labels);

    private ScoreValue? Sum(HloNode node, int sign)
    {
        if (Of(node.Inputs[0]) is not { } x || Of(node.Inputs[1]) is not { } y || !x.Labels.AsSpan().SequenceEqual(y.Labels))
        {
            return null;
        }
        var terms = new Dictionary<ScoreTerm, double>(x.Terms);
        foreach ((ScoreTerm term, double c) in y.Terms)
        {
            Add(terms, term, sign * c);
        }
        return Made(terms, x.Labels);
    }

    private ScoreValue? Product(HloNode node)
    {
        if (Number(node.Inputs[1]) is { } factor)
        {
            return Of(node.Inputs[0]) is { } scaled ? Scale(scaled, factor) : null;
        }
        if (Of(node.Inputs[0]) is not { } x || Of(node.Inputs[1]) is not { } y || !x.Labels.AsSpan().SequenceEqual(y.Labels))
        {
            return null;
        }
        var terms = new Dictionary<ScoreTerm, double>();
        foreach ((ScoreTerm a, double c) in x.Terms)
        {
            foreach ((ScoreTerm b, double d) in y.Terms)
            {
                Add(terms, new ScoreTerm(a.P + b.P, a.Gradient + b.Gradient, a.L + b.L, a.D + b.D, a.Masked || b.Masked), c * d);
            }
        }
        return Made(terms, x.Labels);
    }

    private ScoreValue? Quotient(HloNode node)
    {
        if (Number(node.Inputs[1]) is { } divisor)
        {
            return Of(node.Inputs[0]) is { } scaled ? Scale(scaled, 1 / divisor) : null;
        }
        if (Of(node.Inputs[1]) is not { } y || y.Terms.Count != 1)
        {
            return null;
        }
        (ScoreTerm by, double c) = y.Terms.Single();
        if (!by.IsRow)
        {
            return null;
        }
        var numerator = Number(node.Inputs[0]) is { } one ? new Dictionary<ScoreTerm, double> { [default] = one }
            : Of(node.Inputs[0]) is { } x && x.Labels.AsSpan().SequenceEqual(y.Labels) ? x.Terms : null;
        return numerator is null ? null : Made(numerator.ToDictionary(t => t.Key with { L = t.Key.L - by.L, D = t.Key.D - by.D }, t => t.Value / c), y.Labels);
    }

    private ScoreValue? Spread(HloNode node)
    {
        if (Of(node.Inputs[0]) is not { } x || !x.IsRow)
        {
            return null;
        }
        var labels = new int[node.Dims.Length];
        Array.Fill(labels, HloAttention.Unit);
        var missing = new HashSet<int>(labelsOfScores);
        for (int i = 0; i < node.A.Length; i++)
        {
            labels[node.A[i]] = x.Labels[i];
            missing.Remove(x.Labels[i]);
        }
        int fresh = -1;
        for (int d = 0; d < labels.Length; d++)
        {
            if (node.Dims[d] > 1 && !node.A.Contains(d))
            {
                if (fresh >= 0)
                {
                    return null;
                }
                fresh = d;
            }
        }
        if (fresh < 0 || missing.Count != 1)
        {
            return null;
        }
        labels[fresh] = missing.Single();
        return new ScoreValue(x.Terms, labels);
    }

    private ScoreValue? RowSum(HloNode node)
    {
        if (Of(node.Inputs[0]) is not { } x || node.A.Any(d => x.Labels[d] is not (HloAttention.Key or HloAttention.Unit)) || !node.A.Any(d => x.Labels[d] == HloAttention.Key))
        {
            return null;
        }
        var terms = new Dictionary<ScoreTerm, double>();
        foreach ((ScoreTerm term, double c) in x.Terms)
        {
            switch (term)
            {
                case { Masked: false, P: 1, Gradient: 0 }:
                    Add(terms, term with { P = 0 }, c);
                    break;
                case { Masked: false, P: 1, Gradient: 1 }:
                    Add(terms, term with { P = 0, Gradient = 0, D = term.D + 1 }, c);
                    break;
                default:
                    return null;
            }
        }
        return Made(terms, Enumerable.Range(0, x.Labels.Length).Where(d => !node.A.Contains(d)).Select(d => x.Labels[d]).ToArray());
    }

    private ScoreValue? UnderMask(HloNode node)
    {
        HloNode kept = node.Inputs[maskInverted ? 2 : 1], dropped = node.Inputs[maskInverted ? 1 : 2];
        return mask is not null && ReferenceEquals(node.Inputs[0], mask) && Number(dropped) == 0 && Of(kept) is { } x
            ? Made(x.Terms.ToDictionary(t => t.Key with { Masked = true }, t => t.Value), x.Labels) : null;
    }

    private static void Add(Dictionary<ScoreTerm, double> terms, ScoreTerm term, double c)
    {
        double sum = terms.GetValueOrDefault(term) + c;
        if (Math.Abs(sum) <= 1e-7 * Math.Abs(c))
        {
            terms.Remove(term);
        }
        else
        {
            terms[term] = sum;
        }
    }

    private static ScoreValue? Made(Dictionary<ScoreTerm, double> terms, int[] labels) => terms.Count is > 0 and <= MostTerms ? new ScoreValue(terms, labels) : null;
}

/// <summary>Labels of dimensions through rearrangements.</summary>
internal static class AxisLabels
{
    /// <summary>Labels after a reshape that only adds or drops dimensions of size 1; null for any other.</summary>
    public static int[]? Reshape(int[] labels, long[] from, long[] to)
    {
        if (!from.Where(d => d != 1).SequenceEqual(to.Where(d => d != 1)))
        {
            return null;
        }
        var real = new Queue<int>(Enumerable.Range(0, from.Length).Where(d => from[d] != 1).Select(d => labels[d]));
        return Array.ConvertAll(to, d => d == 1 ? HloAttention.Unit : real.Dequeue());
    }

    /// <summary>Whether a kind is one of the floats that attention is computed in.</summary>
    public static bool IsFloatKind(this StableHlo.Ir.ElementKind kind) =>
        kind is StableHlo.Ir.ElementKind.F32 or StableHlo.Ir.ElementKind.BF16 or StableHlo.Ir.ElementKind.F16;
}
