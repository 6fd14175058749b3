using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// Turns a traced module into a finished one: replaced values and marker operations disappear, what nothing uses is
/// dropped, functions nothing calls are dropped.
/// </summary>
internal static class Finisher
{
    /// <summary>Finishes every function that main reaches.</summary>
    public static void Finish(ModuleTracer module, FunctionTracer main)
    {
        var reached = new HashSet<string>();
        var work = new Queue<FunctionTracer>();
        work.Enqueue(main);
        var used = new HashSet<Value>();
        var callees = new List<string>();
        while (work.TryDequeue(out FunctionTracer? function))
        {
            used.Clear();
            Block block = function.Function.Body;
            Rename(block, module);
            Sweep(block, used);
            if (PruneBarriers(block, used))
            {
                used.Clear();
                Sweep(block, used);
            }
            Lowering.Lower(function, block);
            function.SetType(block.Terminator!.Operands);
            callees.Clear();
            AddCallees(block, callees);
            foreach (string callee in callees)
            {
                if (reached.Add(callee))
                {
                    work.Enqueue(module.Functions[callee].Tracer);
                }
            }
        }
        Block body = module.Module.Body;
        body.Replace([.. body.Operations.Where(op => op.Name != FuncOp.OpName || ReferenceEquals(op, main.Function.Op) || reached.Contains(new FuncOp(op).Name))]);
    }

    /// <summary>Drops from a block what has no effect and no use, from the end on; <paramref name="used"/> holds values known to be used.</summary>
    public static void Sweep(Block block, HashSet<Value> used)
    {
        OperationList operations = block.Operations;
        var kept = new OperationList();
        for (int i = operations.Count - 1; i >= 0; i--)
        {
            Operation op = operations[i];
            bool keep = i == operations.Count - 1 || HloOps.HasSideEffect(op);
            foreach (OpResult result in op.Results)
            {
                keep |= used.Contains(result);
            }
            if (keep)
            {
                MarkUses(op, used);
                kept.Add(op);
            }
        }
        if (kept.Count != operations.Count)
        {
            kept.Reverse();
            block.Replace(kept);
        }
    }

    /// <summary>Takes out of optimization barriers what nothing uses behind them, so that it is not kept alive; whether anything was.</summary>
    private static bool PruneBarriers(Block block, HashSet<Value> used)
    {
        var replaced = new Dictionary<Value, Value>();
        OperationList operations = block.Operations;
        for (int i = 0; i < operations.Count; i++)
        {
            Operation op = operations[i];
            if (replaced.Count > 0)
            {
                Lowering.Substitute(op, replaced);
            }
            int[] kept = op.Name != HloOps.OptimizationBarrier ? [] : [.. Enumerable.Range(0, op.Results.Length).Where(r => used.Contains(op.Results[r]))];
            if (kept.Length == 0 || kept.Length == op.Results.Length)
            {
                continue;
            }
            var smaller = new Operation(op.Name, [.. kept.Select(r => op.Operands[r])], [.. kept.Select(r => op.Results[r].Type)], null, default, op.Location);
            FunctionVjp.Put(block, i, smaller);
            for (int k = 0; k < kept.Length; k++)
            {
                replaced.Add(op.Results[kept[k]], smaller.Results[k]);
            }
        }
        return replaced.Count > 0;
    }

    /// <summary>Marks the operands of an operation and the values its regions take from outside; sweeps its regions.</summary>
    private static void MarkUses(Operation op, HashSet<Value> used)
    {
        foreach (Region region in op.Regions)
        {
            foreach (Block block in region.Blocks)
            {
                Sweep(block, used);
            }
        }
        foreach (Value operand in op.Operands)
        {
            used.Add(operand);
        }
    }

    /// <summary>Points operands at what replaced them, through marker operations.</summary>
    private static void Rename(Block block, ModuleTracer module)
    {
        foreach (Operation op in block.Operations)
        {
            for (int i = 0; i < op.Operands.Length; i++)
            {
                Value operand = op.Operands[i];
                Value now = Markers.Through(operand, module);
                if (!ReferenceEquals(operand, now))
                {
                    op.SetOperand(i, now);
                }
            }
            foreach (Region region in op.Regions)
            {
                foreach (Block inner in region.Blocks)
                {
                    Rename(inner, module);
                }
            }
        }
    }

    /// <summary>Points operands at what replaced them, and leaves marker operations.</summary>
    public static void Resolve(Block block, ModuleTracer module)
    {
        if (module.Replaced.Count == 0)
        {
            return;
        }
        foreach (Operation op in block.Operations)
        {
            for (int i = 0; i < op.Operands.Length; i++)
            {
                op.SetOperand(i, module.Resolve(op.Operands[i]));
            }
            foreach (Region region in op.Regions)
            {
                foreach (Block inner in region.Blocks)
                {
                    Resolve(inner, module);
                }
            }
        }
    }

    private static void AddCallees(Block block, List<string> callees)
    {
        foreach (Operation op in block.Operations)
        {
            if (op.Name == HloOps.Call)
            {
                callees.Add(op.Attributes.Get<SymbolRefAttr>("callee")!.Root);
            }
            foreach (Region region in op.Regions)
            {
                foreach (Block inner in region.Blocks)
                {
                    AddCallees(inner, callees);
                }
            }
        }
    }
}
