namespace I1Xla.Host.Configuration;

/// <summary>Marks <see cref="OneOrMany{T}"/> for the binder.</summary>
public interface IOneOrMany;

/// <summary>A setting that may be one value or a list; i1 tells the two apart (one text encoder or several).</summary>
public sealed class OneOrMany<T>(List<T> items, bool isList) : IOneOrMany
{
    /// <summary>The values; one when not written as a list.</summary>
    public IReadOnlyList<T> Items { get; } = items;

    /// <summary>Whether it was written as a list.</summary>
    public bool IsList { get; } = isList;

    /// <summary>The only value.</summary>
    public T Single => Items[0];

    /// <summary>One value.</summary>
    public static implicit operator OneOrMany<T>(T value) => new([value], false);
}
