using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Functions of their own inside a module: traced once for each different one, called from then on.</summary>
internal static class Functions
{
    /// <summary>Calls a function, tracing it first when it is new.</summary>
    /// <param name="name">Wished symbol name.</param>
    /// <param name="identity">Method and target that make it the same function.</param>
    /// <param name="tag">What else must be equal.</param>
    /// <param name="inputs">Explicit inputs.</param>
    /// <param name="scope">The scope whose parameters it takes; null when it takes none.</param>
    /// <param name="body">What to trace.</param>
    /// <param name="checkpoint">How it is rematerialised; null when it is not.</param>
    /// <param name="custom">Its own derivative; null for that of its operations.</param>
    public static Tensor[] Call(
        string name, Delegate identity, string tag, Tensor[] inputs, Scope? scope,
        Func<Scope?, Tensor[], Tensor[]> body, CheckpointPolicy? checkpoint, CustomRule? custom)
    {
        FunctionTracer f = Tracer.Current;
        ModuleTracer module = f.Module;
        var types = new TensorType[inputs.Length];
        long weak = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = Hlo.Materialize(inputs[i]);
            types[i] = inputs[i].Type;
            weak |= inputs[i].IsWeak ? 1L << (i & 63) : 0;
        }
        var key = new FunctionKey(identity, new ValueArray<TensorType>(types), weak, checkpoint is null ? tag : $"{tag}|{checkpoint.Key}", custom);
        if (!module.Cache.TryGetValue(key, out FunctionRecord? record))
        {
            record = New(module, f, name, inputs, scope, body, checkpoint, custom);
            module.Cache.Add(key, record);
        }
        return Emit(f, record, inputs, scope);
    }

    /// <summary>Traces a function into the module.</summary>
    public static FunctionRecord New(
        ModuleTracer module, FunctionTracer? parent, string name, ReadOnlySpan<Tensor> inputs, Scope? scope,
        Func<Scope?, Tensor[], Tensor[]> body, CheckpointPolicy? checkpoint, CustomRule? custom)
    {
        var types = new IrType[inputs.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = inputs[i].Type;
        }
        var tracer = new FunctionTracer(module, parent, name, types, isPrivate: true);
        var record = new FunctionRecord { Tracer = tracer, Checkpoint = checkpoint, Custom = custom, InputCount = inputs.Length };
        tracer.OnCapture = outer =>
        {
            BlockArgument argument = tracer.Function.Body.AddArgument(outer.Type);
            record.Extras.Add(new ExtraArgument(null, outer));
            return new Tensor(argument, ParameterSources.Entry(tracer), tracer, outer.IsWeak);
        };
        using (Tracer.Enter(tracer))
        {
            var arguments = new Tensor[inputs.Length];
            for (int i = 0; i < arguments.Length; i++)
            {
                arguments[i] = new Tensor(tracer.Function.Body.Arguments[i], tracer.Frame, tracer, inputs[i].IsWeak);
            }
            Scope? inner = scope is null ? null : new Scope(new FunctionSource(record), "", scope.Policy);
            FileLineLocation? line = Tracer.Line;
            Tensor[] results = body(inner, arguments);
            Tracer.Line = line;
            for (int i = 0; i < results.Length; i++)
            {
                results[i] = Hlo.Materialize(results[i]);
            }
            record.Results = Hlo.Use(tracer, HloOps.FuncReturn, results);
            record.ResultWeak = [.. results.Select(r => r.IsWeak)];
            tracer.Return(record.Results);
        }
        module.Module.Body.Add(tracer.Function.Op);
        module.Functions.Add(tracer.Function.Name, record);
        return record;
    }

    /// <summary>Emits a call.</summary>
    public static Tensor[] Emit(FunctionTracer f, FunctionRecord record, ReadOnlySpan<Tensor> inputs, Scope? scope)
    {
        var operands = new Value[inputs.Length + record.Extras.Count];
        int at = 0;
        foreach (Tensor input in inputs)
        {
            operands[at++] = f.Use(input, "call");
        }
        foreach (ExtraArgument extra in record.Extras)
        {
            operands[at++] = f.Use(extra.Captured ?? scope!.Resolve(extra.Parameter!), "call");
        }
        string former = f.Path;
        if (scope is not null)
        {
            f.Path = scope.Path;
        }
        Operation call = EmitCall(f, record, operands);
        f.Path = former;
        var results = new Tensor[call.Results.Length];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = f.Wrap(call.Results[i], record.ResultWeak[i]);
        }
        return results;
    }

    /// <summary>Emits a call on values.</summary>
    public static Operation EmitCall(FunctionTracer f, FunctionRecord record, ReadOnlySpan<Value> operands) =>
        f.Emit(HloOps.Call, operands, record.Tracer.Function.Type.Results.Span, new AttributeMap { { "callee", new SymbolRefAttr(record.Name) } });

    /// <summary>A symbol name for a delegate: the method's name without what the compiler adds for lambdas and local functions.</summary>
    public static string NameOf(Delegate function)
    {
        string name = function.Method.Name;
        int local = name.IndexOf("g__", StringComparison.Ordinal);
        if (local >= 0)
        {
            int end = name.IndexOf('|', local);
            name = name[(local + 3)..(end < 0 ? name.Length : end)];
        }
        else if (name.StartsWith('<'))
        {
            int end = name.IndexOf('>');
            name = end > 1 ? name[1..end] + "_lambda" : "lambda";
        }
        return string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));
    }
}
