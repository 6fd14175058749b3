using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>The values of one execution of a region; values of the regions around it are found through the parent.</summary>
internal sealed class Scope(Scope? parent)
{
    private readonly Dictionary<Value, RuntimeValue> _values = [];

    public void Set(Value value, RuntimeValue runtime) => _values[value] = runtime;

    public RuntimeValue? Find(Value value)
    {
        for (Scope? scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._values.TryGetValue(value, out RuntimeValue? runtime))
            {
                return runtime;
            }
        }
        return null;
    }

    private Scope? Parent { get; } = parent;
}
