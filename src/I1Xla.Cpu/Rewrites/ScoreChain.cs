using I1Xla.Cpu.Hlo;

namespace I1Xla.Cpu.Rewrites;

/// <summary>How scores come from a dot product: scaled, then a bias added, then masked, each perhaps not.</summary>
internal sealed class ScoreChain
{
    private const int Deepest = 16;

    private ScoreChain(HloNode dot, int[] positions) => (Dot, Positions) = (dot, positions);

    /// <summary>The product.</summary>
    public HloNode Dot { get; }

    /// <summary>For each dimension of the scores the dimension of the product; -1 for one of size 1.</summary>
    public int[] Positions { get; private set; }

    /// <summary>The factor.</summary>
    public double Scale { get; private set; } = 1;

    /// <summary>What is added, or null.</summary>
    public HloNode? Bias { get; private set; }

    /// <summary><see cref="Positions"/> where the bias is added.</summary>
    public int[] BiasPositions { get; private set; } = [];

    /// <summary>The mask, or null.</summary>
    public HloNode? Mask { get; private set; }

    /// <summary><see cref="Positions"/> where the mask is applied.</summary>
    public int[] MaskPositions { get; private set; } = [];

    /// <summary>Whether the mask is true where scores are replaced.</summary>
    public bool MaskInverted { get; private set; }

    /// <summary>What replaces them.</summary>
    public double MaskedScore { get; private set; }

    /// <summary>The operations on the way, the product included.</summary>
    public List<HloNode> Nodes { get; } = [];

    /// <summary>Follows scores down to their product; null when they are something else.</summary>
    public static ScoreChain? Of(HloNode node) => Of(node, 0);

    private static ScoreChain? Of(HloNode node, int depth)
    {
        if (depth > Deepest || !node.Kind.IsFloatKind())
        {
            return null;
        }
        ScoreChain? chain = node.Op switch
        {
            HloOp.Dot => new ScoreChain(node, [.. Enumerable.Range(0, node.Dims.Length).Select(d => node.Dims[d] == 1 ? HloAttention.Unit : d)]),
            HloOp.Convert => Of(node.Inputs[0], depth + 1),
            HloOp.Transpose => Of(node.Inputs[0], depth + 1)?.Moved(p => Array.ConvertAll(node.A, a => p[a])),
            HloOp.Reshape => Of(node.Inputs[0], depth + 1)?.Moved(p => AxisLabels.Reshape(p, node.Inputs[0].Dims, node.Dims)),
            HloOp.Multiply when Number(node.Inputs[1]) is { } c => Of(node.Inputs[0], depth + 1)?.Scaled(c),
            HloOp.Divide when Number(node.Inputs[1]) is { } c => Of(node.Inputs[0], depth + 1)?.Scaled(1 / c),
            HloOp.Add when !node.Inputs[1].IsSplat => Of(node.Inputs[0], depth + 1)?.Biased(node.Inputs[1]) ?? Of(node.Inputs[1], depth + 1)?.Biased(node.Inputs[0]),
            HloOp.Select when Number(node.Inputs[2]) is { } c => Of(node.Inputs[1], depth + 1)?.Masked(node.Inputs[0], c, false),
            HloOp.Select when Number(node.Inputs[1]) is { } c => Of(node.Inputs[2], depth + 1)?.Masked(node.Inputs[0], c, true),
            _ => null,
        };
        chain?.Nodes.Add(node);
        return chain;
    }

    private static double? Number(HloNode node) => node.IsSplat ? ScalarFolding.ToDouble(node.Kind, node.Constant!.Data.Span) : null;

    private ScoreChain? Moved(Func<int[], int[]?> move)
    {
        if (move(Positions) is not { } moved)
        {
            return null;
        }
        Positions = moved;
        return this;
    }

    private ScoreChain? Scaled(double factor)
    {
        Scale *= factor;
        return Bias is null && Mask is null ? this : null;
    }

    private ScoreChain? Biased(HloNode bias)
    {
        if (Bias is not null || Mask is not null || !bias.Kind.IsFloatKind())
        {
            return null;
        }
        (Bias, BiasPositions) = (bias, Positions);
        return this;
    }

    private ScoreChain? Masked(HloNode mask, double value, bool inverted)
    {
        if (Mask is not null)
        {
            return null;
        }
        (Mask, MaskPositions, MaskedScore, MaskInverted) = (mask, Positions, value, inverted);
        return this;
    }
}
