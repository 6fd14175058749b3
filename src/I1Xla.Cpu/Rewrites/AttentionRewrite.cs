using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Rewrites;

/// <summary>
/// Replaces attention and its gradient, where <see cref="AttentionMatcher"/> finds them, by one node each, which never stores the scores. The gradient
/// computes probabilities again from Q, K and two numbers for each query.
/// </summary>
internal static class AttentionRewrite
{
    /// <summary>Rewrites a graph, and the graphs inside it, in place. Returns how many attentions it replaced.</summary>
    public static int Run(HloComputation computation, HloBuilder builder)
    {
        int count = 0;
        var graph = new GraphUsers(computation);
        foreach (HloNode node in graph.Order)
        {
            count += node.Computations.Sum(inner => Run(inner, builder));
        }
        List<HloNode> exponentials = graph.Order.Where(n => n.Op == HloOp.Exp && n.Dims.Length >= 2).ToList();
        foreach (HloNode exp in exponentials)
        {
            if (graph.IsLive(exp) && AttentionMatcher.Match(graph, exp) is { } match)
            {
                Replace(graph, match, builder);
                count++;
            }
        }
        return count;
    }

    private static void Replace(GraphUsers graph, AttentionMatcher match, HloBuilder builder)
    {
        builder.Source = match.Chain.Dot.Source;
        Labelled o = match.O is { } used ? Outermost(graph, used) : new Labelled(match.V.Node, []);
        int[] oLabels = match.O is null ? [.. Enumerable.Range(0, match.Batch.Length), HloAttention.Query, HloAttention.ValueFeature] : o.Labels;
        long[] oDims = match.O is null ? Array.ConvertAll(oLabels, match.Size) : o.Node.Dims;
        var extra = new List<Labelled>();
        if (match.Bias is { } bias)
        {
            extra.Add(bias);
        }
        if (match.Mask is { } mask)
        {
            extra.Add(mask);
        }
        long heads = match.Batch.Aggregate(1L, (p, b) => p * b);
        var statistics = new TensorType(ElementKind.F32, new Shape([2, heads, match.Size(HloAttention.Query)]));
        Labelled[] inputs = [match.Q, match.K, match.V, .. extra];
        HloNode forward = builder.Node(
            HloOp.Attention, ElementKind.F32, [0], [.. inputs.Select(i => i.Node)], payload: Payload(match, inputs, [oLabels, []]),
            resultTypes: [new TensorType(o.Node.Kind, new Shape(oDims)), statistics]);
        HloNode result = builder.GetResult(forward, 0);
        if (match.GradientO is { } gradient)
        {
            Labelled[] given = [match.Q, match.K, match.V, new(result, oLabels), new(builder.GetResult(forward, 1), []), gradient, .. extra];
            int[] wanted = [.. Enumerable.Range(0, 3).Where(i => match.Gradients[i] is not null)];
            Labelled[] made = [.. wanted.Select(i => Outermost(graph, match.Gradients[i]!.Value.Result))];
            HloNode backward = builder.Node(
                HloOp.AttentionGradient, ElementKind.F32, [0], [.. given.Select(i => i.Node)],
                payload: Payload(match, given, [.. made.Select(m => m.Labels)], wanted, [.. wanted.Select(i => (float)match.Gradients[i]!.Value.Scale)]),
                resultTypes: [.. made.Select(m => m.Node.Type)]);
            for (int i = 0; i < made.Length; i++)
            {
                graph.Replace(made[i].Node, builder.GetResult(backward, i));
            }
        }
        if (match.O is not null)
        {
            graph.Replace(o.Node, result);
        }
    }

    // Where a result is only transposed, the transpose takes its place: the kernel writes in any order.
    private static Labelled Outermost(GraphUsers graph, Labelled result)
    {
        while (!graph.IsRoot(result.Node) && graph.UsersOf(result.Node) is [{ Op: HloOp.Transpose } only])
        {
            result = new Labelled(only, Array.ConvertAll(only.A, a => result.Labels[a]));
        }
        return result;
    }

    private static HloAttention Payload(AttentionMatcher match, Labelled[] inputs, int[][] results, int[]? gradients = null, float[]? scales = null) => new()
    {
        Batch = match.Batch,
        Queries = match.Size(HloAttention.Query),
        Keys = match.Size(HloAttention.Key),
        Features = match.Size(HloAttention.Feature),
        ValueFeatures = match.Size(HloAttention.ValueFeature),
        Inputs = [.. inputs.Select(i => i.Labels)],
        Results = results,
        Scale = (float)match.Chain.Scale,
        HasBias = match.Bias is not null,
        HasMask = match.Mask is not null,
        MaskInverted = match.Chain.MaskInverted,
        MaskedScore = (float)match.Chain.MaskedScore,
        MaskGradient = match.MaskGradient,
        Gradients = gradients ?? [],
        GradientScales = scales ?? [],
    };
}
