using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Passes;

/// <summary>Puts the bodies of called functions in place of <c>func.call</c>s, callees first, and drops private functions that nothing names any more.</summary>
/// <remarks>MLIR documentation, "Passes", <c>-inline</c>.</remarks>
public sealed class InlinePass : IModulePass
{
    private static readonly OpName s_call = "func.call";

    /// <inheritdoc/>
    public string Name => "inline";

    /// <inheritdoc/>
    /// <exception cref="PassException">A function calls itself, or one that is called has no terminator.</exception>
    public void Run(ModuleOp module)
    {
        var functions = new Dictionary<string, FuncOp>();
        foreach (FuncOp f in module.Functions)
        {
            functions.TryAdd(f.Name, f);
        }
        var state = new Dictionary<string, bool>();
        foreach (FuncOp f in functions.Values)
        {
            Inline(f, functions, state);
        }
        SymbolDcePass.RemoveUnused(module);
    }

    private static void Inline(FuncOp function, Dictionary<string, FuncOp> functions, Dictionary<string, bool> done)
    {
        if (done.TryGetValue(function.Name, out bool finished))
        {
            if (!finished)
            {
                throw new PassException($"@{function.Name} calls itself, so it cannot be inlined", function.Op);
            }
            return;
        }
        done[function.Name] = false;
        new Rewriter((op, rewriter) => op.Name == s_call ? Expand(op, rewriter, functions, done) : null).Run(function.Op);
        done[function.Name] = true;
    }

    private static Value[]? Expand(Operation call, Rewriter rewriter, Dictionary<string, FuncOp> functions, Dictionary<string, bool> done)
    {
        string name = call.Attributes.Get<SymbolRefAttr>("callee")?.Root ?? "";
        if (!functions.TryGetValue(name, out FuncOp callee) || callee.IsDeclaration || callee.Op.Regions[0].Blocks.Count != 1)
        {
            return null;
        }
        Inline(callee, functions, done);
        var map = new Dictionary<Value, Value>();
        for (int i = 0; i < callee.Body.Arguments.Count; i++)
        {
            map[callee.Body.Arguments[i]] = call.Operands[i];
        }
        foreach (Operation op in callee.Body.Operations)
        {
            if (op == callee.Body.Terminator)
            {
                return op.Operands.ToArray().Select(v => map.GetValueOrDefault(v, v)).ToArray();
            }
            Operation copy = rewriter.Insert(op.Clone(map));
            if (call.Location is not UnknownLocation)
            {
                copy.Location = new CallSiteLocation(copy.Location, call.Location);
            }
        }
        throw new PassException($"@{name} has no terminator", callee.Op);
    }
}
