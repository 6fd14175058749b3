using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Forward mode over a straight list of operations: tangents go along with values, emitted at the end of the open block.</summary>
internal sealed class Forward(ModuleTracer module, Func<Value, Tensor> primal)
{
    private readonly Dictionary<Value, Tensor> _tangents = [];

    /// <summary>The module.</summary>
    public ModuleTracer Module => module;

    /// <summary>A value where tangents are emitted.</summary>
    public Tensor Primal(Value value) => primal(module.Resolve(value));

    /// <summary>The tangent of a value; null means zero.</summary>
    public Tensor? Tangent(Value value) => _tangents.GetValueOrDefault(module.Resolve(value));

    /// <summary>Sets the tangent of a value; integers have none.</summary>
    public void Set(Value value, Tensor tangent)
    {
        var type = (TensorType)value.Type;
        if (type.Kind.IsFloat() || type.Kind.IsComplex())
        {
            _tangents[module.Resolve(value)] = tangent;
        }
    }

    /// <summary>Goes through operations in order.</summary>
    public void Walk(IReadOnlyList<Operation> operations, int start, int end)
    {
        FunctionTracer target = Tracer.Current;
        Location? former = target.LocationOverride;
        var context = new JvpContext(this);
        try
        {
            for (int i = start; i < end; i++)
            {
                Operation op = operations[i];
                if (op.Name == HloOps.StopGradient || !Backward.FreeValues(op).Any(v => Tangent(v) is not null))
                {
                    continue;
                }
                if (op.Results.ToArray().All(r => r.Type is not TensorType { Kind: var kind } || !(kind.IsFloat() || kind.IsComplex())))
                {
                    continue;
                }
                target.LocationOverride = op.Location is NameLocation name ? new NameLocation($"jvp({name.Name})", name.Child) : op.Location;
                context.Op = op;
                JvpRule rule = Rules.Jvp(op.Name) ?? throw context.NoRule("there is no rule");
                rule(context);
            }
        }
        finally
        {
            target.LocationOverride = former;
        }
    }
}
