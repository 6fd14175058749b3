using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>
/// A growing list over an array of the shared pool: what is needed only while an artifact is written or read makes no garbage, however large it gets.
/// A mutable struct: keep it in a field that is not read-only, and do not copy it.
/// </summary>
internal struct PooledList<T>() : IDisposable
{
    private T[] _items = [];

    /// <summary>How many items there are.</summary>
    public int Count { get; private set; }

    /// <summary>The items; good until the list grows.</summary>
    public readonly Span<T> Span => _items.AsSpan(0, Count);

    /// <summary>An item; good until the list grows.</summary>
    public readonly ref T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            // The array has exactly this type, which the runtime would otherwise check each time.
            return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_items), index);
        }
    }

    /// <summary>Appends an item.</summary>
    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Grow(1);
        }
        Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_items), Count++) = item;
    }

    /// <summary>Appends items that are to be filled in; they hold anything until then. Gives the place of the first.</summary>
    public int Reserve(int count)
    {
        Expect(count);
        int first = Count;
        Count += count;
        return first;
    }

    /// <summary>Makes room for items that are expected.</summary>
    public void Expect(int count)
    {
        if (_items.Length - Count < count)
        {
            Grow(count);
        }
    }

    /// <summary>Drops all items from a place on.</summary>
    public void Truncate(int count) => Count = count;

    /// <summary>Gives the array back to the pool.</summary>
    public void Dispose()
    {
        Return(_items, Count);
        _items = [];
        Count = 0;
    }

    private void Grow(int more)
    {
        T[] larger = ArrayPool<T>.Shared.Rent(Math.Max(64, Math.Max(Count + more, (int)Math.Min(Array.MaxLength, 2L * _items.Length))));
        Span.CopyTo(larger);
        Return(_items, Count);
        _items = larger;
    }

    private static void Return(T[] items, int used)
    {
        if (items.Length == 0)
        {
            return;
        }
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            // Nothing is kept alive by the pool.
            Array.Clear(items, 0, used);
        }
        ArrayPool<T>.Shared.Return(items);
    }
}
