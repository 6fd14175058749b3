using System.Runtime.InteropServices;

namespace I1Xla.StableHlo.Text;

/// <summary>A hash table keyed by runs of bytes, looked up without making a string.</summary>
internal sealed class Utf8Table<T>
{
    private int[] _buckets = new int[64];
    private Entry[] _entries = new Entry[32];
    private int _count;

    /// <summary>Finds the value of a key.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, out T value)
    {
        uint hash = Hash(key);
        for (int i = _buckets[hash & (uint)(_buckets.Length - 1)] - 1; i >= 0; i = _entries[i].Next)
        {
            ref Entry e = ref _entries[i];
            if (e.Hash == hash && key.SequenceEqual(e.Key))
            {
                value = e.Value;
                return true;
            }
        }
        value = default!;
        return false;
    }

    /// <summary>Adds a key that is not there yet.</summary>
    public void Add(ReadOnlySpan<byte> key, T value)
    {
        if (_count == _entries.Length)
        {
            Grow();
        }
        uint hash = Hash(key);
        ref int bucket = ref _buckets[hash & (uint)(_buckets.Length - 1)];
        _entries[_count] = new Entry { Hash = hash, Next = bucket - 1, Key = key.ToArray(), Value = value };
        bucket = ++_count;
    }

    /// <summary>The hash used here.</summary>
    public static uint Hash(ReadOnlySpan<byte> key)
    {
        const ulong prime = 0x9E3779B97F4A7C15;
        ulong h = (ulong)key.Length * prime;
        while (key.Length >= 8)
        {
            h = (h ^ MemoryMarshal.Read<ulong>(key)) * prime;
            h ^= h >> 29;
            key = key[8..];
        }
        ulong tail = 0;
        for (int i = 0; i < key.Length; i++)
        {
            tail = tail << 8 | key[i];
        }
        h = (h ^ tail) * prime;
        return (uint)(h >> 32) ^ (uint)h;
    }

    private void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        _buckets = new int[_buckets.Length * 2];
        for (int i = 0; i < _count; i++)
        {
            ref int bucket = ref _buckets[_entries[i].Hash & (uint)(_buckets.Length - 1)];
            _entries[i].Next = bucket - 1;
            bucket = i + 1;
        }
    }

    private struct Entry
    {
        public uint Hash;
        public int Next;
        public byte[] Key;
        public T Value;
    }
}
