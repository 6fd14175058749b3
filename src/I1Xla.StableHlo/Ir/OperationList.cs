using System.Collections;

namespace I1Xla.StableHlo.Ir;

/// <summary>
/// The operations of a block, in order. They lie in arrays of at most <see cref="ChunkLength"/>: a longer array would be a large object to the
/// garbage collector, which frees those only in full collections, and a dead one keeps all operations in it until then.
/// </summary>
/// <remarks>.NET documentation, "The large object heap": objects of 85,000 bytes and more.</remarks>
public sealed class OperationList : IList<Operation>, IReadOnlyList<Operation>
{
    /// <summary>How many operations lie in one array: 32 KiB of references.</summary>
    internal const int ChunkLength = 1 << Shift;
    private const int Shift = 12;
    private Operation[] _first = [];
    // The chunks after the first, which all blocks but few do without.
    private Operation[][] _rest = [];
    private int _version;

    /// <summary>An empty list.</summary>
    public OperationList()
    {
    }

    /// <summary>A list of some operations.</summary>
    public OperationList(IEnumerable<Operation> operations)
    {
        foreach (Operation op in operations)
        {
            Add(op);
        }
    }

    /// <inheritdoc cref="ICollection{T}.Count"/>
    public int Count { get; private set; }

    bool ICollection<Operation>.IsReadOnly => false;

    /// <inheritdoc cref="IList{T}.this"/>
    public Operation this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return index < ChunkLength ? _first[index] : _rest[(index >> Shift) - 1][index & (ChunkLength - 1)];
        }
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            Place(index) = value;
            _version++;
        }
    }

    /// <inheritdoc/>
    public void Add(Operation item)
    {
        Reserve();
        Place(Count++) = item;
        _version++;
    }

    /// <inheritdoc/>
    public void Insert(int index, Operation item)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)index, (uint)Count, nameof(index));
        Reserve();
        for (int i = Count++; i > index; i--)
        {
            Place(i) = Place(i - 1);
        }
        Place(index) = item;
        _version++;
    }

    /// <inheritdoc/>
    public void RemoveAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        for (int i = index; i < Count - 1; i++)
        {
            Place(i) = Place(i + 1);
        }
        Truncate(Count - 1);
    }

    /// <inheritdoc/>
    public bool Remove(Operation item)
    {
        int index = IndexOf(item);
        if (index >= 0)
        {
            RemoveAt(index);
        }
        return index >= 0;
    }

    /// <summary>Removes all operations that a condition holds for; gives their number.</summary>
    public int RemoveAll(Predicate<Operation> match)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            Operation op = Place(i);
            if (!match(op))
            {
                Place(kept++) = op;
            }
        }
        int removed = Count - kept;
        Truncate(kept);
        return removed;
    }

    /// <summary>Turns the order around.</summary>
    public void Reverse()
    {
        for (int i = 0, k = Count - 1; i < k; i++, k--)
        {
            (Place(i), Place(k)) = (Place(k), Place(i));
        }
        _version++;
    }

    /// <inheritdoc/>
    public void Clear() => Truncate(0);

    /// <inheritdoc/>
    public int IndexOf(Operation item)
    {
        for (int i = 0; i < Count; i++)
        {
            if (ReferenceEquals(Place(i), item))
            {
                return i;
            }
        }
        return -1;
    }

    /// <inheritdoc/>
    public bool Contains(Operation item) => IndexOf(item) >= 0;

    /// <inheritdoc/>
    public void CopyTo(Operation[] array, int arrayIndex)
    {
        for (int i = 0; i < Count; i++)
        {
            array[arrayIndex + i] = Place(i);
        }
    }

    /// <summary>Enumerates without allocation; the list must not change meanwhile.</summary>
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<Operation> IEnumerable<Operation>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private ref Operation Place(int index) => ref index < ChunkLength ? ref _first[index] : ref _rest[(index >> Shift) - 1][index & (ChunkLength - 1)];

    /// <summary>Makes room for one more.</summary>
    private void Reserve()
    {
        if (Count < ChunkLength)
        {
            if (Count == _first.Length)
            {
                Array.Resize(ref _first, Math.Clamp(Count * 2, 4, ChunkLength));
            }
            return;
        }
        int chunk = (Count >> Shift) - 1;
        if (chunk == _rest.Length)
        {
            Array.Resize(ref _rest, Math.Max(4, chunk * 2));
        }
        _rest[chunk] ??= new Operation[ChunkLength];
    }

    private void Truncate(int count)
    {
        for (int i = count; i < Count; i++)
        {
            Place(i) = null!;
        }
        Count = count;
        _version++;
    }

    /// <summary>Goes through a list.</summary>
    public struct Enumerator : IEnumerator<Operation>
    {
        private readonly OperationList _list;
        private readonly int _version;
        private int _next;

        internal Enumerator(OperationList list)
        {
            _list = list;
            _version = list._version;
            Current = null!;
        }

        /// <inheritdoc/>
        public Operation Current { get; private set; }

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext()
        {
            if (_version != _list._version)
            {
                throw new InvalidOperationException("the operations of a block were changed while they were gone through");
            }
            if (_next == _list.Count)
            {
                return false;
            }
            Current = _list[_next++];
            return true;
        }

        /// <inheritdoc/>
        public void Reset() => _next = 0;

        /// <inheritdoc/>
        public readonly void Dispose()
        {
        }
    }
}
