using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Fusion;

/// <summary>How an operand lies in the memory of another node: transposes, slices, reshapes and broadcasts on the way are only strides.</summary>
/// <param name="Base">The node in memory.</param>
/// <param name="Offset">Elements from its start.</param>
/// <param name="Dimensions">For each dimension of the operand its factors from outside in, with extent and stride.</param>
internal sealed record OperandView(HloNode Base, long Offset, (long Extent, long Stride)[][] Dimensions)
{
    /// <summary>Follows views down as far as they stay affine.</summary>
    public static OperandView Of(HloNode node) => Of(node, IsView);

    /// <summary>As <see cref="Of(HloNode)"/>, and through conversions of 16-bit floats to f32 too: products widen such elements as they read them.</summary>
    public static OperandView OfNarrow(HloNode node) => Of(node, n => IsView(n) || Widens(n));

    /// <summary>Whether a node is a 16-bit float's f32, the same number.</summary>
    private static bool Widens(HloNode node) => node.Op == HloOp.Convert && node.Kind == ElementKind.F32 && node.Inputs[0].Kind is ElementKind.BF16 or ElementKind.F16;

    private static bool IsView(HloNode node) => node.Op is HloOp.Transpose or HloOp.Slice or HloOp.Reshape or HloOp.Broadcast;

    private static OperandView Of(HloNode node, Func<HloNode, bool> follows)
    {
        var chain = new List<HloNode> { node };
        while (follows(chain[^1]))
        {
            chain.Add(chain[^1].Inputs[0]);
        }
        // Try the longest chain first; a reshape at its end costs nothing, so only real views are worth following.
        for (int length = chain.Count; length > 1; length--)
        {
            if (TryFollow(node, chain[length - 1]) is { } view)
            {
                return view;
            }
        }
        return TryFollow(node, node)!;
    }

    /// <summary>A node in its own dense memory.</summary>
    public static OperandView Dense(HloNode node) => TryFollow(node, node)!;

    private static OperandView? TryFollow(HloNode node, HloNode target)
    {
        var space = new VariableSpace();
        for (int attempt = 0; attempt < 32; attempt++)
        {
            space.Restart();
            var variables = new List<int>[node.Dims.Length];
            var index = new Affine[node.Dims.Length];
            for (int d = 0; d < index.Length; d++)
            {
                variables[d] = [];
                index[d] = space.Dimension(node, d, node.Dims[d], variables[d]);
            }
            try
            {
                HloNode at = node;
                while (!ReferenceEquals(at, target))
                {
                    if (Step(space, at, index) is not { } next)
                    {
                        return null;
                    }
                    index = next;
                    at = at.Inputs[0];
                }
                Affine address = Affine.Zero;
                long stride = 1;
                for (int d = target.Dims.Length - 1; d >= 0; d--)
                {
                    if (target.Dims[d] != 1)
                    {
                        address = address.Plus(index[d].Times(stride));
                    }
                    stride *= target.Dims[d];
                }
                var strides = address.Terms.ToDictionary(t => t.Variable, t => t.Coefficient);
                return new OperandView(
                    target, address.Offset,
                    variables.Select(list => Collapse(list.Select(v => (space.Extents[v], strides.GetValueOrDefault(v))))).ToArray());
            }
            catch (SplitRequested)
            {
            }
        }
        return null;
    }

    private static Affine[]? Step(VariableSpace space, HloNode node, Affine[] index)
    {
        switch (node.Op)
        {
            case HloOp.Convert:
                return index;
            case HloOp.Broadcast:
                return Array.ConvertAll(node.A, a => index[a]);
            case HloOp.Transpose:
                {
                    var inner = new Affine[index.Length];
                    for (int i = 0; i < inner.Length; i++)
                    {
                        inner[node.A[i]] = index[i];
                    }
                    return inner;
                }
            case HloOp.Slice:
                return Enumerable.Range(0, index.Length).Select(i => index[i].Times(node.C[i]).Plus(node.A[i])).ToArray();
            default:
                return space.Reshape(node.Inputs[0].Dims, node.Dims, index);
        }
    }

    /// <summary>Joins neighbouring factors that step as one.</summary>
    public static (long Extent, long Stride)[] Collapse(IEnumerable<(long Extent, long Stride)> factors)
    {
        var result = new List<(long Extent, long Stride)>();
        foreach ((long extent, long stride) in factors)
        {
            if (extent == 1)
            {
                continue;
            }
            if (result.Count > 0 && result[^1].Stride == extent * stride)
            {
                result[^1] = (result[^1].Extent * extent, stride);
            }
            else
            {
                result.Add((extent, stride));
            }
        }
        return result.ToArray();
    }
}
