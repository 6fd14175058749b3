using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Rewrites;

/// <summary>
/// Indices of gathers and scatters that are counted from the end where they are negative, <c>select(i &lt; 0, i + n, i)</c>, are read as
/// they are: the step adds n itself. The node's <see cref="HloNode.B"/> then holds n. Indices of gathers that were widened are read as they were.
/// </summary>
internal static class IndexRewrite
{
    /// <summary>Rewrites a graph, and the graphs inside it, in place. Returns how many nodes it changed.</summary>
    public static int Run(HloComputation computation, HloBuilder builder)
    {
        var graph = new GraphUsers(computation);
        int count = 0;
        foreach (HloNode node in graph.Order)
        {
            count += node.Computations.Sum(inner => Run(inner, builder));
            if (node.Op is not (HloOp.Gather or HloOp.Scatter))
            {
                continue;
            }
            HloNode index = node.Inputs[1];
            bool single = (node.Op == HloOp.Gather ? ((GatherDimensionNumbersAttr)node.Payload!).StartIndexMap : ((HloScatter)node.Payload!).Numbers.ScatterDimsToOperandDims).Length == 1;
            long[] wrap = node.B;
            if (single && node.ResultTypes is null && wrap.Length == 0 && Wrapped(index) is ({ } plain, var length))
            {
                (index, wrap) = (plain, [length]);
            }
            if (node.Op == HloOp.Gather && Viewed(index) is { Op: HloOp.Convert, Inputs: [{ Kind: var narrow } given] } && narrow.IsInteger() && index.Kind is ElementKind.I32 or ElementKind.I64
                && narrow.BitWidth() + (narrow.IsUnsignedInteger() ? 1 : 0) <= index.Kind.BitWidth())
            {
                index = given;
            }
            if (ReferenceEquals(index, node.Inputs[1]))
            {
                continue;
            }
            builder.Source = node.Source;
            HloNode[] inputs = [node.Inputs[0], builder.Reshape(index, node.Inputs[1].Dims), .. node.Inputs[2..]];
            graph.Replace(node, builder.Node(node.Op, node.Kind, node.Dims, inputs, node.A, node.Payload, b: wrap));
            count++;
        }
        return count;
    }

    // The index before wrapping, and what is added where it is negative.
    private static (HloNode? Plain, long Length) Wrapped(HloNode index) =>
        Viewed(index) is { Op: HloOp.Select, Kind: ElementKind.I32, Inputs: [{ Op: HloOp.Compare, Payload: HloCompare { Direction: "LT" } } test, { Op: HloOp.Add } sum, var plain] }
            && ReferenceEquals(test.Inputs[0], plain) && Number(test.Inputs[1]) == 0
            && (ReferenceEquals(sum.Inputs[0], plain) ? Number(sum.Inputs[1]) : ReferenceEquals(sum.Inputs[1], plain) ? Number(sum.Inputs[0]) : null) is { } length
            ? (plain, length) : (null, 0);

    // The same elements in the same order, before reshapes.
    private static HloNode Viewed(HloNode index)
    {
        while (index.Op == HloOp.Reshape || (index.Op == HloOp.Broadcast && index.Count == index.Inputs[0].Count && index.A.AsSpan().SequenceEqual([.. index.A.Order()])))
        {
            index = index.Inputs[0];
        }
        return index;
    }

    private static int? Number(HloNode node)
    {
        while (node.Op is HloOp.Broadcast or HloOp.Reshape)
        {
            node = node.Inputs[0];
        }
        return node.IsSplat && node.Kind == ElementKind.I32 ? BitConverter.ToInt32(node.Constant!.Data.Span) : null;
    }
}
