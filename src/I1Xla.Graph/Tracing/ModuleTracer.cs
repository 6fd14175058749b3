using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>A module under construction: its functions, their names, and the caches that make each different function once.</summary>
internal sealed class ModuleTracer
{
    private readonly Dictionary<string, int> _names = [];

    /// <summary>An empty module.</summary>
    public ModuleTracer(string name, TraceOptions options)
    {
        Module = ModuleOp.Create(name);
        Options = options;
    }

    /// <summary>The module.</summary>
    public ModuleOp Module { get; }

    /// <summary>Options of this trace.</summary>
    public TraceOptions Options { get; }

    /// <summary>Private functions by symbol name.</summary>
    public Dictionary<string, FunctionRecord> Functions { get; } = [];

    /// <summary>Private functions by what was traced.</summary>
    public Dictionary<FunctionKey, FunctionRecord> Cache { get; } = [];

    /// <summary>
    /// Values that another took the place of: the results of a call whose callee was exchanged for one that also returns
    /// residuals. Operations made earlier still name the old value; finishing the module rewrites them.
    /// </summary>
    public Dictionary<Value, Value> Replaced { get; } = [];

    /// <summary>Calls that were exchanged for their forward-with-residuals.</summary>
    public Dictionary<Operation, ExchangedCall> Exchanged { get; } = [];

    /// <summary>The next channel handle of a collective.</summary>
    public long NextChannel { get; set; } = 1;

    /// <summary>What stands for a value now.</summary>
    public Value Resolve(Value value)
    {
        while (Replaced.Count > 0 && Replaced.TryGetValue(value, out Value? next))
        {
            value = next;
        }
        return value;
    }

    /// <summary>A symbol name not used before: the wish, or the wish with a number.</summary>
    public string UniqueName(string wish)
    {
        if (_names.TryAdd(wish, 0))
        {
            return wish;
        }
        string name;
        do
        {
            name = $"{wish}_{_names[wish]++}";
        }
        while (!_names.TryAdd(name, 0));
        return name;
    }
}

/// <summary>What makes two calls the same function: the delegate, its argument types, a key the caller adds, and its own derivative.</summary>
internal sealed record FunctionKey(Delegate Function, ValueArray<TensorType> Inputs, long WeakMask, string Tag, CustomRule? Rule);

/// <summary>A private function and what is known about it.</summary>
internal sealed class FunctionRecord
{
    /// <summary>The function.</summary>
    public required FunctionTracer Tracer { get; init; }

    /// <summary>Its symbol name.</summary>
    public string Name => Tracer.Function.Name;

    /// <summary>The values its return gives.</summary>
    public Value[] Results { get; set; } = [];

    /// <summary>Weakness of each result.</summary>
    public bool[] ResultWeak { get; set; } = [];

    /// <summary>How many explicit inputs it has; arguments after them are <see cref="Extras"/>.</summary>
    public required int InputCount { get; init; }

    /// <summary>What each argument after the explicit inputs is: a parameter, named relative to the scope of the call, or a captured outer tensor.</summary>
    public List<ExtraArgument> Extras { get; } = [];

    /// <summary>How it is rematerialised when differentiated; null when it is not.</summary>
    public CheckpointPolicy? Checkpoint { get; init; }

    /// <summary>Its own derivative; null when its operations' rules apply.</summary>
    public CustomRule? Custom { get; init; }

    /// <summary>The derivative pairs made so far.</summary>
    public Dictionary<string, VjpPair> Vjps { get; } = [];

    /// <summary>The forward-mode functions made so far.</summary>
    public Dictionary<string, FunctionRecord> Jvps { get; } = [];
}

/// <summary>An argument a function got while it was traced.</summary>
internal readonly record struct ExtraArgument(ParameterSpec? Parameter, Tensor? Captured);
