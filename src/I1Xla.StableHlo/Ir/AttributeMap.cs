using System.Collections;

namespace I1Xla.StableHlo.Ir;

/// <summary>The attributes of one operation, inherent and discardable alike, in the order in which they were set. Small: a linear search.</summary>
/// <remarks>MLIR language reference, section <c>Attributes</c> (inherent and discardable).</remarks>
public sealed class AttributeMap : IReadOnlyCollection<NamedAttribute>
{
    private NamedAttribute[] _entries = [];
    private bool _shared;

    /// <summary>An empty map.</summary>
    public AttributeMap() { }

    /// <summary>A map of the given entries.</summary>
    public AttributeMap(IEnumerable<NamedAttribute> entries)
    {
        foreach (NamedAttribute e in entries)
        {
            Set(e.Name, e.Value);
        }
    }

    /// <summary>A map of entries that others may have too: the array is copied when the map changes. Keys are known to differ.</summary>
    internal AttributeMap(NamedAttribute[] shared)
    {
        _entries = shared;
        _shared = true;
        Count = shared.Length;
    }

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <summary>The attribute of a key, or null. Setting null removes it.</summary>
    public Attribute? this[string name]
    {
        get
        {
            int i = IndexOf(name);
            return i < 0 ? null : _entries[i].Value;
        }
        set
        {
            if (value is null)
            {
                Remove(name);
            }
            else
            {
                Set(name, value);
            }
        }
    }

    /// <summary>The entries, in order.</summary>
    public ReadOnlySpan<NamedAttribute> Entries => _entries.AsSpan(0, Count);

    /// <summary>The attribute of a key when it is there and of type <typeparamref name="T"/>, else null.</summary>
    public T? Get<T>(string name) where T : Attribute => this[name] as T;

    /// <summary>Whether a key is present.</summary>
    public bool Contains(string name) => IndexOf(name) >= 0;

    /// <summary>Sets or replaces.</summary>
    public void Set(string name, Attribute value)
    {
        int i = IndexOf(name);
        if (i >= 0)
        {
            Own();
            _entries[i] = new NamedAttribute(name, value);
            return;
        }
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Math.Max(2, Count * 2));
            _shared = false;
        }
        _entries[Count++] = new NamedAttribute(name, value);
    }

    /// <summary>Appends entries whose keys are known to differ from each other and from those here.</summary>
    internal void AddDistinct(ReadOnlySpan<NamedAttribute> entries)
    {
        if (_entries.Length < Count + entries.Length)
        {
            Array.Resize(ref _entries, Count + entries.Length);
            _shared = false;
        }
        entries.CopyTo(_entries.AsSpan(Count));
        Count += entries.Length;
    }

    /// <summary>Removes a key; false when it was absent.</summary>
    public bool Remove(string name)
    {
        int i = IndexOf(name);
        if (i < 0)
        {
            return false;
        }
        Own();
        Array.Copy(_entries, i + 1, _entries, i, Count - i - 1);
        _entries[--Count] = default;
        return true;
    }

    /// <summary>A copy that can change on its own.</summary>
    public AttributeMap Clone()
    {
        return new AttributeMap { _entries = Entries.ToArray(), Count = Count };
    }

    /// <summary>Adds an entry; for collection initialisers.</summary>
    public void Add(string name, Attribute value) => Set(name, value);

    /// <inheritdoc/>
    public IEnumerator<NamedAttribute> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return _entries[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Own()
    {
        if (_shared)
        {
            _entries = Entries.ToArray();
            _shared = false;
        }
    }

    private int IndexOf(string name)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_entries[i].Name == name)
            {
                return i;
            }
        }
        return -1;
    }
}
