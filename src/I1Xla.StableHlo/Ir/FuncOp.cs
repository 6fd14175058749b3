namespace I1Xla.StableHlo.Ir;

/// <summary>A view of a <c>func.func</c>.</summary>
/// <remarks>MLIR func dialect, <c>func.func</c>; StableHLO specification, section <c>Functions</c>.</remarks>
public readonly record struct FuncOp(Operation Op)
{
    /// <summary>The operation name of functions.</summary>
    public static readonly OpName OpName = "func.func";

    /// <summary>A function with an empty entry block whose arguments have the input types.</summary>
    public static FuncOp Create(string name, FunctionType type, bool isPrivate = false, Location? location = null)
    {
        var attributes = new AttributeMap
        {
            { "sym_name", new StringAttr(name) },
            { "function_type", new TypeAttr(type) },
        };
        if (isPrivate)
        {
            attributes.Set("sym_visibility", new StringAttr("private"));
        }
        return new FuncOp(new Operation(OpName, [], [], attributes, [new Region(new Block(type.Inputs.Span))], location));
    }

    /// <summary>The symbol name.</summary>
    public string Name => Op.Attributes.Get<StringAttr>("sym_name")?.Value ?? "";

    /// <summary>The type.</summary>
    public FunctionType Type
    {
        get => (FunctionType)Op.Attributes.Get<TypeAttr>("function_type")!.Type;
        set => Op.Attributes.Set("function_type", new TypeAttr(value));
    }

    /// <summary>Whether it is private to its module.</summary>
    public bool IsPrivate => Op.Attributes.Get<StringAttr>("sym_visibility")?.Value == "private";

    /// <summary>Whether it has no body.</summary>
    public bool IsDeclaration => Op.Regions[0].IsEmpty;

    /// <summary>The entry block.</summary>
    /// <exception cref="InvalidOperationException">The function is a declaration.</exception>
    public Block Body => Op.Regions[0].Entry;

    /// <summary>The attributes of argument <paramref name="index"/> (MLIR's <c>arg_attrs</c>).</summary>
    public DictionaryAttr ArgAttributes(int index) => Entry("arg_attrs", index);

    /// <summary>The attributes of result <paramref name="index"/> (MLIR's <c>res_attrs</c>).</summary>
    public DictionaryAttr ResultAttributes(int index) => Entry("res_attrs", index);

    /// <summary>Sets one attribute of one argument.</summary>
    public void SetArgAttribute(int index, string name, Attribute value) => SetEntry("arg_attrs", Type.Inputs.Length, index, name, value);

    /// <summary>Sets one attribute of one result.</summary>
    public void SetResultAttribute(int index, string name, Attribute value) => SetEntry("res_attrs", Type.Results.Length, index, name, value);

    private DictionaryAttr Entry(string key, int index) =>
        Op.Attributes.Get<ArrayAttr>(key) is { } list && index < list.Items.Length ? (DictionaryAttr)list.Items[index] : DictionaryAttr.Empty;

    private void SetEntry(string key, int count, int index, string name, Attribute value)
    {
        var entries = new Attribute[count];
        for (int i = 0; i < count; i++)
        {
            entries[i] = Entry(key, i);
        }
        entries[index] = new DictionaryAttr(((DictionaryAttr)entries[index]).Entries
            .Where(e => e.Name != name).Append(new NamedAttribute(name, value)).OrderBy(e => e.Name, StringComparer.Ordinal).ToValueArray());
        Op.Attributes.Set(key, new ArrayAttr(new ValueArray<Attribute>(entries)));
    }
}
