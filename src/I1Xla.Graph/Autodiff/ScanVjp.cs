using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// The derivative of a scan: the forward scan also stacks what each step's backward pass needs, and a scan in the other
/// direction threads the carries' cotangents through and sums those of outer values.
/// </summary>
internal static class ScanVjp
{
    /// <summary>The reverse rule of a scan.</summary>
    public static void Rule(VjpContext c)
    {
        var scan = new ScanOp(c.Op);
        ModuleTracer module = c.Backward.Module;
        FunctionTracer f = Tracer.Current;
        int carries = scan.Carries, sequences = c.Op.Operands.Length - carries, stacks = c.Op.Results.Length - carries;
        Finisher.Resolve(scan.Body, module);
        List<Value> captures = Backward.Captures(c.Op.Regions);
        List<Value> outer = [.. captures.Where(c.Backward.IsActive)];

        // The forward step, copied so that calls in it may be exchanged and results added.
        var forwardBody = new Block();
        var map = new Dictionary<Value, Value>();
        foreach (BlockArgument argument in scan.Body.Arguments)
        {
            map[argument] = forwardBody.AddArgument(argument.Type, argument.Location);
        }
        foreach (Operation op in scan.Body.Operations.SkipLast(1))
        {
            forwardBody.Add(op.Clone(map));
        }
        List<Value> returned = [.. scan.Body.Terminator!.Operands.ToArray().Select(v => map.GetValueOrDefault(v, v))];
        int plain = returned.Count;
        bool[] active = ActiveCarries(c, scan, module, forwardBody, returned, outer);
        int[] carried = [.. Enumerable.Range(0, carries).Where(i => active[i])];
        int[] stackCts = [.. Enumerable.Range(0, stacks).Where(i => c.CtOf(carries + i) is not null)];

        // The backward step's arguments: carry cotangents, sums for outer values, stacked cotangents, then residual slices.
        var backwardBody = new Block();
        BlockArgument[] carryCts = [.. carried.Select(i => backwardBody.AddArgument(returned[i].Type))];
        BlockArgument[] sums = [.. outer.Select(v => backwardBody.AddArgument(v.Type))];
        BlockArgument[] sliceCts = [.. stackCts.Select(i => backwardBody.AddArgument(returned[carries + i].Type))];
        var residuals = new List<(int Sequence, int Stack)>();
        int[] wantedSequences = [.. Enumerable.Range(0, sequences).Where(i => c.Needs(carries + i))];
        BlockFrame inner = f.Push(backwardBody);
        var known = new Dictionary<Value, Tensor>();
        var local = new HashSet<Value>(forwardBody.Arguments);
        Tensor Primal(Value value)
        {
            value = module.Resolve(value);
            if (known.TryGetValue(value, out Tensor? tensor))
            {
                return tensor;
            }
            if (!IsLocal(value, forwardBody, local))
            {
                return c.Backward.Primal(value);
            }
            if (value is OpResult { Owner: var op } && Markers.IsCheap(op))
            {
                Value[] operands = [.. op.Operands.ToArray().Select(o => f.Use(Primal(o), "residual"))];
                Tensor again = f.Wrap(f.Emit(op.Name, operands, [value.Type], op.Attributes.Clone()).Result);
                if (ReferenceEquals(f.Frame, inner))
                {
                    known.Add(value, again);
                }
                return again;
            }
            tensor = new Tensor(backwardBody.AddArgument(value.Type), inner, f, false);
            known.Add(value, tensor);
            if (value is BlockArgument argument && ReferenceEquals(argument.Owner, forwardBody) && argument.Index >= carries)
            {
                residuals.Add((argument.Index, -1));
            }
            else
            {
                residuals.Add((-1, returned.Count));
                returned.Add(value);
            }
            return tensor;
        }
        try
        {
            var walk = new Backward(module, forwardBody, Primal);
            foreach (int i in carried)
            {
                walk.Want(forwardBody.Arguments[i]);
            }
            foreach (int i in wantedSequences)
            {
                walk.Want(forwardBody.Arguments[carries + i]);
            }
            foreach (Value value in outer)
            {
                walk.Want(value);
            }
            int end = forwardBody.Operations.Count;
            walk.Activate(0, end);
            for (int i = 0; i < carried.Length; i++)
            {
                walk.Accumulate(returned[carried[i]], f.Wrap(carryCts[i]));
            }
            for (int i = 0; i < stackCts.Length; i++)
            {
                walk.Accumulate(returned[carries + stackCts[i]], f.Wrap(sliceCts[i]));
            }
            walk.Walk(0, end);
            var gives = new List<Tensor>();
            gives.AddRange(carried.Select(i => walk.Cotangent(forwardBody.Arguments[i]) ?? Hlo.Zeros(forwardBody.Arguments[i].TensorType)));
            for (int i = 0; i < outer.Count; i++)
            {
                Tensor sum = f.Wrap(sums[i]);
                gives.Add(walk.Cotangent(outer[i]) is { } part ? Hlo.Binary(HloOps.Add, sum, part) : sum);
            }
            gives.AddRange(wantedSequences.Select(i => walk.Cotangent(forwardBody.Arguments[carries + i]) ?? Hlo.Zeros(forwardBody.Arguments[carries + i].TensorType)));
            f.Emit(HloOps.Return, Hlo.Use(f, HloOps.Return, [.. gives]), []);
        }
        finally
        {
            f.Pop();
        }

        Operation forward = c.Op;
        if (returned.Count > plain || forwardBody.Operations.Any(op => op.Name == HloOps.Call))
        {
            forward = ExchangeForward(c, scan, module, forwardBody, returned);
        }
        var operands = new List<Tensor>();
        operands.AddRange(carried.Select(i => c.Backward.Cotangent(forward.Results[i]) ?? Hlo.Zeros(forward.Results[i].TensorType)));
        operands.AddRange(outer.Select(v => Hlo.Zeros(v.TensorType)));
        operands.AddRange(stackCts.Select(i => c.Backward.Cotangent(forward.Results[carries + i])!));
        operands.AddRange(residuals.Select(r => c.Backward.Primal(r.Sequence >= 0 ? forward.Operands[r.Sequence] : forward.Results[r.Stack])));
        int loopCarries = carried.Length + outer.Count;
        Tensor[] results = Hlo.Several(HloOps.Scan, ScanOp.ResultTypes(scan.Length, loopCarries, backwardBody.Terminator!.Operands), [.. operands],
            ScanOp.Attributes(scan.Length, loopCarries, !scan.Reverse), [new Region(backwardBody)]);
        for (int i = 0; i < carried.Length; i++)
        {
            c.Give(carried[i], results[i]);
        }
        for (int i = 0; i < outer.Count; i++)
        {
            c.Backward.Accumulate(outer[i], results[carried.Length + i]);
        }
        for (int i = 0; i < wantedSequences.Length; i++)
        {
            c.Give(carries + wantedSequences[i], results[loopCarries + i]);
        }
    }

    /// <summary>Which carries depend on wanted values: those that start active, and those a step makes so, until nothing changes.</summary>
    private static bool[] ActiveCarries(VjpContext c, ScanOp scan, ModuleTracer module, Block body, List<Value> returned, List<Value> outer)
    {
        int carries = scan.Carries;
        bool[] active = new bool[carries];
        for (int i = 0; i < carries; i++)
        {
            active[i] = c.Needs(i);
        }
        while (true)
        {
            var walk = new Backward(module, body, _ => throw new InvalidOperationException("no values are needed to find what is active"));
            for (int i = 0; i < c.Op.Operands.Length; i++)
            {
                if (i < carries ? active[i] : c.Needs(i))
                {
                    walk.Want(body.Arguments[i]);
                }
            }
            outer.ForEach(walk.Want);
            walk.Activate(0, body.Operations.Count);
            bool changed = false;
            for (int i = 0; i < carries; i++)
            {
                if (!active[i] && walk.IsActive(returned[i]))
                {
                    active[i] = changed = true;
                }
            }
            if (!changed)
            {
                return active;
            }
        }
    }

    private static Operation ExchangeForward(VjpContext c, ScanOp scan, ModuleTracer module, Block body, List<Value> returned)
    {
        Value[] final = [.. returned.Select(module.Resolve)];
        body.Add(new Operation(HloOps.Return, final, [], null, default, c.Op.Location));
        var forward = new Operation(HloOps.Scan, c.Op.Operands, ScanOp.ResultTypes(scan.Length, scan.Carries, final),
            ScanOp.Attributes(scan.Length, scan.Carries, scan.Reverse), [new Region(body)], c.Op.Location);
        FunctionVjp.Put(c.Backward.Block, c.Index, forward);
        for (int i = 0; i < c.Op.Results.Length; i++)
        {
            c.Backward.Replace(c.Op.Results[i], forward.Results[i]);
        }
        return forward;
    }

    /// <summary>Whether a value is made inside the step.</summary>
    private static bool IsLocal(Value value, Block body, HashSet<Value> arguments)
    {
        if (value is BlockArgument argument)
        {
            return arguments.Contains(argument);
        }
        return ReferenceEquals(((OpResult)value).Owner.Parent, body);
    }
}
