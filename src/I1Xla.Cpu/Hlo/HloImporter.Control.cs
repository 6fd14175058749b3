using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>Loops and branches: decided or unrolled where that is known now, else nodes with graphs of their own.</summary>
public sealed partial class HloImporter
{
    private HloNode[] While(Operation op, HloNode[] x, Dictionary<Value, HloNode> map)
    {
        Region condition = op.Regions[0], body = op.Regions[1];
        List<Value> captured = Captures(condition).Concat(Captures(body)).Distinct<Value>(ReferenceEqualityComparer.Instance).ToList();
        int effects = _effects.Count;
        HloComputation cond = Subgraph(condition, op.Operands, captured, map, out _, out _);
        HloComputation step = Subgraph(body, op.Operands, captured, map, out HloNode[] outside, out _);
        if (effects == _effects.Count && TripCount(cond, step, x) is { } trips && trips <= MaxUnrolledTrips && trips * (step.Schedule().Count + 1) <= MaxUnrolledNodes
            && !GathersProducts(step))
        {
            HloNode[] state = x;
            for (long i = 0; i < trips; i++)
            {
                state = Inline(body.Entry, state, map);
            }
            return state;
        }
        builder.Source = op;
        IrType[] types = ResultTypes(op);
        // What the body hands on as it got it is no state: the loop reads it where it lies.
        bool[] changes = [.. step.Roots.Select((root, i) => !ReferenceEquals(root, step.Parameters[i]))];
        if (builder.Simplify && changes.Contains(true) && changes.Contains(false))
        {
            cond = Reordered(cond, changes, cond.Roots);
            step = Reordered(step, changes, [.. step.Roots.Where((_, i) => changes[i])]);
            HloNode smaller = builder.Node(
                HloOp.While, ElementKind.I1, [0], [.. x.Where((_, i) => changes[i]), .. x.Where((_, i) => !changes[i]), .. outside],
                computations: [cond, step], resultTypes: [.. types.Where((_, i) => changes[i])], a: [changes.Count(c => c)]);
            AddEffects(smaller);
            int next = 0;
            return [.. x.Select((given, i) => changes[i] ? builder.GetResult(smaller, next++) : given)];
        }
        HloNode node = builder.Node(HloOp.While, ElementKind.I1, [0], [.. x, .. outside], computations: [cond, step], resultTypes: types, a: [types.Length]);
        AddEffects(node);
        return Enumerable.Range(0, types.Length).Select(i => builder.GetResult(node, i)).ToArray();

        void AddEffects(HloNode loop)
        {
            if (cond.Effects.Length + step.Effects.Length > 0)
            {
                _effects.Add(loop);
            }
        }
    }

    // Whether large sums of products are carried: of the rounds of an unrolled loop all could be in memory at once.
    private static bool GathersProducts(HloComputation step) =>
        step.Roots.Sum(r => r.Bytes) > MostUnrolledSums && step.Schedule().Exists(n => n.Op is HloOp.Dot or HloOp.Convolution);

    // A computation of a loop with the parameters that change first.
    private static HloComputation Reordered(HloComputation computation, bool[] changes, HloNode[] roots)
    {
        HloNode[] parameters = computation.Parameters;
        return new HloComputation(
            [.. changes.Select((c, i) => (c, i)).OrderBy(p => !p.c).Select(p => parameters[p.i]), .. parameters[changes.Length..]], roots, computation.Effects);
    }

    // for (i = const; i < const; i += const): how often the body runs; null when it does not look so.
    private static long? TripCount(HloComputation cond, HloComputation step, HloNode[] init)
    {
        HloNode test = cond.Roots[0];
        if (test.Op != HloOp.Compare || test.Payload is not HloCompare { Direction: "LT" } || test.Inputs[0].Op != HloOp.Parameter
            || !test.Inputs[1].IsSplat || test.Inputs[0].Dims.Length != 0)
        {
            return null;
        }
        int index = (int)test.Inputs[0].A[0];
        if (index >= init.Length || !init[index].IsSplat)
        {
            return null;
        }
        HloNode next = step.Roots[index];
        if (next.Op != HloOp.Add || !ReferenceEquals(next.Inputs[0], step.Parameters[index]) || !next.Inputs[1].IsSplat
            || ScalarFolding.ToLong(next.Kind, init[index].Constant!.Data.Span) is not { } from
            || ScalarFolding.ToLong(next.Kind, test.Inputs[1].Constant!.Data.Span) is not { } to
            || ScalarFolding.ToLong(next.Kind, next.Inputs[1].Constant!.Data.Span) is not { } by || by <= 0)
        {
            return null;
        }
        return Math.Max(0, (to - from + by - 1) / by);
    }

    private HloNode[]? Case(Operation op, HloNode[] x, Dictionary<Value, HloNode> map)
    {
        List<Value> captured = op.Regions.ToArray().SelectMany(Captures).Distinct<Value>(ReferenceEqualityComparer.Instance).ToList();
        if (x[0].IsSplat && ScalarFolding.ToLong(x[0].Kind, x[0].Constant!.Data.Span) is { } known)
        {
            int branch = op.Name.Short == "if" ? (known != 0 ? 0 : 1) : (int)(known >= 0 && known < op.Regions.Length ? known : op.Regions.Length - 1);
            return Inline(op.Regions[branch].Entry, [], map);
        }
        var branches = new HloComputation[op.Regions.Length];
        HloNode[] outside = [];
        for (int i = 0; i < branches.Length; i++)
        {
            branches[i] = Subgraph(op.Regions[i], [], captured, map, out outside, out _);
        }
        builder.Source = op;
        IrType[] types = ResultTypes(op);
        HloNode node = builder.Node(HloOp.Case, ElementKind.I1, [0], [x[0], .. outside], computations: branches, resultTypes: types);
        if (branches.Any(b => b.Effects.Length > 0))
        {
            _effects.Add(node);
        }
        return Enumerable.Range(0, types.Length).Select(i => builder.GetResult(node, i)).ToArray();
    }

    // A region as a graph of its own: parameters are the block's arguments, then one for each captured value that is not a constant.
    private HloComputation Subgraph(
        Region region, ReadOnlySpan<Value> arguments, List<Value> captured, Dictionary<Value, HloNode> map, out HloNode[] outside, out HloNode[] inside)
    {
        var inner = new Dictionary<Value, HloNode>(ReferenceEqualityComparer.Instance);
        var parameters = new List<HloNode>();
        foreach (Value argument in arguments)
        {
            parameters.Add(Parameter(argument.Type, parameters.Count));
        }
        HloNode[] own = parameters.ToArray();
        var from = new List<HloNode>();
        foreach (Value value in captured)
        {
            HloNode node = map[value];
            if (node.Op == HloOp.Constant)
            {
                inner[value] = node;
                continue;
            }
            from.Add(node);
            HloNode p = Parameter(value.Type, parameters.Count);
            parameters.Add(p);
            inner[value] = p;
        }
        outside = from.ToArray();
        List<HloNode> saved = [.. _effects];
        _effects.Clear();
        HloNode[] roots = Inline(region.Entry, own, inner);
        HloNode[] effects = _effects.ToArray();
        _effects.Clear();
        _effects.AddRange(saved);
        inside = own;
        return new HloComputation(parameters.ToArray(), roots, effects);
    }

    private static List<Value> Captures(Region region)
    {
        var defined = new HashSet<Value>(ReferenceEqualityComparer.Instance);
        var used = new List<Value>();
        Visit(region);
        return used.Where(v => !defined.Contains(v)).Distinct<Value>(ReferenceEqualityComparer.Instance).ToList();

        void Visit(Region r)
        {
            foreach (Block block in r.Blocks)
            {
                defined.UnionWith(block.Arguments);
                foreach (Operation op in block.Operations)
                {
                    foreach (Value v in op.Operands)
                    {
                        used.Add(v);
                    }
                    foreach (OpResult v in op.Results)
                    {
                        defined.Add(v);
                    }
                    foreach (Region nested in op.Regions)
                    {
                        Visit(nested);
                    }
                }
            }
        }
    }
}
