using I1Xla.Cpu.Hlo;

namespace I1Xla.Cpu.Rewrites;

/// <summary>
/// What is done to each element of a concatenation that nothing else reads is done to its pieces, which are written once then: rotated pairs become bf16 where
/// they are made. Not where the elements grow by it, unless they are a result.
/// </summary>
internal static class PieceRewrite
{
    /// <summary>Rewrites a graph, and the graphs inside it, in place. Returns how many nodes it changed.</summary>
    public static int Run(HloComputation computation, HloBuilder builder)
    {
        var graph = new GraphUsers(computation);
        int count = 0;
        foreach (HloNode node in graph.Order)
        {
            count += node.Computations.Sum(inner => Run(inner, builder));
            if (!graph.IsLive(node) || !node.Op.IsElementwise() || Operand(node) is not (>= 0 and var place) || Pieces(node, node.Inputs[place], graph) is not { } whole
                || (node.Bytes > whole.Bytes && !graph.IsRoot(node)))
            {
                continue;
            }
            builder.Source = node.Source;
            graph.Replace(node, builder.Reshape(OverPieces(node, place, whole, graph, builder), node.Dims));
            count++;
        }
        return count;
    }

    // The one operand that is not the same number everywhere.
    private static int Operand(HloNode node) => node switch
    {
        { Payload: not null } => -1,
        { Inputs: [_] or [_, { IsSplat: true }] } => 0,
        { Inputs: [{ IsSplat: true }, _] } => 1,
        _ => -1,
    };

    // The concatenation of which an operand is the elements in their order, with no other use on the way.
    private static HloNode? Pieces(HloNode user, HloNode operand, GraphUsers graph)
    {
        while (graph.UsersOf(operand) is [var only] && ReferenceEquals(only, user) && !graph.IsRoot(operand))
        {
            if (operand.Op == HloOp.Concatenate)
            {
                return operand;
            }
            if (operand.Op != HloOp.Reshape)
            {
                return null;
            }
            (user, operand) = (operand, operand.Inputs[0]);
        }
        return null;
    }

    // What a node does to a concatenation, done to its pieces, and to the pieces of those that are concatenations for it alone.
    private static HloNode OverPieces(HloNode node, int place, HloNode whole, GraphUsers graph, HloBuilder builder)
    {
        HloNode[] pieces = [.. whole.Inputs.Select(
            piece => Pieces(whole, piece, graph) is { } inner ? builder.Reshape(OverPieces(node, place, inner, graph, builder), piece.Dims) : Over(node, place, piece, builder))];
        return builder.Concatenate(pieces, whole.A[0]);
    }

    private static HloNode Over(HloNode node, int place, HloNode piece, HloBuilder builder)
    {
        if (node.Inputs.Length == 1)
        {
            return builder.Unary(node.Op, piece, node.Kind, node.A);
        }
        HloNode number = node.Inputs[1 - place], same = builder.Constant(number.Kind, piece.Dims, number.Constant!.Data, true);
        return place == 0 ? builder.Binary(node.Op, piece, same) : builder.Binary(node.Op, same, piece);
    }
}
