using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// A parameter a model asked for: what it is called, its shape and kind, and how it starts. No weights are allocated.
/// </summary>
/// <param name="Name">Scope names and own name joined with <c>/</c>, such as <c>blocks_3/attn/qkv/kernel</c>.</param>
/// <param name="Shape">Shape.</param>
/// <param name="DType">Element kind in which it is stored.</param>
/// <param name="Initializer">Its first value.</param>
/// <param name="CreationIndex">Which parameter of its scope it is, from 1, in order of creation (the model specification, A.4).</param>
public sealed record ParameterSpec(string Name, Shape Shape, ElementKind DType, Initializer Initializer, int CreationIndex)
{
    /// <summary>The number of elements.</summary>
    public long ElementCount => Shape.ElementCount;

    /// <summary>The scope the parameter is in: the name without its last part; empty at the root.</summary>
    public string ScopePath => Name.LastIndexOf('/') is var at and >= 0 ? Name[..at] : "";

    /// <summary>The order in which JAX flattens nested dictionaries: by the names of scopes and parameters, level by level, ordinal.</summary>
    public static IComparer<string> SortedOrder { get; } = Comparer<string>.Create(static (a, b) =>
    {
        string[] x = a.Split('/'), y = b.Split('/');
        for (int i = 0; i < Math.Min(x.Length, y.Length); i++)
        {
            int order = string.CompareOrdinal(x[i], y[i]);
            if (order != 0)
            {
                return order;
            }
        }
        return x.Length.CompareTo(y.Length);
    });
}
