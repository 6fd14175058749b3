using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// Reverse mode over a straight list of operations: finds what depends on the wanted values, then walks from the end,
/// giving each operation's cotangents to its rule. Where primal values come from and where the backward pass is emitted
/// are separate: in the same block, or in another function that receives them as residuals.
/// </summary>
internal sealed class Backward
{
    private readonly ModuleTracer _module;
    private readonly Func<Value, Tensor> _primal;
    private readonly Dictionary<Value, Tensor> _cotangents = [];
    private readonly HashSet<Value> _active = [];
    private readonly VjpContext _context;

    /// <summary>A walk over operations of <paramref name="block"/>, which calls may be exchanged in.</summary>
    public Backward(ModuleTracer module, Block block, Func<Value, Tensor> primal)
    {
        _module = module;
        Block = block;
        _primal = primal;
        _context = new VjpContext(this);
    }

    /// <summary>The block whose operations are walked.</summary>
    public Block Block { get; }

    /// <summary>The module.</summary>
    public ModuleTracer Module => _module;

    /// <summary>A forward value, usable where the backward pass is emitted.</summary>
    public Tensor Primal(Value value) => _primal(_module.Resolve(value));

    /// <summary>Whether a value depends on the wanted ones and has a cotangent.</summary>
    public bool IsActive(Value value) => _active.Contains(_module.Resolve(value));

    /// <summary>The cotangent so far; null means zero.</summary>
    public Tensor? Cotangent(Value value) => _cotangents.GetValueOrDefault(_module.Resolve(value));

    /// <summary>Marks a value as wanted.</summary>
    public void Want(Value value) => _active.Add(_module.Resolve(value));

    /// <summary>Adds to the cotangent of a value that is active; ignored otherwise.</summary>
    public void Accumulate(Value value, Tensor? cotangent)
    {
        value = _module.Resolve(value);
        if (cotangent is null || !_active.Contains(value))
        {
            return;
        }
        var type = (TensorType)value.Type;
        if (cotangent.Shape != type.Shape || cotangent.DType != type.Kind)
        {
            throw new InvalidOperationException($"cotangent {cotangent} for a value {type.Kind.Name()}{type.Shape} ({value.DefiningOp?.Name})");
        }
        _cotangents[value] = _cotangents.TryGetValue(value, out Tensor? sum) ? Hlo.Binary(HloOps.Add, sum, cotangent) : cotangent;
    }

    /// <summary>Notes that one value takes another's place, with its cotangent.</summary>
    public void Replace(Value old, Value now)
    {
        if (_cotangents.Remove(old, out Tensor? cotangent))
        {
            _cotangents.Add(now, cotangent);
        }
        if (_active.Remove(old))
        {
            _active.Add(now);
        }
        _module.Replaced.Add(old, now);
    }

    /// <summary>Finds the active values among the results of operations start to end.</summary>
    public void Activate(int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            Operation op = Block.Operations[i];
            if (op.Name != HloOps.StopGradient && DependsOnActive(op))
            {
                foreach (OpResult result in op.Results)
                {
                    if (result.Type is TensorType { Kind: var kind } && (kind.IsFloat() || kind.IsComplex()))
                    {
                        _active.Add(result);
                    }
                }
            }
        }
    }

    /// <summary>Walks operations end to start, backwards.</summary>
    public void Walk(int start, int end)
    {
        FunctionTracer target = Tracer.Current;
        Location? former = target.LocationOverride;
        try
        {
            for (int i = end - 1; i >= start; i--)
            {
                Operation op = Block.Operations[i];
                if (!HasCotangent(op))
                {
                    continue;
                }
                target.LocationOverride = Transposed(op.Location);
                VjpRule rule = Rules.Vjp(op.Name) ?? throw NoRule(op, "there is no rule");
                _context.Set(op, i);
                rule(_context);
            }
        }
        finally
        {
            target.LocationOverride = former;
        }
    }

    /// <summary>Values an operation uses from outside its regions, operands first.</summary>
    public static IEnumerable<Value> FreeValues(Operation op)
    {
        if (op.Regions.Length == 0)
        {
            return op.Operands.ToArray();
        }
        var seen = new HashSet<Value>();
        var free = new List<Value>();
        foreach (Value operand in op.Operands)
        {
            if (seen.Add(operand))
            {
                free.Add(operand);
            }
        }
        foreach (Region region in op.Regions)
        {
            AddFree(region, [], seen, free);
        }
        return free;
    }

    /// <summary>Values a region uses from outside it, in order of first use.</summary>
    public static List<Value> Captures(params ReadOnlySpan<Region> regions)
    {
        var free = new List<Value>();
        var seen = new HashSet<Value>();
        foreach (Region region in regions)
        {
            AddFree(region, [], seen, free);
        }
        return free;
    }

    /// <summary>The error for an operation without a derivative.</summary>
    public GraphException NoRule(Operation op, string why) =>
        new($"gradient of {op.Name.Full}: {why}; operands {string.Join(", ", op.Operands.ToArray().Select(v => v.Type is TensorType t ? $"{t.Kind.Name()}{t.Shape}" : "?"))}, at {Describe(op.Location)}");

    /// <summary>A location for people: module path, file and line.</summary>
    public static string Describe(Location location) => location switch
    {
        NameLocation { Child: { } child } name => $"{Describe(child)} (in {name.Name})",
        NameLocation name => name.Name,
        FileLineLocation at => $"{at.File}:{at.Line}",
        _ => "an unknown line",
    };

    private static void AddFree(Region region, HashSet<Value> inside, HashSet<Value> seen, List<Value> free)
    {
        foreach (Block block in region.Blocks)
        {
            foreach (BlockArgument argument in block.Arguments)
            {
                inside.Add(argument);
            }
            foreach (Operation op in block.Operations)
            {
                foreach (Value operand in op.Operands)
                {
                    if (!inside.Contains(operand) && seen.Add(operand))
                    {
                        free.Add(operand);
                    }
                }
                foreach (Region nested in op.Regions)
                {
                    AddFree(nested, inside, seen, free);
                }
                foreach (OpResult result in op.Results)
                {
                    inside.Add(result);
                }
            }
        }
    }

    private static Location Transposed(Location location) =>
        location is NameLocation name ? new NameLocation($"transpose({name.Name})", name.Child) : location;

    private bool DependsOnActive(Operation op)
    {
        foreach (Value operand in op.Operands)
        {
            if (IsActive(operand))
            {
                return true;
            }
        }
        return op.Regions.Length > 0 && FreeValues(op).Any(IsActive);
    }

    private bool HasCotangent(Operation op)
    {
        foreach (OpResult result in op.Results)
        {
            if (Cotangent(result) is not null)
            {
                return true;
            }
        }
        return false;
    }
}
