using System.Diagnostics.CodeAnalysis;

namespace I1Xla.Graph;

/// <summary>
/// Tensors by parameter name, in a fixed order: the order in which the model created its parameters, which is the order of
/// <see cref="Parameters.Discover"/>. Gradients, moments and averages are sets of the same names.
/// </summary>
public sealed class ParameterSet
{
    private readonly Dictionary<string, int> _index;
    private readonly Tensor[] _values;

    /// <summary>A set of names and tensors in the same order.</summary>
    /// <exception cref="GraphException">The counts differ, or a name stands twice.</exception>
    public ParameterSet(IEnumerable<string> names, IEnumerable<Tensor> values)
    {
        Names = [.. names];
        _values = [.. values];
        if (Names.Count != _values.Length)
        {
            throw new GraphException($"{Names.Count} parameter names and {_values.Length} tensors");
        }
        _index = new Dictionary<string, int>(Names.Count);
        for (int i = 0; i < Names.Count; i++)
        {
            if (!_index.TryAdd(Names[i], i))
            {
                throw new GraphException($"parameter {Names[i]} stands twice in the set");
            }
        }
    }

    /// <summary>The names, in order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The tensors, in the order of the names.</summary>
    public IReadOnlyList<Tensor> Values => _values;

    /// <summary>The number of parameters.</summary>
    public int Count => _values.Length;

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="GraphException">There is none.</exception>
    public Tensor this[string name] => TryGet(name, out Tensor? value) ? value : throw new GraphException($"there is no parameter {name} among the {Count} of the set");

    /// <summary>Finds the tensor of a name.</summary>
    public bool TryGet(string name, [MaybeNullWhen(false)] out Tensor value)
    {
        bool found = _index.TryGetValue(name, out int i);
        value = found ? _values[i] : null;
        return found;
    }

    /// <summary>The same names with other tensors.</summary>
    public ParameterSet With(IEnumerable<Tensor> values) => new(Names, values);

    /// <summary>Applies a function to each tensor.</summary>
    public ParameterSet Map(Func<string, Tensor, Tensor> function) => With(Names.Select((name, i) => function(name, _values[i])));
}
