namespace I1Xla.StableHlo.Ir;

/// <summary>A view of a <c>builtin.module</c>: a named set of functions and dialect-level symbols such as meshes.</summary>
/// <remarks>MLIR builtin dialect, <c>builtin.module</c>; StableHLO specification, section <c>Programs</c>.</remarks>
public readonly record struct ModuleOp(Operation Op)
{
    /// <summary>The operation name of modules.</summary>
    public static readonly OpName OpName = "builtin.module";

    /// <summary>A module with nothing in it.</summary>
    public static ModuleOp Create(string? name = null, Location? location = null)
    {
        var op = new Operation(OpName, [], [], null, [new Region(new Block())], location);
        if (name is not null)
        {
            op.Attributes.Set("sym_name", new StringAttr(name));
        }
        return new ModuleOp(op);
    }

    /// <summary>The symbol name; null when anonymous.</summary>
    public string? Name => Op.Attributes.Get<StringAttr>("sym_name")?.Value;

    /// <summary>The body.</summary>
    /// <exception cref="InvalidOperationException">The module has no block; modules that are parsed or made here have one.</exception>
    public Block Body => Op.Regions[0].Entry;

    /// <summary>The functions, in order.</summary>
    public IEnumerable<FuncOp> Functions => Body.Operations.Where(op => op.Name == FuncOp.OpName).Select(op => new FuncOp(op));

    /// <summary>The function of a symbol name; null when absent.</summary>
    public FuncOp? FindFunction(string name)
    {
        foreach (FuncOp f in Functions)
        {
            if (f.Name == name)
            {
                return f;
            }
        }
        return null;
    }
}
