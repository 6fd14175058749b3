using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Rewrites;

/// <summary>One operand or result of an attention.</summary>
/// <param name="Node">The node.</param>
/// <param name="Labels">Labels of its dimensions, see <see cref="HloAttention"/>.</param>
internal readonly record struct Labelled(HloNode Node, int[] Labels);

/// <summary>
/// Recognises attention around one exponential: the softmax over keys of scores from a dot product, the product of the probabilities with the values,
/// and the four products of its gradient, in whatever way the derivative is written (<see cref="ScoreAlgebra"/>). A match says that nothing else uses
/// the scores, the probabilities or their gradients.
/// </summary>
internal sealed class AttentionMatcher
{
    private const long MostFeatures = 4096;

    private readonly GraphUsers _graph;
    private readonly HloNode _exp;
    private readonly HashSet<HloNode> _inside = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<HloNode> _consumers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<int, long> _sizes = [];
    private ScoreAlgebra _algebra = null!;
    private int[] _scores = [];
    private int _axes;

    private AttentionMatcher(GraphUsers graph, HloNode exp) => (_graph, _exp) = (graph, exp);

    /// <summary>Queries.</summary>
    public Labelled Q { get; private set; }

    /// <summary>Keys.</summary>
    public Labelled K { get; private set; }

    /// <summary>Values.</summary>
    public Labelled V { get; private set; }

    /// <summary>The result; null where only the gradient is computed.</summary>
    public Labelled? O { get; private set; }

    /// <summary>The gradient by the result; null where only the forward pass is computed.</summary>
    public Labelled? GradientO { get; private set; }

    /// <summary>The gradients by Q, K and V, each with its factor; null for those that nobody computes.</summary>
    public (Labelled Result, double Scale)?[] Gradients { get; } = new (Labelled, double)?[3];

    /// <summary>The scores.</summary>
    public ScoreChain Chain { get; private set; } = null!;

    /// <summary>The bias.</summary>
    public Labelled? Bias { get; private set; }

    /// <summary>The mask.</summary>
    public Labelled? Mask { get; private set; }

    /// <summary>Whether masked scores have no gradient.</summary>
    public bool MaskGradient { get; private set; }

    /// <summary>Sizes of the batch axes.</summary>
    public long[] Batch => [.. Enumerable.Range(0, _axes).Select(a => _sizes[a])];

    /// <summary>The size of a label.</summary>
    public long Size(int label) => _sizes[label];

    /// <summary>Tries to match; null when it is something else, or when something else needs the scores.</summary>
    public static AttentionMatcher? Match(GraphUsers graph, HloNode exp)
    {
        var matcher = new AttentionMatcher(graph, exp);
        return matcher.MatchScores() && matcher.MatchProducts() && matcher.IsClosed() ? matcher : null;
    }

    // exp(scores - max(scores)).
    private bool MatchScores()
    {
        if (_exp.Inputs[0] is not { Op: HloOp.Subtract } shifted || shifted.Inputs[1] is not { Op: HloOp.Broadcast } wide || !_exp.Kind.IsFloatKind())
        {
            return false;
        }
        HloNode scores = shifted.Inputs[0], largest = wide.Inputs[0];
        _inside.UnionWith([_exp, shifted, wide]);
        while (largest.Op is HloOp.Convert or HloOp.Reshape)
        {
            _inside.Add(largest);
            largest = largest.Inputs[0];
        }
        if (largest is not { Op: HloOp.Reduce, Payload: HloOp.Maximum } || !ReferenceEquals(Unconverted(largest.Inputs[0]), Unconverted(scores)) || !HloBuilder.IsIdentity(HloOp.Maximum, largest.Inputs[1])
            || ScoreChain.Of(scores) is not { } chain || chain.Scale is 0 or double.NaN)
        {
            return false;
        }
        _inside.Add(largest);
        _inside.Add(largest.Inputs[0]);
        _inside.UnionWith(chain.Nodes);
        Chain = chain;
        // The maximum is spread over the dimensions that it does not run over, in order, and runs over one.
        int rank = scores.Dims.Length;
        long[] kept = [.. Enumerable.Range(0, rank).Select(d => (long)d).Where(d => scores.Dims[d] != 1 && !largest.A.Contains(d))];
        long[] reduced = [.. largest.A.Where(d => scores.Dims[d] != 1)];
        return reduced.Length == 1 && wide.A.AsSpan().SequenceEqual(kept) && Label(chain, chain.Positions[reduced[0]]);
    }

    private static HloNode Unconverted(HloNode node) => node.Op == HloOp.Convert && node.Inputs[0].Kind.IsFloatKind() ? Unconverted(node.Inputs[0]) : node;

    // Labels of the product's dimensions: the reduced one is the keys', and the largest free one of the other operand the queries'.
    private bool Label(ScoreChain chain, int keyPosition)
    {
        HloNode dot = chain.Dot;
        var numbers = (HloDot)dot.Payload!;
        int batch = numbers.LhsBatch.Length, leftFree = dot.Inputs[0].Dims.Length - batch - numbers.LhsContract.Length, rank = dot.Dims.Length;
        if (keyPosition < batch)
        {
            return false;
        }
        bool keysLeft = keyPosition < batch + leftFree;
        var labels = new int[rank];
        Array.Fill(labels, HloAttention.Unit);
        int query = -1;
        for (int d = batch; d < rank; d++)
        {
            bool ofKeys = d < batch + leftFree == keysLeft;
            if (dot.Dims[d] == 1 || d == keyPosition)
            {
                continue;
            }
            if (ofKeys)
            {
                return false;
            }
            query = query < 0 || dot.Dims[d] > dot.Dims[query] ? d : query;
        }
        if (query < 0)
        {
            return false;
        }
        for (int d = 0; d < rank; d++)
        {
            if (dot.Dims[d] != 1)
            {
                labels[d] = d == keyPosition ? HloAttention.Key : d == query ? HloAttention.Query : _axes++;
                _sizes[labels[d]] = dot.Dims[d];
            }
        }
        _scores = [.. labels.Where(l => l != HloAttention.Unit)];
        int keySide = keysLeft ? 0 : 1;
        if (DotLabels.Operand(dot, 1 - keySide, labels, HloAttention.Feature) is not { } q || DotLabels.Operand(dot, keySide, labels, HloAttention.Feature) is not { } k)
        {
            return false;
        }
        (Q, K) = (new(dot.Inputs[1 - keySide], q), new(dot.Inputs[keySide], k));
        _sizes[HloAttention.Feature] = Q.Node.Dims[Array.IndexOf(q, HloAttention.Feature)];
        int[] Of(int[] positions) => Array.ConvertAll(positions, p => p < 0 ? HloAttention.Unit : labels[p]);
        Bias = chain.Bias is { } bias ? new Labelled(bias, Of(chain.BiasPositions)) : null;
        Mask = chain.Mask is { } mask ? new Labelled(mask, Of(chain.MaskPositions)) : null;
        _algebra = new ScoreAlgebra([.. _scores], chain.Mask, chain.MaskInverted);
        _algebra.Values[_exp] = new ScoreValue(new() { [new ScoreTerm(1, 0, 1, 0, false)] = 1 }, Of(chain.Positions));
        return _sizes[HloAttention.Feature] <= MostFeatures && Q.Node.Kind.IsFloatKind() && K.Node.Kind.IsFloatKind();
    }

    private static readonly ScoreTerm s_probability = new(1, 0, 0, 0, false);

    private bool MatchProducts()
    {
        Propagate([_exp]);
        // The product with the values.
        foreach ((HloNode dot, int side, ScoreValue value) in Products())
        {
            if (value.Coefficient(s_probability) is 1 && DotLabels.Consumer(dot, side, value.Labels, HloAttention.Key, HloAttention.ValueFeature) is { } product)
            {
                if (O is not null)
                {
                    return false;
                }
                V = new Labelled(dot.Inputs[1 - side], product.Other);
                O = new Labelled(dot, product.Result);
                _consumers.Add(dot);
            }
        }
        if (O is not null)
        {
            _sizes[HloAttention.ValueFeature] = V.Node.Dims[Array.IndexOf(V.Labels, HloAttention.ValueFeature)];
        }
        // The gradient by the values names the gradient by the result.
        foreach ((HloNode dot, int side, ScoreValue value) in Products())
        {
            if (value.Coefficient(s_probability) is { } scale && DotLabels.Consumer(dot, side, value.Labels, HloAttention.Query, HloAttention.ValueFeature) is { } product)
            {
                if (Gradients[2] is not null)
                {
                    return false;
                }
                Gradients[2] = (new Labelled(dot, product.Result), scale);
                GradientO = new Labelled(dot.Inputs[1 - side], product.Other);
                _sizes[HloAttention.ValueFeature] = GradientO.Value.Node.Dims[Array.IndexOf(product.Other, HloAttention.ValueFeature)];
                _consumers.Add(dot);
            }
        }
        if (O is null && GradientO is null)
        {
            return false;
        }
        if (_sizes[HloAttention.ValueFeature] > MostFeatures)
        {
            return false;
        }
        List<HloNode> gradients = _graph.DotsOf(_exp.Count).Where(IsGradientOfProbabilities).ToList();
        _inside.UnionWith(gradients);
        Propagate(gradients);
        if (gradients.Count == 0)
        {
            // Values without a product to go with: nothing to compute a gradient of.
            return GradientO is null && V.Node.Kind.IsFloatKind();
        }
        bool masked = false, plain = false;
        foreach ((HloNode dot, int side, ScoreValue value) in Products())
        {
            double? kept = value.ScoreGradient(false), under = value.ScoreGradient(true);
            if ((kept ?? under) is not { } scale)
            {
                continue;
            }
            (masked, plain) = (masked || under is not null, plain || kept is not null);
            if (DotLabels.Consumer(dot, side, value.Labels, HloAttention.Key, HloAttention.Feature) is { } forQ && Gradients[0] is null && DotLabels.Same(dot.Inputs[1 - side], forQ.Other, K.Node, K.Labels))
            {
                Gradients[0] = (new Labelled(dot, forQ.Result), scale);
                _consumers.Add(dot);
            }
            else if (DotLabels.Consumer(dot, side, value.Labels, HloAttention.Query, HloAttention.Feature) is { } forK && Gradients[1] is null && DotLabels.Same(dot.Inputs[1 - side], forK.Other, Q.Node, Q.Labels))
            {
                Gradients[1] = (new Labelled(dot, forK.Result), scale);
                _consumers.Add(dot);
            }
        }
        MaskGradient = masked;
        Labelled[] all = [Q, K, V, GradientO!.Value];
        // Axes that an operand does not have would be summed over.
        return !(masked && plain) && all.All(x => Enumerable.Range(0, _axes).All(x.Labels.Contains) && x.Node.Kind.IsFloatKind());
    }

    // dO Vᵀ; finds dO or V where the other one is not known yet.
    private bool IsGradientOfProbabilities(HloNode dot)
    {
        // The labels of the result follow from whichever operand is known; the other operand's free dimension is the one missing.
        for (int side = 0; side < 2; side++)
        {
            if (O is not null && Relabel(dot.Inputs[side], V) is { } v && DotLabels.Consumer(dot, side, v, HloAttention.ValueFeature, HloAttention.Query) is { } byV && Fits(byV.Result)
                && (GradientO is not { } known || DotLabels.Same(dot.Inputs[1 - side], byV.Other, known.Node, known.Labels)))
            {
                GradientO ??= new Labelled(dot.Inputs[1 - side], byV.Other);
                _algebra.Values[dot] = new ScoreValue(new() { [new ScoreTerm(0, 1, 0, 0, false)] = 1 }, byV.Result);
                return true;
            }
            if (O is null && GradientO is { } gradient && Relabel(dot.Inputs[side], gradient) is { } g && DotLabels.Consumer(dot, side, g, HloAttention.ValueFeature, HloAttention.Key) is { } byG && Fits(byG.Result)
                && (V.Node is null || DotLabels.Same(dot.Inputs[1 - side], byG.Other, V.Node, V.Labels)))
            {
                V = new Labelled(dot.Inputs[1 - side], byG.Other);
                _algebra.Values[dot] = new ScoreValue(new() { [new ScoreTerm(0, 1, 0, 0, false)] = 1 }, byG.Result);
                return true;
            }
        }
        return false;

        bool Fits(int[] labels) => Enumerable.Range(0, labels.Length).All(d => labels[d] == HloAttention.Unit || _sizes.GetValueOrDefault(labels[d]) == dot.Dims[d])
            && labels.Where(l => l != HloAttention.Unit).ToHashSet().SetEquals(_scores);
    }

    // The labels of a node that is the same as a labelled one but for transposes.
    private static int[]? Relabel(HloNode node, Labelled known)
    {
        int[] own = [.. Enumerable.Range(0, node.Dims.Length).Select(d => node.Dims[d] == 1 ? HloAttention.Unit : d)];
        (HloNode a, int[] at) = DotLabels.Strip(node, own);
        (HloNode b, int[] labels) = DotLabels.Strip(known.Node, known.Labels);
        if (!ReferenceEquals(a, b))
        {
            return null;
        }
        for (int d = 0; d < at.Length; d++)
        {
            if (at[d] >= 0)
            {
                own[at[d]] = labels[d];
            }
        }
        return own;
    }

    private IEnumerable<(HloNode Dot, int Side, ScoreValue Value)> Products()
    {
        foreach ((HloNode node, ScoreValue value) in _algebra.Values.OrderBy(v => v.Key.Id).ToList())
        {
            foreach (HloNode user in _graph.UsersOf(node))
            {
                if (user.Op == HloOp.Dot && !_algebra.Values.ContainsKey(user) && !_consumers.Contains(user))
                {
                    yield return (user, ReferenceEquals(user.Inputs[0], node) ? 0 : 1, value);
                }
            }
        }
    }

    // Evaluates users in order until nothing new has a value.
    private void Propagate(IEnumerable<HloNode> from)
    {
        var queue = new PriorityQueue<HloNode, int>();
        var queued = new HashSet<HloNode>(ReferenceEqualityComparer.Instance);
        Add(_algebra.Values.Keys.Concat(from).ToList());
        while (queue.TryDequeue(out HloNode? node, out _))
        {
            if (!_algebra.Values.ContainsKey(node) && !_inside.Contains(node) && _algebra.Evaluate(node) is { } value)
            {
                _algebra.Values[node] = value;
                Add([node]);
            }
        }

        void Add(List<HloNode> made)
        {
            foreach (HloNode node in made)
            {
                foreach (HloNode user in _graph.UsersOf(node))
                {
                    if (queued.Add(user))
                    {
                        queue.Enqueue(user, _graph.PositionOf(user));
                    }
                }
            }
        }
    }

    // Everything of the size of the scores is used only for what was matched.
    private bool IsClosed()
    {
        _inside.UnionWith(_algebra.Values.Keys);
        if (_consumers.Overlaps(_inside))
        {
            return false;
        }
        foreach (HloNode node in _inside)
        {
            if (_graph.IsRoot(node) || _graph.UsersOf(node).Any(u => !_inside.Contains(u) && !_consumers.Contains(u)))
            {
                return false;
            }
        }
        // An operand that is itself computed from the scores would go round in a circle.
        return new[] { Q.Node, K.Node, V.Node, GradientO?.Node, Bias?.Node, Mask?.Node }.All(n => n is null || !_inside.Contains(n))
            && (Mask is null || Mask.Value.Node.Kind == ElementKind.I1);
    }
}
