using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Derivatives of calls, branches and loops.</summary>
internal static class ControlRules
{
    /// <summary>Adds the rules to the table.</summary>
    public static void Register()
    {
        Rules.Add(HloOps.Call, FunctionVjp.Rule, FunctionJvp.Rule);
        Rules.Add(HloOps.Scan, ScanVjp.Rule, ControlJvp.Scan);
        Rules.Add(HloOps.Case, CaseVjp, ControlJvp.Case);
        Rules.Add(HloOps.While, c => throw c.NoRule("the number of steps of a while loop is not known, so it has no reverse derivative; use Scan or ForiLoop"), ControlJvp.While);
    }

    /// <summary>The same choice again; each branch computes its forward pass again and then goes backward.</summary>
    private static void CaseVjp(VjpContext c)
    {
        Operation op = c.Op;
        List<Value> captures = Backward.Captures(op.Regions);
        List<Value> wanted = [.. captures.Where(c.Backward.IsActive)];
        if (wanted.Count == 0)
        {
            return;
        }
        FunctionTracer f = Tracer.Current;
        ModuleTracer module = c.Backward.Module;
        Tensor index = c.In(0);
        // Values and cotangents are brought here once, outside the branches.
        var outside = new Dictionary<Value, Value>();
        foreach (Value captured in captures)
        {
            outside[captured] = f.Use(c.Backward.Primal(captured), "cond");
        }
        Tensor?[] cts = [.. Enumerable.Range(0, op.Results.Length).Select(c.CtOf)];
        var regions = new Region[op.Regions.Length];
        for (int r = 0; r < regions.Length; r++)
        {
            Block branch = op.Regions[r].Entry;
            regions[r] = Hlo.Region([], _ =>
            {
                Block here = f.Frame.Block;
                var map = new Dictionary<Value, Value>(outside);
                for (int i = 0; i < branch.Operations.Count - 1; i++)
                {
                    here.Add(branch.Operations[i].Clone(map));
                }
                var walk = new Backward(module, here, v => f.Wrap(v));
                foreach (Value value in wanted)
                {
                    walk.Want(outside[value]);
                }
                int end = here.Operations.Count;
                walk.Activate(0, end);
                for (int i = 0; i < cts.Length; i++)
                {
                    Value result = branch.Terminator!.Operands[i];
                    walk.Accumulate(map.GetValueOrDefault(result, result), cts[i]);
                }
                walk.Walk(0, end);
                return [.. wanted.Select(v => walk.Cotangent(outside[v]) ?? Hlo.Zeros(v.TensorType))];
            });
        }
        Tensor[] results = Hlo.Several(HloOps.Case, [.. wanted.Select(v => v.Type)], [index], null, regions);
        for (int i = 0; i < results.Length; i++)
        {
            c.Backward.Accumulate(wanted[i], results[i]);
        }
    }
}
