using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Passes;

/// <summary>Drops private functions that no public symbol names, directly or through others.</summary>
/// <remarks>MLIR documentation, "Passes", <c>-symbol-dce</c>.</remarks>
public sealed class SymbolDcePass : IModulePass
{
    /// <inheritdoc/>
    public string Name => "symbol-dce";

    /// <inheritdoc/>
    public void Run(ModuleOp module) => RemoveUnused(module);

    internal static void RemoveUnused(ModuleOp module)
    {
        var byName = new Dictionary<string, Operation>();
        var pending = new Stack<Operation>();
        foreach (Operation op in module.Body.Operations)
        {
            if (op.Name == FuncOp.OpName && new FuncOp(op).IsPrivate)
            {
                byName.TryAdd(new FuncOp(op).Name, op);
            }
            else
            {
                pending.Push(op);
            }
        }
        var used = new HashSet<Operation>();
        while (pending.TryPop(out Operation? root))
        {
            root.Walk(op =>
            {
                foreach (NamedAttribute entry in op.Attributes.Entries)
                {
                    Visit(entry.Value, name =>
                    {
                        if (byName.TryGetValue(name, out Operation? target) && used.Add(target))
                        {
                            pending.Push(target);
                        }
                    });
                }
            });
        }
        if (used.Count < byName.Count)
        {
            module.Body.Replace(new OperationList(module.Body.Operations.Where(op => used.Contains(op) || !(op.Name == FuncOp.OpName && new FuncOp(op).IsPrivate))));
        }
    }

    private static void Visit(Ir.Attribute attribute, Action<string> symbol)
    {
        switch (attribute)
        {
            case SymbolRefAttr reference:
                symbol(reference.Root);
                break;
            case ArrayAttr array:
                foreach (Ir.Attribute item in array.Items)
                {
                    Visit(item, symbol);
                }
                break;
            case DictionaryAttr dictionary:
                foreach (NamedAttribute entry in dictionary.Entries)
                {
                    Visit(entry.Value, symbol);
                }
                break;
        }
    }
}
