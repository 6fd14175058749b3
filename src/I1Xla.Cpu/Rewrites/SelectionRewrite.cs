using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Rewrites;

/// <summary>
/// Sorts of which only the first few of each line are used (top-k) find only those; results are then as short as what is used.
/// </summary>
internal static class SelectionRewrite
{
    /// <summary>Rewrites a graph, and the graphs inside it, in place. Returns how many sorts it shortened.</summary>
    public static int Run(HloComputation computation, HloBuilder builder)
    {
        var graph = new GraphUsers(computation);
        int count = 0;
        foreach (HloNode node in graph.Order)
        {
            count += node.Computations.Sum(inner => Run(inner, builder));
            if (node.Op == HloOp.Sort && Limit(graph, node, out List<(HloNode Slice, int Result)> slices) is > 0 and { } limit)
            {
                Shorten(graph, node, limit, slices, builder);
                count++;
            }
        }
        return count;
    }

    // The length that every use of the sort cuts its lines to; 0 when uses differ, or need more than half.
    private static long Limit(GraphUsers graph, HloNode sort, out List<(HloNode Slice, int Result)> slices)
    {
        slices = [];
        long dimension = ((HloSort)sort.Payload!).Dimension, limit = 0, length = sort.Inputs[0].Dims[dimension];
        IEnumerable<(HloNode Node, int Result)> results = sort.ResultTypes is null ? [(sort, 0)] : graph.UsersOf(sort).Select(u => (u, (int)u.A[0]));
        foreach ((HloNode result, int number) in results)
        {
            if (graph.IsRoot(result))
            {
                return 0;
            }
            foreach (HloNode slice in graph.UsersOf(result))
            {
                bool first = slice.Op == HloOp.Slice && slice.A.All(a => a == 0) && slice.C.All(c => c == 1)
                    && Enumerable.Range(0, slice.Dims.Length).All(d => d == dimension || slice.Dims[d] == result.Dims[d]);
                if (!first || (limit != 0 && limit != slice.Dims[dimension]))
                {
                    return 0;
                }
                limit = slice.Dims[dimension];
                slices.Add((slice, number));
            }
        }
        return 2 * limit <= length ? limit : 0;
    }

    private static void Shorten(GraphUsers graph, HloNode sort, long limit, List<(HloNode Slice, int Result)> slices, HloBuilder builder)
    {
        builder.Source = sort.Source;
        var payload = (HloSort)sort.Payload! with { Limit = limit };
        long[] dims = sort.ResultTypes is null ? slices[0].Slice.Dims : sort.Dims;
        IrType[]? types = sort.ResultTypes?.Select(t => (IrType)((TensorType)t with { Shape = Cut(((TensorType)t).Shape, payload) })).ToArray();
        HloNode selection = builder.Node(HloOp.Sort, sort.Kind, dims, sort.Inputs, payload: payload, resultTypes: types);
        foreach ((HloNode slice, int result) in slices)
        {
            graph.Replace(slice, types is null ? selection : builder.GetResult(selection, result));
        }
    }

    private static Shape Cut(Shape shape, HloSort sort)
    {
        long[] dims = shape.ToArray();
        dims[sort.Dimension] = sort.Limit;
        return new Shape(dims);
    }
}
