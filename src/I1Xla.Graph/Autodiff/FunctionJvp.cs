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
        int[] given = [.. Enumerable.Range(0, c.Op.Operands.Length).Where(i => c.Tangent(i) is not null)];
        string key = string.Join(",", given);
        if (!callee.Jvps.TryGetValue(key, out FunctionRecord? record))
        {
            record = Make(module, callee, given);
            callee.Jvps.Add(key, record);
        }
        FunctionTracer f = Tracer.Current;
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
        var tracer = new FunctionTracer(module, Tracer.Current, callee.Name + "_jvp",
            [.. body.Arguments.Select(a => a.Type), .. given.Select(i => body.Arguments[i].Type)], isPrivate: true);
        using (Tracer.Enter(tracer))
        {
            Block here = tracer.Function.Body;
            var map = new Dictionary<Value, Value>();
            for (int i = 0; i < body.Arguments.Count; i++)
            {
                map[body.Arguments[i]] = here.Arguments[i];
            }
            Value[] results;
            if (callee.Custom is { } custom)
            {
                results = Custom(callee, custom, tracer, given);
            }
            else
            {
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
                results = [.. callee.Results.Select(r => tracer.Use(walk.Tangent(map.GetValueOrDefault(module.Resolve(r), r)) ?? Hlo.Zeros(r.TensorType), "return"))];
            }
            tracer.Return(results);
            // What was rematerialised stays so when the tangents are differentiated.
            var record = new FunctionRecord { Tracer = tracer, Checkpoint = callee.Checkpoint, InputCount = here.Arguments.Count, Results = results, ResultWeak = new bool[results.Length] };
            module.Module.Body.Add(tracer.Function.Op);
            module.Functions.Add(tracer.Function.Name, record);
            return record;
        }
    }

    /// <summary>The results' tangents by the function's own rule.</summary>
    private static Value[] Custom(FunctionRecord callee, CustomRule custom, FunctionTracer tracer, int[] given)
    {
        string name = FunctionVjp.CustomName(callee);
        if (callee.Extras.Count > 0)
        {
            throw Tracer.Error(name, "the function holds tensors from outside; pass them in as arguments");
        }
        int count = callee.Tracer.Function.Body.Arguments.Count;
        Tensor[] arguments = [.. tracer.Function.Body.Arguments.Select(a => tracer.Wrap(a))];
        Tensor[] inputs = arguments[..count];
        Tensor[] tangents = [.. inputs.Select((x, i) => Array.IndexOf(given, i) is var at and >= 0 ? arguments[count + at] : Hlo.Zeros(x.Type))];
        Tensor[] results = custom.Push(inputs, tangents);
        if (results.Length != callee.Results.Length)
        {
            throw Tracer.Error(name, $"the rule of {callee.Name} gives {results.Length} tangents for {callee.Results.Length} results");
        }
        var values = new Value[results.Length];
        for (int i = 0; i < values.Length; i++)
        {
            TensorType type = callee.Results[i].TensorType;
            Tensor tangent = results[i].IsNumber ? Hlo.Number(results[i], type.Kind, type.Shape) : results[i];
            values[i] = tangent.Type.Equals(type) ? tracer.Use(tangent, "return")
                : throw Tracer.Error(name, $"the rule of {callee.Name} gives the tangent {tangent} for result {i}, which is {type.Kind.Name()}{type.Shape}");
        }
        return values;
    }
}
