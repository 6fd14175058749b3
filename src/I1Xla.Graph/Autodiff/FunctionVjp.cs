using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// The derivative of a call: the callee becomes a pair of functions, one that also returns what the backward pass needs and
/// one that is the backward pass, made once for each set of needed derivatives and shared by all calls.
/// </summary>
internal static class FunctionVjp
{
    /// <summary>The reverse rule of <c>func.call</c>.</summary>
    public static void Rule(VjpContext c)
    {
        ModuleTracer module = c.Backward.Module;
        Operation call = c.Op;
        bool[] needs = new bool[call.Operands.Length];
        for (int i = 0; i < needs.Length; i++)
        {
            needs[i] = c.Needs(i);
        }
        if (module.Exchanged.TryGetValue(call, out ExchangedCall? known))
        {
            bool[] given = HasCotangents(c, known.OriginalResults);
            bool onlyOriginal = Enumerable.Range(known.OriginalResults, call.Results.Length - known.OriginalResults).All(i => c.CtOf(i) is null);
            if (onlyOriginal && KeyOf(needs, given) == known.Key)
            {
                CallBackward(c, known.Pair, call, known.OriginalResults);
                return;
            }
        }
        FunctionRecord callee = module.Functions[call.Attributes.Get<SymbolRefAttr>("callee")!.Root];
        bool[] cotangents = HasCotangents(c, call.Results.Length);
        string key = KeyOf(needs, cotangents);
        if (!callee.Vjps.TryGetValue(key, out VjpPair? pair))
        {
            FunctionTracer current = Tracer.Current;
            pair = callee.Custom is not null ? CustomPair(module, current, callee, needs, cotangents)
                : callee.Checkpoint is { } policy && policy != CheckpointPolicy.EverythingSaveable ? CheckpointedPair(module, current, callee, policy, needs, cotangents)
                : Pair(module, current, callee, needs, cotangents);
            callee.Vjps.Add(key, pair);
        }
        Operation forward = Exchange(c.Backward, c.Index, pair.Forward);
        module.Exchanged[forward] = new ExchangedCall(key, call.Results.Length, pair);
        CallBackward(c, pair, forward, call.Results.Length);
    }

    /// <summary>Puts a call of another function, with the same operands and more results, in place of a call.</summary>
    private static Operation Exchange(Backward walk, int index, FunctionRecord callee)
    {
        Operation old = walk.Block.Operations[index];
        var call = new Operation(HloOps.Call, old.Operands, callee.Tracer.Function.Type.Results.Span,
            new AttributeMap { { "callee", new SymbolRefAttr(callee.Name) } }, default, old.Location);
        Put(walk.Block, index, call);
        for (int i = 0; i < old.Results.Length; i++)
        {
            walk.Replace(old.Results[i], call.Results[i]);
        }
        return call;
    }

    /// <summary>Puts an operation in place of the one at an index of a block.</summary>
    public static void Put(Block block, int index, Operation op)
    {
        block.Add(op);
        block.Operations.RemoveAt(block.Operations.Count - 1);
        block.Operations[index] = op;
    }

    private static void CallBackward(VjpContext c, VjpPair pair, Operation forward, int originalResults)
    {
        FunctionTracer f = Tracer.Current;
        var operands = new List<Value>();
        for (int i = 0; i < originalResults; i++)
        {
            if (c.Backward.Cotangent(forward.Results[i]) is { } ct)
            {
                operands.Add(f.Use(ct, "call"));
            }
        }
        foreach (Residual residual in pair.Residuals)
        {
            Value value = residual.Operand >= 0 ? forward.Operands[residual.Operand] : forward.Results[residual.Result];
            operands.Add(f.Use(c.Backward.Primal(value), "call"));
        }
        Operation call = Functions.EmitCall(f, pair.Backward, [.. operands]);
        for (int i = 0; i < pair.ResultOfOperand.Count; i++)
        {
            if (pair.ResultOfOperand[i] >= 0)
            {
                c.Backward.Accumulate(forward.Operands[i], f.Wrap(call.Results[pair.ResultOfOperand[i]]));
            }
        }
    }

    private static bool[] HasCotangents(VjpContext c, int count)
    {
        bool[] given = new bool[count];
        for (int i = 0; i < count; i++)
        {
            given[i] = c.CtOf(i) is not null;
        }
        return given;
    }

    private static string KeyOf(bool[] needs, bool[] cotangents) =>
        string.Create(needs.Length + cotangents.Length + 1, (needs, cotangents), static (span, s) =>
        {
            for (int i = 0; i < s.needs.Length; i++)
            {
                span[i] = s.needs[i] ? '1' : '0';
            }
            span[s.needs.Length] = ':';
            for (int i = 0; i < s.cotangents.Length; i++)
            {
                span[s.needs.Length + 1 + i] = s.cotangents[i] ? '1' : '0';
            }
        });

    private static FunctionTracer NewFunction(ModuleTracer module, FunctionTracer parent, FunctionRecord of, string suffix, IEnumerable<IrType> inputs) =>
        new(module, parent, of.Name + suffix, [.. inputs], isPrivate: true) { LocationOverride = null };

    private static FunctionRecord Close(ModuleTracer module, FunctionTracer tracer, ReadOnlySpan<Value> results)
    {
        Value[] final = new Value[results.Length];
        for (int i = 0; i < final.Length; i++)
        {
            final[i] = module.Resolve(results[i]);
        }
        tracer.Return(final);
        var record = new FunctionRecord { Tracer = tracer, InputCount = tracer.Function.Body.Arguments.Count, Results = final, ResultWeak = new bool[final.Length] };
        module.Module.Body.Add(tracer.Function.Op);
        module.Functions.Add(tracer.Function.Name, record);
        return record;
    }

    /// <summary>Copies a function's operations to the end of a block; gives the map of values.</summary>
    private static Dictionary<Value, Value> CopyBody(ModuleTracer module, FunctionRecord from, Block to, ReadOnlySpan<Value> arguments, Func<Value, Value?>? saved = null)
    {
        Block body = from.Tracer.Function.Body;
        var map = new Dictionary<Value, Value>(body.Operations.Count);
        for (int i = 0; i < arguments.Length; i++)
        {
            map[body.Arguments[i]] = arguments[i];
        }
        Finisher.Resolve(body, module);
        for (int i = 0; i < body.Operations.Count - 1; i++)
        {
            Operation op = body.Operations[i];
            Operation copy = op.Clone(map);
            to.Add(copy);
            if (module.Exchanged.TryGetValue(op, out ExchangedCall? exchanged))
            {
                module.Exchanged[copy] = exchanged;
            }
            for (int r = 0; saved is not null && r < op.Results.Length; r++)
            {
                if (saved(op.Results[r]) is { } instead)
                {
                    // Later uses read the saved value, and their cotangents go to the copied operation.
                    map[op.Results[r]] = to.Add(new Operation(HloOps.Saved, [copy.Results[r], instead], [instead.Type], null, default, op.Location)).Result;
                }
            }
        }
        return map;
    }

    private static VjpPair Pair(ModuleTracer module, FunctionTracer parent, FunctionRecord f, bool[] needs, bool[] cotangents)
    {
        Block original = f.Tracer.Function.Body;
        FunctionTracer forward = NewFunction(module, parent, f, "_fwd", original.Arguments.Select(a => a.Type));
        for (int i = 0; i < original.Arguments.Count; i++)
        {
            forward.Function.Body.Arguments[i].NameHint = original.Arguments[i].NameHint;
        }
        Block body = forward.Function.Body;
        Dictionary<Value, Value> map = CopyBody(module, f, body, [.. body.Arguments]);
        List<Value> results = [.. f.Results.Select(r => map[module.Resolve(r)])];

        FunctionTracer backward = NewFunction(module, parent, f, "_bwd", f.Results.Where((_, i) => cotangents[i]).Select(r => r.Type));
        var residuals = new List<Residual>();
        var gradients = new List<Value>();
        int[] resultOfOperand = new int[needs.Length];
        using (Tracer.Enter(backward))
        {
            var values = new ResidualValues(module, backward, value =>
            {
                if (value is BlockArgument argument)
                {
                    residuals.Add(Residual.FromOperand(argument.Index));
                }
                else
                {
                    residuals.Add(Residual.FromResult(results.Count));
                    results.Add(value);
                }
            });
            var walk = new Backward(module, body, values.Primal);
            Run(walk, 0, body.Operations.Count, [.. body.Arguments], needs, [.. results.Take(f.Results.Length)], cotangents,
                [.. backward.Function.Body.Arguments.Select(a => backward.Wrap(a))]);
            Collect(walk, [.. body.Arguments], needs, gradients, resultOfOperand, backward);
        }
        return new VjpPair
        {
            Forward = Close(module, forward, [.. results]),
            Backward = Close(module, backward, [.. gradients]),
            Residuals = residuals,
            ResultOfOperand = resultOfOperand,
        };
    }

    /// <summary>The forward function saves what the policy says; the backward one computes the rest again, behind a barrier.</summary>
    private static VjpPair CheckpointedPair(ModuleTracer module, FunctionTracer parent, FunctionRecord f, CheckpointPolicy policy, bool[] needs, bool[] cotangents)
    {
        Block original = f.Tracer.Function.Body;
        FunctionTracer forward = NewFunction(module, parent, f, "_fwd", original.Arguments.Select(a => a.Type));
        Dictionary<Value, Value> map = CopyBody(module, f, forward.Function.Body, [.. forward.Function.Body.Arguments]);
        List<Value> results = [.. f.Results.Select(r => map[module.Resolve(r)])];
        var savedAt = new Dictionary<Value, int>();
        var places = new List<SavePlace>();
        foreach (Operation op in original.Operations)
        {
            SavePlace place = op.Name == HloOps.Constant || op.Name == HloOps.FuncReturn ? SavePlace.Nowhere : policy.Place(op);
            foreach (OpResult result in place == SavePlace.Nowhere ? [] : op.Results)
            {
                savedAt.Add(result, places.Count);
                places.Add(place);
            }
        }

        IrType[] cts = [.. f.Results.Where((_, i) => cotangents[i]).Select(r => r.Type)];
        FunctionTracer backward = NewFunction(module, parent, f, "_remat_bwd",
            [.. cts, .. original.Arguments.Select(a => a.Type), .. savedAt.OrderBy(s => s.Value).Select(s => s.Key.Type)]);
        int firstSaved = cts.Length + original.Arguments.Count;
        Block body = backward.Function.Body;
        var gradients = new List<Value>();
        int[] resultOfOperand = new int[needs.Length];
        using (Tracer.Enter(backward))
        {
            backward.LocationOverride = new NameLocation("checkpoint", f.Tracer.Function.Op.Location);
            Tensor[] behind = Hlo.OptimizationBarrier([.. body.Arguments.Take(cts.Length + original.Arguments.Count).Select(a => backward.Wrap(a))]);
            backward.LocationOverride = null;
            Value[] arguments = [.. behind[cts.Length..].Select(t => t.ValueOrNull!)];
            Value[] saved = [.. body.Arguments.Skip(firstSaved).Select((a, i) => places[i] == SavePlace.Host ? Placed(backward, a, "device") : a)];
            int start = body.Operations.Count;
            Dictionary<Value, Value> again = CopyBody(module, f, body, arguments, value => savedAt.TryGetValue(value, out int at) ? saved[at] : null);
            int end = body.Operations.Count;
            Value[] outputs = [.. f.Results.Select(r => again[module.Resolve(r)])];
            var walk = new Backward(module, body, v => backward.Wrap(v));
            Run(walk, start, end, arguments, needs, outputs, cotangents, behind);
            Collect(walk, arguments, needs, gradients, resultOfOperand, backward);
        }

        // Only what the backward pass reads is saved.
        HashSet<Value> live = Live(module, gradients);
        List<Residual> residuals = [.. Enumerable.Range(0, original.Arguments.Count).Select(Residual.FromOperand)];
        int removed = 0;
        foreach ((Value value, int at) in savedAt.OrderBy(s => s.Value))
        {
            BlockArgument argument = body.Arguments[firstSaved + at - removed];
            if (!live.Contains(argument))
            {
                Drop(body, argument);
                removed++;
                continue;
            }
            residuals.Add(Residual.FromResult(results.Count));
            results.Add(places[at] == SavePlace.Host ? Placed(forward, map[value], "pinned_host") : map[value]);
        }
        return new VjpPair
        {
            Forward = Close(module, forward, [.. results]),
            Backward = Close(module, backward, [.. gradients]),
            Residuals = residuals,
            ResultOfOperand = resultOfOperand,
        };
    }

    /// <summary>Every value that results depend on, saved values standing for what was computed again in their place.</summary>
    private static HashSet<Value> Live(ModuleTracer module, IEnumerable<Value> results)
    {
        var live = new HashSet<Value>();
        var work = new Stack<Value>(results);
        while (work.TryPop(out Value? value))
        {
            value = Markers.Through(value, module);
            if (live.Add(value) && value is OpResult { Owner: var op })
            {
                foreach (Value operand in op.Name == HloOps.OptimizationBarrier ? [op.Operands[((OpResult)value).Index]] : Backward.FreeValues(op))
                {
                    work.Push(operand);
                }
            }
        }
        return live;
    }

    /// <summary>Takes away an argument that only operations without use read, and them with it.</summary>
    private static void Drop(Block body, BlockArgument argument)
    {
        var gone = new HashSet<Value> { argument };
        var kept = new OperationList();
        foreach (Operation op in body.Operations)
        {
            if (op.Name == HloOps.Saved && gone.Contains(op.Operands[1]))
            {
                op.SetOperand(1, op.Operands[0]);
            }
            if (op.Name == HloOps.CustomCall && gone.Contains(op.Operands[0]))
            {
                gone.Add(op.Result);
                continue;
            }
            kept.Add(op);
        }
        body.Replace(kept);
        body.RemoveArgument(argument.Index);
    }

    /// <summary>The value in a memory space: what JAX writes for a transfer between host and device.</summary>
    private static Value Placed(FunctionTracer function, Value value, string memory) => function.Emit(HloOps.CustomCall, [value], [value.Type], new AttributeMap
    {
        { "call_target_name", new StringAttr("annotate_device_placement") },
        { "has_side_effect", new BoolAttr(true) },
        { "backend_config", new StringAttr("") },
        { "mhlo.frontend_attributes", new DictionaryAttr([new NamedAttribute("_xla_buffer_placement", new StringAttr(memory))]) },
    }).Result;

    /// <summary>The pair of a function with its own derivative: its two delegates, traced.</summary>
    private static VjpPair CustomPair(ModuleTracer module, FunctionTracer parent, FunctionRecord f, bool[] needs, bool[] cotangents)
    {
        if (f.Extras.Count > 0)
        {
            throw Tracer.Error(CustomName(f), "the function holds tensors from outside; pass them in as arguments");
        }
        CustomRule rule = f.Custom!;
        List<Tensor> like = [.. f.Tracer.Function.Body.Arguments.Select(a => new Tensor(a, f.Tracer.Frame, f.Tracer, false))];
        var residualTypes = new List<TensorType>();
        FunctionRecord forward = Functions.New(module, parent, f.Name + "_fwd", [.. like], null, (_, inputs) =>
        {
            (Tensor[] results, Tensor[] residuals) = rule.Forward(inputs);
            for (int i = 0; i < f.Results.Length; i++)
            {
                if (results.Length != f.Results.Length || !results[i].Type.Equals(f.Results[i].Type))
                {
                    throw Tracer.Error(CustomName(f), $"the forward rule of {f.Name} gives {string.Join(", ", results.Select(r => r.ToString()))}, not what the function gives");
                }
            }
            residualTypes.AddRange(residuals.Select(r => Hlo.Materialize(r).Type));
            return [.. results, .. residuals];
        }, null, null);
        IrType[] inputs = [.. f.Results.Where((_, i) => cotangents[i]).Select(r => r.Type), .. residualTypes];
        FunctionTracer backward = NewFunction(module, parent, f, "_bwd", inputs);
        var gradients = new List<Value>();
        int[] resultOfOperand = new int[needs.Length];
        using (Tracer.Enter(backward))
        {
            Tensor[] arguments = [.. backward.Function.Body.Arguments.Select(a => backward.Wrap(a))];
            int next = 0;
            Tensor[] cts = [.. f.Results.Select((r, i) => cotangents[i] ? arguments[next++] : Hlo.Zeros(r.TensorType))];
            Tensor?[] given = rule.Backward(arguments[next..], cts);
            if (given.Length != needs.Length)
            {
                throw Tracer.Error(CustomName(f), $"the backward rule of {f.Name} gives {given.Length} cotangents for {needs.Length} inputs");
            }
            for (int i = 0; i < needs.Length; i++)
            {
                resultOfOperand[i] = -1;
                if (needs[i] && given[i] is { } gradient)
                {
                    gradient = Hlo.Materialize(gradient);
                    if (!gradient.Type.Equals(like[i].Type))
                    {
                        throw Tracer.Error(CustomName(f), $"the backward rule of {f.Name} gives {gradient} for input {i}, which is {like[i]}");
                    }
                    resultOfOperand[i] = gradients.Count;
                    gradients.Add(backward.Use(gradient, "return"));
                }
            }
        }
        return new VjpPair
        {
            Forward = forward,
            Backward = Close(module, backward, [.. gradients]),
            Residuals = [.. Enumerable.Range(f.Results.Length, residualTypes.Count).Select(Residual.FromResult)],
            ResultOfOperand = resultOfOperand,
        };
    }

    /// <summary>What the user called to give a function its own derivative.</summary>
    internal static string CustomName(FunctionRecord f) => f.Custom is CustomJvpRule ? "custom_jvp" : "custom_vjp";

    /// <summary>Activates from the needed inputs, seeds the outputs with the first cotangents, and walks.</summary>
    private static void Run(
        Backward walk, int start, int end, ReadOnlySpan<Value> inputs, bool[] needs, ReadOnlySpan<Value> outputs, bool[] cotangents, ReadOnlySpan<Tensor> cts)
    {
        for (int i = 0; i < needs.Length; i++)
        {
            if (needs[i])
            {
                walk.Want(inputs[i]);
            }
        }
        walk.Activate(start, end);
        int next = 0;
        for (int i = 0; i < cotangents.Length; i++)
        {
            if (cotangents[i])
            {
                walk.Accumulate(outputs[i], cts[next++]);
            }
        }
        walk.Walk(start, end);
    }

    /// <summary>The cotangents of the needed inputs, as results of the backward function.</summary>
    private static void Collect(Backward walk, ReadOnlySpan<Value> inputs, bool[] needs, List<Value> gradients, int[] resultOfOperand, FunctionTracer backward)
    {
        for (int i = 0; i < needs.Length; i++)
        {
            resultOfOperand[i] = -1;
            if (needs[i] && walk.Cotangent(inputs[i]) is { } ct)
            {
                resultOfOperand[i] = gradients.Count;
                gradients.Add(backward.Use(ct, "return"));
            }
        }
    }
}
