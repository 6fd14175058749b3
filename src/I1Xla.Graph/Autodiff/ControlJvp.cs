using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Forward derivatives of branches and loops: tangents travel beside the values.</summary>
internal static class ControlJvp
{
    /// <summary>A scan whose carries and sequences have tangents beside them.</summary>
    public static void Scan(JvpContext c)
    {
        var scan = new ScanOp(c.Op);
        int carries = scan.Carries, sequences = c.Op.Operands.Length - carries;
        Finisher.Resolve(scan.Body, c.Module);
        int[] sequenceTangents = [.. Enumerable.Range(0, sequences).Where(i => c.Tangent(carries + i) is not null)];
        int[] carryTangents = FloatValues(c.Op.Operands[..carries]);
        Tensor[] init = [.. Enumerable.Range(0, carries).Select(c.In), .. carryTangents.Select(c.TangentOrZero)];
        Tensor[] xs = [.. Enumerable.Range(carries, sequences).Select(c.In), .. sequenceTangents.Select(i => c.Tangent(carries + i)!)];
        int[] stackTangents = [];
        (Tensor[] final, Tensor[] stacked) = Lax.Scan((state, slices) =>
        {
            (Tensor[] results, Func<int, Tensor> tangent) = Step(c, scan.Body, [.. state[..carries], .. slices[..sequences]], walk =>
            {
                for (int i = 0; i < carryTangents.Length; i++)
                {
                    walk(carryTangents[i], state[carries + i]);
                }
                for (int i = 0; i < sequenceTangents.Length; i++)
                {
                    walk(carries + sequenceTangents[i], slices[sequences + i]);
                }
            });
            stackTangents = [.. FloatValues(scan.Body.Terminator!.Operands).Where(i => i >= carries)];
            return ([.. results[..carries], .. carryTangents.Select(tangent)], [.. stackTangents.Select(tangent)]);
        }, init, xs, scan.Length, scan.Reverse);
        for (int i = 0; i < carryTangents.Length; i++)
        {
            c.GiveTo(carryTangents[i], final[carries + i]);
        }
        for (int i = 0; i < stackTangents.Length; i++)
        {
            c.GiveTo(stackTangents[i], stacked[i]);
        }
    }

    /// <summary>The same choice again, giving tangents.</summary>
    public static void Case(JvpContext c)
    {
        int[] results = FloatValues([.. c.Op.Results]);
        FunctionTracer f = Tracer.Current;
        var regions = new Region[c.Op.Regions.Length];
        for (int r = 0; r < regions.Length; r++)
        {
            Block branch = c.Op.Regions[r].Entry;
            regions[r] = Hlo.Region([], _ =>
            {
                (_, Func<int, Tensor> tangent) = Step(c, branch, [], static _ => { });
                return [.. results.Select(tangent)];
            });
        }
        Tensor[] tangents = Hlo.Several(HloOps.Case, [.. results.Select(i => c.Op.Results[i].Type)], [c.In(0)], null, regions);
        for (int i = 0; i < results.Length; i++)
        {
            c.GiveTo(results[i], tangents[i]);
        }
    }

    /// <summary>A while loop whose values have tangents beside them.</summary>
    public static void While(JvpContext c)
    {
        int count = c.Op.Operands.Length;
        int[] floats = FloatValues(c.Op.Operands);
        Block test = c.Op.Regions[0].Entry, body = c.Op.Regions[1].Entry;
        Tensor[] final = Lax.WhileLoop(
            state => Step(c, test, state[..count], static _ => { }).Results[0],
            state =>
            {
                (Tensor[] results, Func<int, Tensor> tangent) = Step(c, body, state[..count], walk =>
                {
                    for (int i = 0; i < floats.Length; i++)
                    {
                        walk(floats[i], state[count + i]);
                    }
                });
                return [.. results, .. floats.Select(tangent)];
            },
            [.. Enumerable.Range(0, count).Select(c.In), .. floats.Select(c.TangentOrZero)]);
        for (int i = 0; i < floats.Length; i++)
        {
            c.GiveTo(floats[i], final[count + i]);
        }
    }

    /// <summary>Copies a region's block into the open block with its arguments bound, and pushes tangents through.</summary>
    private static (Tensor[] Results, Func<int, Tensor> Tangent) Step(JvpContext c, Block block, ReadOnlySpan<Tensor> arguments, Action<Action<int, Tensor>> seed)
    {
        FunctionTracer f = Tracer.Current;
        Block here = f.Frame.Block;
        var map = new Dictionary<Value, Value>();
        var walk = new Forward(c.Module, v => f.Wrap(v));
        foreach (Value captured in Backward.Captures(block.Parent!))
        {
            Value value = f.Use(c.Primal(captured), "jvp");
            map[captured] = value;
            if (c.Forward.Tangent(captured) is { } tangent)
            {
                walk.Set(value, tangent);
            }
        }
        for (int i = 0; i < arguments.Length; i++)
        {
            map[block.Arguments[i]] = f.Use(arguments[i], "jvp");
        }
        seed((i, tangent) => walk.Set(map[block.Arguments[i]], tangent));
        int start = here.Operations.Count;
        foreach (Operation op in block.Operations.SkipLast(1))
        {
            here.Add(op.Clone(map));
        }
        walk.Walk(here.Operations, start, here.Operations.Count);
        Value[] results = [.. block.Terminator!.Operands.ToArray().Select(v => map.GetValueOrDefault(v, v))];
        return ([.. results.Select(v => f.Wrap(v))], i => walk.Tangent(results[i]) ?? Hlo.Zeros(results[i].TensorType));
    }

    private static int[] FloatValues(ReadOnlySpan<Value> values)
    {
        var floats = new List<int>();
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i].Type is TensorType { Kind: var kind } && (kind.IsFloat() || kind.IsComplex()))
            {
                floats.Add(i);
            }
        }
        return [.. floats];
    }
}
