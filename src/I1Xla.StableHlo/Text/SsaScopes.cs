using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Text;

/// <summary>
/// The names of values that are visible: a stack of definitions, chained by hash, the latest first, so that leaving a region
/// undoes what it defined.
/// </summary>
internal sealed class SsaScopes(byte[] text)
{
    private int[] _buckets = NewBuckets(256);
    private Entry[] _entries = new Entry[256];
    private int _count;
    private int _floor;

    /// <summary>Opens a scope; an isolated one hides every name outside. Give the result back to <see cref="Close"/>.</summary>
    public (int Count, int Floor) Open(bool isolated)
    {
        (int, int) mark = (_count, _floor);
        if (isolated)
        {
            _floor = _count;
        }
        return mark;
    }

    /// <summary>Forgets what was defined since the scope was opened.</summary>
    public void Close((int Count, int Floor) mark)
    {
        while (_count > mark.Count)
        {
            ref Entry entry = ref _entries[--_count];
            _buckets[entry.Hash & (uint)(_buckets.Length - 1)] = entry.Next;
            entry.Value = null!;
        }
        _floor = mark.Floor;
    }

    /// <summary>Finds a name: a value, or an operation with the results from First on.</summary>
    public bool TryGet(int pos, int length, out object value, out int first, out int count)
    {
        ReadOnlySpan<byte> name = text.AsSpan(pos, length);
        uint hash = Utf8Table<object>.Hash(name);
        for (int i = _buckets[hash & (uint)(_buckets.Length - 1)]; i >= _floor; i = _entries[i].Next)
        {
            ref Entry entry = ref _entries[i];
            if (entry.Hash == hash && name.SequenceEqual(text.AsSpan(entry.Pos, entry.Length)))
            {
                (value, first, count) = (entry.Value, entry.First, entry.Count);
                return true;
            }
        }
        (value, first, count) = (null!, 0, 0);
        return false;
    }

    /// <summary>Defines a name; false when it is already defined.</summary>
    public bool Define(int pos, int length, object value, int first, int count)
    {
        if (TryGet(pos, length, out _, out _, out _))
        {
            return false;
        }
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, _count * 2);
            _buckets = NewBuckets(_entries.Length);
            for (int i = 0; i < _count; i++)
            {
                ref int old = ref _buckets[_entries[i].Hash & (uint)(_buckets.Length - 1)];
                _entries[i].Next = old;
                old = i;
            }
        }
        uint hash = Utf8Table<object>.Hash(text.AsSpan(pos, length));
        ref int bucket = ref _buckets[hash & (uint)(_buckets.Length - 1)];
        _entries[_count] = new Entry { Hash = hash, Next = bucket, Pos = pos, Length = length, Value = value, First = first, Count = count };
        bucket = _count++;
        return true;
    }

    private static int[] NewBuckets(int size)
    {
        int[] buckets = new int[size];
        Array.Fill(buckets, -1);
        return buckets;
    }

    private struct Entry
    {
        public uint Hash;
        public int Next;
        public int Pos;
        public int Length;
        public object Value;
        public int First;
        public int Count;
    }
}
