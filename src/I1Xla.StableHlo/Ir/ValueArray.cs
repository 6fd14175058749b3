using System.Collections;
using System.Runtime.CompilerServices;

namespace I1Xla.StableHlo.Ir;

/// <summary>An immutable array with structural equality; builds from collection expressions.</summary>
[CollectionBuilder(typeof(ValueArray), nameof(ValueArray.Create))]
public readonly struct ValueArray<T> : IReadOnlyList<T>, IEquatable<ValueArray<T>>
{
    private readonly T[]? _items;

    /// <summary>Wraps an array that the caller gives up.</summary>
    public ValueArray(T[] items) => _items = items;

    /// <summary>The array with no elements.</summary>
    public static ValueArray<T> Empty => default;

    /// <inheritdoc/>
    public int Count => _items?.Length ?? 0;

    /// <summary>The number of elements.</summary>
    public int Length => _items?.Length ?? 0;

    /// <inheritdoc/>
    public T this[int index] => _items![index];

    /// <summary>The elements as a span.</summary>
    public ReadOnlySpan<T> Span => _items;

    /// <summary>A copy of the elements.</summary>
    public T[] ToArray() => _items is null ? [] : (T[])_items.Clone();

    /// <inheritdoc/>
    public bool Equals(ValueArray<T> other)
    {
        if (Length != other.Length)
        {
            return false;
        }
        if (ReferenceEquals(_items, other._items))
        {
            return true;
        }
        for (int i = 0; i < Length; i++)
        {
            if (!EqualityComparer<T>.Default.Equals(_items![i], other._items![i]))
            {
                return false;
            }
        }
        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ValueArray<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (T item in Span)
        {
            hash.Add(item);
        }
        return hash.ToHashCode();
    }

    /// <summary>Enumerates the elements without allocation.</summary>
    public ReadOnlySpan<T>.Enumerator GetEnumerator() => Span.GetEnumerator();

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)(_items ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => (_items ?? []).GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => "[" + string.Join(", ", _items ?? []) + "]";

    /// <summary>Structural equality.</summary>
    public static bool operator ==(ValueArray<T> left, ValueArray<T> right) => left.Equals(right);

    /// <summary>Structural inequality.</summary>
    public static bool operator !=(ValueArray<T> left, ValueArray<T> right) => !left.Equals(right);
}

/// <summary>Builders of <see cref="ValueArray{T}"/>.</summary>
public static class ValueArray
{
    /// <summary>Copies a span.</summary>
    public static ValueArray<T> Create<T>(ReadOnlySpan<T> items) => items.IsEmpty ? default : new ValueArray<T>(items.ToArray());

    /// <summary>Copies a sequence.</summary>
    public static ValueArray<T> ToValueArray<T>(this IEnumerable<T> items) => new(items.ToArray());
}
