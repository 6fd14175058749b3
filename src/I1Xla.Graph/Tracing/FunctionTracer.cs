using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>A function under construction: its entry block, the blocks of open regions, the module path, and values captured from around it.</summary>
internal sealed class FunctionTracer
{
    private static readonly OpName s_return = "func.return";
    private readonly Dictionary<Value, Tensor> _captures = [];
    private string _path = "";
    private Location? _lastLocation;
    private string? _lastLocationOp;

    /// <summary>A function with the given inputs and, for now, no results.</summary>
    public FunctionTracer(ModuleTracer module, FunctionTracer? parent, string name, ReadOnlySpan<IrType> inputs, bool isPrivate)
    {
        Module = module;
        Parent = parent;
        Function = FuncOp.Create(module.UniqueName(name), new FunctionType(ValueArray.Create(inputs), []), isPrivate, Tracer.Site);
        Frame = new BlockFrame(Function.Body, null);
    }

    /// <summary>The module.</summary>
    public ModuleTracer Module { get; }

    /// <summary>The function whose trace asked for this one; null for the main function.</summary>
    public FunctionTracer? Parent { get; }

    /// <summary>The function.</summary>
    public FuncOp Function { get; }

    /// <summary>The innermost open block.</summary>
    public BlockFrame Frame { get; private set; }

    /// <summary>The module path for names of operations, joined with <c>/</c>.</summary>
    public string Path
    {
        get => _path;
        set
        {
            _path = value;
            _lastLocation = null;
        }
    }

    /// <summary>When set, the location of everything emitted (used while differentiating, where the forward operation's place is the right one).</summary>
    public Location? LocationOverride { get; set; }

    /// <summary>Whether new arguments may still be added for captured values.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Called with a captured outer tensor; gives the inner one. Set by whoever knows the order of this function's arguments.</summary>
    public Func<Tensor, Tensor>? OnCapture { get; set; }

    /// <summary>Appends an operation at the end of the innermost open block.</summary>
    public Operation Emit(OpName name, ReadOnlySpan<Value> operands, ReadOnlySpan<IrType> results, AttributeMap? attributes = null, ReadOnlySpan<Region> regions = default) =>
        Frame.Block.Add(new Operation(name, operands, results, attributes, regions, LocationOf(name)));

    /// <summary>The location for an operation made now: the module path and operation, around the user's line.</summary>
    public Location LocationOf(OpName op)
    {
        if (LocationOverride is { } location)
        {
            return location;
        }
        Location site = Tracer.Site;
        if (ReferenceEquals(_lastLocationOp, op.Short) && _lastLocation is NameLocation last && ReferenceEquals(last.Child, site))
        {
            return last;
        }
        _lastLocationOp = op.Short;
        return _lastLocation = new NameLocation(_path.Length == 0 ? op.Short : string.Concat(_path, "/", op.Short), site);
    }

    /// <summary>A handle to a value of the innermost open block.</summary>
    public Tensor Wrap(Value value, bool weak = false) => new(value, Frame, this, weak);

    /// <summary>The value of a tensor as an operand here: visible in the open block, or captured from an outer function.</summary>
    public Value Use(Tensor tensor, string op)
    {
        if (ReferenceEquals(tensor.Function, this))
        {
            if (!Frame.Sees(tensor.Frame!))
            {
                throw Tracer.Error(op, $"a tensor of shape {tensor.Shape} made inside a loop or branch body is used outside it; return it from the body instead");
            }
            return Module.Resolve(tensor.ValueOrNull!);
        }
        return Capture(tensor, op).ValueOrNull!;
    }

    /// <summary>Opens a block: what is emitted from now on goes there.</summary>
    public BlockFrame Push(Block block) => Frame = new BlockFrame(block, Frame);

    /// <summary>Closes the innermost block.</summary>
    public void Pop() => Frame = Frame.Parent ?? throw new InvalidOperationException("the entry block of a function cannot be closed");

    /// <summary>Ends the function with its results and sets its type.</summary>
    public void Return(ReadOnlySpan<Value> results)
    {
        Frame.Block.Add(new Operation(s_return, results, [], null, default, LocationOf(s_return)));
        SetType(results);
    }

    /// <summary>Brings the function's type up to date with its arguments and these results.</summary>
    public void SetType(ReadOnlySpan<Value> results)
    {
        IrType[] inputs = [.. Function.Body.Arguments.Select(a => a.Type)];
        var types = new IrType[results.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = results[i].Type;
        }
        FuncOp function = Function;
        function.Type = new FunctionType(new ValueArray<IrType>(inputs), new ValueArray<IrType>(types));
        IsClosed = true;
    }

    private static bool IsConstant(Tensor tensor) => tensor.ValueOrNull?.DefiningOp?.Name == HloOps.Constant;

    private Tensor Capture(Tensor tensor, string op)
    {
        bool ancestor = false;
        for (FunctionTracer? f = Parent; f is not null; f = f.Parent)
        {
            ancestor |= ReferenceEquals(f, tensor.Function);
        }
        if (!ancestor || IsClosed || (OnCapture is null && !IsConstant(tensor)))
        {
            throw Tracer.Error(op, $"a tensor of shape {tensor.Shape} belongs to another trace (function {tensor.Function?.Function.Name}); pass it in as an argument");
        }
        Value key = tensor.ValueOrNull!;
        if (IsConstant(tensor))
        {
            return Hlo.Dense((DenseElementsAttr)key.DefiningOp!.Attributes["value"]!, tensor.IsWeak);
        }
        if (_captures.TryGetValue(key, out Tensor? inner))
        {
            return inner;
        }
        inner = OnCapture!(tensor);
        _captures.Add(key, inner);
        return inner;
    }
}
