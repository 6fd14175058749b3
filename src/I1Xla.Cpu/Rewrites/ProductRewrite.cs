using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Rewrites;

/// <summary>Replaces products of floats by sums where those take less: <see cref="SmallProducts"/> and <see cref="ThinProducts"/>.</summary>
internal static class ProductRewrite
{
    /// <summary>Rewrites a graph, and the graphs inside it, in place. Returns how many products it replaced.</summary>
    public static int Run(HloComputation computation, HloBuilder builder)
    {
        var graph = new GraphUsers(computation);
        int count = 0;
        foreach (HloNode node in graph.Order)
        {
            count += node.Computations.Sum(inner => Run(inner, builder));
            if (node.Op != HloOp.Dot || node.Count == 0 || !node.Inputs.All(i => i.Kind.IsFloat()))
            {
                continue;
            }
            builder.Source = node.Source;
            if ((SmallProducts.TrySum(node, builder) ?? ThinProducts.TrySum(node, builder)) is { } sum)
            {
                graph.Replace(node, sum);
                count++;
            }
        }
        return count;
    }
}
