using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>Scatters: those that replace or combine by a monoid, and those with bodies of their own.</summary>
public sealed partial class HloImporter
{
    private HloNode[]? Scatter(Operation op, HloNode[] x) => x.Length == 3
        ? Scatter(x[0], x[1], x[2], op.Attributes.Get<ScatterDimensionNumbersAttr>("scatter_dimension_numbers")!, op.Regions[0], []) : null;

    // By a monoid, or replacing; null for others. A: see HloOp.Scatter.
    private HloNode[]? Scatter(HloNode operand, HloNode indices, HloNode updates, ScatterDimensionNumbersAttr numbers, Region body, long[] a) =>
        IsHeld(operand.Kind) && ScatterCombine(body) is { } combine && (combine == HloOp.Parameter || IsScattered(operand.Kind))
            ? [builder.Node(HloOp.Scatter, operand.Kind, operand.Dims, [operand, indices, updates], a, new HloScatter(combine, numbers))] : null;

    private static HloOp? ScatterCombine(Region region)
    {
        Block block = region.Entry;
        return block.Operations.Count == 1 && ReferenceEquals(block.Operations[0].Operands[0], block.Arguments[1]) ? HloOp.Parameter : Monoid(region);
    }

    /// <summary>Kinds that updates are combined in.</summary>
    private static bool IsScattered(ElementKind kind) => IsComputable(kind) && (kind == ElementKind.I1 || kind.BitWidth() >= 8);

    /// <summary>Any number of operands, whose elements a body of elementwise operations makes of the old ones and the updates; complex ones are scattered by parts.</summary>
    private HloNode[]? ScatterWithBody(Operation op, HloNode[] x, Dictionary<Value, HloNode> map)
    {
        int given = x.Length / 2;
        HloNode[] flat = Flat(op, x);
        int n = flat.Length / 2;
        return Whole(op, ScatterWithBody(flat[..n], x[given], flat[(n + 1)..], op.Attributes.Get<ScatterDimensionNumbersAttr>("scatter_dimension_numbers")!, op.Regions[0], map, []));
    }

    private HloNode[]? ScatterWithBody(HloNode[] operands, HloNode indices, HloNode[] updates, ScatterDimensionNumbersAttr numbers, Region region, Dictionary<Value, HloNode> map, long[] a)
    {
        HloNode[] parameters = [.. operands.Concat(updates).Select((v, i) => builder.Parameter(new TensorType(v.Kind, Shape.Scalar), i))];
        if (!parameters.All(p => IsHeld(p.Kind)) || Lift(region.Entry, parameters, [], map) is not { } results)
        {
            return null;
        }
        HloNode[] outside = Captured(parameters, results);
        var payload = new HloScatterBody(operands.Length, numbers, parameters, results, outside);
        HloNode[] inputs = [.. operands, indices, .. updates, .. outside];
        if (operands.Length == 1)
        {
            return [builder.Node(HloOp.ScatterWithBody, operands[0].Kind, operands[0].Dims, inputs, a, payload)];
        }
        HloNode node = builder.Node(HloOp.ScatterWithBody, ElementKind.I1, [0], inputs, a, payload, resultTypes: [.. operands.Select(o => o.Type)]);
        return [.. operands.Select((_, i) => builder.GetResult(node, i))];
    }

    // What a region's results take besides its parameters and constants.
    private static HloNode[] Captured(HloNode[] parameters, HloNode[] results)
    {
        var inside = new Dictionary<HloNode, bool>(ReferenceEqualityComparer.Instance);
        foreach (HloNode parameter in parameters)
        {
            inside[parameter] = true;
        }
        var seen = new HashSet<HloNode>(ReferenceEqualityComparer.Instance);
        var captured = new List<HloNode>();
        foreach (HloNode result in results)
        {
            Capture(result, inside, seen, captured);
        }
        return [.. captured];
    }

    // Whether a body computes a node of its parameters.
    private static bool IsInside(HloNode node, Dictionary<HloNode, bool> inside)
    {
        if (!inside.TryGetValue(node, out bool known))
        {
            known = node.Op.IsElementwise() && node.Inputs.Count(i => IsInside(i, inside)) > 0;
            inside[node] = known;
        }
        return known;
    }

    // What a body needs and does not compute.
    private static void Capture(HloNode node, Dictionary<HloNode, bool> inside, HashSet<HloNode> seen, List<HloNode> captured)
    {
        if (node.Op == HloOp.Constant || !seen.Add(node))
        {
            return;
        }
        if (!IsInside(node, inside))
        {
            captured.Add(node);
            return;
        }
        foreach (HloNode input in node.Op.IsElementwise() ? node.Inputs : [])
        {
            Capture(input, inside, seen, captured);
        }
    }
}
