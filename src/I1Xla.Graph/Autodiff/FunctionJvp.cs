using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>The forward derivative of a call: a function from operands and tangents to result tangents, made once for each set of tangents.</summary>
internal static class FunctionJvp
{
    /// <summary>The forward rule of <c>func.call</c>.</summary>
    public static void Rule(JvpContext c)
    {
        ModuleTracer module = c.Module;
        FunctionRecord callee = module.Functions[c.Op.Attributes.Get<SymbolRefAttr>("callee")!.Root];
        if (callee.CustomVjp is not null)
        {
            throw c.NoRule($"function {callee.Name} has a reverse derivative of its own and no forward one");
        }
        int[] given = [.. Enumerable.Range(0, c.Op.Operands.Length).Where(i => c.Tangent(i) is not null)];
        string key = string.Join(",", given);
        if (!callee.Jvps.TryGetValue(key, out FunctionRecord? record))
        {
            record = Make(module, callee, given);
            callee.Jvps.Add(key, record);
        }
        FunctionTracer f = Trace.Current;
        var operands = new List<Value>();
        for (int i = 0; i < c.Op.Operands.Length; i++)
        {
            operands.Add(f.Use(c.In(i), "call"));
        }
        operands.AddRange(given.Select(i => f.Use(c.Tangent(i)!, "call")));
        Operation call = Functions.EmitCall(f, record, [.. operands]);
        for (int i = 0; i < call.Results.Length; i++)
        {
            c.GiveTo(i, f.Wrap(call.Results[i]));
        }
    }

    private static FunctionRecord Make(ModuleTracer module, FunctionRecord callee, int[] given)
    {
        Block body = callee.Tracer.Function.Body;
        Finisher.Resolve(body, module);
        var tracer = new FunctionTracer(module, Trace.Current, callee.Name + "_jvp",
            [.. body.Arguments.Select(a => a.Type), .. given.Select(i => body.Arguments[i].Type)], isPrivate: true);
        using (Trace.Enter(tracer))
        {
            Block here = tracer.Function.Body;
            var map = new Dictionary<Value, Value>();
            for (int i = 0; i < body.Arguments.Count; i++)
            {
                map[body.Arguments[i]] = here.Arguments[i];
            }
            foreach (Operation op in body.Operations.SkipLast(1))
            {
                here.Add(op.Clone(map));
            }
            var walk = new Forward(module, v => tracer.Wrap(v));
            for (int i = 0; i < given.Length; i++)
            {
                walk.Set(here.Arguments[given[i]], tracer.Wrap(here.Arguments[body.Arguments.Count + i]));
            }
            walk.Walk(here.Operations, 0, here.Operations.Count);
            Value[] results = [.. callee.Results.Select(r => tracer.Use(
                walk.Tangent(map[module.Resolve(r)]) ?? Hlo.Zeros(r.TensorType), "return"))];
            tracer.Return(results);
            var record = new FunctionRecord { Tracer = tracer, InputCount = here.Arguments.Count, Results = results, ResultWeak = new bool[results.Length] };
            module.Module.Body.Add(tracer.Function.Op);
            module.Functions.Add(tracer.Function.Name, record);
            return record;
        }
    }
}
